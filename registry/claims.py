"""Whom files name under `usedBy`: kept as claims that an organisation uses the software."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import String, cast, func
from sqlmodel import Session, col, select

from .models import AssessmentRecord, Software, Usage
from .organisations import Organisations, named_users, same_name
from .store import Change

CLAIMED, CONFIRMED = "claimed", "confirmed"
FILE, DECLARED = "file", "declared"
MOST_KEPT = 1_000  # statements of one software's files: a hostile one must not fill the table, look by look
_AT_ONCE = 500


def next_number(session: Session) -> int:
    """The number of the next statement."""
    session.flush()
    return (session.exec(select(func.max(Usage.number))).one() or 0) + 1


def follow_file(change: Change, software_id: UUID, values: Mapping[str, Any]) -> None:
    """Makes the claims about an entry those of its shown file, whose `values` these are.

    A name that leaves the file ends its claim, and one that comes back is a new one; what was confirmed stays, marked as no longer
    named. What a person withdrew is not claimed again, nor under another name of the same publisher.
    """
    names = named_users(values)
    if not names and _is_new(change, software_id):
        return
    change.session.flush()
    rows = list(change.session.exec(select(Usage).where(Usage.software_id == software_id, Usage.source == FILE)))
    if names or rows:
        _follow(change, software_id, names, rows, _organisations(change.session))


def _is_new(change: Change, software_id: UUID) -> bool:
    return any(isinstance(row, Software) and row.id == software_id for row in change.session.new)


def _organisations(session: Session) -> Organisations:
    """The publishers, read once for a transaction: a harvest writes many looks in one."""
    known = session.info.get("organisations")
    if not isinstance(known, Organisations):
        known = session.info["organisations"] = Organisations.known(session)
    return known


def _follow(
    change: Change, software_id: UUID, names: Sequence[str], rows: Sequence[Usage], organisations: Organisations
) -> int:
    """Brings one entry's rows to the names of its file; gives how many rows changed."""
    known, changed = _by_name(rows), 0
    named = {same_name(name): name for name in names}
    refused = {row.publisher_id for row in rows if row.withdrawn_at is not None and row.publisher_id is not None}
    number = next_number(change.session) if named.keys() - known.keys() else 0
    for key, name in named.items():
        row, publisher = known.get(key), organisations.called(name)
        # What was withdrawn of a publisher is not claimed again under another of its names.
        if row is None and (publisher in refused or len(rows) + changed >= MOST_KEPT):
            continue
        if row is None:
            row = Usage(number=number, software_id=software_id, name=name, source=FILE, declared_at=change.at)
            number += 1
        before = (row.name, row.publisher_id, row.unnamed_at)
        # A name that another publisher has as well, by now, does not lose the one that it meant.
        tied = row.publisher_id if row.kind == CONFIRMED else None
        row.name, row.publisher_id, row.unnamed_at = name, tied or publisher or row.publisher_id, None
        if key not in known or before != (row.name, row.publisher_id, row.unnamed_at):
            change.session.add(row)
            changed += 1
    for key, row in known.items():
        if key not in named and row.unnamed_at is None:
            row.unnamed_at = change.at
            change.session.add(row)
            changed += 1
    return changed


def _by_name(rows: Sequence[Usage]) -> dict[str, Usage]:
    """The row that stands for each name: not a claim that ended, for the months without it stay months without it."""
    return {
        same_name(row.name): row
        for row in sorted(rows, key=lambda row: row.number)
        if row.unnamed_at is None or row.kind == CONFIRMED or row.withdrawn_at is not None
    }


def follow_all(change: Change) -> int:
    """The same for all entries that are shown, for publishers that are known since, and for files that were read before.

    Gives how many claims changed.
    """
    session = change.session
    organisations, changed = Organisations.known(session), _tie_declared(change)
    rows: dict[UUID, list[Usage]] = {}
    for row in session.exec(select(Usage).where(Usage.source == FILE)):
        rows.setdefault(row.software_id, []).append(row)
    shown = col(Software.shown_assessment_id) == col(AssessmentRecord.id)
    query = select(Software.id, AssessmentRecord.values).join(AssessmentRecord, shown)
    # Asked of the database as text: only few files name anybody, and reading all of them would take long.
    naming = query.where(cast(col(AssessmentRecord.values), String).contains('"usedBy"'), Software.deactivated == "")
    seen: set[UUID] = set()
    for software_id, values in session.exec(naming).all():
        seen.add(software_id)
        names = named_users(values)
        if names or software_id in rows:
            changed += _follow(change, software_id, names, rows.get(software_id, []), organisations)
    left = [identity for identity in rows if identity not in seen]
    for start in range(0, len(left), _AT_ONCE):
        part = left[start : start + _AT_ONCE]
        alive = select(Software.id).where(col(Software.id).in_(part), Software.deactivated == "")
        for software_id in session.exec(alive).all():
            changed += _follow(change, software_id, [], rows[software_id], organisations)
    return changed


def _tie_declared(change: Change) -> int:
    """Ties what was declared of an organisation that was no publisher then to the publisher that it is now."""
    organisations, changed = Organisations.known(change.session), 0
    query = select(Usage).where(Usage.source == DECLARED, col(Usage.publisher_id).is_(None))
    for row in change.session.exec(query).all():
        if (publisher := organisations.called(row.name)) is not None:
            row.publisher_id = publisher
            change.session.add(row)
            changed += 1
    return changed
