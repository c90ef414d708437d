"""The pages: languages, twins, what each shows, and what no page ever shows."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from .catalogue import BASE, FOREIGN, read_json

LANGUAGES = ("zh-Hant", "en")
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}
# Pages with a search box run the program that suggests, and nothing else.
SUGGESTING = {"Content-Security-Policy": f"{HEADERS['Content-Security-Policy']}; script-src 'self'; connect-src 'self'"}
PETITION = "/software/陳情系統"


def harvest_id(client: FlaskClient) -> str:
    return str(read_json(client, "/en/harvests.json")["harvests"][0]["id"])


def without_file(client: FlaskClient) -> str:
    """The page of the one repository that has no publiccode.yml, without the language."""
    [repository] = read_json(client, "/en/publishers/yunwu/without-file.json")["repositories"]
    return str(repository["address"]).removeprefix("/en")


def pages(client: FlaskClient) -> dict[str, str]:
    """Every page and its twin, without the language."""
    return {
        "/": "/index.json",
        "/software": "/software.json",
        "/software?q=forms&category=survey": "/software.json?q=forms&category=survey",
        PETITION: f"{PETITION}.json",
        "/software/tidy-index": "/software/tidy-index.json",
        "/publishers": "/publishers.json",
        "/publishers/yunwu": "/publishers/yunwu.json",
        "/publishers/yunwu/without-file": "/publishers/yunwu/without-file.json",
        without_file(client): f"{without_file(client)}.json",
        "/harvests": "/harvests.json",
        f"/harvests/{harvest_id(client)}": f"/harvests/{harvest_id(client)}.json",
        "/why": "/why.json",
        f"/why?url={BASE}empty": f"/why.json?url={BASE}empty",
        "/licenses": "/licenses.json",
        "/licenses?show=all&sort=license": "/licenses.json?show=all&sort=license",
        "/licenses/EUPL-1.2": "/licenses/EUPL-1.2.json",
        "/licenses/GPL-2.0+": "/licenses/GPL-2.0+.json",
        "/new": "/new.json",
        "/search-help": "/search-help.json",
        "/about": "/about.json",
        "/about/data": "/about/data.json",
    }


def text(html: str) -> str:
    """What a reader sees of a page."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html))).strip()


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        (None, "zh-Hant"),
        ("zh-TW,zh;q=0.9,en;q=0.8", "zh-Hant"),
        ("zh-CN", "zh-Hant"),
        ("en-GB,zh;q=0.5", "en"),
        ("it,fr;q=0.9", "en"),
        ("it,zh;q=0.1", "zh-Hant"),
        ("*", "zh-Hant"),
        ("en;q=0", "en"),
        ("\x7f;;q=,,", "en"),
    ],
)
def test_an_address_without_language_leads_to_the_browsers(
    client: FlaskClient, accepted: str | None, language: str
) -> None:
    headers = {"Accept-Language": accepted} if accepted else {}
    answer = client.get("/software?q=a%20b&page=2", headers=headers)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/{language}/software?q=a%20b&page=2")
    assert "Accept-Language" in answer.headers["Vary"]


def test_only_addresses_of_pages_are_led_on(client: FlaskClient) -> None:
    statuses = {
        path: client.get(path).status_code
        for path in ("/", "/about/data.json", "/nothing", "/en/nothing", "/de/about", "/zh-hant/about")
    }
    assert statuses == {
        "/": 302,
        "/about/data.json": 302,
        "/nothing": 404,
        "/en/nothing": 404,
        "/de/about": 404,
        "/zh-hant/about": 404,
    }


def test_no_address_leads_to_another_host(client: FlaskClient) -> None:
    for path in ("//evil.example/about", "/\\evil.example/about", "//evil.example//"):
        answer = client.get("/", environ_overrides={"PATH_INFO": path})
        assert answer.status_code in (302, 308, 404)
        assert answer.headers.get("Location", "/zh-Hant/").removeprefix("http://localhost")[:2] not in ("//", "/\\")


