"""What lists tell of entries, in one query of the columns that they tell: whole records would take a page three times as long."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import BindParameter, bindparam
from sqlalchemy import select as columns
from sqlmodel import Session, col

from .catalogue import Entry
from .models import ActivityRecord, AssessmentRecord, Publisher, Reach, RepositoryRecord, Software
from .usage_models import Usage

_AT_ONCE = 500  # keys in one query: the engines bound the number of its parameters


class Owner(NamedTuple):
    """A publisher where it is only named."""

    id: UUID
    slug: str
    name: str
    names: Mapping[str, str]
    uri: str
    parent_id: UUID | None


class Outline(NamedTuple):
    """One entry as lists tell of it: of the file shown last its commit, declared licence and values, whether the newest is valid.

    `activity` is the newest activity index, None where there is none; `has_uses`: somebody said that it is used.
    """

    id: UUID
    slug: str
    name: str
    url: str
    deactivated: str
    unreadable_since: datetime | None
    modified_at: datetime
    publisher: Owner
    archived: bool
    reach: Reach
    commit: str
    license_declared: str
    values: Mapping[str, Any] | None
    valid: bool
    activity: int | None = None
    has_uses: bool = False

    def is_shown(self, only_valid: bool) -> bool:
        """As `catalogue.is_shown`."""
        return not self.deactivated and (self.valid or not only_valid)


_SHOWN, _NEWEST = AssessmentRecord.__table__.alias("shown"), AssessmentRecord.__table__.alias("newest")  # type: ignore[attr-defined]
_OWNER = (Publisher.id, Publisher.slug, Publisher.name, Publisher.names, Publisher.uri, Publisher.parent_id)
_ACTIVITY = (
    columns(col(ActivityRecord.index))
    .where(col(ActivityRecord.software_id) == col(Software.id))
    .order_by(col(ActivityRecord.at).desc())
    .limit(1)
    .scalar_subquery()
)
_IDS: BindParameter[UUID] = bindparam("ids", expanding=True)
_SLUGS: BindParameter[str] = bindparam("slugs", expanding=True)
# Made once: to put such a statement together takes longer than to run it.
_OUTLINES = (
    columns(
        col(Software.id),
        col(Software.slug),
        col(Software.name),
        col(Software.url),
        col(Software.deactivated),
        col(Software.unreadable_since),
        col(Software.modified_at),
        col(RepositoryRecord.archived),
        col(RepositoryRecord.reach),
        _SHOWN.c.commit,
        _SHOWN.c.license_declared,
        _SHOWN.c["values"],
        _NEWEST.c.valid,
        _ACTIVITY,
        columns(col(Usage.id)).where(col(Usage.software_id) == col(Software.id)).exists(),
        *map(col, _OWNER),
    )
    .join(Publisher, col(Software.publisher_id) == col(Publisher.id))
    .join(RepositoryRecord, col(Software.repository_id) == col(RepositoryRecord.id))
    .join(_SHOWN, col(Software.shown_assessment_id) == _SHOWN.c.id)
    .join(_NEWEST, col(Software.newest_assessment_id) == _NEWEST.c.id)
    .where(col(Software.id).in_(_IDS))
)
_OWNERS = columns(*map(col, _OWNER))
_OWNERS_BY_SLUG = _OWNERS.where(col(Publisher.slug).in_(_SLUGS))
_OWNERS_BY_ID = _OWNERS.where(col(Publisher.id).in_(_IDS))


def outlines(session: Session, ids: Sequence[UUID | str]) -> list[Outline]:
    """The entries of these ids, in their order; unknown ids are left out. One query for each 500."""
    wanted = [UUID(str(identity)) for identity in ids]
    connection, found = session.connection(), {}
    for start in range(0, len(wanted), _AT_ONCE):
        for row in connection.execute(_OUTLINES, {"ids": wanted[start : start + _AT_ONCE]}):
            found[row[0]] = Outline._make((*row[:7], Owner._make(row[15:]), *row[7:15]))
    return [found[identity] for identity in wanted if identity in found]


def outline(entry: Entry) -> Outline:
    """The same of an entry that was read whole, without what stands beside it."""
    software, publisher, shown = entry.software, entry.publisher, entry.shown
    return Outline(
        software.id,
        software.slug,
        software.name,
        software.url,
        software.deactivated,
        software.unreadable_since,
        software.modified_at,
        Owner(publisher.id, publisher.slug, publisher.name, publisher.names, publisher.uri, publisher.parent_id),
        entry.repository.archived,
        entry.repository.reach,
        shown.commit,
        shown.license_declared,
        entry.values,
        entry.newest.valid,
    )


def owners_named(session: Session, slugs: Sequence[str]) -> dict[str, Owner]:
    """The publishers with these slugs and all above them, by their slugs; unknown slugs are left out."""
    connection, found = session.connection(), dict[str, Owner]()
    for start in range(0, len(slugs), _AT_ONCE):
        rows = connection.execute(_OWNERS_BY_SLUG, {"slugs": slugs[start : start + _AT_ONCE]})
        found |= {owner.slug: owner for owner in map(Owner._make, rows)}
    while True:
        known = {one.id for one in found.values()}
        above = {one.parent_id for one in found.values() if one.parent_id} - known
        if not above:
            return found
        rows = connection.execute(_OWNERS_BY_ID, {"ids": list(above)})
        read = {owner.slug: owner for owner in map(Owner._make, rows)}
        if not read:
            return found
        found |= read
