"""What OSADL's matrix says: whether code under one licence may be copied, unchanged, into a work under another."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ...finding import Message, message
from .answers import Answer, Statement, Use
from .ids import License
from .rules import filled

_FILE = Path(__file__).with_name("osadl.json")


@dataclass(frozen=True, slots=True)
class _Kind:
    """What a letter of the matrix stands for."""

    rule: str
    answer: Answer
    reason: Message


_KINDS: Mapping[str, _Kind] = {
    "=": _Kind("same", Answer.YES, message("It is the same licence.")),
    "p": _Kind(
        "non-copyleft", Answer.YES, message("Neither licence is a copyleft licence; such licences fit together.")
    ),
    "y": _Kind(
        "checklist-compatible",
        Answer.YES,
        message("OSADL's checklist of {outbound} says that {inbound} is compatible."),
    ),
    "d": _Kind(
        "check-dependency",
        Answer.CONDITIONS,
        message("OSADL says that it depends, and names the condition (in English): “{text}”"),
    ),
    "n": _Kind(
        "checklist-incompatible",
        Answer.NO,
        message("OSADL's checklist of {outbound} says that {inbound} is incompatible."),
    ),
    "c": _Kind(
        "copyleft-to-non-copyleft",
        Answer.NO,
        message(
            "{inbound} is a copyleft licence and {outbound} is none; OSADL finds nothing that lets the code itself "
            "go under {outbound}."
        ),
    ),
    "k": _Kind(
        "copyleft-to-copyleft",
        Answer.NO,
        message("Both are copyleft licences, and OSADL finds nothing in {inbound} that allows {outbound}."),
    ),
    "e": _Kind(
        "copyleft-to-unclear",
        Answer.NO,
        message(
            "{inbound} is a copyleft licence; that of {outbound} is unclear, and {inbound} would not allow it in any case."
        ),
    ),
    "u": _Kind(
        "unknown", Answer.UNKNOWN, message("OSADL looked at both licences and cannot say whether they are compatible.")
    ),
    "i": _Kind("unclear-words", Answer.UNKNOWN, message("The words of one of the licences are unclear to OSADL.")),
}
_UNDEFINED = message("OSADL's matrix does not have {license}.")
_COPYING = message("OSADL's matrix says no to copying the code; it says nothing of using it unchanged as a library.")
_LINKABLE = "can be linked or combined with it"


def statements(inbound: License, outbound: License, use: Use) -> tuple[Statement, ...]:
    """What the matrix says; `undefined` where it lacks one of the licences, which is not the same as `unknown`."""
    matrix = _matrix()
    pair = [_listed(license_, matrix) for license_ in (inbound, outbound)]
    if not all(pair):
        missing = " + ".join(license_.id for license_, name in zip((inbound, outbound), pair, strict=True) if not name)
        return (Statement("osadl", Answer.UNKNOWN, "undefined", Message(_UNDEFINED.template, (("license", missing),))),)
    letter = matrix.rows[pair[1]][matrix.places[pair[0]]]
    kind = _KINDS[letter]
    text = matrix.depends.get(f"{pair[0]} > {pair[1]}", "")
    reason = filled(kind.reason, inbound, outbound, text=text)
    answer, rule = kind.answer, kind.rule
    if letter == "d" and not text:
        reason = message("OSADL says that it depends, and does not say on what.")
    if use is Use.LINK:
        if answer is Answer.NO:
            answer, rule, reason = Answer.UNKNOWN, "copying-only", _COPYING
        elif letter == "d" and _LINKABLE in text:
            answer = Answer.YES
    place = f"{pair[0]} > {pair[1]}"
    return (Statement("osadl", answer, rule, reason, place),)


def doubts(statement: Statement) -> bool:
    """Whether OSADL looked at the two and could not say: then nobody concludes it from the kinds of the licences."""
    return statement.source == "osadl" and statement.rule in (_KINDS["u"].rule, _KINDS["i"].rule)


def by_kind_alone(statement: Statement) -> bool:
    """Whether OSADL says yes without having looked at the demands of the two, because neither is a copyleft licence."""
    return statement.source == "osadl" and statement.rule == _KINDS["p"].rule


def licenses() -> tuple[str, ...]:
    """The licences that the matrix has, as it names them."""
    return tuple(_matrix().places)


@dataclass(frozen=True, slots=True)
class _Matrix:
    places: Mapping[str, int]
    rows: Mapping[str, str]
    depends: Mapping[str, str]


@cache
def _matrix() -> _Matrix:
    """Read when the first question is asked."""
    read = json.loads(_FILE.read_text(encoding="utf-8"))
    return _Matrix({name: place for place, name in enumerate(read["licenses"])}, read["rows"], read["depends"])


def _listed(license_: License, matrix: _Matrix) -> str:
    """As the matrix names it; a text's plain id where it has that alone."""
    if license_.id in matrix.places:
        return license_.id
    return license_.base if not license_.exception and license_.base in matrix.places else ""
