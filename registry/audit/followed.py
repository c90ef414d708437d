"""What it gave to let the verdicts follow what is known."""

from __future__ import annotations

from dataclasses import dataclass, field

from .causes import Cause

Violated = tuple[str, str]
"""The slug of an entry, and a rule of the policy."""


@dataclass
class Followed:
    """What following gave.

    `entries` were looked at, `judged` of them again, `changed` got a verdict that says something else. `new` are the violations of
    the policy that were not there before, without those that are waived, which are apart. `silent` are those that are no longer
    there, each with why: only what was repaired is resolved.
    `ended` are conclusions that ended because what they were about changed. `method_changed`: the policy or the data did.
    """

    entries: int = 0
    judged: int = 0
    changed: int = 0
    new: list[Violated] = field(default_factory=list)
    silent: list[tuple[str, str, Cause]] = field(default_factory=list)
    waived: list[Violated] = field(default_factory=list)
    ended: list[tuple[str, int, str]] = field(default_factory=list)
    """Slug, the conclusion's number, and why: a key of `conclusions.ENDED_BECAUSE`."""
    method_changed: bool = False

    def fell_silent(self, why: Cause) -> list[Violated]:
        """The violations that are no longer there for this reason."""
        return [(slug, rule) for slug, rule, found in self.silent if found is why]

    @property
    def resolved(self) -> list[Violated]:
        """What was repaired."""
        return self.fell_silent(Cause.REPAIRED)
