"""inputTypes and outputTypes hold media types by RFC 6838: `type/subtype`.

Both keys are deprecated since 0.3 (rule key-deprecated), but what stands there must still be right.

Repair: write text/plain, application/json and the like, or remove the key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..candidate import Candidate
from ..document import Document
from ..finding import Finding, Severity, message
from ..standard import Format
from ..structure import structure

ID, SEVERITY = "media-type", Severity.ERROR
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}\Z")


def check(document: Document, candidate: Candidate) -> Iterator[Finding]:
    """One finding for each text that is no media type."""
    for found in structure(document).of_format(Format.MEDIA_TYPE):
        if not _MEDIA_TYPE.match(found.text):
            yield found.finding(
                ID,
                SEVERITY,
                message("“{value}” is not a media type", value=found.shown),
                message("Write a media type such as text/plain, or remove the key, which is deprecated."),
            )
