"""Licences: which ones the entries have, now and over time; and a page for each licence of the SPDX list."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, redirect, request, url_for
from sqlmodel import Session, col, select

from ...registry import catalogue
from ...registry.audit.usage import History, Usage, Use, history, newest_change, usage, users
from ...registry.columns import now
from ...registry.following import NOT_SPDX
from ...registry.models import Publisher
from ...schemas.licensing.descriptions import Description, description
from ...schemas.licensing.families import Family, family, for_content, is_fsf, is_osi
from ...schemas.licensing.successors import successors
from ...schemas.vocabularies import licenses as listed_licenses
from ..errors import Problem
from ..translation import gettext
from . import Page, Parts, add_page, same_page
from .license_policies import rulings
from .license_words import family_meaning, family_title, license_title
from .summary import link, publisher_summary

SORTS = ("declared", "found", "license", "family")
SHOWN = 20  # entries and publishers of a licence on its page
DRAWN = 8  # licences in the picture over time
WIDTH, HEIGHT = 240, 60
_COLUMNS = ("day", "entries", "license", "name", "family", "declared", "found")


def blueprint(parts: Parts) -> Blueprint:
    """`/licenses`, `/licenses.csv` and `/licenses/<id>`."""
    pages = Blueprint("licenses", __name__)
    only_valid, figures = parts.settings.show_only_valid, _Figures(parts)

    def licenses(language: str) -> Page:
        sort, whole = _asked("sort", SORTS), _asked("show", ("used", "all")) == "all"
        counted, told = figures.read()
        return Page("licenses/list.html", _data(counted, told, sort, whole), _extra(counted, told, sort))

    def license(language: str, license_id: str) -> Page | Response:  # noqa: A001  (the endpoint's name)
        identifier = _listed(license_id)
        if identifier != license_id:
            return redirect(same_page(license_id=identifier), 301)  # type: ignore[return-value]
        with parts.store.reading() as session:
            used = _users(session, identifier, only_valid, language)
        policies = rulings(identifier, parts.settings.license_policy, language)
        data = {"license": _license(identifier, language), "policies": policies, **used}
        return Page("licenses/license.html", data)

    def over_time(lang: str) -> Response:
        response = Response(_table(figures.read()[1]), mimetype="text/csv")
        response.headers["Content-Disposition"] = 'attachment; filename="licenses.csv"'
        return response

    add_page(pages, "/licenses", licenses)
    pages.add_url_rule("/licenses.csv", view_func=over_time)
    add_page(pages, "/licenses/<license:license_id>", license)
    return pages


class _Figures:
    """The figures of `/licenses`, counted anew when something changed or a day has passed: for 10,000 entries it takes a while."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.kept: tuple[object, Usage, History] | None = None

    def read(self) -> tuple[Usage, History]:
        """What is in use now, and over time."""
        only_valid, zone = self.parts.settings.show_only_valid, ZoneInfo(self.parts.settings.time_zone)
        moment = now()
        with self.parts.store.reading() as session:
            state = (newest_change(session), moment.astimezone(zone).date())
            kept = self.kept
            if kept is None or kept[0] != state:
                kept = state, usage(session, only_valid), history(session, moment, zone, only_valid)
                self.kept = kept
        return kept[1], kept[2]


def _asked(name: str, allowed: Sequence[str]) -> str:
    """The parameter `name`, else the first that is allowed.

    Raises:
        Problem: 400; it is none of these.

    """
    value = request.args.get(name) or allowed[0]
    if value not in allowed:
        raise Problem(400, gettext("%(name)s must be one of: %(values)s.", name=name, values=", ".join(allowed)))
    return value


def _listed(license_id: str) -> str:
    """The id as the SPDX list spells it.

    Raises:
        Problem: 404; the list does not have it.

    """
    known = listed_licenses().get(license_id.lower())
    if known is None:
        raise Problem(
            404,
            gettext("The SPDX list has no licence %(license)s.", license=license_id),
            links=(
                (gettext("Search for it"), url_for("software.software", q=license_id[:100])),
                (gettext("All licences"), url_for("licenses.licenses")),
            ),
        )
    return known[0]


def _data(counted: Usage, told: History, sort: str, whole: bool) -> dict[str, Any]:
    ids = [identifier for identifier, _ in listed_licenses().values()]
    known = set(ids)
    named = [use for use in counted.uses if use.license in known]
    unused = sorted(known - {use.license for use in named}, key=str.lower) if whole else []
    rows = [_row(use) for use in (*named, *(Use(identifier, 0, 0) for identifier in unused))]
    return {
        "entries": counted.entries,
        "undeclared": counted.undeclared,
        "compared": counted.compared,
        "unknown": counted.unknown,
        "sort": sort,
        "show": "all" if whole else "used",
        "licenses": _sorted(rows, sort),
        "others": [
            {"license": use.license, "declared": use.declared, "found": use.found, "search": _search(use.license)}
            for use in counted.uses
            if use.license not in known
        ],
        "families": [
            {"family": use.license, "title": family_title(use.license), "declared": use.declared, "found": use.found}
            for use in counted.families
        ],
        "over_time": {
            "days": [day.isoformat() for day in told.days],
            "entries": list(told.entries),
            "licenses": [
                {"license": name, "declared": list(told.declared[name]), "found": list(told.found[name])}
                for name in told.declared
            ],
            "csv": url_for("licenses.over_time"),
        },
    }


