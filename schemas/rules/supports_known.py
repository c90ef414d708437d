"""supports[].id names a law, standard or platform: an alias of the standard, a URL or a URN.

The aliases are alias:gdpr, alias:eidas, alias:nis2, alias:cra, alias:spid, alias:cie, alias:anpr, alias:pagopa,
alias:io (version 0.7, case-sensitive). Anything else needs a URL with a host or a URN.

Repair: use the suggested alias, or the official address of the law or standard.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..addresses import is_uri
from ..candidate import Candidate
from ..document import Document
from ..finding import Finding, Severity, message
from ..standard import Format
from ..structure import structure
from ..vocabularies import labels

ID, SEVERITY = "supports-known", Severity.ERROR


def check(document: Document, candidate: Candidate) -> Iterator[Finding]:
    """One finding for each id that is neither an alias nor a URI."""
    for found in structure(document).of_format(Format.SUPPORTS):
        known = labels("supports-aliases")
        if found.text.startswith("alias:"):
            if found.text.removeprefix("alias:") in known:
                continue
            text = message("there is no alias {value}", value=found.shown)
        elif is_uri(found.text):
            continue
        else:
            text = message("“{value}” is neither an alias nor a web address or URN", value=found.shown)
        help_text = message(
            "Write the official address of the law or standard, or one of: {known}.",
            known=", ".join(f"alias:{alias}" for alias in known),
        )
        yield found.finding(ID, SEVERITY, text, help_text)
