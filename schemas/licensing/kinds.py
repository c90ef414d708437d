"""Of which kind licences are: by the list and the families of today, or as it was recorded.

What is judged by a policy must be told again years later, when the list has other approvals and this program other families.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..vocabularies import licenses
from .families import Family, family, for_content, is_fsf, is_osi

_FLAGS = ("osi", "fsf", "content")


@dataclass(frozen=True, slots=True)
class Kinds:
    """The kinds of licences. `recorded`: by id in lower case; None: those of today."""

    recorded: Mapping[str, frozenset[str]] | None = field(default=None, hash=False)

    def family(self, identifier: str) -> str:
        """The family, a value of Family."""
        if self.recorded is None:
            return str(family(identifier))
        named = (name for name in self.recorded.get(identifier.lower(), ()) if name not in _FLAGS)
        return next((name.removeprefix("family:") for name in named), str(Family.UNKNOWN))

    def is_osi(self, identifier: str) -> bool:
        """Whether the OSI approved it."""
        return is_osi(identifier) if self.recorded is None else "osi" in self._of(identifier)

    def is_fsf(self, identifier: str) -> bool:
        """Whether the FSF counts it as free."""
        return is_fsf(identifier) if self.recorded is None else "fsf" in self._of(identifier)

    def for_content(self, identifier: str) -> bool:
        """Whether it was made for texts, images or data."""
        return for_content(identifier) if self.recorded is None else "content" in self._of(identifier)

    def _of(self, identifier: str) -> frozenset[str]:
        return (self.recorded or {}).get(identifier.lower(), frozenset())

    def to_json(self) -> dict[str, list[str]]:
        """Which ids are of each kind, as the history keeps it; licences of which nothing is known are left out."""
        found: dict[str, list[str]] = {}
        for identifier in sorted(entry[0] for entry in licenses().values()):
            flags = (self.is_osi(identifier), self.is_fsf(identifier), self.for_content(identifier))
            kinds = [name for name, holds in zip(_FLAGS, flags, strict=True) if holds]
            if (its := self.family(identifier)) != Family.UNKNOWN:
                kinds.append(f"family:{its}")
            for kind in kinds:
                found.setdefault(kind, []).append(identifier)
        return dict(sorted(found.items()))

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Kinds:
        """The kinds back."""
        found: dict[str, set[str]] = {}
        for kind, identifiers in kept.items():
            for identifier in identifiers:
                found.setdefault(str(identifier).lower(), set()).add(str(kind))
        return cls({identifier: frozenset(kinds) for identifier, kinds in found.items()})


TODAY = Kinds()
