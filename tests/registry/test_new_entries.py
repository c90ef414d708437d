"""In which month an entry was listed: that of the instance's time zone, in the page's months as in the filter."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from publiccode.registry.following import follow
from publiccode.registry.new_entries import listed_in, months
from publiccode.registry.publishers import ListedPublisher
from publiccode.registry.search import Request
from publiccode.registry.search.engines import open_index
from publiccode.registry.store import Store
from publiccode.registry.upgrade import upgrade

from ..looks import World, software

BASE = "https://git.yunwu.example/open/"


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("UTC", {"2026-03": 2, "2026-04": 1}),
        ("Asia/Taipei", {"2026-03": 1, "2026-04": 2}),
        ("America/Lima", {"2026-03": 3}),
    ],
)
def test_months_are_those_of_the_zone(tmp_path: Path, zone: str, expected: dict[str, int]) -> None:
    store = Store(f"sqlite:///{tmp_path / 'registry.sqlite'}")
    upgrade(store)
    world = World(store)
    world.list(ListedPublisher("yunwu", "雲霧市政府", repos=tuple(BASE + name for name in ("a", "b", "c"))))
    moments = {"a": datetime(2026, 3, 2, tzinfo=UTC), "b": datetime(2026, 3, 31, 17, tzinfo=UTC)}
    moments["c"] = datetime(2026, 4, 1, 1, tzinfo=UTC)
    for name, moment in moments.items():
        world.now = moment
        world.finds(BASE + name, software(BASE + name, name))
    index = open_index("tantivy", tmp_path / "index")
    follow(store, index, zone=ZoneInfo(zone))
    with store.reading() as session:
        assert months(session, ZoneInfo(zone)) == expected
        found = {
            month: len(listed_in(session, date.fromisoformat(f"{month}-01"), ZoneInfo(zone), False, 9))
            for month in expected
        }
    assert found == expected
    since = dict(index.search(Request(limit=0)).facets["since"])
    assert sum(expected.values()) == since[min(since)]
    assert follow(store, index, zone=ZoneInfo(zone)) == 0
    assert follow(store, index, zone=ZoneInfo("Asia/Tokyo")) == 3
    store.close()
