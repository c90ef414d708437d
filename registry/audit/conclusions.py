"""What auditors decide about an entry: conclusions about its licence, and waivers of the policy's rules."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, tzinfo
from hashlib import sha256
from typing import Any
from unicodedata import normalize
from uuid import UUID

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select

from ...schemas.finding import Message, message
from ...schemas.licensing.expression import ExpressionError, parse_expression
from ...schemas.licensing.found import NOASSERTION
from ...schemas.licensing.reading import read_expression
from ...schemas.licensing.successors import renewed
from ..catalogue import entry, entry_at
from ..models import AssessmentRecord, LicenseConclusion, LicenseWaiver, Software
from ..store import Change
from .past import end_of_day, read_day
from .reasons import WaiverReason

LONGEST = 1_000  # characters of a reason or a remark
LONGEST_NAME = 200  # characters of an auditor's name
LONGEST_WAIVER = 2  # years


class AuditError(ValueError):
    """What an auditor asks for cannot be carried out; the text says why, and what to do. Nothing was changed."""


# With a domain that ends in letters: jquery@3.5.1 is no e-mail.
_EMAIL = re.compile(r"[\w.+-]@(?:[\w-]{1,63}\.)+(?:xn--[\w-]+|[^\W\d_]{2,})(?!\w)")
_NOTHING = Message("")
REPLACED, DECLARATION_CHANGED, FILES_CHANGED, WITHDRAWN = (
    "replaced",
    "declaration-changed",
    "files-changed",
    "withdrawn",
)
ENDED_BECAUSE: Mapping[str, Message] = {
    REPLACED: message("A newer conclusion replaced it."),
    DECLARATION_CHANGED: message("The declaration in publiccode.yml changed."),
    FILES_CHANGED: message("The licence files changed."),
}


def why_ended(conclusion: LicenseConclusion) -> Message:
    """Why a conclusion is no longer in force; the empty message where it is."""
    reason, _, who = conclusion.ended_because.partition(":")
    if reason == WITHDRAWN:
        return message("{who} withdrew it.", who=who)
    return ENDED_BECAUSE.get(reason, _NOTHING)


def seen(declared: str, files: Sequence[Mapping[str, Any]]) -> str:
    """Digests of a declaration and of licence files (`{path, hash, target}`), by which a conclusion knows what it was about."""
    listed = sorted((str(file["path"]), str(file["hash"]), str(file.get("target") or "")) for file in files)
    return f"{_digest(declared)}:{_digest(repr(listed))}"


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def changed_since(conclusion: LicenseConclusion, now: str) -> str:
    """What changed since the auditor looked (`now` as `seen` gives it): a key of ENDED_BECAUSE, or empty."""
    if conclusion.files == now:
        return ""
    return FILES_CHANGED if conclusion.files.partition(":")[0] == now.partition(":")[0] else DECLARATION_CHANGED


def software_named(session: Session, name: str) -> Software:
    """The entry with this slug, or at this address; no tombstone.

    Raises:
        AuditError: there is none.

    """
    found = entry_at(session, name) if "/" in name else entry(session, name)
    if found is None or found.software.deactivated:
        raise AuditError(f"the catalogue shows no entry {name!r}; next: publiccode search, or publiccode why {name}")
    return found.software


def auditor(name: str) -> str:
    """The name of who decides, in one line.

    Raises:
        AuditError: there is none, or it is too long.

    """
    said = _one_line(name)
    if not said or len(said) > LONGEST_NAME:
        raise AuditError(f"the name of who decides is needed, 1 to {LONGEST_NAME} characters; it stands in reports")
    return said


def conclude(change: Change, software: Software, concluded: str, reason: str) -> LicenseConclusion:
    """Records what an auditor concluded; it stays until the declaration or the licence files change.

    Args:
        change: its actor is the auditor.
        software: the entry. A conclusion about it that is in force ends.
        concluded: the licence, an SPDX expression, or NOASSERTION: nobody can know it.
        reason: why; shown to everybody.

    Raises:
        AuditError: the licence is no expression or has an id that SPDX replaced, there is no reason or it has an e-mail
            address, the auditor has no name, or nobody has read the entry's repository.

    """
    who, chosen = auditor(change.actor), _expression(concluded)
    said = _text(reason, "reason")
    assessment = change.session.get_one(AssessmentRecord, software.shown_assessment_id)
    if not assessment.commit:
        raise AuditError(
            f"{software.slug} is known from another catalogue only: nobody has read its repository, so there is nothing to "
            "conclude about; next: list the repository in publishers.yml and harvest it"
        )
    for former in _open_conclusions(change.session, [software.id]):
        _end(change, former, REPLACED)
    conclusion = LicenseConclusion(
        number=_next(change.session, LicenseConclusion),
        software_id=software.id,
        at=change.at,
        by=who,
        license=chosen,
        reason=said,
        files=seen(assessment.license_declared, assessment.license_files),
    )
    change.session.add(conclusion)
    change.session.flush()
    return conclusion


def _expression(concluded: str) -> str:
    """The licence that an auditor names: an expression of today's ids, or NOASSERTION."""
    chosen = concluded.strip()
    if chosen == NOASSERTION:
        return chosen
    try:
        expression = parse_expression(chosen)
    except ExpressionError as error:
        meant = " or ".join(read_expression(chosen).suggestions) or "LicenseRef- and a name, where it has no SPDX id"
        raise AuditError(
            f"{concluded!r} is neither an SPDX expression nor NOASSERTION ({error}); next: conclude {meant}"
        ) from error
    if expression.deprecated:
        meant = " or ".join(renewed(expression)) or "what the licence file says, with ids of today"
        raise AuditError(
            f"SPDX replaced {', '.join(expression.deprecated)}, and a conclusion says what is meant today; next: conclude {meant}"
        )
    return expression.text


