"""What a harvester hands over: Repository, RepositoryFile, Candidate. Not judged."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

REGULAR, EXECUTABLE, SYMLINK, SUBMODULE, FOLDER = 0o100644, 0o100755, 0o120000, 0o160000, 0o040000


@dataclass(frozen=True, slots=True)
class Repository:
    """One repository as its host describes it.

    `url` is the address the publisher names, not the mirror it was read from; `head` is the commit id of the default
    branch, None where the repository is empty. `facts` holds what the host tells besides (its own id, topics, …).
    """

    url: str
    head: str | None = None
    default_branch: str = ""
    archived: bool = False
    host_id: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """No commit yet."""
        return self.head is None


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


@dataclass(frozen=True, slots=True)
class Candidate:
    """A publiccode.yml found in a repository at one commit, with the licence files beside it.

    `repository` is None where a file stands alone (validator on a file); `license_files` is None where nobody looked.
    A fact not gathered is None, and the rule that needs it stays silent.
    """

    file: RepositoryFile
    repository: Repository | None = None
    license_files: tuple[RepositoryFile, ...] | None = None


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
