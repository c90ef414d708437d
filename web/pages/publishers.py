"""Publishers: the list, and each with its software and, for its officer, what became of every repository."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, url_for
from sqlmodel import Session

from ...registry import catalogue
from ...registry.harvests import Place, places
from ...registry.models import Publisher
from ...registry.outlines import outlines
from ...registry.without_file import counts_by_publisher
from ...schemas.candidate import address_key
from . import Page, Parts, add_page
from .drift import drift_summary
from .looks import look
from .openchain_short import openchain_short
from .result_cards import cards
from .sbom_downloads import downloads
from .summary import publisher_summary
from .usage import publisher_usage
from .without_file import publisher_at


def blueprint(parts: Parts) -> Blueprint:
    """`/publishers` and `/publishers/<slug>`."""
    pages = Blueprint("publishers", __name__)

    def publishers(language: str) -> Page:
        with parts.store.reading() as session:
            rows = catalogue.publishers(session, parts.settings.show_only_valid)
            lacking = counts_by_publisher(session)
            parents = {owner.id: owner.slug for owner, _ in rows}
            listed = [
                {
                    **publisher_summary(owner, language),
                    "parent": parents.get(owner.parent_id) if owner.parent_id else None,
                    "software": count,
                    "without_file": lacking.get(owner.id, 0),
                }
                for owner, count in rows
            ]
        _add_below(listed)
        listed.sort(key=_shown_name)
        return Page("publishers.html", {"publishers": listed}, {"tree": _tree(listed)})

    def publisher(language: str, slug: str) -> Page:
        with parts.store.reading() as session:
            found = publisher_at(session, slug)
            told = _publisher(session, found, language, parts.settings.show_only_valid)
            return Page(
                "publisher.html", {**told, "openchain": openchain_short(session, found, parts.settings, language)}
            )

    add_page(pages, "/publishers", publishers)
    add_page(pages, "/publishers/<slug:slug>", publisher)
    return pages


def _add_below(listed: list[dict[str, Any]]) -> None:
    """Writes beside each publisher's own numbers those with all below it."""
    by_slug = {one["slug"]: one for one in listed}
    for one in listed:
        one["with_below"] = {"publishers": 0, "software": 0, "without_file": 0}
    for one in listed:
        above: dict[str, Any] | None = one
        seen = set[str]()
        while above is not None and above["slug"] not in seen:
            seen.add(above["slug"])
            above["with_below"]["publishers"] += above is not one
            above["with_below"]["software"] += one["software"]
            above["with_below"]["without_file"] += one["without_file"]
            above = by_slug.get(above["parent"] or "")


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
    found = catalogue.published_by(session, owner)
    at = {entry.repository.key: entry for entry in found}
    kept = places(session, owner)
    shown = [entry for entry in found if catalogue.is_shown(entry, only_valid)]
    return {
        "publisher": {**publisher_summary(owner, language), "identifier": owner.identifier, "listed": owner.listed},
        "names": dict(owner.names),
        "parent": publisher_summary(above, language) if above else None,
        "children": sorted((publisher_summary(child, language) for child in below), key=_shown_name),
        "software": cards(session, outlines(session, [entry.software.id for entry in shown]), language),
        "usage": publisher_usage(session, owner, shown, language, only_valid),
        "sboms": downloads("publisher", slug=owner.slug),
        "drift": drift_summary(session, owner, only_valid),
        "code_hostings": [_place(place, at, language) for place in kept],
        "without_file": {
            "count": sum(place.without_file for place in kept if place.hosting.listed),
            "address": url_for("without_file.without_file", slug=owner.slug, form="html", kind="all"),
        },
    }


def _shown_name(publisher: Mapping[str, Any]) -> str:
    return str(publisher["name"]["text"]).casefold()


def _place(place: Place, entries: Mapping[str, catalogue.Entry], language: str) -> dict[str, Any]:
    return {
        "url": place.hosting.url,
        "kind": place.hosting.kind,
        "listed": place.hosting.listed,
        "exclude": place.hosting.exclude,
        "without_file": place.without_file,
        "repositories": [look(looked, entries.get(address_key(looked.url)), language) for looked in place.repositories],
    }
