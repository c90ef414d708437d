"""What every engine must do, tried on each."""

from __future__ import annotations

import gc
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from publiccode.registry.search import SORTS, IndexEntry, Request, SearchIndex, Text
from publiccode.registry.search.engines import ENGINES, open_index
from publiccode.registry.search.text import cut, split

from .catalogue import ENTRIES, JUDGED


def test_there_is_no_other_engine(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="there is no search engine 'grep'; the engines are tantivy, whoosh"):
        open_index("grep", tmp_path)


@pytest.mark.parametrize("query", JUDGED)
def test_finds_what_answers_the_query(full: dict[str, SearchIndex], engine: str, query: str) -> None:
    expected, reading = JUDGED[query]
    found = full[engine].search(Request(query, limit=50))
    assert (set(found.ids), found.ids[:1], found.total) == (set(expected), expected[:1], len(expected))
    if expected:
        assert found.reading == reading


@pytest.mark.parametrize("query", JUDGED)
def test_engines_count_the_same_facets(full: dict[str, SearchIndex], query: str) -> None:
    request = Request(query, {"license": ("MIT", "EUPL-1.2"), "language": ("en",)})
    first, *others = (full[name].search(request) for name in ENGINES)
    for other in others:
        assert replace(other, ids=()) == replace(first, ids=())


def test_says_how_it_read_the_query(full: dict[str, SearchIndex], engine: str) -> None:
    def read(text: str) -> tuple[str, tuple[str, ...], str]:
        found = full[engine].search(Request(text))
        return found.understood, found.dropped, found.reading

    assert read("「開放 資料」  -ＭＩＴ") == ('"開放 資料" -MIT', (), "exact")
    assert read("zebra & widgets !!") == ("zebra OR widgets", ("&", "!!"), "any word")
    assert read("voting map") == ("voting map", (), "wider")
    assert read("zebra licence:(MIT OR GPL)") == ("zebra (license:MIT OR license:GPL)", (), "exact")
    assert read("((( -") == ("", ("-",), "exact")
    assert read("a b " * 40)[1] == ("a b a b a b a b a b a b a b a b a b a b a b a b a b a b a b",)


def test_counts_what_is_found_as_it_stands(full: dict[str, SearchIndex], engine: str) -> None:
    asked = ("儀表板", "dashboard", "voting map", "dashbord", "zebra", "", "license:(MIT OR EUPL-1.2)")
    found = [full[engine].search(Request(text)) for text in asked]
    totals = [one.total if one.reading == "exact" else 0 for one in found]
    assert [full[engine].count(text) for text in asked] == totals
    assert (totals[3], totals[5]) == (0, len(ENTRIES))


def test_facets_are_counted_without_their_own_filter(full: dict[str, SearchIndex], engine: str) -> None:
    found = full[engine].search(Request("", {"category": ("transportation", "environment"), "license": ("MIT",)}))
    assert set(found.ids) == {"e02", "e23", "e25"}
    assert found.facets["license"] == (("MIT", 3), ("Apache-2.0", 1))
    assert dict(found.facets["category"])["environment"] == 2
    assert dict(found.facets["category"])["transportation"] == 1
    assert dict(found.facets["category"])["crm"] == 1
    assert found.facets["status"] == (("stable", 2), ("beta", 1))


def test_facets_of_everything(full: dict[str, SearchIndex], engine: str) -> None:
    found = full[engine].search(Request())
    assert found.total == len(ENTRIES)
    assert found.facets["validity"] == (("valid", 20), ("invalid", 5))
    assert found.facets["platform"] == (("web", 25), ("linux", 12))
    assert found.facets["language"] == (("en", 9), ("zh-Hant", 8), ("de", 3), ("fr", 3), ("it", 3), ("nl", 2))


