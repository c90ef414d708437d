"""The licence audit as a workbook: what it is about, the entries, their evidence, findings, and what changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from ...registry.audit.lines import Line
from ...registry.audit.report import Report
from ..pages.audit_changes import all_changes, change_words
from ..pages.audit_forms import change_text, title
from ..pages.audit_table import file_text
from ..pages.audit_values import Teller
from ..translation import gettext
from .xlsx import MOST_ROWS, Book, Column, Sheet


def audit_xlsx(teller: Teller, report: Report, lines: Iterable[Line], most_rows: int = MOST_ROWS) -> bytes:
    """The workbook of a report with these of its lines; the same report gives the same bytes."""
    head = teller.head(report)
    name = f"{gettext('Licence audit')}{gettext(': ')}{title(head['scope'])}"
    at = gettext("as of %(moment)s", moment=f"{_minute(report.at, teller)} ({teller.zone.key})")
    book = Book(teller.language, name, report.at, f"{head['catalogue']} – {at}", most_rows)
    _overview(book, teller, report, head)
    _entries(book, map(teller.line, lines))
    _changes(book, head, all_changes(report.changes, teller))
    return book.content()


def _overview(book: Book, teller: Teller, report: Report, head: Mapping[str, Any]) -> None:
    sheet = book.sheet(gettext("Overview"), (Column(gettext("Field"), 60), Column(gettext("What is known"), 60)))
    method = head["method"]
    sheet.row(gettext("Name of the catalogue"), head["catalogue"])
    sheet.row(gettext("About"), title(head["scope"]))
    sheet.row(gettext("As of"), f"{_minute(report.at, teller)} ({head['time_zone']})")
    if head["provisional"]:
        told = gettext("provisional: this day is not over yet, and what it still brings will be told in its report")
        sheet.row("", told)
    sheet.row(gettext("Changes since"), _minute(report.since, teller) if report.since else "–")
    if method:
        policy = f"{method['policy_title']} ({method['policy']} {method['policy_version']})"
        sheet.row(gettext("Policy"), policy)
    for remark in (*head["remarks"], head["notice"]):
        sheet.row(gettext("Remark"), remark)
    totals = teller.totals(report)
    sheet.part(gettext("Totals"))
    sheet.row(gettext("Entries"), totals["entries"])
    sheet.row(gettext("With findings that are not waived"), totals["with_open_findings"])
    sheet.row(gettext("With waived findings"), totals["with_waivers"])
    sheet.row(gettext("Not compared yet"), totals["entries"] - totals["compared"])
    for heading, rows in (
        (gettext("Declared and found"), totals["verdicts"]),
        (gettext("Besides, for some of them"), totals["further"]),
        (gettext("Families of licences"), totals["families"]),
        (gettext("Licences"), totals["licenses"]),
    ):
        _counted(sheet, heading, ((row["title"], row["entries"]) for row in rows))
    rules = (
        (f"{row['level_title']}: {row['title']} [{row['rule']}]", row["open"]) for row in teller.counted_rules(report)
    )
    _counted(sheet, gettext("What the policy says"), rules)


def _minute(moment: datetime, teller: Teller) -> str:
    return f"{moment.astimezone(teller.zone):%Y-%m-%d %H:%M}"


def _counted(sheet: Sheet, heading: str, rows: Iterable[tuple[str, int]]) -> None:
    for number, (name, count) in enumerate(rows):
        if not number:
            sheet.part(heading)
        sheet.row(name, count)


def _entries(book: Book, lines: Iterator[Mapping[str, Any]]) -> None:
    """Three sheets that are written together, so that no more than one line is held."""
    entries = book.sheet(gettext("Entries"), _entry_columns())
    evidence = book.sheet(gettext("Evidence"), _evidence_columns())
    findings = book.sheet(gettext("Findings"), _finding_columns())
    for line in lines:
        entries.row(*_entry(line))
        evidence.row(*_evidence(line))
        for row in _findings(line):
            findings.row(*row)


def _entry_columns() -> Sequence[Column]:
    return (
        Column(gettext("Name"), 22),
        Column(gettext("Publisher"), 19),
        Column(gettext("Declared"), 14),
        Column(gettext("Concluded"), 14),
        Column(gettext("Verdict"), 20),
        Column(gettext("Further"), 17),
        Column(gettext("Family"), 10),
        Column(gettext("Findings"), 9),
        Column(gettext("Waived findings"), 9),
        Column(gettext("Errors of the file"), 9),
        Column(gettext("Warnings of the file"), 9),
    )


def _evidence_columns() -> Sequence[Column]:
    return (
        Column(gettext("Name"), 18),
        Column(gettext("Repository"), 22),
        Column(gettext("Commit"), 11),
        Column(gettext("Declared"), 13),
        Column(gettext("Found in the licence files"), 42),
        Column(gettext("Detected by the host"), 11),
        Column(gettext("Concluded by"), 10),
        Column(gettext("Reason of the conclusion"), 18),
        Column(gettext("Compared at"), 11),
        Column(gettext("Address of the entry"), 18),
    )


def _finding_columns() -> Sequence[Column]:
    return (
        Column(gettext("Name"), 18),
        Column(gettext("Publisher"), 18),
        Column(gettext("Level"), 7),
        Column(gettext("Rule"), 14),
        Column(gettext("Finding"), 40),
        Column(gettext("What can be done"), 36),
        Column(gettext("Waived until"), 10),
        Column(gettext("Waived by"), 10),
        Column(gettext("Reason of the waiver"), 18),
    )


def _entry(line: Mapping[str, Any]) -> Sequence[str | int]:
    waived = sum("waived_by" in told for told in line["findings"])
    return (
        line["called"]["text"],
        line["publisher"]["name"]["text"],
        line["normalized"] or line["declared"],
        line["concluded_title"],
        line["codes"][0]["title"],
        "\n".join(code["title"] for code in line["codes"][1:]),
        line["family_title"],
        len(line["findings"]) - waived,
        waived,
        line["file"]["errors"],
        line["file"]["warnings"],
    )


def _evidence(line: Mapping[str, Any]) -> Sequence[str]:
    conclusion = line["conclusion"] or {}
    return (
        line["called"]["text"],
        line["repository"],
        line["commit"],
        line["declared"],
        "\n".join(file_text(file) for file in line["found"]),
        line["host"],
        conclusion.get("by", ""),
        conclusion.get("reason", ""),
        (line["compared_at"] or "")[:16].replace("T", " "),
        line["address"],
    )


def _findings(line: Mapping[str, Any]) -> Iterator[Sequence[str]]:
    waivers = {waiver["number"]: waiver for waiver in line["waivers"]}
    for told in line["findings"]:
        waiver = waivers.get(told.get("waived_by"), {})
        yield (
            line["called"]["text"],
            line["publisher"]["name"]["text"],
            told["level_title"],
            told["rule"],
            told["message"],
            told["help"],
            waiver.get("until", ""),
            waiver.get("by", ""),
            f"{waiver['reason_title']} {waiver['remark']}".strip() if waiver else "",
        )


def _changes(book: Book, head: Mapping[str, Any], changes: Mapping[str, Any]) -> None:
    if not head["since"]:
        return
    sheet = book.sheet(gettext("Changes"), (Column(gettext("Change"), 34), Column(gettext("What changed"), 110)))
    if changes["begins"]:
        day = changes["begins"][:10]
        sheet.row("", gettext("The catalogue begins on %(day)s: nothing is known of before.", day=day))
    words = change_words()
    for kind, rows in changes.items():
        for one in rows if kind in words and rows else ():
            sheet.row(words[kind], change_text(kind, one))
