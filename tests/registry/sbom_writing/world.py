"""The audited registry with bills of materials, a deep scan, a variant and a licence of one's own, for tests of what is written."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from publiccode.registry.audit.conclusions import software_named
from publiccode.registry.audit.report import Scope
from publiccode.registry.audit.verdicts import follow_licenses
from publiccode.registry.models import ScanRecord
from publiccode.registry.publishers import ListedPublisher
from publiccode.registry.sbom_writing import Bill, Place, bill_of
from publiccode.registry.sboms import Found, record
from publiccode.registry.store import Store

from ...audited import NAMES, audit, publishers, small_method
from ...looks import World, software
from ...schemas.sbom.test_spdx import document

SITE = Place("Catalogue of Mist", "https://catalogue.example")
MAY = datetime(2026, 5, 4, 1, 0, tzinfo=UTC)
OWN = "https://code.city/own"
COPY = "https://gitlab.example/copy"
OWN_TEXT = "Use it,\r\nbut </text> ask us.\n"


def given() -> dict[str, Any]:
    """The bill of materials of the ledger: two libraries in a circle, one alone, suppliers that are persons."""
    libraries = [
        {
            "SPDXID": f"SPDXRef-{name}",
            "name": name,
            "versionInfo": "1",
            "supplier": supplier,
            "downloadLocation": f"https://registry.example.org/{name}.tgz",
            "licenseDeclared": declared,
            "licenseConcluded": concluded,
            "copyrightText": "Copyright 2020 Ada",
            "checksums": [{"algorithm": "SHA256", "checksumValue": f"{number:064x}"}],
            "externalRefs": [
                {
                    "referenceCategory": "PACKAGE-MANAGER",
                    "referenceType": "purl",
                    "referenceLocator": f"pkg:npm/{name}@1",
                }
            ],
        }
        for number, (name, supplier, declared, concluded) in enumerate(
            (
                ("left", "Organization: Left Ltd (post@left.example)", "MIT", "NOASSERTION"),
                ("right", "Person: Ada (ada@x.example)", "LicenseRef-own", "LicenseRef-own AND MIT"),
                ("alone", "NOASSERTION", "GPL-2.0+ or mit", "NONE"),
                ("odd", "Organization: ada@x.example", "do what you want", ""),
            )
        )
    ]
    app = {"SPDXID": "SPDXRef-app", "name": "ledger", "versionInfo": "2"}
    related = [
        ("SPDXRef-app", "DEPENDS_ON", "SPDXRef-left"),
        ("SPDXRef-right", "BUILD_DEPENDENCY_OF", "SPDXRef-left"),
        ("SPDXRef-right", "DEPENDS_ON", "SPDXRef-left"),
        ("SPDXRef-left", "OTHER", "SPDXRef-alone"),
    ]
    return document(
        packages=[app, *libraries],
        documentDescribes=["SPDXRef-app"],
        relationships=[
            {"spdxElementId": one, "relationshipType": kind, "relatedSpdxElement": other}
            for one, kind, other in related
        ],
        hasExtractedLicensingInfos=[{"licenseId": "LicenseRef-own", "name": "Own", "extractedText": "Ask Ada Ltd."}],
    )


def fill(store: Store) -> World:
    """The registry, two months audited, with the evidence of May."""
    world = World(store)
    audit(world, small_method())
    world.now = MAY
    city = ListedPublisher("city", "City of Bells (Bureau)", repos=(*NAMES[5:], OWN, COPY))
    world.list(*publishers("Bureau of Mist")[:2], city)
    own = software(OWN, "Own\nwords", legal={"license": "LicenseRef-Own"}, softwareVersion="1.2")
    world.finds(OWN, own, head="c" * 40, files={"LICENSES/LicenseRef-Own.txt": OWN_TEXT.encode()})
    copy = software(
        COPY,
        "Copy",
        isBasedOn=[NAMES[0], "https://elsewhere.example/x"],
        landingURL="https://copy.example/",
        softwareType="library",
    )
    world.finds(COPY, copy, head="d" * 40, files={"LICENSE": b"NOASSERTION text"})
    follow_licenses(world.store, small_method(), world.now)
    with store.writing("test", MAY + timedelta(hours=1)) as change:
        ledger = software_named(change.session, NAMES[0])
        record(change, ledger.id, [Found("repository", "sbom.spdx.json", json.dumps(given()).encode(), "e" * 40)])
        scan = ScanRecord(
            number=1, software_id=ledger.id, at=change.at, commit="e" * 40, copyrights=["Copyright 2026 Mist"]
        )
        change.session.add(scan)
    return world


def bill(store: Store, scope: Scope, at: datetime = datetime(2026, 6, 1, tzinfo=UTC), place: Place = SITE) -> Bill:
    """The bill of materials of June, when nothing had changed since May."""
    with store.reading() as session:
        return bill_of(session, scope, at, place)
