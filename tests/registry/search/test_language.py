"""The query language: its fields and dates, how queries are cut, and that no query becomes a plan without bounds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from publiccode.registry.search import FACETS, IndexEntry, Request, SearchIndex, Text
from publiccode.registry.search.engines import ENGINES, open_index
from publiccode.registry.search.fields import FIELDS, NAMES, OPERATORS, dates_of, value_of
from publiccode.registry.search.fields import FILE as VALUE_WORDS
from publiccode.registry.search.plan import Plan, Prefix, Similar, Term
from publiccode.registry.search.query import Query, alike, read
from publiccode.registry.search.segments import Segment, segments
from publiccode.schemas.licensing.families import Family
from publiccode.schemas.licensing.verdict import Code

DOCUMENTED = Path(__file__).parents[3] / "docs" / "search.md"


def test_every_facet_is_a_field_and_documented() -> None:
    names = [field.name for field in FIELDS]
    assert set(names) == {"name", "before", *FACETS}
    assert len(NAMES) == len({name.casefold() for name in NAMES}) == sum(1 + len(field.aliases) for field in FIELDS)
    text = DOCUMENTED.read_text("utf-8")
    assert [name for name in NAMES if f"`{name}`" not in text] == []
    for each in (*FIELDS, *OPERATORS):
        assert read(each.example).dropped == ()


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        ("status", "穩定版", "stable"),
        ("status", "stable", "stable"),
        ("category", "檢舉", "whistleblowing"),
        ("category", "Termin", "appointment-scheduling"),
        ("scope", "衛生", "healthcare"),
        ("license", "MIT", "MIT"),
        (None, "穩定版", "穩定版"),
        ("activity", "高", "high"),
        ("use", "已確認", "confirmed"),
        ("validity", "無效", "invalid"),
        ("validity", "File has errors", "invalid"),
        ("language", "義大利文", "it"),
        ("language", "Niederländisch", "nl"),
        ("interface", "中文", "zh"),
        ("interface", "zh-Hant", "zh-Hant"),
        ("country", "臺灣", "TW"),
        ("family", "寬鬆授權", "permissive"),
        ("family", "weak copyleft", "weak-copyleft"),
        ("verdict", "缺少授權條款全文", "no-text"),
        ("sbom", "沒有", "no"),
        ("maintenance", "由社群維護", "community"),
        ("activity", "very high", "very high"),
    ],
)
def test_values_may_be_named_by_their_labels(field: str | None, typed: str, value: str) -> None:
    assert value_of(field, typed) == value


@pytest.mark.parametrize(
    ("query", "expected", "dropped"),
    [
        ("活躍：高", "activity:高", ()),
        ("授權:寬鬆授權", "family:寬鬆授權", ()),
        ("授權:MIT", "license:MIT", ()),
        ("map activity:fast", "map", ("activity:fast (high, medium, low, unknown)",)),
        ("map -status:ripe", "map", ("status:ripe (concept, development, beta, stable, obsolete)",)),
        ("map language:Elvish", "map", ("language:Elvish (en, it, zh-Hant, …)",)),
        ("category:anything", "category:anything", ()),
        ("status:st*", "status:st*", ()),
    ],
)
def test_a_value_that_a_field_cannot_have_is_named(query: str, expected: str, dropped: tuple[str, ...]) -> None:
    asked = read(query)
    assert (asked.exact().understood, asked.dropped) == (expected, dropped)


def test_every_value_of_our_own_lists_has_words() -> None:
    own = {"validity": 2, "activity": 4, "sbom": 3, "use": 2, "family": len(Family), "verdict": len(Code)}
    words: dict[str, dict[str, str]] = yaml.safe_load(VALUE_WORDS.read_text("utf-8"))
    assert {field: len(values) for field, values in words.items() if values} == own
    assert set(words["family"]) == {str(family) for family in Family}
    assert set(words["verdict"]) == {str(code) for code in Code}
    for field, values in words.items():
        for value, said in values.items():
            assert value_of(field, said.split(",")[0]) == value or said.split(",")[0] in ("unknown", "不明")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("library scho*", "library scho*"),
        ("library -scho*", "library -scho*"),
        ("library -(scho*)", "library -scho*"),
        ("library NOT scho*", "library -scho*"),
        ("-name:scho*", "-name:scho*"),
        ("name:(scho* par*)", "name:scho* name:par*"),
        ("(scho* library) OR parking", "(scho* library) OR parking"),
        ("parking OR scho*", "parking OR scho*"),
        ("(parking OR scho*) map", "(parking OR scho*) map"),
        ("(scho*)", "scho*"),
        ("e-sign*", "e-sign*"),
        ("-e-sign* map", "-e-sign* map"),
        ("圖書*", "圖書*"),
        ("-圖書*", "-圖書*"),
        ("--scho*", "scho*"),
        ("c++*", "c++*"),
    ],
)
def test_signs_before_a_beginning_are_no_part_of_it(query: str, expected: str) -> None:
    assert read(query).exact().understood == expected


def test_dates() -> None:
    assert dates_of("since", "2047-11") == ("2047-11", "2047-12", "2048", "2049")
    assert dates_of("since", "2048") == dates_of("since", "2048/1/15") == ("2048", "2049")
    assert dates_of("before", "1991-03") == ("1990", "1991-01", "1991-02")
    assert dates_of("since", "soon") == dates_of("since", "2024-13") == dates_of("before", "1024") == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("檢舉系統", [Segment(("检举系统",), "whistleblowing")]),
        ("線上公文系統", [Segment(("线上",), weak=True), Segment(("公文系统",), "official-documents")]),
        (
            "減少紙本公文的軟體",
            [
                Segment(("减少纸本",), "paperless"),
                Segment(("公文",), "official-documents"),
                Segment(("的",), weak=True),
                Segment(("软体",), weak=True),
            ],
        ),
        ("和平", [Segment(("和平",))]),
        ("開放 資料", [Segment(("开放资料",), "open-data")]),
        ("公文 停車", [Segment(("公文",), "official-documents"), Segment(("停车",), "parking")]),
        ("系統", [Segment(("系统",))]),
        (
            "il software dell’accessibilità",
            [
                Segment(("il",), weak=True),
                Segment(("software",), weak=True),
                Segment(("dell",), weak=True),
                Segment(("accessibilita",), "accessibility"),
            ],
        ),
        ("", []),
    ],
)
def test_queries_are_cut_into_what_belongs_together(text: str, expected: list[Segment]) -> None:
    assert list(segments(text)) == expected


@pytest.fixture(scope="module")
def dated(tmp_path_factory: pytest.TempPathFactory) -> dict[str, SearchIndex]:
    entries = [
        IndexEntry(name, (Text("en", "Dated"),), facets={"since": (month,), "country": ("it",), "sbom": ("yes",)})
        for name, month in (("a", "2023-12"), ("b", "2024-05"), ("c", "2025-01"))
    ]
    indexes = {name: open_index(name, tmp_path_factory.mktemp(name) / "index") for name in ENGINES}
    for index in indexes.values():
        index.rebuild(entries, "1")
    return indexes


@pytest.mark.parametrize(
    ("query", "expected", "dropped"),
    [
        ("since:2024", "bc", ()),
        ("since:2024-06", "c", ()),
        ("dated before:2024-05", "a", ()),
        ("自:2024 until:2025", "b", ()),
        ("-since:2025", "ab", ()),
        ("since:soon dated", "abc", ("since:soon",)),
        ("country:IT sbom:yes after:2025", "c", ()),
    ],
)
def test_dates_in_a_query(
    dated: dict[str, SearchIndex], engine: str, query: str, expected: str, dropped: tuple[str, ...]
) -> None:
    found = dated[engine].search(Request(query))
    assert ("".join(sorted(found.ids)), found.dropped) == (expected, dropped)


def _nodes(plan: Plan) -> Iterator[Plan]:
    yield plan
    for name in ("parts", "without", "better"):
        for part in getattr(plan, name, ()):
            yield from _nodes(part)
    if hasattr(plan, "part"):
        yield from _nodes(plan.part)


def _plans(query: Query) -> Iterator[Plan]:
    wider = query.wider()
    for reading in (query.exact(), *query.lenient(), *([wider] if wider else [])):
        yield reading.plan


@pytest.mark.parametrize(
    ("question", "deciding"),
    [
        ("有沒有可以讓家長線上繳營養午餐費用的系統", ["school-meals"]),
        ("有沒有可以讓大眾查看公車班次的系統", ["public-transport"]),
        ("Welche Software kann Geodaten im Browser darstellen?", ["geographic-information-systems"]),
        ("biedt iemand formulieren aan om in te vullen", ["forms"]),
        ("come mostrare una mappa nel browser", ["geographic-information-systems"]),
        ("afficher une carte interactive dans le navigateur", ["geographic-information-systems"]),
        ("有沒有可以讓民眾通報路面坑洞的系統", ["issue-reporting"]),
        ("想找可以讓學生借書的系統", ["education", "library"]),
        ("請問有線上預約場地的軟體嗎", ["online-booking"]),
        ("我們需要一套簽署電子文件的工具", ["e-signature"]),
        ("我想知道哪裡可以查公車什麼時候到", ["public-transport"]),
        ("請推薦可以管理公文的開源系統", ["official-documents"]),
        ("如何檢查網站是不是符合無障礙規範", ["accessibility"]),
        ("能不能讓同仁登入一次就使用所有系統", ["identity-management"]),
        ("how can citizens report potholes in our city?", ["issue-reporting"]),
        ("we are looking for a tool for online surveys", ["survey"]),
        ("Wie können Bürger einen Termin buchen?", ["appointment-scheduling"]),
        ("Gibt es eine Software für die Schulverpflegung?", ["school-meals"]),
        ("welke software biedt de gemeente aan voor klachten?", ["complaints"]),
        ("waar kan ik een vergunning aanvragen", ["permits", "online-applications"]),
        ("dove posso prenotare un appuntamento?", ["appointment-scheduling"]),
        ("vorremmo gestire i tributi del comune", ["taxes-management"]),
        ("créer le site internet de la mairie", ["content-management"]),
        ("quel logiciel permet de gérer l'état civil ?", ["civil-registry"]),
    ],
)
def test_what_asks_does_not_decide(question: str, deciding: list[str]) -> None:
    named = dict.fromkeys(segment.concept for segment in segments(question) if not segment.weak)
    assert list(named) == deciding


@pytest.mark.parametrize(
    "text",
    [
        " ".join(f"word{chr(97 + number)}" for number in range(26)) * 2,
        " OR ".join(f"longword{chr(97 + number)}" for number in range(26)),
        " ".join(f"(dashboard{number} OR petition{number})" for number in range(30)),
        " ".join(f"-dashboard{chr(97 + number)}" for number in range(26)),
        "a* " * 500,
        " ".join(chr(0x4E00 + 9 * number) for number in range(48)),
        "".join(chr(0x4E00 + 9 * number) for number in range(10_000)),
        "since:1990 before:2049 " * 50,
        "(" * 500 + "petition" + ")" * 500,
        'AND OR NOT - " ( ) * : license: since: \x00\x1b ~ ^ [ ] { } ' * 100,
        "檢舉 petition firma elettronica Bürgerbeteiligung open data GIS map HR tax " * 9,
    ],
)
def test_no_query_becomes_a_plan_without_bounds(text: str) -> None:
    for plan in _plans(read(text)):
        counted = Counter(type(node) for node in _nodes(plan))
        assert counted.total() <= 1_600
        assert counted[Prefix] <= 90
        assert counted[Similar] <= 48


def test_a_long_text_is_alike_by_its_concepts_first() -> None:
    plan = alike([Text("zh-Hant", "民眾可透過手機通報登革熱孳生源，" * 3), Text("en", "the system " * 9)])
    assert plan is not None
    named = [node.token for node in _nodes(plan) if isinstance(node, Term) and node.token.startswith("#")]
    assert set(named) == {"#dengue", "#vector-control", "#mobile-app"}
