"""The auditor's report: a pure function of what was known at a moment, so that it says the same for ever."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from ..license_models import AuditMethod
from .changes import Changes, changes
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
    changes: Changes

    @property
    def compared(self) -> int:
        """How many entries have a verdict."""
        return sum(line.code != NOT_COMPARED for line in self.lines)

    @property
    def troubled(self) -> int:
        """Of how many entries a rule speaks that is not waived."""
        return sum(bool(line.open) for line in self.lines)


def report(state: State, before: State | None, scope: Scope, zone: ZoneInfo) -> Report:
    """The report about what `scope` names, with what changed since the earlier state `before`.

    Raises:
        ScopeError: there is no such publisher or entry in `state`.

    """
    publisher = _publisher(state, scope)
    lines = _lines(state, scope, zone)
    software = lines[0].entry if scope.kind is Kind.SOFTWARE and lines else None
    if (scope.kind is Kind.SOFTWARE and not software) or (scope.kind in _OF_PUBLISHER and not publisher):
        raise ScopeError(scope)
    earlier = _lines(before, scope, zone) if before else ()
    return Report(
        scope=scope,
        at=state.at,
        since=before.at if before else None,
        publisher=publisher,
        software=software,
        method=state.method,
        lines=lines,
        verdicts=_count(line.code for line in lines),
        further=_count(code for line in lines for code in line.codes[1:]),
        families=_count(line.family for line in lines),
        licenses=_count(identity for line in lines for identity in line.ids),
        rules=_told(lines),
        file_rules=_file_rules(lines),
        changes=changes(earlier, lines, before.method, state.method) if before else Changes(),
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


def _lines(state: State, scope: Scope, zone: ZoneInfo) -> tuple[Line, ...]:
    judge = Judge(state.method, state.at, zone)
    return tuple(sorted(map(judge.line, _entries(state, scope)), key=order))


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
