"""One address of a stranger → what is there: a repository with its publiccode.yml, or a publiccode.yml itself."""

from __future__ import annotations

import posixpath
import re
from urllib.parse import unquote, urlsplit

from ..schemas.candidate import Candidate, Repository, RepositoryFile
from ..schemas.document import MAX_BYTES
from .hosts import KNOWN, Answer, Hosts
from .http import Http, http_address

SECONDS = 30
# A page that shows a file; the same address with `raw` gives the file (GitHub, GitLab; Gitea and Forgejo).
_SHOWN = re.compile(r"/(?:blob|src)/(?=.*\.ya?ml\Z)")
# What hosts put behind a repository's address for the pages and files within it; `src` with one of these behind it.
_WITHIN = {"-", "blob", "tree", "raw", "commit", "commits"}
_SRC = {"branch", "commit", "tag"}
# Hosts on which a repository's address is always its owner and its name.
_TWO_LEVELS = ("github", "gitea", "bitbucket")
_RAW = {"raw.githubusercontent.com": "github.com"}
_MOST_OF_A_PAGE = 4 * 1024 * 1024


def fetch_candidate(url: str, http: Http, hosts: Hosts) -> Candidate | None:
    """The publiccode.yml at `url`: the file itself where the path ends in .yml or .yaml, else that of the repository there.

    None: there is a repository, and it has no publiccode.yml.

    Raises:
        HostError: nothing could be fetched.

    """
    parts = http_address(url)
    if is_file_address(url):
        raw = parts._replace(path=_SHOWN.sub("/raw/", parts.path, count=1), fragment="").geturl()
        answer = http.request("GET", hosts.locate(raw), max_bytes=MAX_BYTES, deadline_seconds=SECONDS)
        return Candidate(RepositoryFile(posixpath.basename(unquote(parts.path)), answer.body))
    return read_repository(url, http, hosts).candidate


def read_repository(url: str, http: Http, hosts: Hosts) -> Answer:
    """The repository at `url`, with its publiccode.yml where it has one.

    Raises:
        HostError: it could not be read.

    """
    host = hosts.serving(url)
    found = next(host.look([Repository(url)]))
    if found.error is None and not found.repository.empty:
        found = next(host.fetch([found.repository]))
    if found.error is not None:
        raise found.error
    return found


def knock(url: str, http: Http, hosts: Hosts) -> None:
    """Whether anything answers at the address of a group of repositories.

    Raises:
        HostError: nothing does.

    """
    http.request("GET", hosts.locate(url), max_bytes=_MOST_OF_A_PAGE, deadline_seconds=SECONDS)


def repository_address(url: str) -> str:
    """The address of the repository in which the page or file at `url` lies, as far as the address tells.

    Without user name, query, fragment and final slash; the address itself where it tells no more. Raises ValueError for what
    cannot be split.

    >>> repository_address("https://github.com/italia/design/blob/main/publiccode.yml?plain=1")
    'https://github.com/italia/design'
    >>> repository_address("https://gitlab.com/a/b/c/-/tree/main")
    'https://gitlab.com/a/b/c'
    """
    parts = urlsplit(url.strip())
    host, names = parts.netloc.rpartition("@")[2], [name for name in parts.path.split("/") if name]
    if host.lower() in _RAW and len(names) > 2:
        host = _RAW[host.lower()]
    names = names[:2] if _has_two_levels(host) else _of_repository(names)
    return f"{parts.scheme.lower()}://{host}/{'/'.join(names)}".rstrip("/")


def _of_repository(names: list[str]) -> list[str]:
    """Those of a path's names that are the repository's. It has an owner before its name: `/open/raw` may be one itself."""
    for end in range(1, len(names)):
        within = names[end] in _WITHIN or (names[end] == "src" and _SRC.intersection(names[end + 1 : end + 2]))
        if names[end - 1].endswith(".git") or (within and end > 1):
            return names[:end]
    return names


def is_group_address(url: str) -> bool:
    """Whether `url` can be no repository's on its host: an organisation or user of GitHub, Gitea, Forgejo or Bitbucket."""
    parts = urlsplit(url)
    return _has_two_levels(parts.netloc) and len(list(filter(None, parts.path.split("/")))) == 1


def is_file_address(url: str) -> bool:
    """Whether `url` is that of a YAML file, not of a repository."""
    return urlsplit(url).path.lower().endswith((".yml", ".yaml"))


def _has_two_levels(host: str) -> bool:
    name = host.lower().removeprefix("www.")
    return KNOWN.get(name, KNOWN.get(name.partition(".")[0])) in _TWO_LEVELS
