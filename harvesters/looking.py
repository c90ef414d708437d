"""Looks at code hostings, in threads: asks hosts, compares with what is known, judges. Reads the database, never writes it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice
from time import monotonic

from ..registry.columns import now
from ..registry.known import Known, stored_candidate
from ..registry.models import CodeHosting, Reach
from ..registry.observations import Look
from ..registry.publishers import is_excluded
from ..registry.store import Store
from ..schemas.candidate import Candidate, Repository, address_key
from ..schemas.finding import Assessment, message
from .errors import HostError, HostUnavailable, RateLimited, RepositoryGone, SignInAsked
from .hosts import Answer, GitHost
from .hosts.json_api import moment
from .http import Http, Traffic

OVERLAP = timedelta(hours=2)
"""How far before the newest change that was seen a list of changes begins: hosts learn of a push a little later."""
CHUNK = 100


@dataclass(frozen=True, slots=True)
class Judging:
    """What a look is made with. `redact` takes out persons who were erased."""

    store: Store
    http: Http
    assess: Callable[[Candidate], Assessment]
    redact: Callable[[bytes], bytes] = bytes


@dataclass
class List:
    """How a list went, a group's or a catalogue's, for its run.

    `error`: it ended before its end; `later`: until when the host wants to be left alone; `complete`: what is not in it may be
    gone; `seen`: ids of a catalogue's entries.
    """

    complete: bool = False
    count: int = 0
    until: datetime | None = None
    error: HostError | None = None
    milliseconds: int = 0
    cost: Traffic = field(default_factory=Traffic)
    seen: set[str] = field(default_factory=set)
    later: datetime | None = None

    def note(self, looks: Iterable[Look]) -> None:
        """Keeps until when a host wants to be left alone, where a look found that."""
        for look in looks:
            if look.later is not None and (self.later is None or look.later > self.later):
                self.later = look.later


@dataclass(frozen=True, slots=True)
class Group:
    """What is wanted of one group.

    `known`: what is known of its repositories, and of others below its address; `since`: only what changed since then, None:
    all; `others`: addresses and host's ids of repositories that the list of publishers names by themselves; `limit`: the
    most repositories to be read.
    """

    hosting: CodeHosting
    known: Sequence[Known]
    since: datetime | None = None
    others: frozenset[str] = frozenset()
    limit: int | None = None


def look_at(judging: Judging, host: GitHost, wanted: Sequence[tuple[str, Known | None]]) -> list[Look]:
    """One look at the repository at each of these addresses, in their order; asked at once where the host answers so."""
    asked = [Repository(url, host_id=known.host_id if known else "") for url, known in wanted]
    looks: dict[int, Look] = {}
    started = monotonic()
    with judging.http.counting() as cost:
        changed: dict[str, Repository] = {}
        waiting: dict[str, list[int]] = {}  # two addresses may lead to one repository
        for number, answer in enumerate(host.look(asked)):
            known = wanted[number][1]
            if answer.error is not None:
                looks[number] = unanswered(asked[number].url, answer.error, known)
            elif is_unchanged(answer.repository, known) or answer.repository.empty:
                looks[number] = _seen(judging, answer.repository, known)
            else:
                changed[answer.repository.url] = answer.repository
                waiting.setdefault(answer.repository.url, []).append(number)
        for answer in host.fetch(list(changed.values())) if changed else ():
            for number in waiting.pop(answer.repository.url, []):
                looks[number] = _read(judging, answer, wanted[number][1])
    for number in range(len(wanted)):
        if number not in looks:
            looks[number] = unanswered(wanted[number][0], _unsaid(wanted[number][0]), wanted[number][1])
    return _shared([looks[number] for number in range(len(wanted))], started, cost)


def _shared(looks: Sequence[Look], started: float, cost: Traffic) -> list[Look]:
    """The looks, each with its share of what all of them cost; shares of whole numbers that add up."""

    def share(total: int, number: int) -> int:
        return total * (number + 1) // len(looks) - total * number // len(looks)

    milliseconds = round((monotonic() - started) * 1000)
    return [
        replace(
            look,
            milliseconds=share(milliseconds, number),
            requests=share(cost.requests, number),
            bytes_sent=share(cost.bytes_sent, number),
            bytes_received=share(cost.bytes_received, number),
        )
        for number, look in enumerate(looks)
    ]


def look_at_group(judging: Judging, host: GitHost, group: Group, pool: Executor, listed: List) -> Iterator[list[Look]]:
    """Looks at a group's repositories, some at a time; fills `listed` on the way.

    What is known and does not stand in a complete list is looked at by itself: it may have moved to another owner. A list that
    broke off concludes nothing. Looks that are due a second time are made although nothing changed.
    """
    seen: set[str] = set()
    reading = _Reading(judging, host, pool)
    chunk: list[Look] = []
    by_id = {known.host_id: known for known in group.known if known.host_id}
    by_key = {known.key: known for known in group.known}
    for repository in _list(judging, host, group, listed):
        known = by_id.get(repository.host_id) or by_key.get(address_key(repository.url))
        seen |= {known.key} if known else set()
        if {address_key(repository.url), repository.host_id} & group.others or is_excluded(
            repository.url, group.hosting.exclude
        ):
            continue
        if is_unchanged(repository, known) or repository.empty:
            chunk.append(_seen(judging, repository, known))
        else:
            reading.add(repository, known)
        chunk += reading.done()
        if len(chunk) >= CHUNK:
            listed.note(chunk)
            yield chunk
            chunk = []
    chunk += reading.rest()
    listed.note(chunk)
    yield chunk
    missed = [known for known in group.known if known.here and known.key not in seen and (listed.complete or known.due)]
    yield from _missed(judging, host, missed, listed.complete and listed.error is None)


def _list(judging: Judging, host: GitHost, group: Group, listed: List) -> Iterator[Repository]:
    started = monotonic()
    with judging.http.counting() as cost:
        try:
            found = host.repositories(group.hosting.url, group.since)
            for repository in islice(found, group.limit):
                listed.count += 1
                changed = moment(repository.facts.get("pushed_at"))
                if changed and (listed.until is None or changed > listed.until):
                    listed.until = changed
                yield repository
            listed.complete = group.since is None and group.limit is None
        except RepositoryGone as error:  # the group itself: each of its repositories is asked where it is
            listed.error, listed.complete = error, group.since is None and group.limit is None
        except HostError as error:
            listed.error = error
    listed.cost, listed.milliseconds = cost, round((monotonic() - started) * 1000)


def _missed(judging: Judging, host: GitHost, missed: Sequence[Known], complete: bool) -> Iterator[list[Look]]:
    """Looks at what a list did not show: each by itself, but for repositories without a file where each costs a request."""
    worth: list[Known] = []
    told: list[Known] = []
    for known in missed:
        (worth if known.file or host.batch > 1 or not complete else told).append(known)
    for start in range(0, len(told), CHUNK):
        yield [Look(known.url, Reach.MISSING, place=known.key) for known in told[start : start + CHUNK]]
    for start in range(0, len(worth), CHUNK):
        yield look_at(judging, host, [(known.url, known) for known in worth[start : start + CHUNK]])


class _Reading:
    """Reads repositories in other threads, as many at once as the host takes, not too far ahead."""

    AHEAD = 64

    def __init__(self, judging: Judging, host: GitHost, pool: Executor) -> None:
        self._judging, self._host, self._pool = judging, host, pool
        self._next: list[tuple[Repository, Known | None]] = []
        self._running: deque[Future[list[Look]]] = deque()

    def add(self, repository: Repository, known: Known | None) -> None:
        self._next.append((repository, known))
        if len(self._next) >= self._host.batch:
            self._submit()

    def done(self) -> list[Look]:
        """What is read by now; waits where too much is under way."""
        found: list[Look] = []
        while self._running and (self._running[0].done() or len(self._running) > self.AHEAD):
            found += self._running.popleft().result()
        return found

    def rest(self) -> list[Look]:
        """All that is still to come."""
        if self._next:
            self._submit()
        return [look for future in self._running for look in future.result()]

    def _submit(self) -> None:
        self._running.append(self._pool.submit(self._fetch, self._next))
        self._next = []

    def _fetch(self, wanted: Sequence[tuple[Repository, Known | None]]) -> list[Look]:
        known = {repository.url: found for repository, found in wanted}
        started = monotonic()
        with self._judging.http.counting() as cost:
            looks = [
                _read(self._judging, answer, known.pop(answer.repository.url))
                for answer in self._host.fetch([repository for repository, _ in wanted])
                if answer.repository.url in known
            ]
        looks += [unanswered(url, _unsaid(url), found) for url, found in known.items()]
        return _shared(looks, started, cost)


def is_unchanged(repository: Repository, known: Known | None) -> bool:
    """Whether the host shows the state that was read last, and the rules are those that judged it."""
    state = repository.state or repository.head
    return known is not None and bool(state) and known.state == state and not known.to_fetch


def _seen(judging: Judging, repository: Repository, known: Known | None) -> Look:
    """A look that read nothing: judged again where newer rules ask for it."""
    if known is None or not known.to_judge or repository.empty:
        return Look(repository.url, Reach.OK, repository)
    candidate = stored_candidate(judging.store, known)
    if candidate is None:
        return Look(repository.url, Reach.OK, repository)
    return _judged(judging, repository, replace(candidate, repository=repository))


def _read(judging: Judging, answer: Answer, known: Known | None) -> Look:
    if answer.error is not None:
        return unanswered(answer.repository.url, answer.error, known)
    if answer.candidate is None:
        return Look(answer.repository.url, Reach.OK, answer.repository, read=True)
    return _judged(judging, answer.repository, answer.candidate)


def _judged(judging: Judging, repository: Repository, candidate: Candidate) -> Look:
    content = candidate.file.content
    redacted = content if content is None else judging.redact(content)
    if redacted != content:
        candidate = replace(candidate, file=replace(candidate.file, content=redacted))
    assessment = judging.assess(candidate)
    return Look(repository.url, Reach.OK, repository, True, candidate, assessment, redacted=redacted != content)


def unanswered(url: str, error: HostError, known: Known | None) -> Look:
    """What a failed look says. Being asked to sign in means missing only where the repository answered before without that."""
    hidden = isinstance(error, SignInAsked) and known is not None and known.answered
    missing = isinstance(error, RepositoryGone) or hidden
    later = (error.until or now()) if isinstance(error, RateLimited) else None
    place = known.key if known else ""
    return Look(url, Reach.MISSING if missing else Reach.UNKNOWN, messages=(error.message,), place=place, later=later)


def _unsaid(url: str) -> HostUnavailable:
    return HostUnavailable(message("{url}: the host said nothing of it", url=url), 200)


def changes_since(
    hosting: CodeHosting, full_every: timedelta, at: datetime, known: Mapping[str, Known]
) -> datetime | None:
    """From when on changes are asked for; None: the whole list, because none was read lately, or rules changed."""
    fresh = hosting.full_listing_at is not None and at - hosting.full_listing_at < full_every
    stale = any(
        (one.to_judge or one.to_fetch) and one.here and one.reachable and not is_excluded(one.url, hosting.exclude)
        for one in known.values()
    )
    if not fresh or hosting.listed_until is None or stale:
        return None
    return min(hosting.listed_until, at) - OVERLAP
