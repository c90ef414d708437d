"""Country codes are in capitals.

Codes in lower case are deprecated since version 0.5; a warning.

Repair: write TW instead of tw.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..candidate import Candidate
from ..document import Document
from ..finding import Finding, Severity, message
from ..standard import Format
from ..structure import structure
from ..vocabularies import labels

ID, SEVERITY = "country-case", Severity.WARNING


def check(document: Document, candidate: Candidate) -> Iterator[Finding]:
    """One finding for each country code in lower case."""
    for found in structure(document).of_format(Format.COUNTRY):
        code = found.text.upper()
        if code in labels("countries") and found.text == code.lower():
            yield found.finding(
                ID,
                SEVERITY,
                message("country codes in lower case are deprecated: {value}", value=found.shown),
                message("Write {code}.", code=code),
            )
