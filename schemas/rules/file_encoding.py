"""The file is UTF-8 text, without a byte order mark and without the character NUL.

The standard: “the file MUST be encoded in UTF-8”. UTF-16, Latin-1, Big5 and other encodings fail, and so does a byte
order mark (BOM), which some editors put before the first key: the reference validator then finds no first key and
says that `publiccodeYmlVersion` is missing. We take the mark away, judge the rest, and name the mark itself. NUL
(also written as the escape `\\0`) cannot be stored by databases and means that something went wrong when the file
was saved.

Repair: save the file as “UTF-8” (not “UTF-8 with BOM”) in the editor.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..candidate import Candidate
from ..document import Document
from ..finding import Finding, Severity

ID, SEVERITY = "file-encoding", Severity.ERROR


def check(document: Document, candidate: Candidate) -> Iterator[Finding]:
    """What was met while the file was read."""
    return (finding for finding in document.findings if finding.rule == ID)
