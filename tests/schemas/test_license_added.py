"""What stands beside a licence: restrictions, lists of others' licences, files that give nothing. Cases lie in tests/licences."""

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publiccode.schemas.licensing.added import proprietary, restrictions, third_party_start

from .test_license_statements import HOSTILE, hostile, read

FOLDER = Path(__file__).parents[1] / "licences"
LISTS = json.loads((FOLDER / "lists" / "expected.json").read_text("utf-8"))
FUNCTIONS: tuple[Callable[[list[str]], object], ...] = (restrictions, third_party_start, proprietary)


@pytest.mark.parametrize("path", sorted((FOLDER / "restrictions" / "fail").iterdir()), ids=lambda path: path.stem)
def test_restrictions(path: Path) -> None:
    lines = read(path)
    assert restrictions(lines) == ((len(lines) - 1, len(lines) - 1),) or restrictions(lines) == ((1, len(lines) - 1),)


@pytest.mark.parametrize("path", sorted((FOLDER / "restrictions" / "pass").iterdir()), ids=lambda path: path.stem)
def test_what_takes_nothing_away(path: Path) -> None:
    assert restrictions(read(path)) == ()


def test_only_the_lines_asked_for_are_read() -> None:
    lines = ["No commercial use.", "", "For evaluation purposes only."]
    assert restrictions(lines) == ((1, 1), (3, 3))
    assert restrictions(lines, {3}) == ((3, 3),)


@pytest.mark.parametrize("name", LISTS)
def test_lists(name: str) -> None:
    assert third_party_start(read(FOLDER / "lists" / f"{name}.txt")) == LISTS[name]


@pytest.mark.parametrize(
    ("text", "reserved"),
    {
        "This file is protected by copyright.": True,
        "Alle rechten voorbehouden.": True,
        "版權所有，翻印必究。": True,
        "Proprietary and confidential.": True,
        "All rights reserved.\n\nLicensed under the MIT License.": False,
        "All rights reserved. Redistribution and use are permitted.": False,
        "We reserve all rights. Nevertheless, reuse is permitted under conditions.": False,
        "Hello.": False,
        "": False,
    }.items(),
)
def test_proprietary(text: str, reserved: bool) -> None:
    assert proprietary(text.split("\n")) is reserved


@pytest.mark.parametrize("unit", [*HOSTILE, "commercial use ", "may not be used ", "not prohibited ", "non "])
@pytest.mark.parametrize("function", FUNCTIONS)
def test_hostile_repetition_takes_little_time(function: Callable[[list[str]], object], unit: str) -> None:
    lines = hostile(unit)
    start = time.process_time()
    function(lines)
    assert time.process_time() - start < 0.8  # half a second on a quiet machine


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(max_size=200) | st.sampled_from(HOSTILE), max_size=12))
def test_any_text_is_read(lines: list[str]) -> None:
    start = third_party_start(lines)
    assert start is None or 1 <= start <= len(lines)
    assert all(1 <= first <= last <= len(lines) for first, last in restrictions(lines))
    assert proprietary(lines) in (True, False)
