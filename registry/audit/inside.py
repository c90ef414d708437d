"""Whether the licences inside an entry's repository fit the one that its publiccode.yml declares."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from sqlmodel import Session, col, select

from ...schemas.licensing.compatibility import Answer, Use
from ...schemas.licensing.compatibility.parts import Part, PartFinding, inside, worst
from ...schemas.licensing.expression import ids_of
from ...schemas.licensing.families import base
from ...schemas.licensing.found import NOASSERTION
from ...schemas.licensing.open_versions import leaves_open
from ...schemas.licensing.verdict import FoundFile, LicenseVerdict
from ..catalogue import Entry
from ..evidence_models import SbomRecord
from .told import verdict_of
from .verdicts import newest_verdict

PACKAGES = "packages"
"""The name of the parts that are packages of a bill of materials."""


@dataclass(frozen=True, slots=True)
class Inside:
    """What was found inside. `outbound` is empty where nothing is declared that can be read; then nothing is compared."""

    outbound: str
    findings: tuple[PartFinding, ...]

    @property
    def answer(self) -> Answer | None:
        """The worst answer; None where there is nothing to compare."""
        return worst(self.findings)


def inside_of(session: Session, found: Entry) -> Inside:
    """The licence files and the packages of an entry, compared with its declared licence; the worst first."""
    record = newest_verdict(session, found.software.id) if found.shown.commit else None
    verdict = verdict_of(record) if record else None
    declared = verdict.normalized if verdict else found.shown.license_declared
    if not declared or declared == NOASSERTION:
        return Inside("", ())
    parts = (*_files(verdict, declared), *_packages(session, found))
    return Inside(declared, inside(declared, parts))


def _files(verdict: LicenseVerdict | None, declared: str) -> Iterator[Part]:
    for file in verdict.found if verdict else ():
        yield Part(file.path, _license(file, declared))


def _license(file: FoundFile, declared: str) -> str:
    """What a file says; where its text leaves later versions open, as it is declared."""
    said = file.identification
    if leaves_open(said):
        same = (identifier for identifier in ids_of(declared) if base(identifier) == base(said.concluded))
        return next(same, said.concluded)
    return "" if said.concluded == NOASSERTION else said.concluded


def _packages(session: Session, found: Entry) -> Iterator[Part]:
    """The packages of the bills of materials that hold now, counted by their licence."""
    rows = session.exec(
        select(SbomRecord).where(SbomRecord.software_id == found.software.id, col(SbomRecord.ended_at).is_(None))
    )
    counted: Counter[str] = Counter()
    for row in rows:
        if row.message is None:
            for license_, count in row.licenses.items():  # the same package in two of them counts once
                counted[license_] = max(counted[license_], count)
    for license_, count in sorted(counted.items()):
        yield Part(PACKAGES, license_, Use.LINK, count)
