"""What agencies declare about an entry, or about themselves, beyond their files: recorded, ended, told. See docs/readiness.md."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from unicodedata import normalize
from urllib.parse import quote, unquote, urlsplit

from sqlalchemy import func
from sqlmodel import Session, col, select

from ..schemas.finding import Message, message
from .audit.past import read_day
from .erased import without_erased
from .models import Declaration, Publisher, Software
from .organisations import one_line
from .persons import EMAIL
from .store import Change

SOFTWARE, PUBLISHER = "software", "publisher"
LONGEST = {"tool": 200, "value": 300, "evidence": 2000, "name of who records this": 200}


class DeclarationError(ValueError):
    """What is asked for cannot be carried out; the text says why, and what to do. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of declaration: about what it is, which parts it must have, and which values it may have (empty: any)."""

    title: Message
    about: frozenset[str]
    needs: tuple[str, ...] = ()
    values: tuple[str, ...] = ()


_ENTRY, _PUBLISHER, _BOTH = frozenset({SOFTWARE}), frozenset({PUBLISHER}), frozenset({SOFTWARE, PUBLISHER})
KINDS: Mapping[str, Kind] = {
    "security-scan": Kind(message("The source code was scanned for weaknesses"), _ENTRY, ("tool", "on")),
    "cve-check": Kind(message("The components were checked for known vulnerabilities"), _ENTRY, ("tool", "on")),
    "no-sensitive-data": Kind(
        message("The system is not sensitive, and its files hold nothing secret or personal"), _ENTRY
    ),
    "all-code-public": Kind(message("All code is public, but for what would help fraud or is sensitive"), _ENTRY),
    "accessibility": Kind(message("Level of accessibility"), _ENTRY, ("value",), ("A", "AA", "AAA")),
    "maintenance-tier": Kind(message("Maintenance tier"), _ENTRY, ("value",), ("0", "1", "2", "3", "4")),
    "compliance-report": Kind(message("A licence compliance report was made"), _ENTRY, ("on",)),
    "contract": Kind(message("The contract gives the rights and the deliverables that the release needs"), _ENTRY),
    "license-contact": Kind(message("Contact for questions about licences"), _BOTH, ("value",)),
    "open-source-policy": Kind(message("The agency has an open source policy"), _PUBLISHER, ("evidence",)),
    "open-source-roles": Kind(message("Who is responsible for open source"), _PUBLISHER, ("value",)),
    "open-source-scope": Kind(message("What the open source programme covers"), _PUBLISHER, ("value",)),
    "contribution-policy": Kind(message("The agency has a policy for contributions"), _PUBLISHER, ("evidence",)),
    "openchain-5230": Kind(message("Conforms to OpenChain ISO/IEC 5230"), _PUBLISHER, ("on",)),
    "openchain-18974": Kind(message("Conforms to OpenChain ISO/IEC 18974"), _PUBLISHER, ("on",)),
}
"""What can be declared. The names are never renamed: records hold them."""
_PARTS = ("tool", "on", "value", "evidence")
_CONTACT = "license-contact"


def declare(change: Change, subject: Software | Publisher, kind: str, said: Mapping[str, str]) -> Declaration:
    """Records a declaration; one of the same kind about the same that is in force ends.

    Args:
        change: its actor is who records it.
        subject: the entry or the publisher that it is about.
        kind: a name of KINDS.
        said: `tool`, `on` (YYYY-MM-DD), `value` and `evidence` (an http(s) address), as far as they were given.

    Raises:
        DeclarationError: something is not as it must be.

    """
    who, value = _text(change.actor, "name of who records this"), _value(kind, said, change.at.date())
    if not who:
        raise DeclarationError("the name of who records this is needed; next: --by")
    is_software = isinstance(subject, Software)
    _require_about(kind, SOFTWARE if is_software else PUBLISHER)
    _require_nobody_erased(change.session, value)
    for former in in_force(change.session, [subject]):
        if former.kind == kind:
            _end(change, former, who)
    change.session.flush()
    made = Declaration(
        number=(change.session.exec(select(func.max(Declaration.number))).one() or 0) + 1,
        software_id=subject.id if is_software else None,
        publisher_id=None if is_software else subject.id,
        kind=kind,
        value=value,
        at=change.at,
        by=who,
    )
    change.session.add(made)
    change.session.flush()
    return made


def withdraw(change: Change, number: int) -> Declaration:
    """Ends a declaration; it stays in the history.

    Raises:
        DeclarationError: there is none of that number, it has ended, or nobody is named who withdraws it.

    """
    who = _text(change.actor, "name of who records this")
    if not who:
        raise DeclarationError("the name of who withdraws it is needed; next: --by")
    found = change.session.exec(select(Declaration).where(Declaration.number == number)).first()
    if found is None:
        raise DeclarationError(f"there is no declaration {number}; next: publiccode audit list --declarations --all")
    if found.ended_at is not None:
        raise DeclarationError(f"declaration {number} ended on {found.ended_at:%Y-%m-%d}")
    _end(change, found, who)
    return found


def _end(change: Change, declaration: Declaration, who: str) -> None:
    declaration.ended_at, declaration.ended_by = change.at, who
    change.session.add(declaration)


def in_force(session: Session, subjects: Sequence[Software | Publisher]) -> Sequence[Declaration]:
    """The declarations in force about these entries and publishers, the newest of all first."""
    ids = [one.id for one in subjects]
    about = col(Declaration.software_id).in_(ids) | col(Declaration.publisher_id).in_(ids)
    query = select(Declaration).where(about, col(Declaration.ended_at).is_(None))
    return session.exec(query.order_by(col(Declaration.number).desc())).all()


def all_declarations(session: Session) -> Sequence[tuple[Declaration, str]]:
    """All declarations by number, each with the slug of its entry or the id of its publisher."""
    query = (
        select(Declaration, Software.slug, Publisher.identifier)
        .join(Software, col(Declaration.software_id) == col(Software.id), isouter=True)
        .join(Publisher, col(Declaration.publisher_id) == col(Publisher.id), isouter=True)
    )
    rows = session.exec(query.order_by(col(Declaration.number)))
    return [(declaration, slug or identifier or "") for declaration, slug, identifier in rows]


def publisher_named(session: Session, name: str) -> Publisher:
    """The publisher with this id or slug.

    Raises:
        DeclarationError: there is none.

    """
    named = (col(Publisher.identifier) == name) | (col(Publisher.slug) == name)
    found = session.exec(select(Publisher).where(named)).first()
    if found is None:
        raise DeclarationError(f"there is no publisher {name!r}; next: publiccode publishers list")
    return found


def forget(change: Change, without: Callable[[str], str]) -> Iterator[str]:
    """Takes persons out of all declarations (`without` gives a text without them); names what held one."""
    for row in change.session.exec(select(Declaration).order_by(col(Declaration.number))).all():
        left = {name: _without(text, without) for name, text in row.value.items()}
        parts = [name for name, text in row.value.items() if left[name] != text]
        if parts:
            row.value = left
        for column in ("by", "ended_by"):
            if (name := without(getattr(row, column))) != getattr(row, column):
                setattr(row, column, name)
                parts.append(column)
        if parts:
            change.session.add(row)
            change.log("declaration", row.id, "person erased", None, None)
        yield from (f"the {part} of declaration {row.number}" for part in parts)


def _without(text: str, without: Callable[[str], str]) -> str:
    """A text, or an address whose letters may be escaped, without persons."""
    left = without(text)
    plain = unquote(left)
    return left if without(plain) == plain else quote(without(plain), safe=":/?#[]@!$&'()*+,;=~")


def _require_about(kind: str, about: str) -> None:
    if about not in KINDS[kind].about:
        other = PUBLISHER if about == SOFTWARE else SOFTWARE
        raise DeclarationError(f"{kind} is declared about a {other}; next: --{other}")


def _value(kind: str, said: Mapping[str, str], today: date) -> dict[str, str]:
    if kind not in KINDS:
        raise DeclarationError(f"there is no kind {kind!r}; the kinds are {', '.join(KINDS)}")
    asked = KINDS[kind]
    lacking = [part for part in asked.needs if not said.get(part, "").strip()]
    if lacking:
        raise DeclarationError(f"{kind} needs more; next: {' '.join(f'--{part}' for part in lacking)}")
    told = {part: said[part].strip() for part in _PARTS if said.get(part, "").strip()}
    value = told.get("value", "")
    if asked.values and value not in asked.values:
        raise DeclarationError(f"--value of {kind} is one of {', '.join(asked.values)}, not {value[:100]!r}")
    for part in ("tool", "value"):
        if part in told:
            told[part] = _text(told[part], part) if kind == _CONTACT else _plain(told[part], part)
    if "on" in told:
        _require_day(told["on"], today)
    if "evidence" in told:
        _require_address(told["evidence"])
    return told


def _require_day(text: str, today: date) -> None:
    try:
        day = read_day(text)
    except ValueError as error:
        raise DeclarationError(f"--on {error}") from error
    if day > today + timedelta(days=1):  # somewhere it is tomorrow already
        raise DeclarationError(f"--on {text} is still to come; what has happened is declared")


def _require_address(text: str) -> None:
    try:
        parts = urlsplit(text)
        web = parts.scheme in ("http", "https") and bool(parts.hostname) and text.isprintable() and " " not in text
    except ValueError:
        web = False
    if not web or len(text) > LONGEST["evidence"]:
        raise DeclarationError(f"--evidence {text[:200]!r} is no http(s) address")
    if "@" in parts.netloc or EMAIL.search(normalize("NFKC", unquote(text))):
        raise DeclarationError(f"the address at {parts.hostname} names somebody, and is shown to everybody")


def _require_nobody_erased(session: Session, value: Mapping[str, str]) -> None:
    without = without_erased(session)
    for part, text in value.items():
        if _without(text, without) != text:
            raise DeclarationError(
                f"the {part} names a person who was taken out of this registry; next: write it without"
            )


def _plain(text: str, what: str) -> str:
    """One line that is shown to everybody: no e-mail address, by which a person would be published."""
    said = _text(text, what)
    if EMAIL.search(normalize("NFKC", said)):
        raise DeclarationError(f"the {what} has an e-mail address, and is shown to everybody; next: write it without")
    return said


def _text(text: str, what: str) -> str:
    said = one_line(text, LONGEST[what] + 1)
    if len(said) > LONGEST[what]:
        raise DeclarationError(f"the {what} has more than {LONGEST[what]} characters")
    return said
