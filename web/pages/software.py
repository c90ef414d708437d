"""The search: results, facets with counts, sorting, paging; every state of it has a stable address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from functools import cached_property
from typing import Any
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, make_response, redirect, request, url_for
from sqlmodel import Session
from werkzeug.datastructures import MultiDict

from ...registry import catalogue
from ...registry.catalogue import Entry
from ...registry.facets import facets_of
from ...registry.outlines import Outline, Owner, outlines
from ...registry.search import FACETS, SORTS, Request, Result
from ..addresses import address
from ..errors import Problem
from ..translation import gettext
from . import Page, Parts, add_page
from .facet_column import Counted, column, counted, publishers_offered
from .facet_words import is_beginning
from .marking import Marker
from .paging import last_page, paging, refuse_behind
from .result_cards import cards, explanation
from .said import web_address
from .search_ways import is_long, reading, ways
from .summary import publisher_name

PAGE, LONGEST_QUERY, MOST_VALUES, LAST_PAGE = 20, 1000, 50, 500
_SAFE = "!$'()*,/:;?@"  # what werkzeug leaves in a query string as it is


@dataclass(frozen=True)
class Search:
    """What the address asks for."""

    text: str
    facets: Mapping[str, tuple[str, ...]]
    sort: str
    page: int = 1

    def request(self) -> Request:
        """The same for the index."""
        return Request(self.text, self.facets, self.sort, (self.page - 1) * PAGE, PAGE)

    def without(self, facet: str, value: str) -> Search:
        """The search with one value less; begins at the first page again."""
        left = tuple(other for other in self.facets.get(facet, ()) if other != value)
        return replace(self, facets={**self.facets, facet: left}, page=1)

    def address(self, form: str = "html", explain: str = "") -> str:
        """Where this search is found, with the result that it shall explain; what is usual is not repeated in the address."""
        named = f"explain={quote(explain, safe=_SAFE)}" if explain else ""
        query = "&".join(filter(None, (self._query, named)))
        return address("software.software", form=form) + (f"?{query}" if query else "")

    def address_of(self, page: int) -> str:
        """Where another page of it is found."""
        return replace(self, page=page).address()

    @cached_property
    def _query(self) -> str:
        # As `url_for` writes it, which would take most of the time of a page that has fifty of these.
        pairs = [("q", self.text)] if self.text else []
        pairs += [(name, value) for name in FACETS for value in self.facets.get(name, ())]
        if self.sort != _usual_sort(self.text):
            pairs.append(("sort", self.sort))
        if self.page > 1:
            pairs.append(("page", str(self.page)))
        return urlencode(pairs, safe=_SAFE)

    def criteria(self) -> dict[str, Any]:
        """What is searched for, as the arguments of an address."""
        return {"q": self.text or None, **{name: self.facets.get(name) or None for name in FACETS}}


def _usual_sort(text: str) -> str:
    return "relevance" if text else "newest"


def read_search(arguments: MultiDict[str, str]) -> Search:
    """The search that a query string asks for.

    Raises:
        Problem: 400; a parameter is not of its kind or beyond our limits. The text names it.

    """
    asked = read_criteria(arguments)
    sort = arguments.get("sort") or _usual_sort(asked.text)
    if sort not in SORTS:
        raise Problem(400, gettext("sort must be one of: %(values)s.", values=", ".join(SORTS)))
    if sort == "relevance" and not asked.text:  # nothing to be near to
        sort = asked.sort
    return replace(asked, sort=sort, page=page_number(arguments))


def read_criteria(arguments: MultiDict[str, str]) -> Search:
    """What a query string searches for, on its first page and in the usual order whatever it says of these.

    Raises:
        Problem: as `read_search`.

    """
    text = arguments.get("q", "").strip()
    if len(text) > LONGEST_QUERY:
        raise Problem(400, gettext("q may have %(limit)s characters at most.", limit=LONGEST_QUERY))
    facets = {name: tuple(dict.fromkeys(filter(None, arguments.getlist(name)))) for name in FACETS}
    if sum(map(len, facets.values())) > MOST_VALUES:
        raise Problem(400, gettext("At most %(limit)s filters can be chosen at once.", limit=MOST_VALUES))
    if not all(map(is_beginning, facets["since"])):
        raise Problem(400, gettext("since must be a year or a month, as 2026 or 2026-11."))
    return Search(text, {name: values for name, values in facets.items() if values}, _usual_sort(text))


def page_number(arguments: MultiDict[str, str]) -> int:
    """The parameter `page`.

    Raises:
        Problem: 400; not a number from 1 to LAST_PAGE.

    """
    given = arguments.get("page") or "1"
    if not (given.isascii() and given.isdecimal() and len(given) <= 4 and 1 <= int(given) <= LAST_PAGE):
        raise Problem(400, gettext("page must be a number from 1 to %(limit)s.", limit=LAST_PAGE))
    return int(given)


def blueprint(parts: Parts) -> Blueprint:
    """`/software`."""
    pages = Blueprint("software", __name__)

    def software(language: str) -> Page | Response:
        search = read_search(request.args)
        if _is_untidy(request.args):
            return make_response(redirect(search.address(explain=request.args.get("explain", ""))))
        with parts.store.reading() as session:
            result, is_address = asked_for(parts, session, search)
            only_valid = parts.settings.show_only_valid
            found = [entry for entry in outlines(session, result.ids) if entry.is_shown(only_valid)]
            told = cards(session, found, language)
            explained = _explained(session, search, found)
            values = counted(search.facets, result)
            owners = {} if _is_twin() else publishers_offered(session, search.facets, values)
            near = [] if result.total or is_address else ways(parts, session, search.text, language)
        last = last_page(result.total, PAGE)
        refuse_behind(search.page, last, search.address_of)
        beside = {"explanation": explained, "near": near}
        data = _data(search, result, told, last, is_address)
        if _is_twin():
            return Page("software.html", data | _told_only(search, values, last) | beside)
        extra = reading(search.text, result) | _column(search, values, owners, language)
        extra |= {
            "is_long": is_long(search.text),
            "marked": None if is_address else Marker(search.text),
            "whys": {} if is_address or not search.text else _whys(search, told, explained),
        }
        return Page("software.html", data | beside, extra | _extra(search, last))

    add_page(pages, "/software", software)
    return pages


def _is_twin() -> bool:
    """Whether the data alone are asked for: what only the page shows is then not made."""
    return (request.view_args or {}).get("form") == "json"


def asked_for(parts: Parts, session: Session, search: Search, limit: int = PAGE) -> tuple[Result, bool]:
    """The answer, at most `limit` entries of it, and whether the reader asked for an address."""
    named = catalogue.entry_at(session, search.text) if _may_be_address(search.text) else None
    alone = named and not search.facets and catalogue.is_shown(named, parts.settings.show_only_valid)
    result = (
        _alone(session, named, ZoneInfo(parts.settings.time_zone))
        if named and alone
        else parts.search(replace(search.request(), limit=limit))
    )
    return result, named is not None or _is_address(search.text)


def _explained(session: Session, search: Search, found: Sequence[Outline]) -> dict[str, Any] | None:
    """Why the result that the address names under `explain` is there; None where it names none of this page."""
    slug = request.args.get("explain", "")
    ids = [entry.id for entry in found if entry.slug == slug and search.text]
    entry = next(catalogue.entries(session, ids), None)
    return {"slug": slug, "sentences": explanation(session, entry, search.text)} if entry else None


def _whys(search: Search, told: list[dict[str, Any]], explained: dict[str, Any] | None) -> dict[str, dict[str, Any]]:
    """For each result the address that explains it; for the one that is explained the sentences, and the way back."""
    whys: dict[str, dict[str, Any]] = {}
    for slug in (one["slug"] for one in told):
        anchor = f"#entry-{quote(slug, safe=_SAFE)}"
        if explained and explained["slug"] == slug:
            whys[slug] = {"address": search.address() + anchor, "told": explained["sentences"]}
        else:
            whys[slug] = {"address": search.address(explain=slug) + anchor, "told": None}
    return whys


def _is_untidy(arguments: MultiDict[str, str]) -> bool:
    """Whether a form wrote boxes into the address that were left empty: one search, one address."""
    return not _is_twin() and any(not value for values in arguments.listvalues() for value in values)


def _may_be_address(text: str) -> bool:
    return "/" in text and not any(letter.isspace() for letter in text)


def _is_address(text: str) -> bool:
    """Whether somebody who types this means a repository: it begins with http(s)://, or with a host and a path."""
    host = text.partition("/")[0]
    return _may_be_address(text) and (bool(web_address(text)) or ("." in host and ":" not in host))


