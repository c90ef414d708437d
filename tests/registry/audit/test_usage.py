"""Which licences the entries have: now, and at the end of each month as it was then."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func
from sqlmodel import select

from publiccode.registry.audit.usage import History, Usage, Use, Users, history, usage, users
from publiccode.registry.following import NOT_SPDX
from publiccode.registry.models import LicenseVerdictRecord, Publisher, Reach, Software
from publiccode.schemas.candidate import address_key
from publiccode.schemas.licensing.found import NOASSERTION

from ...looks import World, software
from .conftest import told_by_another

BASE = "https://git.yunwu.example/open/"
TAIPEI = ZoneInfo("Asia/Taipei")


def declare(world: World, name: str, license_: str | None, **changes: object) -> None:
    """The repository's file declares this licence; None: none."""
    legal = {"license": license_} if license_ is not None else None
    world.finds(BASE + name, software(BASE + name, name, legal=legal, **changes))


def find(world: World, name: str, concluded: str) -> None:
    """The texts of an entry were compared: they say this licence."""
    with world.store.writing("audit", world.now) as change:
        entry = change.session.exec(select(Software).where(Software.key == address_key(BASE + name))).one()
        record = LicenseVerdictRecord(
            number=(change.session.exec(select(func.max(LicenseVerdictRecord.number))).one() or 0) + 1,
            software_id=entry.id,
            at=world.now,
            assessment_id=entry.shown_assessment_id,
            declared="",
            concluded=concluded,
            inputs=str(world.now),
        )
        change.session.add(record)


def at(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=UTC)  # type: ignore[arg-type,misc]


def test_an_empty_catalogue_has_no_figures(world: World) -> None:
    with world.store.reading() as session:
        assert usage(session) == Usage(0, 0, 0, 0, (), ())
        assert history(session, world.now, TAIPEI) == History((), (), {}, {})
        assert users(session, "MIT") == Users((), (), ())


@pytest.fixture
def mixed(world: World) -> World:
    world.publish(*(BASE + name for name in "abcdef"))
    declare(world, "a", "MIT OR Apache-2.0")
    declare(world, "b", "MIT License")  # has one reading
    declare(world, "c", "free of charge")
    declare(world, "d", None)
    declare(world, "e", "LicenseRef-Yunwu")
    declare(world, "f", "EUPL-1.2", categories=["no-category"])  # not valid
    find(world, "a", "MIT")
    world.later(days=1)
    find(world, "a", "GPL-3.0-only AND BSD-2-Clause")
    find(world, "b", NOASSERTION)
    return world


def test_every_licence_of_an_expression_counts(mixed: World) -> None:
    with mixed.store.reading() as session:
        told = usage(session)
    assert told == Usage(
        entries=6,
        undeclared=1,
        compared=2,
        unknown=1,
        uses=(
            Use("MIT", 2, 0),
            Use("Apache-2.0", 1, 0),
            Use("EUPL-1.2", 1, 0),
            Use("LicenseRef-Yunwu", 1, 0),
            Use(NOT_SPDX, 1, 0),
            Use("BSD-2-Clause", 0, 1),
            Use("GPL-3.0-only", 0, 1),
        ),
        families=(
            Use("permissive", 2, 1),
            Use("unknown", 2, 0),
            Use("weak-copyleft", 1, 0),
            Use("strong-copyleft", 0, 1),
        ),
    )


def test_only_valid_entries_where_the_registry_is_strict(mixed: World) -> None:
    with mixed.store.reading() as session:
        strict = {use.license: use.declared for use in usage(session, only_valid=True).uses if use.declared}
        told = history(session, mixed.now, TAIPEI, only_valid=True)
    assert strict == {"MIT": 1, "Apache-2.0": 1, "LicenseRef-Yunwu": 1}
    assert {name: counts[-1] for name, counts in told.declared.items() if counts[-1]} == strict


def test_who_uses_a_licence(mixed: World) -> None:
    with mixed.store.reading() as session:
        ids = {entry.name: entry.id for entry in session.exec(select(Software))}
        owner = session.exec(select(Publisher)).one().id
        assert users(session, "MIT") == Users((ids["a"], ids["b"]), (), ((owner, 2),))
        assert users(session, "GPL-3.0-only") == Users((), (ids["a"],), ((owner, 1),))
        assert users(session, "LicenseRef-Yunwu").declared == (ids["e"],)
        assert users(session, "0BSD") == Users((), (), ())


def test_the_months_end_in_the_time_zone_of_the_instance(world: World) -> None:
    world.now = at(2026, 1, 15)
    world.publish(*(BASE + name for name in ("a", "b", "late", "later")))
    declare(world, "a", "MIT")
    declare(world, "b", "EUPL-1.2")
    world.now = at(2026, 1, 20)
    find(world, "a", "MIT")
    world.now = at(2026, 2, 10)
    declare(world, "a", "Apache-2.0")
    world.now = at(2026, 2, 28, 15, 59, 59)
    declare(world, "late", "CC0-1.0")
    world.now = at(2026, 2, 28, 16, 0, 0)
    declare(world, "later", "CC0-1.0")
    world.now = at(2026, 3, 5)
    world.fails(BASE + "b", Reach.MISSING)
    world.now = at(2026, 3, 7)
    world.fails(BASE + "b", Reach.MISSING)
    world.now = at(2026, 4, 1)
    declare(world, "b", "EUPL-1.2")
    with world.store.reading() as session:
        told = history(session, world.now, TAIPEI)
    assert told == History(
        days=(date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 1)),
        entries=(2, 3, 3, 4),
        declared={"Apache-2.0": (0, 1, 1, 1), "CC0-1.0": (0, 1, 2, 2), "EUPL-1.2": (1, 1, 0, 1), "MIT": (1, 0, 0, 0)},
        found={"Apache-2.0": (0, 0, 0, 0), "CC0-1.0": (0, 0, 0, 0), "EUPL-1.2": (0, 0, 0, 0), "MIT": (1, 1, 1, 1)},
    )


