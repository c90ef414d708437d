"""url names the repository in which the file was found.

A file that names another repository belongs to that one: the repository is a technical fork (docs/standard/forks.rst
of the standard) and gets no entry of its own. A warning, because the file may be perfectly valid. Compared are host
and path, without scheme, user name, `www.`, case, `.git`, final slash, query and fragment. Silent where no repository
is known.

Repair: in a copy that shall have its own entry write its own address as `url`, and the original under `isBasedOn`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..candidate import Candidate, address_key
from ..document import Document
from ..finding import Finding, Severity, message
from ..structure import shown, structure

ID, SEVERITY = "technical-fork", Severity.WARNING


def check(document: Document, candidate: Candidate) -> Iterator[Finding]:
    """One finding where `url` is another repository than the candidate's."""
    found = structure(document).at("url")
    if found is None or candidate.repository is None:
        return
    if address_key(found.text) != address_key(candidate.repository.url):
        yield found.finding(
            ID,
            SEVERITY,
            message(
                "url names {url}, but the file was found in {repository}",
                url=found.shown,
                repository=shown(candidate.repository.url),
            ),
            message("If this is software of its own, write its own address as url and the other one under isBasedOn."),
        )
