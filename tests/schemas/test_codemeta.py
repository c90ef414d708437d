"""CodeMeta → values: every file lying in tests/codemeta/ is a test, and no JSON gives a value to which a rule objects."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publiccode.schemas.candidate import Candidate, RepositoryFile
from publiccode.schemas.drafts.codemeta import described_by, first_sentence, from_codemeta, is_chinese, web_address
from publiccode.schemas.drafts.json_ld import LONGEST, MOST
from publiccode.schemas.drafts.new_file import NEW, new_file
from publiccode.schemas.editing import Edits
from publiccode.schemas.editing.changes import Set
from publiccode.schemas.finding import Severity
from publiccode.schemas.validator import assess

EXAMPLES = sorted((Path(__file__).parents[1] / "codemeta").glob("*.json"))
TERMS = sorted({term for path in EXAMPLES for term in json.loads(path.read_text("utf-8"))} - {"@graph", "@context"})
WORDS = st.sampled_from(
    [
        "https://spdx.org/licenses/MIT", "https://a.example/b", "git@a.example:b", "urn:oid:1.2", "urn:x-italian-pa:a b",
        "https://[::1", "http://a.example:99999/", "javascript:alert(1)", "2026-10-05", "2026-02-30T00:00", "active", "mit",
        "Linux, web", "公文", "a@b.example", "x" * 3_000, "tw", "en", "\0\ud800", "PostgreSQL >= 15", "crm", " ", "a: b # c",
    ]
)  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.text(max_size=20),
    lambda below: (
        st.lists(below, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["@id", "id", "@type", "name", "url", "@value", "@language", "@list", "email", "familyName"]
            ),
            below,
        )
    ),
    max_leaves=12,
)


def written(data: object) -> str:
    edits = Edits(NEW)
    edits.apply(*(Set(path, value) for path, value in from_codemeta(data).items()))
    return edits.text


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example_gives_the_file_beside_it(path: Path) -> None:
    assert written(json.loads(path.read_text("utf-8"))) == path.with_suffix(".yml").read_text("utf-8")


def errors(data: object) -> list[str]:
    content = new_file(from_codemeta(data), "en").encode()
    findings = assess(Candidate(RepositoryFile("publiccode.yml", content))).findings
    return [
        f"{one.key}: {one.message}" for one in findings if one.severity is Severity.ERROR and one.rule != "key-required"
    ]


@settings(max_examples=120, deadline=None)
@given(st.dictionaries(st.sampled_from([*TERMS, "@graph", "screenshot"]), VALUES, max_size=8) | VALUES)
def test_no_json_gives_a_value_that_is_wrong(data: Any) -> None:
    assert errors(data) == []


@pytest.mark.parametrize("data", [None, 7, "x", [], {}, [[]], {"@graph": 7}, {"name": None}, {1: "x"}])
def test_what_is_no_codemeta_tells_nothing(data: object) -> None:
    assert from_codemeta(data) == {}


@pytest.mark.parametrize(
    ("named", "license_"),
    [
        ("https://spdx.org/licenses/EUPL-1.2", "EUPL-1.2"),
        ("http://spdx.org/licenses/mit.html", "MIT"),
        ("MIT OR Apache-2.0", "MIT OR Apache-2.0"),
        ("Apache License, Version 2.0", "Apache-2.0"),
        ({"@type": "CreativeWork", "name": "MIT License"}, "MIT"),
        ({"@id": "https://agency.example/terms", "name": "https://spdx.org/licenses/MIT"}, "MIT"),
        (["MIT"], "MIT"),
        (["MIT", "Apache-2.0"], None),
        ("GPL v3", None),
        ("https://agency.example/terms", None),
        ("UNLICENSED", None),
        ("SEE LICENSE IN terms.txt", None),
        (True, None),
    ],
)
def test_a_licence_is_taken_where_it_has_one_reading(named: object, license_: str | None) -> None:
    assert from_codemeta({"license": named}).get(("legal", "license")) == license_


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ("https://www.repostatus.org/#concept", "concept"),
        ("https://www.repostatus.org/#wip", "development"),
        ({"@id": "http://www.repostatus.org/#suspended"}, "development"),
        ("active", "stable"),
        ("Inactive", "stable"),
        ("https://www.repostatus.org/#unsupported", "obsolete"),
        ("abandoned", "obsolete"),
        ("beta", "beta"),
        ("https://www.repostatus.org/#moved", None),
        ("ready", None),
    ],
)
def test_states_of_development(told: object, status: str | None) -> None:
    assert from_codemeta({"developmentStatus": told}).get(("developmentStatus",)) == status


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("https://git.agency.example/a/b.git", "https://git.agency.example/a/b.git"),
        (
            "https://kim:secret@git.agency.example:8443/a/b?private_token=1#readme",
            "https://git.agency.example:8443/a/b",
        ),
        ("http://git.agency.example/a", "http://git.agency.example/a"),
        ("git@git.agency.example:a/b.git", "https://git.agency.example/a/b.git"),
        ("git@git.agency.example:/a/b", "https://git.agency.example/a/b"),
        ("ssh://git@git.agency.example:2222/a/b", "https://git.agency.example/a/b"),
        ("git+https://git.agency.example/a", "https://git.agency.example/a"),
        ("git://git.agency.example/a", "https://git.agency.example/a"),
        ("https://[2001:db8::1]/a", "https://[2001:db8::1]/a"),
        ("/srv/git/a", ""),
        ("../a", ""),
        ("file:///srv/git/a", ""),
        ("javascript:alert(1)", ""),
        ("https://", ""),
        ("https://[::1/a", ""),
        ("https://git.agency.example:99999/a", ""),
        ("https://git.agency.example/a b", ""),
    ],
)
def test_addresses_of_repositories(text: str, address: str) -> None:
    assert web_address(text) == address


def test_descriptions_by_length() -> None:
    short, sentence = "字" * 150, "這套系統讓機關同仁在線上簽核公文。"
    assert described_by(short) == {"shortDescription": short}
    assert described_by(f"{sentence}\r\n\r\n\r\n {sentence * 9}\t") == {
        "shortDescription": sentence,
        "longDescription": f"{sentence}\n\n{sentence * 9}",
    }
    assert described_by("word " * 40) == {"longDescription": ("word " * 40).strip()}
    assert described_by(" \n") == {}
    assert len(described_by("A sentence. " * 3_000)["longDescription"]) == 9_995


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Version 1.2 is out. It signs.", "Version 1.2 is out."),
        ("Welcome! It signs documents. It files them.", "Welcome! It signs documents."),
        ("It signs documents", "It signs documents"),
        ("word " * 40, ""),
        ("Hi. " + "word " * 40, ""),
    ],
)
def test_the_first_sentence(text: str, sentence: str) -> None:
    assert first_sentence(text) == sentence


@pytest.mark.parametrize(
    ("text", "chinese"),
    [
        ("publiccode-registry 從各機關的 Git 主機收集 publiccode.yml", True),
        ("The character 簽 means to sign", False),
        ("", False),
    ],
)
def test_chinese_by_its_letters(text: str, chinese: bool) -> None:
    assert is_chinese(text) is chinese


def test_the_language_that_is_named_is_taken_where_the_letters_allow_it() -> None:
    assert from_codemeta({"description": "公文系統", "inLanguage": "en"}) == {
        ("description", "zh-Hant", "shortDescription"): "公文系統"
    }
    assert from_codemeta({"description": "Firma i documenti", "inLanguage": {"alternateName": "it"}}) == {
        ("description", "it", "shortDescription"): "Firma i documenti"
    }
    assert from_codemeta({"description": "Signs", "inLanguage": ["it", "en"]}) == {
        ("description", "en", "shortDescription"): "Signs"
    }


@pytest.mark.parametrize(
    "data",
    [
        {"description": [{"@language": f"{a}{b}", "@value": "😀. " * 7_000} for a in "fndei" for b in "rlesn"]},
        {"operatingSystem": [",".join(str(1_000 * i + j) for j in range(400)) for i in range(50)]},
        {"operatingSystem": ",".join(map(str, range(5_000)))},
        {"author": [{"name": str(i)} for i in range(5_000)], "funder": [{"@id": f"urn:a:{i}"} for i in range(5_000)]},
        {"license": "MIT OR " * 5_000, "keywords": "a, " * 100_000, "name": "x" * 1_000_000},
    ],
    ids=lambda data: next(iter(data)),
)
def test_large_values_are_bounded(data: Any) -> None:
    start = time.perf_counter()
    values = from_codemeta(data)
    assert time.perf_counter() - start < 5
    for value in values.values():
        if isinstance(value, list):
            assert len(value) <= MOST
            assert all(len(str(item)) <= 2 * LONGEST for item in value)
        else:
            assert len(str(value)) <= 10_000
