"""The licence files add nothing to a licence that takes away what it gives.

A sentence beside the text of an open licence, such as “not for commercial purposes” or “for this country alone”, makes
it another licence, which may not be an open one. Several readers then see different licences in one repository.

Warned about where such a sentence stands in a licence file, with its lines. Silent where nobody looked beside the file.

Repair: take the sentence out where it was not meant as a condition. Where it was, the software is under a licence of
its own: write `LicenseRef-` and a name as `legal.license`, and ask whether a catalogue of public code is its place.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..candidate import Candidate
from ..document import Document
from ..finding import Finding, Severity
from .license_agrees import declaration

ID, SEVERITY = "license-restricted", Severity.WARNING


def check(document: Document, candidate: Candidate) -> Iterator[Finding]:
    """One finding where words beside a licence's text restrict what it allows."""
    found, files = declaration(document), candidate.license_files
    if found is None or files is None:
        return
    from ..licensing.objections import restriction

    told = restriction(found.text.strip(), files)
    if told is not None:
        yield found.finding(ID, SEVERITY, *told)
