"""Milliseconds of `/statistics` for many entries over two years: the first time, afterwards, and after one more event.

    python bench/statistics_speed.py [entries]

Fills a database of its own in a temporary folder, as license_usage.py does, with findings, activity and descriptions besides.
"""

from __future__ import annotations

import json
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TypeVar
from unittest import mock
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sqlmodel import col, insert, select, update

from bench.license_usage import BEGIN, DAYS, fill
from publiccode.registry.models import ActivityRecord, AssessmentRecord, LicenseVerdictRecord, Software
from publiccode.registry.settings import Settings
from publiccode.registry.statistics import statistics
from publiccode.registry.store import Store
from publiccode.registry.timeline import Judged, timeline
from publiccode.registry.upgrade import upgrade
from publiccode.schemas.rules.pages import pages
from publiccode.web.app import create_app

T = TypeVar("T")
RULES = [page.id for page in pages("en")]
CODES = ["agree"] * 6 + ["mismatch", "no-text", "version-differs"]
ACTIVITIES = 6  # of an entry
NOW = BEGIN + timedelta(days=DAYS)


def main(entries: int) -> None:
    """Prints the time of each question."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder))
        store = Store(settings.database)
        upgrade(store)
        fill(store, entries)
        add(store)
        zone = ZoneInfo(settings.time_zone)
        known: dict[str, Judged] = {}
        with store.reading() as session:
            told = timed("read, the first time", lambda: timeline(session, zone, known, NOW))
            timed("read again", lambda: timeline(session, zone, known, NOW))
        print(f"{len(told.days)} months, {len(told.runs)} spans, {len(known)} assessments")
        timed("count all", lambda: statistics(told))
        with mock.patch("publiccode.web.pages.statistics_kept.now", return_value=NOW):
            client = create_app(settings).test_client()
            timed("page, the first time", lambda: client.get("/en/statistics"))
            timed("page, afterwards", lambda: client.get("/en/statistics"))
            timed("page of a publisher", lambda: client.get("/en/publishers/p1/statistics"))
            timed("all figures as CSV", lambda: client.get("/en/statistics/all.csv"))
            with store.writing("bench", NOW) as change:
                change.log("software", uuid4(), "measured", None, None)
            timed("page, after an event", lambda: client.get("/en/statistics"))
        store.close()
    print(f"most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


def timed(name: str, ask: Callable[[], T]) -> T:
    """The answer, after its time was printed."""
    begun = time.perf_counter()
    answer = ask()
    print(f"{name:22} {(time.perf_counter() - begun) * 1000:7.0f} ms")
    return answer


def add(store: Store) -> None:
    """Findings and descriptions of usual size, and what the activity was."""
    chance = random.Random(2)
    message = {"template": "A sentence about {name} of the usual length.", "values": {"name": "x" * 50}}
    finding = {"severity": "warning", "key": "y", "line": 1, "column": 1, "help": message, "message": message}
    with store.engine.begin() as connection:
        for number in range(200):
            told = [{**finding, "rule": rule} for rule in chance.sample(RULES, chance.randrange(7))]
            described = {tag: {"longDescription": "Long. " * 200} for tag in chance.sample(["en", "it", "nl"], 2)}
            values = {"name": "x", "description": described, "maintenance": {"type": "internal"}}
            part = col(AssessmentRecord.id).between(*bounds(number))
            connection.execute(
                update(AssessmentRecord).where(part).values(findings=told, values=values, valid=number % 3 > 0)
            )
            part = col(LicenseVerdictRecord.id).between(*bounds(number))
            connection.execute(update(LicenseVerdictRecord).where(part).values(codes=[chance.choice(CODES)]))
        rows = [
            {
                "id": uuid4(),
                "software_id": row[0],
                "at": row[1] + timedelta(days=50 * step),
                "index": chance.choice([None, *range(101)]),
                "points": json.loads("[]"),
            }
            for row in connection.execute(select(Software.id, Software.created_at))
            for step in range(ACTIVITIES)
        ]
        connection.execute(insert(ActivityRecord), rows)


def bounds(number: int) -> tuple[UUID, UUID]:
    """A part of all ids."""
    low, high = number * 256 // 200, (number + 1) * 256 // 200 - 1
    return UUID(f"{low:02x}" + "0" * 30), UUID(f"{max(low, high):02x}" + "f" * 30)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
