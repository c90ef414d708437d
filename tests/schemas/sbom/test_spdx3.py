"""SPDX 3.0.1 as JSON-LD, and the same file as the model of SPDX's own bindings has it."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from spdx_python_model.bindings import v3_0_1 as spdx3

from publiccode.schemas.sbom import Extracted, Package, Relationship, Sbom, SbomError, State, read

from .test_spdx import MIT

BASE = "https://town.example/sbom#"
LICENSE = "https://spdx.org/rdf/3.0.1/terms/ExpandedLicensing/"


def element(kind: str, key: str, /, **more: Any) -> dict[str, Any]:
    """An element of the graph."""
    return {"type": kind, "spdxId": BASE + key, "creationInfo": "_:made", **more}


def licensed(number: int, kind: str, package: str, *licenses: str) -> dict[str, Any]:
    """The statement of a package's licence."""
    return element(
        "Relationship",
        f"said-{number}",
        **{"from": BASE + package, "relationshipType": kind, "to": list(licenses)},
    )


GRAPH: list[dict[str, Any]] = [
    {
        "type": "CreationInfo",
        "@id": "_:made",
        "specVersion": "3.0.1",
        "created": "2026-05-31T08:30:00Z",
        "createdBy": [BASE + "city"],
        "createdUsing": [BASE + "tool"],
    },
    element("Organization", "city", name="City of Fogmere"),
    element(
        "Person",
        "ada",
        name="Ada",
        externalIdentifier=[
            {"type": "ExternalIdentifier", "externalIdentifierType": "email", "identifier": "ada@town.example"}
        ],
    ),
    element("Tool", "tool", name="maker 1.0"),
    element(
        "SpdxDocument",
        "document",
        name="register",
        rootElement=[BASE + "bom"],
        dataLicense="https://spdx.org/licenses/CC0-1.0",
        profileConformance=["core", "software", "simpleLicensing", "expandedLicensing"],
    ),
    element("software_Sbom", "bom", rootElement=[BASE + "app"], software_sbomType=["build"]),
    element(
        "software_Package",
        "app",
        name="register",
        software_packageVersion="1.2",
        suppliedBy=BASE + "city",
        software_primaryPurpose="application",
        software_downloadLocation="https://town.example/register.tgz",
        software_copyrightText="Copyright City",
        verifiedUsing=[
            {"type": "Hash", "algorithm": "sha1", "hashValue": "aa"},
            {"type": "Hash", "algorithm": "sha256", "hashValue": "bb"},
        ],
    ),
    element(
        "software_Package",
        "lib",
        name="left",
        software_packageVersion="3",
        originatedBy=[BASE + "ada"],
        software_copyrightText="NOASSERTION",
        externalIdentifier=[
            {"type": "ExternalIdentifier", "externalIdentifierType": "packageUrl", "identifier": "pkg:npm/left@3"}
        ],
    ),
    element("software_Package", "own", name="own"),
    element("software_Package", "deep", name="deep"),
    element(
        "Relationship",
        "needs",
        **{"from": BASE + "app", "relationshipType": "dependsOn", "to": [BASE + "lib", BASE + "own"]},
    ),
    element("simplelicensing_LicenseExpression", "eupl", simplelicensing_licenseExpression="EUPL-1.2"),
    element(
        "simplelicensing_SimpleLicensingText", "License-9", name="Sundays", simplelicensing_licenseText="On Sundays."
    ),
    element(
        "simplelicensing_LicenseExpression",
        "mixed",
        simplelicensing_licenseExpression="MIT OR LicenseRef-mine",
        simplelicensing_customIdToUri=[{"type": "DictionaryEntry", "key": "LicenseRef-mine", "value": BASE + "mine"}],
    ),
    element("simplelicensing_SimpleLicensingText", "mine", name="Mine", simplelicensing_licenseText=MIT),
    element(
        "expandedlicensing_DisjunctiveLicenseSet", "either", expandedlicensing_member=[BASE + "both", BASE + "later"]
    ),
    element("expandedlicensing_ConjunctiveLicenseSet", "both", expandedlicensing_member=[BASE + "eupl", BASE + "mit"]),
    element("expandedlicensing_ListedLicense", "mit", name="MIT", simplelicensing_licenseText="MIT"),
    element("expandedlicensing_OrLaterOperator", "later", expandedlicensing_subjectLicense=BASE + "mpl"),
    element("expandedlicensing_ListedLicense", "mpl", name="MPL-2.0", simplelicensing_licenseText="MPL"),
    licensed(1, "hasDeclaredLicense", "app", BASE + "eupl"),
    licensed(2, "hasConcludedLicense", "app", LICENSE + "NoAssertionLicense"),
    licensed(3, "hasDeclaredLicense", "lib", BASE + "License-9"),
    licensed(4, "hasDeclaredLicense", "own", BASE + "mixed"),
    licensed(5, "hasConcludedLicense", "deep", BASE + "either"),
]


def document(graph: list[dict[str, Any]]) -> bytes:
    """The file with these elements."""
    return json.dumps({"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": graph}).encode()


