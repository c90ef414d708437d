"""`/healthz` and `/readyz`: what supervisors, balancers and containers ask."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from zoneinfo import ZoneInfo

from flask import Flask, Response, jsonify, request

from ..registry.readiness import Check, readiness
from ..registry.upgrade import newest
from .pages import Parts


def plug_health(app: Flask, parts: Parts) -> None:
    """Answers in plain text, or in JSON to `?format=json` and to whom prefers it; 503 where a check fails."""
    needed = cache(newest)  # reads the folder of migrations

    @app.get("/healthz")
    def healthz() -> Response:
        """This process answers; nothing else is asked, so that a slow database gets no process killed."""
        return _answer([])

    @app.get("/readyz")
    def readyz() -> Response:
        """This process can serve the catalogue."""
        chosen = parts.settings
        zone = ZoneInfo(chosen.time_zone)
        return _answer(readiness(parts.store, parts.index, needed(), chosen.show_only_valid, zone=zone))


def _answer(checks: Sequence[Check]) -> Response:
    ok = all(check.ok for check in checks)
    if _wants_json():
        told = [{"name": check.name, "ok": check.ok, "text": check.text, "next": check.next} for check in checks]
        response = jsonify({"status": "ok" if ok else "failing", "checks": told})
    else:
        lines = ["ok" if ok else "failing", *map(str, checks)]
        response = Response("".join(f"{line}\n" for line in lines), mimetype="text/plain")
    response.status_code = 200 if ok else 503
    response.cache_control.no_store = True
    response.vary.add("Accept")
    return response


def _wants_json() -> bool:
    if "format" in request.args:
        return request.args["format"] == "json"
    return request.accept_mimetypes.best_match(["text/plain", "application/json"]) == "application/json"
