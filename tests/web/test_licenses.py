"""The pages of licences: which are in use, over time, and what each one asks."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from unittest import mock

import pytest
from flask.testing import FlaskClient

from publiccode.registry.settings import Settings
from publiccode.registry.store import Store
from publiccode.registry.upgrade import upgrade
from publiccode.schemas.vocabularies import licenses
from publiccode.web.app import create_app

from ..looks import World
from ..registry.audit.test_usage import BASE, declare, find
from .catalogue import read_json

TODAY = datetime(2026, 3, 10, tzinfo=UTC)


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """A reader of three entries in two months, two of which were compared with their texts."""
    chosen = Settings(data=tmp_path_factory.mktemp("audited"))
    store = Store(chosen.database)
    upgrade(store)
    world = World(store, now=datetime(2026, 2, 3, tzinfo=UTC))
    world.publish(*(BASE + name for name in "abc"))
    declare(world, "a", "MIT")
    declare(world, "b", "GPL-3.0-only")
    world.now = datetime(2026, 3, 3, tzinfo=UTC)
    declare(world, "b", "MIT OR EUPL-1.2")
    declare(world, "c", "LicenseRef-Yunwu")
    find(world, "a", "MIT")
    find(world, "c", "MIT")
    store.close()
    made = create_app(chosen)
    made.testing = True
    return made.test_client()


@pytest.fixture(autouse=True)
def today() -> object:
    with mock.patch("publiccode.web.pages.licenses.now", return_value=TODAY):
        yield


def test_the_licences_in_use(audited: FlaskClient) -> None:
    data = read_json(audited, "/en/licenses.json")
    assert {name: data[name] for name in ("entries", "undeclared", "compared", "unknown", "sort", "show")} == {
        "entries": 3,
        "undeclared": 0,
        "compared": 2,
        "unknown": 0,
        "sort": "declared",
        "show": "used",
    }
    assert data["licenses"][0] == {
        "license": "MIT",
        "title": "MIT",
        "name": "MIT License",
        "address": "/en/licenses/MIT",
        "family": "permissive",
        "family_title": "permissive",
        "osi": True,
        "fsf": True,
        "deprecated": False,
        "declared": 2,
        "found": 2,
        "search": "/en/software?license=MIT",
    }
    assert [(row["license"], row["declared"], row["found"]) for row in data["licenses"]] == [
        ("MIT", 2, 2),
        ("EUPL-1.2", 1, 0),
    ]
    assert data["others"] == [
        {"license": "LicenseRef-Yunwu", "declared": 1, "found": 0, "search": "/en/software?license=LicenseRef-Yunwu"}
    ]
    assert [(row["family"], row["declared"], row["found"]) for row in data["families"]] == [
        ("permissive", 2, 2),
        ("unknown", 1, 0),
        ("weak-copyleft", 1, 0),
    ]
    assert data["over_time"] == {
        "days": ["2026-02-28", "2026-03-10"],
        "entries": [2, 3],
        "licenses": [
            {"license": "EUPL-1.2", "declared": [0, 1], "found": [0, 0]},
            {"license": "GPL-3.0-only", "declared": [1, 0], "found": [0, 0]},
            {"license": "LicenseRef-Yunwu", "declared": [0, 1], "found": [0, 0]},
            {"license": "MIT", "declared": [1, 2], "found": [0, 2]},
        ],
        "csv": "/en/licenses.csv",
    }


def test_the_figures_as_csv(audited: FlaskClient) -> None:
    answer = audited.get("/en/licenses.csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))) == [
        ["day", "entries", "license", "name", "family", "declared", "found"],
        ["2026-02-28", "2", "GPL-3.0-only", "GNU General Public License v3.0 only", "strong-copyleft", "1", "0"],
        ["2026-02-28", "2", "MIT", "MIT License", "permissive", "1", "0"],
        ["2026-03-10", "3", "EUPL-1.2", "European Union Public License 1.2", "weak-copyleft", "1", "0"],
        ["2026-03-10", "3", "LicenseRef-Yunwu", "", "unknown", "1", "0"],
        ["2026-03-10", "3", "MIT", "MIT License", "permissive", "2", "2"],
    ]


def test_no_cell_can_be_a_formula() -> None:
    """Ids and names come from the SPDX list or are LicenseRef-…: none begins as a spreadsheet's formula does."""
    cells = [cell for identifier, entry in licenses().values() for cell in (identifier, entry["name"])]
    assert [cell for cell in cells if cell[0] in "=+-@\t\r"] == []


