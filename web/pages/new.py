"""What is new, month by month; and feeds: of what is new, and of every search."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, tzinfo
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, request, url_for
from sqlmodel import Session

from ...registry import catalogue
from ...registry.catalogue import Entry
from ...registry.new_entries import Months, listed_in
from ...registry.outlines import outlines, owners_named
from ...registry.search.query import EXACT, FEW, WIDER
from ..errors import Problem
from ..saying import catalogue_name
from ..translation import gettext, month_and_year
from . import Page, Parts, add_page
from .atom import MOST_ENTRIES, Catalogue, feed
from .facet_words import facet_label, facet_title, month_day
from .paging import last_page, paging, refuse_behind
from .result_cards import cards, has_all_words
from .software import PAGE, Search, asked_for, page_number, read_criteria
from .summary import publisher_name

_FIRST_YEAR = 1970


def blueprint(parts: Parts) -> Blueprint:
    """`/new`, `/new.atom` and `/software.atom`."""
    pages = Blueprint("new", __name__)
    known = Months(ZoneInfo(parts.settings.time_zone), parts.settings.show_only_valid)

    def new(language: str) -> Page:
        return _month_page(parts, known, language)

    add_page(pages, "/new", new)

    @pages.get("/new.atom")
    def new_feed(lang: str) -> Response:
        with parts.store.reading() as session:
            ids = catalogue.shown_ids(session, parts.settings.show_only_valid, MOST_ENTRIES)
            found = list(catalogue.entries(session, ids))
            of = Catalogue(catalogue_name(parts.settings), catalogue.identity(session))
        return feed(gettext("New in the catalogue"), of, url_for("new.new"), found, lang)

    @pages.get("/software.atom")
    def search_feed(lang: str) -> Response:
        search = read_criteria(request.args)
        with parts.store.reading() as session:
            found = _followed(parts, session, search)
            named = owners_named(session, search.facets.get("publisher", ()))
            of = Catalogue(catalogue_name(parts.settings), catalogue.identity(session))
        names = {slug: publisher_name(owner, lang)["text"] for slug, owner in named.items()}
        return feed(_title(search, lang, names), of, search.address(), found, lang)

    return pages


def _month_page(parts: Parts, known: Months, language: str) -> Page:
    """What is new in the month that the address names, or in the last that had something."""
    zone = ZoneInfo(parts.settings.time_zone)
    month, page = asked_month(request.args.get("month", "")), page_number(request.args)
    with parts.store.reading() as session:
        counted = known.counted(session)
        if month is None:
            month = _latest(counted, zone)
        total = counted.get(f"{month:%Y-%m}", 0)
        last = last_page(total, PAGE)
        refuse_behind(page, last, partial(_address, month))
        found = listed_in(session, month, zone, parts.settings.show_only_valid, PAGE, (page - 1) * PAGE)
        told = cards(session, outlines(session, found), language)
    data = {
        "month": f"{month:%Y-%m}",
        "page": page,
        "pages": last,
        "total": total,
        "results": told,
        "months": [{"month": one, "count": count} for one, count in sorted(counted.items(), reverse=True)],
    }
    return Page("new.html", data, _extra(month, page, last, counted))


def _followed(parts: Parts, session: Session, search: Search) -> list[Entry]:
    """The newest entries that answer a search exactly: what is only near to it today is not what somebody follows."""
    result, _ = asked_for(parts, session, replace(search, sort="listed"), MOST_ENTRIES)
    if result.reading == WIDER:  # those that have all words come first
        result, _ = asked_for(parts, session, replace(search, sort="relevance"), FEW)
    elif result.reading != EXACT:
        return []
    found = [
        entry
        for entry in catalogue.entries(session, result.ids)
        if catalogue.is_shown(entry, parts.settings.show_only_valid)
        and (result.reading == EXACT or has_all_words(session, entry, search.text))
    ]
    return sorted(found, key=lambda entry: (entry.software.created_at, entry.software.id), reverse=True)


def asked_month(text: str) -> date | None:
    """The first day of the month that an address names; None where it names none.

    Raises:
        Problem: 400; it is no month, or none in which a catalogue can have listed something.

    """
    day = month_day(text)
    if text and not (day and _FIRST_YEAR <= day.year <= datetime.now(UTC).year + 1):
        raise Problem(400, gettext("month must be a year and a month, as 2026-11."))
    return day


def _latest(counted: dict[str, int], zone: tzinfo) -> date:
    """This month; where it has nothing new, the last that had."""
    today = datetime.now(zone).date().replace(day=1)
    if counted and f"{today:%Y-%m}" not in counted:
        return month_day(max(counted)) or today
    return today


def _address(month: date, page: int = 1) -> str:
    return url_for("new.new", month=f"{month:%Y-%m}", page=page if page > 1 else None)


def _extra(month: date, page: int, last: int, counted: dict[str, int]) -> dict[str, Any]:
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
        **paging(page, last, partial(_address, month)),
    }


def _title(search: Search, language: str, names: dict[str, str]) -> str:
    """A search in words."""
    said = [search.text] if search.text else []
    said += [
        f"{facet_title(facet)}{gettext(': ')}{facet_label(facet, value, language, names)}"
        for facet, values in search.facets.items()
        for value in values
    ]
    return gettext("New software: %(search)s", search=" · ".join(said)) if said else gettext("New software")
