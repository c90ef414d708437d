"""Why an entry answers a query."""

from __future__ import annotations

import pytest

from publiccode.registry.search import IndexEntry, Text
from publiccode.registry.search.explaining import Explanation, Mark, Match, explain, marks

ENTRY = IndexEntry(
    "a",
    names=(Text("en", "Whistleblowing Kit"),),
    summaries=(Text("en", "Anonymous reports from employees"), Text("zh-Hant", "匿名檢舉系統")),
    features=(Text("en", "Open data export"),),
    descriptions=(Text("en", "Documents are encrypted. Dengue is not its subject."),),
    facets={"validity": ("valid",)},
    activity=50,
)


@pytest.mark.parametrize(
    ("query", "match"),
    [
        ("whistleblowing", Match("whistleblowing", "word", ("Whistleblowing",), ("name",))),
        ("Reported", Match("Reported", "stem", ("reports",), ("summary",))),
        ("檢舉", Match("檢舉", "word", ("檢舉",), ("summary",))),
        (
            "klokkenluider",
            Match(
                "klokkenluider",
                "concept",
                ("Whistleblowing", "Anonymous reports", "匿名檢舉"),
                ("name", "summary"),
                "whistleblowing",
            ),
        ),
        ("疫情", Match("疫情", "broader", ("Dengue",), ("description",), "epidemic-surveillance")),
        ("encryp", Match("encryp", "beginning", ("encrypted",), ("description",))),
        ("docuemnts", Match("docuemnts", "slip", ("Documents",), ("description",))),
        ("whistleblowingkit", Match("whistleblowingkit", "stem", ("Whistleblowing Kit",), ("name",))),
        ('"open data"', Match("open data", "phrase", ("Open data",), ("feature",))),
    ],
)
def test_how_a_word_matches(query: str, match: Match) -> None:
    explained = explain(query, ENTRY)
    assert (explained.matches, explained.missing) == ((match,), ())


def test_sentences() -> None:
    explained = explain("檢舉 zebra -dengue", ENTRY)
    assert [str(each) for each in explained.messages()] == [
        "“檢舉” stands in: short description",
        "not found: zebra",
        "its file is valid, which puts it before equals",
        "its development is active (50 of 100), which puts it before equals",
    ]
    assert explain("\x00 (((", IndexEntry("b", ())) == Explanation((), (), ())


def test_marks_are_places_in_the_text() -> None:
    text = Text("en", "Whistle-blowing: anonymous ＲＥＰＯＲＴＳ 匿名檢舉")
    assert marks("檢舉 report", text) == (
        Mark(0, 15, "檢舉", "concept"),
        Mark(27, 34, "report", "stem"),
        Mark(37, 39, "檢舉", "word"),
    )
    assert marks("(((", text) == ()


def test_what_is_only_akin_is_not_marked() -> None:
    text = Text("en", "Notices on maps, with house numbers and addresses; a cadastre")
    assert [text.text[mark.start : mark.end] for mark in marks("map", text)] == ["maps"]
