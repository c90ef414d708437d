"""The file that is prepared from what a host tells: what is taken over, what is only said, and what strangers cannot do."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publiccode.schemas.candidate import Candidate, RepositoryFile
from publiccode.schemas.document import parse
from publiccode.schemas.drafts.from_facts import from_facts, name_of
from publiccode.schemas.drafts.json_ld import clean
from publiccode.schemas.drafts.new_file import missing
from publiccode.schemas.finding import Severity
from publiccode.schemas.nodes import key_text
from publiccode.schemas.rules import key_required
from publiccode.schemas.validator import assess

URL = "https://github.com/gov/sign-off"
OWNER = {"uri": "urn:oid:2.16.886.999.101", "name": "雲霧市政府"}
FACTS: dict[str, Any] = {
    "description": "Signs documents",
    "homepage": "https://sign-off.gov.example/",
    "topics": ["python", "document-management"],
    "language": "Python",
    "license_detected": "EUPL-1.2",
    "fork_of": "https://github.com/upstream/sign-off",
    "created_at": "2020-02-03T04:05:06Z",
    "pushed_at": "2026-01-02T03:04:05Z",
    "newest_release": {"name": "v2.1.0", "at": "2025-12-31T23:59:59Z"},
    "newest_tag": {"name": "v3", "at": ""},
}


def said(text: str) -> Any:
    return parse(text.encode()).value(())


def test_what_the_host_tells_is_taken_over() -> None:
    draft = from_facts(URL, FACTS, OWNER, "en")
    expected = {
        "publiccodeYmlVersion": "0",
        "name": "sign-off",
        "url": URL,
        "landingURL": "https://sign-off.gov.example/",
        "isBasedOn": ["https://github.com/upstream/sign-off"],
        "softwareVersion": "2.1.0",
        "releaseDate": "2025-12-31",
        "categories": ["document-management"],
        "organisation": OWNER,
        "description": {"en": {"shortDescription": "Signs documents"}},
    }
    assert said(draft.bare()) == expected
    text = draft.text("en")
    assert said(text) == expected | {"legal": None, "maintenance": None, "localisation": None}
    comments = [line.strip() for line in text.splitlines() if line.strip().startswith("#   ")]
    assert [line for line in comments if "host" in line or "metadata" in line or "archived" in line] == [
        "#   At the host since: 2020-02-03",
        "#   Last change at the host: 2026-01-02",
        "#   At the host, the main programming language is: Python",
        "#   Topics at the host: python, document-management",
        "#   The metadata of the repository names EUPL-1.2. It is not taken over: write it if the owner of the rights agrees.",
    ]
    assert draft.license == "EUPL-1.2"


def test_only_what_is_missing_is_wrong_with_it() -> None:
    draft = from_facts(URL, FACTS, OWNER, "zh-Hant", archived=True)
    found = assess(Candidate(RepositoryFile("publiccode.yml", draft.text("zh-Hant").encode()))).findings
    assert {finding.rule for finding in found if finding.severity is Severity.ERROR} == {key_required.ID}
    left = {key_text(path) for path in missing(dict(draft.values), "zh-Hant")}
    assert left == {
        "platforms",
        "developmentStatus",
        "softwareType",
        "description.en.longDescription",
        "description.en.features",
        "legal.license",
        "maintenance.type",
        "localisation.localisationReady",
        "localisation.availableLanguages",
    }
    assert "The repository is archived: nobody works on it there." in from_facts(URL, {}, OWNER, "en", True).text("en")


@pytest.mark.parametrize(
    ("facts", "version", "day"),
    [
        ({"newest_tag": {"name": "v3.1", "at": ""}}, "3.1", None),
        ({"newest_release": {"name": "nightly", "at": "2025-12-31T00:00:00Z"}}, None, None),
        ({"newest_release": {"name": "latest", "at": ""}, "newest_tag": {"name": "1.0", "at": ""}}, "1.0", None),
        ({"newest_release": {"name": "1.0", "at": "soon"}}, "1.0", None),
        ({"newest_release": "1.0"}, None, None),
    ],
)
def test_versions(facts: dict[str, Any], version: str | None, day: str | None) -> None:
    values = said(from_facts(URL, facts, {}, "en").bare())
    assert (values.get("softwareVersion"), values.get("releaseDate")) == (version, day)


def test_without_anything_the_file_has_name_and_address() -> None:
    assert said(from_facts(f"{URL}.git", {}, {"uri": "", "name": "X"}, "en").bare()) == {
        "publiccodeYmlVersion": "0",
        "name": "sign-off",
        "url": f"{URL}.git",
    }


@pytest.mark.parametrize("license_", ["NOASSERTION", "NONE", "free of charge", "", None, 7, ["MIT"]])
def test_what_is_no_license_is_not_told(license_: object) -> None:
    draft = from_facts(URL, {"license_detected": license_}, {}, "en")
    assert draft.license == ""
    assert "license" not in said(draft.text("en"))


def test_hostile_facts_are_left_out_or_said_as_they_are() -> None:
    facts = {
        "description": "<script>alert(1)</script>: # &x *y !!python/object 'a' \"b\"\x00\x1b[31m \u202e{[%@`\r\n- end",
        "homepage": "javascript:alert(1)",
        "topics": ["a\nname: evil", "*alias", "x" * 10_000, 7, None],
        "language": "C\n- evil: true",
        "license_detected": "MIT\nname: evil",
        "fork_of": "file:///etc/passwd",
    }
    draft = from_facts(URL, facts, {"uri": "javascript:alert(1)", "name": "x: y"}, "en")
    text = draft.text("en")
    assert said(text) == {
        "publiccodeYmlVersion": "0",
        "name": "sign-off",
        "url": URL,
        "description": {
            "en": {
                "shortDescription": "<script>alert(1)</script>: # &x *y !!python/object 'a' \"b\" [31m {[%@` - end",
            }
        },
        "legal": None,
        "maintenance": None,
        "localisation": None,
    }
    assert "#   Topics at the host: a name: evil, *alias\n" in text
    assert "javascript" not in text


ANY = st.text(st.characters(), max_size=400)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | ANY,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(ANY, below, max_size=3),
    max_leaves=5,
)
SPECIAL = st.sampled_from(
    ["a: b", "- x", "# no", "&a *a", "!!str", "'", '"', "%", "@", "`", "|", ">", "\t", "true", "1_0"]
)
TEXTS = st.one_of(ANY, st.lists(SPECIAL, max_size=6).map(" ".join), JSON)
NAMES = ("description", "homepage", "language", "license_detected", "fork_of", "created_at", "pushed_at")


@settings(max_examples=150, deadline=None)
@given(
    facts=st.fixed_dictionaries(
        dict.fromkeys(NAMES, TEXTS)
        | {"topics": st.one_of(st.lists(TEXTS, max_size=4), JSON)}
        | {"newest_release": st.one_of(st.fixed_dictionaries({"name": TEXTS, "at": TEXTS}), JSON)}
    ),
    name=ANY,
    language=st.sampled_from(["en", "zh-Hant"]),
)
def test_whatever_a_host_tells_gives_a_file_that_says_just_that(
    facts: dict[str, Any], name: str, language: str
) -> None:
    draft = from_facts(URL, facts, {"uri": "urn:oid:2.16.886.999.101", "name": name}, language, archived=True)
    bare = said(draft.bare())
    document = parse(draft.text(language).encode())
    assert [finding.rule for finding in document.findings] == []
    whole = document.value(())
    assert isinstance(whole, dict)
    sections = {"description", "legal", "maintenance", "localisation"}
    assert {key: value for key, value in whole.items() if key not in sections} == {
        key: value for key, value in bare.items() if key not in sections
    }
    if "description" in bare:
        assert whole["description"] == bare["description"]
        [parts] = bare["description"].values()
        given_text = " ".join(clean(facts["description"]).split())
        for text in parts.values():
            assert " ".join(text.split()) in given_text
    assert "license" not in (whole["legal"] or {})


def test_names_of_addresses() -> None:
    assert [name_of(url) for url in (URL, f"{URL}/", f"{URL}.git", "https://x.example", "https://[", "")] == [
        "sign-off",
        "sign-off",
        "sign-off",
        "",
        "",
        "",
    ]
