"""Drift: variants and their upstreams, asked over real Git servers, kept, and told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from publiccode.harvesters.drift import Comparing, measure
from publiccode.harvesters.errors import HostUnavailable
from publiccode.harvesters.hosts import GitHost, Hosts
from publiccode.harvesters.hosts.git import GitSmartHttp
from publiccode.harvesters.http import Http
from publiccode.harvesters.workers import Parts
from publiccode.registry.catalogue import entry
from publiccode.registry.columns import now
from publiccode.registry.drift import Comparison, Lag, Standing, drift, due, lag, record_drift, variants
from publiccode.registry.models import DriftRecord, FactsRecord, Publisher, RepositoryRecord, Software
from publiccode.registry.settings import Mirror
from publiccode.registry.store import Store
from publiccode.registry.upgrade import upgrade
from publiccode.schemas.candidate import Repository
from publiccode.schemas.finding import message
from publiccode.schemas.validator import assess
from publiccode.web.demo.bare_repositories import lay_out
from publiccode.web.demo.git_server import GitServer

from ..looks import World, software

HOST = "https://git.yunwu.example/"
OWN, UPSTREAM = HOST + "petition-health", HOST + "petition"
AT = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)


class Scene:
    """A variant in a store, and the server on which both repositories lie."""

    def __init__(self, folder: Path, server: GitServer, store: Store, http: Http) -> None:
        self.folder, self.server, self.store = folder, server, store
        self.mirrors = [Mirror(HOST, server.url + "/")]
        self.parts = Parts(store, http, Hosts(http, self.mirrors), assess, "rules", threads=2)
        world = World(store)
        world.publish(OWN)
        world.finds(OWN, software(OWN, "衛生陳情", isBasedOn=UPSTREAM))

    def push(self, name: str, *tags: str, day: datetime = AT) -> str:
        return lay_out(self.folder / f"{name}.git", {"a": str((name, tags)).encode()}, day, tags=tags)

    def measure(self, at: datetime = AT, parts: Parts | None = None) -> int:
        return measure(parts or self.parts, at)

    def records(self) -> list[DriftRecord]:
        with self.store.reading() as session:
            found = list(session.exec(select(DriftRecord).order_by(col(DriftRecord.at))))
            session.expunge_all()
        return found


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    store = Store(f"sqlite:///{tmp_path / 'registry.sqlite'}")
    upgrade(store)
    with GitServer(tmp_path / "git") as server, Http([server.authority], backoff=()) as http:
        yield Scene(tmp_path / "git", server, store, http)
    store.close()


def told(record: DriftRecord) -> tuple[object, ...]:
    text = record.message and record.message["template"]
    return (record.upstream, record.behind, record.ahead, record.own_release, record.upstream_release, text)


def test_plain_git_tells_the_newest_tags_in_three_requests(scene: Scene) -> None:
    scene.push("petition", "v1.9", day=AT - timedelta(days=90))
    scene.push("petition", "v1.10", day=AT - timedelta(days=20))
    scene.push("petition-health", "v1.9")
    assert scene.measure() == 1
    (record,) = scene.records()
    released = {"name": "v1.10", "at": (AT - timedelta(days=20)).isoformat()}
    assert told(record) == (UPSTREAM, None, None, {"name": "v1.9", "at": ""}, released, None)
    assert scene.server.requests == 3
    assert lag(record) == Lag(Standing.BEHIND, number=True)


def test_nobody_is_asked_twice_a_day(scene: Scene) -> None:
    scene.push("petition", "v1")
    scene.push("petition-health", "v1")
    scene.measure()
    scene.server.reset()
    assert scene.measure(AT + timedelta(hours=3)) == 0
    assert scene.server.requests == 0
    for day in (1, 2, 3):
        assert scene.measure(AT + timedelta(days=day)) == 0
    assert [record.at for record in scene.records()] == [AT, AT + timedelta(days=3)]
    scene.push("petition", "v2")
    assert scene.measure(AT + timedelta(days=4)) == 1
    assert len(scene.records()) == 3


def test_a_host_that_does_not_answer_is_told_and_changes_nothing(scene: Scene) -> None:
    scene.push("petition", "v2", day=AT)
    assert scene.measure() == 1
    (scene.folder / "petition.git").rename(scene.folder / "away.git")
    scene.measure(AT + timedelta(days=1))
    first, second = scene.records()
    assert (first.upstream_release["name"], first.message) == ("v2", None)
    assert second.upstream_release == first.upstream_release
    assert second.message == {
        "template": "{url} answers with HTTP status {status}",
        "values": {"url": UPSTREAM, "status": "404"},
    }


def test_an_upstream_in_the_catalogue_is_not_asked(scene: Scene) -> None:
    world = World(scene.store)
    world.publish(OWN, UPSTREAM)
    world.finds(UPSTREAM, software(UPSTREAM))
    facts = {"newest_release": {"name": "v3.0", "at": "2026-05-01T00:00:00+00:00"}}
    mine = {"newest_tag": {"name": "v2.0", "at": "2026-03-02T00:00:00+00:00"}}
    with scene.store.writing("harvest", AT) as change:
        for url, some in ((UPSTREAM, facts), (OWN, mine)):
            repository = change.session.exec(select(RepositoryRecord).where(RepositoryRecord.url == url)).one()
            change.session.add(FactsRecord(repository_id=repository.id, at=AT, facts=some))
    scene.measure()
    assert scene.server.requests == 0
    (record,) = scene.records()
    assert told(record) == (UPSTREAM, None, None, mine["newest_tag"], facts["newest_release"], None)
    assert lag(record) == Lag(Standing.BEHIND, days=60)


def test_without_tags_the_file_of_the_upstream_is_believed(scene: Scene) -> None:
    world = World(scene.store)
    world.publish(OWN, UPSTREAM)
    world.finds(UPSTREAM, software(UPSTREAM, softwareVersion="2.0", releaseDate="2026-05-01"))
    world.finds(OWN, software(OWN, isBasedOn=UPSTREAM, softwareVersion="1.0", releaseDate="2026-04-01"))
    scene.push("petition")
    scene.measure()
    (record,) = scene.records()
    expected = ({"name": "1.0", "at": "2026-04-01"}, {"name": "2.0", "at": "2026-05-01"}, "{url} has no tags.")
    assert told(record) == (UPSTREAM, None, None, *expected)
    assert lag(record) == Lag(Standing.BEHIND, days=30)


class CountingHost(GitSmartHttp):
    """A host that counts commits, as those with an API do."""

    answer: Comparison | HostUnavailable = Comparison()

    def compare(self, repository: Repository, upstream_url: str) -> Comparison:
        if isinstance(self.answer, HostUnavailable):
            raise self.answer
        return self.answer


class OneHost(Hosts):
    """One host serves all addresses."""

    def __init__(self, scene: Scene, host: GitHost) -> None:
        super().__init__(scene.parts.http, scene.mirrors)
        self.host = host

    def serving(self, url: str) -> GitHost:
        return self.host


def test_a_host_that_compares_is_asked(scene: Scene) -> None:
    scene.push("petition", "v2")
    host = CountingHost(scene.parts.http)
    assert isinstance(host, Comparing)
    assert not isinstance(GitSmartHttp(scene.parts.http), Comparing)
    parts = replace(scene.parts, hosts=OneHost(scene, host))
    host.answer = Comparison(
        behind=12, ahead=3, upstream_release={"name": "v2", "at": ""}, own_release={"name": "v1", "at": ""}
    )
    scene.measure(parts=parts)
    assert scene.server.requests == 0
    host.answer = HostUnavailable(message("{url} answered {status}.", url=OWN, status=502), 502)
    scene.measure(AT + timedelta(days=1), parts)
    first, second = scene.records()
    assert told(first) == (UPSTREAM, 12, 3, {"name": "v1", "at": ""}, {"name": "v2", "at": ""}, None)
    assert (second.upstream_release["name"], second.message is not None) == ("v2", True)


def test_only_addresses_of_the_web_are_asked_and_few(scene: Scene) -> None:
    world = World(scene.store)
    many = [
        UPSTREAM,
        UPSTREAM + ".git",
        OWN,
        "ssh://git@git.yunwu.example/x",
        "file:///etc/passwd",
        "",
        5,
        "https://" + "x" * 3000,
    ]
    world.finds(OWN, software(OWN, isBasedOn=[*many, *(f"{HOST}{n}" for n in range(20))]))
    with scene.store.reading() as session:
        assert [variant.upstream for variant in due(session, AT)] == [UPSTREAM, *(f"{HOST}{n}" for n in range(4))]


def test_an_address_inside_the_network_is_refused_and_told(scene: Scene) -> None:
    world = World(scene.store)
    world.finds(OWN, software(OWN, isBasedOn="http://127.0.0.1:9/x"))
    scene.measure()
    (record,) = scene.records()
    assert record.message is not None
    assert scene.server.requests <= 1


def test_a_list_of_those_that_fall_behind(scene: Scene) -> None:
    world = World(scene.store)
    urls = {name: HOST + name for name in ("level", "commits", "days", "unknown", "far", "new")}
    world.publish(OWN, *urls.values())
    for name, url in urls.items():
        world.finds(url, software(url, name, isBasedOn=UPSTREAM))
    found = {
        "level": Comparison(behind=0, ahead=9),
        "commits": Comparison(behind=3),
        "far": Comparison(behind=400),
        "days": Comparison(
            own_release={"name": "a", "at": "2026-01-01"}, upstream_release={"name": "b", "at": "2026-02-01"}
        ),
        "unknown": Comparison(message=message("{url} has no tags.", url=UPSTREAM)),
    }
    with scene.store.writing("harvest", AT) as change:
        ids = {one.name: one.id for one in change.session.exec(select(Software))}
        assert record_drift(change, [(ids[name], UPSTREAM, one) for name, one in found.items()]) == 5
    with scene.store.reading() as session:
        publisher = session.exec(select(Publisher)).one()
        order = [row[0].software.name for row in variants(session, publisher.id)]
        assert order == ["far", "commits", "days", "new", "unknown", "衛生陳情", "level"]
        far = entry(session, "far")
        assert far is not None
        assert [(url, record and record.behind) for url, record in drift(session, far)] == [(UPSTREAM, 400)]


@pytest.mark.parametrize(
    ("own", "upstream", "expected"),
    [
        ({}, {}, Lag(Standing.UNKNOWN)),
        ({"name": "v1", "at": "2026-02-01"}, {"name": "v9", "at": "2026-01-01"}, Lag(Standing.LEVEL)),
        ({"name": "v1", "at": ""}, {"name": "v1.0", "at": "2026-01-01"}, Lag(Standing.LEVEL)),
        ({"name": "v1", "at": "x"}, {"name": "2026.1", "at": ""}, Lag(Standing.UNKNOWN)),
    ],
)
def test_how_far(own: dict[str, str], upstream: dict[str, str], expected: Lag) -> None:
    record = DriftRecord(software_id=Publisher(identifier="x", slug="x", name="x").id, upstream="x", at=now())
    record.own_release, record.upstream_release = own, upstream
    assert lag(record) == expected
