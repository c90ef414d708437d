"""No key stands twice in the same section.

YAML forbids it (1.2.2, section 3.2.1.3), and tools differ in which of the two they read. The finding stands at the
second place; we read the first. The reference validator stops at the first duplicate; we judge the rest of the file
as well.

Repair: keep one of the two, or join their values.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..candidate import Candidate
from ..document import Document
from ..finding import Finding, Severity

ID, SEVERITY = "duplicate-key", Severity.ERROR


def check(document: Document, candidate: Candidate) -> Iterator[Finding]:
    """What was met while the file was read."""
    return (finding for finding in document.findings if finding.rule == ID)
