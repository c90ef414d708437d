"""Bills of materials (SBOM) of entries: what was found where, what is in it, and what is shown of it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from .. import schemas
from ..schemas.finding import Message, message
from ..schemas.sbom import Quality, Sbom, SbomError, quality, read
from .evidence_models import SbomRecord
from .models import Software, StoredFile
from .observations import keep_file
from .sbom_persons import Redaction
from .store import Change
from .stored import message_from_json, message_to_json

REPOSITORY, RELEASE, GIVEN = "repository", "release", "given"
_FIRST = {REPOSITORY: 0, GIVEN: 1, RELEASE: 2}  # which is shown first of several that are as rich
_UNREAD = message(
    "the file is larger than is read ({most} MB); give one document for each part of the software", most=32
)
KEPT_READ = 2  # documents that stay in memory as they were read, for readers who turn pages


@dataclass(frozen=True, slots=True)
class Found:
    """A bill of materials that was found for an entry; `content` is None where it is too large to be read."""

    kind: str
    place: str
    content: bytes | None
    commit: str = ""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of what was found for one entry."""

    new: int = 0
    unchanged: int = 0
    ended: int = 0


@cache
def reader_version() -> str:
    """A short digest of what a reading depends on besides the file: a new reader reads again what an old one read."""
    folder = Path(schemas.__file__).parent
    digest = sha256()
    for file in sorted((*(folder / "sbom").glob("*.py"), folder / "licensing" / "expression.py")):
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def record(
    change: Change, software_id: UUID, found: Sequence[Found], asked: Collection[str] = (), same: Collection[str] = ()
) -> Recorded:
    """Keeps what was found for an entry. What is as before is not written again.

    Args:
        change: the transaction.
        software_id: the entry.
        found: the documents, each place once.
        asked: the kinds that were asked for to their end: a document of these that is no longer found ends.
        same: places whose document is known to be as before, so that it was not read again.

    """
    before = {(row.kind, row.place): row for row in current(change.session, software_id)}
    redaction = Redaction.of(change.session)
    new = 0
    for one in found:
        former = before.pop((one.kind, one.place), None)
        content = redaction.redact(one.content) if one.content is not None else None
        digest = sha256(content).hexdigest() if content is not None else ""
        if former and former.file_hash == digest and former.inputs == reader_version():
            continue
        new += 1
        row = SbomRecord(
            number=_next(change.session),
            software_id=software_id,
            at=change.at,
            kind=one.kind,
            place=one.place,
            commit=one.commit,
            inputs=reader_version(),
        )
        _read_into(row, content)
        row.file_hash = keep_file(change, content, content != one.content) if content is not None else ""
        if former:
            _end(change, former)
        change.session.add(row)
        change.session.flush()
    gone = [row for (kind, place), row in before.items() if kind in asked and place not in same]
    for row in gone:
        _end(change, row)
    return Recorded(new, len(found) - new + len(same), len(gone))


def _read_into(row: SbomRecord, content: bytes | None) -> None:
    """Writes into the row what is in the document."""
    if content is None:
        row.message = message_to_json(_UNREAD)
        return
    try:
        sbom = read(content, row.place)
    except SbomError as error:
        row.message = message_to_json(error.message)
        return
    told = quality(sbom)
    row.format, row.tool = sbom.title, ", ".join(sbom.tools)[:500]
    row.made_at = sbom.made_at.isoformat() if sbom.made_at else ""
    row.packages, row.licenses = len(sbom.packages), dict(sbom.licenses)
    row.unknown = sum(count for state, count in sbom.states.items() if state in ("unknown", "invalid"))
    row.score, row.missing = told.score, list(told.missing)


def _end(change: Change, row: SbomRecord) -> None:
    row.ended_at = change.at
    change.session.add(row)


def _next(session: Session) -> int:
    return (session.exec(select(func.max(SbomRecord.number))).one() or 0) + 1


