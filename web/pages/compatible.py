"""Which licences fit together: one question, its answer in one glance, and what each source says."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request

from ...registry import catalogue
from ...schemas.licensing.compatibility import SOURCES, USES, Use, compatible
from ...schemas.licensing.compatibility.known import all_known
from ...schemas.licensing.compatibility.telling import told
from ...schemas.licensing.expression import LONGEST
from ..errors import Problem
from ..presenting import say
from ..translation import gettext
from . import Page, Parts, add_page
from .compatible_address import address_of
from .entry_compatible import compatible_data
from .summary import link


def blueprint(parts: Parts) -> Blueprint:
    """`/licenses/compatible`."""
    pages = Blueprint("compatible", __name__)

    def compatible_licenses(language: str) -> Page:
        inbound, outbound, use = _asked()
        about = _about(parts, request.args.get("software", "")[:200], language)
        answer = told(compatible(inbound, outbound, use), language) if inbound and outbound else None
        data = {
            "inbound": inbound,
            "outbound": outbound,
            "use": str(use),
            "answer": answer,
            "about": about,
            "sources": _sources(),
        }
        return Page("licenses/compatible.html", data, _extra(answer, language))

    add_page(pages, "/licenses/compatible", compatible_licenses)
    return pages


def _about(parts: Parts, slug: str, language: str) -> dict[str, Any] | None:
    """The entry that the question is about, with what is known of its parts; None where none is named or there is none."""
    if not slug:
        return None
    with parts.store.reading() as session:
        found = catalogue.entry(session, slug)
        if found is None or not catalogue.is_shown(found, parts.settings.show_only_valid):
            return None
        told_ = compatible_data(session, found)
        known = {key: told_[key] for key in ("outbound", "concluded", "packages", "in_doubt")}
        return {**link(found, language), **known}


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
            "title": say(source.name),
            "address": source.address,
            "license": source.license,
            "about": say(source.about),
        }
        for source in SOURCES.values()
    ]


def _extra(answer: dict[str, Any] | None, language: str) -> dict[str, Any]:
    """The choices of the form; the other direction and the other use with their answers; what a wrong text may mean."""
    extra: dict[str, Any] = {"known": all_known(), "uses": [(str(one), say(USES[one])) for one in Use]}
    if answer is None:
        return extra
    inbound, outbound, use = answer["inbound"], answer["outbound"], Use(answer["use"])
    if answer["wrong"]:
        asked = [
            [one if text == answer["wrong"] else text for text in (inbound, outbound)] for one in answer["suggestions"]
        ]
        meant = [
            (one, address_of(texts[0], texts[1], _unless_merge(use)))
            for one, texts in zip(answer["suggestions"], asked, strict=True)
        ]
        return {**extra, "meant": meant}
    other = next(one for one in Use if one is not use)
    return {
        **extra,
        "reverse": _beside(outbound, inbound, use, language),
        "other_use": {**_beside(inbound, outbound, other, language), "words": say(USES[other])},
    }


def _unless_merge(use: Use) -> str:
    return str(use) if use is not Use.MERGE else ""


def _beside(inbound: str, outbound: str, use: Use, language: str) -> dict[str, Any]:
    found = told(compatible(inbound, outbound, use), language)
    return {**found, "address": address_of(inbound, outbound, _unless_merge(use))}
