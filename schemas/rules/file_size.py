"""The file is at most 1 MiB large.

A publiccode.yml of a real agency has a few kilobytes. The standard sets no limit and neither does the reference
validator; we set one because a catalogue reads files of strangers. A larger file is not read at all.

Repair: keep what the standard asks for; put long texts into the documentation and name it under `documentation`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..candidate import Candidate
from ..document import Document
from ..finding import Finding, Severity

ID, SEVERITY = "file-size", Severity.ERROR


def check(document: Document, candidate: Candidate) -> Iterator[Finding]:
    """What was met while the file was read."""
    return (finding for finding in document.findings if finding.rule == ID)
