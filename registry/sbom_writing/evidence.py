"""What else was known of entries at a moment: what their files say of themselves, their bills of materials, their deep scans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from ..evidence_models import SbomRecord, ScanRecord
from ..models import AssessmentRecord, Event
from ..sboms import shown_first

AT_ONCE = 500  # keys in one query


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What an entry's publiccode.yml says of itself."""

    version: str = ""
    homepage: str = ""
    kind: str = ""
    based_on: tuple[str, ...] = ()


@dataclass(slots=True)
class Evidence:
    """What was known of some entries; files by the id of their assessment, the rest by the id of the entry."""

    files: dict[UUID, FileFacts] = field(default_factory=dict)
    sboms: dict[UUID, SbomRecord] = field(default_factory=dict)
    scans: dict[UUID, ScanRecord] = field(default_factory=dict)


def evidence(session: Session, entries: Sequence[UUID], assessments: Sequence[UUID], at: datetime) -> Evidence:
    """What was known at the moment `at`. Of several bills of materials that count the one that is shown first."""
    found = Evidence()
    for start in range(0, len(assessments), AT_ONCE):
        found.files |= _files(session, assessments[start : start + AT_ONCE])
    for start in range(0, len(entries), AT_ONCE):
        some = entries[start : start + AT_ONCE]
        found.sboms |= _sboms(session, some, at)
        found.scans |= _scans(session, some, at)
    return found


def changed_at(session: Session, publishers: Sequence[UUID], at: datetime) -> datetime | None:
    """When one of these publishers was changed last."""
    moments: list[datetime] = []
    for start in range(0, len(publishers), AT_ONCE):
        ids = [str(one) for one in publishers[start : start + AT_ONCE]]
        query = select(Event.at).where(Event.entity == "publisher", col(Event.entity_id).in_(ids), col(Event.at) <= at)
        moments += session.exec(query.order_by(col(Event.at).desc()).limit(1)).all()
    return max(moments, default=None)


def _files(session: Session, ids: Sequence[UUID]) -> dict[UUID, FileFacts]:
    said = [col(AssessmentRecord.values)[key] for key in ("softwareVersion", "landingURL", "softwareType", "isBasedOn")]
    query = columns(col(AssessmentRecord.id), *said).where(col(AssessmentRecord.id).in_(ids))
    rows = session.connection().execute(query)
    return {
        identity: FileFacts(_text(version), _text(homepage), _text(kind), _texts(based_on))
        for identity, version, homepage, kind, based_on in rows
    }


def _sboms(session: Session, ids: Sequence[UUID], at: datetime) -> dict[UUID, SbomRecord]:
    query = select(SbomRecord).where(
        col(SbomRecord.software_id).in_(ids),
        col(SbomRecord.at) <= at,
        or_(col(SbomRecord.ended_at).is_(None), col(SbomRecord.ended_at) > at),
        SbomRecord.format != "",
    )
    rows: dict[UUID, SbomRecord] = {}
    for row in sorted(session.exec(query).all(), key=shown_first):
        rows.setdefault(row.software_id, row)
    return rows


def _scans(session: Session, ids: Sequence[UUID], at: datetime) -> dict[UUID, ScanRecord]:
    query = select(ScanRecord).where(col(ScanRecord.software_id).in_(ids), col(ScanRecord.at) <= at)
    return {row.software_id: row for row in session.exec(query.order_by(col(ScanRecord.number))).all()}


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else str(value) if isinstance(value, int | float) else ""


def _texts(value: Any) -> tuple[str, ...]:
    ones = value if isinstance(value, list) else [value]
    return tuple(filter(None, (_text(one) for one in ones[:20])))
