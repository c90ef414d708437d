"""Harvests code hostings: list, fetch, assess, record. One bad repository, or one bad host, never stops the run.

Threads look (`looking`), this one writes: everything is recorded in the order of the code hostings, so that two harvests of one
world give the same catalogue. A harvest that was stopped is gone on with: what it had finished is not asked for again.
"""

from __future__ import annotations

import fcntl
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from uuid import UUID, uuid4

from sqlmodel import select

from ..registry.erasure import Erasures
from ..registry.listings import Listed, end_listings, record_listings
from ..registry.models import CodeHosting, HarvestItem, HarvestRun, Outcome
from ..registry.observations import Look, record_all
from ..registry.store import Change, StorageError
from ..registry.stored import message_to_json
from .errors import CannotList, RateLimited
from .looking import Judging, List
from .workers import Chunk, Job, Parts, Wishes, in_order

log = logging.getLogger("publiccode.harvest")
_ALL = Wishes()

TAKEN_UP_WITHIN = timedelta(hours=12)
"""A harvest that was stopped no longer ago is gone on with."""


class HarvestRunning(Exception):
    """Another harvest is running in this data folder."""


@dataclass
class Harvest:
    """What one command did: its id, how often each outcome came, what it cost.

    `lists`: requests for each list; `postponed`: lists that are left for later; `taken_up`: what was done already.
    """

    id: UUID
    outcomes: dict[Outcome, int] = field(default_factory=dict)
    requests: int = 0
    bytes_received: int = 0
    listed: int = 0
    taken_up: int = 0
    lists: dict[str, int] = field(default_factory=dict)
    postponed: dict[str, datetime | None] = field(default_factory=dict)


class _Rollback(Exception):
    """Ends a transaction that must leave nothing."""


def harvest(
    parts: Parts,
    hostings: Sequence[CodeHosting],
    report: Callable[[CodeHosting, HarvestItem], None] = lambda _h, _i: None,
    wishes: Wishes = _ALL,
) -> Harvest:
    """Harvests the code hostings: one run each, one item per repository.

    Everything that was read is written as it comes, some repositories in one transaction.

    Args:
        parts: what it works with.
        hostings: where to look.
        report: told each item as it is written.
        wishes: how much.

    Raises:
        StorageError: the database cannot be written; what was written before stays.

    """
    result, wanted, run_ids = _begin(parts, hostings, wishes)
    with parts.store.reading() as session:
        judging = Judging(parts.store, parts.http, parts.assess, Erasures(session).redact)
    for job, chunks in in_order(parts, judging, wanted, wishes):
        for hosting, item in _record(parts, job, chunks, run_ids, result, wishes):
            result.outcomes[item.outcome] = result.outcomes.get(item.outcome, 0) + 1
            result.requests += item.requests
            result.bytes_received += item.bytes_received
            report(hosting, item)
    return result


def _begin(
    parts: Parts, hostings: Sequence[CodeHosting], wishes: Wishes
) -> tuple[Harvest, list[CodeHosting], dict[UUID, UUID]]:
    """Opens the runs; those that an earlier harvest finished before it was stopped are left out."""
    if wishes.dry:
        return Harvest(uuid4()), list(hostings), {hosting.id: uuid4() for hosting in hostings}
    with parts.store.writing(parts.actor, parts.clock) as change:
        earlier, finished = _interrupted(change, wishes)
        if wishes.afresh or not finished & {hosting.id for hosting in hostings}:
            earlier, finished = uuid4(), set()
        wanted = [hosting for hosting in hostings if hosting.id not in finished]
        runs = {
            hosting.id: HarvestRun(
                harvest_id=earlier, code_hosting_id=hosting.id, started_at=change.at, wishes=wishes.text
            )
            for hosting in wanted
        }
        change.session.add_all(runs.values())
        change.session.flush()
        run_ids = {hosting_id: run.id for hosting_id, run in runs.items()}
    return Harvest(earlier, taken_up=len(hostings) - len(wanted)), wanted, run_ids


