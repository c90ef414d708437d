"""Deep scans as they are kept: the newest of an entry counts. What a scan found exposed is never among it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, func, select

from ..schemas.finding import Message
from ..schemas.vocabularies import licenses
from .erased import without_erased
from .models import Publisher, RepositoryRecord, ScanRecord, Software
from .persons import ERASED
from .publishers import PublishersError
from .store import Change
from .stored import message_from_json

_LISTS = ("missing", "unused", "deprecated", "bad")  # of licences
_BETWEEN_WORDS = re.compile(r"[-_.\s]+")
_ERASED_ID = "LicenseRef-erased"


def keep_scan(change: Change, record: ScanRecord) -> ScanRecord:
    """Keeps a scan, without persons who were taken out of the registry before."""
    session = change.session
    record.number = (session.exec(select(func.max(ScanRecord.number))).one() or 0) + 1
    _take_out(record, without_erased(session))
    session.add(record)
    session.flush()
    return record


def _take_out(record: ScanRecord, without: Callable[[str], str]) -> bool:
    """Takes persons out of all texts of a scan that come from its repository; whether there was one."""
    told: dict[str, Any] = {
        "copyrights": [without(line) for line in record.copyrights],
        "without": [_path_without(path, without) for path in record.without],
        "message": _message_without(record.message, without),
        "licenses": dict[str, int](),
    }
    for license_, count in record.licenses.items():
        left = _id_without(license_, without)
        told["licenses"][left] = told["licenses"].get(left, 0) + count
    for name in _LISTS:
        told[name] = list(dict.fromkeys(_id_without(one, without) for one in getattr(record, name)))
    changed = {name: value for name, value in told.items() if value != getattr(record, name)}
    for name, value in changed.items():
        setattr(record, name, value)
    return bool(changed)


def _id_without(license_: str, without: Callable[[str], str]) -> str:
    """An id, or several joined; one in which a person stands, be it with `-` between the names, says only that it was one."""
    if license_.lower() in licenses():
        return license_
    if without(license_) != license_:
        return _ERASED_ID
    words = license_.split(" ")
    spaced = [_BETWEEN_WORDS.sub(" ", word.removeprefix("LicenseRef-")) for word in words]
    return " ".join(word if without(text) == text else _ERASED_ID for word, text in zip(words, spaced, strict=True))


def _path_without(path: str, without: Callable[[str], str]) -> str:
    """A path; a name in it is left out where a person stands in it with `-`, `_` or `.` for blanks."""
    plain = without(path)
    names = [(name, _BETWEEN_WORDS.sub(" ", name)) for name in plain.split("/")]
    return "/".join(name if ERASED in name or without(text) == text else ERASED for name, text in names)


def _message_without(said: dict[str, Any] | None, without: Callable[[str], str]) -> dict[str, Any] | None:
    """What was left out, as it is kept, without persons in the values of its sentences."""
    if said is None:
        return None
    values = {name: without(str(value)) for name, value in said["values"].items()}
    more = {"more": [_message_without(one, without) for one in said["more"]]} if "more" in said else {}
    return {**said, "values": values, **more}


def newest_scan(session: Session, software_id: UUID) -> ScanRecord | None:
    """The newest scan of an entry."""
    query = select(ScanRecord).where(ScanRecord.software_id == software_id)
    return session.exec(query.order_by(col(ScanRecord.number).desc()).limit(1)).first()


def messages_of(record: ScanRecord) -> list[Message]:
    """What a scan left out, in sentences."""
    if record.message is None:
        return []
    return [message_from_json(one) for one in (record.message, *record.message.get("more", ()))]


def to_scan(session: Session, publisher: str | None = None, below: bool = False) -> Sequence[tuple[Software, str]]:
    """The living entries, each with its repository's address; those first that were never scanned, then by their newest scan.

    Args:
        session: the database.
        publisher: only those of this publisher, by its id.
        below: with all bodies below it.

    Raises:
        PublishersError: there is no such publisher.

    """
    newest = select(ScanRecord.software_id, func.max(ScanRecord.number).label("number")).group_by(
        col(ScanRecord.software_id)
    )
    scanned = newest.subquery()
    query = (
        select(Software, RepositoryRecord.url)
        .join(RepositoryRecord, col(RepositoryRecord.id) == col(Software.repository_id))
        .outerjoin(scanned, scanned.c.software_id == col(Software.id))
        .where(Software.deactivated == "")
        .order_by(func.coalesce(scanned.c.number, 0), col(Software.slug))
    )
    if publisher is not None:
        query = query.where(col(Software.publisher_id).in_(_ids(session, publisher, below)))
    return [(software, url) for software, url in session.exec(query)]


def _ids(session: Session, identifier: str, below: bool) -> set[UUID]:
    known = list(session.exec(select(Publisher)).all())
    found = {one.id for one in known if one.identifier == identifier}
    if not found:
        raise PublishersError([f"no publisher {identifier}"])
    while below:
        more = {one.id for one in known if one.parent_id in found} - found
        if not more:
            break
        found |= more
    return found


def forget(change: Change, without: Callable[[str], str]) -> Iterator[str]:
    """Takes persons out of all texts of scans (`without` gives a text without them); names the scans that held one."""
    rows = change.session.exec(
        select(ScanRecord, Software.slug)
        .join(Software, col(Software.id) == col(ScanRecord.software_id))
        .order_by(col(ScanRecord.number))
    ).all()
    for row, slug in rows:
        if _take_out(row, without):
            change.session.add(row)
            change.log("scan", row.id, "person erased", None, None)
            yield f"scan {row.number} of {slug}"
