"""Whether the licences inside an entry's repository fit the one that its publiccode.yml declares."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from sqlmodel import Session, col, select

from ...schemas.finding import Message, message
from ...schemas.licensing.compatibility import Answer, Use
from ...schemas.licensing.compatibility.parts import Part, PartFinding, inside, worst
from ...schemas.licensing.evidence import Evidence, evidence
from ...schemas.licensing.expression import ids_of, terms_of
from ...schemas.licensing.families import base, grant
from ...schemas.licensing.found import NOASSERTION, Identification, Means, Remark
from ...schemas.licensing.open_versions import leaves_open
from ...schemas.licensing.reading import read_expression
from ...schemas.licensing.successors import canonical
from ...schemas.licensing.verdict import DIFFERENCES, FoundFile, LicenseVerdict
from ..catalogue import Entry
from ..evidence_models import SbomRecord
from .told import verdict_of
from .verdicts import newest_verdict

PACKAGES = "packages"
"""The name of the parts that are packages of a bill of materials."""
MOST_LICENSES = 200  # of packages that are compared, those of most packages first
MOST_TERMS = 2_000  # licences in these expressions times those of the declared one: what a page view may cost
_DECLARED = message("It is a text of the declared licence.")
_WITH_LGPL = message("The LGPL 3 is made of additions to the GPL 3 and asks for the texts of both.")
_RESTRICTED = message("Words beside this licence seem to take away something that it permits.")
_NOT_COMPARED = message("{count} more licences have not been compared; that is not the same as no problem.")
_TEXTS = (Means.TEXT, Means.STRUCTURE)


@dataclass(frozen=True, slots=True)
class Inside:
    """What was found inside. `outbound` is empty where nothing is declared that can be read; then nothing is compared.

    `concluded` is what the licence files say, where that is another licence than the declared one.
    """

    outbound: str
    findings: tuple[PartFinding, ...]
    concluded: str = ""

    @property
    def answer(self) -> Answer | None:
        """The worst answer; None where there is nothing to compare."""
        return worst(self.findings)

    @property
    def taken_in(self) -> str:
        """The expression that somebody asks for who takes the software in: where declaration and texts differ, both have to fit."""
        if not self.concluded:
            return self.outbound
        parts = [f"({one})" if " OR " in one else one for one in (self.outbound, self.concluded)]
        return " AND ".join(parts)


def inside_of(session: Session, found: Entry) -> Inside:
    """The licence files and the packages of an entry, compared with its declared licence; the worst first."""
    record = newest_verdict(session, found.software.id) if found.shown.commit else None
    verdict = verdict_of(record) if record else None
    declared = _read(verdict.normalized if verdict and verdict.normalized else found.shown.license_declared)
    if not declared:
        return Inside("", ())
    files = file_parts(verdict, declared) if verdict else ()
    differs = verdict is not None and _differs(verdict) and verdict.concluded != NOASSERTION
    findings = inside(declared, (*files, *_packages(session, found, declared)))
    return Inside(declared, findings, verdict.concluded if verdict and differs else "")


def _read(declared: str) -> str:
    """The declared licence with today's ids, or the one that it can only mean; empty where it can mean several or none."""
    if declared in ("", NOASSERTION):
        return ""
    reading = read_expression(declared)
    return reading.normalized or (reading.suggestions[0] if len(reading.suggestions) == 1 else "")


def _differs(verdict: LicenseVerdict) -> bool:
    return bool(verdict.codes) and verdict.codes[0] in DIFFERENCES


def file_parts(verdict: LicenseVerdict, declared: str) -> Iterator[Part]:
    """The licence files as parts. A text of the declared licence fits; of what another text applies to, mostly nobody knows."""
    shown = evidence(verdict.found)
    paths = {file.path for file in verdict.found}
    differs = _differs(verdict)
    own = {claim.path for claim in shown.own}
    for file in verdict.found:
        said = file.identification
        if said.concluded == NOASSERTION and _speaks_elsewhere(file, shown, paths):
            continue
        fits = _accounted(said, declared)
        restricted = Remark.RESTRICTED in said.remarks and said.concluded != NOASSERTION
        yield Part(
            file.path,
            _license(said, declared),
            doubtful=not (differs and file.path in own),
            fits=None if restricted else fits,
            unknown=_RESTRICTED if restricted else None,
        )


def _speaks_elsewhere(file: FoundFile, shown: Evidence, paths: set[str]) -> bool:
    """A link to another licence file, or a file beside the licence (NOTICE, AUTHORS) that names none."""
    if file.target:
        return posixpath.normpath(posixpath.join(posixpath.dirname(file.path), file.target)) in paths
    speaks = {*shown.unread, *shown.doubtful, *(path for path, _ in shown.unsure)}
    return "/" not in file.path and file.path not in speaks


def _accounted(said: Identification, declared: str) -> Message | None:
    """Why a file is one that the declared licence asks for; None where it holds something else."""
    wanted = {canonical(term) for term in terms_of(declared)}
    texts = {grant(identifier) for identifier in ids_of(declared)}
    if said.concluded == NOASSERTION:  # several texts; whether they are a choice only the declaration says
        held = {grant(part.license) for part in said.parts if part.means in _TEXTS}
        return _DECLARED if held and held <= texts else None
    given = terms_of(said.concluded)
    if given and all(
        canonical(term) in wanted or (not term.exception and _as_open(said) and grant(term.license) in texts)
        for term in given
    ):
        return _DECLARED
    if "LGPL-3.0" in texts and leaves_open(said) and base(said.concluded) == "GPL-3.0":
        return _WITH_LGPL
    return None


def _as_open(said: Identification) -> bool:
    """Whether a file tells of no versions, so that the declaration alone says which are allowed."""
    return leaves_open(said) or not ("-or-later" in said.concluded or "-only" in said.concluded)


def _license(said: Identification, declared: str) -> str:
    """What a file says; where its text leaves later versions open, as it is declared."""
    if leaves_open(said):
        same = (identifier for identifier in ids_of(declared) if base(identifier) == base(said.concluded))
        return next(same, said.concluded)
    return "" if said.concluded == NOASSERTION else said.concluded


def _packages(session: Session, found: Entry, declared: str) -> Iterator[Part]:
    """The packages of the bills of materials that hold now, counted by their licence; the rest of very many is not compared."""
    rows = session.exec(
        select(SbomRecord).where(SbomRecord.software_id == found.software.id, col(SbomRecord.ended_at).is_(None))
    )
    counted: Counter[str] = Counter()
    for row in rows:
        if row.message is None:
            for license_, count in row.licenses.items():  # the same package in two of them counts once
                counted[license_] = max(counted[license_], count)
    yield from package_parts(counted, declared)


def package_parts(counted: Counter[str], declared: str) -> Iterator[Part]:
    """The licences of packages as parts, with a bound on what comparing them costs."""
    left, packages = 0, 0
    cost, width = 0, _terms(declared)
    taken = 0
    for license_, count in sorted(counted.items(), key=lambda one: (-one[1], one[0])):
        cost += _terms(license_) * width
        if license_ and (taken >= MOST_LICENSES or cost > MOST_TERMS):
            left, packages = left + 1, packages + count
            continue
        taken += 1
        yield Part(PACKAGES, license_, Use.LINK, count)
    if left:
        reason = Message(_NOT_COMPARED.template, (("count", str(left)),))
        yield Part(PACKAGES, "", Use.LINK, packages, unknown=reason)


def _terms(expression: str) -> int:
    """About how many licences an expression names, without reading it."""
    return 1 + (len(expression.split()) - 1) // 2
