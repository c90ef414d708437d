"""Bills of materials as people meet them: the command, the entry's page, the page of its packages, the data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from sqlmodel import select

from publiccode.registry.following import follow
from publiccode.registry.models import Software
from publiccode.registry.sboms import RELEASE, Found, current, record
from publiccode.registry.search.engines import open_index
from publiccode.registry.settings import Settings
from publiccode.registry.store import Store
from publiccode.registry.upgrade import upgrade
from publiccode.schemas.sbom import read
from publiccode.web.app import create_app
from publiccode.web.cli import cli

from ..looks import World
from ..schemas.sbom.test_hostile import spdx3
from ..schemas.sbom.test_spdx import WHICH, document
from .catalogue import fill, read_json

PAGE = "/en/software/formwright/sbom"
SLUG = "segnalazioni"
LACKS = "supplier, relationship"


def many() -> dict[str, Any]:
    """A document with more packages than a page has, one of them hostile."""
    packages = [
        {"SPDXID": f"SPDXRef-{number}", "name": f"package-{number}", "versionInfo": "1", "licenseDeclared": "MIT"}
        for number in range(250)
    ]
    packages[7] |= {"name": "<script>alert(1)</script>", "licenseDeclared": "LicenseRef-<b>"}
    packages[8] |= {"licenseDeclared": "LicenseRef-ours", "supplier": "Person: Ada (ada@x.example)"}
    made = {"created": "2026-05-31T08:30:00Z", "creators": ["Person: Ada (ada@x.example)", "Organization: Fogmere"]}
    return document(packages=packages, name="Formwright", creationInfo=made)


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The small catalogue with two documents for one entry, and one for another that was given by command."""
    chosen = Settings(data=tmp_path_factory.mktemp("sboms"), contact="post@registry.example")
    store = Store(chosen.database)
    upgrade(store)
    fill(World(store))
    follow(store, open_index(chosen.search_engine, chosen.index_folder))
    store.close()
    for name, values in (("formwright.spdx.json", many()), ("small.json", document())):
        file = chosen.data / name
        file.write_text(json.dumps(values), "utf-8")
        done = command(chosen, "sbom", "import", str(file), "--software", "formwright", "--by", "Lin Yu")
        assert done.exit_code == 0, done.output
    return chosen


@pytest.fixture(scope="module")
def reader(instance: Settings) -> FlaskClient:
    made = create_app(instance)
    made.testing = True
    return made.test_client()


def command(chosen: Settings, *words: str) -> Result:
    """What a command says, for the instance of these settings."""
    return CliRunner().invoke(cli, words, env={"PUBLICCODE_DATA": str(chosen.data)})


def test_read_tells_the_packages_and_what_is_missing(tmp_path: Path) -> None:
    file = tmp_path / "sbom.spdx.json"
    file.write_text(json.dumps(document()), "utf-8")
    told = CliRunner().invoke(cli, ["sbom", "read", str(file)])
    assert told.exit_code == 0
    assert told.output.splitlines()[:9] == [
        f"{file}: SPDX 2.3 JSON, 2 packages",
        "  made: 2026-05-31",
        "  by: Organization: City of Fogmere, maker-1.0",
        "  licences: 1 known, 1 of an unknown licence",
        "       1  EUPL-1.2",
        "       1  GPL-2.0-or-later OR LicenseRef-own",
        "  NTIA minimum elements that are missing: supplier",
        "  score: 75 of 100",
        f"    - {WHICH}",
    ]
    assert CliRunner().invoke(cli, ["sbom", "read", str(file), "--language", "zh-Hant"]).exit_code == 0
    data = json.loads(CliRunner().invoke(cli, ["sbom", "read", str(file), "--format", "json"]).output)
    assert {key: data[key] for key in ("read", "format", "states", "ntia", "score", "relationships")} == {
        "read": True,
        "format": "SPDX 2.3 JSON",
        "states": {"known": 1, "unknown": 1, "none": 0, "noassertion": 0, "invalid": 0},
        "ntia": {
            "complete": False,
            "missing": {
                "supplier": 1,
                "name": 0,
                "version": 0,
                "identifier": 0,
                "relationship": 0,
                "author": 0,
                "timestamp": 0,
            },
        },
        "score": 75,
        "relationships": 2,
    }
    assert [package["name"] for package in data["packages"]] == ["register", "left"]


