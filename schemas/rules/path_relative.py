"""Files of the repository are named by relative paths: logo, monochromeLogo, screenshots, authorsFile.

Passes: `docs/logo.svg`, or a whole web address. Fails: a path that begins with `/`, and `file:`. The standard says
that the file “must reside inside the same repository”; a leading `/` means another place on every computer and host.

Whether the file exists and is an image is looked up by commands that have the repository at hand, not here.

Repair: write the path from the folder of publiccode.yml, without a leading slash.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..candidate import Candidate
from ..document import Document
from ..finding import Finding, Severity, message
from ..standard import Format, structure

ID, SEVERITY = "path-relative", Severity.ERROR


def check(document: Document, candidate: Candidate) -> Iterator[Finding]:
    """One finding for each path that is absolute."""
    for found in structure(document).of_format(Format.PATH):
        if found.text.startswith("/"):
            text = message("“{value}” is an absolute path", value=found.shown)
        elif found.text[:5].lower() == "file:":
            text = message("“{value}” is an address on one computer only", value=found.shown)
        else:
            continue
        yield found.finding(
            ID,
            SEVERITY,
            text,
            message("Write the path from the folder of publiccode.yml, as in docs/logo.svg, or a web address."),
        )
