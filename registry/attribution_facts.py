"""What the registry keeps of entries for their attribution notice."""

from __future__ import annotations

from sqlmodel import Session

from ..schemas.licensing.found import NOASSERTION, Identification
from ..schemas.licensing.verdict import DIFFERENCES
from ..schemas.sbom import Package
from .activity import newest_facts
from .attribution import Components, File, Known, Listed
from .audit.told import verdict_of
from .audit.verdicts import newest_verdict
from .catalogue import Entry, stored_file
from .evidence_models import SbomRecord
from .sboms import current, document
from .scans import newest_scan


def attribution_facts(session: Session, found: Entry, language: str, packages: bool = False) -> Known:
    """What is known about an entry; `packages`: also those that its bill of materials lists, which takes a moment to read."""
    software_id = found.software.id
    record = newest_facts(session, [software_id]).get(software_id)
    names = (record.facts if record else {}).get("files")
    scan = newest_scan(session, software_id)
    declared = found.shown.license_declared
    verdict_record = newest_verdict(session, software_id) if found.shown.commit else None
    verdict = verdict_of(verdict_record) if verdict_record else None
    return Known(
        slug=found.software.slug,
        name=found.software.name,
        publisher=found.publisher.names.get(language) or found.publisher.name,
        address=found.software.url,
        commit=found.shown.commit,
        values=found.values,
        declared=(verdict.normalized if verdict else "") or ("" if declared == NOASSERTION else declared),
        concluded=verdict.concluded if verdict else NOASSERTION,
        agree=not (verdict and verdict.codes and verdict.codes[0] in DIFFERENCES),
        files=[_file(session, one.path, one.hash, one.identification) for one in verdict.found] if verdict else None,
        names=[name for name in names if isinstance(name, str)] if isinstance(names, list) else None,
        scanned=scan.copyrights if scan and scan.files else None,
        components=_components(session, current(session, software_id), packages),
    )


def _file(session: Session, path: str, file_hash: str, says: Identification) -> File:
    kept = stored_file(session, file_hash) if file_hash else None
    return File(path, file_hash, says, kept.content if kept else None)


def _components(session: Session, rows: list[SbomRecord], packages: bool) -> Components | None:
    """Of the document that tells most; None where none can be read."""
    row = rows[0] if rows and rows[0].message is None else None
    if row is None:
        return None
    read = document(session, row) if packages else None
    listed = tuple(map(_listed, read.packages)) if read else None
    return Components(row.place, row.packages, row.licenses, listed)


def _listed(package: Package) -> Listed:
    named = "" if package.copyright in ("NOASSERTION", "NONE") else package.copyright
    return Listed(package.name, package.version, package.license, named, package.purl)
