"""The audit's pages: what they tell, their filters, order, days and twins, and what they refuse."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from publiccode.registry.audit.verdicts import follow_licenses
from publiccode.registry.settings import Settings
from publiccode.registry.store import Store
from publiccode.registry.upgrade import upgrade
from publiccode.web.app import create_app
from publiccode.web.pages import audit_kept

from ..audited import APRIL, audit, publishers, small_method
from ..looks import World
from .catalogue import read_json

AS_OF = "as-of=2026-04-10"
LEDGER = "%E5%B8%B3%E6%9C%AC-ledger"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    settings = Settings(data=tmp_path_factory.mktemp("audited"))
    store = Store(settings.database)
    upgrade(store)
    world = World(store)
    audit(world, small_method())
    yield world
    store.close()


@pytest.fixture
def client(world: World, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    monkeypatch.setattr(audit_kept, "now", lambda: APRIL + timedelta(days=30))
    folder = Path(world.store.place).parent
    made = create_app(Settings(data=folder))
    made.testing = True
    return made.test_client()


def slugs(client: FlaskClient, query: str = "", path: str = "/en/audit") -> list[str]:
    entries: list[dict[str, Any]] = read_json(client, f"{path}.json?{AS_OF}&{query}")["entries"]
    return [entry["slug"] for entry in entries]


@pytest.mark.parametrize("language", ["en", "zh-Hant"])
@pytest.mark.parametrize(
    "path",
    [
        "audit",
        "audit/publishers/mist",
        "audit/publishers/mist?alone=1",
        f"software/{LEDGER}/audit",
        "software/forms/audit",
    ],
)
def test_pages_and_their_reports_answer(client: FlaskClient, language: str, path: str) -> None:
    page, _, query = path.partition("?")
    for end in ("", ".json", "/report", "/report.json", "/report.csv"):
        answer = client.get(f"/{language}/{page}{end}?{AS_OF}&since=2026-03-31&{query}")
        assert answer.status_code == 200, end
        assert "<b>Bells" not in answer.text or end in (".json", "/report.json", "/report.csv")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("code=mismatch", ["帳本-ledger"]),
        ("code=host-differs", []),
        ("besides=host-differs", ["atlas"]),
        ("rule=license-mismatch", ["帳本-ledger"]),
        ("declared=EUPL-1.2", ["atlas"]),
        ("declared=MIT", ["b-bells-b", "forms", "帳本-ledger"]),
        ("concluded=MIT", ["forms"]),
        ("concluded=GPL-3.0", ["帳本-ledger"]),
        ("concluded=LicenseRef-MIT-NC", ["b-bells-b"]),
        ("concluded=NOASSERTION", ["hyperlink-https-evil-example"]),
        ("publisher=city", ["b-bells-b"]),
        ("publisher=mist-office", ["hyperlink-https-evil-example", "forms", "帳本-ledger"]),
        ("only=waived", ["帳本-ledger"]),
        ("only=findings&publisher=mist", ["hyperlink-https-evil-example", "open-text", "atlas"]),
        ("code=nothing", []),
    ],
)
def test_filters_leave_what_they_name(client: FlaskClient, query: str, found: list[str]) -> None:
    assert slugs(client, query) == found


def test_columns_can_be_sorted_by_both_ways(client: FlaskClient) -> None:
    by_name = ["b-bells-b", "hyperlink-https-evil-example", "atlas", "forms", "open-text", "帳本-ledger"]
    assert slugs(client, "sort=name") == by_name
    assert slugs(client, "sort=-name") == by_name[::-1]
    for column in ("publisher", "declared", "concluded", "verdict", "findings"):
        assert sorted(slugs(client, f"sort={column}")) == sorted(by_name)
    page = client.get(f"/en/audit?{AS_OF}&sort=-name").text
    assert 'aria-sort="descending"' in page


def test_bars_lead_to_their_lines(client: FlaskClient) -> None:
    page = client.get(f"/en/audit?{AS_OF}").text
    assert 'href="/en/audit?as-of=2026-04-10&amp;code=mismatch#lines"' in page
    assert '<rect width="50.00" height="10"/>' in page


def test_each_count_leads_to_as_many_entries(client: FlaskClient) -> None:
    data = read_json(client, f"/en/audit.json?{AS_OF}")
    for name, choices in data["choices"].items():
        assert len({choice["value"] for choice in choices}) == len(choices)
        for choice in choices:
            assert len(slugs(client, f"{name}={choice['value']}")) == choice["entries"], (name, choice)
    page = client.get(f"/en/audit?{AS_OF}").text
    assert 'href="/en/audit?as-of=2026-04-10&amp;besides=host-differs#lines"' in page
    assert 'value="mist-office">\u2003Bureau of Mist (3)' in page


def test_publishers_are_counted_with_all_bodies_below_them(client: FlaskClient) -> None:
    rows = read_json(client, f"/en/audit.json?{AS_OF}")["publishers"]
    names = ("slug", "depth", "entries", "with_errors", "with_warnings", "with_waivers")
    assert [tuple(row[name] for name in names) for row in rows] == [
        ("city", 0, 1, 0, 1, 0),
        ("mist", 0, 5, 0, 2, 1),
        ("mist-office", 1, 3, 0, 1, 1),
    ]
    assert "By publisher" in client.get(f"/en/audit/publishers/mist?{AS_OF}").text
    assert "By publisher" not in client.get(f"/en/audit/publishers/mist?alone=1&{AS_OF}").text


def test_reports_follow_the_filters_and_say_so(client: FlaskClient) -> None:
    part = read_json(client, f"/en/audit/report.json?{AS_OF}&only=findings&publisher=mist")
    assert [entry["slug"] for entry in part["entries"]] == ["hyperlink-https-evil-example", "atlas", "open-text"]
    assert [(one["name"], one["value_title"]) for one in part["narrowed"]] == [
        ("publisher", "Ministry of Mist"),
        ("only", "with findings that are not waived"),
    ]
    said = (
        "A part of the report: the entries chosen by Publisher: Ministry of Mist; Only entries: with findings that are"
    )
    assert part["remarks"][0].startswith(said)
    printed = client.get(f"/en/audit/report?{AS_OF}&only=findings&publisher=mist").text
    assert said in printed
    assert "Forms" not in printed
    page = client.get(f"/en/audit?{AS_OF}").text
    assert 'href="/en/audit/report?as-of=2026-04-10&amp;only=findings"' in page
    assert (
        'href="/en/audit/report?as-of=2026-04-10&amp;code=mismatch"'
        in client.get(f"/en/audit?{AS_OF}&code=mismatch").text
    )
    whole = read_json(client, f"/en/software/forms/audit/report.json?{AS_OF}&only=findings")
    assert (len(whole["entries"]), whole["narrowed"]) == (1, [])


def test_the_past_is_told_as_it_was(client: FlaskClient) -> None:
    march = read_json(client, "/en/audit.json?as-of=2026-03-31")
    assert march["totals"]["entries"] == 5
    assert {entry["publisher"]["name"]["text"] for entry in march["entries"]} >= {"Office of Mist"}
    assert march["method"]["license_list"] == "3.29.0"
    nothing = read_json(client, "/en/audit.json?as-of=2026-02-01")
    assert (nothing["totals"]["entries"], nothing["method"]) == (0, None)
    assert client.get("/en/audit?as-of=2026-02-01").status_code == 200


def test_an_entry_tells_its_history(client: FlaskClient) -> None:
    data = read_json(client, f"/en/software/b-bells-b/audit.json?{AS_OF}")
    assert [(row["at"], row["concluded"]) for row in data["history"]] == [
        ("2026-04-07T09:00:00+08:00", "LicenseRef-MIT-NC"),
        ("2026-03-02T09:00:00+08:00", "NOASSERTION"),
    ]
    assert [(one["number"], one["license"], one["by"]) for one in data["conclusions"]] == [
        (1, "LicenseRef-MIT-NC", "Lin Yu")
    ]
    earlier = read_json(client, "/en/software/b-bells-b/audit.json?as-of=2026-03-31")
    assert (len(earlier["history"]), earlier["conclusions"], earlier["waivers"]) == (1, [], [])


def test_evidence_leads_to_the_file_and_to_the_host(client: FlaskClient) -> None:
    (file,) = read_json(client, f"/en/software/{LEDGER}/audit.json?{AS_OF}")["entry"]["found"]
    assert client.get(file["address"]).text == "GPL-3.0-only text"
    assert file["parts"][0]["pages"][0].startswith("https://github.com/mist-office/ledger/blob/0000")
    assert file["parts"][0]["lines"] == [[1, 40]]  # the blank line between two ranges of one text breaks nothing
    assert file["parts"][0]["pages"][0].endswith("/LICENSE#L1-L40")
    assert file["parts"][0]["addresses"] == [f"{file['lines_address']}#L1"]
    lines = client.get(file["lines_address"]).text
    assert '<li id="L1">GPL-3.0-only text</li>' in lines
    assert read_json(client, f"{file['lines_address']}.json")["lines"] == ["GPL-3.0-only text"]
    assert client.get(file["lines_address"].replace(LEDGER, "forms")).status_code == 404
    page = client.get(f"/en/software/{LEDGER}/audit?{AS_OF}").text
    assert f'<a href="{file["lines_address"]}#L1">lines 1–40</a>' in page
    other = file["address"].replace(LEDGER, "forms")
    assert client.get(other).status_code == 404
    assert client.get(f"/en/software/{LEDGER}/audit/files/none").status_code == 404


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/en/audit?as-of=yesterday", 400),
        ("/en/audit?as-of=2026-02-30", 400),
        ("/en/audit?as-of=2026-W01-1", 400),
        (f"/en/audit?{AS_OF}&since=2026-W01-1", 400),
        ("/en/audit?as-of=9999-12-31", 400),
        ("/en/audit?as-of=2027-01-01", 400),
        ("/en/audit?as-of=2026-04-10&since=2026-04-10", 400),
        ("/en/audit?only=perhaps", 400),
        ("/en/audit?sort=colour", 400),
        ("/en/audit?page=0", 400),
        ("/en/audit?page=2", 404),
        (f"/en/audit?code={'x' * 201}", 400),
        ("/en/audit/publishers/none", 404),
        ("/en/audit/publishers/none/report.csv", 404),
        ("/en/software/none/audit", 404),
        ("/en/software/open-text/audit?as-of=2026-03-31", 404),
    ],
)
def test_what_cannot_be_shown_is_told(client: FlaskClient, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert "<h1>" in answer.text


@pytest.mark.parametrize(("name", "query"), [("as-of", ""), ("since", f"{AS_OF}&")])
def test_a_day_too_far_ahead_is_told_as_that(client: FlaskClient, name: str, query: str) -> None:
    answer = client.get(f"/en/audit?{query}{name}=9999-12-31")
    assert answer.status_code == 400
    assert f"{name} is too far ahead." in answer.text


def test_a_conclusion_is_not_told_as_what_the_files_hold(client: FlaskClient) -> None:
    (told,) = read_json(client, f"/en/audit.json?{AS_OF}&concluded=LicenseRef-MIT-NC")["entries"]
    titles = {one["code"]: one["title"] for one in told["codes"]}
    assert titles["unknown"] == "The conclusion cannot be compared"
    assert {one["rule"]: one["title"] for one in told["findings"]} == {
        "license-review": "The policy asks for a review of the licence",
        "license-text-unknown": titles["unknown"],
    }


def test_downloads_have_names_and_kinds(client: FlaskClient) -> None:
    table = client.get(f"/en/audit/publishers/mist/report.csv?{AS_OF}&code=mismatch")
    assert table.headers["Content-Disposition"] == 'attachment; filename="license-audit-mist-part-2026-04-10.csv"'
    assert table.mimetype == "text/csv"
    assert table.text.count("\r\n") == 2  # the heading and the one line that the filter leaves
    whole = client.get(f"/en/software/{LEDGER}/audit/report.json?{AS_OF}")
    assert whole.headers["Content-Disposition"] == 'attachment; filename="license-audit-2026-04-10.json"'


def test_a_report_is_made_again_when_something_was_written(client: FlaskClient, world: World) -> None:
    assert "City of Bells" in client.get("/en/audit").text
    names = publishers("Bureau of Mist")
    world.list(*names[:2])
    assert "City of Bells" not in client.get("/en/audit").text
    world.list(*names)
    follow_licenses(world.store, small_method(), world.now)
    assert "City of Bells" in client.get("/en/audit").text


def test_empty_catalogue(empty: FlaskClient) -> None:
    for path in ("/en/audit", "/en/audit.json", "/en/audit/report", "/en/audit/report.csv"):
        assert empty.get(path).status_code == 200


def test_before_it_came_the_page_says_since_when_it_is_there(client: FlaskClient) -> None:
    for path, name in (("software/open-text/audit", "Open Text"), ("audit/publishers/mist", "Ministry of Mist")):
        day = "2026-03-31" if name == "Open Text" else "2026-03-01"
        since = "Apr 7, 2026" if name == "Open Text" else "Mar 2, 2026"
        answer = client.get(f"/en/{path}?as-of={day}")
        assert answer.status_code == 404
        told = f"{name} was not yet in the catalogue; it is since {since}."
        assert told in answer.text
        assert f'value="{day}"' in answer.text
        assert told in client.get(f"/en/{path}.json?as-of={day}").text
    assert "was not yet" not in client.get("/en/software/none/audit?as-of=2026-03-31").text
