"""The pages: one module per subject, each a blueprint that is given its parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, wraps
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, make_response, render_template, request, url_for
from sqlalchemy.exc import SQLAlchemyError

from ...registry import catalogue
from ...registry.search import Request, Result, SearchIndex
from ...registry.search.engines import open_index
from ...registry.settings import Settings
from ...registry.store import StorageError, Store
from ...registry.suggestions import Suggestions
from ..errors import Problem, log
from ..translation import gettext


@dataclass(frozen=True)
class Parts:
    """What pages are made of. Database and index are opened by the first page that asks for them."""

    settings: Settings

    @cached_property
    def store(self) -> Store:
        """The database."""
        return Store(self.settings.database, create=False)

    @cached_property
    def index(self) -> SearchIndex:
        """The search index."""
        return open_index(self.settings.search_engine, self.settings.index_folder)

    @cached_property
    def suggestions(self) -> Suggestions:
        """What a half-typed word may become."""
        return Suggestions(self.settings.show_only_valid)

    def prepare(self) -> None:
        """Reads what the first reader would wait for: where there are many entries, the index takes a second, their names some."""
        self.index.count("")
        try:
            with self.store.reading() as session:
                self.suggestions.prepare(session)
        except (StorageError, SQLAlchemyError) as error:  # the pages tell what is wrong with the database
            log.warning("the names of the entries are not read yet: %s", error)

    def search(self, asked: Request) -> Result:
        """The index's answer.

        Raises:
            Problem: there is no index, though there are entries: nobody shall take that for an empty catalogue.

        """
        result = self.index.search(asked)
        if not result.ready:
            with self.store.reading() as session:
                if catalogue.counts(session)["software"]:
                    log.error("there is no search index in %s; next: publiccode reindex", self.settings.index_folder)
                    raise Problem(
                        503, gettext("The search index is missing. Nothing is lost; it has to be built anew.")
                    )
        return result


@dataclass(frozen=True)
class Page:
    """A page and its data: `data` is what its `.json` twin holds and what the template shows; `extra` is for the template alone."""

    template: str
    data: Mapping[str, Any]
    extra: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200


View = Callable[..., Page | Response]


def add_page(blueprint: Blueprint, rule: str, view: View, twin: str = "") -> None:
    """Serves `view` at `rule` as HTML and at `twin` (the same with `.json`) as JSON; both name the other in a Link header.

    The view is called with `language` and what the rule names.

    The endpoint is the view's name; `url_for(endpoint, form="json")` is the twin's address.
    """

    @wraps(view)
    def answer(form: str, lang: str, **arguments: Any) -> Response:
        page = view(language=lang, **arguments)
        if isinstance(page, Response):
            return page
        if form == "json":
            response = jsonify(page.data)
        else:
            response = make_response(render_template(page.template, **page.data, **page.extra))
        response.status_code = page.status
        other, kind = ("html", "text/html") if form == "json" else ("json", "application/json")
        response.headers["Link"] = f'<{same_page(form=other)}>; rel="alternate"; type="{kind}"'
        return response

    blueprint.add_url_rule(rule, view_func=answer, defaults={"form": "html"})
    blueprint.add_url_rule(twin or f"{rule}.json", view_func=answer, defaults={"form": "json"})


def same_page(**changes: Any) -> str:
    """The address of the page that is being asked for, with its query string, in another language or form."""
    address = url_for(str(request.endpoint), **{**(request.view_args or {}), **changes})
    query = urlencode(list(request.args.items(multi=True)))  # never as arguments of url_for: strangers choose the names
    return f"{address}?{query}" if query else address
