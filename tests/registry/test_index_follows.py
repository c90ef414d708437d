"""After any change, following the log gives the same documents as building the index anew."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable

import pytest
from sqlalchemy import func
from sqlmodel import select

from publiccode.registry.activity import record_activity
from publiccode.registry.audit.verdicts import follow_licenses
from publiccode.registry.catalogue import entry_at
from publiccode.registry.facets import facets_of, technology
from publiccode.registry.following import follow, reindex
from publiccode.registry.models import (
    CodeHosting,
    Event,
    FactsRecord,
    LicenseVerdictRecord,
    Listing,
    Publisher,
    Reach,
    RepositoryRecord,
    Software,
    Usage,
)
from publiccode.registry.publishers import ListedPublisher
from publiccode.registry.search import FACETS, Frequencies, IndexEntry, Request, Result, Text
from publiccode.registry.touched import touched

from ..audited import small_method
from ..looks import World, software

URLS = tuple(f"https://git.yunwu.example/open/{name}" for name in ("petition", "parking", "forms"))


class Documents:
    """An index that keeps what it was given, to be compared."""

    def __init__(self) -> None:
        self.kept: dict[str, IndexEntry] = {}
        self.at = ""

    def cursor(self) -> str:
        return self.at

    def update(self, put: Iterable[IndexEntry], remove: Iterable[str], cursor: str, after: str | None = None) -> None:
        assert after == self.at
        for identity in remove:
            self.kept.pop(identity, None)
        self.kept |= {entry.id: entry for entry in put}
        self.at = cursor

    def rebuild(self, entries: Iterable[IndexEntry], cursor: str) -> None:
        self.kept, self.at = {entry.id: entry for entry in entries}, cursor

    def search(self, request: Request) -> Result:
        raise NotImplementedError

    def like(self, texts: Iterable[Text], limit: int) -> tuple[str, ...]:
        raise NotImplementedError

    def count(self, text: str) -> int:
        raise NotImplementedError

    def frequencies(self, tokens: Iterable[str]) -> Frequencies:
        raise NotImplementedError

    def ids(self) -> frozenset[str]:
        return frozenset(self.kept)


def _publishers(world: World, parent: str) -> None:
    """Two ministries, and the city below one of them (or none); the second of them is below a third."""
    world.list(
        ListedPublisher("state", "國家", {"en": "State"}),
        ListedPublisher("north", "北部", {"en": "North"}),
        ListedPublisher("south", "南部", {"en": "South"}, parent="state"),
        ListedPublisher("catalogue", "目錄", {"en": "Catalogue of others"}),
        ListedPublisher("yunwu", "雲霧市政府", {"en": "City of Yunwu"}, parent=parent, repos=URLS),
    )


class Steps:
    """Changes of what is known, each by the door that it comes through."""

    def __init__(self, world: World, source: random.Random) -> None:
        self.world, self.source = world, source

    def find(self) -> None:
        url = self.source.choice(URLS)
        name = f"{self.source.choice(('陳情', '停車', '表單'))}{self.source.randint(1, 99)}"
        declared = self.source.choice(("EUPL-1.2", "MIT", "GPL-3.0-only OR MIT"))
        depends = {"open": [{"name": self.source.choice(("PostgreSQL 12", "Redis"))}]}
        content = software(url, name, legal={"license": declared}, dependsOn=depends)
        self.world.finds(url, content, files={"LICENSE": b"MIT text"}, language=self.source.choice(("Python", "PHP")))

    def look(self) -> None:
        """The host tells which files there are."""
        with self.world.store.writing("test", self.world.now) as change:
            repository = self.source.choice(change.session.exec(select(RepositoryRecord)).all())
            facts = {"files": self.source.choice((["bom.json"], ["README"]))}
            change.session.add(FactsRecord(repository_id=repository.id, at=self.world.now, facts=facts))

    def lose(self) -> None:
        url = self.source.choice(URLS)
        self.world.fails(url, Reach.MISSING)
        self.world.later(days=2)
        self.world.fails(url, Reach.MISSING)

    def move(self) -> None:
        _publishers(self.world, self.source.choice(("", "north", "south")))

    def judge(self) -> None:
        follow_licenses(self.world.store, small_method(), self.world.now)

    def count(self) -> None:
        with self.world.store.writing("test", self.world.now) as change:
            record_activity(change, self.world.now)

    def listing(self) -> None:
        """Another catalogue begins to list an entry, lists another in its place, or ends to."""
        with self.world.store.writing("test", self.world.now) as change:
            entry = self.source.choice(change.session.exec(select(Software)).all())
            owner = change.session.exec(select(Publisher).where(Publisher.identifier == "catalogue")).one()
            url = "https://catalogue.example/"
            hosting = change.session.exec(select(CodeHosting).where(CodeHosting.url == url)).first() or CodeHosting(
                publisher_id=owner.id, url=url, key="catalogue.example", kind="catalogue"
            )
            change.session.add(hosting)
            change.session.flush()
            now = self.world.now
            listed = change.session.exec(select(Listing)).first() or Listing(
                code_hosting_id=hosting.id, source_id="1", key=entry.key, url=entry.url, listed_at=now, modified_at=now
            )
            listed.software_id = entry.id
            listed.ended_at = self.source.choice((None, now))
            change.session.add(listed)

    def hosting(self) -> None:
        """The catalogue goes to another publisher."""
        with self.world.store.writing("test", self.world.now) as change:
            hosting = change.session.exec(select(CodeHosting).where(CodeHosting.kind == "catalogue")).first()
            if hosting:
                hosting.publisher_id = self.source.choice(change.session.exec(select(Publisher)).all()).id
                change.session.add(hosting)

    def use(self) -> None:
        with self.world.store.writing("test", self.world.now) as change:
            usages = change.session.exec(select(Usage)).all()
            entry = self.source.choice(change.session.exec(select(Software)).all())
            usage = Usage(number=len(usages) + 1, software_id=entry.id, name="Seaside", declared_at=self.world.now)
            if usages and self.source.random() < 0.5:
                usage = self.source.choice(usages)
                usage.kind = "confirmed"
            change.session.add(usage)


@pytest.mark.parametrize("seed", [1, 2])
def test_following_gives_what_building_anew_gives(world: World, seed: int) -> None:
    source = random.Random(seed)
    _publishers(world, "north")
    steps = Steps(world, source)
    index, anew = Documents(), Documents()
    steps.find()
    follow(world.store, index)
    built = index.rebuild
    names = [name for name in vars(Steps) if not name.startswith("_")]
    for step in [*source.sample(names, len(names)), *source.choices(names, k=20)]:
        getattr(steps, step)()
        world.later(hours=5)
        index.rebuild = None  # type: ignore[assignment,method-assign]  # it follows, and does not begin anew
        follow(world.store, index)
        index.rebuild = built  # type: ignore[method-assign]
        reindex(world.store, anew)
        assert index.kept == anew.kept, step
        assert index.cursor() == anew.cursor()
    assert {facet for entry in anew.kept.values() for facet, values in entry.facets.items() if values} >= {
        *("verdict", "activity", "sbom", "technology", "source", "publisher", "since")
    }


def _listed(world: World, publisher: str) -> Listing:
    """A listing of the catalogue of `publisher` that stands for the only entry there is."""
    with world.store.writing("test", world.now) as change:
        owner = change.session.exec(select(Publisher).where(Publisher.identifier == publisher)).one()
        entry = change.session.exec(select(Software)).one()
        url = "https://catalogue.example/"
        hosting = CodeHosting(publisher_id=owner.id, url=url, key="catalogue.example", kind="catalogue")
        change.session.add(hosting)
        change.session.flush()
        listing = Listing(
            code_hosting_id=hosting.id,
            source_id="1",
            key=entry.key,
            url=entry.url,
            listed_at=world.now,
            modified_at=world.now,
            software_id=entry.id,
        )
        change.session.add(listing)
        change.session.flush()
        change.session.expunge(listing)
    return listing


def test_what_a_listing_stood_for_is_touched(world: World) -> None:
    _publishers(world, "north")
    world.finds(URLS[0], software(URLS[0], "Petition"))
    listing = _listed(world, "catalogue")
    world.finds(URLS[1], software(URLS[1], "Parking"))
    with world.store.reading() as session:
        since = session.exec(select(func.max(Event.sequence))).one() or 0
        first, second = (entry_at(session, url) for url in URLS[:2])
    assert first
    assert second
    with world.store.writing("test", world.now) as change:
        tied = change.session.get_one(Listing, listing.id)
        tied.software_id = second.software.id
        change.session.add(tied)
    with world.store.reading() as session:
        assert touched(session, since) == sorted((first.software.id, second.software.id))


def test_what_a_catalogue_lists_is_touched_when_it_goes_to_another_publisher(world: World) -> None:
    _publishers(world, "north")
    world.finds(URLS[0], software(URLS[0], "Petition"))
    listing = _listed(world, "catalogue")
    with world.store.reading() as session:
        since = session.exec(select(func.max(Event.sequence))).one() or 0
    with world.store.writing("test", world.now) as change:
        hosting = change.session.get_one(CodeHosting, listing.code_hosting_id)
        hosting.publisher_id = change.session.exec(select(Publisher).where(Publisher.identifier == "south")).one().id
        change.session.add(hosting)
    with world.store.reading() as session:
        assert touched(session, since) == [listing.software_id]


@pytest.mark.parametrize("kind", ["slashes", "spaces"])
def test_names_of_any_length_cost_little(kind: str) -> None:
    start = time.process_time()
    assert technology("a" + {"slashes": "/", "spaces": " "}[kind] * 1_000_000 + "!") in ("", "a !")
    assert time.process_time() - start < 0.5


def test_all_facets_of_an_entry(world: World) -> None:
    _publishers(world, "south")
    audience = {"scope": ["healthcare", "invented"], "countries": ["it", "IT", "TW"]}
    content = software(
        URLS[0],
        categories=["a-fancy", "communications", *(f"a-{number}" for number in range(300))],
        intendedAudience=audience,
        legal={"license": "GPL-3.0-only OR MIT"},
        dependsOn={"open": [{"name": "PostgreSQL 12"}, {"name": "python"}], "proprietary": [{"name": "x" * 60}]},
        usedBy=["Seaside county"],
    )
    world.finds(URLS[0], content, files={}, language="Python")
    with world.store.writing("test", world.now) as change:
        record_activity(change, world.now)
    follow_licenses(world.store, small_method(), world.now)
    with world.store.writing("test", world.now) as change:
        entry = change.session.exec(select(Software)).one()
        change.session.add(
            FactsRecord(
                repository_id=entry.repository_id,
                at=world.now,
                facts={"language": "Python", "files": ["README.md", "sbom.spdx.json"]},
            )
        )
    with world.store.reading() as session:
        found = entry_at(session, URLS[0])
        assert found is not None
        facets = facets_of(session, found)
        codes = session.exec(select(LicenseVerdictRecord.codes)).one()
    assert list(facets) == list(FACETS)
    assert facets == {
        "category": ("a-fancy", "communications", "a-0", "a-1", "a-2", "a-3"),
        "scope": ("healthcare", "invented"),
        "publisher": ("yunwu", "south", "state"),
        "license": ("GPL-3.0-only", "MIT"),
        "family": ("strong-copyleft", "permissive"),
        "validity": ("valid" if found.newest.valid else "invalid",),
        "verdict": tuple(codes),
        "status": ("stable",),
        "type": ("standalone/web",),
        "platform": ("web",),
        "language": ("zh-Hant",),
        "interface": ("zh-Hant",),
        "technology": ("python", "postgresql"),
        "country": ("IT", "TW"),
        "maintenance": ("internal",),
        "activity": ("unknown",),
        "sbom": ("yes",),
        "use": ("claimed",),
        "source": ("own",),
        "since": ("2026-03",),
    }
