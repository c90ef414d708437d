"""Repositories without a publiccode.yml: which they are, how they are counted, and what stays among the addresses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import pytest
from sqlmodel import select

from publiccode.registry import catalogue
from publiccode.registry.harvests import places
from publiccode.registry.models import CodeHosting, HarvestItem, HarvestRun, Outcome, Publisher, Reach, RepositoryRecord
from publiccode.registry.observations import Look, record_all
from publiccode.registry.publishers import ListedPublisher
from publiccode.registry.why import why
from publiccode.registry.without_file import (
    Lacking,
    counts_by_publisher,
    details,
    lacking,
    lacks_file,
    seen,
    seen_at,
    upstream_of,
)
from publiccode.schemas.candidate import Candidate, Repository, RepositoryFile
from publiccode.schemas.finding import message
from publiccode.schemas.validator import assess

from ..looks import World, software

GROUP = "https://github.com/gov"


def lists(world: World, *repos: str, orgs: tuple[str, ...] = (GROUP,)) -> None:
    world.list(
        ListedPublisher("gov", "雲霧市政府", {"en": "City"}, "urn:oid:2.16.886.999.101", orgs=orgs, repos=repos),
        ListedPublisher("other", "Other", repos=("https://git.example/x",)),
    )


def listing(world: World, *looks: Look, group: str = GROUP) -> HarvestRun:
    """Records a run over the group that gave these looks."""
    with world.store.writing("harvest", world.now) as change:
        hosting = change.session.exec(select(CodeHosting).where(CodeHosting.url == group)).one()
        run = HarvestRun(harvest_id=uuid4(), code_hosting_id=hosting.id, started_at=world.now, finished_at=world.now)
        change.session.add(run)
        change.session.flush()
        record_all(change, hosting, run.id, looks, world.ruleset)
        change.session.flush()
        change.session.expunge_all()
    return run


def bare(name: str, empty: bool = False, archived: bool = False, **facts: Any) -> Look:
    url = f"{GROUP}/{name}"
    return Look(url, Reach.OK, Repository(url, None if empty else "0" * 40, "main", archived, facts=facts), read=True)


def with_file(name: str, content: bytes | None = None) -> Look:
    url = f"{GROUP}/{name}"
    repository = Repository(url, "1" * 40, "main")
    candidate = Candidate(RepositoryFile("publiccode.yml", content or software(url)), repository, ())
    return Look(url, Reach.OK, repository, True, candidate, assess(candidate))


def owner(world: World) -> Publisher:
    with world.store.reading() as session:
        found = catalogue.publisher(session, "gov")
        assert found is not None
        session.expunge_all()
        return found


def rows(world: World) -> list[Lacking]:
    with world.store.reading() as session:
        return lacking(session, owner(world))


def told(world: World) -> tuple[list[tuple[str, str]], int]:
    """The addresses of the publisher's page with their last outcome, and how many are only counted."""
    with world.store.reading() as session:
        found = places(session, owner(world))
        listed = [
            (look.url, str(look.last.outcome) if look.last else "") for place in found for look in place.repositories
        ]
        return listed, sum(place.without_file for place in found)


def test_the_last_pushed_come_first_and_each_is_of_one_kind(world: World) -> None:
    lists(world)
    listing(
        world,
        bare("Old", pushed_at="2020-01-01T00:00:00Z"),
        bare("new", pushed_at="2026-01-01T00:00:00Z"),
        bare("unknown"),
        bare("copy", pushed_at="2025-01-01T00:00:00Z", fork_of="https://github.com/up/copy"),
        bare("mirror", mirror_of="https://git.up.example/mirror"),
        bare("done", archived=True, fork_of="https://github.com/up/done"),
        bare("nothing", empty=True, archived=True),
        with_file("listed"),
    )
    assert rows(world) == [
        Lacking("github.com/gov/new", "code", "2026-01-01T00:00:00Z"),
        Lacking("github.com/gov/copy", "fork", "2025-01-01T00:00:00Z"),
        Lacking("github.com/gov/old", "code", "2020-01-01T00:00:00Z"),
        Lacking("github.com/gov/done", "archived", ""),
        Lacking("github.com/gov/mirror", "fork", ""),
        Lacking("github.com/gov/nothing", "empty", ""),
        Lacking("github.com/gov/unknown", "code", ""),
    ]
    with world.store.reading() as session:
        assert counts_by_publisher(session) == {owner(world).id: 7}
        assert catalogue.counts(session)["software"] == 1
        found = details(session, ["github.com/gov/mirror", "github.com/gov/none", "github.com/gov/new"])
        assert [(record.url, dict(facts)) for record, facts in found] == [
            (f"{GROUP}/mirror", {"mirror_of": "https://git.up.example/mirror"}),
            (f"{GROUP}/new", {"pushed_at": "2026-01-01T00:00:00Z"}),
        ]
        assert [upstream_of(facts) for _, facts in found] == ["https://git.up.example/mirror", ""]


def test_the_newest_facts_hold(world: World) -> None:
    lists(world)
    listing(world, bare("x", pushed_at="2020-01-01T00:00:00Z", fork_of="https://github.com/up/x"))
    world.later(days=1)
    listing(world, bare("x", pushed_at="2021-01-01T00:00:00Z", fork_of=""))
    assert rows(world) == [Lacking("github.com/gov/x", "code", "2021-01-01T00:00:00Z")]


