"""What is said about use by command: declared, confirmed, withdrawn. Until people can sign in, an operator does it for them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches
from unicodedata import normalize
from urllib.parse import unquote, urlsplit
from uuid import UUID

from sqlmodel import Session, col, select

from .catalogue import entry, entry_at
from .claims import CLAIMED, CONFIRMED, DECLARED, next_number
from .erased import without_erased
from .models import Software, Usage
from .organisations import LONGEST_NAME, Organisations, one_line, same_name
from .persons import EMAIL
from .store import Change
from .usage import in_force

LONGEST = {
    "version": 100,
    "purpose": 500,
    "contact": 300,
    "evidence": 2000,
    "reason": 500,
    "name of who does this": 200,
}
REPLACED = "replaced by a newer declaration"
_SINCE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
_MOST_COMPARED = 20_000  # names, when one is looked for that is spelled nearly so


class UsageError(ValueError):
    """What is asked for cannot be carried out; the text says why, and what to do. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """What an organisation says of its use. `user`: a publisher's id, name or official identifier, else the name as it is.

    `since` is YYYY, YYYY-MM or YYYY-MM-DD; `evidence` an http(s) address; `contact` is shown to the registry's own people only.
    """

    user: str
    version: str = ""
    since: str = ""
    purpose: str = ""
    contact: str = ""
    evidence: str = ""


def software_named(session: Session, name: str) -> Software:
    """The entry with this slug, or at this address; no tombstone.

    Raises:
        UsageError: there is none; the text names those that are spelled nearly so.

    """
    found = entry_at(session, name) if "/" in name else entry(session, name)
    if found is not None and not found.software.deactivated:
        return found.software
    query = select(Software.slug, Software.name, Software.key).where(Software.deactivated == "").limit(_MOST_COMPARED)
    slugs: dict[str, str] = {}
    for slug, title, key in session.exec(query):
        for text in (slug, title.casefold(), key):
            slugs.setdefault(text, slug)
    wanted = name.casefold().removeprefix("https://").removeprefix("http://")
    near = dict.fromkeys(slugs[text] for text in get_close_matches(wanted, slugs, cutoff=0.5))
    hint = f"did you mean {' or '.join(near)}?" if near else "next: publiccode search"
    raise UsageError(f"the catalogue shows no entry {name!r}; {hint}")


def declare(change: Change, software: Software, said: Declaration) -> tuple[Usage, Usage | None]:
    """Keeps that an organisation uses a software; it is claimed until somebody confirms it.

    Gives the statement, and the one of the same organisation that it replaces.

    Raises:
        UsageError: something is not as it must be, or the same was declared before.

    """
    who, name = _person(change.actor), one_line(said.user, LONGEST_NAME)
    if not same_name(name):
        raise UsageError("the organisation that uses the software is needed; next: --user, its id or name")
    organisations = Organisations.known(change.session)
    publisher = organisations.called(name)
    if publisher is not None:
        name = one_line(organisations.by_id[publisher].name, LONGEST_NAME)
    made = Usage(
        number=next_number(change.session),
        software_id=software.id,
        publisher_id=publisher,
        name=_plain(name, "user", LONGEST_NAME),
        version=_plain(said.version, "version"),
        since=_since(said.since, change.at.date()),
        purpose=_plain(said.purpose, "purpose"),
        contact=_text(said.contact, "contact"),
        evidence=_address(said.evidence),
        source=DECLARED,
        declared_by=who,
        declared_at=change.at,
    )
    _require_nobody_erased(change.session, made)
    former = next((row for row in _of(change.session, software.id, publisher, name) if row.source == DECLARED), None)
    if former is not None:
        columns = ("version", "since", "purpose", "contact", "evidence")
        if all(getattr(former, column) == getattr(made, column) for column in columns):
            raise UsageError(f"{name} declared the same before (statement {former.number}, {former.kind})")
        former.withdrawn_at, former.withdrawn_by, former.withdrawn_because = change.at, who, REPLACED
        change.session.add(former)
    change.session.add(made)
    change.session.flush()
    return made, former


def _require_nobody_erased(session: Session, made: Usage) -> None:
    without = without_erased(session)
    for column, what in (("name", "user"), ("version", "version"), ("purpose", "purpose"), ("contact", "contact")):
        text = getattr(made, column)
        if without(text) != text:
            raise UsageError(f"the {what} names a person who was taken out of this registry; next: write it without")
    if without(evidence := unquote(made.evidence)) != evidence:
        raise UsageError("the evidence names a person who was taken out of this registry; next: leave it out")


def confirm(change: Change, chosen: Usage) -> Usage:
    """Keeps that the organisation itself was asked, and does use the software.

    Raises:
        UsageError: it no longer holds, was confirmed before, or nobody is named who confirms.

    """
    who = _person(change.actor)
    _require_in_force(chosen)
    if chosen.kind == CONFIRMED:
        raise UsageError(f"statement {chosen.number} is confirmed already")
    chosen.kind, chosen.confirmed_by, chosen.confirmed_at = CONFIRMED, who, change.at
    change.session.add(chosen)
    return chosen


