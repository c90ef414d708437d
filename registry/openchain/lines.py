"""What a clause answers: State, Line, Evidence. Values alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ...schemas.finding import Message, message


class State(StrEnum):
    """How a clause stands. What is declared is never counted as held."""

    HELD = "held"
    PARTLY = "partly"
    DECLARED = "declared"
    PARTLY_DECLARED = "partly-declared"
    MISSING = "missing"
    ELSEWHERE = "elsewhere"


TITLES: Mapping[State, Message] = {
    State.HELD: message("Held here"),
    State.PARTLY: message("Held here in part"),
    State.DECLARED: message("Declared by the agency"),
    State.PARTLY_DECLARED: message("Declared by some of the bodies"),
    State.MISSING: message("Missing here"),
    State.ELSEWHERE: message("A catalogue cannot hold this"),
}
"""The states in words."""
NOTHING = Message("")
MOST_NAMED = 20  # waivers, or bodies, that a line names


@dataclass(frozen=True, slots=True)
class Case:
    """What is said of one body or one entry, by its name, and its names in other languages."""

    subject: str
    said: Message
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """How a clause stands, with the figures that say why, and what to do next (empty: nothing).

    `more` are single cases, MOST_NAMED at most; `see` names pages of the catalogue where it can be seen (audit, reports,
    software); `proof` are addresses that agencies declared.
    """

    state: State
    told: tuple[Message, ...]
    next: Message = NOTHING
    more: tuple[Case, ...] = ()
    see: tuple[str, ...] = ()
    proof: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line(Answer):
    """The answer of one clause. `clause` is its number in the standard, which is never renamed."""

    clause: str
    title: Message


@dataclass(frozen=True, slots=True)
class Evidence:
    """All lines, in the order of the table."""

    lines: tuple[Line, ...]

    def count(self, state: State) -> int:
        """How many lines stand so."""
        return sum(line.state is state for line in self.lines)

    @property
    def missing(self) -> tuple[Line, ...]:
        """The lines of which nothing is there."""
        return tuple(line for line in self.lines if line.state is State.MISSING)
