"""The reports that readers asked for lately: kept within bounds, made one after the other, and not without end for one reader."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from threading import BoundedSemaphore, Lock
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import func
from sqlmodel import Session, select

from ...registry.audit.report import Kind, Report, Scope
from ...registry.columns import now
from ...registry.models import Event, LicenseVerdictRecord
from ...registry.store import Store
from .audit_reports import Days, make_report

MOST_LINES = 12_000  # of all kept reports together; docs/audit.md has what that takes
MOST_BYTES = 32 * 1024 * 1024  # of all kept forms of reports together
_WAITING = 3  # readers that wait for their turn; each of them holds a thread of the server
_LAST_WRITER = timedelta(minutes=15)
_MAKING = 50  # lines that every report counts besides its own

T = TypeVar("T")


class Busy(Exception):
    """So many readers wait for reports already that one more would take the server's last threads."""


class TooMuch(Exception):
    """This reader had as much made lately as one may."""


class Kept(Generic[T]):
    """The values that were asked for last, within a bound of their sizes; the newest stays whatever its size is."""

    def __init__(self, most: int) -> None:
        self._most, self._size = most, 0
        self._kept: OrderedDict[Hashable, tuple[T, int]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> T | None:
        """What is kept by this key."""
        with self._lock:
            if key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return self._kept[key][0]

    def put(self, key: Hashable, value: T, size: int) -> T:
        """Keeps a value, and gives it back."""
        with self._lock:
            self._size += size - self._kept.pop(key, (value, 0))[1]
            self._kept[key] = (value, size)
            while self._size > self._most and len(self._kept) > 1:
                self._size -= self._kept.popitem(last=False)[1][1]
        return value


class Turns:
    """Lets `at_once` make something at a time, and a few wait for their turn."""

    def __init__(self, at_once: int) -> None:
        self._working, self._inside = BoundedSemaphore(at_once), BoundedSemaphore(at_once + _WAITING)

    @contextmanager
    def take(self) -> Iterator[None]:
        """Waits for a turn.

        Raises:
            Busy: too many wait already.

        """
        if not self._inside.acquire(blocking=False):
            raise Busy
        try:
            with self._working:
                yield
        finally:
            self._inside.release()


@dataclass(frozen=True, slots=True)
class Purse:
    """What one reader may still have made: `may` asks, `pay` counts the entries that were made or put into words."""

    may: Callable[[], bool]
    pay: Callable[[int], None]


class Reports:
    """The newest reports, and their forms.

    What is kept is handed out at once. One report is made at a time, besides those of single entries, which take a moment:
    readers must neither keep all processors busy with the past, nor wait for each other without end.
    """

    def __init__(self, store: Callable[[], Store], zone: ZoneInfo, only_valid: bool = False) -> None:
        self._store, self.zone, self._only_valid = store, zone, only_valid
        self._reports, self._forms = Kept[Report](MOST_LINES), Kept[tuple[bytes, str]](MOST_BYTES)
        self._large, self._small = Turns(1), Turns(2)

    @property
    def today(self) -> date:
        """The day in the instance's time zone."""
        return now().astimezone(self.zone).date()

    def get(self, scope: Scope, days: Days, purse: Purse) -> Report:
        """The report. One of now stays until something is written, or the day ends: waivers end with a day.

        Raises:
            ScopeError: there was no such publisher or entry.
            Busy, TooMuch: it would have to be made, and cannot be now.

        """
        with self._store().reading() as session:
            kept = self._reports.get(self._key(session, scope, days))
        if kept is not None:
            return kept
        with self._turn(scope, purse), self._store().reading() as session:
            key = self._key(session, scope, days)
            kept = self._reports.get(key)  # made while this reader waited
            if kept is not None:
                return kept
            made = make_report(session, scope, days, self.zone, now(), self._only_valid)
            purse.pay(_MAKING + len(made.lines))
            return self._reports.put(key, made, _MAKING + len(made.lines))

    def form(
        self,
        scope: Scope,
        days: Days,
        purse: Purse,
        of: Hashable,
        write: Callable[[Report], tuple[str | bytes, str]],
        cost: int = 1,
    ) -> tuple[bytes, str]:
        """A report as bytes, and what its file is called. `write` makes both; `of` is all that it depends on besides the report.

        `cost`: for how many lines each line counts in this form.

        Raises:
            ScopeError, Busy, TooMuch: as for `get`.

        """
        with self._store().reading() as session:
            key = (self._key(session, scope, days), of)
        kept = self._forms.get(key)
        if kept is not None:
            return kept
        report = self.get(scope, days, purse)
        with self._turn(scope, purse):
            kept = self._forms.get(key)
            if kept is not None:
                return kept
            text, name = write(report)
            purse.pay(_MAKING + len(report.lines) * cost)
            content = text.encode() if isinstance(text, str) else text
            return self._forms.put(key, (content, name), len(content))

    @contextmanager
    def _turn(self, scope: Scope, purse: Purse) -> Iterator[None]:
        if not purse.may():
            raise TooMuch
        with (self._small if scope.kind is Kind.SOFTWARE else self._large).take():
            yield

    def _key(self, session: Session, scope: Scope, days: Days) -> Hashable:
        """Differs when something was written that a report may tell of (verdicts leave no events), or the day ended."""
        events = session.exec(select(func.max(Event.sequence))).one() or 0
        verdicts = session.exec(select(func.count()).select_from(LicenseVerdictRecord)).one()
        # What is said of a day that has just ended, whose last writer may not be done yet, is said again a little later.
        settled = (now() - _LAST_WRITER).astimezone(self.zone).date()
        return scope, days, self.today, settled, events, verdicts
