"""What the catalogue keeps about a publisher's programme, gathered from its tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from ...schemas.licensing.descriptions import described
from ...schemas.licensing.expression import ids_of
from ...schemas.licensing.found import NOASSERTION
from ...schemas.licensing.policy import violations
from ...schemas.licensing.policy_file import PolicyError, policy_from_content
from ...schemas.licensing.policy_lists import Policy
from ...schemas.licensing.reading import read_expression
from ...schemas.licensing.verdict import Code
from ..activity import newest_facts
from ..archived import BELOW, PUBLISHER, SOFTWARE
from ..audit.conclusions import in_force as holds
from ..audit.past import method_at, newest_of
from ..catalogue import shown_condition
from ..declarations import in_force
from ..models import (
    ArchivedReport,
    AssessmentRecord,
    Declaration,
    LicenseConclusion,
    LicenseVerdictRecord,
    LicenseWaiver,
    Publisher,
    Reach,
    RepositoryRecord,
    SbomRecord,
    ScanRecord,
    Software,
)
from ..release.facts import Declared
from ..release.on_documents import DOCUMENTS
from ..sboms import unstated
from ..statistics import below as all_below
from .facts import Archived, Body, ProgramFacts, Review, Sboms, Waived

MOST_COMPARED = 2_000  # pairs of licences; who has more of them is told of no further ones
_AT_ONCE = 500  # keys in one query: the engines bound the number of its parameters
_LEVELS = ("error", "warning", "note")
_FITS = ("no", "unknown", "conditions", "yes")  # the worst first
_FOUND: Any = LicenseVerdictRecord.found  # large, and not needed
_CODES = frozenset(str(code) for code in Code)

Row = TypeVar("Row", SbomRecord, LicenseConclusion, LicenseWaiver)


@dataclass(frozen=True, slots=True)
class _Entry:
    id: UUID
    slug: str
    name: str
    publisher: UUID
    commit: str
    declared: str
    reach: Reach


@dataclass(frozen=True, slots=True)
class _Verdict:
    """The newest of an entry: `license` is what counts, `outbound` what is declared; `level` the heaviest open rule."""

    license: str
    outbound: str
    level: str


def program_facts(
    session: Session, owner: Publisher, below: bool, at: datetime, zone: tzinfo, only_valid: bool = False
) -> ProgramFacts:
    """The facts about a publisher, alone or with all below it, at the moment `at`, which is now.

    `only_valid`: without entries whose file was not valid. The work grows with the entries alone: about a dozen queries for 500.
    """
    owners = all_below(session, owner) if below else frozenset((owner.id,))
    entries = list(_entries(session, owners, only_valid))
    day = at.astimezone(zone).date()
    named = {entry.id: entry.name for entry in entries}
    waivers = [one for one in _rows(session, LicenseWaiver, named) if holds(one, at, zone)]
    policy, verdicts = _verdicts(session, entries, waivers)
    sboms = list(_rows(session, SbomRecord, named))
    used = {one for verdict in verdicts.values() for one in ids_of(verdict.license)}
    used |= {one for row in sboms if not row.message for text in row.licenses if text for one in ids_of(text)}
    looked = list(_contributing(session, entries))
    return ProgramFacts(
        slug=owner.slug,
        identifier=owner.identifier,
        name=owner.name,
        names=owner.names,
        day=day,
        below=below,
        bodies=_bodies(session, owner, {entry.publisher for entry in entries} if below else set()),
        entries=len(entries),
        review=Review(
            policy=policy,
            compared=sum(entry.id in verdicts and bool(entry.commit) for entry in entries),
            open=Counter(verdict.level for verdict in verdicts.values() if verdict.level),
            waivers=sorted(
                (Waived(named[one.software_id], one.rule, one.until) for one in waivers),
                key=lambda one: (one.until, one.software),
            ),
            conclusions=sum(1 for _ in _rows(session, LicenseConclusion, named)),
        ),
        sboms=_sboms(sboms, entries, verdicts),
        archived=_archived(session, owner, below, entries),
        licenses=len(used),
        described=len(used & set(described())),
        declared=_counted(session, list(named)),
        contributing=sum(looked),
        looked=len(looked),
        reachable=sum(entry.reach is Reach.OK for entry in entries),
        scanned=len(_scanned(session, list(named))),
    )


def _parts(ids: Iterable[UUID]) -> Iterator[list[UUID]]:
    listed = list(ids)
    return (listed[start : start + _AT_ONCE] for start in range(0, len(listed), _AT_ONCE))


def _entries(session: Session, owners: Iterable[UUID], only_valid: bool) -> Iterator[_Entry]:
    query = (
        select(Software, AssessmentRecord.commit, AssessmentRecord.license_declared, RepositoryRecord.reach)
        .join(AssessmentRecord, col(AssessmentRecord.id) == col(Software.shown_assessment_id))
        .join(RepositoryRecord, col(RepositoryRecord.id) == col(Software.repository_id))
        .where(shown_condition(only_valid))
        .order_by(col(Software.slug))
    )
    for part in _parts(sorted(owners)):
        for software, commit, declared, reach in session.exec(query.where(col(Software.publisher_id).in_(part))):
            yield _Entry(
                software.id, software.slug, software.name, software.publisher_id, commit, declared, Reach(reach)
            )


def _rows(session: Session, table: type[Row], ids: Iterable[UUID]) -> Iterator[Row]:
    """The rows about these entries that have not ended."""
    for part in _parts(ids):
        query = select(table).where(col(table.software_id).in_(part), col(table.ended_at).is_(None))
        yield from session.exec(query.order_by(col(table.number)))


def _bodies(session: Session, owner: Publisher, with_software: set[UUID]) -> list[Body]:
    """The publisher first, whether it has software of its own or not, then those below it that have some, by name."""
    others = [
        one
        for part in _parts(sorted(with_software - {owner.id}))
        for one in session.exec(select(Publisher).where(col(Publisher.id).in_(part)))
    ]
    bodies = [owner, *sorted(others, key=lambda one: (one.name, one.slug))]
    told: dict[UUID, dict[str, Declared]] = {one.id: {} for one in bodies}
    for start in range(0, len(bodies), _AT_ONCE):
        for row in in_force(session, bodies[start : start + _AT_ONCE]):
            if row.publisher_id is not None:
                told[row.publisher_id].setdefault(row.kind, Declared(row.kind, row.value, row.at, row.by))
    return [Body(one.identifier, one.name, one.names, told[one.id]) for one in bodies]


def _verdicts(
    session: Session, entries: Sequence[_Entry], waivers: Sequence[LicenseWaiver]
) -> tuple[str, dict[UUID, _Verdict]]:
    """The policy's name, and the newest verdict of each entry, held against it."""
    policy = _policy(session)
    waived = {(one.software_id, one.rule) for one in waivers}
    declared = {entry.id: entry for entry in entries}
    known: dict[tuple[tuple[str, ...], str, str, bool], tuple[tuple[str, str], ...]] = {}
    found: dict[UUID, _Verdict] = {}
    for part in _parts(entry.id for entry in entries if entry.commit):
        for row in session.exec(select(LicenseVerdictRecord).options(defer(_FOUND)).join(*newest_of(part))):
            key = (tuple(row.codes), row.concluded, row.normalized, row.conclusion_id is not None)
            if key not in known:
                known[key] = _spoken(policy, *key)
            levels = {level for rule, level in known[key] if (row.software_id, rule) not in waived}
            counts = row.concluded if row.concluded != NOASSERTION else row.normalized
            found[row.software_id] = _Verdict(counts, row.normalized, min(levels, key=_LEVELS.index, default=""))
    for identity, entry in declared.items():
        if identity not in found and entry.declared != NOASSERTION:
            normalized = read_expression(entry.declared).normalized
            found[identity] = _Verdict(normalized, normalized, "")
    return policy.name if policy else "", found


