"""The index follows the event log: after every change, after a crash, after losing its folder."""

import json
from pathlib import Path
from shutil import rmtree

import pytest
from sqlalchemy import event
from sqlmodel import select

from publiccode.registry.catalogue import entries
from publiccode.registry.following import follow, index_entry
from publiccode.registry.models import Reach, Software
from publiccode.registry.search import Request, SearchIndex
from publiccode.registry.search.engines import ENGINES, open_index

from ..looks import World, software

URL = "https://git.yunwu.example/open/petition"
OTHER = "https://git.yunwu.example/open/parking"


@pytest.fixture(params=sorted(ENGINES))
def index(request: pytest.FixtureRequest, tmp_path: Path) -> SearchIndex:
    return open_index(request.param, tmp_path / "index")


def names(world: World, index: SearchIndex, query: str = "") -> list[str]:
    with world.store.reading() as session:
        return [entry.software.name for entry in entries(session, index.search(Request(query, sort="name")).ids)]


def test_follows_every_change(world: World, index: SearchIndex) -> None:
    world.publish(URL, OTHER)
    assert follow(world.store, index) == 0
    world.finds(URL, software(URL))
    world.finds(OTHER, software(OTHER, name="停車管理"))
    assert follow(world.store, index) == 2
    assert names(world, index, "停車") == ["停車管理"]
    assert follow(world.store, index) == 0
    world.finds(OTHER, software(OTHER, name="路邊停車"))
    assert follow(world.store, index) == 1
    assert names(world, index) == ["路邊停車", "陳情系統"]
    world.fails(URL, Reach.MISSING)
    world.later(days=2)
    world.fails(URL, Reach.MISSING)
    follow(world.store, index)
    assert names(world, index) == ["路邊停車"]


def test_a_publishers_new_name_finds_its_entries(world: World, index: SearchIndex) -> None:
    world.publish(URL)
    world.finds(URL, software(URL))
    follow(world.store, index)
    assert names(world, index, "Cloudhaven") == []
    world.publish(URL, names={"en": "City of Cloudhaven"})
    follow(world.store, index)
    assert names(world, index, "Cloudhaven") == ["陳情系統"]


def test_a_lost_folder_is_rebuilt(world: World, index: SearchIndex, tmp_path: Path) -> None:
    world.publish(URL)
    world.finds(URL, software(URL))
    follow(world.store, index)
    rmtree(tmp_path / "index")
    assert follow(world.store, index) == 1
    assert names(world, index) == ["陳情系統"]


def test_an_index_of_another_database_is_rebuilt(world: World, index: SearchIndex) -> None:
    world.publish(URL)
    world.finds(URL, software(URL))
    index.update([], ["nothing"], "3:00000000-0000-0000-0000-000000000000:usable")
    assert follow(world.store, index) == 1
    assert names(world, index) == ["陳情系統"]


def test_a_strict_registry_shows_only_what_is_valid(world: World, index: SearchIndex) -> None:
    world.publish(URL, OTHER)
    world.finds(URL, software(URL))
    world.finds(OTHER, software(OTHER, name="停車管理", categories=["no-such-category"]))
    follow(world.store, index)
    assert names(world, index) == ["停車管理", "陳情系統"]
    follow(world.store, index, only_valid=True)
    assert names(world, index) == ["陳情系統"]


def test_no_person_is_indexed(world: World) -> None:
    world.publish(URL)
    world.finds(URL, software(URL))
    with world.store.reading() as session:
        entry = next(entries(session, [session.exec(select(Software.id)).one()]))
        text = str(index_entry(entry))
    assert "民眾陳情" in text
    for trace in ("林小雨", "lin@yunwu.example", "5550"):
        assert trace not in text


def multiply(world: World, number: int) -> None:
    """As many more entries of the one repository."""
    with world.store.writing("test", world.now) as change:
        first = change.session.exec(select(Software)).first()
        assert first is not None
        shared = first.model_dump(exclude={"id", "key", "slug", "name"})
        change.session.add_all(
            Software(key=f"{URL}-{place}", slug=f"petition-{place}", name=f"{place:03}", **shared)
            for place in range(number)
        )


def generation(folder: Path) -> str:
    return str(json.loads((folder / "index" / "current.json").read_text())["generation"])


def test_follows_many_changes_with_few_queries(world: World, index: SearchIndex, tmp_path: Path) -> None:
    world.publish(URL)
    world.finds(URL, software(URL))
    follow(world.store, index)
    before = generation(tmp_path)
    multiply(world, 450)
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(world.store.engine, "before_cursor_execute", note)
    assert follow(world.store, index) == 450
    assert len(statements) < 35
    assert len(index.ids()) == 451
    assert follow(world.store, index) == 0
    assert generation(tmp_path) == before


def test_above_some_thousand_changes_the_index_is_built_anew(world: World, index: SearchIndex, tmp_path: Path) -> None:
    world.publish(URL)
    world.finds(URL, software(URL))
    follow(world.store, index)
    before = generation(tmp_path)
    multiply(world, 20)
    assert follow(world.store, index, most=19) == 21
    assert len(index.ids()) == 21
    assert generation(tmp_path) != before


def test_a_tombstone_among_many_changes_is_removed(world: World, index: SearchIndex) -> None:
    world.publish(URL, OTHER)
    world.finds(URL, software(URL))
    world.finds(OTHER, software(OTHER, name="停車管理"))
    follow(world.store, index)
    world.finds(URL, software(URL, name="新陳情"))
    world.publish(URL)
    assert follow(world.store, index) == 2
    assert names(world, index) == ["新陳情"]
