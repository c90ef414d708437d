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
from ...registry.audit.past import end_of_day
from ...registry.audit.report import Kind, Report, Scope, ScopeError
from ...registry.models import LicenseVerdictRecord
from ..documents.xlsx import MIMETYPE
from ..errors import Problem
from ..translation import gettext
from . import Page, Parts, add_page
from .audit_absent import Absent, absent
from .audit_asked import Asked, current, narrowed
from .audit_evidence import reader
from .audit_forms import file_name, printed, title, workbook, written
from .audit_history import history
from .audit_kept import Busy, Purse, Reports, TooMuch
from .audit_lines import columns, page_of_lines
from .audit_reports import DayError, Days, read_days
from .audit_table import table
from .audit_values import Teller
from .entry import living
from .entry_license import numbered
from .submitted import Limits

_PLACES = {
    "catalogue": "/audit",
    "publisher": "/audit/publishers/<slug:slug>",
    "software": "/software/<slug:slug>/audit",
}
_KINDS = {"html": "text/html", "csv": "text/csv", "json": "application/json", "xlsx": MIMETYPE}
_HASH = re.compile("[0-9a-f]{64}")
MOST_PRINTED = 1_000  # entries with their evidence on a page to print
NEAR_PAGES = 4
WORKBOOK_COST = 4  # a line of a workbook takes as long as so many of the other forms
MOST_CHANGES = 20  # of each kind on a page; the report has them all


def blueprint(parts: Parts, limits: Limits) -> Blueprint:
    """`/audit`, `/audit/publishers/<slug>`, `/software/<slug>/audit`, and below each `/report` with its other forms."""
    pages = Blueprint("audit", __name__)
    maker = _Maker(parts, limits)

    def catalogue(language: str) -> Page:
        return maker.page(Scope(), language)

    def publisher(language: str, slug: str) -> Page:
        return maker.unless_absent(maker.page, _of_publisher(slug), language)

    def software(language: str, slug: str) -> Page:
        return maker.unless_absent(maker.dossier, Scope(Kind.SOFTWARE, slug), language)

    add_page(pages, _PLACES["catalogue"], catalogue)
    add_page(pages, _PLACES["publisher"], publisher)
    add_page(pages, _PLACES["software"], software)
    _add_reports(pages, maker, "catalogue", lambda slug: Scope())
    _add_reports(pages, maker, "publisher", _of_publisher)
    _add_reports(pages, maker, "software", lambda slug: Scope(Kind.SOFTWARE, slug))
    pages.add_url_rule("/software/<slug:slug>/audit/files/<file_hash>", "file", maker.file)
    add_page(pages, "/software/<slug:slug>/audit/lines/<slug:file_hash>", maker.lines)
    return pages


