"""Lists of entries as Atom (RFC 4287), for feed readers: who follows a search sees what is new in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from feedgenerator import Atom1Feed  # type: ignore[import-untyped]
from flask import Response, request, url_for

from ...registry.catalogue import Entry
from .summary import summary

MOST_ENTRIES = 50
TYPE = "application/atom+xml"
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML 1.0 cannot hold


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Whose feed it is: its name, and an id that no other instance has and that stays."""

    name: str
    id: UUID


class _Feed(Atom1Feed):  # type: ignore[misc]
    """The library's, but a feed without entries is the same whenever it is asked for."""

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        """The library says that summaries are HTML; ours are plain text, whatever signs a stranger wrote."""
        super().add_item_elements(handler, {**item, "description": None})
        handler.addQuickElement("summary", item["description"], {"type": "text"})

    def latest_post_date(self) -> datetime:
        """When something in the feed changed last."""
        return max((item["updateddate"] for item in self.items), default=datetime(1970, 1, 1, tzinfo=UTC))


def feed(title: str, of: Catalogue, page: str, found: Sequence[Entry], language: str) -> Response:
    """The entries, in their order, as the feed of the page at the address `page` (a path with its query).

    Ids are made of what stays: of the search and the catalogue for the feed, of the catalogue's own id for an entry. An answer
    that the reader has already is not sent again.
    """
    root = request.host_url.rstrip("/")
    made = _Feed(
        title=_clean(title),
        subtitle=_clean(of.name),
        link=root + page,
        description="",
        feed_url=root + request.full_path.rstrip("?"),
        feed_guid=uuid5(of.id, page).urn,
        language=language,
        author_name=_clean(of.name),
    )
    for entry in found:
        told = summary(entry, language)
        name = told["localised_name"] or told["name"]
        made.add_item(
            title=_clean(name),
            link=root + url_for("entry.entry", lang=language, slug=entry.software.slug),
            description=_clean(told["short_description"]),
            unique_id=entry.software.id.urn,
            pubdate=entry.software.created_at,
            updateddate=max(entry.software.created_at, entry.software.modified_at),
            author_name=_clean(told["publisher"]["name"]["text"]),
            categories=[_clean(category) for category in told["categories"]],
        )
    response = Response(made.writeString("utf-8"), mimetype=TYPE)
    response.cache_control.max_age = 300
    response.add_etag()
    return response.make_conditional(request)  # type: ignore[return-value]


def _clean(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)
