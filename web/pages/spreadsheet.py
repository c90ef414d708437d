"""CSV for a spreadsheet: nothing in it is taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable

from ..reports.harmless import harmless

BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"  # by which Excel knows UTF-8
# Spreadsheets take a cell that begins so for a formula, some of them the full-width signs too, and after blanks.
_FORMULA = "=+-@＝＋－＠\t\r|%"


def cell(value: str) -> str:
    """A text as a cell may hold it.

    >>> [cell(text) for text in ("MIT", "=1+1", "  @x")]
    ['MIT', "'=1+1", "'  @x"]
    """
    text = harmless(value)
    return f"'{text}" if looks_like_formula(text) or value.startswith(("\t", "\r")) else text


def looks_like_formula(text: str) -> bool:
    """Whether a spreadsheet might take a text for a formula when it reads or edits it."""
    return text.lstrip().startswith(tuple(_FORMULA))


def spreadsheet(rows: Iterable[Iterable[str]], held: Callable[[str], str] = cell) -> str:
    """The rows, the heading among them, as CSV (RFC 4180) with the mark of UTF-8; `held` makes of a text what a cell may hold."""
    written = io.StringIO()
    lines = csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    lines.writerows([held(text) for text in row] for row in rows)
    return BYTE_ORDER_MARK + written.getvalue()
