"""A list of addresses: one a line, or a CSV with a column of them (separated by comma, semicolon, tab or bar).

The column is the one whose head names code (`url`, `repository` …); without such a head it is the first cell of each row
that is an address. Lines that begin with # are comments. An address that comes again is told at its first place.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from ...schemas.addresses import without_user
from ...schemas.candidate import address_key
from ...schemas.finding import Message, message
from ..http import Http
from . import MAX_ENTRIES, MAX_FIELD, Entry, counted
from .csv_rows import Row, csv_rows
from .normalised import addresses, no_address, too_long, unreadable
from .source import read_source, text_of

# The likeliest first: a table may name the address of the code and that of a page besides.
HEADS = (
    "repositoryurl",
    "repository",
    "coderepository",
    "repourl",
    "repo",
    "codeurl",
    "codehosting",
    "sourcecode",
    "giturl",
    "git",
    "程式碼網址",
    "原始碼網址",
    "url",
    "address",
    "link",
    "網址",
    "連結",
)


class CsvAddresses:
    """Entries of a list of addresses: none has a file, all are read from their hosts."""

    terms = ""
    attribution = ""

    def __init__(self, http: Http, locate: Callable[[str], str]) -> None:
        self._http, self._locate = http, locate

    def entries(self, url: str) -> Iterator[Entry]:
        """See `Catalogue`."""
        url = without_user(url)
        text = text_of(read_source(self._http, self._locate, url), url, "cp950", "latin-1")
        return counted(_entries(text, url), url)


@dataclass(slots=True)
class _Named:
    """An address and the lines that name it."""

    urls: Sequence[str]
    row: Row
    quirks: list[Message]
    again: list[int] = field(default_factory=list)


def _entries(text: str, url: str) -> Iterator[Entry]:
    found: dict[str, _Named] = {}
    column: int | None = None
    for number, row in enumerate(csv_rows(text, url)):
        if len(found) > MAX_ENTRIES:
            break
        if row.cells is None:
            found[f"#{row.line}"] = _Named((), row, [unreadable(str(row.line))])
            continue
        if row.source.lstrip().startswith("#"):
            continue
        if number == 0 and _is_head(row.cells):
            column = _column(row.cells)
            continue
        urls, quirks = _addresses(row.cells, column)
        key = address_key(urls[0]) if urls else f"#{row.line}"
        if key in found:
            found[key].again.append(row.line)
        else:
            found[key] = _Named(urls, row, list(quirks))
    for key, named in found.items():
        yield _entry(key, named)


def _entry(key: str, named: _Named) -> Entry:
    quirks = named.quirks
    if named.again:
        lines = ", ".join(map(str, named.again[:20]))
        quirks = [*quirks, message("The address comes again in the lines {lines}.", lines=lines)]
    return Entry(
        url=named.urls[0] if named.urls else "",
        source_id=key,
        page="",
        candidate=None,
        original=named.row.source.encode("utf-8", "replace"),
        modified_at=None,
        other_urls=tuple(named.urls[1:]),
        quirks=tuple(quirks),
    )


def _is_head(cells: Sequence[str]) -> bool:
    return not any(addresses(cell[:MAX_FIELD], "url")[0] for cell in cells)


def _column(cells: Sequence[str]) -> int | None:
    heads = [re.sub(r"[\s_-]+", "", unicodedata.normalize("NFKC", cell[:100])).lower() for cell in cells]
    return next((heads.index(head) for head in HEADS if head in heads), None)


def _addresses(cells: Sequence[str], column: int | None) -> tuple[tuple[str, ...], tuple[Message, ...]]:
    chosen = cells if column is None else cells[column : column + 1]
    for cell in chosen:
        if len(cell) > MAX_FIELD:
            return (), (too_long("url", MAX_FIELD),)
        urls, quirks = addresses(cell, "url")
        if urls or (quirks and column is not None):
            return urls, quirks
    return (), (no_address(),)
