"""Workbooks for a spreadsheet (XLSX): sheets of plain rows, in which no text is a formula, a link or a number by accident."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from math import ceil

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from ..pages.spreadsheet import looks_like_formula
from ..reports.harmless import harmless
from ..translation import gettext

MIMETYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 1_048_576  # of a sheet, its heading among them: the format has no more
LONGEST_CELL = 32_767  # characters
_LONGEST_NAME, _LONGEST_HEADER, _A4 = 31, 90, 9
_LINE, _TALL_LINE, _MARGIN, _HIGHEST = 13.0, 15.5, 2.0, 409.0  # points; the last of a row at most
_LAST_NARROW = 0x2E7F
_NO_NAME = re.compile(r"[\[\]:*?/\\']+")
# A spreadsheet takes another font for letters that one lacks; what is named decides how Chinese looks where both are there.
_FONTS = {"zh-Hant": "Microsoft JhengHei", "en": "Arial"}

Value = str | int | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its title, and its width in characters."""

    title: str
    width: float


class Book:
    """A workbook that grows sheet by sheet and row by row; what was written is kept on disk until `content` gives the bytes.

    `language` is zh-Hant or en; `title` stands at the head of every page and `footer` below; `at` is the moment that it tells of.
    The same rows give the same bytes.
    """

    def __init__(self, language: str, title: str, at: datetime, footer: str = "", most_rows: int = MOST_ROWS) -> None:
        self._stream = BytesIO()
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
            "default_format_properties": {"font_name": _FONTS[language], "font_size": 10},
        }
        self._book = Workbook(self._stream, options)
        moment = at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
        self._book.set_properties({"title": harmless(title), "created": moment})
        cell = {"border": 1, "valign": "top"}
        self._formats = _Formats(
            self._book.add_format(
                {**cell, "bold": True, "bg_color": "#E6E6E6", "text_wrap": True, "valign": "vcenter"}
            ),
            self._book.add_format({**cell, "text_wrap": True}),
            self._book.add_format({**cell, "text_wrap": True, "quote_prefix": True}),
            self._book.add_format({**cell, "num_format": "0"}),
            self._book.add_format({**cell, "bold": True, "text_wrap": True}),
        )
        self._title, self._footer, self._most = title, footer, most_rows
        self._sheets: list[Sheet] = []

    def sheet(self, name: str, columns: Sequence[Column]) -> Sheet:
        """A new sheet with its heading, for printing on A4 across."""
        known = {one.name.casefold() for one in self._sheets}
        called = sheet_name(name, known)
        drawn = self._book.add_worksheet(called)
        drawn.set_landscape()
        drawn.set_paper(_A4)
        drawn.set_margins(left=0.4, right=0.4, top=0.8, bottom=0.7)
        drawn.fit_to_pages(1, 0)
        drawn.repeat_rows(0)
        drawn.freeze_panes(1, 1)
        drawn.set_header(f"&L{_header(self._title)}&R{_header(called)}")
        drawn.set_footer(f"&L{_header(self._footer)}&R&P / &N")
        made = Sheet(called, drawn, columns, self._formats, self._most)
        self._sheets.append(made)
        return made

    def content(self) -> bytes:
        """The workbook's bytes; nothing can be added afterwards."""
        for one in self._sheets:
            one.close()
        self._book.close()
        return self._stream.getvalue()


@dataclass(frozen=True, slots=True)
class _Formats:
    head: Format
    text: Format
    quoted: Format
    number: Format
    strong: Format


