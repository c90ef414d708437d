"""`/api/suggest`: what a half-typed word may become, for the search box (`web/static/suggest.js`)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for

from ...registry.settings import LANGUAGES
from ...registry.suggestions import LONGEST, Suggestion
from ..language import pick
from ..saying import current_language
from ..translation import gettext
from . import Parts

_SECONDS = 300  # for which an answer may be kept


def api(parts: Parts) -> Blueprint:
    """`/api/suggest?q=…&lang=…`."""
    pages = Blueprint("suggest", __name__)

    @pages.get("/suggest")
    def suggest() -> Response:
        language, text = current_language(), request.args.get("q", "")[:LONGEST]
        with parts.store.reading() as session:
            found = parts.suggestions.suggest(session, parts.index, text, language)
        response = jsonify(query=text, language=language, suggestions=[_told(one, language) for one in found])
        response.cache_control.public = True
        response.cache_control.max_age = _SECONDS
        if request.args.get("lang") not in LANGUAGES:
            response.vary.add("Accept-Language")
        return response

    return pages


def _told(one: Suggestion, language: str) -> dict[str, Any]:
    names = dict(one.names)
    otherwise = names.pop("", "") or one.value
    if one.kind == "license":
        name, also = {"language": "", "text": one.value}, names.get("en", "")
    elif (
        one.kind == "name"
    ):  # as its card is headed: a name in the reader's language, else the one that the file gives it
        own = {tag: text for tag, text in names.items() if tag.partition("-")[0] == language.partition("-")[0]}
        name = pick(own, language, otherwise)
        also = otherwise if name["text"] != otherwise else one.matched
    else:
        name = pick(names, language, otherwise)
        also = one.matched if one.matched in one.words or not one.words else ""
    return {
        "kind": one.kind,
        "kind_label": _kind_label(one.kind),
        "text": name["text"],
        "language": name["language"],
        "also": also if also != name["text"] else "",
        "address": _address(one, language),
    }


def _kind_label(kind: str) -> str:
    return {
        "name": gettext("Software"),
        "publisher": gettext("Publisher"),
        "category": gettext("Category"),
        "subject": gettext("Subject"),
        "license": gettext("Licence"),
    }[kind]


def _address(one: Suggestion, language: str) -> str:
    if one.kind == "name":
        return url_for("entry.entry", lang=language, slug=one.value)
    if one.kind == "publisher":
        return url_for("publishers.publisher", lang=language, slug=one.value)
    if one.kind == "subject":
        return url_for("software.software", lang=language, q=one.names[0][1])
    arguments: dict[str, Any] = {one.kind: one.value}
    return url_for("software.software", lang=language, **arguments)
