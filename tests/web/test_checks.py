"""Checking a file by page and by API: every way to hand one in, and everything that can be wrong with that."""

from __future__ import annotations

import html
import io
import json
import re
import socket
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from publiccode.registry.settings import Mirror, Settings
from publiccode.schemas.document import MAX_BYTES
from publiccode.web.app import create_app
from publiccode.web.demo.git_server import GitServer

from ..harvesters.test_checkout import serve_repository
from ..invalid import VALID, changed

BROKEN = changed("EUPL-1.2", "MIT License")
UNDECIDED = changed("EUPL-1.2", "AGPL-3")


NOTHING = (
    "Nothing was handed in. Paste a text, choose a file, or give an address; a program that sends the file itself says so by "
    "Content-Type: application/yaml."
)


@pytest.fixture
def reader(settings: Settings) -> FlaskClient:
    """A reader whom nobody has counted yet."""
    return create_app(replace(settings, checks_per_minute=60)).test_client()


def api(reader: FlaskClient, text: str | bytes, language: str = "en") -> TestResponse:
    return reader.post(f"/api/validate?lang={language}", data=text, content_type="application/yaml")


def read(response: TestResponse) -> dict[str, Any]:
    found = response.get_json()
    assert isinstance(found, dict)
    return found


def test_the_api_tells_everything_at_once(reader: FlaskClient) -> None:
    answer = read(api(reader, BROKEN))
    repaired = answer.pop("repaired")
    assert answer == {
        "file": "publiccode.yml",
        "url": None,
        "valid": False,
        "usable": True,
        "summary": "not valid, but usable; findings: 1",
        "findings": [
            {
                "rule": "license-known",
                "severity": "error",
                "key": "legal.license",
                "message": "“MIT License” is no SPDX licence expression",
                "line": 17,
                "column": 3,
                "help": "Did you mean MIT?",
            }
        ],
    }
    assert repaired == {
        "text": BROKEN.replace("MIT License", "MIT"),
        "repairs": [
            {
                "rule": "license-known",
                "key": "legal.license",
                "line": 17,
                "message": "wrote “MIT” instead of “MIT License”",
            }
        ],
        "choices": [],
    }
    assert read(api(reader, VALID))["repaired"] is None


def test_the_api_speaks_the_reader_s_language(reader: FlaskClient) -> None:
    assert read(api(reader, BROKEN, "zh-Hant"))["findings"][0]["message"] == "「MIT License」不是 SPDX 授權條款表示式"
    asked = reader.post(
        "/api/validate", data=BROKEN, content_type="text/plain", headers={"Accept-Language": "en-GB, zh;q=0.5"}
    )
    assert read(asked)["findings"][0]["help"] == "Did you mean MIT?"


@pytest.mark.parametrize(
    "sent",
    [
        {"data": {"text": BROKEN}},
        {"data": {"text": BROKEN.replace("\n", "\r\n")}},
        {"data": {"file": (io.BytesIO(BROKEN.encode()), "my.yml")}},
        {"json": {"text": BROKEN}},
        {"data": BROKEN, "content_type": "text/yaml; charset=utf-8"},
        {"data": BROKEN, "content_type": "application/octet-stream"},
    ],
    ids=["form", "CR LF of a form", "upload", "JSON", "YAML", "bytes"],
)
def test_every_way_to_hand_a_file_in(reader: FlaskClient, sent: dict[str, Any]) -> None:
    answer = read(reader.post("/api/validate?lang=en", **sent))
    assert [(finding["rule"], finding["line"]) for finding in answer["findings"]] == [("license-known", 17)]


