"""The verdicts follow what is known: each entry is judged again when something changed that its verdict is made of."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import and_, func
from sqlmodel import Session, col, select

from ...schemas.licensing.found import NOASSERTION, Identification, Means, Part
from ..columns import now
from ..models import (
    AssessmentRecord,
    AuditMethod,
    FactsRecord,
    LicenseConclusion,
    LicenseVerdictRecord,
    LicenseWaiver,
    Software,
    StoredFile,
)
from ..store import Change, Store
from .conclusions import changed_since, end_conclusion, in_force, seen
from .method import Method, MethodError, Rules

if TYPE_CHECKING:
    from ...schemas.licensing.verdict import FoundFile, LicenseVerdict

_AT_ONCE = 200  # entries whose verdicts are written in one transaction
_INSTANT = timedelta(milliseconds=1)
# What makes a verdict say something else than the one before.
_TOLD = ("declared", "normalized", "found", "host", "concluded", "conclusion_id", "codes")

Violated = tuple[str, str]
"""The slug of an entry, and a rule of the policy."""


@dataclass
class Followed:
    """What following gave.

    `entries` were looked at, `judged` of them again, `changed` got a verdict that says something else. `new` and `resolved` are the
    violations of the policy that were not there before, or are no longer; of the new ones those that are waived are apart.
    `ended` are conclusions that ended because what they were about changed. `method_changed`: the policy or the data did.
    """

    entries: int = 0
    judged: int = 0
    changed: int = 0
    new: list[Violated] = field(default_factory=list)
    resolved: list[Violated] = field(default_factory=list)
    waived: list[Violated] = field(default_factory=list)
    ended: list[tuple[str, int, str]] = field(default_factory=list)
    """Slug, the conclusion's number, and why: a key of `conclusions.ENDED_BECAUSE`."""
    method_changed: bool = False


def follow_licenses(
    store: Store,
    method: Method,
    at: datetime | None = None,
    actor: str = "audit",
    only: Collection[UUID] | None = None,
    tell: Callable[[int, int], None] | None = None,
) -> Followed:
    """Judges each shown entry again whose declaration, licence files, host's detection, conclusion or judge changed.

    May be stopped at any time: what was judged stays judged, and the next run goes on with the rest.

    Args:
        store: the database.
        method: by what is judged.
        at: the moment; None: now.
        actor: who does it, for the log.
        only: these entries alone; the method's own record is then left for the next whole run.
        tell: is told how many of how many entries were looked at.

    Raises:
        StorageError: the database cannot be used; what was written before stays.

    """
    with store.reading() as session:
        former = _newest_method(session)
        if former is not None:
            session.expunge(former)
        query = select(Software.id).where(Software.deactivated == "").order_by(col(Software.slug))
        ids = [identity for identity in session.exec(query) if only is None or identity in only]
    done = Followed(method_changed=method.differs(former))
    following = _Following(store, method, former, done, at, actor)
    for start in range(0, len(ids), _AT_ONCE):
        following.follow(ids[start : start + _AT_ONCE])
        if tell:
            tell(done.entries, len(ids))
    if done.method_changed and only is None:
        with store.writing(actor, at) as change:
            last = change.session.exec(select(func.max(AuditMethod.at))).one()
            change.session.add(AuditMethod(at=_after(change.at, last), **method.record()))
    return done


def history(session: Session, software_id: UUID) -> Sequence[LicenseVerdictRecord]:
    """All verdicts of an entry, the newest first."""
    query = select(LicenseVerdictRecord).where(LicenseVerdictRecord.software_id == software_id)
    return session.exec(query.order_by(col(LicenseVerdictRecord.at).desc())).all()


def newest_verdict(session: Session, software_id: UUID) -> LicenseVerdictRecord | None:
    """The verdict of an entry that holds today; None where it was not judged yet."""
    query = select(LicenseVerdictRecord).where(LicenseVerdictRecord.software_id == software_id)
    return session.exec(query.order_by(col(LicenseVerdictRecord.at).desc()).limit(1)).first()


