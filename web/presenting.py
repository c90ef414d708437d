"""What templates need to say things in the reader's language: messages, labels, dates, addresses."""

from __future__ import annotations

import re
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask, g, request
from markupsafe import Markup, escape

from ..registry.settings import LANGUAGES, Settings
from ..schemas.standard import V0
from ..schemas.vocabularies import label, license_name
from .addresses import address
from .language import NAMES, language_name
from .markdown import render
from .pages import same_page
from .pages.facet_words import facet_label, facet_title
from .pages.license_words import license_page
from .pages.said import web_address
from .saying import catalogue_name
from .saying import current_language as current_language
from .saying import say as say
from .translation import date_and_time, long_date, template_texts


def coded(text: str) -> Markup:
    """The text with what stands between backticks as code."""
    return Markup(re.sub("`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704  (escaped before)


def choice_label(value: str, key: str) -> str:
    """How a page offers a value for a key of publiccode.yml (as findings write it): with its label, where it has one."""
    path = re.sub(r"\[[0-9]+\]", "[]", key)
    listed = next((line.listed for line in V0 if line.path == path), "")
    said = label(listed, value, current_language()) if listed else value
    return f"{said} ({value})" if said != value else value


def day(moment: str | datetime | None) -> str:
    """A moment (or its ISO 8601 text) as a date in the instance's time zone."""
    return long_date(_moment(moment)) if moment else ""


def minute(moment: str | datetime | None) -> str:
    """A moment (or its ISO 8601 text) as date and time in the instance's time zone."""
    return date_and_time(_moment(moment)) if moment else ""


def _moment(moment: str | datetime) -> datetime:
    return datetime.fromisoformat(moment) if isinstance(moment, str) else moment


def suggestions_script() -> str:
    """The address of the program that suggests while a reader types; the page that asks for it may run it (see `web.app`)."""
    g.has_suggestions = True
    return address("static", filename="suggest.js")


def plug_presenting(app: Flask, settings: Settings) -> None:
    """Gives the templates their filters, and what every page shows."""
    app.jinja_env.filters.update(
        say=say,
        coded=coded,
        day=day,
        minute=minute,
        markdown=render,
        web_address=web_address,
        language_name=lambda tag: language_name(tag, current_language()),
        license_name=license_name,
        license_page=license_page,
        facet_label=lambda value, facet, names=None: facet_label(facet, value, current_language(), names),
        choice_label=choice_label,
        label=lambda value, vocabulary: label(vocabulary, value, current_language()),
    )
    app.jinja_env.globals.update(url_for=address, facet_title=facet_title, suggestions_script=suggestions_script)
    versions = _static_versions(Path(str(app.static_folder)))

    @app.url_defaults
    def fill_in(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static":
            values["v"] = versions.get(values["filename"])  # a new style sheet gets a new address
        elif "lang" not in values and app.url_map.is_endpoint_expecting(endpoint, "lang"):
            values["lang"] = current_language()

    @app.context_processor
    def every_page() -> dict[str, Any]:
        language = current_language()
        return {
            **template_texts(language),
            "language": language,
            "catalogue_name": catalogue_name(settings),
            "switch": [(tag, NAMES[tag], _in_language(tag)) for tag in LANGUAGES],
            "twin": same_page(form="json") if (request.view_args or {}).get("form") else "",
            "settings": settings,
        }


def _in_language(language: str) -> str:
    """This page in another language; the start page where this address has no page."""
    if "lang" in (request.view_args or {}):
        return same_page(lang=language)
    return address("start.start", lang=language)


def _static_versions(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()[:8]
        for path in folder.rglob("*")
        if path.is_file()
    }
