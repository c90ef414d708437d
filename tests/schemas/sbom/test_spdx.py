"""SPDX 2.2 and 2.3 as JSON."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from publiccode.schemas.sbom import Extracted, Package, Relationship, Sbom, State, read

MIT = Path("web/demo/licenses/MIT.txt").read_text(encoding="utf-8")

WHICH = (
    "the licence of 1 of 2 packages is not known: nothing is stated, or nobody can tell what; somebody has to look at each, "
    "because it is neither allowed nor denied"
)


def document(**more: Any) -> dict[str, Any]:
    """A small document that has what the tests look at."""
    return {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": "register",
        "documentNamespace": "https://example.org/sbom/1",
        "creationInfo": {
            "created": "2026-05-31T08:30:00Z",
            "creators": ["Tool: maker-1.0", "Organization: City of Fogmere"],
        },
        "packages": [
            {
                "SPDXID": "SPDXRef-app",
                "name": "register",
                "versionInfo": "1.2",
                "supplier": "Organization: City of Fogmere",
                "downloadLocation": "NOASSERTION",
                "licenseDeclared": "EUPL-1.2",
                "licenseConcluded": "NOASSERTION",
                "copyrightText": "NOASSERTION",
                "primaryPackagePurpose": "APPLICATION",
                "checksums": [
                    {"algorithm": "SHA1", "checksumValue": "aa"},
                    {"algorithm": "SHA256", "checksumValue": "bb"},
                ],
            },
            {
                "SPDXID": "SPDXRef-lib",
                "name": "left",
                "versionInfo": "3",
                "downloadLocation": "https://example.org/left.tgz",
                "licenseDeclared": "MIT AND LicenseRef-own",
                "licenseConcluded": "GPL-2.0+ or LicenseRef-own",
                "copyrightText": "Copyright 2020 A\r\nCopyright 2021 B",
                "externalRefs": [
                    {
                        "referenceCategory": "PACKAGE-MANAGER",
                        "referenceType": "purl",
                        "referenceLocator": "pkg:npm/left@3",
                    }
                ],
            },
        ],
        "hasExtractedLicensingInfos": [
            {"licenseId": "LicenseRef-own", "extractedText": "You may look at it on Sundays.", "name": "Own"}
        ],
        "relationships": [
            {
                "spdxElementId": "SPDXRef-DOCUMENT",
                "relationshipType": "DESCRIBES",
                "relatedSpdxElement": "SPDXRef-app",
            },
            {"spdxElementId": "SPDXRef-app", "relationshipType": "DEPENDS_ON", "relatedSpdxElement": "SPDXRef-lib"},
        ],
        **more,
    }


def of(values: dict[str, Any]) -> Sbom:
    """What is read of a document."""
    return read(json.dumps(values).encode())


def test_a_whole_document() -> None:
    assert of(document()) == Sbom(
        format="SPDX",
        version="2.3",
        form="JSON",
        name="register",
        identity="https://example.org/sbom/1",
        made_at=datetime(2026, 5, 31, 8, 30, tzinfo=UTC),
        tools=("maker-1.0",),
        authors=("Organization: City of Fogmere",),
        describes=("SPDXRef-app",),
        relationships=(
            Relationship("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-app"),
            Relationship("SPDXRef-app", "DEPENDS_ON", "SPDXRef-lib"),
        ),
        extracted=(Extracted("LicenseRef-own", "Own", "You may look at it on Sundays."),),
        data_license="CC0-1.0",
        packages=(
            Package(
                ref="SPDXRef-app",
                name="register",
                version="1.2",
                supplier="Organization: City of Fogmere",
                declared="EUPL-1.2",
                concluded="NOASSERTION",
                license="EUPL-1.2",
                state=State.KNOWN,
                checksum="SHA256:bb",
                kind="application",
            ),
            Package(
                ref="SPDXRef-lib",
                name="left",
                version="3",
                purl="pkg:npm/left@3",
                download="https://example.org/left.tgz",
                declared="MIT AND LicenseRef-own",
                concluded="GPL-2.0+ or LicenseRef-own",
                license="GPL-2.0-or-later OR LicenseRef-own",
                state=State.UNKNOWN,
                copyright="Copyright 2020 A\nCopyright 2021 B",
            ),
        ),
    )


def test_the_text_of_a_license_tells_which_it_is() -> None:
    texts = [{"licenseId": "LicenseRef-own", "extractedText": MIT}]
    read_ = of(document(hasExtractedLicensingInfos=texts))
    assert read_.extracted[0].license == "MIT"
    assert (read_.packages[1].license, read_.packages[1].state) == ("GPL-2.0-or-later OR MIT", State.KNOWN)
