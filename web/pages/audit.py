"""The licence audit, read-only: of the whole catalogue, of a publisher, of one entry, as of any day, and the reports of each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, request, url_for
from sqlalchemy import String, cast
from sqlmodel import col, select

from ...registry import catalogue as entries
from ...registry.audit.past import conclusions_at, waivers_at
from ...registry.audit.report import Kind, Report, Scope, ScopeError
from ...registry.models import LicenseVerdictRecord
from ..errors import Problem
from ..translation import gettext
from . import Page, Parts, add_page
from .audit_asked import Asked, current
from .audit_forms import file_name, printed, title, written
from .audit_kept import Busy, Purse, Reports, TooMuch
from .audit_lines import columns, page_of_lines
from .audit_reports import DayError, Days, read_days
from .audit_table import table
from .audit_values import Teller
from .audit_words import code_words
from .entry import living
from .submitted import Limits

_PLACES = {
    "catalogue": "/audit",
    "publisher": "/audit/publishers/<slug:slug>",
    "software": "/software/<slug:slug>/audit",
}
_KINDS = {"html": "text/html", "csv": "text/csv", "json": "application/json"}
_HASH = re.compile("[0-9a-f]{64}")
MOST_PRINTED = 1_000  # entries with their evidence on a page to print
NEAR_PAGES = 4
MOST_CHANGES = 20  # of each kind on a page; the report has them all


def blueprint(parts: Parts, limits: Limits) -> Blueprint:
    """`/audit`, `/audit/publishers/<slug>`, `/software/<slug>/audit`, and below each `/report` and `/report.csv`."""
    pages = Blueprint("audit", __name__)
    maker = _Maker(parts, limits)

    def catalogue(language: str) -> Page:
        return maker.page(Scope(), language)

    def publisher(language: str, slug: str) -> Page:
        return maker.page(_of_publisher(slug), language)

    def software(language: str, slug: str) -> Page:
        return maker.dossier(Scope(Kind.SOFTWARE, slug), language)

    add_page(pages, _PLACES["catalogue"], catalogue)
    add_page(pages, _PLACES["publisher"], publisher)
    add_page(pages, _PLACES["software"], software)
    _add_reports(pages, maker, "catalogue", lambda slug: Scope())
    _add_reports(pages, maker, "publisher", _of_publisher)
    _add_reports(pages, maker, "software", lambda slug: Scope(Kind.SOFTWARE, slug))
    pages.add_url_rule("/software/<slug:slug>/audit/files/<file_hash>", "file", maker.file)
    return pages


def _add_reports(pages: Blueprint, maker: _Maker, name: str, scope: Callable[[str], Scope]) -> None:
    """The whole report in its forms; no page of the catalogue, but one to print."""

    def answer(lang: str, form: str, slug: str = "") -> Response:
        return maker.report(scope(slug), lang, form)

    for form, end in (("html", ""), ("json", ".json"), ("csv", ".csv")):
        rule = f"{_PLACES[name]}/report{end}"
        pages.add_url_rule(rule, f"{name}_report", answer, defaults={"form": form})


def _of_publisher(slug: str) -> Scope:
    return Scope(Kind.PUBLISHER if current().alone else Kind.BELOW, slug)


class _Maker:
    """Makes the pages."""

    def __init__(self, parts: Parts, limits: Limits) -> None:
        self.parts, self.limits = parts, limits
        chosen = parts.settings
        self.reports = Reports(lambda: parts.store, ZoneInfo(chosen.time_zone), chosen.show_only_valid)

    def page(self, scope: Scope, language: str) -> Page:
        """Totals, changes, and a page of lines, by the filters of the address."""
        asked = current()
        report, teller = self._report(scope, asked), self._teller(language, asked)
        data = {
            **teller.head(report),
            "alone": asked.alone,
            "days": dict(asked.days),
            "totals": teller.totals(report),
            "rules": teller.counted_rules(report),
            "changes": teller.counted_changes(report.changes, MOST_CHANGES),
            **page_of_lines(asked, report, teller),
        }
        return Page("audit/overview.html", data, _extra(asked, data))

    def dossier(self, scope: Scope, language: str) -> Page:
        """One entry: its line, and its history until then."""
        asked = current()
        report, teller = self._report(scope, asked), self._teller(language, asked)
        data = {
            **teller.head(report),
            "days": dict(asked.days),
            "entry": teller.line(report.lines[0]),
            "codes": [code_words(code) for code in report.lines[0].codes],
            **self._history(report, teller),
        }
        return Page("audit/entry.html", data, {"asked": asked})

    def report(self, scope: Scope, language: str, form: str) -> Response:
        """A report in one of its forms. The table has the lines that the filters leave; the others are whole."""
        asked = current()
        teller = self._teller(language, asked)
        filters = (tuple(asked.filters.items()), asked.sort) if form == "csv" else ()

        def write(report: Report) -> tuple[str, str]:
            name = file_name(report, teller, form)
            if form == "csv":
                return table(map(teller.line, asked.lines(report.lines)), teller.moment(report.at) or ""), name
            if form == "html":
                return printed(teller, report, MOST_PRINTED, _others(asked)), name
            return written("json", teller, report), name

        of = (form, language, tuple(asked.days.items()), asked.alone, filters)
        with _problems(scope, asked):
            content, name = self.reports.form(scope, self._days(asked), self._purse(), of, write)
        response = Response(content, mimetype=_KINDS[form])
        if form != "html":
            response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    def file(self, lang: str, slug: str, file_hash: str) -> Response:
        """A licence file that some verdict about the entry is about, as plain text, whatever it claims to be.

        Of an entry that left the catalogue the reports of the past tell what its files said; the files are handed out no more.
        """
        with self.parts.store.reading() as session:
            found = living(session, slug)
            seen = select(LicenseVerdictRecord.id).where(
                LicenseVerdictRecord.software_id == found.software.id,
                cast(col(LicenseVerdictRecord.found), String).contains(f'"{file_hash}"', autoescape=True),
            )
            known = _HASH.fullmatch(file_hash) and session.exec(seen.limit(1)).first()
            kept = entries.stored_file(session, file_hash) if known else None
            if kept is None:
                raise Problem(404, gettext("The file itself was not kept."))
            return Response(kept.content, mimetype="text/plain")

    def _teller(self, language: str, asked: Asked) -> Teller:
        return Teller(self.parts.settings, self.reports.zone, language, asked.days, public=True)

    def _report(self, scope: Scope, asked: Asked) -> Report:
        with _problems(scope, asked):
            return self.reports.get(scope, self._days(asked), self._purse())

    def _days(self, asked: Asked) -> Days:
        return read_days(asked.days.get("as-of", ""), asked.days.get("since", ""), self.reports.today)

    def _purse(self) -> Purse:
        return Purse(lambda: self.limits.may_have_made(request), lambda lines: self.limits.made(request, lines))

    def _history(self, report: Report, teller: Teller) -> dict[str, Any]:
        """All verdicts, conclusions and waivers of the entry until then, the newest first."""
        identity = report.lines[0].entry.software_id
        with self.parts.store.reading() as session:
            query = select(LicenseVerdictRecord).where(
                LicenseVerdictRecord.software_id == identity, LicenseVerdictRecord.at <= report.at
            )
            verdicts = sorted(session.exec(query), key=lambda row: row.at, reverse=True)
            conclusions = [teller.conclusion(row) for row in conclusions_at(session, [identity], report.at)]
            waivers = [teller.waiver(row) for row in waivers_at(session, [identity], report.at)]
        return {
            "history": [
                {
                    "at": teller.moment(row.at),
                    "declared": row.declared,
                    "concluded": row.concluded,
                    "host": row.host,
                    "files": [file["path"] for file in row.found],
                    "codes": [{"code": code, "title": code_words(code)["title"]} for code in row.codes],
                }
                for row in verdicts
            ],
            "conclusions": conclusions[::-1],
            "waivers": waivers[::-1],
        }


def _others(asked: Asked) -> dict[str, str]:
    """The addresses of the forms that have all lines."""
    whole = replace(asked, filters={})
    return {form: whole.report(form) for form in ("csv", "json")}


@contextmanager
def _problems(scope: Scope, asked: Asked) -> Iterator[None]:
    """What stands in the way of a report, as the answer that readers get."""
    try:
        yield
    except DayError as error:
        raise Problem(400, _day_text(error)) from error
    except ScopeError as error:
        links = ((gettext("The whole catalogue"), url_for("audit.catalogue", form="html", **asked.days)),)
        text = gettext("The catalogue showed nothing of the address %(slug)s at that time.", slug=scope.name)
        raise Problem(404, text, links) from error
    except TooMuch as error:
        text = gettext("You had very many reports made within a minute. Those that were made already are still shown.")
        raise Problem(429, text) from error
    except Busy as error:
        raise Problem(503, gettext("Several large reports are being made at this moment.")) from error


def _extra(asked: Asked, data: Mapping[str, Any]) -> dict[str, Any]:
    """What the template needs besides: addresses, and pages around the one that is shown."""
    pages = [
        number
        for number in range(1, data["pages"] + 1)
        if abs(number - asked.page) < NEAR_PAGES or number in (1, data["pages"])
    ]
    return {
        "asked": asked,
        "title": title(data["scope"]),
        "columns": columns(asked),
        "page_links": [(number, replace(asked, page=number).address()) for number in pages],
        "previous_page": replace(asked, page=asked.page - 1).address() if asked.page > 1 else "",
        "next_page": replace(asked, page=asked.page + 1).address() if asked.page < data["pages"] else "",
    }


def _day_text(error: DayError) -> str:
    return {
        "form": gettext("%(name)s must be a day, written as YYYY-MM-DD.", name=error.name),
        "future": gettext("%(name)s must not lie in the future.", name=error.name),
        "order": gettext("%(name)s must lie before the day of the report.", name=error.name),
    }[error.reason]
