"""Whatever a stranger writes: it is read, or refused with a sentence that says where and what to do, before it costs much."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import process_time
from typing import Any

import pytest

from publiccode.schemas.sbom import SbomError, quality, read, read_file
from publiccode.schemas.sbom.bounds import LARGEST, MOST_PACKAGES

from .test_spdx import document
from .test_spdx3 import GRAPH
from .test_tag_value import TEXT

CYCLONEDX: dict[str, Any] = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.6",
    "metadata": {
        "timestamp": "2026-05-31T08:30:00Z",
        "tools": {"components": [{"name": "t"}]},
        "component": {"name": "a"},
    },
    "components": [
        {
            "type": "library",
            "bom-ref": "b",
            "name": "b",
            "supplier": {"name": "c"},
            "licenses": [{"license": {"name": "MIT License", "text": {"content": "x"}}}],
            "hashes": [{"alg": "SHA-1", "content": "a"}],
            "components": [{"name": "d"}],
        }
    ],
    "dependencies": [{"ref": "a", "dependsOn": ["b"]}],
}
SPDX3 = {"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": GRAPH}
ODD: tuple[Any, ...] = (None, True, 0, -1.5, "", "x\x00\n\u202e", "x" * 5_000, [], [[]], [None], {}, {"x": {}}, ["x"])


def refused(content: bytes | str) -> str:
    """Why a file is refused."""
    with pytest.raises(SbomError) as told:
        read(content.encode() if isinstance(content, str) else content)
    return str(told.value.message)


@contextmanager
def most_memory() -> Iterator[list[int]]:
    """The most bytes that Python had within."""
    found = [0]
    tracemalloc.start()
    try:
        yield found
    finally:
        found[0] = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths of all values inside."""
    inner: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield (*path, key)
        yield from places(one, (*path, key))


@pytest.mark.parametrize(
    ("values", "odd_values"),
    [(document(), ODD), (CYCLONEDX, ODD), (SPDX3, (7, "x" * 5_000, ["x"], {}))],
    ids=["spdx", "cyclonedx", "spdx3"],
)
def test_any_value_anywhere_is_read_or_refused(values: dict[str, Any], odd_values: tuple[Any, ...]) -> None:
    refusals, text = set(), json.dumps(values)
    for path in places(values):
        for odd in odd_values:
            changed = json.loads(text)
            at: Any = changed
            for key in path[:-1]:
                at = at[key]
            at[path[-1]] = odd
            try:
                quality(read(json.dumps(changed).encode()))
            except SbomError as error:
                refusals.add(error.message.template)
    assert refusals >= {
        "{place} must be a text, and is not; write the file anew with the tool that made it",
        "{place} must be a list, and is not; write the file anew with the tool that made it",
        "{place} must be an object, and is not; write the file anew with the tool that made it",
        "{place} has {count} characters, and up to {most} are read",
    }