def current(session: Session, software_id: UUID) -> list[SbomRecord]:
    """The documents of an entry that count now, the one that is shown first: it can be read and lists most packages."""
    query = select(SbomRecord).where(SbomRecord.software_id == software_id, col(SbomRecord.ended_at).is_(None))
    rows = session.exec(query).all()
    return sorted(rows, key=shown_first)


def shown_first(row: SbomRecord) -> tuple[bool, int, int, str]:
    """By what the documents of an entry are put in order: first one that can be read and lists most packages."""
    return row.message is not None, -row.packages, _FIRST.get(row.kind, 9), row.place


def with_sbom(session: Session, ids: Sequence[UUID]) -> set[UUID]:
    """Those of these entries (at most 500) that have a document which counts now and can be read."""
    query = select(SbomRecord.software_id).where(
        col(SbomRecord.software_id).in_(ids), col(SbomRecord.ended_at).is_(None), SbomRecord.format != ""
    )
    return set(session.exec(query.distinct()))


def listed(session: Session) -> list[tuple[Software, SbomRecord]]:
    """All documents that count now, with their entries, in the order of the entries' slugs."""
    query = (
        select(Software, SbomRecord)
        .join(SbomRecord, col(SbomRecord.software_id) == col(Software.id))
        .where(col(SbomRecord.ended_at).is_(None))
        .order_by(col(Software.slug), col(SbomRecord.number))
    )
    return list(session.exec(query).all())


def numbered(session: Session, software_id: UUID, number: int) -> SbomRecord | None:
    """The document of an entry with this number, also one that no longer counts."""
    query = select(SbomRecord).where(SbomRecord.software_id == software_id, SbomRecord.number == number)
    return session.exec(query).first()


def content_of(session: Session, row: SbomRecord) -> bytes | None:
    """The document as it is stored; None where it was not kept."""
    file = session.get(StoredFile, row.file_hash) if row.file_hash else None
    return file.content if file else None


def document(session: Session, row: SbomRecord) -> Sbom | None:
    """The document as it reads; None where it cannot be read. The last few stay in memory."""
    found = judged(session, row)
    return found[0] if found else None


def judged(session: Session, row: SbomRecord) -> tuple[Sbom, Quality] | None:
    """The document as it reads, and how much it tells; None where it cannot be read. The last few stay in memory."""
    erased = session.exec(select(StoredFile.erased_at).where(StoredFile.hash == row.file_hash)).first()
    key = (row.file_hash, str(erased), reader_version())
    with _READING:  # one at a time, because a large one takes a second and 100 MB; who waits finds it read
        if key not in _KEPT:
            content = content_of(session, row) if row.message is None else None
            if content is None:
                return None
            try:
                sbom = read(content)
            except SbomError:
                return None
            _KEPT[key] = (sbom, quality(sbom))
            while len(_KEPT) > KEPT_READ:
                _KEPT.popitem(last=False)
        _KEPT.move_to_end(key)
        return _KEPT[key]


_READING = Lock()
_KEPT: OrderedDict[tuple[str, str, str], tuple[Sbom, Quality]] = OrderedDict()


def forget(change: Change, without: Callable[[str], str]) -> Iterator[str]:
    """Takes persons out of what is kept about documents (`without` gives a text without them); names what held one."""
    for row in change.session.exec(select(SbomRecord).order_by(col(SbomRecord.number))).all():
        left = {column: without(getattr(row, column)) for column in ("place", "tool")}
        said: dict[str, Any] | None = row.message
        if said:
            said = {**said, "values": {name: without(str(value)) for name, value in said["values"].items()}}
        if said != row.message or any(getattr(row, column) != text for column, text in left.items()):
            row.place, row.tool, row.message = left["place"], left["tool"], said
            change.session.add(row)
            change.log("sbom", row.id, "person erased", None, None)
            yield f"what is kept about bill of materials {row.number}"


def unread(row: SbomRecord) -> Message | None:
    """Why a document could not be read."""
    return message_from_json(row.message) if row.message else None
