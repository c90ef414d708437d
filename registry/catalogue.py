"""What the catalogue shows: reads of the database for pages, JSON and the search index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import case, func
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from ..schemas.candidate import address_key
from ..schemas.document import parse
from ..schemas.finding import Finding
from .models import (
    AssessmentRecord,
    CodeHosting,
    Event,
    HarvestItem,
    HarvestRun,
    Outcome,
    Publisher,
    Relation,
    RepositoryRecord,
    Software,
    StoredFile,
)
from .stored import finding_from_json


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


def entries(session: Session, ids: Sequence[UUID | str]) -> Iterator[Entry]:
    """The entries of these ids, in their order; unknown ids are left out."""
    wanted = [UUID(str(identity)) for identity in ids]
    found: dict[UUID, Entry] = {}
    for start in range(0, len(wanted), 500):  # SQLite takes some thousand parameters at most
        for software, publisher, repository in session.exec(
            select(Software, Publisher, RepositoryRecord)
            .join(Publisher, col(Software.publisher_id) == col(Publisher.id))
            .join(RepositoryRecord, col(Software.repository_id) == col(RepositoryRecord.id))
            .where(col(Software.id).in_(wanted[start : start + 500]))
        ):
            shown = session.get(AssessmentRecord, software.shown_assessment_id)
            newest = session.get(AssessmentRecord, software.newest_assessment_id)
            if shown is not None and newest is not None:
                found[software.id] = Entry(software, publisher, repository, shown, newest)
    yield from (found[identity] for identity in wanted if identity in found)


def shown_ids(session: Session, only_valid: bool = False) -> list[UUID]:
    """The ids of all entries that the catalogue shows, newest first."""
    query = select(Software.id).where(Software.deactivated == "")
    if only_valid:
        query = query.join(AssessmentRecord, col(Software.newest_assessment_id) == col(AssessmentRecord.id)).where(
            col(AssessmentRecord.valid)
        )
    return list(session.exec(query.order_by(col(Software.created_at).desc(), col(Software.slug))).all())


def is_shown(entry: Entry, only_valid: bool) -> bool:
    """Whether lists and search show this entry; `only_valid` is the setting of that name."""
    return not entry.software.deactivated and (entry.newest.valid or not only_valid)


def whole(session: Session, entry: Entry) -> Mapping[str, Any]:
    """Everything that the shown file says, the persons too (they stand in the stored file alone); for the entry's own page only."""
    file = session.get(StoredFile, entry.shown.file_hash)
    return (parse(file.content).values if file else None) or entry.values


def contacts(session: Session, entry: Entry) -> list[Mapping[str, Any]]:
    """The persons to ask about this software, from the stored file (they stand nowhere else); for the entry's own page only."""
    maintenance = whole(session, entry).get("maintenance")
    listed = maintenance.get("contacts") if isinstance(maintenance, Mapping) else None
    return [person for person in listed if isinstance(person, Mapping)] if isinstance(listed, list) else []


def stored_file(session: Session, file_hash: str) -> StoredFile | None:
    """A file by the SHA-256 of its content."""
    return session.get(StoredFile, file_hash)


def by_address(session: Session, url: str) -> Software | None:
    """The software whose file names this address."""
    return session.exec(select(Software).where(Software.key == address_key(url))).first()


@dataclass(frozen=True, slots=True)
class Relatives:
    """What an entry is related to: `upstream` pairs of address and entry (None where it is not in the catalogue)."""

    upstream: tuple[tuple[str, Software | None], ...]
    variants: tuple[Software, ...]
    copies: tuple[RepositoryRecord, ...]


def relatives(session: Session, entry: Entry) -> Relatives:
    """Upstreams, variants and technical forks of an entry (the standard's "Forks and variants")."""
    based_on = entry.values.get("isBasedOn")
    urls = [
        url for url in (based_on if isinstance(based_on, list) else [based_on]) if isinstance(url, str) and url.strip()
    ]
    upstream = tuple((url, by_address(session, url)) for url in urls)
    candidates = session.exec(
        select(Software, AssessmentRecord)
        .join(AssessmentRecord, col(Software.shown_assessment_id) == col(AssessmentRecord.id))
        .join(RepositoryRecord, col(Software.repository_id) == col(RepositoryRecord.id))
        .where(RepositoryRecord.relation == Relation.VARIANT, Software.deactivated == "")
        .order_by(col(Software.slug))
    ).all()
    variants = tuple(software for software, shown in candidates if entry.software.key in _based_on_keys(shown.values))
    copies = session.exec(
        select(RepositoryRecord)
        .where(
            RepositoryRecord.declared_key == entry.software.key,
            col(RepositoryRecord.relation).in_([Relation.TECHNICAL_FORK, Relation.ALIAS]),
        )
        .order_by(col(RepositoryRecord.url))
    ).all()
    return Relatives(upstream, variants, tuple(copies))


