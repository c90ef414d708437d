"""The part of an audit page that lists entries: filters with their counts, columns to sort by, pages."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from ...registry.audit.report import Report
from ..errors import Problem
from ..language import pick
from ..translation import gettext
from .audit_asked import PAGE, SORTS, Asked
from .audit_values import Teller
from .audit_words import code_words, rule_words
from .license_words import license_title


def page_of_lines(asked: Asked, report: Report, teller: Teller) -> dict[str, Any]:
    """One page of the lines that the filters leave.

    Raises:
        Problem: 404; there is no such page.

    """
    found = asked.lines(report.lines)
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
    owners = {line.entry.publisher.slug: line.entry.publisher for line in report.lines}
    counted = Counter(line.entry.publisher.slug for line in report.lines)
    codes = [*report.verdicts, *report.further]
    named = [
        {"value": slug, "title": pick(owner.names, teller.language, owner.name)["text"], "entries": counted[slug]}
        for slug, owner in owners.items()
    ]
    return {
        "code": [{"value": code, "title": code_words(code)["title"], "entries": count} for code, count in codes],
        "rule": [
            {"value": told.rule, "title": rule_words(told.rule), "entries": len(told.open) + len(told.waived)}
            for told in report.rules
        ],
        "license": [{"value": name, "title": license_title(name), "entries": count} for name, count in report.licenses],
        "publisher": sorted(named, key=lambda one: one["title"]),
        "waived": [
            {"value": "no", "title": gettext("Not waived"), "entries": report.troubled},
            {"value": "yes", "title": gettext("Waived"), "entries": sum(bool(line.waived) for line in report.lines)},
        ],
    }


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
