"""Which report is asked for, and how it is made of what the registry knew."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import MAXYEAR, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Session, col, select

from ...registry.audit.between import catalogue_begins, with_moved
from ...registry.audit.changes import changes_of_method
from ...registry.audit.lines import Line
from ...registry.audit.past import (
    State,
    end_of_day,
    read_day,
    state_at,
    without_collector,
)
from ...registry.audit.report import Kind, Report, Scope, report
from ...registry.audit.scoped import chosen_ids
from ...registry.license_models import AuditMethod
from ...registry.models import Event, LicenseVerdictRecord, LicenseWaiver
from ...schemas.licensing.policy_file import PolicyError, policy_from_content

USUAL_DAYS = 30  # back from the report's day, where nobody says since when
_TELL = (
    *("publisher", "software", "repository", "assessment"),
    *("audit_method", "license_conclusion", "license_waiver"),
)
"""Of what events a report may tell."""


class DayError(ValueError):
    """A day that no report can be of; `name` is the parameter, `reason` one of: form, far, future, order."""

    def __init__(self, name: str, reason: str) -> None:
        texts = {
            "form": f"{name} must be a day: YYYY-MM-DD",
            "far": f"{name} is too far ahead",
            "future": f"{name} must not lie in the future",
            "order": f"{name} must lie before the day of the report",
        }
        super().__init__(texts[reason])
        self.name, self.reason = name, reason


@dataclass(frozen=True, slots=True)
class Days:
    """The days of a report: as of the end of `as_of` (None: now), changes since the end of `since` (None: 30 days before)."""

    as_of: date | None
    since: date | None


def read_days(as_of: str, since: str, today: date) -> Days:
    """The days that somebody wrote; empty: now, and 30 days before.

    Raises:
        DayError: they are no days of a report.

    """
    chosen = _day("as-of", as_of)
    if chosen and chosen > today:
        raise DayError("as-of", "future")
    first = _day("since", since)
    if first and first >= (chosen or today):
        raise DayError("since", "order")
    return Days(chosen, first)


def _day(name: str, text: str) -> date | None:
    if not text:
        return None
    try:
        found = read_day(text)
    except ValueError as error:
        raise DayError(name, "form") from error
    if found.year == MAXYEAR:
        raise DayError(name, "far")
    if found.year < 1970:
        raise DayError(name, "form")
    return found


def make_report(
    session: Session, scope: Scope, days: Days, zone: ZoneInfo, moment: datetime, only_valid: bool = False
) -> Report:
    """The report of these days; `moment` is now. `only_valid`: without entries whose file was not valid, unless one is asked for.

    A report of now, or of today, is as of the last change: as long as nothing is written and no waiver runs out, it stays the same.

    Raises:
        ScopeError: there was no such publisher or entry.

    """
    asked = min(end_of_day(days.since, zone), moment) if days.since else None
    over = end_of_day(days.as_of, zone) if days.as_of else moment
    at = over if over < moment else last_change(session, moment, zone)
    if asked and asked >= at:  # nothing was written since: told as that, not as the changes before
        at = min(asked + timedelta(microseconds=1), moment)
    since = asked or min(end_of_day(at.astimezone(zone).date() - timedelta(days=USUAL_DAYS), zone), at)
    only = chosen_ids(session, scope)
    with without_collector():
        state = state_at(session, at, **only)
        before = state_at(session, since, **only) if since < at else None
        if before and only:
            before, state = with_moved(session, before, state)
        if only_valid and scope.kind is not Kind.SOFTWARE:
            state, before = _valid(state), _valid(before) if before else None
        return _told(state, before, scope, zone, catalogue_begins(session))


def last_change(session: Session, until: datetime, zone: ZoneInfo) -> datetime:
    """When something was written last that a report may tell of, or a waiver ran out; `until`, where nothing ever was."""
    moments = [
        session.exec(select(func.max(Event.at)).where(col(Event.entity).in_(_TELL), col(Event.at) <= until)).one(),
        session.exec(select(func.max(LicenseVerdictRecord.at)).where(col(LicenseVerdictRecord.at) <= until)).one(),
    ]
    today = until.astimezone(zone).date().isoformat()
    over = session.exec(select(func.max(LicenseWaiver.until)).where(col(LicenseWaiver.until) < today)).one()
    if over:
        moments.append(end_of_day(over, zone) + timedelta(microseconds=1))
    return max((one for one in moments if one is not None), default=until)


def readable(method: AuditMethod | None) -> bool:
    """Whether this program can read the policy that entries were judged by; where there is no method, nothing is to be read."""
    try:
        return method is None or bool(policy_from_content(method.policy_content))
    except PolicyError:
        return False


def _told(state: State, before: State | None, scope: Scope, zone: ZoneInfo, begins: datetime | None) -> Report:
    """The report; where a policy cannot be read, without what it says, and what of that is new or resolved."""
    blind = not readable(state.method)
    blind_before = before is not None and not readable(before.method)
    now = replace(state, method=None) if blind else state
    then = replace(before, method=None) if before and blind_before else before
    told = report(now, then, scope, zone, begins)
    if blind or blind_before:
        known = changes_of_method(before.method, state.method) if before else ()
        told = replace(told, method=state.method, changes=told.changes.without_rules(known))
    _lighten(told.lines)
    return told


def _lighten(lines: Iterable[Line]) -> None:
    """Lets go of most of what kept lines take: what the validator says is counted by now, and files are alike."""
    known: dict[str, Any] = {}
    for line in lines:
        set_committed_value(line.entry.newest, "findings", [])
        for file in line.entry.verdict.found if line.entry.verdict else ():
            said = file["identification"]
            shared = known.setdefault(file["hash"], said)
            if shared == said:
                file["identification"] = shared


def _valid(state: State) -> State:
    return replace(state, entries=tuple(entry for entry in state.entries if entry.newest.valid))
