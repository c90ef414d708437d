"""Deep scans as they are kept: the newest of an entry counts. What a scan found exposed is never among it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from uuid import UUID

from sqlmodel import Session, col, func, select

from ..schemas.finding import Message
from .erased import without_erased
from .models import Publisher, RepositoryRecord, ScanRecord, Software
from .publishers import PublishersError
from .store import Change
from .stored import message_from_json


def keep_scan(change: Change, record: ScanRecord) -> ScanRecord:
    """Keeps a scan, without persons who were taken out of the registry before."""
    session = change.session
    without = without_erased(session)
    record.number = (session.exec(select(func.max(ScanRecord.number))).one() or 0) + 1
    record.copyrights = [without(line) for line in record.copyrights]
    record.without = [without(path) for path in record.without]
    session.add(record)
    session.flush()
    return record


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
    """Takes persons out of copyright lines and paths (`without` gives a text without them); names the scans that held one."""
    rows = change.session.exec(
        select(ScanRecord, Software.slug)
        .join(Software, col(Software.id) == col(ScanRecord.software_id))
        .order_by(col(ScanRecord.number))
    ).all()
    for row, slug in rows:
        lines, paths = [without(line) for line in row.copyrights], [without(path) for path in row.without]
        if (lines, paths) != (row.copyrights, row.without):
            row.copyrights, row.without = lines, paths
            change.session.add(row)
            change.log("scan", row.id, "person erased", None, None)
            yield f"scan {row.number} of {slug}"
