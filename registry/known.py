"""What the last harvest left of repositories, for the next one: whether they changed, and what is still to be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session, and_, col, or_, select

from ..schemas.candidate import Candidate, RepositoryFile
from .models import AssessmentRecord, CodeHosting, Reach, Relation, RepositoryRecord, StoredFile
from .store import Store

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Known:
    """One repository as the last look left it.

    `file`: it had a publiccode.yml; `answered`: it answered before; `due`: missing, or without its file, once: a second look
    decides. `to_judge`: its stored file `assessment` was judged by other rules; `to_fetch`: it has to be read again for that,
    because nothing was stored. `here`: it belongs to the code hosting that was asked for; `reachable`: it answered at the last
    look.
    """

    key: str
    url: str
    host_id: str
    state: str
    file: bool
    answered: bool
    due: bool
    to_judge: bool = False
    to_fetch: bool = False
    assessment: UUID | None = None
    here: bool = True
    reachable: bool = True


def known_at(session: Session, keys: Sequence[str], ruleset: str) -> dict[str, Known]:
    """The repositories at these addresses, by key."""
    found: dict[str, Known] = {}
    for start in range(0, len(keys), _AT_ONCE):
        part = keys[start : start + _AT_ONCE]
        found |= _known(session, ruleset, col(RepositoryRecord.key).in_(part))
    return found


def known_in(session: Session, hosting: UUID, ruleset: str) -> dict[str, Known]:
    """The repositories that a code hosting showed, by key."""
    return _known(session, ruleset, col(RepositoryRecord.code_hosting_id) == hosting)


def known_below(session: Session, hosting: CodeHosting, ruleset: str) -> dict[str, Known]:
    """The repositories that a group showed, and all others below its address, by key."""
    below = and_(col(RepositoryRecord.key) > f"{hosting.key}/", col(RepositoryRecord.key) < f"{hosting.key}0")
    return _known(session, ruleset, or_(below, col(RepositoryRecord.code_hosting_id) == hosting.id), hosting.id)


def named_singly(session: Session) -> frozenset[str]:
    """Addresses, former ones too, and host's ids of the repositories that the list of publishers names by themselves."""
    named = (CodeHosting.kind == "repository", col(CodeHosting.listed))
    found = set(session.exec(select(CodeHosting.key).where(*named)))
    records = select(RepositoryRecord.key, RepositoryRecord.aliases, RepositoryRecord.host_id)
    joined = records.join(CodeHosting, col(RepositoryRecord.code_hosting_id) == col(CodeHosting.id)).where(*named)
    for key, aliases, host_id in session.exec(joined):
        found |= {key, host_id, *aliases}
    return frozenset(found - {""})


def _known(session: Session, ruleset: str, condition: object, hosting: UUID | None = None) -> dict[str, Known]:
    columns = (
        RepositoryRecord.key,
        RepositoryRecord.url,
        RepositoryRecord.host_id,
        RepositoryRecord.state,
        RepositoryRecord.head_commit,
        RepositoryRecord.file_path,
        RepositoryRecord.file_missing_since,
        RepositoryRecord.reach,
        RepositoryRecord.relation,
        RepositoryRecord.code_hosting_id,
        AssessmentRecord.id,
        AssessmentRecord.ruleset,
        AssessmentRecord.file_hash,
    )
    query = (
        select(*columns)  # type: ignore[call-overload]
        .select_from(RepositoryRecord)
        .outerjoin(AssessmentRecord, col(RepositoryRecord.newest_assessment_id) == col(AssessmentRecord.id))
        .where(condition)
    )
    found = {}
    for (
        key,
        url,
        host_id,
        state,
        head,
        path,
        missing_since,
        reach,
        relation,
        owner,
        assessment,
        rules,
        stored,
    ) in session.exec(query):
        # What was part of a system may be one of its own now.
        stale = bool(path) and assessment is not None and (rules != ruleset or relation == Relation.PART)
        found[key] = Known(
            key=key,
            url=url,
            host_id=host_id,
            state=state or head,
            file=bool(path) or missing_since is not None,
            answered=bool(head),
            due=reach in (Reach.MISSING, Reach.UNKNOWN) or missing_since is not None,
            to_judge=stale and bool(stored),
            to_fetch=stale and not stored,
            assessment=assessment,
            here=hosting is None or owner == hosting,
            reachable=reach is Reach.OK,
        )
    return found


def stored_candidate(store: Store, known: Known) -> Candidate | None:
    """The candidate as it was stored; None where there is none."""
    with store.reading() as session:
        assessment = session.get(AssessmentRecord, known.assessment) if known.assessment else None
        if assessment is None:
            return None
        hashes = {assessment.file_hash, *(file["hash"] for file in assessment.license_files)}
        files = {
            file.hash: file.content for file in session.exec(select(StoredFile).where(col(StoredFile.hash).in_(hashes)))
        }
        if assessment.file_hash not in files:
            return None
        texts = tuple(
            RepositoryFile(file["path"], files.get(file["hash"]), file["mode"], file["size"], file["target"])
            for file in assessment.license_files
        )
        # Without a commit another catalogue gave the file: nobody looked what lies beside it.
        return Candidate(
            RepositoryFile(assessment.path, files[assessment.file_hash]),
            license_files=texts if assessment.commit else None,
        )
