"""The filters beside the results: trees, names, beginnings of “listed since”, and what is folded away."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from publiccode.registry.models import Publisher
from publiccode.registry.search import Result
from publiccode.web.pages.facet_column import MOST_OFFERED, Group, Owners, column, counted
from publiccode.web.pages.facet_words import since_label, since_values
from publiccode.web.pages.summary import publisher_name

from .catalogue import read_json
from .test_pages import text

TODAY = date(2026, 11, 25)


def filters(
    chosen: dict[str, tuple[str, ...]], result: Result, owners: Owners, language: str
) -> tuple[list[Group], list[Group]]:
    """The filters beside this result."""
    names = {slug: publisher_name(owner, language) for slug, owner in owners.items()}
    return column(chosen, counted(chosen, result), owners, names, language)


def test_publishers_stand_below_those_above_them(app: Flask) -> None:
    ministry, agency = (Publisher(identifier=slug, slug=slug, name=slug.title()) for slug in ("ministry", "agency"))
    agency.parent_id = ministry.id
    office = Publisher(identifier="office", slug="office", name="Office", parent_id=agency.id)
    town = Publisher(identifier="town", slug="town", name="Town")
    owners = {one.slug: one for one in (ministry, agency, office, town)}
    result = Result((), 9, {"publisher": (("ministry", 5), ("town", 4), ("agency", 3), ("office", 3))})
    with app.test_request_context("/en/software"):
        [group], folded = filters({"publisher": ("office",)}, result, owners, "en")
    told = [(option.label, option.count, option.chosen, option.depth) for option in group.first]
    assert told == [
        ("Ministry", 5, False, 0),
        ("Agency", 3, False, 1),
        ("Office", 3, True, 2),
        ("Town", 4, False, 0),
    ]
    assert folded == []


def test_a_name_in_another_language_says_which(client: FlaskClient) -> None:
    page = client.get("/zh-Hant/software?publisher=brume").text
    assert '<span lang="it">Comune di Brume</span> <span class="count">1</span>' in page
    assert '<span lang="it">Comune di Brume</span> <span aria-hidden="true">×</span>' in page


def test_publishers_in_a_circle_are_shown_all_the_same(app: Flask) -> None:
    one, other = (Publisher(identifier=slug, slug=slug, name=slug) for slug in ("one", "other"))
    one.parent_id, other.parent_id = other.id, one.id
    result = Result((), 2, {"publisher": (("one", 1), ("other", 1))})
    with app.test_request_context("/en/software"):
        [group], _ = filters({}, result, {"one": one, "other": other}, "en")
    assert {option.value for option in group.first} == {"one", "other"}


def test_a_long_facet_is_cut_but_keeps_what_is_chosen(app: Flask) -> None:
    values = tuple((f"t{number:03}", 200 - number) for number in range(100))
    with app.test_request_context("/en/software"):
        _, [group] = filters({"technology": ("t099",)}, Result((), 200, {"technology": values}), {}, "en")
    assert (len(group.first), len(group.more), group.left_out) == (6, MOST_OFFERED - 6 + 1, 100 - MOST_OFFERED - 1)
    assert [option.value for option in group.more if option.chosen] == ["t099"]


@pytest.mark.parametrize(
    ("facet", "value", "english", "chinese"),
    [
        ("family", "weak-copyleft", "weak copyleft", "弱著佐權（copyleft）"),
        ("country", "TW", "Taiwan", "臺灣"),
        ("interface", "it", "Italian", "義大利文"),
        ("validity", "invalid", "File has errors", "檔案有誤"),
        ("status", "stable", "Stable", "穩定版"),
    ],
)
def test_values_have_names(app: Flask, facet: str, value: str, english: str, chinese: str) -> None:
    for language, name in (("en", english), ("zh-Hant", chinese)):
        with app.test_request_context(f"/{language}/software"):
            opened, folded = filters({}, Result((), 1, {facet: ((value, 1),)}), {}, language)
        [group] = opened + folded
        assert [option.label for option in group.first] == [name]


@pytest.mark.parametrize(
    ("months", "offered"),
    [
        ({}, []),
        (
            {"2026-11": 2, "2026-10": 5, "2026-02": 7, "2025-01": 9},
            [("2026-11", 2), ("2026-09", 5), ("2026", 7), ("2025", 9)],
        ),
        ({"2026-11": 3}, [("2026-11", 3)]),  # the others would give the same
        ({"2023-05": 4}, [("2023", 4)]),
    ],
)
def test_since_offers_beginnings(months: dict[str, int], offered: list[tuple[str, int]]) -> None:
    assert since_values(TODAY, months) == offered


def test_beginnings_have_names(app: Flask) -> None:
    with app.test_request_context("/en/software"):
        told = [since_label(value, TODAY) for value in ("2026-11", "2026-09", "2026", "2024", "2024-03", "x")]
    assert told == ["this month", "the last three months", "this year", "2024 or later", "March 2024 or later", "x"]


def test_since_in_the_address(client: FlaskClient) -> None:
    data = read_json(client, "/en/software.json?since=2020")
    assert data["total"] == 8
    assert {"value": "2020", "count": 8} in data["facets"]["since"]
    page = text(client.get("/en/software?since=2020").text)
    assert "Remove the filter Listed since: 2020 or later" in page


@pytest.mark.parametrize("since", ["(((", "'", "%00", "1e9", "2026-13", "2026-11-30", "99999", "../../etc", "0001"])
def test_what_is_no_beginning_is_refused(client: FlaskClient, since: str) -> None:
    assert client.get(f"/en/software?since={since}").status_code == 400
    told = read_json(client, f"/en/software.json?since={since}")["detail"]
    assert told == "since must be a year or a month, as 2026 or 2026-11."


def test_less_used_filters_are_folded_until_one_is_chosen(client: FlaskClient) -> None:
    assert '<details class="more-facets">' in client.get("/en/software").text
    assert '<details class="more-facets" open>' in client.get("/en/software?platform=web").text
