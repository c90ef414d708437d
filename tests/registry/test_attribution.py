"""Whom a notice names, which texts it has, and what it says is not known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from publiccode.registry.attribution import Asks, Components, File, Known, Listed, attribution, copyright_lines
from publiccode.schemas.licensing.identify import identify
from publiccode.web.demo.agencies import LICENSES

MIT = (LICENSES / "MIT.txt").read_bytes().replace(b"<year> <copyright holders>", b"2024 Yunwu City")
SCANNED = "The files themselves were not scanned: copyright lines in them are not listed here."


def file(path: str, content: bytes | None, name: str = "") -> File:
    return File(path, name or f"{path}-{len(content or b'')}", identify(content or b"", path), content)


def known(**changes: Any) -> Known:
    given: Mapping[str, Any] = {
        "slug": "forms",
        "name": "Forms",
        "publisher": "Yunwu City",
        "address": "https://code.example/forms",
        "commit": "c" * 40,
        "values": {"legal": {"mainCopyrightOwner": "Yunwu City", "authorsFile": "AUTHORS"}, "softwareVersion": "2.1"},
        "declared": "MIT",
        "concluded": "MIT",
        "files": [file("LICENSE", b"Copyright (c) 2024 Yunwu City and others\n\n" + MIT)],
        "names": ["README.md", "NOTICE", "LICENSE", "AUTHORS"],
        "scanned": ["© 2024 yunwu city", "Copyright 2019 Lin Yu"],
        "components": Components("bom.json", 1, {"ISC": 1}, (Listed("d3", "7", "ISC", "Copyright 2010 Mike"),)),
        **changes,
    }
    return Known(**given)


def said(**changes: Any) -> list[str]:
    """What is not known."""
    [work] = attribution([known(**changes)], "en").works
    return [str(one) for one in work.unknown]


def test_everybody_is_named_once_with_the_place_where_it_stands() -> None:
    [work] = attribution([known()], "en").works
    assert [(one.text, str(one.origin)) for one in work.holders] == [
        ("Yunwu City", "publiccode.yml, legal.mainCopyrightOwner"),
        ("Copyright (c) 2024 Yunwu City and others", "licence file LICENSE"),
        *((line, "licence file LICENSE") for line in copyright_lines(file("x", MIT))),
        ("© 2024 yunwu city", "deep scan of the files"),
        ("Copyright 2019 Lin Yu", "deep scan of the files"),
    ]
    assert (work.license, work.version, work.elsewhere) == ("MIT", "2.1", ("AUTHORS", "NOTICE"))
    assert work.asks == (
        Asks(
            "MIT",
            "MIT License",
            (
                "Leave the notices about copyright and licence in place.",
                "Hand over the text of the licence with every copy.",
            ),
        ),
    )
    assert [str(one) for one in work.unknown] == [
        "The registry has no licence texts of the packages: they come with the packages themselves."
    ]


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("Copyright (c) 2020 Ada", "Copyright (c) 2020 Ada"),
        (" * © 2021, 2023 雲霧市政府", "© 2021, 2023 雲霧市政府"),
        ("# Copyright 2020 The Bells Authors", "Copyright 2020 The Bells Authors"),
        ("Copyright [yyyy] [name of copyright owner]", None),
        ("Copyright (c) <year> <copyright holders>", None),
        ("Copyright (C) {{ year }} {{ organization }}", None),
        ("All rights reserved.", None),
        ("Copyright notices must be kept in the year 2020.", None),
        ("Copyright (c) 2020 " + "x" * 2000, None),
    ],
)
def test_lines_of_licence_files_that_name_somebody(line: str, named: str | None) -> None:
    assert copyright_lines(file("LICENSE", f"{line}\nPermission is granted.\n".encode())) == ((named,) if named else ())


def test_the_own_copyright_line_of_a_gnu_text_names_nobody() -> None:
    texts = [path for path in LICENSES.iterdir() if "GPL" in path.name]
    assert texts
    for path in texts:
        assert copyright_lines(file("COPYING", path.read_bytes())) == (), path.name
    mine = b"Copyright (C) 1989 Free Software Foundation, Inc.\n\nPermission is granted to everybody.\n"
    assert copyright_lines(file("LICENSE", mine)) == ("Copyright (C) 1989 Free Software Foundation, Inc.",)


def test_identical_texts_stand_there_once_for_all_that_have_them() -> None:
    same = file("LICENSE", MIT, "hash")
    notice = attribution([known(files=[same]), known(slug="bells", name="Bells", files=[same])], "en")
    [text] = notice.texts
    assert (text.license, text.of) == ("MIT", (("forms", "LICENSE"), ("bells", "LICENSE")))
    assert text.content == MIT.decode()
    assert [work.texts for work in notice.works] == [("hash",), ("hash",)]


def test_what_is_not_known_is_said_with_whom_to_ask() -> None:
    assert said(
        declared="", concluded="NOASSERTION", files=None, names=None, scanned=None, components=None, values={}
    ) == [
        "No licence is known. Without one nothing may be passed on: ask Yunwu City which licence holds.",
        "Nobody is named who holds the rights: ask Yunwu City who has to be named.",
        "Nobody looked for licence files in the repository; take them from https://code.example/forms.",
        "Nobody looked whether the repository has a file NOTICE or AUTHORS; look at https://code.example/forms.",
        SCANNED,
        "The registry has no bill of materials (SBOM): what the software contains of others cannot be told; ask Yunwu City.",
    ]


def test_texts_that_the_registry_does_not_have_are_named() -> None:
    assert said(files=[file("LICENSE", None)])[:2] == [
        "The registry has no text of LICENSE; take it from https://code.example/forms.",
        "The registry has no text of the licence MIT; ask Yunwu City, or take it from the SPDX list.",
    ]
    assert said(declared="MIT AND Apache-2.0")[:1] == [
        "The registry has no text of the licence Apache-2.0; ask Yunwu City, or take it from the SPDX list."
    ]
    assert said(agree=False)[:1] == [
        "The licence files do not say the same as the declaration (MIT): ask Yunwu City which of them holds."
    ]


def test_licences_without_a_description_send_to_their_text() -> None:
    [work] = attribution([known(declared="Zlib OR LicenseRef-Ours", files=[])], "en").works
    assert [(one.license, one.known) for one in work.asks] == [("Zlib", False), ("LicenseRef-Ours", False)]


def test_hostile_values_stay_texts_within_bounds() -> None:
    strange = {"legal": {"mainCopyrightOwner": ["x"], "authorsFile": {"a": 1}}, "softwareVersion": 3}
    [work] = attribution([known(values=strange, scanned=[f"© {n} " + "y" * 999 for n in range(2000)])], "en").works
    assert (work.version, len(work.holders)) == ("", 500)
    assert max(len(one.text) for one in work.holders) == 301
    [work] = attribution([known(values={"legal": "x"}, declared="((", files=[])], "en").works
    assert work.asks == ()
