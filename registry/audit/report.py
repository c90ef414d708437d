"""The auditor's report: a pure function of what was known at a moment, so that it says the same for ever."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from ..license_models import AuditMethod
from .changes import Changes, Side, changes
from .lines import LEVELS, NOT_COMPARED, Judge, Line, Spoken
from .past import EntryThen, PublisherThen, State


class Kind(StrEnum):
    """What a report is about."""

    CATALOGUE = "catalogue"
    PUBLISHER = "publisher"  # alone
    BELOW = "publisher-with-all-below"
    SOFTWARE = "software"


@dataclass(frozen=True, slots=True)
class Scope:
    """What a report is about; `name` is a publisher's slug or identifier, or an entry's slug."""

    kind: Kind = Kind.CATALOGUE
    name: str = ""


class ScopeError(ValueError):
    """There was no such publisher or entry at that moment. `scope` is what was asked for."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        what = "entry" if scope.kind is Kind.SOFTWARE else "publisher"
        super().__init__(f"the catalogue showed no {what} {scope.name} at that moment")


@dataclass(frozen=True, slots=True)
class Told:
    """One rule of the policy with all entries that it speaks of: `open` are not waived, `waived` are."""

    rule: str
    level: str
    open: tuple[Spoken, ...]
    waived: tuple[Spoken, ...]


@dataclass(frozen=True, slots=True)
class FileRule:
    """One rule of the validator: how often it speaks, and of which entries."""

    rule: str
    findings: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Owner:
    """A publisher with all below it: how many entries they have, and of how many an error, a warning, a waived rule speaks.

    `depth` is how far below the highest one it stands, `ids` its own and those of all below it.
    """

    publisher: PublisherThen
    depth: int
    ids: frozenset[UUID]
    entries: int = 0
    errors: int = 0
    warnings: int = 0
    waived: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """What was known at `at`, and what changed since `since`.

    Counts are pairs of a name and how many entries it holds for. `verdicts` count each entry once, by the code that compares
    the declaration with the texts; `further` are the other codes, of which an entry may have several.
    """

    scope: Scope
    at: datetime
    since: datetime | None
    publisher: PublisherThen | None
    software: EntryThen | None
    method: AuditMethod | None
    lines: tuple[Line, ...]
    verdicts: tuple[tuple[str, int], ...]
    further: tuple[tuple[str, int], ...]
    families: tuple[tuple[str, int], ...]
    licenses: tuple[tuple[str, int], ...]
    rules: tuple[Told, ...]
    file_rules: tuple[FileRule, ...]
    owners: tuple[Owner, ...]
    """The publishers that have entries here or above those that have, each followed by those below it, by name."""
    changes: Changes
    narrowed: tuple[tuple[str, str], ...] = ()
    """By what its lines were chosen among those of the whole report: names and values. See `narrow`."""

    @property
    def compared(self) -> int:
        """How many entries have a verdict."""
        return sum(line.code != NOT_COMPARED for line in self.lines)

    @property
    def troubled(self) -> int:
        """Of how many entries a rule speaks that is not waived."""
        return sum(bool(line.open) for line in self.lines)


def report(state: State, before: State | None, scope: Scope, zone: ZoneInfo, begins: datetime | None = None) -> Report:
    """The report about what `scope` names, with what changed since the earlier state `before`.

    The states may hold more entries than `scope` names: by them is told what moved from another publisher, or to one. `begins` is
    when the catalogue got its first entry.

    Raises:
        ScopeError: there is no such publisher or entry in `state`.

    """
    publisher = _publisher(state, scope)
    now, then = _side(state, scope, zone), _side(before, scope, zone) if before else None
    lines = tuple(now.lines)
    software = lines[0].entry if scope.kind is Kind.SOFTWARE and lines else None
    if (scope.kind is Kind.SOFTWARE and not software) or (scope.kind in _OF_PUBLISHER and not publisher):
        raise ScopeError(scope)
    return _counted(
        Report(
            scope=scope,
            at=state.at,
            since=before.at if before else None,
            publisher=publisher,
            software=software,
            method=state.method,
            lines=lines,
            verdicts=(),
            further=(),
            families=(),
            licenses=(),
            rules=(),
            file_rules=(),
            owners=_owners(state, lines, publisher),
            changes=changes(then, now, begins if _between(before, begins, state) else None) if then else Changes(),
        )
    )


def _between(before: State | None, moment: datetime | None, state: State) -> bool:
    return before is not None and moment is not None and before.at < moment <= state.at


def narrow(whole: Report, lines: Iterable[Line], by: Mapping[str, str]) -> Report:
    """The same report with these of its lines alone, and what changed for them; `by` tells how they were chosen.

    That of a single entry stays whole.
    """
    if not by or whole.scope.kind is Kind.SOFTWARE:
        return whole
    kept = {line.entry.software_id for line in lines}
    left = tuple(line for line in whole.lines if line.entry.software_id in kept)
    return _counted(replace(whole, lines=left, changes=whole.changes.of(kept), narrowed=tuple(by.items())))


def _counted(told: Report) -> Report:
    """The report with the counts of its lines."""
    lines = told.lines
    return replace(
        told,
        verdicts=_count(line.code for line in lines),
        further=_count(code for line in lines for code in line.codes[1:]),
        families=_count(line.family for line in lines),
        licenses=_count(identity for line in lines for identity in line.ids),
        rules=_told(lines),
        file_rules=_file_rules(lines),
        owners=_owners_counted(told.owners, lines),
    )


