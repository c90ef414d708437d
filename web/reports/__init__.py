"""The answers of the validator for people and machines: one module per format, each with `report`."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from ...schemas.finding import Assessment, Finding

# Name, and what it is for; the module of the same name holds `report`.
REPORTS = {
    "text": "for people: each finding with the line it is about",
    "json": "one list for all files",
    "jsonl": "one object per file, as soon as it is checked",
    "sarif": "SARIF 2.1.0, for code scanning",
    "junit": "JUnit XML, for test reports",
    "github": "workflow commands of GitHub Actions: notes beside the lines of a change",
    "gitlab": "GitLab's code quality report",
}


@dataclass(frozen=True, slots=True)
class Checked:
    """One file that was checked.

    `file` is its name as it was given, or found below a folder that was given; `lines` are those of its text, without
    line ends (empty where it could not be read as text). `follow_ups` are what the reference validator reports besides as
    a consequence of findings that we have; people are not shown them.
    """

    file: str
    assessment: Assessment
    lines: tuple[str, ...] = ()
    follow_ups: tuple[Finding, ...] = ()


class Report(Protocol):
    """What every module of this folder offers under the name `report`."""

    def __call__(self, checked: Iterable[Checked], language: str, colour: bool) -> Iterator[str]:
        """The pieces of the report, to be written one after the other.

        Args:
            checked: the files, in order; read one by one, so that a report that can begins at once.
            language: of the messages (BCP 47).
            colour: whether the reader is a terminal that shows colours.

        """


def reporter(name: str) -> Report:
    """The report of that name; only its module is imported."""
    found: Report = importlib.import_module(f"{__name__}.{name}").report
    return found
