"""How a search was read, and where it leads when nothing was found."""

from __future__ import annotations

import unicodedata
from typing import Any

from flask import url_for
from sqlmodel import Session

from ...registry.near_words import near_words
from ...registry.search import Result
from ...registry.search.explaining import decided_by
from ...registry.search.query import ANY_WORD
from . import Parts

_LONG = 60  # columns, of which a Chinese character takes two: whoever types more describes a need
_ENDS = "?!.,;:。、，；：…"


def reading(text: str, result: Result) -> dict[str, Any]:
    """What the page tells of the reading: `words` that decided, or the query as it was read where that says more."""
    words = decided_by(text)
    told = result.understood if result.reading != ANY_WORD and _plain(result.understood) != _plain(text) else ""
    return {"words": words, "read_as": "" if words else told}


def is_long(text: str) -> bool:
    """Whether this is a need that somebody describes, rather than a few words."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text) > _LONG


def ways(parts: Parts, session: Session, text: str, language: str) -> list[dict[str, Any]]:
    """Where nothing has the words of `text`: words near to them that find something, with how many, and their searches."""
    near = near_words(parts.index, text, parts.suggestions.known(session, language)) if text else []
    return [{"text": word, "total": total, "address": url_for("software.software", q=word)} for word, total in near]


def _plain(text: str) -> str:
    """What is the same to a reader: without signs that end a sentence, whatever the width of the characters."""
    return " ".join(unicodedata.normalize("NFKC", text).strip(_ENDS + " ").split())