def _based_on_keys(values: Mapping[str, Any] | None) -> set[str]:
    named = (values or {}).get("isBasedOn")
    return {address_key(url) for url in (named if isinstance(named, list) else [named]) if isinstance(url, str)}


def publishers(session: Session) -> list[tuple[Publisher, int]]:
    """All listed publishers with the number of their shown entries, by name."""
    counted = (
        select(Software.publisher_id, func.count().label("n"))
        .where(Software.deactivated == "")
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


@dataclass(frozen=True, slots=True)
class Place:
    """A code hosting of a publisher, and what is known of the repositories there, each with its last look."""

    hosting: CodeHosting
    repositories: tuple[tuple[RepositoryRecord, HarvestItem | None], ...]


def places(session: Session, publisher: Publisher) -> list[Place]:
    """Where a publisher keeps code and what became of it at the last look: the officer's first question."""
    result = []
    for hosting in session.exec(
        select(CodeHosting).where(CodeHosting.publisher_id == publisher.id).order_by(col(CodeHosting.url))
    ).all():
        records = session.exec(
            select(RepositoryRecord)
            .where(RepositoryRecord.code_hosting_id == hosting.id)
            .order_by(col(RepositoryRecord.url))
        ).all()
        result.append(Place(hosting, tuple((record, last_item(session, record.key)) for record in records)))
    return result


def last_item(session: Session, key: str) -> HarvestItem | None:
    """The newest look at a repository; of an unchanged one the last that told something else comes with `history`."""
    return session.exec(
        select(HarvestItem).where(HarvestItem.repository_key == key).order_by(col(HarvestItem.at).desc()).limit(1)
    ).first()


def last_news(session: Session, key: str) -> HarvestItem | None:
    """The newest look at a repository that told something: of a row of unchanged ones, the look before them."""
    return session.exec(
        select(HarvestItem)
        .where(HarvestItem.repository_key == key, HarvestItem.outcome != Outcome.UNCHANGED)
        .order_by(col(HarvestItem.at).desc())
        .limit(1)
    ).first()


def published_by(session: Session, publisher: Publisher) -> list[Entry]:
    """The shown entries of a publisher, by name."""
    ids = session.exec(
        select(Software.id)
        .where(Software.publisher_id == publisher.id, Software.deactivated == "")
        .order_by(col(Software.name), col(Software.slug))
    ).all()
    return list(entries(session, ids))


@dataclass(frozen=True, slots=True)
class Harvest:
    """The runs that one command started."""

    id: UUID
    started_at: datetime
    finished_at: datetime | None
    runs: int
    interrupted: int


def harvests(session: Session, limit: int = 50) -> list[Harvest]:
    """The newest harvests first."""
    begun = func.min(HarvestRun.started_at)
    query = (
        columns(
            col(HarvestRun.harvest_id),
            begun,
            func.max(HarvestRun.finished_at),
            func.count(),
            func.sum(case((col(HarvestRun.status) == "finished", 0), else_=1)),
        )
        .group_by(col(HarvestRun.harvest_id))
        .order_by(begun.desc())
        .limit(limit)
    )
    rows = session.connection().execute(query).all()
    return [Harvest(row[0], row[1], row[2], row[3], row[4]) for row in rows]


@dataclass(frozen=True, slots=True)
class RunReport:
    """One run with its code hosting, its publisher and its items."""

    run: HarvestRun
    hosting: CodeHosting
    publisher: Publisher
    items: tuple[HarvestItem, ...]


def harvest_report(session: Session, harvest_id: UUID) -> list[RunReport]:
    """All runs of one harvest, by publisher and address; empty where there is no such harvest."""
    rows = session.exec(
        select(HarvestRun, CodeHosting, Publisher)
        .join(CodeHosting, col(HarvestRun.code_hosting_id) == col(CodeHosting.id))
        .join(Publisher, col(CodeHosting.publisher_id) == col(Publisher.id))
        .where(HarvestRun.harvest_id == harvest_id)
        .order_by(col(Publisher.name), col(CodeHosting.url))
    ).all()
    items: dict[UUID, list[HarvestItem]] = {}
    for item in session.exec(
        select(HarvestItem)
        .join(HarvestRun, col(HarvestItem.run_id) == col(HarvestRun.id))
        .where(HarvestRun.harvest_id == harvest_id)
        .order_by(col(HarvestItem.url))
    ):
        items.setdefault(item.run_id, []).append(item)
    return [RunReport(run, hosting, owner, tuple(items.get(run.id, ()))) for run, hosting, owner in rows]


def events_of(session: Session, entity: str, entity_id: object) -> list[Event]:
    """What happened to one row, oldest first."""
    query = select(Event).where(Event.entity == entity, Event.entity_id == str(entity_id)).order_by(col(Event.sequence))
    return list(session.exec(query).all())


def counts(session: Session, ids: Iterable[UUID]) -> dict[str, int]:
    """How many entries and publishers the catalogue shows."""
    listed = session.exec(select(func.count()).select_from(Publisher).where(col(Publisher.listed))).one()
    return {"software": len(list(ids)), "publishers": listed}
