"""Where words stand in a text: for the eye, within `<mark>`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol, TypeVar

from markupsafe import Markup, escape

from ...registry.search import Text
from ...registry.search.explaining import marks


class Stretch(Protocol):
    """The characters `start` to before `end` of a text."""

    @property
    def start(self) -> int:
        """The first."""

    @property
    def end(self) -> int:
        """Behind the last."""


Marked = TypeVar("Marked", bound=Stretch)


def pieces(text: str, stretches: Iterable[Marked]) -> Iterator[tuple[str, Marked | None]]:
    """`text` cut at `stretches` (in order, without overlaps): each piece, with the stretch that it is or None."""
    place = 0
    for one in stretches:
        if place < one.start:
            yield text[place : one.start], None
        yield text[one.start : one.end], one
        place = one.end
    if place < len(text):
        yield text[place:], None


@dataclass(frozen=True, slots=True)
class Marker:
    """Marks what answers one query, in whichever language it does."""

    query: str

    def __call__(self, text: str, language: str = "") -> Markup:
        """`text`, written in `language`, as HTML with what matches marked."""
        found = marks(self.query, Text(language, text)) if self.query else ()
        if not found:
            return escape(text)
        parts = (f"<mark>{escape(piece)}</mark>" if mark else escape(piece) for piece, mark in pieces(text, found))
        return Markup("".join(parts))  # noqa: S704  (every piece is escaped)