def _add_reports(pages: Blueprint, maker: _Maker, name: str, scope: Callable[[str], Scope]) -> None:
    """The whole report in its forms; no page of the catalogue, but one to print."""

    def answer(lang: str, form: str, slug: str = "") -> Response:
        return maker.report(scope(slug), lang, form)

    for form, end in (("html", ""), ("json", ".json"), ("csv", ".csv"), ("xlsx", ".xlsx")):
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

    def unless_absent(self, make: Callable[[Scope, str], Page], scope: Scope, language: str) -> Page:
        """The page, or of a day before its entry or publisher came one that says so, with the form for other days."""
        asked = current()
        try:
            return make(scope, language)
        except Problem as error:
            found = self._absent(scope, asked, language) if isinstance(error.__cause__, ScopeError) else None
            if found is None:
                raise
        if request.path.endswith(".json"):
            raise Problem(404, found.text)
        data = {"scope": {"kind": str(scope.kind)}, "days": dict(asked.days), "name": found.name, "text": found.text}
        return Page("audit/absent.html", data, {"asked": asked}, 404)

    def _absent(self, scope: Scope, asked: Asked, language: str) -> Absent | None:
        as_of = self._days(asked).as_of
        if as_of is None:
            return None
        with self.parts.store.reading() as session:
            return absent(session, scope, end_of_day(as_of, self.reports.zone), self.reports.zone, language)

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
            "publishers": teller.owners(report),
            "changes": teller.counted_changes(report.changes, MOST_CHANGES),
            **page_of_lines(asked, report, teller),
        }
        return Page("audit/overview.html", data, _extra(asked, data))

    def dossier(self, scope: Scope, language: str) -> Page:
        """One entry: its line, and its history until then."""
        asked = current()
        report, teller = self._report(scope, asked), self._teller(language, asked)
        with self.parts.store.reading() as session:
            past = history(session, report, teller)
        data = {
            **teller.head(report),
            "days": dict(asked.days),
            "entry": teller.line(report.lines[0]),
            "codes": teller.sentences.meanings(report.lines[0]),
            **past,
        }
        return Page("audit/entry.html", data, {"asked": asked})

    def report(self, scope: Scope, language: str, form: str) -> Response:
        """A report in one of its forms, of the entries that the filters leave."""
        asked = current()
        site = request.host_url.rstrip("/")  # a file is read elsewhere, so its links are whole
        teller = replace(self._teller(language, asked), site=site)
        filters = (tuple(asked.filters.items()), asked.sort if form in ("csv", "xlsx") else "")

        def write(whole: Report) -> tuple[str | bytes, str]:
            report = narrowed(whole, asked.filters)
            name = file_name(report, teller, form)
            if form == "csv":
                return table(map(teller.line, asked.lines(whole)), teller.moment(report.at) or ""), name
            if form == "xlsx":
                return workbook(teller, report, asked.lines(whole)), name
            if form == "html":
                return printed(teller, report, MOST_PRINTED, _others(asked)), name
            return written("json", teller, report), name

        of = (form, language, site, tuple(asked.days.items()), asked.alone, filters)
        with _problems(scope, asked):
            content, name = self.reports.form(
                scope, self._days(asked), self._purse(), of, write, WORKBOOK_COST if form == "xlsx" else 1
            )
        response = Response(content, mimetype=_KINDS[form])
        if form != "html":
            response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    def file(self, lang: str, slug: str, file_hash: str) -> Response:
        """A licence file that some verdict about the entry is about, as plain text, whatever it claims to be.

        Of an entry that left the catalogue the reports of the past tell what its files said; the files are handed out no more.
        """
        return Response(self._stored(slug, file_hash)[2], mimetype="text/plain")

    def lines(self, language: str, slug: str, file_hash: str) -> Page:
        """The same with the numbers of its lines, for links from the evidence."""
        name, path, content = self._stored(slug, file_hash)
        text, cut = numbered(content)
        of_entry = {"slug": slug, "name": name, "address": url_for("audit.software", slug=slug, form="html")}
        data = {"software": of_entry, "path": path, "hash": file_hash, "lines": text, "cut": cut}
        return Page("license_lines.html", data, {"raw": url_for("audit.file", slug=slug, file_hash=file_hash)})

    def _stored(self, slug: str, file_hash: str) -> tuple[str, str, bytes]:
        """The entry's name, and path and content of a licence file that some verdict about it is about.

        Raises:
            Problem: 404 or 410; there is none, it was not kept, or the entry left the catalogue.

        """
        with self.parts.store.reading() as session:
            found = living(session, slug)
            seen = select(LicenseVerdictRecord.found).where(
                LicenseVerdictRecord.software_id == found.software.id,
                cast(col(LicenseVerdictRecord.found), String).contains(f'"{file_hash}"', autoescape=True),
            )
            files = (_HASH.fullmatch(file_hash) and session.exec(seen.limit(1)).first()) or ()
            path = next((str(file["path"]) for file in files if file["hash"] == file_hash), "")
            kept = entries.stored_file(session, file_hash) if path else None
            if kept is None:
                raise Problem(404, gettext("The file itself was not kept."))
            return found.software.name, path, kept.content

    def _teller(self, language: str, asked: Asked) -> Teller:
        return Teller(
            self.parts.settings,
            self.reports.zone,
            language,
            asked.days,
            public=True,
            read=reader(lambda: self.parts.store),
        )

    def _report(self, scope: Scope, asked: Asked) -> Report:
        with _problems(scope, asked):
            return self.reports.get(scope, self._days(asked), self._purse())

    def _days(self, asked: Asked) -> Days:
        return read_days(asked.days.get("as-of", ""), asked.days.get("since", ""), self.reports.today)

    def _purse(self) -> Purse:
        return Purse(lambda: self.limits.may_have_made(request), lambda lines: self.limits.made(request, lines))


def _others(asked: Asked) -> dict[str, str]:
    """The addresses of the forms that have all lines."""
    return {form: asked.report(form) for form in ("csv", "xlsx", "json")}


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
        "far": gettext("%(name)s is too far ahead.", name=error.name),
        "future": gettext("%(name)s must not lie in the future.", name=error.name),
        "order": gettext("%(name)s must lie before the day of the report.", name=error.name),
    }[error.reason]
