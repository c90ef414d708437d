"""An expression taken into a work under another: each way in which the work may be passed on is decided for all that is taken in.

A work under `A OR B` may be passed on under A and under B; one under `A-or-later` under each version. All of what is taken in has
to fit each of these ways, or the whole goes under one of them that all of it fits.

A work under `A AND B` keeps to both already, so that what is taken in need not fit the milder one: licences of it count that were
made for the same kind of work (code or content); of these the copyleft licences and those of which nothing is known all have to
fit, and where there is none, one has to.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import prod

from ...finding import Message, message
from ..expression import Joined, Term, Tree, terms
from ..families import Family
from ..successors import canonical
from .answers import Answer, Pair, Use, badness
from .ids import COPYLEFT, License, license_of
from .pairs import narrower, pair, taken

_STRICT = frozenset((*COPYLEFT, Family.UNKNOWN, Family.NON_FREE))
_PART_ONLY = message(
    "Only into what stands under {license} within the work, apart from what stands under its other licences ({others})."
)
_NARROWED = message("Only if the whole is passed on under {license}.")
_NO_COMMON = message(
    "Nothing that {outbound} offers fits all of it: each part of what is taken in would need the whole to go under another licence."
)


@dataclass(frozen=True, slots=True)
class Work:
    """One way in which a work may be passed on: under all of these licences. `origin`: what they stand for in the expression."""

    licenses: tuple[License, ...]
    origin: tuple[License, ...]

    @property
    def name(self) -> str:
        """The way as an expression."""
        return " AND ".join(one.id for one in self.licenses)


@dataclass(frozen=True, slots=True)
class Decided:
    """The pair that decides; the `branch` of what is taken in that was chosen, None where it differs; `narrowed` as told."""

    pair: Pair
    branch: Tree | None
    narrowed: str = ""


def license_(term: Term) -> License:
    """The licence of one term, with its exception."""
    return license_of(canonical(term))


def ways(tree: Tree) -> int:
    """In how many ways a work may be passed on, before equal ones are left out."""
    if isinstance(tree, Term):
        return 1
    counts = [ways(part) for part in tree.parts]
    return sum(counts) if tree.operator == "OR" else prod(counts)


def counting(outbound: Tree, inbound: Term) -> tuple[Term, ...]:
    """The licences of a work that one is compared with: where code and content lie side by side, those of its kind."""
    found = terms(outbound)
    if isinstance(outbound, Joined) and outbound.operator == "AND":
        kind = license_(inbound).for_content
        return tuple(term for term in found if license_(term).for_content == kind) or found
    return found


def into(inbound: Tree, outbound: Tree, use: Use) -> Decided:
    """What holds for all of `inbound` in a work under `outbound`."""
    works = _works(outbound)
    decided = [_fits(inbound, work, use) for work in works]
    worst = max(decided, key=lambda one: (badness(one.pair.answer), one.pair.disagree))
    same = len({one.branch for one in decided}) == 1
    asked = replace(worst, branch=worst.branch if same else None)
    if badness(asked.pair.answer) < badness(Answer.UNKNOWN):
        return asked
    for work in targets(outbound):
        found = _fits(inbound, work, use)
        if badness(found.pair.answer) <= badness(Answer.CONDITIONS):
            return _narrowed(found, work, asked)
    return _without_common(inbound, outbound, asked, use)


def targets(outbound: Tree) -> tuple[Work, ...]:
    """The single ways in which a work may be passed on that gives a choice or promises later versions."""
    works = _works(outbound)
    several = works if len(works) > 1 else ()
    return tuple(dict.fromkeys((*several, *(one for work in works for one in _versions(work)))))


def _versions(work: Work) -> Iterator[Work]:
    """The way with a single version in place of a licence that promises later ones."""
    for place, license_ in enumerate(work.licenses):
        for version in narrower(license_):
            yield Work((*work.licenses[:place], version, *work.licenses[place + 1 :]), work.licenses)


def _works(tree: Tree) -> tuple[Work, ...]:
    return tuple(Work(found, found) for found in dict.fromkeys(_alternatives(tree)))


def _alternatives(tree: Tree) -> Iterator[tuple[License, ...]]:
    """Each choice of licences that apply together."""
    if isinstance(tree, Term):
        yield (license_(tree),)
    elif tree.operator == "OR":
        for part in tree.parts:
            yield from _alternatives(part)
    else:
        for chosen in product(*(tuple(_alternatives(part)) for part in tree.parts)):
            yield tuple(dict.fromkeys(one for part in chosen for one in part))


def _fits(inbound: Tree, work: Work, use: Use) -> Decided:
    """Of a choice the best branch, of what applies together the worst."""
    if isinstance(inbound, Term):
        return Decided(_one(license_(inbound), work, use), inbound)
    decided = [_fits(part, work, use) for part in inbound.parts]
    if inbound.operator == "OR":
        return min(decided, key=lambda one: badness(one.pair.answer))
    last = max(decided, key=lambda one: (badness(one.pair.answer), one.pair.disagree))
    return Decided(last.pair, Joined("AND", tuple(one.branch for one in decided if one.branch is not None)))


def _one(inbound: License, work: Work, use: Use) -> Pair:
    """One licence in a work under all licences of `work`."""
    counting = [one for one in work.licenses if one.for_content == inbound.for_content] or list(work.licenses)
    found = [taken(inbound, one, use) for one in counting]
    if inbound in counting:
        return found[counting.index(inbound)]
    worst = _worst(found)
    strict = [one for one, license_ in zip(found, counting, strict=True) if license_.family in _STRICT]
    needed = _worst(strict) if strict else min(found, key=lambda one: badness(one.answer))
    if badness(worst.answer) < badness(Answer.UNKNOWN) or badness(needed.answer) >= badness(Answer.UNKNOWN):
        return worst if badness(worst.answer) < badness(Answer.UNKNOWN) else needed
    others = ", ".join(one.id for one in counting if one.id != needed.outbound)
    reason = Message(_PART_ONLY.template, (("license", needed.outbound), ("others", others)))
    return replace(needed, answer=Answer.CONDITIONS, reason=reason, as_asked=worst.statements)


def _worst(found: Sequence[Pair]) -> Pair:
    return max(found, key=lambda one: (badness(one.answer), one.disagree))


def _narrowed(found: Decided, work: Work, asked: Decided) -> Decided:
    """With the condition that the whole is passed on in one of its ways."""
    reason = Message(_NARROWED.template, (("license", work.name),))
    names = {one.id: origin.id for one, origin in zip(work.licenses, work.origin, strict=True)}
    decides = replace(
        found.pair,
        answer=Answer.CONDITIONS,
        outbound=names.get(found.pair.outbound, found.pair.outbound),
        reason=reason,
        as_asked=asked.pair.statements,
    )
    return Decided(decides, found.branch, work.name)


def _without_common(inbound: Tree, outbound: Tree, asked: Decided, use: Use) -> Decided:
    """No way fits all of it; that is said where each part by itself would have one."""
    singles = [pair(license_(one), license_(other), use) for one in terms(inbound) for other in terms(outbound)]
    fitting = {one.inbound for one in singles if badness(one.answer) <= badness(Answer.CONDITIONS)}
    if isinstance(inbound, Term) or fitting != {license_(one).id for one in terms(inbound)}:
        return asked
    reason = Message(_NO_COMMON.template, (("outbound", canonical(outbound)),))
    return replace(asked, pair=replace(asked.pair, reason=reason))
