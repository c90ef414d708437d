"""What the verdicts of entries are made of, as the database has it at a moment."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func
from sqlmodel import Session, col, select

from ..models import AssessmentRecord, FactsRecord, LicenseConclusion, LicenseVerdictRecord, LicenseWaiver, Software
from .conclusions import changed_since, in_force, seen
from .method import Method
from .past import newest_of


@dataclass(frozen=True, slots=True)
class Judged:
    """What the verdict of one entry is made of."""

    id: UUID
    slug: str
    assessment_id: UUID
    declared: str
    files: tuple[Mapping[str, Any], ...]
    host: str
    host_at: datetime | None
    conclusion: LicenseConclusion | None
    ended: str
    """Why the conclusion is no longer in force: a key of ENDED_BECAUSE."""
    waived: frozenset[str]
    judged_by: str
    """The digest of its newest verdict; empty where there is none, or one of a moment that is still to come."""
    verdict: int
    """The number of its newest verdict; 0 where there is none."""

    def judges_as(self, other: Judged, method: Method) -> bool:
        """Whether the same would be judged of both."""
        return (self.inputs(method), self.assessment_id) == (other.inputs(method), other.assessment_id)

    def inputs(self, method: Method) -> str:
        """A digest of all that the verdict depends on."""
        return sha256(
            json.dumps(
                [
                    self.declared,
                    sorted([file["path"], file["hash"], file["target"]] for file in self.files),
                    self.host,
                    str(self.conclusion.id) if self.conclusion and not self.ended else "",
                    method.license_list,
                    method.texts,
                ]
            ).encode()
        ).hexdigest()[:32]


def judged_entries(session: Session, ids: Sequence[UUID], method: Method, at: datetime) -> Iterator[Judged]:
    """Of these entries those that can be judged, by slug; `at`: now."""
    columns = (LicenseVerdictRecord.inputs, LicenseVerdictRecord.number, LicenseVerdictRecord.at)
    before = {
        row[0]: row[1:]
        for row in session.exec(select(LicenseVerdictRecord.software_id, *columns).join(*newest_of(ids)))
    }
    detected = {row[0]: row[1:] for row in _detected(session, ids)}
    conclusions = {
        row.software_id: row
        for row in session.exec(
            select(LicenseConclusion).where(
                col(LicenseConclusion.software_id).in_(ids), col(LicenseConclusion.ended_at).is_(None)
            )
        )
    }
    waived: dict[UUID, set[str]] = {}
    for waiver in session.exec(
        select(LicenseWaiver).where(col(LicenseWaiver.software_id).in_(ids), col(LicenseWaiver.ended_at).is_(None))
    ):
        if in_force(waiver, at, method.zone):
            waived.setdefault(waiver.software_id, set()).add(waiver.rule)
    rows = session.exec(
        select(Software, AssessmentRecord.id, AssessmentRecord.license_declared, AssessmentRecord.license_files)
        .join(AssessmentRecord, col(Software.shown_assessment_id) == col(AssessmentRecord.id))
        # Without a commit another catalogue gave the file, and nobody looked what lies beside it.
        .where(col(Software.id).in_(ids), Software.deactivated == "", AssessmentRecord.commit != "")
        .order_by(col(Software.slug))
    )
    for software, assessment, declared, files in rows:
        host, host_at = detected.get(software.repository_id, ("", None))
        conclusion = conclusions.get(software.id)
        ended = changed_since(conclusion, seen(declared, files)) if conclusion else ""
        inputs, number, judged_at = before.get(software.id, ("", 0, at))
        yield Judged(
            software.id,
            software.slug,
            assessment,
            declared,
            tuple(files),
            host or "",
            host_at if host else None,
            conclusion,
            ended,
            frozenset(waived.get(software.id, ())),
            inputs if judged_at <= at else "",  # else a clock ran ahead: a report of now would not tell of it
            number,
        )


def _detected(session: Session, ids: Sequence[UUID]) -> Any:
    """For the repositories of these entries: what their hosts detected, and when."""
    places = select(Software.repository_id).where(col(Software.id).in_(ids))
    newest = (
        select(col(FactsRecord.repository_id).label("place"), func.max(FactsRecord.at).label("at"))
        .where(col(FactsRecord.repository_id).in_(places))
        .group_by(col(FactsRecord.repository_id))
        .subquery()
    )
    detected = col(FactsRecord.facts)["license_detected"].as_string()
    same = and_(col(FactsRecord.repository_id) == newest.c.place, col(FactsRecord.at) == newest.c.at)
    return session.exec(select(FactsRecord.repository_id, detected, FactsRecord.at).join(newest, same))
