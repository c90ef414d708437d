"""Repositories without a publiccode.yml: their list, the file prepared for each, and the commands."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import click
import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlmodel import select

from publiccode.registry.models import CodeHosting, HarvestRun, Reach
from publiccode.registry.observations import Look, record_all
from publiccode.registry.publishers import ListedPublisher
from publiccode.registry.settings import Settings
from publiccode.registry.store import Store
from publiccode.registry.upgrade import upgrade
from publiccode.schemas.candidate import Repository
from publiccode.schemas.document import parse
from publiccode.web.app import create_app
from publiccode.web.cli import cli

from ..looks import World
from .catalogue import BASE, read_json
from .test_pages import text

GROUP = "https://github.com/gov"
LIST = "/en/publishers/gov/without-file"
FORK = "https://github.com/upstream/copy"
HOSTILE = '<script>alert(1)</script> {{ 7*7 }} "quoted": # &x *y\x00\x1b[31m'


def fill(folder: Path, number: int) -> FlaskClient:
    """A reader of a registry whose publisher has `number` repositories of its own code, and one of each other kind."""
    chosen = Settings(data=folder)
    store = Store(chosen.database)
    upgrade(store)
    world = World(store)
    world.list(ListedPublisher("gov", "雲霧市政府", {"en": "City"}, "urn:oid:2.16.886.999.101", orgs=(GROUP,)))
    with store.writing("harvest", world.now) as change:
        hosting = change.session.exec(select(CodeHosting)).one()
        run = HarvestRun(harvest_id=uuid4(), code_hosting_id=hosting.id, started_at=world.now, finished_at=world.now)
        change.session.add(run)
        change.session.flush()
        looks = [look(f"App-{n:03}", pushed_at=f"2026-01-01T00:{n // 60:02}:{n % 60:02}Z") for n in range(number)]
        looks += [
            look("copy", fork_of=FORK, description="Counts the days", license_detected="MIT"),
            look("done", archived=True, pushed_at="once", homepage="javascript:alert(1)", description=HOSTILE),
            look("nothing", empty=True),
        ]
        record_all(change, hosting, run.id, looks, world.ruleset)
    store.close()
    made = create_app(chosen)
    made.testing = True
    return made.test_client()


def look(name: str, empty: bool = False, archived: bool = False, **facts: Any) -> Look:
    url = f"{GROUP}/{name}"
    return Look(url, Reach.OK, Repository(url, None if empty else "0" * 40, "main", archived, facts=facts), read=True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("gov")


@pytest.fixture(scope="module")
def gov(folder: Path) -> FlaskClient:
    return fill(folder, 120)


def listed(client: FlaskClient, query: str = "") -> dict[str, Any]:
    answer: dict[str, Any] = read_json(client, f"{LIST}.json{query}")
    return answer


def repository(client: FlaskClient, name: str) -> dict[str, Any]:
    [found] = listed(client, f"?kind=all&q={name}")["repositories"]
    return dict(found)


def test_they_are_counted_and_in_no_list_of_software(gov: FlaskClient) -> None:
    [publisher] = read_json(gov, "/en/publishers.json")["publishers"]
    assert (publisher["software"], publisher["without_file"]) == (0, 123)
    page = read_json(gov, "/en/publishers/gov.json")
    assert page["without_file"] == {"count": 123, "address": f"{LIST}?kind=all"}  # all that are counted
    assert [(place["url"], place["repositories"], place["without_file"]) for place in page["code_hostings"]] == [
        (GROUP, [], 123)
    ]
    html = gov.get("/zh-Hant/publishers/gov").text
    assert 'href="/zh-Hant/publishers/gov/without-file?kind=all"' in html
    assert "123 repositories have no publiccode.yml." in text(gov.get("/en/publishers/gov").text)
    assert read_json(gov, "/en/software.json")["total"] == 0


def test_the_list_shows_own_code_by_50_the_last_pushed_first(gov: FlaskClient) -> None:
    first = listed(gov)
    names = [found["name"] for found in first["repositories"]]
    assert names == [f"App-{number:03}" for number in range(119, 69, -1)]
    assert first["counts"] == {"code": 120, "fork": 1, "archived": 1, "empty": 1, "all": 123}
    assert (first["total"], first["page"], first["pages"], first["next"]) == (120, 1, 3, f"{LIST}.json?page=2")
    last = listed(gov, "?page=3")
    assert ([found["name"] for found in last["repositories"]][-1], last["next"]) == ("App-000", None)
    assert gov.get(f"{LIST}?page=4").status_code == 404
    html = gov.get(f"{LIST}?page=2").text
    assert ('rel="prev"' in html, 'rel="next"' in html, '<ol class="looks" start="51">' in html) == (True,) * 3


def test_one_repository_in_the_list(gov: FlaskClient) -> None:
    found = repository(gov, "copy")
    assert found == {
        "id": found["id"],
        "name": "copy",
        "url": f"{GROUP}/copy",
        "kind": "fork",
        "archived": False,
        "empty": False,
        "fork_of": FORK,
        "pushed_at": None,
        "description": "Counts the days",
        "address": f"{LIST}/{found['id']}",
        "file": f"{LIST}/{found['id']}/publiccode.yml",
        "why": f"/en/why?url={GROUP}/copy",
    }
    html = gov.get(f"{LIST}?kind=fork").text
    assert f'Comes from: <a href="{FORK}" rel="nofollow noopener">' in " ".join(html.split())


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?kind=fork", ["copy"]),
        ("?kind=archived", ["done"]),
        ("?kind=empty", ["nothing"]),
        ("?q=app-01&sort=name", [f"App-01{number}" for number in range(10)]),
        ("?q=APP-119", ["App-119"]),
        ("?q=github", []),
        ("?q=gov", []),
        ("?kind=all&sort=name&page=3", [*(f"App-{number}" for number in range(100, 120)), "copy", "done", "nothing"]),
    ],
)
def test_kinds_names_and_order(gov: FlaskClient, query: str, names: list[str]) -> None:
    assert [found["name"] for found in listed(gov, query)["repositories"]] == names
    assert gov.get(f"{LIST}{query}").status_code == 200


@pytest.mark.parametrize("query", ["?kind=other", "?sort=stars", "?page=0", "?page=x", f"?q={'a' * 201}"])
def test_what_cannot_be_asked_for(gov: FlaskClient, query: str) -> None:
    answer = gov.get(f"{LIST}.json{query}")
    assert (answer.status_code, answer.content_type) == (400, "application/problem+json")


def test_the_prepared_file(gov: FlaskClient) -> None:
    at = repository(gov, "copy")["address"]
    told = read_json(gov, f"{at}.json")
    answer = gov.get(f"{at}/publiccode.yml")
    assert (answer.text, answer.content_type) == (told["text"], "application/yaml")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="publiccode.yml"'
    assert parse(answer.data).value(("isBasedOn",)) == [FORK]
    assert (told["license_detected"], told["fork_of"], parse(answer.data).value(("legal", "license"))) == (
        "MIT",
        FORK,
        None,
    )
    page = urlsplit(told["new_file_page"])
    assert (page.netloc, page.path) == ("github.com", "/gov/copy/new/main")
    assert parse_qs(page.query) == {"filename": ["publiccode.yml"], "value": [told["text"]]}
    html = gov.get(at).text
    assert 'action="/en/editor/import" method="post"' in html
    assert "shows the licence MIT." in text(html)
    assert gov.post("/en/editor/import", data={"text": told["text"].replace("\n", "\r\n")}).status_code == 200


def test_explanations_and_names_are_in_the_language_of_the_address(gov: FlaskClient) -> None:
    at = repository(gov, "App-001")["address"]
    english, chinese = (gov.get(f"/{tag}{at.removeprefix('/en')}/publiccode.yml").text for tag in ("en", "zh-Hant"))
    assert [parse(file.encode()).value(("organisation", "name")) for file in (english, chinese)] == [
        "City",
        "雲霧市政府",
    ]
    assert ("# platforms: What people use" in english, "# platforms: 使用者" in chinese) == (True, True)
    assert list(parse(chinese.encode()).value(("description",))) == ["zh-Hant"]


def test_a_file_too_long_for_an_address_goes_there_without_explanations(gov: FlaskClient) -> None:
    at = repository(gov, "copy")["address"].replace("/en/", "/zh-Hant/")
    page = read_json(gov, f"{at}.json")["new_file_page"]
    [value] = parse_qs(urlsplit(page).query)["value"]
    assert "#" not in value
    assert parse(value.encode()).value(("url",)) == f"{GROUP}/copy"


def test_nothing_hostile_gets_through(gov: FlaskClient) -> None:
    for address in (f"{LIST}?kind=archived", repository(gov, "done")["address"]):
        html = gov.get(address).text
        assert "<script>" not in html
        assert "javascript:" not in html
        assert not {letter for letter in html if ord(letter) < 32} - {"\n"}
        assert "49" not in text(html)
    assert listed(gov, "?kind=archived")["repositories"][0]["pushed_at"] is None


@pytest.mark.parametrize("tail", ["", ".json", "/publiccode.yml"])
def test_what_has_a_file_or_is_unknown_is_not_found(gov: FlaskClient, tail: str) -> None:
    assert gov.get(f"{LIST}/{uuid4()}{tail}").status_code == 404
    other = repository(gov, "copy")["address"].replace("/gov/", "/none/")
    assert gov.get(other + tail).status_code == 404


def test_another_publishers_repository_is_not_found(client: FlaskClient) -> None:
    [found] = read_json(client, "/en/publishers/yunwu/without-file.json")["repositories"]
    assert found["url"] == f"{BASE}empty"
    assert client.get(found["address"]).status_code == 200
    assert client.get(found["address"].replace("/yunwu/", "/brume/")).status_code == 404
    assert read_json(client, f"{found['address']}.json")["new_file_page"] is None  # nobody knows this host's pages


def test_why_links_to_the_prepared_file(gov: FlaskClient) -> None:
    found = repository(gov, "App-001")
    steps = read_json(gov, f"/en/why.json?url={found['url']}")["steps"]
    assert [step["prepared"] for step in steps if step["prepared"]] == [found["address"]]
    assert f'href="{found["address"]}"' in gov.get(f"/en/why?url={found['url']}").text


@contextmanager
def counting() -> Iterator[list[str]]:
    """The queries that are sent meanwhile."""
    sent: list[str] = []

    def note(_c: object, _k: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield sent
    event.remove(Engine, "before_cursor_execute", note)


@pytest.mark.parametrize("address", [LIST, f"{LIST}.json?kind=all&q=a", "/en/publishers/gov", "/en/publishers"])
def test_the_number_of_queries_does_not_grow(gov: FlaskClient, tmp_path: Path, address: str) -> None:
    few, many = fill(tmp_path, 1), gov
    counted = []
    for reader in (few, many):
        reader.get(address)
        with counting() as sent:
            assert reader.get(address).status_code == 200
        counted.append(len(sent))
    assert counted[0] == counted[1] <= 15  # a publisher's page asks for its documents as well


def run(folder: Path, *arguments: str) -> tuple[int, str, str]:
    """Exit code, standard output, standard error or the error's sentence."""
    environment = {"PUBLICCODE_DATA": str(folder)}
    done = CliRunner(env=environment).invoke(cli, arguments, standalone_mode=False)
    if isinstance(done.exception, click.ClickException):
        return done.exception.exit_code, done.stdout, done.exception.format_message()
    if done.exception is not None:
        raise done.exception
    return done.return_value or 0, done.stdout, done.stderr


