"""Countries are two-letter codes of ISO 3166-1: intendedAudience.countries and unsupportedCountries.

250 codes pass, XK (Kosovo, in use without being assigned) among them. Codes in lower case pass with a warning of the
rule country-case; mixed case (`Tw`), three letters (`TWN`) and names fail.

Repair: write the code in capitals: TW for Taiwan.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..candidate import Candidate
from ..document import Document
from ..finding import Finding, Severity, message
from ..standard import Format
from ..structure import structure
from ..vocabularies import labels, value_called

ID, SEVERITY = "country-known", Severity.ERROR


def check(document: Document, candidate: Candidate) -> Iterator[Finding]:
    """One finding for each text that is no country code."""
    for found in structure(document).of_format(Format.COUNTRY):
        code = found.text.upper()
        if code not in labels("countries") or found.text not in (code, code.lower()):
            yield found.finding(
                ID,
                SEVERITY,
                message("“{value}” is not a country code of two letters", value=found.shown),
                message("Did you mean {near}?", near=near)
                if (near := value_called("countries", found.text))
                else message("Write the code of ISO 3166-1 in capitals, such as TW, JP or IT."),
            )
