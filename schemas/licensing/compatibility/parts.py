"""The parts of one repository: whether their licences fit the one under which the whole is offered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from ...finding import Message, message
from . import compatible, narrower_than
from .answers import Answer, Compatibility, Use, badness

_REMEMBERED = 256  # repositories
_NO_COMMON = message(
    "Only if the whole is passed on under {license}, and that does not fit all other parts ({other} under {others})."
)
_PERHAPS = message(
    "A text of {license} is there; nothing says for which files. As part of the work's own code it would not fit {outbound}; "
    "beside it, it may."
)


@dataclass(frozen=True, slots=True)
class Part:
    """Something in a repository that has a licence of its own: a file, or `count` packages under the same one.

    `license` is an SPDX expression, empty where nothing is known of it. `doubtful`: nobody knows whether it is part of the work's
    own code or lies beside it, so that it is never said not to fit. `fits`, `unknown`: why it fits, or why nobody knows, where it
    is not compared.
    """

    name: str
    license: str
    use: Use = Use.MERGE
    count: int = 1
    doubtful: bool = False
    fits: Message | None = None
    unknown: Message | None = None


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
    """What holds for each part in a work under `outbound`, the worst first; what is unknown comes before what has conditions.

    Where parts fit only if the whole is passed on under one licence of a choice or one version, that has to be the same for all.
    """
    return _inside(outbound, tuple(parts))


@lru_cache(maxsize=_REMEMBERED)
def _inside(outbound: str, parts: Sequence[Part]) -> tuple[PartFinding, ...]:
    found = _agreed([PartFinding(part, _compared(part, outbound)) for part in parts], outbound)
    return tuple(
        sorted(
            (_doubted(one, outbound) for one in found),
            key=lambda one: (-badness(one.answer), not one.compatibility.disagree, -one.part.count, one.part.name),
        )
    )


def worst(findings: Iterable[PartFinding]) -> Answer | None:
    """The worst answer; None where there is no part."""
    return max((finding.answer for finding in findings), key=badness, default=None)


def _compared(part: Part, outbound: str) -> Compatibility:
    if part.fits is not None:
        return Compatibility(part.license, outbound, part.use, Answer.YES, part.fits)
    if part.unknown is not None:
        return Compatibility(part.license, outbound, part.use, Answer.UNKNOWN, part.unknown)
    return compatible(part.license, outbound, part.use)


def _agreed(found: list[PartFinding], outbound: str) -> list[PartFinding]:
    """With one licence for the whole under which all parts fit that fit at all; where there is none, no for those that need one."""
    sure = [one for one in found if not one.part.doubtful and one.part.fits is None]
    if not any(one.compatibility.narrowed for one in sure):
        return found
    able = [one for one in sure if badness(one.answer) <= badness(Answer.CONDITIONS)]
    against: dict[str, PartFinding] = {}
    for target in narrower_than(outbound):
        bad = next((one for one in able if not _fits(one, target)), None)
        if bad is None:
            return [_under(one, target, outbound) if one in able else one for one in found]
        against[target] = bad
    return [_refused(one, against, outbound) if one.compatibility.narrowed else one for one in found]


def _fits(one: PartFinding, target: str) -> bool:
    return badness(compatible(one.part.license, target, one.part.use).answer) <= badness(Answer.CONDITIONS)


def _under(one: PartFinding, target: str, outbound: str) -> PartFinding:
    """A part that needs a narrower licence, with the one that all parts agree on."""
    if one.compatibility.narrowed in ("", target):
        return one
    told = compatible(one.part.license, target, one.part.use)
    reason = Message(one.compatibility.reason.template, (("license", target),))
    agreed = replace(told, outbound=outbound, answer=Answer.CONDITIONS, reason=reason, narrowed=target)
    return PartFinding(one.part, agreed)


def _refused(one: PartFinding, against: dict[str, PartFinding], outbound: str) -> PartFinding:
    told = one.compatibility
    other = against.get(told.narrowed, one)
    values = (("license", told.narrowed), ("other", other.part.name), ("others", other.part.license))
    return PartFinding(one.part, replace(told, answer=Answer.NO, reason=Message(_NO_COMMON.template, values)))


def _doubted(one: PartFinding, outbound: str) -> PartFinding:
    """Never a no where it is not known whether the part belongs to the work's own code."""
    if not one.part.doubtful or one.answer is not Answer.NO:
        return one
    reason = Message(_PERHAPS.template, (("license", one.part.license), ("outbound", outbound)))
    return PartFinding(one.part, replace(one.compatibility, answer=Answer.UNKNOWN, reason=reason, decisive=None))
