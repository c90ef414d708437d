"""The small catalogue of the pages' tests: one software of each kind, and every way to get into trouble."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlmodel import col, select

from publiccode.registry.activity import record_activity
from publiccode.registry.drift import Comparison, record_drift
from publiccode.registry.models import FactsRecord, Reach, RepositoryRecord, ScanRecord, Software
from publiccode.registry.observations import Look
from publiccode.registry.publishers import ListedPublisher
from publiccode.registry.scans import keep_scan
from publiccode.registry.store import Change
from publiccode.registry.stored import message_to_json
from publiccode.schemas.candidate import SYMLINK, Candidate, Repository, RepositoryFile, address_key
from publiccode.schemas.finding import message
from publiccode.schemas.validator import assess
from publiccode.web.demo.agencies import LICENSES

from ..looks import LONG, World, software

BASE = "https://git.yunwu.example/open/"
FORMS_LICENSE = "© 2026 Peñón\n\n" + (LICENSES / "EUPL-1.2.txt").read_text("utf-8")
FOREIGN = "https://code.brume.example/comune/"
HOSTILE_MARKDOWN = (
    "# Title\n\n<script>alert(1)</script> <img src=x onerror=alert(1)>\n\n[bad](javascript:alert(1)) [relative](/x) "
    "[good](https://good.example/) <b onclick='x()'>bold</b>\n\n![picture](https://tracker.example/p.png)\n\n#### Deep\n\n"
) + "Some more words. " * 20


def read_json(client: FlaskClient, address: str) -> Any:
    """The data at an address."""
    return client.get(address).json


def english(short: str, **more: Any) -> dict[str, Any]:
    return {
        "shortDescription": short,
        "longDescription": "A long description. " * 10,
        "features": ["One feature"],
        **more,
    }


def fill(world: World) -> None:
    """Publishers with a body below, and repositories in every state."""
    own = [
        BASE + name
        for name in ("petition", "petition-fork", "forms", "broken", "hostile", "empty", "gone", "archived", "quiet")
    ]
    world.list(
        ListedPublisher(
            "yunwu",
            "雲霧市政府",
            {"zh-Hant": "雲霧市政府", "en": "City of Yunwu"},
            "urn:oid:2.16.886.999.101",
            "",
            ("https://git.yunwu.example/team",),
            tuple(own),
            ("https://git.yunwu.example/team/private",),
        ),
        ListedPublisher(
            "yunwu-health",
            "雲霧市政府衛生局",
            {"en": "Yunwu Health"},
            parent="yunwu",
            repos=(BASE + "petition-health",),
        ),
        ListedPublisher("brume", "Comune di Brume", {"it": "Comune di Brume"}, repos=(FOREIGN + "segnalazioni",)),
    )
    _good(world)
    _troubled(world)
    _told(world)


def _good(world: World) -> None:
    found(world, "petition", petition())
    _forms(world)
    found(
        world,
        "archived",
        software(
            BASE + "archived",
            "Old Ledger",
            description={"en": english("An old ledger")},
            legal={"license": "MIT OR Apache-2.0"},
        ),
        archived=True,
    )
    variant = software(
        BASE + "petition-health", "衛生陳情", isBasedOn=[BASE + "petition", "https://elsewhere.example/up"]
    )
    world.finds(BASE + "petition-health", variant, head=_head("variant"))
    italian = {
        "it": {"shortDescription": "Segnalazioni dei cittadini", "longDescription": "Testo. " * 40, "features": ["Una"]}
    }
    world.finds(
        FOREIGN + "segnalazioni",
        software(FOREIGN + "segnalazioni", "Segnalazioni", description=italian),
        head=_head("italian"),
    )


def _forms(world: World) -> None:
    """A valid file without a warning, with licence files beside it, one of which was not read."""
    content = software(
        BASE + "forms", "Formwright", description={"en": english("Forms without code")}, categories=["survey"]
    )
    repository = Repository(BASE + "forms", _head("forms"), "main")
    files = (
        RepositoryFile("LICENSE", FORMS_LICENSE.encode()),
        RepositoryFile("LICENSES/<b>.html", b"<script>alert(4)</script>"),
        RepositoryFile("COPYING", None, SYMLINK, target="LICENSE"),
    )
    candidate = Candidate(RepositoryFile("publiccode.yml", content), repository, files)
    world.look(Look(BASE + "forms", Reach.OK, repository, True, candidate, assess(candidate)))


def scanned(change: Change, slug: str = "formwright") -> None:
    """A deep scan of the forms, with something in every list."""
    entry = change.session.exec(select(Software).where(Software.slug == slug)).one()
    left_out = message_to_json(message("Symbolic links, not followed: {count}", count=2))
    keep_scan(
        change,
        ScanRecord(
            software_id=entry.id,
            number=0,
            at=change.at,
            commit=_head("forms"),
            tool="publiccode scan 1, reuse 6.2.0",
            files=2000,
            bytes=12_345_678,
            with_license=1999,
            with_copyright=1500,
            compliant=False,
            licenses={"EUPL-1.2": 1990, "MIT": 9} | {f"LicenseRef-{number}": 1 for number in range(9)},
            missing=["mit"],
            unused=["CC0-1.0"],
            deprecated=["GPL-3.0"],
            bad=["Etalab-2.0"],
            without=[f"src/<b>{number}</b>.py" for number in range(12)],
            without_count=501,
            copyrights=["2026 City of Yunwu", "© 2019 Jane <i>Doe</i>"],
            message={**left_out, "more": [left_out]},
        ),
    )


def petition() -> bytes:
    """A file that says everything."""
    return software(
        BASE + "petition",
        landingURL="https://petition.yunwu.example/",
        roadmap="https://petition.yunwu.example/roadmap",
        softwareVersion="2.1",
        releaseDate="2026-02-28",
        logo="docs/logo.svg",
        usedBy=["青嵐縣政府"],
        platforms=["web", "Haiku"],
        intendedAudience={"scope": ["local-authorities"], "countries": ["TW"], "unsupportedCountries": ["AQ"]},
        description={
            "zh-Hant": {
                "localisedName": "雲霧陳情",
                "shortDescription": "民眾陳情與案件追蹤",
                "longDescription": LONG,
                "features": ["線上陳情"],
                "documentation": "https://petition.yunwu.example/docs",
                "apiDocumentation": "https://petition.yunwu.example/api",
                "screenshots": ["docs/one.png", "https://petition.yunwu.example/two.png"],
                "videos": ["https://video.example/1"],
                "awards": ["雲霧獎"],
            },
            "en": english("Petitions and case tracking"),
            "it": english("Petizioni"),
        },
        organisation={"uri": "urn:oid:2.16.886.999.101", "name": "雲霧市政府"},
        fundedBy=[{"uri": "https://fund.example/", "name": "Cloud Fund"}],
        dependsOn={
            "open": [{"name": "PostgreSQL", "versionMin": "14"}],
            "hardware": [{"name": "Card reader", "optional": True}],
        },
        maintenance={
            "type": "contract",
            "contractors": [
                {
                    "name": "Egret Ltd",
                    "until": "2027-12-31",
                    "email": "egret@egret.example",
                    "website": "https://egret.example/",
                }
            ],
            "contacts": [
                {"name": "林小雨", "email": "lin@yunwu.example", "phone": "+886-2-5550-1234", "affiliation": "資訊處"}
            ],
        },
        tw={"techStacks": ["Python"], "accessibilityConformance": "AA"},
    )


def _troubled(world: World) -> None:
    found(world, "petition-fork", software(BASE + "petition"))
    found(world, "broken", software(BASE + "broken", "Tidy Index"))
    found(world, "gone", software(BASE + "gone", "Lost Lamp"))
    found(world, "quiet", software(BASE + "quiet", "Quiet Bell", description={"en": english("A bell")}))
    found(world, "empty", None)
    found(
        world,
        "hostile",
        software(
            BASE + "hostile",
            "<script>alert('name')</script>",
            landingURL="javascript:alert(1)",
            logo="javascript:alert(2)",
            categories=["communications", "<b>no category</b>"],
            legal={"license": "<b>free</b> of charge"},
            description={"en": english("<img src=x onerror=alert(3)>", longDescription=HOSTILE_MARKDOWN)},
            maintenance={
                "type": "internal",
                "contacts": [{"name": "<i>Eve</i>", "email": "eve@x.example?bcc=all@x.example"}],
            },
        ),
    )
    world.later(days=1)
    found(world, "broken", b"name: [\n")
    world.fails(BASE + "gone", Reach.MISSING)
    world.fails(BASE + "quiet", Reach.UNKNOWN)
    world.fails(FOREIGN + "segnalazioni", Reach.UNKNOWN)
    world.later(days=2)
    world.fails(BASE + "gone", Reach.MISSING)
    for url in (BASE + "broken", BASE + "empty", FOREIGN + "segnalazioni"):
        world.later(minutes=1)
        world.same(url)
    world.later(minutes=1)
    world.same(BASE + "petition", head=_head("petition"))


def _told(world: World) -> None:
    """What hosts told, over a year: facts, and with them the activity; the drift of the variant."""
    urls = {BASE + name: kind for kind, name in enumerate(("petition", "forms", "petition-health", "hostile"))}
    for months in (12, 8, 4, 0):
        at = world.now - timedelta(days=30 * months)
        with world.store.writing("harvest", at) as change:
            for repository in change.session.exec(select(RepositoryRecord).where(col(RepositoryRecord.url).in_(urls))):
                told = _facts(at, 12 - months, urls[repository.url])
                change.session.add(FactsRecord(repository_id=repository.id, at=at, facts=told))
            change.session.flush()
            record_activity(change, at)
    with world.store.writing("harvest", world.now) as change:
        variant = change.session.exec(
            select(Software).where(Software.key == address_key(BASE + "petition-health"))
        ).one()
        released = {"name": "v2.1", "at": "2026-02-28T09:00:00+00:00"}
        refused = message("{url} has no tags.", url="https://elsewhere.example/up")
        rows = [
            (variant.id, BASE + "petition", Comparison(17, 4, {"name": "v1.8", "at": ""}, released)),
            (variant.id, "https://elsewhere.example/up", Comparison(message=refused)),
        ]
        record_drift(change, rows)


def _facts(at: datetime, slower: int, kind: int) -> dict[str, Any]:
    """Less is done from month to month."""
    if kind == 3:  # a host that lies
        return {
            "pushed_at": "<b>now</b>",
            "releases": -1,
            "newest_tag": {"name": "<i>x</i>", "at": "never"},
            "files": "README",
        }
    return {
        "pushed_at": at.isoformat(),
        "recent_commits": [(at - timedelta(days=(3 + slower) * number)).isoformat() for number in range(60)],
        "recent_authors": 1 + kind * 2,
        "commits": 60,
        "releases": 9,
        "created_at": "2023-01-01T00:00:00+00:00",
        "newest_release": {"name": "v2.1", "at": (at - timedelta(days=40 * (1 + slower))).isoformat()},
        "newest_tag": {"name": "v2.1"},
        "contributors": 12,
        "signed_share": 0.415,
        "files": ["README.md", "CONTRIBUTING.md", "SECURITY.md", "LICENSES", "bom.json", ".github"],
    }


def found(world: World, name: str, content: bytes | None, archived: bool = False) -> None:
    world.finds(
        BASE + name,
        content,
        head=_head(name + str(content)) if name != "petition" else _head("petition"),
        archived=archived,
    )


def _head(name: str) -> str:
    return hashlib.sha1(name.encode()).hexdigest()
