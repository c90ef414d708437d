"""How the audit shows what was found: files with their lines and words, names, versions, who decided, and links that hold."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from publiccode.registry.audit.conclusions import conclude, software_named, waive
from publiccode.registry.audit.verdicts import follow_licenses
from publiccode.registry.publishers import ListedPublisher
from publiccode.registry.settings import Settings
from publiccode.registry.store import Store
from publiccode.registry.upgrade import upgrade
from publiccode.schemas.licensing.identify import identify
from publiccode.schemas.licensing.policy import RULES
from publiccode.web.app import create_app
from publiccode.web.cli import cli
from publiccode.web.pages import audit_reports

from ..audited import TAIPEI, small_method
from ..looks import LONG, World, software
from .catalogue import read_json

TEXTS = Path(__file__).parents[2] / "web" / "demo" / "licenses"
MAY, JUNE = (datetime(2026, month, 4, 1, 0, tzinfo=UTC) for month in (5, 6))
WALLET, TRUCK, PERMITS = (f"https://github.com/mist-office/{name}" for name in ("wallet", "truck", "permits"))
RESTRICTION = "The software may not be used for commercial purposes."
MIT = (TEXTS / "MIT.txt").read_text("utf-8").rstrip("\n")
AGPL = (TEXTS / "AGPL-3.0-or-later.txt").read_text("utf-8")


def called(chinese: str) -> dict[str, Any]:
    told = {"shortDescription": "數位皮夾", "longDescription": LONG, "features": ["皮夾"], "localisedName": chinese}
    return {"zh-Hant": told, "en": {**told, "localisedName": ""}}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """In May three entries are judged; in June one is called otherwise and waived, and about one an auditor concludes."""
    settings = Settings(data=tmp_path_factory.mktemp("evidence"))
    store = Store(settings.database)
    upgrade(store)
    world = World(store)
    method = replace(small_method(), identify=identify)
    world.now = MAY
    world.list(ListedPublisher("mist", "Mist", repos=(WALLET, TRUCK, PERMITS)))
    _finds(world, WALLET, "Starpurse", "AGPL-3.0-or-later", AGPL, called("星袋"))
    _finds(world, TRUCK, "Garbage Truck", "MIT", f"{MIT}\n\n{RESTRICTION}\n", None)
    _finds(world, PERMITS, "Plumbline", "MIT", AGPL, None)
    follow_licenses(store, method, world.now)
    world.now = JUNE
    _finds(world, WALLET, "Starpurse", "AGPL-3.0-or-later", AGPL, called("星袋數位皮夾"))
    with store.writing("Lin Yu", world.now) as change:
        about = software_named(change.session, PERMITS)
        day, remark = "2026-08-20", "A release is planned."
        waive(change, about, "license-mismatch", "repair-announced", day, remark, rules=RULES, zone=TAIPEI)
        conclude(change, software_named(change.session, TRUCK), "LicenseRef-MIT-NC", "The words forbid sale.")
    follow_licenses(store, method, world.now)
    yield world
    store.close()


def _finds(world: World, url: str, name: str, declared: str, text: str, description: dict[str, Any] | None) -> None:
    changes = {"description": description} if description else {}
    content = software(url, name, legal={"license": declared}, **changes)
    world.finds(url, content, head=f"{sum(content):040x}", files={"LICENSE": text.encode()})


@pytest.fixture
def client(world: World, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    monkeypatch.setattr(audit_reports, "now", lambda: JUNE + timedelta(days=5), raising=False)
    made = create_app(Settings(data=Path(world.store.place).parent, trusted_proxies=1))
    made.testing = True
    return made.test_client()


def entry(client: FlaskClient, slug: str, language: str = "en", day: str = "2026-06-05") -> dict[str, Any]:
    told: dict[str, Any] = read_json(client, f"/{language}/software/{slug}/audit.json?as-of={day}")
    return told


def rows(
    client: FlaskClient, path: str = "/en/audit/report.csv?as-of=2026-06-05", **more: Any
) -> dict[str, dict[str, str]]:
    text = client.get(path, **more).text.lstrip("\ufeff")
    return {row["Name"]: row for row in csv.DictReader(io.StringIO(text, newline=""))}


def test_words_that_restrict_are_quoted_with_their_line(client: FlaskClient) -> None:
    (file,) = entry(client, "garbage-truck", day="2026-05-05")["entry"]["found"]
    line = MIT.count("\n") + 3
    assert [(one["lines"], one["text"]) for one in file["restrictions"]] == [([line, line], RESTRICTION)]
    assert [part["lines"] for part in file["parts"]] == [[[1, line - 2]]]
    address = file["restrictions"][0]["address"]
    assert f'<li id="L{line}">{RESTRICTION}</li>' in client.get(address.partition("#")[0]).text
    page = client.get("/en/software/garbage-truck/audit?as-of=2026-05-05").text
    assert f'<a href="{address}">line {line}</a>' in page
    assert f"<q>{RESTRICTION}</q>" in page
    assert f"In LICENSE:{line} stand added words that restrict." in page
    table = rows(client, "/en/audit/report.csv?as-of=2026-05-05")["Garbage Truck"]
    assert f"line {line}: “{RESTRICTION}”" in table["Found in the licence files"]
    assert f"lines 1–{line - 2}" in table["Found in the licence files"]


def test_no_more_of_versions_is_claimed_than_a_text_tells(client: FlaskClient) -> None:
    told = entry(client, "plumbline")["entry"]
    assert (told["concluded"], told["concluded_title"], told["versions_open"]) == ("AGPL-3.0-only", "AGPL-3.0", True)
    assert told["found"][0]["concluded_title"] == "AGPL-3.0"
    agreeing = entry(client, "starpurse")["entry"]
    assert (agreeing["concluded_title"], agreeing["versions_open"]) == ("AGPL-3.0-or-later", False)
    assert agreeing["found"][0]["parts"][0]["title"] == "AGPL-3.0"
    for page in (
        "/en/software/plumbline/audit",
        "/en/audit/report",
        "/en/audit",
        "/en/software/starpurse",
    ):
        assert "AGPL-3.0-only" not in client.get(page).text, page
    assert (
        "The text does not tell whether later versions are allowed." in client.get("/en/software/plumbline/audit").text
    )
    assert rows(client)["Plumbline"]["Concluded"] == "AGPL-3.0"
    counted = {one["license"]: one["title"] for one in read_json(client, "/en/audit.json")["totals"]["licenses"]}
    assert counted["AGPL-3.0"] == "AGPL-3.0 (-only or -or-later)"


def test_licences_are_counted_as_texts_tell_them(client: FlaskClient) -> None:
    told = read_json(client, "/en/licenses.json")
    counts = {row["license"]: (row["title"], row["declared"], row["found"]) for row in told["licenses"]}
    assert counts == {
        "AGPL-3.0": ("AGPL-3.0 (-only or -or-later)", 0, 1),  # of Plumbline's text
        "AGPL-3.0-or-later": ("AGPL-3.0-or-later", 1, 1),
        "MIT": ("MIT", 2, 0),
    }
    page = read_json(client, "/en/licenses/AGPL-3.0.json")
    assert [one["slug"] for one in page["found_only"]["software"]] == ["plumbline"]
    over_time = {row["license"]: (row["declared"][-1], row["found"][-1]) for row in told["over_time"]["licenses"]}
    assert over_time == {"AGPL-3.0": (0, 1), "AGPL-3.0-or-later": (1, 1), "MIT": (2, 0), "LicenseRef-MIT-NC": (0, 1)}


def test_findings_and_changes_say_what_stands_where(client: FlaskClient) -> None:
    table = rows(client)
    assert (
        table["Plumbline"]["Waived findings"]
        == "Error: Declared is MIT; LICENSE holds the text of AGPL-3.0. [license-mismatch]"
    )
    page = client.get("/en/audit?as-of=2026-06-05&since=2026-05-20").text
    assert "by Lin Yu, Jun 4, 2026 09:00" in page
    assert "until Aug 20, 2026" in page
    assert '(MIT / <span translate="no">LicenseRef-MIT-NC</span>)' in page


def test_history_tells_who_concluded_and_the_commit(client: FlaskClient) -> None:
    told = entry(client, "garbage-truck")
    commit = f"{sum(software(TRUCK, 'Garbage Truck', legal={'license': 'MIT'})):040x}"
    assert [(row["conclusion"], row["commit"]) for row in told["history"]] == [
        ({"number": 1, "by": "Lin Yu"}, commit),
        (None, commit),
    ]
    assert told["history"][0]["repository_page"] == f"{TRUCK}/tree/{commit}"
    assert "conclusion no. 1 by Lin Yu" in client.get("/en/software/garbage-truck/audit").text
    assert "by Lin Yu, Jun 4, 2026 09:00" in client.get("/en/software/garbage-truck").text


def test_names_are_those_of_the_readers_language_and_of_the_day(client: FlaskClient) -> None:
    names = {
        (language, day): entry(client, "starpurse", language, day)["entry"]["called"]["text"]
        for language in ("zh-Hant", "en")
        for day in ("2026-05-05", "2026-06-05")
    }
    assert names == {
        ("zh-Hant", "2026-05-05"): "星袋",
        ("zh-Hant", "2026-06-05"): "星袋數位皮夾",
        ("en", "2026-05-05"): "Starpurse",
        ("en", "2026-06-05"): "Starpurse",
    }
    for path in (
        "/zh-Hant/audit",
        "/zh-Hant/audit/report",
        "/zh-Hant/software/starpurse/audit",
        "/zh-Hant/audit/report.csv",
    ):
        text = client.get(path).text
        assert "星袋數位皮夾" in text, path
        assert "Starpurse" not in text, path


def test_downloaded_reports_lead_to_the_host_that_gave_them(client: FlaskClient, world: World) -> None:
    headers = {"Host": "catalogue.example", "X-Forwarded-Proto": "https"}
    assert rows(client, headers=headers)["Plumbline"]["Address of the entry"] == (
        "https://catalogue.example/en/software/plumbline"
    )
    assert rows(client)["Plumbline"]["Address of the entry"] == "http://localhost/en/software/plumbline"
    page = client.get("/en/audit/report", headers=headers).text
    assert 'href="https://catalogue.example/en/software/plumbline/audit"' in page
    env = {"PUBLICCODE_DATA": str(Path(world.store.place).parent)}
    alone = CliRunner().invoke(cli, ["audit", "report", "--format", "html"], env=env).output
    assert "This file has no links to the pages of the catalogue" in alone
    assert 'href="/' not in alone
    assert 'href=""' not in alone
    assert RESTRICTION in alone


def test_another_day_keeps_the_order_of_the_list(client: FlaskClient) -> None:
    page = client.get("/en/audit?sort=-name").text
    assert page.count('<input type="hidden" name="sort" value="-name">') == 2  # of the days, and of the filters
