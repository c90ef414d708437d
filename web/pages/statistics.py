"""The catalogue in numbers, and each publisher with all below it: over time, as charts, tables and CSV."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, request, url_for
from sqlmodel import Session, select

from ...registry import catalogue
from ...registry.models import Publisher
from ...registry.statistics import SERIES, Statistics, behind, below, reuse, with_finding
from ...schemas.rules.pages import pages as rule_pages
from ..errors import Problem
from ..presenting import say
from ..translation import gettext, number, share
from . import Page, Parts, add_page
from .finding_words import wrong
from .paging import last_page, paging, refuse_behind
from .software import page_number
from .statistics_kept import Figures
from .statistics_values import SHOWN_BARS, Sections, written
from .statistics_words import Names, known
from .summary import iso, link, publisher_summary
from .to_mend import named, to_mend, without_file
from .without_file import publisher_at

PAGE = 50  # entries of a finding on a page
ALL = "all"


def blueprint(parts: Parts) -> Blueprint:
    """`/statistics` and `/publishers/<slug>/statistics`; below each the series as CSV and the entries of each rule."""
    pages = Blueprint("statistics", __name__)
    maker = _Maker(parts)

    def statistics(language: str) -> Page:
        return maker.page(language)

    def publisher_statistics(language: str, slug: str) -> Page:
        return maker.page(language, slug)

    def finding(language: str, rule_id: str) -> Page:
        return maker.finding(language, rule_id)

    def publisher_finding(language: str, slug: str, rule_id: str) -> Page:
        return maker.finding(language, rule_id, slug)

    def table(lang: str, series: str, slug: str = "") -> Response:
        return maker.table(lang, series, slug)

    add_page(pages, "/statistics", statistics)
    add_page(pages, "/publishers/<slug:slug>/statistics", publisher_statistics)
    add_page(pages, "/statistics/findings/<slug:rule_id>", finding)
    add_page(pages, "/publishers/<slug:slug>/statistics/findings/<slug:rule_id>", publisher_finding)
    pages.add_url_rule("/statistics/<slug:series>.csv", "table", table)
    pages.add_url_rule("/publishers/<slug:slug>/statistics/<slug:series>.csv", "publisher_table", table)
    return pages


@dataclass(frozen=True, slots=True)
class _Scope:
    """What a page is about: the whole catalogue, or a publisher; `owners` are it and all below it."""

    publisher: Publisher | None
    owners: frozenset[UUID] | None

    @property
    def slug(self) -> str:
        return self.publisher.slug if self.publisher else ""


class _Maker:
    """Makes the pages."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.only_valid = parts.settings.show_only_valid
        self.figures = Figures(lambda: parts.store, ZoneInfo(parts.settings.time_zone), self.only_valid)

    def page(self, language: str, slug: str = "") -> Page:
        """All sections; before them the facts, and what is to mend."""
        with self.parts.store.reading() as session:
            scope = _scope(session, slug)
            return self.figures.page(
                session, scope.owners, language, lambda told: self._made(session, told, scope, language)
            )

    def _made(self, session: Session, told: Statistics, scope: _Scope, language: str) -> Page:
        whole = self.figures.counted(session) if scope.publisher else None
        names = _names(session, told, language)
        built_on = reuse(session, scope.owners, self.only_valid)
        sections = Sections(told, names, scope.slug, self.only_valid)
        listed = sections.all()
        faults = [*to_mend(listed), *without_file(session, told, scope.publisher)]
        if scope.publisher:  # who answers for few entries asks which
            behind_them = behind(self.figures.timeline(session), scope.owners, self.only_valid)
            faults = named(session, faults, behind_them, language)
        data = {
            **_head(told, scope, language),
            "time_zone": self.parts.settings.time_zone,
            "entries": told.entries,
            "valid": told.last("validity", "valid"),
            "publishers": sum(counts[-1] > 0 for counts in told.series["publishers"].values()),
            "without_file": told.last("without-file", "repositories"),
            "activity_median": told.medians[-1] if told.medians else None,
            "built_on": {"variants": built_on.variants, "taken": built_on.taken},
            "days": [day.isoformat() for day in told.days],
            "to_mend": faults,
            "sections": listed,
            "csv": sections.csv(ALL),
        }
        extra = {
            "comparison": _comparison(told, whole) if whole else "",
            "drawn": {one["id"]: sections.drawn(one) for one in listed},
            "invalid_address": url_for("software.software", validity="invalid", publisher=scope.slug or None)
            if told.last("validity", "invalid")
            else "",
            "share": share(told.last("validity", "valid"), told.entries),
            "shown_bars": SHOWN_BARS,
            "known": known,
            "number": number,
            "has_below": scope.owners is not None and len(scope.owners) > 1,
            "catalogue_address": url_for("statistics.statistics", form="html"),
        }
        return Page("statistics.html", data, extra)

    def finding(self, language: str, rule_id: str, slug: str = "") -> Page:
        """The entries that a rule speaks of today, by name, with what it says."""
        page = page_number(request.args)
        rule = next((one for one in rule_pages(language) if one.id == rule_id), None)
        with self.parts.store.reading() as session:
            scope = _scope(session, slug)
            told = self.figures.timeline(session)
            ids = with_finding(session, told, rule_id, scope.owners, self.only_valid)
            if rule is None and not ids:
                raise Problem(404, gettext("There is no rule %(rule)s.", rule=rule_id))
            head = _head(self.figures.counted(session, scope.owners), scope, language)
            entries = list(catalogue.entries(session, ids[(page - 1) * PAGE : page * PAGE]))
        pages = last_page(len(ids), PAGE)

        def at(number: int) -> str:
            return f"{request.path}?page={number}"

        refuse_behind(page, pages, at)
        data = {
            **head,
            "rule": rule_id,
            "title": wrong(rule_id),
            "rule_title": rule.title if rule else rule_id,
            "severity": str(rule.severity) if rule else "",
            "total": len(ids),
            "page": page,
            "pages": pages,
            "next": at(page + 1) if page < pages else None,
            "software": [_found(entry, rule_id, language) for entry in entries],
        }
        extra = {
            "rule_page": url_for("rules.rule", rule_id=rule_id) if rule else "",
            "back": url_for("statistics.publisher_statistics", slug=slug, form="html")
            if slug
            else url_for("statistics.statistics", form="html"),
            **paging(page, pages, at),
        }
        return Page("statistics_finding.html", data, extra)

    def table(self, language: str, series: str, slug: str) -> Response:
        """One series as CSV, or `all`."""
        if series not in (*SERIES, ALL):
            raise Problem(404, gettext("There are no figures of this name."))
        with self.parts.store.reading() as session:
            scope = _scope(session, slug)
            told = self.figures.counted(session, scope.owners)
            names = _names(session, told, language)
        owner = scope.publisher
        of = (str(publisher_summary(owner, language)["name"]["text"]), owner.identifier) if owner else ("", "")
        as_of = told.at.astimezone(self.figures.zone).isoformat(timespec="seconds")
        content = written(told, names, SERIES if series == ALL else (series,), of, as_of)
        response = Response(content, mimetype="text/csv")
        day = f"{told.at.astimezone(self.figures.zone):%Y-%m-%d}"
        name = "-".join(filter(None, ("statistics", slug if slug.isascii() else "", series, day)))
        response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
        return response


