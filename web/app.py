"""create_app: the web application, plugged together."""

from __future__ import annotations

import logging
from urllib.parse import quote

from flask import Flask, Response, redirect, request
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.routing import BaseConverter

from ..registry import catalogue
from ..registry.settings import LANGUAGES, Settings
from ..registry.store import StorageError
from .errors import plug_errors
from .language import preferred
from .pages import Parts, about, entry, harvests, publishers, software, start, why
from .presenting import current_language, plug_presenting
from .translation import Babel

log = logging.getLogger("publiccode.web")

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_ROBOTS = "User-agent: *\nDisallow: /*/why\nDisallow: /*?\n"


class _Slug(BaseConverter):
    """A slug has no dot: what follows one is the form (`.json`)."""

    regex = "[^/.]+"


class _Language(BaseConverter):
    """One of the languages of the pages."""

    regex = "|".join(LANGUAGES)


def create_app(settings: Settings) -> Flask:
    """The web application of one instance: its pages, their JSON twins, its errors. Reads, never writes."""
    app = Flask(__package__ or __name__)
    app.config.update(BABEL_DEFAULT_TIMEZONE=settings.time_zone, SEND_FILE_MAX_AGE_DEFAULT=365 * 24 * 3600)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.url_map.converters.update(slug=_Slug, language=_Language)
    Babel(app, locale_selector=lambda: current_language().replace("-", "_"))
    parts = Parts(settings)
    for page in (start, software, entry, publishers, harvests, why, about):
        app.register_blueprint(page.blueprint(parts), url_prefix="/<language:lang>")
    plug_presenting(app, settings)
    plug_errors(app)
    _plug_service(app, parts)
    return app


def _plug_service(app: Flask, parts: Parts) -> None:
    """Addresses without language, what machines look for, and the headers of every answer."""

    @app.get("/", defaults={"path": ""})
    @app.get("/<path:path>")
    def without_language(path: str) -> Response:
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

    @app.get("/healthz")
    def healthz() -> Response:
        try:
            with parts.store.reading() as session:
                empty = not catalogue.counts(session)["software"]
        except StorageError as error:
            log.error("%s", error)
            return Response("the database does not answer\n", 503, mimetype="text/plain")
        if not empty and not parts.index.cursor():
            return Response("there is no search index\n", 503, mimetype="text/plain")
        return Response("ok\n", mimetype="text/plain")

    @app.after_request
    def guard(response: Response) -> Response:
        response.headers.update(_HEADERS)
        if request.endpoint in ("static", "favicon") and "v" not in request.args:
            response.cache_control.max_age = 3600  # only an address that names the file's version may be kept for long
        location = response.headers.get("Location", "")
        if location.startswith(request.host_url):  # a redirect leads to a path of ours, whatever Host the request names
            response.headers["Location"] = "/" + location.removeprefix(request.host_url).lstrip("/")
        return response
