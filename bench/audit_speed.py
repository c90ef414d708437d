"""How long the licence audit takes on a catalogue of N entries and M events, in a database of its own.

    python bench/audit_speed.py [--entries 10000] [--events 100000]

Prints, one line each: the first judging, a run in which nothing changed, one after another policy, one entry's conclusion, and what
was known at moments long past and now.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import insert
from sqlmodel import select

from publiccode.registry.audit.conclusions import conclude, software_named
from publiccode.registry.audit.method import method
from publiccode.registry.audit.past import state_at
from publiccode.registry.audit.verdicts import follow_licenses
from publiccode.registry.models import (
    AssessmentRecord,
    CodeHosting,
    Event,
    FactsRecord,
    Publisher,
    Reach,
    RepositoryRecord,
    Software,
)
from publiccode.registry.observations import keep_file
from publiccode.registry.store import Store
from publiccode.registry.upgrade import upgrade

BEGIN = datetime(2025, 1, 1, tzinfo=UTC)
DECLARED = ("EUPL-1.2", "MIT", "AGPL-3.0-or-later", "GPL v3", "NOASSERTION")
FACTS = {"license_detected": "MIT", "recent_commits": ["2026-01-01T00:00:00Z"] * 100}
TEXTS = (b"SPDX-License-Identifier: EUPL-1.2\n", b"MIT License\n", b"Licensed under the Apache License, Version 2.0\n")


def main() -> None:
    """Fills the database, then measures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=10_000)
    parser.add_argument("--events", type=int, default=100_000)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'registry.sqlite'}")
        upgrade(store)
        with measured("filled"):
            fill(store, wanted.entries)
            add_events(store, wanted.events)
        measure(store)
        store.close()
    print(f"most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


def measure(store: Store) -> None:
    zone = ZoneInfo("Asia/Taipei")
    judges = method("osi", zone)
    with measured("first judging"):
        done = follow_licenses(store, judges)
    print(f"  {done.judged} judged, {done.changed} changed, {len(done.new)} new violations")
    with measured("nothing changed"):
        print(f"  {follow_licenses(store, judges).judged} judged")
    with measured("another policy"):
        done = follow_licenses(store, method("tw", zone))
    print(f"  {done.judged} judged, {len(done.new)} new, {len(done.resolved)} resolved")
    with measured("one conclusion"):
        with store.writing("bench") as change:
            entry = software_named(change.session, "s7")
            conclude(change, entry, "MIT", "measured")
            identity = entry.id
        follow_licenses(store, judges, only=[identity])
    moment = datetime.now(UTC)
    for name, at in (("now", moment), ("a year ago", BEGIN + timedelta(days=300)), ("before all events", BEGIN)):
        with measured(f"state, {name}"), store.reading() as session:
            state = state_at(session, at)
        print(f"  {len(state.entries)} entries")
    with measured("state of one entry"), store.reading() as session:
        state_at(session, moment, software=identity)


def fill(store: Store, entries: int) -> None:
    """Publishers, repositories, assessments with findings and values of usual size, entries."""
    with store.writing("bench", BEGIN) as change:
        session = change.session
        publishers = [Publisher(identifier=f"p{n}", slug=f"p{n}", name=f"Publisher {n}") for n in range(300)]
        session.add_all(publishers)
        session.flush()
        hostings = [
            CodeHosting(publisher_id=one.id, url=f"https://code.example/{one.slug}", key=f"code.example/{one.slug}")
            for one in publishers
        ]
        session.add_all(hostings)
        hashes = [keep_file(change, text) for text in TEXTS]
        owners = [(hosting.id, hosting.publisher_id) for hosting in hostings]
    finding = {"rule": "x", "severity": "warning", "key": "y", "line": 1, "column": 1}
    message = {"template": "A sentence about {name} of the usual length.", "values": {"name": "x" * 50}}
    for start in range(0, entries, 1000):
        with store.writing("bench", BEGIN) as change:
            numbers = range(start, min(entries, start + 1000))
            urls = [f"https://code.example/p{n % 300}/s{n}" for n in numbers]
            repositories = [
                RepositoryRecord(
                    code_hosting_id=owners[n % 300][0], url=url, key=url[8:], reach=Reach.OK, reach_since=BEGIN
                )
                for n, url in zip(numbers, urls, strict=True)
            ]
            assessments = [
                AssessmentRecord(
                    repository_id=repository.id,
                    commit=uuid4().hex,
                    path="publiccode.yml",
                    license_files=[
                        {"path": "LICENSE", "hash": hashes[n % 3], "mode": 0o100644, "size": 100, "target": ""}
                    ],
                    ruleset="one",
                    assessed_at=BEGIN,
                    valid=True,
                    usable=True,
                    findings=[{**finding, "message": message, "help": message}] * 5,
                    values={"name": f"System {n}", "longDescription": "word " * 300},
                    license_declared=DECLARED[n % 5],
                )
                for n, repository in zip(numbers, repositories, strict=True)
            ]
            facts = [FactsRecord(repository_id=one.id, at=BEGIN, facts=FACTS) for one in repositories]
            software = [
                Software(
                    key=url[8:],
                    slug=f"s{n}",
                    name=f"System {n}",
                    url=url,
                    publisher_id=owners[n % 300][1],
                    repository_id=assessment.repository_id,
                    newest_assessment_id=assessment.id,
                    shown_assessment_id=assessment.id,
                    created_at=BEGIN,
                    modified_at=BEGIN,
                )
                for n, url, assessment in zip(numbers, urls, assessments, strict=True)
            ]
            for rows in (repositories, assessments, facts, software):  # in the order in which they refer to each other
                change.session.add_all(rows)
                change.session.flush()


def add_events(store: Store, events: int) -> None:
    """Changes of repositories over the last two years, as harvests leave them."""
    with store.writing("bench") as change:
        ids = change.session.exec(select(RepositoryRecord.id)).all()
        rows = [
            {
                "id": uuid4(),
                "at": BEGIN + timedelta(minutes=10 * n),
                "actor": "harvest",
                "entity": "repository",
                "entity_id": str(ids[n % len(ids)]),
                "kind": "changed",
                "before": {"head_commit": "a" * 40, "state": "x" * 40},
                "after": {"head_commit": "b" * 40, "state": "y" * 40},
            }
            for n in range(events)
        ]
        for start in range(0, events, 10_000):
            change.session.connection().execute(insert(Event), rows[start : start + 10_000])


@contextmanager
def measured(what: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    print(f"{what}: {time.perf_counter() - start:.2f} s", flush=True)


if __name__ == "__main__":
    main()
