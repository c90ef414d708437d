"""Whether an instance can answer."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlmodel import select

from publiccode.registry.columns import now
from publiccode.registry.following import follow
from publiccode.registry.models import CodeHosting, HarvestRun
from publiccode.registry.readiness import LONGEST_LAG, Check, ago, readiness
from publiccode.registry.search import SearchIndex
from publiccode.registry.search.engines import open_index
from publiccode.registry.upgrade import newest

from ..looks import BEGIN, World, software

URL = "https://git.yunwu.example/open/petition"


@pytest.fixture
def index(tmp_path: Path) -> SearchIndex:
    return open_index("tantivy", tmp_path / "index")


def checked(world: World, index: SearchIndex, only_valid: bool = False) -> list[Check]:
    return readiness(world.store, index, newest(), only_valid, world.now)


def test_all_is_well(world: World, index: SearchIndex) -> None:
    world.publish(URL)
    world.finds(URL, software(URL))
    follow(world.store, index)
    world.later(hours=30)
    assert checked(world, index) == [
        Check("database", True, f"answers, at revision {newest()}"),
        Check("index", True, "follows the database"),
        Check("harvest", True, "the last look ended 1 day ago"),
    ]


def test_an_index_may_be_behind_for_a_day(world: World, index: SearchIndex) -> None:
    world.publish(URL)
    world.finds(URL, software(URL))
    follow(world.store, index)
    world.finds(URL, software(URL, name="甲"))
    world.later(seconds=LONGEST_LAG.total_seconds())
    behind = checked(world, index)[1]
    assert behind.ok
    assert behind.text.endswith(" events behind the database, the oldest written 1 day ago")
    world.later(seconds=1)
    assert (checked(world, index)[1].ok, checked(world, index)[1].next) == (False, "publiccode reindex")
    follow(world.store, index)
    assert checked(world, index)[1] == Check("index", True, "follows the database")


def test_an_index_of_other_settings_must_be_built_anew(world: World, index: SearchIndex) -> None:
    world.publish(URL)
    world.finds(URL, software(URL))
    follow(world.store, index)
    foreign = Check("index", False, "was built for another database or other settings", "publiccode reindex")
    assert checked(world, index, only_valid=True)[1] == foreign


def test_a_harvest_under_way_is_told(world: World, index: SearchIndex) -> None:
    world.publish(URL)
    with world.store.writing("harvest", world.now) as change:
        hosting = change.session.exec(select(CodeHosting)).one()
        change.session.add(HarvestRun(harvest_id=uuid4(), code_hosting_id=hosting.id, started_at=BEGIN))
    world.later(minutes=5)
    assert checked(world, index)[2].text == "one that began 5 minutes ago has not ended; there was none yet"


def test_the_clock_is_the_registry_s(world: World, index: SearchIndex) -> None:
    world.publish(URL)
    world.now = now() - timedelta(days=2, hours=1)
    world.same(URL)
    assert readiness(world.store, index, newest())[2].text == "the last look ended 2 days ago"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(-5, "just now"), (59, "just now"), (60, "1 minute ago"), (7199, "1 hour ago"), (172800, "2 days ago")],
)
def test_ago(seconds: int, text: str) -> None:
    assert ago(timedelta(seconds=seconds)) == text
