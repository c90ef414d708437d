"""How the entries and the repositories stood at the end of each month: read once from the log, counted by `statistics.py`.

Read is only what held at the end of some month: what came and went between two of them is not told. Assessments never change, so
that what was read of one is kept for as long as the process lives (`Judged`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, String, case, cast, func, or_
from sqlalchemy import select as columns
from sqlmodel import Session, col

from .audit.lines import NOT_COMPARED
from .audit.past import without_collector
from .claims import CLAIMED, CONFIRMED
from .columns import now
from .models import (
    ActivityRecord,
    AssessmentRecord,
    CodeHosting,
    Event,
    LicenseVerdictRecord,
    Reach,
    RepositoryRecord,
    Software,
    Usage,
)

MOST_MONTHS = 24
_AT_ONCE = 500  # keys in one query: the engines bound the number of its parameters
_OF_SOFTWARE = ("publisher_id", "shown_assessment_id", "newest_assessment_id", "deactivated", "based_on")
_OF_REPOSITORY = ("file_path", "newest_assessment_id", "reach", "relation")
T = TypeVar("T")


class Judged(NamedTuple):
    """What is counted of one assessment. `rules` are those that speak, each once; `languages` those of its descriptions."""

    valid: bool
    looked: bool
    declared: str
    languages: tuple[str, ...]
    maintenance: str
    rules: tuple[str, ...]


class Run(NamedTuple):
    """An entry that stood so at the end of the periods from `first` on, `last` no longer among them."""

    software: str
    publisher: str
    first: int
    last: int
    shown: str
    newest: str
    gone: bool
    variant: bool
    verdict: str
    activity: int | None


class Used(NamedTuple):
    """An entry that somebody other than its publisher used at the end of these periods; `kind` is confirmed or claimed."""

    software: str
    kind: str
    first: int
    last: int


class Lack(NamedTuple):
    """A repository of a listed address that had no file at the end of these periods."""

    publisher: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """All that is counted, at the end of each of `days` in the instance's time zone; of the last day as far as it is known at `at`.

    `sequence` is the last event that was read. Ids are texts without hyphens.
    """

    at: datetime
    sequence: int
    days: tuple[date, ...]
    runs: tuple[Run, ...]
    lacks: tuple[Lack, ...]
    used: tuple[Used, ...]
    judged: Mapping[str, Judged]


class Newest(NamedTuple):
    """What differs when a timeline may: the last event, by number and id, the last verdict, the number of activity records."""

    sequence: int
    event: str
    verdict: int
    activities: int


def newest_change(session: Session) -> Newest:
    """What was written last."""
    query = columns(col(Event.sequence), col(Event.id)).order_by(col(Event.sequence).desc()).limit(1)
    event = session.execute(query).first()
    number = session.execute(columns(func.max(col(LicenseVerdictRecord.number)))).scalar()
    active = session.execute(columns(func.count()).select_from(ActivityRecord)).scalar()
    return Newest(event[0] if event else 0, str(event[1]) if event else "", number or 0, active or 0)


@without_collector()
def timeline(session: Session, zone: ZoneInfo, known: dict[str, Judged], at: datetime | None = None) -> Timeline:
    """How all entries stood at the end of the last months, and stand now.

    Args:
        session: reads only.
        zone: decides when a month ends.
        known: the assessments that were read before; those read now are added.
        at: the moment that counts as now.

    """
    moment = at or now()
    sequence = newest_change(session).sequence
    begin = columns(col(Event.at)).where(col(Event.entity).in_(("software", "repository")))
    first = session.execute(begin.order_by(col(Event.sequence)).limit(1)).scalar()
    if first is None:
        return Timeline(moment, sequence, (), (), (), (), known)
    ends = month_ends(first, moment, zone)
    reader = _Reader(session, [over for _, over in ends])
    runs = tuple(reader.runs())
    _read(session, {identity for run in runs for identity in (run.shown, run.newest)}, known)
    return Timeline(
        moment, sequence, tuple(day for day, _ in ends), runs, tuple(reader.lacks()), tuple(reader.used()), known
    )


def month_ends(begin: datetime, until: datetime, zone: ZoneInfo) -> list[tuple[date, datetime]]:
    """The last day of each of the last MOST_MONTHS months with the moment at which it is over; at last the day of `until`."""
    first, last = begin.astimezone(zone).date(), until.astimezone(zone).date()
    this = last.year * 12 + last.month - 1  # months since the year 0, January is 0
    since = max(first.year * 12 + first.month - 1, this - MOST_MONTHS + 1)
    overs = [datetime(month // 12, month % 12 + 1, 1, tzinfo=zone) for month in range(since + 1, this + 1)]
    told = [(over.date() - timedelta(days=1), over) for over in overs]
    return [*told, (last, until + timedelta(microseconds=1))]


class _Entry(NamedTuple):
    publisher: str
    shown: str
    newest: str
    gone: bool
    variant: bool


def _entry_state(row: Mapping[str, Any]) -> _Entry:
    return _Entry(
        _bare(row["publisher_id"]),
        _bare(row["shown_assessment_id"]),
        _bare(row["newest_assessment_id"]),
        bool(row["deactivated"]),
        bool(row["based_on"]),
    )


def _lacks_file(row: Mapping[str, Any]) -> bool:
    """The same as `without_file.lacks_file`, of a row as the log tells it."""
    return not (row["file_path"] or row["newest_assessment_id"] or row["relation"]) and row["reach"] == Reach.OK


class _Reader:
    """Reads of each row from which period on it stood how; a period is the number of the first end that it lies before."""

    def __init__(self, session: Session, ends: Sequence[datetime]) -> None:
        self.connection, self.ends = session.connection(), ends

    def _period(self, moment: Any) -> ColumnElement[int]:
        # Told by the database: to make a hundred thousand moments here would take most of the time.
        return case(*((moment < end, number) for number, end in enumerate(self.ends)), else_=len(self.ends))

    def _held(self, rows: Iterable[Sequence[Any]], state: Callable[[str, Any], T]) -> dict[str, dict[int, T]]:
        """Of rows of id, period, and what was written, in the order of writing: the last of each period, as `state` makes it."""
        held: dict[str, dict[int, T]] = defaultdict(dict)
        newest: dict[str, int] = {}
        for identity, period, written in rows:
            told = state(identity, written)
            if period == len(self.ends):
                continue
            # Where the clock went back, what is written last counts from its own moment on.
            if period < newest.get(identity, 0):
                held[identity] = {at: one for at, one in held[identity].items() if at < period}
            held[identity][period] = told
            newest[identity] = period
        return held

    def _logged(
        self, entity: str, names: Sequence[str], state: Callable[[Mapping[str, Any]], T]
    ) -> dict[str, dict[int, T]]:
        """The same of the events that changed one of these columns, of what the whole row said then."""
        after = cast(col(Event.after), String)
        query = (
            columns(col(Event.entity_id), self._period(col(Event.at)), col(Event.after))
            .where(
                col(Event.entity) == entity,
                or_(col(Event.kind) == "created", *(after.contains(f'"{name}"') for name in names)),
            )
            .order_by(col(Event.sequence))
        )
        rows: dict[str, dict[str, Any]] = {}
        empty = dict.fromkeys(names, "")

        def whole(identity: str, changed: Mapping[str, Any]) -> T:
            row = rows.setdefault(identity, empty.copy())
            row.update((name, changed[name]) for name in names if name in changed)
            return state(row)

        return {_bare(identity): held for identity, held in self._held(self.connection.execute(query), whole).items()}

    def runs(self) -> Iterator[Run]:
        """The entries."""
        entries = self._logged("software", _OF_SOFTWARE, _entry_state)
        verdicts, activities = self._verdicts(), self._activities()
        nothing: dict[int, Any] = {}
        for identity, states in entries.items():
            codes, indexes = verdicts.get(identity, nothing), activities.get(identity, nothing)
            entry: _Entry | None = None
            code, index, since = NOT_COMPARED, None, 0
            for period in (*sorted({*states, *codes, *indexes}), len(self.ends)):
                before = (entry, code, index)
                if period < len(self.ends):
                    entry = states.get(period, entry)
                    code, index = codes.get(period, code), indexes.get(period, index)
                    if (entry, code, index) == before:
                        continue
                if before[0] is not None:
                    yield Run(identity, before[0].publisher, since, period, *before[0][1:], *before[1:])
                since = period

    def _verdicts(self) -> dict[str, dict[int, str]]:
        of, at = cast(col(LicenseVerdictRecord.software_id), String), self._period(col(LicenseVerdictRecord.at))
        query = columns(of, at, col(LicenseVerdictRecord.codes)).order_by(col(LicenseVerdictRecord.number))
        rows = ((_bare(identity), period, codes) for identity, period, codes in self.connection.execute(query))
        return self._held(rows, lambda _, codes: codes[0] if codes else NOT_COMPARED)

    def _activities(self) -> dict[str, dict[int, int | None]]:
        of, at = cast(col(ActivityRecord.software_id), String), self._period(col(ActivityRecord.at))
        query = columns(of, at, col(ActivityRecord.index)).order_by(col(ActivityRecord.at))
        rows = ((_bare(identity), period, index) for identity, period, index in self.connection.execute(query))
        return self._held(rows, lambda _, index: index)

    def used(self) -> Iterator[Used]:
        """Who uses an entry of another publisher: claimed, and confirmed from when it was; until withdrawn or no longer named."""
        query = (
            columns(
                cast(col(Usage.software_id), String),
                col(Usage.kind),
                self._period(col(Usage.declared_at)),
                *(
                    case((moment.is_(None), len(self.ends)), else_=self._period(moment))
                    for moment in (col(Usage.confirmed_at), col(Usage.withdrawn_at), col(Usage.unnamed_at))
                ),
            )
            .join(Software, col(Software.id) == col(Usage.software_id))
            .where(or_(col(Usage.publisher_id).is_(None), col(Usage.publisher_id) != col(Software.publisher_id)))
        )
        for identity, kind, declared, confirmed, withdrawn, unnamed in self.connection.execute(query):
            claimed_until = min(confirmed, withdrawn, unnamed) if kind == CONFIRMED else min(withdrawn, unnamed)
            if declared < claimed_until:
                yield Used(_bare(identity), CLAIMED, declared, claimed_until)
            if kind == CONFIRMED and confirmed < withdrawn:
                yield Used(_bare(identity), CONFIRMED, confirmed, withdrawn)

    def lacks(self) -> Iterator[Lack]:
        """The repositories without a file, at the addresses that the list of publishers names today."""
        repositories = self._logged("repository", _OF_REPOSITORY, _lacks_file)
        query = (
            columns(cast(col(RepositoryRecord.id), String), cast(col(CodeHosting.publisher_id), String))
            .join(CodeHosting, col(RepositoryRecord.code_hosting_id) == col(CodeHosting.id))
            .where(col(CodeHosting.listed))
        )
        for identity, publisher in self.connection.execute(query):
            lacking, since = False, 0
            held = repositories.get(_bare(identity), {})
            for period in (*held, len(self.ends)):
                if lacking:
                    yield Lack(_bare(publisher), since, period)
                lacking, since = held.get(period, False), period


def _bare(identity: str) -> str:
    """An id as one database writes it, and not the log."""
    return identity.replace("-", "")


def _read(session: Session, ids: Collection[str], known: dict[str, Judged]) -> None:
    """Adds to `known` what it does not have of these assessments."""
    wanted = [UUID(identity) for identity in ids if identity not in known]
    values = col(AssessmentRecord.values)
    query = columns(
        cast(col(AssessmentRecord.id), String),
        col(AssessmentRecord.valid),
        col(AssessmentRecord.commit),
        col(AssessmentRecord.license_declared),
        values["description"],
        values[("maintenance", "type")].as_string(),
        col(AssessmentRecord.findings),
    )
    same: dict[Judged, Judged] = {}
    connection = session.connection()
    for start in range(0, len(wanted), _AT_ONCE):
        part = query.where(col(AssessmentRecord.id).in_(wanted[start : start + _AT_ONCE]))
        for identity, valid, commit, declared, described, maintenance, findings in connection.execute(part):
            judged = Judged(
                valid,
                bool(commit),
                declared,
                tuple(described) if isinstance(described, dict) else (),
                maintenance if isinstance(maintenance, str) else "",
                tuple(sorted({str(finding["rule"]) for finding in findings})),
            )
            known[_bare(identity)] = same.setdefault(judged, judged)