def withdraw(change: Change, chosen: Usage, reason: str) -> Usage:
    """Ends a statement; it stays in the history. What a file claims is not claimed again by the same name.

    Raises:
        UsageError: it no longer holds, there is no reason, or nobody is named who withdraws.

    """
    who, why = _person(change.actor), _plain(reason, "reason")
    if not why:
        raise UsageError("a reason is needed; next: --reason")
    _require_in_force(chosen)
    chosen.withdrawn_at, chosen.withdrawn_by, chosen.withdrawn_because = change.at, who, why
    change.session.add(chosen)
    return chosen


def statement(session: Session, number: int) -> Usage:
    """The statement of this number.

    Raises:
        UsageError: there is none.

    """
    found = session.exec(select(Usage).where(Usage.number == number)).first()
    if found is None:
        raise UsageError(f"there is no statement {number}; next: publiccode usage list")
    return found


def statements_of(session: Session, software: Software, user: str) -> list[Usage]:
    """What is said now of an organisation's use of a software: the one that says most first, declared before files.

    Raises:
        UsageError: nothing; the text names who is known to use it.

    """
    name = one_line(user, LONGEST_NAME)
    found = _of(session, software.id, Organisations.known(session).called(name), name)
    if found:
        return sorted(found, key=lambda row: (row.source != DECLARED, row.number))
    others = [row for row in _all_of(session, software.id) if in_force(row)]
    told = ", ".join(f"{row.name} ({row.number})" for row in others[:10]) or "nobody"
    raise UsageError(f"nothing says that {name!r} uses {software.slug}; known to use it: {told}")


def to_confirm(session: Session, software: Software, user: str) -> Usage:
    """The statement about an organisation's use that is still to be confirmed.

    Raises:
        UsageError: there is none.

    """
    found = statements_of(session, software, user)
    waiting = next((row for row in found if row.kind == CLAIMED), None)
    if waiting is None or found[0].kind == CONFIRMED:
        raise UsageError(
            f"that {found[0].name} uses {software.slug} is confirmed already (statement {found[0].number})"
        )
    return waiting


def near_names(session: Session, user: str) -> list[str]:
    """Names of publishers that are spelled nearly so, where none is called so."""
    organisations = Organisations.known(session)
    if organisations.called(user) is not None:
        return []
    names = {same_name(name): name for name in organisations.names()}
    return [names[key] for key in get_close_matches(same_name(user), names, cutoff=0.7)]


def _all_of(session: Session, software_id: UUID) -> list[Usage]:
    return list(session.exec(select(Usage).where(Usage.software_id == software_id).order_by(col(Usage.number))))


def _of(session: Session, software_id: UUID, publisher: UUID | None, name: str) -> list[Usage]:
    """The statements in force about one organisation."""
    key = same_name(name)
    return [
        row
        for row in _all_of(session, software_id)
        if in_force(row) and (row.publisher_id == publisher if publisher else same_name(row.name) == key)
    ]


def _require_in_force(usage: Usage) -> None:
    if usage.withdrawn_at is not None:
        raise UsageError(
            f"statement {usage.number} was withdrawn on {usage.withdrawn_at:%Y-%m-%d}: {usage.withdrawn_because}"
        )
    if not in_force(usage):
        raise UsageError(f"statement {usage.number} ended: the software's file no longer names {usage.name}")


def _person(name: str) -> str:
    said = _text(name, "name of who does this")
    if not said:
        raise UsageError("the name of who does this is needed; next: --by")
    return said


def _text(text: str, what: str, most: int = 0) -> str:
    most = most or LONGEST[what]
    said = one_line(text, most + 1)
    if len(said) > most:
        raise UsageError(f"the {what} has more than {most} characters")
    return said


def _plain(text: str, what: str, most: int = 0) -> str:
    """One line that is shown to everybody: no e-mail address, by which a person would be published."""
    said = _text(text, what, most)
    if EMAIL.search(normalize("NFKC", said)):
        raise UsageError(
            f"the {what} has an e-mail address, and is shown to everybody; next: --contact is kept from pages"
        )
    return said


def _since(text: str, today: date) -> str:
    """A year, month or day that is not to come.

    Raises:
        UsageError: it is none.

    """
    said = text.strip()
    if not said:
        return ""
    found = _SINCE.fullmatch(said)
    try:
        day = date(*(int(part or 1) for part in found.groups())) if found else None
    except ValueError:
        day = None
    if day is None or day.year < 1950:
        raise UsageError(f"--since {text!r} is no year, month or day; write YYYY, YYYY-MM or YYYY-MM-DD")
    if day > today + timedelta(days=1):  # somewhere it is tomorrow already
        raise UsageError(f"--since {said} is still to come; use is declared when it has begun")
    return said


def _address(text: str) -> str:
    """An address that everybody may open.

    Raises:
        UsageError: it is none of http(s), or holds a user name or password.

    """
    said = text.strip()
    if not said:
        return ""
    try:
        parts = urlsplit(said)
        web = parts.scheme in ("http", "https") and bool(parts.hostname) and said.isprintable() and " " not in said
    except ValueError:
        web = False
    if not web or len(said) > LONGEST["evidence"]:
        raise UsageError(f"--evidence {said[:200]!r} is no http(s) address")
    if "@" in parts.netloc:
        raise UsageError(f"the address at {parts.hostname} holds a user name or password, and is shown to everybody")
    if EMAIL.search(normalize("NFKC", unquote(said))):
        raise UsageError(f"the address at {parts.hostname} has an e-mail address, and is shown to everybody")
    return said
