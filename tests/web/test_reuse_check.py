"""The reuse check on pages, for programs and on the command line; what is handed in is not kept."""

from __future__ import annotations

import json
import logging
import os
import re
import tempfile
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from werkzeug import formparser

from publiccode.registry.settings import Settings
from publiccode.web.app import create_app
from publiccode.web.cli import cli

from ..registry.reuse.made import docx, paragraph, pdf

TEXT = "民眾應可提出線上陳情，並查詢案件辦理進度。\n系統應可算命占星。\n廠商應提供一年保固。"


@pytest.fixture
def reader(settings: Settings) -> FlaskClient:
    """A reader with limits of its own."""
    made = create_app(settings)
    made.testing = True
    return made.test_client()


def test_the_page_shows_what_matched_and_what_did_not(reader: FlaskClient) -> None:
    page = reader.post("/en/reuse-check", data={"text": TEXT}).text
    assert "does not say that a system fulfils a requirement" in page
    assert re.search(r"<mark[^>]*>提出線上陳情</mark>", page)
    assert "Nothing specific matched" in page
    assert "Set aside: contract terms" in page
    assert "<title>Result of the reuse check" in page
    assert "EUPL-1.2 (weak copyleft)" in page
    assert "lin@yunwu.example" in page
    assert "<script>alert" not in page


def test_what_is_refused_keeps_the_text_and_nobody_else_keeps_anything(reader: FlaskClient) -> None:
    answer = reader.post("/en/reuse-check", data={"text": TEXT, "limit": "99"})
    assert (answer.status_code, "limit must be a number from 1 to 30." in answer.text) == (400, True)
    assert "系統應可算命占星。" in answer.text
    for path in ("/en/reuse-check", "/en/reuse-check/statement", "/en/reuse-check/text", "/api/reuse-check"):
        answer = reader.post(path, data={"text": TEXT})
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
        assert reader.post(path, data={"text": TEXT}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_the_hashes_can_be_computed_again(reader: FlaskClient) -> None:
    content = docx(paragraph("民眾應可提出線上陳情") + paragraph("並查詢 案件。"))
    page = reader.post("/en/reuse-check", data={"file": (BytesIO(content), "tenders/案件.docx")}).text
    sent = dict(re.findall(r'<input type="hidden" name="([a-z0-9_]+)" value="([^"]*)">', page))
    assert sent == {"limit": "10", "file_name": "案件.docx", "file_sha256": sha256(content).hexdigest(), "kind": "docx"}
    text = re.search(r'<textarea id="statement-text"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    assert text is not None
    sent["text"] = text.group(1).replace("\n", "\r\n")  # as browsers send it
    saved = reader.post("/en/reuse-check/text", data=sent)
    stated = reader.post("/zh-Hant/reuse-check/statement", data=sent).text
    assert re.findall(r"<code>([0-9a-f]{64})</code>", stated) == [
        sha256(content).hexdigest(),
        sha256(saved.data).hexdigest(),
    ]
    assert "案件.docx" in stated


def test_the_api_tells_the_same_without_contacts(reader: FlaskClient) -> None:
    answer = reader.post("/api/reuse-check?lang=en", json={"text": TEXT, "limit": 1})
    told: Any = answer.json
    assert answer.status_code == 200
    assert [sentence["state"] for sentence in told["sentences"]] == ["matched", "nothing", "contract"]
    (system,) = told["systems"]
    assert [row["number"] for row in system["sentences"]] == [1]
    assert system["unmatched"] == [2, 3]
    assert system["points"] == sum(subject["points"] for subject in system["subjects"])
    assert "提出線上陳情" in {word["text"] for word in system["sentences"][0]["words"]}
    assert system["license_families"] == [{"family": "weak-copyleft", "title": "weak copyleft"}]
    assert told["text"] | {"sha256": ""} == {
        "kind": "text",
        "cut": False,
        "characters": len(TEXT),
        "sha256": "",
        "file_name": "",
        "file_sha256": "",
        "sentences": 3,
        "sentences_left_out": 0,
    }
    assert "lin@" not in answer.text


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (docx(paragraph("民眾應可提出線上陳情")), "tender.pdf", "docx"),
        (pdf("Citizens submit petitions and follow their cases"), "tender.docx", "pdf"),
        ("民眾應可提出線上陳情".encode("big5"), "tender", "text"),
    ],
)
def test_documents_are_told_by_their_content(reader: FlaskClient, content: bytes, name: str, kind: str) -> None:
    told: Any = reader.post("/api/reuse-check", data={"file": (BytesIO(content), name)}).json
    assert told["text"]["kind"] == kind
    assert told["systems"] != []
    alone: Any = reader.post("/api/reuse-check", data=content, content_type="application/octet-stream").json
    assert (told["text"]["file_name"], told["text"]["file_sha256"]) == (name, sha256(content).hexdigest())
    assert alone["text"] | {"file_name": name} == told["text"]


