"""Where the words of a query stand in a text: for the eye, within `<mark>`."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup, escape

from ...registry.search import Text
from ...registry.search.explaining import marks


@dataclass(frozen=True, slots=True)
class Marker:
    """Marks what answers one query, in whichever language it does."""

    query: str

    def __call__(self, text: str, language: str = "") -> Markup:
        """`text`, written in `language`, as HTML with what matches marked."""
        if not self.query:
            return escape(text)
        parts, last = [], 0
        for found in marks(self.query, Text(language, text)):
            parts += [escape(text[last : found.start]), Markup("<mark>"), escape(text[found.start : found.end])]
            parts.append(Markup("</mark>"))
            last = found.end
        return Markup("").join([*parts, escape(text[last:])])
