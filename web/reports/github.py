"""Workflow commands of GitHub Actions, which put a note beside the line; GitHub shows the first ten of a kind per step.

A step that has no findings prints nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...schemas.finding import Finding
from . import Checked
from .harmless import one_line
from .identity import path
from .text import with_help

# “Data” and “properties” of a command have escapes of their own; the percent sign is one of them.
_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def report(checked: Iterable[Checked], language: str, colour: bool) -> Iterator[str]:
    """One command per finding."""
    for one in checked:
        for finding in one.assessment.findings:
            yield _command(one.file, finding, language)


def _command(file: str, finding: Finding, language: str) -> str:
    properties = {
        "file": one_line(path(file)),
        "line": str(finding.line or ""),
        "col": str((finding.line and finding.column) or ""),
        "title": finding.rule,
    }
    given = ",".join(f"{name}={value.translate(_PROPERTY)}" for name, value in properties.items() if value)
    said = with_help(finding, language, "\n")
    return f"::{finding.severity} {given}::{said.translate(_DATA)}\n"
