"""Who uses what: on an entry's page, on a publisher's, and all of it by publisher. Holds no contact.

A table says it, not a map: publishers have no places here, and a table is read by everybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from threading import Lock
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from sqlmodel import Session, col, select

from ...registry import catalogue
from ...registry.catalogue import Entry
from ...registry.claims import CLAIMED, CONFIRMED
from ...registry.models import Event, Publisher
from ...registry.usage import Use, everybody, users_of
from ..errors import Problem
from ..language import pick
from ..translation import gettext
from . import Page, Parts, add_page
from .paging import last_page, paging, refuse_behind
from .software import page_number
from .spreadsheet import spreadsheet
from .summary import link, publisher_name, publisher_summary
from .usage_table import Line, Table
from .use_words import kind_title, kinds_meaning

PAGE = 50  # organisations


def blueprint(parts: Parts) -> Blueprint:
    """`/usage` and `/usage.csv`."""
    pages = Blueprint("usage", __name__)
    kept = _Kept(parts.settings.show_only_valid)

    def usage(language: str) -> Page:
        with parts.store.reading() as session:
            table = _table(kept, session, language)
            lines = table.organisations()
            last, page = last_page(len(lines), PAGE), page_number(request.args)
            at = partial(_address, "usage.usage", table)
            refuse_behind(page, last, at)
            shown = lines[(page - 1) * PAGE : page * PAGE]
            data = {
                "filters": {"kind": table.kind, "publisher": table.below},
                "counts": table.counts(),
                "tops": _tops(table, language),
                "groups": _groups(session, table, shown, language),
                "page": page,
                "pages": last,
                "csv": _address("usage.as_csv", table),
            }
            extra = {
                "meaning": kinds_meaning(),
                "choices": _choices(table, language),
                **paging(page, last, at),
            }
        return Page("usage.html", data, extra)

    def as_csv(lang: str) -> Response:
        with parts.store.reading() as session:
            table = _table(kept, session, lang)
            text = _csv(session, table, lang)
        response = Response(text, mimetype="text/csv")
        response.headers["Content-Disposition"] = 'attachment; filename="usage.csv"'
        return response

    add_page(pages, "/usage", usage)
    pages.add_url_rule("/usage.csv", view_func=as_csv)
    return pages


class _Kept:
    """All uses, read anew when something was written: thousands take seconds, and readers narrow and turn pages."""

    def __init__(self, only_valid: bool) -> None:
        self._only_valid = only_valid
        self._lock = Lock()
        self._kept: tuple[tuple[int, str], list[Use]] | None = None

    def read(self, session: Session) -> list[Use]:
        """The uses as they stand now."""
        with self._lock:  # who waits finds what the reader before has read
            last = session.exec(select(Event.sequence, Event.id).order_by(col(Event.sequence).desc()).limit(1)).first()
            newest = (last[0] or 0, str(last[1])) if last else (0, "")
            kept = self._kept
            if kept is None or kept[0] != newest:
                kept = self._kept = (newest, everybody(session, self._only_valid))
        return kept[1]


def _table(kept: _Kept, session: Session, language: str) -> Table:
    """What the address asks for.

    Raises:
        Problem: 400, a kind that is none; 404, a publisher that is none.

    """
    kind, below = request.args.get("kind", ""), request.args.get("publisher", "")
    if kind not in ("", CONFIRMED, CLAIMED):
        raise Problem(400, gettext("kind must be one of: %(values)s.", values=f"{CONFIRMED}, {CLAIMED}"))
    publishers = list(session.exec(select(Publisher)))
    if below and below not in {one.slug for one in publishers}:
        raise Problem(404, gettext("No publisher has the address %(slug)s.", slug=below))
    names = {one.id: publisher_name(one, language)["text"] for one in publishers}
    return Table(kept.read(session), publishers, names, kind, below)


def _address(endpoint: str, table: Table, page: int = 1) -> str:
    chosen: dict[str, Any] = {"kind": table.kind or None, "publisher": table.below or None}
    if endpoint == "usage.usage":
        chosen |= {"form": "html", "page": page if page > 1 else None}
    return url_for(endpoint, **chosen)


def _choices(table: Table, language: str) -> list[tuple[str, str, dict[str, str]]]:
    """The publishers by which the table can be narrowed: slug, what sets it below those above it, and name."""
    return [(one.slug, "　" * depth, publisher_name(one, language)) for depth, one in table.choices()]


def _tops(table: Table, language: str) -> list[dict[str, Any]]:
    """The publishers at the top with what is used below them, those with the most uses first; None: who is no publisher."""
    rows = [
        {
            "publisher": publisher_summary(table.by_id[top], language) if top else None,
            "address": url_for("usage.usage", form="html", publisher=table.by_id[top].slug, kind=table.kind or None)
            if top
            else "",
            "counts": counts,
        }
        for top, counts in table.totals().items()
    ]
    return sorted(rows, key=lambda row: (row["publisher"] is None, -row["counts"]["uses"]))


def _groups(session: Session, table: Table, shown: Sequence[Line], language: str) -> list[dict[str, Any]]:
    """The organisations of one page under the publisher at the top of each: a county, a ministry."""
    entries = {
        found.software.id: found
        for found in catalogue.entries(session, list({use.software_id for line in shown for use in line.uses}))
    }
    groups: dict[UUID | None, list[dict[str, Any]]] = {}
    for line in shown:
        top = line.path[0].id if line.path else None
        told = {
            "organisation": organisation(line.uses[0], language),
            "parents": [publisher_summary(one, language) for one in line.path[:-1]],
            "uses": [{"software": link(entries[use.software_id], language), **use_data(use)} for use in line.uses],
        }
        groups.setdefault(top, []).append(told)
    totals = table.totals()
    return [
        {
            "publisher": publisher_summary(table.by_id[top], language) if top else None,
            "counts": totals[top],
            "organisations": organisations,
        }
        for top, organisations in groups.items()
    ]


def organisation(use: Use, language: str) -> dict[str, Any]:
    """The user as pages tell it; `slug` and `address` are empty where it is no publisher here."""
    address = url_for("publishers.publisher", lang=language, slug=use.publisher) if use.publisher else ""
    return {"name": pick(use.names, language, use.name), "slug": use.publisher, "address": address}


def use_data(use: Use) -> dict[str, Any]:
    """What is said of a use."""
    return {
        "kind": use.kind,
        "version": use.version,
        "since": use.since,
        "purpose": use.purpose,
        "evidence": use.evidence,
        "declared": use.declared,
        "named_in_file": use.named,
        "no_longer_named": use.unnamed,
        "own": use.own,
    }


def entry_users(session: Session, found: Entry, language: str) -> dict[str, Any]:
    """For an entry's page: which others use it, confirmed and claimed apart; `own`: its publisher says that it does so itself."""
    uses = users_of(session, [found.software.id])[found.software.id]
    told = [{"organisation": organisation(use, language), **use_data(use)} for use in uses]
    others = [one for one in told if not one["own"]]
    return {
        **{kind: [one for one in others if one["kind"] == kind] for kind in (CONFIRMED, CLAIMED)},
        "own": [one for one in told if one["own"]],
    }


