"""Which entries a part of the event log touches: through their own rows, rows about them, their repository, their publishers."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from .evidence_models import SbomRecord
from .models import (
    ActivityRecord,
    CodeHosting,
    Event,
    FactsRecord,
    LicenseVerdictRecord,
    Listing,
    Publisher,
    RepositoryRecord,
    Software,
    Usage,
)

_AT_ONCE = 500  # keys in one query: the engines bound the number of its parameters
# The rows about one software, by their names in the log: the column that tells them, and the one that tells the software.
_ABOUT: dict[str, tuple[Any, Any]] = {
    "license_verdict": (LicenseVerdictRecord.id, LicenseVerdictRecord.software_id),
    "activity": (ActivityRecord.id, ActivityRecord.software_id),
    "listing": (Listing.id, Listing.software_id),
    "usage": (Usage.id, Usage.software_id),
    "sbom": (SbomRecord.id, SbomRecord.software_id),
}
_OTHERS = ("software", "repository", "facts", "publisher", "code_hosting")


def touched(session: Session, since: int) -> list[UUID]:
    """The ids of the software that events after the sequence `since` touch, in order; also of what is no longer shown."""
    events = select(Event.entity, Event.entity_id).where(
        col(Event.sequence) > since, col(Event.entity).in_((*_ABOUT, *_OTHERS)), col(Event.entity_id) != ""
    )
    found: dict[str, set[UUID]] = {entity: set() for entity in (*_ABOUT, *_OTHERS)}
    for entity, identity in session.exec(events):
        found[entity].add(UUID(identity))
    ids = set(found["software"])
    for entity, (key, software) in _ABOUT.items():
        ids |= _where(session, select(software), key, found[entity])
    ids |= _formerly_listed(session, since)
    repositories = found["repository"] | _where(
        session, select(FactsRecord.repository_id), col(FactsRecord.id), found["facts"]
    )
    ids |= _where(session, select(Software.id), col(Software.repository_id), repositories)
    publishers = _below(session, found["publisher"])
    ids |= _where(session, select(Software.id), col(Software.publisher_id), publishers)
    return sorted(ids | _given_by(session, publishers, _moved(session, since) if found["code_hosting"] else set()))


def _where(session: Session, query: Any, column: Any, values: Collection[UUID]) -> set[UUID]:
    """What `query` gives where `column` is one of `values`, without None."""
    keys = sorted(values)
    parts = (keys[start : start + _AT_ONCE] for start in range(0, len(keys), _AT_ONCE))
    return {found for part in parts for found in session.exec(query.where(column.in_(part))) if found}


def _changes(session: Session, since: int, entity: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The rows of `entity` that were changed: which, and what stood there before."""
    query = select(Event.entity_id, Event.before).where(
        col(Event.sequence) > since, Event.entity == entity, Event.kind == "changed"
    )
    return ((identity, before or {}) for identity, before in session.exec(query))


def _formerly_listed(session: Session, since: int) -> set[UUID]:
    """The software that a listing stood for before it was tied to another."""
    return {
        UUID(before["software_id"]) for _, before in _changes(session, since, "listing") if before.get("software_id")
    }


def _moved(session: Session, since: int) -> set[UUID]:
    """The code hostings that went to another publisher or became of another kind; most changes of theirs are days of harvests."""
    return {
        UUID(identity)
        for identity, before in _changes(session, since, "code_hosting")
        if {"publisher_id", "kind"} & before.keys()
    }


def _below(session: Session, publishers: Collection[UUID]) -> set[UUID]:
    """These publishers and all below them."""
    if not publishers:
        return set()
    children: dict[UUID, list[UUID]] = {}
    for identity, parent in session.exec(select(Publisher.id, Publisher.parent_id)):
        if parent:
            children.setdefault(parent, []).append(identity)
    found, waiting = set[UUID](), list(publishers)
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += children.get(one, ())
    return found


def _given_by(session: Session, publishers: Collection[UUID], hostings: Collection[UUID]) -> set[UUID]:
    """The software whose file was read at, or that is listed by, these code hostings and the catalogues of these publishers."""
    catalogues = _where(
        session,
        select(CodeHosting.id).where(CodeHosting.kind == "catalogue"),
        col(CodeHosting.publisher_id),
        publishers,
    ).union(hostings)
    read = select(Software.id).join(RepositoryRecord, col(Software.repository_id) == col(RepositoryRecord.id))
    return _where(session, read, col(RepositoryRecord.code_hosting_id), catalogues) | _where(
        session, select(Listing.software_id), col(Listing.code_hosting_id), catalogues
    )
