"""Which licences the entries have, now and at the end of each month; who uses one of them.

An entry counts once with each licence that its expression names, so the counts may be more than there are entries. Declared is
what the shown file says, read as the search reads it; found is what was concluded last, from the texts or by an auditor, and
nothing where another catalogue gave the file, for nobody looked at the texts then.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, String, and_, case, cast, func, not_, or_
from sqlalchemy import select as sqlalchemy_select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from ...schemas.licensing.families import base, family
from ...schemas.licensing.found import NOASSERTION, Means
from ..following import named_licenses
from ..models import AssessmentRecord, Event, LicenseVerdictRecord, Software

_MOST_TEXTS = 500
MOST_MONTHS = 24  # beyond these only the end of each quarter is told


@dataclass(frozen=True, slots=True)
class Use:
    """How many entries declare a licence, and of how many it was concluded."""

    license: str
    declared: int
    found: int


@dataclass(frozen=True, slots=True)
class Usage:
    """The licences of the shown entries, the most declared first.

    `entries` are all; `undeclared` of them declare none; `compared` were compared with their texts, and of these `unknown`
    hold no text that says which licence it is. In `families` the name of a use is that of a family (`schemas.licensing.families`).
    """

    entries: int
    undeclared: int
    compared: int
    unknown: int
    uses: tuple[Use, ...]
    families: tuple[Use, ...]


@dataclass(frozen=True, slots=True)
class Users:
    """The shown entries that declare a licence, and those of which it was concluded alone; by name."""

    declared: tuple[UUID, ...]
    found_only: tuple[UUID, ...]
    publishers: tuple[tuple[UUID, int], ...]
    """The publishers of both with the number of these entries, the most first."""


@dataclass(frozen=True, slots=True)
class History:
    """The counts at the end of each of `days`, in the instance's time zone; of the last one as far as it is known now.

    `declared` and `found` have the same licences.
    """

    days: tuple[date, ...]
    entries: tuple[int, ...]
    declared: Mapping[str, tuple[int, ...]]
    found: Mapping[str, tuple[int, ...]]


def usage(session: Session, only_valid: bool = False) -> Usage:
    """The licences of all shown entries; `only_valid` is the setting of that name. One query."""
    declared, found = Counter[str](), Counter[str]()
    for said, concluded, count in _pairs(session, only_valid):
        declared[said] += count
        if concluded is not None:
            found[concluded] += count
    named = _Named()
    return Usage(
        entries=declared.total(),
        undeclared=declared[NOASSERTION],
        compared=found.total(),
        unknown=found[NOASSERTION],
        uses=_uses(declared, found, lambda text: named[text]),
        families=_uses(declared, found, lambda text: {str(family(license_)) for license_ in named[text]}),
    )


def _uses(declared: Counter[str], found: Counter[str], names: Callable[[str], Collection[str]]) -> tuple[Use, ...]:
    """The counts of expressions as counts of the names in them, the most declared first."""
    sums = [Counter[str](), Counter[str]()]
    for counted, summed in zip((declared, found), sums, strict=True):
        for text, count in counted.items():
            summed.update(dict.fromkeys(names(text), count))
    uses = (Use(name, sums[0][name], sums[1][name]) for name in {*sums[0], *sums[1]})
    return tuple(sorted(uses, key=lambda use: (-use.declared, -use.found, use.license)))


def users(session: Session, license_: str, only_valid: bool = False) -> Users:
    """Who uses one licence: an id as the SPDX list spells it, a LicenseRef or NOT_SPDX. Two queries."""
    named = _Named()
    pairs = {
        (said, concluded)
        for said, concluded, _ in _pairs(session, only_valid)
        if license_ in named[said] or license_ in named[concluded or NOASSERTION]
    }
    declared, found_only, publishers = list[UUID](), list[UUID](), Counter[UUID]()
    for identity, publisher, said in _with(session, pairs, only_valid):
        (declared if license_ in named[said] else found_only).append(identity)
        publishers[publisher] += 1
    return Users(tuple(declared), tuple(found_only), tuple(publishers.most_common()))


def _pairs(session: Session, only_valid: bool) -> Iterator[tuple[str, str | None, int]]:
    """What is declared and what was concluded (None: not compared), and how many shown entries have this pair."""
    shown, verdict = aliased(AssessmentRecord), aliased(LicenseVerdictRecord)
    declared, told = col(shown.license_declared), _told(verdict).label("told")
    query = _shown(sqlalchemy_select(declared, told, func.count()), shown, verdict, only_valid)
    # By the name of the column, for its expression has parameters, which no engine takes for the same in both places.
    query = query.group_by(declared, "told")
    for row in session.execute(query):
        yield row[0], row[1], row[2]


def _with(
    session: Session, pairs: Collection[tuple[str, str | None]], only_valid: bool
) -> Iterator[tuple[UUID, UUID, str]]:
    """The shown entries that have one of these pairs, by name: id, publisher, and what is declared."""
    if not pairs:
        return
    shown, verdict = aliased(AssessmentRecord), aliased(LicenseVerdictRecord)
    said, concluded = col(shown.license_declared), _told(verdict)
    columns = (col(Software.id), col(Software.publisher_id), said, concluded)
    query = _shown(sqlalchemy_select(*columns), shown, verdict, only_valid)
    texts = {text for pair in pairs for text in pair if text is not None}
    if len(texts) <= _MOST_TEXTS:  # engines bound the number of parameters; beyond it, all are read
        query = query.where(or_(said.in_(texts), concluded.in_(texts)))
    for row in session.execute(query.order_by(col(Software.name), col(Software.slug))):
        if (row[2], row[3]) in pairs:
            yield row[0], row[1], row[2]


def _shown(
    query: Select[*tuple[Any, ...]],
    shown: type[AssessmentRecord],
    verdict: type[LicenseVerdictRecord],
    only_valid: bool,
) -> Select[*tuple[Any, ...]]:
    """The query over the shown entries, each with its shown assessment and its newest comparison, if there is one."""
    one = aliased(LicenseVerdictRecord)
    newest = (
        sqlalchemy_select(col(one.id))
        .where(col(one.software_id) == col(Software.id))
        .order_by(col(one.number).desc())
        .limit(1)
        .correlate(Software)
        .scalar_subquery()
    )
    query = (
        query.select_from(Software)
        .join(shown, col(shown.id) == col(Software.shown_assessment_id))
        # Without a commit another catalogue gave the file, and nobody looked what lies beside it.
        .outerjoin(verdict, and_(col(verdict.id) == newest, col(shown.commit) != ""))
        .where(col(Software.deactivated) == "")
    )
    if only_valid:
        judged = aliased(AssessmentRecord)
        query = query.join(judged, col(judged.id) == col(Software.newest_assessment_id)).where(col(judged.valid))
    return query


_OPEN = "?"  # behind what a text alone told, which does not say whether later versions are allowed


def _told(verdict: type[LicenseVerdictRecord]) -> ColumnElement[str]:
    """What was concluded; marked where `told.leaves_versions_open` would say so, asked of the database."""
    concluded = col(verdict.concluded)
    is_open = and_(
        concluded.endswith("-only"),
        col(verdict.conclusion_id).is_(None),
        not_(col(verdict.normalized).contains(concluded)),
        not_(cast(col(verdict.found), String).contains(f'"means": "{Means.TAG}"')),
    )
    return case((is_open, concluded + _OPEN), else_=concluded)


class _Named(dict[str, tuple[str, ...]]):
    """The licences that an expression names, a text of the GPL's family without -only; each expression is read once."""

    def __missing__(self, text: str) -> tuple[str, ...]:
        is_open = text.endswith(_OPEN)
        self[text] = (base(text.removesuffix(_OPEN)),) if is_open else named_licenses(text)
        return self[text]