def publisher_usage(
    session: Session, owner: Publisher, own: Iterable[Entry], language: str, only_valid: bool
) -> dict[str, Any]:
    """For a publisher's page: what of others it uses, and who uses what it released."""
    using = everybody(session, only_valid, [owner.id])
    entries = {found.software.id: found for found in catalogue.entries(session, [use.software_id for use in using])}
    uses = [{"software": link(entries[use.software_id], language), **use_data(use)} for use in using]
    released = {found.software.id: found for found in own}
    used = users_of(session, released)
    return {
        "uses": sorted(uses, key=lambda use: str(use["software"]["name"]).casefold()),
        "used_by": [
            {
                "software": link(found, language),
                "users": [
                    {"organisation": organisation(use, language), **use_data(use)}
                    for use in used[identity]
                    if not use.own
                ],
            }
            for identity, found in released.items()
            if any(not use.own for use in used[identity])
        ],
        "address": url_for("usage.usage", form="html", publisher=owner.slug),
    }


def _csv(session: Session, table: Table, language: str) -> str:
    lines = table.organisations()
    ids = list({use.software_id for line in lines for use in line.uses})
    entries = {found.software.id: found for found in catalogue.entries(session, ids)}
    rows = [_heading()]
    for line in lines:
        name = organisation(line.uses[0], language)["name"]["text"]
        above = " / ".join(table.names[one.id] for one in line.path[:-1])
        for use in line.uses:
            owner = table.by_id.get(use.publisher_id) if use.publisher_id else None
            rows.append(
                (name, above, owner.identifier if owner else "", *_row(use, entries[use.software_id], language))
            )
    return spreadsheet(rows)


def _heading() -> Sequence[str]:
    return (
        gettext("Organisation that uses it"),
        gettext("Part of"),
        gettext("Identifier of the publisher"),
        gettext("Software"),
        gettext("Address of the entry"),
        gettext("Repository"),
        gettext("Published by"),
        gettext("State"),
        gettext("Version"),
        gettext("Since"),
        gettext("For what"),
        gettext("Evidence"),
        gettext("Named in the software's file"),
    )


def _row(use: Use, entry: Entry, language: str) -> Sequence[str]:
    """What is said of a use, behind who uses it."""
    named = link(entry, language)
    return (
        named["localised_name"] or named["name"],
        url_for("entry.entry", lang=language, slug=entry.software.slug, form="html", _external=True),
        entry.software.url,
        publisher_name(entry.publisher, language)["text"],
        kind_title(use.kind),
        use.version,
        use.since,
        use.purpose,
        use.evidence,
        gettext("yes") if use.named else gettext("no"),
    )
