"""Who uses what and collections, as readers and operators meet them: pages, data, tables, commands."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient

from publiccode.registry.following import follow
from publiccode.registry.models import Publisher
from publiccode.registry.search.engines import open_index
from publiccode.registry.settings import Settings
from publiccode.registry.store import Store
from publiccode.registry.upgrade import upgrade
from publiccode.web.app import create_app
from publiccode.web.cli import cli
from publiccode.web.pages.usage_table import Table

from ..looks import World
from .catalogue import BASE, fill, read_json

HOST = "http://localhost"
KIT = f"""
slug: starter-kit
title: {{en: "<b>Kit</b>", zh-Hant: 套件}}
text: {{en: "Begin **here** <script>alert(1)</script> [x](javascript:alert(1))"}}
items:
  - {{address: {BASE}forms, note: {{en: "<i>Forms</i> first"}}}}
  - {{address: {BASE}nothing}}
"""


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The small catalogue with statements about use and a collection, all of it recorded by commands."""
    chosen = Settings(data=tmp_path_factory.mktemp("used"), contact="post@registry.example")
    store = Store(chosen.database)
    upgrade(store)
    fill(World(store))
    follow(store, open_index(chosen.search_engine, chosen.index_folder))
    store.close()
    declare = ("usage", "declare", "formwright", "--by", "Lin Yu", "--user")
    said = ("--version", "2.1", "--since", "2025-03", "--for", "<b>Forms</b>", "--contact", "Ada <ada@x.example>")
    for words in (
        (*declare, "yunwu-health", *said, "--evidence", "https://evidence.example/a"),
        ("usage", "confirm", "formwright", "--user", "Yunwu Health", "--by", "Chen"),
        (*declare, "=Tax\u0007 Office"),
        ("usage", "declare", BASE + "petition", "--user", "Comune di Brume", "--by", "Lin Yu"),
    ):
        assert (done := command(chosen, *words)).exit_code == 0, done.output
    done = command(chosen, *declare, "yunwu")
    assert done.output.splitlines()[1:2] == [
        "It publishes this software itself: the entry's page tells so, and it is not counted as use by others."
    ]
    (chosen.data / "kit.yml").write_text(KIT, "utf-8")
    done = command(chosen, "collections", "import", str(chosen.data / "kit.yml"), "--by", "Lin Yu")
    assert done.output == (
        "Collection starter-kit:\n  new: starter-kit, 2 items\n"
        "HTML is not rendered, and shown as it is written: <b>, </b>, <script>, </script>, <i>, </i>\n"
        "Next: write Markdown, as in **bold**.\n"
        f"Not in the catalogue: {BASE}nothing\nNext: publiccode why URL tells why.\n"
    )
    return chosen


def command(chosen: Settings, *words: str) -> Result:
    return CliRunner().invoke(cli, words, env={"PUBLICCODE_DATA": str(chosen.data)})


@pytest.fixture
def client(instance: Settings) -> FlaskClient:
    app = create_app(instance)
    app.testing = True
    return app.test_client()


def who(users: list[dict[str, Any]]) -> list[str]:
    return [one["organisation"]["name"]["text"] for one in users]


def test_an_entry_tells_who_uses_it_and_no_contact(client: FlaskClient) -> None:
    told = read_json(client, "/en/software/formwright.json")["users"]
    assert told == {
        "confirmed": [
            {
                "organisation": {
                    "name": {"language": "en", "text": "Yunwu Health"},
                    "slug": "yunwu-health",
                    "address": "/en/publishers/yunwu-health",
                },
                "kind": "confirmed",
                "version": "2.1",
                "since": "2025-03",
                "purpose": "<b>Forms</b>",
                "evidence": "https://evidence.example/a",
                "declared": True,
                "named_in_file": False,
                "no_longer_named": False,
                "own": False,
            }
        ],
        "claimed": [{**told["claimed"][0]}],
        "own": [{**told["own"][0]}],
    }
    assert who(told["own"]) == ["City of Yunwu"]
    assert who(told["claimed"]) == ["=Tax Office"]
    page = client.get("/en/software/formwright").text
    assert 'Who uses this software <span class="count">2</span>' in page
    assert "ada@x.example" not in page
    assert "&lt;b&gt;Forms&lt;/b&gt;" in page
    assert 'href="https://evidence.example/a" rel="nofollow noopener"' in page
    assert "publiccode usage declare formwright" in page
    assert 'href="mailto:post%40registry.example"' in page
    claimed = read_json(client, "/zh-Hant/software/陳情系統.json")["users"]["claimed"]
    assert [(one["declared"], one["named_in_file"]) for one in claimed] == [(True, False), (False, True)]
    assert "Used by, as the file says" not in client.get("/en/software/陳情系統").text


