"""How long the activity of all entries takes to compute and to keep, on entries made up here (always the same).

    python bench/activity_speed.py [--entries 10000]

Each entry has three records of facts, the newest 100 commits in each. Prints the seconds (all of them, and those on the
processor: other programs may be running) of the first time, of a second time when nothing changed, and of a week and a
month later.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sqlmodel import Session

from publiccode.registry.activity import record_activity
from publiccode.registry.models import (
    AssessmentRecord,
    CodeHosting,
    FactsRecord,
    Publisher,
    RepositoryRecord,
    Software,
)
from publiccode.registry.store import Store
from publiccode.registry.upgrade import upgrade

AT = datetime(2026, 6, 1, tzinfo=UTC)
VALUES = {
    "releaseDate": "2026-01-31",
    "maintenance": {"type": "contract", "contractors": [{"name": "Egret Ltd", "until": "2026-06-30"}]},
    "description": {"zh-Hant": {"longDescription": "這套系統讓民眾在網路上提出陳情。" * 40}},
}


def main() -> None:
    """Fills a database and measures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=10_000)
    count = parser.parse_args().entries
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/registry.sqlite")
        upgrade(store)
        with Session(store.engine) as session, session.begin():
            fill(session, count)
        for days in (0, 0, 7, 30):
            begun, worked = time.monotonic(), time.process_time()
            with store.writing("bench", AT + timedelta(days=days)) as change:
                written = record_activity(change, change.at)
            taken, worked = time.monotonic() - begun, time.process_time() - worked
            print(
                f"after {days:2} days: {written:6} new records in {taken:.2f} s, {worked:.2f} s of them on the processor"
            )
        store.close()


def fill(session: Session, count: int) -> None:
    """`count` entries, each with its repository, assessment and facts."""
    publisher = Publisher(identifier="bench", slug="bench", name="Bench")
    session.add(publisher)
    session.flush()
    hosting = CodeHosting(publisher_id=publisher.id, url="https://git.example", key="git.example")
    session.add(hosting)
    session.flush()
    ids = [UUID(int=number) for number in range(count)]
    keys = [f"git.example/{number}" for number in range(count)]
    session.add_all(
        RepositoryRecord(id=i, code_hosting_id=hosting.id, url=f"https://{key}", key=key, reach_since=AT)
        for i, key in zip(ids, keys, strict=True)
    )
    session.flush()
    judged = {"commit": "", "path": "publiccode.yml", "ruleset": "", "assessed_at": AT, "valid": True, "usable": True}
    session.add_all(AssessmentRecord(id=i, repository_id=i, values=VALUES, **judged) for i in ids)
    session.flush()
    session.add_all(
        Software(
            id=i,
            key=key,
            slug=key,
            name=key,
            url=key,
            publisher_id=publisher.id,
            repository_id=i,
            newest_assessment_id=i,
            shown_assessment_id=i,
            created_at=AT,
            modified_at=AT,
        )
        for i, key in zip(ids, keys, strict=True)
    )
    session.flush()
    for days in range(3):
        session.add_all(FactsRecord(repository_id=i, at=AT - timedelta(days=days), facts=facts(i.int % 9)) for i in ids)
        session.flush()


def facts(kind: int) -> dict[str, object]:
    """What a host may tell; `kind` says how much is done there."""
    return {
        "recent_commits": [(AT - timedelta(days=number * kind)).isoformat() for number in range(100)],
        "recent_authors": kind,
        "commits": 500,
        "releases": kind * 5,
        "created_at": "2020-01-01T00:00:00+00:00",
        "newest_release": {"name": "v1.0", "at": "2026-01-31T00:00:00+00:00"},
    }


if __name__ == "__main__":
    main()
