"""What of an entry's texts goes into an index."""

from __future__ import annotations

from publiccode.registry.search import Text
from publiccode.registry.search.analysis import index_text


def test_bigrams_words_boundaries_and_stems() -> None:
    texts = [
        Text("zh-Hant", "臺北Ｏｐｅｎ資料平臺"),
        Text("fr-CA", "L’œuvre des communes"),
        Text("nb-NO", "Åpne tjenester"),
    ]
    assert index_text(texts) == (
        "| 台北 北 open 资料 料平 平台 台 | l oeuvre des communes | apne tjenester | "
        "~en:open ~fr:commun ~fr:de ~fr:l ~fr:oeuvr ~no:apn ~no:tjenest"
    )


def test_concepts_stand_behind_the_stems() -> None:
    assert index_text([Text("zh-Hant", "匿名檢舉")]) == "| 匿名 名检 检举 举 | #whistleblowing"
    assert index_text([Text("it", "Bilanci partecipativi")]) == (
        "| bilanci partecipativi | ~it:bilanc ~it:partecip #participatory-budgeting ^budgeting ^citizen-participation"
    )
    assert index_text([]) == ""
