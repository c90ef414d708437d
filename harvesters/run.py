"""Harvests code hostings: list, fetch, assess, record. One bad repository never stops the run."""

from __future__ import annotations

import fcntl
import logging
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from uuid import UUID, uuid4

from sqlmodel import Session, col, select

from ..registry.columns import now
from ..registry.erasure import Erasures
from ..registry.models import (
    AssessmentRecord,
    CodeHosting,
    HarvestItem,
    HarvestRun,
    Outcome,
    Reach,
    RepositoryRecord,
    StoredFile,
)
from ..registry.observations import Look, record
from ..registry.store import Change, StorageError, Store
from ..registry.stored import message_to_json
from ..schemas.candidate import Candidate, Repository, RepositoryFile
from ..schemas.finding import Assessment, message
from .errors import AccessDenied, HostError, RepositoryGone
from .hosts import GitHost
from .http import Http

log = logging.getLogger("publiccode.harvest")

_AHEAD = 100


class HarvestRunning(Exception):
    """Another harvest is running in this data folder."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the last harvest left: the commit it read, and, where newer rules must judge it, the files as stored."""

    head: str
    stored: Candidate | None = None
    answered: bool = False


@dataclass(frozen=True, slots=True)
class Parts:
    """What a harvest is plugged together from. `host_for` gives the host that serves a code hosting's address."""

    store: Store
    http: Http
    host_for: Callable[[str], GitHost]
    assess: Callable[[Candidate], Assessment]
    ruleset: str
    threads: int = 4
    actor: str = "harvest"
    clock: Callable[[], datetime] = now


@dataclass
class Harvest:
    """What one command did: its id, and how often each outcome came."""

    id: UUID
    outcomes: dict[Outcome, int] = field(default_factory=dict)
    requests: int = 0
    bytes_received: int = 0


def harvest(
    parts: Parts,
    hostings: Sequence[CodeHosting],
    report: Callable[[CodeHosting, HarvestItem], None] = lambda _h, _i: None,
) -> Harvest:
    """Harvests the code hostings: one run each, one item per repository.

    Everything that was read is written as it comes, each code hosting in one transaction; an interrupted harvest is
    taken up by the next one, at the cost of one request for what it had read.

    Args:
        parts: what it works with.
        hostings: where to look.
        report: told each item as it is written.

    Raises:
        StorageError: the database cannot be written; what was written before stays.

    """
    result = Harvest(uuid4())
    with parts.store.writing(parts.actor, parts.clock()) as change:
        _close_interrupted(change)
        runs = {
            hosting.id: HarvestRun(harvest_id=result.id, code_hosting_id=hosting.id, started_at=change.at)
            for hosting in hostings
        }
        change.session.add_all(runs.values())
        change.session.flush()
        run_ids = {hosting_id: run.id for hosting_id, run in runs.items()}
    with parts.store.reading() as session:
        redact = Erasures(session).redact
    for hosting, done in _in_order(parts, hostings, redact):
        for item in _record(parts, hosting, run_ids[hosting.id], done):
            result.outcomes[item.outcome] = result.outcomes.get(item.outcome, 0) + 1
            result.requests += item.requests
            result.bytes_received += item.bytes_received
            report(hosting, item)
    return result


def _in_order(
    parts: Parts, hostings: Sequence[CodeHosting], redact: Callable[[bytes], bytes]
) -> Iterator[tuple[CodeHosting, Future[list[Look]]]]:
    """Looks at several hostings at a time, but gives them in their order: two harvests of one world number slugs alike.

    No more than _AHEAD hostings are looked at before the first is recorded: that bounds the memory.
    """
    pool = ThreadPoolExecutor(max(1, parts.threads), thread_name_prefix="harvest")
    try:
        waiting: deque[tuple[CodeHosting, Future[list[Look]]]] = deque()
        for hosting in hostings:
            waiting.append((hosting, pool.submit(_looks, parts, hosting, _known(parts, hosting), redact)))
            if len(waiting) > _AHEAD:
                yield _done(*waiting.popleft())
        while waiting:
            yield _done(*waiting.popleft())
    finally:  # on Ctrl-C or a full disk: what has not begun is not started
        pool.shutdown(cancel_futures=True)


def _done(hosting: CodeHosting, looks: Future[list[Look]]) -> tuple[CodeHosting, Future[list[Look]]]:
    wait([looks])
    return hosting, looks


def _record(parts: Parts, hosting: CodeHosting, run_id: UUID, done: Future[list[Look]]) -> list[HarvestItem]:
    """Writes a hosting's looks and closes its run, in one transaction; where that breaks us, it is told and logged."""
    with _OurFault(hosting):
        return _write(parts, hosting, run_id, done.result())
    return _record_failure(parts, hosting, run_id)


class _OurFault(AbstractContextManager[None]):
    """We are wrong, not the host: the traceback is logged, the run is marked failed, the other hostings go on."""

    def __init__(self, hosting: CodeHosting) -> None:
        self.url = hosting.url

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        ours = isinstance(error, Exception) and not isinstance(error, StorageError)
        if ours:
            log.error("harvest of %s failed", self.url, exc_info=error)
        return ours