def upload(content: bytes) -> Any:
    """A form with a file, as one body in memory: the client would write a large one to a file."""
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
    return {"data": head + content + b"\r\n--b--\r\n", "content_type": "multipart/form-data; boundary=b"}


def test_nothing_is_kept_or_logged(
    reader: FlaskClient, settings: Settings, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a temporary file")

    monkeypatch.setattr(formparser, "SpooledTemporaryFile", refuse)
    monkeypatch.setattr(tempfile, "_mkstemp_inner", refuse)
    secret = "民眾陳情之機密需求甲乙丙丁"
    caplog.set_level(logging.DEBUG)
    content = docx(paragraph(secret), media=os.urandom(900_000))  # more than is kept in memory by itself
    assert reader.post("/en/reuse-check", **upload(content)).status_code == 200
    assert reader.post("/en/reuse-check", data={"text": secret}).status_code == 200
    assert secret not in caplog.text
    assert [
        path for path in Path(settings.data).rglob("*") if path.is_file() and secret.encode() in path.read_bytes()
    ] == []


@pytest.mark.parametrize(
    ("sent", "status", "detail"),
    [
        ({"json": {}}, 400, 'The body must be a JSON object with "text".'),
        ({"json": []}, 400, 'The body must be a JSON object with "text".'),
        ({"json": {"text": " "}}, 400, "Nothing was handed in. Paste a text, or choose a document."),
        ({"json": {"text": "x y", "limit": 31}}, 400, "limit must be a number from 1 to 30."),
        ({"data": {}}, 400, "Nothing was handed in. Paste a text, or choose a document."),
        (
            {"data": {"file": (BytesIO(b"MZ\x00\x01"), "a.docx")}},
            400,
            "This is a program, no document; choose another file, or paste the text.",
        ),
        (
            {"data": b"<a/>", "content_type": "text/xml"},
            415,
            "A body of the type text/xml is not read; send a form, JSON or the document itself.",
        ),
    ],
)
def test_what_is_refused(reader: FlaskClient, sent: Any, status: int, detail: str) -> None:
    answer = reader.post("/api/reuse-check?lang=en", **sent)
    told: Any = answer.json
    assert (answer.status_code, answer.mimetype, told["detail"]) == (status, "application/problem+json", detail)


def test_a_larger_request_than_is_read(reader: FlaskClient) -> None:
    for content in (b"a" * (10 * 1024 * 1024 + 1), b"a" * (11 * 1024 * 1024)):
        answer = reader.post("/en/reuse-check", **upload(content))
        assert answer.status_code == 413
        assert "Paste the part that says what is needed." in answer.text


def test_too_often_and_from_elsewhere(settings: Settings) -> None:
    app = create_app(Settings(data=settings.data, checks_per_minute=3))
    app.testing = True
    reader = app.test_client()
    assert (
        reader.post("/en/reuse-check", data={"text": TEXT}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    )
    assert reader.post("/en/reuse-check", data={"text": TEXT}).status_code == 200
    answer = reader.post("/en/reuse-check", data={"text": TEXT})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
    assert '/validate"' not in answer.text.partition("<footer")[0].partition("<main")[2]


@pytest.mark.parametrize("language", ["en", "zh-Hant"])
def test_the_statement_names_what_was_compared(reader: FlaskClient, language: str) -> None:
    page = reader.post(f"/{language}/reuse-check/statement", data={"text": TEXT, "title": " 115-0042 "}).text
    assert "115-0042" in page
    assert "Asia/Taipei" in page
    assert re.search(r"<code>[0-9a-f]{64}</code>", page)
    assert "系統應可算命占星。" in page
    refused = reader.get(f"/{language}/reuse-check/statement")
    assert (refused.status_code, refused.headers["Allow"]) == (405, "POST")


def test_without_an_index(empty: FlaskClient) -> None:
    assert empty.post("/en/reuse-check", data={"text": TEXT}).status_code == 503


def run(settings: Settings, *arguments: str, given: bytes | None = None) -> tuple[int, str]:
    done = CliRunner().invoke(
        cli, ["reuse-check", *arguments], input=given, env={"PUBLICCODE_DATA": str(settings.data)}
    )
    return done.exit_code, done.output


def test_the_command(settings: Settings, tmp_path: Path) -> None:
    code, output = run(settings, "-", "--limit", "1", given=TEXT.encode("big5"))
    assert (code, "does not say that a system fulfils" in output, "線上陳情" in output) == (0, True, True)
    file = tmp_path / "tender.docx"
    file.write_bytes(docx(paragraph(TEXT.replace("\n", ""))))
    code, output = run(settings, str(file), "--format", "json")
    assert (code, json.loads(output)["text"]["kind"]) == (0, "docx")
    code, output = run(settings, str(file), "--format", "html", "--language", "zh-Hant", "--title", "<b>")
    assert (code, output.lstrip().startswith("<!doctype html>"), "&lt;b&gt;" in output) == (0, True, True)
    assert "<link" not in output
    file.write_bytes(b"")
    assert run(settings, str(file)) == (
        2,
        f"Error: {file}: the document is empty; choose another file, or paste the text\n",
    )
