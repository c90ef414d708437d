"""Who uses what: what organisations declare, what files claim, what was confirmed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from .catalogue import shown_among
from .claims import CLAIMED, CONFIRMED, DECLARED, FILE
from .models import Publisher, Software, Usage
from .organisations import same_name
from .store import Change

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Use:
    """That an organisation uses a software: one line, however many statements say so. Holds no contact.

    `publisher` is its slug, empty for an organisation that is no publisher here; `names` are then none. `kind` is confirmed where
    one of the statements was. `named`: the software's own file names the user; `unnamed`: it did, and no longer does. `own`: the
    software's own publisher. `numbers` are those of the statements.
    """

    software_id: UUID
    name: str
    kind: str
    publisher: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    publisher_id: UUID | None = None
    version: str = ""
    since: str = ""
    purpose: str = ""
    evidence: str = ""
    declared: bool = False
    named: bool = False
    unnamed: bool = False
    own: bool = False
    declared_at: datetime | None = None
    confirmed_at: datetime | None = None
    numbers: tuple[int, ...] = ()

    @property
    def key(self) -> str:
        """What is the same for two uses of one organisation."""
        return str(self.publisher_id or same_name(self.name))


def in_force(usage: Usage) -> bool:
    """Whether a statement still says something: not withdrawn, and no claim of a file that no longer makes it."""
    gone = usage.source == FILE and usage.kind == CLAIMED and usage.unnamed_at is not None
    return usage.withdrawn_at is None and not gone


def users_of(session: Session, software_ids: Iterable[UUID | str]) -> dict[UUID, list[Use]]:
    """Who uses each of these: confirmed before claimed, then by name; every id has its list. One query for each 500."""
    wanted = list(dict.fromkeys(UUID(str(identity)) for identity in software_ids))
    found: dict[UUID, list[Use]] = {identity: [] for identity in wanted}
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        query = select(Usage, Publisher, Software.publisher_id).join(
            Software, col(Software.id) == col(Usage.software_id)
        )
        query = query.outerjoin(Publisher, col(Publisher.id) == col(Usage.publisher_id))
        rows = session.exec(query.where(col(Usage.software_id).in_(part)).order_by(col(Usage.number))).all()
        for use in _uses(rows):
            found[use.software_id].append(use)
    return found


def uses_of(session: Session, software_ids: Iterable[UUID | str]) -> dict[UUID, frozenset[str]]:
    """Of each of these the kinds of use by others than its publisher: confirmed, claimed; none: an empty set."""
    return {
        identity: frozenset(use.kind for use in uses if not use.own)
        for identity, uses in users_of(session, software_ids).items()
    }


def everybody(session: Session, only_valid: bool = False, publishers: Iterable[UUID] | None = None) -> list[Use]:
    """All uses of entries that are shown, or those by these publishers, the software's own publisher left out."""
    query = select(Usage.software_id).distinct()
    if publishers is not None:
        query = query.where(col(Usage.publisher_id).in_(list(publishers)))
    shown = shown_among(session, session.exec(query).all(), only_valid)
    wanted = None if publishers is None else set(publishers)
    return [
        use
        for uses in users_of(session, sorted(shown)).values()
        for use in uses
        if not use.own and (wanted is None or use.publisher_id in wanted)
    ]


_Row = tuple[Usage, Publisher | None, UUID]


def _uses(rows: Iterable[_Row]) -> list[Use]:
    """One line for each organisation and software."""
    together: dict[tuple[UUID, str], list[_Row]] = {}
    for row in rows:
        if in_force(row[0]):
            key = str(row[0].publisher_id or same_name(row[0].name))
            together.setdefault((row[0].software_id, key), []).append(row)
    lines = [_line(statements) for statements in together.values()]
    return sorted(lines, key=lambda use: (use.kind != CONFIRMED, use.name.casefold(), use.numbers))


def _line(rows: Sequence[_Row]) -> Use:
    _, publisher, owner = rows[0]
    usages = sorted((row[0] for row in rows), key=_weight)
    best = usages[0]

    def told(column: Callable[[Usage], str]) -> str:
        return next(filter(None, map(column, usages)), "")

    from_file = [one for one in usages if one.source == FILE]
    return Use(
        software_id=best.software_id,
        name=publisher.name if publisher else best.name,
        kind=best.kind,
        publisher=publisher.slug if publisher else "",
        names=dict(publisher.names) if publisher else {},
        publisher_id=best.publisher_id,
        version=told(lambda one: one.version),
        since=told(lambda one: one.since),
        purpose=told(lambda one: one.purpose),
        evidence=told(lambda one: one.evidence),
        declared=any(one.source == DECLARED for one in usages),
        named=any(one.unnamed_at is None for one in from_file),
        unnamed=bool(from_file) and all(one.unnamed_at is not None for one in from_file),
        own=best.publisher_id == owner,
        declared_at=best.declared_at,
        confirmed_at=best.confirmed_at,
        numbers=tuple(sorted(one.number for one in usages)),
    )


def _weight(usage: Usage) -> tuple[bool, bool, int]:
    """What says more comes first: confirmed, then declared, then the newest."""
    return usage.kind != CONFIRMED, usage.source != DECLARED, -usage.number


def statements(session: Session, everything: bool = False) -> list[tuple[str, Usage, str]]:
    """All statements in force (or all) by number, each with the slug of its software and of its publisher, with its contact.

    For the registry's own people.
    """
    query = select(Software.slug, Usage, Publisher.slug).join(Usage, col(Software.id) == col(Usage.software_id))
    query = query.outerjoin(Publisher, col(Publisher.id) == col(Usage.publisher_id)).order_by(col(Usage.number))
    return [(slug, row, owner or "") for slug, row, owner in session.exec(query) if everything or in_force(row)]


def _end(row: Usage, change: Change) -> None:
    """Ends the statement of a user whose name was taken out: what is left of it names nobody."""
    if row.source == FILE:
        row.unnamed_at = row.unnamed_at or change.at
    elif row.withdrawn_at is None:
        row.withdrawn_at, row.withdrawn_by, row.withdrawn_because = change.at, change.actor, "person erased"


_WRITTEN = ("name", "version", "purpose", "contact", "evidence", "withdrawn_because")
_PEOPLE = ("declared_by", "confirmed_by", "withdrawn_by")


def forget(change: Change, without: Callable[[str], str]) -> Iterator[str]:
    """Takes persons out of all statements (`without` gives a text without them); names what held one."""
    for row in change.session.exec(select(Usage).order_by(col(Usage.number))).all():
        for column in (*_WRITTEN, *_PEOPLE):
            text = getattr(row, column)
            if text and (left := without(text)) != text:
                setattr(row, column, left)
                if column == "name":
                    _end(row, change)
                change.session.add(row)
                change.log("usage", row.id, "person erased", None, None)
                yield f"the {column} of statement {row.number} about use"
