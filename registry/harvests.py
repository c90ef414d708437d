"""What harvests found, as pages and commands tell it: by publisher, and by harvest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, case, func
from sqlalchemy import select as columns
from sqlalchemy.orm import Mapped, aliased
from sqlmodel import Session, col, select

from .models import CodeHosting, HarvestItem, HarvestRun, Outcome, Publisher, RepositoryRecord

_ITEM = aliased(HarvestItem)
_TOLD = col(_ITEM.outcome) != Outcome.UNCHANGED


@dataclass(frozen=True, slots=True)
class Looked:
    """An address and its harvests: `last` is the newest look, `news` the newest that told something else than "unchanged"."""

    url: str
    last: HarvestItem | None
    news: HarvestItem | None


@dataclass(frozen=True, slots=True)
class Place:
    """A code hosting of a publisher and its repositories; where none is known yet, the code hosting's own address."""

    hosting: CodeHosting
    repositories: tuple[Looked, ...]


def places(session: Session, publisher: Publisher) -> list[Place]:
    """Where a publisher keeps code and what became of it: the officer's first question. Two queries, however many there are."""
    last, news = aliased(HarvestItem), aliased(HarvestItem)
    seen: dict[UUID, list[Looked]] = {}
    for record, newest, told in session.exec(
        select(RepositoryRecord, last, news)
        .select_from(RepositoryRecord)
        .join(CodeHosting, col(RepositoryRecord.code_hosting_id) == col(CodeHosting.id))
        .outerjoin(last, col(last.id) == _newest_item(col(RepositoryRecord.key)))
        .outerjoin(news, col(news.id) == _newest_item(col(RepositoryRecord.key), _TOLD))
        .where(CodeHosting.publisher_id == publisher.id)
        .order_by(col(RepositoryRecord.url))
    ):
        seen.setdefault(record.code_hosting_id, []).append(Looked(record.url, newest, told))
    rows = session.exec(
        select(CodeHosting, last, news)
        .select_from(CodeHosting)
        .outerjoin(last, col(last.id) == _newest_item(col(CodeHosting.key)))
        .outerjoin(news, col(news.id) == _newest_item(col(CodeHosting.key), _TOLD))
        .where(CodeHosting.publisher_id == publisher.id)
        .order_by(col(CodeHosting.url))
    )
    return [
        Place(hosting, tuple(seen.get(hosting.id) or (Looked(hosting.url, newest, told),)))
        for hosting, newest, told in rows
    ]


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
