"""What templates need to say things in the reader's language: messages, labels, dates, addresses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask, request, url_for
from markupsafe import Markup, escape

from ..registry.following import NOT_SPDX
from ..registry.settings import LANGUAGES, Settings
from ..schemas.finding import Message
from ..schemas.standard import V0
from ..schemas.vocabularies import label, labels, license_name
from .language import NAMES, language_name, preferred
from .markdown import render
from .pages import same_page
from .pages.license_words import license_page
from .pages.said import web_address
from .translation import date_and_time, gettext, long_date


def current_language() -> str:
    """The language of this request: what its address says (`?lang=` for the API), else what the browser asks for."""
    first = request.path.split("/")[1]
    named = (request.view_args or {}).get("lang") or (request.args.get("lang") if first == "api" else first)
    return named if named in LANGUAGES else preferred(request.accept_languages)


def say(message: Message) -> str:
    """The message in the language of this request: findings have their own catalogue, the rest is in the pages'."""
    language = current_language()
    said = message.in_language(language)
    if message.template and said == str(message):
        said = gettext(message.template).format(**dict(message.values))
    return said


def coded(text: str) -> Markup:
    """The text with what stands between backticks as code."""
    return Markup(re.sub("`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704  (escaped before)


def facet_label(facet: str, value: str, names: Mapping[str, str] | None = None) -> str:
    """How a page calls a value of a facet. `names` are the publishers' by their slugs."""
    language = current_language()
    if facet == "validity":
        return gettext("File meets the standard") if value == "valid" else gettext("File has errors")
    if facet == "language":
        return language_name(value, language)
    if facet == "license" and value == NOT_SPDX:
        return gettext("Not an SPDX expression")
    if facet == "publisher":
        return (names or {}).get(value, value)
    vocabulary = {
        "category": "categories",
        "scope": "scopes",
        "status": "development-status",
        "type": "software-types",
        "platform": "platforms",
        "maintenance": "maintenance-types",
    }.get(facet)
    if not vocabulary:
        return value
    if facet == "category" and value not in labels(vocabulary):
        return gettext("%(value)s (not in the standard)", value=value)
    return label(vocabulary, value, language)


def choice_label(value: str, key: str) -> str:
    """How a page offers a value for a key of publiccode.yml (as findings write it): with its label, where it has one."""
    path = re.sub(r"\[[0-9]+\]", "[]", key)
    listed = next((line.listed for line in V0 if line.path == path), "")
    said = label(listed, value, current_language()) if listed else value
    return f"{said} ({value})" if said != value else value


def facet_title(facet: str) -> str:
    """How a page calls a facet."""
    return {
        "category": gettext("Category"),
        "scope": gettext("Field of administration"),
        "publisher": gettext("Publisher"),
        "license": gettext("Licence"),
        "family": gettext("Kind of licence"),
        "validity": gettext("Check result"),
        "verdict": gettext("Licence text compared"),
        "status": gettext("Development status"),
        "type": gettext("Kind of software"),
        "platform": gettext("Platform"),
        "language": gettext("Language of the description"),
        "interface": gettext("Language of the user interface"),
        "technology": gettext("Technology"),
        "country": gettext("Country"),
        "maintenance": gettext("Maintenance"),
        "activity": gettext("Activity"),
        "sbom": gettext("List of components (SBOM)"),
        "use": gettext("Used by others"),
        "source": gettext("Source"),
        "since": gettext("Listed since"),
    }[facet]


def day(moment: str | datetime | None) -> str:
    """A moment (or its ISO 8601 text) as a date in the instance's time zone."""
    return long_date(_moment(moment)) if moment else ""


def minute(moment: str | datetime | None) -> str:
    """A moment (or its ISO 8601 text) as date and time in the instance's time zone."""
    return date_and_time(_moment(moment)) if moment else ""


def _moment(moment: str | datetime) -> datetime:
    return datetime.fromisoformat(moment) if isinstance(moment, str) else moment


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
        facet_label=lambda value, facet, names=None: facet_label(facet, value, names),
        choice_label=choice_label,
        label=lambda value, vocabulary: label(vocabulary, value, current_language()),
    )
    app.jinja_env.globals.update(facet_title=facet_title)
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
            "language": language,
            "catalogue_name": settings.catalogue_name or gettext("Public Code Catalogue"),
            "switch": [(tag, NAMES[tag], _in_language(tag)) for tag in LANGUAGES],
            "twin": same_page(form="json") if (request.view_args or {}).get("form") else "",
            "settings": settings,
        }


def _in_language(language: str) -> str:
    """This page in another language; the start page where this address has no page."""
    if "lang" in (request.view_args or {}):
        return same_page(lang=language)
    return url_for("start.start", lang=language)


def _static_versions(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()[:8]
        for path in folder.rglob("*")
        if path.is_file()
    }
