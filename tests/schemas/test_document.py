"""Reading: values, places, and files made to hurt."""

import time
import tracemalloc

import pytest

from publiccode.schemas.candidate import Candidate, RepositoryFile, Tag
from publiccode.schemas.document import MAX_BYTES, parse
from publiccode.schemas.finding import Assessment
from publiccode.schemas.nodes import key_text
from publiccode.schemas.validator import assess

TEXT = b"""\
name: Lamplight
softwareVersion: 1.10
releaseDate: 2026-02-28
no: no
ready: true
empty:
description:
  zh-Hant:
    features: [Map, "2"]
contacts:
  - &office
    name: Office
  - *office
  - <<: *office
    phone: 0123
"""


def judged(data: bytes) -> Assessment:
    return assess(Candidate(RepositoryFile("publiccode.yml", data)))


def said(data: bytes) -> list[tuple[str, str, int, int]]:
    return [(f.rule, str(f.message), f.line, f.column) for f in parse(data).findings]


def test_values_keep_the_text_that_was_written() -> None:
    assert parse(TEXT).values == {
        "name": "Lamplight",
        "softwareVersion": "1.10",
        "releaseDate": "2026-02-28",
        "no": "no",
        "ready": True,
        "empty": None,
        "description": {"zh-Hant": {"features": ["Map", "2"]}},
        "contacts": [{"name": "Office"}, {"name": "Office"}, {"phone": "0123", "name": "Office"}],
    }


def test_places_are_those_of_keys_and_items() -> None:
    document = parse(TEXT)
    places = {
        ("name",): (1, 1),
        ("description", "zh-Hant"): (8, 3),
        ("description", "zh-Hant", "features"): (9, 5),
        ("description", "zh-Hant", "features", 1): (9, 21),
        ("contacts", 0, "name"): (12, 5),
        ("contacts", 2, "phone"): (15, 5),
        ("contacts", 7): (0, 0),
        ("nothing", "here"): (0, 0),
    }
    assert {path: document.place(path) for path in places} == places


def test_a_path_is_written_as_the_field_writes_it() -> None:
    assert key_text(("description", "zh-Hant", "features", 0)) == "description.zh-Hant.features[0]"


def test_columns_count_characters() -> None:
    assert parse("名稱: {路燈: 1, 燈: 2}\n".encode()).place(("名稱", "燈")) == (1, 13)


def test_every_duplicate_is_found_and_the_first_value_kept() -> None:
    document = parse(b"a: 1\nb: {c: 1, c: 2}\na: 2\na: 3\n")
    assert [(f.key, f.line, f.column) for f in document.findings] == [("b.c", 2, 11), ("a", 3, 1), ("a", 4, 1)]
    assert document.values == {"a": "1", "b": {"c": "1"}}


