"""Bills of materials (SBOM) of entries: what was found where, what is in it, and what is shown of it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
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
from ..schemas.sbom import Quality, Sbom, SbomError
from ..schemas.sbom.bounds import LARGEST
from .evidence_models import SbomRecord
from .models import Software, StoredFile
from .observations import keep_file
from .sbom_persons import Redaction
from .sbom_reading import SMALL as SMALL
from .sbom_reading import Busy as Busy
from .sbom_reading import Read, read_within_limits, short
from .store import Change
from .stored import message_from_json, message_to_json

REPOSITORY, RELEASE, GIVEN = "repository", "release", "given"
_FIRST = {REPOSITORY: 0, GIVEN: 1, RELEASE: 2}  # which is shown first of several that are as rich
_TOO_LARGE = message(
    "the file is larger than is read ({most} MB); give one document for each part of the software",
    most=LARGEST // 1024 // 1024,
)
# For readers who turn pages, that many documents stay in memory, with that many packages in all.
KEPT_READ, KEPT_PACKAGES = 16, 100_000


@dataclass(frozen=True, slots=True)
class Found:
    """A bill of materials that was found for an entry; `content` is None where it was not read, `reason` says why."""

    kind: str
    place: str
    content: bytes | None
    commit: str = ""
    reason: Message = _TOO_LARGE


@dataclass(frozen=True, slots=True)
class Prepared:
    """What is kept of a document: `inputs` it was made of, its `content` where it can be read, its `columns`.

    `columns` are None where the document is as it was, so that nobody read it.
    """

    found: Found
    redaction: Redaction
    inputs: str
    content: bytes | None = None
    columns: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of what was found for one entry."""

    new: int = 0
    unchanged: int = 0
    ended: int = 0


class SbomsError(ValueError):
    """There is no such document."""


@cache
def reader_version() -> str:
    """A short digest of what a reading depends on besides the file: a new reader reads again what an old one read."""
    folder = Path(schemas.__file__).parent
    digest = sha256()
    for file in sorted((*(folder / "sbom").glob("*.py"), folder / "licensing" / "expression.py")):
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def inputs_of(content: bytes | None) -> str:
    """What a reading is made of: the reader, the document as it was found, its size."""
    if content is None:
        return reader_version()
    return f"{reader_version()} {sha256(content).hexdigest()} {len(content)}"


def is_of_reader(inputs: str) -> bool:
    """Whether the reader of today read it."""
    return inputs.partition(" ")[0] == reader_version()


def size_of(inputs: str) -> int:
    """The size of the document as it was found; 0 where it is not known, or another reader read it."""
    parts = inputs.split()
    return int(parts[2]) if len(parts) == 3 and is_of_reader(inputs) else 0


def prepare(
    redaction: Redaction, found: Sequence[Found], former: Mapping[tuple[str, str], str] | None = None
) -> list[Prepared]:
    """Reads what was found, so that no transaction has to wait for it; `former`: the inputs of what is known, by kind and place."""
    return [_prepared(redaction, one, (former or {}).get((one.kind, one.place), "")) for one in found]


def _prepared(redaction: Redaction, one: Found, former: str = "") -> Prepared:
    inputs = inputs_of(one.content)
    if inputs == former:
        return Prepared(one, redaction, inputs)
    if one.content is None:
        return Prepared(one, redaction, inputs, None, _unread(one.reason))
    content = redaction.redact(one.content)
    columns = columns_of(content, one.place)
    return Prepared(one, redaction, inputs, content if columns["message"] is None else None, columns)


def columns_of(content: bytes, place: str) -> dict[str, Any]:
    """What is kept of a document besides itself. One that cannot be read is not kept: who knows what it is."""
    try:
        read = read_within_limits(content, place)
    except SbomError as error:
        return _unread(error.message)
    sbom, told = read.sbom, read.quality
    return {
        "format": sbom.title,
        "tool": ", ".join(sbom.tools)[:500],
        "made_at": sbom.made_at.isoformat() if sbom.made_at else "",
        "packages": len(sbom.packages),
        "licenses": dict(sbom.licenses),
        "unknown": sum(count for state, count in sbom.states.items() if state in ("unknown", "invalid")),
        "score": told.score,
        "missing": list(told.missing),
        "message": None,
    }


def _unread(reason: Message) -> dict[str, Any]:
    nothing: dict[str, Any] = {"format": "", "tool": "", "made_at": "", "packages": 0, "licenses": {}, "unknown": 0}
    return {**nothing, "score": 0, "missing": [], "message": message_to_json(short(reason))}


def record(
    change: Change,
    software_id: UUID,
    found: Sequence[Found | Prepared],
    asked: Collection[str] = (),
    same: Collection[str] = (),
) -> Recorded:
    """Keeps what was found for an entry. What is as before is not written again, but for the commit where it was seen last.

    Args:
        change: the transaction.
        software_id: the entry.
        found: the documents, each place once; what is not prepared is read now, while others wait to write.
        asked: the kinds that were asked for to their end: a document of these that is no longer found ends.
        same: places whose document is known to be as before, so that it was not read again.

    """
    before = {(row.kind, row.place): row for row in current(change.session, software_id)}
    redaction = Redaction.of(change.session)
    new = 0
    for given in found:
        one = given.found if isinstance(given, Prepared) else given
        former = before.pop((one.kind, one.place), None)
        inputs = given.inputs if isinstance(given, Prepared) else inputs_of(one.content)
        if former and former.inputs == inputs:
            _seen(change, former, one.commit)
            continue
        if not isinstance(given, Prepared) or given.columns is None or given.redaction != redaction:
            given = _prepared(redaction, one)
        new += 1
        if former:
            _end(change, former)
        _add(change, software_id, given)
    gone = [row for (kind, place), row in before.items() if kind in asked and place not in same]
    for row in gone:
        _end(change, row)
    return Recorded(new, len(found) - new + len(same), len(gone))


