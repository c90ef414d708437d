"""What need not be read of the catalogue for a report about a part of it."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session, col, select

from ..models import Publisher, Software
from .report import Kind, Scope, ScopeError


def chosen_ids(session: Session, scope: Scope) -> dict[str, Any]:
    """The arguments by which `state_at` reads no more than `scope` names; ids, slugs and identifiers never change.

    Raises:
        ScopeError: there is no such publisher or entry.

    """
    if scope.kind is Kind.CATALOGUE:
        return {}
    if scope.kind is Kind.SOFTWARE:
        found = session.exec(select(Software.id).where(Software.slug == scope.name)).first()
        name = "software"
    else:
        named = (col(Publisher.slug) == scope.name) | (col(Publisher.identifier) == scope.name)
        rows = session.exec(select(Publisher.id, Publisher.slug).where(named)).all()
        found = min(rows, key=lambda row: row[1] != scope.name, default=(None,))[0]
        name = "publisher"
    if found is None:
        raise ScopeError(scope)
    return {name: found} | ({"below": True} if scope.kind is Kind.BELOW else {})
