"""The lines of an audit report as CSV, for a spreadsheet: nothing in it is taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..reports.harmless import harmless
from ..translation import gettext

BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"  # by which Excel knows UTF-8
# Spreadsheets take a cell that begins so for a formula, some of them the full-width signs too, and after blanks.
_FORMULA = "=+-@＝＋－＠\t\r|%"


def table(lines: Iterable[Mapping[str, Any]], as_of: str) -> str:
    """The lines (`Teller.line`) under a heading, one row for each entry; each tells of when it is."""
    written = io.StringIO()
    rows = csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    rows.writerow(_heading())
    rows.writerows([cell(value) for value in (*_row(line), as_of)] for line in lines)
    return BYTE_ORDER_MARK + written.getvalue()


def cell(value: str) -> str:
    """A text as a cell may hold it.

    >>> [cell(text) for text in ("MIT", "=1+1", "  @x")]
    ['MIT', "'=1+1", "'  @x"]
    """
    text = harmless(value)
    return f"'{text}" if text.lstrip().startswith(tuple(_FORMULA)) or value.startswith(("\t", "\r")) else text


def _heading() -> Sequence[str]:
    return (
        gettext("Name"),
        gettext("Address of the entry"),
        gettext("Publisher"),
        gettext("Identifier of the publisher"),
        gettext("Repository"),
        gettext("Commit"),
        gettext("Declared"),
        gettext("Declared, as SPDX writes it"),
        gettext("Found in the licence files"),
        gettext("Detected by the host"),
        gettext("Detected by the host at"),
        gettext("Concluded"),
        gettext("Concluded by"),
        gettext("Reason of the conclusion"),
        gettext("Verdict"),
        gettext("Further"),
        gettext("Compared at"),
        gettext("Family"),
        gettext("Findings"),
        gettext("Waived findings"),
        gettext("Waivers"),
        gettext("Errors of the file"),
        gettext("Warnings of the file"),
        gettext("As of"),
    )


def _row(line: Mapping[str, Any]) -> Sequence[str]:
    conclusion = line["conclusion"] or {}
    findings = line["findings"]
    return (
        line["name"],
        line["address"],
        line["publisher"]["name"]["text"],
        line["publisher"]["identifier"],
        line["repository"],
        line["commit"],
        line["declared"],
        line["normalized"],
        "\n".join(_file(file) for file in line["found"]),
        line["host"],
        line["host_at"] or "",
        line["concluded"],
        conclusion.get("by", ""),
        conclusion.get("reason", ""),
        line["codes"][0]["title"],
        "\n".join(code["title"] for code in line["codes"][1:]),
        line["compared_at"] or "",
        line["family_title"],
        "\n".join(_finding(told) for told in findings if "waived_by" not in told),
        "\n".join(_finding(told) for told in findings if "waived_by" in told),
        "\n".join(_waiver(waiver) for waiver in line["waivers"]),
        str(line["file"]["errors"]),
        str(line["file"]["warnings"]),
    )


def _file(file: Mapping[str, Any]) -> str:
    """One file: what it says, and for each part how that was recognised, how much of the text is there, and where."""
    parts = "; ".join(_part(part) for part in file["parts"])
    remarks = " ".join(remark["title"] for remark in file["remarks"])
    behind = "; ".join(filter(None, (parts, remarks)))
    return f"{file['path']}: {file['concluded']}" + (f" ({behind})" if behind else "")


def _part(part: Mapping[str, Any]) -> str:
    share = f" {part['coverage']:.0%}" if part["coverage"] else ""
    lines = ", ".join(f"{first}–{last}" for first, last in part["lines"])
    place = f", {gettext('lines %(lines)s', lines=lines)}" if lines else ""
    language = f" [{part['language']}]" if part["language"] else ""
    return f"{part['license']}, {part['means_title']}{share}{language}{place}"


def _finding(told: Mapping[str, Any]) -> str:
    return f"{told['level_title']}: {told['message']} [{told['rule']}]"


def _waiver(waiver: Mapping[str, Any]) -> str:
    until = gettext("until %(day)s", day=waiver["until"])
    return f"{waiver['rule']}, {until}, {waiver['by']}: {waiver['reason_title']} {waiver['remark']}".rstrip()
