"""An entry in a list: the same few facts on pages and in JSON. Holds no contact, no e-mail, no phone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...registry.catalogue import Entry
from ...registry.models import Publisher, Reach
from ...registry.outlines import Outline, Owner, outline
from ..addresses import address_of
from ..language import nearest, pick
from .said import Said

_TOLD, _NAMES = ("developmentStatus", "categories"), ("localisedName", "shortDescription")


def summary(entry: Entry, language: str) -> dict[str, Any]:
    """What lists tell of an entry, for a page in `language`: names and description with the language they are written in."""
    return told_in_list(outline(entry), language)


def told_in_list(entry: Outline, language: str) -> dict[str, Any]:
    """The same of an entry of which no more was read."""
    values = entry.values or {}
    described = values.get("description")
    descriptions: Mapping[Any, Any] = described if isinstance(described, Mapping) else {}
    tag = nearest((str(key) for key, said in descriptions.items() if isinstance(said, Mapping)), language)
    # Only what is told here: a copy of the whole file would take longer than all the rest.
    said = Said({key: values.get(key) for key in _TOLD} | {"description": _names(descriptions.get(tag))})
    return {
        "slug": entry.slug,
        "address": address_of("entry.entry", language, entry.slug),
        "name": entry.name,
        "localised_name": said.text("description", "localisedName"),
        "language": tag,
        "short_description": said.text("description", "shortDescription"),
        "url": entry.url,
        "publisher": publisher_summary(entry.publisher, language),
        "license_declared": entry.license_declared,
        "development_status": said.text("developmentStatus"),
        "categories": list(said.texts("categories")),
        "valid": entry.valid,
        "unreadable_since": iso(entry.unreadable_since),
        "archived": entry.archived,
        "reach": _reach(entry),
        "modified_at": iso(entry.modified_at),
    }


def _names(described: Any) -> dict[str, Any]:
    """What a list tells of the description in one language."""
    return {key: described.get(key) for key in _NAMES} if isinstance(described, Mapping) else {}


def reach(entry: Entry) -> str:
    """How the entry's repository answers; `not-asked` where all that is known comes from another catalogue."""
    return _reach(outline(entry))


def _reach(entry: Outline) -> str:
    asked = entry.commit or entry.reach is not Reach.UNKNOWN
    return str(entry.reach) if asked else "not-asked"


def link(entry: Entry, language: str) -> dict[str, str]:
    """An entry where another page only names it."""
    told = summary(entry, language)
    return {name: told[name] for name in ("slug", "address", "name", "localised_name", "language")}


def publisher_summary(publisher: Publisher | Owner, language: str) -> dict[str, Any]:
    """What lists tell of a publisher."""
    return {
        "slug": publisher.slug,
        "address": address_of("publishers.publisher", language, publisher.slug),
        "name": publisher_name(publisher, language),
        "uri": publisher.uri,
    }


def publisher_name(publisher: Publisher | Owner, language: str) -> dict[str, str]:
    """The publisher's name for a page in `language`, with the language it is written in."""
    names: Mapping[str, str] = publisher.names
    return pick(names, language, publisher.name)


def iso(moment: Any) -> str | None:
    """A moment as JSON holds it."""
    return moment.isoformat() if moment else None
