"""What the catalogue keeps about an entry, as facts for the checks before a release."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from ...schemas.finding import Assessment
from ...schemas.licensing.expression import ExpressionError
from ...schemas.licensing.found import NOASSERTION
from ...schemas.licensing.reading import read_expression
from ...schemas.sbom_names import is_sbom_name
from .. import sboms
from ..activity import newest_facts
from ..audit.told import verdict_of
from ..audit.verdicts import newest_verdict
from ..catalogue import Entry, whole
from ..declarations import in_force
from ..models import ActivityRecord, AuditMethod, LicenseConclusion, SbomRecord
from ..scans import messages_of, newest_scan
from ..stored import message_from_json
from .compatibilities import compared, compared_files
from .facts import Declared, LicenseFacts, LicenseFile, Names, ReleaseFacts, SbomFacts, ScanFacts, Source
from .scanned import gap

_MOST_NAMES = 60  # a harvest keeps no more of a root: what is not among so many may be there all the same


def release_facts(session: Session, entry: Entry, day: date, values: Mapping[str, Any] | None = None) -> ReleaseFacts:
    """The facts about an entry.

    `day`: today, in the instance's time zone; `values`: what its file says with the persons in it, where somebody read it already.
    """
    asked = bool(entry.shown.commit)  # else another catalogue gave the file, and nobody looked what lies beside it
    record = newest_facts(session, [entry.software.id]).get(entry.software.id)
    told: Mapping[str, Any] = record.facts if record else {}
    names = _names(told.get("files")) if asked else None
    releases = told.get("releases")
    activity = session.exec(
        select(ActivityRecord)
        .where(ActivityRecord.software_id == entry.software.id)
        .order_by(col(ActivityRecord.at).desc())
        .limit(1)
    ).first()
    identity = entry.software.id
    told_license, documents, scan = (
        _license(session, entry, asked),
        _sboms(session, identity, names),
        _scan(session, identity),
    )
    outbound = told_license.normalized
    return ReleaseFacts(
        source=Source.ENTRY,
        name=entry.software.name,
        day=day,
        address=entry.software.url,
        commit=entry.shown.commit,
        publisher=entry.publisher.name,
        publisher_names=entry.publisher.names,
        assessment=Assessment(tuple(entry.findings), entry.values),
        has_contacts=_has_contacts(whole(session, entry) if values is None else values),
        names=names,
        license=told_license,
        sboms=documents,
        compatible=compared(documents, outbound),
        files_compatible=compared_files(scan.licenses, outbound) if scan else None,
        scan=scan,
        declared=_declared(session, entry),
        activity=activity.index if activity else None,
        archived=entry.repository.archived,
        releases=releases if isinstance(releases, int) else None,
        head=entry.repository.head_commit,
        collected=_was_collected(session, identity),
    )


def _names(told: object) -> Names | None:
    if not isinstance(told, list):
        return None
    paths = tuple(name for name in told if isinstance(name, str))
    return Names(paths, cut=len(paths) >= _MOST_NAMES)


def _has_contacts(values: Mapping[str, Any]) -> bool:
    maintenance = values.get("maintenance")
    return bool(isinstance(maintenance, Mapping) and maintenance.get("contacts"))


def _license(session: Session, entry: Entry, asked: bool) -> LicenseFacts:
    written = entry.shown.license_declared
    declared = "" if written == NOASSERTION else written
    record = newest_verdict(session, entry.software.id) if asked else None
    policy, ruling = ruled(session, declared)
    if record is None:
        normalized = read_expression(declared).normalized if declared else ""
        return LicenseFacts(declared, normalized, policy=policy, ruling=ruling)
    verdict = verdict_of(record)
    conclusion = session.get(LicenseConclusion, record.conclusion_id) if record.conclusion_id else None
    return LicenseFacts(
        declared=declared,
        normalized=verdict.normalized,
        files=tuple(LicenseFile(file.path, file.identification) for file in verdict.found),
        codes=tuple(str(code) for code in verdict.codes),
        concluded=verdict.concluded,
        concluded_by=conclusion.by if conclusion else "",
        host=verdict.host,
        policy=policy,
        ruling=ruling,
    )


def ruled(session: Session, expression: str) -> tuple[str, str]:
    """The policy by which this instance judged last, and its word for an expression; both empty where there is none."""
    from ...schemas.licensing.policy import PolicyError, decide, policy_from_content

    method = session.exec(select(AuditMethod).order_by(col(AuditMethod.at).desc()).limit(1)).first()
    if method is None:
        return "", ""
    try:
        return method.policy, decide(policy_from_content(method.policy_content), expression).ruling.name.lower()
    except (PolicyError, ExpressionError):
        return method.policy, ""


def _sboms(session: Session, software_id: UUID, names: Names | None) -> Sequence[SbomFacts] | None:
    """Those that were collected, the one that is shown first; else the files at the root that are named so.

    None where these are not known.
    """
    if rows := sboms.current(session, software_id):
        return [_sbom(row) for row in rows]
    if names is None:
        return None
    # Without an ending it may be a folder, which may be empty.
    return [SbomFacts(path, read=False) for path in names.paths if is_sbom_name(path) and "." in path]


def _was_collected(session: Session, software_id: UUID) -> bool:
    """Whether bills of materials were collected or given once: then that there is none now was seen."""
    return session.exec(select(SbomRecord.id).where(SbomRecord.software_id == software_id).limit(1)).first() is not None


def _sbom(row: SbomRecord) -> SbomFacts:
    return SbomFacts(
        place=row.place,
        format=row.format,
        made_at=row.made_at,
        tool=row.tool,
        packages=row.packages,
        licenses=row.licenses,
        missing=tuple(row.missing),
        message=message_from_json(row.message) if row.message else None,
    )


def _scan(session: Session, software_id: UUID) -> ScanFacts | None:
    """The newest scan, also one that gave no answer: an older one tells nothing of today."""
    row = newest_scan(session, software_id)
    if row is None:
        return None
    cut = gap(messages_of(row))
    return ScanFacts(
        row.at, row.files, row.with_license, row.with_copyright, row.compliant, row.licenses, row.commit, cut
    )


def _declared(session: Session, entry: Entry) -> dict[str, Declared]:
    """The newest of each kind; what is declared about the entry before what its publisher declares about itself."""
    found: dict[str, Declared] = {}
    rows = in_force(session, [entry.software, entry.publisher])
    for row in sorted(rows, key=lambda row: row.software_id is None):
        found.setdefault(row.kind, Declared(row.kind, row.value, row.at, row.by))
    return found
