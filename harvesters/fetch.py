"""One address of a stranger → a Candidate: a repository, or a publiccode.yml itself."""

from __future__ import annotations

import posixpath
import re
from urllib.parse import unquote, urlsplit

from ..schemas.candidate import Candidate, Repository, RepositoryFile
from ..schemas.document import MAX_BYTES
from .hosts import Hosts
from .http import Http

SECONDS = 30
# A page that shows a file; the same address with `raw` gives the file (GitHub, GitLab; Gitea and Forgejo).
_SHOWN = re.compile(r"/(?:blob|src)/(?=.*\.ya?ml\Z)")


def fetch_candidate(url: str, http: Http, hosts: Hosts) -> Candidate | None:
    """The publiccode.yml at `url`: the file itself where the path ends in .yml or .yaml, else that of the repository there.

    None: there is a repository, and it has no publiccode.yml.

    Raises:
        HostError: nothing could be fetched.

    """
    parts = urlsplit(url)
    if parts.path.lower().endswith((".yml", ".yaml")):
        raw = parts._replace(path=_SHOWN.sub("/raw/", parts.path, count=1), fragment="").geturl()
        answer = http.request("GET", hosts.locate(raw), max_bytes=MAX_BYTES, deadline_seconds=SECONDS)
        return Candidate(RepositoryFile(posixpath.basename(unquote(parts.path)), answer.body))
    host = hosts.serving(url)
    found = next(host.look([Repository(url)]))
    if found.error is None and not found.repository.empty:
        found = next(host.fetch([found.repository]))
    if found.error is not None:
        raise found.error
    return found.candidate
