"""Entries side by side, and what an entry is related to, as pages and data."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from publiccode.registry.settings import Settings
from publiccode.registry.store import Store
from publiccode.registry.upgrade import upgrade
from publiccode.web.app import create_app
from publiccode.web.pages.compare_values import Row, Value

from ..looks import World, software
from .catalogue import read_json

BOTH = "software=陳情系統&software=formwright"


def rows(client: FlaskClient, query: str, language: str = "en") -> dict[str, Any]:
    """The rows of a comparison by their keys: whether they differ, and the texts of each entry."""
    data = read_json(client, f"/{language}/compare.json?{query}")
    return {
        row["key"]: (row["differs"], [[value["text"] for value in values] for values in row["values"]])
        for row in data["rows"]
    }


def text(html: str) -> str:
    """The words of a page."""
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", html))


def test_entries_stand_side_by_side(client: FlaskClient) -> None:
    told = rows(client, BOTH)
    assert told["summary"] == (True, [["Petitions and case tracking"], ["Forms without code"]])
    assert told["feature"] == (False, [["One feature"], ["One feature"]])
    assert told["categories"] == (True, [["Communications"], ["Surveys"]])
    assert told["license"] == (False, [["EUPL-1.2"], ["EUPL-1.2"]])
    assert told["platforms"] == (True, [["Web", "Haiku"], ["Web"]])
    assert told["needs"] == (True, [["PostgreSQL", "Card reader"], []])
    assert told["findings"] == (True, [["Errors: 2, warnings: 3"], ["Errors: 0, warnings: 0"]])
    assert told["found"] == (False, [["read from the repository itself"]] * 2)


def test_what_differs_is_marked_by_a_sign_and_a_word(client: FlaskClient) -> None:
    page = client.get(f"/en/compare?{BOTH}").text
    assert '<th scope="row" role="rowheader"><span class="compare-sign" aria-hidden="true">≠</span>' in page
    assert "Differs: Categories" in text(page)
    assert "Differs: Licence declared" not in text(page)
    assert 'role="region" tabindex="0" aria-labelledby="compare-caption"' in page
    marked, every = page.count('class="compare-differs"'), page.count('<th scope="row"')
    assert f"Rows that differ: {marked} of {every}; they are marked with ≠." in page
    only = client.get(f"/en/compare?{BOTH}&only=differences").text
    assert (only.count('class="compare-differs"'), only.count('<th scope="row"')) == (marked, marked)
    assert f"Rows in which all say the same, left out: {every - marked}" in only


def test_what_makes_no_difference_is_not_marked() -> None:
    def differs(one: Value, other: Value) -> bool:
        return Row("policy", "", ((one,), (other,))).differs

    assert not differs(Value("agrees", dated="1 May 2026"), Value("agrees", dated="2 May 2026"))
    assert not differs(Value("MIT: allowed", sense="allowed"), Value("EUPL-1.2: allowed", sense="allowed"))
    assert differs(Value("MIT: allowed", sense="allowed"), Value("MIT: refused", sense="refused"))
    assert differs(Value("PostgreSQL", remark="14"), Value("PostgreSQL", remark="17"))


def test_only_differences_can_be_shown(client: FlaskClient) -> None:
    told = rows(client, f"{BOTH}&only=differences")
    assert "categories" in told
    assert "license" not in told
    assert "summary" in told
    page = client.get(f"/en/compare?{BOTH}&only=differences").text
    assert "Rows in which all say the same, left out:" in page
    assert "Show all rows" in page


def test_features_are_compared_in_a_language_that_all_have(client: FlaskClient) -> None:
    told = rows(client, "software=陳情系統&software=衛生陳情")
    assert told["feature"] == (False, [["線上陳情"], ["線上陳情"]])
    assert told["features"] == (True, [[], ["進度查詢"]])


def test_contacts_stand_on_the_page_alone(client: FlaskClient) -> None:
    assert "lin@yunwu.example" in client.get(f"/en/compare?{BOTH}").text
    assert "lin@yunwu.example" not in client.get(f"/en/compare.json?{BOTH}").text
    assert "lin@yunwu.example" not in client.get(f"/en/compare.csv?{BOTH}").text


def test_the_table_is_there_for_spreadsheets(client: FlaskClient) -> None:
    answer = client.get("/en/compare.csv?software=formwright&software=陳情系統")
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="comparison.csv"'
    lines = list(csv.reader(io.StringIO(answer.text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}"))))
    assert lines[0] == ["", "Differs", "Formwright", "陳情系統"]
    assert lines[1][2] == "http://localhost/en/software/formwright"
    assert ["Platforms", "yes", "Web", "Web\nHaiku"] in lines
    assert client.get("/en/compare.csv").status_code == 404


@pytest.mark.parametrize(
    ("query", "names", "remark"),
    [
        ("software=formwright&software=nobody", ["Formwright"], "No software has the address nobody."),
        ("software=formwright&software=formwright", ["Formwright"], "What was chosen twice is shown once."),
        ("software=formwright&software=&software=", ["Formwright"], ""),
        ("software=formwright&software=lost-lamp", ["Formwright"], "Lost Lamp is no longer shown in the catalogue."),
        (
            "software=formwright&software=陳情系統&software=衛生陳情&software=segnalazioni&software=old-ledger",
            ["Formwright", "陳情系統", "衛生陳情", "Segnalazioni"],
            "At most 4 can be compared; left out: Old Ledger",
        ),
    ],
)
def test_what_cannot_be_compared_is_said(client: FlaskClient, query: str, names: list[str], remark: str) -> None:
    data = read_json(client, f"/en/compare.json?{query}")
    assert ([one["name"] for one in data["software"]], data["remarks"]) == (names, [remark] if remark else [])
    assert remark in text(client.get(f"/en/compare?{query}").text)


def test_too_many_names_are_refused(client: FlaskClient) -> None:
    answer = client.get("/en/compare.json?" + "&".join(["software=x"] * 51))
    assert (answer.status_code, answer.json and answer.json["detail"]) == (400, "software may stand 50 times at most.")
    assert client.get("/en/compare?software=" + "x" * 5000).status_code == 200


def test_entries_are_found_and_added_without_cookies(client: FlaskClient) -> None:
    assert "Search for the first one" in client.get("/en/compare").text
    data = read_json(client, "/en/compare.json?software=formwright&q=segnalazioni")
    assert [(one["software"]["name"], one["address"]) for one in data["to_add"]] == [
        ("Segnalazioni", "/en/compare?software=formwright&software=segnalazioni")
    ]
    page = client.get("/en/compare?software=formwright&q=segnalazioni").text
    assert '<input type="hidden" name="software" value="formwright">' in page
    assert "Add Segnalazioni" in text(page)
    assert "Nothing was found" in client.get("/en/compare?software=formwright&q=zzqq").text


def test_an_entry_and_the_search_lead_to_the_comparison(client: FlaskClient) -> None:
    assert 'href="/en/compare?software=formwright"' in client.get("/en/software/formwright").text
    page = client.get("/en/software?q=formwright").text
    assert '<input type="checkbox" form="compare" name="software" value="formwright">' in page
    assert '<form id="compare" action="/en/compare" method="get">' in page


def test_an_entry_shows_its_family_and_what_is_similar_and_why(client: FlaskClient) -> None:
    related = read_json(client, "/en/software/陳情系統.json")["related"]
    [root] = related["family"]
    assert (root["kind"], [(one["kind"], one["url"].rsplit("/", 1)[1]) for one in root["below"]]) == (
        "self",
        [("entry", "petition-health"), ("technical-fork", "petition-fork")],
    )
    assert "衛生陳情" not in [one["software"]["name"] for one in related["similar"]]
    assert all(one["reasons"] for one in related["similar"])
    page = text(client.get("/en/software/陳情系統").text)
    assert "陳情系統 this entry 衛生陳情" in page
    assert "a copy (technical fork)" in page


def test_an_entry_that_stands_alone_has_no_such_section(client: FlaskClient) -> None:
    related = read_json(client, "/en/software/formwright.json")["related"]
    assert related == {
        "family": [],
        "family_cut": False,
        "dependencies": [],
        "named_by": [],
        "suites": [],
        "similar": [],
    }
    assert 'id="related"' not in client.get("/en/software/formwright").text


def test_an_entry_stands_in_its_family_tree_by_its_name_in_the_readers_language(client: FlaskClient) -> None:
    page = client.get("/zh-Hant/software/衛生陳情").text
    tree = page.partition('class="family"')[2].partition("</section>")[0]
    assert re.search(r'<strong aria-current="true"><span translate="no">衛生陳情</span></strong>', tree), tree[:900]
    assert "授權類別" not in page.partition('id="related"')[2].partition("</section>")[0]


def test_what_stands_around_an_entry_is_kept_until_something_is_written(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    store = Store(settings.database)
    upgrade(store)
    world = World(store)
    base = "https://git.yunwu.example/"
    world.publish(base + "a", base + "b")
    world.finds(base + "a", software(base + "a", "a"))
    app = create_app(settings)
    app.testing = True
    client = app.test_client()
    before = read_json(client, "/en/software/a.json")["related"]["family"]
    world.finds(base + "b", software(base + "b", "b", isBasedOn=[base + "a"]))
    store.close()
    [root] = read_json(client, "/en/software/a.json")["related"]["family"]
    assert (before, [one["software"]["name"] for one in root["below"]]) == ([], ["b"])


def test_a_licence_that_is_none_is_compared_as_it_is_written(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    store = Store(settings.database)
    upgrade(store)
    world = World(store)
    world.publish("https://git.yunwu.example/a")
    legal = {"license": "whatever you like"}
    world.finds("https://git.yunwu.example/a", software("https://git.yunwu.example/a", "a", legal=legal))
    store.close()
    app = create_app(settings)
    app.testing = True
    told = rows(app.test_client(), "software=a")
    assert told["license"] == (False, [["whatever you like"]])
    assert "policy" not in told
