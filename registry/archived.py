"""Archived reports: kept byte for byte as they were given out, each content once. See docs/openchain.md."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hashlib import sha256

from sqlalchemy import func
from sqlmodel import Session, col, select

from .archived_persons import without_persons
from .evidence_models import ArchivedReport
from .models import StoredFile
from .observations import keep_file
from .organisations import one_line
from .persons import Prose
from .store import Change

PUBLISHER, BELOW, SOFTWARE = "publisher", "publisher-with-all-below", "software"
"""Scopes, as in `registry/audit/report.py`."""
KINDS = ("audit", "compliance", "readiness", "sbom", "attribution")
READABLE = ("html", "json", "csv", "text", "markdown", "spdx-json", "spdx-tag-value", "spdx3-json")
"""The forms in which a person can be found and taken out."""
LONGEST_NAME = 200  # characters of who archives


class ArchiveError(ValueError):
    """What is asked for cannot be carried out; the text says why, and what to do. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Which:
    """Which report: its kind, what it is about, its form and its language. Of one of these the newest is the one that counts."""

    kind: str
    scope: str
    name: str
    form: str
    language: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a report: its row, and whether it is new; else the same content is kept already."""

    row: ArchivedReport
    new: bool


def keep(change: Change, which: Which, content: bytes, as_of: datetime) -> Kept:
    """Keeps a report, unless the newest of the same kind, scope, form and language has the same content.

    Args:
        change: its actor is who archives.
        which: what it is.
        content: as it is given out, to anybody: nothing that readers may not see.
        as_of: the moment that it tells of.

    Raises:
        ArchiveError: nobody is named who archives it.

    """
    who = one_line(change.actor, LONGEST_NAME)
    if not who:
        raise ArchiveError("the name of who archives is needed; next: --by")
    former = newest(change.session, which)
    digest = sha256(content).hexdigest()
    if former is not None and former.file_hash == digest:
        return Kept(former, new=False)
    change.session.flush()
    row = ArchivedReport(
        number=(change.session.exec(select(func.max(ArchivedReport.number))).one() or 0) + 1,
        at=change.at,
        by=who,
        kind=which.kind,
        scope=which.scope,
        name=which.name,
        as_of=as_of,
        form=which.form,
        language=which.language,
        file_hash=keep_file(change, content),
        size=len(content),
    )
    change.session.add(row)
    change.session.flush()
    return Kept(row, new=True)


def newest(session: Session, which: Which) -> ArchivedReport | None:
    """The report of this kind that was kept last."""
    query = select(ArchivedReport).where(
        ArchivedReport.kind == which.kind,
        ArchivedReport.scope == which.scope,
        ArchivedReport.name == which.name,
        ArchivedReport.form == which.form,
        ArchivedReport.language == which.language,
    )
    return session.exec(query.order_by(col(ArchivedReport.number).desc()).limit(1)).first()


def listed(session: Session, scope: str = "", names: Collection[str] = ()) -> Sequence[ArchivedReport]:
    """The archived reports, the newest first; `scope` and `names` (500 at most): only those about these."""
    query = select(ArchivedReport).order_by(col(ArchivedReport.number).desc())
    if scope:
        query = query.where(ArchivedReport.scope == scope, col(ArchivedReport.name).in_(names))
    return session.exec(query).all()


def numbered(session: Session, number: int) -> ArchivedReport | None:
    """The report with this number."""
    return session.exec(select(ArchivedReport).where(ArchivedReport.number == number)).first()


def content_of(session: Session, row: ArchivedReport) -> StoredFile | None:
    """The bytes of a report; `erased_at` tells that a person was taken out of them since."""
    return session.get(StoredFile, row.file_hash)


def erased(session: Session, rows: Sequence[ArchivedReport]) -> dict[str, datetime]:
    """Of these reports (500 at most) those from which a person was taken out since, by their digest: when."""
    query = select(StoredFile.hash, StoredFile.erased_at).where(
        col(StoredFile.hash).in_({row.file_hash for row in rows}), col(StoredFile.erased_at).is_not(None)
    )
    return {digest: at for digest, at in session.exec(query) if at is not None}


def forget(change: Change, prose: Prose) -> Iterator[str]:
    """Takes persons out of archived reports, and out of the names of who archived them; names each that held one.

    A report in which they are found is kept without them, and says so; its digest stays that of what was given out. One whose
    form cannot be edited is emptied, where a form of the same report that can be read held the person, or there is no such form.
    """
    rows = change.session.exec(select(ArchivedReport).order_by(col(ArchivedReport.number))).all()
    held = set[int]()
    for row in (row for row in rows if row.form in READABLE):
        if _edit(change, row, partial(without_persons, form=row.form, prose=prose)):
            held.add(row.number)
            yield f"archived report {row.number}"
    for row in (row for row in rows if row.form not in READABLE):
        twin = _twin(row, rows)
        if (twin is None or twin.number in held) and _edit(change, row, _emptied):
            yield f"archived report {row.number}, which was emptied"
    for row in rows:
        if (left := prose.without(row.by)) != row.by:
            row.by = left
            change.session.add(row)
            yield f"the name of who archived report {row.number}"


def _emptied(content: bytes) -> bytes:
    return b""


def _twin(row: ArchivedReport, rows: Sequence[ArchivedReport]) -> ArchivedReport | None:
    """The same report in a form that can be read: the last until then, for what is unchanged is not kept again."""
    same = [
        one
        for one in rows
        if one.form in READABLE
        and (one.kind, one.scope, one.name, one.language) == (row.kind, row.scope, row.name, row.language)
        and one.as_of <= row.as_of
    ]
    return max(same, key=lambda one: (one.as_of, one.number), default=None)


def _edit(change: Change, row: ArchivedReport, edit: Callable[[bytes], bytes]) -> bool:
    file = change.session.get(StoredFile, row.file_hash)
    if file is None:
        return False
    left = edit(file.content)
    if left == file.content:
        return file.erased_at == change.at  # another row holds the same bytes
    file.content, file.erased_at = left, change.at
    change.session.add(file)
    change.log("archived_report", row.id, "person erased", None, None)
    return True
