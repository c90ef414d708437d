"""The concepts: that the table is sound, and what is found in texts."""

from __future__ import annotations

import pytest

from publiccode.registry.search.concepts import concept_label, concepts_in, nearest, read_words, table, words_of
from publiccode.registry.search.text import is_east_asian, split

LANGUAGES = {"zh-Hant", "zh-Hans", "en", "it", "nl", "fr", "de", "es", "sv", "pt", "broader", "asked", "close"}


def _found(text: str, language: str = "") -> list[tuple[str, str]]:
    return [(match.concept, text[match.start : match.end]) for match in concepts_in(text, language)]


def test_every_line_of_the_table_is_sound() -> None:
    assert len(read_words()) >= 250
    unsound: list[tuple[str, str]] = []
    for concept, lines in read_words().items():
        if not ({"zh-Hant", "en"} <= lines.keys() <= LANGUAGES):
            unsound.append((concept, " ".join(sorted(lines))))
        others = ", ".join(lines.get(relation, "") for relation in ("broader", "close"))
        unsound += [(concept, each) for each in words_of(others) if each not in table().labels]
        for language in lines.keys() - {"broader", "close", "asked"}:
            for word in words_of(lines[language]):
                scripts = {is_east_asian(part) for part in split(word)}
                if scripts != {False} and not (scripts == {True} and language.startswith("zh")):
                    unsound.append((concept, word))
    assert unsound == []


def test_every_concept_has_words_in_six_languages() -> None:
    missing = {
        concept: absent
        for concept, labels in table().labels.items()
        if (absent := {"zh-Hant", "en", "it", "de", "fr", "nl"} - labels.keys())
    }
    assert missing == {}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("integration", "en"),
        ("integrated", "en"),
        ("integrazione", "it"),
        ("customer", "en"),
        ("containing", "en"),
        ("anonymous", "en"),
        ("petite", "fr"),
        ("voir", "fr"),
        ("facile", "it"),
        ("indicare", "it"),
        ("tramite", "it"),
        ("sala", "it"),
        ("over", "nl"),
        ("accesso", "it"),
        ("accounts are not needed", "en"),
        ("dipendenti", "it"),
        ("certificata", "it"),
        ("its management", "en"),
        ("in Form von", "de"),
        ("Überprüfung", "de"),
        ("a map with transparent colours", "fr"),
        ("the road ahead", "en"),
        ("5 minutes", "en"),
        ("查核", "zh-Hant"),
        ("上傳影片", "zh-Hant"),
        ("Common Ground", "nl"),
    ],
)
def test_words_that_only_share_a_stem_name_no_concept(text: str, language: str) -> None:
    assert _found(text, language) == []


def test_a_word_of_a_language_belongs_to_one_concept() -> None:
    seen: dict[tuple[str, str], str] = {}
    twice = []
    for concept, lines in read_words().items():
        for language in lines.keys() - {"broader", "close"}:
            for word in words_of(lines[language]):
                key = (language, " ".join(split(word)))
                if seen.setdefault(key, concept) != concept:
                    twice.append((word, seen[key], concept))
    assert twice == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("臺灣的檢舉管道", [("whistleblowing", "檢舉管道")]),
        ("举报人", [("whistleblowing", "举报人")]),
        ("減少公文的軟體", [("official-documents", "公文")]),
        ("Il whistle-blower e l’HR", [("whistleblowing", "whistle-blower"), ("hr", "HR")]),
        ("personeelszaken", [("hr", "personeelszaken")]),
        ("Hinweisgeberportal", [("whistleblowing", "Hinweisgeberportal")]),
        ("Buergerbeteiligung", [("citizen-participation", "Buergerbeteiligung")]),
        ("Lärmdaten", [("noise", "Lärmdaten")]),
        ("Wahlportal und Wahlrad", [("elections", "Wahlportal")]),
        ("web analytics", [("web-analytics", "web analytics")]),
        ("開放 資料", []),
        ("bilanci partecipativi", [("participatory-budgeting", "bilanci partecipativi")]),
        ("馬路破洞要找誰", [("issue-reporting", "馬路破洞")]),
        ("路燈報修", [("street-lighting", "路燈"), ("issue-reporting", "報修")]),
        ("網路謠言查證", [("fact-checking", "網路謠言")]),
        ("財產稅", [("taxes-management", "財產稅")]),
        ("差勤系統", [("leave-and-attendance", "差勤系統")]),
        ("公告欄", [("public-notices", "公告欄")]),
        ("陳情案件追蹤", [("citizen-requests", "陳情案件")]),
        ("1999", [("citizen-requests", "1999")]),
        ("nothing at all", []),
        ("", []),
    ],
)
def test_concepts_of_a_text(text: str, expected: list[tuple[str, str]]) -> None:
    assert _found(text) == expected


def test_short_words_of_another_language_do_not_count() -> None:
    assert _found("HR", "it") == []
    assert _found("HR", "en") == [("hr", "HR")]


def test_some_words_name_a_concept_only_where_somebody_asks() -> None:
    assert [_found("segnalazioni 1999", language) for language in ("", "it", "en")] == [
        [("issue-reporting", "segnalazioni"), ("citizen-requests", "1999")],
        [],
        [],
    ]


def test_labels() -> None:
    assert [concept_label("petition", tag) for tag in ("zh-Hant", "it", "de-AT", "fi")] == [
        "連署",
        "petizione",
        "Petition",
        "petition",
    ]
    assert concept_label("accounting", "zh-Hant") == "會計"
    assert concept_label("no-such", "en") == "no-such"


def test_two_slips_in_a_long_word_are_forgiven() -> None:
    assert [nearest(word) for word in ("wistleblowng", "whistleblower", "petitoin", "zzzzzzzzzzz")] == [
        "whistleblowing",
        "whistleblowing",
        "",
        "",
    ]
