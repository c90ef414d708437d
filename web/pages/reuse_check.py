"""Does this exist already? A text or a document is compared with the catalogue; nothing that is handed in is kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Blueprint, Request, Response, current_app, jsonify, render_template, request, url_for
from sqlmodel import Session
from werkzeug.exceptions import MethodNotAllowed

from ...registry.reuse.documents import LARGEST, LONGEST, Document, DocumentError, read_document
from ...registry.reuse.reading import tidied
from ..errors import Problem
from ..presenting import current_language
from ..same_origin import require_same_origin
from ..translation import gettext
from . import Parts
from .reuse_answer import MOST, USUAL, Asked, answer, contacts, field_titles, said
from .submitted import Desk

LARGEST_REQUEST = LARGEST + 64 * 1024
MOST_TITLE = 300
_SHA256 = re.compile(r"[0-9a-f]{64}")
_KINDS = ("text", "docx", "odt", "pdf")
_STYLES = ("audit-print.css", "reuse-print.css")
_DOCUMENTS = (
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.oasis.opendocument.text",
    "application/octet-stream",
    "text/plain",
    "text/markdown",
)


def blueprint(parts: Parts, desk: Desk) -> Blueprint:
    """`/reuse-check`: the form and the answer; `…/statement`: the answer to print; `…/text`: the text as a file."""
    pages = Blueprint("reuse_check", __name__)
    _guarded(pages)

    @pages.get("/reuse-check")
    def reuse_check(lang: str) -> str:
        return _form()

    @pages.post("/reuse-check")
    def checked(lang: str) -> str | Response:
        try:
            asked = _taken(desk, request)
        except Problem as problem:
            if not request.form.get("text", "").strip():
                raise
            return _again(problem)
        resend = _resend(asked, request.form.get("title", ""))
        with parts.store.reading() as session:
            told = answer(session, parts.index, parts.settings, asked, current_language())
            return render_template("reuse/check.html", **_shown(session, told, asked), resend=resend, **_limits())

    @pages.get("/reuse-check/statement")
    @pages.get("/reuse-check/text")
    def only_sent_to(lang: str) -> Response:
        raise MethodNotAllowed(["POST"])

    @pages.post("/reuse-check/statement")
    def made(lang: str) -> str:
        asked = _taken(desk, request)
        with parts.store.reading() as session:
            told = answer(session, parts.index, parts.settings, asked, current_language())
            return statement(session, told, asked, request.form.get("title", ""))

    @pages.post("/reuse-check/text")
    def text(lang: str) -> Response:
        document = _text(request.form.get("text", ""))
        answered = Response(document.text.encode(), mimetype="text/plain")
        answered.headers["Content-Disposition"] = "attachment; filename=compared.txt"
        return answered

    return pages


def api(parts: Parts, desk: Desk) -> Blueprint:
    """`POST /api/reuse-check`: the answer as JSON, in the language of `?lang=` or of Accept-Language."""
    routes = Blueprint("reuse_check_api", __name__)
    _guarded(routes)

    @routes.post("/reuse-check")
    def check() -> Response:
        asked = _taken(desk, request)
        with parts.store.reading() as session:
            return jsonify(answer(session, parts.index, parts.settings, asked, current_language()))

    return routes


def _guarded(pages: Blueprint) -> None:
    """Lets a blueprint take documents, from our own pages or programs only, and forbids to keep what it answers."""

    @pages.before_request
    def larger() -> None:
        request.max_content_length = LARGEST_REQUEST
        if request.method == "POST":
            require_same_origin(request)

    @pages.after_request
    def kept_nowhere(response: Response) -> Response:
        response.headers["Cache-Control"] = "no-store"
        return response


def _form(problem: Problem | None = None) -> str:
    text = request.form.get("text", "") if problem else ""
    resend = {"text": text, "title": request.form.get("title", "")[:MOST_TITLE]} if problem else None
    return render_template(
        "reuse/check.html", told=None, problem=problem, text=text[:LONGEST], resend=resend, **_limits()
    )


def _again(problem: Problem) -> Response:
    """The form with what is wrong and with the text that was sent: nobody shall have to paste it twice."""
    response = Response(_form(problem), problem.status, mimetype="text/html")
    if problem.status == 429:
        response.headers["Retry-After"] = "60"
    return response


def _resend(asked: Asked, title: str) -> dict[str, str]:
    """What the forms of an answer send again; the text without the file is the same text."""
    return {
        "text": asked.document.text,
        "limit": str(asked.limit),
        "title": title[:MOST_TITLE],
        "file_name": asked.file_name,
        "file_sha256": asked.file_sha256,
        "kind": asked.document.kind,
    }


def statement(session: Session, told: Mapping[str, Any], asked: Asked, title: str = "", alone: bool = False) -> str:
    """The answer as a page to print, for the procurement file; `alone`: a file of its own, which brings its style with it."""
    folder = Path(str(current_app.static_folder))
    return render_template(
        "reuse/statement.html",
        **_shown(session, told, asked),
        title=" ".join(title.split())[:MOST_TITLE],
        alone=alone,
        style="".join((folder / name).read_text("utf-8") for name in _STYLES) if alone else "",
    )


def _shown(session: Session, told: Mapping[str, Any], asked: Asked) -> dict[str, Any]:
    """What both templates show: the answer, and the contacts of the systems."""
    people = contacts(session, told["systems"])
    return {
        "told": told,
        "people": people,
        "asked": asked,
        "text": asked.document.text,
        "field_titles": field_titles(),
        "pieces": pieces,
    }


def _limits() -> dict[str, Any]:
    return {"largest": LARGEST // 1024 // 1024, "longest": LONGEST, "usual": USUAL}


def pieces(text: str, marks: list[dict[str, Any]]) -> list[tuple[str, list[str]]]:
    """`text` cut at its marks: each piece with the fields in which its words stand (none: unmarked)."""
    cut: list[tuple[str, list[str]]] = []
    place = 0
    for mark in marks:
        cut.append((text[place : mark["start"]], []))
        cut.append((text[mark["start"] : mark["end"]], mark["in"]))
        place = mark["end"]
    return [piece for piece in (*cut, (text[place:], [])) if piece[0]]


def _taken(desk: Desk, request: Request) -> Asked:
    """What `request` hands in: fields `text` and `limit` of a form or of JSON, an upload `file`, or the document itself.

    Raises:
        Problem: 400 nothing, or what cannot be read; 413 too large; 415 another type; 429 too often.

    """
    try:
        desk.limits.reuse(request)
    except Problem as problem:
        raise _refused(problem.status, problem.detail) from problem
    if request.mimetype == "application/json":
        return _from_json(request)
    if request.mimetype in ("application/x-www-form-urlencoded", "multipart/form-data", ""):
        limit = _limit(request.form.get("limit", ""))
        upload = request.files.get("file")
        if upload is not None and upload.filename:
            content = upload.stream.read(LARGEST + 1)
            upload.close()
            return Asked(_document(content), limit, _file_name(upload.filename), sha256(content).hexdigest())
        document = _text(request.form.get("text", ""))
        if not _SHA256.fullmatch(request.form.get("file_sha256", "")):
            return Asked(document, limit)
        # A page that was made of an upload sends its text again, with what the file was.
        kind = request.form.get("kind", "")
        document = replace(document, kind=kind if kind in _KINDS else "text")
        return Asked(document, limit, _file_name(request.form.get("file_name", "")), request.form["file_sha256"])
    if request.mimetype in _DOCUMENTS:
        content = request.stream.read(LARGEST + 1)
        return Asked(_document(content), _limit(request.args.get("limit", "")), file_sha256=sha256(content).hexdigest())
    raise _refused(
        415,
        gettext(
            "A body of the type %(type)s is not read; send a form, JSON or the document itself.", type=request.mimetype
        ),
    )


def _file_name(given: str) -> str:
    """The name that a file has at the reader's, without folders and without signs that show nothing."""
    name = re.split(r"[/\\]", given)[-1]
    return tidied(" ".join(name.split()))[:MOST_TITLE]


def _from_json(request: Request) -> Asked:
    try:
        data = request.get_json(silent=True)
    except RecursionError:
        data = None
    text = data.get("text") if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(text, str):
        raise _refused(400, gettext('The body must be a JSON object with "text".'))
    return Asked(_text(text), _limit(str(data.get("limit", ""))))


def _limit(given: str) -> int:
    if not given:
        return USUAL
    if not (given.isascii() and given.isdecimal() and len(given) <= 3 and 1 <= int(given) <= MOST):
        raise _refused(400, gettext("limit must be a number from 1 to %(limit)s.", limit=MOST))
    return int(given)


def _text(given: str) -> Document:
    text = tidied(given)
    if not text:
        raise _refused(400, gettext("Nothing was handed in. Paste a text, or choose a document."))
    return Document(text[:LONGEST].rstrip(), "text", len(text) > LONGEST)


def _document(content: bytes) -> Document:
    try:
        return read_document(content)
    except DocumentError as error:
        raise _refused(error.status, said(error.reason)) from error


def _refused(status: int, detail: str) -> Problem:
    return Problem(status, detail, _back())


def _back() -> tuple[tuple[str, str], ...]:
    return ((gettext("Does this exist already?"), url_for("reuse_check.reuse_check")),)