def test_what_was_found_does_not_count_where_another_catalogue_gave_the_file(world: World) -> None:
    world.now = at(2026, 1, 15)
    world.publish(BASE + "a")
    declare(world, "a", "MIT")
    find(world, "a", "MIT")
    world.now = at(2026, 2, 15)
    told_by_another(world, BASE + "a")
    world.now = at(2026, 3, 15)
    with world.store.reading() as session:
        assert [(use.license, use.declared, use.found) for use in usage(session).uses] == [("EUPL-1.2", 1, 0)]
        assert usage(session).compared == 0
        told = history(session, world.now, TAIPEI)
    assert told.found == {"EUPL-1.2": (0, 0, 0), "MIT": (1, 0, 0)}
    declare(world, "a", "MIT")
    with world.store.reading() as session:
        assert [(use.license, use.declared, use.found) for use in usage(session).uses] == [("MIT", 1, 1)]
        assert history(session, world.now, TAIPEI).found["MIT"] == (1, 0, 1)


def test_after_a_clock_ran_ahead_the_verdict_written_last_counts(world: World) -> None:
    world.now = at(2026, 1, 15)
    world.publish(BASE + "a")
    declare(world, "a", "MIT")
    for moment, concluded in ((at(2026, 1, 16), "MIT"), (at(2030, 1, 1), "EUPL-1.2"), (at(2026, 2, 1), "Apache-2.0")):
        world.now = moment
        find(world, "a", concluded)
    with world.store.reading() as session:
        assert [use.license for use in usage(session).uses if use.found] == ["Apache-2.0"]
        told = history(session, at(2026, 2, 15), TAIPEI)
    assert told.found == {"Apache-2.0": (0, 1), "MIT": (1, 0)}


def test_a_long_history_is_told_by_quarters(world: World) -> None:
    world.now = at(2023, 11, 5)
    world.publish(BASE + "a")
    declare(world, "a", "MIT")
    with world.store.reading() as session:
        months = history(session, at(2025, 10, 31), TAIPEI).days
        quarters = history(session, at(2025, 11, 2), TAIPEI).days
    assert (len(months), months[0], months[-2:]) == (24, date(2023, 11, 30), (date(2025, 9, 30), date(2025, 10, 31)))
    assert [day.isoformat() for day in quarters] == [
        *("2023-12-31", "2024-03-31", "2024-06-30", "2024-09-30", "2024-12-31"),
        *("2025-03-31", "2025-06-30", "2025-09-30", "2025-11-02"),
    ]


@pytest.mark.parametrize("strict", [False, True])
def test_what_is_told_of_a_month_is_what_was_told_then(world: World, strict: bool) -> None:
    """A year of looks by chance: the figures for each month's end are those that were counted on that day."""
    chance = random.Random(strict)
    names = [f"r{number}" for number in range(8)]
    world.now = at(2026, 1, 1, 0, 0, 1)
    world.publish(*(BASE + name for name in names))
    declare(world, names[0], "MIT")
    counted = []
    for month in range(1, 13):
        world.now = at(2026, month, 2)
        for _ in range(6):
            world.later(hours=chance.randint(1, 90))
            _look(world, chance, chance.choice(names))
        with world.store.reading() as session:
            counted.append(usage(session, strict))
    with world.store.reading() as session:
        told = history(session, world.now, ZoneInfo("UTC"), strict)
    assert told.entries == tuple(one.entries for one in counted)
    for number, one in enumerate(counted):
        assert {use.license: use.declared for use in one.uses if use.declared} == _at(told.declared, number)
        assert {use.license: use.found for use in one.uses if use.found} == _at(told.found, number)


def _look(world: World, chance: random.Random, name: str) -> None:
    """One of the things that may happen to a repository."""
    with world.store.reading() as session:
        known = session.exec(select(Software.deactivated).where(Software.key == address_key(BASE + name))).first()
    kind = chance.choice(["declares", "declares", "declares", "compared", "gone", "broken", "invalid"])
    if known is None or kind in ("declares", "invalid"):
        license_ = chance.choice(["MIT", "EUPL-1.2", "GPL v3", "MIT OR Apache-2.0", "no licence at all", None])
        declare(world, name, license_, categories=["none"] if kind == "invalid" else ["communications"])
    elif kind == "compared":
        find(world, name, chance.choice(["MIT", "MIT AND CC-BY-4.0", NOASSERTION]))
    elif kind == "broken":
        world.finds(BASE + name, b"name: [\n")
    else:
        world.fails(BASE + name, Reach.MISSING)
        world.later(hours=25)
        world.fails(BASE + name, Reach.MISSING)


def _at(counts: Mapping[str, tuple[int, ...]], number: int) -> dict[str, int]:
    return {name: values[number] for name, values in counts.items() if values[number]}
