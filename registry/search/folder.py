"""What both engines share: an index in a folder, its cursor, its one writer, and readers that notice every change.

    <folder>/current.json     {"format": …, "generation": …, "cursor": …}, replaced as a whole
    <folder>/generation-…/    the engine's files
    <folder>/writer.lock      held by who writes

A rebuild fills a new generation beside the old one; replacing current.json swaps it in. An update commits into the current
generation first and replaces current.json afterwards: after a crash between the two the cursor is the old one, the same
changes are given again, and putting twice is putting once. Readers look at current.json before every search (one `stat`).
"""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Protocol

from whoosh.util.filelock import FileLock  # type: ignore[import-untyped]

from . import FACETS, SORTS, Frequencies, IndexBusy, IndexEntry, IndexMoved, Request, Result, Text
from .plan import Plan
from .query import FEW, Query, Reading, alike, read
from .text import encodable

MOST_RESULTS = 200
MOST_FACET_VALUES = 200
MOST_KEPT = 100
ENTRY_FORMAT = 12
"""Raised whenever text.py, the words of concepts or an engine's fields change: an index of another format is rebuilt."""

SINCE = "since"
"""The facet whose values mean then or later."""

_MONTH = re.compile(r"\d{4}(?:-\d\d)?", re.ASCII)
_GENERATION = "generation-"
_log = logging.getLogger(__name__)


class Unreadable(Exception):
    """The engine's files are missing or damaged."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A page of ids and how many there are; `facets` tells for every facet the count of its values among the matches of the plan
    and of all chosen facets but itself: an engine counts meanwhile, or when it is asked.
    """

    ids: tuple[str, ...]
    total: int
    facets: Callable[[], Mapping[str, Mapping[str, int]]]


class Reader(Protocol):
    """An open generation; several threads use it at the same time."""

    def find(self, plan: Plan, request: Request) -> tuple[tuple[str, ...], int]:
        """The ids of the page that `request` asks for among the matches of `plan` and the facets, and how many there are."""

    def count(self, plan: Plan) -> int:
        """How many entries `plan` matches, whatever the facets."""

    def answer(self, plan: Plan, request: Request) -> Answer:
        """What `find` finds, with the counts of the facets."""

    def frequencies(self, tokens: Iterable[str]) -> Frequencies:
        """See `SearchIndex.frequencies`."""

    def months(self) -> Iterable[str]:
        """The values of the facet SINCE that entries have."""

    def ids(self) -> frozenset[str]:
        """The ids of all entries."""


@dataclass(frozen=True)
class _Current:
    generation: str
    cursor: str


@dataclass(frozen=True, slots=True)
class _Opened:
    """A reader of the index as `stamp` names it, and what was counted last: pages and orders of a search share their counts."""

    stamp: tuple[int, int]
    reader: Reader
    kept: dict[object, tuple[Reading, dict[str, tuple[tuple[str, int], ...]]]] = field(default_factory=dict)

    def keep(self, key: object, value: tuple[Reading, dict[str, tuple[tuple[str, int], ...]]]) -> None:
        """Keeps a bounded number, whatever threads do at the same time."""
        if len(self.kept) >= MOST_KEPT:
            self.kept.clear()
        self.kept[key] = value