def _newest_method(session: Session) -> AuditMethod | None:
    return session.exec(select(AuditMethod).order_by(col(AuditMethod.at).desc()).limit(1)).first()


def _after(at: datetime, last: datetime | None) -> datetime:
    """The moment of a record that follows another one: clocks go back at times, and the newest must stay the newest."""
    return at if last is None or last < at else last + _INSTANT


@dataclass(frozen=True, slots=True)
class _Entry:
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
    """The digest of its newest verdict; empty where there is none."""

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


class _Following:
    """One run over the entries, some at a time: they are judged while others may write, then written at once."""

    def __init__(
        self, store: Store, method: Method, former: AuditMethod | None, done: Followed, at: datetime | None, actor: str
    ) -> None:
        self._store, self._method, self._done = store, method, done
        self._at, self._actor = at, actor
        self._after = method.violated_by(method.policy_content)
        self._before = _as_before(method, former)
        self._identified: dict[tuple[str, str], Identification] = {}

    def follow(self, ids: Sequence[UUID]) -> None:
        with self._store.reading() as session:
            entries = list(_entries(session, ids, self._method, self._at or now()))
            stale = [entry for entry in entries if entry.judged_by != entry.inputs(self._method)]
            everything = stale if not self._done.method_changed else entries
            former = _newest_verdicts(session, [entry.id for entry in everything])
            records = {entry.id: self._judged(session, entry) for entry in stale}
            session.expunge_all()
        for entry in everything:  # before the records belong to a transaction
            self._compare(entry, former.get(entry.id), records.get(entry.id) or former.get(entry.id))
        if stale:
            with self._store.writing(self._actor, self._at) as change:
                for entry in stale:
                    self._write(change, entry, records[entry.id])
        self._done.entries += len(entries)
        self._done.judged += len(stale)

    def _judged(self, session: Session, entry: _Entry) -> LicenseVerdictRecord:
        """The verdict of an entry, as a record that is not written yet."""
        found = self._found(session, entry)
        conclusion = entry.conclusion if not entry.ended else None
        declared = "" if entry.declared == NOASSERTION else entry.declared
        verdict = concluded_by(
            self._method.judge, declared, found, entry.host, conclusion.license if conclusion else ""
        )
        return LicenseVerdictRecord(
            software_id=entry.id,
            at=self._at or now(),
            assessment_id=entry.assessment_id,
            declared=verdict.declared,
            normalized=verdict.normalized,
            found=[
                {
                    "path": file.path,
                    "hash": file.hash,
                    "target": file.target,
                    "identification": file.identification.to_json(),
                }
                for file in verdict.found
            ],
            host=entry.host,
            host_at=entry.host_at,
            concluded=verdict.concluded,
            conclusion_id=conclusion.id if conclusion else None,
            codes=[str(code) for code in verdict.codes],
            inputs=entry.inputs(self._method),
        )

    def _found(self, session: Session, entry: _Entry) -> list[FoundFile]:
        from ...schemas.licensing.verdict import FoundFile

        places = {
            (str(file["hash"]), str(file["path"]).rpartition("/")[2].lower()): str(file["path"]) for file in entry.files
        }
        missing = sorted(
            {file_hash for file_hash, name in places if file_hash and (file_hash, name) not in self._identified}
        )
        contents: dict[str, bytes] = {}
        if missing:
            query = select(StoredFile.hash, StoredFile.content).where(col(StoredFile.hash).in_(missing))
            contents = dict(session.exec(query).all())
        found = []
        for file in entry.files:
            path = str(file["path"])
            key = (str(file["hash"]), path.rpartition("/")[2].lower())
            if key not in self._identified:
                content = contents.get(key[0])
                told = Identification() if content is None else self._method.identify(content, path)
                self._identified[key] = told
            found.append(FoundFile(path, key[0], self._identified[key], str(file["target"])))
        return found

    def _write(self, change: Change, entry: _Entry, record: LicenseVerdictRecord) -> None:
        """Writes the verdict where it tells something else than the one before; else keeps that it was judged by these inputs."""
        newest = newest_verdict(change.session, entry.id)
        if entry.conclusion is not None and entry.ended:
            conclusion = change.session.get_one(LicenseConclusion, entry.conclusion.id)
            if conclusion.ended_at is None:
                end_conclusion(change, conclusion, entry.ended)
                self._done.ended.append((entry.slug, conclusion.number, entry.ended))
        if newest is not None and all(getattr(newest, name) == getattr(record, name) for name in _TOLD):
            newest.inputs = record.inputs
            change.session.add(newest)
            return
        record.at = _after(change.at, newest.at if newest else None)
        change.session.add(record)
        self._done.changed += 1

    def _compare(
        self, entry: _Entry, former: LicenseVerdictRecord | None, verdict: LicenseVerdictRecord | None
    ) -> None:
        """Which violations are new, and which are resolved."""
        before = self._before(former) if former is not None and self._before is not None else frozenset()
        after = self._after(verdict) if verdict is not None else frozenset()
        for rule in sorted(after - before):
            (self._done.waived if rule in entry.waived else self._done.new).append((entry.slug, rule))
        self._done.resolved += [(entry.slug, rule) for rule in sorted(before - after)]


