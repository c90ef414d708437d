"""Lists of entries as Atom (RFC 4287), for feed readers: who follows a search sees what is new in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5

from feedgenerator import Atom1Feed  # type: ignore[import-untyped]
from flask import Response, request, url_for

from ...registry.catalogue import Entry
from .summary import summary

MOST_ENTRIES = 50
TYPE = "application/atom+xml"
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML 1.0 cannot hold


class _Feed(Atom1Feed):  # type: ignore[misc]
    """The library's, but a feed without entries is the same whenever it is asked for."""

    def latest_post_date(self) -> datetime:
        """When something in the feed changed last."""
        return max((item["updateddate"] for item in self.items), default=datetime(1970, 1, 1, tzinfo=UTC))


def feed(title: str, subtitle: str, page: str, found: Sequence[Entry], language: str) -> Response:
    """The entries, in their order, as the feed of the page at the address `page` (a path with its query).

    Ids are made of what stays: of the search for the feed, of the catalogue's own id for an entry. An answer that the reader
    has already is not sent again.
    """
    root = request.host_url.rstrip("/")
    made = _Feed(
        title=_clean(title),
        subtitle=_clean(subtitle),
        link=root + page,
        description="",
        feed_url=root + request.full_path.rstrip("?"),
        feed_guid=uuid5(NAMESPACE_URL, page).urn,
        language=language,
        author_name=_clean(subtitle),
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
