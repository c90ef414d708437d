"""Which report is asked for, and where it comes from: made once for each state of the catalogue, then kept for a while."""

from __future__ import annotations

import gc
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from threading import Lock
from zoneinfo import ZoneInfo

from sqlalchemy import func
from sqlmodel import Session, col, select

from ...registry.audit.past import end_of_day, read_day, state_at
from ...registry.audit.report import Kind, Report, Scope, ScopeError, report
from ...registry.columns import now
from ...registry.models import Event, LicenseVerdictRecord, Publisher, Software
from ...registry.store import Store

USUAL_DAYS = 30  # back from the report's day, where nobody says since when
_KEPT = 6  # reports; one of 10,000 entries takes some ten megabytes


class DayError(ValueError):
    """A day that no report can be of; `name` is the parameter, `reason` one of: form, future, order."""

    def __init__(self, name: str, reason: str) -> None:
        texts = {
            "form": f"{name} must be a day: YYYY-MM-DD",
            "future": f"{name} must not lie in the future",
            "order": f"{name} must lie before the day of the report",
        }
        super().__init__(texts[reason])
        self.name, self.reason = name, reason


@dataclass(frozen=True, slots=True)
class Days:
    """The days of a report: as of the end of `as_of` (None: now), changes since the end of `since`."""

    as_of: date | None
    since: date


def read_days(as_of: str, since: str, today: date) -> Days:
    """The days that somebody wrote; empty: now, and 30 days before.

    Raises:
        DayError: they are no days of a report.

    """
    chosen = _day("as-of", as_of)
    if chosen and chosen > today:
        raise DayError("as-of", "future")
    last = chosen or today
    first = _day("since", since) or last - timedelta(days=USUAL_DAYS)
    if first >= last:
        raise DayError("since", "order")
    return Days(chosen, first)


def _day(name: str, text: str) -> date | None:
    if not text:
        return None
    try:
        found = read_day(text)
    except ValueError as error:
        raise DayError(name, "form") from error
    if not 1970 <= found.year < 9999:
        raise DayError(name, "form")
    return found


def make_report(session: Session, scope: Scope, days: Days, zone: ZoneInfo, moment: datetime) -> Report:
    """The report of these days; `moment` is now.

    Raises:
        ScopeError: there was no such publisher or entry.

    """
    at = min(end_of_day(days.as_of, zone), moment) if days.as_of else moment
    since = min(end_of_day(days.since, zone), at)
    only = _narrowed(session, scope)
    with without_collector():
        state = state_at(session, at, **only)  # type: ignore[arg-type]
        before = state_at(session, since, **only) if since < at else None  # type: ignore[arg-type]
        return report(state, before, scope, zone)


@contextmanager
def without_collector() -> Iterator[None]:
    """All that is made here is kept; looking through it for garbage again and again takes twice the time of making it."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _narrowed(session: Session, scope: Scope) -> dict[str, object]:
    """What need not be read of the rest of the catalogue; ids, slugs and identifiers never change."""
    if scope.kind is Kind.CATALOGUE:
        return {}
    if scope.kind is Kind.SOFTWARE:
        found = session.exec(select(Software.id).where(Software.slug == scope.name)).first()
        name = "software"
    else:
        named = (col(Publisher.slug) == scope.name) | (col(Publisher.identifier) == scope.name)
        rows = session.exec(select(Publisher.id, Publisher.slug).where(named)).all()
        found = min(rows, key=lambda row: row[1] != scope.name, default=(None,))[0]
        name = "publisher"
    if found is None:
        raise ScopeError(scope)
    return {name: found} | ({"below": True} if scope.kind is Kind.BELOW else {})


class Reports:
    """The newest reports that were asked for. One is made at a time: readers must not keep all processors busy with the past."""

    def __init__(self, store: Callable[[], Store], zone: ZoneInfo) -> None:
        self._store, self.zone = store, zone
        self._kept: OrderedDict[tuple[object, ...], Report] = OrderedDict()
        self._lock = Lock()

    @property
    def today(self) -> date:
        """The day in the instance's time zone."""
        return now().astimezone(self.zone).date()

    def get(self, scope: Scope, days: Days) -> Report:
        """The report. One of now stays until something is written, or the day ends: waivers end with a day.

        Raises:
            ScopeError: there was no such publisher or entry.

        """
        with self._lock, self._store().reading() as session:
            moment = now()
            key = (scope, days, moment.astimezone(self.zone).date(), *_written(session))
            if key in self._kept:
                self._kept.move_to_end(key)
            else:
                self._kept[key] = make_report(session, scope, days, self.zone, moment)
                if len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
            return self._kept[key]


def _written(session: Session) -> tuple[int, int]:
    """Differs when something was written that a report may tell of; verdicts leave no events."""
    events = session.exec(select(func.max(Event.sequence))).one() or 0
    verdicts = session.exec(select(func.count()).select_from(LicenseVerdictRecord)).one()
    return events, verdicts
