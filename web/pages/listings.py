"""The other catalogues that list an entry, as its page tells them."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session

from ...registry.catalogue import Entry
from ...registry.listings import listed_in
from ...registry.stored import message_from_json
from .summary import iso, publisher_summary


def listed(session: Session, entry: Entry, language: str) -> list[dict[str, Any]]:
    """For each catalogue its terms, whom to name, and what was read there otherwise than it is written.

    `source`: the entry follows this catalogue, because no agency lists the repository itself.
    """
    return [
        {
            "catalogue": publisher_summary(one.publisher, language),
            "page": one.listing.page,
            "address": one.hosting.url,
            "url": one.listing.url,
            "terms": one.listing.terms,
            "attribution": one.listing.attribution,
            "listed_at": iso(one.listing.listed_at),
            "source": one.hosting.id == entry.repository.code_hosting_id,
            "quirks": [message_from_json(quirk).in_language(language) for quirk in one.listing.quirks],
        }
        for one in listed_in(session, entry.software)
    ]
