"""A session of requests that sends through `Http`, for the client libraries that stand on requests.

So they keep to its promises: guarded addresses, one deadline, bounded bodies, few retries, credentials that stay with
their host. Redirects are followed there, not by requests; what fails comes through the library as a HostError.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from io import BytesIO
from typing import Any, NamedTuple

from requests import PreparedRequest, Response, Session
from requests.adapters import BaseAdapter

from ..http import Http
from .json_api import JSON_BYTES, SECONDS, require_same_host

# What Http says itself, or what belongs to one connection.
_OURS = frozenset({"user-agent", "accept-encoding", "connection", "content-length", "transfer-encoding", "host"})


class _Limits(NamedTuple):
    max_bytes: int
    seconds: float


_USUAL = _Limits(JSON_BYTES, SECONDS)
_LIMITS: ContextVar[_Limits | None] = ContextVar("_LIMITS", default=None)


class HttpSession(Session):
    """Sends everything through `http`; reads no netrc, no proxy and no certificate bundle of the environment.

    One instance serves many threads: it keeps no cookies.
    """

    def __init__(self, http: Http) -> None:
        super().__init__()
        self.trust_env = False
        self.adapters.clear()
        for scheme in ("https://", "http://"):
            self.mount(scheme, _HttpAdapter(http))

    @contextmanager
    def at_most(self, max_bytes: int, seconds: float = SECONDS) -> Iterator[None]:
        """Other limits for what this thread asks within the block."""
        token = _LIMITS.set(_Limits(max_bytes, seconds))
        try:
            yield
        finally:
            _LIMITS.reset(token)


class _HttpAdapter(BaseAdapter):
    def __init__(self, http: Http) -> None:
        super().__init__()
        self._http = http

    def send(
        self,
        request: PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> Response:
        """See requests: time-out, certificates and proxies are those of Http.

        Raises:
            HostError: there is no usable answer.

        """
        url, body, limits = request.url or "", request.body, _LIMITS.get() or _USUAL
        given = self._http.request(
            request.method or "GET",
            url,
            {name: str(value) for name, value in request.headers.items() if name.lower() not in _OURS},
            body.encode() if isinstance(body, str) else body,
            max_bytes=limits.max_bytes,
            deadline_seconds=limits.seconds,
        )
        require_same_host(url, given.url)
        response = Response()
        response.status_code = given.status
        response.headers.update(given.headers)
        response.url, response.request = given.url, request
        response.raw = BytesIO(given.body)
        response._content = given.body  # read by Http already; requests has no public way to say so
        return response

    def close(self) -> None:
        """Nothing: the connections are Http's."""