def _row(use: Use) -> dict[str, Any]:
    kind = family(use.license)
    entry = listed_licenses()[use.license.lower()][1]
    return {
        "license": use.license,
        "title": license_title(use.license),
        "name": entry["name"],
        "address": url_for("licenses.license", license_id=use.license),
        "family": str(kind),
        "family_title": family_title(kind),
        "osi": is_osi(use.license),
        "fsf": is_fsf(use.license),
        "deprecated": bool(entry.get("deprecated")),
        "declared": use.declared,
        "found": use.found,
        "search": _search(use.license),
    }


def _search(license_: str) -> str:
    return url_for("software.software", license=license_)


def _sorted(rows: Iterable[dict[str, Any]], sort: str) -> list[dict[str, Any]]:
    """Counts from the largest on, words from A on; what is equal by its id."""
    families = [str(kind) for kind in Family]
    keys: dict[str, Any] = {
        "declared": lambda row: -row["declared"],
        "found": lambda row: -row["found"],
        "license": lambda row: 0,
        "family": lambda row: families.index(row["family"]),
    }
    return sorted(rows, key=lambda row: (keys[sort](row), row["license"].lower()))


def _extra(counted: Usage, told: History, sort: str) -> dict[str, Any]:
    most = max((max(use.declared, use.found) for use in (*counted.uses, *counted.families)), default=0)
    shown = [use.license for use in counted.uses if use.license != NOT_SPDX][:DRAWN]
    tallest = max((max(told.declared[name]) for name in shown if name in told.declared), default=0)
    return {
        "most": most,
        "sorts": {name: _same_list(sort=name if name != SORTS[0] else "") for name in SORTS},
        "other_list": _same_list(show="all" if request.args.get("show") != "all" else ""),
        "drawn": [
            {"license": name, "counts": told.declared[name], "points": _points(told.declared[name], tallest)}
            for name in shown
            if name in told.declared
        ],
        "days": told.days,
        "width": WIDTH,
        "height": HEIGHT,
        "tallest": tallest,
    }


def _same_list(**changes: str) -> str:
    """The address of `/licenses` with its parameters as they are, but these; an empty one is left out."""
    asked = {name: request.args.get(name, "") for name in ("sort", "show")} | changes
    kept: dict[str, Any] = {name: value for name, value in asked.items() if value}
    return url_for("licenses.licenses", **kept)


def _points(counts: Sequence[int], tallest: int) -> str:
    """The points of an SVG line through the counts, all lines on one scale from nothing to the tallest."""
    if len(counts) < 2 or not tallest:
        return ""
    step = WIDTH / (len(counts) - 1)
    return " ".join(
        f"{number * step:.1f},{HEIGHT - count / tallest * HEIGHT:.1f}" for number, count in enumerate(counts)
    )


def _license(identifier: str, language: str) -> dict[str, Any]:
    entry = listed_licenses()[identifier.lower()][1]
    kind = family(identifier)
    return {
        "id": identifier,
        "name": entry["name"],
        "text": f"https://spdx.org/licenses/{identifier}.html",
        "family": str(kind),
        "family_title": family_title(kind),
        "family_meaning": family_meaning(kind),
        "for_content": for_content(identifier),
        "osi": is_osi(identifier),
        "fsf": is_fsf(identifier),
        "deprecated": bool(entry.get("deprecated")),
        "successors": list(successors(identifier)),
        "description": _described(description(identifier, language)),
    }


def _described(told: Description | None) -> dict[str, Any] | None:
    if told is None:
        return None
    return {
        "summary": told.summary,
        **{
            name: [{"term": term, "text": text} for term, text in terms]
            for name, terms in (("may", told.may), ("must", told.must), ("limits", told.limits))
        },
        "suits": told.suits,
    }


def _users(session: Session, identifier: str, only_valid: bool, language: str) -> dict[str, Any]:
    found = users(session, identifier, only_valid)
    first = found.publishers[:SHOWN]
    owners = {
        owner.id: owner
        for owner in session.exec(select(Publisher).where(col(Publisher.id).in_([identity for identity, _ in first])))
    }
    return {
        "declared": {
            "count": len(found.declared),
            "search": _search(identifier),
            "software": [link(entry, language) for entry in catalogue.entries(session, found.declared[:SHOWN])],
        },
        "found_only": {
            "count": len(found.found_only),
            "software": [
                {**link(entry, language), "declared": entry.shown.license_declared}
                for entry in catalogue.entries(session, found.found_only[:SHOWN])
            ],
        },
        "publishers": {
            "count": len(found.publishers),
            "publishers": [
                {**publisher_summary(owners[identity], language), "software": count} for identity, count in first
            ],
        },
    }


def _table(told: History) -> str:
    """The counts at the end of each period, a licence in each line; with the mark by which spreadsheets know UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    names = sorted(told.declared, key=str.lower)
    for number, day in enumerate(told.days):
        for name in names:
            declared, found = told.declared[name][number], told.found[name][number]
            if declared or found:
                known = listed_licenses().get(name.lower())
                full = known[1]["name"] if known else ""
                writer.writerow([day, told.entries[number], name, full, family(name), declared, found])
    return "\ufeff" + out.getvalue()
