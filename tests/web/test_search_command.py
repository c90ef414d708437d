"""`publiccode search`: the same answers as the page, from any engine, page by page, with reasons."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient

from publiccode.registry.search import SORTS
from publiccode.registry.search.engines import ENGINES
from publiccode.registry.settings import Settings
from publiccode.web.commands import search

from .catalogue import read_json


def run(settings: Settings, *arguments: str) -> Result:
    environment = {"PUBLICCODE_DATA": str(settings.data)}
    return CliRunner().invoke(search.command, arguments, env=environment, catch_exceptions=False)


def test_the_tables_are_those_of_the_index() -> None:
    assert (tuple(ENGINES), SORTS) == (search._ENGINES, search._SORTS)


@pytest.mark.parametrize("query", ["formwright", "petition", "電子表單", ""])
def test_answers_as_the_page_does(settings: Settings, client: FlaskClient, query: str) -> None:
    page = read_json(client, f"/en/software.json?q={query}")
    told = json.loads(run(settings, query, "--format", "json", "--limit", "20").stdout)
    assert (told["total"], told["reading"]) == (page["total"], page["reading"])
    assert [each["slug"] for each in told["software"]] == [each["slug"] for each in page["results"]]


def test_another_engine_is_built_beside(settings: Settings, tmp_path: Path) -> None:
    first = run(settings, "--engine", "whoosh", "--format", "json")
    folder = settings.index_folder.with_name("index-whoosh")
    total = json.loads(first.stdout)["total"]
    assert first.stderr == f"{total} entries indexed by whoosh in {folder}.\n"
    again = run(settings, "--engine", "whoosh", "--format", "json")
    assert (again.stderr, again.stdout) == ("", first.stdout)


def test_pages_and_orders(settings: Settings) -> None:
    everything = json.loads(run(settings, "--sort", "name", "--format", "json", "--limit", "200").stdout)["software"]
    second = json.loads(run(settings, "--sort", "name", "--format", "json", "--limit", "2", "--page", "2").stdout)
    assert second["software"] == everything[2:4]


def test_says_why(settings: Settings) -> None:
    lines = run(settings, "formwright", "zebra", "--explain").stdout.splitlines()
    assert lines[0].endswith("found (none has all words; these have some; understood as: formwright OR zebra)")
    assert "    “formwright” stands in: name" in [line[: len("    “formwright” stands in: name")] for line in lines]
    assert "    not found: zebra" in lines
