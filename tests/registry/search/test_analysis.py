"""What of an entry's texts goes into an index."""

from __future__ import annotations

import pytest

from publiccode.registry.search import Text, analysis
from publiccode.registry.search.analysis import index_text
from publiccode.registry.search.text import KNOWN_WORDS, LONGEST_TEXT


def test_bigrams_words_boundaries_and_stems() -> None:
    texts = [
        Text("zh-Hant", "臺北Ｏｐｅｎ資料平臺"),
        Text("fr-CA", "L’œuvre des communes"),
        Text("nb-NO", "Åpne tjenester"),
    ]
    assert index_text(texts) == (
        "| 台北 北 open 资料 料平 平台 台 | l oeuvre des communes | apne tjenester | "
        "~en:open ~fr:l ~fr:oeuvr ~fr:de ~fr:commun ~no:apn ~no:tjenest"
    )


def test_concepts_stand_behind_the_stems() -> None:
    assert index_text([Text("zh-Hant", "匿名檢舉")]) == "| 匿名 名检 检举 举 | #whistleblowing"
    assert index_text([Text("it", "Bilanci partecipativi")]) == (
        "| bilanci partecipativi | ~it:bilanc ~it:partecip #participatory-budgeting ^budgeting ^citizen-participation"
    )
    assert index_text([]) == ""


@pytest.mark.parametrize(
    ("language", "text", "indexed"),
    [
        ("en", "Open-source, OPEN source!", "| open source open source | ~en:open ~en:sourc"),
        (
            "de",
            "„Straße“ – Größe…\tfür\u00a0co\u00adop",
            "| strasse grosse fur coop | ~de:strass ~de:gross ~de:fur ~de:coop #roads ^infrastructures",
        ),
        ("en", "e\u0301te\u0301 ﬁle ½ x\u0338", "| ete file 1 2 x | ~en:ete ~en:file ~en:1 ~en:2 ~en:x"),
        ("zh-Hant", "檔案，ﬁle：臺ＡＢ裡", "| 档案 案 file 台 ab 里 | ~en:file ~en:ab #archive ^document-management"),
        ("ja", "か\u3099く ｶﾞ", "| がく く ガ |"),
        ("ko", "\u1112\u1161\u11ab글", "| 한글 글 |"),
        ("en", "| a \ud800 | b", "| a b | ~en:a ~en:b"),
        ("en", "😀 a_b ²", "| a b 2 | ~en:a ~en:b ~en:2"),
        ("en", " - ", "| |"),
    ],
)
def test_pieces_between_spaces_give_the_words_of_the_whole(language: str, text: str, indexed: str) -> None:
    assert index_text([Text(language, text)]) == indexed


def test_pieces_are_forgotten_when_there_are_too_many() -> None:
    unknown = " ".join(f"{number:x}word" for number in range(KNOWN_WORDS // 8))
    once = index_text([Text("fi", "kunta palvelu")])
    lines = {index_text([Text("fi", unknown.replace("word", f"w{turn}"))])[:11] for turn in range(10)}
    assert lines == {f"| 0w{turn} 1w{turn} 2" for turn in range(10)}
    assert index_text([Text("fi", "kunta palvelu")]) == once


def test_the_longest_texts_of_a_field_keep_their_ends() -> None:
    longest = "か\u3099" * (LONGEST_TEXT // 2 - 1) + " e"
    found = index_text([Text("ja", longest), Text("ja", longest + "xx"), Text("ja", "open data")]).split()
    assert [found.count("|"), found.count("e"), found.count("が")] == [4, 2, 2]
    own = found[len(found) - 1 - found[::-1].index("|") - 2 :]
    assert own == ["open", "data", "|", "~en:e", "~en:open", "~en:data", "#open-data", "^transparency"]


def test_what_is_known_of_words_is_never_without_the_boundary(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another thread may hold what was known before; it keeps the boundary between texts, as the new one does."""
    known = analysis._Pieces("en")
    former, before = known.words, known["hello\x02"]
    monkeypatch.setattr(analysis, "KNOWN_WORDS", 0)
    known.make_room()
    assert (known.words is former, len(known)) == (False, 0)
    assert former["\x02"] is known.words["\x02"]
    assert known["hello\x02"] == before