def test_any_cut_of_tag_value_is_read_or_refused() -> None:
    refusals = 0
    for end in range(0, len(TEXT), 7):
        try:
            quality(read(TEXT[:end].encode()))
        except SbomError:
            refusals += 1
    assert refusals


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"spdxVersion": "SPDX-2.3", "spdxVersion": "SPDX-2.2"}', "the key spdxVersion stands twice in one object"),
        ('{"spdxVersion": "SPDX-2.3", "x": NaN}', "NaN is no value of JSON"),
        ('{"spdxVersion": "SPDX-2.3", "x": -Infinity}', "-Infinity is no value of JSON"),
        ('{"spdxVersion": "SPDX-2.3", "x": ' + "9" * 5_000 + "}", "a number of 5000 digits is no value"),
        ('{"spdxVersion": "SPDX-2.3", "x": 0.' + "9" * 5_000 + "}", "a number of 5002 digits is no value"),
        ('{"spdxVersion": "SPDX-2.3", "name": "\\ud800"}', "name holds half a character (a lone surrogate)"),
        ('{"spdxVersion": "SPDX-2.3", "packages": [{"name": "\\udc00"}]}', "packages[0].name holds half a character"),
        ('{"spdxVersion": "SPDX-2.3"', "line 1, column 27 is no JSON (Expecting ',' delimiter)"),
        ('{"spdxVersion": "SPDX-2.3", "x": ' + "[" * 100_000, "too many levels stand one inside the other"),
        ('{"spdxVersion": "SPDX-2.3", "\\ud800": 1, "\\ud800": 2}', "the key \ufffd stands twice"),
        (b'{"spdxVersion": "SPDX-2.3", "name": "\xff"}', "byte 37 of the file is no UTF-8"),
        ('{"@context": ' + "[" * 900 + "]" * 900 + "}", "this is no bill of materials that is known here"),
        ("", "the file is empty; write it anew with the tool that makes it"),
        ("publiccodeYmlVersion: '0.5'\nname: x\n", "this is a publiccode.yml, no bill of materials"),
        ("[]", "this is no bill of materials that is known here"),
        ("{}", "this is no bill of materials that is known here"),
        ('{"name": "x", "version": "1"}', "this is no bill of materials that is known here"),
        ("hello", "this is no bill of materials that is known here"),
        ('<?xml version="1.0"?>\n<bom xmlns="http://cyclonedx.org/schema/bom/1.6">', "CycloneDX as XML is not read"),
        ('<rdf:RDF xmlns:rdf="x" xmlns="http://spdx.org/rdf/terms#">', "SPDX as RDF is not read"),
        ('SPDXID: "SPDXRef-DOCUMENT"\nspdxVersion: "SPDX-2.3"\n', "SPDX as YAML is not read"),
        ("bomFormat: CycloneDX\nspecVersion: '1.6'\n", "CycloneDX as YAML is not read"),
    ],
)
def test_what_is_refused(content: bytes | str, said: str) -> None:
    assert refused(content).startswith(said)


def test_the_name_helps_to_say_what_an_unknown_format_is() -> None:
    with pytest.raises(SbomError, match="SPDX as RDF is not read"):
        read(b"<x:y/>", "app.spdx.rdf.xml")


def test_a_large_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "sbom.json"
    with path.open("wb") as file:
        file.truncate(500 * 1024 * 1024)
    with most_memory() as most, pytest.raises(SbomError, match="the file has 500 MB, and up to 32 MB are read"):
        read_file(path)
    assert most[0] < 1024 * 1024
    assert refused(b" " * (LARGEST + 1)).startswith("the file has 32 MB")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            '{"spdxVersion": "SPDX-2.3", "packages": [' + '{"name":"a"},' * 999_999 + "{}]}",
            "the file has about 1000002",
        ),
        ("SPDXVersion: SPDX-2.3\n" + "PackageName: a\n" * 60_000, f"PackageName has more than {MOST_PACKAGES} entries"),
        ("SPDXVersion: SPDX-2.3\n" + "\n" * 1_000_001, "the file has more than 1000000 lines"),
    ],
)
def test_a_million_packages_are_counted_before_they_cost(content: str, said: str) -> None:
    encoded = content.encode()
    with most_memory() as most:
        assert refused(encoded).startswith(said)
    assert most[0] < 3 * len(encoded)


def test_too_many_packages_relations_licences_and_texts() -> None:
    def spdx(**more: Any) -> str:
        return json.dumps({"spdxVersion": "SPDX-2.3", **more})

    assert refused(spdx(packages=[{}] * 50_001)).startswith("packages has more than 50000 entries")
    assert refused(spdx(relationships=[{}] * 300_001)).startswith("relationships has more than 300000 entries")
    licenses = [{"licenseDeclared": f"LicenseRef-{number}"} for number in range(10_001)]
    assert refused(spdx(packages=licenses)).startswith("the packages state more than 10000 different licences")
    texts = [{"licenseId": f"LicenseRef-{number}"} for number in range(2_001)]
    assert refused(spdx(hasExtractedLicensingInfos=texts)).startswith("hasExtractedLicensingInfos has more than 2000")
    inner = '{"name":"x","components":[' * 100 + "]}" * 100
    deep = f'{{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{inner}]}}'
    assert "lies in more than 60 other components" in refused(deep)


def test_a_circle_of_relationships_harms_nobody() -> None:
    circle = [
        {"spdxElementId": f"SPDXRef-{a}", "relationshipType": "DEPENDS_ON", "relatedSpdxElement": f"SPDXRef-{b}"}
        for a, b in (("app", "lib"), ("lib", "app"), ("app", "app"))
    ]
    found = read(json.dumps(document(relationships=circle * 100)).encode())
    assert len(found.relationships) == 3
    assert quality(found).ntia["relationship"] == 0


