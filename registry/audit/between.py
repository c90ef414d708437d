"""What two states need besides to be compared: entries that moved in or out between them, and when the catalogue began."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, func, select

from ..models import Event
from .past import State, state_at


def with_moved(session: Session, before: State, now: State) -> tuple[State, State]:
    """The two states, each also with those entries of the other one that another publisher had at its moment."""
    old, new = ({entry.software_id for entry in state.entries} for state in (before, now))
    return _more(session, before, new - old), _more(session, now, old - new)


def _more(session: Session, state: State, ids: Collection[UUID]) -> State:
    found = state_at(session, state.at, software=ids).entries if ids else ()
    return replace(state, entries=tuple(sorted((*state.entries, *found), key=lambda entry: entry.slug)))


def catalogue_begins(session: Session) -> datetime | None:
    """When the catalogue got its first entry; None where it never had one."""
    first = (
        select(func.min(Event.sequence)).where(Event.entity == "software", Event.kind == "created").scalar_subquery()
    )
    return session.exec(select(Event.at).where(col(Event.sequence) == first)).first()