def test_all_of_it_by_publisher(client: FlaskClient) -> None:
    told = read_json(client, "/en/usage.json")
    assert told["counts"] == {"organisations": 4, "software": 2, "uses": 4, "confirmed": 1, "claimed": 3}
    groups = [
        (
            group["publisher"] and group["publisher"]["name"]["text"],
            [([above["slug"] for above in one["parents"]], who([one])[0]) for one in group["organisations"]],
        )
        for group in told["groups"]
    ]
    assert groups == [
        ("City of Yunwu", [(["yunwu"], "Yunwu Health")]),
        ("Comune di Brume", [([], "Comune di Brume")]),
        (None, [([], "=Tax Office"), ([], "青嵐縣政府")]),
    ]
    narrowed = read_json(client, "/en/usage.json?publisher=yunwu&kind=confirmed")
    assert (narrowed["counts"]["organisations"], narrowed["csv"]) == (1, "/en/usage.csv?kind=confirmed&publisher=yunwu")
    assert read_json(client, "/en/usage.json?publisher=brume&kind=confirmed")["counts"]["uses"] == 0
    page = client.get("/en/usage?publisher=brume&kind=confirmed").text
    assert "Nothing of this is known." in page
    assert '<option value="brume" lang="it" selected>Comune di Brume</option>' in page  # not lost by pressing Show
    statuses = [
        client.get(f"/en/usage{query}").status_code for query in ("?kind=x", "?publisher=none", "?page=2", "?page=x")
    ]
    assert statuses == [400, 404, 404, 400]
    assert "ada@x.example" not in client.get("/en/usage").text


def test_the_publisher_that_was_chosen_can_be_chosen_though_it_uses_nothing() -> None:
    quiet, other = Publisher(identifier="q", slug="q", name="Quiet"), Publisher(identifier="o", slug="o", name="Other")
    names = {one.id: one.name for one in (quiet, other)}
    assert [one.slug for _, one in Table([], [quiet, other], names, below="q").choices()] == ["q"]


def test_the_table_for_a_spreadsheet(client: FlaskClient) -> None:
    answer = client.get("/en/usage.csv?kind=claimed")
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert answer.mimetype == "text/csv"
    assert [row[:5] for row in rows[1:]] == [
        ["Comune di Brume", "", "brume", "陳情系統", f"{HOST}/en/software/%E9%99%B3%E6%83%85%E7%B3%BB%E7%B5%B1"],
        ["'=Tax Office", "", "", "Formwright", f"{HOST}/en/software/formwright"],
        ["青嵐縣政府", "", "", "陳情系統", f"{HOST}/en/software/%E9%99%B3%E6%83%85%E7%B3%BB%E7%B5%B1"],
    ]
    named = csv.reader(io.StringIO(client.get("/zh-Hant/usage.csv").text))
    assert [row[3] for row in named if "Brume" in row[0]] == ["雲霧陳情"]  # as the page calls it
    assert {len(row) for row in rows} == {13}
    assert "ada@" not in client.get("/en/usage.csv").text


def test_a_publisher_tells_what_it_uses_and_who_uses_what_it_released(client: FlaskClient) -> None:
    told = read_json(client, "/en/publishers/yunwu.json")["usage"]
    assert [(one["software"]["slug"], who(one["users"])) for one in told["used_by"]] == [
        ("formwright", ["Yunwu Health", "=Tax Office"]),
        ("陳情系統", ["Comune di Brume", "青嵐縣政府"]),
    ]
    told = read_json(client, "/en/publishers/yunwu-health.json")["usage"]
    assert [(use["software"]["slug"], use["kind"]) for use in told["uses"]] == [("formwright", "confirmed")]
    assert "Software of others that it uses" in client.get("/en/publishers/yunwu-health").text


def test_collections_are_shown_harmlessly(client: FlaskClient) -> None:
    [listed] = read_json(client, "/en/collections.json")["collections"]
    assert (listed["slug"], listed["title"], listed["count"], listed["not_here"]) == (
        "starter-kit",
        {"language": "en", "text": "<b>Kit</b>"},
        1,
        1,
    )
    assert "1 software, 1 not in this catalogue" in client.get("/en/collections").text
    told = read_json(client, "/zh-Hant/collections/starter-kit.json")
    assert [item["software"]["slug"] for item in told["software"]] == ["formwright"]
    assert [(item["url"], item["software"]) for item in told["missing"]] == [(BASE + "nothing", None)]
    page = client.get("/en/collections/starter-kit").text
    assert "used by 1 (confirmed)" in page
    assert "used by 1 (confirmed)" in client.get("/en/publishers/yunwu").text
    assert "<strong>here</strong>" in page
    for hostile in ("<script>alert(1)", 'javascript:alert(1)"', "<b>Kit", "<i>Forms"):
        assert hostile not in page
    assert [one["slug"] for one in read_json(client, "/en/software/formwright.json")["collections"]] == ["starter-kit"]
    assert [one["slug"] for one in read_json(client, "/en/index.json")["collections"]] == ["starter-kit"]
    assert read_json(client, "/en/software/陳情系統.json")["collections"] == []
    assert client.get("/en/collections/none").status_code == 404


