"""Why an address is shown, or not: every step that it went through, with its date and what to do next."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import tzinfo
from itertools import groupby
from urllib.parse import urlsplit

from sqlmodel import Session, col, select

from ..schemas.candidate import address_key
from ..schemas.finding import Message, Severity, message
from .catalogue import record_at
from .models import (
    AssessmentRecord,
    CodeHosting,
    HarvestItem,
    Outcome,
    Proposal,
    Reach,
    Relation,
    RepositoryRecord,
    Software,
)
from .proposals import OPEN, REJECTED, newest_proposal
from .steps import ANYBODY, NOTHING, Reader, Step
from .stored import finding_from_json, message_from_json
from .why_license import license_step
from .why_listed import listing
from .without_file import prepared_for

# What hosts put behind a repository's address for the pages and files within it.
_WITHIN = re.compile(r"/(?:-|blob|tree|raw|commits?|src/(?:branch|commit|tag))(?:/.*)?$")
LONGEST_VALUE = 200


_OUTCOMES = {
    Outcome.ADDED: ("ok", "The file was read and the entry was added.", ""),
    Outcome.UPDATED: ("ok", "The file was read and the entry was updated.", ""),
    Outcome.UNCHANGED: ("note", "The repository answered; nothing had changed.", ""),
    Outcome.TECHNICAL_FORK: (
        "problem",
        "The file was read, but it names another repository: a technical fork is not listed.",
        "If this is a system of its own, write this repository's address as `url` and the other one as `isBasedOn`.",
    ),
    Outcome.ALIAS: ("note", "The same software is listed at another address of this repository.", ""),
    Outcome.UNUSABLE: (
        "problem",
        "A publiccode.yml was found, but it cannot be shown: it is unreadable, or has no name, address or description.",
        "Repair the findings below and push; the next harvest reads the file again.",
    ),
    Outcome.NO_FILE: (
        "problem",
        "The repository answered, but has no publiccode.yml at its root.",
        "Add a publiccode.yml to the root of the default branch.",
    ),
    Outcome.EMPTY: ("problem", "The repository answered, but is empty.", "Push the code and a publiccode.yml."),
    Outcome.WITHDRAWN: (
        "problem",
        "The publiccode.yml has been missing at two looks: the entry was withdrawn by its owner.",
        "To list it again, put the publiccode.yml back.",
    ),
    Outcome.UNREACHABLE: (
        "problem",
        "The host did not give a usable answer. The entry stays as it was.",
        "Nothing is to be done if the host was down for a while; otherwise see the message.",
    ),
    Outcome.MISSING: (
        "problem",
        "The host says that there is no such repository. It counts as gone after a second look a day later.",
        "Correct the address in the list of publishers, or make the repository public.",
    ),
    Outcome.GONE: (
        "problem",
        "The repository is gone: it was missing at two looks at least a day apart.",
        "Correct the address in the list of publishers, or make the repository public.",
    ),
    Outcome.PART: (
        "ok",
        "The repository belongs to a system of several repositories, and is shown with the entry of that system.",
        "",
    ),
    Outcome.LISTED: ("ok", "Another catalogue lists this software.", ""),
    Outcome.UNLISTED: ("note", "The other catalogue no longer lists this software.", ""),
    Outcome.NEEDS_LISTING: (
        "problem",
        "This address is a group of repositories, and its host did not list them.",
        "See the message; until then its repositories can be named one by one under `repos` in the list of publishers.",
    ),
    Outcome.FAILED: ("problem", "The program failed at this repository; the operator finds the reason in the log.", ""),
}


def outcome_text(outcome: Outcome) -> tuple[str, Message, Message]:
    """State, sentence and next step of an outcome."""
    state, text, step = _OUTCOMES[outcome]
    return state, Message(text), Message(step)


def why(session: Session, url: str, reader: Reader = ANYBODY) -> list[Step]:
    """Every step of the address: who lists it, what each look gave, how its file was judged, what is shown now.

    The address of a file or page within a repository counts as the repository's. One that cannot be read, or that
    nobody listed, gets one step that says so. What others wrote is cut to LONGEST_VALUE characters.
    """
    return [_bounded(step) for step in _steps(session, _WITHIN.sub("", url.strip()), reader)]


def _bounded(step: Step) -> Step:
    return replace(
        step,
        text=_short(step.text),
        details=tuple(_short(detail) for detail in step.details),
        findings=tuple(
            replace(found, key=_cut(found.key), message=_short(found.message), help=_short(found.help))
            for found in step.findings
        ),
    )


def _short(text: Message) -> Message:
    return Message(text.template, tuple((name, _cut(value)) for name, value in text.values))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"


def _readable(url: str) -> bool:
    try:
        host = urlsplit(url if "://" in url else f"https://{url}").hostname or ""
        return url.isprintable() and ("." in host or ":" in host or ("://" in url and bool(host)))
    except ValueError:
        return False


def _steps(session: Session, url: str, reader: Reader) -> list[Step]:
    if not _readable(url):
        return [
            Step(
                "problem",
                message("This is not an address: {url}", url=url),
                next=Message("Give the repository's address, which begins with https://, or search by name."),
            )
        ]
    key = address_key(url)
    record = record_at(session, key)
    hosting = session.exec(select(CodeHosting).where(CodeHosting.key == (record.key if record else key))).first()
    if hosting is None and record is not None:
        hosting = session.get(CodeHosting, record.code_hosting_id)
    proposed = newest_proposal(session, {key, *([record.key] if record else [])})
    steps = [*_proposed(proposed), listing(session, hosting, url, reader)]
    if proposed is not None and proposed.status == OPEN:
        steps[1] = replace(steps[1], next=NOTHING, proposable=False)
    if hosting is not None:
        looks = list(_looks(session, record.key if record else hosting.key, reader))
        steps += _with_prepared(session, looks, record) if record is not None else looks
        if record is not None and record.newest_assessment_id:
            steps += _assessment(session, record)
        elif hosting.kind == "repository" and record is None:
            steps.append(
                Step("note", Message("It has not been harvested yet."), next=Message("Wait for the next harvest."))
            )
    steps += _entry(session, key, record, reader)
    return steps


def _proposed(proposed: Proposal | None) -> Iterator[Step]:
    """What became of the newest proposal of an address."""
    if proposed is None:
        return
    number, decided = proposed.number, proposed.decided_at
    if proposed.status == OPEN:
        text = message(
            "The address was proposed with the number {number} and waits for the operator's decision.", number=number
        )
        yield Step("note", text, proposed.at, Message("Wait for the decision."))
    elif proposed.status == REJECTED:
        text = message("The proposal {number} was rejected: {reason}", number=number, reason=proposed.reason)
        yield Step("problem", text, decided, Message("Propose the address again where the reason no longer holds."))
    else:
        yield Step("ok", message("The proposal {number} was accepted.", number=number), decided)


def _looks(session: Session, key: str, reader: Reader) -> Iterator[Step]:
    """The looks at a repository; equal ones in a row are told once, with the first and the last date."""
    items = session.exec(
        select(HarvestItem).where(HarvestItem.repository_key == key).order_by(col(HarvestItem.at), col(HarvestItem.id))
    ).all()
    for _, group in groupby(items, key=lambda item: (item.outcome, item.messages)):
        same = list(group)
        state, text, step = outcome_text(same[0].outcome)
        details = tuple(message_from_json(data) for data in same[0].messages)
        if len(same) > 1:
            details += (_again(same, reader.zone),)
        yield Step(state, text, same[0].at, step, details)


def _again(same: Sequence[HarvestItem], zone: tzinfo) -> Message:
    date = f"{same[-1].at.astimezone(zone):%Y-%m-%d %H:%M %Z}"
    if same[0].outcome is Outcome.UNCHANGED:  # of these `retention.prune` keeps the first and the last only
        return message("The same at every look until {date}.", date=date)
    return message("The same at {count} looks, the last on {date}.", count=len(same), date=date)


def _with_prepared(session: Session, looks: list[Step], record: RepositoryRecord) -> list[Step]:
    """The last step that missed a publiccode.yml names the one that is prepared."""
    missed = [number for number, step in enumerate(looks) if step.text.template == _OUTCOMES[Outcome.NO_FILE][1]]
    if missed:
        looks[missed[-1]] = replace(looks[missed[-1]], prepared=prepared_for(session, record.id))
    return looks


def _assessment(session: Session, record: RepositoryRecord) -> Iterator[Step]:
    assessment = session.get(AssessmentRecord, record.newest_assessment_id) if record.newest_assessment_id else None
    if assessment is None:
        return
    findings = [finding_from_json(data) for data in assessment.findings]
    errors = tuple(finding for finding in findings if finding.severity is Severity.ERROR)
    if assessment.valid:
        yield Step(
            "ok",
            message("{path} is valid; warnings: {count}.", path=assessment.path, count=len(findings)),
            assessment.assessed_at,
            path=assessment.path,
            findings=tuple(findings),
        )
    else:
        yield Step(
            "problem",
            message("{path} is not valid; errors: {count}.", path=assessment.path, count=len(errors)),
            assessment.assessed_at,
            Message("Repair the errors named here; each says what to write instead."),
            path=assessment.path,
            findings=errors,
        )


_TOMBSTONES = {
    "gone": "The entry is a tombstone: its repository is gone.",
    "withdrawn": "The entry is a tombstone: its owner withdrew the publiccode.yml.",
    "technical-fork": "The entry is a tombstone: its file now names another repository.",
    "moved": "The entry is a tombstone: its repository now answers at another address, which has an entry of its own.",
    "part": "The entry is a tombstone: its repository now belongs to a system that another repository stands for.",
    "unlisted": "The entry is a tombstone: the list of publishers no longer names its repository.",
}


def tombstone_text(reason: str) -> Message:
    """The sentence for a reason why an entry is deactivated."""
    return Message(_TOMBSTONES[reason])


def _entry(session: Session, key: str, record: RepositoryRecord | None, reader: Reader) -> Iterator[Step]:
    entry = session.exec(select(Software).where(Software.key == key)).first()
    if entry is None and record is not None:
        entry = session.exec(select(Software).where(Software.repository_id == record.id)).first()
    if (
        entry is None
        and record is not None
        and record.relation
        in (
            Relation.TECHNICAL_FORK,
            Relation.ALIAS,
            Relation.PART,
        )
    ):
        original = session.exec(select(Software).where(Software.key == record.declared_key)).first()
        if original is not None:
            name = entry_name(session, original, reader)
            yield Step("note", message("It is linked from the entry “{name}”.", name=name), software=original.slug)
        return
    if entry is None:
        yield Step("problem", Message("The catalogue has no entry for this address."))
        return
    if entry.deactivated:
        yield Step("problem", tombstone_text(entry.deactivated), entry.deactivated_at, software=entry.slug)
        return
    yield from _shown(session, entry, record, reader)


def entry_name(session: Session, entry: Software, reader: Reader) -> str:
    """The entry's name in the reader's language where its file gives one."""
    shown = session.get(AssessmentRecord, entry.shown_assessment_id)
    descriptions = (shown.values or {}).get("description") if shown else None
    said = descriptions.get(reader.language) if isinstance(descriptions, dict) else None
    name = said.get("localisedName") if isinstance(said, dict) else None
    return name if isinstance(name, str) and name.strip() else entry.name


def _shown(session: Session, entry: Software, record: RepositoryRecord | None, reader: Reader) -> Iterator[Step]:
    newest = session.get(AssessmentRecord, entry.newest_assessment_id)
    name = entry_name(session, entry, reader)
    if reader.only_valid and newest is not None and not newest.valid:
        yield Step(
            "problem",
            message("The entry “{name}” is in no list and no search: this registry shows only valid files.", name=name),
            newest.assessed_at,
            Message("Make the file valid; the entry follows at the next harvest."),
            software=entry.slug,
        )
        return
    yield Step("ok", message("The catalogue shows it as “{name}”.", name=name), entry.modified_at, software=entry.slug)
    yield from license_step(session, entry, reader)
    if entry.unreadable_since:
        yield Step(
            "note",
            Message("What is shown is the last usable version: the newest file cannot be shown."),
            entry.unreadable_since,
            Message("Repair the file; the entry follows at the next harvest."),
        )
    if record is not None and record.reach in (Reach.MISSING, Reach.UNKNOWN) and record.head_commit:
        yield Step(
            "note", Message("The entry stays as it was while its repository does not answer."), record.reach_since
        )
