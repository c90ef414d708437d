"""assess(): order, verdict, no follow-up errors, our own files."""

from pathlib import Path

import pytest

from publiccode.schemas.candidate import FOLDER, SYMLINK, Candidate, Repository, RepositoryFile
from publiccode.schemas.finding import Assessment, Finding, Severity, message
from publiccode.schemas.languages import is_language_tag
from publiccode.schemas.rules.text_length import MOST, characters
from publiccode.schemas.validator import assess, ruleset

ROOT = Path(__file__).parents[2]


def judged(text: str) -> Assessment:
    return assess(Candidate(RepositoryFile("publiccode.yml", text.encode())))


@pytest.mark.parametrize("name", ["publiccode.yml", "publiccode.example.yml"])
def test_our_own_files_have_no_finding(name: str) -> None:
    assessment = assess(Candidate(RepositoryFile(name, (ROOT / name).read_bytes())))
    assert assessment.findings == ()
    assert assessment.usable


def test_findings_stand_in_the_order_of_the_file() -> None:
    text = (ROOT / "publiccode.example.yml").read_text("utf-8")
    broken = text.replace("EUPL-1.2", "EUPL").replace("stable", "ready").replace('"0"', '"0.5"')
    lines = [finding.line for finding in judged(broken).findings]
    assert len(lines) == 3
    assert lines == sorted(lines)


def test_a_finding_is_whole() -> None:
    text = (ROOT / "publiccode.yml").read_text("utf-8").replace("type: community", "type: society")
    line = text.splitlines().index("  type: society") + 1
    assert judged(text).findings == (
        Finding(
            "value-listed",
            Severity.ERROR,
            "maintenance.type",
            message("{value} is not in the list of values", value="society"),
            line,
            3,
            message("Write one of: {known}.", known="internal, contract, community, none"),
        ),
    )


def test_a_value_of_a_wrong_type_has_no_follow_up_errors() -> None:
    text = (ROOT / "publiccode.yml").read_text("utf-8")
    start, end = text.index("legal:"), text.index("maintenance:")
    assert [f.rule for f in judged(text[:start] + "legal: Apache-2.0\n\n" + text[end:]).findings] == ["value-type"]


def test_nothing_is_judged_of_a_link_or_folder() -> None:
    for mode in (SYMLINK, FOLDER):
        assessment = assess(Candidate(RepositoryFile("publiccode.yml", None, mode)))
        assert [finding.rule for finding in assessment.findings] == ["file-mode"]
        assert assessment.values is None


def test_warnings_leave_a_file_valid() -> None:
    content = (ROOT / "publiccode.yml").read_bytes()
    elsewhere = Repository("https://git.example/somebody/fork")
    assessment = assess(Candidate(RepositoryFile("publiccode.yml", content), elsewhere))
    assert [(f.rule, f.severity) for f in assessment.findings] == [("technical-fork", Severity.WARNING)]
    assert assessment.valid


def test_an_invalid_file_can_be_usable() -> None:
    assessment = judged("name: Lamplight\nurl: https://git.example/l\ndescription: {en: {shortDescription: Lamps}}\n")
    assert (assessment.valid, assessment.usable) == (False, True)


def test_ruleset_is_stable() -> None:
    assert ruleset() == ruleset()
    assert len(ruleset()) == 12


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("abc", 3),
        ("a\r\nb", 3),
        ("燈" * 150, 150),
        ("e\u0301", 1),
        ("か\u3099é—「公文」\r\n", 8),
        ("👨‍👩‍👧", 1),
        ("🇹🇼", 1),
        ("燈" * 50_000, MOST),
    ],
)
def test_characters_are_counted_as_people_do(text: str, count: int) -> None:
    assert characters(text) == count


GOOD_TAGS = (
    "zh zh-Hant zh-TW zh-Hant-TW zh-hant-tw ZH-HANT zh-cmn zh-min-nan nan-Hant-TW hak yue ami trv und mul x-foo "
    "i-klingon en-UK zh-XX iw zh-Hant-u-ca-roc tw no qaa de-1996 en-a-bbb-x-a-ccc"
)
BAD_TAGS = [
    "zh_TW",
    "eng",
    "english",
    "xx",
    "en-",
    "zh-Hanx",
    "zh-Hant-158",
    "on",
    "",
    "en\n",
    "en-a-bb-a-cc",
    "x" * 200,
]


def test_language_tags() -> None:
    assert [tag for tag in GOOD_TAGS.split() if not is_language_tag(tag)] == []
    assert [tag for tag in BAD_TAGS if is_language_tag(tag)] == []
