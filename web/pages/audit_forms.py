"""The forms in which a whole report is handed out: a page to print, a table, JSON, and lines for a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from flask import render_template
from markupsafe import Markup

from ...registry.audit.lines import Line
from ...registry.audit.past import without_collector
from ...registry.audit.report import Report
from ..reports.harmless import as_json, harmless
from ..translation import gettext
from .audit_changes import change_words
from .audit_print import to_print
from .audit_table import table
from .audit_values import Teller
from .print_style import print_style

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


def workbook(teller: Teller, report: Report, lines: Iterable[Line]) -> bytes:
    """A report with these of its lines as XLSX. The same report gives the same bytes."""
    from ..documents.audit import audit_xlsx

    with without_collector():
        return audit_xlsx(teller, report, lines)


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
    told = to_print(teller, report, most or len(report.lines), MOST_NAMED if most else sys.maxsize)
    about = f"{gettext('Licence audit')}{gettext(': ')}{title(told['scope'])}"
    style = "" if most else print_style(told["catalogue"], about)
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
    """What a report's file is called: what it is about, whether all of it, and its day. ASCII, for a header."""
    name = report.scope.name if report.scope.name.isascii() else ""
    day = f"{report.at.astimezone(teller.zone):%Y-%m-%d}"
    return "-".join(filter(None, ("license-audit", name, "part" if report.narrowed else "", day))) + f".{form}"


def title(scope: Mapping[str, Any]) -> str:
    """What a report is about, for people."""
    if scope["software"]:
        return str(scope["software"]["called"]["text"])
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
    for remark in told["remarks"]:
        yield harmless(remark)
    yield ""
    yield f"{totals['entries']:6}  {gettext('Entries')}"
    yield f"{totals['with_open_findings']:6}  {gettext('With findings that are not waived')}"
    yield f"{totals['with_waivers']:6}  {gettext('With waived findings')}"
    for counted in (*totals["verdicts"], *totals["further"]):
        yield f"{counted['entries']:6}  {counted['title']} [{counted['code']}]"
    for rule in told["rules"]:
        yield ""
        yield from _rule(rule)
    yield from _changes(told)
    yield ""
    yield told["notice"]


def _rule(told: Mapping[str, Any]) -> Iterator[str]:
    """A rule of the policy: how many it speaks of, and which; those for which it is waived with by whom and until when."""
    counts = f"{len(told['open'])}"
    if told["waived"]:
        counts += gettext(", ") + gettext("waived: %(count)s", count=len(told["waived"]))
    yield f"{told['level_title']}: {told['title']} [{told['rule']}] ({counts})"
    for one in told["open"]:
        yield harmless(f"        {one['slug']}: {one['message']}")
    for one in told["waived"]:
        yield harmless(f"        {one['slug']}: {one['message']}")
        yield harmless(f"            {gettext('Waived')}: {_waiver(one['waiver'])}")


def _waiver(one: Mapping[str, Any]) -> str:
    number, until = gettext("no. %(number)s", number=one["number"]), gettext("until %(day)s", day=one["until"])
    told = f"{number}, {one['rule']}, {until}, {one['by']} ({one['at'][:10]}): {one['reason_title']} {one['remark']}".rstrip()
    if not one["ended_at"]:
        return told
    return f"{told} – " + gettext("ended on %(day)s by %(name)s", day=one["ended_at"][:10], name=one["ended_by"])


def _conclusion(one: Mapping[str, Any]) -> str:
    number = gettext("no. %(number)s", number=one["number"])
    told = f"{number}, {one['license']}, {one['by']} ({one['at'][:10]}): {one['reason']}"
    if not one["ended_at"]:
        return told
    return f"{told} – {gettext('ended on %(day)s', day=one['ended_at'][:10])}: {one['ended_because']}"


def _changes(told: Mapping[str, Any]) -> Iterator[str]:
    if not told["since"]:
        return
    changes = told["changes"]
    yield ""
    yield f"{gettext('Changed since')}: {told['since']}"
    if changes["begins"]:
        day = changes["begins"][:10]
        yield gettext("The catalogue begins on %(day)s: nothing is known of before.", day=day)
    words = change_words()
    found = {kind: rows for kind, rows in changes.items() if kind in words and rows}
    if not found and not changes["begins"]:
        yield gettext("Nothing changed.")
    for kind, rows in found.items():
        yield f"{len(rows):6}  {words[kind]}"
        for one in rows:
            yield harmless(f"        {change_text(kind, one)}")


def change_text(kind: str, one: Mapping[str, Any]) -> str:
    """One change in a line."""
    if kind == "method":
        return f"{one['title']}: {one['before'] or '–'} → {one['now'] or '–'}"
    if kind in ("waived", "waivers_ended"):
        return f"{one['slug']}: {_waiver(one)}"
    if kind in ("concluded", "conclusions_ended"):
        return f"{one['slug']}: {_conclusion(one)}"
    if kind == "verdicts":
        return f"{one['slug']}: {_said(one['before'])} → {_said(one['now'])}"
    if kind == "moved":
        return f"{one['slug']}: {one['before']['name']['text']} → {one['now']['name']['text']}"
    return f"{one['slug']}: {one['message']}" if "message" in one else str(one["slug"])


def _said(one: Mapping[str, Any]) -> str:
    titles = gettext(", ").join(code["title"] for code in one["codes"])
    return f"{titles} ({one['declared'] or '–'} / {one['concluded_title']})"
