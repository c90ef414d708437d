"""shortDescription is one line.

The standard asks for a “single line, single sentence”; the reference does not check it. Lists of catalogues show the
text in one line, and a paragraph break in it is lost or breaks the list. The line break that a block with `>` or `|`
keeps at its end does not count.

Repair: write the text in one line, or fold it with `>-` without an empty line in it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..candidate import Candidate
from ..document import Document
from ..finding import Finding, Severity, message
from ..structure import structure

ID, SEVERITY = "text-single-line", Severity.WARNING


def check(document: Document, candidate: Candidate) -> Iterator[Finding]:
    """One finding for each short description of several lines."""
    for found in structure(document).all_at("description.*.shortDescription"):
        if "\n" in found.text.strip():
            yield found.finding(
                ID,
                SEVERITY,
                message("shortDescription has several lines; the standard asks for one"),
                message("Write one sentence in one line; details belong in longDescription."),
            )
