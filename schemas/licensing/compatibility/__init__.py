"""Whether code under one licence may be taken into a work under another: what each source says, and what follows.

`compatible` answers for SPDX expressions, `inside` for the parts of one repository. Pure; the data of others is read when the
first question is asked. No legal advice: every answer names the source and the rule that it stands on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from ...finding import Message, message
from ...structure import shown
from ..expression import DEEPEST, LONGEST, Joined, Tree, terms
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
from .pairs import pair
from .sources import SOURCES as SOURCES
from .works import counting, into, license_, targets, ways

MOST_PAIRS = 400  # licences of one expression times those of the other
MOST_WAYS = 100  # to choose from what a work is offered under
_REMEMBERED = 1_024
_NOTHING_KNOWN = message("Nothing is known of the licence ({license}); that is not the same as no problem.")
_NOTHING = message("Nothing is known of the licence; that is not the same as no problem.")
_NO_EXPRESSION = message("“{license}” is no SPDX licence expression.")
_MEANT = message("“{license}” is no SPDX licence expression. Which one do you mean? {choices}")
_TOO_LONG = message("An expression of more than {most} characters is not read.", most=LONGEST)
_TOO_DEEP = message("More than {most} brackets one inside the other are not read.", most=DEEPEST)
_TOO_MANY = message("The two expressions name too many licences to compare.")
_NAMES_NOTHING = ("", "NONE", "NOASSERTION")
_NOTHING_AMONG = re.compile(r"(?:^|[\s(])(?:NONE|NOASSERTION)(?=$|[\s)])", re.IGNORECASE)


@lru_cache(maxsize=_REMEMBERED)
def compatible(inbound: str, outbound: str, use: str = Use.MERGE) -> Compatibility:
    """Whether code under `inbound` may be taken into a work under `outbound`; takes any texts.

    Of a choice in `inbound` (OR) the best branch counts, of what applies together (AND) the worst. A work that gives a choice, or
    promises later versions, keeps all of it if all of `inbound` fits each; where all of it fits one, the condition is that the
    whole is passed on under that one. Of `AND` in `outbound` see `works.py`.

    Raises:
        ValueError: `use` is none of Use.

    """
    use = Use(use)
    read = [_read(text) for text in (inbound, outbound)]
    one, two = (asked.text for asked in read)
    for asked in read:
        if asked.tree is None:
            wrong = asked.text if asked.wrong else ""
            return Compatibility(one, two, use, Answer.UNKNOWN, asked.why, wrong=wrong, suggestions=asked.meant)
    tree, other = (asked.tree for asked in read if asked.tree is not None)
    if len(terms(tree)) * len(terms(other)) > MOST_PAIRS or ways(other) > MOST_WAYS:
        return Compatibility(one, two, use, Answer.UNKNOWN, _TOO_MANY)
    found = into(tree, other, use)
    chosen = canonical(found.branch) if found.branch else ""
    choice = chosen if chosen != one and _has_choice(tree) else ""
    pairs = tuple(
        dict.fromkeys(
            pair(license_(taken), license_(work), use) for taken in terms(tree) for work in counting(other, taken)
        )
    )
    decisive = found.pair
    return Compatibility(one, two, use, decisive.answer, decisive.reason, decisive, choice, pairs, found.narrowed)


@lru_cache(maxsize=_REMEMBERED)
def narrower_than(outbound: str) -> tuple[str, ...]:
    """The licences under which a work could be passed on that gives a choice or promises later versions; none for other works."""
    tree = _read(outbound).tree
    return tuple(work.name for work in targets(tree)) if tree is not None and ways(tree) <= MOST_WAYS else ()


@dataclass(frozen=True, slots=True)
class _Asked:
    """A text with today's ids and its tree; where it has none, why, whether it is no expression at all, and what it may mean."""

    text: str
    tree: Tree | None = None
    why: Message = _NOTHING
    wrong: bool = False
    meant: tuple[str, ...] = ()


def _read(text: str) -> _Asked:
    text = text.strip()
    if text.upper() in _NAMES_NOTHING:
        why = Message(_NOTHING_KNOWN.template, (("license", text.upper()),)) if text else _NOTHING
        return _Asked(text.upper(), why=why)
    if len(text) > LONGEST:
        return _Asked(text, why=_TOO_LONG, wrong=True)
    reading = read_expression(text)
    if reading.expression is not None:
        return _Asked(reading.normalized, reading.expression.tree)
    if reading.problem == "too-deep":
        return _Asked(text, why=_TOO_DEEP, wrong=True)
    meant = () if _NOTHING_AMONG.search(text) else reading.suggestions  # a suggestion would leave it out
    values = (("license", shown(text)), ("choices", ", ".join(meant)))
    return _Asked(text, None, Message((_MEANT if meant else _NO_EXPRESSION).template, values), True, meant)


def _has_choice(tree: Tree) -> bool:
    return isinstance(tree, Joined) and (tree.operator == "OR" or any(map(_has_choice, tree.parts)))
