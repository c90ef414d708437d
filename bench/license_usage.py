"""Milliseconds of `/licenses` and its figures for many entries: now, over two years, and who uses one licence.

    python bench/license_usage.py [entries]

Fills a database of its own in a temporary folder: each entry changed its licence once on the average, two in three were compared
with their texts twice, and the log holds ten events for each entry, as after a year of harvests.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlmodel import insert

from publiccode.registry.audit.usage import history, usage, users
from publiccode.registry.models import (
    AssessmentRecord,
    CodeHosting,
    Event,
    LicenseVerdictRecord,
    Publisher,
    Reach,
    RepositoryRecord,
    Software,
)
from publiccode.registry.settings import Settings
from publiccode.registry.store import Store
from publiccode.registry.upgrade import upgrade
from publiccode.web.app import create_app

BEGIN, DAYS = datetime(2024, 12, 1, tzinfo=UTC), 700
LICENSES = [
    "EUPL-1.2",
    "MIT",
    "Apache-2.0",
    "GPL-3.0-or-later",
    "AGPL-3.0-only",
    "MIT OR Apache-2.0",
    "MIT License",
    "own",
]
ROUNDS = 5


def main(entries: int) -> None:
    """Prints the best of some rounds for each question."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder))
        store = Store(settings.database)
        upgrade(store)
        fill(store, entries)
        until, zone = BEGIN + timedelta(days=DAYS), ZoneInfo(settings.time_zone)
        client = create_app(settings).test_client()
        with store.reading() as session:
            questions: dict[str, Callable[[], object]] = {
                "usage": lambda: usage(session),
                "users of MIT": lambda: users(session, "MIT"),
                "history": lambda: history(session, until, zone),
                "page /licenses": lambda: client.get("/en/licenses"),
                "page /licenses/MIT": lambda: client.get("/en/licenses/MIT"),
            }
            for name, ask in questions.items():
                print(f"{name:20} {best(ask):7.0f} ms")
        store.close()


def best(ask: Callable[[], object]) -> float:
    """Milliseconds of the fastest of some rounds."""
    taken = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        ask()
        taken.append((time.perf_counter() - begun) * 1000)
    return min(taken)


def fill(store: Store, entries: int) -> None:
    """The rows of all tables that are asked, without a harvest."""
    chance = random.Random(1)
    publishers = [Publisher(identifier=f"p{n}", slug=f"p{n}", name=f"Publisher {n}") for n in range(200)]
    hostings = [
        CodeHosting(publisher_id=one.id, url=f"https://h/{one.slug}", key=f"h/{one.slug}") for one in publishers
    ]
    rows: dict[type, list[dict[str, object]]] = {
        Publisher: [one.model_dump() for one in publishers],
        CodeHosting: [one.model_dump() for one in hostings],
    }
    for number in range(entries):
        for row in entry(number, chance, chance.choice(hostings)):
            rows.setdefault(type(row), []).append(row.model_dump())
    order = [Publisher, CodeHosting, RepositoryRecord, AssessmentRecord, Software, LicenseVerdictRecord, Event]
    rows[Event].sort(key=lambda row: str(row["at"]))
    for row in rows[Event]:
        del row["sequence"]
    with store.engine.begin() as connection:
        for kind in order:
            connection.execute(insert(kind), rows[kind])


def entry(
    number: int, chance: random.Random, hosting: CodeHosting
) -> Iterator[RepositoryRecord | AssessmentRecord | Software | LicenseVerdictRecord | Event]:
    """One entry with its past."""
    at = BEGIN + timedelta(days=chance.randrange(DAYS - 200), seconds=number)
    key = f"h/{number}"
    repository = RepositoryRecord(
        code_hosting_id=hosting.id, url=f"https://{key}", key=key, reach=Reach.OK, reach_since=at
    )
    yield repository
    moments = [at + timedelta(days=60 * step) for step in range(chance.choice([1, 2, 3]))]
    judged = [assessment(repository.id, moment, chance.choice(LICENSES)) for moment in moments]
    yield from judged
    software = Software(
        key=key,
        slug=f"s{number}",
        name=f"Software {number}",
        url=repository.url,
        publisher_id=hosting.publisher_id,
        repository_id=repository.id,
        newest_assessment_id=judged[-1].id,
        shown_assessment_id=judged[-1].id,
        created_at=at,
        modified_at=moments[-1],
    )
    yield software
    for moment, one in zip(moments, judged, strict=True):
        shown = {"shown_assessment_id": str(one.id), "newest_assessment_id": str(one.id), "modified_at": str(moment)}
        named = {"name": software.name, "slug": software.slug, "deactivated": ""}
        created = {**named, "publisher_id": str(software.publisher_id)} if one is judged[0] else {}
        yield event("software", software.id, moment, {**created, **shown})
    for step in range(10 - len(moments)):
        yield event(
            "repository", repository.id, at + timedelta(days=step), {"state": str(step), "head_commit": "0" * 40}
        )
    for step in range(2 if number % 3 else 0):
        yield LicenseVerdictRecord(
            number=2 * number + step + 1,
            software_id=software.id,
            at=at + timedelta(days=30 * step),
            assessment_id=judged[0].id,
            declared="MIT",
            concluded=chance.choice(LICENSES[:6]),
            inputs=str(step),
        )


def assessment(repository: UUID, at: datetime, declared: str) -> AssessmentRecord:
    """What a file said."""
    values = {"name": "x", "description": {"en": {"longDescription": "Long. " * 200}}}
    return AssessmentRecord(
        repository_id=repository,
        commit="0" * 40,
        path="publiccode.yml",
        ruleset="r",
        assessed_at=at,
        valid=True,
        usable=True,
        values=values,
        license_declared=declared,
    )


def event(entity: str, identity: UUID, at: datetime, after: dict[str, str]) -> Event:
    """One row of the log."""
    return Event(
        id=uuid4(), at=at, actor="harvest", entity=entity, entity_id=str(identity), kind="changed", after=after
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
