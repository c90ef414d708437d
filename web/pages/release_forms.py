"""The forms in which readiness and compliance report are handed out: a page to print, JSON, lines for a terminal, OpenDocument."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from flask import render_template

from ...registry.release.facts import ReleaseFacts
from ...registry.settings import Settings
from ..reports.harmless import harmless
from ..saying import catalogue_name
from ..translation import gettext
from .print_style import print_style
from .release_values import compliance_data, readiness_data

MARKS = {"fulfilled": "✓", "not-fulfilled": "✗", "declared": "◇", "unknowable": "?"}
"""Beside the words, never alone."""


def written_readiness(form: str, facts: ReleaseFacts, language: str, settings: Settings) -> str | bytes:
    """The checks as `html` (a file of its own), `json`, `text` or `xlsx`; the same facts give the same bytes."""
    told = readiness_data(facts, language)
    if form == "json":
        return _json(told)
    if form == "html":
        return _page("release/readiness_print.html", told, settings, gettext("Release readiness"))
    if form == "xlsx":
        from ..documents.readiness import readiness_xlsx

        return readiness_xlsx(told, language, catalogue_name(settings))
    return "".join(f"{line}\n" for line in _lines(told, settings))


def written_compliance(form: str, facts: ReleaseFacts, language: str, settings: Settings) -> str | bytes:
    """The compliance report as `html` (a file of its own), `json` or `odt`."""
    told = compliance_data(facts, language)
    if form == "odt":
        from ..documents.compliance import compliance_odt

        return compliance_odt(told, language, catalogue_name(settings))
    if form == "json":
        return _json(told)
    return _page("release/compliance_print.html", told, settings, gettext("Licence compliance report"))


def _json(told: Mapping[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def _page(template: str, told: Mapping[str, Any], settings: Settings, title: str) -> str:
    about = f"{title}{gettext(': ')}{told['subject']['name']}"
    style = print_style(catalogue_name(settings), about)
    return render_template(template, **told, style=style, catalogue=catalogue_name(settings), marks=MARKS) + "\n"


def _lines(told: Mapping[str, Any], settings: Settings) -> Iterator[str]:
    subject, counted = told["subject"], told["counts"]
    yield harmless(f"{catalogue_name(settings)} – {gettext('Release readiness')}: {subject['name']}")
    yield harmless(f"{subject['source_title']}{gettext(', ')}{told['day']}")
    for group in told["groups"]:
        yield ""
        yield group["title"]
        for line in group["lines"]:
            yield harmless(f"  {MARKS[line['state']]} {line['title']}: {line['state_title']} [{line['check']}]")
            yield harmless(f"      {line['reason']}")
            if line["evidence"]:
                yield harmless(f"      {gettext('Evidence')}{gettext(': ')}{line['evidence']}")
            if line["next"]:
                yield harmless(f"      {gettext('Next step:')} {line['next']}")
    yield ""
    yield summary_line(counted)
    yield told["notice"]


def summary_line(counted: Mapping[str, int]) -> str:
    """The counts in one line."""
    return gettext(
        "Of %(lines)s lines %(fulfilled)s are fulfilled, %(open)s not fulfilled, %(declared)s declared by the agency, "
        "%(unknowable)s cannot be known by machine.",
        lines=counted["lines"],
        fulfilled=counted["fulfilled"],
        open=counted["not_fulfilled"],
        declared=counted["declared"],
        unknowable=counted["unknowable"],
    )
