"""OpenChain evidence and archived reports: pages, data, files, commands."""

from __future__ import annotations

import json
from datetime import UTC
from pathlib import Path
from shutil import copytree

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient

from publiccode.registry.audit.method import method
from publiccode.registry.audit.verdicts import follow_licenses
from publiccode.registry.columns import now
from publiccode.registry.openchain.table import CLAUSES
from publiccode.registry.publishers import ListedPublisher
from publiccode.registry.settings import Settings
from publiccode.registry.store import Store
from publiccode.registry.upgrade import upgrade
from publiccode.web.app import create_app
from publiccode.web.cli import cli
from publiccode.web.demo.agencies import LICENSES

from ..looks import World, software
from .catalogue import read_json

URL = "https://git.yunwu.example/open/"
MIT = (LICENSES / "MIT.txt").read_bytes()
PAGE = "/en/publishers/yunwu/openchain"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A city with one entry, an office below it with another; tests only read it."""
    chosen = Settings(data=tmp_path_factory.mktemp("instance"))
    store = Store(chosen.database)
    upgrade(store)
    world = World(store)
    world.list(
        ListedPublisher("yunwu", "<b>Yunwu</b>", repos=(URL + "petition",)),
        ListedPublisher("health", "Health", parent="yunwu", repos=(URL + "beds",)),
    )
    for name in ("petition", "beds"):
        world.finds(URL + name, software(URL + name, name, legal={"license": "MIT"}), files={"LICENSE": MIT})
    follow_licenses(store, method("osi", UTC), world.now)
    store.close()
    return chosen


@pytest.fixture
def settings(made: Settings, tmp_path: Path) -> Settings:
    """The same, to be written to."""
    copytree(made.data, tmp_path / "instance")
    return Settings(data=tmp_path / "instance")


@pytest.fixture
def reader(settings: Settings) -> FlaskClient:
    return create_app(settings).test_client()


def run(settings: Settings, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["audit", *arguments], env={"PUBLICCODE_DATA": str(settings.data)})


def archive(settings: Settings, *arguments: str) -> list[str]:
    done = run(settings, "archive", *arguments, "--by", "Lin Yu")
    assert done.exit_code == 0, done.output
    return done.output.splitlines()


def test_every_clause_stands_on_the_page_in_both_languages(settings: Settings, reader: FlaskClient) -> None:
    run(settings, "declare", "openchain-5230", "--publisher", "yunwu", "--on", "2026-01-05", "--by", "Lin Yu")
    told = read_json(reader, f"{PAGE}.json")
    assert [line["clause"] for line in told["lines"]] == [clause.id for clause in CLAUSES]
    assert (told["below"], told["bodies"], told["entries"], told["archived"]["count"]) == (False, 1, 1, 0)
    assert told["counts"]["declared"] >= 1
    assert sum(told["counts"].values()) == len(CLAUSES)
    below = read_json(reader, f"{PAGE}.json?below=1")
    assert (below["below"], below["bodies"], below["entries"], below["counts"]["declared"]) == (True, 2, 2, 0)
    for language in ("en", "zh-Hant"):
        page = reader.get(f"/{language}/publishers/yunwu/openchain?below=1").text
        assert [clause.id for clause in CLAUSES if f'id="clause-{clause.id}"' not in page] == []
        assert "<b>Yunwu</b>" not in page
    assert reader.get("/en/publishers/nobody/openchain").status_code == 404


def test_the_pages_of_the_publisher_and_the_audit_lead_there(settings: Settings, reader: FlaskClient) -> None:
    run(settings, "declare", "license-contact", "--publisher", "yunwu", "--value", "Office of code", "--by", "Lin Yu")
    page = reader.get("/en/publishers/yunwu").text
    assert f'href="{PAGE}"' in page
    assert f'href="{PAGE}?below=1"' in page
    assert "Office of code" in page
    assert f'href="{PAGE}?below=1"' in reader.get("/en/audit/publishers/yunwu").text
    assert f'href="{PAGE}"' in reader.get("/en/audit/publishers/yunwu?alone=1").text


def test_reports_are_archived_once_and_handed_out(settings: Settings, reader: FlaskClient, tmp_path: Path) -> None:
    first = archive(settings, "--publisher", "yunwu")
    assert [line.split("  ")[2:4] for line in (line.strip() for line in first)] == [
        ["audit of yunwu", "html en"],
        ["audit of yunwu", "json en"],
        ["sbom of yunwu", "spdx-json en"],
    ]
    again = archive(settings, "--publisher", "yunwu")
    assert [line.partition(":")[0] for line in again] == [f"Unchanged since report {number}" for number in (1, 2, 3)]
    report = reader.get("/en/publishers/yunwu/reports/2")
    assert report.headers["Content-Disposition"] == f'attachment; filename="{_name(report.headers)}"'
    assert _name(report.headers).startswith("audit-yunwu-")
    assert report.mimetype == "application/json"
    assert report.json["totals"]["entries"] == 1  # type: ignore[index]
    assert run(settings, "archive", "--get", "2", "-o", str(tmp_path / "2.json")).exit_code == 0
    assert (tmp_path / "2.json").read_bytes() == report.data
    files = [one["files"] for one in read_json(reader, f"{PAGE}.json")["archived"]["reports"]]
    assert [[file["number"] for file in group] for group in files] == [[3], [1, 2]]
    assert all(file["address"] in reader.get(PAGE).text for group in files for file in group)
    assert "/en/publishers/yunwu/reports/1" in reader.get("/en/publishers/yunwu").text


def _name(headers: object) -> str:
    return str(headers["Content-Disposition"]).split('"')[1]  # type: ignore[index]


def test_reports_of_entries_are_kept_for_each_and_only_shown_where_they_belong(
    settings: Settings, reader: FlaskClient
) -> None:
    kept = archive(settings, "--publisher", "yunwu", "--below", "--kind", "compliance", "--format", "odt")
    assert [line.strip().split("  ")[2:4] for line in kept] == [
        ["compliance of beds", "html en"],
        ["compliance of beds", "odt en"],
        ["compliance of petition", "html en"],
        ["compliance of petition", "odt en"],
    ]
    again = archive(settings, "--software", "beds", "--kind", "compliance")
    assert [line.startswith("Unchanged since report 1:") for line in again] == [True, False]
    assert reader.get("/en/publishers/health/reports/1").status_code == 200
    assert reader.get("/en/publishers/health/reports/2").mimetype == "application/vnd.oasis.opendocument.text"
    assert reader.get("/en/publishers/yunwu/reports/1").status_code == 404
    assert reader.get("/en/publishers/yunwu/reports/99").status_code == 404
    assert read_json(reader, f"{PAGE}.json")["archived"]["count"] == 2
    told = read_json(reader, f"{PAGE}.json?below=1")["archived"]
    assert {file["address"] for one in told["reports"] for file in one["files"] if one["about"] == "beds"} == {
        f"/en/publishers/health/reports/{number}" for number in (1, 2, 5)
    }


def test_a_page_is_printed_anew_only_where_it_is_new(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    printer = tmp_path / "printer"
    out = 'for one in "$@"; do case $one in --print-to-pdf=*) out=${one#--print-to-pdf=};; esac; done'
    printer.write_text(f'#!/bin/sh\n{out}\necho "%PDF-1.4 $$" > "$out"\n')  # other bytes each time
    printer.chmod(0o755)
    monkeypatch.setenv("PUBLICCODE_CHROMIUM", str(printer))
    pdf = ("--software", "beds", "--kind", "attribution", "--format", "pdf", "--format", "text")
    assert [line.strip().split("  ")[3] for line in archive(settings, *pdf)] == ["html en", "pdf en", "text en"]
    assert [line.partition(":")[0] for line in archive(settings, *pdf)] == [
        f"Unchanged since report {number}" for number in (1, 2, 3)
    ]
    done = ("conclude", "beds", "Apache-2.0", "--reason", "Another file says so", "--by", "Lin Yu")
    assert run(settings, *done).exit_code == 0
    books = ("--software", "beds", "--kind", "audit", "--format", "xlsx", "--format", "pdf")
    assert [line.strip().split("  ")[3] for line in archive(settings, *books)] == ["html en", "xlsx en", "pdf en"]
    monkeypatch.setenv("PUBLICCODE_CHROMIUM", str(tmp_path / "none"))
    failed = run(settings, "archive", "--publisher", "yunwu", "--kind", "audit", "--format", "pdf", "--by", "Lin Yu")
    assert (failed.exit_code, "is no program" in failed.output) == (3, True), failed.output


def test_a_report_that_named_a_person_says_so(settings: Settings, reader: FlaskClient) -> None:
    conclude = ("conclude", "petition", "MIT", "--reason", "As Zebedeus Quux wrote", "--by", "Lin Yu")
    assert run(settings, *conclude).exit_code == 0
    archive(settings, "--software", "petition", "--kind", "audit")
    archive(settings, "--software", "petition", "--kind", "compliance", "--format", "odt")
    assert "Quux" in reader.get("/en/publishers/yunwu/reports/1").text
    env = {"PUBLICCODE_DATA": str(settings.data)}
    done = CliRunner().invoke(cli, ["erase", "--contact", "Zebedeus Quux", "--by", "Chen"], env=env)
    assert "archived report 1" in done.output
    assert "Quux" not in reader.get("/en/publishers/yunwu/reports/1").text
    assert "a person was taken out" in reader.get(PAGE).text
    told = json.loads(run(settings, "archive", "--list", "--format", "json").output)
    assert [one["number"] for one in told if one["erased_at"]] == [2, 1]
    assert run(settings, "archive", "--list").output.count("a person was taken out") == 2
    assert f"A person was taken out of this report on {now():%Y-%m-%d}" in run(settings, "archive", "--get", "1").output
    again = archive(settings, "--software", "petition", "--kind", "audit")
    assert not any(line.startswith("Unchanged") for line in again)  # it says something else now


@pytest.mark.parametrize(
    ("arguments", "refusal"),
    [
        (("archive",), "name one of --publisher"),
        (("archive", "--list", "--get", "1"), "name one of --publisher"),
        (("archive", "--below", "--all", "--by", "x"), "name one of --publisher"),
        (("archive", "--all", "-o", "x", "--by", "x"), "-o stands with --get alone"),
        (("archive", "--all"), "the name of who archives is needed"),
        (("archive", "--all", "--kind", "sbom", "--format", "odt", "--by", "x"), "there is nothing to archive"),
        (("archive", "--software", "nothing", "--by", "x"), "the catalogue showed no entry nothing"),
        (("archive", "--software", "nothing", "--kind", "readiness", "--by", "x"), "shows no 'nothing'"),
        (("archive", "--publisher", "nobody", "--kind", "readiness", "--by", "x"), "there is no publisher 'nobody'"),
        (("archive", "--all", "--site", "x", "--by", "x"), "--site must be the catalogue's address"),
        (("archive", "--get", "1"), "there is no archived report 1"),
        (("openchain", "--publisher", "nobody"), "there is no publisher 'nobody'"),
        (("openchain", "--publisher", "yunwu", "--site", "x"), "--site must be the catalogue's address"),
    ],
)
def test_what_cannot_be_done_is_told(made: Settings, arguments: tuple[str, ...], refusal: str) -> None:
    done = run(made, *arguments)
    assert (done.exit_code, refusal in done.output) == (2, True), done.output


def test_the_command_tells_the_same_in_each_form(settings: Settings, reader: FlaskClient) -> None:
    assert run(settings, "archive", "--list").output.startswith("Nothing is archived")
    told = json.loads(
        run(settings, "openchain", "--publisher", "yunwu", "--format", "json", "--site", "https://c.example/").output
    )
    page = read_json(reader, f"{PAGE}.json")
    assert [(line["clause"], line["told"], line["next"]) for line in told["lines"]] == [
        (line["clause"], line["told"], line["next"]) for line in page["lines"]
    ]
    addresses = [one["address"] for line in told["lines"] for one in line["see"]]
    assert addresses == [f"https://c.example{one['address']}" for line in page["lines"] for one in line["see"]]
    assert set(addresses) == {
        "https://c.example/en/audit/publishers/yunwu?alone=1",
        "https://c.example/en/publishers/yunwu/openchain#archived",
        "https://c.example/en/software?publisher=yunwu",
    }
    text = run(settings, "openchain", "--publisher", "yunwu", "--below").output
    assert all(line["title"] in text for line in page["lines"])
    html = run(settings, "openchain", "--publisher", "yunwu", "--format", "html", "--language", "zh-Hant").output
    assert '<html lang="zh-Hant">' in html
    assert "<b>Yunwu</b>" not in html
