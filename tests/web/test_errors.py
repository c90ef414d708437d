"""Whatever goes wrong ends in a page in the reader's language, or in problem+json."""

from __future__ import annotations

import logging
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from publiccode.registry.settings import Settings
from publiccode.web.app import create_app

from .catalogue import read_json

LONG = "x" * 1001


@pytest.mark.parametrize(
    ("path", "status", "title", "detail"),
    [
        ("/software/none.json", 404, "There is nothing at this address", "No software has the address none."),
        ("/publishers/none.json", 404, "There is nothing at this address", "No publisher has the address none."),
        (
            "/none.json",
            404,
            "There is nothing at this address",
            "No page, software or publisher has the address /en/none.json.",
        ),
        ("/software.json?page=0", 400, "This request cannot be read", "page must be a number from 1 to 500."),
        ("/software.json?page=９", 400, "This request cannot be read", "page must be a number from 1 to 500."),
        ("/software.json?page=400", 404, "There is nothing at this address", "This list has 1 pages."),
        (
            "/software.json?sort=best",
            400,
            "This request cannot be read",
            "sort must be one of: relevance, listed, newest, activity, name.",
        ),
        (f"/software.json?q={LONG}", 400, "This request cannot be read", "q may have 1000 characters at most."),
        (
            "/software.json?" + "&".join(f"category=c{n}" for n in range(51)),
            400,
            "This request cannot be read",
            "At most 50 filters can be chosen at once.",
        ),
        (f"/why.json?url={LONG * 2}", 400, "This request cannot be read", "url may have 2000 characters at most."),
        (
            "/harvests/00000000-0000-0000-0000-000000000000.json",
            404,
            "There is nothing at this address",
            "There is no harvest 00000000-0000-0000-0000-000000000000.",
        ),
    ],
)
def test_problems_for_machines(client: FlaskClient, path: str, status: int, title: str, detail: str) -> None:
    answer = client.get(f"/en{path}")
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.json == {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": f"/en{path.partition('?')[0]}",
    }


def test_problems_for_people(client: FlaskClient) -> None:
    answer = client.get("/zh-Hant/software/none")
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert "<h1>找不到這個頁面</h1>" in answer.text
    assert "沒有軟體使用「none」這個網址。" in answer.text
    assert 'href="/zh-Hant/software?q=none">搜尋看看' in answer.text
    assert "<h1>There is nothing at this address</h1>" in client.get("/none", headers={"Accept-Language": "en"}).text
    assert 'href="/en/software?page=1"' not in client.get("/en/software?page=400").text
    assert 'href="/en/software">Last page' in client.get("/en/software?page=400").text


def test_nothing_can_be_sent(client: FlaskClient) -> None:
    answer = client.post("/en/software", data={"q": "x"})
    assert (answer.status_code, set(answer.headers["Allow"].split(", "))) == (405, {"GET", "HEAD", "OPTIONS"})
    assert "POST is not possible here." in answer.text


def test_the_outcome_of_a_report_must_exist(client: FlaskClient) -> None:
    harvest = read_json(client, "/en/harvests.json")["harvests"][0]["id"]
    problem = read_json(client, f"/en/harvests/{harvest}.json?outcome=lost")
    assert problem["status"] == 400
    assert problem["detail"].startswith("outcome must be one of: added, updated, unchanged,")


@pytest.mark.parametrize(
    "query",
    [
        "q=%00%ff%fe&category=%00", "q=((((((((((((((((((", "q=" + "*" * 500, "q=%22%27%3B--",
        "q=name:", "language=../../etc&q=%f0%9f%92%a9",
        "q={{7*7}}%25(x)s{0}", "publisher=' OR 1=1", "form=json&lang=en&q=a",
        "filename=x&endpoint=y&slug=z&_anchor=a&_external=1&_scheme=ftp",
    ],
)  # fmt: skip
def test_hostile_queries_get_a_page(client: FlaskClient, query: str) -> None:
    for path in ("software", "software.json", "publishers", "about"):
        answer = client.get(f"/en/{path}?{query}")
        assert (path, answer.status_code) == (path, 200)


def test_a_query_is_shown_as_it_was_typed(client: FlaskClient) -> None:
    html = client.get('/en/software?q={{7*7}}%25(x)s<b>{0}"').text
    assert 'value="{{7*7}}%(x)s&lt;b&gt;{0}&#34;"' in html


def test_without_a_database_the_log_tells_the_operator_why(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    client = create_app(Settings(data=tmp_path)).test_client()
    with caplog.at_level(logging.ERROR):
        page, twin = client.get("/en/"), client.get("/en/software/x.json")
    assert (page.status_code, "The catalogue cannot be read at the moment" in page.text) == (503, True)
    assert str(tmp_path) not in page.text
    assert "publiccode db upgrade" in caplog.text
    assert twin.json == {
        "type": "about:blank",
        "title": "The catalogue cannot be read at the moment",
        "status": 503,
        "detail": "Its database does not answer.",
        "instance": "/en/software/x.json",
    }
    ready = client.get("/readyz")
    assert (ready.status_code, ready.text) == (
        503,
        "failing\ndatabase: failing: does not answer; next: read the reason in the log of this process\n",
    )
    assert client.get("/healthz").status_code == 200  # to start the process again would not help
    assert client.get("/en/about").status_code == 200


def test_a_mistake_of_ours_is_logged_and_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    app = create_app(Settings(data=tmp_path))

    @app.get("/en/broken")
    def broken() -> str:
        return str(1 // 0)

    with caplog.at_level(logging.ERROR):
        answer = app.test_client().get("/en/broken")
    assert (answer.status_code, "The server made a mistake" in answer.text) == (500, True)
    assert "ZeroDivisionError" not in answer.text
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.parametrize("host", ["..", ".a", "a..b", "x" * 300])
def test_a_host_header_that_is_no_host(client: FlaskClient, host: str) -> None:
    answer = client.get("/en/", headers={"Host": host})
    assert (answer.status_code, answer.text) == (400, "The Host header of this request is no host.\n")


@pytest.mark.parametrize("path", ["/en", "/zh-Hant", "/", "/software?q=x"])
def test_a_redirect_never_leads_to_the_host_that_a_request_names(client: FlaskClient, path: str) -> None:
    location = client.get(path, headers={"Host": "evil.example"}).headers["Location"]
    assert re.fullmatch(r"/(en|zh-Hant)/.*", location)


def test_a_lost_index_is_no_empty_catalogue(client: FlaskClient, settings: Settings) -> None:
    settings.index_folder.rename(settings.data / "lost")
    try:
        answer = client.get("/en/software.json?q=petition")
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "120")
        assert (answer.get_json() or {})[
            "detail"
        ] == "The search index is missing. Nothing is lost; it has to be built anew."
        ready = client.get("/readyz")
        assert ready.status_code == 503
        assert "\nindex: failing: there is no search index; next: publiccode reindex\n" in ready.text
        assert client.get("/healthz").status_code == 200
        assert client.get("/en/").status_code == 200
    finally:
        (settings.data / "lost").rename(settings.index_folder)


@pytest.mark.parametrize(
    ("path", "seconds"),
    [("/favicon.ico", 3600), ("/static/catalogue.css", 3600), ("/static/catalogue.css?v=1", 365 * 24 * 3600)],
)
def test_only_versioned_files_are_kept_for_long(client: FlaskClient, path: str, seconds: int) -> None:
    with client.get(path) as answer:
        assert answer.cache_control.max_age == seconds