@pytest.mark.parametrize(
    ("sent", "status", "detail"),
    [
        ({}, 400, NOTHING),
        ({"data": {"text": " \n"}}, 400, NOTHING),
        ({"data": "[" * 100_000, "content_type": "application/json"}, 400, None),
        ({"data": '{"url": "https://exa\\ud800mple.com/"}', "content_type": "application/json"}, 400, None),
        ({"json": {"url": "https://git.agency.example@127.0.0.1:9/publiccode.yml"}}, 400, None),
        ({"json": []}, 400, 'The body must be a JSON object with "text" or "url".'),
        ({"json": {"text": 7}}, 400, 'The body must be a JSON object with "text" or "url".'),
        ({"data": "{", "content_type": "application/json"}, 400, 'The body must be a JSON object with "text" or "url".'),
        ({"data": "x", "content_type": "image/png"}, 415, "A body of the type image/png is not read; send YAML or JSON."),
        ({"json": {"url": "ftp://a.example/x"}}, 400, "The address must begin with https:// and have at most 2000 characters."),
        ({"json": {"url": "https://a.example/" + "x" * 2000}}, 400, None),
        ({"json": {"url": "https://[::1"}}, 400, None),
        ({"json": {"url": "https://a.example/x/%2e%2e/%252e./secret"}}, 400, None),
        ({"json": {"url": "http://127.0.0.1:9/x.yml"}}, 400, None),
        ({"json": {"url": "https://localhost/x"}}, 400, None),
        ({"json": {"url": "https://169.254.169.254/latest/x.yml"}}, 400, None),
        ({"data": b"x" * (5 * MAX_BYTES), "content_type": "text/yaml"}, 413, "The request has more bytes than are read."),
    ],
)  # fmt: skip
def test_what_cannot_be_checked(reader: FlaskClient, sent: dict[str, Any], status: int, detail: str | None) -> None:
    response = reader.post("/api/validate?lang=en", **sent)
    problem = read(response)
    assert (response.status_code, response.mimetype, problem["status"]) == (status, "application/problem+json", status)
    assert problem["instance"] == "/api/validate"
    if detail:
        assert problem["detail"] == detail


def test_a_file_that_is_too_large_or_no_text_gets_its_finding(reader: FlaskClient) -> None:
    large = read(api(reader, b"#" * (MAX_BYTES + 1)))
    assert [finding["rule"] for finding in large["findings"]] == ["file-size"]
    big5 = "name: 路燈\n".encode("big5")
    assert [finding["rule"] for finding in read(api(reader, big5))["findings"]] == ["file-encoding"]
    page = reader.post("/en/validate", data={"file": (io.BytesIO(big5), "big5.yml")}).text
    assert "the file is not UTF-8" in page
    utf16 = read(api(reader, VALID.encode("utf-16")))
    assert utf16["repaired"]["text"] == VALID


def test_one_reader_cannot_ask_for_everything(settings: Settings) -> None:
    app = create_app(replace(settings, checks_per_minute=6))
    reader, other = app.test_client(), app.test_client()
    statuses = [api(reader, VALID).status_code for _ in range(8)]
    assert statuses == [200] * 6 + [429, 429]
    refused = api(reader, VALID)
    assert refused.headers["Retry-After"] == "60"
    assert read(refused)["detail"] == "At most 6 such requests are answered in a minute."
    assert api(other, VALID).status_code == 429  # the same address
    there = other.post(
        "/api/validate", data=VALID, content_type="text/yaml", environ_overrides={"REMOTE_ADDR": "192.0.2.7"}
    )
    assert there.status_code == 200
    page = reader.post("/zh-Hant/validate", data={"text": VALID})
    assert (page.status_code, "每分鐘" in page.text or "一分鐘" in page.text) == (429, True)


def test_readers_behind_a_proxy_are_told_apart_only_where_it_is_trusted(settings: Settings) -> None:
    def statuses(trusted: int) -> list[int]:
        reader = create_app(replace(settings, checks_per_minute=1, trusted_proxies=trusted)).test_client()
        return [
            reader.post(
                "/api/validate",
                data=VALID,
                content_type="text/yaml",
                headers={"X-Forwarded-For": f"192.0.2.{number}"},
            ).status_code
            for number in range(3)
        ]

    assert (statuses(0), statuses(1)) == ([200, 429, 429], [200, 200, 200])


@pytest.fixture
def host(tmp_path: Path) -> Any:
    """A Git host on loopback with one repository."""
    with GitServer(serve_repository(tmp_path, BROKEN)) as server:
        yield server


