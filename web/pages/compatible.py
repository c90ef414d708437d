"""Which licences fit together: one question, its answer in one glance, and what each source says."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for

from ...schemas.licensing.compatibility import SOURCES, USES, Use, compatible
from ...schemas.licensing.compatibility.known import all_known
from ...schemas.licensing.compatibility.telling import told
from ...schemas.licensing.expression import LONGEST
from ..errors import Problem
from ..presenting import say
from ..translation import gettext
from . import Page, Parts, add_page


def blueprint(parts: Parts) -> Blueprint:
    """`/licenses/compatible`."""
    pages = Blueprint("compatible", __name__)

    def compatible_licenses(language: str) -> Page:
        inbound, outbound, use = _asked()
        answer = told(compatible(inbound, outbound, use), language) if inbound and outbound else None
        data = {"inbound": inbound, "outbound": outbound, "use": str(use), "answer": answer, "sources": _sources()}
        return Page("licenses/compatible.html", data, _extra(inbound, outbound, use, language, answer is not None))

    add_page(pages, "/licenses/compatible", compatible_licenses)
    return pages


def address_of(inbound: str, outbound: str = "", use: str = "") -> str:
    """Where the page answers for two licences; only what is given."""
    asked: dict[str, Any] = {
        name: value for name, value in (("inbound", inbound), ("outbound", outbound), ("use", use)) if value
    }
    return url_for("compatible.compatible_licenses", **asked)


def _asked() -> tuple[str, str, Use]:
    """What is asked for, both expressions bounded.

    Raises:
        Problem: 400; the use is none of Use.

    """
    inbound, outbound = (request.args.get(name, "").strip()[: LONGEST + 1] for name in ("inbound", "outbound"))
    use = request.args.get("use") or Use.MERGE
    if use not in set(Use):
        raise Problem(400, gettext("%(name)s must be one of: %(values)s.", name="use", values=", ".join(Use)))
    return inbound, outbound, Use(use)


def _sources() -> list[dict[str, str]]:
    return [
        {
            "source": source.id,
            "title": source.title,
            "address": source.address,
            "license": source.license,
            "about": say(source.about),
        }
        for source in SOURCES.values()
    ]


def _extra(inbound: str, outbound: str, use: Use, language: str, answered: bool) -> dict[str, Any]:
    """The choices of the form; the other direction and the other use, with their answers."""
    extra: dict[str, Any] = {"known": all_known(), "uses": [(str(one), say(USES[one])) for one in Use]}
    if not answered:
        return extra
    other = next(one for one in Use if one is not use)
    return {
        **extra,
        "reverse": _beside(outbound, inbound, use, language),
        "other_use": {**_beside(inbound, outbound, other, language), "words": say(USES[other])},
    }


def _beside(inbound: str, outbound: str, use: Use, language: str) -> dict[str, Any]:
    found = told(compatible(inbound, outbound, use), language)
    return {**found, "address": address_of(inbound, outbound, str(use) if use is not Use.MERGE else "")}