def test_every_page_has_its_data_beside_it(client: FlaskClient) -> None:
    for language in LANGUAGES:
        for page, twin in pages(client).items():
            html, data = client.get(f"/{language}{page}"), client.get(f"/{language}{twin}")
            assert (page, html.status_code, html.mimetype) == (page, 200, "text/html")
            assert (page, data.status_code, data.mimetype) == (page, 200, "application/json")
            assert read_json(client, html.headers["Link"].split(">")[0].strip("<")) == data.json
            assert client.get(data.headers["Link"].split(">")[0].strip("<")).text == html.text
            suggests = "suggest.js" in html.text
            expected = {**HEADERS, **(SUGGESTING if suggests else {})}
            assert suggests == (page.split("?")[0] in ("/", "/software", "/search-help"))
            assert {name: html.headers[name] for name in HEADERS} == expected


def test_every_page_offers_itself_in_the_other_language(client: FlaskClient) -> None:
    for page in pages(client):
        html = client.get(f"/en{page}").text
        assert '<html lang="en">' in html
        found = re.search(r'<link rel="alternate" hreflang="zh-Hant" href="([^"]+)">', html)
        assert found is not None
        address = unescape(found[1])
        other = client.get(address)
        assert (other.status_code, '<html lang="zh-Hant">' in other.text) == (200, True)
        assert f'<a href="{found[1]}" hreflang="zh-Hant" lang="zh-Hant">正體中文</a>' in html
        assert client.get(address).request.path == client.get(f"/zh-Hant{page}").request.path


def test_the_language_facet_survives_the_language_switch(client: FlaskClient) -> None:
    html = client.get("/en/software?language=it&language=en&q=segnalazioni").text
    assert 'hreflang="zh-Hant" href="/zh-Hant/software?language=it&amp;language=en&amp;q=segnalazioni"' in html


def test_start_page(client: FlaskClient) -> None:
    data = read_json(client, "/en/index.json")
    assert data["counts"] == {"software": 8, "publishers": 3}
    assert {"value": "survey", "count": 1} in data["categories"]
    assert len(data["newest"]) == 6
    page = text(client.get("/zh-Hant/").text)
    assert "8 套軟體" in page
    assert "3 個發布機關" in page


def test_an_empty_catalogue_says_so(empty: FlaskClient) -> None:
    assert "Nothing has been harvested yet." in text(empty.get("/en/").text)
    assert "尚未收錄任何資料。" in text(empty.get("/zh-Hant/harvests").text)
    assert "No publisher is listed yet." in text(empty.get("/en/publishers").text)
    assert read_json(empty, "/en/software.json")["total"] == 0


def test_a_list_tells_the_description_in_the_nearest_language(client: FlaskClient) -> None:
    def entry(language: str) -> dict[str, object]:
        results = read_json(client, f"/{language}/software.json?q=陳情系統&publisher=yunwu")["results"]
        assert results[0]["slug"] == "陳情系統"
        return {name: value for name, value in results[0].items() if name != "modified_at"}

    common = {
        "slug": "陳情系統",
        "name": "陳情系統",
        "url": BASE + "petition",
        "license_declared": "EUPL-1.2",
        "development_status": "stable",
        "categories": ["communications"],
        "valid": False,
        "unreadable_since": None,
        "archived": False,
        "reach": "ok",
        "license_families": ["weak-copyleft"],
        "activity": 75,
        "users": {"confirmed": 0, "claimed": 1},
    }
    uri = "urn:oid:2.16.886.999.101"
    slug = "%E9%99%B3%E6%83%85%E7%B3%BB%E7%B5%B1"
    assert entry("zh-Hant") == {
        **common,
        "address": f"/zh-Hant/software/{slug}",
        "localised_name": "雲霧陳情",
        "language": "zh-Hant",
        "short_description": "民眾陳情與案件追蹤",
        "publisher": {
            "slug": "yunwu",
            "address": "/zh-Hant/publishers/yunwu",
            "name": {"language": "zh-Hant", "text": "雲霧市政府"},
            "uri": uri,
        },
    }
    assert entry("en") == {
        **common,
        "address": f"/en/software/{slug}",
        "localised_name": "",
        "language": "en",
        "short_description": "Petitions and case tracking",
        "publisher": {
            "slug": "yunwu",
            "address": "/en/publishers/yunwu",
            "name": {"language": "en", "text": "City of Yunwu"},
            "uri": uri,
        },
    }
    assert (
        '<p class="card-text" lang="it">Segnalazioni dei cittadini</p>'
        in client.get("/zh-Hant/software?category=communications&publisher=brume").text
    )


