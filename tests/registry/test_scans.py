"""Deep scans in the database: numbered, the newest counts, persons can be taken out, secrets never come in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from publiccode.registry.erasure import erase
from publiccode.registry.models import Event, ScanRecord, Software
from publiccode.registry.publishers import ListedPublisher, PublishersError
from publiccode.registry.scans import keep_scan, messages_of, newest_scan, to_scan
from publiccode.registry.stored import message_to_json
from publiccode.schemas.finding import Message, message

from ..looks import World, software
from .test_erasure import everything

URL = "https://git.yunwu.example/open/"
JANE = "Jane Quux"


@pytest.fixture
def entries(world: World) -> World:
    world.publish(URL + "a", URL + "b")
    world.list(
        ListedPublisher("yunwu", "雲霧市政府", repos=(URL + "a", URL + "b")),
        ListedPublisher("health", "衛生局", parent="yunwu", repos=(URL + "c",)),
    )
    for name in "abc":
        world.finds(URL + name, software(URL + name, name.upper()))
    return world


def keep(world: World, slug: str, **values: Any) -> UUID:
    with world.store.writing("scan", world.now) as change:
        entry = change.session.exec(select(Software).where(Software.slug == slug)).one()
        record = ScanRecord(software_id=entry.id, number=0, at=change.at, commit="1" * 40, **values)
        keep_scan(change, record)
        return entry.id


def newest(world: World, entry: UUID) -> dict[str, Any]:
    with world.store.reading() as session:
        found = newest_scan(session, entry)
        return {} if found is None else found.model_dump()


def slugs(world: World, *asked: Any) -> list[str]:
    with world.store.reading() as session:
        return [entry.slug for entry, _ in to_scan(session, *asked)]


def test_the_newest_of_an_entry_counts(entries: World) -> None:
    first = keep(entries, "a", files=1)
    keep(entries, "b", files=2)
    assert newest(entries, keep(entries, "a", files=3)) == newest(entries, first)
    assert (newest(entries, first)["files"], newest(entries, first)["number"]) == (3, 3)


def test_those_come_first_that_waited_longest(entries: World) -> None:
    assert slugs(entries) == ["a", "b", "c"]
    keep(entries, "b")
    keep(entries, "a")
    assert slugs(entries) == ["c", "b", "a"]
    assert slugs(entries, "health") == ["c"]
    assert slugs(entries, "yunwu") == ["b", "a"]
    assert slugs(entries, "yunwu", True) == ["c", "b", "a"]
    with pytest.raises(PublishersError, match="no publisher nobody"):
        slugs(entries, "nobody")


def test_what_was_left_out_is_kept_in_sentences(entries: World) -> None:
    said = [message("{count} of x", count=1), message("y")]
    first, *more = [message_to_json(one) for one in said]
    entry = keep(entries, "a", message={**first, "more": more})
    with entries.store.reading() as session:
        found = newest_scan(session, entry)
        assert found is not None
        assert messages_of(found) == [Message("{count} of x", (("count", "1"),)), Message("y")]


def test_persons_are_taken_out_of_copyright_lines_and_paths(entries: World) -> None:
    entry = keep(entries, "a", copyrights=[f"© 2026 {JANE}", "© 2026 B"], without=[f"people/{JANE}.md", "b"])
    erased = erase(entries.store, JANE, "test")
    assert erased.texts == ["scan 1 of a"]
    found = newest(entries, entry)
    assert found["copyrights"] == ["© 2026 (erased)", "© 2026 B"]
    assert found["without"] == ["people/(erased).md", "b"]
    assert JANE not in everything(entries)
    keep(entries, "b", copyrights=[f"Copyright 2020 {JANE.lower()}"])
    assert JANE.casefold() not in everything(entries).casefold()


def test_the_log_tells_of_a_scan_without_its_lists(entries: World) -> None:
    keep(entries, "a", copyrights=["© 2026 B"], without=["secret-path"], licenses={"MIT": 1})
    with entries.store.reading() as session:
        events = [event.after for event in session.exec(select(Event).where(Event.entity == "scan"))]
    assert len(events) == 1
    assert not {"copyrights", "without", "licenses"} & set(events[0] or {})
