"""The table of the kinds of Git host, and which of them serves an address."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from urllib.parse import urlsplit

from ...registry.settings import Mirror, SettingError
from ...schemas.finding import message
from ..errors import CannotList, HostError
from ..http import Http, http_address
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


def _gitlab(access: Access) -> GitHost:
    from .gitlab import GitLab

    return GitLab(access)


def _gitea(access: Access) -> GitHost:
    from .gitea import Gitea

    return Gitea(access)


def _bitbucket(access: Access) -> GitHost:
    from .bitbucket import Bitbucket

    return Bitbucket(access)


def _bitbucket_server(access: Access) -> GitHost:
    from .bitbucket_server import BitbucketServer

    return BitbucketServer(access)


# One line for each kind of host, by the name that settings use.
HOSTS: dict[str, Callable[[Access], GitHost]] = {
    "git": _git,
    "github": _github,
    "gitlab": _gitlab,
    "gitea": _gitea,
    "bitbucket": _bitbucket,
    "bitbucket-server": _bitbucket_server,
}
# By the host's name, or the first part of it. Any other is asked (`probe`).
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
                raise SettingError(
                    f"PUBLICCODE_MIRRORS or PUBLICCODE_HOSTS: {name}: no kind of host {kind!r}; there are {', '.join(HOSTS)}"
                )
        self._http = http
        self._mirrors = sorted(mirrors, key=lambda mirror: len(mirror.prefix), reverse=True)
        self._kinds, self._tokens = dict(kinds), dict(tokens)
        self._lock = Lock()
        self._hosts: dict[tuple[str, str], GitHost] = {}
        self._found: dict[str, str | HostError] = {}

    def locate(self, url: str) -> str:
        """The address to fetch `url` from."""
        mirror = self._mirror(url)
        return mirror.target + url[len(mirror.prefix) :] if mirror else url

    def serving(self, url: str) -> GitHost:
        """The host for one repository at `url`.

        Its own interface where the operator configured the host or its token: that tells more (archived, releases). Plain Git
        for any other, which needs no leave and counts against no budget.
        """
        mirror, name = self._mirror(url), _name(url)
        if mirror is not None and mirror.kind != "git":
            return self._host(mirror.kind, url)
        if mirror is None and (name in self._kinds or name in self._tokens):
            return self._host(self._kind(url), url)
        return self._host("git", url)

    def listing(self, url: str, driver: str = "") -> GitHost:
        """The host that can list the group at `url`; `driver`: its kind, where the list of publishers says so.

        Raises:
            HostError: what kind of host it is could not be found out, or there can be none.

        """
        http_address(self.locate(url))
        mirror = self._mirror(url)
        kind = driver or (mirror.kind if mirror else "")
        if kind and kind not in HOSTS:
            raise CannotList(message("{url}: there is no kind of host {kind}", url=url, kind=kind))
        return self._host(kind or self._kind(url), url)

    def _kind(self, url: str) -> str:
        name = _name(url)
        first = name.partition(".")[0]
        return self._kinds.get(name) or KNOWN.get(name.removeprefix("www.")) or KNOWN.get(first) or self._probed(url)

    def _probed(self, url: str) -> str:
        """What kind of host answers there, by what only that kind has; asked once a harvest."""
        from .probe import kind_of

        origin = _origin(url)
        with self._lock:
            known = self._found.get(origin)
        if known is None:
            try:
                known = kind_of(self._http, origin, self.locate)
            except HostError as error:
                known = error
            with self._lock:
                self._found[origin] = known
        if isinstance(known, HostError):
            raise known
        return known

    def _host(self, kind: str, url: str) -> GitHost:
        origin = _origin(url)
        with self._lock:
            if (kind, origin) not in self._hosts:
                # Whoever writes http:// in a list must not make us show a token unencrypted.
                token = self._tokens.get(_name(origin), "") if origin.startswith("https://") else ""
                access = Access(self._http, self.locate, origin, token)
                self._hosts[kind, origin] = HOSTS[kind](access)
            return self._hosts[kind, origin]

    def _mirror(self, url: str) -> Mirror | None:
        return next((mirror for mirror in self._mirrors if _is_below(url, mirror.prefix)), None)


def _name(url: str) -> str:
    """Host and port of an address, as settings name a host; empty where it is none."""
    return _split(url)[1]


def _origin(url: str) -> str:
    return "://".join(_split(url))


def _split(url: str) -> tuple[str, str]:
    """Scheme and host. Never raises: whoever asks the host is told that it is none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", ""
    return parts.scheme, parts.netloc.rpartition("@")[2].lower()


def _is_below(url: str, prefix: str) -> bool:
    """Whether `url` begins with `prefix` and a part of it ends there: https://host must not serve https://host@other."""
    return url.startswith(prefix) and (prefix.endswith("/") or url[len(prefix) :][:1] in ("", "/", "?", "#"))
