"""The search page: how a query was read, what an address finds, and what its filters say."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from .catalogue import BASE, read_json
from .test_pages import text


@pytest.mark.parametrize(
    ("query", "reading", "english", "chinese"),
    [
        (
            "formwright zzqqxx",
            "any word",
            "Nothing has all these words; these results have some of them.",
            "沒有同時符合所有字詞的軟體，以下為符合部分字詞的結果。",
        ),
        (
            "formwrihgt",
            "forgiving",
            "Nothing matches exactly; these are close.",
            "沒有完全相符的軟體，以下為相近的結果。",
        ),
    ],
)
def test_a_lenient_reading_is_told(client: FlaskClient, query: str, reading: str, english: str, chinese: str) -> None:
    data = read_json(client, f"/en/software.json?q={query}")
    assert (data["reading"], data["total"] > 0) == (reading, True)
    assert english in text(client.get(f"/en/software?q={query}").text)
    assert chinese in text(client.get(f"/zh-Hant/software?q={query}").text)


def test_an_exact_reading_needs_no_words(client: FlaskClient) -> None:
    data = read_json(client, "/en/software.json?q=formwright")
    assert (data["reading"], data["dropped"], data["why"]) == ("exact", [], None)
    page = text(client.get("/en/software?q=formwright").text)
    assert "Nothing has all these words" not in page
    assert "Nothing matches exactly" not in page


def test_what_could_not_be_read_is_named(client: FlaskClient) -> None:
    query = " ".join(f"w{number}" for number in range(60))
    [dropped] = read_json(client, f"/en/software.json?q={query}")["dropped"]
    assert dropped.startswith("w48 w49")
    assert f"These parts could not be read and were left out: {dropped}" in text(
        client.get(f"/en/software?q={query}").text
    )


@pytest.mark.parametrize(
    "query", [BASE + "petition", f"{BASE}Petition.git/", (BASE + "petition").removeprefix("https://")]
)
def test_the_address_of_an_entry_finds_this_entry(client: FlaskClient, query: str) -> None:
    data = read_json(client, f"/en/software.json?q={query}")
    assert [result["slug"] for result in data["results"]] == ["陳情系統"]
    assert (data["total"], data["why"]) == (1, f"/en/why?url={query}")
    assert data["facets"]["publisher"] == [{"value": "yunwu", "count": 1}]
    html = client.get(f"/zh-Hant/software?q={query}").text
    assert f'<a href="/zh-Hant/why?url={query}">這看起來是儲存庫網址：查詢收錄情形</a>' in html


@pytest.mark.parametrize(
    ("query", "is_address"),
    [
        ("https://nowhere.example/x", True),
        ("git.nowhere.example/zzqq", True),
        ("node.js", False),
        ("TCP/IP", False),
        ("see https://nowhere.example/x", False),
    ],
)
def test_what_looks_like_an_address_leads_to_its_steps(client: FlaskClient, query: str, is_address: bool) -> None:
    assert (read_json(client, f"/en/software.json?q={query}")["why"] is not None) == is_address


def test_a_tombstones_address_finds_no_entry(client: FlaskClient) -> None:
    data = read_json(client, f"/en/software.json?q={BASE}gone")
    assert (data["why"], "lost-lamp" in [result["slug"] for result in data["results"]]) == (
        f"/en/why?url={BASE}gone",
        False,
    )


def test_filters_say_what_the_standard_says(client: FlaskClient) -> None:
    page = text(client.get("/zh-Hant/software").text)
    assert "檢查結果 檔案符合標準 5 檔案有誤 3" in page
    assert "<b>no category</b>（非標準分類） 1" in page
    assert "<b>no category</b> (not in the standard) 1" in text(client.get("/en/software").text)
    assert "授權條款 EUPL-1.2 6 Apache-2.0 1 MIT 1 非 SPDX 授權條款表示式 1" in page
    values = {category["value"] for category in read_json(client, "/en/index.json")["categories"]}
    assert ("communications" in values, "<b>no category</b>" in values) == (True, False)


def test_the_query_language_stands_under_the_box(client: FlaskClient) -> None:
    for page in ("/en/", "/en/software"):
        assert (
            'What can be searched for "open data" these words in a row -word without this word map OR dashboard one of '
            "these words license:EUPL-1.2 in this field only; the fields are: name: publisher: category: license: status: "
            "platform: language:"
        ) in text(client.get(page).text)


def test_why_a_result_is_there_is_told_when_asked(client: FlaskClient) -> None:
    address = "/en/software?q=formwright&amp;explain=formwright#entry-formwright"
    assert f'<a href="{address}" rel="nofollow">Why is this here?' in client.get("/en/software?q=formwright").text
    assert read_json(client, "/en/software.json?q=formwright")["explanation"] is None
    told = read_json(client, "/en/software.json?q=formwright&explain=formwright")["explanation"]
    assert told["slug"] == "formwright"
    assert told["sentences"][0] == "“formwright” stands in: name"
    html = client.get("/en/software?q=formwright&explain=formwright").text
    assert '<h2 class="card-title" id="entry-formwright" tabindex="-1">' in html  # where the link leads
    page = text(html)
    assert "Why this is here “formwright” stands in: name" in page


@pytest.mark.parametrize("query", ["explain=formwright", "q=formwright&explain=none", "q=petitions&explain=formwright"])
def test_only_results_of_a_search_are_explained(client: FlaskClient, query: str) -> None:
    assert read_json(client, f"/en/software.json?{query}")["explanation"] is None


@pytest.mark.parametrize(
    ("asked", "clean"),
    [
        ("q=&license=MIT", "license=MIT"),
        ("q=forms&sort=&page=", "q=forms"),
        ("q=&sort=relevance", ""),
        ("q=&license=MIT&license=EUPL-1.2&page=1", "license=MIT&license=EUPL-1.2"),
        ("q=forms&status=&explain=formwright", "q=forms&explain=formwright"),
    ],
)
def test_what_a_form_left_empty_is_not_in_the_address(client: FlaskClient, asked: str, clean: str) -> None:
    answer = client.get(f"/en/software?{asked}")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/en/software{'?' if clean else ''}{clean}")
    assert client.get(answer.headers["Location"]).status_code == 200
    assert client.get(f"/en/software.json?{asked}").status_code == 200


def test_where_nothing_is_near_relevance_the_usual_order_holds(client: FlaskClient) -> None:
    assert read_json(client, "/en/software.json?sort=relevance")["sort"] == "newest"


def test_where_nothing_was_found_there_are_ways_on(client: FlaskClient) -> None:
    html = client.get("/en/software?q=formwxxrigt").text
    assert '<details class="facets">' not in html  # nothing to filter
    for leads in (
        'href="/en/register"',
        'href="/en/search-help"',
        'form="reuse"',
        'action="/en/reuse-check" method="post"',
    ):
        assert leads in html
    assert '<textarea name="text" hidden aria-label="The text that was compared">\nformwxxrigt</textarea>' in html


@pytest.mark.parametrize(
    ("language", "query", "near"),
    [("en", "formwxxrigt", ("Formwright", 1)), ("zh-Hant", "霧雲市所", ("雲霧陳情", 4))],
)
def test_words_that_are_near_are_offered(client: FlaskClient, language: str, query: str, near: tuple[str, int]) -> None:
    data = read_json(client, f"/{language}/software.json?q={query}")
    assert data["total"] == 0
    assert near in [(one["text"], one["total"]) for one in data["near"]]
    for one in data["near"]:
        assert read_json(client, one["address"].replace("/software?", "/software.json?"))["total"] == one["total"]


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("how do I let citizens send petitions?", "These words decided: send petitions"),
        ("有哪些陳情系統？", "These words decided: 陳情"),
    ],
)
def test_a_question_is_told_by_the_words_that_decided(client: FlaskClient, query: str, told: str) -> None:
    page = text(client.get(f"/en/software?q={quote(query)}").text)
    assert told in page
    assert "The search was read as" not in page


@pytest.mark.parametrize("query", ["petitions", "陳情？", "open data", '"open data"', "license:MIT"])
def test_a_plain_query_needs_no_words_on_how_it_was_read(client: FlaskClient, query: str) -> None:
    page = text(client.get(f"/en/software?q={quote(query)}").text)
    assert "These words decided" not in page


def test_a_long_query_leads_to_the_reuse_check(client: FlaskClient) -> None:
    need = "citizens send petitions and see what becomes of their case from step to step"
    assert "Compare it sentence by sentence" in client.get("/en/software?q=" + "陳情" * 16).text
    assert "Compare it sentence by sentence" in client.get(f"/en/software?q={need}").text
    assert "Compare it sentence by sentence" not in client.get("/en/software?q=petitions").text
