"""What went wrong, as a page or as problem+json (RFC 9457); both are built here and nowhere else."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, Response, jsonify, make_response, render_template, request
from flask.globals import request_ctx
from werkzeug.exceptions import HTTPException, InternalServerError

from ..registry.store import StorageError
from .translation import gettext

log = logging.getLogger("publiccode.web")

_RETRY_AFTER = {429: "60", 503: "120"}  # seconds


def _title_and_step(status: int) -> tuple[str, str]:
    """What a status is called, and what a reader can do."""
    texts = {
        400: (
            gettext("This request cannot be read"),
            gettext("Correct the address, or begin again from the start page."),
        ),
        403: (
            gettext("This was sent from another site"),
            gettext("Open the page of this catalogue and send it from there."),
        ),
        404: (
            gettext("There is nothing at this address"),
            gettext("Search for what you are looking for, or begin again from the start page."),
        ),
        405: (
            gettext("This address can only be read"),
            gettext("Open the address in the browser, without sending anything to it."),
        ),
        410: (
            gettext("This is no longer in the catalogue"),
            gettext("Search for another software that does the same."),
        ),
        413: (
            gettext("This is too large"),
            gettext("A publiccode.yml has a few kilobytes; send at most 1 MiB."),
        ),
        429: (
            gettext("Too many requests"),
            gettext("Wait a minute, then try again. For many files use the command publiccode validate."),
        ),
        502: (
            gettext("The address could not be read"),
            gettext("Open the address in a browser. If it answers there, try again, or paste the file's text."),
        ),
        500: (
            gettext("The server made a mistake"),
            gettext("Try again later. The operator finds the reason in the log."),
        ),
        503: (gettext("The catalogue cannot be read at the moment"), gettext("Try again in a few minutes.")),
    }
    return texts.get(status, texts[400 if status < 500 else 500])


@dataclass
class Problem(Exception):
    """A request that gets no page: HTTP `status`, what is wrong, and addresses that lead on (text and address)."""

    status: int
    detail: str
    links: tuple[tuple[str, str], ...] = ()


def answer(problem: Problem) -> Response:
    """The problem as the reader asked for it: as problem+json for `/api/` and where the address ends in `.json`, else as a page."""
    title, step = _title_and_step(problem.status)
    if request.path.startswith("/api/") and problem.status == 405:
        title, step = gettext("This address answers to POST only"), ""
    if request.method == "POST" and problem.status == 400:
        step = gettext("Go back, correct what you handed in, and send it again.")
    if "/reuse-check" in request.path and problem.status in (413, 429):
        step = (
            gettext("Paste the part that says what is needed.")
            if problem.status == 413
            else gettext("Wait a minute, then try again.")
        )
    if request.path.endswith(".json") or request.path.startswith("/api/"):
        response = jsonify(
            {
                "type": "about:blank",
                "title": title,
                "status": problem.status,
                "detail": problem.detail,
                "instance": request.path,
            }
        )
        response.mimetype = "application/problem+json"
    else:
        response = make_response(render_template("error.html", problem=problem, title=title, step=step))
    response.status_code = problem.status
    if problem.status in _RETRY_AFTER:
        response.headers["Retry-After"] = _RETRY_AFTER[problem.status]
    return response


def plug_errors(app: Flask) -> None:
    """Lets every failure of a page end in `answer`."""
    app.register_error_handler(Problem, answer)
    app.register_error_handler(StorageError, _storage)
    app.register_error_handler(HTTPException, _http)


def _storage(error: StorageError) -> Response:
    # Paths and reasons are for the operator's log, not for strangers.
    log.error("%s", error)
    return answer(Problem(503, gettext("Its database does not answer.")))


def _http(error: HTTPException) -> Response:
    if request_ctx.url_adapter is None:  # the Host header is no host: no page can name its own addresses
        return Response("The Host header of this request is no host.\n", 400, mimetype="text/plain")
    if isinstance(error, InternalServerError):  # Flask has logged the traceback
        return answer(Problem(500, gettext("This page could not be made.")))
    details: dict[int, Callable[[], str]] = {
        404: lambda: gettext("No page, software or publisher has the address %(path)s.", path=request.path),
        405: lambda: gettext("%(method)s is not possible here.", method=request.method),
        413: lambda: gettext("The request has more bytes than are read."),
    }
    status = error.code or 500
    detail = details[status]() if status in details else (error.description or "")
    response = answer(Problem(status, detail))
    if status == 405 and (allow := error.get_response().headers.get("Allow")):
        response.headers["Allow"] = allow
    return response
