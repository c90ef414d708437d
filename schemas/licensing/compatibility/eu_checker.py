"""The rules T01 to T18 of the European Commission's compatibility checker, in its order: the first that holds for a pair counts.

Written anew from what the rules are called and for which licences they hold. Each rule's answer is a document that tells four kinds
of use apart (component, tool, linking, merging). Where a rule's name does not say what holds, this catalogue says unknown.
"""

from __future__ import annotations

from ...finding import Message, message
from .answers import Answer, Statement, Use
from .ids import AGPL, LGPL, License
from .rules import ANY, Rule, filled

_GPL_2 = frozenset(("GPL-2.0",))
_GPL_3 = frozenset(("GPL-3.0", "AGPL-3.0"))
_GPLS = _GPL_2 | _GPL_3
_EUPL_11, _EUPL_12 = frozenset(("EUPL-1.1",)), frozenset(("EUPL-1.2",))
_PERMISSIVE = frozenset(("MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0"))
_COPYLEFT = frozenset(
    (
        *("AGPL-3.0", "CECILL-2.0", "CECILL-2.1", "CPL-1.0", "EUPL-1.1", "EUPL-1.2", "EPL-2.0", "GPL-2.0", "GPL-3.0"),
        *("MPL-2.0", "OSL-3.0"),
    )
)
_LESSER = frozenset(("LGPL-2.1", "LGPL-3.0", "MPL-2.0"))
_GPL_COMPATIBLE = AGPL | LGPL | frozenset(("Apache-2.0", "MPL-2.0", "CECILL-2.0", "CECILL-2.1"))
_DATA = frozenset(("CC-BY-4.0", "CC-BY-SA-4.0", "CC0-1.0", "ODbL-1.0", "ODC-By-1.0", "OGL-UK-3.0", "CC-BY-ND-4.0"))

_RELICENSED = message(
    "The checker's rule says that a work under {inbound} can be passed on under {outbound}, in combinations with code under "
    "that licence. It does not tell versions apart."
)
_EUPL_WITH_GPL = message(
    "The checker calls {outbound} compatible with {inbound}. Its answer tells four kinds of use apart, and this catalogue "
    "does not hold it; merged code stays under {inbound} by that licence's own words."
)
_EUPL_USING_GPL = message(
    "The checker calls {outbound} compatible with {inbound}, and the Commission reads European law so that "
    "linking makes no derived work: each part keeps its licence."
)
_NOT_HELD = message(
    "The checker has an answer of its own for this pair, which this catalogue does not hold; its name alone does "
    "not say what holds."
)


def _relicensed(rule: str, inbound: frozenset[str], outbound: frozenset[str]) -> Rule:
    return Rule(rule, inbound, outbound, Answer.CONDITIONS, Answer.CONDITIONS, _RELICENSED)


def _not_held(rule: str, inbound: frozenset[str], outbound: frozenset[str]) -> Rule:
    return Rule(rule, inbound, outbound, Answer.UNKNOWN, Answer.UNKNOWN, _NOT_HELD)


