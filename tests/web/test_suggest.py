"""`/api/suggest`, and the words of a query marked in what was found."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from publiccode.web.pages.marking import Marker

from .catalogue import read_json


def suggested(client: FlaskClient, typed: str, language: str) -> list[dict[str, Any]]:
    answer = read_json(client, f"/api/suggest?q={quote(typed)}&lang={language}")
    assert (answer["query"], answer["language"]) == (typed, language)
    return list(answer["suggestions"])


def test_a_suggestion_says_what_it_is_and_where_it_leads(client: FlaskClient) -> None:
    assert suggested(client, "雲霧", "zh-Hant") == [
        {
            "kind": "name",
            "kind_label": "軟體",
            "text": "雲霧陳情",
            "language": "zh-Hant",
            "also": "陳情系統",
            "address": f"/zh-Hant/software/{quote('陳情系統')}",
        },
        {
            "kind": "publisher",
            "kind_label": "發布機關",
            "text": "雲霧市政府",
            "language": "zh-Hant",
            "also": "",
            "address": "/zh-Hant/publishers/yunwu",
        },
        {
            "kind": "publisher",
            "kind_label": "發布機關",
            "text": "Yunwu Health",
            "language": "en",
            "also": "雲霧市政府衛生局",
            "address": "/zh-Hant/publishers/yunwu-health",
        },
    ]
    category, *_ = suggested(client, "communic", "en")
    assert (category["kind"], category["text"]) == ("category", "Communications")
    assert category["address"] == "/en/software?category=communications"


def test_names_are_in_the_readers_language(client: FlaskClient) -> None:
    """An English page calls an entry as its card does, though a Chinese name was typed; that name stands beside it."""
    [name] = [one for one in suggested(client, "雲霧陳情", "en") if one["kind"] == "name"]
    assert (name["text"], name["also"]) == ("陳情系統", "雲霧陳情")
    [name] = [one for one in suggested(client, "formw", "zh-Hant") if one["kind"] == "name"]
    assert (name["text"], name["also"]) == ("Formwright", "")


def test_what_a_word_means_is_suggested(client: FlaskClient) -> None:
    [subject] = [one for one in suggested(client, "請願", "zh-Hant") if one["kind"] == "subject"]
    assert (subject["kind_label"], subject["text"], subject["also"]) == ("主題", "連署", "請願")
    assert read_json(client, subject["address"].replace("/software?", "/software.json?"))["total"] > 0
    [category] = [one for one in suggested(client, "newsletter", "en") if one["kind"] == "category"]
    assert category["text"] == "Communications"


def test_suggestions_may_be_kept_for_a_while(client: FlaskClient) -> None:
    answer = client.get("/api/suggest?q=form&lang=en")
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert "Accept-Language" not in answer.headers.get("Vary", "")
    for address in (
        "/api/suggest?q=form",
        "/api/suggest?q=form&lang=fr",
    ):  # French falls back to what the browser asks for
        assert client.get(address).headers["Vary"] == "Accept-Language"


@pytest.mark.parametrize("typed", ["", "x" * 5000, "<zzqq>", "\x00", "%"])
def test_whatever_is_typed_gets_an_answer(client: FlaskClient, typed: str) -> None:
    assert read_json(client, f"/api/suggest?q={quote(typed)}&lang=en")["suggestions"] == []


def test_an_empty_catalogue_suggests_nothing(empty: FlaskClient) -> None:
    assert suggested(empty, "a", "en") == []


@pytest.mark.parametrize(
    ("query", "text", "marked"),
    [
        ("petition", "Petitions & petitioning", "<mark>Petitions</mark> &amp; <mark>petitioning</mark>"),
        ("資料庫", "開放資料庫與資料", "開放<mark>資料庫</mark>與資料"),
        ("台灣", "臺湾的軟體", "<mark>臺湾</mark>的軟體"),
        ("MAP", "A ｍａｐ, a map<b>", "A <mark>ｍａｐ</mark>, a <mark>map</mark>&lt;b&gt;"),
        ("cafe", "Café", "<mark>Café</mark>"),
        ("-map forms", "map of forms", "map of <mark>forms</mark>"),
        ("it", "It fits it", "<mark>It</mark> fits <mark>it</mark>"),
        ("name:map", "map", "<mark>map</mark>"),
        ("", "nothing <asked>", "nothing &lt;asked&gt;"),
        ('(((" OR', "nothing", "nothing"),
    ],
)
def test_words_are_marked(query: str, text: str, marked: str) -> None:
    assert str(Marker(query)(text)) == marked


def test_results_show_what_matched(client: FlaskClient) -> None:
    html = client.get("/zh-Hant/software?q=segnalazione").text
    assert '<p class="card-text" lang="it"><mark>Segnalazioni</mark> dei cittadini</p>' in html
