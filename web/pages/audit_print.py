"""What a report to print shows: everything, or of a large one what an auditor looks at first, and where the rest is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from ...registry.audit.lines import LEVELS, Line
from ...registry.audit.report import Report
from ..translation import gettext
from .audit_values import Teller

T = TypeVar("T")


def to_print(teller: Teller, report: Report, most: int, names: int) -> dict[str, Any]:
    """The values of the page: `most` entries with their evidence, and in each list `names` at most."""
    shown = chosen(report.lines, most)
    head = teller.head(report)
    if len(shown) < len(report.lines):
        head["remarks"].append(_left_out(report, len(shown), names))

    def first(rows: Sequence[T], tell: Callable[[T], dict[str, Any]]) -> dict[str, Any]:
        return {"count": len(rows), "first": [tell(one) for one in rows[:names]]}

    return {
        **head,
        "totals": teller.totals(report),
        "rules": [
            {**rule, "open": first(told.open, teller.spoken), "waived": first(told.waived, teller.spoken)}
            for rule, told in zip(teller.counted_rules(report), report.rules, strict=True)
        ],
        "changes": teller.counted_changes(report.changes, names),
        "entries": [teller.line(line) for line in shown],
        "file_rules": teller.counted_file_rules(report),
        "waivers": first(
            [(line, waiver) for line in report.lines for waiver in line.waivers], lambda one: teller.waiver_of(*one)
        ),
        "conclusions": first([line for line in report.lines if line.entry.conclusion], teller.conclusion_of),
        "codes": teller.codes(report),
    }


def chosen(lines: Sequence[Line], most: int) -> Sequence[Line]:
    """The lines that are shown: all where they are not too many, else those of which a rule speaks, the heaviest first."""
    if len(lines) <= most:
        return lines
    weights = [*LEVELS, ""]
    spoken = sorted((line for line in lines if line.violations), key=lambda line: weights.index(line.level))
    kept = {line.entry.software_id for line in spoken[:most]}
    return [line for line in lines if line.entry.software_id in kept]


def _left_out(report: Report, shown: int, names: int) -> str:
    return gettext(
        "This page shows the evidence of %(shown)s of %(entries)s entries: of those of which a rule speaks (%(spoken)s), the "
        "errors first; and %(names)s names at most in each list. The counts are of all. Every line is in the table (CSV), in the "
        "report as JSON, and in the page that publiccode audit report --format html writes.",
        shown=shown,
        entries=len(report.lines),
        spoken=sum(bool(line.violations) for line in report.lines),
        names=names,
    )
