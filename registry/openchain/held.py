"""The clauses of which the catalogue itself holds something: review, components, use cases, artefacts, contributions."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median_low

from ...schemas.finding import Message, message
from .declared import by_declaration
from .facts import ProgramFacts, Sboms
from .lines import MOST_NAMED, NOTHING, Answer, Case, State

OLD = 365
"""Days after which a bill of materials should be made anew."""
_NO_ENTRY = message("The catalogue shows no software of it.")
_PUBLISH = message("Publish software with a publiccode.yml.")


def elsewhere(why: Message) -> Answer:
    """What no catalogue can hold."""
    return Answer(State.ELSEWHERE, (why,))


def awareness(facts: ProgramFacts) -> Answer:
    """Who knows the policy is known in the agency alone."""
    return elsewhere(message("Who knows the policy, and what follows from it, is recorded within the agency."))


def obligations(facts: ProgramFacts) -> Answer:
    """The obligations of the licences that are used: the catalogue describes them; whether they are met it cannot see."""
    if not facts.licenses:
        return Answer(State.MISSING, (message("No licence of its software is known."),), _PUBLISH)
    told = [
        message(
            "Licences of its software and their components: {all}; the catalogue tells what {count} of them oblige to.",
            all=facts.licenses,
            count=facts.described,
        )
    ]
    drafts, done = facts.archived.get("compliance"), facts.declared.get("compliance-report", 0)
    told.append(
        message(
            "Entries whose completed compliance report was declared: {count} of {all}; archived as this catalogue fills it in: "
            "{drafts}.",
            count=done,
            all=facts.entries,
            drafts=drafts.entries if drafts else 0,
        )
    )
    step = message(
        "Complete the compliance report of each entry, and declare it: `publiccode audit compliance --software …`, "
        "`publiccode audit declare compliance-report`."
    )
    whole = facts.described == facts.licenses and done >= facts.entries
    return Answer(State.HELD if whole else State.PARTLY, tuple(told), NOTHING if whole else step, see=("software",))


def review(facts: ProgramFacts) -> Answer:
    """Cases that do not fit are found, decided and repaired: open rules, conclusions, waivers with their days."""
    found = facts.review
    if not facts.entries:
        return Answer(State.MISSING, (_NO_ENTRY,), _PUBLISH)
    if not found.compared:
        step = message("Compare them: `publiccode audit evaluate`.")
        return Answer(State.MISSING, (message("No entry was compared with its licence files."),), step)
    errors, warnings = found.open.get("error", 0), found.open.get("warning", 0)
    told = [
        message(
            "Compared with their licence files: {count} of {all} entries.", count=found.compared, all=facts.entries
        ),
        message(
            "Entries with rules that are neither resolved nor waived: {errors} with errors, {warnings} with warnings.",
            errors=errors,
            warnings=warnings,
        ),
        message(
            "Conclusions of auditors in force: {conclusions}; waivers in force: {waivers}.",
            conclusions=found.conclusions,
            waivers=len(found.waivers),
        ),
    ]
    if facts.scanned:
        told.append(message("Scanned file by file: {count} of {all} entries.", count=facts.scanned, all=facts.entries))
    if errors:
        step = message(
            "Repair each, conclude or waive it with a day: `publiccode audit conclude`, `publiccode audit waive`."
        )
    elif found.compared < facts.entries:
        step = message("Compare the others: `publiccode audit evaluate`.")
    else:
        step = NOTHING
    more = tuple(
        Case(one.software, message("{rule} is waived until {until}", rule=one.rule, until=one.until))
        for one in found.waivers[:MOST_NAMED]
    )
    return Answer(State.PARTLY if step.template else State.HELD, tuple(told), step, more, see=("audit",))


def components(facts: ProgramFacts) -> Answer:
    """A bill of materials for each entry: for how many, how old, how good."""
    sboms = facts.sboms
    if not facts.entries:
        return Answer(State.MISSING, (_NO_ENTRY,), _PUBLISH)
    step = message(
        "Write a bill of materials at each build, keep it in the repository or at the release: `publiccode sbom collect`."
    )
    counted = message("Entries with one that can be read: {count} of {all}.", count=sboms.entries, all=facts.entries)
    if not sboms.entries:
        unread = message("Entries with one that cannot be read: {count}.", count=sboms.unread)
        return Answer(State.MISSING, (counted, unread) if sboms.unread else (counted,), step, see=("software",))
    old = sboms.oldest is not None and (facts.day - sboms.oldest).days > OLD
    whole = sboms.entries == facts.entries and sboms.complete == sboms.documents and not sboms.unstated
    if whole and old:
        step = message("The oldest is more than a year old: write it anew.")
    elif sboms.entries == facts.entries and not whole:
        step = message("Mend what they lack: `publiccode sbom read` tells it of each.")
    return Answer(
        State.HELD if whole else State.PARTLY,
        (counted, *_quality(sboms)),
        NOTHING if whole and not old else step,
        see=("software",),
    )


def _quality(sboms: Sboms) -> Iterator[Message]:
    if sboms.unread:
        yield message("Entries with one that cannot be read: {count}.", count=sboms.unread)
    yield message(
        "Packages in them: {packages}; without a stated licence: {unstated}.",
        packages=sboms.packages,
        unstated=sboms.unstated,
    )
    if sboms.oldest and sboms.newest:
        yield message("Made between {oldest} and {newest}.", oldest=sboms.oldest, newest=sboms.newest)
    if sboms.scores:
        yield message(
            "Scores: from {least} to {most} of 100, in the middle {middle}; with all minimum elements: {complete} of {all}.",
            least=min(sboms.scores),
            most=max(sboms.scores),
            middle=median_low(sboms.scores),
            complete=sboms.complete,
            all=sboms.documents,
        )


def use_cases(facts: ProgramFacts) -> Answer:
    """How components are used decides what they oblige to; the catalogue compares one use, the agency knows the others."""
    fits = facts.sboms.fits
    if not fits:
        step = message(
            "Have bills of materials collected: `publiccode sbom collect`; their licences are compared then."
        )
        return Answer(State.MISSING, (message("No licences of components are known to compare."),), step)
    told = message(
        "Taken as unchanged libraries, all components may go into the declared licence at {yes} entries, under conditions at "
        "{conditions}, not at {no}; at {unknown} it is not known.",
        **{name: fits.get(name, 0) for name in ("yes", "conditions", "no", "unknown")},
    )
    step = message(
        "Write down how each is distributed, changed and linked: part III of the compliance report, "
        "`publiccode audit compliance --software …`."
    )
    return Answer(State.PARTLY, (told,), step, see=("audit",))


def artefacts(facts: ProgramFacts) -> Answer:
    """What is kept of what goes with the software: reports, notices, bills of materials, source."""
    if not facts.entries:
        return Answer(State.MISSING, (_NO_ENTRY,), _PUBLISH)
    told = [
        message(_KEPT[kind], count=one.count, entries=one.entries, newest=one.newest)
        for kind, one in facts.archived.items()
        if kind in _KEPT
    ] or [message("No report was archived.")]
    told.append(
        message(
            "Bills of materials kept as they were found: {count} of {all} entries.",
            count=facts.sboms.entries,
            all=facts.entries,
        )
    )
    told.append(
        message(
            "Source at its address at the last look: {count} of {all} entries.",
            count=facts.reachable,
            all=facts.entries,
        )
    )
    audit = facts.archived.get("audit")
    whole = bool(audit and (audit.whole or audit.entries == facts.entries)) and facts.sboms.entries == facts.entries
    step = message(
        "Keep the reports of today: `publiccode audit archive --publisher {publisher} --by …`.",
        publisher=facts.identifier,
    )
    if audit and not whole:
        step = message("Have bills of materials collected for all entries: `publiccode sbom collect`.")
    some = facts.archived or facts.sboms.entries
    state = State.HELD if whole else State.PARTLY if some else State.MISSING
    return Answer(state, tuple(told), NOTHING if whole else step, see=("reports",))


_KEPT = {
    "audit": message("Audit reports archived: {count}; the newest of {newest}.").template,
    "compliance": message(
        "Compliance reports archived: {count}, of {entries} entries; the newest of {newest}."
    ).template,
    "readiness": message(
        "Readiness checklists archived: {count}, of {entries} entries; the newest of {newest}."
    ).template,
    "sbom": message("Bills of materials as written archived: {count}; the newest of {newest}.").template,
    "attribution": message("Attribution notices archived: {count}; the newest of {newest}.").template,
}


def contributions(facts: ProgramFacts) -> Answer:
    """How the agency contributes, and how others contribute to it."""
    counted = message(
        "CONTRIBUTING at the root of {count} of {all} repositories whose files are known.",
        count=facts.contributing,
        all=facts.looked,
    )
    answer = by_declaration(facts, "contribution-policy", counted)
    if answer.state is not State.MISSING or not facts.contributing:
        return answer
    step = message("Write CONTRIBUTING.md in each repository, and declare the policy for contributions to others.")
    return Answer(State.PARTLY, (counted,), step, see=("software",))