def _as_before(method: Method, former: AuditMethod | None) -> Rules | None:
    """What told of violations the last time; None where nothing did, or it can no longer be read: all are new then."""
    try:
        return method.violated_by(former.policy_content) if former else None
    except MethodError:
        return None


def concluded_by(judge: Any, declared: str, found: Sequence[FoundFile], host: str, conclusion: str) -> LicenseVerdict:
    """The verdict, with an auditor's conclusion (empty: none) in the place of what the texts say.

    What the auditor concluded settles what the texts are: the declaration is compared with the conclusion, and agrees where
    it is the same, whatever the files say. Where it is another one, the verdict says how they differ, for then the
    declaration is to be repaired. The files and what was found in them stay as evidence.
    """
    from ...schemas.licensing.verdict import FoundFile

    verdict: LicenseVerdict = judge(declared, found, host)
    if not conclusion:
        return verdict
    part = () if conclusion == NOASSERTION else (Part(conclusion, Means.TEXT, 1.0),)
    settled: LicenseVerdict = judge(declared, [FoundFile("LICENSE", "", Identification(conclusion, parts=part))], host)
    return replace(verdict, codes=settled.codes, concluded=conclusion)


def _entries(session: Session, ids: Sequence[UUID], method: Method, at: datetime) -> Iterator[_Entry]:
    judged_by = dict(
        session.exec(select(LicenseVerdictRecord.software_id, LicenseVerdictRecord.inputs).join(*_newest(ids))).all()
    )
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
        .where(col(Software.id).in_(ids), Software.deactivated == "")
        .order_by(col(Software.slug))
    )
    for software, assessment, declared, files in rows:
        host, host_at = detected.get(software.repository_id, ("", None))
        conclusion = conclusions.get(software.id)
        ended = changed_since(conclusion, seen(declared, files)) if conclusion else ""
        yield _Entry(
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
            judged_by.get(software.id, ""),
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


def _newest(ids: Sequence[UUID]) -> tuple[Any, Any]:
    """What the table of verdicts is joined with to give the newest one of each of these entries."""
    newest = (
        select(col(LicenseVerdictRecord.software_id).label("entry"), func.max(LicenseVerdictRecord.at).label("at"))
        .where(col(LicenseVerdictRecord.software_id).in_(ids))
        .group_by(col(LicenseVerdictRecord.software_id))
        .subquery()
    )
    same = and_(col(LicenseVerdictRecord.software_id) == newest.c.entry, col(LicenseVerdictRecord.at) == newest.c.at)
    return newest, same


def _newest_verdicts(session: Session, ids: Sequence[UUID]) -> dict[UUID, LicenseVerdictRecord]:
    return {row.software_id: row for row in session.exec(select(LicenseVerdictRecord).join(*_newest(ids)))}
