"""Persons in archived reports: found and taken out in HTML, JSON, tables and plain text."""

from __future__ import annotations

import csv
import html
import json
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from io import StringIO

from .persons import Prose, folded

_PIECES = re.compile(r'([<>"\n])')
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')


def without_persons(content: bytes, form: str, prose: Prose) -> bytes:
    """A report without these persons; the same bytes where none of them is in it.

    The text is looked at piece by piece as people read it, without the escapes behind which a name would not be found.
    """
    text = content.decode("utf-8", "replace")
    take_out = _remembering(prose)
    if form == "html":
        edited = "".join(_html(piece, take_out) for piece in _PIECES.split(text))
    elif form in ("json", "spdx-json", "spdx3-json"):
        edited = _STRING.sub(lambda found: _json(found[0], take_out), text)
    elif form == "csv":
        edited = _csv(text, take_out)
    else:
        edited = "".join(take_out(line) for line in text.splitlines(keepends=True))
    return content if edited == text else edited.encode()


def _remembering(prose: Prose) -> Callable[[str], str]:
    """Takes persons out of pieces of text; reports say the same few things over and over."""
    wanted = [folded(name) for name in prose.names]

    @lru_cache(maxsize=50_000)
    def take_out(text: str) -> str:
        if not text.strip() or (not prose.digests and not any(name in folded(text) for name in wanted)):
            return text
        return prose.without(text)

    return take_out


def _html(piece: str, take_out: Callable[[str], str]) -> str:
    plain = html.unescape(piece)
    left = take_out(plain)
    return piece if left == plain else html.escape(left)


def _json(literal: str, take_out: Callable[[str], str]) -> str:
    try:
        plain = json.loads(literal)
    except ValueError:
        return literal
    left = take_out(plain)
    return literal if left == plain else json.dumps(left, ensure_ascii=False)


def _csv(text: str, take_out: Callable[[str], str]) -> str:
    rows = list(_rows(text))
    edited = [[take_out(cell) for cell in row] for row in rows]
    if edited == rows:
        return text
    written = StringIO()
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    csv.writer(written, lineterminator="\r\n" if "\r\n" in text else "\n").writerows(edited)
    return mark + written.getvalue()


def _rows(text: str) -> Iterator[list[str]]:
    return csv.reader(StringIO(text.removeprefix("\ufeff"), newline=""))
