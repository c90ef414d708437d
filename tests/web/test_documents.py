"""Workbooks as they read back, PDF as Chromium prints it, and what stands in the way of either."""

from __future__ import annotations

import os
import socket
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

import openpyxl
import pytest
from flask import Flask
from pypdf import PdfReader

from publiccode.registry.settings import Settings
from publiccode.web.app import create_app
from publiccode.web.documents.pdf import MOST_HTML, PdfError, chromium, pdf
from publiccode.web.documents.xlsx import LONGEST_CELL, Book, Column, sheet_name
from publiccode.web.pages.print_style import css_text

MOMENT = datetime(2026, 4, 10, 15, 59, tzinfo=UTC)
COLUMNS = (Column("Name", 20), Column("Count", 8))
PAGE = """<!doctype html>
<html lang="zh-Hant"><head>
  <meta charset="utf-8">
  <style>@page { size: A4; margin: 20mm; @bottom-right { content: counter(page) " / " counter(pages); } }</style>
</head><body><h1>授權稽核 Licence audit</h1><p style="break-before: page">second</p>
<img src="http://127.0.0.1:PORT/a.png"><img src="http://localhost:PORT/b.png"><img src="file:///etc/hostname">
<link rel="stylesheet" href="http://127.0.0.1:PORT/c.css"><script>document.body.append("SCRIPTED")</script>
</body></html>
"""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return create_app(Settings(data=tmp_path_factory.mktemp("none")))


def read_back(content: bytes) -> dict[str, list[tuple[Any, ...]]]:
    """All sheets with their values."""
    book = openpyxl.load_workbook(BytesIO(content))
    found = {sheet.title: [tuple(cell.value for cell in row) for row in sheet.iter_rows()] for sheet in book}
    types = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert not types - {"s", "n", "inlineStr"}  # no formula, no link
    book.close()
    return found


def written(app: Flask, rows: list[tuple[str | int | None, ...]], language: str = "en", most: int = 1_048_576) -> bytes:
    with app.test_request_context(f"/{language}/audit"):
        book = Book(language, "Title", MOMENT, "Foot", most)
        sheet = book.sheet("Entries", COLUMNS)
        for row in rows:
            sheet.row(*row)
        return book.content()


def test_what_looks_like_formulas_links_and_numbers_is_text(app: Flask) -> None:
    hostile = (
        '=HYPERLINK("https://evil.example")',
        "+1",
        "-2",
        "@SUM(A1)",
        "1234",
        "https://evil.example/",
        "\N{FULLWIDTH EQUALS SIGN}1",
        "表單",
    )
    back = read_back(written(app, [(text, 1) for text in hostile]))
    assert back == {"Entries": [("Name", "Count"), *((text, 1) for text in hostile)]}


def test_what_looks_like_a_formula_stays_text_when_it_is_edited(app: Flask) -> None:
    book = openpyxl.load_workbook(BytesIO(written(app, [("=1+1", 1), ("MIT", 2)])))
    column = [row[0] for row in book["Entries"].iter_rows(min_row=2)]
    assert [cell.quotePrefix for cell in column] == [True, False]
    book.close()


def test_texts_lose_what_the_format_cannot_hold(app: Flask) -> None:
    back = read_back(written(app, [("a\x00b\x1b[31m\u202ec\nd", None), ("x" * 40_000, 2), ("字" * 40_000, 3)]))
    _, steering, long, chinese = back["Entries"]
    assert steering == ("a�b�[31m�c\nd", None)
    end = "… (cut: the text has 40000 characters)"
    assert long == ("x" * (LONGEST_CELL - len(end)) + end, 2)
    assert chinese == ("字" * (LONGEST_CELL - len(end)) + end, 3)


def test_a_sheet_says_how_many_rows_it_leaves_out(app: Flask) -> None:
    back = read_back(written(app, [(f"row {number}", number) for number in range(9)], most=5))
    assert back["Entries"] == [
        ("Name", "Count"),
        *((f"row {number}", number) for number in range(3)),
        ("Left out, because a sheet has no more rows: 6", None),
    ]


def test_pages_are_across_with_their_head_repeated(app: Flask) -> None:
    content = written(app, [("a", 1)])
    assert content == written(app, [("a", 1)])  # the same rows, the same bytes
    book = openpyxl.load_workbook(BytesIO(content))
    sheet = book["Entries"]
    assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 9)
    assert (sheet.print_title_rows, sheet.freeze_panes, sheet.auto_filter.ref) == ("$1:$1", "B2", "A1:B2")
    assert (sheet.oddHeader.left.text, sheet.oddFooter.left.text) == ("Title", "Foot")
    assert sheet["A2"].font.name == "Arial"
    book.close()


