"""create_app: the web application, plugged together."""

from __future__ import annotations

import logging
from collections.abc import Callable
from io import BytesIO
from typing import IO
from urllib.parse import quote

from flask import Flask, Response, g, redirect, request
from flask import Request as FlaskRequest
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound, RequestEntityTooLarge
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import BaseConverter

from ..harvesters.errors import HostError, HostUnavailable, RepositoryGone
from ..harvesters.hosts import Hosts
from ..harvesters.http import Http
from ..registry.settings import LANGUAGES, Settings
from ..schemas.document import MAX_BYTES
from ..schemas.finding import message
from .checking import read_codes
from .errors import plug_errors
from .health import plug_health
from .language import preferred
from .pages import (
    Parts,
    about,
    attribution,
    audit,
    checks,
    collections,
    compare,
    compatible,
    drift,
    editor,
    entry,
    harvests,
    licenses,
    new,
    openchain,
    publishers,
    register,
    release,
    reuse_check,
    rules,
    sbom_downloads,
    sboms,
    scan,
    search_help,
    software,
    start,
    statistics,
    suggest,
    usage,
    why,
    without_file,
)
from .pages.submitted import Desk, Limits, Outside, T
from .presenting import current_language, plug_presenting
from .translation import Babel

log = logging.getLogger("publiccode.web")

_POLICY = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_READER_SECONDS = 10  # for each request to a host, while a reader waits
_MOST_FIELDS = 5_000  # of a form; the editor's has some hundreds
_LARGEST_REQUEST = 4 * MAX_BYTES  # a file of the largest size, with every letter as an escape of a form
_CLOSED = (
    "/api/",
    "/*/why",
    "/*/audit",
    "/*/openchain",
    "/*/reports/",
    "/*/register",
    "/*/without-file",
    "/*/reuse-check/",
    "/*/usage.csv",
    "/*/compare",
    "/*/compliance-report.odt",
    "/*/sbom",
    "/*/attribution",
    "/*?",
)  # for search engines: much work, nothing to find
_ROBOTS = "User-agent: *\n" + "".join(f"Disallow: {path}\n" for path in _CLOSED)


