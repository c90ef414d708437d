"""`publiccode demo`: what the harvest of the invented agencies finds, and the interface that lists their groups."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, col, select

from publiccode.registry.catalogue import entry as entry_at
from publiccode.registry.catalogue import relatives
from publiccode.registry.listings import listed_in
from publiccode.registry.models import Publisher, Software
from publiccode.registry.settings import Settings
from publiccode.registry.store import Store
from publiccode.registry.without_file import lacking
from publiccode.web.app import create_app
from publiccode.web.demo.agencies import PUBLIC_SYSTEMS, DemoRepository, catalogue_file, demo_repositories
from publiccode.web.demo.catalogue import OpenCatalogs
from publiccode.web.demo.forge import Forge
from publiccode.web.demo.git_server import Answer

from ..test_commands import run

CATALOGUE = "https://codice.pontegrigio.example/scuola/merenda"
# What the first harvest says of everything that is not added as an entry of its own.
OUTCOMES = {
    "empty": [
        "https://git.qinglan.gov.example/county/smart-farm",
        "https://git.yunwu.gov.example/open/council-minutes",
    ],
    "missing": ["https://git.xinghe.gov.example/core/identity"],
    "no-file": [
        "https://code.tides.gov.example/observation/buoy-firmware",
        "https://git.xinghe.gov.example/labs/chat-prototype",
        "https://git.xinghe.gov.example/labs/form-recognition",
        "https://git.xinghe.gov.example/labs/speech-captions",
        "https://git.yunwu.gov.example/open/bus-arrival",
        "https://git.yunwu.gov.example/open/form-letters",
        "https://git.yunwu.gov.example/open/noise-map",
        "https://git.yunwu.gov.example/open/tile-server",
        "https://git.yunwu.gov.example/open/tree-inventory",
    ],
    "part": [
        "https://git.wanghai.gov.example/edu/school-lunch-app",
        "https://git.wanghai.gov.example/edu/school-lunch-scale",
    ],
    "technical-fork": ["https://git.qinglan.gov.example/county/dashboard"],
    "unusable": [
        "https://git.nebelhafen.example/stadt/bauantrag",
        "https://git.ville-brumeval.example/guichet",
        "https://git.wanghai.gov.example/edu/school-bus",
    ],
    # The catalogue, which is read first, listed it; then its own repository was read.
    "updated": ["https://code.montebruma.example/comune/segnalazioni"],
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def printed(folder: Path) -> str:
    """What the demo prints where nothing is laid out yet."""
    code, output = run("demo", "--no-serve", "--folder", str(folder), data=folder)[:2]
    assert code == 0
    return output


@pytest.fixture
def session(folder: Path, printed: str) -> Iterator[Session]:
    store = Store(Settings(data=folder).database)
    with store.reading() as session:
        yield session
    store.close()


def outcomes(printed: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in printed.splitlines():
        outcome, _, url = line.partition(" ")
        if url.strip().startswith("https://") and outcome:
            found.setdefault(outcome, []).append(url.strip())
    return {outcome: sorted(urls) for outcome, urls in found.items()}


def test_the_first_harvest(printed: str) -> None:
    found = outcomes(printed)
    added = found.pop("added")
    assert found == OUTCOMES
    told = {url for urls in OUTCOMES.values() for url in urls}
    laid_out = {repository.url for repository in demo_repositories() if repository.trouble != "excluded"}
    assert [url for url in added if url not in laid_out] == [
        "https://codice.nebbiascura.example/biblioteca/scaffale",
        "https://codice.pontegrigio.example/anagrafe/sportello",
        CATALOGUE,
        "https://codice.valle-brumosa.example/unione/sentieri",
    ]
    assert {url for url in added if url in laid_out} == laid_out - told | set(OUTCOMES["updated"])
    assert "69 repositories laid out" in printed
    assert "15 publishers with 53 code hostings listed." in printed
    assert "4 statements about use and 1 collection recorded." in printed


def test_nothing_changes_by_itself(folder: Path, printed: str) -> None:
    again = outcomes(run("demo", "--no-serve", "--folder", str(folder), data=folder)[1])
    assert {outcome: len(urls) for outcome, urls in again.items()} == {
        "empty": 2,
        "listed": 1,
        "missing": 1,
        "part": 2,
        "unchanged": 51,
    }


def test_each_kind_of_repository_without_a_file(session: Session) -> None:
    found = {}
    for name in ("yunwu", "xinghe"):
        owner = session.exec(select(Publisher).where(Publisher.identifier == name)).one()
        found[name] = [(row.name, row.kind, row.pushed_at[:10]) for row in lacking(session, owner)]
    assert found == {
        "yunwu": [
            ("council-minutes", "empty", "2026-11-16"),
            ("bus-arrival", "code", "2026-11-12"),
            ("tree-inventory", "code", "2026-08-19"),
            ("tile-server", "fork", "2026-06-23"),
            ("form-letters", "code", "2025-03-06"),
            ("noise-map", "archived", "2022-10-27"),
        ],
        "xinghe": [
            ("speech-captions", "code", "2026-11-20"),
            ("form-recognition", "code", "2026-01-22"),
            ("chat-prototype", "archived", "2025-01-10"),
        ],
    }


def test_what_the_catalogue_lists(session: Session) -> None:
    found = {}
    for entry in session.exec(select(Software).order_by(col(Software.url))):
        if listed := listed_in(session, entry):
            quirks = [quirk["template"] for one in listed for quirk in one.listing.quirks]
            found[entry.url] = ([one.publisher.identifier for one in listed], quirks)
    assert found == {
        "https://code.montebruma.example/comune/segnalazioni": (["valle-brumosa"], []),
        "https://codice.nebbiascura.example/biblioteca/scaffale": (["valle-brumosa"], []),
        "https://codice.pontegrigio.example/anagrafe/sportello": (["valle-brumosa"], []),
        CATALOGUE: (["valle-brumosa"], ["The licence “{license}” is read as {read}."]),
        "https://codice.valle-brumosa.example/unione/sentieri": (["valle-brumosa"], []),
    }


def test_who_uses_what_and_the_collection(folder: Path, printed: str) -> None:
    client = create_app(Settings(data=folder)).test_client()
    told = client.get("/en/usage.json").get_json()
    assert told["counts"] == {"organisations": 13, "software": 16, "uses": 30, "confirmed": 3, "claimed": 27}
    kit = client.get("/zh-Hant/collections/township-starter-kit.json").get_json()
    assert (kit["title"]["text"], len(kit["software"]), len(kit["missing"])) == ("鄉鎮公所數位入門套件", 5, 1)


def test_two_agencies_have_a_bill_of_materials(folder: Path, printed: str) -> None:
    assert "Bills of materials: 49 entries; 2 new, 0 as before, 0 no longer there." in printed
    rows = [json.loads(line) for line in run("sbom", "list", "--format", "jsonl", data=folder)[1].splitlines()]
    told = ("software", "place", "format", "packages", "unknown", "score", "missing")
    assert [[row[name] for name in told] for row in rows] == [
        ["commons-table", "sbom/participation.cdx.json", "CycloneDX 1.6 JSON", 12, 2, 67, ["supplier"]],
        ["ivoice-yunwu", "sbom.spdx.json", "SPDX 2.3 JSON", 11, 0, 88, ["supplier"]],
    ]


def test_a_system_of_three_repositories(session: Session) -> None:
    url = "https://git.wanghai.gov.example/edu/school-lunch"
    slug = session.exec(select(Software.slug).where(Software.url == url)).one()
    found = entry_at(session, slug)
    assert found is not None
    assert [part.url for part in relatives(session, found).parts] == OUTCOMES["part"]


def test_variants_fall_behind(folder: Path, printed: str) -> None:
    lines = run("drift", "--format", "jsonl", data=folder)[1].splitlines()
    keys = ("url", "standing", "text", "own_release", "upstream_release")
    assert [{key: told[key] for key in keys} for told in map(json.loads, lines)] == [
        {
            "url": "https://git.yunwu.gov.example/health/vaccination",
            "standing": "behind",
            "text": "The newest release of its upstream is later than its own; days between them: 193.",
            "own_release": {"name": "1.1.0", "at": "2025-10-01"},
            "upstream_release": {"name": "v4.3.0", "at": "2026-04-12T02:00:00+00:00"},
        },
        {
            "url": "https://code.tides.gov.example/observation/tide-dashboard",
            "standing": "behind",
            "text": "The newest release of its upstream is later than its own; days between them: 51.",
            "own_release": {"name": "1.8.0", "at": "2026-08-18"},
            "upstream_release": {"name": "v6.2.0", "at": "2026-10-08T02:00:00+00:00"},
        },
    ]


def test_pages_do_not_say_of_what_was_not_asked_that_it_does_not_answer(folder: Path, session: Session) -> None:
    slug = session.exec(select(Software.slug).where(Software.url == CATALOGUE)).one()
    client = create_app(Settings(data=folder)).test_client()
    told = client.get(f"/en/software/{slug}.json").get_json()
    assert (told["software"]["reach"], told["found_in"]["reach"]) == ("not-asked", "not-asked")
    for path in (f"/en/software/{slug}", "/en/publishers/valle-brumosa"):
        text = client.get(path).text
        assert "From another catalogue" in text
        assert "Repository does not answer" not in text
        assert "What the host tells" not in text
        assert "No licence text was found" not in text


def test_what_a_group_leaves_out_is_told_once(folder: Path, printed: str) -> None:
    text = create_app(Settings(data=folder)).test_client().get("/en/publishers/yunwu").text
    assert text.count("Left out on purpose:") == 1
    assert "<code>https://git.yunwu.gov.example/open/sandbox</code>, <code>training-*</code>" in text


def body(answer: Answer | None) -> tuple[int, Any]:
    assert answer is not None
    return answer.status, json.loads(answer.body)


def test_the_forge_answers_what_is_asked_and_nothing_else(tmp_path: Path) -> None:
    chosen: list[DemoRepository] = [one for one in demo_repositories() if one.url.endswith("/open/bus-arrival")]
    chosen[0].lay_out(tmp_path)
    forge = Forge(tmp_path, chosen)
    api = "/git.yunwu.gov.example/api/v1"
    status, [told] = body(forge.answer(f"{api}/users/open/repos?limit=50&page=1"))
    assert status == 200
    assert body(forge.answer(f"{api}/repos/open/bus-arrival")) == (200, told)
    assert body(forge.answer(f"{api}/repos/search?q=open/&sort=updated")) == (200, {"ok": True, "data": [told]})
    assert body(forge.answer(f"{api}/repos/search?uid={told['owner']['id']}")) == (200, {"ok": True, "data": [told]})
    assert body(forge.answer(f"{api}/repos/search?uid=1")) == (200, {"ok": True, "data": []})
    assert told == {
        "id": told["id"],
        "owner": {"id": told["owner"]["id"], "login": "open"},
        "full_name": "open/bus-arrival",
        "empty": False,
        "private": False,
        "description": "公車到站時間預測與候車亭看板，提供 GTFS-RT 資料",
        "website": "https://bus.yunwu.gov.example/",
        "topics": ["public-transport", "gtfs", "fleet-management"],
        "language": "Python",
        "licenses": ["MIT"],
        "stars_count": 41,
        "release_counter": 1,
        "archived": False,
        "parent": None,
        "default_branch": "main",
        "created_at": "2024-03-11T01:00:00Z",
        "updated_at": "2026-11-12T09:40:00Z",
    }
    missing = (404, {"message": "The target couldn't be found."})
    released = [{"tag_name": tag, "draft": False, "assets": []} for tag in chosen[0].releases]
    assert body(forge.answer(f"{api}/repos/open/bus-arrival/releases?limit=3")) == (200, released)
    assert body(forge.answer(f"{api}/repos/open/nothing")) == missing
    assert body(forge.answer(f"{api}/repos/open/bus-arrival/issues")) == missing
    assert body(forge.answer(f"{api}/repos/../../open/bus-arrival")) == missing
    assert body(forge.answer(f"{api}/repos/open/bus-arrival/git/blobs/../HEAD")) == missing
    assert body(forge.answer(f"{api}/repos/open/bus-arrival/git/blobs/{'0' * 40}"))[0] == 400
    assert body(forge.answer(f"{api}/repos/open/bus-arrival/git/trees/{'0' * 40}"))[0] == 400
    assert body(forge.answer(f"{api}/repos/open/bus-arrival/git/trees/nothing"))[0] == 400
    assert forge.answer("/git.yunwu.gov.example/open/bus-arrival.git/info/refs?service=git-upload-pack") is None


def test_the_catalogue_answers_its_own_address_alone() -> None:
    catalogs = OpenCatalogs(catalogue_file())
    status, told = body(catalogs.answer("/catalogo.valle-brumosa.example/v1/software?page[size]=100"))
    assert (status, told["links"]) == (200, {"prev": None, "next": None})
    assert len(told["data"]) == 5
    assert catalogs.answer("/git.yunwu.gov.example/v1/software") is None


def test_real_systems_are_added_on_demand_and_said_to_be_described_by_us(folder: Path, printed: str) -> None:
    """The last test of this module: it changes what the others look at."""
    output = run("demo", "--no-serve", "--public-systems", "--folder", str(folder), data=folder)[1]
    assert outcomes(output)["added"] == sorted(one.url for one in demo_repositories(PUBLIC_SYSTEMS))
    client = create_app(Settings(data=folder)).test_client()
    assert "Authors of this demonstration, not the owners" in client.get("/en/software?q=FixMyStreet").text
    assert "由我們代為描述，非其擁有者發布。" in client.get("/zh-Hant/software/fixmystreet-platform").text
