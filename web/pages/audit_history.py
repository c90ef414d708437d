"""The history of one entry on its audit page: every verdict, conclusion and waiver until a moment, the newest first."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session, col, select

from ...registry.audit.past import conclusions_at, waivers_at
from ...registry.audit.report import Report
from ...registry.audit.told import text_of
from ...registry.models import AssessmentRecord, LicenseConclusion, LicenseVerdictRecord
from ...schemas.licensing.verdict import Code
from ..presenting import say
from .audit_sentences import concluded
from .audit_values import Teller


def history(session: Session, report: Report, teller: Teller) -> dict[str, Any]:
    """All of it, of the entry that the report is about."""
    identity = report.lines[0].entry.software_id
    conclusions = list(conclusions_at(session, [identity], report.at))
    by_id = {one.id: one for one in conclusions}
    query = (
        select(LicenseVerdictRecord, AssessmentRecord.commit)
        .join(AssessmentRecord, col(LicenseVerdictRecord.assessment_id) == col(AssessmentRecord.id))
        .where(LicenseVerdictRecord.software_id == identity, LicenseVerdictRecord.at <= report.at)
        .order_by(col(LicenseVerdictRecord.number).desc())
    )
    return {
        "history": [
            _verdict(row, commit, by_id.get(row.conclusion_id) if row.conclusion_id else None, teller, report)
            for row, commit in session.exec(query)
        ],
        "conclusions": [teller.conclusion(one) for one in conclusions[::-1]],
        "waivers": [teller.waiver(one) for one in waivers_at(session, [identity], report.at)][::-1],
    }


def _verdict(
    row: LicenseVerdictRecord, commit: str, conclusion: LicenseConclusion | None, teller: Teller, report: Report
) -> dict[str, Any]:
    return {
        "at": teller.moment(row.at),
        "declared": row.declared,
        **concluded(row),
        "conclusion": {"number": conclusion.number, "by": conclusion.by} if conclusion else None,
        "commit": commit,
        "repository_page": teller.repository_page(report.lines[0], commit=commit),
        "host": row.host,
        "files": [file["path"] for file in row.found],
        "codes": [{"code": code, "title": _title(code, row)} for code in row.codes],
    }


def _title(code: str, row: LicenseVerdictRecord) -> str:
    return say(text_of(Code(code), row).title) if code in set(Code) else code