def test_filters_are_in_the_address_and_can_be_taken_out(client: FlaskClient) -> None:
    address = "/en/software?category=survey&category=communications&validity=valid&sort=name"
    data = read_json(client, address.replace("software?", "software.json?"))
    assert data["filters"] == {"category": ["survey", "communications"], "validity": ["valid"]}
    assert [result["slug"] for result in data["results"]] == [
        "formwright",
        "old-ledger",
        "quiet-bell",
        "segnalazioni",
        "衛生陳情",
    ]
    assert data["facets"]["validity"] == [{"value": "valid", "count": 5}, {"value": "invalid", "count": 3}]
    html = client.get(address).text
    chips = [unescape(found) for found in re.findall(r'class="chip" href="([^"]+)"', html)]
    assert chips == [
        "/en/software?category=communications&validity=valid&sort=name",
        "/en/software?category=survey&validity=valid&sort=name",
        "/en/software?category=survey&category=communications&sort=name",
    ]
    assert len(re.findall(r'<input type="checkbox"[^>]* checked>', html)) == 3
    assert '<input type="hidden" name="sort" value="name">' in html


def test_nothing_found_leads_on(client: FlaskClient) -> None:
    html = client.get("/en/software?q=git.nowhere.example/zzqq&validity=valid").text
    page = text(html)
    assert "0 results" in page
    assert "Nothing was found" in page
    assert 'href="/en/software?q=git.nowhere.example/zzqq">Search without filters' in html
    assert 'href="/en/why?url=git.nowhere.example/zzqq"' in html


def test_entry_says_all_that_the_file_says(client: FlaskClient) -> None:
    page = text(client.get(f"/en{PETITION}").text)
    for said in (
        "Petitions and case tracking", "City of Yunwu", "EUPL-1.2", "European Union Public License 1.2", "Stable",
        "2.1 · 2026-02-28",
        "Web", "Haiku", "Communications", "PostgreSQL ≥ 14", "Card reader (optional)", "青嵐縣政府 named in the software's file",
        "Taiwan", "Antarctica", "Cloud Fund https://fund.example/", "Egret Ltd", "until 2027-12-31", "egret@egret.example",
        "林小雨 資訊處 lin@yunwu.example +886-2-5550-1234", "docs/logo.svg (in the repository)", "tw.techStacks[0] Python",
        "tw.accessibilityConformance AA", "Local authorities", "Chinese (Traditional", "urn:oid:2.16.886.999.101",
        "https://git.yunwu.example/open/petition-fork a copy (technical fork)", "陳情系統 this entry",
    ):  # fmt: skip
        assert said in page
    links = set(re.findall(r'href="(https://petition[^"]+)"', client.get(f"/zh-Hant{PETITION}").text))
    assert links == {
        f"https://petition.yunwu.example/{path}" for path in ("", "roadmap", "docs", "api", "two.png")
    }  # fmt: skip


