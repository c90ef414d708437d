"""The text of the licence that legal.license names lies beside publiccode.yml.

A declaration alone is a promise; who reuses the software needs the conditions themselves, and most licences ask that
their text goes with every copy. Warned about: no licence file at the root or in `LICENSES`; a file that names a licence
and does not hold its text; a text that breaks off; a file in which no licence was recognised.

Silent where nobody looked beside the file, and for `LicenseRef-…`, whose text is in no list.

Repair: commit the unaltered text as `LICENSE` (the list at https://spdx.org/licenses has them all); what you want to say
besides belongs into another file, such as `README.md`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..candidate import Candidate
from ..document import Document
from ..finding import Finding, Severity
from .license_agrees import declaration

ID, SEVERITY = "license-text-found", Severity.WARNING


def check(document: Document, candidate: Candidate) -> Iterator[Finding]:
    """One finding where the licence's text is not there, or not whole."""
    found, files = declaration(document), candidate.license_files
    if found is None or files is None or "LicenseRef-" in found.text:
        return
    from ..licensing.objections import no_text

    told = no_text(found.text.strip(), files)
    if told is not None:
        yield found.finding(ID, SEVERITY, *told)