def test_read_ends_with_1_where_it_cannot_be_read(tmp_path: Path) -> None:
    file = tmp_path / "bom.json"
    file.write_text('{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{"name": 5}]}', "utf-8")
    told = CliRunner().invoke(cli, ["sbom", "read", str(file)])
    wrong = "components[0].name must be a text, and is not; write the file anew with the tool that made it"
    assert (told.exit_code, told.output) == (1, f"{file}: {wrong}\n")
    data = CliRunner().invoke(cli, ["sbom", "read", str(file), "--format", "json"])
    assert (data.exit_code, json.loads(data.output)) == (1, {"file": "bom.json", "read": False, "message": wrong})


def test_what_cannot_be_recorded_is_told(instance: Settings, tmp_path: Path) -> None:
    broken = tmp_path / "bom.json"
    broken.write_text("[]", "utf-8")
    told = command(instance, "sbom", "import", str(broken), "--software", "formwright", "--by", "Lin")
    assert (told.exit_code, "nothing was recorded" in told.output) == (2, True)
    good = instance.data / "small.json"
    told = command(instance, "sbom", "import", str(good), "--software", "nothing", "--by", "Lin")
    assert (told.exit_code, "no entry 'nothing'" in told.output) == (2, True)
    told = command(instance, "sbom", "import", str(good), "--software", "formwright", "--by", "Lin")
    assert (told.exit_code, told.output) == (0, "formwright has this document already; nothing was written.\n")
    told = command(instance, "sbom", "collect")
    assert (told.exit_code, "say which entries" in told.output) == (2, True)
    assert command(instance, "sbom", "collect", "--publisher", "nobody").exit_code == 2


def test_list(instance: Settings) -> None:
    told = command(instance, "sbom", "list")
    assert told.output.splitlines() == [
        "formwright  1  given  formwright.spdx.json",
        "    SPDX 2.3 JSON: 250 packages, of which 2 with an unknown licence and 0 without any; score 59; lacks "
        + LACKS,
        "formwright  2  given  small.json",
        "    SPDX 2.3 JSON: 2 packages, of which 1 with an unknown licence and 0 without any; score 75; lacks supplier",
    ]
    rows = [json.loads(line) for line in command(instance, "sbom", "list", "--format", "jsonl").output.splitlines()]
    assert [(row["software"], row["number"], row["packages"], row["message"]) for row in rows] == [
        ("formwright", 1, 250, None),
        ("formwright", 2, 2, None),
    ]
    assert command(instance, "sbom", "list", "--software", "old-ledger").output == (
        "No bill of materials is known. Next: publiccode sbom collect --software old-ledger\n"
    )
    assert command(instance, "sbom", "list", "--software", "nothing").exit_code == 2


def test_one_that_was_given_wrongly_is_withdrawn(instance: Settings) -> None:
    file = instance.data / "wrong.json"
    file.write_text(json.dumps(document(comment="for another")), "utf-8")
    told = command(instance, "sbom", "import", str(file), "--software", "old-ledger", "--by", "Lin")
    assert "The document is about register. If that is not old-ledger:" in told.output
    row = json.loads(command(instance, "sbom", "list", "--software", "old-ledger", "--format", "jsonl").output)
    end = ("sbom", "withdraw", str(row["number"]), "--software", "old-ledger", "--by", "Lin")
    assert command(instance, *end).output == f"old-ledger: wrong.json (number {row['number']}) no longer counts.\n"
    again = command(instance, *end)
    assert (again.exit_code, "no bill of materials" in again.output) == (2, True)


HOSTILE = {
    "half a character in a key": (json.dumps(spdx3({"type": "X", "\ud800evil": {"type": 5}})), "sbom.json"),
    "a long key": (json.dumps(spdx3({"type": "X", "k" * 500_000: {"type": 5}})), "sbom.json"),
    "the first year": (json.dumps(document(creationInfo={"created": "0001-01-01T00:00:00+14:00"})), "sbom.json"),
    "the last year": (json.dumps(document(creationInfo={"created": "9999-12-31T23:59:59-14:00"})), "sbom.json"),
    "a line end in its name": (json.dumps(document()), "a%0Ab/x%0Asbom.json"),
    "tools": (
        json.dumps(document(creationInfo={"creators": [f"Tool: {'y' * 4_000}{n}" for n in range(100)]})),
        "sbom.json",
    ),
}


