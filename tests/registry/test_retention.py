"""Old looks that found nothing new are removed, and nobody sees a difference."""

from __future__ import annotations

import random
import threading
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner
from sqlmodel import col, func, select

from publiccode.registry import retention
from publiccode.registry.harvests import Harvest, Place, harvests, places
from publiccode.registry.models import CodeHosting, Event, HarvestItem, HarvestRun, Outcome, Publisher, Reach
from publiccode.registry.retention import Pruned, prune
from publiccode.registry.steps import Step
from publiccode.registry.why import why
from publiccode.web.commands.prune import command

from ..long import LONG
from ..looks import World, software

URLS = [f"https://git.yunwu.example/open/{name}" for name in ("petition", "parking", "library", "moved")]


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 7)
    monkeypatch.setattr(retention, "PAUSE", 0)


def lived(world: World, days: int, seed: int) -> None:
    """Daily looks of all kinds at every repository, most of which find nothing new."""
    chance = random.Random(seed)
    world.publish(*URLS)
    for day in range(days):
        for url in URLS:
            fate = chance.random()
            if day == 0 or fate > 0.95:
                world.finds(url, software(url, name=f"{day}"), head=f"{day}")
            elif fate > 0.9:
                world.finds(url, None, head=f"{day}")
            elif fate > 0.8:
                world.fails(url, chance.choice([Reach.UNKNOWN, Reach.MISSING]))
            else:
                world.same(url)
        world.later(days=1)


def answers(world: World, since: int) -> tuple[list[list[Step]], list[Place], list[Harvest], int]:
    with world.store.reading() as session:
        publisher = session.exec(select(Publisher)).one()
        recent = [one for one in harvests(session, 10_000) if one.started_at >= world.now - timedelta(days=since)]
        events = session.exec(select(func.count()).select_from(Event)).one()
        return [why(session, url) for url in URLS], places(session, publisher), recent, events


def rows(world: World) -> tuple[int, int]:
    with world.store.reading() as session:
        return (
            session.exec(select(func.count()).select_from(HarvestItem)).one(),
            session.exec(select(func.count()).select_from(HarvestRun)).one(),
        )


@pytest.mark.parametrize("seed", range(5 if LONG else 2))
def test_nobody_sees_a_difference(world: World, seed: int) -> None:
    lived(world, 120, seed)
    before, had = answers(world, 30), rows(world)
    counted = prune(world.store, 30, 30, world.now, dry_run=True)
    assert rows(world) == had
    done = prune(world.store, 30, 30, world.now)
    assert done == counted
    assert done.items > 120
    assert done.runs == done.items  # each look was a run of its own
    assert rows(world) == (had[0] - done.items, had[1] - done.runs)
    assert answers(world, 30) == before
    assert prune(world.store, 30, 30, world.now) == Pruned()
    world.later(days=200)
    prune(world.store, 30, 30, world.now)
    assert answers(world, 30)[:2] == before[:2]


def test_what_found_something_stays_and_so_does_the_newest_look(world: World) -> None:
    lived(world, 60, 1)
    with world.store.reading() as session:
        telling = set(session.exec(select(HarvestItem.id).where(col(HarvestItem.outcome) != Outcome.UNCHANGED)))
    world.later(days=1000)
    prune(world.store, 1, 1, world.now)
    with world.store.reading() as session:
        left = list(session.exec(select(HarvestItem).order_by(col(HarvestItem.at))))
    assert telling <= {item.id for item in left}
    newest = {item.url: item.at for item in left}
    assert len(newest) == len(URLS)
    assert len(set(newest.values())) == 1


def test_days_count_to_the_second(world: World) -> None:
    world.publish(URLS[0])
    world.finds(URLS[0], software(URLS[0]))
    for _ in range(4):
        world.later(days=1)
        world.same(URLS[0])
    assert (
        prune(world.store, 1, 0, world.now) == Pruned()
    )  # two of the four are older than a day: the first and the last
    world.later(seconds=1)
    assert prune(world.store, 1, 0, world.now) == Pruned(items=1, repositories=1)
    assert prune(world.store, 1, 0, world.now) == Pruned()
    assert rows(world) == (4, 5)
    assert prune(world.store, 0, 0, world.now + timedelta(days=9999)) == Pruned()


def test_a_run_goes_with_its_last_look_unless_it_is_under_way(world: World) -> None:
    """A run over a group holds looks at several repositories, which are removed one after the other."""
    world.publish(*URLS)
    with world.store.writing("test", world.now) as change:
        hosting = change.session.exec(select(CodeHosting).limit(1)).one()
        for number in range(12):
            at = world.now + timedelta(days=number)
            run = HarvestRun(harvest_id=uuid4(), code_hosting_id=hosting.id, started_at=at, status="finished")
            if number == 5:
                run.status = "running"
            change.session.add(run)
            change.session.flush()
            change.session.add_all(
                HarvestItem(run_id=run.id, repository_key=key, url=key, outcome=Outcome.UNCHANGED, at=at)
                for key in ("a", "b")
            )
    world.later(days=100)
    expected = Pruned(items=20, repositories=2, runs=9)
    assert prune(world.store, 10, 10, world.now, dry_run=True) == expected
    assert prune(world.store, 10, 10, world.now) == expected
    assert rows(world) == (4, 3)


def test_others_write_in_between(world: World) -> None:
    lived(world, 100, 3)
    world.later(days=100)
    written = threading.Event()

    def write() -> None:
        for number in range(20):
            with world.store.writing("test") as change:
                change.log("test", number, "written", None, None)
        written.set()

    writer = threading.Thread(target=write)
    writer.start()
    done = prune(world.store, 30, 30, world.now)
    writer.join()
    assert written.is_set()
    assert done.items > 120


def test_the_command_tells_what_it_removed(world: World, tmp_path: Path) -> None:
    world.publish(URLS[0])
    world.finds(URLS[0], software(URLS[0]))
    for _ in range(5):
        world.later(days=1)
        world.same(URLS[0])
    settings = {"PUBLICCODE_DATA": str(tmp_path), "PUBLICCODE_KEEP_ITEMS_DAYS": "7", "PUBLICCODE_KEEP_RUNS_DAYS": "7"}

    def told(*options: str, **more: str) -> str:
        done = CliRunner().invoke(command, options, env={**settings, **more})
        assert done.exit_code == 0
        return done.output

    would = (
        "3 looks older than 7 days at 1 repositories would be removed; 3 runs older than 7 days without looks would be "
    )
    assert told("--dry-run") == f"{would}removed.\n"
    assert told(PUBLICCODE_KEEP_ITEMS_DAYS="0", PUBLICCODE_KEEP_RUNS_DAYS="0") == (
        "looks are kept for ever; runs are kept for ever.\n"
    )
    assert told() == would.replace("would be removed", "removed").replace("would be ", "") + "removed.\n"


@pytest.mark.parametrize("value", ["-1", "ten", "1.5", "99999", ""])
def test_days_that_are_none(value: str, tmp_path: Path) -> None:
    done = CliRunner().invoke(command, env={"PUBLICCODE_DATA": str(tmp_path), "PUBLICCODE_KEEP_ITEMS_DAYS": value})
    assert done.exit_code == 2
    assert "PUBLICCODE_KEEP_ITEMS_DAYS: " in done.output
    assert "expected a number of days from 0 (for ever) to 36500" in done.output
