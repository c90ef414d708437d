"""What an entry depends on, who names it, the suite it belongs to, and what is similar to it, with the reasons."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from publiccode.registry import catalogue
from publiccode.registry.catalogue import Entry
from publiccode.registry.claims import CONFIRMED
from publiccode.registry.comparing import aligned
from publiccode.registry.family import family
from publiccode.registry.following import follow
from publiccode.registry.grounds import Ground
from publiccode.registry.models import Usage
from publiccode.registry.neighbours import Dependency, dependencies, dependents, known_dependencies, suite_members
from publiccode.registry.resembling import in_common, words_of
from publiccode.registry.search import SearchIndex, Text
from publiccode.registry.search.engines import open_index
from publiccode.registry.similar import similar

from ..looks import LONG, World, software

BASE = "https://git.yunwu.example/open/"


@pytest.fixture
def index(tmp_path: Path) -> SearchIndex:
    return open_index("tantivy", tmp_path / "index")  # that the engines answer alike is tested where they are


def put(world: World, index: SearchIndex, **files: dict[str, Any]) -> None:
    """Entries by the names of their repositories; all of one publisher."""
    world.publish(*(BASE + name for name in files))
    for name, changes in files.items():
        world.finds(BASE + name, software(BASE + name, **{"name": name, **changes}))
    follow(world.store, index)


def described(short: str, *features: str, language: str = "en") -> dict[str, Any]:
    return {language: {"shortDescription": short, "longDescription": LONG, "features": list(features)}}


def told(world: World, index: SearchIndex, slug: str, language: str = "en") -> list[tuple[str, list[str]]]:
    """Names of similar systems with their reasons."""
    with world.store.reading() as session:
        entry = _entry(catalogue.entry(session, slug))
        return [
            (one.entry.software.name, [reason.said(language).in_language(language) for reason in one.reasons])
            for one in similar(session, index, entry, family=family(session, entry).keys)
        ]


def _entry(entry: Entry | None) -> Entry:
    assert entry is not None
    return entry


def test_dependencies_are_read_as_they_are_written() -> None:
    depends_on = {
        "open": [{"name": "PostgreSQL", "versionMin": 14, "versionMax": "17"}, {"version": "1"}, "Redis"],
        "proprietary": [{"name": " Oracle ", "version": "19c", "optional": True}],
        "hardware": "Card reader",
    }
    assert dependencies({"dependsOn": depends_on}) == (
        Dependency("open", "PostgreSQL", "≥ 14, ≤ 17", False),
        Dependency("proprietary", "Oracle", "19c", True),
    )
    assert dependencies({"dependsOn": ["x"]}) == dependencies({}) == ()


def test_dependencies_that_are_entries_are_known_by_name_or_address(world: World, index: SearchIndex) -> None:
    named = [
        {"name": "open FORMS"},
        {"name": BASE + "Keys.git"},
        {"name": "twin"},
        {"name": "PostgreSQL"},
        {"name": "own"},
    ]
    put(
        world,
        index,
        own={"dependsOn": {"open": named}},
        forms={"name": "Open Forms"},
        keys={"name": "Key server"},
        one={"name": "Twin"},
        two={"name": "twin"},
    )
    with world.store.reading() as session:
        entry = _entry(catalogue.entry(session, "own"))
        found = {name: one.slug for name, one in known_dependencies(session, entry).items()}
    assert found == {"open FORMS": "open-forms", BASE + "Keys.git": "key-server"}


def test_a_suite_gathers_its_entries(world: World, index: SearchIndex) -> None:
    put(
        world,
        index,
        a={"applicationSuite": "Open City"},
        b={"applicationSuite": "open city"},
        c={"name": "Open City"},
        d={"applicationSuite": "Open City Maps"},
        e={},
    )
    with world.store.reading() as session:
        found = {
            slug: {
                suite: sorted(one.software.name for one in others)
                for suite, others in suite_members(session, index, _entry(catalogue.entry(session, slug))).items()
            }
            for slug in ("a", "e")
        }
    assert found == {"a": {"Open City": ["Open City", "b"]}, "e": {}}


def test_what_is_similar_has_reasons_and_what_has_none_is_not_told(world: World, index: SearchIndex) -> None:
    parking = described("Parking permits for residents", "Apply for a parking permit", "Pay the fee by card")
    put(
        world,
        index,
        a={"description": parking, "categories": ["billing-and-invoicing"]},
        b={
            "description": described(
                "Resident parking permit office", "Applying for parking permits", "Zones on a map"
            ),
            "categories": ["billing-and-invoicing"],
        },
        c={"description": described("Accounting of a school", "Ledger"), "categories": ["billing-and-invoicing"]},
        d={"description": described("Parking lots", "Counts free places"), "categories": ["iot"]},
    )
    reasons = [
        "Both are about: parking",
        "Both are described with: residents",
        "Features that resemble, 1 of 2: Apply for a parking permit",
        "Same category: Billing and invoicing",
    ]
    assert [(name, sorted(said)) for name, said in told(world, index, "a")] == [("b", sorted(reasons))]
    assert told(world, index, "c") == []


def test_relatives_are_not_similar(world: World, index: SearchIndex) -> None:
    put(
        world,
        index,
        a={},
        variant={"isBasedOn": [BASE + "a"]},
        second={"isBasedOn": [BASE + "variant"]},
        suite={"applicationSuite": "Ours"},
        sister={"applicationSuite": "ours"},
        other={},
    )
    assert sorted(name for name, _ in told(world, index, "a")) == ["other", "sister", "suite"]
    assert sorted(name for name, _ in told(world, index, "suite")) == ["a", "other", "second", "variant"]


def test_chinese_phrases_are_told_in_whole_words() -> None:
    one, other = (words_of(Text("zh-Hant", text)) for text in ("民眾陳情與案件追蹤", "案件追蹤、與民眾陳情"))
    assert in_common(one, other) == ("民眾陳情", "案件追蹤")
    assert in_common(words_of(Text("en", "Identity Wallet for cities")), words_of(Text("en", "wallet identities"))) == (
        "Identity Wallet",
    )


def test_systems_of_other_languages_are_similar_by_what_they_are_about(world: World, index: SearchIndex) -> None:
    italian = described("Segnalazioni di illeciti in forma anonima (whistleblowing)", "Crittografia", language="it")
    put(
        world,
        index,
        a={
            "description": described("檢舉不法的保密通道", "加密", language="zh-Hant"),
            "categories": ["compliance-management"],
        },
        b={
            "description": italian,
            "categories": ["compliance-management"],
            "intendedAudience": {"scope": ["government"]},
        },
        c={"description": described("Orari dei bus", "Mappa", language="it"), "categories": ["compliance-management"]},
    )
    [(name, reasons)] = told(world, index, "a")
    assert (name, reasons[0]) == ("b", "Both are about: Whistleblowing")


def test_a_rare_subject_is_enough_and_common_ones_never_are(world: World, index: SearchIndex) -> None:
    whistleblowing, common = ["whistleblowing"], ["data-collection", "communications"]
    put(
        world,
        index,
        a={"description": described("檢舉不法的保密通道", "加密", language="zh-Hant"), "categories": whistleblowing},
        b={
            "description": described("Piattaforma per segnalazioni di illeciti", "Mappa", language="it"),
            "categories": whistleblowing,
        },
        c={"description": described("Site in Chinese and English on parallel rules"), "categories": common},
        d={"description": described("Chinese and English site of a parallel quarry"), "categories": common},
    )
    assert told(world, index, "a") == [("b", ["Same category: Whistleblowing"])]
    assert told(world, index, "b") == [("a", ["Same category: Whistleblowing"])]
    assert told(world, index, "c") == told(world, index, "d") == []


def test_reasons_are_told_in_the_reader_s_language_where_it_has_a_text(world: World, index: SearchIndex) -> None:
    both = {
        **described("Parking permits", "Apply for a permit", "Zones of parking on a map"),
        **described("停車許可證", "線上申辦", "停車分區地圖", language="zh-Hant"),
    }
    put(
        world,
        index,
        a={"description": both},
        b={"description": described("Parking permits for a harbour", "Zones of parking on maps")},
    )
    with world.store.reading() as session:
        entry = _entry(catalogue.entry(session, "a"))
        found = {
            language: [
                (reason.language, reason.values)
                for one in similar(session, index, entry, language=language)
                for reason in one.reasons
                if reason.ground in (Ground.FEATURE, Ground.WORD)
            ]
            for language in ("zh-Hant", "en", "it")
        }
    assert found == {
        "zh-Hant": [("zh-Hant", ("停車分區地圖",))],
        "en": [("en", ("Zones of parking on a map",))],
        "it": [("en", ("Zones of parking on a map",))],
    }


def test_dependencies_that_are_not_shown_are_not_linked(world: World, index: SearchIndex) -> None:
    put(world, index, own={"dependsOn": {"open": [{"name": "forms"}]}}, forms={"developmentStatus": "no such"})
    with world.store.reading() as session:
        entry = _entry(catalogue.entry(session, "own"))
        assert [len(known_dependencies(session, entry, only_valid)) for only_valid in (False, True)] == [1, 0]


def test_confirmed_users_are_told_beside_the_reasons(world: World, index: SearchIndex) -> None:
    put(world, index, a={}, b={"usedBy": ["Town of Reed"]})
    [(name, before)] = told(world, index, "a")
    with world.store.writing("test", world.now) as change:
        use = change.session.exec(select(Usage).where(Usage.name == "Town of Reed")).one()
        use.kind = CONFIRMED
        change.session.add(use)
    assert told(world, index, "a") == [(name, [*before, "Used by, confirmed: Town of Reed"])]


def test_who_names_an_entry_is_found_by_the_index(world: World, index: SearchIndex) -> None:
    put(
        world,
        index,
        base={"name": "Key Server"},
        a={"dependsOn": {"open": [{"name": "key server 2.1"}]}},
        b={"dependsOn": {"open": [{"name": "Key Server Client"}]}},
    )
    with world.store.reading() as session:
        entry = _entry(catalogue.entry(session, "key-server"))
        assert [one.software.name for one in dependents(session, index, entry)] == ["a"]


def test_without_an_index_nothing_is_similar(world: World, index: SearchIndex) -> None:
    world.publish(BASE + "a")
    world.finds(BASE + "a", software(BASE + "a", "a", applicationSuite="Ours"))
    with world.store.reading() as session:
        entry = _entry(catalogue.entry(session, "a"))
        assert similar(session, index, entry) == []
        assert dependents(session, index, entry) == ()
        assert suite_members(session, index, entry) == {"Ours": ()}


def test_features_that_resemble_stand_in_one_row() -> None:
    lists = [
        [Text("en", "Online petitions"), Text("en", "Export of statistics")],
        [Text("en", "Statistics exported"), Text("en", "Voting")],
        [Text("zh-Hant", "線上連署"), Text("en", "export statistics")],
    ]
    assert aligned(lists) == [
        (("Export of statistics",), ("Statistics exported",), ("export statistics",)),
        (("Online petitions",), (), ("線上連署",)),  # the same concept in another language
        ((), ("Voting",), ()),
    ]
    assert aligned([[], []]) == aligned([]) == []
