"""What a file says of its licence and copyright."""

from __future__ import annotations

from time import process_time

import pytest

from publiccode.harvesters.scan.covered import is_covered
from publiccode.harvesters.scan.tags import MOST_SAID, Said, as_text, named, said

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
    assert [as_text(content) is not None for content in (b"abc", "漢".encode(), b"\x89PNG\r\n\x1a\n\0\0\0", b"")] == [
        True,
        True,
        False,
        True,
    ]
    for encoding in ("utf-16", "utf-32"):
        assert as_text("Zoë = 1\n".encode(encoding)) == "Zoë = 1\n".encode()
    assert as_text(b"\xff\xfe\x00") == "\N{REPLACEMENT CHARACTER}".encode()


def test_blanks_and_stars_cost_no_time_and_no_more_is_looked_at_than_is_told() -> None:
    blank = f"Copyright 2020 {' ' * 980}x\n" * 250
    stars = f"Copyright 2020 {'*' * 980}x\n" * 250
    many = "".join(f"{TAG} MIT-{number}\n{HOLDER} 2026 Body {number}\n" for number in range(3000))
    begun = process_time()
    assert said(blank.encode()).copyrights == ("Copyright 2020 x",)
    assert len(said(stars.encode()).copyrights) == 1
    found = said(many.encode())
    assert process_time() - begun < 1.0
    assert (len(found.licenses), len(found.copyrights)) == (MOST_SAID, MOST_SAID)


def test_a_choice_stays_one_and_what_applies_together_is_counted_apart() -> None:
    assert named("GPL-2.0-only WITH Classpath-exception-2.0 AND mit") == (
        "GPL-2.0-only WITH Classpath-exception-2.0",
        "MIT",
    )
    assert named("gpl-3.0-only OR MIT") == ("GPL-3.0-only OR MIT",)


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
