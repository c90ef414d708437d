"""What a harvester hands over: Repository, RepositoryFile, Tag, Candidate. Not judged."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, TypedDict
from urllib.parse import unquote, urlsplit

REGULAR, EXECUTABLE, SYMLINK, SUBMODULE, FOLDER = 0o100644, 0o100755, 0o120000, 0o160000, 0o040000


@dataclass(frozen=True, slots=True)
class Repository:
    """One repository as its host describes it.

    `url` is the address the publisher names, not the mirror it was read from. `head` is the commit id of the default branch:
    None where the repository is empty, "" where the host does not tell it in its list (reading the files then does).
    `host_id` is the host's own name for it, which survives renaming, behind the host's: `github.com:R_kgDOLA`. `state` changes
    whenever the content may have changed: what the host says of the last change, or, where it is empty, the head commit; where
    both are empty it may have changed since the last look. `facts` holds what the host tells besides, by the names of `Facts`.
    """

    url: str
    head: str | None = None
    default_branch: str = ""
    archived: bool = False
    host_id: str = ""
    state: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """No commit yet."""
        return self.head is None


class Facts(TypedDict, total=False):
    """What hosts tell about a repository besides its content, as far as the requests of a harvest bring it for nothing.

    Times are ISO 8601 in UTC, addresses are those of pages. A fact that the host did not tell is absent.
    """

    moved_to: str  # where the host redirects to
    git_protocol: int  # 0: the server does not speak version 2
    description: str
    homepage: str
    topics: list[str]
    language: str  # the main programming language
    license_detected: str  # SPDX id, as the host sees it
    fork_of: str
    mirror_of: str
    created_at: str
    pushed_at: str
    stars: int
    forks: int
    newest_release: dict[str, str]  # `name`, `at`
    newest_tag: dict[str, str]  # `name`, `at`
    releases: int
    commits: int  # on the default branch
    recent_commits: list[str]  # times of the newest 100, the newest first
    recent_authors: int  # persons behind these
    signed_share: float  # of these, 0..1
    contributors: int
    files: list[str]  # names at the root that matter to reusers (`harvesters/wanted_files.py`)


@dataclass(frozen=True, slots=True)
class RepositoryFile:
    """One file of a repository at one commit: where, of which kind, what is in it.

    `mode` is Git's tree mode. `content` is None where it was not read: not a regular file, or larger than the limit
    (`size` then tells how large, None where unknown). `target` is where a symbolic link points, as written.
    """

    path: str
    content: bytes | None
    mode: int = REGULAR
    size: int | None = None
    target: str = ""


class Named(StrEnum):
    """What is at a path that a publiccode.yml names."""

    FILE = "file"
    BROKEN_IMAGE = "broken image"  # a PNG whose header is none
    MISSING = "missing"  # nothing, no regular file, or a link that leaves the repository


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag of the repository; `day` is that of the tag or of its commit, None where unknown."""

    name: str
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A publiccode.yml found in a repository at one commit, with the licence files beside it.

    A fact not gathered is None, and the rule that needs it stays silent:

    `repository`: a file that stands alone has none. `license_files`: nobody looked. `named_files`: what is at each path
    that the file names (logo, screenshots, list of authors), gathered on a checkout only. `tags`: those of the
    repository, the newest first. `day`: the day of the judgement, for rules about the calendar; a harvest leaves it out,
    so that the same commit always gets the same answer. `italian_codes`: a register of Italian administrations (lower
    case), where the operator names one.
    """

    file: RepositoryFile
    repository: Repository | None = None
    license_files: tuple[RepositoryFile, ...] | None = None
    named_files: Mapping[str, Named] | None = None
    tags: tuple[Tag, ...] | None = None
    day: date | None = None
    italian_codes: frozenset[str] | None = None


def address_key(url: str) -> str:
    """The form in which addresses of repositories are compared: host and path without scheme, `www.`, case, `.git`, final slash.

    >>> address_key("https://www.GitHub.com/Italia/design.git/")
    'github.com/italia/design'

    Never raises; what cannot be split is compared as it is, in lower case. User names and passwords, ports that are the
    scheme's own, query and fragment are left out.
    """
    text = url.strip()
    scp = re.fullmatch(r"(?:[\w.-]+@)([\w.-]+):(?!//)(\S+)", text)
    if scp:  # git@host:path, the form that Git prints for SSH
        text = f"ssh://{scp[1]}/{scp[2]}"
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return text.lower()
    if not host:
        return text.lower()
    host = host.removeprefix("www.")
    if port and port not in {"http": (80,), "https": (443,), "ssh": (22,)}.get(parts.scheme, ()):
        host = f"{host}:{port}"
    path = re.sub(r"[\x00-\x1f\x7f]", "", unquote(parts.path))
    path = re.sub(r"/{2,}", "/", path).strip("/").lower().removesuffix(".git").rstrip("/")
    return f"{host}/{path}" if path else host
