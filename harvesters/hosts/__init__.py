"""The table of the kinds of Git host, and which of them serves an address."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from urllib.parse import urlsplit

from ...registry.settings import Mirror, SettingError
from ..http import Http
from .port import Access, Answer, GitHost, OneByOne

__all__ = ["HOSTS", "Access", "Answer", "GitHost", "Hosts", "OneByOne"]


def _git(access: Access) -> GitHost:
    from .git import GitSmartHttp

    return GitSmartHttp(access.http, access.locate)


def _github(access: Access) -> GitHost:
    if not access.token:
        from .github_rest import GitHubByRest

        return GitHubByRest(access)
    from .github import GitHub

    return GitHub(access)


# One line for each kind of host, by the name that settings use.
HOSTS: dict[str, Callable[[Access], GitHost]] = {
    "git": _git,
    "github": _github,
}
# By the host's name, or the first part of it. All others are asked (`probe`).
KNOWN: dict[str, str] = {
    "github.com": "github",
    "gitlab.com": "gitlab",
    "codeberg.org": "gitea",
    "bitbucket.org": "bitbucket",
    "gitlab": "gitlab",
    "gitea": "gitea",
    "forgejo": "gitea",
}


class Hosts:
    """The hosts of one harvest: which kind serves an address, and from where it is fetched."""

    def __init__(
        self,
        http: Http,
        mirrors: Sequence[Mirror] = (),
        kinds: Mapping[str, str] = {},
        tokens: Mapping[str, str] = {},
    ) -> None:
        """Nothing is contacted before it is needed.

        Args:
            http: the way out.
            mirrors: addresses to be fetched from elsewhere; the longest prefix wins, as with Git's insteadOf.
            kinds: the kind of host by its name, where the operator says so.
            tokens: by the host's name; each is shown to that host alone.

        Raises:
            SettingError: a mirror or a host is of a kind that there is not.

        """
        for name, kind in [(mirror.prefix, mirror.kind) for mirror in mirrors] + list(kinds.items()):
            if kind not in HOSTS:
                raise SettingError(f"{name}: no kind of host {kind!r}; there are {', '.join(HOSTS)}")
        self._http = http
        self._mirrors = sorted(mirrors, key=lambda mirror: len(mirror.prefix), reverse=True)
        self._kinds, self._tokens = dict(kinds), dict(tokens)
        self._lock = Lock()
        self._hosts: dict[tuple[str, str], GitHost] = {}

    def locate(self, url: str) -> str:
        """The address to fetch `url` from."""
        mirror = self._mirror(url)
        return mirror.target + url[len(mirror.prefix) :] if mirror else url

    def serving(self, url: str) -> GitHost:
        """The host for one repository at `url`: the mirror's kind for a mirrored address, plain Git for any other."""
        mirror = self._mirror(url)
        return self._host(mirror.kind if mirror else "git", url)

    def _host(self, kind: str, url: str) -> GitHost:
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}"
        with self._lock:
            if (kind, origin) not in self._hosts:
                access = Access(self._http, self.locate, origin, self._tokens.get(urlsplit(origin).netloc, ""))
                self._hosts[kind, origin] = HOSTS[kind](access)
            return self._hosts[kind, origin]

    def _mirror(self, url: str) -> Mirror | None:
        return next((mirror for mirror in self._mirrors if _is_below(url, mirror.prefix)), None)


def _is_below(url: str, prefix: str) -> bool:
    """Whether `url` begins with `prefix` and a part of it ends there: https://host must not serve https://host@other."""
    return url.startswith(prefix) and (prefix.endswith("/") or url[len(prefix) :][:1] in ("", "/", "?", "#"))
