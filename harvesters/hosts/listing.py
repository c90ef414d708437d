"""Lists in pages that change while they are read: each item once, none missed, an end in any case.

Hosts count pages from the beginning each time they are asked. What is deleted from a page that was read lets the first
item of the next page slip away; what is touched in a list ordered by time moves to the front. Both are noticed, and the
list is read again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from ...schemas.finding import message
from ..errors import HostUnavailable, RepositoryGone
from .json_api import SETTLED

MAX_PAGES = 3_000
MAX_ROUNDS = 5
MAX_BARREN = 20
# A clock of a host that is wrong by as much as that does no harm.
YOUNG = timedelta(minutes=15)
OVERLAP = SETTLED

Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True)
class Listed(Generic[Entry]):
    """One item of a list: its host's number, when it was made and changed, and what it is; None: none of ours."""

    id: int
    created: datetime | None
    changed: datetime | None
    entry: Entry | None


@dataclass(frozen=True, slots=True)
class Page(Generic[Entry]):
    """One page: its items; how many all have; whether more follow, None where the host does not tell."""

    items: Sequence[Listed[Entry]]
    total: int | None
    more: bool | None


Ask = Callable[[int], Page[Entry]]
"""The page of that number; the first is 1."""


def complete(url: str, ask: Ask[Entry], began: datetime, *, stable: bool = False) -> Iterator[Entry]:
    """All items of a list ordered by number, each once.

    Args:
        url: the list's address, for errors.
        ask: asks for one page.
        began: when the first page was asked for.
        stable: pages begin behind the last item of the one before, so that nothing can slip away.

    Raises:
        HostError: a page failed, or the list changes faster than it can be read.

    """
    seen: set[int] = set()
    before: set[int] | None = None
    for _ in range(MAX_ROUNDS):
        totals, pages, old, young = set(), 0, set(), False
        for page in _pages(url, ask):
            pages += 1
            totals.add(page.total)
            for item in page.items:
                made_meanwhile = item.created is not None and item.created > began - YOUNG
                young = young or made_meanwhile
                old |= set() if made_meanwhile else {item.id}
                if item.id not in seen:
                    seen.add(item.id)
                    if item.entry is not None:
                        yield item.entry
        # One that was made meanwhile may hide another that was deleted: the total stays. Where the totals prove nothing, the
        # same list twice does: what is deleted stands in one of them only.
        counted = len(totals) == 1 and None not in totals
        if stable or pages == 1 or (counted and not young) or old == before:
            return
        before = old
    raise HostUnavailable(message("the list at {url} changes faster than it can be read", url=url))


def changed(url: str, ask: Ask[Entry], since: datetime, *, overlap: timedelta = OVERLAP) -> Iterator[Entry]:
    """Those items of a list ordered by time, the newest first, that changed since then or shortly before, each once.

    Args:
        url: the list's address, for errors.
        ask: asks for one page.
        since: read up to here.
        overlap: and as much further as the host writes times late.

    Raises:
        HostError: a page failed, or the list changes faster than it can be read.

    """
    until, given, seen = since - overlap, set(), set()
    for attempt in range(MAX_ROUNDS):
        totals, pages, settled = set(), 0, False
        for page in _pages(url, ask):
            pages += 1
            totals.add(page.total)
            fresh = [item for item in page.items if (item.id, item.changed) not in seen]
            seen |= {(item.id, item.changed) for item in page.items}
            for item in fresh:
                if item.id not in given and item.entry is not None and not _older(item, until):
                    given.add(item.id)
                    yield item.entry
            # Whatever changes goes to the front: where that is as before, nothing behind it has moved.
            settled = attempt > 0 and not fresh
            if settled or any(_older(item, until) for item in page.items):
                break
        if len(totals) <= 1 and (pages == 1 or settled):
            return
        if len(totals) > 1:
            seen.clear()
    raise HostUnavailable(message("the list at {url} changes faster than it can be read", url=url))


def _older(item: Listed[Entry], until: datetime) -> bool:
    return item.changed is not None and item.changed < until


def _pages(url: str, ask: Ask[Entry]) -> Iterator[Page[Entry]]:
    """All pages, the first first. Whether more follow is what the host says, never how full a page is."""
    known: set[int] = set()
    barren = 0
    for number in range(1, MAX_PAGES + 1):
        try:
            page = ask(number)
        except RepositoryGone as error:
            if number == 1:
                raise
            raise HostUnavailable(message("the list at {url} ends in an error", url=url), error.status) from error
        yield page
        ids = {item.id for item in page.items}
        barren = barren + 1 if ids <= known else 0
        known |= ids
        if page.more is False or (page.more is None and not page.items):
            return
        if barren > MAX_BARREN:
            raise HostUnavailable(message("the list at {url} has pages without end", url=url))
    raise HostUnavailable(message("the list at {url} has more than {limit} pages", url=url, limit=MAX_PAGES))


def has_next(headers: Mapping[str, str]) -> bool | None:
    """Whether another page follows, by the header Link (RFC 8288); None where there is none."""
    link = headers.get("Link", "")
    return re.search(r";\s*rel=\"?next\b", link) is not None if link else None


def count(headers: Mapping[str, str], name: str) -> int | None:
    """The number in a header; None where there is none."""
    text = headers.get(name, "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None
