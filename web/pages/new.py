"""What is new, month by month; and feeds: of what is new, and of every search."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from flask import Blueprint, Response, request, url_for

from ...registry import catalogue
from ...registry.new_entries import Months, listed_in
from ...registry.search import Request
from ..errors import Problem
from ..translation import gettext, month_and_year
from . import Page, Parts, add_page
from .atom import MOST_ENTRIES, feed
from .facet_words import facet_label, facet_title, month_day
from .result_cards import cards
from .software import PAGE, Search, page_number, read_search


def blueprint(parts: Parts) -> Blueprint:
    """`/new`, `/new.atom` and `/software.atom`."""
    pages = Blueprint("new", __name__)
    known = Months(parts.settings.show_only_valid)

    def new(language: str) -> Page:
        month, page = asked_month(request.args.get("month", "")), page_number(request.args)
        with parts.store.reading() as session:
            counted = known.counted(session)
            if month is None:
                month = _latest(counted)
            total = counted.get(f"{month:%Y-%m}", 0)
            last = max(1, -(-total // PAGE))
            if page > last:
                lead = (gettext("Last page"), _address(month, last))
                raise Problem(404, gettext("This month has %(last)s pages.", last=last), links=(lead,))
            found = listed_in(session, month, parts.settings.show_only_valid, PAGE, (page - 1) * PAGE)
            told = cards(session, found, language)
        data = {
            "month": f"{month:%Y-%m}",
            "page": page,
            "pages": last,
            "total": total,
            "results": told,
            "months": [{"month": one, "count": count} for one, count in sorted(counted.items(), reverse=True)],
        }
        return Page("new.html", data, _extra(month, page, last, counted))

    add_page(pages, "/new", new)

    @pages.get("/new.atom")
    def new_feed(lang: str) -> Response:
        with parts.store.reading() as session:
            ids = catalogue.shown_ids(session, parts.settings.show_only_valid, MOST_ENTRIES)
            found = list(catalogue.entries(session, ids))
        return feed(gettext("New in the catalogue"), _catalogue_name(parts), url_for("new.new"), found, lang)

    @pages.get("/software.atom")
    def search_feed(lang: str) -> Response:
        search = read_search(request.args)
        result = parts.search(Request(search.text, search.facets, "listed", 0, MOST_ENTRIES))
        with parts.store.reading() as session:
            found = [
                entry
                for entry in catalogue.entries(session, result.ids)
                if catalogue.is_shown(entry, parts.settings.show_only_valid)
            ]
            named = catalogue.publishers_named(session, search.facets.get("publisher", ()))
        found.sort(key=lambda entry: entry.software.created_at, reverse=True)
        names = {slug: owner.names.get(lang) or owner.name for slug, owner in named.items()}
        page = Search(search.text, search.facets, "relevance" if search.text else "newest").address()
        return feed(_title(search, lang, names), _catalogue_name(parts), page, found, lang)

    return pages


def asked_month(text: str) -> date | None:
    """The first day of the month that an address names; None where it names none.

    Raises:
        Problem: 400; it is no month.

    """
    day = month_day(text)
    if text and day is None:
        raise Problem(400, gettext("month must be a year and a month, as 2026-11."))
    return day


def _latest(counted: dict[str, int]) -> date:
    """This month; where it has nothing new, the last that had."""
    today = datetime.now(UTC).date().replace(day=1)
    if counted and f"{today:%Y-%m}" not in counted:
        return month_day(max(counted)) or today
    return today


def _address(month: date, page: int = 1) -> str:
    return url_for("new.new", month=f"{month:%Y-%m}", page=page if page > 1 else None)


def _extra(month: date, page: int, last: int, counted: dict[str, int]) -> dict[str, Any]:
    around = sorted({1, last, *range(max(1, page - 2), min(last, page + 2) + 1)})
    years: dict[str, list[dict[str, Any]]] = {}
    for one in sorted(counted, reverse=True):
        day = month_day(one)
        if day:
            told = {"name": month_and_year(day), "address": _address(day), "count": counted[one], "here": day == month}
            years.setdefault(one[:4], []).append(told)
    return {
        "title": month_and_year(month),
        "years": years,
        "feed": url_for("new.new_feed"),
        "page_links": [(number, _address(month, number)) for number in around],
        "previous_page": _address(month, page - 1) if page > 1 else "",
        "next_page": _address(month, page + 1) if page < last else "",
    }


def _catalogue_name(parts: Parts) -> str:
    return parts.settings.catalogue_name or gettext("Public Code Catalogue")


def _title(search: Search, language: str, names: dict[str, str]) -> str:
    """A search in words."""
    said = [search.text] if search.text else []
    said += [
        f"{facet_title(facet)}{gettext(': ')}{facet_label(facet, value, language, names)}"
        for facet, values in search.facets.items()
        for value in values
    ]
    return gettext("New software: %(search)s", search=" · ".join(said)) if said else gettext("New software")