def _interrupted(change: Change, wishes: Wishes) -> tuple[UUID, set[UUID]]:
    """Closes the runs of a harvest that was ended from outside; gives its id, and the code hostings that it had finished.

    None are, where it was asked something else, or single publishers were named: whoever names one wants it looked at.
    """
    # Whoever holds the harvest lock is the only harvest: runs that still say "running" were cut off.
    broken = list(change.session.exec(select(HarvestRun).where(HarvestRun.status == "running")))
    for run in broken:
        run.status = "interrupted"
        change.session.add(run)
    newest = max(broken, key=lambda run: run.started_at, default=None)
    same = newest is not None and newest.wishes == wishes.text and not wishes.scope
    if newest is None or not same or change.at - newest.started_at > TAKEN_UP_WITHIN:
        return uuid4(), set()
    query = select(HarvestRun.code_hosting_id).where(
        HarvestRun.harvest_id == newest.harvest_id, HarvestRun.status == "finished"
    )
    return newest.harvest_id, set(change.session.exec(query))


def _record(
    parts: Parts,
    job: Job,
    chunks: Iterator[Chunk],
    run_ids: Mapping[UUID, UUID],
    result: Harvest,
    wishes: Wishes,
) -> Iterator[tuple[CodeHosting, HarvestItem]]:
    """Writes a job's looks, each chunk in one transaction, and closes its runs; what breaks us is told and logged."""
    with _OurFault(job):
        for looks in chunks:
            yield from _write(parts, job, looks, run_ids, wishes.dry)
        yield from _close(parts, job, run_ids, result, wishes)
        return
    job.given_up.set()
    yield from _record_failure(parts, job, run_ids)


class _OurFault(AbstractContextManager[None]):
    """We are wrong, not the host: the traceback is logged, the run is marked failed, the other hostings go on."""

    def __init__(self, job: Job) -> None:
        self.url = job.hostings[0].url

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        ours = isinstance(error, Exception) and not isinstance(error, StorageError)
        if ours:
            log.error("harvest of %s failed", self.url, exc_info=error)
        return ours


@contextmanager
def _transaction(parts: Parts, job: Job, run_ids: Mapping[UUID, UUID], dry: bool) -> Iterator[Change]:
    """A transaction of the harvest; a dry one has runs of its own and leaves nothing."""
    try:
        with parts.store.writing(parts.actor, parts.clock) as change:
            if dry:
                for hosting in job.hostings:
                    run_id = run_ids[hosting.id]
                    change.session.add(
                        HarvestRun(id=run_id, harvest_id=run_id, code_hosting_id=hosting.id, started_at=change.at)
                    )
                change.session.flush()
            yield change
            change.session.flush()
            change.session.expunge_all()
            if dry:
                raise _Rollback
    except _Rollback:
        pass


def _write(
    parts: Parts, job: Job, looks: Chunk, run_ids: Mapping[UUID, UUID], dry: bool
) -> list[tuple[CodeHosting, HarvestItem]]:
    written: list[tuple[CodeHosting, HarvestItem]] = []
    with _transaction(parts, job, run_ids, dry) as change:
        for hosting, theirs in _by_hosting(job, looks):
            # As it is now: the list of publishers may have been imported since the harvest began.
            current = change.session.get(CodeHosting, hosting.id)
            if current is not None and current.listed:
                items = _recorded(change, current, run_ids[hosting.id], theirs, parts.ruleset)
                written += [(hosting, item) for item in items]
    return written


def _recorded(
    change: Change, hosting: CodeHosting, run_id: UUID, found: Sequence[Look | Listed], ruleset: str
) -> list[HarvestItem]:
    if hosting.kind == "catalogue":
        return record_listings(change, hosting, run_id, [one for one in found if isinstance(one, Listed)], ruleset)
    return record_all(change, hosting, run_id, [one for one in found if isinstance(one, Look)], ruleset)


def _by_hosting(job: Job, looks: Chunk) -> list[tuple[CodeHosting, Sequence[Look | Listed]]]:
    if len(job.hostings) == 1:
        return [(job.hostings[0], looks)]
    return [(hosting, looks[number : number + 1]) for number, hosting in enumerate(job.hostings)]


