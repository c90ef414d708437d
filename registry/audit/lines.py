"""One line of an audit report for each entry: what was found about its licence, and what the policy says to it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from ...schemas.licensing.expression import ExpressionError, parse_expression
from ...schemas.licensing.families import base
from ...schemas.licensing.found import NOASSERTION
from ...schemas.licensing.kinds import TODAY, Kinds
from ...schemas.licensing.policy import Violation, violations
from ...schemas.licensing.policy_file import policy_from_content
from ...schemas.licensing.policy_lists import Policy
from ...schemas.licensing.reading import read_expression
from ...schemas.licensing.verdict import NOT_COMPARED as NOT_COMPARED  # part of this module's interface
from ...schemas.licensing.verdict import Code
from ..license_models import AuditMethod, LicenseWaiver
from .conclusions import in_force
from .past import EntryThen
from .told import leaves_versions_open

SEVERAL_FAMILIES = "several"
"""In place of a family: the licence is an expression of licences of different families."""
LEVELS = ("error", "warning", "note")
"""How much a violation weighs, the heaviest first."""


@dataclass(frozen=True, slots=True)
class Waived:
    """A violation, and the waiver that holds for it."""

    violation: Violation
    waiver: LicenseWaiver


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as the report tells it.

    `codes` are the verdict's, `NOT_COMPARED` alone where there is none. `license` is what totals count: what was
    concluded (`GPL-3.0` where a text leaves later versions open), and where nothing was, what is declared; `ids` the
    licences in it. `findings` are the validator's rules with how often each speaks, `errors` and `warnings` their weights.
    """

    entry: EntryThen
    codes: tuple[str, ...]
    license: str
    ids: tuple[str, ...]
    family: str
    open: tuple[Violation, ...] = ()
    waived: tuple[Waived, ...] = ()
    waivers: tuple[LicenseWaiver, ...] = ()
    findings: tuple[tuple[str, int], ...] = ()
    errors: int = 0
    warnings: int = 0

    @property
    def code(self) -> str:
        """The code that compares the declaration with the texts."""
        return self.codes[0]

    @property
    def violations(self) -> tuple[Violation, ...]:
        """What the policy says, waived or not."""
        return (*self.open, *(one.violation for one in self.waived))

    @property
    def level(self) -> str:
        """The heaviest level of what is not waived; empty where all is well."""
        return min((str(one.level) for one in self.open), key=LEVELS.index, default="")


@dataclass(frozen=True, slots=True)
class Spoken:
    """That a rule of the policy speaks of an entry, or spoke of it."""

    line: Line
    violation: Violation


@dataclass
class Judge:
    """Makes lines by one method at one moment. Equal verdicts are held against the policy once."""

    method: AuditMethod | None
    at: datetime
    zone: ZoneInfo
    _policy: Policy | None = field(init=False)
    _told: dict[tuple[tuple[str, ...], str, str, bool], tuple[Violation, ...]] = field(init=False, default_factory=dict)
    _read: dict[str, tuple[tuple[str, ...], str]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._policy = policy_from_content(self.method.policy_content) if self.method else None

    def line(self, entry: EntryThen) -> Line:
        """The line of an entry."""
        waivers = tuple(one for one in entry.waivers if in_force(one, self.at, self.zone))
        waiver_of = {one.rule: one for one in waivers}
        told = self._violations(entry)
        counted_as = _counted_as(entry)
        ids, name = self._family(counted_as)
        if entry.verdict and leaves_versions_open(entry.verdict):
            counted_as = base(counted_as)
            ids = (counted_as,)
        counted = Counter(str(finding["rule"]) for finding in entry.newest.findings)
        weights = Counter(str(finding["severity"]) for finding in entry.newest.findings)
        return Line(
            entry=entry,
            codes=tuple(entry.verdict.codes) if entry.verdict and entry.verdict.codes else (NOT_COMPARED,),
            license=counted_as,
            ids=ids,
            family=name,
            open=tuple(one for one in told if one.rule not in waiver_of),
            waived=tuple(Waived(one, waiver_of[one.rule]) for one in told if one.rule in waiver_of),
            waivers=waivers,
            findings=tuple(sorted(counted.items())),
            errors=weights["error"],
            warnings=weights["warning"],
        )

    def _violations(self, entry: EntryThen) -> tuple[Violation, ...]:
        verdict = entry.verdict
        if self._policy is None or verdict is None:
            return ()
        key = (tuple(verdict.codes), verdict.concluded, verdict.normalized, verdict.conclusion_id is not None)
        if key not in self._told:
            known = [Code(code) for code in key[0] if code in _CODES]
            told = violations(self._policy, known, *key[1:])
            self._told[key] = tuple(sorted(told, key=lambda one: (LEVELS.index(str(one.level)), one.rule)))
        return self._told[key]

    def _family(self, expression: str) -> tuple[tuple[str, ...], str]:
        """The ids in an expression, and the family that all of them are of."""
        if expression not in self._read:
            self._read[expression] = _read(expression, self._policy.kinds if self._policy else TODAY)
        return self._read[expression]


_CODES = frozenset(str(code) for code in Code)


def _counted_as(entry: EntryThen) -> str:
    if entry.verdict is None:
        return _declared_as(entry.assessment.license_declared)
    return (
        entry.verdict.concluded if entry.verdict.concluded != NOASSERTION else entry.verdict.normalized or NOASSERTION
    )


@lru_cache(maxsize=5_000)
def _declared_as(declared: str) -> str:
    """A declaration that was not compared, as a verdict would write it."""
    return NOASSERTION if declared == NOASSERTION else read_expression(declared).normalized or NOASSERTION


def _read(expression: str, kinds: Kinds) -> tuple[tuple[str, ...], str]:
    try:
        ids = parse_expression(expression).licenses
    except ExpressionError:
        return (), kinds.family("")
    families = {kinds.family(identity) for identity in ids}
    return ids, families.pop() if len(families) == 1 else SEVERAL_FAMILIES
