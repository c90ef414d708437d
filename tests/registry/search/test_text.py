"""What a text becomes before an engine sees it."""

from __future__ import annotations

import pytest

from publiccode.registry.search.text import LONGEST_TEXT, Placed, located, stems, tokens


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("臺裡衆", "台里众"),
        ("裏麵髮發", "里面发发"),
        ("ＡＢＣ１２", "abc12"),
        ("ﬁle Straße", "FILE STRASSE"),
        ("Łódź", "lodz"),
        ("co\u00adop", "coop"),
    ],
)
def test_variants_are_one(one: str, other: str) -> None:
    assert tokens(one) == tokens(other)


def test_stems_are_of_their_language() -> None:
    assert {"~it:dat", "~en:data", "~nl:data"} <= set(stems("data"))


def test_length_is_bounded() -> None:
    assert len(tokens("a " * LONGEST_TEXT)) == LONGEST_TEXT // 2
    assert tokens("a" * 1_000) == ["a" * 64]


def test_places_in_the_original_are_kept() -> None:
    assert located("ＡＢ 臺北e\u0301té ½") == [
        Placed("ab", (0, 1)),
        Placed("台北", (3, 4)),
        Placed("ete", (5, 7, 8)),
        Placed("1", (10,)),
        Placed("2", (10,)),
    ]
    assert [(each.starts[0], each.end_of(len(each.text))) for each in located("die Straße")] == [(0, 3), (4, 10)]
