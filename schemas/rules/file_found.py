"""Files that publiccode.yml names are there: logo, monochromeLogo, screenshots, authorsFile.

Looked up by `publiccode validate` on a checkout, from the folder of publiccode.yml; not with `--no-files`, not for a
pasted text, and not by a harvest, which fetches publiccode.yml alone. Upper and lower case count, as they do on a
server. A link that leads out of the repository counts as missing. Web addresses are not looked up.

Repair: commit the file, or correct the path.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..addresses import is_url
from ..candidate import Candidate, Named
from ..document import Document
from ..finding import Finding, Severity, message
from ..standard import Format
from ..structure import Found, structure
from .path_inside import leaves

ID, SEVERITY = "file-found", Severity.ERROR


def named_files(document: Document) -> Iterator[Found]:
    """The places that name a file of the repository by a path that other rules do not refuse."""
    for found in structure(document).of_format(Format.PATH):
        text = found.text
        if text and not text.startswith("/") and text[:5].lower() != "file:" and not is_url(text) and not leaves(text):
            yield found


def check(document: Document, candidate: Candidate) -> Iterator[Finding]:
    """One finding for each named file that was looked for and is not there."""
    if candidate.named_files is None:
        return
    for found in named_files(document):
        if candidate.named_files.get(found.text) is Named.MISSING:
            yield found.finding(
                ID,
                SEVERITY,
                message("there is no file {path} in the repository", path=found.shown),
                message("Commit the file, or correct the path; upper and lower case count."),
            )