@pytest.mark.parametrize(("text", "place"), HOSTILE.values(), ids=HOSTILE)
def test_no_document_takes_its_page_down(instance: Settings, reader: FlaskClient, text: str, place: str) -> None:
    store = Store(instance.database)
    with store.writing("t") as change:
        entry = change.session.exec(select(Software).where(Software.slug == SLUG)).one()
        record(change, entry.id, [Found(RELEASE, f"https://h.example/{place}", text.encode())], [RELEASE])
        number = current(change.session, entry.id)[0].number
    store.close()
    page = f"/en/software/{SLUG}"
    answers = [reader.get(page + end) for end in ("", ".json", "/sbom", "/sbom.json", f"/sbom/{number}")]
    assert [answer.status_code for answer in answers[:4]] == [200] * 4
    assert answers[4].status_code in (200, 404)
    assert max(len(answer.data) for answer in answers[:4]) < 200_000


def test_the_page_shows_unknown_ones_first_and_pages_the_rest(reader: FlaskClient) -> None:
    html = reader.get(PAGE).text
    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;alert(1)" in html
    assert "ada@x.example" not in html
    assert "ada@x.example" not in reader.get(PAGE + ".json").text
    data = read_json(reader, PAGE + ".json")
    content = data["content"]
    assert (content["authors"], content["tools"]) == (["Fogmere"], [])
    assert [(one["name"], one["license"], one["state"]) for one in content["packages"][:3]] == [
        ("package-8", "LicenseRef-ours", "unknown"),
        ("<script>alert(1)</script>", None, "invalid"),
        ("package-0", "MIT", "known"),
    ]
    assert (len(content["packages"]), content["page"], content["pages"], content["matching"]) == (200, 1, 2, 250)
    assert content["states"] == {"known": 248, "unknown": 1, "none": 0, "noassertion": 0, "invalid": 1}
    assert content["licenses"][0] == {"license": "MIT", "packages": 248}
    second = read_json(reader, PAGE + ".json?page=2")["content"]
    assert len(second["packages"]) == 50
    assert [(one["number"], one["packages"], one["place"]) for one in data["documents"]] == [
        (1, 250, "formwright.spdx.json"),
        (2, 2, "small.json"),
    ]


def test_the_page_is_narrowed(reader: FlaskClient) -> None:
    unknown = read_json(reader, PAGE + ".json?state=unknown")["content"]
    assert [one["name"] for one in unknown["packages"]] == ["package-8"]
    by_license = read_json(reader, PAGE + ".json?document=2&license=EUPL-1.2")["content"]
    assert [one["name"] for one in by_license["packages"]] == ["register"]
    assert 'href="/en/software/formwright/sbom?document=1"' in reader.get(PAGE + "?document=2").text
    for address, status in (
        ("?state=nothing", 400),
        ("?document=99", 404),
        ("?document=x", 404),
        ("?page=3", 404),
        ("?page=0", 400),
    ):
        assert reader.get(PAGE + address).status_code == status, address


def test_the_file_is_given_as_it_is_stored(reader: FlaskClient) -> None:
    answer = reader.get(PAGE + "/1")
    assert json.loads(answer.data) == many()
    assert answer.headers["Content-Disposition"] == "attachment; filename=formwright.spdx.json"
    assert answer.content_type == "application/octet-stream"
    assert reader.get(PAGE + "/99").status_code == 404
    assert reader.get("/en/software/petition/sbom/1").status_code == 404


def test_an_entry_tells_of_its_document_or_how_to_give_one(reader: FlaskClient) -> None:
    found = read_json(reader, "/en/software/formwright.json")["sbom"]
    assert (found["documents"], found["document"]["packages"], found["document"]["unknown"]) == (2, 250, 2)
    html = reader.get("/en/software/formwright").text
    assert "All packages, and what the document lacks" in html
    without = read_json(reader, "/en/software/old-ledger.json")["sbom"]
    assert without == {"address": "/en/software/old-ledger/sbom", "documents": 0, "document": None}
    assert "None was found in the repository or at its releases." in reader.get("/en/software/old-ledger").text
    assert "No bill of materials was found" in reader.get("/en/software/old-ledger/sbom").text
    assert read_json(reader, "/en/software/old-ledger/sbom.json")["document"] is None


def test_search_finds_entries_with_a_document(reader: FlaskClient) -> None:
    found = read_json(reader, "/en/software.json?sbom=yes")
    assert "formwright" in [one["slug"] for one in found["results"]]


DOWNLOADS = {
    "sbom.spdx.json": ("application/spdx+json", "SPDX 2.3 JSON"),
    "sbom.spdx": ("text/spdx; charset=utf-8", "SPDX 2.3 tag-value"),
    "sbom.spdx3.json": ("application/spdx3+json", "SPDX 3.0.1 JSON-LD"),
}


