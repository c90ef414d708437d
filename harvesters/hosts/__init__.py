"""The port GitHost, and the table of the kinds of Git host."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from ...registry.settings import Mirror, SettingError
from ...schemas.candidate import Candidate, Repository
from ..http import Http


class GitHost(Protocol):
    """One kind of Git host. Raises only HostError (`harvesters/errors.py`)."""

    def repositories(self, url: str) -> Iterable[Repository]:
        """The repositories at the address of one code hosting, with the head commit of each."""

    def fetch(self, repository: Repository) -> Candidate | None:
        """The publiccode.yml and the licence files at `repository.head`; None where it has no publiccode.yml."""


def _git(http: Http, locate: Callable[[str], str]) -> GitHost:
    from .git import GitSmartHttp

    return GitSmartHttp(http, locate)


# One line for each kind of host, by the name that settings use.
HOSTS: dict[str, Callable[[Http, Callable[[str], str]], GitHost]] = {
    "git": _git,
}


class Hosts:
    """The hosts of one harvest: which kind serves an address, and from where it is fetched."""

    def __init__(self, http: Http, mirrors: Sequence[Mirror] = ()) -> None:
        """Makes one host of each kind.

        Args:
            http: the way out.
            mirrors: addresses to be fetched from elsewhere; the longest prefix wins, as with Git's insteadOf.

        Raises:
            SettingError: a mirror names a kind of host that there is not.

        """
        for mirror in mirrors:
            if mirror.kind not in HOSTS:
                raise SettingError(
                    f"mirror {mirror.prefix}: no kind of host {mirror.kind!r}; there are {', '.join(HOSTS)}"
                )
        self._mirrors = sorted(mirrors, key=lambda mirror: len(mirror.prefix), reverse=True)
        self._hosts = {kind: make(http, self.locate) for kind, make in HOSTS.items()}

    def locate(self, url: str) -> str:
        """The address to fetch `url` from."""
        mirror = self._mirror(url)
        return mirror.target + url[len(mirror.prefix) :] if mirror else url

    def serving(self, url: str) -> GitHost:
        """The host that serves `url`: the mirror's kind for a mirrored address, plain Git for any other."""
        mirror = self._mirror(url)
        return self._hosts[mirror.kind if mirror else "git"]

    def _mirror(self, url: str) -> Mirror | None:
        return next((mirror for mirror in self._mirrors if _is_below(url, mirror.prefix)), None)


def _is_below(url: str, prefix: str) -> bool:
    """Whether `url` begins with `prefix` and a part of it ends there: https://host must not serve https://host@other."""
    return url.startswith(prefix) and (prefix.endswith("/") or url[len(prefix) :][:1] in ("", "/", "?", "#"))
