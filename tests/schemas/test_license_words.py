"""The words of a licence file: encodings, marks of comments, Markdown and HTML, copyright lines, bounds."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publiccode.schemas.licensing.words import (
    SIZE_LIMIT,
    WORD_LIMIT,
    Text,
    decoded,
    is_rights,
    plain,
    read_text,
    words_of,
)


def test_words_know_their_lines_and_copyright_lines_are_left_out() -> None:
    content = "The “Free” Licence\n\nCopyright (c) 2024 Ministry of Tides\nYou may — use it.\n".encode()
    assert read_text(content) == Text(
        lines=("The “Free” Licence", "", "Copyright (c) 2024 Ministry of Tides", "You may — use it.", ""),
        words=("the", "free", "license", "you", "may", "use", "it"),
        at=(1, 1, 1, 4, 4, 4, 4),
        rights=frozenset([3]),
    )


@pytest.mark.parametrize(
    "content",
    [
        "授權 café 條款".encode(),
        "授權 café 條款".encode("utf-8-sig"),
        "授權 café 條款".encode("utf-16"),
        "\ufeff授權 café 條款".encode("utf-16-be"),
        "授權 café 條款\n".encode() + b"\xe6\x8e",  # cut within a character
    ],
)
def test_encodings_of_unicode(content: bytes) -> None:
    assert read_text(content).words == ("授", "權", "café", "條", "款")


def test_utf_16_without_a_mark() -> None:
    assert decoded("You may use it".encode("utf-16-le")) == "You may use it"
    assert decoded("You may use it".encode("utf-16-be")) == "You may use it"


def test_older_encodings() -> None:
    chinese = "本軟體依著作權法開放授權，任何人得利用之。"
    assert decoded(chinese.encode("big5")) == chinese
    assert decoded("本软件按照宽松许可证开放".encode("gb18030")) == "本软件按照宽松许可证开放"
    assert decoded("Köln: für alle, même à l’été".encode("cp1252")) == "Köln: für alle, même à l’été"


def test_what_is_no_text_has_no_words() -> None:
    assert read_text(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 9).words == ()
    assert read_text(b"").words == ()


@pytest.mark.parametrize(
    "line",
    [
        " * You may use it. */",
        "// You may use it.",
        "# You may use it.",
        "> **You** may _use_ it.",
        "dnl You may use it.",
        "<p>You may <b>use</b>&nbsp;it.</p>",
        "3. You [may](https://example.org/may) use it.",
        "Ｙｏｕ ｍａｙ ｕｓｅ ｉｔ．",
    ],
)
def test_marks_are_no_words(line: str) -> None:
    assert read_text(line.encode()).words == ("you", "may", "use", "it")


def test_html_keeps_its_lines() -> None:
    text = read_text(b"<html><style>p {\n}</style>\n<p\n class='a'>You may</p>\n<!-- no\n-->use <year> it</html>")
    assert list(zip(text.words, text.at, strict=True)) == [("you", 4), ("may", 4), ("use", 6), ("year", 6), ("it", 6)]


@pytest.mark.parametrize(
    "line",
    [
        "Copyright (c) 2021-2024 Ministry of Tides",
        "Copyright © Crown Copyright (Government Digital Service)",
        "(C) 1999 Somebody",
        "© 2020, Gemeente Zonnedorp. All rights reserved.",
        "Copyright [yyyy] [name of copyright owner]",
        "Copyright Ministry of Tides and contributors",
        "著作權所有 雲霧市政府",
        "All rights reserved.",
    ],
)
def test_lines_of_rights(line: str) -> None:
    assert is_rights(line)


@pytest.mark.parametrize(
    "line",
    [
        "copyright notice, this list of conditions and the following disclaimer",
        "Copyright License. Subject to the terms of this",
        "(c) do not change the terms",
        "COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM",
        "Copyright (c) 2020 Somebody. Permission is hereby granted, free of charge, " + "to anybody " * 20,
    ],
)
def test_lines_that_say_more(line: str) -> None:
    assert not is_rights(line)


def test_spellings_and_numbers() -> None:
    assert words_of(plain("  (a) This Licence, sublicence and licences")) == [
        "this",
        "license",
        "sublicense",
        "and",
        "licenses",
    ]


def test_long_files_are_cut_and_say_so() -> None:
    text = read_text(b"the " * SIZE_LIMIT)
    assert (len(text.words), text.cut) == (WORD_LIMIT, True)
    assert not read_text(b"the").cut


@pytest.mark.parametrize(
    "piece",
    [
        b"a",
        b"the ",
        b"\n",
        b"<script",
        b"<!--",
        b"<div ",
        b"&amp;",
        b"(",
        b"*/ ",
        b"# ",
        b" ",
        b"[](",
        b"\xff",
        b"\0a",
        "條".encode(),
    ],
)
def test_hostile_repetition_takes_no_long(piece: bytes) -> None:
    content = piece * (SIZE_LIMIT // len(piece))
    start = time.process_time()
    read_text(content)
    assert time.process_time() - start < 1


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_have_words(content: bytes) -> None:
    text = read_text(content)
    assert len(text.words) == len(text.at)
    assert all(1 <= line <= len(text.lines) for line in text.at)
