"""The catalogue in numbers, at the end of each month and now: of the whole of it, or of a publisher with all below it.

Counted under a publisher is what it answered for at that time; which bodies are below it is as the list says today.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import accumulate
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import String, cast
from sqlmodel import Session, col, select

from ..schemas.licensing.families import family
from ..schemas.licensing.verdict import NOT_COMPARED
from .audit.past import without_collector
from .catalogue import shown_condition
from .claims import CLAIMED, CONFIRMED
from .facets import ACTIVITIES, UNKNOWN, activity_word, named_licenses
from .models import Publisher, Software
from .timeline import Judged, Run, Timeline, Told, Used

SERIES = (
    "entries",
    "validity",
    "findings",
    "licenses",
    "families",
    "verdicts",
    "activity",
    "maintenance",
    "languages",
    "publishers",
    "without-file",
    "reuse",
)
"""What is counted, by the values of the search's facets. An entry counts once with each of its licences, families, verdict's codes,
languages, rules and kinds of users, else once in a series."""
NONE = "none"
"""In place of a licence: the file declares none. (Of the maintenance it is a value of the standard: nobody maintains it.)"""
NOT_SAID = "not-said"
"""In place of a kind of maintenance: the file names none."""
BANDS = (*(word for word, _ in ACTIVITIES), UNKNOWN)
"""The values of the facet activity. Unknown: too little is known for an index, or none was computed yet."""
USED = "used"
"""An entry that others use, confirmed or claimed; it counts with each of these too."""
_AT_ONCE = 500  # ids in one query
Counts = Mapping[str, tuple[int, ...]]
"""By name, the count at the end of each day."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """The counts of each of SERIES at the end of each of `days`; `sequence` is the last event that is counted, `at` when.

    `medians` are those of the activity index, None where no entry has one.
    """

    at: datetime
    sequence: int
    days: tuple[date, ...]
    series: Mapping[str, Counts]
    medians: tuple[float | None, ...]

    def last(self, series: str, name: str) -> int:
        """The count of today."""
        counts = self.series[series].get(name, ())
        return counts[-1] if counts else 0

    @property
    def entries(self) -> int:
        """How many entries are shown today."""
        return self.last("entries", "shown")


class _Deltas:
    """By how much each count of a series differs from the one of the period before."""

    def __init__(self, periods: int) -> None:
        self.periods = periods
        self.counts: dict[str, list[int]] = defaultdict(lambda: [0] * (periods + 1))

    def add(self, name: str, first: int, last: int, many: int = 1) -> None:
        counts = self.counts[name]
        counts[first] += many
        counts[last] -= many

    def sums(self) -> dict[str, tuple[int, ...]]:
        """The counts themselves; names that never count are left out."""
        summed = {name: tuple(accumulate(deltas[: self.periods])) for name, deltas in self.counts.items()}
        return {name: summed[name] for name in sorted(summed) if any(summed[name])}


@without_collector()
def statistics(told: Timeline, owners: frozenset[UUID] | None = None, only_valid: bool = False) -> Statistics:
    """The counts of these publishers (None: of all); `only_valid` is the setting of that name."""
    periods = len(told.days)
    names = None if owners is None else {identity.hex for identity in owners}
    deltas = {series: _Deltas(periods) for series in SERIES}
    shown: dict[str, list[_Shown]] = defaultdict(list)
    for run in told.runs:
        if names is not None and run.publisher not in names:
            continue
        newest = told.judged[run.newest]
        if run.gone:
            deltas["entries"].add("tombstones", run.first, run.last)
        elif newest.valid or not only_valid:
            file = told.judged[run.shown]
            shown[run.software].append(_Shown(run.first, run.last, file.looked, run.publisher))
            _count(deltas, run, file, newest)
    _flows(deltas["entries"], shown.values(), told.cut)
    _compared(deltas["verdicts"], told.verdicts, shown)
    indexes = _active(deltas["activity"], told.activities, shown)
    for lack in told.lacks:
        if names is None or lack.publisher in names:
            deltas["without-file"].add("repositories", lack.first, lack.last)
    _uses(deltas["reuse"], told.used, shown)
    series = {name: counted.sums() for name, counted in deltas.items()}
    return Statistics(told.at, told.sequence, told.days, series, _medians(indexes.sums(), periods))


class _Shown(NamedTuple):
    """The periods in which an entry was shown; `looked`: its file came from its repository, where licence files could be read."""

    first: int
    last: int
    looked: bool
    publisher: str


def _count(deltas: Mapping[str, _Deltas], run: Run, shown: Judged, newest: Judged) -> None:
    """Counts an entry for the periods in which its files stood so."""
    first, last = run.first, run.last
    deltas["entries"].add("shown", first, last)
    deltas["validity"].add("valid" if newest.valid else "invalid", first, last)
    deltas["publishers"].add(run.publisher, first, last)
    # Until something is told of it.
    deltas["verdicts"].add(NOT_COMPARED, first, last)
    deltas["activity"].add(UNKNOWN, first, last)
    deltas["maintenance"].add(shown.maintenance or NOT_SAID, first, last)
    licenses, families = _licenses(shown.declared)
    for series, names in (
        ("licenses", licenses),
        ("families", families),
        ("languages", shown.languages),
        ("findings", newest.rules),
    ):
        counted = deltas[series]
        for name in names:
            counted.add(name, first, last)
    if run.variant:
        deltas["reuse"].add("variants", first, last)


def _within(
    told: Iterable[Told], shown: Mapping[str, Sequence[_Shown]], looked: bool
) -> Iterator[tuple[tuple[Any, int, int], int]]:
    """What was told for which periods in which entries were shown, and of how many; `looked`: whose file was read there."""
    spans = (
        (value, max(first, span.first), min(last, span.last))
        for software, first, last, value in told
        for span in shown.get(software, ())
        if span.looked or not looked
    )
    # Told alike of many: each such thing is counted once.
    return ((span, many) for span, many in Counter(spans).items() if span[1] < span[2])


def _compared(verdicts: _Deltas, told: Iterable[Told], shown: Mapping[str, Sequence[_Shown]]) -> None:
    """Counts the entries with each code of their verdicts."""
    for (codes, first, last), many in _within(told, shown, True):
        verdicts.add(NOT_COMPARED, first, last, -many)
        for code in codes:
            verdicts.add(code, first, last, many)


def _active(bands: _Deltas, told: Iterable[Told], shown: Mapping[str, Sequence[_Shown]]) -> _Deltas:
    """Counts the entries in each band of the activity index; gives the counts of each index."""
    indexes = _Deltas(bands.periods)
    for (index, first, last), many in _within(told, shown, False):
        if index is not None:
            bands.add(UNKNOWN, first, last, -many)
            bands.add(activity_word(index), first, last, many)
            indexes.add(str(index), first, last, many)
    return indexes


@lru_cache(maxsize=5_000)
def _licenses(declared: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The licences that an expression names, and their families."""
    named = named_licenses(declared)
    return named or (NONE,), tuple(sorted({str(family(license_)) for license_ in named})) or (NONE,)


