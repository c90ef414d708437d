"""GitHub's API by PyGithub, through our one way out.

PyGithub brings authentication (tokens, Apps), addresses, paging and the reading of answers. Its connections, waits and retries
are replaced: each request is one of `Http`, whose HostErrors pass through the library. So no answer of a host makes it sleep
(a Retry-After of an hour would), nor take an HTML page or a redirect for a repository.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import urlsplit

from github import Auth, GithubException
from github.Requester import Requester

from ...schemas.finding import message
from ..errors import AccessDenied, HostUnavailable, RateLimited, RepositoryGone, naming
from ..http import Http
from .json_api import require_same_host
from .port import Access

T = TypeVar("T")
PER_PAGE = 100
SECONDS = 30.0
MAX_ANSWER_BYTES = 64 * 1024 * 1024  # a hundred publiccode.yml of the largest size
_RENEW_BEFORE = timedelta(minutes=5)


class Api:
    """GitHub's API for one host and one credential.

    Args:
        access: `token` is empty, a token, or that of an App: `app:<app id>:<installation id>:<private key, PEM>`.

    """

    def __init__(self, access: Access) -> None:
        self._http = access.http
        self._public = api_address(access.origin)
        self.base = access.locate(self._public).rstrip("/")
        self._app = access.token if access.token.startswith("app:") else ""
        self._installed_until = datetime.fromtimestamp(0, UTC)
        self._requester = self._made(Auth.Token(access.token) if access.token and not self._app else None)

    @property
    def requester(self) -> Requester:
        """PyGithub's requester, for its objects and lists.

        Raises:
            HostError: an App's token could not be had.

        """
        if self._app and datetime.now(UTC) >= self._installed_until - _RENEW_BEFORE:
            self._install()
        return self._requester

    def graphql(self, query: str, variables: Mapping[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """The data of a query, and the errors about parts of it.

        Raises:
            RateLimited: the budget of points is used up.
            HostError: no data came.

        """
        requester = self.requester
        url, body = requester.graphql_url, {"query": query, "variables": dict(variables)}
        try:
            with naming(self._public, self.base):
                headers, answer = requester.requestJsonAndCheck("POST", url, input=body)
        except (RepositoryGone, GithubException, ValueError, RecursionError) as error:
            raise _no_api(self._public) from error  # no interface there says nothing about repositories
        if not isinstance(answer, dict):
            raise _no_api(self._public)
        data, errors = answer.get("data"), answer.get("errors") or []
        if not isinstance(errors, list) or not all(isinstance(error, dict) for error in errors):
            raise _no_api(self._public)
        if any(error.get("type") in ("RATE_LIMITED", "RATE_LIMIT") for error in errors):
            raise RateLimited(message("{url}: the budget of this hour is used up", url=self._public), _reset(headers))
        if not isinstance(data, dict):
            reason = str(errors[0].get("message", "") if errors else "no data")[:200]
            raise HostUnavailable(message("{url} gives no data: {reason}", url=self._public, reason=reason), 200)
        return data, errors

    def get(self, path: str) -> Any:
        """The JSON at a path of the REST API.

        Raises:
            HostError: there is none.

        """
        try:
            with naming(self._public, self.base):
                return self.requester.requestJsonAndCheck("GET", path)[1]
        except (GithubException, ValueError, RecursionError) as error:
            raise _no_api(self._public + path) from error

    def named(self, found: Iterable[T]) -> Iterator[T]:
        """A list of PyGithub's, whose errors name the public address."""
        pages = iter(found)
        while True:
            with naming(self._public, self.base):
                one = next(pages, None)
            if one is None:
                return
            yield one

    def _install(self) -> None:
        """Gets a token for the App's installation, which lasts an hour (docs.github.com, "Authenticating as an installation")."""
        _, app, installation, key = self._app.split(":", 3)
        asking = self._made(Auth.AppAuth(app, key))
        path = f"/app/installations/{installation}/access_tokens"
        try:
            _, answer = asking.requestJsonAndCheck("POST", path)
            self._requester = self._made(Auth.Token(answer["token"]))
            self._installed_until = datetime.fromisoformat(answer["expires_at"])
        except (RepositoryGone, GithubException, ValueError, KeyError, TypeError, AssertionError) as error:
            # An installation that is not there says nothing about repositories.
            raise AccessDenied(message("{url} gives the App no token", url=self._public + path), 401) from error

    def _made(self, auth: Auth.Auth | None) -> Requester:
        return _requester_class(self._http)(
            auth=auth,
            base_url=self.base,
            timeout=int(SECONDS),
            user_agent=self._http.agent,
            per_page=PER_PAGE,
            verify=True,
            retry=None,
            pool_size=None,
            seconds_between_requests=None,
            seconds_between_writes=None,
            lazy=True,
        )


def api_address(origin: str) -> str:
    """Where the API of a GitHub at `origin` is: a host of its own at github.com, a path at GitHub Enterprise Server."""
    return (
        "https://api.github.com"
        if urlsplit(origin).hostname in ("github.com", "www.github.com")
        else f"{origin}/api/v3"
    )


def _requester_class(http: Http) -> type[Requester]:
    """A class of Requester whose connections are `http`; PyGithub keeps the kind of connection by class."""

    class ThroughHttp(Requester):
        """Sends through `http`."""

    def plain(host: str, port: int | None = None, **_: Any) -> _Connection:
        return _Connection(http, "http", host, port)

    def secure(host: str, port: int | None = None, **_: Any) -> _Connection:
        return _Connection(http, "https", host, port)

    ThroughHttp.injectConnectionClasses(staticmethod(plain), staticmethod(secure))  # type: ignore[arg-type]
    return ThroughHttp


class _Connection:
    """What PyGithub takes for a connection."""

    def __init__(self, http: Http, scheme: str, host: str, port: int | None) -> None:
        name = f"[{host}]" if ":" in host else host  # PyGithub takes the brackets off
        self._http, self._origin = http, f"{scheme}://{name}" + (f":{port}" if port else "")
        self._asked: tuple[str, str, bytes | None, dict[str, str]] = ("GET", "", None, {})

    def request(self, verb: str, url: str, input: Any, headers: dict[str, str], stream: bool = False) -> None:  # noqa: A002
        body = input.encode() if isinstance(input, str) else None
        self._asked = (verb, url, body, {name: str(value) for name, value in headers.items()})

    def getresponse(self) -> _Response:
        verb, url, body, headers = self._asked
        address = url if url.startswith("http") else self._origin + url
        answer = self._http.request(
            verb, address, headers, body, max_bytes=MAX_ANSWER_BYTES, deadline_seconds=SECONDS, idempotent=verb == "GET"
        )
        require_same_host(address, answer.url)
        if not answer.headers.get("Content-Type", "application/json").lower().startswith("application/json"):
            raise _no_api(address)
        return _Response(answer.status, answer.headers, answer.body)

    def close(self) -> None:
        """Nothing is held here."""


class _Response:
    """What PyGithub takes for a response."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status, self.headers, self._body = status, headers, body

    def getheaders(self) -> Any:
        return self.headers.items()

    def read(self) -> str:
        return self._body.decode("utf-8", "replace")


def _no_api(url: str) -> HostUnavailable:
    return HostUnavailable(message("{url} answers, but not as GitHub's API does", url=url), 200)


def _reset(headers: Mapping[str, Any]) -> datetime | None:
    named = {name.lower(): str(value) for name, value in headers.items()}
    reset = named.get("x-ratelimit-reset", "")
    return datetime.fromtimestamp(int(reset), UTC) if reset.isascii() and reset.isdigit() and len(reset) < 12 else None