_OF_PUBLISHER = (Kind.PUBLISHER, Kind.BELOW)


def order(line: Line) -> tuple[str, ...]:
    """The order of a report: by publisher, then by name."""
    entry = line.entry
    return (entry.publisher.name, entry.publisher.slug, entry.name, entry.slug)


def _publisher(state: State, scope: Scope) -> PublisherThen | None:
    if scope.kind not in _OF_PUBLISHER:
        return None
    named = [one for one in state.publishers.values() if scope.name in (one.slug, one.identifier)]
    return min(named, key=lambda one: one.slug != scope.name, default=None)


def _side(state: State, scope: Scope, zone: ZoneInfo) -> Side:
    judge = Judge(state.method, state.at, zone)
    chosen = list(_entries(state, scope))
    ids = {entry.software_id for entry in chosen}

    def violations(entry: EntryThen) -> frozenset[str]:
        return frozenset(told.rule for told in judge.line(entry).violations)

    return Side(
        tuple(sorted(map(judge.line, chosen), key=order)),
        tuple(judge.line(entry) for entry in state.entries if entry.software_id not in ids),
        state.method,
        violations,
    )


def _entries(state: State, scope: Scope) -> Iterable[EntryThen]:
    if scope.kind is Kind.CATALOGUE:
        return state.entries
    if scope.kind is Kind.SOFTWARE:
        return [entry for entry in state.entries if entry.slug == scope.name]
    owner = _publisher(state, scope)
    if owner is None:  # not known yet at that moment
        return []
    owners = frozenset((owner.id,)) if scope.kind is Kind.PUBLISHER else state.below(owner.id)
    return [entry for entry in state.entries if entry.publisher.id in owners]


def _owners(state: State, lines: Sequence[Line], top: PublisherThen | None) -> tuple[Owner, ...]:
    """The publishers of these lines and those above them up to `top`, not counted yet."""
    known = {line.entry.publisher.id for line in lines}
    shown = {one_id: one for one_id, one in state.publishers.items() if one_id in known}
    for one in tuple(shown.values()):
        above = _above(state, one, top)
        while above is not None and above.id not in shown:
            shown[above.id] = above
            above = _above(state, above, top)
    children: dict[UUID | None, list[PublisherThen]] = {}
    for one in sorted(shown.values(), key=lambda one: (one.name, one.slug)):
        children.setdefault(one.parent_id if one.parent_id in shown and one != top else None, []).append(one)
    return tuple(owner for top in children.get(None, ()) for owner in _below(top, 0, children))


def _above(state: State, one: PublisherThen, top: PublisherThen | None) -> PublisherThen | None:
    return state.publishers.get(one.parent_id) if one.parent_id and one != top else None


def _below(one: PublisherThen, depth: int, children: Mapping[UUID | None, Sequence[PublisherThen]]) -> list[Owner]:
    found = [owner for child in children.get(one.id, ()) for owner in _below(child, depth + 1, children)]
    ids = frozenset((one.id,)).union(*(owner.ids for owner in found))
    return [Owner(one, depth, ids), *found]


def _owners_counted(owners: Iterable[Owner], lines: Sequence[Line]) -> tuple[Owner, ...]:
    """The publishers that have some of these lines, with how many."""
    counts: dict[str, Counter[UUID]] = {name: Counter() for name in ("entries", "errors", "warnings", "waived")}
    for line in lines:
        levels = {str(told.level) for told in line.open}
        for name, holds in zip(counts, (True, "error" in levels, "warning" in levels, line.waived), strict=True):
            counts[name][line.entry.publisher.id] += bool(holds)
    counted = (
        Owner(
            owner.publisher,
            owner.depth,
            owner.ids,
            *(sum(count[one] for one in owner.ids) for count in counts.values()),
        )
        for owner in owners
    )
    return tuple(owner for owner in counted if owner.entries)


def _count(names: Iterable[str]) -> tuple[tuple[str, int], ...]:
    """How often each name stands there, the most frequent first."""
    return tuple(sorted(Counter(names).items(), key=lambda pair: (-pair[1], pair[0])))


def _told(lines: Sequence[Line]) -> tuple[Told, ...]:
    rules: dict[tuple[str, str], tuple[list[Spoken], list[Spoken]]] = {}
    for line in lines:
        for told in line.open:
            rules.setdefault((str(told.level), told.rule), ([], []))[0].append(Spoken(line, told))
        for one in line.waived:
            key = (str(one.violation.level), one.violation.rule)
            rules.setdefault(key, ([], []))[1].append(Spoken(line, one.violation))
    found = [Told(rule, level, tuple(left), tuple(waived)) for (level, rule), (left, waived) in rules.items()]
    return tuple(sorted(found, key=lambda one: (LEVELS.index(one.level), -len(one.open), one.rule)))


def _file_rules(lines: Sequence[Line]) -> tuple[FileRule, ...]:
    spoken: dict[str, list[tuple[Line, int]]] = {}
    for line in lines:
        for rule, count in line.findings:
            spoken.setdefault(rule, []).append((line, count))
    found = [
        FileRule(rule, sum(count for _, count in told), tuple(line for line, _ in told))
        for rule, told in spoken.items()
    ]
    return tuple(sorted(found, key=lambda one: (-len(one.lines), one.rule)))