def withdraw_conclusion(change: Change, number: int, zone: tzinfo) -> LicenseConclusion:
    """Ends a conclusion. `zone`: the instance's time zone, in which days are told.

    Raises:
        AuditError: there is none of that number, it has ended, or who withdraws it has no name.

    """
    who = auditor(change.actor)
    query = select(LicenseConclusion).where(LicenseConclusion.number == number)
    found = change.session.exec(query).first()
    if found is None:
        raise AuditError(f"there is no conclusion {number}; next: publiccode audit list --all")
    if found.ended_at is not None:
        day = found.ended_at.astimezone(zone).date()
        raise AuditError(f"conclusion {number} ended on {day}: {why_ended(found)}")
    _end(change, found, f"{WITHDRAWN}:{who}")
    return found


def end_conclusion(change: Change, conclusion: LicenseConclusion, because: str) -> None:
    """Ends a conclusion because what it was about changed (`changed_since`)."""
    _end(change, conclusion, because)


def _end(change: Change, conclusion: LicenseConclusion, because: str) -> None:
    conclusion.ended_at, conclusion.ended_because = change.at, because
    change.session.add(conclusion)


def _open_conclusions(session: Session, ids: Sequence[UUID]) -> Sequence[LicenseConclusion]:
    query = select(LicenseConclusion).where(
        col(LicenseConclusion.software_id).in_(ids), col(LicenseConclusion.ended_at).is_(None)
    )
    return session.exec(query.order_by(col(LicenseConclusion.number))).all()


def waive(
    change: Change,
    software: Software,
    rule: str,
    reason: str,
    until: str,
    remark: str,
    *,
    rules: Collection[str],
    zone: tzinfo,
) -> LicenseWaiver:
    """Waives a rule of the policy for an entry until the end of a day.

    Args:
        change: its actor is the auditor.
        software: the entry. A waiver of the same rule for it that is in force ends.
        rule: the rule's id, one of `rules`.
        reason: a WaiverReason.
        until: YYYY-MM-DD in `zone`, at most two years ahead.
        remark: what is special about it; shown to everybody.
        rules: the ids of all rules.
        zone: the instance's time zone.

    Raises:
        AuditError: one of these is not as it must be.

    """
    if rule not in rules:
        raise AuditError(f"there is no rule {rule!r}; the rules are {', '.join(sorted(rules))}")
    if reason not in set(WaiverReason):
        raise AuditError(f"{reason!r} is no reason for a waiver; the reasons are {', '.join(WaiverReason)}")
    who, day, said = auditor(change.actor), _last_day(until, change.at.astimezone(zone).date()), _text(remark, "remark")
    for former in waivers_of(change.session, software.id):
        if former.rule == rule and in_force(former, change.at, zone):
            former.ended_at, former.ended_by = change.at, who
            change.session.add(former)
    waiver = LicenseWaiver(
        number=_next(change.session, LicenseWaiver),
        software_id=software.id,
        at=change.at,
        by=who,
        rule=rule,
        reason=WaiverReason(reason).value,
        remark=said,
        until=day.isoformat(),
    )
    change.session.add(waiver)
    change.session.flush()
    return waiver


