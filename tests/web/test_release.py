"""Release readiness and compliance report: pages, data, documents and commands, of an entry, a checkout and an address."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient

from publiccode.harvesters.scan import limits, scanning
from publiccode.registry.audit.method import method
from publiccode.registry.audit.verdicts import follow_licenses
from publiccode.registry.release.table import CHECKS
from publiccode.registry.settings import Settings
from publiccode.registry.store import Store
from publiccode.registry.upgrade import upgrade
from publiccode.web.app import create_app
from publiccode.web.cli import cli
from publiccode.web.demo.agencies import LICENSES
from publiccode.web.demo.bare_repositories import lay_out
from publiccode.web.demo.git_server import GitServer

from ..harvesters.scan import planted
from ..looks import BEGIN, World, software
from .catalogue import read_json

URL = "https://git.yunwu.example/open/petition"
MIT = (LICENSES / "MIT.txt").read_bytes()
NAME = "<b>Petition</b>\x07"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


@pytest.fixture(autouse=True)
def without_reuse(monkeypatch: pytest.MonkeyPatch) -> None:
    """Our own reading alone: quick, and the same wherever the tests run."""
    monkeypatch.setattr(scanning, "reuse_command", lambda: None)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """One entry; what a test declares it withdraws."""
    chosen = Settings(data=tmp_path_factory.mktemp("instance"))
    store = Store(chosen.database)
    upgrade(store)
    world = World(store)
    world.publish(URL)
    world.finds(URL, software(URL, "Petition", legal={"license": "MIT"}), files={"LICENSE": MIT})
    follow_licenses(store, method("osi", UTC), world.now)
    store.close()
    return chosen


@pytest.fixture(scope="module")
def reader(settings: Settings) -> FlaskClient:
    return create_app(settings).test_client()


def run(settings: Settings, *arguments: str, **further: str) -> Result:
    env = {"PUBLICCODE_DATA": str(settings.data), **further}
    return CliRunner().invoke(cli, ["audit", *arguments], env=env, standalone_mode=False)


def lines(told: Any) -> dict[str, tuple[str, str]]:
    return {line["check"]: (line["state"], line["reason"]) for group in told["groups"] for line in group["lines"]}


def test_the_checklist_has_every_line_in_both_languages(reader: FlaskClient) -> None:
    told = read_json(reader, "/en/software/petition/readiness.json")
    assert list(lines(told)) == [check.id for check in CHECKS]
    assert told["counts"]["lines"] == len(CHECKS) == sum(told["counts"].values()) - told["counts"]["lines"]
    for language in ("en", "zh-Hant"):
        page = reader.get(f"/{language}/software/petition/readiness").get_data(as_text=True)
        assert all(f'id="{check.id}"' in page for check in CHECKS)


def test_lines_lead_to_what_they_are_about(reader: FlaskClient) -> None:
    page = reader.get("/en/software/petition/readiness").get_data(as_text=True)
    for address in ("/en/software/petition#findings", "/en/software/petition/sbom", "/en/software/petition/audit"):
        assert f'href="{address}"' in page
        assert reader.get(address.partition("#")[0]).status_code == 200


def test_the_entry_tells_it_in_short(reader: FlaskClient) -> None:
    told = read_json(reader, "/en/software/petition.json")["readiness"]
    page = reader.get("/en/software/petition").get_data(as_text=True)
    assert told["address"] == "/en/software/petition/readiness"
    assert all(f'readiness#{line["check"]}"' in page for line in told["open"])
    assert 'href="/en/software/petition/readiness"' in page


@pytest.mark.parametrize("page", ["readiness", "compliance-report", "compliance-report.odt"])
def test_there_is_nothing_of_what_is_not_there(reader: FlaskClient, page: str) -> None:
    assert reader.get(f"/en/software/nothing/{page}").status_code == 404


def test_what_is_declared_is_shown_as_declared(settings: Settings, reader: FlaskClient) -> None:
    scan = ("declare", "security-scan", "--software", "petition", "--tool", "OWASP ZAP", "--on", "2026-01-02")
    done = run(settings, *scan, "--evidence", "https://a.example/report", "--by", "Lin Yu")
    assert done.output == "Declaration 1: security-scan of petition.\n"
    told = read_json(reader, "/en/software/petition/readiness.json")
    state, reason = lines(told)["security-scan"]
    assert state == "declared"
    assert reason.startswith("Declared by the agency: OWASP ZAP, 2026-01-02; recorded on ")
    assert reason.endswith(" by Lin Yu.")
    assert 'href="https://a.example/report"' in reader.get("/en/software/petition/readiness").get_data(as_text=True)
    listed = run(settings, "list", "--declarations", "--format", "json").output
    assert [(one["number"], one["software"], one["declared"], one["in_force"]) for one in json.loads(listed)] == [
        (1, "petition", "security-scan", True)
    ]
    assert run(settings, "declare", "--withdraw", "1", "--by", "Chen").output == "Declaration 1 is withdrawn.\n"
    assert run(settings, "list", "--declarations").output == "There are none in force.\n"
    assert "ended by Chen" in run(settings, "list", "--declarations", "--all").output


@pytest.mark.parametrize(
    ("arguments", "refusal"),
    [
        (("declare", "contract", "--by", "x"), "name a kind, and one of --software and --publisher"),
        (("declare", "contract", "--software", "nothing", "--by", "x"), "the catalogue shows no entry 'nothing'"),
        (("declare", "contract", "--publisher", "nobody", "--by", "x"), "there is no publisher 'nobody'"),
        (("declare", "what", "--software", "petition", "--by", "x"), "there is no kind 'what'"),
        (("declare", "contract", "--withdraw", "3", "--by", "x"), "--withdraw stands alone"),
        (("readiness",), "name one: a folder, an address, or an entry"),
        (("readiness", ".", "--software", "petition"), "name one: a folder, an address, or an entry"),
        (("readiness", "--software", "nothing"), "the catalogue shows no entry 'nothing'"),
        (("readiness", "no-such-folder"), "no-such-folder is no folder"),
        (("compliance",), "name one: a folder, an address, or an entry"),
    ],
)
def test_misuse_is_told(settings: Settings, arguments: tuple[str, ...], refusal: str) -> None:
    done = run(settings, *arguments)
    assert refusal in str(done.exception)


def test_readiness_of_an_entry_as_a_command(settings: Settings) -> None:
    done = run(settings, "readiness", "--software", "petition")
    assert done.return_value == 0  # nobody saw that something is missing
    assert "✓ Licence file present: Fulfilled [license-file]" in done.output
    assert "? Source code scanned for weaknesses: Cannot be known by machine [security-scan]" in done.output
    printed = run(settings, "readiness", "--software", "petition", "--format", "html", "--language", "zh-Hant").output
    assert printed.startswith("<!doctype html>")
    assert '<html lang="zh-Hant">' in printed
    assert "http://" not in printed.replace(URL, "")
    assert "<script" not in printed


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    folder = tmp_path / "checkout"
    (folder / ".github").mkdir(parents=True)
    content = software(URL, "Petition", legal={"license": "MIT"}, tw={"accessibilityConformance": "AA"})
    for path, written in {
        "publiccode.yml": content,
        "LICENSE": MIT,
        "README.md": b"x",
        ".github/CONTRIBUTING.md": b"x",
        "settings.py": f'KEY = "{planted.AWS}"\n'.encode(),
    }.items():
        (folder / path).write_bytes(written)
    return folder


def test_readiness_of_a_checkout_counts_secrets_and_shows_none(settings: Settings, checkout: Path) -> None:
    done = run(settings, "readiness", str(checkout), "--format", "json")
    told = lines(json.loads(done.output))
    assert done.return_value == 1
    assert told["contributing"] == ("fulfilled", ".github/CONTRIBUTING.md is there.")
    assert told["governance"][0] == "not-fulfilled"
    assert told["accessibility"] == ("declared", "publiccode.yml declares the level AA.")
    assert told["no-secrets"][0] == "not-fulfilled"
    assert planted.AWS not in done.output
    unscanned = run(settings, "readiness", str(checkout), "--no-scan", "--format", "json")
    assert lines(json.loads(unscanned.output))["no-secrets"][0] == "unknowable"


def test_of_an_address_nothing_is_proven_by_what_was_not_fetched(
    settings: Settings, checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large dump, a link in place of the licence file, and a fetch that ends at a bound."""
    (checkout / "settings.py").write_bytes(b"dump = b'" + b"x" * 40_000 + b"'")
    files = {path.relative_to(checkout).as_posix(): path.read_bytes() for path in checkout.rglob("*") if path.is_file()}
    lay_out(tmp_path / "served" / "open" / "petition.git", files, BEGIN)
    monkeypatch.setattr(limits, "USUAL", replace(limits.USUAL, file_bytes=20_000))
    with GitServer(tmp_path / "served") as server:
        mirrored = {
            "PUBLICCODE_ALLOWED_PRIVATE": server.authority,
            "PUBLICCODE_MIRRORS": f"https://git.yunwu.example/={server.url}/",
        }
        told = lines(json.loads(run(settings, "readiness", URL, "--format", "json", **mirrored).output))
        monkeypatch.setattr(limits, "USUAL", replace(limits.USUAL, files=2))
        cut = lines(json.loads(run(settings, "readiness", URL, "--format", "json", **mirrored).output))
    assert told["no-secrets"][0] == "unknowable"
    assert told["governance"][0] == "not-fulfilled"
    assert (cut["no-secrets"][0], cut["governance"][0], cut["sbom-present"][0]) == ("unknowable",) * 3


