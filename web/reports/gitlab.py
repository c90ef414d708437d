"""GitLab's code quality report: one list of issues, each with a fingerprint by which GitLab tells new ones from old ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...schemas.finding import Severity
from . import Checked
from .harmless import as_json
from .identity import Fingerprints, path
from .text import with_help

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor"}


def report(checked: Iterable[Checked], language: str, colour: bool) -> Iterator[str]:
    """One indented document, as soon as all files are checked."""
    fingerprints = Fingerprints()
    issues = [
        {
            "description": with_help(finding, language, " – "),
            "check_name": finding.rule,
            "fingerprint": fingerprints.of(one.file, finding),
            "severity": _SEVERITIES[finding.severity],
            "location": {"path": path(one.file), "lines": {"begin": max(1, finding.line)}},
        }
        for one in checked
        for finding in one.assessment.findings
    ]
    yield f"{as_json(issues, indent=2)}\n"
