"""/register: what is shown of an address, what is kept, and everything that can stand in the way."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlmodel import select
from werkzeug.test import TestResponse

from publiccode.registry import proposals as module
from publiccode.registry.decisions import accept, reject
from publiccode.registry.models import ErasureRecord, Proposal
from publiccode.registry.persons import digest
from publiccode.registry.settings import Mirror, Settings
from publiccode.registry.store import Store
from publiccode.web.app import create_app
from publiccode.web.demo.git_server import GitServer

from ..harvesters.test_checkout import serve_repository
from ..invalid import VALID, changed
from .catalogue import BASE
from .conftest import build

PUBLIC = "https://git.agency.example/"
URL = PUBLIC + "city/lamplight"


@pytest.fixture
def chosen(tmp_path: Path) -> Iterator[Settings]:
    """The small catalogue, and a Git host behind a mirror with `city/lamplight` and `city/empty`."""
    with GitServer(serve_repository(tmp_path, VALID)) as host:
        settings = Settings(
            data=tmp_path / "instance",
            allowed_private=(host.authority,),
            mirrors=(Mirror(PUBLIC, f"{host.url}/"),),
            checks_per_minute=600,
        )
        build(settings)
        yield settings


@pytest.fixture
def reader(chosen: Settings) -> FlaskClient:
    return create_app(chosen).test_client()


@pytest.fixture(scope="module")
def anybody(settings: Settings) -> FlaskClient:
    """A reader of the catalogue that all tests share, who proposes nothing."""
    return create_app(replace(settings, checks_per_minute=6_000)).test_client()


def text(response: TestResponse) -> str:
    return re.sub(r"\s+", " ", response.text)


def send(reader: FlaskClient, url: str, do: str = "look", language: str = "en", **more: Any) -> TestResponse:
    return reader.post(f"/{language}/register", data={"url": url, "do": do, **more})


def kept(settings: Settings) -> list[Proposal]:
    store = Store(settings.database)
    with store.reading() as session:
        found = list(session.exec(select(Proposal)))
        session.expunge_all()
    store.close()
    return found


def propose(reader: FlaskClient, url: str = URL, **more: Any) -> str:
    """Proposes an address; gives the path of its page."""
    response = send(reader, url, "propose", **more)
    assert response.status_code == 303
    return response.headers["Location"]


def decide(settings: Settings, number: int, reason: str = "") -> None:
    store = Store(settings.database)
    with store.writing("Lin Yu") as change:
        if reason:
            reject(change, number, reason)
        else:
            accept(change, number, "yunwu")
    store.close()


def test_the_form_is_linked_from_where_an_officer_looks(reader: FlaskClient) -> None:
    for path in ("/en/", "/en/why"):
        assert 'href="/en/register"' in reader.get(path).text
    unknown = reader.get(f"/en/why?url={URL}").text
    assert f'href="/en/register?url={URL}"' in unknown
    assert "/en/register?url=" not in reader.get(f"/en/why?url={BASE}petition").text
    page = reader.get(f"/en/register?url={URL}")
    assert f'value="{URL}"' in page.text
    assert '<option value="City of Yunwu">' in page.text
    assert reader.get(f"/en/register.json?url={URL}").json == {"url": URL, "open": True}
    assert "Please write nothing about persons" in page.text


def test_an_address_is_shown_as_it_would_appear_and_nothing_is_kept(chosen: Settings, reader: FlaskClient) -> None:
    shown = send(reader, f"{URL}.git/", publisher="City <b>", remark="first\r\nsecond")
    page = text(shown)
    assert shown.status_code == 200
    for piece in (
        "As it would appear",
        '<span translate="no">Lamplight</span>',
        "A register of street lamps.",
        "Map of all lamps",
        'href="/en/software?license=EUPL-1.2"',
        "<strong>The file meets the standard.</strong>",
        "Published by City &lt;b&gt;",
        '<h2 id="propose">Propose this address</h2>',
        f"<dd>{URL}.git</dd>",
        "Our checks found nothing to repair.",
        "Declaration and licence files agree",
    ):
        assert piece in page
    assert "first\nsecond</dd>" in shown.text
    assert "127.0.0.1" not in page
    assert kept(chosen) == []


def test_pages_and_files_within_a_repository_lead_to_it(reader: FlaskClient) -> None:
    for url in (
        f"{URL}/raw/branch/main/publiccode.yml?token=secret#L1",
        f"{URL}/-/tree/main/docs",
        URL.removeprefix("https://"),
    ):
        page = text(send(reader, url))
        assert f"<dd>{URL}</dd>" in page
        assert "(the address of the repository)" in page


def test_a_file_with_findings_is_shown_with_repairs(tmp_path: Path, chosen: Settings) -> None:
    with GitServer(serve_repository(tmp_path / "broken", changed("EUPL-1.2", "MIT License"))) as host:
        settings = replace(chosen, allowed_private=(host.authority,), mirrors=(Mirror(PUBLIC, f"{host.url}/"),))
        page = text(send(create_app(settings).test_client(), URL))
    assert "Did you mean MIT?" in page
    assert 'href="/en/rules/license-known"' in page
    assert "Download the repaired file" in page
    assert 'action="/en/editor/import"' in page
    assert "It can be proposed although the file has errors" in page


def test_a_repository_without_a_file_gets_one_to_begin_with(chosen: Settings, reader: FlaskClient) -> None:
    page = text(send(reader, PUBLIC + "city/empty"))
    assert "The repository is empty. It gets an entry as soon as the file is there" in page
    assert f"url: {PUBLIC}city/empty" in page
    assert "# platforms: " in page
    propose(reader, PUBLIC + "city/empty")
    assert [one.judged for one in kept(chosen)] == [{"outcome": "empty"}]


def test_a_proposal_is_kept_and_told_to_everybody_but_its_remark(chosen: Settings, reader: FlaskClient) -> None:
    path = propose(reader, publisher=" City\tof\x1b Lamps ", remark="a\x00b\r\n\r\nc \u202e")
    assert path == "/en/register/1"
    (one,) = kept(chosen)
    assert (one.url, one.publisher, one.remark, one.status) == (URL, "City of Lamps", "a b\n\nc", "open")
    assert one.judged == {
        "outcome": "file",
        "valid": True,
        "usable": True,
        "errors": 0,
        "warnings": 0,
        "name": "Lamplight",
        "commit": one.judged["commit"],
    }
    assert re.fullmatch("[0-9a-f]{40}", one.judged["commit"])
    assert reader.get("/en/register/1.json").json == {
        "number": 1,
        "url": URL,
        "at": one.at.isoformat(),
        "publisher": "City of Lamps",
        "status": "open",
        "decided_at": None,
        "reason": "",
        "judged": {"outcome": "file", "valid": True, "usable": True, "errors": 0, "warnings": 0, "name": "Lamplight"},
        "why": f"/en/why?url={URL}",
        "software": None,
    }
    for language, waits in (("en", "It waits for the operator"), ("zh-Hant", "1")):
        page = reader.get(f"/{language}/register/1").text
        assert waits in page
        assert "a b" not in page


def test_the_page_of_a_proposal_follows_the_decision(chosen: Settings, reader: FlaskClient) -> None:
    propose(reader)
    propose(reader, PUBLIC + "city/empty")
    decide(chosen, 1)
    decide(chosen, 2, "a <b>private</b> project")
    assert "It was accepted." in reader.get("/en/register/1").text
    rejected = reader.get("/en/register/2").text
    assert "It was rejected." in rejected
    assert "a &lt;b&gt;private&lt;/b&gt; project" in rejected
    assert "Lin Yu" not in rejected
    for number in ("3", "0", "99999999999999999999", "-1", "x"):
        assert reader.get(f"/en/register/{number}").status_code == 404


def test_no_second_row_for_what_waits(chosen: Settings, reader: FlaskClient) -> None:
    propose(reader)
    again = send(reader, URL.upper().replace("HTTPS", "https").replace("GIT.AGENCY.EXAMPLE", "git.agency.example"))
    assert "proposed already, with the number 1" in send(reader, f"{URL}.git").text
    assert again.status_code in (200, 404)  # the host may tell capital letters apart
    second = send(reader, f"{URL}.git", "propose")
    assert (second.status_code, 'href="/en/register/1"' in second.text) == (409, True)
    assert len(kept(chosen)) == 1


def test_what_is_here_already_cannot_be_proposed(tmp_path: Path, chosen: Settings) -> None:
    fork = VALID.replace("https://git.agency.example/city/lamplight", BASE + "petition")
    with GitServer(serve_repository(tmp_path / "fork", fork)) as host:
        settings = replace(chosen, allowed_private=(host.authority,), mirrors=(Mirror(PUBLIC, f"{host.url}/"),))
        reader = create_app(settings).test_client()
        page = send(reader, URL)
        assert "a copy of it (a technical fork)" in text(page)
        assert 'href="/en/software/%E9%99%B3%E6%83%85%E7%B3%BB%E7%B5%B1"' in page.text
        assert 'id="propose"' not in page.text
        assert send(reader, URL, "propose").status_code == 409
    assert kept(chosen) == []


@pytest.mark.parametrize(
    ("url", "detail"),
    [
        ("", "Give the address of a repository."),
        ("https://user:secret@git.agency.example/city/lamplight", "The address holds a user name or a password"),
        ("token@git.agency.example/city/lamplight", "The address holds a user name or a password"),
        ("https://git.agency.example@127.0.0.1:9/x", "The address holds a user name or a password"),
        ("ftp://git.agency.example/x", "The address must begin with https://"),
        ("javascript://x/%0aalert(1)", "The address must begin with https://"),
        ("file:///etc/passwd", "The address must begin with https://"),
        ("https://git.agency.example/city/\x1b[31m", "The address must begin with https://"),
        ("https://git.agency.example/city/a b", "The address must begin with https://"),
        ("https://git.agency.example/city/\u202egpj", "The address must begin with https://"),
        ("https://git.agency.example/" + "x" * 2000, "The address must begin with https://"),
        ("https://git.agency.example/x/%2e%2e/%252e./secret", "The address must begin with https://"),
        ("https://git.agency.example\\@127.0.0.1/x", "The address holds a user name or a password"),
        ("https://[::1", "The address must begin with https://"),
        ("https://git.agency.example/", "This is a whole host."),
        ("http://127.0.0.1:9/x/y", "is no address of the public internet."),
        ("https://localhost/x/y", "is no address of the public internet."),
        ("https://localhost/x.yml", "is no address of the public internet."),
        ("http://[::ffff:127.0.0.1]/x/y", "is no address of the public internet."),
        ("http://0x7f000001/x/y", "is no address of the public internet."),
        ("http://2130706433/x/y", "is no address of the public internet."),
        ("https://169.254.169.254/latest/meta-data", "is no address of the public internet."),
        ("http://10.1.2.3/x/-/y", "is no address of the public internet."),
    ],
)
@pytest.mark.parametrize("do", ["look", "propose"])
def test_addresses_that_are_refused(settings: Settings, anybody: FlaskClient, url: str, detail: str, do: str) -> None:
    response = send(anybody, url, do, group="1" if do == "look" and "/x/y" in url else "")
    page = text(response)
    assert response.status_code == 400
    assert f'<p class="field-wrong" id="url-wrong">{detail}' in page or detail in page
    assert 'aria-describedby="url-help url-wrong" aria-invalid="true" autofocus' in page
    assert "<title>To correct:" in page
    assert kept(settings) == []


@pytest.mark.parametrize("field", ["publisher", "remark"])
def test_long_texts_are_told_at_their_field_and_stay_in_the_form(
    chosen: Settings, reader: FlaskClient, field: str
) -> None:
    long = "說" * 1001
    response = send(reader, URL, "propose", **{field: long})
    assert response.status_code == 400
    assert f'id="{field}-wrong"' in response.text
    assert long in response.text
    assert f'value="{URL}"' in response.text
    huge = send(reader, URL, "propose", **{field: "x" * 200_000})
    assert (huge.status_code, len(huge.data) < 60_000) == (400, True)
    assert kept(chosen) == []


def test_html_in_names_is_text(chosen: Settings, reader: FlaskClient) -> None:
    hostile = "<script>alert(1)</script>\"'</textarea>"
    page = send(reader, URL, publisher=hostile, remark=hostile)
    propose(reader, publisher=hostile, remark=hostile)
    for shown in (page.text, reader.get("/en/register/1").text):
        assert "<script>" not in shown
        assert hostile not in shown
        assert "&lt;script&gt;alert(1)&lt;/script&gt;&#34;&#39;&lt;/textarea&gt;" in shown


def test_what_another_site_sends_is_refused(chosen: Settings, reader: FlaskClient) -> None:
    def status(**headers: str) -> int:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return reader.post("/en/register", data={"url": URL, "do": "propose"}, headers=sent).status_code

    assert status(Sec_Fetch_Site="cross-site") == 403
    assert status(Sec_Fetch_Site="same-site", Origin="http://localhost") == 403
    assert status(Origin="https://evil.example") == 403
    assert status(Origin="null") == 403
    assert status(Origin="http://[") == 403
    assert kept(chosen) == []
    assert status(Sec_Fetch_Site="same-origin", Origin="https://proxied.example") == 303
    assert status(Origin="http://localhost") == 409
    assert status(Sec_Fetch_Site="none") == 409


def test_one_reader_proposes_so_many_an_hour(tmp_path: Path, chosen: Settings) -> None:
    reader = create_app(replace(chosen, proposals_per_hour=1)).test_client()
    propose(reader)
    refused = send(reader, PUBLIC + "city/empty", "propose", remark="kept")
    assert (refused.status_code, "The limit of proposals in an hour is reached (1)." in refused.text) == (429, True)
    assert "kept</textarea>" in refused.text
    assert send(reader, PUBLIC + "city/empty").status_code == 200
    other = reader.post(
        "/en/register",
        data={"url": PUBLIC + "city/empty", "do": "propose"},
        environ_overrides={"REMOTE_ADDR": "192.0.2.7"},
    )
    assert other.status_code == 303
    none = create_app(replace(chosen, proposals_per_hour=0)).test_client()
    assert "takes no proposals on its pages" in none.get("/en/register").text
    assert 'id="propose"' not in send(none, URL).text
    assert send(none, PUBLIC + "city/other", "propose").status_code in (403, 404)
    assert len(kept(chosen)) == 2


def test_hundreds_of_posts_keep_no_more_than_is_allowed(chosen: Settings) -> None:
    reader = create_app(replace(chosen, checks_per_minute=60)).test_client()
    statuses = [send(reader, f"{URL}?{number}", "propose").status_code for number in range(300)]
    assert statuses[0] == 303
    assert set(statuses[1:]) == {409, 429}
    assert statuses.count(409) == 9  # ten addresses a minute are read
    assert len(kept(chosen)) == 1


def test_when_too_many_wait_nothing_is_kept(
    chosen: Settings, reader: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_OPEN", 0)
    full = send(reader, URL, "propose", remark="kept")
    assert (full.status_code, "Too many proposals wait" in full.text, "kept</textarea>" in full.text) == (
        503,
        True,
        True,
    )
    assert kept(chosen) == []


def test_a_locked_database_loses_nothing_that_was_typed(chosen: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("publiccode.registry.store.WAIT_MILLISECONDS", 500)
    app = create_app(chosen)
    reader = app.test_client()
    assert send(reader, URL).status_code == 200
    lock = sqlite3.connect(chosen.database.removeprefix("sqlite:///"), isolation_level=None)
    lock.execute("BEGIN EXCLUSIVE")
    try:
        refused = send(reader, URL, "propose", publisher="City", remark="kept")
    finally:
        lock.execute("ROLLBACK")
        lock.close()
    assert refused.status_code == 503
    assert "The database takes nothing at the moment." in refused.text
    assert f'value="{URL}"' in refused.text
    assert "kept</textarea>" in refused.text
    assert 'id="propose"' in refused.text  # once more the same button
    assert refused.headers["Retry-After"] == "60"
    assert str(chosen.data) not in refused.text


def test_a_database_that_is_only_read_shows_everything_and_keeps_nothing(chosen: Settings) -> None:
    file = chosen.database.removeprefix("sqlite:///")
    reader = create_app(replace(chosen, database_url=f"sqlite:///file:{file}?mode=ro&uri=true")).test_client()
    assert "As it would appear" in send(reader, URL).text
    refused = send(reader, URL, "propose", remark="kept")
    assert refused.status_code == 503
    assert "The database takes nothing at the moment." in refused.text
    assert "kept</textarea>" in refused.text
    assert kept(chosen) == []


def test_a_group_is_knocked_at_only(chosen: Settings) -> None:
    with HTTPServer(("127.0.0.1", 0), _Page) as host:
        thread = Thread(target=host.serve_forever)
        thread.start()
        authority = f"127.0.0.1:{host.server_port}"
        mirrors = (
            Mirror("https://gitlab.example/", f"http://{authority}/"),
            Mirror("https://github.com/", f"http://{authority}/"),
        )
        reader = create_app(replace(chosen, allowed_private=(authority,), mirrors=mirrors)).test_client()
        ticked = send(reader, "https://gitlab.example/city/sub?x", group="1")
        known = send(reader, "https://github.com/city")
        assert send(reader, "https://gitlab.example/gone", group="1").status_code == 404
        propose(reader, "https://github.com/city")
        host.shutdown()
        thread.join()
    for response, url in ((ticked, "https://gitlab.example/city/sub"), (known, "https://github.com/city")):
        assert "This is the address of a group of repositories" in response.text
        assert f"<dd>{url}</dd>" in response.text
    assert [(one.url, one.judged) for one in kept(chosen)] == [("https://github.com/city", {"outcome": "group"})]


def test_where_a_mirror_leads_is_not_shown(chosen: Settings) -> None:
    target = chosen.mirrors[0].target

    class Leading(_Page):
        def do_GET(self) -> None:
            self.send_response(301)
            self.send_header("Location", target.rstrip("/") + self.path)
            self.send_header("Content-Length", "0")
            self.end_headers()

    with HTTPServer(("127.0.0.1", 0), Leading) as host:
        thread = Thread(target=host.serve_forever)
        thread.start()
        authority = f"127.0.0.1:{host.server_port}"
        allowed = (*chosen.allowed_private, authority)
        mirrored = replace(chosen, allowed_private=allowed, mirrors=(Mirror(PUBLIC, f"http://{authority}/"),))
        page = send(create_app(mirrored).test_client(), URL).text
        host.shutdown()
        thread.join()
    assert f"<dd>{URL}</dd>" in page
    assert "127.0.0.1" not in page


class _Page(BaseHTTPRequestHandler):
    """A host with pages of groups at /city…, and nothing else."""

    def do_GET(self) -> None:
        body = b"x" * 100_000
        self.send_response(200 if self.path.startswith("/city") else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the base class's name)
        """The tests' output is no access log."""


