"""What the registry knew at a moment: publishers, entries, verdicts, conclusions and waivers as they were then.

The rows of today, with the events after the moment undone, newest first. What is known of a moment that has passed never
changes: whatever is written later comes with events of its own.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import Enum
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, func, inspect
from sqlalchemy import select as columns
from sqlalchemy.orm import defer
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Session, SQLModel, col, select

from ..models import (
    AssessmentRecord,
    AuditMethod,
    Event,
    LicenseConclusion,
    LicenseVerdictRecord,
    LicenseWaiver,
    Publisher,
    RepositoryRecord,
    Software,
)

_AT_ONCE = 500  # keys in one query: the engines bound the number of its parameters
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TELL = ("publisher", "software", "repository", "assessment")
Row = TypeVar("Row", bound=SQLModel)


@dataclass(frozen=True, slots=True)
class PublisherThen:
    """A publisher as it was at a moment."""

    id: UUID
    identifier: str
    slug: str
    name: str
    names: Mapping[str, str]
    uri: str
    parent_id: UUID | None
    listed: bool


@dataclass(frozen=True, slots=True)
class EntryThen:
    """An entry as it was at a moment.

    `assessment` is the one that was shown, `newest` the newest of all, whose findings are told; the two differ where the newest
    file could not be read. Their `values` are left out. `commit` is that of the shown one; where it is
    empty another catalogue gave the file, and there is no verdict. `conclusion` is the one in force; `conclusions` and
    `waivers` are all until then, those too that had ended (see `conclusions.in_force`). Rows are values: changing them changes
    nothing.
    """

    software_id: UUID
    slug: str
    name: str
    url: str
    publisher: PublisherThen
    repository_url: str
    commit: str
    assessment: AssessmentRecord
    newest: AssessmentRecord
    verdict: LicenseVerdictRecord | None = None
    conclusion: LicenseConclusion | None = None
    conclusions: tuple[LicenseConclusion, ...] = ()
    waivers: tuple[LicenseWaiver, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    """The name in each language in which the shown file describes the software; empty where it is `name`."""


@dataclass(frozen=True, slots=True)
class State:
    """What was known at the moment `at`: all publishers that there were; of entries those asked for, by slug, no tombstones."""

    at: datetime
    method: AuditMethod | None
    publishers: Mapping[UUID, PublisherThen]
    entries: tuple[EntryThen, ...]

    def below(self, publisher: UUID) -> frozenset[UUID]:
        """The publisher and all below it, as they were arranged then."""
        children: dict[UUID | None, list[UUID]] = {}
        for one in self.publishers.values():
            children.setdefault(one.parent_id, []).append(one.id)
        found, waiting = set[UUID](), [publisher]
        while waiting:
            one_id = waiting.pop()
            if one_id not in found:
                found.add(one_id)
                waiting += children.get(one_id, [])
        return frozenset(found)


def read_day(text: str) -> date:
    """The day that somebody wrote as `YYYY-MM-DD`; no other form of ISO 8601, such as weeks, which nobody means.

    Raises:
        ValueError: it is no day.

    """
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:  # the 13th month
        pass
    raise ValueError(f"{text!r} is no day; write it as YYYY-MM-DD")


def end_of_day(day: str | date, zone: tzinfo) -> datetime:
    """The last instant of a day (`YYYY-MM-DD`) in a time zone, in UTC.

    Raises:
        ValueError: it is no day, or the last one that can be written.

    """
    chosen = read_day(day) if isinstance(day, str) else day
    if chosen == date.max:
        raise ValueError(f"{day} has no day after it")
    midnight = datetime.combine(chosen + timedelta(days=1), time.min, zone)
    return midnight.astimezone(UTC) - timedelta(microseconds=1)


_LONGEST_WRITING = timedelta(minutes=10)


def is_settled(at: datetime, now: datetime, zone: tzinfo) -> bool:
    """Whether all is known that ever will be of the moment `at`: its day in the zone is over, and no writer of that day is left.

    A transaction takes its moment when it begins to write and is seen when it ends, seconds later. Clocks that are put back write
    into the past; nobody can foresee that.
    """
    day = at.astimezone(zone).date()
    return day < date.max and end_of_day(day, zone) + _LONGEST_WRITING < now


@contextmanager
def without_collector() -> Iterator[None]:
    """Without the collector of garbage, which would look through all that was loaded again and again: three times as long."""
    collected = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collected:
            gc.enable()


@without_collector()
def state_at(
    session: Session,
    at: datetime,
    publisher: UUID | None = None,
    below: bool = False,
    software: UUID | Collection[UUID] | None = None,
) -> State:
    """What was known at the moment `at`.

    Args:
        session: reads only; keeps none of the rows.
        at: the moment, with its time zone.
        publisher, below: only the entries of this publisher then, with `below` also those of all below it.
        software: only this entry, or these.

    """
    then = _Undone(session, at)
    everybody = {
        row.id: PublisherThen(
            row.id, row.identifier, row.slug, row.name, dict(row.names), row.uri, row.parent_id, row.listed
        )
        for row in then.as_they_were("publisher", session.exec(select(Publisher).order_by(col(Publisher.identifier))))
    }
    publishers = {identity: one for identity, one in everybody.items() if then.was_there("publisher", identity)}
    state = State(at, method_at(session, at), publishers, ())
    owners = None if publisher is None else state.below(publisher) if below else frozenset((publisher,))
    chosen = [
        row
        for row in then.as_they_were("software", _softwares(session, software))
        if then.was_there("software", row.id) and not row.deactivated and (owners is None or row.publisher_id in owners)
    ]
    # Where a clock went back, what an entry names may be dated later than the entry.
    publishers |= {row.publisher_id: everybody[row.publisher_id] for row in chosen}
    return State(at, state.method, publishers, tuple(_entries(session, then, chosen, publishers)))


def _softwares(session: Session, asked: UUID | Collection[UUID] | None) -> Iterator[Software]:
    """All entries of today, or those of these ids, by slug."""
    query = select(Software).order_by(col(Software.slug))
    if asked is None:
        yield from session.exec(query)
        return
    ids = [asked] if isinstance(asked, UUID) else sorted(asked)
    for start in range(0, len(ids), _AT_ONCE):
        yield from session.exec(query.where(col(Software.id).in_(ids[start : start + _AT_ONCE])))


def _entries(
    session: Session, then: _Undone, chosen: Sequence[Software], publishers: Mapping[UUID, PublisherThen]
) -> Iterator[EntryThen]:
    for start in range(0, len(chosen), _AT_ONCE):
        part = chosen[start : start + _AT_ONCE]
        ids = [row.id for row in part]
        judged = {row.shown_assessment_id for row in part} | {row.newest_assessment_id for row in part}
        assessments = {row.id: row for row in then.as_they_were("assessment", _assessments(session, judged))}
        places = select(RepositoryRecord.id, RepositoryRecord.url).where(
            col(RepositoryRecord.id).in_({row.repository_id for row in part})
        )
        addresses = {place: then.value("repository", place, "url", url) for place, url in session.exec(places)}
        # Without a commit another catalogue gave the file, and nobody looked what lies beside it: no verdict tells of it.
        names = _names(session, {row.shown_assessment_id for row in part})
        looked = [row.id for row in part if assessments[row.shown_assessment_id].commit]
        verdicts = {row.software_id: row for row in newest_verdicts(session, looked, then.at)}
        conclusions: dict[UUID, list[LicenseConclusion]] = {}
        for conclusion in conclusions_at(session, ids, then.at):
            conclusions.setdefault(conclusion.software_id, []).append(conclusion)
        waivers: dict[UUID, list[LicenseWaiver]] = {}
        for waiver in waivers_at(session, ids, then.at):
            waivers.setdefault(waiver.software_id, []).append(waiver)
        for row in part:
            shown = assessments[row.shown_assessment_id]
            yield EntryThen(
                software_id=row.id,
                slug=row.slug,
                name=row.name,
                url=row.url,
                publisher=publishers[row.publisher_id],
                repository_url=addresses[row.repository_id],
                commit=shown.commit,
                assessment=shown,
                newest=assessments[row.newest_assessment_id],
                verdict=verdicts.get(row.id),
                conclusion=next((one for one in conclusions.get(row.id, ()) if one.ended_at is None), None),
                conclusions=tuple(conclusions.get(row.id, ())),
                waivers=tuple(waivers.get(row.id, ())),
                names=names.get(shown.id, {}),
            )
        session.expunge_all()


def _assessments(session: Session, ids: Iterable[UUID]) -> Iterable[AssessmentRecord]:
    # What a whole file says is most of a row, and no report tells it.
    without_values = defer(AssessmentRecord.values, raiseload=True)  # type: ignore[arg-type]  # a column of the class
    return session.exec(select(AssessmentRecord).where(col(AssessmentRecord.id).in_(ids)).options(without_values))


def _names(session: Session, ids: Iterable[UUID]) -> dict[UUID, dict[str, str]]:
    """What software is called in each language of its description, by the id of the assessment; files may say anything there."""
    told = col(AssessmentRecord.values)["description"]
    rows = session.exec(select(AssessmentRecord.id, told).where(col(AssessmentRecord.id).in_(ids)))
    return {
        identity: {tag: _text(said.get("localisedName")) for tag, said in described.items() if isinstance(said, dict)}
        for identity, described in rows
        if isinstance(described, dict)
    }


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def method_at(session: Session, at: datetime | None = None) -> AuditMethod | None:
    """By what was judged at the moment `at` (None: now): of the methods known then the one that was written last."""
    query = select(Event.entity_id).where(Event.entity == "audit_method", Event.kind == "created")
    if at is not None:
        query = query.where(col(Event.at) <= at)
    newest = session.exec(query.order_by(col(Event.sequence).desc()).limit(1)).first()
    return session.get(AuditMethod, UUID(newest)) if newest else None


def newest_verdicts(session: Session, ids: Sequence[UUID], at: datetime) -> Iterator[LicenseVerdictRecord]:
    """The newest verdict at the moment `at` of each of these entries (500 at most); their `inputs`, which may change, are empty."""
    for row in session.exec(select(LicenseVerdictRecord).join(*newest_of(ids, col(LicenseVerdictRecord.at) <= at))):
        set_committed_value(row, "inputs", "")
        yield row


def newest_of(ids: Sequence[UUID], *known: ColumnElement[bool]) -> tuple[Any, Any]:
    """What the table of verdicts is joined with to give the one of each entry that was written last, of those that are `known`."""
    newest = (
        select(func.max(LicenseVerdictRecord.number).label("number"))
        .where(col(LicenseVerdictRecord.software_id).in_(ids), *known)
        .group_by(col(LicenseVerdictRecord.software_id))
        .subquery()
    )
    return newest, col(LicenseVerdictRecord.number) == newest.c.number


def conclusions_at(session: Session, ids: Sequence[UUID], at: datetime) -> Iterator[LicenseConclusion]:
    """The conclusions about these entries (500 at most) as they were at the moment `at`, by number."""
    query = (
        select(LicenseConclusion)
        .where(col(LicenseConclusion.software_id).in_(ids), col(LicenseConclusion.at) <= at)
        .order_by(col(LicenseConclusion.number))
    )
    for row in session.exec(query):
        later = row.ended_at is not None and row.ended_at > at
        yield _copy(row, {"ended_at": None, "ended_because": ""} if later else {})


def waivers_at(session: Session, ids: Sequence[UUID], at: datetime) -> Iterator[LicenseWaiver]:
    """The waivers for these entries (500 at most) as they were at the moment `at`, by number."""
    query = (
        select(LicenseWaiver)
        .where(col(LicenseWaiver.software_id).in_(ids), col(LicenseWaiver.at) <= at)
        .order_by(col(LicenseWaiver.number))
    )
    for row in session.exec(query):
        later = row.ended_at is not None and row.ended_at > at
        yield _copy(row, {"ended_at": None, "ended_by": ""} if later else {})


class _Undone:
    """The events after a moment, as what they changed: for each row and column what stood there at the moment.

    Clocks go back at times. So a column that an event of before the moment wrote last, in the order of the log, stays.
    """

    def __init__(self, session: Session, at: datetime) -> None:
        self.at = at
        self._before: dict[tuple[str, str], dict[str, Any]] = {}
        self._later: set[tuple[str, str]] = set()
        """Rows made after the moment."""
        settled: dict[tuple[str, str], set[str]] = {}
        told = col(Event.entity).in_(_TELL)
        first = session.exec(select(func.min(Event.sequence)).where(told, col(Event.at) > at)).one()
        if first is None:
            return
        query = (
            columns(*(getattr(Event, name) for name in ("at", "entity", "entity_id", "kind", "before", "after")))
            .where(told, col(Event.sequence) >= first, col(Event.kind).in_(("created", "changed")))
            .order_by(col(Event.sequence).desc())
        )
        for moment, entity, identity, kind, before, after in session.connection().execute(
            query.execution_options(yield_per=2000)
        ):
            place = (entity, identity)
            if moment <= at:
                settled.setdefault(place, set()).update(after or {})
            elif kind == "created":
                if place not in settled:
                    self._later.add(place)
            else:
                fixed = settled.get(place, ())
                changed = {name: value for name, value in (before or {}).items() if name not in fixed}
                self._before.setdefault(place, {}).update(changed)

    def value(self, entity: str, identity: UUID, column: str, today: Any) -> Any:
        """What stood in a column of a row."""
        return self._before.get((entity, str(identity)), {}).get(column, today)

    def was_there(self, entity: str, identity: UUID) -> bool:
        """Whether the row was made before the moment."""
        return (entity, str(identity)) not in self._later

    def as_they_were(self, entity: str, rows: Iterable[Row]) -> Iterator[Row]:
        """These rows as they were; those made later as they were made."""
        for row in rows:
            place = (entity, str(row.id))  # type: ignore[attr-defined]  # all of these tables have one
            yield _copy(row, self._before[place]) if place in self._before else row


def _copy(row: Row, changes: Mapping[str, Any]) -> Row:
    """The row with other values, as JSON holds them; no part of the session, which would write it."""
    columns = row.__table__.columns  # type: ignore[attr-defined]  # a table, as all rows here are
    left_out = inspect(row).unloaded
    values = {column.key: getattr(row, column.key) for column in columns if column.key not in left_out}
    values |= {name: _value(columns[name].type.python_type, value) for name, value in changes.items()}
    return type(row)(**values)


def _value(kind: type, value: Any) -> Any:
    if not isinstance(value, str) or kind is str:
        return value
    if issubclass(kind, Enum):
        return kind(value)
    return UUID(value) if kind is UUID else datetime.fromisoformat(value) if kind is datetime else value
