"""The Italian section stands once: IT, not it beside IT.

Repair: remove the section in lower case; the whole section is deprecated since version 0.7.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..candidate import Candidate
from ..document import Document
from ..finding import Finding, Severity, message
from ..structure import structure

ID, SEVERITY = "section-twice", Severity.ERROR


def check(document: Document, candidate: Candidate) -> Iterator[Finding]:
    """One finding where both spellings are there."""
    lower, upper = structure(document).at("it"), structure(document).at("IT")
    if lower is not None and upper is not None:
        yield lower.finding(
            ID,
            SEVERITY,
            message("the section IT already stands in line {line}", line=upper.place[0]),
            message("Remove the section it."),
        )