def test_persons_who_were_taken_out_are_not_shown_again(tmp_path: Path, chosen: Settings) -> None:
    named = changed("  type: none\n", "  type: internal\n  contacts:\n    - name: Rosa Ferrari\n")
    store = Store(chosen.database)
    with store.writing("Lin Yu") as change:
        change.session.add(ErasureRecord(digest=digest("Rosa Ferrari"), at=change.at, actor="Lin Yu"))
    store.close()
    with GitServer(serve_repository(tmp_path / "named", named)) as host:
        settings = replace(chosen, allowed_private=(host.authority,), mirrors=(Mirror(PUBLIC, f"{host.url}/"),))
        page = send(create_app(settings).test_client(), URL).text
    assert "Lamplight" in page
    assert "Rosa Ferrari" not in page


def test_the_other_language_shows_the_same_address(reader: FlaskClient) -> None:
    page = send(reader, URL, publisher="City", remark="kept").text
    form = page[page.index('<form method="post" action="/zh-Hant/register">') :]
    fields = dict(re.findall(r'<textarea name="(\w+)" hidden[^>]*>\n([^<]*)</textarea>', form[: form.index("</form>")]))
    assert fields == {"url": URL, "publisher": "City", "remark": "kept"}
    assert reader.post("/zh-Hant/register", data=fields).status_code == 200


def test_a_host_that_does_not_answer_is_told(chosen: Settings, reader: FlaskClient) -> None:
    gone = send(reader, PUBLIC + "city/gone")
    assert (gone.status_code, f"there is nothing at {PUBLIC}city/gone" in gone.text) == (404, True)
    assert 'aria-invalid="true"' in gone.text
    assert kept(chosen) == []