@pytest.mark.parametrize("name", DOWNLOADS)
def test_the_catalogues_own_documents_are_downloaded(reader: FlaskClient, name: str) -> None:
    found = reader.get(f"/en/software/formwright/{name}")
    assert (found.status_code, found.headers["Content-Type"]) == (200, DOWNLOADS[name][0])
    assert found.headers["Content-Disposition"] == f"attachment; filename=formwright.{name.removeprefix('sbom.')}"
    document = read(found.data)
    assert (document.title, document.name) == (DOWNLOADS[name][1], "Formwright – Public Code Catalogue")
    assert len(document.packages) == 251
    assert (document.packages[0].name, document.packages[0].supplier) == ("Formwright", "Organization: 雲霧市政府")
    again = reader.get(f"/en/software/formwright/{name}", headers={"If-None-Match": found.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    whole = read(reader.get(f"/en/audit/{name}").data)
    below = read(reader.get(f"/en/publishers/yunwu/{name}").data)
    alone = read(reader.get(f"/en/publishers/yunwu/{name}?alone=1").data)
    assert len(whole.packages) > len(below.packages) >= len(alone.packages) > 250


def test_pages_lead_to_the_documents(reader: FlaskClient) -> None:
    for page, place in (
        (PAGE, "software/formwright"),
        ("/en/software/formwright/audit", "software/formwright"),
        ("/en/publishers/yunwu", "publishers/yunwu"),
        ("/en/audit/publishers/yunwu", "publishers/yunwu"),
        ("/en/audit", "audit"),
    ):
        html = reader.get(page).text
        assert [f'href="/en/{place}/{name}"' in html for name in DOWNLOADS] == [True, True, True], page
    told = read_json(reader, PAGE + ".json")["downloads"]
    assert told[0] == {
        "format": "SPDX 2.3 JSON",
        "media_type": "application/spdx+json",
        "address": "/en/software/formwright/sbom.spdx.json",
    }


def test_what_cannot_be_downloaded_says_why(reader: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert reader.get("/en/software/nothing/sbom.spdx").status_code == 404
    assert reader.get("/en/publishers/nobody/sbom.spdx").status_code == 404
    assert reader.get("/en/software/formwright/sbom.spdx?as-of=2020-01-01").status_code == 404
    assert reader.get("/en/software/formwright/sbom.spdx?as-of=soon").status_code == 400
    monkeypatch.setattr("publiccode.web.pages.sbom_downloads.MOST", 3)
    for place in ("software/formwright", "audit"):
        refused = reader.get(f"/en/{place}/sbom.spdx")
        assert (refused.status_code, "more than 3 packages" in refused.text) == (403, True)


def test_a_reader_has_no_more_made_than_limits_allow(instance: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("publiccode.web.pages.submitted.REPORT_LINES", 200)
    client = create_app(instance).test_client()
    first, second = (client.get("/en/software/formwright/sbom.spdx") for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 429)


def test_write(instance: Settings, tmp_path: Path) -> None:
    file = tmp_path / "all.spdx.json"
    told = command(instance, "sbom", "write", "--all", "--site", "https://code.example/", "--validate", "-o", str(file))
    assert (told.exit_code, told.output) == (0, "")
    assert list(tmp_path.iterdir()) == [file]
    whole = read(file.read_bytes())
    assert whole.identity.startswith("https://code.example/spdx/")
    printed = command(instance, "sbom", "write", "--software", "formwright", "--format", "spdx-tag-value")
    assert read(printed.stdout_bytes).packages[0].name == "Formwright"
    newer = command(
        instance, "sbom", "write", "--publisher", "yunwu", "--below", "--format", "spdx3-json", "--validate"
    )
    assert (newer.exit_code, read(newer.stdout_bytes).title) == (0, "SPDX 3.0.1 JSON-LD")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "name one of --software"),
        (("--all", "--software", "x"), "name one of --software"),
        (("--all", "--below"), "name one of --software"),
        (("--all", "--site", "code.example"), "--site must be"),
        (("--software", "nothing"), "no entry nothing"),
        (("--publisher", "nobody"), "no publisher nobody"),
        (("--all", "--as-of", "soon"), "as-of must be a day"),
    ],
)
def test_write_says_what_it_needs(instance: Settings, words: tuple[str, ...], said: str) -> None:
    told = command(instance, "sbom", "write", *words)
    assert (told.exit_code, said in told.output) == (2, True), told.output


def test_write_names_a_place_that_cannot_be_written(instance: Settings, tmp_path: Path) -> None:
    told = command(instance, "sbom", "write", "--all", "-o", str(tmp_path / "nowhere" / "x.spdx"))
    assert (told.exit_code, "cannot be written" in told.output) == (3, True)
