"""Why an address is in the catalogue, or not: every step that it went through."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, request, url_for

from ...registry.steps import Reader, Step
from ...registry.why import why as steps_of
from ...registry.without_file import Prepared
from ..errors import Problem
from ..presenting import say
from ..translation import gettext
from . import Page, Parts, add_page
from .summary import iso

LONGEST_ADDRESS = 2000


def blueprint(parts: Parts) -> Blueprint:
    """`/why?url=…`."""
    pages = Blueprint("why", __name__)

    def why(language: str) -> Page:
        url = request.args.get("url", "").strip()
        if len(url) > LONGEST_ADDRESS:
            raise Problem(400, gettext("url may have %(limit)s characters at most.", limit=LONGEST_ADDRESS))
        steps: list[Step] = []
        if url:
            with parts.store.reading() as session:
                reader = Reader(language, ZoneInfo(parts.settings.time_zone), parts.settings.show_only_valid)
                steps = steps_of(session, url, reader)
        return Page("why.html", {"url": url, "steps": [_step(step, language, url) for step in steps]})

    add_page(pages, "/why", why)
    return pages


def _step(step: Step, language: str, url: str) -> dict[str, Any]:
    return {
        "state": step.state,
        "at": iso(step.at),
        "text": say(step.text),
        "details": [say(detail) for detail in step.details],
        "path": step.path,
        "findings": [finding.to_json(language) for finding in step.findings],
        "next": say(step.next),
        "software": url_for("entry.entry", slug=step.software) if step.software else None,
        "audit": url_for("audit.software", slug=step.audited) if step.audited else None,
        "register": url_for("register.register", url=url) if step.proposable else None,
        "prepared": _prepared(step.prepared) if step.prepared else None,
    }


def _prepared(at: Prepared) -> str:
    return url_for("without_file.prepared", slug=at.publisher, repository=at.repository, form="html")
