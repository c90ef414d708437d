"""A publisher's repositories without a publiccode.yml, and the file that is prepared for each of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from sqlmodel import Session
from werkzeug.datastructures import MultiDict

from ...harvesters.hosts.new_file_page import kind_of_host, new_file_page
from ...registry import catalogue
from ...registry.models import Publisher, RepositoryRecord
from ...registry.without_file import KINDS, Lacking, Seen, details, lacking, seen, upstream_of
from ...schemas.drafts.from_facts import name_of
from ...schemas.drafts.json_ld import line
from ..errors import Problem
from ..translation import gettext
from . import Page, Parts, add_page
from .checks import as_file
from .paging import paging
from .said import web_address
from .software import page_number
from .summary import publisher_summary

PAGE, LONGEST_NAME = 50, 200
SORTS = ("pushed", "name")
NAME = "publiccode.yml"


@dataclass(frozen=True)
class Asked:
    """What the address asks for: repositories of one kind, or `all`, with this in their names."""

    slug: str
    name: str = ""
    kind: str = KINDS[0]
    sort: str = SORTS[0]
    page: int = 1

    def address(self, form: str = "html") -> str:
        """Where this is found; what is usual is not repeated in the address."""
        return url_for(
            "without_file.without_file",
            slug=self.slug,
            form=form,
            q=self.name or None,
            kind=self.kind if self.kind != KINDS[0] else None,
            sort=self.sort if self.sort != SORTS[0] else None,
            page=self.page if self.page > 1 else None,
        )


def blueprint(parts: Parts) -> Blueprint:
    """`/publishers/<slug>/without-file`, and below it a page and a publiccode.yml for each repository."""
    pages = Blueprint("without_file", __name__)
    rule = "/publishers/<slug:slug>/without-file"

    def without_file(language: str, slug: str) -> Page:
        asked = _read(slug, request.args)
        with parts.store.reading() as session:
            owner = publisher_at(session, slug)
            rows = lacking(session, owner)
            named = [row for row in rows if asked.name.lower() in row.name] if asked.name else rows
            found = [row for row in named if asked.kind in (row.kind, "all")]
            if asked.sort == "name":
                found.sort(key=lambda row: row.name)
            last = max(1, -(-len(found) // PAGE))
            if asked.page > last:
                lead = (gettext("Last page"), replace(asked, page=last).address())
                raise Problem(404, gettext("This list has %(last)s pages.", last=last), links=(lead,))
            shown = found[(asked.page - 1) * PAGE : asked.page * PAGE]
            kinds = {row.key: row.kind for row in shown}
            data = _data(asked, owner, language, named, len(found), last)
            data["repositories"] = [
                _told(owner, kinds[record.key], record, facts) for record, facts in details(session, list(kinds))
            ]
        return Page("without_file.html", data, _extra(asked, last))

    def prepared(language: str, slug: str, repository: UUID) -> Page:
        with parts.store.reading() as session:
            found = _found(session, slug, repository)
            return Page("prepared_file.html", _prepared(parts, found, language))

    def download(lang: str, slug: str, repository: UUID) -> Response:
        with parts.store.reading() as session:
            return as_file(_found(session, slug, repository).draft(lang).text(lang))

    add_page(pages, rule, without_file)
    add_page(pages, f"{rule}/<uuid:repository>", prepared)
    pages.add_url_rule(f"{rule}/<uuid:repository>/{NAME}", view_func=download)
    return pages


def publisher_at(session: Session, slug: str) -> Publisher:
    """The publisher at `/publishers/<slug>`; Problem 404 where there is none."""
    found = catalogue.publisher(session, slug)
    if found is None:
        raise Problem(
            404,
            gettext("No publisher has the address %(slug)s.", slug=slug),
            links=((gettext("All publishers"), url_for("publishers.publishers")),),
        )
    return found


def _found(session: Session, slug: str, repository: UUID) -> Seen:
    found = seen(session, repository)
    if found is None or found.publisher.slug != publisher_at(session, slug).slug:
        raise Problem(
            404,
            gettext("This publisher has no such repository without a publiccode.yml; it may have one by now."),
            links=((gettext("Repositories without a publiccode.yml"), Asked(slug).address()),),
        )
    return found


def _read(slug: str, arguments: MultiDict[str, str]) -> Asked:
    """What a query string asks for; Problem 400 where a parameter is not of its kind."""
    name = arguments.get("q", "").strip()
    kind, sort = arguments.get("kind") or KINDS[0], arguments.get("sort") or SORTS[0]
    if len(name) > LONGEST_NAME:
        raise Problem(400, gettext("q may have %(limit)s characters at most.", limit=LONGEST_NAME))
    if kind not in (*KINDS, "all"):
        raise Problem(400, gettext("kind must be one of: %(values)s.", values=", ".join((*KINDS, "all"))))
    if sort not in SORTS:
        raise Problem(400, gettext("sort must be one of: %(values)s.", values=", ".join(SORTS)))
    return Asked(slug, name, kind, sort, page_number(arguments))


def _data(asked: Asked, owner: Publisher, language: str, named: list[Lacking], total: int, last: int) -> dict[str, Any]:
    counted = Counter(row.kind for row in named)
    return {
        "publisher": publisher_summary(owner, language),
        "query": asked.name,
        "kind": asked.kind,
        "counts": {kind: counted[kind] for kind in KINDS} | {"all": len(named)},
        "sort": asked.sort,
        "page": asked.page,
        "pages": last,
        "total": total,
        "next": replace(asked, page=asked.page + 1).address("json") if asked.page < last else None,
    }


def _told(owner: Publisher, kind: str, record: RepositoryRecord, facts: Mapping[str, Any]) -> dict[str, Any]:
    pushed = facts.get("pushed_at")
    return {
        "id": str(record.id),
        "name": name_of(record.url) or record.url,
        "url": record.url,
        "kind": kind,
        "archived": record.archived,
        "empty": record.empty,
        "fork_of": upstream_of(facts),
        "pushed_at": pushed if is_moment(pushed) else None,
        "description": line(facts.get("description"), 1_000),
        "address": url_for("without_file.prepared", slug=owner.slug, repository=record.id, form="html"),
        "file": url_for("without_file.download", slug=owner.slug, repository=record.id),
        "why": url_for("why.why", url=record.url),
    }


def is_moment(text: object) -> bool:
    """Whether this is a time as hosts should tell it, of a year that calendars can be asked about."""
    try:
        return isinstance(text, str) and 1970 <= datetime.fromisoformat(text).year < 3000
    except ValueError:
        return False


def _extra(asked: Asked, last: int) -> dict[str, Any]:
    return {
        "first": (asked.page - 1) * PAGE + 1,
        "kinds": [(kind, replace(asked, kind=kind, page=1).address()) for kind in (*KINDS, "all")],
        "sorts": [(sort, replace(asked, sort=sort, page=1).address()) for sort in SORTS],
        **paging(asked.page, last, lambda number: replace(asked, page=number).address()),
        "usual": Asked(asked.slug),
    }


def _prepared(parts: Parts, found: Seen, language: str) -> dict[str, Any]:
    record, draft = found.repository, found.draft(language)
    text, slug = draft.text(language), found.publisher.slug
    kind = kind_of_host(record.url, parts.settings.hosts, found.hosting.driver)
    page = new_file_page(record.url, kind, record.default_branch, NAME, (text, draft.bare()))
    return {
        "publisher": publisher_summary(found.publisher, language),
        "name": name_of(record.url) or record.url,
        "url": record.url,
        "archived": record.archived,
        "empty": record.empty,
        "fork_of": upstream_of(found.facts),
        "license_detected": draft.license,
        "text": text,
        "file": url_for("without_file.download", slug=slug, repository=record.id),
        "new_file_page": web_address(page) or None,
        "why": url_for("why.why", url=record.url),
    }
