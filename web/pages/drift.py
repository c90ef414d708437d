"""How far variants stand from their upstreams: on the entry's page, and `/publishers/<slug>/drift`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, url_for
from sqlmodel import Session

from ...registry import catalogue
from ...registry.catalogue import Entry
from ...registry.drift import Standing, lag, lag_text, variants
from ...registry.drift import drift as upstreams_of
from ...registry.models import DriftRecord, Publisher
from ...registry.stored import message_from_json
from ...schemas.candidate import address_key
from ..errors import Problem
from ..presenting import say
from ..translation import gettext
from . import Page, Parts, add_page
from .summary import iso, link, publisher_summary
from .told_by_host import release


def blueprint(parts: Parts) -> Blueprint:
    """`/publishers/<slug>/drift`."""
    pages = Blueprint("drift", __name__)

    def drift(language: str, slug: str) -> Page:
        with parts.store.reading() as session:
            owner = catalogue.publisher(session, slug)
            if owner is None:
                raise Problem(
                    404,
                    gettext("No publisher has the address %(slug)s.", slug=slug),
                    links=((gettext("All publishers"), url_for("publishers.publishers")),),
                )
            shown = [
                row for row in variants(session, owner.id) if catalogue.is_shown(row[0], parts.settings.show_only_valid)
            ]
            named = _entries(session, [url for _, url, _ in shown], language)
            rows = [{"software": link(row[0], language), **_row(row[1], row[2], named)} for row in shown]
            return Page("drift.html", {"publisher": publisher_summary(owner, language), "variants": rows})

    add_page(pages, "/publishers/<slug:slug>/drift", drift)
    return pages


def drift_data(session: Session, entry: Entry, language: str) -> list[dict[str, Any]]:
    """The upstreams of an entry with what is known of its distance; empty where it is no variant."""
    rows = upstreams_of(session, entry)
    named = _entries(session, [url for url, _ in rows], language)
    return [_row(url, record, named) for url, record in rows]


def drift_summary(session: Session, owner: Publisher, only_valid: bool) -> dict[str, Any]:
    """How many variants a publisher has, how many of them are behind, and where they are listed."""
    shown = [row for row in variants(session, owner.id) if catalogue.is_shown(row[0], only_valid)]
    behind = {row[0].software.id for row in shown if row[2] is not None and lag(row[2]).standing is Standing.BEHIND}
    return {
        "address": url_for("drift.drift", slug=owner.slug),
        "variants": len({row[0].software.id for row in shown}),
        "behind": len(behind),
    }


def _entries(session: Session, urls: Sequence[str], language: str) -> dict[str, dict[str, str]]:
    found = (catalogue.entry_at(session, url) for url in dict.fromkeys(urls))
    return {
        key: link(entry, language)
        for entry in found
        if entry is not None and not entry.software.deactivated
        for key in (entry.software.key, entry.repository.key)
    }


def _row(url: str, record: DriftRecord | None, named: dict[str, dict[str, str]]) -> dict[str, Any]:
    return {
        "upstream": url,
        "upstream_software": named.get(address_key(url)),
        "at": iso(record.at) if record else None,
        "standing": str(lag(record).standing if record else Standing.UNKNOWN),
        "text": say(lag_text(record)),
        "behind": record.behind if record else None,
        "ahead": record.ahead if record else None,
        "own_release": release(record.own_release) if record else None,
        "upstream_release": release(record.upstream_release) if record else None,
        "message": say(message_from_json(record.message)) if record and record.message else None,
    }
