"""The help on searching: what it shows finds something in the very catalogue that shows it."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from publiccode.registry.search.fields import FIELDS, OPERATORS

from .catalogue import read_json


def lines(client: FlaskClient, language: str) -> list[dict[str, Any]]:
    told = read_json(client, f"/{language}/search-help.json")
    return [*told["operators"], *told["fields"]]


@pytest.mark.parametrize("language", ["en", "zh-Hant"])
def test_every_example_finds_something(client: FlaskClient, language: str) -> None:
    tried = [one for one in lines(client, language) if one["example"]]
    assert len(tried) > len(FIELDS) + len(OPERATORS) - 4  # some facets have no value in this small catalogue
    for one in tried:
        found = read_json(client, one["address"].replace("/software?", "/software.json?"))
        assert (one["example"], found["total"] > 0, found["reading"]) == (one["example"], True, "exact")
    for one in tried:
        for value in one.get("values", []):
            found = read_json(client, value["address"].replace("/software?", "/software.json?"))
            assert (value["value"], found["total"]) == (value["value"], value["count"])


def test_the_chinese_page_has_chinese_examples(client: FlaskClient) -> None:
    told = {one["written"]: one["example"] for one in lines(client, "zh-Hant")}
    assert (told["status:"], told["publisher:"]) == ("狀態:穩定版", "機關:雲霧市政府")
    assert sum(not example.isascii() for example in told.values()) > len(told) / 2


def test_values_are_told_with_their_words(client: FlaskClient) -> None:
    [status] = [one for one in lines(client, "en") if one["written"] == "status:"]
    assert status["values"] == [
        {"value": "stable", "label": "Stable", "count": 8, "address": "/en/software?status=stable"}
    ]


def test_an_empty_catalogue_has_no_examples(empty: FlaskClient) -> None:
    told = lines(empty, "en")
    assert {(one["example"], one["address"]) for one in told} == {("", "")}
    assert "license:" in empty.get("/en/search-help").text
