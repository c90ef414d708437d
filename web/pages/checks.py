"""Check a file: paste it, upload it or give its address; see it with its findings beside the lines, and repaired."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug import Response as WerkzeugResponse

from ...schemas.candidate import Candidate, RepositoryFile
from ...schemas.document import Document, parse
from ...schemas.editing.changes import EditError, nowhere
from ...schemas.fixes import remove_keys, repairs, set_values
from ...schemas.nodes import key_text
from ...schemas.structure import structure
from ...schemas.validator import read
from ..presenting import current_language
from .submitted import Desk, Submitted, of_text_area, refused

MOST_REPAIRED = 500  # parts of a file; real ones have 300 at most, and a hostile one of some thousand takes seconds
MOST_LINES = 2_000  # of a longer file only the lines near findings are shown
MOST_UNKNOWN = 20  # buttons to take out keys that the standard does not know
NEAR = 3


def blueprint(desk: Desk) -> Blueprint:
    """`/validate`: the form, and the answer to what it sends; `/validate/publiccode.yml`: a text as a file to keep."""
    pages = Blueprint("checks", __name__)

    @pages.get("/validate")
    def validate(lang: str) -> str:
        return render_template("validate.html", url=request.args.get("url", "")[:2000], checked=None)

    @pages.post("/validate")
    def validated(lang: str) -> str:
        return page(desk, _decided(desk.take(request), request.form.get("set", ""), request.form.get("remove", "")))

    @pages.post("/validate/publiccode.yml")
    def download(lang: str) -> Response:
        return as_file(of_text_area(request, request.form.get("text", "")))

    @pages.get("/validate/publiccode.yml")
    def downloaded(lang: str) -> WerkzeugResponse:  # what is only sent to has no page of its own
        return redirect(url_for("checks.validate"))

    return pages


def api(desk: Desk) -> Blueprint:
    """`POST /api/validate`: the answer as JSON, in the language of `?lang=` or of Accept-Language."""
    routes = Blueprint("checks_api", __name__)

    @routes.post("/validate")
    def validate() -> Response:
        submitted = desk.take(request)
        return jsonify(answer(desk, submitted, read(submitted.candidate)))

    return routes


def page(desk: Desk, submitted: Submitted) -> str:
    """The page about a file: verdicts, where what is, repairs, and its lines with their findings."""
    document = read(submitted.candidate)
    checked = answer(desk, submitted, document)
    told = lines(document, checked["findings"])
    shown = {line["number"] for line in told}
    return render_template(
        "validate.html",
        url=submitted.url,
        checked=checked,
        lines=told,
        placed=[finding for finding in checked["findings"] if finding["line"] in shown],
        unplaced=[finding for finding in checked["findings"] if finding["line"] not in shown],
        text=document.text,
        carried=document.text,
        crlf="\r\n" in document.text,
        unknown=[key_text(unknown.path) for unknown in structure(document).unknown][:MOST_UNKNOWN],
    )


def as_file(text: str) -> Response:
    """A text as a file to keep."""
    response = make_response(text)
    response.headers["Content-Type"] = "application/yaml"
    response.headers["Content-Disposition"] = 'attachment; filename="publiccode.yml"'
    return response


def answer(desk: Desk, submitted: Submitted, document: Document) -> dict[str, Any]:
    """What the page shows and the API answers: both verdicts, all findings, and what can be repaired."""
    language = current_language()
    assessment = desk.judged(submitted.candidate, document)
    return {
        "file": submitted.name,
        "url": submitted.url or None,
        "valid": assessment.valid,
        "usable": assessment.usable,
        "summary": assessment.summary.in_language(language),
        "findings": [finding.to_json(language) for finding in assessment.findings],
        "repaired": _repaired(submitted.candidate.file.content, document, language),
    }


def _repaired(content: bytes | None, document: Document, language: str) -> dict[str, Any] | None:
    """The repaired text, what was changed in it, and what is left to its owner; None where there is nothing of it."""
    if content is None or _parts(content, document) > MOST_REPAIRED:
        return None
    done = repairs(content)
    if not done.repairs and not done.choices:
        return None
    return {
        "text": done.content.decode("utf-8") if done.repairs else None,
        "repairs": [
            {"rule": one.rule, "key": one.key, "line": one.line, "message": one.message.in_language(language)}
            for one in done.repairs
        ],
        "choices": [
            {"rule": one.rule, "key": one.key, "values": list(one.values), "message": one.message.in_language(language)}
            for one in done.choices
        ],
    }


def _parts(content: bytes, document: Document) -> int:
    """The parts of a file, also of one in UTF-16, which is no document yet but will be repaired."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        document = parse(content.decode("utf-16", "replace").encode("utf-8", "replace"))
    return document.root.size if document.root is not None else 0


def _decided(submitted: Submitted, decision: str, removed: str) -> Submitted:
    """The file with what its owner decided: `KEY=VALUE` set, the unknown key `removed` taken out; empty for nothing."""
    key, _, value = decision.partition("=")
    content = submitted.candidate.file.content
    if content is None or not (value or removed):
        return submitted
    try:
        if value:
            content = set_values(content, {key: value})
        if removed:
            content = _without(content, removed)
    except EditError as error:
        raise refused(400, error.reason.in_language(current_language())) from error
    return replace(submitted, candidate=Candidate(RepositoryFile("publiccode.yml", content)))


def _without(content: bytes, key: str) -> bytes:
    """`content` without a key that the standard does not know, named as findings name it, and all below it."""
    unknown = {key_text(one.path) for one in structure(parse(content)).unknown}
    if key not in unknown:
        raise nowhere((key,))
    return remove_keys(content, [key])


def lines(document: Document, findings: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The file's lines with the findings that begin there. `skipped` tells that lines before this one are left out."""
    by_line: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for finding in findings:
        by_line[finding["line"]].append(finding)
    texts = document.lines
    shown = range(1, len(texts) + 1) if len(texts) <= MOST_LINES else _near(by_line, len(texts))
    told, before = [], 0
    for number in shown:
        told.append(
            {
                "number": number,
                "text": texts[number - 1][:500],
                "findings": by_line.get(number, []),
                "skipped": number != before + 1,
            }
        )
        before = number
    return told


def _near(by_line: Mapping[int, object], last: int) -> list[int]:
    near = {number for line in by_line if line for number in range(line - NEAR, line + NEAR + 1)}
    return sorted(number for number in near if 1 <= number <= last)[:MOST_LINES]
