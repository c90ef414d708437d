"""What is said where a report is asked of a day on which the catalogue did not have its entry or publisher."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func
from sqlmodel import Session, col, select

from ...registry.audit.report import Kind, Scope
from ...registry.catalogue import entry
from ...registry.models import Event, Publisher
from ..language import pick
from ..presenting import day
from ..translation import gettext
from .summary import link


@dataclass(frozen=True, slots=True)
class Absent:
    """What was asked for: how it is called today, and a sentence that says since when it is there."""

    name: str
    text: str


def absent(session: Session, scope: Scope, at: datetime, zone: ZoneInfo, language: str) -> Absent | None:
    """What is to be said of `scope` at the moment `at`; None where the catalogue never had it, or had it by then."""
    find = _software if scope.kind is Kind.SOFTWARE else _publisher
    known = find(session, scope.name, language)
    if known is None:
        return None
    entity, identity, name = known
    query = select(func.min(Event.at)).where(
        Event.entity == entity, Event.entity_id == str(identity), Event.kind == "created"
    )
    since = session.exec(query).one()
    if since is None or since <= at:
        return None
    days = {"day": day(at.astimezone(zone)), "since": day(since.astimezone(zone))}
    return Absent(
        name, gettext("On %(day)s, %(name)s was not yet in the catalogue; it is since %(since)s.", name=name, **days)
    )


def _software(session: Session, slug: str, language: str) -> tuple[str, UUID, str] | None:
    found = entry(session, slug)
    if found is None:
        return None
    told = link(found, language)
    return "software", found.software.id, told["localised_name"] or told["name"]


def _publisher(session: Session, name: str, language: str) -> tuple[str, UUID, str] | None:
    named = (col(Publisher.slug) == name) | (col(Publisher.identifier) == name)
    found = min(session.exec(select(Publisher).where(named)), key=lambda one: one.slug != name, default=None)
    return ("publisher", found.id, str(pick(found.names, language, found.name)["text"])) if found else None