def test_a_chosen_value_stays_listed_and_is_not_read_leniently(full: dict[str, SearchIndex], engine: str) -> None:
    found = full[engine].search(Request("portal", {"license": ("CC0-1.0",), "unknown": ("x",), "status": ()}))
    assert (found.ids, found.total, found.reading) == ((), 0, "exact")
    assert found.facets["license"] == (("GPL-3.0-only", 1), ("CC0-1.0", 0))


def test_sorts_and_pages(full: dict[str, SearchIndex], engine: str) -> None:
    def ids(**wanted: object) -> tuple[str, ...]:
        return full[engine].search(Request(**wanted)).ids  # type: ignore[arg-type]

    assert ids(limit=3) == ("e25", "e24", "e23")
    assert ids(sort="newest", offset=3, limit=2) == ("e22", "e21")
    assert ids(text="license:EUPL-1.2 -language:zh", sort="name") == ("e15", "e09", "e13", "e21", "e22")
    assert ids(text="dashboard", limit=2) + ids(text="dashboard", offset=2) == ids(text="dashboard")
    assert ids(limit=0) == ids(offset=25) == ids(offset=10**12) == ids(limit=-1) == ()
    assert len(ids(offset=-5, limit=10**9)) == len(ENTRIES)
    assert ids(sort="nonsense", text="portal") == ("e11",)


HOSTILE = (
    "x" * 10_000,
    "* " * 500,
    "a* " * 500,
    "(" * 5_000,
    ")" * 5_000,
    "(a " * 3_000,
    '"' * 9_999,
    '"a b" ' * 1_600,
    " ".join(f"{start}* 系{number}*" for number, start in enumerate("abcdefghij" * 40)),
    " ".join(f"word{number}" for number in range(2_000)),
    "-" * 10_000,
    "-((" * 3_000,
    "a OR " * 2_000,
    "NOT " * 2_500,
    "name:(" * 2_000,
    "license:" * 1_000,
    "AND OR NOT ANDNOT",
    "\x00\x01\x1f\x7f",
    "\ud800 portal \udfff",
    "ﷺ" * 10_000,
    "儀" * 10_000,
    "a~2 b^3 [a TO b] {x} r\"x.*\" 'y' *:* /z/ \\",
)


@pytest.mark.parametrize("query", HOSTILE, ids=lambda query: repr(query[:8]))
def test_hostile_queries_get_an_answer(full: dict[str, SearchIndex], engine: str, query: str) -> None:
    full[engine].search(Request("儀表板 warm up"))
    gc.disable()  # whatever else this process holds is not the search's
    try:
        start = time.thread_time()
        found = full[engine].search(Request(query))
        took = time.thread_time() - start
    finally:
        gc.enable()
    assert took < 0.1
    assert len(found.understood) <= 700
    assert sum(map(len, found.dropped)) <= 700


_SOUP = st.lists(
    st.sampled_from([*'()"-*:~^ ', "NOT ", " OR ", " AND ", "name:", "license:", "儀表", "dash", "é"]), max_size=20
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.one_of(st.text(max_size=60), _SOUP.map("".join)), value=st.text(max_size=5))
def test_any_text_is_a_query(full: dict[str, SearchIndex], engine: str, query: str, value: str) -> None:
    found = full[engine].search(Request(query, {"license": (value,)} if value else {}))
    assert len(found.ids) == min(found.total, 20)


def test_surrogates_in_a_facet_match_nothing(full: dict[str, SearchIndex], engine: str) -> None:
    found = full[engine].search(Request("", {"license": ("\ud800",)}))
    assert (found.ids, dict(found.facets["license"])["?"]) == ((), 0)


def test_hostile_entries_are_indexed(index: SearchIndex) -> None:
    texts = (
        "x" * 200_000,
        "儀" * 100_000,
        "\x00\ud800\uffff",
        " ".join(map(chr, range(0x300, 0x370))),
        "a" * 70_000 + "é",
    )
    entry = IndexEntry(
        "x1",
        tuple(Text("no-such-language-\ud800", text) for text in texts),
        descriptions=(Text("", "needle"),),
        facets={"license": ("y" * 70_000, "MIT"), "unknown": ("z",)},
    )
    index.rebuild([entry], "1")
    found = index.search(Request("needle"))
    assert (found.ids, found.facets["license"]) == (("x1",), (("MIT", 1),))


