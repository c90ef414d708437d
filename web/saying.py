"""The language of a request, and messages said in it."""

from __future__ import annotations

from flask import request

from ..registry.settings import LANGUAGES, Settings
from ..schemas.finding import Message
from .language import preferred
from .translation import gettext


def current_language() -> str:
    """The language of this request: what its address says (`?lang=` for the API), else what the browser asks for."""
    first = request.path.split("/")[1]
    named = (request.view_args or {}).get("lang") or (request.args.get("lang") if first == "api" else first)
    return named if named in LANGUAGES else preferred(request.accept_languages)


def catalogue_name(settings: Settings) -> str:
    """How this catalogue is called, in the language of this request where its operator has no name for it."""
    return settings.catalogue_name or gettext("Public Code Catalogue")


def say(message: Message) -> str:
    """The message in the language of this request: findings have their own catalogue, the rest is in the pages'."""
    language = current_language()
    said = message.in_language(language)
    if message.template and said == str(message):
        said = gettext(message.template).format(**dict(message.values))
    return said