def test_entry_tells_first_what_was_found(client: FlaskClient) -> None:
    """The glance leads to sections that are there; facts, findings and checklist come before the rest, similar systems last."""
    page = client.get("/en/software/formwright").text
    places = re.findall(r'<h2 id="([a-z-]+)"', page)
    glance = page[page.index('class="glance"') : page.index('class="documents"')]
    jumps = re.findall(r'href="#([a-z-]+)"', glance)
    assert jumps[:5] == ["findings", "readiness", "license", "fits", "sbom"]
    assert set(jumps) <= set(places)
    told = [
        "description",
        "facts",
        "who",
        "findings",
        "readiness",
        "license",
        "fits",
        "sbom",
        "users",
        "activity",
        "where",
        "host",
    ]
    assert [place for place in places if place in told] == told


def test_a_short_word_means_what_it_means_there(client: FlaskClient) -> None:
    """“No” of a fact is 否; that of whether a licence may go into another, 不可以."""
    host = client.get("/zh-Hant/software/formwright").text.split('<h2 id="host">')[1]
    assert re.search(r"<dt>已封存</dt><dd>([^<]*)</dd>", host).group(1) == "否"  # type: ignore[union-attr]
    assert "不可以" in client.get("/zh-Hant/licenses/compatible?inbound=GPL-3.0-only&outbound=MIT").text


@pytest.mark.parametrize("page", ["", "/audit", "/readiness", "/compliance-report", "/sbom", "/attribution"])
def test_each_document_of_an_entry_leads_to_the_others(client: FlaskClient, page: str) -> None:
    told = client.get(f"/en/software/formwright{page}").text.split('class="documents"')[1].split("</nav>")[0]
    others = ["", "/audit", "/readiness", "/compliance-report", "/sbom", "/scan", "/attribution"]
    here = [other for other in others if page or other]
    assert re.findall(r'href="/en/software/formwright([^"]*)"', told) == here
    assert re.findall(r'formwright([^"]*)" aria-current="page"', told) == ([page] if page else [])


def test_the_reader_can_choose_another_description(client: FlaskClient) -> None:
    html = client.get(f"/en{PETITION}?description=it").text
    assert '<p class="lead" lang="it">Petizioni</p>' in html
    assert '<span aria-current="true">Italian</span>' in html
    assert "description=zh-Hant" in html
    assert (
        'name="description" content="Petitions and case tracking"' in client.get(f"/en{PETITION}?description=xx").text
    )


def test_findings_have_place_words_and_next_step_in_the_readers_language(client: FlaskClient) -> None:
    data = {language: read_json(client, f"/{language}{PETITION}.json")["findings"] for language in LANGUAGES}
    for finding in data["en"]:
        assert finding["severity"] in ("error", "warning")
        assert finding["message"]
    unknown = [finding for finding in data["en"] if finding["key"] == "tw"]
    assert [finding["severity"] for finding in unknown] == ["error"]
    assert [f["message"] for f in data["zh-Hant"]] != [f["message"] for f in data["en"]]
    page = text(client.get(f"/en{PETITION}").text)
    for finding in data["en"]:
        assert f"line {finding['line']}, column {finding['column']}" in page
        assert re.sub(r"\s+", " ", finding["message"]) in page


def test_relatives_link_both_ways(client: FlaskClient) -> None:
    relatives = read_json(client, "/en/software/衛生陳情.json")["relatives"]
    assert relatives == {
        "upstream": [
            {
                "url": BASE + "petition",
                "software": {
                    "slug": "陳情系統",
                    "address": "/en/software/%E9%99%B3%E6%83%85%E7%B3%BB%E7%B5%B1",
                    "name": "陳情系統",
                    "localised_name": "",
                    "language": "en",
                },
            },
            {"url": "https://elsewhere.example/up", "software": None},
        ],
        "variants": [],
        "technical_forks": [],
        "parts": [],
    }
    chinese = read_json(client, "/zh-Hant/software/衛生陳情.json")["relatives"]["upstream"][0]["software"]
    assert (chinese["localised_name"], chinese["language"]) == ("雲霧陳情", "zh-Hant")
    assert re.search("雲霧陳情 衛生陳情", text(client.get("/zh-Hant/software/衛生陳情").text))


