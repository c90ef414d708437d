"""What a check answers: State, Line, Readiness. Values, and the few ways in which a line is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ...schemas.finding import Message, message
from .facts import Declared


class State(StrEnum):
    """How a check stands. Nothing is counted as fulfilled that nobody has seen."""

    FULFILLED = "fulfilled"
    NOT_FULFILLED = "not-fulfilled"
    DECLARED = "declared"
    UNKNOWABLE = "unknowable"


TITLES: Mapping[State, Message] = {
    State.FULFILLED: message("Fulfilled"),
    State.NOT_FULFILLED: message("Not fulfilled"),
    State.DECLARED: message("Declared by the agency"),
    State.UNKNOWABLE: message("Cannot be known by machine"),
}
"""The states in words."""
NOTHING = Message("")


@dataclass(frozen=True, slots=True)
class Answer:
    """How a check stands, why, and what to do next (empty: nothing); `evidence`: an address where it can be seen.

    `named` belongs behind the reason: names in words, with how many there are (0: not counted).
    """

    state: State
    reason: Message
    next: Message = NOTHING
    evidence: str = ""
    named: tuple[tuple[Message, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line(Answer):
    """The answer of one check of the table. `check` is its id, which is never renamed."""

    check: str
    title: Message


@dataclass(frozen=True, slots=True)
class Readiness:
    """All lines, in the order of the table."""

    lines: tuple[Line, ...]

    def count(self, state: State) -> int:
        """How many lines stand so."""
        return sum(line.state is state for line in self.lines)

    @property
    def open(self) -> tuple[Line, ...]:
        """The lines that are not fulfilled."""
        return tuple(line for line in self.lines if line.state is State.NOT_FULFILLED)


def listed(texts: Sequence[str], most: int) -> str:
    """The first of these texts, joined, and how many more there are: `a, b (+3)`, which reads alike in every language."""
    more = len(texts) - most
    return ", ".join(texts[:most]) + (f" (+{more})" if more > 0 else "")


def fulfilled(reason: Message, step: Message = NOTHING) -> Answer:
    """A fulfilled check."""
    return Answer(State.FULFILLED, reason, step)


def missing(reason: Message, step: Message) -> Answer:
    """A check that is not fulfilled, with what to do."""
    return Answer(State.NOT_FULFILLED, reason, step)


def unknowable(reason: Message, step: Message = NOTHING) -> Answer:
    """A check that a machine cannot judge by what is known."""
    return Answer(State.UNKNOWABLE, reason, step)


def declared(one: Declared, step: Message = NOTHING) -> Answer:
    """What the agency declared, in a sentence with the day and who recorded it."""
    return Answer(State.DECLARED, told(one), step, one.value.get("evidence", ""))


def told(one: Declared) -> Message:
    """A declaration in a sentence."""
    value, day, by = one.value, one.at.date(), one.by
    tool, on, said = value.get("tool", ""), value.get("on", ""), value.get("value", "")
    if tool and on:
        return message(
            "Declared by the agency: {tool}, {on}; recorded on {day} by {by}.", tool=tool, on=on, day=day, by=by
        )
    if said and on:
        return message(
            "Declared by the agency: {value}, {on}; recorded on {day} by {by}.", value=said, on=on, day=day, by=by
        )
    if said or tool:
        return message(
            "Declared by the agency: {value}; recorded on {day} by {by}.", value=said or tool, day=day, by=by
        )
    if on:
        return message("Declared by the agency, as of {on}; recorded on {day} by {by}.", on=on, day=day, by=by)
    return message("Declared by the agency; recorded on {day} by {by}.", day=day, by=by)
