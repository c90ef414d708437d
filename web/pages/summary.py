"""An entry in a list: the same few facts on pages and in JSON. Holds no contact, no e-mail, no phone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import url_for

from ...registry.catalogue import Entry
from ...registry.models import Publisher, Reach
from ..language import nearest, pick
from .said import Said


def summary(entry: Entry, language: str) -> dict[str, Any]:
    """What lists tell of an entry, for a page in `language`: names and description with the language they are written in."""
    said = Said(entry.values)
    tag = nearest(said.keys("description"), language)
    return {
        "slug": entry.software.slug,
        "address": url_for("entry.entry", lang=language, slug=entry.software.slug),
        "name": entry.software.name,
        "localised_name": said.text("description", tag, "localisedName"),
        "language": tag,
        "short_description": said.text("description", tag, "shortDescription"),
        "url": entry.software.url,
        "publisher": publisher_summary(entry.publisher, language),
        "license_declared": entry.shown.license_declared,
        "development_status": said.text("developmentStatus"),
        "categories": list(said.texts("categories")),
        "valid": entry.newest.valid,
        "unreadable_since": iso(entry.software.unreadable_since),
        "archived": entry.repository.archived,
        "reach": reach(entry),
        "modified_at": iso(entry.software.modified_at),
    }


def reach(entry: Entry) -> str:
    """How the entry's repository answers; `not-asked` where all that is known comes from another catalogue."""
    asked = entry.shown.commit or entry.repository.reach is not Reach.UNKNOWN
    return str(entry.repository.reach) if asked else "not-asked"


def link(entry: Entry, language: str) -> dict[str, str]:
    """An entry where another page only names it."""
    told = summary(entry, language)
    return {name: told[name] for name in ("slug", "address", "name", "localised_name", "language")}


def publisher_summary(publisher: Publisher, language: str) -> dict[str, Any]:
    """What lists tell of a publisher."""
    return {
        "slug": publisher.slug,
        "address": url_for("publishers.publisher", lang=language, slug=publisher.slug),
        "name": publisher_name(publisher, language),
        "uri": publisher.uri,
    }


def publisher_name(publisher: Publisher, language: str) -> dict[str, str]:
    """The publisher's name for a page in `language`, with the language it is written in."""
    names: Mapping[str, str] = publisher.names
    return pick(names, language, publisher.name)


def iso(moment: Any) -> str | None:
    """A moment as JSON holds it."""
    return moment.isoformat() if moment else None