def _policy(session: Session) -> Policy | None:
    method = method_at(session)
    try:
        return policy_from_content(method.policy_content) if method else None
    except PolicyError:
        return None


def _spoken(
    policy: Policy | None, codes: Sequence[str], concluded: str, normalized: str, by_auditor: bool
) -> tuple[tuple[str, str], ...]:
    if policy is None:
        return ()
    known = [code for code in codes if code in _CODES]
    told = violations(policy, known, concluded, normalized, by_auditor=by_auditor)
    return tuple((one.rule, str(one.level)) for one in told)


def _sboms(rows: Sequence[SbomRecord], entries: Sequence[_Entry], verdicts: Mapping[UUID, _Verdict]) -> Sboms:
    good: dict[UUID, list[SbomRecord]] = {}
    for row in rows:
        if row.message is None and row.format:
            good.setdefault(row.software_id, []).append(row)
    unread = {row.software_id for row in rows} - set(good)
    documents = [row for found in good.values() for row in found]
    best = [max(found, key=lambda row: row.packages) for found in good.values()]
    days = [_made(row) for row in best]
    return Sboms(
        entries=len(good),
        unread=len(unread),
        documents=len(documents),
        complete=sum(not row.missing for row in documents),
        packages=sum(row.packages for row in best),
        unstated=sum(unstated(row.licenses, row.unknown) for row in best),
        oldest=min(days, default=None),
        newest=max(days, default=None),
        scores=[row.score for row in best],
        fits=_fits(best, verdicts),
    )