_SAME = message("It is the same licence.")
RULES = (
    Rule("T02", _GPL_2, _EUPL_11, Answer.CONDITIONS, None, _EUPL_WITH_GPL),
    Rule("T02", _GPL_2, _EUPL_11, None, Answer.YES, _EUPL_USING_GPL),
    Rule("T03", _GPL_3, _EUPL_11, Answer.CONDITIONS, None, _EUPL_WITH_GPL),
    Rule("T03", _GPL_3, _EUPL_11, None, Answer.YES, _EUPL_USING_GPL),
    Rule("T04", _GPLS, _EUPL_12, Answer.CONDITIONS, None, _EUPL_WITH_GPL),
    Rule("T04", _GPLS, _EUPL_12, None, Answer.YES, _EUPL_USING_GPL),
    _not_held("T05", frozenset(("GPL-2.0-only",)), frozenset(("GPL-3.0-only",))),
    _not_held("T05", frozenset(("GPL-3.0-only",)), frozenset(("GPL-2.0-only",))),
    Rule("T06", _EUPL_11, _EUPL_12, Answer.YES, Answer.YES, message("The checker calls the two versions compatible.")),
    Rule(
        *("T06", _EUPL_12, _EUPL_11, Answer.CONDITIONS, Answer.CONDITIONS),
        message("The checker calls the two versions compatible; the newer one allows the older for combinations only."),
    ),
    _not_held("T07", _GPLS, _GPL_COMPATIBLE - AGPL),
    _relicensed(
        "T08", _EUPL_11, frozenset(("GPL-2.0-only", "OSL-3.0", "CECILL-2.0", "CECILL-2.1", "EPL-2.0", "CPL-1.0"))
    ),
    _relicensed("T09", _EUPL_11, _GPL_3),
    _relicensed(
        "T10",
        _EUPL_12,
        _GPLS
        | LGPL
        | frozenset(("OSL-3.0", "CECILL-2.0", "CECILL-2.1", "EPL-2.0", "CPL-1.0", "MPL-2.0", "CC-BY-SA-4.0")),
    ),
    Rule(
        *("T11", frozenset(("CECILL-2.1", "LiLiQ-Rplus-1.1")), _EUPL_11 | _EUPL_12, Answer.YES, Answer.YES),
        message("The checker says that code under {inbound} can be passed on under {outbound}."),
    ),
    Rule(
        *("T12", _PERMISSIVE, ANY, Answer.YES, Answer.YES),
        message(
            "The checker says that permissive code can be passed on under any licence. It does not look at single clauses."
        ),
    ),
    Rule(
        *("T13", _GPL_COMPATIBLE, _GPLS, Answer.YES, Answer.YES),
        message(
            "The checker counts {inbound} among the licences that are compatible with the GPL. It does not tell "
            "its versions apart."
        ),
    ),
    Rule(
        *("T14", _COPYLEFT | _LESSER, _PERMISSIVE, Answer.NO, None),
        message("The checker allows copyleft code in a permissively licensed work only as long as it stays unchanged."),
    ),
    Rule(
        *("T14", _COPYLEFT | _LESSER, _PERMISSIVE, None, Answer.CONDITIONS),
        message(
            "The checker allows copyleft code in a permissively licensed work as long as it stays unchanged, "
            "under its own licence."
        ),
    ),
    _not_held("T15", _COPYLEFT | _LESSER, _COPYLEFT),
    _not_held("T16", _COPYLEFT, _LESSER),
    _not_held("T17", _COPYLEFT | _LESSER | _PERMISSIVE, _DATA),
    _not_held("T18", _DATA, _COPYLEFT | _LESSER | _PERMISSIVE),
)
"""T01, the same licence, is no pair of sets and comes first."""
NUMBERS = tuple(f"T{number:02}" for number in range(1, 19))


def statements(inbound: License, outbound: License, use: Use) -> tuple[Statement, ...]:
    """What the checker's first rule for the pair says; nothing where none is known to hold."""
    if inbound.exception or outbound.exception:
        return ()
    known = _GPLS | LGPL | _EUPL_11 | _EUPL_12 | _PERMISSIVE | _COPYLEFT | _DATA
    if inbound.bare == outbound.bare and inbound.base in known:
        return (_statement("T01", Answer.YES, _SAME, inbound, outbound),)
    for rule in RULES:
        answer = rule.merge if use is Use.MERGE else rule.link
        if answer is not None and rule.about(inbound, outbound):
            return (_statement(rule.id, answer, rule.reason, inbound, outbound),)
    return ()


def _statement(rule: str, answer: Answer, reason: Message, inbound: License, outbound: License) -> Statement:
    return Statement("eu-checker", answer, rule, filled(reason, inbound, outbound), rule)
