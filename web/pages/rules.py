"""The rules of the validator: a list, and each rule's manual page."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, url_for

from ...schemas.rules.pages import RulePage
from ...schemas.rules.pages import pages as rule_pages
from ..errors import Problem
from ..translation import gettext
from . import Page, Parts, add_page


def blueprint(parts: Parts) -> Blueprint:
    """`/rules` and `/rules/<id>`."""
    pages = Blueprint("rules", __name__)

    def rules(language: str) -> Page:
        return Page("rules.html", {"rules": [_told(page) for page in rule_pages(language)]})

    def rule(language: str, rule_id: str) -> Page:
        found = next((page for page in rule_pages(language) if page.id == rule_id), None)
        if found is None:
            raise Problem(
                404,
                gettext("There is no rule %(rule)s.", rule=rule_id),
                ((gettext("All rules"), url_for("rules.rules")),),
            )
        return Page("rule.html", {"rule": _told(found) | {"paragraphs": list(found.paragraphs)}})

    add_page(pages, "/rules", rules)
    add_page(pages, "/rules/<slug:rule_id>", rule)
    return pages


def _told(page: RulePage) -> dict[str, Any]:
    return {
        "id": page.id,
        "severity": str(page.severity),
        "title": page.title,
        "address": url_for("rules.rule", rule_id=page.id),
    }
