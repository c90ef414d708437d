"""What a text becomes before an engine sees it."""

from __future__ import annotations

import pytest

from publiccode.registry.search import Text
from publiccode.registry.search.text import LONGEST_TEXT, index_text, stems, tokens


def test_bigrams_words_boundaries_and_stems() -> None:
    texts = [
        Text("zh-Hant", "臺北Ｏｐｅｎ資料平臺"),
        Text("fr-CA", "L’œuvre des communes"),
        Text("nb-NO", "Åpne tjenester"),
    ]
    assert index_text(texts) == (
        "台北 北 open 资料 料平 平台 台 | l oeuvre des communes | apne tjenester | "
        "~en:open ~fr:commun ~fr:de ~fr:l ~fr:oeuvr ~no:apn ~no:tjenest"
    )


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
