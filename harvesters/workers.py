"""The threads of a harvest: what is looked at together, by which host, how far ahead of the one who writes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from queue import Empty, Full, Queue
from threading import Event

from ..registry.columns import now
from ..registry.known import known_at, known_below, known_in, named_singly
from ..registry.listings import Listed
from ..registry.models import CodeHosting
from ..registry.observations import Look
from ..registry.store import Store
from ..schemas.candidate import Candidate
from ..schemas.finding import Assessment
from .catalogue_reading import read_catalogue
from .errors import HostError
from .hosts import GitHost, Hosts
from .http import Http
from .looking import Group, Judging, List, changes_since, look_at, look_at_group, unanswered

_AHEAD = 100
_CHUNKS_AHEAD = 8


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is asked of one harvest.

    Args:
        full: read every list to its end.
        since: ask lists only for what changed since then.
        limit: read at most so many repositories of each group.
        dry: write nothing.
        scope: the publishers that were named, empty for all: only a harvest of all is gone on with.
        afresh: begin anew where an earlier harvest was stopped.
        full_every: how often lists are read to their end.

    """

    full: bool = False
    since: datetime | None = None
    limit: int | None = None
    dry: bool = False
    afresh: bool = False
    full_every: timedelta = timedelta(days=7)
    scope: str = ""

    @property
    def text(self) -> str:
        """What was asked, to be compared with what another harvest was asked."""
        since = self.since.isoformat() if self.since else ""
        return f"full={self.full} since={since} limit={self.limit} scope={self.scope}"


@dataclass(frozen=True, slots=True)
class Parts:
    """What a harvest is plugged together from."""

    store: Store
    http: Http
    hosts: Hosts
    assess: Callable[[Candidate], Assessment]
    ruleset: str
    threads: int = 8
    actor: str = "harvest"
    clock: Callable[[], datetime] = now


@dataclass(frozen=True, slots=True)
class Job:
    """Code hostings that are looked at together: one group or catalogue, or repositories that a host answers about at once.

    `error`: why their host could not be found out; `given_up`: nobody takes their looks any more.
    """

    hostings: tuple[CodeHosting, ...]
    host: GitHost | None
    error: HostError | None = None
    given_up: Event = field(default_factory=Event)
    listed: List = field(default_factory=List)


Chunk = list[Look] | list[Listed]
_Chunks = Queue[Chunk]


def in_order(
    parts: Parts, judging: Judging, hostings: Sequence[CodeHosting], wishes: Wishes
) -> Iterator[tuple[Job, Iterator[Chunk]]]:
    """Works on several jobs at a time, but gives them in their order.

    No more than _AHEAD jobs, and _CHUNKS_AHEAD chunks of each, are looked at before the first is recorded: that bounds the memory.
    """
    lookers = ThreadPoolExecutor(max(1, parts.threads), thread_name_prefix="look")
    readers = ThreadPoolExecutor(max(1, parts.threads), thread_name_prefix="read")
    stopped = Event()
    waiting: deque[tuple[Job, _Chunks, Future[None]]] = deque()
    try:
        for job in _jobs(parts, hostings):
            chunks: _Chunks = Queue(_CHUNKS_AHEAD)
            running = lookers.submit(_work, parts, judging, job, wishes, readers, chunks, stopped)
            waiting.append((job, chunks, running))
            if len(waiting) > _AHEAD:
                first, found, running = waiting.popleft()
                yield first, _drained(found, running)
        while waiting:
            first, found, running = waiting.popleft()
            yield first, _drained(found, running)
    finally:  # on Ctrl-C or a full disk: what has not begun is not started, what waits for room gives up
        stopped.set()
        lookers.shutdown(cancel_futures=True)
        readers.shutdown(cancel_futures=True)


def _jobs(parts: Parts, hostings: Sequence[CodeHosting]) -> Iterator[Job]:
    """The code hostings as they are looked at: repositories that one host answers about together, all else by itself."""
    together: dict[int, list[CodeHosting]] = {}
    for hosting in hostings:
        if hosting.kind != "repository":
            yield Job((hosting,), None)
            continue
        try:
            host = parts.hosts.serving(hosting.url)
        except HostError as error:  # it cannot be found out who answers there
            yield Job((hosting,), None, error)
            continue
        if host.batch == 1:
            yield Job((hosting,), host)
            continue
        bundle = together.setdefault(id(host), [])
        bundle.append(hosting)
        if len(bundle) >= host.batch:
            yield Job(tuple(together.pop(id(host))), host)
    for bundle in together.values():
        yield Job(tuple(bundle), parts.hosts.serving(bundle[0].url))


def _work(
    parts: Parts,
    judging: Judging,
    job: Job,
    wishes: Wishes,
    readers: ThreadPoolExecutor,
    chunks: _Chunks,
    stopped: Event,
) -> None:
    """Puts the looks of a job into `chunks`, waiting for room, until all are there or the harvest is stopped."""
    for chunk in _looks(parts, judging, job, wishes, readers):
        while not stopped.is_set() and not job.given_up.is_set():
            try:
                chunks.put(chunk, timeout=0.2)
                break
            except Full:
                continue
        else:
            return


def _drained(chunks: _Chunks, running: Future[None]) -> Iterator[Chunk]:
    """What a worker puts there until it ends. Raises what broke it."""
    while True:
        ended = running.done()
        try:
            yield chunks.get(timeout=0.05 if not ended else 0)
        except Empty:
            if ended:
                running.result()
                return


def _looks(parts: Parts, judging: Judging, job: Job, wishes: Wishes, readers: ThreadPoolExecutor) -> Iterator[Chunk]:
    """All looks of one job; runs in a thread and writes nothing."""
    if job.host is not None or job.error is not None:
        with parts.store.reading() as session:
            known = known_at(session, [hosting.key for hosting in job.hostings], parts.ruleset)
            for hosting in job.hostings:
                # Under another address by now: the list of publishers names one that leads there.
                if hosting.key not in known and (moved := known_in(session, hosting.id, parts.ruleset)):
                    known[hosting.key] = next(iter(moved.values()))
        wanted = [(hosting.url, known.get(hosting.key)) for hosting in job.hostings]
        if job.host is not None:
            looks = look_at(judging, job.host, wanted)
        else:
            looks = [unanswered(url, job.error, one) for url, one in wanted if job.error is not None]
        job.listed.note(looks)
        yield looks
        return
    [hosting] = job.hostings
    if hosting.kind == "catalogue":
        yield from read_catalogue(judging, parts.hosts, hosting, parts.ruleset, readers, job.listed, wishes.limit)
        return
    try:
        host = parts.hosts.listing(hosting.url, hosting.driver)
    except HostError as error:  # it cannot be found out who answers there
        job.listed.error = error
        return
    with parts.store.reading() as session:
        known = known_below(session, hosting, parts.ruleset)
        others = named_singly(session)
    since = wishes.since or (None if wishes.full else changes_since(hosting, wishes.full_every, parts.clock(), known))
    group = Group(hosting, list(known.values()), since, others, wishes.limit)
    yield from look_at_group(judging, host, group, readers, job.listed)
