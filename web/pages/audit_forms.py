"""The forms in which a whole report is handed out: a page to print, a table, JSON, and lines for a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from flask import current_app, render_template
from markupsafe import Markup

from ...registry.audit.past import without_collector
from ...registry.audit.report import Report
from ..reports.harmless import as_json, harmless
from ..translation import gettext
from .audit_print import to_print
from .audit_table import table
from .audit_values import Teller

STYLE = "audit-print.css"
MOST_NAMED = 500  # entries of a rule or of a kind of change on a page of the web


def written(form: str, teller: Teller, report: Report) -> str:
    """A report as `html` (a file of its own), `csv`, `json` or `text`. The same report gives the same bytes."""
    with without_collector():
        if form == "csv":
            return table(map(teller.line, report.lines), teller.moment(report.at) or "")
        if form == "html":
            return printed(teller, report)
        told = teller.whole(report)
        return _json(told) if form == "json" else "".join(f"{line}\n" for line in _lines(told))


def _json(told: Mapping[str, Any]) -> str:
    """One line for each entry, so that two reports can be compared by lines."""
    parts = []
    for key, value in told.items():
        many = isinstance(value, list) and value
        text = "[\n    " + ",\n    ".join(map(as_json, value)) + "\n  ]" if many else as_json(value)
        parts.append(f"  {as_json(key)}: {text}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def printed(teller: Teller, report: Report, most: int = 0, forms: Mapping[str, str] | None = None) -> str:
    """The page to print.

    `most`: a page for readers of the web, with the evidence of so many entries at most; `forms` are the addresses of the others.
    Without it, a file of its own with everything, which brings its style with it.
    """
    style = "" if most else (Path(str(current_app.static_folder)) / STYLE).read_text("utf-8")
    told = to_print(teller, report, most or len(report.lines), MOST_NAMED if most else sys.maxsize)
    # The template's own words are the same for each of thousands of entries.
    words = Words()
    page = render_template(
        "audit/report.html", **told, style=style, alone=not most, forms=forms or {}, _=words, gettext=words
    )
    return page + ("" if most else "\n")


class Words:
    """What templates call `_`, which asks for each text once."""

    def __init__(self) -> None:
        self._said: dict[str, Markup] = {}

    def __call__(self, text: str, **values: object) -> Markup:
        """The text in the language of the request, with values as they may stand in HTML."""
        said = self._said.get(text)
        if said is None:
            said = self._said[text] = Markup(gettext(text))  # noqa: S704  (ours)
        return said % values if values or "%" in said else said


def file_name(report: Report, teller: Teller, form: str) -> str:
    """What a report's file is called: what it is about, and its day. ASCII, for a header."""
    name = report.scope.name if report.scope.name.isascii() else ""
    day = f"{report.at.astimezone(teller.zone):%Y-%m-%d}"
    return "-".join(filter(None, ("license-audit", name, day))) + f".{form}"


def title(scope: Mapping[str, Any]) -> str:
    """What a report is about, for people."""
    if scope["software"]:
        return str(scope["software"]["name"])
    if not scope["publisher"]:
        return gettext("The whole catalogue")
    name = str(scope["publisher"]["name"]["text"])
    return gettext("%(name)s, with all bodies below it", name=name) if scope["kind"].endswith("below") else name


def _lines(told: Mapping[str, Any]) -> Iterator[str]:
    totals, method = told["totals"], told["method"]
    yield harmless(f"{told['catalogue']} – {gettext('Licence audit')}: {title(told['scope'])}")
    yield f"{gettext('As of')}: {told['as_of']} ({told['time_zone']})"
    if told["provisional"]:
        yield gettext("provisional: this day is not over yet, and what it still brings will be told in its report")
    if method:
        yield harmless(f"{gettext('Policy')}: {method['policy']} {method['policy_version']}".rstrip())
    yield ""
    yield f"{totals['entries']:6}  {gettext('Entries')}"
    yield f"{totals['with_open_findings']:6}  {gettext('With findings that are not waived')}"
    for counted in (*totals["verdicts"], *totals["further"]):
        yield f"{counted['entries']:6}  {counted['title']} [{counted['code']}]"
    for rule in told["rules"]:
        yield ""
        yield f"{rule['level_title']}: {rule['title']} [{rule['rule']}] ({len(rule['open'])})"
        for one in rule["open"]:
            yield harmless(f"        {one['slug']}: {one['message']}")
    yield from _changes(told)
    yield ""
    yield told["notice"]


def _changes(told: Mapping[str, Any]) -> Iterator[str]:
    changes = told["changes"]
    if told["since"]:
        yield ""
        yield f"{gettext('Changed since')}: {told['since']}"
        counted = (
            (gettext("Entries added"), "added"),
            (gettext("Entries removed"), "removed"),
            (gettext("New findings"), "new"),
            (gettext("Resolved findings"), "resolved"),
            (gettext("Other verdicts"), "verdicts"),
        )
        for name, key in counted:
            yield f"{len(changes[key]):6}  {name}"
