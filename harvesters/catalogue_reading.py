"""Reads another catalogue, in a thread: its entries, their files judged, and what is at the addresses that it only names."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from dataclasses import replace
from itertools import islice
from time import monotonic

from ..registry.known import known_at
from ..registry.listings import Listed
from ..registry.models import CodeHosting
from ..schemas.candidate import address_key
from ..schemas.finding import message
from .catalogues import CATALOGUES, Entry
from .errors import CannotList, HostError
from .hosts import Hosts
from .looking import CHUNK, Judging, List, look_at, unanswered

_AHEAD = 64


def read_catalogue(
    judging: Judging, hosts: Hosts, hosting: CodeHosting, ruleset: str, pool: Executor, listed: List, limit: int | None
) -> Iterator[list[Listed]]:
    """What the catalogue at `hosting` lists, some at a time; fills `listed` on the way.

    A catalogue that breaks off concludes nothing: what it listed before stands.
    """
    waiting: deque[Future[Listed]] = deque()
    chunk: list[Listed] = []
    for work in _entries(judging, hosts, hosting, ruleset, listed, limit):
        waiting.append(pool.submit(work))
        while waiting and (waiting[0].done() or len(waiting) > _AHEAD):
            chunk.append(waiting.popleft().result())
        if len(chunk) >= CHUNK:
            yield chunk
            chunk = []
    yield chunk + [future.result() for future in waiting]


def _entries(
    judging: Judging, hosts: Hosts, hosting: CodeHosting, ruleset: str, listed: List, limit: int | None
) -> Iterator[Callable[[], Listed]]:
    """For each entry the work that judges it."""
    started = monotonic()
    with judging.http.counting() as cost:
        try:
            make = CATALOGUES.get(hosting.driver)
            if make is None:
                raise CannotList(
                    message(
                        "{url}: there is no kind of catalogue {kind}; there are {kinds}",
                        url=hosting.url,
                        kind=hosting.driver,
                        kinds=", ".join(CATALOGUES),
                    )
                )
            catalogue = make(judging.http, hosts.locate)
            for entry in islice(catalogue.entries(hosting.url), limit):
                if entry.source_id in listed.seen:
                    continue  # listed twice: the first counts
                listed.seen.add(entry.source_id)
                listed.count += 1
                terms, attribution = catalogue.terms, catalogue.attribution
                yield lambda entry=entry, t=terms, a=attribution: _judged(judging, hosts, ruleset, entry, t, a)  # type: ignore[misc]
            listed.complete = limit is None
        except HostError as error:
            listed.error = error
    listed.cost, listed.milliseconds = cost, round((monotonic() - started) * 1000)


def _judged(judging: Judging, hosts: Hosts, ruleset: str, entry: Entry, terms: str, attribution: str) -> Listed:
    told = Listed(
        source_id=entry.source_id,
        url=entry.url,
        page=entry.page,
        original=judging.redact(entry.original),
        other_urls=entry.other_urls,
        quirks=entry.quirks,
        terms=terms,
        attribution=attribution,
    )
    if entry.candidate is not None and entry.candidate.file.content is not None:
        content = judging.redact(entry.candidate.file.content)
        candidate = replace(
            entry.candidate, repository=None, file=replace(entry.candidate.file, content=content), license_files=None
        )
        return replace(told, candidate=candidate, assessment=judging.assess(candidate))
    if not entry.url:
        return told
    with judging.store.reading() as session:
        known = known_at(session, [address_key(entry.url)], ruleset)
    wanted = (entry.url, known.get(address_key(entry.url)))
    try:
        [look] = look_at(judging, hosts.serving(entry.url), [wanted])
    except HostError as error:  # it cannot be found out who answers there
        look = unanswered(wanted[0], error, wanted[1])
    return replace(told, look=look)