def test_what_cannot_be_seen_is_taken_out_of_names() -> None:
    values = document(name="a\u202eb\x1b[31m\nc\x00")
    values["packages"][1]["copyrightText"] = "Copyright\tA\n\x1b[2J\u2066B"
    found = read(json.dumps(values).encode())
    assert (found.name, found.packages[1].copyright) == ("a b [31m c", "Copyright\tA\n [2J B")


def spdx3(*elements: Any, to: str = "http://x/t", value: str = "http://x/p0") -> dict[str, Any]:
    """A document with one package, whose licence is the element `to`."""
    made = {"type": "CreationInfo", "@id": "_:c", "specVersion": "3.0.1", "created": "2026-01-01T00:00:00Z"}
    whole = {"type": "SpdxDocument", "spdxId": "http://x/d", "creationInfo": "_:c"}
    package = {"type": "software_Package", "spdxId": "http://x/p0", "name": "p0"}
    declared = {"type": "Relationship", "relationshipType": "hasDeclaredLicense", "from": value, "to": [to]}
    return {"@context": SPDX3["@context"], "@graph": [made, whole, package, declared, *elements]}


def expression(number: int, text: str, **meant: str) -> dict[str, Any]:
    """A licence element; `meant`: what its references stand for, by the end of each."""
    return {
        "type": "simplelicensing_LicenseExpression",
        "spdxId": f"http://x/e{number}",
        "simplelicensing_licenseExpression": text,
        "simplelicensing_customIdToUri": [{"key": f"LicenseRef-{end}", "value": to} for end, to in meant.items()],
    }


def licence_text(identity: str, text: str) -> dict[str, Any]:
    return {
        "type": "simplelicensing_SimpleLicensingText",
        "spdxId": identity,
        "simplelicensing_licenseText": text,
    }


def doubled(levels: int) -> dict[str, Any]:
    """Each licence is made of both of the level before: twice as long at each level."""
    sets: list[Any] = [
        expression(0, "MIT") | {"spdxId": "http://x/a0"},
        expression(1, "ISC") | {"spdxId": "http://x/b0"},
    ]
    for level in range(1, levels + 1):
        for name, kind in (("a", "ConjunctiveLicenseSet"), ("b", "DisjunctiveLicenseSet")):
            members = [f"http://x/a{level - 1}", f"http://x/b{level - 1}"]
            sets.append(
                {
                    "type": f"expandedlicensing_{kind}",
                    "spdxId": f"http://x/{name}{level}",
                    "expandedlicensing_member": members,
                }
            )
    return spdx3(*sets, to=f"http://x/a{levels}")


AGENT = {"type": "Person", "spdxId": "http://x/ag", "externalIdentifier": [{"externalIdentifierType": "other"}] * 3_000}
SUPPLIED = [
    {"type": "software_Package", "spdxId": f"http://x/q{number}", "suppliedBy": "http://x/ag"}
    for number in range(3_000)
]
MANY_KEYS = [{"key": "LicenseRef-a", "value": "http://x/t"}] * 3_000
COSTLY: dict[str, tuple[Any, str]] = {
    "doubling": (doubled(55), ""),
    "long key": (spdx3({"type": "X", "k" * 1_000_000: [{} for _ in range(3_000)]}), ""),
    "agent": (spdx3(AGENT, *SUPPLIED), ""),
    "custom ids": (
        spdx3(
            licence_text("http://x/t", "é" * 1_000_000),
            expression(0, "LicenseRef-a") | {"simplelicensing_customIdToUri": MANY_KEYS},
            to="http://x/e0",
        ),
        "",
    ),
    "same names": (
        spdx3(
            *(licence_text(f"http://x/{number}/t", "x") for number in range(3_000)),
            {
                "type": "Relationship",
                "relationshipType": "hasDeclaredLicense",
                "from": "http://x/p0",
                "to": [f"http://x/{number}/t" for number in range(3_000)],
            },
        ),
        "simplelicensing_SimpleLicensingText has more than 2000 entries",
    ),
    "relations": (
        "SPDXVersion: SPDX-2.3\n" + "Relationship: A B C\n" * 300_001,
        "Relationship has more than 300000 entries",
    ),
    "packages": ("SPDXVersion: SPDX-2.3\n" + " PackageName: a\n" * 50_001, "PackageName has more than 50000 entries"),
    "twice": (
        '{"spdxVersion": "SPDX-2.3",' + ",".join(f'"a{number}": 1' for number in range(60_000)) + ',"a59999": 2}',
        "the key a59999 stands twice",
    ),
}


