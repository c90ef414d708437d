"""Check a file: paste it, upload it or give its address; see it with its findings beside the lines, and repaired."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug import Response as WerkzeugResponse

from ...schemas.candidate import Candidate, RepositoryFile
from ...schemas.document import Document
from ...schemas.editing.changes import EditError
from ...schemas.fixes import repairs, set_values
from ...schemas.validator import read
from ..errors import Problem
from ..presenting import current_language
from .submitted import Desk, Submitted

MOST_REPAIRED = 1_000  # parts of a file; real ones have 300 at most, and a hostile one of 900 sections takes seconds
MOST_LINES = 2_000  # of a longer file only the lines near findings are shown
NEAR = 3


def blueprint(desk: Desk) -> Blueprint:
    """`/validate`: the form, and the answer to what it sends; `/validate/publiccode.yml`: a text as a file to keep."""
    pages = Blueprint("checks", __name__)

    @pages.get("/validate")
    def validate(lang: str) -> str:
        return render_template("validate.html", url=request.args.get("url", "")[:2000], checked=None)

    @pages.post("/validate")
    def validated(lang: str) -> str:
        submitted = _decided(desk.take(request), request.form.get("set", ""))
        document = read(submitted.candidate)
        checked = answer(desk, submitted, document)
        told = lines(document, checked["findings"])
        return render_template("validate.html", url=submitted.url, checked=checked, lines=told, text=document.text)

    @pages.post("/validate/publiccode.yml")
    def download(lang: str) -> Response:
        return as_file(request.form.get("text", ""))

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


def _decided(submitted: Submitted, decision: str) -> Submitted:
    """The file with what its owner decided: `KEY=VALUE`, as `publiccode fix --set` takes it; empty for nothing."""
    key, _, value = decision.partition("=")
    content = submitted.candidate.file.content
    if not value or content is None:
        return submitted
    try:
        content = set_values(content, {key: value})
    except EditError as error:
        raise Problem(400, error.reason.in_language(current_language())) from error
    return replace(submitted, candidate=Candidate(RepositoryFile("publiccode.yml", content)))


def as_file(text: str) -> Response:
    """A text of a form as a file to keep, with the line ends that it came with where it came from a file."""
    response = make_response(text.replace("\r\n", "\n"))
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
    if content is None or (document.root is not None and document.root.size > MOST_REPAIRED):
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