def _flows(entries: _Deltas, shown: Iterable[Sequence[_Shown]], cut: bool) -> None:
    """Counts in each period the entries that were not shown at the end of the one before, and those that are no longer.

    In the first period all of them, unless there were others before it (`cut`), of which is not told: then none.
    """
    for spans in shown:
        for number, (first, last, *_) in enumerate(spans):
            if (number == 0 or spans[number - 1].last != first) and (first or not cut):
                entries.add("added", first, first + 1)
            followed = number + 1 < len(spans) and spans[number + 1].first == last
            if last < entries.periods and not followed:
                entries.add("gone", last, last + 1)


def _uses(reuse: _Deltas, uses: Iterable[Used], shown: Mapping[str, Sequence[_Shown]]) -> None:
    """Counts in each period the entries that others use: all, those with a confirmed user, those with a claimed one.

    An organisation of which both is said is a confirmed user alone.
    """
    users: dict[tuple[str, str], dict[str, set[int]]] = defaultdict(lambda: {CONFIRMED: set(), CLAIMED: set()})
    for use in uses:
        for first, last, _, publisher in shown.get(use.software, ()):
            if publisher == use.publisher:  # its own, at that time
                continue
            users[use.software, use.user][use.kind].update(range(max(first, use.first), min(last, use.last)))
    entries: dict[str, dict[str, set[int]]] = defaultdict(lambda: {USED: set(), CONFIRMED: set(), CLAIMED: set()})
    for (software, _), kinds in users.items():
        periods = entries[software]
        periods[USED] |= kinds[CONFIRMED] | kinds[CLAIMED]
        periods[CONFIRMED] |= kinds[CONFIRMED]
        periods[CLAIMED] |= kinds[CLAIMED] - kinds[CONFIRMED]
    for periods in entries.values():
        for name, counted in periods.items():
            for period in counted:
                reuse.add(name, period, period + 1)


