"""The attribution notice on the web and by command: of one entry, of several, of a collection, in every form."""

from __future__ import annotations

import json
import zipfile
from datetime import UTC, date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from sqlmodel import select

from publiccode.registry import catalogue
from publiccode.registry.attribution import attribution
from publiccode.registry.attribution_facts import attribution_facts
from publiccode.registry.audit.method import method
from publiccode.registry.audit.verdicts import follow_licenses
from publiccode.registry.collections import import_collection, read_collection
from publiccode.registry.evidence_models import ScanRecord
from publiccode.registry.models import Software
from publiccode.registry.sboms import Found, record
from publiccode.registry.scans import keep_scan
from publiccode.registry.settings import Settings
from publiccode.registry.store import Store
from publiccode.registry.upgrade import upgrade
from publiccode.web.app import create_app
from publiccode.web.cli import cli
from publiccode.web.demo.agencies import LICENSES
from publiccode.web.pages import submitted
from publiccode.web.pages.attribution import COST
from publiccode.web.pages.attribution_forms import written_attribution
from publiccode.web.pages.attribution_values import attribution_data

from ..looks import World, software
from .catalogue import read_json

HOST = "https://git.yunwu.example/open/"
MIT = b"Copyright (c) 2024 Yunwu City\n\n" + (LICENSES / "MIT.txt").read_bytes()
NAME = "<b>Bells</b>"
PACKAGES = 600


def bom() -> bytes:
    """A document with many packages, one of which says a script."""
    listed = [
        {"type": "library", "name": f"lib-{n}", "version": "1", "licenses": [{"license": {"id": "ISC"}}]}
        for n in range(PACKAGES)
    ]
    listed[0]["copyright"] = "Copyright 2010 <script>Mike</script>"
    return json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.6", "components": listed}).encode()


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    chosen = Settings(data=tmp_path_factory.mktemp("attributed"))
    store = Store(chosen.database)
    upgrade(store)
    world = World(store)
    world.publish(*(HOST + name for name in ("forms", "bells", "bare")))
    legal = {"license": "MIT", "mainCopyrightOwner": "Yunwu City"}
    world.finds(HOST + "forms", software(HOST + "forms", "Forms", legal=legal), files={"LICENSE": MIT})
    world.finds(HOST + "bells", software(HOST + "bells", NAME, legal=legal), files={"LICENSE": MIT})
    world.finds(HOST + "bare", software(HOST + "bare", "Bare", legal={"license": "Zlib"}), files={})
    follow_licenses(store, method("osi", UTC), world.now)
    kit = f"{{slug: kit, title: {{en: Kit}}, text: {{en: x}}, items: [{{address: {HOST}forms}}, {{address: {HOST}none}}]}}"
    with store.writing("test", world.now) as change:
        forms = change.session.exec(select(Software).where(Software.slug == "forms")).one()
        record(change, forms.id, [Found("repository", "bom.json", bom())], ["repository"])
        keep_scan(
            change,
            ScanRecord(software_id=forms.id, number=0, at=change.at, commit="", files=2, copyrights=["2019 Lin Yu"]),
        )
        import_collection(change, read_collection(kit.encode()))
    store.close()
    return chosen


@pytest.fixture(scope="module")
def reader(settings: Settings) -> FlaskClient:
    return create_app(settings).test_client()


def run(settings: Settings, *arguments: str) -> Result:
    env = {"PUBLICCODE_DATA": str(settings.data)}
    return CliRunner().invoke(cli, ["audit", "attribution", *arguments], env=env, standalone_mode=False)


def told(data: Any) -> Any:
    """The works without what stands in the registry's own tests."""
    return [(one["name"], [holder["text"] for holder in one["holders"]], one["texts"]) for one in data["works"]]


def test_an_entry_says_who_is_named_and_with_which_texts(reader: FlaskClient) -> None:
    data = read_json(reader, "/en/software/forms/attribution.json")
    assert told(data) == [("Forms", ["Yunwu City", "Copyright (c) 2024 Yunwu City", "2019 Lin Yu"], [1])]
    [text] = data["texts"]
    assert text == {
        "number": 1,
        "license": "MIT",
        "of": [{"slug": "forms", "name": "Forms", "path": "LICENSE"}],
        "content": MIT.decode(),
    }
    contained = data["works"][0]["components"]
    assert (contained["packages"], len(contained["listed"]), contained["left_out"]) == (PACKAGES, 500, 100)
    for language in ("en", "zh-Hant"):
        page = reader.get(f"/{language}/software/forms/attribution").get_data(as_text=True)
        assert "Copyright 2010 &lt;script&gt;Mike" in page
        assert "<script>Mike" not in page