class _InMemory(FlaskRequest):
    """A request whose uploads never lie in a file: what readers hand in is not kept, not for a moment."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return BytesIO()


class _Slug(BaseConverter):
    """A slug has no dot: what follows one is the form (`.json`)."""

    regex = "[^/.]+"


class _License(BaseConverter):
    """An id of the SPDX list, which may hold dots; the form that follows it is not part of it."""

    regex = r"(?:(?!\.json\Z)[^/])+"
    part_isolating = True


class _Language(BaseConverter):
    """One of the languages of the pages."""

    regex = "|".join(LANGUAGES)


def create_app(settings: Settings) -> Flask:
    """The web application of one instance: its pages, their JSON twins, its errors.

    It writes one thing: the addresses that readers propose (`registry.proposals.propose`).
    """
    app = Flask(__package__ or __name__)
    app.request_class = _InMemory
    app.config.update(
        BABEL_DEFAULT_TIMEZONE=settings.time_zone,
        SEND_FILE_MAX_AGE_DEFAULT=365 * 24 * 3600,
        MAX_CONTENT_LENGTH=_LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=_LARGEST_REQUEST,
        MAX_FORM_PARTS=_MOST_FIELDS,
    )
    if settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.trusted_proxies, x_proto=1)  # type: ignore[method-assign]
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.url_map.converters.update(slug=_Slug, license=_License, language=_Language)
    Babel(app, locale_selector=lambda: current_language().replace("-", "_"))
    parts = Parts(settings)
    app.extensions["publiccode"] = parts
    codes = read_codes(settings.italian_codes) if settings.italian_codes else None
    desk = Desk(_outside(settings), Limits(settings.checks_per_minute, settings.proposals_per_hour), codes)
    subjects = (
        start,
        software,
        new,
        search_help,
        entry,
        compare,
        publishers,
        licenses,
        compatible,
        without_file,
        drift,
        scan,
        release,
        harvests,
        why,
        rules,
        about,
        statistics,
        usage,
        collections,
    )
    for page in subjects:
        app.register_blueprint(page.blueprint(parts), url_prefix="/<language:lang>")
    for made in (
        audit,
        attribution,
        openchain,
        sbom_downloads,
        sboms,
    ):  # what is put together for one reader, within limits
        app.register_blueprint(made.blueprint(parts, desk.limits), url_prefix="/<language:lang>")
    for tool in (checks, editor):
        app.register_blueprint(tool.blueprint(desk), url_prefix="/<language:lang>")
        app.register_blueprint(tool.api(desk), url_prefix="/api")
    app.register_blueprint(suggest.api(parts), url_prefix="/api")
    app.register_blueprint(register.blueprint(parts, desk), url_prefix="/<language:lang>")
    app.register_blueprint(reuse_check.blueprint(parts, desk), url_prefix="/<language:lang>")
    app.register_blueprint(reuse_check.api(parts, desk), url_prefix="/api")
    plug_presenting(app, settings)
    plug_errors(app)
    _plug_service(app)
    plug_health(app, parts)
    _plug_limits(app)
    _plug_headers(app)
    return app


def _outside(settings: Settings) -> Outside:
    """The way out for addresses that readers give.

    Addresses inside the network, which the operator allows for harvests, are reached through a mirror only: a reader must
    not be able to look around there.
    """
    contact, proxy = settings.contact, settings.outbound_proxy
    outside = Http(proxy=proxy, contact=contact, longest_seconds=_READER_SECONDS)
    mirrored = Http(settings.allowed_private, proxy=proxy, contact=contact, longest_seconds=_READER_SECONDS)
    hosts, mirrors = Hosts(outside), Hosts(mirrored, settings.mirrors)

    def read(url: str, ask: Callable[[str, Http, Hosts], T]) -> T:
        if mirrors.locate(url) == url:
            return ask(url, outside, hosts)
        try:
            return ask(url, mirrored, mirrors)
        except RepositoryGone as error:
            raise RepositoryGone(message("there is nothing at {url}", url=url)) from error
        except HostError as error:  # it names the mirror, which lies inside the network
            log.warning("%s was not read for a reader: %s", url, error)
            raise HostUnavailable(message("{url} cannot be read at the moment", url=url)) from error

    return read


def _plug_service(app: Flask) -> None:
    """Addresses without language, and what machines look for."""

    @app.get("/", defaults={"path": ""})
    @app.get("/<path:path>")
    def without_language(path: str) -> Response:
        if path.startswith("api/"):  # what is only sent to; another address there does not exist for POST either
            raise MethodNotAllowed(["POST"])
        # Only what would be a page with a language in front of it is sent on: everything else is not here.
        language = preferred(request.accept_languages)
        try:
            endpoint, _ = app.url_map.bind("").match(f"/{language}/{path}")
        except HTTPException as error:
            raise NotFound from error
        if endpoint == "without_language":
            raise NotFound
        query = f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
        response = redirect(f"/{language}/{quote(path)}{query}", 302)
        response.vary.add("Accept-Language")
        return response  # type: ignore[return-value]

    @app.get("/robots.txt")
    def robots() -> Response:
        return Response(_ROBOTS, mimetype="text/plain")

    @app.get("/favicon.ico")
    def favicon() -> Response:
        return app.send_static_file("favicon.svg")


def _plug_limits(app: Flask) -> None:
    """What every request is held to before anything reads it."""

    @app.before_request
    def count_fields() -> None:
        # The limit of parts holds for one encoding of forms only.
        if request.mimetype == "application/x-www-form-urlencoded":
            length = request.content_length or 0
            if length > _LARGEST_REQUEST or request.get_data(cache=True).count(b"&") > _MOST_FIELDS:
                raise RequestEntityTooLarge


def _plug_headers(app: Flask) -> None:
    """The headers of every answer."""

    @app.after_request
    def guard(response: Response) -> Response:
        response.headers.update(_HEADERS)
        if request.blueprint == "editor" or g.get(
            "has_suggestions"
        ):  # pages with a program of ours, which asks our API
            response.headers["Content-Security-Policy"] = f"{_POLICY}; script-src 'self'; connect-src 'self'"
        if request.endpoint in ("static", "favicon") and "v" not in request.args:
            response.cache_control.max_age = 3600  # only an address that names the file's version may be kept for long
        location = response.headers.get("Location", "")
        if location.startswith(request.host_url):  # a redirect leads to a path of ours, whatever Host the request names
            response.headers["Location"] = "/" + location.removeprefix(request.host_url).lstrip("/")
        return response