def _medians(indexes: Counts, periods: int) -> tuple[float | None, ...]:
    return tuple(
        _median({int(index): counts[period] for index, counts in indexes.items()}) for period in range(periods)
    )


def _median(counts: Mapping[int, int]) -> float | None:
    total = sum(counts.values())
    if not total:
        return None
    middle, passed = [], 0
    for index in sorted(counts):
        before, passed = passed, passed + counts[index]
        middle += [index] * sum(before <= place < passed for place in {(total - 1) // 2, total // 2})
    return sum(middle) / len(middle)


def below(session: Session, publisher: Publisher) -> frozenset[UUID]:
    """The publisher and all below it, as the list arranges them today."""
    children: dict[UUID | None, list[UUID]] = defaultdict(list)
    for identity, parent in session.exec(select(Publisher.id, Publisher.parent_id)):
        children[parent].append(identity)
    found, waiting = set[UUID](), [publisher.id]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += children[one]
    return frozenset(found)


def behind(
    told: Timeline, owners: frozenset[UUID] | None = None, only_valid: bool = False
) -> dict[tuple[str, str], list[UUID]]:
    """The entries behind today's numbers of each rule and each code of a verdict, by series and name."""
    names = None if owners is None else {identity.hex for identity in owners}
    found: dict[tuple[str, str], list[UUID]] = defaultdict(list)
    looked = set[str]()
    for run in told.runs:
        if run.last < len(told.days) or run.gone or not (names is None or run.publisher in names):
            continue
        newest = told.judged[run.newest]
        if newest.valid or not only_valid:
            for rule in newest.rules:
                found["findings", rule].append(UUID(run.software))
            if told.judged[run.shown].looked:
                looked.add(run.software)
    for software, _, last, codes in told.verdicts:
        if last == len(told.days) and software in looked:
            for code in codes:
                found["verdicts", code].append(UUID(software))
    return found


def with_finding(
    session: Session, told: Timeline, rule: str, owners: frozenset[UUID] | None = None, only_valid: bool = False
) -> list[UUID]:
    """The entries shown today of whose newest file this rule speaks, by name."""
    ids = behind(told, owners, only_valid).get(("findings", rule), [])
    found = list[tuple[str, str, UUID]]()
    for start in range(0, len(ids), _AT_ONCE):
        query = select(Software.name, Software.slug, Software.id)
        found += session.exec(query.where(col(Software.id).in_(ids[start : start + _AT_ONCE])))
    return [identity for *_, identity in sorted(found, key=lambda row: (row[0].casefold(), row[1]))]


@dataclass(frozen=True, slots=True)
class Reuse:
    """Who builds on the entries of a publisher (or of all): `variants` of them, `taken` of its entries have such."""

    variants: int
    taken: int


def reuse(session: Session, owners: frozenset[UUID] | None = None, only_valid: bool = False) -> Reuse:
    """How many shown entries name these as what they are based on, whoever publishes them. Two queries of a few columns."""
    shown = shown_condition(only_valid)
    basing = select(Software.key, Software.based_on).where(cast(col(Software.based_on), String) != "[]")
    named: dict[str, set[str]] = {}
    for key, based_on in session.exec(basing.where(shown)):
        for base in set(based_on) - {key}:
            named.setdefault(base, set()).add(key)
    taken = [
        key
        for key, publisher in session.exec(select(Software.key, Software.publisher_id).where(shown))
        if key in named and (owners is None or publisher in owners)
    ]
    return Reuse(len(set().union(*(named[key] for key in taken))), len(taken))