def _last_day(until: str, today: date) -> date:
    last = _years_later(today, LONGEST_WAIVER)
    try:
        day = read_day(until)
    except ValueError as error:
        raise AuditError(f"{until!r} is no day; write it as YYYY-MM-DD") from error
    if not today <= day <= last:
        raise AuditError(f"a waiver ends between today ({today}) and {last}; {day} does not lie there")
    return day


def end_waiver(change: Change, number: int, zone: tzinfo) -> LicenseWaiver:
    """Ends a waiver before its day.

    Raises:
        AuditError: there is none of that number, it is no longer in force, or who ends it has no name.

    """
    who = auditor(change.actor)
    found = change.session.exec(select(LicenseWaiver).where(LicenseWaiver.number == number)).first()
    if found is None:
        raise AuditError(f"there is no waiver {number}; next: publiccode audit list --all")
    if not in_force(found, change.at, zone):
        day = f"{found.ended_at.astimezone(zone):%Y-%m-%d}" if found.ended_at else found.until
        raise AuditError(f"waiver {number} ended on {day}")
    found.ended_at, found.ended_by = change.at, who
    change.session.add(found)
    return found


def in_force(waiver: LicenseWaiver, at: datetime, zone: tzinfo) -> bool:
    """Whether a waiver holds at the moment `at`: made, not withdrawn, and its last day in the zone is not over."""
    if at < waiver.at or (waiver.ended_at is not None and waiver.ended_at <= at):
        return False
    return at <= end_of_day(waiver.until, zone)


def waivers_of(session: Session, software_id: UUID) -> Sequence[LicenseWaiver]:
    """All waivers for an entry, the newest first."""
    query = select(LicenseWaiver).where(LicenseWaiver.software_id == software_id)
    return session.exec(query.order_by(col(LicenseWaiver.number).desc())).all()


def all_conclusions(session: Session) -> Sequence[tuple[str, LicenseConclusion]]:
    """All conclusions by number, each with the slug of its entry."""
    query = select(Software.slug, LicenseConclusion).join(Software, _same(LicenseConclusion.software_id))
    return [(slug, row) for slug, row in session.exec(query.order_by(col(LicenseConclusion.number)))]


def all_waivers(session: Session) -> Sequence[tuple[str, LicenseWaiver]]:
    """All waivers by number, each with the slug of its entry."""
    query = select(Software.slug, LicenseWaiver).join(Software, _same(LicenseWaiver.software_id))
    return [(slug, row) for slug, row in session.exec(query.order_by(col(LicenseWaiver.number)))]


def forget(change: Change, without: Callable[[str], str]) -> Iterator[str]:
    """Takes persons out of auditors' reasons and remarks (`without` gives a text without them); names what held one.

    The log tells of it without the text: reports that are kept are made anew when something was written.
    """
    kept: list[tuple[LicenseConclusion | LicenseWaiver, str, str]] = [
        (one, "reason", "conclusion") for _, one in all_conclusions(change.session)
    ]
    kept += [(one, "remark", "waiver") for _, one in all_waivers(change.session)]
    for row, field, kind in kept:
        text = getattr(row, field)
        if (left := without(text)) != text:
            setattr(row, field, left)
            change.session.add(row)
            change.log(f"license_{kind}", row.id, "person erased", None, None)
            yield f"the {field} of {kind} {row.number}"


def _same(column: UUID) -> ColumnElement[bool]:
    return col(column) == col(Software.id)


def _text(text: str, name: str) -> str:
    """One line of what the auditor wrote; no e-mail address, by which a person would be published."""
    said = _one_line(text)
    if not said or len(said) > LONGEST:
        raise AuditError(f"a {name} of 1 to {LONGEST} characters is needed; it is shown to everybody")
    if _EMAIL.search(normalize("NFKC", said)):
        raise AuditError(f"the {name} has an e-mail address; it is shown to everybody: write it without the address")
    return said


def _one_line(text: str) -> str:
    """`text` without what could steer a terminal or begin another line."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # the 29th of February
        return day.replace(year=day.year + years, day=28)


def _next(session: Session, table: type[LicenseConclusion] | type[LicenseWaiver]) -> int:
    session.flush()
    return (session.exec(select(func.max(table.number))).one() or 0) + 1
