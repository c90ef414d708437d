"""Messages in a language that a command was asked for: without a request, and without Flask."""

from __future__ import annotations

import gettext
from functools import cache
from pathlib import Path

from ..schemas.finding import Message

_TRANSLATIONS = Path(__file__).parent / "translations"


def spoken(message: Message, language: str) -> str:
    """The message in `language` (BCP 47): findings have their own catalogue, the rest is in the pages'."""
    said = message.in_language(language)
    if message.template and said == str(message):
        said = _pages(language).gettext(message.template).format(**dict(message.values))
    return said


@cache
def _pages(language: str) -> gettext.NullTranslations:
    return gettext.translation("messages", _TRANSLATIONS, languages=[language.replace("-", "_")], fallback=True)
