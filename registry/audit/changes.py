"""What changed between two moments: entries, verdicts, what the policy says, what auditors decided, and the method itself."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from ...schemas.licensing.policy_lists import RECORDED
from ..license_models import AuditMethod, LicenseConclusion, LicenseWaiver
from .causes import Cause, cause
from .lines import Line, Spoken
from .past import EntryThen


@dataclass(frozen=True, slots=True)
class VerdictChange:
    """An entry of which something else is said than before."""

    before: Line
    now: Line


@dataclass(frozen=True, slots=True)
class Move:
    """An entry that another publisher has now. One of the two may lie outside of what the report is about."""

    before: Line
    now: Line


@dataclass(frozen=True, slots=True)
class WaiverChange:
    """A waiver that was given or ended; `line` is the newest that tells of its entry."""

    line: Line
    waiver: LicenseWaiver


@dataclass(frozen=True, slots=True)
class ConclusionChange:
    """A conclusion that was given or ended."""

    line: Line
    conclusion: LicenseConclusion


@dataclass(frozen=True, slots=True)
class Changes:
    """All changes, each list in the order of the report's lines.

    What is waived still speaks: a waiver makes nothing resolved. An entry that came brings all that is said of it as new; what
    was said of one that went is not called resolved, since nothing was repaired. What a moved entry brings is not new. Rules that
    fell silent though nothing was repaired are apart from `resolved`, see `Cause`.
    """

    begins: datetime | None = None
    """When the catalogue got its first entry, where that lies between the two moments: all is new then, and none of it told."""
    added: tuple[Line, ...] = ()
    removed: tuple[Line, ...] = ()
    moved: tuple[Move, ...] = ()
    new: tuple[Spoken, ...] = ()
    resolved: tuple[Spoken, ...] = ()
    settled: tuple[Spoken, ...] = ()
    unweighed: tuple[Spoken, ...] = ()
    otherwise: tuple[Spoken, ...] = ()
    verdicts: tuple[VerdictChange, ...] = ()
    concluded: tuple[ConclusionChange, ...] = ()
    conclusions_ended: tuple[ConclusionChange, ...] = ()
    waived: tuple[WaiverChange, ...] = ()
    waivers_ended: tuple[WaiverChange, ...] = ()
    method: tuple[tuple[str, str, str], ...] = ()
    """What the entries are judged by, where it changed: its name, before, now."""

    def __bool__(self) -> bool:
        return any(getattr(self, one.name) for one in fields(self))

    def of(self, entries: Collection[UUID]) -> Changes:
        """Those that concern these entries, and what the method changed for all."""
        left: dict[str, Any] = {
            one.name: tuple(told for told in getattr(self, one.name) if _about(told) in entries)
            for one in fields(self)
            if one.name not in ("begins", "method")
        }
        return replace(self, **left)

    def without_rules(self, method: tuple[tuple[str, str, str], ...]) -> Changes:
        """The same without what rules say, for a policy that cannot be read; `method` is what changed of that."""
        return replace(self, new=(), resolved=(), settled=(), unweighed=(), otherwise=(), method=method)


@dataclass(frozen=True, slots=True)
class Side:
    """The lines of one moment: those that the report is about, `elsewhere` those of the other moment's entries outside of it."""

    lines: Sequence[Line] = ()
    elsewhere: Sequence[Line] = ()
    method: AuditMethod | None = None
    violations: Callable[[EntryThen], frozenset[str]] = lambda entry: frozenset()
    """The rules that an entry would violate by this moment's policy."""


def changes(before: Side, now: Side, begins: datetime | None = None) -> Changes:
    """What changed from one moment to a later one; `begins` is when the catalogue got its first entry."""
    new, old = _by_id(now.lines), _by_id(before.lines)
    new_anywhere, old_anywhere = {**_by_id(now.elsewhere), **new}, {**_by_id(before.elsewhere), **old}
    stayed = [(old_anywhere[key], line) for key, line in new.items() if key in old_anywhere]
    all_new = not old_anywhere and begins is not None
    silent = list(_silent(stayed, before))
    return Changes(
        begins=begins if all_new else None,
        added=() if all_new else tuple(line for key, line in new.items() if key not in old_anywhere),
        removed=tuple(line for key, line in old.items() if key not in new_anywhere),
        moved=tuple(_moved(old_anywhere, new_anywhere, {**new, **old})),
        new=() if all_new else tuple(_new(old_anywhere, new)),
        resolved=tuple(one for one, why in silent if why is Cause.REPAIRED),
        settled=tuple(one for one, why in silent if why is Cause.AUDITOR),
        unweighed=tuple(one for one, why in silent if why is Cause.POLICY),
        otherwise=tuple(one for one, why in silent if why is Cause.COMPARISON),
        verdicts=tuple(VerdictChange(*pair) for pair in stayed if _said(pair[0]) != _said(pair[1])),
        concluded=tuple(_concluded(old_anywhere, new)),
        conclusions_ended=tuple(_conclusions_ended(old_anywhere, new)),
        waived=tuple(_waived(old_anywhere, new)),
        waivers_ended=tuple(_waivers_ended(old_anywhere, new)),
        method=() if all_new else changes_of_method(before.method, now.method),
    )