@pytest.mark.parametrize(
    ("sort", "first"),
    [("declared", "MIT"), ("found", "MIT"), ("license", "EUPL-1.2"), ("family", "MIT")],
)
def test_the_list_is_sorted(audited: FlaskClient, sort: str, first: str) -> None:
    data = read_json(audited, f"/en/licenses.json?sort={sort}")
    assert (data["sort"], data["licenses"][0]["license"]) == (sort, first)
    page = audited.get(f"/en/licenses?sort={sort}").text
    assert page.count("aria-sort=") == 1
    assert 'href="/en/licenses?sort=family"' in page


def test_every_licence_of_the_list_can_be_reached(audited: FlaskClient) -> None:
    rows = read_json(audited, "/en/licenses.json?show=all")["licenses"]
    assert {row["license"] for row in rows} == {identifier for identifier, _ in licenses().values()}
    assert {row["address"]: audited.get(row["address"]).status_code for row in rows[::25]} == {
        row["address"]: 200 for row in rows[::25]
    }


def test_what_a_licence_asks_and_who_uses_it(audited: FlaskClient) -> None:
    data = read_json(audited, "/en/licenses/MIT.json")
    told = data["license"].pop("description")
    assert data["license"] == {
        "id": "MIT",
        "name": "MIT License",
        "text": "https://spdx.org/licenses/MIT.html",
        "family": "permissive",
        "family_title": "permissive",
        "family_meaning": "Keep the notices; what you make of it may have other terms.",
        "for_content": False,
        "osi": True,
        "fsf": True,
        "deprecated": False,
        "successors": [],
    }
    assert told["must"] == [
        {"term": "keep-notice", "text": "Leave the notices about copyright and licence in place."},
        {"term": "include-text", "text": "Hand over the text of the licence with every copy."},
    ]
    assert (data["declared"]["count"], [entry["name"] for entry in data["declared"]["software"]]) == (2, ["a", "b"])
    assert [(entry["name"], entry["declared"]) for entry in data["found_only"]["software"]] == [
        ("c", "LicenseRef-Yunwu")
    ]
    assert [(owner["slug"], owner["software"]) for owner in data["publishers"]["publishers"]] == [("yunwu", 3)]


def test_what_policies_say_of_a_licence(audited: FlaskClient) -> None:
    told = read_json(audited, "/en/licenses/OGDL-Taiwan-1.0.json")["policies"]
    assert [(row["policy"], row["in_force"]) for row in told] == [("osi", True), ("eu", False), ("tw", False)]
    assert told[2] == {
        "policy": "tw",
        "title": "Code of Taiwan's administrations",
        "source": "https://moda.gov.tw/",
        "in_force": False,
        "code": {"ruling": "forbidden", "title": "forbidden", "reason": "the policy names OGDL-Taiwan-1.0"},
        "content": {"ruling": "allowed", "title": "allowed", "reason": "the policy names OGDL-Taiwan-1.0"},
    }


def test_the_policy_of_the_instance_comes_first(tmp_path: Path) -> None:
    own = tmp_path / "own.yml"
    lists = "  allowed: [MIT]\n  otherwise: forbidden\n"
    own.write_text(f"name: <own>\ncode:\n{lists}content:\n{lists}verdicts: {{}}\n")
    told = read_json(_instance(tmp_path, str(own)), "/en/licenses/MIT.json")["policies"]
    assert [(row["policy"], row["in_force"]) for row in told] == [
        ("<own>", True),
        ("eu", False),
        ("osi", False),
        ("tw", False),
    ]
    assert told[0]["code"]["ruling"] == "allowed"