@pytest.mark.parametrize(("content", "said"), COSTLY.values(), ids=COSTLY)
def test_nothing_costs_more_than_its_length(content: Any, said: str) -> None:
    text = content if isinstance(content, str) else json.dumps(content)
    started = process_time()
    if said:
        assert refused(text).startswith(said)
    else:
        quality(read(text.encode()))
    assert process_time() - started < 3  # each took minutes, or all memory, when it was counted too late


@pytest.mark.parametrize(
    ("values", "read_as"),
    [
        (
            spdx3(
                licence_text("http://x/t1", "MIT"),
                licence_text("http://x/t2", "Nobody may use this."),
                expression(1, "LicenseRef-1", **{"1": "http://x/t1"}),
                expression(2, "LicenseRef-1", **{"1": "http://x/t2"}),
                {"type": "software_Package", "spdxId": "http://x/p1", "name": "p1"},
                {
                    "type": "Relationship",
                    "relationshipType": "hasDeclaredLicense",
                    "from": "http://x/p1",
                    "to": "http://x/e2",
                },
                to="http://x/e1",
            ),
            [("MIT", "known"), ("LicenseRef-1-2", "unknown")],
        ),
        (
            {
                **CYCLONEDX,
                "metadata": {},
                "components": [
                    {"name": "a", "licenses": [{"expression": "LicenseRef-Acme"}]},
                    {"name": "b", "licenses": [{"license": {"name": "Acme", "text": {"content": "MIT"}}}]},
                ],
            },
            [("LicenseRef-Acme", "unknown"), ("MIT", "known")],
        ),
        (
            document(
                packages=[{"SPDXID": "a", "name": "a", "licenseDeclared": "LicenseRef-1"}],
                hasExtractedLicensingInfos=[
                    {"licenseId": "LicenseRef-1", "extractedText": "Nobody may use this."},
                    {"licenseId": "LicenseRef-1", "extractedText": "MIT"},
                ],
            ),
            [("LicenseRef-1", "unknown")],
        ),
        (
            {
                **CYCLONEDX,
                "metadata": {},
                "components": [
                    {
                        "name": "a",
                        "licenses": [{"license": {"id": "GPL-3.0-only) OR (MIT"}}, {"license": {"id": "ISC"}}],
                    },
                    {"name": "b", "licenses": [{"expression": "Apache-2.0 WITH AdditionRef-x"}]},
                ],
            },
            [("", "invalid"), ("Apache-2.0 WITH AdditionRef-x", "unknown")],
        ),
    ],
    ids=[
        "spdx3: a reference of each expression",
        "cyclonedx: a name like a reference",
        "spdx: a reference given twice",
        "joined",
    ],
)
def test_no_licence_is_taken_for_another(values: dict[str, Any], read_as: list[tuple[str, str]]) -> None:
    mit = (Path(__file__).parents[3] / "web/demo/licenses/MIT.txt").read_text("utf-8")
    text = json.dumps(values).replace('"MIT"', json.dumps(mit))
    assert [(one.license, str(one.state)) for one in read(text.encode()).packages] == read_as


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_moment_that_no_other_time_zone_can_tell_is_refused(moment: str) -> None:
    said = refused(json.dumps(document(creationInfo={"created": moment})))
    assert said.startswith(f"creationInfo.created is no moment: {moment}")


def test_a_foreign_key_is_quoted_short_and_visible() -> None:
    for key in ("\ud800evil", "k" * 1_000_000, "a\u202e\nb"):
        said = refused(json.dumps(spdx3({"type": "X", key: {"type": 5}})))
        assert len(said) < 200
        assert said.encode().decode().isprintable()


def test_an_element_written_twice_the_same_is_one() -> None:
    inline = {"type": "CreationInfo", "@id": "_:i", "specVersion": "3.0.1"}
    found = read(
        json.dumps(
            spdx3(*({"type": "Tool", "spdxId": f"http://x/{n}", "creationInfo": inline} for n in (1, 2)))
        ).encode()
    )
    assert [one.name for one in found.packages] == ["p0"]
