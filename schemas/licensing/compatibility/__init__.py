"""Whether code under one licence may be taken into a work under another: what each source says, and what follows.

`compatible` answers for SPDX expressions, `inside` for the parts of one repository. Pure; the data of others is read when the
first question is asked. No legal advice: every answer names the source and the rule that it stands on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from ...finding import Message, message
from ...structure import shown
from ..expression import Joined, Term, Tree, terms
from ..reading import read_expression
from ..successors import canonical
from .answers import DISAGREE as DISAGREE  # part of this module's interface, as the next ones
from .answers import TITLES as TITLES
from .answers import USES as USES
from .answers import Answer as Answer
from .answers import Compatibility as Compatibility
from .answers import Pair as Pair
from .answers import Statement as Statement
from .answers import Use as Use
from .answers import badness as badness
from .ids import License, license_of
from .pairs import narrowed, pair
from .sources import SOURCES as SOURCES

MOST_PAIRS = 400  # licences of one expression times those of the other
_REMEMBERED = 1_024
_NOTHING_KNOWN = message("Nothing is known of the licence ({license}); that is not the same as no problem.")
_NOTHING = message("Nothing is known of the licence; that is not the same as no problem.")
_NO_EXPRESSION = message("“{license}” is no SPDX licence expression.")
_MEANT = message("“{license}” is no SPDX licence expression. Which one do you mean? {choices}")
_TOO_MANY = message("The two expressions name too many licences to compare.")
_NAMES_NOTHING = ("", "NONE", "NOASSERTION")


@lru_cache(maxsize=_REMEMBERED)
def compatible(inbound: str, outbound: str, use: str = Use.MERGE) -> Compatibility:
    """Whether code under `inbound` may be taken into a work under `outbound`; takes any texts.

    Of a choice in `inbound` (OR) the best branch counts, of what applies together (AND) the worst. A work that gives a choice
    keeps it if every branch fits; where only some do, that is a condition. Of `AND` in `outbound` those licences count that were
    made for the same kind of work, the worst deciding.

    Raises:
        ValueError: `use` is none of Use.

    """
    use = Use(use)
    asked = [_read(text) for text in (inbound, outbound)]
    texts = [text for text, _, _ in asked]
    for _, tree, why in asked:
        if tree is None:
            return Compatibility(texts[0], texts[1], use, Answer.UNKNOWN, why)
    trees = [tree for _, tree, _ in asked if tree is not None]
    if len(terms(trees[0])) * len(terms(trees[1])) > MOST_PAIRS:
        return Compatibility(texts[0], texts[1], use, Answer.UNKNOWN, _TOO_MANY)
    found, branch = _decided(trees[0], trees[1], use)
    pairs = tuple(
        dict.fromkeys(
            pair(_license(one), _license(other), use) for one in terms(trees[0]) for other in _counting(trees[1], one)
        )
    )
    chosen = canonical(branch)
    choice = chosen if chosen != texts[0] and _has_choice(trees[0]) else ""
    return Compatibility(texts[0], texts[1], use, found.answer, found.reason, found, choice, pairs)


def _read(text: str) -> tuple[str, Tree | None, Message]:
    """A text with today's ids and its tree; where it has none, why."""
    text = text.strip()
    if text.upper() in _NAMES_NOTHING:
        why = Message(_NOTHING_KNOWN.template, (("license", text.upper()),)) if text else _NOTHING
        return text.upper(), None, why
    reading = read_expression(text)
    if reading.expression is None:
        values = (("license", shown(text)), ("choices", ", ".join(reading.suggestions)))
        return text, None, Message((_MEANT if reading.suggestions else _NO_EXPRESSION).template, values)
    return reading.normalized, reading.expression.tree, Message("")


def _decided(inbound: Tree, outbound: Tree, use: Use) -> tuple[Pair, Tree]:
    """The pair that decides, and the branches of `inbound` that were chosen for it."""
    if isinstance(inbound, Term):
        found = [pair(_license(inbound), _license(term), use) for term in _counting(outbound, inbound)]
        worst = max(found, key=lambda one: (badness(one.answer), one.disagree))
        return _narrowed(found, worst, outbound), inbound
    decided = [_decided(part, outbound, use) for part in inbound.parts]
    if inbound.operator == "OR":
        return min(decided, key=lambda one: badness(one[0].answer))
    last = max(decided, key=lambda one: badness(one[0].answer))
    return last[0], Joined("AND", tuple(branch for _, branch in decided))


def _narrowed(found: Sequence[Pair], worst: Pair, outbound: Tree) -> Pair:
    """The worst pair; of a work that is offered under a choice, the best one with the condition that the choice is given up."""
    best = min(found, key=lambda one: badness(one.answer))
    choice = (
        isinstance(outbound, Joined) and outbound.operator == "OR" and all(isinstance(p, Term) for p in outbound.parts)
    )
    if (
        not choice
        or badness(worst.answer) < badness(Answer.UNKNOWN)
        or badness(best.answer) > badness(Answer.CONDITIONS)
    ):
        return worst
    return replace(best, answer=Answer.CONDITIONS, reason=narrowed(best.outbound), as_asked=worst.statements)


def _counting(outbound: Tree, inbound: Term) -> tuple[Term, ...]:
    """The licences of a work that code under `inbound` has to fit: of code and content side by side those for its own kind."""
    found = terms(outbound)
    if isinstance(outbound, Joined) and outbound.operator == "AND":
        kind = _license(inbound).for_content
        return tuple(term for term in found if _license(term).for_content == kind) or found
    return found


def _license(term: Term) -> License:
    return license_of(canonical(term))


def _has_choice(tree: Tree) -> bool:
    return isinstance(tree, Joined) and (tree.operator == "OR" or any(map(_has_choice, tree.parts)))
