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

from ..schemas.licensing.verdict import NOT_COMPARED
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
    Usage,
)
from .organisations import same_name

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


class Told(NamedTuple):
    """What was known of an entry beside its file at the end of these periods: the codes of its verdict, or its activity index."""

    software: str
    first: int
    last: int
    value: Any


class Used(NamedTuple):
    """An entry that somebody used at the end of these periods; `kind` is confirmed or claimed.

    `user` is the same for all statements about one organisation; `publisher` is that organisation where it is one, else empty. What
    the publisher of the software itself uses is told too: which that was, is told by the entry's runs.
    """

    software: str
    user: str
    publisher: str
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

    `sequence` is the last event that was read; `cut`: there are months before the first of `days`. Ids are texts without hyphens.
    """

    at: datetime
    sequence: int
    days: tuple[date, ...]
    cut: bool
    runs: tuple[Run, ...]
    verdicts: tuple[Told, ...]
    activities: tuple[Told, ...]
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
        return Timeline(moment, sequence, (), False, (), (), (), (), (), known)
    ends = month_ends(first, moment, zone)
    reader = _Reader(session, [over for _, over in ends])
    runs = tuple(reader.runs())
    _read(session, {identity for run in runs for identity in (run.shown, run.newest)}, known)
    return Timeline(
        at=moment,
        sequence=sequence,
        days=tuple(day for day, _ in ends),
        cut=first.astimezone(zone).date() < ends[0][0].replace(day=1),
        runs=runs,
        verdicts=tuple(reader.verdicts()),
        activities=tuple(reader.activities()),
        lacks=tuple(reader.lacks()),
        used=tuple(reader.used()),
        judged=known,
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

        return {
            _bare(identity): held for identity, held in self._held(self.connection.execute(query).all(), whole).items()
        }

    def runs(self) -> Iterator[Run]:
        """The entries."""
        for identity, states in self._logged("software", _OF_SOFTWARE, _entry_state).items():
            for first, last, entry in self._spans(states):
                yield Run(identity, entry.publisher, first, last, *entry[1:])

    def verdicts(self) -> Iterator[Told]:
        """The verdicts, each until the next."""
        of, at = cast(col(LicenseVerdictRecord.software_id), String), self._period(col(LicenseVerdictRecord.at))
        query = columns(of, at, col(LicenseVerdictRecord.codes)).order_by(col(LicenseVerdictRecord.number))
        return self._told(query, lambda _, codes: tuple(codes) or (NOT_COMPARED,))

    def activities(self) -> Iterator[Told]:
        """The activity indexes, each until the next."""
        of, at = cast(col(ActivityRecord.software_id), String), self._period(col(ActivityRecord.at))
        query = columns(of, at, col(ActivityRecord.index)).order_by(col(ActivityRecord.at))
        return self._told(query, lambda _, index: index)

    def _told(self, query: Any, value: Callable[[str, Any], Any]) -> Iterator[Told]:
        for identity, held in self._held(self.connection.execute(query).all(), value).items():
            for first, last, told in self._spans(held):
                yield Told(_bare(identity), first, last, told)

    def _spans(self, held: Mapping[int, T]) -> Iterator[tuple[int, int, T]]:
        """From which period to before which other something was the same."""
        begun: tuple[int, T] | None = None
        for period in sorted(held):
            if begun is not None:
                if begun[1] == held[period]:
                    continue
                yield begun[0], period, begun[1]
            begun = period, held[period]
        if begun is not None:
            yield begun[0], len(self.ends), begun[1]

    def used(self) -> Iterator[Used]:
        """Who uses an entry: claimed, and confirmed from when it was; until withdrawn or no longer named."""
        query = columns(
            cast(col(Usage.software_id), String),
            cast(col(Usage.publisher_id), String),
            col(Usage.name),
            col(Usage.kind),
            self._period(col(Usage.declared_at)),
            *(
                case((moment.is_(None), len(self.ends)), else_=self._period(moment))
                for moment in (col(Usage.confirmed_at), col(Usage.withdrawn_at), col(Usage.unnamed_at))
            ),
        )
        for identity, publisher, name, kind, declared, confirmed, withdrawn, unnamed in self.connection.execute(query):
            publisher = _bare(publisher or "")
            user = publisher or same_name(name)
            claimed_until = min(confirmed, withdrawn, unnamed) if kind == CONFIRMED else min(withdrawn, unnamed)
            if declared < claimed_until:
                yield Used(_bare(identity), user, publisher, CLAIMED, declared, claimed_until)
            if kind == CONFIRMED and confirmed < withdrawn:
                yield Used(_bare(identity), user, publisher, CONFIRMED, confirmed, withdrawn)

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
        part = connection.execute(query.where(col(AssessmentRecord.id).in_(wanted[start : start + _AT_ONCE])))
        for identity, valid, commit, declared, described, maintenance, findings in part:
            judged = Judged(
                valid,
                bool(commit),
                declared,
                tuple(described) if isinstance(described, dict) else (),
                maintenance.strip() if isinstance(maintenance, str) else "",
                tuple(sorted({str(finding["rule"]) for finding in findings})),
            )
            known[_bare(identity)] = same.setdefault(judged, judged)
