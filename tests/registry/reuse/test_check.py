"""Which systems have words in common with a text, and which words: over both engines."""

from __future__ import annotations

from pathlib import Path

import pytest

from publiccode.registry.following import reindex
from publiccode.registry.reuse.check import Check, check
from publiccode.registry.search import Frequencies
from publiccode.registry.search.engines import ENGINES, open_index
from publiccode.registry.store import Store
from publiccode.registry.upgrade import upgrade

from ...looks import World, software

BASE = "https://git.yunwu.example/open/"
DENGUE = {
    "zh-Hant": {
        "shortDescription": "登革熱孳生源現場查報",
        "longDescription": "稽查人員於現場查報積水容器。" * 12,
        "features": ["離線填報", "布氏指數計算"],
    }
}
ITALIAN = {
    "it": {
        "shortDescription": "Whistleblowing per la PA",
        "longDescription": "Segnalazione di illeciti con tutela del segnalante. " * 6,
        "features": ["Segnalazioni anonime"],
    }
}
TENDERS = {
    "en": {
        "shortDescription": "Manage contracts with suppliers",
        "longDescription": "The contractor shall deliver within days. Warranty, penalty, acceptance, tender, contract. "
        * 3,
        "features": ["Contract register"],
    }
}


@pytest.fixture(scope="module", params=ENGINES)
def asked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, Path, str]:
    folder = tmp_path_factory.mktemp("reuse")
    store = Store(f"sqlite:///{folder}/registry.sqlite")
    upgrade(store)
    world = World(store)
    files = {
        "dengue": software(BASE + "dengue", "查報通", description=DENGUE),
        "whistle": software(
            BASE + "whistle",
            "Voce",
            description=ITALIAN,
            categories=["whistleblowing"],
            legal={"license": "AGPL-3.0-only"},
        ),
        "contracts": software(BASE + "contracts", "Contracts", description=TENDERS, categories=["contract-management"]),
        **{f"other-{n}": software(f"{BASE}other-{n}", f"Other {n}") for n in range(6)},
    }
    world.publish(*(BASE + name for name in files))
    for name, content in files.items():
        world.finds(BASE + name, content)
    reindex(store, open_index(str(request.param), folder / "index"))
    return store, folder, str(request.param)


def answer(asked: tuple[Store, Path, str], text: str, limit: int = 10) -> Check:
    store, folder, engine = asked
    with store.reading() as session:
        found = check(session, open_index(engine, folder / "index"), text, limit)
        session.expunge_all()
    return found


def test_words_features_and_what_did_not_match(asked: tuple[Store, Path, str]) -> None:
    found = answer(asked, "廠商應提供登革熱查報，並支援離線填報。\n系統應可算命占星。\n廠商應提供一年保固。")
    first = found.found[0]
    assert first.entry.software.url == BASE + "dengue"
    sentence = found.asked.sentences[0]
    match = first.match(0)
    assert match is not None
    assert [sentence[mark.start : mark.end] for mark in match.marks] == ["登革熱查報", "離線填報"]
    assert [feature.text for feature in match.features] == ["離線填報"]
    assert (first.match(1), first.match(2)) == (None, None)
    assert (found.general, found.asked.contract) == (frozenset(), frozenset({2}))
    assert found.unmatched == (1, 2)
    assert found.entries == 9


def test_another_language_is_reached_by_its_concept(asked: tuple[Store, Path, str]) -> None:
    for text in ("本機關應設置匿名檢舉管道。", "A channel for whistleblowers is needed."):
        found = answer(asked, text)
        assert found.found[0].entry.software.url == BASE + "whistle"
        assert found.found[0].matches[0].concepts == ("whistleblowing",)


def test_the_terms_of_a_contract_find_nothing(asked: tuple[Store, Path, str]) -> None:
    text = "The contractor shall deliver within thirty days. Acceptance and warranty are as agreed; a penalty is due for delay."
    assert [one.entry.software.url for one in answer(asked, text).found] == []


def test_what_is_specific_decides_and_the_points_explain_the_order(asked: tuple[Store, Path, str]) -> None:
    text = "系統應提供登革熱查報與離線填報。\n民眾應可線上陳情。\n陳情應可查詢。\n陳情應可追蹤。"
    found = answer(asked, text, 2)
    assert found.found[0].entry.software.url == BASE + "dengue"
    points = [one.points for one in found.found]
    assert points == sorted(points, reverse=True)
    assert points[0] == sum(subject.points for subject in found.found[0].subjects)
    assert len(found.found) + found.more > 2
    # What a sentence has in common is told of all systems, not only of those that are listed.
    assert found.matched == answer(asked, text, 50).matched


def test_words_that_an_entry_has_itself_are_more_than_the_concept_they_share(asked: tuple[Store, Path, str]) -> None:
    found = answer(asked, "登革熱查報。\n蚊子孳生源清除。\n積水容器巡查。")
    first = found.found[0]
    assert first.entry.software.url == BASE + "dengue"
    assert [subject.text for subject in first.subjects if subject.points >= 3] != []
    assert len(first.subjects) > 1
    assert first.points > max((one.points for one in found.found[1:]), default=0)


def test_where_nothing_is_specific_nothing_is_listed(asked: tuple[Store, Path, str]) -> None:
    text = "The reading room needs a planetarium.\nStars are shown.\nMonthly reports are written.\nContracts of visitors are kept."
    found = answer(asked, text)
    assert found.found == ()
    assert found.unmatched == (0, 1, 2, 3)


def test_a_limit_and_a_text_of_nothing(asked: tuple[Store, Path, str]) -> None:
    assert len(answer(asked, "登革熱查報。陳情案件追蹤。線上陳情。", 1).found) == 1
    empty = answer(asked, "。。。")
    assert (empty.asked.sentences, empty.found) == ((), ())


def test_without_an_index_it_says_so(asked: tuple[Store, Path, str], tmp_path: Path) -> None:
    with asked[0].reading() as session:
        found = check(session, open_index(asked[2], tmp_path), "登革熱查報")
    assert (found.found, found.ready) == ((), False)


def test_how_rare_words_are(asked: tuple[Store, Path, str]) -> None:
    index = open_index(asked[2], asked[1] / "index")
    assert index.frequencies(["登革", "陈情", "unknown"]) == Frequencies(9, {"登革": 1, "陈情": 6, "unknown": 0})