def test_an_address_is_read_through_the_operator_s_mirror_only(settings: Settings, host: GitServer) -> None:
    allowed = replace(settings, allowed_private=(host.authority,))
    inside = {"json": {"url": f"{host.url}/city/lamplight.git"}}
    refused = create_app(allowed).test_client().post("/api/validate?lang=en", **inside)
    assert refused.status_code == 400
    mirrored = replace(allowed, mirrors=(Mirror("https://git.agency.example/", f"{host.url}/"),))
    reader = create_app(mirrored).test_client()
    url = "https://git.agency.example/city/lamplight.git"
    answer = read(reader.post("/api/validate?lang=en", json={"url": url}))
    assert (answer["url"], [finding["rule"] for finding in answer["findings"]]) == (url, ["license-known"])
    none = reader.post("/api/validate?lang=en", json={"url": "https://git.agency.example/city/empty.git"})
    assert (none.status_code, read(none)["detail"]) == (
        404,
        "The repository https://git.agency.example/city/empty.git has no publiccode.yml at its root.",
    )
    gone = reader.post("/api/validate?lang=en", json={"url": "https://git.agency.example/city/gone"})
    assert (gone.status_code, read(gone)["detail"]) == (404, "there is nothing at https://git.agency.example/city/gone")


def test_a_mirror_that_does_not_answer_is_not_named(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        authority = f"127.0.0.1:{free.getsockname()[1]}"
    mirror = Mirror("https://git.agency.example/", f"http://{authority}/")
    reader = create_app(replace(settings, allowed_private=(authority,), mirrors=(mirror,))).test_client()
    url = "https://git.agency.example/city/lamplight"
    answer = reader.post("/api/validate?lang=zh-Hant", json={"url": url})
    assert (answer.status_code, read(answer)["detail"]) == (502, f"{url} 目前無法讀取")


def test_the_page_shows_the_lines_with_their_findings(reader: FlaskClient) -> None:
    page = reader.post("/en/validate", data={"text": BROKEN}).text
    line = page[page.index('id="L17"') : page.index('id="L18"')]
    assert 'class="listing-found"' in line
    assert "license: MIT License" in line
    assert "Did you mean MIT?" in line
    assert 'href="/en/rules/license-known"' in line
    assert "<strong>The file does not meet the standard.</strong>" in page
    assert "1 error, 0 warnings" in re.sub(r"\s+", " ", page)
    assert "A catalogue can show it" in page
    repaired = page[page.index('<textarea id="repaired"') :]
    text = html.unescape(repaired[repaired.index(">") + 1 : repaired.index("</textarea>")]).removeprefix("\n")
    assert text == BROKEN.replace("MIT License", "MIT")


def test_a_valid_file_gets_a_next_step(reader: FlaskClient) -> None:
    page = reader.post("/zh-Hant/validate", data={"text": VALID}).text
    assert "檔案符合標準" in page
    assert "儲存庫的根目錄" in page


def test_a_decision_of_the_owner_is_written(reader: FlaskClient) -> None:
    page = reader.post("/en/validate", data={"text": UNDECIDED}).text
    assert 'name="set" value="legal.license=AGPL-3.0-only"' in page
    decided = reader.post("/en/validate", data={"text": UNDECIDED, "set": "legal.license=AGPL-3.0-only"}).text
    assert "license: AGPL-3.0-only" in decided
    assert "The file meets the standard." in decided
    wrong = reader.post("/en/validate", data={"text": UNDECIDED, "set": "legal.nonsense=1"})
    assert (wrong.status_code, "the standard has no such key" in wrong.text) == (400, True)


def test_a_file_is_given_back_to_keep(reader: FlaskClient) -> None:
    response = reader.post("/en/validate/publiccode.yml", data={"text": VALID.replace("\n", "\r\n")})
    assert response.data.decode() == VALID
    assert response.headers["Content-Type"] == "application/yaml"
    assert response.headers["Content-Disposition"] == 'attachment; filename="publiccode.yml"'
    assert reader.get("/en/validate/publiccode.yml").headers["Location"] == "/en/validate"


def test_a_file_of_windows_keeps_its_line_ends(reader: FlaskClient) -> None:
    content = BROKEN.replace("\n", "\r\n").encode()
    page = reader.post("/en/validate", data={"file": (io.BytesIO(content), "x.yml")}).text
    assert '<input type="hidden" name="line-ends" value="crlf">' in page
    kept = reader.post("/en/validate/publiccode.yml", data={"text": content, "line-ends": "crlf"})
    assert kept.data == content
    checked = reader.post("/en/validate", data={"text": content, "line-ends": "crlf"}).text
    assert 'value="crlf"' in checked


def test_the_other_language_shows_the_same_result(reader: FlaskClient) -> None:
    page = reader.post("/en/validate", data={"text": BROKEN}).text
    form = page[page.index('<form method="post" action="/zh-Hant/validate">') :]
    text = html.unescape(re.findall(r"<textarea[^>]*>\n(.*?)</textarea>", form, re.DOTALL)[0])
    assert text == BROKEN
    assert "SPDX 授權條款表示式" in reader.post("/zh-Hant/validate", data={"text": text}).text


def test_unknown_keys_can_be_taken_out(reader: FlaskClient) -> None:
    text = VALID + "tw:\n  createdDate: x\n"
    page = reader.post("/en/validate", data={"text": text}).text
    assert 'name="remove" value="tw"' in page
    assert "The file meets the standard." in reader.post("/en/validate", data={"text": text, "remove": "tw"}).text
    known = reader.post("/en/validate", data={"text": text, "remove": "name"})
    assert known.status_code == 400


def test_findings_that_have_no_line_on_the_page_are_listed(reader: FlaskClient) -> None:
    many = VALID + "".join(f"x{number}: 1\n#\n#\n#\n#\n#\n#\n#\n" for number in range(400))
    page = reader.post("/en/validate", data={"text": many}).text
    count = len(read(api(reader, many))["findings"])
    assert page.count('class="finding finding-') == count > 200


def test_what_is_repaired_is_bounded_in_every_encoding(reader: FlaskClient) -> None:
    many = VALID.replace('"0"', '"0.4"') + "".join(f"x{number}: 1\n" for number in range(600))
    assert read(api(reader, many))["repaired"] is None
    assert read(api(reader, many.encode("utf-16")))["repaired"] is None


def test_hostile_text_is_shown_as_text(reader: FlaskClient) -> None:
    text = changed("Lamplight", '"<script>alert(1)</script></textarea>`x`\'"') + "</textarea><b>: 1\n"
    page = reader.post("/en/validate", data={"text": text}).text
    assert "<script>alert" not in page
    assert "<b>" not in page


def test_only_lines_near_findings_of_a_long_file_are_shown(reader: FlaskClient) -> None:
    page = reader.post("/en/validate", data={"text": "# x\n" * 3000 + BROKEN + "# y\n" * 3000}).text
    assert page.count('class="listing-number"') == 7
    assert 'id="L3017"' in page


def test_the_configuration_of_a_repository_silences_nothing_here(settings: Settings, reader: FlaskClient) -> None:
    old = changed('"0"', '"0.5"')
    assert [one["rule"] for one in read(api(reader, old + "# [validate] ignore"))["findings"]] == ["version-latest"]


def test_every_rule_has_its_page(reader: FlaskClient) -> None:
    listed = read(reader.get("/en/rules.json"))["rules"]
    assert len(listed) >= 42
    for rule in listed:
        english, chinese = (
            read(reader.get(f"/{language}/rules/{rule['id']}.json"))["rule"] for language in ("en", "zh-Hant")
        )
        assert (english["id"], english["severity"]) == (rule["id"], rule["severity"])
        assert len(english["paragraphs"]) == len(chinese["paragraphs"]) > 0
        for one, other in zip(english["paragraphs"], chinese["paragraphs"], strict=True):
            assert one != other
            assert re.search("[\u4e00-\u9fff]", other)
    assert reader.get("/en/rules/license-known").status_code == 200
    missing = reader.get("/en/rules/none")
    assert (missing.status_code, "There is no rule none." in missing.text) == (404, True)


def test_the_api_is_not_read(reader: FlaskClient) -> None:
    response = reader.get("/api/validate")
    assert (response.status_code, json.loads(response.data)["status"]) == (405, 405)