def test_the_command_lists_them(gov: FlaskClient, folder: Path) -> None:
    listed_ = ("publishers", "without-file", "gov")
    code, out, _ = run(folder, *listed_)
    assert (code, len(out.splitlines())) == (0, 120)
    assert out.splitlines()[0] == f"2026-01-01  code      {GROUP}/App-119"
    assert run(folder, *listed_, "--kind", "fork")[1] == f"            fork      {GROUP}/copy  from {FORK}\n"
    rows = [json.loads(line) for line in run(folder, *listed_, "--kind=all", "--format=jsonl")[1].splitlines()]
    assert len(rows) == 123
    assert {row["kind"]: row["url"] for row in rows if row["kind"] != "code"} == {
        "fork": f"{GROUP}/copy",
        "archived": f"{GROUP}/done",
        "empty": f"{GROUP}/nothing",
    }
    table = list(csv.DictReader(io.StringIO(run(folder, *listed_, "--kind=fork", "--format=csv")[1])))
    assert table == [
        {
            "url": f"{GROUP}/copy",
            "kind": "fork",
            "archived": "False",
            "empty": "False",
            "fork_of": FORK,
            "pushed_at": "",
        }
    ]
    assert run(folder, "publishers", "without-file", "none") == (
        2,
        "",
        "no publisher has the id none; next: publiccode publishers list",
    )
    assert run(folder, "publishers", "list")[1] == (
        "    0  gov  雲霧市政府  urn:oid:2.16.886.999.101  (123 without a file)\n"
    )
    assert f"prepared: publiccode new {GROUP}/copy\n" in run(folder, "why", f"{GROUP}/copy")[1]


