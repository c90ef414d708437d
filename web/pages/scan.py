"""`/software/<slug>/scan`: the newest deep scan of an entry with its whole lists."""

from __future__ import annotations

from flask import Blueprint

from ...registry.scans import newest_scan
from . import Page, Parts, add_page
from .entry import living
from .entry_scan import shares, whole_scan
from .summary import link


def blueprint(parts: Parts) -> Blueprint:
    """`/software/<slug>/scan`."""
    pages = Blueprint("scan", __name__)

    def scan(language: str, slug: str) -> Page:
        with parts.store.reading() as session:
            found = living(session, slug)
            record = newest_scan(session, found.software.id)
            told = whole_scan(record) if record else None
            data = {"software": link(found, language), "scan": told}
        return Page("scan.html", data, shares(record) if record else {})

    add_page(pages, "/software/<slug:slug>/scan", scan)
    return pages
