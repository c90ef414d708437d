"""Files that publiccode.yml names lie inside the repository: logo, monochromeLogo, screenshots, authorsFile.

The standard: the file “must reside inside the same repository”. A path that climbs out of it with `..`, such as
`../../secret.png`, fails: whoever follows it reads another place of that computer. The reference looks such a path up
outside the repository; we never do. `docs/../logo.svg` stays inside and passes. Whole web addresses are not paths.

Repair: copy the file into the repository and write its path from the folder of publiccode.yml.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from ..addresses import is_url
from ..candidate import Candidate
from ..document import Document
from ..finding import Finding, Severity, message
from ..standard import Format
from ..structure import structure

ID, SEVERITY = "path-inside", Severity.ERROR


def leaves(path: str) -> bool:
    """Whether a relative path leads out of the folder that it starts from."""
    normal = posixpath.normpath(path.replace("\\", "/"))
    return normal == ".." or normal.startswith("../")


def check(document: Document, candidate: Candidate) -> Iterator[Finding]:
    """One finding for each path that leaves the repository."""
    for found in structure(document).of_format(Format.PATH):
        if not is_url(found.text) and leaves(found.text):
            yield found.finding(
                ID,
                SEVERITY,
                message("“{value}” leads out of the repository", value=found.shown),
                message("Copy the file into the repository and write its path from the folder of publiccode.yml."),
            )
