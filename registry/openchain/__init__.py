"""What of OpenChain (ISO/IEC 5230) a catalogue holds about a publisher: a pure function of facts. See docs/openchain.md."""

from __future__ import annotations

from .facts import ProgramFacts
from .lines import Evidence, Line
from .table import CLAUSES


def openchain(facts: ProgramFacts) -> Evidence:
    """One line for each clause; the same for the same facts."""
    lines = []
    for clause in CLAUSES:
        answer = clause.judge(facts)
        lines.append(
            Line(
                answer.state,
                answer.told,
                answer.next,
                answer.more,
                answer.see,
                answer.proof,
                clause=clause.id,
                title=clause.title,
            )
        )
    return Evidence(tuple(lines))
