"""What the catalogue shows: reads of the database for pages, JSON and the search index."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import NAMESPACE_URL, UUID

from sqlalchemy import ColumnElement, and_, func
from sqlmodel import Session, col, select

from ..schemas.candidate import address_key
from ..schemas.document import parse
from ..schemas.finding import Finding
from .columns import may_hold
from .models import (
    AssessmentRecord,
    CodeHosting,
    Event,
    Publisher,
    Reach,
    Relation,
    RepositoryRecord,
    Software,
    StoredFile,
)
from .stored import finding_from_json

Key = TypeVar("Key", UUID, str)
_AT_ONCE = 500  # keys in one query: the engines bound the number of its parameters


@dataclass(frozen=True, slots=True)
class Entry:
    """One software with what belongs to it. `shown` is the last usable assessment, `newest` the newest of all."""

    software: Software
    publisher: Publisher
    repository: RepositoryRecord
    shown: AssessmentRecord
    newest: AssessmentRecord

    @property
    def values(self) -> Mapping[str, Any]:
        """What the shown file says, less the persons in it."""
        return self.shown.values or {}

    @property
    def findings(self) -> list[Finding]:
        """The findings about the newest file."""
        return [finding_from_json(data) for data in self.newest.findings]


def entry(session: Session, slug: str) -> Entry | None:
    """The entry at `/software/<slug>`, tombstones too."""
    software = session.exec(select(Software).where(Software.slug == slug)).first()
    return next(entries(session, [software.id]), None) if software else None


def entry_at(session: Session, address: str) -> Entry | None:
    """The entry whose file names this address, else the one of the repository there."""
    key = address_key(address)
    found = session.exec(select(Software).where(Software.key == key)).first()
    return next(entries(session, [found.id]), None) if found else entries_of(session, [key]).get(key)


def record_at(session: Session, key: str) -> RepositoryRecord | None:
    """The repository that answers at a normalised address, its own or an alias."""
    exact = session.exec(select(RepositoryRecord).where(RepositoryRecord.key == key)).first()
    if exact is not None:
        return exact
    aliased = session.exec(select(RepositoryRecord).where(may_hold(RepositoryRecord.aliases, key)))
    return next((record for record in aliased if key in record.aliases), None)


def entries_of(session: Session, keys: Sequence[str]) -> dict[str, Entry]:
    """The entries of repositories, by the repository's key; no tombstones. Three queries for each 500."""
    ids = [
        identity
        for part in _parts(keys)
        for identity in session.exec(
            select(Software.id)
            .join(RepositoryRecord, col(Software.repository_id) == col(RepositoryRecord.id))
            .where(col(RepositoryRecord.key).in_(part), shown_condition(only_valid=False))
        )
    ]
    return {found.repository.key: found for found in entries(session, ids)}


def entries(session: Session, ids: Sequence[UUID | str]) -> Iterator[Entry]:
    """The entries of these ids, in their order; unknown ids are left out. Two queries for each 500."""
    wanted = [UUID(str(identity)) for identity in ids]
    for part in _parts(wanted):
        rows = session.exec(
            select(Software, Publisher, RepositoryRecord)
            .join(Publisher, col(Software.publisher_id) == col(Publisher.id))
            .join(RepositoryRecord, col(Software.repository_id) == col(RepositoryRecord.id))
            .where(col(Software.id).in_(part))
        ).all()
        # The shown assessment is nearly always the newest one: asked for by id, each is read once.
        named = {identity for row in rows for identity in (row[0].shown_assessment_id, row[0].newest_assessment_id)}
        judged = {
            assessment.id: assessment
            for assessment in session.exec(select(AssessmentRecord).where(col(AssessmentRecord.id).in_(named)))
        }
        found = {
            software.id: Entry(
                software,
                publisher,
                repository,
                judged[software.shown_assessment_id],
                judged[software.newest_assessment_id],
            )
            for software, publisher, repository in rows
        }
        yield from (found[identity] for identity in part if identity in found)


def _parts(values: Sequence[Key]) -> Iterator[Sequence[Key]]:
    return (values[start : start + _AT_ONCE] for start in range(0, len(values), _AT_ONCE))


def shown_condition(only_valid: bool) -> ColumnElement[bool]:
    """`is_shown` as a condition on the table of Software."""
    active = col(Software.deactivated) == ""
    if not only_valid:
        return active
    valid = select(AssessmentRecord.id).where(
        col(AssessmentRecord.id) == col(Software.newest_assessment_id), col(AssessmentRecord.valid)
    )
    return and_(active, valid.exists())


def shown_ids(session: Session, only_valid: bool = False, limit: int | None = None) -> list[UUID]:
    """The ids of all entries that the catalogue shows, or of the first `limit`, newest first (as `sort=listed` of the search)."""
    query = (
        select(Software.id)
        .where(shown_condition(only_valid))
        .order_by(col(Software.created_at).desc(), col(Software.id).desc())
    )
    return list(session.exec(query.limit(limit)).all())


def identity(session: Session) -> UUID:
    """What no other instance has and what stays: the id of the first event; where nothing happened yet, a fixed one."""
    first = session.exec(select(Event.id).order_by(col(Event.sequence)).limit(1)).first()
    return first or NAMESPACE_URL


def newest_event(session: Session) -> tuple[int, UUID | None]:
    """The last event of the log: what was read of the catalogue is out of date where it differs, in another database too."""
    found = session.exec(select(Event.sequence, Event.id).order_by(col(Event.sequence).desc()).limit(1)).first()
    return (found[0] or 0, found[1]) if found else (0, None)