def _made(row: SbomRecord) -> date:
    try:
        return datetime.fromisoformat(row.made_at).date()
    except ValueError:
        return row.at.date()


def _fits(best: Iterable[SbomRecord], verdicts: Mapping[UUID, _Verdict]) -> Counter[str]:
    """The worst answer of each entry; unknown where a package says nothing, or where there are too many pairs to compare."""
    from ...schemas.licensing.compatibility import Use, compatible

    left, told = MOST_COMPARED, Counter[str]()
    for row in best:
        outbound = verdicts[row.software_id].outbound if row.software_id in verdicts else ""
        licenses = sorted(row.licenses)
        if not outbound or not licenses:
            continue
        left -= len(licenses)
        if left < 0:
            told["unknown"] += 1
            continue
        answers = {str(compatible(one, outbound, Use.LINK).answer) if one else "unknown" for one in licenses}
        told[min(answers, key=_FITS.index)] += 1
    return told


def _archived(session: Session, owner: Publisher, below: bool, entries: Sequence[_Entry]) -> dict[str, Archived]:
    """By kind; a report with all below counts for the publisher alone, too."""
    scopes = (BELOW,) if below else (PUBLISHER, BELOW)
    whole = col(ArchivedReport.scope).in_(scopes) & (col(ArchivedReport.name) == owner.slug)
    rows = list(session.exec(select(ArchivedReport).where(whole)))
    slugs = [entry.slug for entry in entries]
    for start in range(0, len(slugs), _AT_ONCE):
        of_entries = col(ArchivedReport.name).in_(slugs[start : start + _AT_ONCE])
        rows += session.exec(select(ArchivedReport).where(ArchivedReport.scope == SOFTWARE, of_entries))
    found: dict[str, Archived] = {}
    for kind in sorted({row.kind for row in rows}):
        of_kind = [row for row in rows if row.kind == kind]
        found[kind] = Archived(
            count=len(of_kind),
            entries=len({row.name for row in of_kind if row.scope == SOFTWARE}),
            newest=max(row.at for row in of_kind).date(),
            whole=any(row.scope != SOFTWARE for row in of_kind),
        )
    return found


def _counted(session: Session, ids: Sequence[UUID]) -> Counter[str]:
    found: set[tuple[UUID | None, str]] = set()
    for part in _parts(ids):
        query = select(Declaration.software_id, Declaration.kind).where(
            col(Declaration.software_id).in_(part), col(Declaration.ended_at).is_(None)
        )
        found.update(session.exec(query))
    return Counter(kind for _, kind in found)


def _contributing(session: Session, entries: Sequence[_Entry]) -> Iterator[bool]:
    """For each entry whose file names at the root are known, whether a CONTRIBUTING is among them."""
    pattern = DOCUMENTS["contributing"].pattern
    for part in _parts(entry.id for entry in entries if entry.commit):
        for record in newest_facts(session, part).values():
            names = record.facts.get("files")
            if isinstance(names, list):
                yield any(isinstance(name, str) and pattern.fullmatch(name.lower()) for name in names)


def _scanned(session: Session, ids: Sequence[UUID]) -> set[UUID]:
    return {
        found
        for part in _parts(ids)
        for found in session.exec(
            select(ScanRecord.software_id).where(col(ScanRecord.software_id).in_(part), ScanRecord.files > 0).distinct()
        )
    }
