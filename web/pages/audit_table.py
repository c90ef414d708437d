"""The lines of an audit report as CSV, for a spreadsheet: nothing in it is taken for a formula."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..translation import gettext
from .audit_evidence import lines_words
from .spreadsheet import spreadsheet


def table(lines: Iterable[Mapping[str, Any]], as_of: str) -> str:
    """The lines (`Teller.line`) under a heading, one row for each entry; each tells of when it is."""
    return spreadsheet([_heading(), *((*_row(line), as_of) for line in lines)])


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
        line["called"]["text"],
        line["address"],
        line["publisher"]["name"]["text"],
        line["publisher"]["identifier"],
        line["repository"],
        line["commit"],
        line["declared"],
        line["normalized"],
        "\n".join(file_text(file) for file in line["found"]),
        line["host"],
        line["host_at"] or "",
        line["concluded_title"],
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


def file_text(file: Mapping[str, Any]) -> str:
    """One file: what it says, and for each part how that was recognised, how much of the text is there, and where."""
    parts = "; ".join(_part(part) for part in file["parts"])
    remarks = " ".join(remark["title"] for remark in file["remarks"])
    quoted = "; ".join(f"{lines_words([one['lines']], 1)}: “{one['text']}”" for one in file["restrictions"])
    behind = "; ".join(filter(None, (parts, remarks, quoted)))
    return f"{file['path']}: {file['concluded_title']}" + (f" ({behind})" if behind else "")


def _part(part: Mapping[str, Any]) -> str:
    share = f" {part['coverage']:.0%}" if part["coverage"] else ""
    lines = lines_words(part["lines"], len(part["lines"]))
    place = f", {lines}" if lines else ""
    language = f" [{part['language']}]" if part["language"] else ""
    return f"{part['title']}, {part['means_title']}{share}{language}{place}"


def _finding(told: Mapping[str, Any]) -> str:
    return f"{told['level_title']}: {told['message']} [{told['rule']}]"


def _waiver(waiver: Mapping[str, Any]) -> str:
    until = gettext("until %(day)s", day=waiver["until"])
    return f"{waiver['rule']}, {until}, {waiver['by']}: {waiver['reason_title']} {waiver['remark']}".rstrip()
