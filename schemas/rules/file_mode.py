"""publiccode.yml is a regular file of the repository.

Fails: a symbolic link, a submodule or a folder of that name. A link is never followed: it may leave the repository,
and each host answers differently (with the target's name, its content, or nothing). The standard says that the file
is “at the root of the repository”.

Repair: replace the link by the file itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..candidate import EXECUTABLE, FOLDER, REGULAR, SUBMODULE, SYMLINK, Candidate
from ..document import Document
from ..finding import Finding, Severity, message

ID, SEVERITY = "file-mode", Severity.ERROR


def check(document: Document, candidate: Candidate) -> Iterator[Finding]:
    """One finding where the candidate's file is no regular file."""
    help_text = message("Commit publiccode.yml itself, as a regular file at the root of the repository.")
    match candidate.file.mode:
        case int(mode) if mode == SYMLINK:
            text = message("the file is a symbolic link to {target}", target=candidate.file.target[:80] or "?")
        case int(mode) if mode == SUBMODULE:
            text = message("a submodule of this name stands where the file should be")
        case int(mode) if mode == FOLDER:
            text = message("a folder of this name stands where the file should be")
        case _ if candidate.file.content is None and candidate.file.mode not in (REGULAR, EXECUTABLE):
            text = message("an entry of an unknown kind stands where the file should be")
        case _:
            return
    yield Finding(ID, SEVERITY, "", text, help=help_text)