@pytest.fixture
def server(tmp_path: Path, checkout: Path) -> Iterator[GitServer]:
    files = {path.relative_to(checkout).as_posix(): path.read_bytes() for path in checkout.rglob("*") if path.is_file()}
    folder = tmp_path / "served"
    lay_out(folder / "open" / "petition.git", files, BEGIN)
    with GitServer(folder) as server:
        yield server


def test_readiness_of_an_address_says_what_the_checkout_says(
    settings: Settings, checkout: Path, server: GitServer
) -> None:
    mirrored = {
        "PUBLICCODE_ALLOWED_PRIVATE": server.authority,
        "PUBLICCODE_MIRRORS": f"https://git.yunwu.example/={server.url}/",
    }
    there = json.loads(run(settings, "readiness", URL, "--format", "json", **mirrored).output)
    here = json.loads(run(settings, "readiness", str(checkout), "--format", "json").output)
    assert lines(there) == lines(here)
    assert (there["subject"]["source"], there["subject"]["address"], len(there["subject"]["commit"])) == (
        "repository",
        URL,
        40,
    )
    gone = run(settings, "readiness", f"{URL}-gone", **mirrored)
    assert gone.exception is not None
    assert str(gone.exception).endswith("Next: see whether the address is right, or check a checkout.")


