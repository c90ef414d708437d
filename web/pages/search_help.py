"""`/search-help`: what can be written into the search box, with examples that can be tried."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, url_for

from ...registry.search.fields import FIELDS, OPERATORS
from ..saying import say
from . import Page, Parts, add_page


def blueprint(parts: Parts) -> Blueprint:
    """`/search-help`."""
    pages = Blueprint("search_help", __name__)

    def search_help(language: str) -> Page:
        operators = [{"written": one.sign, "meaning": say(one.meaning), **_example(one.example)} for one in OPERATORS]
        fields = [
            {
                "written": f"{one.name}:",
                "also": [f"{alias}:" for alias in one.aliases],
                "meaning": say(one.meaning),
                **_example(one.example),
            }
            for one in FIELDS
        ]
        return Page("search_help.html", {"operators": operators, "fields": fields})

    add_page(pages, "/search-help", search_help)
    return pages


def _example(text: str) -> dict[str, Any]:
    return {"example": text, "address": url_for("software.software", q=text)}
