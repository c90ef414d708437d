"""OpenChain evidence of a publisher, and its archived reports: read-only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, request, url_for
from sqlalchemy import func
from sqlmodel import Session, col, select

from ...registry import archived
from ...registry.archived import BELOW, PUBLISHER, SOFTWARE, Which
from ...registry.catalogue import shown_condition
from ...registry.columns import now
from ...registry.models import ArchivedReport, Publisher, Software
from ...registry.openchain.stored import program_facts
from ...registry.settings import Settings
from ...registry.statistics import below as all_below
from ..errors import Problem
from ..language import pick
from ..translation import gettext
from . import Page, Parts, add_page
from .archive_forms import file_name, media_type
from .openchain_forms import MARKS, bodies, counted, openchain_data, title
from .submitted import Limits
from .summary import iso, publisher_summary
from .without_file import publisher_at

MOST_LISTED = 50
"""Archived reports that a page lists, each with all its files; the newest first."""
_MOST_FILES = 400  # the newest, of which a page lists reports
_COST = 50  # lines that a page costs besides the entries that it counts


def blueprint(parts: Parts, limits: Limits) -> Blueprint:
    """`/publishers/<slug>/openchain`, and `/publishers/<slug>/reports/<number>`."""
    pages = Blueprint("openchain", __name__)
    zone = ZoneInfo(parts.settings.time_zone)

    def openchain(language: str, slug: str) -> Page:
        below = request.args.get("below") == "1"
        if not limits.may_have_made(request):
            raise Problem(429, gettext("You had very many reports made within a minute."))
        with parts.store.reading() as session:
            owner = publisher_at(session, slug)
            facts = program_facts(session, owner, below, now(), zone, parts.settings.show_only_valid)
            limits.made(request, _COST + facts.entries)
            kept = archived_data(session, owner, below, parts.settings, language)
            told = {
                "publisher": publisher_summary(owner, language),
                **openchain_data(facts, language),
                "archived": kept,
            }
        extra = {
            "marks": MARKS,
            "title": title(),
            "what": bodies(told),
            "counted": counted(told["counts"]),
            "other": url_for("openchain.openchain", slug=slug, form="html", below=None if below else "1"),
        }
        return Page("openchain/page.html", told, extra)

    def report(lang: str, slug: str, number: int) -> Response:
        with parts.store.reading() as session:
            owner = publisher_at(session, slug)
            row = archived.numbered(session, number)
            file = archived.content_of(session, row) if row and _is_of(session, row, owner) else None
            if row is None or file is None:
                raise Problem(404, gettext("This publisher has no archived report %(number)s.", number=number))
            if not file.content:
                raise Problem(
                    410, gettext("This report was emptied: it named a person who was taken out of this registry.")
                )
            response = Response(file.content, mimetype=media_type(row.form))
            name = file_name(_which(row), row.as_of, zone)
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    add_page(pages, "/publishers/<slug:slug>/openchain", openchain)
    pages.add_url_rule("/publishers/<slug:slug>/reports/<int:number>", "report", report)
    return pages


def _which(row: ArchivedReport) -> Which:
    return Which(row.kind, row.scope, row.name, row.form, row.language)


def _is_of(session: Session, row: ArchivedReport, owner: Publisher) -> bool:
    """Whether a report is about this publisher, or about an entry that it has in the catalogue."""
    if row.scope in (PUBLISHER, BELOW):
        return row.name == owner.slug
    query = select(Software.id).where(
        Software.slug == row.name, Software.publisher_id == owner.id, Software.deactivated == ""
    )
    return row.scope == SOFTWARE and session.exec(query).first() is not None


def archived_data(
    session: Session, owner: Publisher, below: bool, settings: Settings, language: str, most: int = MOST_LISTED
) -> dict[str, Any]:
    """The archived reports about a publisher and its entries: how many, and the newest with their addresses."""
    owners = all_below(session, owner) if below else frozenset((owner.id,))
    zone = ZoneInfo(settings.time_zone)
    shown = select(Software.slug).where(
        col(Software.publisher_id).in_(owners), shown_condition(settings.show_only_valid)
    )
    scopes = col(ArchivedReport.scope).in_((PUBLISHER, BELOW)) & (col(ArchivedReport.name) == owner.slug)
    of_entries = (col(ArchivedReport.scope) == SOFTWARE) & col(ArchivedReport.name).in_(shown)
    about = scopes | of_entries
    query = select(ArchivedReport).where(about).order_by(col(ArchivedReport.number).desc()).limit(_MOST_FILES)
    groups: dict[tuple[object, ...], list[ArchivedReport]] = {}
    for row in session.exec(query):
        groups.setdefault((row.kind, row.scope, row.name, row.as_of.astimezone(zone).date()), []).append(row)
    first = list(groups.values())[:most]
    names = _entries(session, [rows[0].name for rows in first if rows[0].scope == SOFTWARE])
    erased = archived.erased(session, [row for rows in first for row in rows])
    count = session.exec(select(func.count()).select_from(ArchivedReport).where(about)).one()
    return {"count": count, "reports": [_report(rows, owner, names, erased, language) for rows in first]}


def _entries(session: Session, slugs: Sequence[str]) -> dict[str, tuple[str, str]]:
    """The name of each of these entries, and its publisher's slug."""
    query = select(Software.slug, Software.name, Publisher.slug).join(
        Publisher, col(Publisher.id) == col(Software.publisher_id)
    )
    return {slug: (name, owner) for slug, name, owner in session.exec(query.where(col(Software.slug).in_(slugs)))}


def _report(
    rows: Sequence[ArchivedReport],
    owner: Publisher,
    names: Mapping[str, tuple[str, str]],
    erased: Mapping[str, datetime],
    language: str,
) -> dict[str, Any]:
    """One report of one day, with its files: forms and languages."""
    newest = rows[0]
    name, slug = names.get(newest.name, ("", owner.slug)) if newest.scope == SOFTWARE else ("", owner.slug)
    return {
        "kind": newest.kind,
        "title": kind_title(newest.kind),
        "scope": newest.scope,
        "about": name or pick(owner.names, language, owner.name)["text"],
        "as_of": iso(newest.as_of),
        "at": iso(newest.at),
        "files": [_file(row, slug, erased) for row in reversed(rows)],
    }


def _file(row: ArchivedReport, slug: str, erased: Mapping[str, datetime]) -> dict[str, Any]:
    return {
        "number": row.number,
        "at": iso(row.at),
        "form": row.form,
        "language": row.language,
        "size": row.size,
        "sha256": row.file_hash,
        "erased_at": iso(erased.get(row.file_hash)),
        "address": url_for("openchain.report", slug=slug, number=row.number),
    }


def kind_title(kind: str) -> str:
    """A kind of report in words."""
    titles = {
        "audit": gettext("Licence audit report"),
        "compliance": gettext("Licence compliance report"),
        "readiness": gettext("Release readiness"),
        "sbom": gettext("Bill of materials"),
        "attribution": gettext("Attribution notice"),
    }
    return titles.get(kind, kind)
