"""Which language a reader gets: of the pages, and of what a publisher wrote."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from babel import Locale, UnknownLocaleError
from werkzeug.datastructures import LanguageAccept

from ..registry.settings import LANGUAGES

DEFAULT = LANGUAGES[0]
# How each language calls itself, for the switch.
NAMES = {"zh-Hant": "正體中文", "en": "English"}
# What stands nearest to a page's language, in this order (RFC 4647 lookup, the other way round: from the general to the special).
_NEAREST = {"zh-Hant": ("zh-Hant-TW", "zh-Hant", "zh-TW", "zh", "en"), "en": ("en",)}


def preferred(accepted: LanguageAccept) -> str:
    """The language of our pages that a browser's Accept-Language asks for; zh-Hant where it asks for none.

    Every kind of Chinese gets zh-Hant; whoever asks for other languages only gets English.
    """
    if not accepted:
        return DEFAULT
    for tag, quality in accepted:
        primary = tag.replace("_", "-").split("-")[0].lower()
        if quality > 0 and primary in ("zh", "en", "*"):
            return "en" if primary == "en" else DEFAULT
    return "en"


def nearest(tags: Iterable[str], language: str) -> str:
    """Of the languages that a text is written in, the one to show on a page in `language`; empty where there is none.

    First the same language (any kind of it), then English, then whatever comes first.
    """
    listed = list(tags)
    folded = {tag.lower(): tag for tag in reversed(listed)}
    for wanted in _NEAREST[language]:
        if wanted.lower() in folded:
            return folded[wanted.lower()]
        if wanted in ("zh", "en"):
            same = next((tag for tag in listed if tag.lower().startswith(f"{wanted}-")), "")
            if same:
                return same
    return listed[0] if listed else ""


def foreign(tags: Iterable[str], language: str) -> list[str]:
    """The languages that a text is written in (BCP 47), where the one of the page is not among them; else none."""
    listed = [tag for tag in tags if tag]
    own = language.split("-")[0]
    return [] if any(tag.split("-")[0].lower() == own for tag in listed) else listed


def pick(texts: Mapping[str, str], language: str, otherwise: str) -> dict[str, str]:
    """The text to show on a page in `language`, with the language it is written in (empty where nobody says)."""
    tag = nearest((tag for tag, text in texts.items() if text), language)
    return {"language": tag, "text": texts[tag]} if tag else {"language": "", "text": otherwise}


def language_name(tag: str, language: str) -> str:
    """How a page in `language` calls the language `tag` (BCP 47); the tag itself where nobody knows it."""
    try:
        name = Locale.parse(tag, sep="-").get_display_name(language.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        return tag
    return name or tag
