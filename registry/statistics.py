"""The catalogue in numbers, at the end of each month and now: of the whole of it, or of a publisher with all below it.

Counted under a publisher is what it answered for at that time; which bodies are below it is as the list says today.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import accumulate
from uuid import UUID

from sqlalchemy import String, cast
from sqlmodel import Session, col, select

from ..schemas.licensing.families import family
from .audit.lines import NOT_COMPARED
from .claims import CLAIMED, CONFIRMED
from .following import named_licenses
from .models import Publisher, Software
from .timeline import Judged, Run, Timeline, Used

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
"""What is counted. An entry counts once with each of its licences, families, languages and rules, else once in a series."""
NONE = "none"
"""In place of a name: the file declares no licence, names no maintenance."""
UNKNOWN = "unknown"
"""In place of a band: too little is known for an activity index, or none was computed yet."""
BANDS = ("0-19", "20-39", "40-59", "60-79", "80-100")
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

    @property
    def valid_share(self) -> float | None:
        """Which share of the entries has a file without errors; None where there are no entries."""
        return self.last("validity", "valid") / self.entries if self.entries else None


class _Deltas:
    """By how much each count of a series differs from the one of the period before."""

    def __init__(self, periods: int) -> None:
        self.periods = periods
        self.counts: dict[str, list[int]] = defaultdict(lambda: [0] * (periods + 1))

    def add(self, name: str, first: int, last: int) -> None:
        counts = self.counts[name]
        counts[first] += 1
        counts[last] -= 1

    def sums(self) -> dict[str, tuple[int, ...]]:
        """The counts themselves; names that never count are left out."""
        summed = {name: tuple(accumulate(deltas[: self.periods])) for name, deltas in self.counts.items()}
        return {name: summed[name] for name in sorted(summed) if any(summed[name])}


def statistics(told: Timeline, owners: frozenset[UUID] | None = None, only_valid: bool = False) -> Statistics:
    """The counts of these publishers (None: of all); `only_valid` is the setting of that name."""
    periods = len(told.days)
    names = None if owners is None else {identity.hex for identity in owners}
    deltas = {series: _Deltas(periods) for series in SERIES}
    indexes = _Deltas(periods)
    shown: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for run in told.runs:
        if names is not None and run.publisher not in names:
            continue
        newest = told.judged[run.newest]
        if run.gone:
            deltas["entries"].add("tombstones", run.first, run.last)
        elif newest.valid or not only_valid:
            shown[run.software].append((run.first, run.last))
            _count(deltas, indexes, run, told.judged[run.shown], newest)
    _flows(deltas["entries"], shown.values())
    for lack in told.lacks:
        if names is None or lack.publisher in names:
            deltas["without-file"].add("repositories", lack.first, lack.last)
    _uses(deltas["reuse"], told.used, shown)
    series = {name: counted.sums() for name, counted in deltas.items()}
    return Statistics(told.at, told.sequence, told.days, series, _medians(indexes.sums(), periods))


def _count(deltas: Mapping[str, _Deltas], indexes: _Deltas, run: Run, shown: Judged, newest: Judged) -> None:
    """Counts an entry for the periods in which it stood so."""
    first, last = run.first, run.last
    deltas["entries"].add("shown", first, last)
    deltas["validity"].add("valid" if newest.valid else "invalid", first, last)
    deltas["publishers"].add(run.publisher, first, last)
    # Without a commit another catalogue gave the file, and nobody looked at the texts.
    deltas["verdicts"].add(run.verdict if shown.looked else NOT_COMPARED, first, last)
    deltas["activity"].add(band(run.activity), first, last)
    deltas["maintenance"].add(shown.maintenance or NONE, first, last)
    licenses, families = _licenses(shown.declared)
    for series, names in (
        ("licenses", licenses),
        ("families", families),
        ("languages", shown.languages),
        ("findings", newest.rules),
    ):
        for name in names:
            deltas[series].add(name, first, last)
    if run.variant:
        deltas["reuse"].add("variants", first, last)
    if run.activity is not None:
        indexes.add(str(run.activity), first, last)


@lru_cache(maxsize=5_000)
def _licenses(declared: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The licences that an expression names, and their families."""
    named = named_licenses(declared)
    return named or (NONE,), tuple(sorted({str(family(license_)) for license_ in named})) or (NONE,)


def band(index: int | None) -> str:
    """In which fifth an activity index lies.

    >>> [band(index) for index in (None, 0, 39, 100)]
    ['unknown', '0-19', '20-39', '80-100']
    """
    return UNKNOWN if index is None else BANDS[min(index, 99) // 20]


def _flows(entries: _Deltas, shown: Iterable[Sequence[tuple[int, int]]]) -> None:
    """Counts in each period the entries that were not shown at the end of the one before, and those that are no longer."""
    for spans in shown:
        for number, (first, last) in enumerate(spans):
            if number == 0 or spans[number - 1][1] != first:
                entries.add("added", first, first + 1)
            followed = number + 1 < len(spans) and spans[number + 1][0] == last
            if last < entries.periods and not followed:
                entries.add("gone", last, last + 1)


def _uses(reuse: _Deltas, uses: Iterable[Used], shown: Mapping[str, Sequence[tuple[int, int]]]) -> None:
    """Counts in each period the entries with a confirmed user, and those whose users are all claimed."""
    used: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for use in uses:
        for first, last in shown.get(use.software, ()):
            used[use.software][use.kind].update(range(max(first, use.first), min(last, use.last)))
    for kinds in used.values():
        for kind, periods in ((CONFIRMED, kinds[CONFIRMED]), (CLAIMED, kinds[CLAIMED] - kinds[CONFIRMED])):
            for period in periods:
                reuse.add(kind, period, period + 1)


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


def with_finding(
    session: Session, told: Timeline, rule: str, owners: frozenset[UUID] | None = None, only_valid: bool = False
) -> list[UUID]:
    """The entries shown today of whose newest file this rule speaks, by name."""
    names = None if owners is None else {identity.hex for identity in owners}
    ids = [
        UUID(run.software)
        for run in told.runs
        if run.last == len(told.days)
        and not run.gone
        and (names is None or run.publisher in names)
        and rule in told.judged[run.newest].rules
        and (told.judged[run.newest].valid or not only_valid)
    ]
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


def reuse(session: Session, owners: frozenset[UUID] | None = None) -> Reuse:
    """How many shown entries name these as what they are based on, whoever publishes them. Two queries of a few columns."""
    shown = select(Software.key, Software.based_on).where(Software.deactivated == "")
    named: dict[str, set[str]] = {}
    for key, based_on in session.exec(shown.where(cast(col(Software.based_on), String) != "[]")):
        for base in set(based_on) - {key}:
            named.setdefault(base, set()).add(key)
    taken = [
        key
        for key, publisher in session.exec(
            select(Software.key, Software.publisher_id).where(Software.deactivated == "")
        )
        if key in named and (owners is None or publisher in owners)
    ]
    return Reuse(len(set().union(*(named[key] for key in taken))), len(taken))