def _add(change: Change, software_id: UUID, one: Prepared) -> None:
    kept, where = one.content, one.found
    row = SbomRecord(
        number=_next(change.session),
        software_id=software_id,
        at=change.at,
        kind=where.kind,
        place=where.place,
        commit=where.commit,
        inputs=one.inputs,
        file_hash=keep_file(change, kept, kept != where.content) if kept is not None else "",
        **(one.columns or {}),
    )
    change.session.add(row)
    change.session.flush()


def _seen(change: Change, row: SbomRecord, commit: str) -> None:
    """The document stands at a later commit, too: the next look at that commit need not read it."""
    if commit and row.commit != commit:
        row.commit = commit
        change.session.add(row)


def withdraw(change: Change, software_id: UUID, number: int) -> SbomRecord:
    """Ends a document that was given for an entry; it stays readable at its number.

    Raises:
        SbomsError: there is none of this number, it has ended, or it was not given but found.

    """
    row = numbered(change.session, software_id, number)
    if row is None or row.ended_at is not None:
        raise SbomsError(f"there is no bill of materials {number} that counts; next: publiccode sbom list")
    if row.kind != GIVEN:
        raise SbomsError(f"bill of materials {number} was found at {row.place}: it ends when it is taken away there")
    _end(change, row)
    return row


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


def unstated(licenses: Mapping[str, int], unknown: int) -> int:
    """Of how many packages nothing is stated, or that there is none; `unknown` are those that state what nobody can tell.

    The two do not overlap: of every other package the licence is known.
    """
    off_list = sum(count for name, count in licenses.items() if "LicenseRef-" in name or "AdditionRef-" in name)
    return licenses.get("", 0) - (unknown - off_list)


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
    """The document as it is stored; None where it was not kept, or is none that can be read."""
    file = session.get(StoredFile, row.file_hash) if row.file_hash and row.message is None else None
    return file.content if file else None


@dataclass(frozen=True, slots=True)
class Source:
    """A stored document before it is read: `key` names it, `content` is None where it is in memory already."""

    key: tuple[str, str, str]
    content: bytes | None


def source(session: Session, row: SbomRecord) -> Source | None:
    """The document as `judged_source` takes it, when the database is let go; None where it cannot be read."""
    erased = session.exec(select(StoredFile.erased_at).where(StoredFile.hash == row.file_hash)).first()
    key = (row.file_hash, str(erased), reader_version())
    with _LOCK:
        if key in _KEPT:
            return Source(key, None)
    content = content_of(session, row)
    return Source(key, content) if content is not None else None


def judged_source(one: Source, wait: float | None = None) -> tuple[Sbom, Quality] | None:
    """The document as it reads, and how much it tells; None where it cannot be read. The last few stay in memory.

    Raises:
        Busy: after `wait` seconds other documents were still being read.

    """
    with _LOCK:
        found = _KEPT.get(one.key)
        if found:
            _KEPT.move_to_end(one.key)
    if found is None and one.content is not None:
        try:
            found = read_within_limits(one.content, wait=wait)
        except SbomError:
            return None
        _remember(one.key, found)
    return (found.sbom, found.quality) if found else None


def _remember(key: tuple[str, str, str], found: Read) -> None:
    with _LOCK:
        _KEPT[key] = found
        while len(_KEPT) > 1 and (len(_KEPT) > KEPT_READ or _packages_kept() > KEPT_PACKAGES):
            _KEPT.popitem(last=False)


def _packages_kept() -> int:
    return sum(len(one.sbom.packages) for one in _KEPT.values())


def document(session: Session, row: SbomRecord) -> Sbom | None:
    """The document as it reads; None where it cannot be read. The last few stay in memory."""
    found = source(session, row)
    read = judged_source(found) if found else None
    return read[0] if read else None


_LOCK = Lock()
_KEPT: OrderedDict[tuple[str, str, str], Read] = OrderedDict()


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


def forget_in_documents(change: Change, redaction: Redaction) -> Iterator[str]:
    """Takes persons out of the documents that are kept, and reads these anew; names each that held one."""
    rows: dict[str, list[SbomRecord]] = {}
    for row in change.session.exec(
        select(SbomRecord).where(SbomRecord.file_hash != "").order_by(col(SbomRecord.number))
    ):
        rows.setdefault(row.file_hash, []).append(row)
    for file_hash in sorted(rows):
        file = change.session.get(StoredFile, file_hash)
        left = redaction.redact(file.content) if file else b""
        if file is None or left == file.content:
            continue
        file.content, file.erased_at = left, change.at
        change.session.add(file)
        columns = columns_of(left, "")
        for row in rows[file_hash]:
            for column, value in columns.items():
                setattr(row, column, value)
            change.session.add(row)
        yield f"bill of materials {', '.join(str(row.number) for row in rows[file_hash])}"


def unread(row: SbomRecord) -> Message | None:
    """Why a document could not be read."""
    return message_from_json(row.message) if row.message else None
