"""The parts of one repository: whether their licences fit the one under which the whole is offered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from . import compatible
from .answers import Answer, Compatibility, Use, badness


@dataclass(frozen=True, slots=True)
class Part:
    """Something in a repository that has a licence of its own: a file, or `count` packages under the same one.

    `license` is an SPDX expression, empty where nothing is known of it.
    """

    name: str
    license: str
    use: Use = Use.MERGE
    count: int = 1


@dataclass(frozen=True, slots=True)
class PartFinding:
    """What holds for a part."""

    part: Part
    compatibility: Compatibility

    @property
    def answer(self) -> Answer:
        """Whether the part fits."""
        return self.compatibility.answer


def inside(outbound: str, parts: Iterable[Part]) -> tuple[PartFinding, ...]:
    """What holds for each part in a work under `outbound`, the worst first; what is unknown comes before what has conditions."""
    found = [PartFinding(part, compatible(part.license, outbound, part.use)) for part in parts]
    return tuple(
        sorted(
            found,
            key=lambda one: (-badness(one.answer), not one.compatibility.disagree, -one.part.count, one.part.name),
        )
    )


def worst(findings: Iterable[PartFinding]) -> Answer | None:
    """The worst answer; None where there is no part."""
    return max((finding.answer for finding in findings), key=badness, default=None)
