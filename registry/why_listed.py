"""Who names an address: the first step of every answer to "why?"."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, select

from ..schemas.candidate import address_key
from ..schemas.finding import Message, message
from .models import CodeHosting, Event, Publisher
from .publishers import is_excluded
from .steps import Reader, Step


def listing(session: Session, hosting: CodeHosting | None, url: str, reader: Reader) -> Step:
    """Who names the address: in the list of publishers, through a group, through another catalogue, or nobody."""
    if hosting is None:
        return _through_group(session, url, reader) or Step(
            "problem",
            message("No publisher names {url} in the list of publishers.", url=url),
            next=Message(
                "Ask the operator to add the address to publishers.yml, under the publisher that answers for it."
            ),
            proposable=True,
        )
    publisher = session.get(Publisher, hosting.publisher_id)
    name = _name(publisher, reader)
    since = _listed_since(session, hosting)
    if not hosting.listed:
        return Step(
            "problem",
            message("{publisher} named this address, but the list of publishers no longer does.", publisher=name),
            since,
            Message("Ask the operator to put the address back."),
            proposable=True,
        )
    if hosting.kind == "catalogue":
        return Step("ok", message("The catalogue {publisher} lists this software.", publisher=name), since)
    if hosting.kind == "group" and hosting.key != address_key(url):
        if is_excluded(url, hosting.exclude):
            return _left_out(hosting, name)
        text = message("{publisher} names {group}, which contains this address.", publisher=name, group=hosting.url)
        return Step("ok", text, since)
    return Step("ok", message("{publisher} names this address in the list of publishers.", publisher=name), since)


def _listed_since(session: Session, hosting: CodeHosting) -> datetime | None:
    """Since when the list of publishers names a code hosting under its publisher, or no longer does, whichever holds now."""
    events = session.exec(
        select(Event)
        .where(Event.entity == "code_hosting", Event.entity_id == str(hosting.id))
        .order_by(col(Event.sequence).desc())
    )
    return next((event.at for event in events if {"listed", "publisher_id"} & set(event.after or ())), None)


def _through_group(session: Session, url: str, reader: Reader) -> Step | None:
    """The group that contains the address by its name, although no list of it showed the repository."""
    parts = address_key(url).split("/")
    above = ["/".join(parts[:length]) for length in range(len(parts) - 1, 0, -1)]
    query = select(CodeHosting).where(
        col(CodeHosting.key).in_(above), CodeHosting.kind == "group", col(CodeHosting.listed)
    )
    group = max(session.exec(query), key=lambda hosting: len(hosting.key), default=None)
    if group is None:
        return None
    name = _name(session.get(Publisher, group.publisher_id), reader)
    if is_excluded(url, group.exclude):
        return _left_out(group, name)
    return Step(
        "problem",
        message(
            "{publisher} names {group}, but its list has not shown this address yet.", publisher=name, group=group.url
        ),
        group.full_listing_at,
        Message("A new repository appears at the next harvest; see that it is public and that the address is right."),
    )


def _left_out(group: CodeHosting, name: str) -> Step:
    return Step(
        "problem",
        message("{publisher} leaves this repository out of {group} on purpose.", publisher=name, group=group.url),
        next=Message("Ask the operator to change `exclude` in publishers.yml, if it belongs into the catalogue."),
    )


def _name(publisher: Publisher | None, reader: Reader) -> str:
    return publisher.names.get(reader.language, publisher.name) if publisher else ""