def test_names_of_sheets_are_those_that_spreadsheets_take() -> None:
    assert sheet_name("Entries", set()) == "Entries"
    assert sheet_name("a/b[c]:d*?'", set()) == "a b c d"
    assert sheet_name("x" * 40, {"x" * 31}) == "x" * 29 + " 2"
    assert sheet_name("History", set()) == "History 2"
    assert sheet_name("''", set()) == "1"


def test_texts_of_page_heads_end_neither_the_string_nor_the_element() -> None:
    assert css_text('a"; } </style><script>') == '"a\\22 \\3b  \\7d  \\3c \\2f style\\3e \\3c script\\3e "'
    assert css_text("目錄 " + "x" * 90) == '"目錄 ' + "x" * 56 + '\\2026 "'


class Counter:
    """A server that counts who connects."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port, self.met = self._socket.getsockname()[1], 0
        self._thread = Thread(target=self._listen)
        self._thread.start()

    def _listen(self) -> None:
        while True:
            connection, _ = self._socket.accept()
            with connection:
                if connection.recv(4) == b"done":
                    return
                self.met += 1

    def close(self) -> None:
        """Ends it."""
        with socket.create_connection(("127.0.0.1", self.port)) as last:
            last.sendall(b"done")
        self._thread.join()
        self._socket.close()


@pytest.mark.browser
def test_chromium_prints_both_languages_and_asks_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        program = chromium()
    except PdfError as error:
        pytest.skip(str(error))
    counter = Counter()
    with TemporaryDirectory() as folder:  # pytest's own is too long a path for the socket that Chromium makes below it
        monkeypatch.setattr("tempfile.tempdir", folder)
        try:
            content = pdf(PAGE.replace("PORT", str(counter.port)), program)
        finally:
            counter.close()
        left = list(Path(folder).iterdir())
    texts = [page.extract_text() for page in PdfReader(BytesIO(content)).pages]
    assert [" ".join(text.split()) for text in texts] == ["1 / 2 授權稽核 Licence audit", "2 / 2 second"]
    assert counter.met == 0
    assert left == []


def test_without_chromium_the_next_step_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(PdfError, match=r"^Chromium is not installed; it prints the PDF\. Next: install it"):
        chromium()
    with pytest.raises(PdfError, match="no-such, which PUBLICCODE_CHROMIUM names, is no program"):
        chromium("no-such")


def program(folder: Path, script: str) -> str:
    """A program that does what `script` says."""
    file = folder / "chromium"
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return str(file)


def test_a_program_that_prints_nothing_is_told(tmp_path: Path) -> None:
    stands = program(tmp_path, "echo 'no display' >&2; exit 1")
    with pytest.raises(PdfError, match="printed nothing; its last words: no display"):
        pdf(PAGE, stands)


def test_a_program_that_does_not_end_is_ended_with_what_it_started(tmp_path: Path) -> None:
    stands = program(tmp_path, f"sleep 60 & echo $! > {tmp_path}/child; wait")
    with pytest.raises(PdfError, match=r"took longer than 0\.5 seconds"):
        pdf(PAGE, stands, 0.5)
    child = int((tmp_path / "child").read_text())
    state = Path(f"/proc/{child}/stat")
    assert not state.exists() or state.read_text().split()[2] == "Z"


def test_the_program_sees_nothing_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLICCODE_TOKENS", "host.example=secret")
    stands = program(tmp_path, f"env > {tmp_path}/env; printf '%s\\n' \"$@\" > {tmp_path}/arguments")
    with pytest.raises(PdfError):
        pdf(PAGE, stands)
    names = {line.partition("=")[0] for line in (tmp_path / "env").read_text().splitlines()}
    assert names <= {"PATH", "HOME", "TMPDIR", "TZ", "LANG", "PWD", "OLDPWD", "SHLVL", "_"}
    told = (tmp_path / "arguments").read_text().splitlines()
    assert ("--no-sandbox" in told) == (os.geteuid() == 0)
    assert "--host-resolver-rules=MAP * ~NOTFOUND" in told


def test_a_report_that_is_too_long_is_refused_before_it_is_printed() -> None:
    with pytest.raises(PdfError, match="has 41 MB of HTML"):
        pdf("x" * (MOST_HTML + 1024 * 1024), "/nonexistent")
