"""Files of the repository are named by relative paths: logo, monochromeLogo, screenshots, authorsFile.

Passes: `docs/logo.svg`, or a whole web address. Fails: a path that begins with `/` or with a drive (`C:`), and
`file:`. The standard says that the file “must reside inside the same repository”; such a path means another place on
every computer and host.

Whether the file exists and is a picture is judged by the rules file-found and image-format.

Repair: write the path from the folder of publiccode.yml, without a leading slash.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..candidate import Candidate
from ..document import Document
from ..finding import Finding, Severity, message
from ..standard import Format
from ..structure import structure

ID, SEVERITY = "path-relative", Severity.ERROR
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")


def check(document: Document, candidate: Candidate) -> Iterator[Finding]:
    """One finding for each path that is absolute."""
    for found in structure(document).of_format(Format.PATH):
        if found.text.startswith("/") or _DRIVE.match(found.text):
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