def _write(parts: Parts, hosting: CodeHosting, run_id: UUID, looks: list[Look]) -> list[HarvestItem]:
    with parts.store.writing(parts.actor, parts.clock()) as change:
        # As it is now: the list of publishers may have been imported since the harvest began.
        current = change.session.get(CodeHosting, hosting.id)
        items = []
        if current is not None and current.listed:
            items = [record(change, current, run_id, look, parts.ruleset) for look in looks]
            if current.kind != "repository":
                items = [_needs_listing(change, current, run_id)]
        _finish(change, run_id, "finished")
        change.session.flush()
        change.session.expunge_all()
    return items


def _needs_listing(change: Change, hosting: CodeHosting, run_id: UUID) -> HarvestItem:
    text = message("{url} is a group of repositories: it needs a host that can list.", url=hosting.url)
    item = HarvestItem(
        run_id=run_id,
        repository_key=hosting.key,
        url=hosting.url,
        outcome=Outcome.NEEDS_LISTING,
        messages=[message_to_json(text)],
        at=change.at,
    )
    change.session.add(item)
    return item


def _record_failure(parts: Parts, hosting: CodeHosting, run_id: UUID) -> list[HarvestItem]:
    with parts.store.writing(parts.actor, parts.clock()) as change:
        item = HarvestItem(
            run_id=run_id, repository_key=hosting.key, url=hosting.url, outcome=Outcome.FAILED, at=change.at
        )
        change.session.add(item)
        _finish(change, run_id, "failed")
        change.session.flush()
        change.session.expunge_all()
    return [item]


def _finish(change: Change, run_id: UUID, status: str) -> None:
    run = change.session.get(HarvestRun, run_id)
    if run is not None:
        run.finished_at, run.status = change.at, status
        change.session.add(run)


def _close_interrupted(change: Change) -> None:
    # Whoever holds the harvest lock is the only harvest: runs that still say "running" were ended from outside.
    for run in change.session.exec(select(HarvestRun).where(HarvestRun.status == "running")):
        run.status = "interrupted"
        change.session.add(run)


def _looks(parts: Parts, hosting: CodeHosting, known: Known | None, redact: Callable[[bytes], bytes]) -> list[Look]:
    """All looks at one code hosting; runs in a thread and touches no database."""
    if hosting.kind != "repository":
        return []
    looks = []
    host = parts.host_for(hosting.url)
    started = time.monotonic()
    with parts.http.counting() as cost:
        try:
            for answer in host.look([Repository(hosting.url)]):
                if answer.error is not None:
                    raise answer.error
                looks.append(_look(parts, host, answer.repository, known, redact))
        except HostError as error:
            looks.append(Look(hosting.url, _answer(error, known), messages=(error.message,)))
    milliseconds = round((time.monotonic() - started) * 1000)
    looks[-1] = replace(
        looks[-1],
        milliseconds=milliseconds,
        requests=cost.requests,
        bytes_sent=cost.bytes_sent,
        bytes_received=cost.bytes_received,
    )
    return looks


def _look(
    parts: Parts, host: GitHost, repository: Repository, known: Known | None, redact: Callable[[bytes], bytes]
) -> Look:
    if repository.empty:
        return Look(repository.url, Reach.OK, repository)
    if known is not None and known.head == repository.head:
        if known.stored is None:
            return Look(repository.url, Reach.OK, repository)
        candidate: Candidate | None = replace(known.stored, repository=repository)
    else:
        answer = next(host.fetch([repository]))
        if answer.error is not None:
            raise answer.error
        repository, candidate = answer.repository, answer.candidate
    if candidate is None:
        return Look(repository.url, Reach.OK, repository, read=True)
    content = candidate.file.content
    redacted = content if content is None else redact(content)
    if redacted != content:
        candidate = replace(candidate, file=replace(candidate.file, content=redacted))
    return Look(
        repository.url, Reach.OK, repository, True, candidate, parts.assess(candidate), redacted=redacted != content
    )


def _answer(error: HostError, known: Known | None) -> Reach:
    """What a failed look says. 401 over plain Git means missing only where the repository answered before without one."""
    if isinstance(error, RepositoryGone):
        return Reach.MISSING
    if isinstance(error, AccessDenied) and error.status == 401 and known is not None and known.answered:
        return Reach.MISSING
    return Reach.UNKNOWN


def _known(parts: Parts, hosting: CodeHosting) -> Known | None:
    """What is known of the repository at this address; read when its turn comes, so that nothing piles up."""
    with parts.store.reading() as session:
        repository = session.exec(select(RepositoryRecord).where(RepositoryRecord.key == hosting.key)).first()
        if repository is None:
            return None
        head, stored = repository.head_commit, None
        if repository.file_path and repository.newest_assessment_id:
            assessment = session.get_one(AssessmentRecord, repository.newest_assessment_id)
            if assessment.ruleset != parts.ruleset:
                stored = _stored_candidate(session, assessment)
                head = head if stored else ""
        return Known(head, stored, answered=bool(repository.head_commit))


def _stored_candidate(session: Session, assessment: AssessmentRecord) -> Candidate | None:
    """The candidate as it was stored; None where its file was never read (a link, too large): then it is fetched again."""
    hashes = {assessment.file_hash, *(file["hash"] for file in assessment.license_files)}
    stored = session.exec(select(StoredFile).where(col(StoredFile.hash).in_(hashes)))
    files = {file.hash: file.content for file in stored}
    if assessment.file_hash not in files:
        return None
    return Candidate(
        file=RepositoryFile(assessment.path, files[assessment.file_hash]),
        license_files=tuple(
            RepositoryFile(file["path"], files.get(file["hash"]), file["mode"], file["size"], file["target"])
            for file in assessment.license_files
        ),
    )


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
