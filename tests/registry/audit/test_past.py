"""What was known at a moment: the same for ever, whatever is written later."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from publiccode.registry.audit.conclusions import conclude, software_named, waive
from publiccode.registry.audit.past import State, end_of_day, is_settled, state_at
from publiccode.registry.models import Reach
from publiccode.registry.publishers import ListedPublisher
from publiccode.registry.store import plain

from ...looks import software
from .conftest import FIRST, SECOND, TAIPEI, AuditWorld, told_by_another


def written(state: State, without: tuple[str, ...] = ()) -> str:
    """A state as text, every column of every row but those `without`."""

    def row(value: Any) -> Any:
        dumped = value.model_dump(exclude={"values", *without}) if value is not None else {}
        return {name: plain(entry) for name, entry in dumped.items()}

    entries = [
        {
            "entry": [entry.slug, entry.name, entry.url, entry.repository_url, entry.commit],
            "publisher": str(entry.publisher.id),
            "rows": [row(one) for one in (entry.assessment, entry.newest, entry.verdict, entry.conclusion)],
            "waivers": [row(waiver) for waiver in entry.waivers],
        }
        for entry in state.entries
    ]
    publishers = {str(one.id): {k: str(v) for k, v in asdict(one).items()} for one in state.publishers.values()}
    return json.dumps([state.at.isoformat(), row(state.method), publishers, entries], sort_keys=True)


def seen(world: AuditWorld, at: datetime, **scope: Any) -> State:
    with world.store.reading() as session:
        return state_at(session, at, **scope)


def test_end_of_day_is_the_last_instant_in_the_zone() -> None:
    assert end_of_day("2026-03-31", TAIPEI) == datetime(2026, 3, 31, 15, 59, 59, 999999, UTC)
    assert end_of_day("2026-03-29", ZoneInfo("Europe/Rome")) == datetime(2026, 3, 29, 21, 59, 59, 999999, UTC)
    other_forms = ("2026-W01-1", "2026-W01", "20260331", "2026-3-31", "+2026-03-31", "2026-03-31\n", "２０２６-03-31")
    for wrong in ("2026-02-30", "yesterday", "9999-12-31", "", *other_forms):
        with pytest.raises(ValueError, match=r".+"):
            end_of_day(wrong, TAIPEI)


def test_a_day_ends_at_midnight_of_the_instance(world: AuditWorld) -> None:
    world.publish(FIRST, SECOND)
    world.now = datetime(2026, 3, 31, 23, 59, 59, tzinfo=TAIPEI)
    world.finds(FIRST, software(FIRST, "First"), files={"LICENSE": b"EUPL-1.2 text"})
    world.follow()
    world.now = datetime(2026, 4, 1, 0, 0, 1, tzinfo=TAIPEI)
    world.finds(SECOND, software(SECOND, "Second"))
    world.finds(FIRST, software(FIRST, "First, renamed"), files={"LICENSE": b"MIT text"})
    world.follow()
    day = seen(world, end_of_day("2026-03-31", TAIPEI))
    assert [(entry.name, entry.verdict.codes) for entry in day.entries if entry.verdict] == [("First", ["agree"])]
    next_day = seen(world, end_of_day("2026-04-01", TAIPEI))
    told = [(entry.name, entry.verdict.codes) for entry in next_day.entries if entry.verdict]
    assert told == [("First, renamed", ["mismatch"]), ("Second", ["no-text"])]
    assert seen(world, end_of_day("2026-03-30", TAIPEI)).entries == ()


def test_publishers_are_as_they_were(world: AuditWorld) -> None:
    ministry = ListedPublisher("ministry", "Ministry")
    office = ListedPublisher("office", "Office", parent="ministry", repos=(FIRST,))
    world.list(ministry, office)
    world.finds(FIRST, software(FIRST))
    before, first = seen(world, world.now), world.now
    world.later(days=1)
    world.list(
        ListedPublisher("ministry", "Ministry of Rain"),
        ListedPublisher("office", "Office of Clouds", parent="", names={"en": "Clouds"}),
        ListedPublisher("agency", "Agency", parent="ministry", repos=(FIRST,)),
    )
    world.later(days=1)
    world.list(ministry)
    ids = {one.identifier: one.id for one in before.publishers.values()}
    assert written(seen(world, first)) == written(before)
    assert [one.name for one in seen(world, first).publishers.values()] == ["Ministry", "Office"]
    assert [
        entry.publisher.identifier for entry in seen(world, first, publisher=ids["ministry"], below=True).entries
    ] == ["office"]
    assert seen(world, first, publisher=ids["ministry"]).entries == ()
    second = first + timedelta(days=1)
    assert seen(world, second, publisher=ids["office"]).entries == ()
    assert [entry.publisher.name for entry in seen(world, second).entries] == ["Agency"]
    assert seen(world, world.now).entries == ()  # a tombstone: nobody lists it
    assert [one.identifier for one in seen(world, world.now).publishers.values() if one.listed] == ["ministry"]


def test_an_entry_is_as_it_was(world: AuditWorld) -> None:
    world.publish(FIRST)
    world.finds(FIRST, software(FIRST, "First"), files={"LICENSE": b"EUPL-1.2 text"}, license_detected="EUPL-1.2")
    world.follow()
    states = {world.now: seen(world, world.now)}
    for step in range(6):
        world.later(days=2)
        match step:
            case 0:
                world.finds(FIRST, software(FIRST, "Renamed", legal={"license": "MIT"}), license_detected="MIT")
            case 1:
                world.finds(FIRST, b"name: [")
            case 2:
                world.fails(FIRST, Reach.MISSING)
            case 3:
                world.fails(FIRST, Reach.MISSING)
            case 4:
                world.ruleset = "other"
                world.finds(FIRST, software(FIRST, "Back"))
            case 5:
                world.follow(texts="two", policy_content={"forbidden": []})
        world.later(seconds=1)
        world.follow()
        states[world.now] = seen(world, world.now)
    assert [[entry.name for entry in state.entries] for state in states.values()] == [
        ["First"],
        ["Renamed"],
        ["Renamed"],
        ["Renamed"],
        [],
        ["Back"],
        ["Back"],
    ]
    assert {at: written(seen(world, at)) for at in states} == {at: written(state) for at, state in states.items()}
    assert seen(world, world.now, software=world.id_of(FIRST)).entries[0].slug == "first"


def test_what_auditors_decided_is_as_it_was(world: AuditWorld) -> None:
    world.publish(FIRST)
    world.finds(FIRST, software(FIRST), files={"LICENSE": b"MIT text"})
    world.follow()
    world.later(hours=1)
    with world.store.writing("Lin Yu", world.now) as change:
        entry = software_named(change.session, FIRST)
        conclude(change, entry, "EUPL-1.2", "The publisher said so.")
        waive(
            *(change, entry, "license-mismatch", "cannot-fix", "2026-12-31", "Nobody is left."),
            rules={"license-mismatch"},
            zone=TAIPEI,
        )
    world.follow()
    before, first = written(seen(world, world.now)), world.now
    world.later(hours=1)
    world.finds(FIRST, software(FIRST), files={"LICENSE": b"Apache-2.0 text"})
    assert world.follow().ended == [("陳情系統", 1, "files-changed")]
    with world.store.writing("Lin Yu", world.now) as change:
        entry = software_named(change.session, FIRST)
        waive(
            *(change, entry, "license-mismatch", "wrong-finding", "2026-06-30", "Read again."),
            rules={"license-mismatch"},
            zone=TAIPEI,
        )
    assert written(seen(world, first)) == before
    then, today = seen(world, first).entries[0], seen(world, world.now).entries[0]
    assert (then.conclusion is not None, today.conclusion) == (True, None)
    assert [waiver.ended_by for waiver in then.waivers] == [""]
    assert [waiver.ended_by for waiver in today.waivers] == ["Lin Yu", ""]


def test_a_clock_that_went_back_does_not_mix_times(world: AuditWorld) -> None:
    world.publish(FIRST)
    world.finds(FIRST, software(FIRST, "First"))
    right = world.now
    world.later(days=400)
    world.finds(FIRST, software(FIRST, "In the far future"))
    world.now = right + timedelta(days=1)
    world.finds(FIRST, software(FIRST, "Next day"))
    assert [entry.name for entry in seen(world, right).entries] == ["First"]
    assert [entry.name for entry in seen(world, right + timedelta(days=2)).entries] == ["Next day"]


def test_after_a_clock_ran_ahead_the_newest_is_told(world: AuditWorld) -> None:
    world.publish(FIRST)
    world.finds(FIRST, software(FIRST, "First"), files={"LICENSE": b"EUPL-1.2 text"})
    world.follow()
    right, before = world.now, written(seen(world, world.now))
    world.later(days=400)
    world.finds(FIRST, software(FIRST, "First"), files={"LICENSE": b"MIT text"})
    world.follow(texts="ahead")
    world.now = right + timedelta(days=1)
    world.finds(FIRST, software(FIRST, "First"), files={"LICENSE": b"Apache-2.0 text"})
    world.follow(texts="right again")
    for moment in (world.now, world.now + timedelta(days=500)):
        state = seen(world, moment)
        assert state.method
        assert state.entries[0].verdict
        assert (state.method.texts, state.entries[0].verdict.concluded) == ("right again", "Apache-2.0")
    assert written(seen(world, right)) == before


def test_where_nobody_looked_at_the_repository_there_is_no_verdict(world: AuditWorld) -> None:
    world.publish(FIRST)
    world.finds(FIRST, software(FIRST, "First"), files={"LICENSE": b"EUPL-1.2 text"})
    world.follow()
    world.later(days=1)
    told_by_another(world, FIRST)
    assert [entry.verdict for entry in seen(world, world.now).entries if not entry.commit] == [None]
    assert [entry.verdict.codes for entry in seen(world, world.now - timedelta(hours=1)).entries if entry.verdict] == [
        ["agree"]
    ]


def test_a_day_is_settled_when_it_is_over_and_nobody_of_it_writes_any_more() -> None:
    midnight = datetime(2026, 4, 1, 0, 0, tzinfo=TAIPEI)
    for at in (datetime(2026, 3, 31, 9, 0, tzinfo=TAIPEI), end_of_day("2026-03-31", TAIPEI)):
        moments = [at, midnight, midnight + timedelta(minutes=9), midnight + timedelta(minutes=11)]
        assert [is_settled(at, now, TAIPEI) for now in moments] == [False, False, False, True]


def test_a_clock_that_went_back_before_the_beginning_is_told_too(world: AuditWorld) -> None:
    world.publish(FIRST)
    world.finds(FIRST, software(FIRST, "First"))
    world.later(days=-100)
    world.list(ListedPublisher("other", "Other", repos=(FIRST,)))
    state = seen(world, world.now)
    assert [(entry.name, entry.publisher.identifier) for entry in state.entries] == [("First", "other")]
    assert {entry.publisher.id for entry in state.entries} <= set(state.publishers)
