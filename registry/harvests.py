"""What harvests found, as pages and commands tell it: by publisher, and by harvest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, and_, case, func, not_, or_
from sqlalchemy import select as columns
from sqlalchemy.orm import Mapped, aliased
from sqlmodel import Session, col, select

from ..schemas.finding import Finding, Severity
from .models import (
    AssessmentRecord,
    CodeHosting,
    HarvestItem,
    HarvestRun,
    Outcome,
    Publisher,
    Reach,
    Relation,
    RepositoryRecord,
)
from .stored import finding_from_json
from .why import outcome_text
from .without_file import counts_by_hosting, lacks_file

_ITEM = aliased(HarvestItem)
# Looks that say nothing about the repository's content: what was known before still stands.
_SILENT = (Outcome.UNCHANGED, Outcome.UNREACHABLE, Outcome.MISSING, Outcome.GONE, Outcome.FAILED)
_TOLD = col(_ITEM.outcome).not_in(_SILENT)
# That most repositories of a group have no file is no trouble: they are counted by themselves (`registry/without_file.py`).
QUIET = (Outcome.NO_FILE, Outcome.EMPTY)
_TROUBLE = [one for one in Outcome if outcome_text(one)[0] == "problem" and one not in QUIET]


@dataclass(frozen=True, slots=True)
class Looked:
    """An address at one look.

    `last` is that look, `news` the newest one until then that read the repository (`last` itself where none did), `errors`
    are those of the file as it was judged then.
    """

    url: str
    last: HarvestItem | None
    news: HarvestItem | None
    errors: tuple[Finding, ...] = ()

    @property
    def told(self) -> HarvestItem | None:
        """The look that tells how the address stands: of an unchanged one the look that read it."""
        return self.news if self.last and self.last.outcome is Outcome.UNCHANGED else self.last


@dataclass(frozen=True, slots=True)
class Place:
    """A code hosting of a publisher and its repositories; where none is known yet, the code hosting's own address.

    Those that never had a publiccode.yml are a number, `without_file`: of a group they may be nearly all.
    """

    hosting: CodeHosting
    repositories: tuple[Looked, ...]
    without_file: int = 0


def places(session: Session, publisher: Publisher) -> list[Place]:
    """Where a publisher keeps code and what became of it: the officer's first question. Three queries, however many there are.

    A group whose list could not be read stands before its repositories. What left a group without ever having had a file is
    not told: nobody need do anything.
    """
    lacking = counts_by_hosting(session, publisher)
    last, news = aliased(HarvestItem), aliased(HarvestItem)
    seen: dict[UUID, list[Looked]] = {}
    for record, newest, told, findings in session.exec(
        select(RepositoryRecord, last, news, AssessmentRecord.findings)
        .select_from(RepositoryRecord)
        .join(CodeHosting, col(RepositoryRecord.code_hosting_id) == col(CodeHosting.id))
        .outerjoin(last, col(last.id) == _newest_item(col(RepositoryRecord.key)))
        .outerjoin(news, col(news.id) == _newest_item(col(RepositoryRecord.key), _TOLD))
        .outerjoin(AssessmentRecord, _faulty(last))
        .where(CodeHosting.publisher_id == publisher.id, not_(lacks_file()), not_(_left_group()))
        .order_by(col(RepositoryRecord.url))
    ):
        seen.setdefault(record.code_hosting_id, []).append(_looked(record.url, newest, told, findings))
    rows = session.exec(
        select(CodeHosting, last, news, _newest_run())
        .select_from(CodeHosting)
        .outerjoin(last, col(last.id) == _newest_item(col(CodeHosting.key)))
        .outerjoin(news, col(news.id) == _newest_item(col(CodeHosting.key), _TOLD))
        .where(CodeHosting.publisher_id == publisher.id)
        .order_by(col(CodeHosting.url))
    )
    found = []
    for hosting, newest, told, run in rows:
        repositories, without = seen.get(hosting.id, []), lacking.get(hosting.id, 0)
        unread = newest is not None and newest.run_id == run and hosting.kind == "group"
        if unread or not (repositories or without):
            repositories.insert(0, _looked(hosting.url, newest, told, None))
        found.append(Place(hosting, tuple(repositories), without))
    return found


def _left_group() -> ColumnElement[bool]:
    """A repository of a group that is gone and never had a file."""
    return and_(
        col(CodeHosting.kind) == "group",
        col(RepositoryRecord.reach) == Reach.GONE,
        col(RepositoryRecord.newest_assessment_id).is_(None),
    )


def _newest_run() -> ScalarSelect[UUID]:
    """The last run over a code hosting that came to its end."""
    return (
        columns(col(HarvestRun.id))
        .where(col(HarvestRun.code_hosting_id) == col(CodeHosting.id), col(HarvestRun.finished_at).is_not(None))
        .order_by(col(HarvestRun.started_at).desc())
        .limit(1)
        .scalar_subquery()
    )


def _looked(
    url: str, last: HarvestItem | None, news: HarvestItem | None, findings: Sequence[dict[str, Any]] | None
) -> Looked:
    told = (finding_from_json(data) for data in findings or ())
    return Looked(url, last, news or last, tuple(one for one in told if one.severity is Severity.ERROR))


def _faulty(item: type[HarvestItem]) -> ColumnElement[bool]:
    """Joins an item to its assessment where that found errors: of a valid file nothing more need be read."""
    return and_(col(AssessmentRecord.id) == col(item.assessment_id), col(AssessmentRecord.valid).is_(False))


def _newest_item(key: Mapped[str], *conditions: ColumnElement[bool]) -> ScalarSelect[UUID]:
    # One step down the index (repository_key, at) for each repository; grouping would read all looks of all years.
    return (
        columns(col(_ITEM.id))
        .where(col(_ITEM.repository_key) == key, *conditions)
        .order_by(col(_ITEM.at).desc())
        .limit(1)
        .scalar_subquery()
    )


@dataclass(frozen=True, slots=True)
class Harvest:
    """The runs that one command started, the addresses that they looked at, and how many of those are in trouble."""

    id: UUID
    started_at: datetime
    finished_at: datetime | None
    runs: int
    interrupted: int
    addresses: int
    troubled: int


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
    looked = _addresses(session, [row[0] for row in rows])
    return [Harvest(row[0], row[1], row[2], row[3], row[4], *looked.get(row[0], (0, 0))) for row in rows]


def _addresses(session: Session, harvests: list[UUID]) -> dict[UUID, tuple[int, int]]:
    """Of each harvest how many items it has, and how many of them are in trouble."""
    read = (
        columns(col(_ITEM.outcome))
        .where(
            col(_ITEM.repository_key) == col(HarvestItem.repository_key), col(_ITEM.at) <= col(HarvestItem.at), _TOLD
        )
        .order_by(col(_ITEM.at).desc())
        .limit(1)
        .scalar_subquery()
    )
    stands = case((col(HarvestItem.outcome) == Outcome.UNCHANGED, read), else_=col(HarvestItem.outcome))
    troubled = case((or_(stands.in_(_TROUBLE), col(AssessmentRecord.id).is_not(None)), 1), else_=0)
    query = (
        columns(col(HarvestRun.harvest_id), func.count(), func.sum(troubled))
        .select_from(HarvestItem)
        .join(HarvestRun, col(HarvestItem.run_id) == col(HarvestRun.id))
        .outerjoin(AssessmentRecord, _faulty(HarvestItem))
        .where(col(HarvestRun.harvest_id).in_(harvests))
        .group_by(col(HarvestRun.harvest_id))
    )
    return {row[0]: (row[1], row[2]) for row in session.connection().execute(query)}


@dataclass(frozen=True, slots=True)
class RunReport:
    """One run with its code hosting, its publisher and its looks, each with its item as `last`."""

    run: HarvestRun
    hosting: CodeHosting
    publisher: Publisher
    looks: tuple[Looked, ...]


def harvest_report(session: Session, harvest_id: UUID) -> list[RunReport]:
    """All runs of one harvest, by publisher and address; empty where there is no such harvest."""
    rows = session.exec(
        select(HarvestRun, CodeHosting, Publisher)
        .join(CodeHosting, col(HarvestRun.code_hosting_id) == col(CodeHosting.id))
        .join(Publisher, col(CodeHosting.publisher_id) == col(Publisher.id))
        .where(HarvestRun.harvest_id == harvest_id)
        .order_by(col(Publisher.name), col(CodeHosting.url))
    ).all()
    news = aliased(HarvestItem)
    looks: dict[UUID, list[Looked]] = {}
    for item, told, findings in session.exec(
        select(HarvestItem, news, AssessmentRecord.findings)
        .join(HarvestRun, col(HarvestItem.run_id) == col(HarvestRun.id))
        .outerjoin(
            news,
            col(news.id) == _newest_item(col(HarvestItem.repository_key), _TOLD, col(_ITEM.at) <= col(HarvestItem.at)),
        )
        .outerjoin(AssessmentRecord, _faulty(HarvestItem))
        .where(HarvestRun.harvest_id == harvest_id)
        .order_by(col(HarvestItem.url))
    ):
        looks.setdefault(item.run_id, []).append(_looked(item.url, item, told, findings))
    return [RunReport(run, hosting, owner, tuple(looks.get(run.id, ()))) for run, hosting, owner in rows]


def standing(session: Session, harvest_id: UUID) -> dict[str, int]:
    """What is known now of the repositories that a harvest looked at: how many are valid, have errors, are unusable, …"""
    looked = (
        select(HarvestItem.repository_key)
        .join(HarvestRun, col(HarvestItem.run_id) == col(HarvestRun.id))
        .where(HarvestRun.harvest_id == harvest_id)
    )
    rows = session.exec(
        select(RepositoryRecord, AssessmentRecord.valid, AssessmentRecord.usable)
        .outerjoin(AssessmentRecord, col(RepositoryRecord.newest_assessment_id) == col(AssessmentRecord.id))
        .where(col(RepositoryRecord.key).in_(looked))
    )
    return dict(Counter(_standing(record, valid, usable) for record, valid, usable in rows))


def _standing(record: RepositoryRecord, valid: bool | None, usable: bool | None) -> str:
    asked = (
        record.reach is not Reach.UNKNOWN or record.head_commit or not usable
    )  # else another catalogue gave the file
    if record.reach is not Reach.OK and asked:
        return {Reach.UNKNOWN: "unreachable"}.get(record.reach, record.reach.value)
    if record.relation == Relation.PART:
        return "part of a system"
    if record.empty or not record.file_path:
        return "empty" if record.empty else "without a file"
    if record.relation == Relation.TECHNICAL_FORK and usable:
        return "technical fork"
    return "valid" if valid else "with errors" if usable else "unusable"
