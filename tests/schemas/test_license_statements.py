"""What licence files state without a text: every file in tests/licences/statements is a case."""

import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publiccode.schemas.licensing.found import Means, Part
from publiccode.schemas.licensing.license_addresses import at_address
from publiccode.schemas.licensing.mentions import certain, mentions
from publiccode.schemas.licensing.names import spellings
from publiccode.schemas.licensing.paragraphs import paragraphs
from publiccode.schemas.licensing.statements import Statement, conclusion, statements
from publiccode.schemas.vocabularies import licenses

FOLDER = Path(__file__).parents[1] / "licences" / "statements"
EXPECTED = json.loads((FOLDER / "expected.json").read_text("utf-8"))
SIZE = 512 * 1024
HOSTILE = (
    *(
        "a\n\n",
        "a\n",
        "MIT\n\n",
        "\n",
        "# \n",
        "=\n",
        "gnu ",
        "under MIT or ",
        "授權",
        "第三方套件\n",
        "| MIT | 1.0 |\n",
    ),
    *(
        "licensed under the GNU General Public License version ",
        "https://creativecommons.org/licenses/by/",
        "<a ",
        "(",
        "* ",
    ),
    *(
        "SPDX-License-Identifier: MIT\n",
        "SPDX-License-Identifier: ",
        "License: ",
        "1. Apache\n",
        "EUPL v. ",
        "either MIT, ",
    ),
)


def hostile(unit: str) -> list[str]:
    return (unit * (SIZE // len(unit) + 1))[:SIZE].split("\n")


def read(path: Path) -> list[str]:
    return path.read_text("utf-8").split("\n")


def test_every_example_has_its_answer() -> None:
    assert {path.stem for path in FOLDER.glob("*.txt")} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_examples(name: str) -> None:
    concluded, also = conclusion(statements(read(FOLDER / f"{name}.txt")))
    assert {"concluded": concluded, "also": list(also)} == EXPECTED[name]


@pytest.mark.parametrize(
    ("text", "ids"),
    {
        "the GPL": ("GPL-2.0-only", "GPL-2.0-or-later", "GPL-3.0-only", "GPL-3.0-or-later"),
        "version 3 or later of the GNU GPL": ("GPL-3.0-or-later",),
        "BSD License": ("BSD-2-Clause", "BSD-3-Clause"),
        "EUPL v1.9": (),
        "Apache 授權條款 第二版": ("Apache-2.0",),
        "under the EPL": ("EPL-2.0", "EPL-1.0"),
        "https://git.example/a": (),
        "GPL-2.0 with the Classpath exception": ("GPL-2.0-only", "GPL-2.0-or-later"),
    }.items(),
)
def test_a_name_may_stand_for_several_licenses(text: str, ids: tuple[str, ...]) -> None:
    named = [mention for mention in mentions(text) if not mention.exception]
    assert [mention.ids for mention in named] == [ids]


def test_names_with_choices() -> None:
    assert list(spellings("[GNU |]G[P|F]L")) == ["GNU GPL", "GNU GFL", "GPL", "GFL"]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Lizenziert unter einer Lizenz mit Pflichten", []),
        ("Software mit Lizenz", []),
        ("unter MIT veröffentlicht", ["MIT"]),
        ("released under the mit license", ["MIT"]),
        ("mit", ["MIT"]),
        ("covered by Intel", []),
        ("licensed under the Fair license", ["Fair"]),
        ("a fair use doctrine", []),
    ],
)
def test_words_of_a_language_are_no_names(text: str, named: list[str]) -> None:
    assert [mention.license for mention in certain(text)] == named


def test_a_statement_tells_its_means_and_lines() -> None:
    assert statements(read(FOLDER / "sections.txt")) == (
        Statement(Part("Apache-2.0", Means.NOTICE, lines=((3, 3),)), True),
        Statement(Part("MIT", Means.NOTICE, lines=((9, 9),)), False),
    )
    assert statements(read(FOLDER / "gnu-notice-later.txt")) == (
        Statement(Part("AGPL-3.0-or-later", Means.NOTICE, lines=((5, 6),)), True),
    )
    assert statements(read(FOLDER / "path-by-itself.txt")) == (
        Statement(Part("MPL-2.0", Means.POINTER, lines=((1, 1),)), True),
    )


def test_only_the_lines_asked_for_are_read() -> None:
    lines = ["MIT License", "", "Licence: ISC", "", "Licensed under the EUPL-1.2."]
    assert conclusion(statements(lines, {3})) == ("ISC", ())
    assert conclusion(statements(lines, {5})) == ("EUPL-1.2", ())
    assert statements(lines, set()) == ()
    assert conclusion(statements(["SPDX-License-Identifier: ISC"], set())) == ("ISC", ())  # a tag stands in no text


