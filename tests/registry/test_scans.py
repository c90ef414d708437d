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
    said = [message("{count} of x", count=1), message("y")]
    first_said, *more = [message_to_json(one) for one in said]
    first = keep(entries, "a", files=1, message={**first_said, "more": more})
    with entries.store.reading() as session:
        found = newest_scan(session, first)
        assert found is not None
        assert messages_of(found) == [Message("{count} of x", (("count", "1"),)), Message("y")]
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


def test_persons_are_taken_out_of_all_texts(entries: World) -> None:
    said = {"template": "{what} x", "values": {"what": f"of {JANE}"}}
    texts = {
        "copyrights": [f"© 2026 {JANE}", "© 2026 B"],
        "without": [f"people/{JANE}.md", "people/jane_quux.py", "b"],
        "licenses": {"MIT": 1, "LicenseRef-Jane-Quux": 2, "MIT OR LicenseRef-Jane.Quux": 3},
        **{name: ["LicenseRef-Jane_Quux", JANE, "MIT"] for name in ("missing", "unused", "deprecated", "bad")},
        "message": {**said, "more": [said]},
    }
    left = {
        "copyrights": ["© 2026 (erased)", "© 2026 B"],
        "without": ["people/(erased).md", "people/(erased)", "b"],
        "licenses": {"MIT": 1, "LicenseRef-erased": 2, "MIT OR LicenseRef-erased": 3},
        **{name: ["LicenseRef-erased", "MIT"] for name in ("missing", "unused", "deprecated", "bad")},
    }
    entry = keep(entries, "a", **texts)
    assert erase(entries.store, JANE, "test").texts == ["scan 1 of a"]
    found = newest(entries, entry)
    assert {name: found[name] for name in left} == left
    assert "quux" not in everything(entries).casefold()
    later = newest(entries, keep(entries, "b", **texts))  # known by digests alone
    assert {name: later[name] for name in left} == left
    assert "quux" not in everything(entries).casefold()
    with entries.store.reading() as session:
        events = [event.after for event in session.exec(select(Event).where(Event.entity == "scan"))]
    assert len(events) == 3
    assert not {"copyrights", "without", "licenses", "message"} & set(events[0] or {})
