"""The search: results, facets with counts, sorting, paging; every state of it has a stable address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, request, url_for
from werkzeug.datastructures import MultiDict

from ...registry import catalogue
from ...registry.catalogue import Entry
from ...registry.following import facets as index_facets
from ...registry.search import FACETS, SORTS, Request, Result
from ..errors import Problem
from ..translation import gettext
from . import Page, Parts, add_page
from .said import web_address
from .summary import publisher_name, summary

PAGE, LONGEST_QUERY, MOST_VALUES, LAST_PAGE = 20, 1000, 50, 500


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

    def address(self, form: str = "html") -> str:
        """Where this search is found; what is usual is not repeated in the address."""
        arguments: dict[str, Any] = {"q": self.text or None, **{name: self.facets.get(name) or None for name in FACETS}}
        arguments["sort"] = self.sort if self.sort != _usual_sort(self.text) else None
        arguments["page"] = self.page if self.page > 1 else None
        return url_for("software.software", form=form, **arguments)


def _usual_sort(text: str) -> str:
    return "relevance" if text else "newest"


def read_search(arguments: MultiDict[str, str]) -> Search:
    """The search that a query string asks for.

    Raises:
        Problem: 400; a parameter is not of its kind or beyond our limits. The text names it.

    """
    text = arguments.get("q", "").strip()
    if len(text) > LONGEST_QUERY:
        raise Problem(400, gettext("q may have %(limit)s characters at most.", limit=LONGEST_QUERY))
    facets = {name: tuple(dict.fromkeys(filter(None, arguments.getlist(name)))) for name in FACETS}
    if sum(map(len, facets.values())) > MOST_VALUES:
        raise Problem(400, gettext("At most %(limit)s filters can be chosen at once.", limit=MOST_VALUES))
    sort = arguments.get("sort") or _usual_sort(text)
    if sort not in SORTS:
        raise Problem(400, gettext("sort must be one of: %(values)s.", values=", ".join(SORTS)))
    return Search(text, {name: values for name, values in facets.items() if values}, sort, page_number(arguments))


def page_number(arguments: MultiDict[str, str]) -> int:
    """The parameter `page`.

    Raises:
        Problem: 400; not a number from 1 to LAST_PAGE.

    """
    given = arguments.get("page", "1")
    if not (given.isascii() and given.isdecimal() and len(given) <= 4 and 1 <= int(given) <= LAST_PAGE):
        raise Problem(400, gettext("page must be a number from 1 to %(limit)s.", limit=LAST_PAGE))
    return int(given)


def blueprint(parts: Parts) -> Blueprint:
    """`/software`."""
    pages = Blueprint("software", __name__)

    def software(language: str) -> Page:
        search = read_search(request.args)
        with parts.store.reading() as session:
            named = catalogue.entry_at(session, search.text) if _may_be_address(search.text) else None
            if named and not search.facets and catalogue.is_shown(named, parts.settings.show_only_valid):
                result = _alone(named)
            else:
                result = parts.search(search.request())
            found = [
                summary(entry, language)
                for entry in catalogue.entries(session, result.ids)
                if catalogue.is_shown(entry, parts.settings.show_only_valid)
            ]
            is_address = named is not None or _is_address(search.text)
            names = {owner.slug: publisher_name(owner, language)["text"] for owner, _ in catalogue.publishers(session)}
        last = max(1, -(-result.total // PAGE))
        if search.page > last:
            lead = (gettext("Last page"), replace(search, page=last).address())
            raise Problem(404, gettext("This search has %(last)s pages.", last=last), links=(lead,))
        return Page(
            "software.html", _data(search, result, found, last, is_address), _extra(search, result, names, last)
        )

    add_page(pages, "/software", software)
    return pages


def _may_be_address(text: str) -> bool:
    return "/" in text and not any(letter.isspace() for letter in text)


def _is_address(text: str) -> bool:
    """Whether somebody who types this means a repository: it begins with http(s)://, or with a host and a path."""
    host = text.partition("/")[0]
    return _may_be_address(text) and (bool(web_address(text)) or ("." in host and ":" not in host))


def _alone(entry: Entry) -> Result:
    """The answer to the address of an entry: this entry."""
    counted = {name: tuple((value, 1) for value in values) for name, values in index_facets(entry).items()}
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
        "facets": {
            name: [{"value": value, "count": count} for value, count in _options(search, result, name)]
            for name in FACETS
        },
        "next": replace(search, page=search.page + 1).address("json") if search.page < min(last, LAST_PAGE) else None,
    }


def _options(search: Search, result: Result, facet: str) -> list[tuple[str, int]]:
    """A facet's values with their counts, the most frequent first; a chosen value stays, even where nothing has it."""
    counted = dict(result.facets.get(facet, ()))
    for value in search.facets.get(facet, ()):
        counted.setdefault(value, 0)
    return sorted(counted.items(), key=lambda option: (-option[1], option[0]))


def _extra(search: Search, result: Result, names: Mapping[str, str], last: int) -> dict[str, Any]:
    around = sorted({1, last, *range(max(1, search.page - 2), min(last, search.page + 2) + 1)})
    return {
        "publisher_names": names,
        "first": (search.page - 1) * PAGE + 1,
        "chips": [
            (facet, value, search.without(facet, value).address())
            for facet, values in search.facets.items()
            for value in values
        ],
        "clear": replace(search, facets={}, page=1).address(),
        "sorts": [
            (name, replace(search, sort=name, page=1).address()) for name in SORTS if name != "relevance" or search.text
        ],
        "usual_sort": _usual_sort(search.text),
        "page_links": [(number, replace(search, page=number).address()) for number in around if number <= LAST_PAGE],
        "previous_page": replace(search, page=search.page - 1).address() if search.page > 1 else "",
        "next_page": replace(search, page=search.page + 1).address() if search.page < min(last, LAST_PAGE) else "",
    }