def _alone(session: Session, entry: Entry, zone: tzinfo) -> Result:
    """The answer to the address of an entry: this entry."""
    counted = {name: tuple((value, 1) for value in values) for name, values in facets_of(session, entry, zone).items()}
    return Result((str(entry.software.id),), 1, counted)


def _data(search: Search, result: Result, found: list[dict[str, Any]], last: int, is_address: bool) -> dict[str, Any]:
    return {
        "query": search.text,
        "understood": result.understood if result.understood != search.text else "",
        "reading": result.reading,
        "dropped": list(result.dropped),
        "why": url_for("why.why", url=search.text) if is_address else None,
        "filters": {name: list(values) for name, values in search.facets.items()},
        "sort": search.sort,
        "page": search.page,
        "pages": last,
        "total": result.total,
        "results": found,
    }


def _told_only(search: Search, values: Mapping[str, Counted], last: int) -> dict[str, Any]:
    """What only the twin tells; the page has the filters and the links to other pages instead."""
    return {
        "facets": {
            name: [{"value": value, "count": count} for value, count in listed] for name, listed in values.items()
        },
        "next": replace(search, page=search.page + 1).address("json") if search.page < min(last, LAST_PAGE) else None,
    }


def _column(
    search: Search, values: Mapping[str, Counted], owners: Mapping[str, Owner], language: str
) -> dict[str, Any]:
    """The filters."""
    names = {slug: publisher_name(owner, language) for slug, owner in owners.items()}
    opened, folded = column(search.facets, values, owners, names, language)
    return {
        "opened": opened,
        "folded": folded,
        "publisher_names": {slug: name["text"] for slug, name in names.items()},
        "publisher_tags": {slug: name["language"] for slug, name in names.items()},
    }


def _extra(search: Search, last: int) -> dict[str, Any]:
    return {
        **paging(search.page, last, search.address_of, LAST_PAGE),
        "first": (search.page - 1) * PAGE + 1,
        "chips": [
            (facet, value, search.without(facet, value).address())
            for facet, values in search.facets.items()
            for value in values
        ],
        "feed": url_for("new.search_feed", **search.criteria()),
        "clear": replace(search, facets={}, page=1).address(),
        "sorts": [
            (name, replace(search, sort=name, page=1).address()) for name in SORTS if name != "relevance" or search.text
        ],
        "usual_sort": _usual_sort(search.text),
    }