def test_publishers_tell_what_is_theirs_and_what_is_below(client: FlaskClient) -> None:
    told = {one["slug"]: one for one in read_json(client, "/en/publishers.json")["publishers"]}
    yunwu, health = told["yunwu"], told["yunwu-health"]
    assert health["with_below"] == {"publishers": 0, "software": 1, "without_file": 0}
    assert yunwu["with_below"] == {
        "publishers": 1,
        "software": yunwu["software"] + 1,
        "without_file": yunwu["without_file"],
    }
    assert f"{yunwu['software'] + 1} with all bodies below it" in client.get("/en/publishers").text


def test_nothing_is_known_yet(empty: FlaskClient) -> None:
    assert "Nobody is known to use anything yet." in empty.get("/en/usage").text
    assert "There is no collection yet." in empty.get("/en/collections").text


def test_the_commands_list_what_no_page_shows(instance: Settings) -> None:
    rows = json.loads(command(instance, "usage", "list", "--software", "formwright", "--format", "json").output)
    assert [(row["number"], row["user"], row["contact"], row["confirmed_by"]) for row in rows] == [
        (2, "雲霧市政府衛生局", "Ada <ada@x.example>", "Chen"),
        (3, "=Tax Office", "", ""),
        (5, "雲霧市政府", "", ""),
    ]
    table = command(instance, "usage", "list", "--user", "=tax office", "--format", "csv").output
    [row] = csv.DictReader(io.StringIO(table))
    assert (row["user"], row["software"], row["declared_by"]) == ("'=Tax Office", "formwright", "Lin Yu")
    assert command(instance, "usage", "list", "--user", "yunwu-health").output == (
        "    2  confirmed  formwright  雲霧市政府衛生局  (declared by Lin Yu; version 2.1; since 2025-03; <b>Forms</b>; "
        "https://evidence.example/a; contact: Ada <ada@x.example>)\n"
    )
    listed = json.loads(command(instance, "collections", "list", "--format", "json").output)
    assert [(one["slug"], one["items"], one["missing"]) for one in listed] == [("starter-kit", 2, [BASE + "nothing"])]


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("usage", "declare", "formwrigth", "--user", "x", "--by", "y"), "did you mean formwright?"),
        (("usage", "declare", "formwright", "--user", "x", "--since", "soon", "--by", "y"), "is no year, month or day"),
        (("usage", "confirm", "99", "--by", "y"), "there is no statement 99"),
        (("usage", "confirm", "formwright", "--by", "y"), "whose use is meant?"),
        (("usage", "confirm", "2", "--by", "y"), "statement 2 is confirmed already"),
        (("usage", "confirm", "3", "--by", " "), "the name of who does this is needed"),
        (("usage", "withdraw", "3", "--reason", " ", "--by", "y"), "a reason is needed"),
        (
            ("usage", "withdraw", "formwright", "--user", "Nobody", "--reason", "r", "--by", "y"),
            "nothing says that 'Nobody'",
        ),
        (("collections", "remove", "none", "--by", "y"), "no collection 'none' is shown; there are starter-kit"),
        (("collections", "import", "pyproject.toml", "--by", "y"), "pyproject.toml was not imported:\n  "),
    ],
)
def test_what_commands_refuse(instance: Settings, words: tuple[str, ...], problem: str) -> None:
    done = command(instance, *words)
    assert (done.exit_code, problem in done.output) == (2, True), done.output


@pytest.mark.parametrize(
    "words", ["usage declare", "usage confirm", "usage withdraw", "usage list", "collections import"]
)
def test_every_subcommand_has_an_example(words: str) -> None:
    done = CliRunner().invoke(cli, [*words.split(), "--help"])
    assert (done.exit_code, f"Example: publiccode {words}" in done.output) == (0, True)


def test_what_is_withdrawn_is_gone_and_the_index_follows(tmp_path: Path, instance: Settings) -> None:
    chosen = Settings(data=tmp_path)
    store = Store(chosen.database)
    upgrade(store)
    world = World(store)
    fill(world)
    command(chosen, "usage", "declare", "formwright", "--user", "Eastbay", "--by", "Lin")
    done = command(chosen, "usage", "withdraw", "formwright", "--user", "eastbay", "--reason", "no more", "--by", "Lin")
    assert done.output.splitlines()[-1] == "Statement 2 is withdrawn."
    assert command(chosen, "usage", "list", "--software", "formwright").output == "Nothing of this is recorded.\n"
    assert command(chosen, "usage", "list", "--all", "--user", "Eastbay").output == (
        "    2  claimed    formwright  Eastbay  (declared by Lin; withdrawn by Lin: no more)\n"
    )
    index = open_index(chosen.search_engine, chosen.index_folder)
    assert follow(store, index, zone=ZoneInfo(chosen.time_zone)) == 0
    store.close()