def newest_change(session: Session) -> tuple[int, datetime | None]:
    """What differs when `usage` and `history` may: the last event and the moment of the newest comparison."""
    sequence = session.execute(sqlalchemy_select(func.max(col(Event.sequence)))).scalar()
    compared = session.execute(sqlalchemy_select(func.max(col(LicenseVerdictRecord.at)))).scalar()
    return sequence or 0, compared


def history(session: Session, until: datetime, zone: ZoneInfo, only_valid: bool = False) -> History:
    """The counts at the end of each month from the first entry to `until`; of each quarter where these are too many.

    Made from the log of what was shown when, and from all comparisons: an entry whose licence changed counts with each
    licence as long as it had it. Three queries.
    """
    steps = _steps(session, only_valid)
    if not steps:
        return History((), (), {}, {})
    ends = _ends(min(at for told in steps.values() for at, _, _ in told), until, zone)
    counted = _Deltas(len(ends))
    for told in steps.values():
        counted.add(told, [until_ for _, until_ in ends])
    declared, found = counted.sums("declared"), counted.sums("found")
    none = (0,) * len(ends)
    names = sorted({*declared, *found})
    return History(
        tuple(day for day, _ in ends),
        counted.sums("")[""],
        {name: declared.get(name, none) for name in names},
        {name: found.get(name, none) for name in names},
    )


_Step = tuple[datetime, str, str | None]
"""From when on; `declared`, `found` or `looked`; the expression, None: the entry is not shown, or nobody looked at its texts."""