def test_texts_that_are_the_same_stand_there_once(reader: FlaskClient) -> None:
    asked = "software=forms&software=b-bells-b&software=bare"
    data = read_json(reader, f"/en/attribution.json?{asked}")
    assert [work[0::2] for work in told(data)] == [("Forms", [1]), (NAME, [1]), ("Bare", [])]
    assert [[one["slug"] for one in text["of"]] for text in data["texts"]] == [["forms", "b-bells-b"]]
    assert data["works"][0]["components"]["listed"] is None  # counted only: reading each takes a moment
    page = reader.get(f"/en/attribution?{asked}").get_data(as_text=True)
    assert "<b>Bells" not in page
    assert 'href="/en/attribution.txt?software=forms&amp;software=b-bells-b&amp;software=bare"' in page


def test_a_collection_says_what_of_it_is_not_here(reader: FlaskClient) -> None:
    data = read_json(reader, "/en/attribution.json?collection=kit")
    assert (told(data)[0][0], data["remarks"]) == ("Forms", ["Not in this catalogue, and so not in this notice: 1"])
    assert "/en/attribution?collection=kit" in reader.get("/en/collections/kit").get_data(as_text=True)


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/en/software/nothing/attribution", 404),
        ("/en/attribution?collection=nothing", 404),
        ("/en/attribution.txt", 404),
        ("/en/attribution.txt?software=nothing", 404),
        ("/en/attribution?" + "software=x&" * 51, 400),
        ("/en/attribution?software=nothing", 200),
        ("/en/attribution", 200),
        ("/zh-Hant/attribution.odt?software=forms&form=json&lang=x", 200),
    ],
)
def test_addresses_that_name_nothing_are_told(reader: FlaskClient, address: str, status: int) -> None:
    assert reader.get(address).status_code == status


def test_it_is_linked_from_where_reusers_look(reader: FlaskClient) -> None:
    assert 'href="/en/software/forms/attribution"' in reader.get("/en/software/forms").get_data(as_text=True)
    page = reader.get("/en/compare?software=forms&software=bare").get_data(as_text=True)
    assert 'href="/en/attribution?software=forms&amp;software=bare"' in page


def test_the_files_have_all_packages(reader: FlaskClient) -> None:
    plain = reader.get("/en/software/forms/attribution.txt")
    assert (plain.mimetype, plain.headers["Content-Disposition"].partition("=")[0]) == (
        "text/plain",
        "attachment; filename",
    )
    text = plain.get_data(as_text=True)
    assert text.count("  * lib-") == PACKAGES
    assert MIT.decode().rstrip() in text
    marked = reader.get("/en/software/b-bells-b/attribution.md").get_data(as_text=True)
    assert "## \\<b\\>Bells\\</b\\>\n" in marked
    assert f"```\n{MIT.decode().rstrip()}\n```" in marked
    odt = reader.get("/zh-Hant/software/forms/attribution.odt").get_data()
    with zipfile.ZipFile(BytesIO(odt)) as parts:
        content = parts.read("content.xml").decode()
    assert "Yunwu City" in content
    assert content.count("lib-") == PACKAGES


def test_a_reader_has_only_so_many_made(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(submitted, "REPORT_LINES", 2 * (COST + PACKAGES))
    client = create_app(settings).test_client()
    statuses = [client.get("/en/software/forms/attribution.json").status_code for _ in range(3)]
    assert statuses == [200, 200, 429]


def test_the_command_writes_all_packages_of_several(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "notice.json"
    done = run(settings, "bare", "--collection", "kit", "--format", "json", "-o", str(file))
    assert (done.exit_code, done.output) == (0, "")
    works = json.loads(file.read_text("utf-8"))["works"]
    assert [work["name"] for work in works] == ["Bare", "Forms"]
    assert (len(works[1]["components"]["listed"]), works[1]["components"]["left_out"]) == (PACKAGES, 0)


def test_the_page_to_print_brings_everything_with_it(settings: Settings) -> None:
    store = Store(settings.database)
    with store.reading() as session:
        entry = catalogue.entry(session, "forms")
        assert entry is not None
        notice = attribution([attribution_facts(session, entry, "en", packages=True)], "en")
    store.close()
    with create_app(settings).test_request_context("/en/audit"):
        page = written_attribution("html", attribution_data(notice, date(2026, 4, 10)), "en", settings)
    assert isinstance(page, str)
    assert page.count("lib-") == PACKAGES
    assert '<details class="attribution-packages" open>' in page
    assert "src=" not in page
    assert "<link" not in page


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ((), "name entries, or --collection"),
        (("nothing",), "the catalogue shows no entry 'nothing'"),
        (("--collection", "nothing"), "there is no collection 'nothing'"),
    ],
)
def test_the_command_tells_what_is_not_there(settings: Settings, arguments: tuple[str, ...], error: str) -> None:
    assert error in str(run(settings, *arguments).exception)