class Sheet:
    """A sheet; its rows are written in their order."""

    def __init__(self, name: str, drawn: Worksheet, columns: Sequence[Column], formats: _Formats, most: int) -> None:
        self.name = name
        self._drawn, self._formats, self._most = drawn, formats, most
        self._widths, self._next, self._left_out = [column.width for column in columns], 1, 0
        self._set_height(0, [column.title for column in columns])
        for number, column in enumerate(columns):
            drawn.set_column(number, number, column.width)
            drawn.write_string(0, number, column.title, formats.head)

    def row(self, *values: Value) -> None:
        """Adds a row; of more rows than the format has, the last one says how many were left out."""
        if self._next >= self._most - 1:  # the last one is kept for that
            self._left_out += 1
            return
        told = [value if isinstance(value, int) else held(value or "") for value in values]
        self._set_height(self._next, told)
        for number, value in enumerate(told):
            self._write(number, value)
        self._next += 1

    def part(self, title: str) -> None:
        """Adds a row that begins a part of the sheet."""
        if self._next < self._most - 1:
            self._drawn.write_string(self._next, 0, held(title), self._formats.strong)
            for number in range(1, len(self._widths)):
                self._drawn.write_blank(self._next, number, None, self._formats.text)
            self._next += 1

    def close(self) -> None:
        """Says what was left out, and lets readers choose among the rows."""
        if self._left_out:
            said = gettext("Left out, because a sheet has no more rows: %(count)s", count=self._left_out)
            self._drawn.write_string(self._next, 0, said, self._formats.strong)
            self._next += 1
        if self._next > 1:
            self._drawn.autofilter(0, 0, self._next - 1, len(self._widths) - 1)

    def _write(self, number: int, value: str | int) -> None:
        if isinstance(value, int):
            self._drawn.write_number(self._next, number, value, self._formats.number)
            return
        chosen = self._formats.quoted if looks_like_formula(value) else self._formats.text
        if value:
            self._drawn.write_string(self._next, number, value, chosen)
        else:
            self._drawn.write_blank(self._next, number, None, chosen)

    def _set_height(self, row: int, values: Sequence[str | int]) -> None:
        """Makes room for the cell with most lines: not every program does so when it opens a file."""
        told = [(value, width) for value, width in zip(values, self._widths, strict=True) if isinstance(value, str)]
        needed = max((_height(value, width) for value, width in told), default=0.0)
        if needed > _TALL_LINE + _MARGIN:
            self._drawn.set_row(row, min(_HIGHEST, needed))


def _height(text: str, width: float) -> float:
    """How high a text is in a column, in points; a character of Chinese is as wide as two others, and higher."""
    room = max(1.0, width * 0.86)  # another font may be wider, and lines end at words
    height = _MARGIN
    for line in text.split("\n"):
        wide = 0 if line.isascii() else sum(ord(one) > _LAST_NARROW for one in line)
        height += max(1, ceil((len(line) + wide) / room)) * (_TALL_LINE if wide else _LINE)
        if height > _HIGHEST:
            break
    return height


def held(text: str) -> str:
    """A text as a cell may hold it: without control characters, and no longer than the format allows."""
    told = harmless(text)
    # The format counts as UTF-16 does, in which a character takes two at most.
    if len(told) * 2 <= LONGEST_CELL or len(told.encode("utf-16-le")) // 2 <= LONGEST_CELL:
        return told
    said = gettext("… (cut: the text has %(count)s characters)", count=len(told))
    room = LONGEST_CELL - len(said)
    return told.encode("utf-16-le")[: room * 2].decode("utf-16-le", "ignore") + said


def sheet_name(name: str, known: set[str]) -> str:
    """A name as a sheet may have it, unlike those that are `known` (in small letters)."""
    plain = _NO_NAME.sub(" ", harmless(name)).strip()[:_LONGEST_NAME] or "1"
    found, number = plain, 2
    while found.casefold() in known or found.casefold() == "history":  # a name that Excel keeps for itself
        end = f" {number}"
        found, number = plain[: _LONGEST_NAME - len(end)] + end, number + 1
    return found


def _header(text: str) -> str:
    """A text in the head or foot of a page, where `&` begins a command."""
    return " ".join(harmless(text).split())[:_LONGEST_HEADER].replace("&", "&&")