def test_how_an_entry_stands_breaks_ties(index: SearchIndex) -> None:
    def entry(name: str, validity: str, activity: int) -> IndexEntry:
        return IndexEntry(name, (Text("en", "Same name"),), facets={"validity": (validity,)}, activity=activity)

    index.rebuild(
        [entry("a", "invalid", -1), entry("b", "valid", -1), entry("c", "valid", 100), entry("d", "invalid", 45)], "1"
    )
    for text in ("same", "name same", "-other", "same OR validity:valid OR validity:invalid"):
        assert index.search(Request(text, sort="relevance")).ids == ("c", "b", "d", "a"), text


def test_how_an_entry_stands_decides_between_equals_alone(index: SearchIndex) -> None:
    index.rebuild(
        [
            IndexEntry("twice", (Text("en", "Parking"),), descriptions=(Text("en", "Parking"),)),
            IndexEntry("once", (Text("en", "Parking"),), facets={"validity": ("valid",)}, activity=100),
        ],
        "1",
    )
    assert index.search(Request("parking", sort="relevance")).ids == ("twice", "once")


def test_far_pages_by_name_are_the_whole_list_in_parts(index: SearchIndex) -> None:
    names = (
        "Plan",
        "Planning of cities",
        "Planning of citizens",
        "計畫",
        "計畫書系統的系統",
        "Ärger",
        "planning of cities, 2",
    )
    index.rebuild(
        [
            IndexEntry(
                f"e{n:03}", (Text("", names[n % 7] if n % 5 else f"Planning of {n}"),), facets={"status": ("a", "b")}
            )
            for n in range(700)
        ],
        "1",
    )
    for facets in ({}, {"status": ("a", "b")}):
        pages = [index.search(Request("", facets, "name", offset, 50)) for offset in range(0, 750, 50)]
        assert {page.total for page in pages} == {700}
        found = [entry for page in pages for entry in page.ids]
        assert (len(found), set(found)) == (700, {f"e{n:03}" for n in range(700)})
        starts = [
            names[int(entry[1:]) % 7] if int(entry[1:]) % 5 else f"Planning of {int(entry[1:])}" for entry in found
        ]
        keys = [(" ".join(cut(split(start))), entry) for start, entry in zip(starts, found, strict=True)]
        assert keys == sorted(keys)


def test_since_means_then_or_later(index: SearchIndex) -> None:
    months = ("2024-03", "2024-11", "2025-01", "2025-06", "2025-06")
    index.rebuild(
        [
            IndexEntry(f"e{n}", (Text("en", f"Map {n}"),), facets={"since": (month,), "license": (f"L{n % 2}",)})
            for n, month in enumerate(months)
        ],
        "1",
    )

    def found(*since: str, text: str = "", **facets: tuple[str, ...]) -> tuple[set[str], tuple[tuple[str, int], ...]]:
        result = index.search(Request(text, {"since": since, **facets}, sort="name"))
        assert result.total == len(result.ids)
        return set(result.ids), result.facets["since"]

    counts = (("2025-06", 2), ("2025-01", 3), ("2024-11", 4), ("2024-03", 5))
    assert found() == ({"e0", "e1", "e2", "e3", "e4"}, counts)
    assert found("2025") == ({"e2", "e3", "e4"}, (*counts, ("2025", 3)))
    assert found("2025-03", "2025-01", "nonsense")[0] == found("2025-01")[0]
    assert found("2025-01") == ({"e2", "e3", "e4"}, counts)
    assert found("2025-02", text="map") == ({"e3", "e4"}, (*counts, ("2025-02", 2)))
    assert found("2031") == (set(), (*counts, ("2031", 0)))
    assert found("nonsense") == (set(), (*counts, ("nonsense", 0)))
    assert found("2024-11", license=("L1",)) == ({"e1", "e3"}, (("2025-06", 1), ("2024-11", 2)))
    assert dict(index.search(Request("", {"since": ("2025",)})).facets["license"]) == {"L0": 2, "L1": 1}


