"""What changed between two moments: entries, verdicts, what the policy says, waivers, and the method itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from ...schemas.licensing.policy_lists import RECORDED
from ..license_models import AuditMethod, LicenseWaiver
from .lines import Line, Spoken


@dataclass(frozen=True, slots=True)
class VerdictChange:
    """An entry of which something else is said than before."""

    before: Line
    now: Line


@dataclass(frozen=True, slots=True)
class WaiverChange:
    """A waiver that was given or ended; `line` is the newest that tells of its entry."""

    line: Line
    waiver: LicenseWaiver


@dataclass(frozen=True, slots=True)
class Changes:
    """All changes, each list in the order of the report's lines.

    What is waived still speaks: a waiver makes nothing resolved. An entry that came brings all that is said of it as new; what
    was said of one that went is not called resolved, since nothing was repaired.
    """

    added: tuple[Line, ...] = ()
    removed: tuple[Line, ...] = ()
    new: tuple[Spoken, ...] = ()
    resolved: tuple[Spoken, ...] = ()
    verdicts: tuple[VerdictChange, ...] = ()
    waived: tuple[WaiverChange, ...] = ()
    waivers_ended: tuple[WaiverChange, ...] = ()
    method: tuple[tuple[str, str, str], ...] = ()
    """What the entries are judged by, where it changed: its name, before, now."""

    def __bool__(self) -> bool:
        return any(
            (
                self.added,
                self.removed,
                self.new,
                self.verdicts,
                self.resolved,
                self.waived,
                self.waivers_ended,
                self.method,
            )
        )


def changes(
    before: Sequence[Line], now: Sequence[Line], method_before: AuditMethod | None, method: AuditMethod | None
) -> Changes:
    """What changed from the lines of one moment to those of a later one."""
    old, new = _by_id(before), _by_id(now)
    stayed = [(old[key], line) for key, line in new.items() if key in old]
    return Changes(
        added=tuple(line for key, line in new.items() if key not in old),
        removed=tuple(line for key, line in old.items() if key not in new),
        new=tuple(
            Spoken(line, told)
            for key, line in new.items()
            for told in line.violations
            if key not in old or told.rule not in _rules(old[key])
        ),
        resolved=tuple(
            Spoken(after, told)
            for earlier, after in stayed
            for told in earlier.violations
            if told.rule not in _rules(after)
        ),
        verdicts=tuple(VerdictChange(*pair) for pair in stayed if _said(pair[0]) != _said(pair[1])),
        waived=_waivers(new, old),
        waivers_ended=_waivers(old, new, new),
        method=changes_of_method(method_before, method),
    )


def _by_id(lines: Sequence[Line]) -> dict[UUID, Line]:
    return {line.entry.software_id: line for line in lines}


def _rules(line: Line) -> frozenset[str]:
    return frozenset(told.rule for told in line.violations)


def _said(line: Line) -> tuple[object, ...]:
    verdict = line.entry.verdict
    return (line.codes, verdict.declared, verdict.concluded) if verdict else (line.codes, "", "")


def _waivers(
    having: Mapping[UUID, Line], lacking: Mapping[UUID, Line], newest: Mapping[UUID, Line] | None = None
) -> tuple[WaiverChange, ...]:
    """The waivers in force in `having` and not in `lacking`."""
    there = {waiver.id for line in lacking.values() for waiver in line.waivers}
    return tuple(
        WaiverChange((newest or having).get(key, line), waiver)
        for key, line in having.items()
        for waiver in line.waivers
        if waiver.id not in there
    )


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