@pytest.mark.parametrize(
    ("slug", "notice"),
    [
        (
            "tidy-index",
            "Unreadable The newest file cannot be shown since Mar 2, 2026. What you see is the last usable version.",
        ),
        ("old-ledger", "Archived Its owner has archived the repository"),
        ("quiet-bell", "Repository does not answer Its host has given no usable answer since Mar 2, 2026."),
        ("陳情系統", "File has errors The file breaks the publiccode.yml standard in"),
    ],
)
def test_notices(client: FlaskClient, slug: str, notice: str) -> None:
    assert notice in text(client.get(f"/en/software/{slug}").text)


def test_a_tombstone_answers_410_with_its_reason(client: FlaskClient) -> None:
    page = client.get("/en/software/lost-lamp")
    reason = "Lost Lamp: The entry is a tombstone: its repository is gone. Since Mar 4, 2026."
    assert (page.status_code, reason in text(page.text)) == (410, True)
    assert f'href="/en/why?url={BASE}gone"' in page.text
    assert "Lost Lamp：因儲存庫已消失而下架。下架日期：2026年3月4日。" in text(
        client.get("/zh-Hant/software/lost-lamp").text
    )
    twin = client.get("/en/software/lost-lamp.json")
    assert (twin.status_code, twin.mimetype) == (410, "application/problem+json")
    assert twin.json == {
        "type": "about:blank",
        "title": "This is no longer in the catalogue",
        "status": 410,
        "detail": reason,
        "instance": "/en/software/lost-lamp.json",
    }
    assert client.get("/en/software/lost-lamp/publiccode.yml").status_code == 410
    assert all(entry["slug"] != "lost-lamp" for entry in read_json(client, "/en/software.json")["results"])


def test_the_file_itself(client: FlaskClient) -> None:
    answer = client.get(f"/en{PETITION}/publiccode.yml")
    assert (answer.status_code, answer.content_type) == (200, "text/plain; charset=utf-8")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "email: lin@yunwu.example" in answer.text


def test_nothing_hostile_comes_through(client: FlaskClient) -> None:
    address = "/software/script-alert-name-script"
    for path in (address, "/software?publisher=yunwu", "/publishers/yunwu"):
        html = client.get(f"/en{path}").text
        own = re.sub(r'<script src="/static/suggest\.js\?v=[0-9a-f]+" type="module"></script>', "", html)
        assert "<script" not in own
        assert "<img src=x" not in html
        assert "onerror=alert(1)>" not in html.replace("&gt;", "")
        assert 'href="javascript' not in html
        assert "<b>no" not in html
    html = client.get(f"/en{address}").text
    assert '<a href="https://good.example/" rel="nofollow noopener">good</a>' in html
    assert '<a href="https://tracker.example/p.png" rel="nofollow noopener">picture</a>' in html
    assert "<code>javascript:alert(2)</code>" in html
    assert 'href="mailto:eve%40x.example%3Fbcc%3Dall%40x.example"' in html
    assert re.findall(r"<(h[1-6])", html)[:4] == ["h1", "h2", "h3", "h4"]


def test_lists_carry_no_mail_and_no_phone(client: FlaskClient) -> None:
    for page, twin in pages(client).items():
        if page.startswith("/software/"):
            continue
        for address in (page, twin):
            answer = client.get(f"/en{address}").text
            assert re.findall(r"[\w.]+@(?!registry\.)[\w.]+\.example|5550", answer) == []
    assert "lin@yunwu.example" in client.get(f"/en{PETITION}.json").text


