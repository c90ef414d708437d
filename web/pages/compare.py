"""Up to four entries side by side; which ones stands in the address, so that it can be sent on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request, url_for
from sqlmodel import Session

from ...registry import catalogue
from ...registry.catalogue import Entry
from ...registry.family import family
from ...registry.search import Request
from ...registry.similar import similar
from ..errors import Problem
from ..translation import gettext
from . import Page, Parts, add_page
from .compare_values import Compared, Row, compared, rows
from .software import LONGEST_QUERY
from .spreadsheet import cell, spreadsheet
from .summary import summary

MOST, MOST_ASKED, _LONGEST_SLUG, _FOUND = 4, 50, 200, 10


@dataclass(frozen=True)
class Chosen:
    """The entries that the address names, in its order, and what is to be said about the names."""

    entries: tuple[Entry, ...]
    remarks: tuple[str, ...]

    @property
    def slugs(self) -> list[str]:
        """The slugs of the entries."""
        return [one.software.slug for one in self.entries]


def blueprint(parts: Parts) -> Blueprint:
    """`/compare` and `/compare.csv`."""
    pages = Blueprint("compare", __name__)

    def compare(language: str) -> Page:
        query = request.args.get("q", "").strip()[:LONGEST_QUERY]
        only = request.args.get("only") == "differences"
        with parts.store.reading() as session:
            chosen = _chosen(session, parts)
            told = compared(session, chosen.entries, parts.settings.license_policy, language)
            to_add = _to_add(session, parts, chosen, query)
            table = rows(told, language)
            data = _data(chosen, table, query, only, to_add, language)
        return Page("compare.html", data, _extra(chosen, told, table, only, query))

    def table(lang: str) -> Response:
        with parts.store.reading() as session:
            chosen = _chosen(session, parts)
            if not chosen.entries:
                raise Problem(404, " ".join(chosen.remarks) or gettext("The address names no software to compare."))
            told = compared(session, chosen.entries, parts.settings.license_policy, lang)
            text = _csv(chosen, rows(told, lang))
        response = Response(text, mimetype="text/csv")
        response.headers["Content-Disposition"] = 'attachment; filename="comparison.csv"'
        return response

    add_page(pages, "/compare", compare)
    pages.add_url_rule("/compare.csv", view_func=table)
    return pages


def _chosen(session: Session, parts: Parts) -> Chosen:
    """The first four entries that the address names; a remark about each name that gives none.

    Raises:
        Problem: 400; there are more names than anybody chooses.

    """
    given = [slug.strip() for slug in request.args.getlist("software") if slug.strip()]
    if len(given) > MOST_ASKED:
        raise Problem(400, gettext("software may stand %(limit)s times at most.", limit=MOST_ASKED))
    found: list[Entry] = []
    remarks: list[str] = []
    left_out: list[str] = []
    for slug in dict.fromkeys(given):
        one = catalogue.entry(session, slug) if len(slug) <= _LONGEST_SLUG else None
        if one is None or one.software.deactivated or not catalogue.is_shown(one, parts.settings.show_only_valid):
            remarks.append(_not_there(slug, one))
        elif len(found) == MOST:
            left_out.append(one.software.name)
        else:
            found.append(one)
    if len(given) > len(set(given)):
        remarks.append(gettext("What was chosen twice is shown once."))
    if left_out:
        remarks.append(
            gettext(
                "At most %(most)s can be compared; left out: %(names)s", most=MOST, names=gettext(", ").join(left_out)
            )
        )
    return Chosen(tuple(found), tuple(remarks))


def _not_there(slug: str, one: Entry | None) -> str:
    if one is None:
        return gettext("No software has the address %(slug)s.", slug=slug[:_LONGEST_SLUG])
    return gettext("%(name)s is no longer shown in the catalogue.", name=one.software.name)


def _to_add(session: Session, parts: Parts, chosen: Chosen, query: str) -> list[Entry]:
    """What a search found to be added; without a search what is similar to the only one chosen."""
    if len(chosen.entries) >= MOST:
        return []
    if query:
        ids = parts.search(Request(query, limit=_FOUND)).ids
        found = list(catalogue.entries(session, ids))
    elif len(chosen.entries) == 1:
        [one] = chosen.entries
        only_valid = parts.settings.show_only_valid
        kin = family(session, one, only_valid).keys
        found = [like.entry for like in similar(session, parts.index, one, family=kin, only_valid=only_valid)]
    else:
        return []
    only_valid, known = parts.settings.show_only_valid, chosen.slugs
    return [one for one in found if catalogue.is_shown(one, only_valid) and one.software.slug not in known]


def _data(
    chosen: Chosen, table: Sequence[Row], query: str, only: bool, to_add: Sequence[Entry], language: str
) -> dict[str, Any]:
    return {
        "software": [summary(one, language) for one in chosen.entries],
        "remarks": list(chosen.remarks),
        "only": "differences" if only else "all",
        "rows": [row.to_json() for row in table if not row.private and (row.differs or not only)],
        "query": query,
        "to_add": [
            {"software": summary(one, language), "address": _address([*chosen.slugs, one.software.slug])}
            for one in to_add
        ],
    }


def _extra(chosen: Chosen, told: Sequence[Compared], table: Sequence[Row], only: bool, query: str) -> dict[str, Any]:
    slugs = chosen.slugs
    return {
        "table": [row for row in table if row.differs or not only],
        "same": sum(not row.differs for row in table),
        "differ": sum(row.differs for row in table),
        "described": [one.described for one in told],
        "without": [_address([other for other in slugs if other != slug]) for slug in slugs],
        "all_rows": _address(slugs),
        "differences": url_for("compare.compare", software=slugs, only="differences"),
        "csv": url_for("compare.table", software=slugs) if slugs else "",
        "room": len(slugs) < MOST,
        "most": MOST,
    }


def _address(slugs: Sequence[str]) -> str:
    return url_for("compare.compare", software=list(slugs))


def _csv(chosen: Chosen, table: Sequence[Row]) -> str:
    """The table for a spreadsheet: one column for each entry, several values of a cell in lines of their own; no contacts."""
    rows = [
        ["", gettext("Differs"), *(one.software.name for one in chosen.entries)],
        ["URL", "", *map(_outside, chosen.slugs)],
    ]
    for row in table:
        if not row.private:
            values = ["\n".join(_text(value.text, value.note) for value in one) for one in row.cells]
            rows.append([row.title, gettext("yes") if row.differs else gettext("no"), *values])
    return spreadsheet(rows, _lines)


def _lines(text: str) -> str:
    """Each line as a cell may hold it, so that none is taken for a formula."""
    return "\n".join(cell(line) for line in text.split("\n"))


def _outside(slug: str) -> str:
    return url_for("entry.entry", slug=slug, _external=True)


def _text(text: str, remark: str) -> str:
    return f"{text} ({remark})" if remark else text