def _alike(number: int) -> IndexEntry:
    return IndexEntry(
        f"{number:03}",
        (Text("en", f"Same {number // 20}"),),
        modified=1_700_000_000 + number // 30,
        listed=20_260_101 + number // 20,
        activity=number // 50,
    )


@pytest.mark.parametrize("sort", SORTS)
def test_pages_hold_every_entry_once(index: SearchIndex, sort: str) -> None:
    index.rebuild([_alike(number) for number in range(60)], "1")
    index.update([_alike(number) for number in range(50, 100)], [], "2")
    pages = [index.search(Request("same", sort=sort, offset=offset, limit=7)).ids for offset in range(0, 105, 7)]
    found = [identity for page in pages for identity in page]
    assert sorted(found) == [f"{number:03}" for number in range(100)]
    assert list(index.search(Request("same", sort=sort, limit=100)).ids) == found


@pytest.mark.parametrize("sort", SORTS[1:])
def test_engines_order_equals_alike(tmp_path: Path, sort: str) -> None:
    orders = []
    for place, engine in enumerate(ENGINES):
        index = open_index(engine, tmp_path / engine)
        entries = [_alike(number) for number in range(100)]
        index.rebuild(entries[:: 1 - 2 * (place % 2)], "1")
        orders.append(index.search(Request(sort=sort, limit=100)).ids)
    assert orders[0] == orders[1]
    by_key = {
        "listed": lambda one: -one.listed,
        "newest": lambda one: -one.modified,
        "activity": lambda one: -one.activity,
        "name": lambda one: (one.names[0].text, one.id),
    }[sort]
    numbers = [by_key(_alike(int(identity))) for identity in orders[0]]  # type: ignore[no-untyped-call]
    assert numbers == sorted(numbers)


def _many(start: int, words: list[str], technology: str = "") -> list[IndexEntry]:
    return [
        IndexEntry(
            f"{start + number}",
            (Text("en", word),),
            facets={"technology": (technology or f"t{start + number}",), "interface": ("en", f"x-{start + number}")},
        )
        for number, word in enumerate(words)
    ]


def test_no_entry_and_no_value_is_left_out_where_there_are_many(index: SearchIndex) -> None:
    signs = [chr(0x4E00 + number) for number in range(600)]
    index.rebuild(_many(0, [f"zebra{number} 系{sign}" for number, sign in enumerate(signs)]), "1")
    index.update(
        _many(600, [f"zebra{number}" for number in range(600, 1_250)]) + _many(2_000, ["rare"] * 3, "t7"), [], "2"
    )
    assert [index.search(Request(text)).total for text in ("zebra*", "系", "zebra* -系")] == [1_250, 600, 650]
    chosen = index.search(Request("", {"technology": ("t7",)}))
    assert (chosen.total, dict(index.search(Request("")).facets["technology"])["t7"]) == (4, 4)
    assert dict(index.search(Request("", {"interface": ("x-9",)})).facets["interface"])["en"] == 1_253


def test_an_entry_has_no_more_values_than_fit(index: SearchIndex) -> None:
    values = tuple(f"{number:03}" + "資" * 190 for number in range(100))
    facets = {"status": values, "maintenance": values, "platform": (*values, "x" * 201, "web")}
    index.rebuild([IndexEntry("a", (Text("en", "One"),), facets=facets)], "1")
    counts = index.search(Request("one")).facets
    expected = tuple((value, 1) for value in values[:26])
    assert (counts["status"], counts["maintenance"]) == (expected, expected)
    assert counts["platform"] == expected


