"""Queries that name a publisher beside what is looked for: its entries of that kind come first, in each engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from publiccode.registry.search import IndexEntry, Request, SearchIndex, Text
from publiccode.registry.search.engines import ENGINES, open_index


def _entry(identity: str, name: str, summary: str, publisher: Text) -> IndexEntry:
    language = publisher.language
    return IndexEntry(identity, (Text(language, name),), (Text(language, summary),), publishers=(publisher,))


_COUNTY = Text("zh-Hant", "白鷺縣政府")
_TOWN = Text("it", "Comune di Borgoverde")
_OTHER = Text("en", "Harbour Council")
_ENTRIES = [
    _entry("site", "白鷺縣政府全球資訊網", "縣政府的網站", _COUNTY),
    _entry("parking", "泊位", "路邊停車的剩餘車位", _COUNTY),
    _entry("elsewhere", "停車", "停車停車停車場", Text("zh-Hant", "青鳥市政府")),
    _entry("booking", "Sala Prenota", "prenotazioni di sale", _TOWN),
    _entry("taxes", "Borgoverde Tributi", "tributi del Comune di Borgoverde", _TOWN),
    _entry("foreign", "Booking", "booking of halls, bookings", _OTHER),
]


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> dict[str, SearchIndex]:
    folder: Path = tmp_path_factory.mktemp("named")
    indexes = {name: open_index(name, folder / name) for name in ENGINES}
    for index in indexes.values():
        index.rebuild(_ENTRIES, "1")
    return indexes


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("白鷺縣政府 停車", "parking"),
        ("白鷺縣政府停車", "parking"),
        ("白鷺縣政府 停車 手機", "parking"),
        ("Comune di Borgoverde prenotazioni", "booking"),
        ("prenotazioni online Comune di Borgoverde", "booking"),
        ("Comune di Borgoverde tributi", "taxes"),
        ("Harbour Council halls", "foreign"),
    ],
)
def test_the_publishers_own_of_that_kind_come_first(
    named: dict[str, SearchIndex], engine: str, query: str, first: str
) -> None:
    assert named[engine].search(Request(query)).ids[:1] == (first,)
