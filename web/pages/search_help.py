"""`/search-help`: what can be written into the search box, with examples that find something in this catalogue."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, url_for

from ...registry.search.fields import FIELDS, OPERATORS
from ..saying import say
from . import Page, Parts, add_page
from .search_examples import Kept, Value


def blueprint(parts: Parts) -> Blueprint:
    """`/search-help`."""
    pages = Blueprint("search_help", __name__)
    kept = Kept()

    def search_help(language: str) -> Page:
        with parts.store.reading() as session:
            names = parts.suggestions.names(session)
            chosen = kept.examples(session, parts.index, names, language)
        operators = [
            {
                "written": one.sign,
                "also": [],
                "meaning": say(one.meaning),
                **_example(chosen.signs[one.sign]),
                "values": [],
            }
            for one in OPERATORS
        ]
        fields = [
            {
                "written": f"{one.name}:",
                "also": [f"{alias}:" for alias in one.aliases],
                "meaning": say(one.meaning),
                **_example(chosen.fields[one.name]),
                "values": [_value(one.name, value) for value in chosen.values.get(one.name, ())],
            }
            for one in FIELDS
        ]
        return Page("search_help.html", {"operators": operators, "fields": fields})

    add_page(pages, "/search-help", search_help)
    return pages


def _example(text: str) -> dict[str, Any]:
    """An example and its search; both empty where nothing of the kind finds anything here."""
    return {"example": text, "address": url_for("software.software", q=text) if text else ""}


def _value(facet: str, value: Value) -> dict[str, Any]:
    address = url_for("software.software", **{facet: value.written})  # type: ignore[arg-type]
    return {"value": value.written, "label": value.label, "count": value.count, "address": address}