@pytest.mark.parametrize(
    ("text", "licenses"),
    {
        "GPLv3": ["GPL-3.0-only"],
        "LGPLv2.1+": ["LGPL-2.1-or-later"],
        "GPL v2 only": ["GPL-2.0-only"],
        "GNU General Public License v3.0 or later": ["GPL-3.0-or-later"],
        "European Union Public Licence (EUPL), version 1.2": ["EUPL-1.2"],
        "EUPL/1.1": ["EUPL-1.1"],
        "Veřejná licence Evropské unie v. 1.2": ["EUPL-1.2"],
        "ΆΔΕΙΑ ΔΗΜΌΣΙΑΣ ΧΡΉΣΗΣ για την Ευρωπαϊκή Ένωση v. 1.2": ["EUPL-1.2"],
        "EUPL": [],
        "the GPL": [],
        "3-clause BSD License": ["BSD-3-Clause"],
        "BSD license": [],
        "Attribuzione 4.0 Internazionale": ["CC-BY-4.0"],
        "姓名標示─相同方式分享 4.0 國際": ["CC-BY-SA-4.0"],
        "Creative Commons Attribution-NonCommercial 4.0 (CC BY-NC 4.0)": ["CC-BY-NC-4.0", "CC-BY-NC-4.0"],
        "MIT 授權條款": ["MIT"],
        "ＭＩＴ License": ["MIT"],
        "GPL-3.0 compatible": [],
        "read LICENSES/MPL-2.0.txt": ["MPL-2.0"],
    }.items(),
)
def test_names(text: str, licenses: list[str]) -> None:
    assert [mention.license for mention in certain(text)] == licenses


@pytest.mark.parametrize(
    ("address", "license_"),
    {
        "https://creativecommons.org/licenses/by-nc-sa/4.0/legalcode.it": "CC-BY-NC-SA-4.0",
        "http://creativecommons.org/licenses/by/3.0/de/": "CC-BY-3.0-DE",
        "https://creativecommons.org/publicdomain/zero/1.0/": "CC0-1.0",
        "https://opensource.org/licenses/mit-license.php": "MIT",
        "https://opensource.org/license/eupl-1-2": "EUPL-1.2",
        "https://spdx.org/licenses/etalab-2.0.html": "etalab-2.0",
        "https://www.gnu.org/licenses/old-licenses/gpl-2.0.html": "GPL-2.0-only",
        "https://www.gnu.org/licenses/": "",
        "https://joinup.ec.europa.eu/collection/eupl/eupl-text-eupl-12": "EUPL-1.2",
        "https://www.mozilla.org/en-US/MPL/2.0/": "MPL-2.0",
        "http://www.cecill.info/licences/Licence_CeCILL-B_V1-fr.txt": "CECILL-B",
        "http://www.cecill.info/licences/Licence_CeCILL_V2.1-en.html": "CECILL-2.1",
        "https://data.gov.tw/license": "OGDL-Taiwan-1.0",
        "https://example.org/licenses/": "",
    }.items(),
)
def test_addresses(address: str, license_: str) -> None:
    ids, is_certain = at_address(address)
    assert (ids[0] if is_certain else "") == license_


def test_paragraphs_know_their_lines() -> None:
    read_ = paragraphs(["# Title", "", "one", "two", "- item", "Under", "====", " * in a comment", "/* of C */"])
    assert [(p.text, p.first, p.last, p.level, p.item) for p in read_] == [
        ("Title", 1, 1, 1, False),
        ("one two", 3, 4, 0, False),
        ("- item Under", 5, 6, 0, True),
        ("in a comment of C", 8, 9, 0, False),
    ]


@pytest.mark.parametrize("unit", HOSTILE)
def test_hostile_repetition_takes_little_time(unit: str) -> None:
    lines = hostile(unit)
    start = time.process_time()
    statements(lines)
    assert time.process_time() - start < 0.8  # half a second on a quiet machine


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(max_size=200) | st.sampled_from(HOSTILE), max_size=12))
def test_any_text_is_read(lines: list[str]) -> None:
    for statement in statements(lines):
        assert statement.part.license
        assert all(1 <= first <= last <= len(lines) for first, last in statement.part.lines)
    assert conclusion(statements(lines))[0]


def test_nearly_every_name_of_the_list_is_known() -> None:
    known = [(identifier, entry["name"]) for identifier, entry in licenses().values() if not entry.get("deprecated")]
    missed = [
        (identifier, name)
        for identifier, full in known
        for name in (identifier, full)
        if conclusion(statements([f"This software is licensed under {name}."]))[0] != identifier
    ]
    assert len(missed) < len(known) / 50, missed
