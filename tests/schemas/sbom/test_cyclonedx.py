"""CycloneDX as JSON."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from publiccode.schemas.sbom import Extracted, Package, Relationship, Sbom, SbomError, State, read

from .test_spdx import MIT


def of(*components: dict[str, Any], **more: Any) -> Sbom:
    """What is read of a document with these components."""
    values = {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": list(components), **more}
    return read(json.dumps(values).encode())


def licensed(*licenses: dict[str, Any]) -> tuple[str, str, str, str]:
    """Declared, concluded, the canonical licence and the state of a component with these licences."""
    (package,) = of({"type": "library", "name": "x", "licenses": list(licenses)}).packages
    return package.declared, package.concluded, package.license, str(package.state)


def test_a_whole_document() -> None:
    found = of(
        {
            "type": "library",
            "bom-ref": "lib",
            "group": "@town",
            "name": "hall",
            "version": "1",
            "supplier": {"name": "Town"},
            "authors": [{"name": "Ada", "email": "ada@town.example"}],
            "purl": "pkg:npm/%40town/hall@1",
            "cpe": "cpe:2.3:a:town:hall:1:*:*:*:*:*:*:*",
            "hashes": [{"alg": "SHA-1", "content": "aa"}, {"alg": "SHA-512", "content": "bb"}],
            "licenses": [{"expression": "(MIT OR Apache-2.0)"}],
            "copyright": "Copyright Town",
            "externalReferences": [{"type": "vcs", "url": "https://git.town.example/hall"}],
            "components": [{"type": "file", "bom-ref": "inner", "name": "inner", "publisher": "Somebody"}],
        },
        serialNumber="urn:uuid:1",
        metadata={
            "timestamp": "2026-05-31T08:30:00+02:00",
            "lifecycles": [{"phase": "build"}, {"name": "audit"}],
            "tools": {"components": [{"name": "syft", "version": "1.2"}], "services": [{"name": "registry"}]},
            "authors": [{"name": "Bo"}],
            "component": {"type": "application", "bom-ref": "app", "name": "Register", "version": "2"},
            "manufacturer": {"name": "Yunwu"},
            "licenses": [{"license": {"id": "CC0-1.0"}}],
        },
        dependencies=[{"ref": "app", "dependsOn": ["lib"]}, {"ref": "lib"}],
    )
    assert found == Sbom(
        "CycloneDX",
        "1.6",
        "JSON",
        (
            Package("app", "Register", "2", kind="application"),
            Package(
                "lib",
                "@town/hall",
                "1",
                "Organization: Town",
                "Person: Ada (ada@town.example)",
                "pkg:npm/%40town/hall@1",
                "cpe:2.3:a:town:hall:1:*:*:*:*:*:*:*",
                "https://git.town.example/hall",
                "(MIT OR Apache-2.0)",
                "",
                "MIT OR Apache-2.0",
                State.KNOWN,
                "SHA512:bb",
                "Copyright Town",
                "library",
            ),
            Package("inner", "inner", supplier="Somebody", kind="file"),
        ),
        name="Register",
        identity="urn:uuid:1",
        made_at=datetime.fromisoformat("2026-05-31T08:30:00+02:00"),
        tools=("syft 1.2", "registry"),
        authors=("Person: Bo", "Organization: Yunwu"),
        describes=("app",),
        relationships=(
            Relationship("lib", "CONTAINS", "inner"),
            Relationship("app", "DEPENDS_ON", "lib"),
            Relationship("lib", "DEPENDS_ON", "NONE"),  # as an empty dependsOn says
        ),
        data_license="CC0-1.0",
        lifecycle=("build", "audit"),
    )


@pytest.mark.parametrize(
    ("licenses", "expected"),
    [
        ([{"license": {"id": "MIT"}}], ("MIT", "", "MIT", "known")),
        ([{"license": {"name": "Apache License, Version 2.0"}}], ("Apache-2.0", "", "Apache-2.0", "known")),
        (
            [{"license": {"name": "Ours", "url": "https://opensource.org/licenses/MIT"}}],
            ("MIT", "", "MIT", "known"),
        ),
        (
            [{"license": {"id": "MIT"}}, {"license": {"id": "ISC"}}, {"license": {"id": "MIT"}}],
            ("MIT AND ISC", "", "MIT AND ISC", "known"),
        ),
        (
            [
                {"license": {"id": "MIT", "acknowledgement": "declared"}},
                {"expression": "ISC", "acknowledgement": "concluded"},
            ],
            ("MIT", "ISC", "ISC", "known"),
        ),
        ([{"license": {"name": "Ours & Theirs"}}], ("LicenseRef-Ours-Theirs", "", "LicenseRef-Ours-Theirs", "unknown")),
        ([{"license": {"name": "GPL"}}], ("LicenseRef-GPL", "", "LicenseRef-GPL", "unknown")),
        ([{"license": {"name": "授權"}}], ("LicenseRef-text", "", "LicenseRef-text", "unknown")),
        ([{"license": {"id": "No-Such-1.0"}}], ("No-Such-1.0", "", "", "invalid")),
        ([{"license": {"name": "X", "text": {"content": MIT}}}], ("LicenseRef-X", "", "MIT", "known")),
        (
            [
                {
                    "license": {
                        "name": "X",
                        "text": {"content": base64.b64encode(MIT.encode()).decode(), "encoding": "base64"},
                    }
                }
            ],
            ("LicenseRef-X", "", "MIT", "known"),
        ),
        ([], ("", "", "", "noassertion")),
        ([{"license": {}}], ("", "", "", "noassertion")),
    ],
)
def test_licences(licenses: list[dict[str, Any]], expected: tuple[str, str, str, str]) -> None:
    assert licensed(*licenses) == expected


def test_licences_of_one_name_with_other_texts_are_told_apart() -> None:
    components = [
        {"type": "library", "name": name, "licenses": [{"license": {"name": "Ours", "text": {"content": text}}}]}
        for name, text in (("a", "You may look."), ("b", "You may touch."), ("c", "You may look."))
    ]
    found = of(*components)
    assert [package.license for package in found.packages] == [
        "LicenseRef-Ours",
        "LicenseRef-Ours-2",
        "LicenseRef-Ours",
    ]
    assert found.extracted == (
        Extracted("LicenseRef-Ours", "Ours", "You may look."),
        Extracted("LicenseRef-Ours-2", "Ours", "You may touch."),
    )


def test_tools_as_versions_until_1_4_list_them() -> None:
    found = of(specVersion="1.4", metadata={"tools": [{"vendor": "v", "name": "old", "version": "1"}]})
    assert (found.version, found.tools, found.made_at) == ("1.4", ("old 1",), None)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"specVersion": "1.1"}, "specVersion is 1.1, and CycloneDX 1.2 to 1.7 are read"),
        ({"specVersion": 1.6}, "specVersion must be a text"),
        ({"components": {}}, "components must be a list"),
        ({"components": [7]}, "components[0] must be an object"),
        ({"components": [{"name": ["x"]}]}, "components[0].name must be a text"),
        ({"components": [{"hashes": [{"alg": 1}]}]}, "components[0].hashes[0].alg must be a text"),
        ({"metadata": {"tools": "x"}}, "metadata.tools must be a list"),
        ({"metadata": {"timestamp": "yesterday"}}, "metadata.timestamp is no moment: yesterday"),
        ({"dependencies": [{"ref": "a", "dependsOn": [1]}]}, "dependencies[0].dependsOn[0] must be a text"),
        (
            {
                "components": [
                    {"licenses": [{"license": {"name": "x", "text": {"encoding": "base64", "content": "a"}}}]}
                ]
            },
            "components[0].licenses[0].license.text.content is no Base64",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place(values: dict[str, Any], said: str) -> None:
    with pytest.raises(SbomError) as told:
        of(**{"components": [], **values}) if "components" not in values else read(
            json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.6", **values}).encode()
        )
    assert str(told.value.message).startswith(said)


def test_moments_without_a_zone_are_read_as_utc() -> None:
    assert of(metadata={"timestamp": "2026-05-31T08:30:00"}).made_at == datetime(2026, 5, 31, 8, 30, tzinfo=UTC)
