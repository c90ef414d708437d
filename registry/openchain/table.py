"""The clauses of ISO/IEC 5230:2020 in our own words, with what answers each. The numbers are the standard's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ...schemas.finding import Message, message
from . import declared, held
from .facts import ProgramFacts
from .lines import Answer


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause: its number, our title, what it asks for in our words, and the function that answers."""

    id: str
    title: Message
    asks: Message
    judge: Callable[[ProgramFacts], Answer]


CLAUSES = (
    Clause(
        "3.1.1",
        message("Open source policy"),
        message("A written policy for the use of open source, known to those who work with it."),
        declared.policy,
    ),
    Clause(
        "3.1.2",
        message("Roles and competence"),
        message("Who is responsible for what, what they must be able to do, and proof that they can."),
        declared.competence,
    ),
    Clause(
        "3.1.3",
        message("Awareness"),
        message("Those who take part know the policy and what their part is."),
        held.awareness,
    ),
    Clause("3.1.4", message("Scope"), message("What the programme covers, and what it does not."), declared.scope),
    Clause(
        "3.1.5",
        message("Obligations of licences"),
        message(
            "For every licence that is found it is worked out what it obliges to, what it restricts and what it grants."
        ),
        held.obligations,
    ),
    Clause(
        "3.2.1",
        message("Contact for questions about licences"),
        message("A public way for anybody to ask about licences, and a way to answer within the agency."),
        declared.contact,
    ),
    Clause(
        "3.2.2",
        message("Review and remediation"),
        message(
            "People, time and advice for the programme, and a way in which cases that do not fit are reviewed and put right."
        ),
        held.review,
    ),
    Clause(
        "3.3.1",
        message("Records of components"),
        message("A bill of materials for what is supplied, kept up to date."),
        held.components,
    ),
    Clause(
        "3.3.2",
        message("Use cases of licences"),
        message("The usual ways of use are thought of: as source or binary, changed or not, linked with what."),
        held.use_cases,
    ),
    Clause(
        "3.4.1",
        message("Compliance artefacts"),
        message(
            "What licences ask to go with the software is made and kept: notices, texts, source, bills of materials, reports."
        ),
        held.artefacts,
    ),
    Clause(
        "3.5.1",
        message("Contributions"),
        message("A policy for contributions to software of others, where they are made, known to those who make them."),
        held.contributions,
    ),
    Clause(
        "3.6.1",
        message("Conformance"),
        message("A statement that the programme fulfils all of the standard."),
        declared.conformance,
    ),
    Clause(
        "3.6.2",
        message("Duration of conformance"),
        message("The conformance was found within the last eighteen months."),
        declared.duration,
    ),
    Clause(
        "18974",
        message("Security: ISO/IEC 18974"),
        message(
            "The sister standard on known vulnerabilities: conformance as declared, within the last eighteen months."
        ),
        declared.security,
    ),
)
"""In the order of the standard. Its own text is not repeated here; who uses it reads it."""