def test_the_report_stands_on_a_page_in_four_parts(reader: FlaskClient) -> None:
    told = read_json(reader, "/en/software/petition/compliance-report.json")
    assert [field["field"] for field in told["use"]] == ["use", "modified", "linked", "needs"]
    assert told["blanks"] > 0
    page = reader.get("/en/software/petition/compliance-report").get_data(as_text=True)
    assert [f'id="part-{number}"' in page for number in (1, 2, 3, 4)] == [True] * 4
    assert "it is no form of the ministry" in page


def paragraphs(content: bytes) -> list[str]:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert archive.testzip() is None
        body = ElementTree.fromstring(archive.read("content.xml"))
    return ["".join(one.itertext()) for one in body.iter() if one.tag in (f"{TEXT}p", f"{TEXT}h")]


def test_the_document_holds_what_the_page_holds(reader: FlaskClient) -> None:
    told = read_json(reader, "/en/software/petition/compliance-report.json")
    answer = reader.get("/en/software/petition/compliance-report.odt")
    assert answer.mimetype == "application/vnd.oasis.opendocument.text"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="license-compliance-report-')
    held = paragraphs(answer.data)
    fields = [field for part in ("basic", "licenses", "use") for field in told[part]]
    assert [field["title"] for field in fields if field["title"] not in held] == []
    assert [value for field in fields for value in field["values"] if value not in held] == []
    assert [text for one in told["duties"] for text in one["must"] if f"☐ {text}" not in held] == []


def test_the_document_is_marked_in_its_language(settings: Settings, tmp_path: Path) -> None:
    for language in ("zh-Hant", "en"):
        file = tmp_path / f"{language}.odt"
        place = ("--software", "petition", "--format", "odt", "--language", language)
        assert run(settings, "compliance", *place, "-o", str(file)).exit_code == 0
        with zipfile.ZipFile(file) as archive:
            styles = archive.read("styles.xml").decode()
            told = archive.read("meta.xml").decode()
        assert 'style:language-asian="zh" style:country-asian="TW"' in styles
        assert 'fo:language="en" fo:country="GB"' in styles
        assert f"<dc:language>{'zh-TW' if language == 'zh-Hant' else 'en-GB'}</dc:language>" in told
        assert "Noto Sans CJK TC" in styles
        assert "<text:page-number" in styles


def test_a_strangers_words_are_harmless(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "hostile"
    folder.mkdir()
    (folder / "publiccode.yml").write_bytes(software(URL, NAME, legal={"license": "<i>none</i> \x1b[31m"}))
    text = run(settings, "readiness", str(folder), "--no-scan").output
    assert "\x1b" not in text
    assert "\x07" not in text
    page = run(settings, "readiness", str(folder), "--no-scan", "--format", "html").output
    assert "<b>Petition" not in page
    assert "&lt;b&gt;Petition" in page
    odt = tmp_path / "x.odt"
    assert run(settings, "compliance", str(folder), "--no-scan", "--format", "odt", "-o", str(odt)).exit_code == 0
    assert any("<b>Petition</b>" in text for text in paragraphs(odt.read_bytes()))


def test_the_checklist_as_a_workbook_leaves_room_for_who_did_it(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "checks.xlsx"
    run(settings, "readiness", "--software", "petition", "--format", "xlsx", "-o", str(file))
    book = openpyxl.load_workbook(file)
    rows = list(book["Checklist"].iter_rows(values_only=True))
    about = dict(book["Overview"].iter_rows(values_only=True))
    book.close()
    assert rows[0] == ("Part", "Check", "State", "Reason", "Evidence", "Next step", "Done by, and day")
    assert len(rows) == 1 + len(CHECKS) == 1 + about["Lines"]
    assert {row[6] for row in rows[1:]} == {None}