def shown_among(session: Session, ids: Sequence[UUID], only_valid: bool = False) -> set[UUID]:
    """Those of these ids whose entries the catalogue shows."""
    return {
        identity
        for part in _parts(ids)
        for identity in session.exec(select(Software.id).where(col(Software.id).in_(part), shown_condition(only_valid)))
    }


def is_shown(entry: Entry, only_valid: bool) -> bool:
    """Whether lists and search show this entry; `only_valid` is the setting of that name."""
    return not entry.software.deactivated and (entry.newest.valid or not only_valid)


def whole(session: Session, entry: Entry) -> Mapping[str, Any]:
    """Everything that the shown file says, the persons too (they stand in the stored file alone); for the entry's own page only."""
    file = session.get(StoredFile, entry.shown.file_hash)
    return (parse(file.content).values if file else None) or entry.values


def stored_file(session: Session, file_hash: str) -> StoredFile | None:
    """A file by the SHA-256 of its content."""
    return session.get(StoredFile, file_hash)


@dataclass(frozen=True, slots=True)
class Relatives:
    """What an entry is related to.

    `upstream` are pairs of address and entry (None where it is not in the catalogue), `copies` the technical forks that
    can be seen today: their code hosting is listed, they are not gone, and they still have the file. `parts` are the other
    repositories of the system that this entry's repository stands for.
    """

    upstream: tuple[tuple[str, Software | None], ...]
    variants: tuple[Software, ...]
    copies: tuple[RepositoryRecord, ...]
    parts: tuple[RepositoryRecord, ...]


def upstreams(session: Session, values: Mapping[str, Any]) -> tuple[tuple[str, Software | None], ...]:
    """The addresses that a file names under isBasedOn, with their entries (None where there is none)."""
    based_on = values.get("isBasedOn")
    urls = [
        url for url in (based_on if isinstance(based_on, list) else [based_on]) if isinstance(url, str) and url.strip()
    ]
    found: dict[str, Software] = {}
    for part in _parts(sorted({address_key(url) for url in urls})):
        named = session.exec(select(Software).where(col(Software.key).in_(part)))
        found |= {software.key: software for software in named}
    return tuple((url, found.get(address_key(url))) for url in urls)


def relatives(session: Session, entry: Entry) -> Relatives:
    """Upstreams, variants and technical forks of an entry (the standard's "Forks and variants")."""
    key = entry.software.key
    variants = session.exec(
        select(Software)
        .join(RepositoryRecord, col(Software.repository_id) == col(RepositoryRecord.id))
        .where(
            RepositoryRecord.relation == Relation.VARIANT,
            shown_condition(only_valid=False),
            may_hold(Software.based_on, key),
        )
        .order_by(col(Software.slug))
    )
    copies = session.exec(
        select(RepositoryRecord)
        .join(CodeHosting, col(RepositoryRecord.code_hosting_id) == col(CodeHosting.id))
        .where(
            RepositoryRecord.declared_key == key,
            col(RepositoryRecord.relation).in_([Relation.TECHNICAL_FORK, Relation.ALIAS]),
            RepositoryRecord.reach != Reach.GONE,
            RepositoryRecord.file_path != "",
            col(CodeHosting.listed),
        )
        .order_by(col(RepositoryRecord.url))
    )
    parts = session.exec(
        select(RepositoryRecord)
        .join(CodeHosting, col(RepositoryRecord.code_hosting_id) == col(CodeHosting.id))
        .where(
            col(CodeHosting.part_of).in_({key, entry.repository.key}),
            col(CodeHosting.listed),
            RepositoryRecord.reach != Reach.GONE,
        )
        .order_by(col(RepositoryRecord.url))
    )
    return Relatives(
        upstreams(session, entry.values),
        tuple(software for software in variants if key in software.based_on),
        tuple(copies),
        tuple(parts),
    )


def publishers(session: Session, only_valid: bool = False) -> list[tuple[Publisher, int]]:
    """All listed publishers with the number of their shown entries, by name."""
    counted = (
        select(Software.publisher_id, func.count().label("n"))
        .where(shown_condition(only_valid))
        .group_by(col(Software.publisher_id))
    )
    counts = {row[0]: row[1] for row in session.exec(counted)}
    listed = session.exec(select(Publisher).where(col(Publisher.listed)).order_by(col(Publisher.name))).all()
    return [(publisher, counts.get(publisher.id, 0)) for publisher in listed]


def publisher(session: Session, slug: str) -> Publisher | None:
    """The publisher at `/publishers/<slug>`."""
    return session.exec(select(Publisher).where(Publisher.slug == slug)).first()


def family(session: Session, publisher: Publisher) -> tuple[Publisher | None, list[Publisher]]:
    """The publisher above, and those directly below by name."""
    above = session.get(Publisher, publisher.parent_id) if publisher.parent_id else None
    below = session.exec(
        select(Publisher).where(Publisher.parent_id == publisher.id).order_by(col(Publisher.name))
    ).all()
    return above, list(below)


def published_by(session: Session, publisher: Publisher, only_valid: bool = False) -> list[Entry]:
    """The shown entries of a publisher, by name."""
    ids = session.exec(
        select(Software.id)
        .where(Software.publisher_id == publisher.id, shown_condition(only_valid))
        .order_by(col(Software.name), col(Software.slug))
    ).all()
    return list(entries(session, ids))


def counts(session: Session, only_valid: bool = False) -> dict[str, int]:
    """How many entries and publishers the catalogue shows."""
    shown = session.exec(select(func.count()).select_from(Software).where(shown_condition(only_valid))).one()
    listed = session.exec(select(func.count()).select_from(Publisher).where(col(Publisher.listed))).one()
    return {"software": shown, "publishers": listed}