def _close(
    parts: Parts, job: Job, run_ids: Mapping[UUID, UUID], result: Harvest, wishes: Wishes
) -> list[tuple[CodeHosting, HarvestItem]]:
    """Closes the runs of a job, and tells how its list went."""
    written = []
    listed, error = job.listed, job.listed.error
    later = (error.until or parts.clock()) if isinstance(error, RateLimited) else listed.later
    result.listed += listed.count
    if job.hostings[0].kind != "repository":
        result.lists[job.hostings[0].url] = listed.cost.requests
    result.requests += listed.cost.requests
    result.bytes_received += listed.cost.bytes_received
    with _transaction(parts, job, run_ids, wishes.dry) as change:
        for hosting in job.hostings:
            run = change.session.get_one(HarvestRun, run_ids[hosting.id])
            current = change.session.get(CodeHosting, hosting.id)
            run.finished_at, run.status = change.at, "finished"
            if hosting.kind != "repository":
                _describe_list(run, listed)
            if later is not None:
                run.status, run.resume_at = "postponed", later
            if error is not None and current is not None and current.listed:
                written.append((hosting, _unlisted(change, current, run, listed)))
            elif run.listing and current is not None:
                _remember_list(change, current, listed, wishes)
            if current is not None and current.kind == "catalogue" and listed.complete:
                written += [(hosting, item) for item in end_listings(change, current, run.id, listed.seen)]
            change.session.add(run)
        if later is not None:
            result.postponed[job.hostings[0].url] = later
    return written


def _describe_list(run: HarvestRun, listed: List) -> None:
    run.listing, run.listed = "full" if listed.complete else "incremental", listed.count
    run.milliseconds, run.requests = listed.milliseconds, listed.cost.requests
    run.bytes_sent, run.bytes_received = listed.cost.bytes_sent, listed.cost.bytes_received


def _remember_list(change: Change, hosting: CodeHosting, listed: List, wishes: Wishes) -> None:
    """From where the next list of changes begins: never from the future, which a host's wrong clock may tell."""
    reaches = wishes.since is None or (hosting.listed_until is not None and wishes.since <= hosting.listed_until)
    if listed.until is not None and wishes.limit is None and (listed.complete or reaches):
        until = min(listed.until, change.at)
        if listed.complete or hosting.listed_until is None or until > hosting.listed_until:
            hosting.listed_until = until
    if listed.complete:
        hosting.full_listing_at = change.at
    change.session.add(hosting)


def _unlisted(change: Change, hosting: CodeHosting, run: HarvestRun, listed: List) -> HarvestItem:
    """The item that tells why a group's list could not be read to its end."""
    error = listed.error
    outcome = Outcome.NEEDS_LISTING if isinstance(error, CannotList) else Outcome.UNREACHABLE
    item = HarvestItem(
        run_id=run.id,
        repository_key=hosting.key,
        url=hosting.url,
        outcome=Outcome.MISSING if listed.complete else outcome,
        messages=[message_to_json(error.message)] if error else [],
        at=change.at,
    )
    change.session.add(item)
    return item


def _record_failure(parts: Parts, job: Job, run_ids: Mapping[UUID, UUID]) -> list[tuple[CodeHosting, HarvestItem]]:
    written = []
    with parts.store.writing(parts.actor, parts.clock) as change:
        for hosting in job.hostings:
            run = change.session.get(HarvestRun, run_ids[hosting.id])
            if run is None:
                continue
            run.finished_at, run.status = change.at, "failed"
            item = HarvestItem(
                run_id=run.id, repository_key=hosting.key, url=hosting.url, outcome=Outcome.FAILED, at=change.at
            )
            change.session.add_all([run, item])
            written.append((hosting, item))
        change.session.flush()
        change.session.expunge_all()
    return written


@contextmanager
def only_one(data: Path) -> Iterator[None]:
    """Holds the data folder's harvest lock.

    Raises:
        HarvestRunning: another process holds it.

    """
    data.mkdir(parents=True, exist_ok=True)
    with (data / "harvest.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise HarvestRunning(f"another harvest is running in {data.absolute()}; wait until it has ended") from error
        yield