def test_publishers_form_a_tree(client: FlaskClient) -> None:
    rows = re.findall(
        r'<li class="(depth-\d)" id="[^"]+">\s*<a href="/en/publishers/([^"]+)">', client.get("/en/publishers").text
    )
    assert rows == [("depth-0", "yunwu"), ("depth-1", "yunwu-health"), ("depth-0", "brume")]
    assert {entry["slug"]: entry["software"] for entry in read_json(client, "/en/publishers.json")["publishers"]} == {
        "brume": 1,
        "yunwu": 6,
        "yunwu-health": 1,
    }


def test_why(client: FlaskClient) -> None:
    steps = read_json(client, f"/en/why.json?url={BASE}petition-fork")["steps"]
    assert [step["state"] for step in steps] == ["ok", "problem", "ok", "note"]
    assert steps[-1] == {
        "state": "note",
        "at": None,
        "text": "It is linked from the entry “陳情系統”.",
        "details": [],
        "path": "",
        "findings": [],
        "next": "",
        "software": "/en/software/%E9%99%B3%E6%83%85%E7%B3%BB%E7%B5%B1",
        "audit": None,
        "register": None,
        "prepared": None,
    }
    [repair] = [step for step in read_json(client, f"/zh-Hant/why.json?url={BASE}broken")["steps"] if step["findings"]]
    [found] = repair["findings"]
    assert (repair["path"], found["rule"]) == ("publiccode.yml", "yaml-readable")
    assert found["help"] == "請寫成：name: []"
    page = text(client.get(f"/zh-Hant/why?url={BASE}broken").text)
    assert found["message"] in page
    assert found["help"] in page
    chinese = text(client.get(f"/zh-Hant/why?url={FOREIGN}segnalazioni").text)
    assert "「Comune di Brume」在機關清單中列出這個網址。" in chinese
    assert "已讀取檔案，並新增至目錄。" in chinese
    assert "No publisher names nowhere.example in the list of publishers." in text(
        client.get("/en/why?url=nowhere.example").text
    )


def test_sources_and_licences(client: FlaskClient) -> None:
    origins = {origin["file"]: origin for origin in read_json(client, "/en/about/data.json")["origins"]}
    assert origins["web/static/vendor/bootstrap.min.css"]["license"] == "MIT"
    assert all(origin["source"] and origin["license"] for origin in origins.values())
    about = text(client.get("/en/about").text)
    assert "CC0-1.0 (Creative Commons Zero v1.0 Universal)" in about
    assert "The operator is reached at: post@registry.example" in about


def test_what_machines_look_for(client: FlaskClient, app: Flask) -> None:
    assert client.get("/healthz").text == "ok\n"
    closed = "".join(
        f"Disallow: {path}\n"
        for path in (
            *("/api/", "/*/why", "/*/audit", "/*/openchain", "/*/reports/", "/*/register", "/*/without-file"),
            *("/*/reuse-check/", "/*/usage.csv", "/*/compare", "/*/compliance-report.odt", "/*/sbom"),
            *("/*/attribution", "/*?"),
        )
    )
    assert client.get("/robots.txt").text == f"User-agent: *\n{closed}"
    with client.get("/favicon.ico") as icon:
        assert icon.mimetype == "image/svg+xml"
    html = client.get("/en/about").text
    styles = re.findall(r'<link rel="stylesheet" href="([^"]+)">', html)
    for style in styles:
        with client.get(style) as answer:
            assert (answer.status_code, answer.mimetype) == (200, "text/css")
    assert len(styles) == 2
    assert all("?v=" in style for style in styles)
    assert "<style" not in html
    assert " style=" not in html


def test_heads_of_pages(client: FlaskClient) -> None:
    """One h1 on each page, and no two elements of one id."""
    for page in pages(client):
        html = client.get(f"/en{page}").text
        ids = re.findall(r' id="([^"]+)"', html)
        assert (page, len(re.findall("<h1", html)), len(ids)) == (page, 1, len(set(ids)))
