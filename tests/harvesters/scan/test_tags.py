"""What a file says of its licence and copyright."""

from __future__ import annotations

import pytest

from publiccode.harvesters.scan.covered import is_covered
from publiccode.harvesters.scan.tags import Said, is_text, said

TAG, HOLDER = "SPDX-" + "License-Identifier:", "SPDX-" + "FileCopyrightText:"


@pytest.mark.parametrize(
    ("text", "licenses", "copyrights"),
    [
        (f"# {TAG} MIT\n# {HOLDER} 2026 City of Yunwu", ("MIT",), ("2026 City of Yunwu",)),
        (f"/* {TAG} MIT OR Apache-2.0 */", ("MIT OR Apache-2.0",), ()),
        (f"<!-- {TAG} EUPL-1.2 -->", ("EUPL-1.2",), ()),
        (f'print("{TAG} ISC")', ("ISC",), ()),
        (f"{TAG} mit\r\n{TAG} mit\r\n", ("mit",), ()),
        ("Copyright (c) 2019-2026 Egret Ltd", (), ("Copyright (c) 2019-2026 Egret Ltd",)),
        ("© 2026 雲霧市政府", (), ("© 2026 雲霧市政府",)),
        ("Copyright 2020 A\n * Copyright (C) B. All rights */", (), ("Copyright 2020 A", "Copyright (C) B. All rights")),
        ("the copyright notice, and the copyright holders", (), ()),
        ("Copyright [yyyy] [name of copyright owner]", (), ()),
        ("© everything", (), ()),
        (f"# REUSE-{'IgnoreStart'}\n{TAG} MIT\n# REUSE-{'IgnoreEnd'}\n{TAG} ISC", ("ISC",), ()),
        (f"{TAG} \x1b[2JMIT", ("[2JMIT",), ()),
    ],
)  # fmt: skip
def test_tags_and_copyright_lines(text: str, licenses: tuple[str, ...], copyrights: tuple[str, ...]) -> None:
    assert said(text.encode()) == Said(licenses, copyrights)


def test_only_the_head_is_read() -> None:
    assert said(b"x" * 300_000 + f"\n{TAG} MIT".encode()) == Said()


def test_what_is_text() -> None:
    assert [is_text(content) for content in (b"abc", "漢".encode(), b"\x89PNG\r\n\x1a\n\0\0\0", b"")] == [
        True,
        True,
        False,
        True,
    ]


def test_which_files_must_say_it() -> None:
    paths = (
        "a.py",
        "LICENSE",
        "COPYING.LESSER",
        "LICENSES/MIT.txt",
        "a/LICENSES/b",
        "a.py.license",
        "REUSE.toml",
        "bom.spdx.json",
        "LICENSEs.py",
    )
    assert [is_covered(path, 1) for path in paths] == [True, *[False] * 7, True]
    assert not is_covered("a.py", 0)