class _Deltas:
    """By how much each count differs from the one of the period before."""

    def __init__(self, periods: int) -> None:
        self.periods = periods
        self.by_kind: dict[str, dict[str, list[int]]] = {
            "": {"": [0] * periods},
            "declared": defaultdict(lambda: [0] * periods),
            "found": defaultdict(lambda: [0] * periods),
        }
        self.named = _Named()

    def add(self, steps: Iterable[_Step], ends: Sequence[datetime]) -> None:
        """One entry: its steps in their order."""
        declared: str | None = None
        found, looked = NOASSERTION, True
        for at, kind, text in steps:
            period = bisect_right(ends, at)
            if period >= self.periods:
                break
            self._count(period, declared, found if looked else NOASSERTION, -1)
            match kind:
                case "declared":
                    declared = text
                case "looked":
                    looked = text is not None
                case _:
                    found = text or NOASSERTION
            self._count(period, declared, found if looked else NOASSERTION, 1)

    def _count(self, period: int, declared: str | None, found: str, by: int) -> None:
        if declared is None:
            return
        self.by_kind[""][""][period] += by
        for kind, text in (("declared", declared), ("found", found)):
            for license_ in self.named[text]:
                self.by_kind[kind][license_][period] += by

    def sums(self, kind: str) -> dict[str, tuple[int, ...]]:
        """The counts themselves."""
        return {name: tuple(accumulate(deltas)) for name, deltas in self.by_kind[kind].items()}


def _steps(session: Session, only_valid: bool) -> dict[str, list[_Step]]:
    """What changed for each entry, in order; keys are ids without hyphens, as one database and the log write them differently."""
    judged = {
        _bare(identity): (declared, valid, commit)
        for identity, declared, valid, commit in session.exec(
            select(
                cast(AssessmentRecord.id, String),
                AssessmentRecord.license_declared,
                AssessmentRecord.valid,
                AssessmentRecord.commit,
            )
        )
    }
    steps: dict[str, list[_Step]] = defaultdict(list)
    state: dict[str, tuple[str, str, str]] = {}
    for identity, at, *now_ in _changes(session):
        before = state.get(identity, ("", "", ""))
        shown, newest, deactivated = (old if new is None else new for old, new in zip(before, now_, strict=True))
        state[identity] = shown, newest, deactivated
        (declared, _, commit), valid = judged[_bare(shown)], judged[_bare(newest)][1]
        hidden = bool(deactivated) or (only_valid and not valid)
        steps[_bare(identity)] += [
            (at, "declared", None if hidden else declared),
            (at, "looked", commit or None),
        ]
    verdicts = select(
        cast(LicenseVerdictRecord.software_id, String), LicenseVerdictRecord.at, _told(LicenseVerdictRecord)
    ).order_by(col(LicenseVerdictRecord.number).desc())
    earliest: dict[str, datetime] = {}
    for identity, at, concluded in session.exec(verdicts):
        # The last that was written counts, whatever its clock said: what was written before it with a later time never did.
        entry = _bare(identity)
        if entry in steps and (entry not in earliest or at < earliest[entry]):
            earliest[entry] = at
            steps[entry].append((at, "found", concluded))
    for told in steps.values():
        told.sort(key=lambda step: step[0])  # stable: what was logged at one moment stays in its order
    return steps


def _changes(session: Session) -> Iterator[tuple[str, datetime, str | None, str | None, str | None]]:
    """The events that tell which assessment an entry shows, which is its newest, and whether it is a tombstone."""
    after = col(Event.after)
    shown, newest = after["shown_assessment_id"].as_string(), after["newest_assessment_id"].as_string()
    deactivated = after["deactivated"].as_string()
    query = (
        sqlalchemy_select(col(Event.entity_id), col(Event.at), shown, newest, deactivated)
        .where(col(Event.entity) == "software", or_(*(one.is_not(None) for one in (shown, newest, deactivated))))
        .order_by(col(Event.sequence))
    )
    for row in session.execute(query):
        yield row[0], row[1], row[2], row[3], row[4]


def _bare(identity: str) -> str:
    return identity.replace("-", "")


def _ends(begin: datetime, until: datetime, zone: ZoneInfo) -> list[tuple[date, datetime]]:
    """The last day of each month (or quarter) with the moment at which it is over; the last one: the day of `until`."""
    first, last = begin.astimezone(zone).date(), until.astimezone(zone).date()
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    ends: list[tuple[date, datetime]] = []
    for number in range(months - 1):
        year, month = divmod(first.year * 12 + first.month + number, 12)  # the month after: month counts from 0 here
        over = datetime(year, month + 1, 1, tzinfo=zone)
        if months <= MOST_MONTHS or month % 3 == 0:
            ends.append((over.date() - timedelta(days=1), over))
    return [*ends, (last, until + timedelta(microseconds=1))]