def test_what_needs_somebody_and_what_has_a_file_is_told_one_by_one(world: World) -> None:
    lists(world)
    listing(
        world,
        *(bare(name) for name in ("a", "b", "silent", "lost")),
        with_file("listed"),
        with_file("broken", b"name: ["),
        with_file("withdrawn"),
    )
    world.later(days=1)
    listing(
        world,
        Look(f"{GROUP}/silent", Reach.UNKNOWN, messages=(message("no answer"),)),
        Look(f"{GROUP}/lost", Reach.MISSING),
        bare("withdrawn"),
    )
    assert told(world) == (
        [
            (f"{GROUP}/broken", "unusable"),
            (f"{GROUP}/listed", "added"),
            (f"{GROUP}/lost", "missing"),
            (f"{GROUP}/silent", "unreachable"),
            (f"{GROUP}/withdrawn", "no-file"),
        ],
        2,
    )
    world.later(days=2)
    listing(world, Look(f"{GROUP}/lost", Reach.MISSING), with_file("a"), bare("silent"))
    assert told(world) == (
        [
            (f"{GROUP}/a", "added"),
            (f"{GROUP}/broken", "unusable"),
            (f"{GROUP}/listed", "added"),
            (f"{GROUP}/withdrawn", "no-file"),
        ],
        2,
    )  # `lost` is gone: nobody need do anything about what a group no longer has


def test_a_single_repository_that_is_gone_is_told(world: World) -> None:
    url = "https://git.example/own/tool"
    lists(world, url, orgs=())
    world.finds(url, None)
    assert told(world) == ([], 1)
    for _ in range(2):
        world.later(days=2)
        world.fails(url, Reach.MISSING)
    assert told(world) == ([(url, "gone")], 0)


def test_a_group_whose_list_fails_is_told_until_it_is_read_again(world: World) -> None:
    lists(world)
    assert told(world) == ([(GROUP, "")], 0)
    listing(world, bare("a"))
    assert told(world) == ([], 1)
    world.later(days=1)
    run = listing(world)
    with world.store.writing("harvest", world.now) as change:
        outcome = Outcome.NEEDS_LISTING
        change.session.add(
            HarvestItem(run_id=run.id, repository_key="github.com/gov", url=GROUP, outcome=outcome, at=world.now)
        )
    assert told(world) == ([(GROUP, "needs-listing")], 1)
    world.later(days=1)
    listing(world, bare("a"))
    assert told(world) == ([], 1)


def test_what_is_no_longer_listed_is_not_counted(world: World) -> None:
    lists(world)
    listing(world, bare("a"))
    lists(world, orgs=())
    assert rows(world) == []
    with world.store.reading() as session:
        assert counts_by_publisher(session) == {}


def test_a_part_of_another_system_lacks_nothing(world: World) -> None:
    lists(world)
    listing(world, bare("part"))
    with world.store.writing("test", world.now) as change:
        record = change.session.exec(select(RepositoryRecord)).one()
        record.relation = "part"
        change.session.add(record)
    assert rows(world) == []


def test_the_prepared_file_has_the_publishers_name_in_the_language_asked_for(world: World) -> None:
    lists(world)
    listing(world, bare("a", description="Counts the days"), with_file("b"))
    with world.store.reading() as session:
        record = session.exec(select(RepositoryRecord).where(lacks_file())).one()
        found = seen(session, record.id)
        assert found is not None
        drafts: list[Mapping[Any, Any]] = [found.draft(language).values for language in ("en", "zh-Hant")]
        assert [draft["organisation",] for draft in drafts] == [
            {"uri": "urn:oid:2.16.886.999.101", "name": "City"},
            {"uri": "urn:oid:2.16.886.999.101", "name": "雲霧市政府"},
        ]
        assert drafts[0]["description", "en", "shortDescription"] == "Counts the days"
        other = seen_at(session, f"{GROUP}/b.git")
        assert other is not None
        assert seen(session, other.repository.id) is None
        assert (seen(session, uuid4()), seen_at(session, f"{GROUP}/none")) == (None, None)


@pytest.mark.parametrize("then", ["nothing", "file"])
def test_why_leads_to_the_prepared_file_while_there_is_none(world: World, then: str) -> None:
    lists(world)
    listing(world, bare("a"))
    world.later(days=1)
    listing(world, Look(f"{GROUP}/a", Reach.OK, Repository(f"{GROUP}/a", "0" * 40, "main")))
    if then == "file":
        listing(world, with_file("a"))
    with world.store.reading() as session:
        steps = why(session, f"{GROUP}/a")
        id_ = session.exec(select(RepositoryRecord.id)).one()
    prepared = [(step.text.template, step.prepared) for step in steps if step.prepared]
    if then == "file":
        assert prepared == []
    else:
        [(text, at)] = prepared
        assert text == "The repository answered, but has no publiccode.yml at its root."
        assert at is not None
        assert (at.publisher, at.repository, at.url) == ("gov", id_, f"{GROUP}/a")
