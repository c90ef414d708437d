"""The clauses that agencies declare: policy, roles, scope, contact, conformance and for how long."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import replace
from datetime import date

from ...schemas.finding import Message, message
from ..release.facts import Declared
from ..release.lines import told as in_words
from .facts import ProgramFacts
from .lines import MOST_NAMED, NOTHING, Answer, Case, State

MONTHS = 18
"""For so long a conformance counts from its day on."""


def policy(facts: ProgramFacts) -> Answer:
    """The agency's own policy; by which one this catalogue judges is told beside it, and is not taken for the agency's."""
    used = facts.review.policy
    beside = message("Its software is judged here by the policy {policy}.", policy=used) if used else NOTHING
    return by_declaration(facts, "open-source-policy", beside)


def competence(facts: ProgramFacts) -> Answer:
    """Who has which role, as declared."""
    return by_declaration(facts, "open-source-roles")


def scope(facts: ProgramFacts) -> Answer:
    """What the programme covers, as declared; beside it what the catalogue shows of it."""
    beside = message(
        "Entries that the catalogue shows: {entries}; bodies that it tells of here: {bodies}.",
        entries=facts.entries,
        bodies=len(facts.bodies),
    )
    return by_declaration(facts, "open-source-scope", beside)


def contact(facts: ProgramFacts) -> Answer:
    """Whom the public asks about licences."""
    of_entries = facts.declared.get("license-contact", 0)
    beside = message("Entries with a contact of their own: {count} of {all}.", count=of_entries, all=facts.entries)
    return by_declaration(facts, "license-contact", beside if of_entries else NOTHING)


def conformance(facts: ProgramFacts) -> Answer:
    """That the programme conforms, as declared: nobody here examines it."""
    beside = message("This catalogue did not examine it.")
    answer = by_declaration(facts, "openchain-5230")
    return answer if answer.state is State.MISSING else replace(answer, told=(*answer.told, beside))


def duration(facts: ProgramFacts) -> Answer:
    """How long ago conformance was declared for: it counts for MONTHS months."""
    return _lasting(facts, "openchain-5230")


def security(facts: ProgramFacts) -> Answer:
    """The sister standard on security: conformance as declared and not too old, beside what was declared about entries."""
    answer = _lasting(facts, "openchain-18974")
    scans, checks = (facts.declared.get(kind, 0) for kind in ("security-scan", "cve-check"))
    beside = (
        message(
            "Entries whose code was scanned for weaknesses, as declared: {count} of {all}.",
            count=scans,
            all=facts.entries,
        ),
        message(
            "Entries whose components were checked for known vulnerabilities, as declared: {count} of {all}.",
            count=checks,
            all=facts.entries,
        ),
    )
    return replace(answer, told=(*answer.told, *beside))


def by_declaration(facts: ProgramFacts, kind: str, beside: Message = NOTHING) -> Answer:
    """What the bodies declared of that kind: missing where none did, in part where only some did."""
    made = [(body, body.declared[kind]) for body in facts.bodies if kind in body.declared]
    aside = (beside,) if beside.template else ()
    step = _step(facts, kind)
    if not made:
        return Answer(State.MISSING, (message("Nothing was declared."), *aside), step)
    proof = tuple(dict.fromkeys(one.value["evidence"] for _, one in made if one.value.get("evidence")))[:MOST_NAMED]
    if not facts.below:
        return Answer(State.DECLARED, (in_words(made[0][1]), *aside), proof=proof)
    whole = len(made) == len(facts.bodies)
    counted = message("Declared by {count} of {all} bodies.", count=len(made), all=len(facts.bodies))
    return Answer(
        State.DECLARED if whole else State.PARTLY_DECLARED,
        (counted, *aside),
        NOTHING if whole else step,
        tuple(Case(body.name, in_words(one), body.names) for body, one in made[:MOST_NAMED]),
        proof=proof,
    )


def _lasting(facts: ProgramFacts, kind: str) -> Answer:
    made = [(body, body.declared[kind]) for body in facts.bodies if kind in body.declared]
    if not made:
        return Answer(State.MISSING, (message("No conformance was declared."),), _step(facts, kind))
    good = [(body, one) for body, one in made if facts.day <= ends(one)]
    told = tuple(Case(body.name, _lasts(facts, one), body.names) for body, one in made[:MOST_NAMED])
    again = message(
        "Have the programme examined again, and declare the new day: `publiccode audit declare {kind}`.", kind=kind
    )
    if not facts.below:
        said = (told[0].said,)
        return Answer(State.DECLARED, said) if good else Answer(State.MISSING, said, again)
    counted = message(
        "Not older than {months} months: {count} of {all} bodies.",
        months=MONTHS,
        count=len(good),
        all=len(facts.bodies),
    )
    state = State.MISSING if not good else State.DECLARED if len(good) == len(facts.bodies) else State.PARTLY_DECLARED
    steps = {State.DECLARED: NOTHING, State.MISSING: again}
    return Answer(state, (counted,), steps.get(state, again if len(good) < len(made) else _step(facts, kind)), told)


def _lasts(facts: ProgramFacts, one: Declared) -> Message:
    until, on = ends(one), one.value.get("on", "")
    if facts.day <= until:
        return message(
            "Declared as of {on}; it counts until {until} ({months} months).", on=on, until=until, months=MONTHS
        )
    return message(
        "Declared as of {on}; it counted until {until} ({months} months).", on=on, until=until, months=MONTHS
    )


def ends(one: Declared) -> date:
    """The last day of a conformance; one without a day that can be read counts from when it was recorded."""
    try:
        begin = date.fromisoformat(one.value.get("on", ""))
    except ValueError:
        begin = one.at.date()
    months = begin.month - 1 + MONTHS
    year, month = begin.year + months // 12, months % 12 + 1
    return date(year, month, min(begin.day, monthrange(year, month)[1]))


def _step(facts: ProgramFacts, kind: str) -> Message:
    """The next step for the first of the bodies that has not declared it."""
    return message(
        "Where it holds, have it recorded: `publiccode audit declare {kind} --publisher {publisher}`.",
        kind=kind,
        publisher=next((body.identifier for body in facts.bodies if kind not in body.declared), facts.identifier),
    )