def _scope(session: Session, slug: str) -> _Scope:
    if not slug:
        return _Scope(None, None)
    publisher = publisher_at(session, slug)
    return _Scope(publisher, below(session, publisher))


def _names(session: Session, told: Statistics, language: str) -> Names:
    counted = told.series["publishers"]
    owners = {one.id.hex: one for one in session.exec(select(Publisher)) if one.id.hex in counted}
    return Names(language, owners)


def _head(told: Statistics, scope: _Scope, language: str) -> dict[str, Any]:
    """What a page is about, and of when."""
    publisher = (
        {**publisher_summary(scope.publisher, language), "identifier": scope.publisher.identifier}
        if scope.publisher
        else None
    )
    return {"publisher": publisher, "as_of": iso(told.at), "sequence": told.sequence}


def _comparison(told: Statistics, whole: Statistics) -> str:
    """A publisher beside the whole catalogue, in a sentence."""
    return gettext(
        "Files without errors: %(share)s, in the whole catalogue %(all_share)s; median of the activity index: %(median)s, in the "
        "whole catalogue %(all_median)s.",
        share=share(told.last("validity", "valid"), told.entries),
        all_share=share(whole.last("validity", "valid"), whole.entries),
        median=known(told.medians[-1] if told.medians else None),
        all_median=known(whole.medians[-1] if whole.medians else None),
    )


def _found(entry: catalogue.Entry, rule: str, language: str) -> dict[str, Any]:
    """An entry with what a rule says of its newest file."""
    return {
        **link(entry, language),
        "publisher": publisher_summary(entry.publisher, language),
        "findings": [
            {"key": one.key, "line": one.line, "message": say(one.message)}
            for one in entry.findings
            if one.rule == rule
        ],
    }
