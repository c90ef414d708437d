"""Curated collections: the list, and each with its text and its software."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, url_for
from sqlmodel import Session

from ...registry.catalogue import Entry
from ...registry.collections import collection, collections, collections_with, found_entries, shown_counts
from ...registry.models import Collection
from ...registry.outlines import outlines
from ..errors import Problem
from ..language import pick
from ..markdown import render
from ..translation import gettext
from . import Page, Parts, add_page
from .result_cards import cards
from .summary import iso


def blueprint(parts: Parts) -> Blueprint:
    """`/collections` and `/collections/<slug>`."""
    pages = Blueprint("collections", __name__)
    only_valid = parts.settings.show_only_valid

    def all_of_them(language: str) -> Page:
        with parts.store.reading() as session:
            told = collection_links(session, collections(session), language, only_valid)
        return Page("collections/list.html", {"collections": told})

    def one(language: str, slug: str) -> Page:
        with parts.store.reading() as session:
            kept = collection(session, slug)
            if kept is None:
                listed = (gettext("All collections"), url_for("collections.all_of_them", form="html"))
                raise Problem(404, gettext("No collection has the address %(slug)s.", slug=slug), links=(listed,))
            data = _data(session, kept, language, only_valid)
        return Page("collections/collection.html", data, {"rendered": render(data["text"]["text"], 1)})

    add_page(pages, "/collections", all_of_them)
    add_page(pages, "/collections/<slug:slug>", one)
    return pages


def collection_links(
    session: Session, listed: Sequence[Collection], language: str, only_valid: bool
) -> list[dict[str, Any]]:
    """Collections where another page names them, with how many of their items are shown and how many are not here."""
    counts = shown_counts(session, listed, only_valid)
    return [_link(kept, language, counts[kept.slug]) for kept in listed]


def _link(kept: Collection, language: str, count: int) -> dict[str, Any]:
    return {
        "slug": kept.slug,
        "address": url_for("collections.one", lang=language, slug=kept.slug),
        "title": pick(kept.titles, language, kept.slug),
        "count": count,
        "not_here": len(kept.items) - count,
        "at": iso(kept.at),
    }


def in_collections(session: Session, found: Entry, language: str, only_valid: bool) -> list[dict[str, Any]]:
    """The collections that have an entry, for its page."""
    return collection_links(session, collections_with(session, found), language, only_valid)


def _data(session: Session, kept: Collection, language: str, only_valid: bool) -> dict[str, Any]:
    found = found_entries(session, [item["key"] for item in kept.items], only_valid)
    outlined = outlines(session, [entry.software.id for entry in found.values()])
    told = dict(zip(found, cards(session, outlined, language), strict=True))
    items = [
        {
            "url": item["address"],
            "note": pick(item["notes"], language, ""),
            "software": told.get(item["key"]),
        }
        for item in kept.items
    ]
    return {
        **_link(kept, language, sum(item["key"] in found for item in kept.items)),
        "text": pick(kept.texts, language, ""),
        "software": [item for item in items if item["software"]],
        "missing": [
            {**item, "why": url_for("why.why", lang=language, url=item["url"])}
            for item in items
            if not item["software"]
        ],
    }