@pytest.mark.parametrize("many", [3, 40])
def test_few_and_many_words_that_begin_alike(tmp_path: Path, engine: str, many: int) -> None:
    entries = [IndexEntry(f"n{number}", (Text("en", f"zebra{number:03}x"),)) for number in range(many)]
    entries.append(IndexEntry("labelled", (Text("en", "giraffe"),), labels=(Text("en", "zebrastripes"),)))
    index = open_index(engine, tmp_path)
    index.rebuild(entries, "1")
    named = {entry.id for entry in entries if entry.id != "labelled"}
    for text, expected in (("zebra", named), ("zebra*", {*named, "labelled"}), ("zebras*", {"labelled"})):
        for sort in ("relevance", "newest"):
            found = index.search(Request(text, sort=sort, limit=50))
            assert (set(found.ids), found.total) == (expected, len(expected))


def test_counts_follow_what_is_put_and_removed(tmp_path: Path, engine: str) -> None:
    odd = ('q"uote', "back\\slash", "a:b (c)", "中文")
    index = open_index(engine, tmp_path)
    index.rebuild([IndexEntry("a", (), facets={"license": (odd[0], "MIT"), "status": ("beta",)})], "1")
    index.update([IndexEntry("b", (), facets={"license": odd, "status": ("stable",)})], (), "2")
    index.update([IndexEntry("c", (), facets={"license": ("MIT",), "status": ("stable",)})], (), "3")
    found = index.search(Request("", {"license": odd[1:], "status": ("stable",)}))
    assert (found.ids, found.facets["status"]) == (("b",), (("stable", 1),))
    assert found.facets["license"] == (("MIT", 1), *((value, 1) for value in sorted(odd)))
    index.update([IndexEntry("a", (), facets={"status": ("stable",)})], ("b",), "4")
    found = index.search(Request("", {"status": ("stable",)}))
    assert (found.total, found.facets["license"], found.facets["status"]) == (2, (("MIT", 1),), (("stable", 2),))


def test_chosen_values_let_pass_what_has_one_of_them(index: SearchIndex) -> None:
    """Whether few have them, most, or all; whether entries have one value of a facet, several, or none."""
    kept = {
        f"e{n:02}": {
            "status": ("stable" if n % 4 else "beta",),
            "license": ("MIT", "EUPL-1.2")[: n % 3],
            "sbom": ("yes",),
            "country": ("it", "nl") if n % 5 else ("de",),
        }
        for n in range(40)
    }
    entries = [IndexEntry(name, (Text("en", f"Map {name}"),), facets=facets) for name, facets in kept.items()]
    gone = [IndexEntry(f"x{n}", (Text("en", "Map gone"),), facets={"status": ("obsolete",)}) for n in range(5)]
    index.rebuild([*entries, *gone], "1")
    index.update((), [entry.id for entry in gone], "2")
    choices: list[dict[str, tuple[str, ...]]] = [
        {"status": ("stable",)},
        {"status": ("beta",), "sbom": ("yes",)},
        {"status": ("stable", "beta"), "country": ("it", "nl")},
        {"license": ("MIT",), "sbom": ("yes", "no")},
        {"country": ("it", "de"), "license": ("EUPL-1.2",), "status": ("stable", "obsolete")},
    ]
    for chosen in choices:
        for text in ("", "map"):
            result = index.search(Request(text, chosen, sort="name", limit=100))
            assert set(result.ids) == _passing(kept, chosen)
            for facet in ("status", "license", "sbom", "country"):
                others = _passing(kept, {name: values for name, values in chosen.items() if name != facet})
                values = {value for name in kept for value in kept[name][facet]} | set(chosen.get(facet, ()))
                counts = {value: sum(value in kept[name][facet] for name in others) for value in values}
                shown = {value: count for value, count in counts.items() if count or value in chosen.get(facet, ())}
                assert dict(result.facets[facet]) == shown, (chosen, facet)


def _passing(kept: dict[str, dict[str, tuple[str, ...]]], chosen: dict[str, tuple[str, ...]]) -> set[str]:
    return {name for name in kept if all(set(kept[name][facet]) & set(values) for facet, values in chosen.items())}
