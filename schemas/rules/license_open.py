"""legal.license is an open source licence, made for software.

The standard asks for a licence that lets everybody use, change and pass on the software. Warned about: licences that
neither the Open Source Initiative nor the Free Software Foundation has approved (`CC-BY-NC-4.0`, `BUSL-1.1`), and
licences for texts and data (`CC-BY-4.0`, `OGL-UK-3.0`), which say nothing of source code and patents. Of several licences
to choose from (`OR`) one is enough; of several that bind together (`AND`) those for content may stand beside one for
software.

What has no other id than `LicenseRef-…` is not judged. A warning: the file may be perfectly valid.

Repair: choose a licence from https://opensource.org/licenses for the software, and keep that for content for its
documentation and data.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..candidate import Candidate
from ..document import Document
from ..finding import Finding, Severity
from ..licensing.expression import ExpressionError, parse_expression
from ..vocabularies import licenses
from .license_agrees import declaration

ID, SEVERITY = "license-open", Severity.WARNING


def check(document: Document, candidate: Candidate) -> Iterator[Finding]:
    """One finding where the declared licence is not open, or not for software."""
    found = declaration(document)
    if found is None or _is_plainly_open(found.text):
        return
    from ..licensing.objections import kind

    told = kind(found.text.strip())
    if told is not None:
        yield found.finding(ID, SEVERITY, *told)


def _is_plainly_open(text: str) -> bool:
    """Whether the OSI approves every licence that is named: nearly always, and then nothing has to be loaded."""
    try:
        named = parse_expression(text).licenses
    except ExpressionError:
        return False
    entries = (licenses().get(identifier.lower()) for identifier in named)
    return all(entry is not None and entry[1].get("osi") for entry in entries)
