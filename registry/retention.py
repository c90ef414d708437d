"""Removes looks that found nothing new, once they are old, and runs of which nothing is left."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby, islice
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func
from sqlmodel import Session, col, select

from .columns import now
from .models import HarvestItem, HarvestRun, Outcome
from .store import Store

BATCH = 500
PAUSE = 0.05  # seconds between two batches, in which others may write
FOR_EVER = 0

Removable = tuple[UUID, UUID]  # an item and its run


@dataclass
class Pruned:
    """How many items of how many repositories, and how many runs, were removed (or would be)."""

    items: int = 0
    repositories: int = 0
    runs: int = 0


def prune(
    store: Store, keep_items_days: int, keep_runs_days: int, at: datetime | None = None, dry_run: bool = False
) -> Pruned:
    """Removes old looks that found nothing new, and old runs without items; in batches, so that others can write in between.

    Of unchanged looks in a row the first and the last stay: from when and until when the repository was as it was. So what
    `why` and `places` answer stays the same, and of every repository the newest look and the newest that read it are there.

    Args:
        store: the database.
        keep_items_days: looks younger than this stay; FOR_EVER: all.
        keep_runs_days: the same for runs; one that is under way stays in any case.
        at: the moment from which days are counted back; None: now.
        dry_run: only counts.

    Raises:
        StorageError: the database cannot be read or written; what was removed before stays removed.

    """
    moment, done = at or now(), Pruned()
    emptied = _Emptied(moment - timedelta(days=keep_runs_days)) if keep_runs_days != FOR_EVER else None
    if keep_items_days != FOR_EVER:
        for batch in _batches(_removable(store, moment - timedelta(days=keep_items_days), done)):
            done.items += len(batch)
            if not dry_run:
                _remove_items(store, batch)
            elif emptied:
                done.runs += emptied.by(store, batch)
    if emptied:
        done.runs += _count_empty(store, emptied.before) if dry_run else _remove_empty(store, emptied.before)
    return done


def _batches(found: Iterator[Removable]) -> Iterator[list[Removable]]:
    while batch := list(islice(found, BATCH)):
        yield batch


def _removable(store: Store, before: datetime, done: Pruned) -> Iterator[Removable]:
    """The items to remove, repository by repository, whose number `done` is told."""
    old = (col(HarvestItem.at) < before, col(HarvestItem.outcome) == Outcome.UNCHANGED)
    with store.reading() as session:
        query = select(HarvestItem.repository_key).where(*old).group_by(col(HarvestItem.repository_key))
        keys = session.exec(query.having(func.count() > 2)).all()
    for key in keys:
        with store.reading() as session:
            found = list(_between(session, key, before))
        done.repositories += bool(found)
        yield from found


def _between(session: Session, key: str, before: datetime) -> Iterator[Removable]:
    """Of each row of equal unchanged looks at a repository all but the first and the last, in the order of `why`."""
    rows = session.exec(
        select(HarvestItem.id, HarvestItem.run_id, HarvestItem.outcome, HarvestItem.messages)
        .where(HarvestItem.repository_key == key, col(HarvestItem.at) < before)
        .order_by(col(HarvestItem.at), col(HarvestItem.id))
    )
    for (outcome, _), group in groupby(rows, key=lambda row: (row[2], row[3])):
        if outcome is Outcome.UNCHANGED:
            yield from ((row[0], row[1]) for row in list(group)[1:-1])


def _remove_items(store: Store, batch: list[Removable]) -> None:
    with store.writing("prune") as change:
        change.session.connection().execute(
            delete(HarvestItem).where(col(HarvestItem.id).in_([item for item, _ in batch]))
        )
    time.sleep(PAUSE)


def _empty(before: datetime) -> tuple[ColumnElement[bool], ...]:
    items = select(HarvestItem.id).where(HarvestItem.run_id == HarvestRun.id).exists()
    return col(HarvestRun.started_at) < before, col(HarvestRun.status) != "running", ~items


def _count_empty(store: Store, before: datetime) -> int:
    with store.reading() as session:
        return session.exec(select(func.count()).select_from(HarvestRun).where(*_empty(before))).one()


def _remove_empty(store: Store, before: datetime) -> int:
    removed = 0
    while True:
        with store.reading() as session:
            ids = session.exec(select(HarvestRun.id).where(*_empty(before)).limit(BATCH)).all()
        if not ids:
            return removed
        with store.writing("prune") as change:
            change.session.connection().execute(delete(HarvestRun).where(col(HarvestRun.id).in_(ids)))
        removed += len(ids)
        time.sleep(PAUSE)


class _Emptied:
    """Counts, without removing, the old runs that lose their last item; remembers only runs that lose theirs bit by bit."""

    def __init__(self, before: datetime) -> None:
        self.before = before
        self._lost: Counter[UUID] = Counter()

    def by(self, store: Store, batch: list[Removable]) -> int:
        """How many runs lose their last item with this batch."""
        runs = {run for _, run in batch}
        self._lost.update(run for _, run in batch)
        with store.reading() as session:
            held = session.exec(
                select(HarvestItem.run_id, HarvestRun.started_at, HarvestRun.status, func.count())
                .join(HarvestRun, col(HarvestItem.run_id) == col(HarvestRun.id))
                .where(col(HarvestItem.run_id).in_(runs))
                .group_by(col(HarvestItem.run_id), col(HarvestRun.started_at), col(HarvestRun.status))
            ).all()
        gone = 0
        for run, started, status, items in held:
            if self._lost[run] == items:
                del self._lost[run]
                gone += started < self.before and status != "running"
        return gone
