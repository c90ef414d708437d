"""Curated collections: the list, and each with its text and its software."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, url_for
from sqlmodel import Session

from ...registry.catalogue import Entry
from ...registry.collections import collection, collections, collections_with, found_entries
from ...registry.models import Collection
from ..errors import Problem
from ..language import pick
from ..markdown import render
from ..translation import gettext
from . import Page, Parts, add_page
from .summary import iso, summary


def blueprint(parts: Parts) -> Blueprint:
    """`/collections` and `/collections/<slug>`."""
    pages = Blueprint("collections", __name__)
    only_valid = parts.settings.show_only_valid

    def all_of_them(language: str) -> Page:
        with parts.store.reading() as session:
            told = [collection_link(kept, language) for kept in collections(session)]
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


def collection_link(kept: Collection, language: str) -> dict[str, Any]:
    """A collection where another page names it."""
    return {
        "slug": kept.slug,
        "address": url_for("collections.one", lang=language, slug=kept.slug),
        "title": pick(kept.titles, language, kept.slug),
        "count": len(kept.items),
        "at": iso(kept.at),
    }


def in_collections(session: Session, found: Entry, language: str) -> list[dict[str, Any]]:
    """The collections that have an entry, for its page."""
    return [collection_link(kept, language) for kept in collections_with(session, found)]


def _data(session: Session, kept: Collection, language: str, only_valid: bool) -> dict[str, Any]:
    found = found_entries(session, [item["key"] for item in kept.items], only_valid)
    items = [
        {
            "url": item["address"],
            "note": pick(item["notes"], language, ""),
            "software": summary(found[item["key"]], language) if item["key"] in found else None,
        }
        for item in kept.items
    ]
    return {
        **collection_link(kept, language),
        "text": pick(kept.texts, language, ""),
        "software": [item for item in items if item["software"]],
        "missing": [
            {**item, "why": url_for("why.why", lang=language, url=item["url"])}
            for item in items
            if not item["software"]
        ],
    }