def test_a_policy_that_cannot_be_read_is_logged_and_left_out(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    told = read_json(_instance(tmp_path, "none.yml"), "/en/licenses/MIT.json")["policies"]
    assert [(row["policy"], row["in_force"]) for row in told] == [("eu", False), ("osi", False), ("tw", False)]
    assert "none.yml" in caplog.text


def _instance(folder: Path, policy: str) -> FlaskClient:
    chosen = Settings(data=folder, license_policy=policy)
    store = Store(chosen.database)
    upgrade(store)
    store.close()
    return create_app(chosen).test_client()


def test_the_page_speaks_the_readers_language(audited: FlaskClient) -> None:
    page = audited.get("/zh-Hant/licenses/EUPL-1.2").text
    assert "歐盟自訂的授權條款" in page
    assert "European Union&#39;s own" not in page


def test_a_deprecated_id_leads_to_its_successors(audited: FlaskClient) -> None:
    assert read_json(audited, "/en/licenses/GPL-2.0.json")["license"]["successors"] == [
        "GPL-2.0-only",
        "GPL-2.0-or-later",
    ]
    page = audited.get("/en/licenses/GPL-2.0").text
    assert 'href="/en/licenses/GPL-2.0-only"' in page
    assert "The SPDX list deprecates this id." in page


@pytest.mark.parametrize(
    ("asked", "address"),
    [
        ("/en/licenses/mit", "/en/licenses/MIT"),
        ("/en/licenses/eupl-1.2.json", "/en/licenses/EUPL-1.2.json"),
        ("/zh-Hant/licenses/gpl-2.0%2B", "/zh-Hant/licenses/GPL-2.0+"),
        ("/en/licenses/json.json", "/en/licenses/JSON.json"),
    ],
)
def test_another_spelling_leads_to_the_lists(audited: FlaskClient, asked: str, address: str) -> None:
    answer = audited.get(asked)
    assert (answer.status_code, answer.headers["Location"]) == (301, address)
    assert audited.get(address).status_code == 200


def test_an_unknown_id_is_searched_for(audited: FlaskClient) -> None:
    answer = audited.get("/en/licenses/<b>x")
    assert answer.status_code == 404
    assert 'href="/en/software?q=%3Cb%3Ex"' in answer.text
    assert "The SPDX list has no licence &lt;b&gt;x." in answer.text
    assert audited.get("/en/licenses/none.json").status_code == 404


@pytest.mark.parametrize("query", ["sort=size", "show=some"])
def test_what_the_address_may_say(audited: FlaskClient, query: str) -> None:
    assert audited.get(f"/en/licenses.json?{query}").status_code == 400


def test_other_pages_lead_here(client: FlaskClient) -> None:
    entry, search = client.get("/en/software/old-ledger").text, client.get("/en/software").text
    assert 'href="/en/licenses/MIT"' in entry
    assert 'href="/en/licenses/Apache-2.0"' in entry
    assert 'href="/en/licenses"' in search


def test_a_catalogue_in_which_nothing_is(empty: FlaskClient) -> None:
    data = read_json(empty, "/en/licenses.json")
    assert (data["entries"], data["licenses"], data["over_time"]["days"]) == (0, [], [])
    assert "There is no entry yet" in empty.get("/en/licenses").text


def test_what_changed_is_counted_at_once(tmp_path: Path) -> None:
    """The figures are kept from one reader to the next, but not beyond a change."""
    client = _instance(tmp_path, "osi")
    store = Store(Settings(data=tmp_path).database)
    world = World(store)
    world.publish(BASE + "a")
    told = []
    steps: list[Callable[[], None]] = [
        lambda: declare(world, "a", "MIT"),
        lambda: declare(world, "a", "ISC"),
        lambda: find(world, "a", "MIT"),
    ]
    for step in steps:
        step()
        rows = read_json(client, "/en/licenses.json")["licenses"]
        told.append([(row["license"], row["declared"], row["found"]) for row in rows])
        assert read_json(client, "/en/licenses.json")["licenses"] == rows
    store.close()
    assert told == [[("MIT", 1, 0)], [("ISC", 1, 0)], [("ISC", 1, 0), ("MIT", 0, 1)]]


def test_before_any_comparison_nothing_is_said_about_texts(client: FlaskClient, tmp_path: Path) -> None:
    page = client.get("/en/licenses").text
    assert "none yet" in page
    assert "Concluded" not in page
