"""The minimum elements beside ntia-conformance-checker's answers, and the score with its reasons."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ntia_conformance_checker.ntia_checker import NTIAChecker

from publiccode.schemas.sbom import Sbom, quality, read

from .test_spdx import WHICH, document, of
from .test_spdx3 import GRAPH
from .test_spdx3 import document as document_3

Change = Callable[[dict[str, Any]], object]


def complete() -> dict[str, Any]:
    """A document of SPDX 2.3 that has all minimum elements."""
    values = document()
    values["packages"][1]["supplier"] = "Person: Ada (ada@town.example)"
    return values


VARIANTS: dict[str, tuple[Change, tuple[str, ...]]] = {
    "complete": (lambda v: None, ()),
    "no supplier": (lambda v: v["packages"][1].pop("supplier"), ("supplier",)),
    "supplier not known": (lambda v: v["packages"][1].update(supplier="NOASSERTION"), ("supplier",)),
    "no version": (lambda v: v["packages"][0].pop("versionInfo"), ("version",)),
    "empty version": (lambda v: v["packages"][0].update(versionInfo=""), ("version",)),
    "a tool as author": (lambda v: v["creationInfo"].update(creators=["Tool: maker"]), ()),
    "two are missing": (
        lambda v: (v["packages"][0].pop("versionInfo"), v["packages"][0].pop("supplier")),
        ("supplier", "version"),
    ),
}


def checked(path: Path, spec: str) -> tuple[str, ...]:
    """What the checker misses, in our words."""
    found = NTIAChecker(str(path), validate=False, sbom_spec=spec)
    answers = {
        "supplier": found.components_without_suppliers,
        "name": found.components_without_names,
        "version": found.components_without_versions,
        "identifier": found.components_without_identifiers,
        "relationship": not found.dependency_relationships,
        "author": not found.doc_author,
        "timestamp": not found.doc_timestamp,
    }
    return tuple(name for name, missing in answers.items() if missing)


@pytest.mark.parametrize(("change", "expected"), VARIANTS.values(), ids=VARIANTS)
def test_answers_as_the_checker_does(tmp_path: Path, change: Change, expected: tuple[str, ...]) -> None:
    values = complete()
    change(values)
    path = tmp_path / "sbom.spdx.json"
    path.write_text(json.dumps(values), "utf-8")
    assert quality(of(values)).missing == checked(path, "spdx2") == expected


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda graph: None, ("supplier", "version")),
        (lambda graph: graph.remove(next(one for one in graph if one.get("relationshipType") == "dependsOn")), None),
    ],
)
def test_answers_as_the_checker_does_for_spdx_3(
    tmp_path: Path, change: Callable[[list[dict[str, Any]]], None], expected: tuple[str, ...] | None
) -> None:
    graph = [one for one in json.loads(json.dumps(GRAPH)) if not str(one.get("spdxId")).endswith(("#deep", "#said-5"))]
    change(graph)
    path = tmp_path / "sbom.spdx3.json"
    path.write_bytes(document_3(graph))
    missing = quality(read(path.read_bytes())).missing
    if expected is None:  # the checker looks only at what is related, so nothing else is left to compare
        assert "relationship" in missing
        assert "relationship" in checked(path, "spdx3")
    else:
        assert missing == checked(path, "spdx3") == expected


def test_the_score_says_why_each_point_is_lost() -> None:
    told = quality(of(document()))
    assert told.ntia == {
        "supplier": 1,
        "name": 0,
        "version": 0,
        "identifier": 0,
        "relationship": 0,
        "author": 0,
        "timestamp": 0,
    }
    assert told.score == 75
    assert sum(check.points for check in told.checks) == 100
    assert [str(reason) for reason in told.reasons] == [
        WHICH,
        "1 of 2 packages have no package URL (purl) and no CPE, by which others know them",
        "1 of 2 packages name no supplier",
        "1 of 2 packages have no checksum of SHA-256 or better",
        "1 of 2 packages have licence ids that SPDX deprecates",
        "for 1 of 2 packages nobody concluded which licence holds",
        "1 of 2 packages name nobody who holds the copyright",
        "1 of 2 packages do not say where they come from",
    ]


def test_a_document_of_which_nothing_can_be_said_against_has_100() -> None:
    values = complete()
    values["packages"] = [
        {
            **package,
            "licenseDeclared": "MIT",
            "licenseConcluded": "MIT",
            "copyrightText": "Copyright Town",
            "downloadLocation": "https://town.example/a.tgz",
            "checksums": [{"algorithm": "SHA256", "checksumValue": "aa"}],
            "externalRefs": [{"referenceType": "purl", "referenceLocator": "pkg:npm/a@1"}],
        }
        for package in values["packages"]
    ]
    told = quality(of(values))
    assert (told.score, told.reasons, told.missing) == (100, (), ())


def test_what_names_nothing_is_missing() -> None:
    values = complete()
    values["creationInfo"]["creators"] = ["Organization: "]
    for package in values["packages"]:
        package |= {"SPDXID": "SPDXRef-same", "supplier": "Person:  ()", "versionInfo": "NOASSERTION"}
        package["checksums"] = [{"algorithm": "SHA256", "checksumValue": ""}]
    told = quality(of(values))
    assert dict(told.ntia) == {
        "supplier": 2,
        "name": 0,
        "version": 2,
        "identifier": 2,
        "relationship": 1,
        "author": 1,
        "timestamp": 0,
    }
    assert "2 of 2 packages have no checksum of SHA-256 or better" in map(str, told.reasons)


def test_a_component_of_cyclonedx_is_identified_by_its_package_url_and_may_depend_on_nothing() -> None:
    values = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "components": [{"name": "a", "bom-ref": "a"}, {"name": "b", "purl": "pkg:npm/b@1"}],
        "dependencies": [{"ref": "a", "dependsOn": []}],
    }
    ntia = quality(read(json.dumps(values).encode())).ntia
    assert (ntia["identifier"], ntia["relationship"]) == (0, 0)


def test_a_document_without_packages_has_nothing() -> None:
    told = quality(Sbom("SPDX", "2.3", "JSON", ()))
    assert told.score == 0
    assert told.missing == ("supplier", "name", "version", "identifier", "relationship", "author", "timestamp")
    assert [str(reason) for reason in told.reasons] == [
        "no package is listed; without packages a bill of materials says nothing"
    ]
