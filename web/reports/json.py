"""One list for all files: `{"file", "valid", "usable", "findings": […]}` each, as soon as all are checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from . import Checked
from .harmless import as_json


def report(checked: Iterable[Checked], language: str, colour: bool) -> Iterator[str]:
    """One indented document."""
    yield f"{as_json([told(one, language) for one in checked], indent=2)}\n"


def told(checked: Checked, language: str) -> dict[str, Any]:
    """One file as machines read it: both verdicts, and its findings."""
    return {
        "file": checked.file,
        "valid": checked.assessment.valid,
        "usable": checked.assessment.usable,
        "findings": [finding.to_json(language) for finding in checked.assessment.findings],
    }
