"""Suggestions: what a half-typed word finds, and that they follow the catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import pytest

from publiccode.registry.following import follow
from publiccode.registry.publishers import ListedPublisher
from publiccode.registry.search import SearchIndex
from publiccode.registry.search.engines import open_index
from publiccode.registry.store import Store
from publiccode.registry.suggestions import MOST, Names, Suggestion, Suggestions
from publiccode.registry.upgrade import upgrade

from ..looks import World, software

BASE = "https://git.yunwu.example/open/"
CHINESE = {
    "zh-Hant": {
        "localisedName": "臺灣開放資料平臺",
        "shortDescription": "平臺",
        "longDescription": "長" * 200,
        "features": ["一"],
    }
}


class Asked:
    """One catalogue that is asked for suggestions."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world, self.store = world, world.store
        self.index: SearchIndex = open_index("tantivy", folder)
        self.suggestions = Suggestions()

    def __call__(self, text: str, language: str = "en") -> list[tuple[str, str]]:
        follow(self.store, self.index)
        with self.store.reading() as session:
            return [(one.kind, one.value) for one in self.suggestions.suggest(session, self.index, text, language)]


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """A catalogue of two, whose name a later test changes: that test comes last."""
    tmp_path = tmp_path_factory.mktemp("catalogue")
    store = Store(f"sqlite:///{tmp_path / 'registry.sqlite'}")
    upgrade(store)
    made = World(store)
    repos = tuple(BASE + name for name in ("data", "wages", "map"))
    made.list(ListedPublisher("yunwu", "雲霧市政府", {"en": "City of Yunwu"}, repos=repos))
    made.finds(
        BASE + "data", software(BASE + "data", "Open Data Portal", description=CHINESE, categories=["data-collection"])
    )
    made.finds(BASE + "wages", software(BASE + "wages", "Wages", legal={"license": "EUPL-1.2"}))
    yield Asked(made, tmp_path / "index")
    store.close()


@pytest.mark.parametrize(
    ("typed", "language", "found"),
    [
        ("open", "en", [("name", "open-data-portal"), ("subject", "open-data")]),
        ("PORT", "en", [("name", "open-data-portal")]),
        ("portal op", "en", [("name", "open-data-portal")]),
        ("data po", "en", [("name", "open-data-portal"), ("subject", "open-data")]),
        ("台湾", "en", [("name", "open-data-portal")]),  # another form of the characters, in a name of another language
        ("資料", "zh-Hant", [("name", "open-data-portal"), ("category", "data-collection"), ("subject", "open-data")]),
        ("ortal", "en", []),
        ("我們的開放資料", "zh-Hant", [("subject", "open-data")]),  # named within what was typed
        ("yunwu", "zh-Hant", [("publisher", "yunwu")]),
        ("市政", "en", [("publisher", "yunwu")]),
        ("eupl", "en", [("license", "EUPL-1.2")]),
        ("european union", "en", [("license", "EUPL-1.2")]),
        ("", "en", []),
        ("* - ( …", "en", []),
        ("\x00\ud800", "en", []),
    ],
)
def test_what_is_suggested(asked: Asked, typed: str, language: str, found: list[tuple[str, str]]) -> None:
    assert asked(typed, language) == found


def test_another_database_is_read_anew(asked: Asked, tmp_path: Path) -> None:
    """As after a restore: as many events, but others."""
    suggestions = Suggestions()
    with asked.store.reading() as session:
        assert suggestions.suggest(session, asked.index, "wages", "en")
    other = Store(f"sqlite:///{tmp_path / 'other.sqlite'}")
    upgrade(other)
    made = World(other)
    made.list(ListedPublisher("yunwu", "雲霧市政府", repos=(BASE + "lamps",)))
    made.finds(BASE + "lamps", software(BASE + "lamps", "Lamps"))
    with other.reading() as session:
        names = [one.value for one in suggestions.suggest(session, asked.index, "lamps", "en") if one.kind == "name"]
        gone = [one for one in suggestions.suggest(session, asked.index, "wages", "en") if one.kind == "name"]
    other.close()
    assert (names, gone) == (["lamps"], [])


def test_twenty_thousand_names_take_less_than_five_milliseconds() -> None:
    names = Names(
        Suggestion(
            "name",
            f"s{number}",
            (("", f"Portal {number} for open data of township {number * 7}"), ("zh-Hant", f"第{number}號開放資料平臺")),
        )
        for number in range(20_000)
    )
    fastest = 1.0
    for sought in (" p", " town", " 料", " nothing"):
        for _ in range(3):
            begun = perf_counter()
            list(names.matches(sought))
            fastest = min(fastest, perf_counter() - begun)
        assert fastest < 0.005
        fastest = 1.0
    assert [one.value for one in names.matches(" 19999")][:1] == ["s19999"]
    assert MOST == 8


def test_suggestions_follow_the_catalogue(asked: Asked) -> None:
    world = asked.world
    assert asked("map") == []
    world.finds(BASE + "map", software(BASE + "map", "Map of Trees"))
    assert asked("tree") == [("name", "map-of-trees"), ("subject", "trees-and-parks")]
    world.finds(BASE + "map", software(BASE + "map", "Map of Lamps"))
    assert (asked("tree"), asked("lamp")) == ([], [("name", "map-of-trees")])
    world.list(
        ListedPublisher(
            "yunwu", "雲霧市政府", {"en": "Lanternland"}, repos=(BASE + "data", BASE + "wages", BASE + "map")
        )
    )
    assert asked("lantern") == [("publisher", "yunwu")]


def test_who_asks_while_the_names_are_read_first_is_answered_without_them(asked: Asked) -> None:
    suggestions = Suggestions()
    with suggestions._reading, asked.store.reading() as session:
        begun = perf_counter()
        kinds = [one.kind for one in suggestions.suggest(session, asked.index, "wages", "en")]
        assert (kinds, perf_counter() - begun < 5) == (["subject"], True)
    with asked.store.reading() as session:
        suggestions.prepare(session)
        assert suggestions.suggest(session, asked.index, "wages", "en")[0].value == "wages"


def test_names_tell_their_words_that_begin_alike() -> None:
    names = Names(
        Suggestion("name", text, (("", text),))
        for text in ("Petition", "Open Petitions", "!!!", "Portal", "陳情系統", "陳情 平臺", "Parking (new)")
    )
    near = {"petition": "Petition", "petitions": "petitions", "portal": "Portal", "parking": "parking"}
    assert names.beginning_as("pettiion", 2) == near
    assert names.beginning_as("p[", 0) == {}
    assert list(names.runs()) == [("陈情系统", "陳情系統")]  # folded, and as written
