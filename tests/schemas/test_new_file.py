"""The text of a new publiccode.yml: what is known, in the standard's order, and lines about what is missing; else valid."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publiccode.schemas.candidate import Candidate, RepositoryFile
from publiccode.schemas.document import Document, parse
from publiccode.schemas.drafts.new_file import missing, new_file, objections, shortened
from publiccode.schemas.editing.changes import EditError
from publiccode.schemas.editing.writing import Value
from publiccode.schemas.finding import Assessment, Severity
from publiccode.schemas.nodes import Path, key_text
from publiccode.schemas.standard import V0
from publiccode.schemas.validator import assess

LONG = (
    "Sign-off covers the whole life of an official document, from its arrival to the archive, with drafts and approvals. "
    * 2
)
LANGUAGE = st.sampled_from(["en", "zh-Hant"])
TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cf", "Zl", "Zp", "Cn", "Co")), min_size=1, max_size=60)
LINE = TEXT.map(lambda text: f"a {' '.join(text.split())}")


def words(values: st.SearchStrategy[str], least: int = 0) -> st.SearchStrategy[list[str]]:
    return st.lists(values, min_size=least, max_size=3, unique_by=lambda text: text.casefold().strip())


# Good values of a choice of keys; each example takes some of them.
GOOD: Mapping[Path, st.SearchStrategy[Any]] = {
    ("name",): LINE,
    ("url",): st.just("https://git.agency.example/records/sign-off"),
    ("softwareVersion",): st.sampled_from(["1.10", "2026-10-05", "no", "v1: 2 # 3"]),
    ("releaseDate",): st.just("2026-10-05"),
    ("platforms",): words(LINE),
    ("fundedBy",): st.lists(
        st.fixed_dictionaries({"uri": st.just("https://fund.example/")}, optional={"name": LINE}), max_size=1
    ),
    ("developmentStatus",): st.sampled_from(["concept", "stable", ""]),
    ("softwareType",): st.just("standalone/web"),
    ("organisation",): st.sampled_from([{"name": "Example Ministry"}, {"uri": "urn:oid:2.16.886.101.20003"}]),
    ("description", "en", "shortDescription"): LINE,
    ("description", "en", "longDescription"): st.sampled_from([LONG.strip(), f"{LONG}\n\n* {LONG}"]),
    ("description", "zh-Hant"): st.fixed_dictionaries({}, optional={"features": words(LINE, 1)}),
    ("legal", "license"): st.sampled_from(["EUPL-1.2", ""]),
    ("maintenance", "type"): st.sampled_from(["internal", "community", "none", "contract"]),
    ("localisation", "localisationReady"): st.booleans(),
    ("localisation", "availableLanguages"): st.sampled_from([["en"], ["no", "zh-Hant"], []]),
    ("dependsOn", "open", 0, "version"): st.just("15"),
}
CONTACTS = [{"name": "Alex Example"}, {"email": "kim@agency.example"}]


@st.composite
def answers(draw: st.DrawFn) -> dict[Path, Value]:
    values = draw(st.fixed_dictionaries({}, optional=dict(GOOD)))
    made: dict[Path, Value] = dict(values)
    if made.get(("maintenance", "type")) != "contract" and draw(st.booleans()):
        made["maintenance", "contacts"] = draw(st.sampled_from([CONTACTS, CONTACTS[1:], []]))
    if made.get(("maintenance", "type")) == "contract" and draw(st.booleans()):
        made["maintenance", "contractors"] = [{"name": "Example Ltd."}]
    return made


def read(text: str) -> tuple[Document, Assessment]:
    document = parse(text.encode())
    return document, assess(Candidate(RepositoryFile("publiccode.yml", text.encode())), document)


@settings(max_examples=80, deadline=None)
@given(answers(), LANGUAGE)
def test_a_new_file_lacks_only_what_is_missing_and_says_what(values: dict[Path, Value], language: str) -> None:
    text = new_file(values, language)
    document, assessment = read(text)
    left = missing(values, language)
    errors = [finding for finding in assessment.findings if finding.severity is Severity.ERROR]
    assert {finding.rule for finding in errors} <= {"key-required", "contacts-given", "contractors-given"}
    assert sorted(finding.key for finding in errors) == sorted(map(key_text, left))
    assert document.findings == ()
    for path, value in values.items():
        if value not in ("", [], {}):
            assert document.value(path) == value
    comments = [line.strip() for line in text.splitlines() if line.lstrip(" -").startswith("#")]
    for path in left:
        assert any(f"# {path[-1]}: " in comment for comment in comments), path
    assert bool(comments) == bool(left)


@settings(max_examples=50, deadline=None)
@given(answers())
def test_keys_stand_in_the_order_of_the_table(values: dict[Path, Value]) -> None:
    document, _ = read(new_file(values, "en"))
    order = [key.path for key in V0 if "." not in key.path and "[" not in key.path]
    top = list((document.values or {}).keys())
    assert top == sorted(top, key=order.index)


@pytest.mark.parametrize("language", ["en", "zh-Hant"])
def test_every_line_can_be_completed_by_taking_its_mark_away(language: str) -> None:
    """What an officer does in an editor: the value behind the colon, the mark before it removed."""
    told = {
        "name": "Sign-off",
        "url": "https://git.agency.example/records/sign-off",
        "developmentStatus": "stable",
        "softwareType": "standalone/web",
        "shortDescription": "Signs documents.",
        "longDescription": LONG.strip(),
        "license": "EUPL-1.2",
        "type": "internal",
        "localisationReady": "true",
        "platforms": "",
        "features": "",
        "contacts": "",
        "availableLanguages": "",
    }
    lines, here = [], False
    for line in new_file({}, language).splitlines():
        indent, mark, rest = line.partition("# ")
        key = rest.partition(":")[0]
        if not rest.startswith(" "):
            here = bool(mark) and key in told
            lines.append(f"{indent}{key}: {told[key]}" if here else line)
        else:  # the form of a list loses its mark; what may be written there stays as a comment
            lines.append(indent + rest if here and rest.startswith(("  - ", "    ")) else line)
    _, assessment = read("\n".join(lines) + "\n")
    assert assessment.findings == ()


def test_a_whole_file() -> None:
    values: dict[Path, Value] = {
        ("localisation", "localisationReady"): False,
        ("maintenance",): {"type": "contract", "contractors": [{"name": "Example Ltd."}]},
        ("name",): "no",
        ("description", "it", "shortDescription"): "Firma i documenti.",
    }
    hint = "What people can do with the software, one feature an item, at least one; 5 to 20 are usual."
    assert new_file(values, "en") == (
        "# Lines with “# ” and a key are still missing: write the value in place of the explanation, "
        "and remove the “# ” before the key.\n"
        "# A list has no value there, but items below: remove its explanation, and the “# ” before “- ”. "
        "Other lines with # may stay.\n"
        "\n"
        'publiccodeYmlVersion: "0"\n'
        'name: "no"\n'
        "# url: The web address of the repository that holds the source code; it also identifies the software.\n"
        "\n"
        "# platforms: What people use the software on, at least one: web, windows, mac, linux, ios, android, or another name.\n"
        "#   - web\n"
        "\n"
        "# developmentStatus: How far the software is today.\n"
        "#   one of: concept, development, beta, stable, obsolete\n"
        "\n"
        "# softwareType: What the software is technically: an application that runs by itself, an add-on, a library, "
        "or configuration files only.\n"
        "#   one of: standalone/mobile, standalone/iot, standalone/desktop, standalone/web, standalone/backend, "
        "standalone/other, addon, library,\n"
        "#   configurationFiles\n"
        "\n"
        "description:\n"
        "  it:\n"
        "    shortDescription: Firma i documenti.\n"
        "    # longDescription: What the software does, for whom, and what it needs, in 150 to 10,000 characters.\n"
        f"    # features: {hint}\n"
        "    #   - Electronic signatures\n"
        "\n"
        "legal:\n"
        "  # license: The SPDX identifier of the open-source licence, the same as in the repository's licence file.\n"
        "\n"
        "maintenance:\n"
        "  type: contract\n"
        "  contractors:\n"
        "    - name: Example Ltd.\n"
        "      # until: The day on which the contract of maintenance ends, as YYYY-MM-DD. "
        "Update it when the contract is renewed.\n"
        "\n"
        "localisation:\n"
        "  localisationReady: false\n"
        "  # availableLanguages: The languages in which the software can be used today, at least one, as language tags such "
        "as zh-Hant or en.\n"
        "  #   - zh-Hant\n"
    )


def test_the_values_of_a_list_stand_with_their_names() -> None:
    lines = [line.strip() for line in new_file({}, "zh-Hant").splitlines()]
    status = next(number for number, line in enumerate(lines) if line.startswith("# developmentStatus: "))
    named = "concept 概念階段、development 開發中、beta 測試版、stable 穩定版、obsolete 已停止維護"
    assert lines[status + 1].startswith("#   ")
    assert lines[status + 1].endswith(named)
    contacts = next(number for number, line in enumerate(lines) if line.startswith("# contacts: "))
    assert lines[contacts + 1].endswith("internal 由機關自行維護、community 由社群維護")
    assert lines[contacts + 2 : contacts + 4] == ["#   - name: Alex Example", ""]


def test_a_complete_file_has_no_comments() -> None:
    values: dict[Path, Value] = {
        ("name",): "Sign-off",
        ("url",): "https://git.agency.example/records/sign-off",
        ("platforms",): ["web"],
        ("developmentStatus",): "stable",
        ("softwareType",): "standalone/web",
        ("description", "en"): {"shortDescription": "Signs.", "longDescription": LONG.strip(), "features": ["Signs"]},
        ("legal", "license"): "EUPL-1.2",
        ("maintenance", "type"): "none",
        ("localisation",): {"localisationReady": True, "availableLanguages": ["en"]},
    }
    text = new_file(values, "zh-Hant")
    assert read(text)[1].findings == ()
    assert "#" not in text
    assert missing(values, "zh-Hant") == {}


def test_what_the_table_does_not_know_is_kept_for_the_validator() -> None:
    text = new_file({("nmae",): "Sign-off", ("legal", "licence"): "MIT"}, "en")
    _, assessment = read(text)
    assert [finding.key for finding in assessment.findings if finding.rule == "key-known"] == ["legal.licence", "nmae"]


def test_the_places_that_are_missing() -> None:
    assert [key_text(path) for path in missing({("maintenance", "type"): "internal"}, "zh-Hant")] == [
        "name",
        "url",
        "platforms",
        "developmentStatus",
        "softwareType",
        "description.zh-Hant.shortDescription",
        "description.zh-Hant.longDescription",
        "description.zh-Hant.features",
        "legal.license",
        "maintenance.contacts",
        "localisation.localisationReady",
        "localisation.availableLanguages",
    ]


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("legal", "license"), "EUPL-1.2", []),
        (("legal", "license"), "AGPL-3", ["license-known"]),
        (("url",), "ssh://git.agency.example/x", ["url-scheme"]),
        (("platforms",), "web", ["value-type"]),
        (("maintenance", "type"), "internal", []),  # that contacts are missing now is no fault of this value
        (("maintenance", "contacts", 0, "email"), "x@localhost", ["email-format"]),
        (("maintenance", "contacts", 0, "email"), "x@agency.example", []),  # nor is it that the name is
        (("description", "tw"), {}, ["language-slip"]),
        (("description", "english"), {}, ["language-known"]),
        (("name",), "", []),
        (("name",), " ", ["text-blank"]),
        (("unheard",), "x", ["key-known"]),
    ],
)
def test_objections_are_what_the_rules_say_of_the_value_itself(path: Path, value: Value, said: list[str]) -> None:
    assert [finding.rule for finding in objections(path, value)] == said


def test_what_cannot_be_written_is_told() -> None:
    with pytest.raises(EditError):
        objections(("name",), "\ud800")
    with pytest.raises(EditError):
        new_file({("name", "first"): "x", ("name",): ["y"], ("name", "second"): "z"}, "en")


@pytest.mark.parametrize(
    ("text", "room", "said"),
    [
        ("One. Two. Three.", 9, "One. Two."),
        ("One. Two. Three.", 8, "One."),
        ("One two three.", 9, "One two…"),
        ("第一句。第二句。", 16, "第一句。第二句。"),
        ("第一句。第二句。", 15, "第一句。"),
        ("第一句話。", 6, "第一…"),
        ("", 9, ""),
    ],
)
def test_help_is_shortened_to_whole_sentences(text: str, room: int, said: str) -> None:
    assert shortened(text, room) == said
