"""Who writes: the name that stands in the log and beside what was recorded; refused, and taken out with a person."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from unicodedata import normalize

from sqlmodel import Session, col, select, update

from .erased import without_erased
from .evidence_models import ArchivedReport
from .models import ErasureRecord, Event, Proposal
from .persons import EMAIL
from .usage_models import Collection

# What auditors decide keeps the name of who answers for it, in the decision and in its events (docs/commands.md).
ANSWERED_FOR = frozenset({"license_conclusion", "license_waiver"})
_COLUMNS = frozenset({"by", "decided_by", "ended_by", "declared_by", "confirmed_by", "withdrawn_by", "actor", "reason"})


class ActorError(ValueError):
    """This name may not be recorded; the text says why, and what to do. Nothing was changed."""


def require_recordable(session: Session, actor: str) -> None:
    """Refuses a name by which a person would be published, or one who was taken out of the registry.

    Raises:
        ActorError: it has an e-mail address, or names a person who was taken out.

    """
    if EMAIL.search(normalize("NFKC", actor)):
        raise ActorError(
            "the name of who does this has an e-mail address, and is recorded; next: --by with a name or an office"
        )
    if without_erased(session)(actor) != actor:
        raise ActorError(
            "the name of who does this is that of a person who was taken out of this registry; next: --by with an office"
        )


def forget(session: Session, without: Callable[[str], str]) -> Iterator[str]:
    """Takes persons out of the names of those who wrote, in rows and in the log; tells where.

    `without` gives a text without them. The log is changed past itself: an event of it would name the event.
    """
    for table, column in (
        (Proposal, "decided_by"),
        (Collection, "by"),
        (ErasureRecord, "actor"),
        (ErasureRecord, "reason"),
    ):
        told = 0
        for name in session.exec(select(getattr(table, column)).distinct()).all():
            if (left := without(name)) != name:
                same = col(getattr(table, column)) == name
                told += session.exec(update(table).where(same).values({column: left})).rowcount
        if told:
            yield f"{column} of {table.__tablename__}: {told}"
    if told := _forget_actors(session, without) + _forget_columns(session, without):
        yield f"who wrote, in {told} places of the log"


def _forget_actors(session: Session, without: Callable[[str], str]) -> int:
    told = 0
    others = col(Event.entity).not_in(ANSWERED_FOR)
    for name in session.exec(select(Event.actor).where(others).distinct()).all():
        if (left := without(name)) != name:
            told += session.exec(update(Event).where(others, col(Event.actor) == name).values(actor=left)).rowcount
    return told


def _forget_columns(session: Session, without: Callable[[str], str]) -> int:
    """The names that events repeat from rows: of proposals, collections, reports and erasures alone, which are few."""
    told = 0
    few = col(Event.entity).in_(
        [table.__tablename__ for table in (Proposal, Collection, ArchivedReport, ErasureRecord)]
    )
    for event in session.exec(select(Event).where(few)).all():
        before, after = (_cleaned(part, without) for part in (event.before, event.after))
        if (before, after) != (event.before, event.after):
            event.before, event.after = before, after
            session.add(event)
            told += 1
    return told


def _cleaned(part: Mapping[str, Any] | None, without: Callable[[str], str]) -> dict[str, Any] | None:
    if part is None:
        return None
    return {
        name: without(value) if name in _COLUMNS and isinstance(value, str) else value for name, value in part.items()
    }
