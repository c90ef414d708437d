"""The start page: what this is, a search box, what is new, and categories to browse."""

from __future__ import annotations

from flask import Blueprint

from ...registry import catalogue
from ...registry.collections import collections
from ...registry.outlines import outlines
from ...registry.search import Request
from ...schemas.vocabularies import labels
from . import Page, Parts, add_page
from .collections import collection_links
from .result_cards import cards

NEWEST = 6


def blueprint(parts: Parts) -> Blueprint:
    """`/` and `/index.json`."""
    pages = Blueprint("start", __name__)

    def start(language: str) -> Page:
        with parts.store.reading() as session:
            only_valid = parts.settings.show_only_valid
            counts = catalogue.counts(session, only_valid)
            ids = catalogue.shown_ids(session, only_valid, NEWEST)
            newest = cards(session, outlines(session, ids), language)
            curated = collection_links(session, collections(session), language, only_valid)
        categories = parts.index.search(Request(limit=0)).facets.get("category", ())
        return Page(
            "start.html",
            {
                "counts": counts,
                "newest": newest,
                "collections": curated,
                "categories": [
                    {"value": value, "count": count} for value, count in categories if value in labels("categories")
                ],
            },
        )

    add_page(pages, "/", start, twin="/index.json")
    return pages
