"""What follows from the kinds of two licences, asked only where no other source says anything. The first line that holds counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from ...finding import Message, message
from ..families import Family
from .answers import Answer, Statement, Use
from .ids import AGPL, COPYLEFT, GPL, LGPL, PLAIN, License
from .rules import filled

_SHARE_ALIKE = ("CC-BY-SA-", "CC-SA-", "ODbL-", "CDLA-Sharing-", "GFDL-", "LAL-")
_OPEN_ENDED = (Family.PERMISSIVE, Family.PUBLIC_DOMAIN)
_ANY_FREE = frozenset(Family) - {Family.NON_FREE, Family.UNKNOWN}


@dataclass(frozen=True, slots=True)
class _Line:
    """A kind of pair, and what holds for it."""

    rule: str
    holds: Callable[[License, License, Use], bool]
    answer: Answer
    reason: Message


def _for_data(inbound: License, outbound: License) -> bool:
    """Material for content in a work of code."""
    return inbound.family is Family.CONTENT and not outbound.for_content


def _beside(inbound: License, outbound: License, part: str) -> bool:
    """Content that is not free, in a work of free code."""
    return (
        inbound.family is Family.NON_FREE
        and inbound.for_content
        and part in inbound.base
        and outbound.family in _ANY_FREE
        and not outbound.for_content
    )


def _asked(inbound: License, outbound: License, use: Use, *, part: str, wanted: Use) -> bool:
    return use is wanted and _beside(inbound, outbound, part)


_NO_CHANGES = message(
    "{inbound} permits no changes: such material cannot become part of a work under {outbound}. It may lie beside the code, "
    "as a file of its own that stays under {inbound}; then not everything that is passed on is free."
)
_NO_COMMERCE = message(
    "{inbound} leaves out commercial use, which {outbound} promises: such material cannot become part of the work. It may "
    "lie beside the code, as a file of its own that stays under {inbound}; then not everything that is passed on is free."
)
_LINES = (
    *(
        _Line(f"{rule}-{use}", partial(_asked, part=part, wanted=use), answer, reason)
        for rule, part, reason in (("no-commerce", "-NC", _NO_COMMERCE), ("no-changes", "-ND", _NO_CHANGES))
        for use, answer in ((Use.MERGE, Answer.NO), (Use.LINK, Answer.CONDITIONS))
    ),
    _Line(
        "non-free",
        lambda inbound, outbound, use: inbound.family is Family.NON_FREE and outbound.family in _ANY_FREE,
        Answer.NO,
        message("{inbound} leaves out some uses or some users, which {outbound} promises to everybody."),
    ),
    _Line(
        "notices-without-duties",
        lambda inbound, outbound, use: inbound.family is Family.PERMISSIVE and outbound.family is Family.PUBLIC_DOMAIN,
        Answer.CONDITIONS,
        message(
            "{inbound} asks that its notices are kept, {outbound} asks nothing: this code keeps its notices, and the "
            "work cannot be passed on without them."
        ),
    ),
    _Line(
        "plain-notices",
        lambda inbound, outbound, use: inbound.base in PLAIN,
        Answer.YES,
        message("{inbound} asks only that its notices are kept, which every licence leaves room for."),
    ),
    _Line(
        "public-domain",
        lambda inbound, outbound, use: inbound.family is Family.PUBLIC_DOMAIN,
        Answer.YES,
        message("The owner of the code keeps no rights in it, or as few as the law permits."),
    ),
    _Line(
        "share-alike-beside-code",
        lambda inbound, outbound, use: _for_data(inbound, outbound) and inbound.base.startswith(_SHARE_ALIKE),
        Answer.CONDITIONS,
        message(
            "{inbound} is for texts, images or data: such material may lie beside the code, as files of its own "
            "under {inbound}. What is made of it stays under {inbound}; it does not become {outbound}."
        ),
    ),
    _Line(
        "data-beside-code",
        lambda inbound, outbound, use: _for_data(inbound, outbound),
        Answer.CONDITIONS,
        message(
            "{inbound} is for texts, images or data: such material may lie beside the code, as files of its own "
            "under {inbound}, with its source named. The licence of the code, {outbound}, does not cover it."
        ),
    ),
    _Line(
        "copyleft-into-permissive",
        lambda inbound, outbound, use: (
            use is Use.MERGE
            and inbound.family in (*COPYLEFT, Family.WEAK_COPYLEFT)
            and outbound.family in (*_OPEN_ENDED, Family.CONTENT)
        ),
        Answer.NO,
        message("{inbound} is a copyleft licence: what is made of the code stays under it, and {outbound} asks less."),
    ),
    _Line(
        "library-under-weak-copyleft",
        lambda inbound, outbound, use: (
            use is Use.LINK
            and inbound.family is Family.WEAK_COPYLEFT
            and outbound.family in (*_OPEN_ENDED, Family.WEAK_COPYLEFT)
        ),
        Answer.CONDITIONS,
        message(
            "{inbound} covers its own code: the library stays under it, with its source code; the work that uses it need not."
        ),
    ),
    _Line(
        "permissive",
        lambda inbound, outbound, use: (
            inbound.family is Family.PERMISSIVE
            and outbound.family in (*_OPEN_ENDED, Family.CONTENT, Family.WEAK_COPYLEFT)
            and outbound.base not in LGPL
        ),
        Answer.CONDITIONS,
        message(
            "{inbound} is permissive: the work may have other terms as long as what {inbound} asks is done; read what that is."
        ),
    ),
    _Line(
        "permissive-into-gpl",
        lambda inbound, outbound, use: inbound.family is Family.PERMISSIVE and outbound.base in GPL | AGPL | LGPL,
        Answer.UNKNOWN,
        message(
            "{inbound} is permissive, but the GPL allows no further demands, and nobody we ask says whether "
            "those of {inbound} are such."
        ),
    ),
)


def statements(inbound: License, outbound: License, use: Use) -> tuple[Statement, ...]:
    """What the kinds of the two tell; nothing where they tell nothing."""
    for line in _LINES:
        if line.holds(inbound, outbound, use):
            reason = filled(line.reason, inbound, outbound)
            address = f"https://spdx.org/licenses/{inbound.bare}.html"
            return (Statement("kinds", line.answer, line.rule, reason, inbound.base, address),)
    return ()
