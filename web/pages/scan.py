"""`/software/<slug>/scan`: the newest deep scan of an entry with its whole lists."""

from __future__ import annotations

from flask import Blueprint, url_for

from ...registry.scans import newest_scan
from ..errors import Problem
from ..translation import gettext
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
            if record is None:
                raise Problem(
                    404,
                    gettext("The files of this software have not been scanned."),
                    links=((found.software.name, url_for("entry.entry", slug=slug)),),
                )
            data = {"software": link(found, language), "scan": whole_scan(record)}
        return Page("scan.html", data, shares(record))

    add_page(pages, "/software/<slug:slug>/scan", scan)
    return pages