MERGE_BOMB = "a0: &a0 {x: 1}\n" + "".join(
    f"a{n}: &a{n}\n  <<: [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9)
)
ALIAS_BOMB = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
TOO_MANY = "the file has more than 5000 parts, aliases counted as written out"
TOO_DEEP = "more than 50 levels stand one inside the other"
HOSTILE = {
    "merge-key bomb": (MERGE_BOMB.encode(), ("yaml-readable", TOO_MANY, 9, 8)),
    "alias bomb": (ALIAS_BOMB.encode(), ("yaml-readable", TOO_MANY, 5, 20)),
    "long text, aliased": (
        b"name: &a " + b"x" * 100_000 + b"\nusedBy: [" + b"*a, " * 20 + b"]\n",
        ("yaml-readable", "the file has more than 1048576 characters once aliases are written out", 2, 50),
    ),
    "5,000 brackets": (b"[" * 5_000, ("yaml-readable", TOO_DEEP, 1, 1_001)),
    "5,000 braces": (b"{a: " * 5_000, ("yaml-readable", TOO_DEEP, 1, 201)),
    "levels by alias": (
        "".join(f"a{n}: &a{n} [{f'*a{n - 1}' if n else 'x'}]\n" for n in range(60)).encode(),
        ("yaml-readable", TOO_DEEP, 50, 12),
    ),
    "200,000 items": (b"- a\n" * 200_000, ("yaml-readable", TOO_MANY, 4_998, 3)),
    "20 MB": (
        b"a" * 20_000_000,
        ("file-size", f"the file has 20000000 bytes; at most {MAX_BYTES} are read", 0, 0),
    ),
    "NUL": (b"name: a\0b\n", ("file-encoding", "the file contains the character NUL", 1, 8)),
    "invalid UTF-8": (
        b"name: ok\nurl: \xff\n",
        ("file-encoding", "the file is not UTF-8: byte 0xFF at position 14 is no part of a character", 2, 6),
    ),
    "control character": (
        b"name: ok\nurl: a\x07\n",
        ("yaml-readable", "the file is not YAML: control character U+0007", 2, 7),
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file_ends_in_one_finding(name: str) -> None:
    data, expected = HOSTILE[name]
    assessment = judged(data)
    assert [(f.rule, str(f.message), f.line, f.column) for f in assessment.findings] == [expected]
    assert assessment.values is None
    assert (assessment.valid, assessment.usable) == (False, False)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file_takes_little_memory(name: str) -> None:
    data, _ = HOSTILE[name]
    judged(b"name: small\n")
    tracemalloc.start()
    try:
        judged(data)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 20_000_000


@pytest.mark.parametrize(
    "data",
    [
        pytest.param("".join(f"%TAG !t{n}! x\n" for n in range(65_000)) + "---\nname: x\n", id="tag directives"),
        pytest.param("description: {en: {shortDescription: " + "🇹🇼" * 100_000 + "}}\n", id="flags"),
        pytest.param("softwareVersion: " + "-" * 50_000 + "x\n", id="version of hyphens"),
        pytest.param("name: |\n" + "  name：a\n  -b\n  a: b: c\n" * 1_800 + "a: b: c\n", id="slips in a text"),
        pytest.param("".join(f"k{n}: v\n" for n in range(2_300)) + "- x\n" * 2_000, id="error after many events"),
        pytest.param("　" * 1_990 + "\n" + ("　" * 1_990 + "a\n") * 14 + "- x\na: b: c\n", id="full-width spaces"),
        pytest.param("a: |\n" + "  name：x\n" * 90_000 + "b: c: d\n", id="error at the end of 1 MB"),
    ],
)
def test_hostile_text_takes_little_time(data: str) -> None:
    candidate = Candidate(RepositoryFile("publiccode.yml", data.encode()), tags=(Tag("v1.0"),))
    started = time.process_time()
    assess(candidate)
    assert time.process_time() - started < 1


def test_a_slip_is_not_looked_for_in_a_long_file() -> None:
    """It would be parsed again and again; the parser's own words are left."""
    short, long = b"name\xef\xbc\x9aLamp\nurl: x\n", b"# " + b"x" * 70_000 + b"\n"
    assert said(short) == [
        ("yaml-readable", "the colon after name is full-width (：); YAML reads only the ordinary one (:)", 1, 5)
    ]
    text = "a second colon with a space after it stands here, or the line is indented further than its section"
    assert said(long + short) == [("yaml-readable", text, 3, 4)]


def test_what_only_looks_like_a_slip_is_not_blamed() -> None:
    text = 'description: |\n  備註：name：x\n  url:x\n  -y\n  name：z\n  "open\nname: a\n{what}\nurl: b\n'
    colon = text.replace("{what}", "logo：c").encode()
    assert [(line, column) for _, _, line, column in said(colon)] == [(8, 5)]
    conflict = text.replace("{what}", "=======").encode()
    assert [(line, column) for _, _, line, column in said(conflict)] == [(8, 1)]


def test_of_several_slips_of_one_kind_the_first_is_named() -> None:
    text = "publiccodeYmlVersion: '0'\nname：a\nurl：b\nlogo：c\nreleaseDate：d\nplatforms:\n  - web\n"
    assert [(line, column) for _, _, line, column in said(text.encode())] == [(2, 5)]


def test_an_impossible_date_is_text_and_one_finding() -> None:
    findings = [f for f in judged(b"releaseDate: 2021-13-45\n").findings if f.rule == "date-format"]
    assert [(f.key, str(f.message), f.line) for f in findings] == [
        ("releaseDate", "“2021-13-45” is not a date of the form YYYY-MM-DD", 1)
    ]


def test_thousands_of_findings_of_one_kind_are_cut() -> None:
    unknown = "".join(f"k{number}: 1\n" for number in range(2_000)).encode()
    findings = [f for f in judged(unknown).findings if f.rule == "key-known"]
    assert len(findings) == 201
    assert str(findings[-1].message) == "there are more findings of this kind; 200 are listed"


@pytest.mark.parametrize(
    "data",
    [
        b"'",
        b'"\\',
        b"? ",
        b"- - -",
        b"&a",
        b"*",
        b"!!binary x",
        b"%YAML 9.9\n---\n",
        b"a: |99\n x",
        b"\xef\xbb\xbf",
        b"@",
        b"{",
    ],
)
def test_any_bytes_end_in_findings(data: bytes) -> None:
    assessment = judged(data)
    assert not assessment.valid
    assert all(finding.line <= data.count(b"\n") + 1 for finding in assessment.findings)


def test_byte_order_mark_is_named_and_the_rest_judged() -> None:
    assert said(b"\xef\xbb\xbfname: x\n") == [
        ("file-encoding", "the file begins with a byte order mark (the three invisible bytes EF BB BF)", 1, 1)
    ]
    assert parse(b"\xef\xbb\xbfname: x\n").values == {"name": "x"}
