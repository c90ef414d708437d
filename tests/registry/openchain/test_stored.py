"""What is gathered about a publisher: of its own entries, or of all below it, with their records."""

from __future__ import annotations

from datetime import UTC, date
from typing import Any

import pytest
from sqlmodel import select

from publiccode.registry.archived import Which, keep
from publiccode.registry.audit.conclusions import software_named, waive
from publiccode.registry.audit.method import method
from publiccode.registry.audit.verdicts import follow_licenses
from publiccode.registry.declarations import declare
from publiccode.registry.models import FactsRecord, Publisher, RepositoryRecord
from publiccode.registry.openchain.facts import Archived, ProgramFacts, Review, Waived
from publiccode.registry.openchain.stored import program_facts
from publiccode.registry.publishers import ListedPublisher
from publiccode.registry.sboms import GIVEN, Found, record
from publiccode.schemas.licensing.policy import RULES
from publiccode.web.demo.agencies import LICENSES

from ...looks import World, software

URL = "https://git.yunwu.example/open/"
MIT = (LICENSES / "MIT.txt").read_bytes()
SBOM = b"""SPDXVersion: SPDX-2.3
DataLicense: CC0-1.0
SPDXID: SPDXRef-DOCUMENT
DocumentName: forms
DocumentNamespace: https://git.yunwu.example/open/forms/sbom
Creator: Tool: maker
Created: 2026-02-01T00:00:00Z
PackageName: lamp
SPDXID: SPDXRef-lamp
PackageDownloadLocation: NOASSERTION
PackageLicenseDeclared: MIT
PackageLicenseConcluded: MIT
PackageName: dark
SPDXID: SPDXRef-dark
PackageDownloadLocation: NOASSERTION
"""


@pytest.fixture
def city(world: World) -> World:
    """A city with two entries, an office below it with one whose licence file says something else."""
    world.list(
        ListedPublisher("yunwu", "Yunwu", repos=(URL + "forms", URL + "maps")),
        ListedPublisher("health", "Health", parent="yunwu", repos=(URL + "beds",)),
    )
    for name, license_ in (("forms", "MIT"), ("maps", "EUPL-1.2"), ("beds", "GPL-3.0-only")):
        world.finds(URL + name, software(URL + name, name.title(), legal={"license": license_}), files={"LICENSE": MIT})
    follow_licenses(world.store, method("osi", UTC), world.now)
    with world.store.writing("Lin Yu", world.now) as change:
        forms = software_named(change.session, "forms")
        record(change, forms.id, [Found(GIVEN, "sbom.spdx", SBOM)])
        repository = change.session.exec(select(RepositoryRecord).where(RepositoryRecord.url == URL + "forms")).one()
        facts = {"files": ["README.md", "CONTRIBUTING.md"]}
        change.session.add(FactsRecord(repository_id=repository.id, at=world.now, facts=facts))
        declare(change, forms, "security-scan", {"tool": "ZAP", "on": "2026-02-02"})
        declare(change, _publisher(change.session, "health"), "license-contact", {"value": "office"})
        maps = software_named(change.session, "maps")
        reason = {"reason": "repair-announced", "until": "2026-06-01", "remark": "The file is renamed."}
        waive(change, maps, "license-mismatch", **reason, rules=RULES, zone=UTC)
        for scope, name in (("publisher", "yunwu"), ("software", "beds"), ("publisher", "health")):
            keep(change, Which("audit", scope, name, "html", "en"), name.encode(), world.now)
    return world


def _publisher(session: Any, identifier: str) -> Publisher:
    return session.exec(select(Publisher).where(Publisher.identifier == identifier)).one()  # type: ignore[no-any-return]


def facts(world: World, identifier: str, below: bool) -> ProgramFacts:
    with world.store.reading() as session:
        return program_facts(session, _publisher(session, identifier), below, world.now, UTC)


def test_a_publisher_alone(city: World) -> None:
    found = facts(city, "yunwu", below=False)
    assert found.review == Review("osi", 2, {}, [Waived("Maps", "license-mismatch", "2026-06-01")], 0)
    assert (found.entries, found.reachable, found.contributing, found.looked, found.scanned) == (2, 2, 1, 1, 0)
    assert [(body.identifier, dict(body.declared)) for body in found.bodies] == [("yunwu", {})]
    assert found.archived == {"audit": Archived(1, 0, city.now.date(), whole=True)}
    sboms = found.sboms
    assert (sboms.entries, sboms.documents, sboms.packages, sboms.unstated, sboms.unread) == (1, 1, 2, 1, 0)
    assert (sboms.oldest, sboms.newest, dict(sboms.fits)) == (date(2026, 2, 1), date(2026, 2, 1), {"unknown": 1})
    assert dict(found.declared) == {"security-scan": 1}
    assert (found.licenses, found.described) == (1, 1)


def test_a_publisher_with_all_below(city: World) -> None:
    found = facts(city, "yunwu", below=True)
    assert (found.entries, dict(found.review.open), found.review.compared) == (3, {"error": 1}, 3)
    assert [(body.identifier, sorted(body.declared)) for body in found.bodies] == [
        ("yunwu", []),
        ("health", ["license-contact"]),
    ]
    assert found.archived == {"audit": Archived(1, 1, city.now.date(), whole=False)}


def test_a_publisher_without_software(city: World) -> None:
    city.list(
        ListedPublisher("yunwu", "Yunwu", repos=(URL + "forms", URL + "maps")),
        ListedPublisher("health", "Health", parent="yunwu", repos=(URL + "beds",)),
        ListedPublisher("empty", "Empty", repos=(URL + "none",)),
    )
    found = facts(city, "empty", below=True)
    assert (found.entries, found.licenses, found.archived, found.sboms.entries) == (0, 0, {}, 0)
