"""What the pages read: who is related to whom, what a strict registry counts, and how few queries it takes."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event
from sqlmodel import select

from publiccode.registry import catalogue
from publiccode.registry.harvests import Looked, places
from publiccode.registry.models import Outcome, Publisher, Reach, Software
from publiccode.registry.store import Store

from ..looks import World, software

URL = "https://git.yunwu.example/open/petition"
OTHER = "https://git.yunwu.example/open/parking"
COPIES = [f"https://git.qinglan.example/copies/petition-{number}" for number in range(4)]


@contextmanager
def counted(store: Store) -> Iterator[list[str]]:
    """The statements that reach the database."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(store.engine, "before_cursor_execute", note)
    yield statements
    event.remove(store.engine, "before_cursor_execute", note)


def relatives(world: World, slug: str = "陳情系統") -> tuple[list[tuple[str, str]], list[str], list[str]]:
    with world.store.reading() as session:
        entry = catalogue.entry(session, slug)
        assert entry is not None
        found = catalogue.relatives(session, entry)
        return (
            [(url, other.name if other else "") for url, other in found.upstream],
            [variant.name for variant in found.variants],
            [copy.url for copy in found.copies],
        )


def test_only_technical_forks_that_can_be_seen_are_linked(world: World) -> None:
    living, gone, emptied, _ = COPIES
    world.publish(URL, *COPIES)
    for url in (URL, *COPIES):
        world.finds(url, software(URL))
    assert relatives(world) == ([], [], COPIES)
    world.fails(gone, Reach.MISSING)
    world.finds(emptied, None)
    world.later(days=2)
    world.fails(gone, Reach.MISSING)
    world.publish(URL, living, gone, emptied)
    assert relatives(world) == ([], [], [living])
    world.publish(URL, *COPIES)
    world.finds(emptied, software(URL))
    world.finds(gone, software(URL))
    assert relatives(world) == ([], [], COPIES)


@pytest.mark.parametrize("address", [URL, "https://git.yunwu.example/open/陳情", "https://git.yunwu.example/a_%22b%25"])
def test_variants_and_their_upstreams_know_each_other(world: World, address: str) -> None:
    nowhere = "https://nowhere.example/x"
    near = address + "-2"
    world.publish(address, near, OTHER)
    world.finds(address, software(address))
    world.finds(near, software(near, name="別的"))
    world.finds(OTHER, software(OTHER, name="改作", isBasedOn=[address.upper(), nowhere]))
    assert relatives(world, "改作") == ([(address.upper(), "陳情系統"), (nowhere, "")], [], [])
    assert relatives(world) == ([], ["改作"], [])
    assert relatives(world, "別的") == ([], [], [])
    world.finds(OTHER, software(OTHER, name="改作", isBasedOn=near))
    assert relatives(world) == ([], [], [])
    assert relatives(world, "別的") == ([], ["改作"], [])


def test_a_strict_registry_counts_only_what_is_valid(world: World) -> None:
    world.publish(URL, OTHER)
    world.finds(URL, software(URL))
    world.finds(OTHER, software(OTHER, name="停車管理", categories=["parking-lots"]))
    world.later(days=1)
    with world.store.reading() as session:
        [(owner, _)] = catalogue.publishers(session)
        told = {
            only_valid: (
                catalogue.counts(session, only_valid),
                [count for _, count in catalogue.publishers(session, only_valid)],
                [entry.software.name for entry in catalogue.published_by(session, owner, only_valid)],
                len(catalogue.shown_ids(session, only_valid)),
                len(catalogue.shown_among(session, session.exec(select(Software.id)).all(), only_valid)),
            )
            for only_valid in (False, True)
        }
        assert len(catalogue.shown_ids(session, limit=1)) == 1
    assert told == {
        False: ({"software": 2, "publishers": 1}, [2], ["停車管理", "陳情系統"], 2, 2),
        True: ({"software": 1, "publishers": 1}, [1], ["陳情系統"], 1, 1),
    }


def test_entries_come_in_the_order_asked_for(world: World) -> None:
    world.publish(URL, OTHER)
    world.finds(URL, software(URL))
    world.finds(OTHER, software(OTHER, name="停車管理"))
    with world.store.reading() as session:
        ids = session.exec(select(Software.id).order_by(Software.name)).all()
        for order in (ids, ids[::-1]):
            wanted: list[UUID | str] = [str(order[0]), uuid4(), order[1]]
            assert [entry.software.id for entry in catalogue.entries(session, wanted)] == order
        assert list(catalogue.entries(session, [])) == []


def test_what_is_shown_and_what_is_newest_differ_when_the_file_breaks(world: World) -> None:
    world.publish(URL)
    world.finds(URL, software(URL))
    world.finds(URL, b"name: [")
    with world.store.reading() as session:
        entry = catalogue.entry(session, "陳情系統")
        assert entry is not None
        assert (entry.shown.usable, entry.newest.usable, entry.values["name"]) == (True, False, "陳情系統")


def test_a_publishers_page_takes_as_many_queries_for_thirty_repositories_as_for_three(world: World) -> None:
    def queries() -> int:
        with world.store.reading() as session:
            owner = session.exec(select(Publisher)).one()
            with counted(world.store) as statements:
                shown, where = catalogue.published_by(session, owner), places(session, owner)
            assert len(shown) == len(where) == len(urls)
            return len(statements)

    urls = [f"{URL}-{number}" for number in range(30)]
    few, many = urls[:3], urls
    numbers = []
    for urls in (few, many):
        world.publish(*urls)
        for url in urls:
            world.finds(url, software(url))
        numbers.append(queries())
    assert numbers == [6, 6]


def test_relatives_take_as_many_queries_for_twenty_upstreams_as_for_one(world: World) -> None:
    upstreams = [f"{URL}-{number}" for number in range(20)]
    world.publish(OTHER)
    numbers = []
    for named in (upstreams[:1], upstreams):
        world.finds(OTHER, software(OTHER, isBasedOn=named))
        with world.store.reading() as session:
            entry = catalogue.entry(session, "陳情系統")
            assert entry is not None
            with counted(world.store) as statements:
                assert len(catalogue.relatives(session, entry).upstream) == len(named)
        numbers.append(len(statements))
    assert numbers == [4, 4]


def test_an_officer_sees_the_last_look_and_the_last_news(world: World) -> None:
    def seen() -> list[tuple[str, list[tuple[str, Outcome | None, Outcome | None]]]]:
        with world.store.reading() as session:
            owner = session.exec(select(Publisher)).one()
            return [
                (place.hosting.url, [look(looked) for looked in place.repositories]) for place in places(session, owner)
            ]

    def look(looked: Looked) -> tuple[str, Outcome | None, Outcome | None]:
        return (
            looked.url,
            looked.last.outcome if looked.last else None,
            looked.news.outcome if looked.news else None,
        )

    world.publish(URL, OTHER)
    assert seen() == [(OTHER, [(OTHER, None, None)]), (URL, [(URL, None, None)])]
    world.finds(URL, software(URL))
    world.later(days=1)
    world.same(URL)
    world.fails(OTHER, Reach.UNKNOWN)
    assert seen() == [
        (OTHER, [(OTHER, Outcome.UNREACHABLE, Outcome.UNREACHABLE)]),
        (URL, [(URL, Outcome.UNCHANGED, Outcome.ADDED)]),
    ]
