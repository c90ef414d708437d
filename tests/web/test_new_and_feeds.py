"""What is new month by month, and feeds: of what is new, and of every search."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import quote, unquote
from xml.etree import ElementTree

import feedparser  # type: ignore[import-untyped]
import pytest
from flask.testing import FlaskClient

from .catalogue import read_json
from .test_pages import text

ATOM = "{http://www.w3.org/2005/Atom}"
# What RFC 4287 asks of a feed and of an entry (4.1.1, 4.1.2), exactly one of each.
OF_FEED = ("id", "title", "updated")
OF_ENTRY = ("id", "title", "updated", "published", "summary")


def valid_feed(content: bytes) -> ElementTree.Element:
    """The feed, after the rules of RFC 4287 that a program can check."""
    root = ElementTree.fromstring(content)
    assert root.tag == f"{ATOM}feed"
    for element, names in [(root, OF_FEED), *((entry, OF_ENTRY) for entry in root.iter(f"{ATOM}entry"))]:
        assert [len(element.findall(ATOM + name)) for name in names] == [1] * len(names)
        links = [(link.get("rel", "alternate"), link.get("href", "")) for link in element.findall(f"{ATOM}link")]
        assert [rel for rel, _ in links if rel == "alternate"] == ["alternate"]
        assert all(href.startswith("http://") for _, href in links)
        assert element.findall(f"{ATOM}author/{ATOM}name")
        assert element.findtext(f"{ATOM}id", "").startswith("urn:uuid:")
        for name in ("updated", "published"):
            assert all(datetime.fromisoformat(str(moment.text)).tzinfo for moment in element.findall(ATOM + name))
    ids = [entry.findtext(f"{ATOM}id") for entry in root.iter(f"{ATOM}entry")]
    assert len(set(ids)) == len(ids)
    return root


@pytest.mark.parametrize("path", ["/software.atom", "/software.atom?q=petitions", "/software.atom?q=zzqq", "/new.atom"])
@pytest.mark.parametrize("language", ["en", "zh-Hant"])
def test_feeds_are_what_the_standard_asks_for(client: FlaskClient, path: str, language: str) -> None:
    answer = client.get(f"/{language}{path}")
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    root = valid_feed(answer.data)
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == language
    read = feedparser.parse(answer.data)
    assert (read.bozo, read.version) == (False, "atom10")
    assert client.get(f"/{language}{path}").data == answer.data
    again = client.get(f"/{language}{path}", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_a_search_is_followed_by_its_feed(client: FlaskClient) -> None:
    page = client.get("/en/software?q=petitions&category=communications").text
    address = "/en/software.atom?q=petitions&amp;category=communications"
    assert f'<link rel="alternate" type="application/atom+xml" title="New in this search" href="{address}">' in page
    assert f'<a href="{address}" type="application/atom+xml">Follow this search (Atom)</a>' in page
    found = feedparser.parse(client.get(address.replace("&amp;", "&")).data)
    assert found.feed.title == "New software: petitions · Category: Communications"
    assert found.feed.link == "http://localhost/en/software?q=petitions&category=communications"
    [entry] = [entry for entry in found.entries if entry.title == "陳情系統"]
    assert entry.link == f"http://localhost/en/software/{quote('陳情系統')}"
    assert (entry.summary, entry.author) == ("Petitions and case tracking", "City of Yunwu")
    chinese = feedparser.parse(client.get("/zh-Hant/software.atom?q=petitions&category=communications").data)
    [same] = [other for other in chinese.entries if other.id == entry.id]
    assert (same.title, same.summary) == ("雲霧陳情", "民眾陳情與案件追蹤")


def test_a_feed_begins_with_what_was_listed_last(client: FlaskClient) -> None:
    found = feedparser.parse(client.get("/en/software.atom").data)
    published = [entry.published for entry in found.entries]
    assert len(published) == read_json(client, "/en/software.json")["total"]
    assert published == sorted(published, reverse=True)


def test_new_is_the_same_everywhere(client: FlaskClient) -> None:
    """One harvest listed several at once: which of them comes first is said alike by the index and the database."""
    listed = [one["slug"] for one in read_json(client, "/en/software.json?sort=listed")["results"]]
    assert len(listed) == 8
    assert [one["slug"] for one in read_json(client, "/en/new.json")["results"]] == listed
    assert [one["slug"] for one in read_json(client, "/en/index.json")["newest"]] == listed[:6]
    for feed in ("new", "software"):
        found = feedparser.parse(client.get(f"/en/{feed}.atom").data)
        assert [unquote(one.link).rpartition("/")[2] for one in found.entries] == listed


def test_a_feed_refuses_what_its_page_refuses(client: FlaskClient) -> None:
    assert client.get(f"/en/software.atom?q={'x' * 1001}").status_code == 400
    assert client.get("/en/software.atom?since=soon").status_code == 400
    assert client.get("/en/software.atom?sort=best&page=x").status_code == 200  # it has neither orders nor pages


def test_a_feed_holds_what_answers_exactly(client: FlaskClient) -> None:
    def found(query: str) -> list[str]:
        return [one.title for one in feedparser.parse(client.get(f"/en/software.atom?q={query}").data).entries]

    assert read_json(client, "/en/software.json?q=zzqq petitions")["total"] > 0  # one of the words is enough there
    assert (found("zzqq petitions"), found("formwrihgt")) == ([], [])
    assert found("https://git.yunwu.example/open/forms") == ["Formwright"]


def test_few_entries_with_all_words_are_followed_without_those_akin(client: FlaskClient) -> None:
    asked = "formwright survey"
    assert read_json(client, f"/en/software.json?q={asked}")["total"] > 0
    titles = [one.title for one in feedparser.parse(client.get(f"/en/software.atom?q={asked}").data).entries]
    assert titles == ["Formwright"]


def test_what_strangers_wrote_is_text_in_a_feed(client: FlaskClient) -> None:
    root = valid_feed(client.get("/en/software.atom").data)
    summaries = [entry.find(f"{ATOM}summary") for entry in root.iter(f"{ATOM}entry")]
    assert {summary.get("type") for summary in summaries if summary is not None} == {"text"}
    assert "<img src=x onerror=alert(3)>" in [summary.text for summary in summaries if summary is not None]


def test_no_two_catalogues_have_the_same_feed(client: FlaskClient, empty: FlaskClient) -> None:
    ids = {valid_feed(one.get("/en/new.atom").data).findtext(f"{ATOM}id") for one in (client, empty)}
    assert len(ids) == 2


def test_new_entries_by_month(client: FlaskClient) -> None:
    data = read_json(client, "/en/new.json")
    [month] = data["months"]
    assert (data["month"], data["total"], data["page"]) == (month["month"], month["count"], 1)
    assert len(data["results"]) == data["total"] == read_json(client, "/en/software.json")["total"]
    named = datetime.strptime(month["month"], "%Y-%m").replace(tzinfo=UTC)
    page = text(client.get(f"/en/new?month={month['month']}").text)
    assert f"New in {named:%B %Y}" in page
    assert f"New in {named:%B %Y} · Public Code Catalogue" in page


def test_a_month_without_new_entries(client: FlaskClient) -> None:
    assert "Nothing was listed in this month." in text(client.get("/en/new?month=1999-12").text)


@pytest.mark.parametrize("month", ["2026", "2026-13", "26-11", "x", "２０２６-11", "2026-11-01", "9999-12", "0999-12"])
def test_what_is_no_month_is_refused(client: FlaskClient, month: str) -> None:
    assert client.get(f"/en/new?month={month}").status_code == 400
    assert read_json(client, f"/en/new.json?month={month}")["detail"] == "month must be a year and a month, as 2026-11."


def test_a_page_behind_the_last_leads_back(client: FlaskClient) -> None:
    assert client.get("/en/new?page=9").status_code == 404


def test_nothing_is_new_in_an_empty_catalogue(empty: FlaskClient) -> None:
    assert read_json(empty, "/en/new.json")["results"] == []
    assert list(valid_feed(empty.get("/en/new.atom").data).iter(f"{ATOM}entry")) == []