def test_a_whole_document() -> None:
    assert read(document(_with_listed_ids())) == Sbom(
        "SPDX",
        "3.0.1",
        "JSON-LD",
        (
            Package(
                BASE + "app",
                "register",
                "1.2",
                "Organization: City of Fogmere",
                download="https://town.example/register.tgz",
                declared="EUPL-1.2",
                concluded="NOASSERTION",
                license="EUPL-1.2",
                state=State.KNOWN,
                checksum="SHA256:bb",
                copyright="Copyright City",
                kind="application",
            ),
            Package(
                BASE + "lib",
                "left",
                "3",
                originator="Person: Ada (ada@town.example)",
                purl="pkg:npm/left@3",
                declared="LicenseRef-License-9",
                license="LicenseRef-License-9",
                state=State.UNKNOWN,
            ),
            Package(BASE + "own", "own", declared="MIT OR LicenseRef-mine", license="MIT", state=State.KNOWN),
            Package(
                BASE + "deep",
                "deep",
                concluded="(EUPL-1.2 AND MIT) OR MPL-2.0+",
                license="(EUPL-1.2 AND MIT) OR MPL-2.0+",
                state=State.KNOWN,
            ),
        ),
        name="register",
        identity=BASE + "document",
        made_at=datetime(2026, 5, 31, 8, 30, tzinfo=UTC),
        tools=("maker 1.0",),
        authors=("Organization: City of Fogmere",),
        describes=(BASE + "app",),
        relationships=(
            Relationship(BASE + "app", "DEPENDS_ON", BASE + "lib"),
            Relationship(BASE + "app", "DEPENDS_ON", BASE + "own"),
        ),
        extracted=(
            Extracted("LicenseRef-License-9", "Sundays", "On Sundays."),
            Extracted("LicenseRef-mine", "Mine", MIT.strip(), "MIT"),
        ),
        data_license="CC0-1.0",
        lifecycle=("build",),
    )


def _with_listed_ids() -> list[dict[str, Any]]:
    """The graph with licences of SPDX's list under the ids that the list gives them."""
    listed = {BASE + "mit": "https://spdx.org/licenses/MIT", BASE + "mpl": "https://spdx.org/licenses/MPL-2.0"}
    text = json.dumps(GRAPH)
    for old, new in listed.items():
        text = text.replace(f'"{old}"', f'"{new}"')
    return list(json.loads(text))


def test_the_model_of_spdx_reads_the_same() -> None:
    objects: Any = spdx3.SHACLObjectSet()
    spdx3.JSONLDDeserializer().read(io.BytesIO(document(_with_listed_ids())), objects)
    found = read(document(_with_listed_ids()))
    packages = list(objects.foreach_type(spdx3.software_Package))
    theirs = {
        (one.spdxId, one.name, one.software_packageVersion or "", getattr(one.suppliedBy, "name", ""))
        for one in packages
    }
    ours = {(one.ref, one.name, one.version, one.supplier.removeprefix("Organization: ")) for one in found.packages}
    assert ours == theirs
    related = {
        (one.from_.spdxId, one.relationshipType.rpartition("/")[2], target.spdxId)
        for one in objects.foreach_type(spdx3.Relationship)
        for target in one.to
        if one.relationshipType.endswith("/dependsOn")
    }
    assert {(one.source, "dependsOn", one.target) for one in found.relationships} == related
    made = next(iter(objects.foreach_type(spdx3.CreationInfo)))
    assert (found.made_at, found.authors) == (made.created, (f"Organization: {made.createdBy[0].name}",))


def test_a_circle_of_licences_ends() -> None:
    circle = [
        element(
            "expandedlicensing_ConjunctiveLicenseSet", "round", expandedlicensing_member=[BASE + "and", BASE + "eupl"]
        ),
        element("expandedlicensing_DisjunctiveLicenseSet", "and", expandedlicensing_member=[BASE + "round"]),
        licensed(9, "hasDeclaredLicense", "app", BASE + "round"),
    ]
    found = read(
        document([one for one in GRAPH if not one["spdxId" if "spdxId" in one else "@id"].endswith("said-1")] + circle)
    )
    assert (found.packages[0].declared, found.packages[0].state) == ("NOASSERTION", State.NOASSERTION)


@pytest.mark.parametrize(
    ("graph", "said"),
    [
        ([*GRAPH, element("SpdxDocument", "second")], "the file has 2 elements SpdxDocument, and must have one"),
        ([*GRAPH, element("software_Package", "app")], "@graph[25] has the id of another element"),
        (
            [*GRAPH[1:], {**GRAPH[0], "specVersion": "3.9"}],
            "specVersion is 3.9, and SPDX 2.1 to 2.3 and 3.0.1 are read",
        ),
        ([*GRAPH, {"type": 5}], "@graph[25].type must be a text"),
        ([*GRAPH, element("Relationship", "x", to=[5])], "@graph[25].to[0] must be a text"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(graph: list[dict[str, Any]], said: str) -> None:
    with pytest.raises(SbomError) as told:
        read(document(graph))
    assert str(told.value.message).startswith(said)
