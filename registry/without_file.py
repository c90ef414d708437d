"""Repositories without a publiccode.yml: how many each publisher has, which, and the file that is prepared for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, and_, func
from sqlalchemy import select as columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from ..schemas.candidate import address_key
from ..schemas.drafts.from_facts import Draft, from_facts
from .models import CodeHosting, FactsRecord, Publisher, Reach, RepositoryRecord

KINDS = ("code", "fork", "archived", "empty")
"""What a repository without a file is: the first that wants a file is told before those that seldom do."""
_AT_ONCE = 500


def lacks_file() -> ColumnElement[bool]:
    """It answers and never had a publiccode.yml. One that had one needs somebody, and is told by itself."""
    return and_(
        col(RepositoryRecord.file_path) == "",
        col(RepositoryRecord.newest_assessment_id).is_(None),
        col(RepositoryRecord.reach) == Reach.OK,
        col(RepositoryRecord.relation) == "",
    )


def counts_by_publisher(session: Session) -> dict[UUID, int]:
    """How many repositories without a file each publisher has, at the addresses that the list of publishers names."""
    query = (
        columns(col(CodeHosting.publisher_id), func.count())
        .select_from(RepositoryRecord)
        .join(CodeHosting, col(RepositoryRecord.code_hosting_id) == col(CodeHosting.id))
        .where(col(CodeHosting.listed), lacks_file())
        .group_by(col(CodeHosting.publisher_id))
    )
    return {row[0]: row[1] for row in session.connection().execute(query)}


def counts_by_hosting(session: Session, publisher: Publisher) -> dict[UUID, int]:
    """The same for each code hosting of one publisher, those too that are no longer listed."""
    query = (
        columns(col(CodeHosting.id), func.count())
        .select_from(RepositoryRecord)
        .join(CodeHosting, col(RepositoryRecord.code_hosting_id) == col(CodeHosting.id))
        .where(col(CodeHosting.publisher_id) == publisher.id, lacks_file())
        .group_by(col(CodeHosting.id))
    )
    return {row[0]: row[1] for row in session.connection().execute(query)}


class Lacking(NamedTuple):
    """A repository without a file, as a list of thousands is sorted and counted by: `kind` is one of KINDS."""

    key: str
    kind: str
    pushed_at: str

    @property
    def name(self) -> str:
        """The last part of its address, in lower case."""
        return self.key.rpartition("/")[2]


def lacking(session: Session, publisher: Publisher) -> list[Lacking]:
    """All of a publisher's, the last pushed first, of the same moment by their addresses. One query, of a few columns."""
    query = (
        columns(
            col(RepositoryRecord.key), col(RepositoryRecord.archived), col(RepositoryRecord.empty), _pushed_and_origin()
        )
        .select_from(RepositoryRecord)
        .join(CodeHosting, col(RepositoryRecord.code_hosting_id) == col(CodeHosting.id))
        .where(col(CodeHosting.publisher_id) == publisher.id, col(CodeHosting.listed), lacks_file())
        .order_by(col(RepositoryRecord.key))
    )
    rows = []
    for key, archived, empty, told in session.connection().execute(query):
        pushed, _, upstream = (told or "").partition(" ")
        rows.append(Lacking(key, _kind(archived, empty, upstream), pushed))
    rows.sort(key=attrgetter("pushed_at"), reverse=True)
    return rows


def _kind(archived: bool, empty: bool, upstream: str) -> str:
    """One of KINDS; what is several things is what keeps it longest from a file."""
    return "empty" if empty else "archived" if archived else "fork" if upstream else "code"


def _pushed_and_origin() -> ScalarSelect[str]:
    # One text of two facts: each step down the index and each reading of the JSON is paid ten thousand times.
    told = col(FactsRecord.facts)
    pushed, fork, mirror = (told[name].as_string() for name in ("pushed_at", "fork_of", "mirror_of"))
    return (
        columns(func.coalesce(pushed, "") + " " + func.coalesce(fork, mirror, ""))
        .where(col(FactsRecord.repository_id) == col(RepositoryRecord.id))
        .order_by(col(FactsRecord.at).desc())
        .limit(1)
        .correlate(RepositoryRecord)
        .scalar_subquery()
    )


def details(session: Session, keys: Sequence[str]) -> list[tuple[RepositoryRecord, Mapping[str, Any]]]:
    """These repositories, in their order, with what their hosts tell now. One query for each 500."""
    other = aliased(FactsRecord)
    newest = (
        columns(col(other.id))
        .where(col(other.repository_id) == col(RepositoryRecord.id))
        .order_by(col(other.at).desc())
        .limit(1)
        .correlate(RepositoryRecord)
        .scalar_subquery()
    )
    found: dict[str, tuple[RepositoryRecord, Mapping[str, Any]]] = {}
    for start in range(0, len(keys), _AT_ONCE):
        query = (
            select(RepositoryRecord, FactsRecord.facts)
            .outerjoin(FactsRecord, col(FactsRecord.id) == newest)
            .where(col(RepositoryRecord.key).in_(keys[start : start + _AT_ONCE]))
        )
        found |= {record.key: (record, facts or {}) for record, facts in session.exec(query)}
    return [found[key] for key in keys if key in found]


def upstream_of(facts: Mapping[str, Any]) -> str:
    """What the repository is a fork or a mirror of; empty where it is neither, as far as its host tells."""
    return str(facts.get("fork_of") or facts.get("mirror_of") or "")


@dataclass(frozen=True, slots=True)
class Seen:
    """A repository as the registry knows it, with what its host tells."""

    repository: RepositoryRecord
    hosting: CodeHosting
    publisher: Publisher
    facts: Mapping[str, Any]

    def draft(self, language: str) -> Draft:
        """The publiccode.yml that is prepared for it; names and explanations in `language`."""
        owner = self.publisher
        organisation = {"uri": owner.uri, "name": owner.names.get(language, owner.name)}
        return from_facts(self.repository.url, self.facts, organisation, language, self.repository.archived)


def seen(session: Session, repository: UUID) -> Seen | None:
    """A repository without a file; None where it is unknown, or has a file by now."""
    return _seen(session, col(RepositoryRecord.id) == repository, lacks_file())


def seen_at(session: Session, url: str) -> Seen | None:
    """The repository at an address, with a file or without; None where the registry does not know it."""
    return _seen(session, col(RepositoryRecord.key) == address_key(url))


@dataclass(frozen=True, slots=True)
class Prepared:
    """Where a publiccode.yml is prepared: the slug of the publisher, the id and the address of the repository."""

    publisher: str
    repository: UUID
    url: str


def prepared_for(session: Session, repository: UUID) -> Prepared | None:
    """Where the file for a repository without one is; None where `seen` gives none."""
    found = seen(session, repository)
    return Prepared(found.publisher.slug, repository, found.repository.url) if found else None


def _seen(session: Session, *conditions: ColumnElement[bool]) -> Seen | None:
    row = session.exec(
        select(RepositoryRecord, CodeHosting, Publisher)
        .join(CodeHosting, col(RepositoryRecord.code_hosting_id) == col(CodeHosting.id))
        .join(Publisher, col(CodeHosting.publisher_id) == col(Publisher.id))
        .where(*conditions)
    ).first()
    return Seen(*row, details(session, [row[0].key])[0][1]) if row else None