class FolderIndex(ABC):
    """A `SearchIndex` in a folder. An engine adds three methods: `create`, `write` and `open`."""

    engine = ""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._opened: _Opened | None = None

    @abstractmethod
    def create(self, generation: Path) -> None:
        """Makes an empty index in the empty folder `generation`."""

    @abstractmethod
    def write(self, generation: Path, put: Iterable[IndexEntry], remove: Iterable[str], fresh: bool) -> None:
        """Puts and removes, then commits. In a `fresh` index no entry needs to be replaced.

        Raises:
            OSError: the files cannot be written.

        """

    @abstractmethod
    def open(self, generation: Path) -> Reader:
        """A reader of what was last committed.

        Raises:
            Unreadable: files are missing or damaged.

        """

    def cursor(self) -> str:
        """See `SearchIndex.cursor`."""
        current = self._current()
        return current.cursor if current and self._reader() else ""

    def update(self, put: Iterable[IndexEntry], remove: Iterable[str], cursor: str, after: str | None = None) -> None:
        """See `SearchIndex.update`. An index that is missing or unreadable begins anew with these entries.

        Raises:
            IndexBusy: another writer is at work; IndexMoved: another has been.
            OSError: the folder cannot be written; the cursor stays as it was.

        """
        with self._writing():
            current = self._current() if self._reader() else None
            if after is not None and after != (current.cursor if current else ""):
                raise IndexMoved(f"another process has brought the search index in {self._folder} further meanwhile")
            if current is None:
                self._replace(put, cursor)
                return
            self.write(self._folder / current.generation, put, remove, fresh=False)
            self._keep(_Current(current.generation, cursor))

    def rebuild(self, entries: Iterable[IndexEntry], cursor: str) -> None:
        """See `SearchIndex.rebuild`.

        Raises:
            IndexBusy: another writer is at work.
            OSError: the folder cannot be written; the old index stays.

        """
        with self._writing():
            self._replace(entries, cursor)

    def search(self, request: Request) -> Result:
        """See `SearchIndex.search`. An index that does not exist yet, or cannot be read, is not `ready`."""
        query = read(request.text)
        opened = self._open()
        if opened is None:
            return Result((), 0, dict.fromkeys(FACETS, ()), dropped=query.dropped, ready=False)
        reader = opened.reader
        asked = _bounded(request, ranked=query.root is not None)
        chosen = asked.facets.get(SINCE, ())
        request = replace(asked, facets={**asked.facets, SINCE: _from(chosen, reader.months())}) if chosen else asked
        key = (request.text, *sorted(asked.facets.items()))
        kept = opened.kept.get(key)
        if kept:  # another page or order of it
            reading, listed = kept
            ids, total = reader.find(reading.plan, request)
        else:
            reading, answer = _first_that_finds(query, reader, request)
            ids, total, counts = answer.ids, answer.total, answer.facets()
            listed = {facet: _listed(counts[facet], asked.facets.get(facet, ())) for facet in FACETS}
            listed[SINCE] = _cumulative(counts[SINCE], chosen)
            opened.keep(key, (reading, listed))
        return Result(ids, total, listed, reading.understood, query.dropped, reading.kind)

    def count(self, text: str) -> int:
        """See `SearchIndex.count`."""
        reader, query = self._reader(), read(text)
        if reader is None:
            return 0
        found = reader.count(query.exact().plan)
        wider = query.wider() if 0 < found < FEW else None
        return max(found, reader.count(wider.plan)) if wider else found

    def like(self, texts: Iterable[Text], limit: int) -> tuple[str, ...]:
        """See `SearchIndex.like`."""
        reader = self._reader()
        plan = alike(texts)
        if reader is None or plan is None:
            return ()
        return reader.find(plan, _bounded(Request(limit=limit, sort="relevance"), ranked=True))[0]

    def frequencies(self, tokens: Iterable[str]) -> Frequencies:
        """See `SearchIndex.frequencies`."""
        reader = self._reader()
        return reader.frequencies(tokens) if reader else Frequencies(0, {}, ready=False)

    def ids(self) -> frozenset[str]:
        """See `SearchIndex.ids`."""
        reader = self._reader()
        return reader.ids() if reader else frozenset()

    def _replace(self, entries: Iterable[IndexEntry], cursor: str) -> None:
        generation = self._folder / (_GENERATION + uuid.uuid4().hex)
        generation.mkdir()
        try:
            self.create(generation)
            self.write(generation, entries, (), fresh=True)
            self._keep(_Current(generation.name, cursor))
        finally:
            self._sweep()

    def _sweep(self) -> None:
        """Removes generations that are not in use: the old one after a swap, the unfinished ones of processes that died."""
        current = self._current()
        for entry in self._folder.iterdir():
            if entry.name.startswith(_GENERATION) and not (current and entry.name == current.generation):
                shutil.rmtree(entry, ignore_errors=True)

    def _keep(self, current: _Current) -> None:
        text = json.dumps({"format": self._format, "generation": current.generation, "cursor": current.cursor})
        new = self._folder / "current.json.new"
        with new.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._folder / "current.json")

    @property
    def _format(self) -> str:
        return f"{self.engine} {ENTRY_FORMAT}"

    def _current(self) -> _Current | None:
        try:
            values = json.loads((self._folder / "current.json").read_text(encoding="utf-8"))
            if values["format"] != self._format:
                return None
            return _Current(str(values["generation"]), str(values["cursor"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _reader(self) -> Reader | None:
        opened = self._open()
        return opened.reader if opened else None

    def _open(self) -> _Opened | None:
        """The reader of what was last committed; None where there is none or it cannot be read."""
        try:
            status = (self._folder / "current.json").stat()
        except OSError:
            self._opened = None
            return None
        stamp = (status.st_ino, status.st_mtime_ns)
        opened = self._opened
        if opened and opened.stamp == stamp:
            return opened
        current = self._current()
        if current is None:
            self._opened = None
            return None
        try:
            reader = self.open(self._folder / current.generation)
        except Unreadable as error:
            if self._current() != current:  # swapped while we opened it
                return self._open()
            _log.warning("The search index in %s cannot be read and must be rebuilt: %s", self._folder, str(error))
            self._opened = None
            return None
        self._opened = opened = _Opened(stamp, reader)
        return opened

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self._folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(str(self._folder / "writer.lock"))
        if not lock.acquire():
            raise IndexBusy(f"another process is writing to the search index in {self._folder}")
        try:
            yield
        finally:
            lock.release()


def _first_that_finds(query: Query, reader: Reader, request: Request) -> tuple[Reading, Answer]:
    """The strictest reading that finds enough, and its answer; the strictest of all if none finds anything.

    Which reading it is does not depend on the facets: nothing left by the facets alone is an answer.
    """
    exact = query.exact()
    nothing: Answer | None = None
    for reading in chain((exact,), query.lenient()):
        answer = reader.answer(reading.plan, request)
        total = answer.total
        matched = total if not request.facets else total or reader.count(reading.plan)
        if reading is exact and 0 < matched < FEW:
            matched = reader.count(exact.plan) if request.facets else total
            wider = query.wider() if matched < FEW else None
            if wider and reader.count(wider.plan) > matched:
                return wider, reader.answer(wider.plan, request)
        if matched:
            return reading, answer
        nothing = nothing or answer
    return exact, nothing or reader.answer(exact.plan, request)


def _bounded(request: Request, ranked: bool) -> Request:
    """`request` within its limits; without words there is nothing to rank, so the newest come first."""
    sort = request.sort if request.sort in SORTS and (ranked or request.sort != "relevance") else "newest"
    facets = {
        facet: tuple(encodable(value) for value in values[:MOST_FACET_VALUES])
        for facet, values in request.facets.items()
        if facet in FACETS and values
    }
    return Request(request.text, facets, sort, max(0, request.offset), min(max(0, request.limit), MOST_RESULTS))


def _from(chosen: tuple[str, ...], months: Iterable[str]) -> tuple[str, ...]:
    """Of all months those that the earliest of the chosen months or years lets pass; where none does, what matches nothing."""
    since = min(filter(_MONTH.fullmatch, chosen), default="")
    return tuple(month for month in months if since and month >= since) or chosen


def _cumulative(counts: Mapping[str, int], chosen: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    """For every month and every value chosen how many entries were listed then or later; the newest month first."""
    found: dict[str, int] = {}
    total = 0
    for month in sorted(counts, reverse=True)[:MOST_FACET_VALUES]:
        total += counts[month]
        found[month] = total
    others = [value for value in dict.fromkeys(chosen) if value not in found]
    later = {value: sum(counts[month] for month in _from((value,), counts) if month in counts) for value in others}
    return (*found.items(), *later.items())


def _listed(counts: Mapping[str, int], chosen: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    """The most frequent values first, equals in order of the alphabet; a chosen value stays even where it finds nothing."""
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:MOST_FACET_VALUES]
    listed = {value for value, _ in ordered}
    return (*ordered, *((value, counts.get(value, 0)) for value in dict.fromkeys(chosen) if value not in listed))
