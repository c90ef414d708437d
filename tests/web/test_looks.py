"""What became of every address: for the officer on the publisher's page, and in the report of a harvest."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient

from .catalogue import BASE, FOREIGN, read_json
from .test_pages import text


def looks(client: FlaskClient, publisher: str, language: str = "en") -> dict[str, dict[str, Any]]:
    data = read_json(client, f"/{language}/publishers/{publisher}.json")
    return {look["url"]: look for place in data["code_hostings"] for look in place["repositories"]}


def reports(client: FlaskClient) -> list[dict[str, Any]]:
    """The reports of all harvests, the newest first."""
    return [
        read_json(client, harvest["address"] + ".json")
        for harvest in read_json(client, "/en/harvests.json")["harvests"]
    ]


def test_a_publishers_officer_sees_every_address(client: FlaskClient) -> None:
    seen = {url.removeprefix(BASE): (look["outcome"], look["state"]) for url, look in looks(client, "yunwu").items()}
    assert seen == {
        "https://git.yunwu.example/team": (None, "note"),
        "petition": ("unchanged", "repair"),
        "petition-fork": ("technical-fork", "problem"),
        "forms": ("added", "ok"),
        "broken": ("unchanged", "problem"),
        "hostile": ("added", "repair"),
        "gone": ("gone", "problem"),
        "archived": ("added", "ok"),
        "quiet": ("unreachable", "problem"),
    }
    assert read_json(client, "/en/publishers/yunwu.json")["without_file"] == {
        "count": 1,
        "address": "/en/publishers/yunwu/without-file?kind=all",
    }
    assert read_json(client, "/en/publishers/yunwu.json")["children"][0]["name"] == {
        "language": "en",
        "text": "Yunwu Health",
    }


def test_an_unchanged_file_that_cannot_be_shown_is_told_with_its_errors(client: FlaskClient) -> None:
    look = looks(client, "yunwu")[BASE + "broken"]
    [error] = look.pop("findings")
    assert (error["rule"], error["line"]) == ("yaml-readable", 1)
    assert look == {
        "url": BASE + "broken",
        "why": f"/en/why?url={BASE}broken",
        "state": "problem",
        "outcome": "unchanged",
        "text": "A publiccode.yml was found, but it cannot be shown: it is unreadable, or has no name, address or description.",
        "next": "Open the steps, repair the errors named there, and push.",
        "messages": [],
        "errors": 1,
        "software": {
            "slug": "tidy-index",
            "address": "/en/software/tidy-index",
            "name": "Tidy Index",
            "localised_name": "",
            "language": "zh-Hant",
        },
        "since": "2026-03-02T08:00:00+00:00",
        "last_look": "2026-03-04T08:01:00+00:00",
    }
    page = text(client.get("/zh-Hant/publishers/yunwu").text)
    assert "下一步： 請開啟「處理歷程」，依其中列出的錯誤修正並推送（push）。 軟體頁面： Tidy Index" in page


def test_a_listed_file_with_errors_is_to_be_repaired(client: FlaskClient) -> None:
    look = looks(client, "yunwu")[BASE + "petition"]
    assert look["errors"] > 0
    assert (look["text"], look["next"]) == (
        f"Listed, but the file has errors: {look['errors']}.",
        "Repair the errors that the entry's page names, and push.",
    )
    html = client.get("/zh-Hant/publishers/yunwu").text
    assert f"! 需修正 {BASE}petition 已列入目錄，但檔案有 {look['errors']} 項錯誤。 查看檢查結果" in text(html)
    assert 'href="/zh-Hant/software/%E9%99%B3%E6%83%85%E7%B3%BB%E7%B5%B1#findings"' in html


def test_what_answers_again_is_no_longer_told_as_unreachable(client: FlaskClient) -> None:
    look = looks(client, "brume")[FOREIGN + "segnalazioni"]
    assert (look["state"], look["text"], look["next"], look["since"], look["last_look"]) == (
        "ok",
        "The repository answered; nothing had changed.",
        "",
        "2026-03-01T08:00:00+00:00",
        "2026-03-04T08:03:00+00:00",
    )


def test_a_harvests_report(client: FlaskClient) -> None:
    newest = reports(client)[0]
    assert [(outcome["outcome"], outcome["count"]) for outcome in newest["outcomes"]] == [("unchanged", 1)]
    assert (newest["runs"], newest["total"], newest["items"][0]["publisher"]["slug"]) == ({"finished": 1}, 1, "yunwu")
    address = f"/en/harvests/{newest['id']}"
    assert read_json(client, f"{address}.json?outcome=added")["items"] == []
    assert "The repository answered; nothing had changed." in text(client.get(address).text)


def test_every_report_tells_how_its_addresses_stood_then(client: FlaskClient) -> None:
    told = [
        (item["url"].removeprefix(BASE).removeprefix(FOREIGN), item["outcome"], item["state"])
        for report in reports(client)
        for item in report["items"]
    ]
    assert told[:5] == [
        ("petition", "unchanged", "repair"),
        ("segnalazioni", "unchanged", "ok"),
        ("empty", "unchanged", "note"),
        ("broken", "unchanged", "problem"),
        ("gone", "gone", "problem"),
    ]
    assert sorted(told[5:9]) == [
        ("broken", "unusable", "problem"),
        ("gone", "missing", "problem"),
        ("quiet", "unreachable", "problem"),
        ("segnalazioni", "unreachable", "problem"),
    ]
    assert ("broken", "added", "ok") in told


def test_the_list_of_harvests_counts_what_its_reports_tell(client: FlaskClient) -> None:
    listed = read_json(client, "/en/harvests.json")["harvests"]
    counted = [(harvest["addresses"], harvest["troubled"]) for harvest in listed]
    assert counted == [
        (report["total"], sum(item["state"] in ("problem", "repair") for item in report["items"]))
        for report in reports(client)
    ]
    assert {(1, 0), (1, 1)} == set(counted)
    assert "1 個網址 1 個有問題" in text(client.get("/zh-Hant/harvests").text)
