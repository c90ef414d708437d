"""The verdicts follow what is known: each entry is judged again when something changed that its verdict is made of."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func
from sqlmodel import Session, col, select

from ...schemas.licensing.found import NOASSERTION, Identification
from ..columns import now
from ..models import (
    AssessmentRecord,
    AuditMethod,
    Event,
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
from .past import method_at, newest_of

if TYPE_CHECKING:
    from ...schemas.licensing.verdict import FoundFile, LicenseVerdict

_AT_ONCE = 200  # entries whose verdicts are written in one transaction
_TURNS = 3  # so often entries are judged again that changed while they were judged; after that the next run does it
_TOLD_BY, _WHOLE_RUN = "license_verdict", "followed"  # the event that ends a whole run
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
        former = method_at(session)
        if former is not None:
            session.expunge(former)
        told = _told_until(session)
        query = select(Software.id).where(Software.deactivated == "").order_by(col(Software.slug))
        ids = [identity for identity in session.exec(query) if only is None or identity in only]
    done = Followed(method_changed=method.differs(former))
    following = _Following(store, method, former, told, done, at, actor)
    for start in range(0, len(ids), _AT_ONCE):
        following.follow(ids[start : start + _AT_ONCE])
        if tell:
            tell(done.entries, len(ids))
    if only is None:
        _end_run(store, method, actor, at)
    return done


def _end_run(store: Store, method: Method, actor: str, at: datetime | None) -> None:
    """Records by what was judged where that changed, and that all verdicts until now were told, so that none is told twice."""
    with store.reading() as session:
        if not _is_new(method, method_at(session), at or now()) and _told_until(session) == _last(session):
            return
    with store.writing(actor, at) as change:
        if _is_new(method, method_at(change.session), change.at):  # else another run did it meanwhile
            change.session.add(AuditMethod(at=change.at, **method.record()))
        change.log(_TOLD_BY, "", _WHOLE_RUN, None, {"verdicts": _last(change.session)})


def _is_new(method: Method, former: AuditMethod | None, at: datetime) -> bool:
    """Whether the history lacks the method at this moment: it differs, or a clock that ran ahead dated it."""
    return method.differs(former) or former is None or former.at > at


def _told_until(session: Session) -> int:
    """The number of the last verdict that a whole run told of; 0: none."""
    query = select(Event.after).where(Event.entity == _TOLD_BY, Event.kind == _WHOLE_RUN)
    said = session.exec(query.order_by(col(Event.sequence).desc()).limit(1)).first()
    return int(said["verdicts"]) if said else 0


def _last(session: Session) -> int:
    """The number of the verdict that was written last; 0: none."""
    return session.exec(select(func.max(LicenseVerdictRecord.number))).one() or 0


def history(session: Session, software_id: UUID) -> Sequence[LicenseVerdictRecord]:
    """All verdicts of an entry, the newest first."""
    query = select(LicenseVerdictRecord).where(LicenseVerdictRecord.software_id == software_id)
    return session.exec(query.order_by(col(LicenseVerdictRecord.number).desc())).all()


def newest_verdict(session: Session, software_id: UUID) -> LicenseVerdictRecord | None:
    """The verdict of an entry that holds today; None where it was not judged yet."""
    query = select(LicenseVerdictRecord).where(LicenseVerdictRecord.software_id == software_id)
    return session.exec(query.order_by(col(LicenseVerdictRecord.number).desc()).limit(1)).first()


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
    """The digest of its newest verdict; empty where there is none, or one of a moment that is still to come."""
    verdict: int
    """The number of its newest verdict; 0 where there is none."""

    def judges_as(self, other: _Entry, method: Method) -> bool:
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


class _Following:
    """One run over the entries, some at a time: they are judged while others may write, then written at once."""

    def __init__(
        self,
        store: Store,
        method: Method,
        former: AuditMethod | None,
        told: int,
        done: Followed,
        at: datetime | None,
        actor: str,
    ) -> None:
        self._store, self._method, self._told, self._done = store, method, told, done
        self._at, self._actor = at, actor
        self._after = method.violated_by(method.policy_content)
        self._before = _as_before(method, former)
        self._identified: dict[tuple[str, str], Identification] = {}

    def follow(self, ids: Sequence[UUID]) -> None:
        left, looked_at = ids, 0
        for turn in range(_TURNS):
            entries, stale = self._turn(left)
            looked_at = looked_at if turn else entries
            left = stale
            if not left:
                break
        self._done.entries += looked_at

    def _turn(self, ids: Sequence[UUID]) -> tuple[int, list[UUID]]:
        """Judges these entries; gives how many there are, and those that changed meanwhile."""
        with self._store.reading() as session:
            entries = list(_entries(session, ids, self._method, self._at or now()))
            stale = [entry for entry in entries if entry.judged_by != entry.inputs(self._method)]
            told = [
                entry for entry in entries if self._done.method_changed or entry in stale or entry.verdict > self._told
            ]
            former = _verdicts(session, [entry.id for entry in told], col(LicenseVerdictRecord.number) <= self._told)
            newest = _verdicts(session, [entry.id for entry in told])
            records = {entry.id: self._judged(session, entry) for entry in stale}
            session.expunge_all()
        rules = {  # before the records belong to a transaction
            entry.id: self._rules(former.get(entry.id), records.get(entry.id) or newest.get(entry.id)) for entry in told
        }
        changed = self._written(stale, records)
        for entry in told:
            if entry.id not in changed:
                self._tell(entry, *rules[entry.id])
        return len(entries), changed

    def _written(self, stale: Sequence[_Entry], records: Mapping[UUID, LicenseVerdictRecord]) -> list[UUID]:
        """Writes the verdicts, but for entries that changed while they were judged, which it gives."""
        if not stale:
            return []
        with self._store.writing(self._actor, self._at) as change:
            ids = [entry.id for entry in stale]
            there = {entry.id: entry for entry in _entries(change.session, ids, self._method, change.at)}
            left = [entry for entry in stale if entry.id in there and entry.judges_as(there[entry.id], self._method)]
            number = _last(change.session)
            for entry in left:
                number += self._write(change, entry, records[entry.id], number + 1)
        self._done.judged += len(left)
        kept = {entry.id for entry in left}
        return [identity for identity in ids if identity not in kept]

    def _judged(self, session: Session, entry: _Entry) -> LicenseVerdictRecord:
        """The verdict of an entry, as a record that is not written yet."""
        found = self._found(session, entry)
        conclusion = entry.conclusion if not entry.ended else None
        declared = "" if entry.declared == NOASSERTION else entry.declared
        verdict = concluded_by(
            self._method.judge, declared, found, entry.host, conclusion.license if conclusion else ""
        )
        return LicenseVerdictRecord(
            number=0,  # given when it is written
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

    def _write(self, change: Change, entry: _Entry, record: LicenseVerdictRecord, number: int) -> bool:
        """Writes the verdict where it tells something else than the one before; else keeps that it was judged by these inputs."""
        newest = newest_verdict(change.session, entry.id)
        if entry.conclusion is not None and entry.ended:
            conclusion = change.session.get_one(LicenseConclusion, entry.conclusion.id)
            if conclusion.ended_at is None:
                end_conclusion(change, conclusion, entry.ended)
                self._done.ended.append((entry.slug, conclusion.number, entry.ended))
        if newest is not None and newest.at <= change.at and _says(newest) == _says(record):
            newest.inputs = record.inputs
            change.session.add(newest)
            return False
        record.at, record.number = change.at, number
        change.session.add(record)
        self._done.changed += 1
        return True

    def _rules(
        self, former: LicenseVerdictRecord | None, verdict: LicenseVerdictRecord | None
    ) -> tuple[frozenset[str], frozenset[str]]:
        """What was violated when a whole run last told of it, and what is now."""
        before = self._before(former) if former is not None and self._before is not None else frozenset()
        return before, self._after(verdict) if verdict is not None else frozenset()

    def _tell(self, entry: _Entry, before: frozenset[str], after: frozenset[str]) -> None:
        """Which violations are new, and which are resolved."""
        for rule in sorted(after - before):
            (self._done.waived if rule in entry.waived else self._done.new).append((entry.slug, rule))
        self._done.resolved += [(entry.slug, rule) for rule in sorted(before - after)]


def _says(verdict: LicenseVerdictRecord) -> list[Any]:
    return [getattr(verdict, name) for name in _TOLD]


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
    from ...schemas.licensing.concluded import settled

    verdict: LicenseVerdict = judge(declared, found, host)
    return settled(verdict, conclusion) if conclusion else verdict


def _entries(session: Session, ids: Sequence[UUID], method: Method, at: datetime) -> Iterator[_Entry]:
    columns = (LicenseVerdictRecord.inputs, LicenseVerdictRecord.number, LicenseVerdictRecord.at)
    judged = {
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
        inputs, number, judged_at = judged.get(software.id, ("", 0, at))
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


def _verdicts(session: Session, ids: Sequence[UUID], *known: ColumnElement[bool]) -> dict[UUID, LicenseVerdictRecord]:
    """The newest verdict of each of these entries."""
    return {row.software_id: row for row in session.exec(select(LicenseVerdictRecord).join(*newest_of(ids, *known)))}
