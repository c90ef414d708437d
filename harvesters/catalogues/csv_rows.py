"""CSV → rows, each with the lines it was written in. A row that cannot be read is told and costs no other."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO

from ...schemas.finding import message
from ..errors import HostUnavailable

MAX_LINES = 200  # of one row; a quotation mark left open would swallow all that follows
MAX_BAD_ROWS = 1_000
MAX_CELLS = 1_000  # of one row
DELIMITERS = ",;\t|"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the number of its first line (from 1), its cells (None: it cannot be read), its text."""

    line: int
    cells: tuple[str, ...] | None
    source: str


def csv_rows(text: str, url: str) -> Iterator[Row]:
    """The rows that are not empty. Separated by whichever of comma, semicolon, tab and bar the first line has most of.

    Raises:
        HostUnavailable: too many rows cannot be read; this is no CSV.

    """
    lines = list(StringIO(text, newline=""))
    delimiter = max(DELIMITERS, key=next((line for line in lines if line.strip()), "").count)
    reader, base, start, bad = csv.reader(lines, delimiter=delimiter), 0, 0, 0
    while start < len(lines):
        cells = _next(reader)
        end = base + reader.line_num
        if cells is None or end - start > MAX_LINES:
            # A new reader goes on at the line below the one where the bad row begins.
            cells, end, bad = None, start + 1, bad + 1
            reader, base = csv.reader((lines[n] for n in range(end, len(lines))), delimiter=delimiter), end
        if bad > MAX_BAD_ROWS:
            raise HostUnavailable(message("{url} is no valid CSV", url=url))
        if cells is not None and len(cells) > MAX_CELLS:
            cells = None
        if cells is None or any(cell.strip() for cell in cells):
            yield Row(start + 1, cells, "".join(lines[start:end]))
        start = end


def _next(reader: Iterator[list[str]]) -> tuple[str, ...] | None:
    """The next row; None where it cannot be read."""
    try:
        return tuple(next(reader, []))
    except csv.Error:
        return None
