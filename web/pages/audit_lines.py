"""The part of an audit page that lists entries: filters with their counts, columns to sort by, pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from ...registry.audit.lines import Line
from ...registry.audit.report import Report
from ..errors import Problem
from ..translation import gettext
from .audit_asked import FINDINGS, PAGE, SORTS, WAIVED, Asked, concluded_in, licenses_in
from .audit_filters import filter_told
from .audit_values import Teller

_LONGEST_CHOICE = 60  # characters of a declaration that can be chosen


def page_of_lines(asked: Asked, report: Report, teller: Teller) -> dict[str, Any]:
    """One page of the lines that the filters leave.

    Raises:
        Problem: 404; there is no such page.

    """
    found = asked.lines(report)
    last = max(1, -(-len(found) // PAGE))
    if asked.page > last:
        lead = (gettext("Last page"), replace(asked, page=last).address())
        raise Problem(404, gettext("This list has %(last)s pages.", last=last), links=(lead,))
    start = (asked.page - 1) * PAGE
    return {
        "filters": dict(asked.filters),
        "sort": asked.sort,
        "page": asked.page,
        "pages": last,
        "total": len(found),
        "next": replace(asked, page=asked.page + 1).address("json") if asked.page < last else None,
        "choices": _choices(report, teller),
        "entries": [teller.line(line) for line in found[start : start + PAGE]],
    }


def _choices(report: Report, teller: Teller) -> dict[str, list[dict[str, Any]]]:
    """What can be filtered by, with the number of entries of the whole report."""
    counts = {
        "code": report.verdicts,
        "besides": report.further,
        "rule": [(told.rule, len(told.open) + len(told.waived)) for told in report.rules],
        "declared": _counted(_declared(line) for line in report.lines),
        "concluded": _counted(_concluded(line) for line in report.lines),
        "publisher": [(one.publisher.slug, one.entries) for one in report.owners],
        "only": [(FINDINGS, report.troubled), (WAIVED, sum(bool(line.waived) for line in report.lines))],
    }
    depths = {one.publisher.slug: one.depth for one in report.owners}
    return {
        name: [
            {
                "value": value,
                "title": filter_told(teller, report, name, value)["value_title"],
                "entries": count,
                **({"depth": depths[value]} if name == "publisher" else {}),
            }
            for value, count in counted
        ]
        for name, counted in counts.items()
    }


def _counted(found: Iterable[Iterable[str]]) -> list[tuple[str, int]]:
    """How many entries have each of the values, the most frequent first."""
    counts = Counter(value for values in found for value in values)
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def _declared(line: Line) -> Iterable[str]:
    """The licences in what is declared; what stands there where it is no expression, unless it is a whole text."""
    verdict = line.entry.verdict
    if verdict is None:
        return ()
    said = licenses_in(verdict.normalized) or (verdict.declared,)
    return {value for value in said if 0 < len(value) <= _LONGEST_CHOICE}


def _concluded(line: Line) -> Iterable[str]:
    """The licences in what was concluded, of an expression not the whole of it."""
    found = concluded_in(line)
    return found - {line.license} if len(found) > 1 else found


def columns(asked: Asked) -> list[dict[str, str]]:
    """The columns of the list: their titles, and where each leads that sorts by it; a second time the other way round."""
    titles = {
        "name": gettext("Entry"),
        "publisher": gettext("Publisher"),
        "declared": gettext("Declared"),
        "concluded": gettext("Concluded"),
        "verdict": gettext("Verdict"),
        "findings": gettext("Findings"),
    }
    return [
        {
            "name": name,
            "title": titles[name],
            "address": asked.sorted_by(f"-{name}" if asked.sort == name else name).address(),
            "sorted": {name: "ascending", f"-{name}": "descending"}.get(asked.sort, ""),
        }
        for name in SORTS
    ]