def _about(change: Line | Spoken | Move | VerdictChange | WaiverChange | ConclusionChange) -> UUID:
    """Of which entry a change is told."""
    if isinstance(change, Line):
        return change.entry.software_id
    return (change.now if isinstance(change, Move | VerdictChange) else change.line).entry.software_id


def _by_id(lines: Sequence[Line]) -> dict[UUID, Line]:
    return {line.entry.software_id: line for line in lines}


def _rules(line: Line) -> frozenset[str]:
    return frozenset(told.rule for told in line.violations)


def _new(old: Mapping[UUID, Line], new: Mapping[UUID, Line]) -> Iterator[Spoken]:
    for key, line in new.items():
        before = _rules(old[key]) if key in old else frozenset()
        yield from (Spoken(line, told) for told in line.violations if told.rule not in before)


def _silent(stayed: Sequence[tuple[Line, Line]], before: Side) -> Iterator[tuple[Spoken, Cause]]:
    """The rules that no longer speak, and why."""
    for earlier, after in stayed:
        gone = [told for told in earlier.violations if told.rule not in _rules(after)]
        verdict = earlier.entry.verdict
        if not gone or verdict is None:
            continue
        by_former = before.violations(after.entry)
        for told in gone:
            yield Spoken(after, told), cause(verdict, after.entry.verdict, told.rule in by_former)


def _moved(old: Mapping[UUID, Line], new: Mapping[UUID, Line], about: Mapping[UUID, Line]) -> Iterator[Move]:
    for key in about:
        if key in old and key in new and old[key].entry.publisher.id != new[key].entry.publisher.id:
            yield Move(old[key], new[key])


def _said(line: Line) -> tuple[object, ...]:
    verdict = line.entry.verdict
    return (line.codes, verdict.declared, verdict.concluded) if verdict else (line.codes, "", "")


def _concluded(old: Mapping[UUID, Line], new: Mapping[UUID, Line]) -> Iterator[ConclusionChange]:
    for key, line in new.items():
        known = {one.id for one in old[key].entry.conclusions} if key in old else set()
        yield from (ConclusionChange(line, one) for one in line.entry.conclusions if one.id not in known)


def _conclusions_ended(old: Mapping[UUID, Line], new: Mapping[UUID, Line]) -> Iterator[ConclusionChange]:
    for key, line in new.items():
        over = {one.id for one in old[key].entry.conclusions if one.ended_at} if key in old else set()
        ended = [one for one in line.entry.conclusions if one.ended_at and one.id not in over]
        yield from (ConclusionChange(line, one) for one in ended)


def _waived(old: Mapping[UUID, Line], new: Mapping[UUID, Line]) -> Iterator[WaiverChange]:
    for key, line in new.items():
        known = {one.id for one in old[key].entry.waivers} if key in old else set()
        yield from (WaiverChange(line, one) for one in line.entry.waivers if one.id not in known)


def _waivers_ended(old: Mapping[UUID, Line], new: Mapping[UUID, Line]) -> Iterator[WaiverChange]:
    """Those that were withdrawn, replaced or ran out; one given since may have ended since."""
    for key, line in new.items():
        earlier = old.get(key)
        over = {one.id for one in earlier.entry.waivers} - {one.id for one in earlier.waivers} if earlier else set()
        holding = {one.id for one in line.waivers}
        ended = [one for one in line.entry.waivers if one.id not in holding | over]
        yield from (WaiverChange(line, one) for one in ended)


def changes_of_method(before: AuditMethod | None, now: AuditMethod | None) -> tuple[tuple[str, str, str], ...]:
    """What the entries are judged by, where it changed: its name, before, now."""
    parts = [(name, _part(before, name), _part(now, name)) for name in ("policy", "license_list", "texts")]
    found = [part for part in parts if part[1] != part[2]]
    if not any(name == "policy" for name, _, _ in found) and _content(before) != _content(now):
        found.insert(0, ("policy_content", _part(before, "policy"), _part(now, "policy")))
    return tuple(found)


def _part(method: AuditMethod | None, name: str) -> str:
    return str(getattr(method, name)) if method else ""


def _content(method: AuditMethod | None) -> object:
    """What the policy says; which licences its lines meant changes with the list."""
    return {key: value for key, value in method.policy_content.items() if key != RECORDED} if method else None