def test_a_new_file_for_an_address_that_the_registry_knows(gov: FlaskClient, folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "publiccode.yml"
    code, out, err = run(folder, "new", f"{GROUP}/copy.git", "--output", str(file))
    assert code == 1  # something is missing still
    assert "  isBasedOn:\n" in out
    assert "The metadata of the repository names MIT. It is not taken over" in out
    assert file.read_text("utf-8") == gov.get(f"{repository(gov, 'copy')['address']}/publiccode.yml").text
    code, out, err = run(folder, "new", f"{GROUP}/copy", "--output", str(file))
    assert (code, err) == (2, f"{file} is there already; next: publiccode fix {file}, or --force to write it anew")
    code, out, err = run(folder, "new", f"{GROUP}/none", "--output=-")
    assert (code, out, err) == (
        2,
        "",
        f"this registry knows no repository at {GROUP}/none; next: publiccode new FOLDER, with its checkout",
    )
    code, out, err = run(folder, "new", f"{GROUP}/copy", "--output=-", "--from", str(file))
    assert (code, err) == (2, "--from and the address of a repository cannot both be given")
    chinese = run(folder, "new", f"{GROUP}/copy", "--output=-", "--lang=zh-Hant", "--language=it", "--yes")[1]
    assert parse(chinese.encode()).value(("description", "it", "shortDescription")) == "Counts the days"
    assert parse(chinese.encode()).value(("organisation", "name")) == "雲霧市政府"
