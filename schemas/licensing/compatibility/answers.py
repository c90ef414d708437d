"""What a question about two licences is answered with: Answer, Statement, Pair, Compatibility."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from ...finding import Message, message


class Answer(StrEnum):
    """Whether code under one licence may be taken into a work under another."""

    YES = "yes"
    CONDITIONS = "conditions"
    UNKNOWN = "unknown"  # nobody we ask knows; never that there is no problem
    NO = "no"


class Use(StrEnum):
    """How the code is taken in."""

    MERGE = "merge"  # its code becomes part of the work's own code
    LINK = "link"  # it stays as it is, a library or package that the work uses


TITLES = {
    Answer.YES: message("yes"),
    Answer.CONDITIONS: message("with conditions"),
    Answer.UNKNOWN: message("unknown"),
    Answer.NO: message("no"),
}
"""The answers in words."""
USES = {
    Use.MERGE: message("its code becomes part of the work's code"),
    Use.LINK: message("it stays unchanged, as a library that the work uses"),
}
"""The kinds of use in words."""
DISAGREE = message("The sources disagree; the most cautious answer is given.")
"""What is said beside an answer where they do."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What one source says of a pair of licences.

    `source` is an id of SOURCES, `rule` the source's own rule, `place` the clause or entry it stands on, `address` a page where
    it can be read.
    """

    source: str
    answer: Answer
    rule: str
    reason: Message
    place: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """One licence taken into a work under one other: what each source says, and what follows.

    `taken_as` is the licence under which it is taken, where that is not the one asked about: a later version, or the licence
    without its exception; `as_asked` then holds what the sources say without that. `disagree`: one source says no, and another yes
    or with conditions.
    """

    inbound: str
    outbound: str
    answer: Answer
    statements: tuple[Statement, ...]
    reason: Message
    taken_as: str = ""
    as_asked: tuple[Statement, ...] = ()

    @property
    def disagree(self) -> bool:
        """Whether the sources contradict each other."""
        answers = {statement.answer for statement in self.statements}
        return Answer.NO in answers and bool(answers & {Answer.YES, Answer.CONDITIONS})

    @property
    def because(self) -> Message | None:
        """What the source says that decides, where `reason` says only under which licence the code is taken or passed on."""
        decides = combined(self.statements)
        return next(
            (one.reason for one in self.statements if one.answer is decides and one.reason != self.reason), None
        )


@dataclass(frozen=True, slots=True)
class Compatibility:
    """The answer for two licence expressions.

    `inbound`, `outbound` are the expressions with today's ids, or the texts as they were given where they are none. `decisive`
    is the pair that decides: the best branch of a choice, the worst of what applies together; None where no pair was compared,
    `reason` then says why. `choice` is the branch of the inbound expression that is the best one, where it has any. `pairs` are all
    that were compared, as they stand in the expressions.
    """

    inbound: str
    outbound: str
    use: Use
    answer: Answer
    reason: Message
    decisive: Pair | None = None
    choice: str = ""
    pairs: tuple[Pair, ...] = field(default=(), repr=False)

    @property
    def statements(self) -> tuple[Statement, ...]:
        """What the sources say of the pair that decides."""
        return self.decisive.statements if self.decisive else ()

    @property
    def disagree(self) -> bool:
        """Whether the sources contradict each other about the pair that decides."""
        return bool(self.decisive and self.decisive.disagree)


_ORDER = (Answer.YES, Answer.CONDITIONS, Answer.UNKNOWN, Answer.NO)


def badness(answer: Answer) -> int:
    """Orders answers from the best to the worst; what is unknown is worse than what has conditions."""
    return _ORDER.index(answer)


def combined(statements: tuple[Statement, ...]) -> Answer:
    """The most cautious of what the sources know; unknown where none knows anything."""
    known = [statement.answer for statement in statements if statement.answer is not Answer.UNKNOWN]
    return max(known, key=badness, default=Answer.UNKNOWN)
