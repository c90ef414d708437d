"""Publishers: the list, and each with its software and, for its officer, what became of every repository."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, url_for
from sqlmodel import Session

from ...registry import catalogue
from ...registry.harvests import Looked, Place, places
from ...registry.models import Publisher
from ...registry.stored import message_from_json
from ...registry.why import outcome_text
from ..errors import Problem
from ..presenting import say
from ..translation import gettext
from . import Page, Parts, add_page
from .summary import iso, publisher_summary, summary


def blueprint(parts: Parts) -> Blueprint:
    """`/publishers` and `/publishers/<slug>`."""
    pages = Blueprint("publishers", __name__)

    def publishers(language: str) -> Page:
        with parts.store.reading() as session:
            rows = catalogue.publishers(session, parts.settings.show_only_valid)
            parents = {owner.id: owner.slug for owner, _ in rows}
            listed = [
                {
                    **publisher_summary(owner, language),
                    "parent": parents.get(owner.parent_id) if owner.parent_id else None,
                    "software": count,
                }
                for owner, count in rows
            ]
        return Page("publishers.html", {"publishers": listed}, {"tree": _tree(listed)})

    def publisher(language: str, slug: str) -> Page:
        with parts.store.reading() as session:
            found = catalogue.publisher(session, slug)
            if found is None:
                raise Problem(
                    404,
                    gettext("No publisher has the address %(slug)s.", slug=slug),
                    links=((gettext("All publishers"), url_for("publishers.publishers")),),
                )
            return Page("publisher.html", _publisher(session, found, language, parts.settings.show_only_valid))

    add_page(pages, "/publishers", publishers)
    add_page(pages, "/publishers/<slug:slug>", publisher)
    return pages


def _tree(listed: list[dict[str, Any]]) -> list[tuple[int, dict[str, Any]]]:
    """Every publisher with its depth, each behind the one above it."""
    below: dict[str | None, list[dict[str, Any]]] = {}
    for entry in listed:
        below.setdefault(entry["parent"], []).append(entry)
    rows: list[tuple[int, dict[str, Any]]] = []
    waiting = [(0, entry) for entry in reversed(below.get(None, []))]
    while waiting:
        depth, entry = waiting.pop()
        rows.append((depth, entry))
        waiting += [(depth + 1, child) for child in reversed(below.get(entry["slug"], []))]
    return rows


def _publisher(session: Session, owner: Publisher, language: str, only_valid: bool) -> dict[str, Any]:
    above, below = catalogue.family(session, owner)
    found = catalogue.published_by(session, owner, only_valid)
    return {
        "publisher": {**publisher_summary(owner, language), "identifier": owner.identifier, "listed": owner.listed},
        "names": dict(owner.names),
        "parent": publisher_summary(above, language) if above else None,
        "children": [publisher_summary(child, language) for child in below],
        "software": [summary(entry, language) for entry in found],
        "code_hostings": [_place(place) for place in places(session, owner)],
    }


def _place(place: Place) -> dict[str, Any]:
    return {
        "url": place.hosting.url,
        "kind": place.hosting.kind,
        "listed": place.hosting.listed,
        "exclude": place.hosting.exclude,
        "repositories": [_look(looked) for looked in place.repositories],
    }


def _look(looked: Looked) -> dict[str, Any]:
    """What became of a repository: the last look, and of unchanged ones the last that told something else."""
    told = looked.news or looked.last
    state, text, step = outcome_text(told.outcome) if told else ("note", None, None)
    return {
        "url": looked.url,
        "why": url_for("why.why", url=looked.url),
        "state": state,
        "outcome": str(told.outcome) if told else None,
        "text": say(text) if text else gettext("It has not been harvested yet."),
        "next": say(step) if step else "",
        "messages": [say(message_from_json(data)) for data in told.messages] if told else [],
        "since": iso(told.at) if told else None,
        "last_look": iso(looked.last.at) if looked.last else None,
    }
