"""The one way out: every request that leaves this program for another machine goes through `Http`.

What it promises whatever the other side does: only http and https; only addresses that the guard lets through, on
every hop; an end at the deadline; a body within its limit, counted after decompression; few retries, short waits;
credentials that stay with the host they were given for; proxies of the environment ignored. What went wrong comes as a
HostError.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.client import HTTPException, IncompleteRead
from math import inf
from threading import Lock
from time import monotonic
from typing import Any, Self
from urllib.parse import SplitResult, urljoin, urlsplit

from urllib3 import HTTPHeaderDict, PoolManager, ProxyManager, Timeout
from urllib3.exceptions import DecodeError, HTTPError, LocationParseError, ProtocolError, SSLError
from urllib3.exceptions import TimeoutError as Urllib3Timeout
from urllib3.response import BaseHTTPResponse
from urllib3.util import make_headers, parse_url

from ..schemas.finding import Message, message
from .address_guard import AddressGuard, Resolver
from .bounded_connection import CURRENT, Exchange, pool_classes, tls_context
from .errors import AccessDenied, HostError, HostUnavailable, NoTurn, RateLimited, RepositoryGone, TooLarge
from .manners import LONGEST_PAUSE, PAUSE_UNTOLD, Manners, retry_after

MAX_REDIRECTS = 5
MAX_HOSTS = 10_000  # whose manners are remembered
MAX_HEADER_BYTES = 256 * 1024
PIECE = 16 * 1024
# RFC 9110, section 15.4: the method survives 307 and 308, and only GET and HEAD survive the others as they were.
KEEP_METHOD, CHANGE_METHOD = (307, 308), (301, 302, 303)
# What may be said to a host that we were sent to by another; all else may be a credential and stays behind.
HARMLESS = frozenset({"accept", "accept-encoding", "accept-language", "content-type", "git-protocol", "user-agent"})
CREDENTIALS = ("authorization", "private-token", "job-token")
MAX_COMPLAINT_BYTES = 4096  # read of a refusal, to tell a limit from a prohibition


@dataclass(frozen=True, slots=True)
class Response:
    """An answer with a status below 300, or 304; `url` is where it came from; `headers` ignores the case of names."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str


@dataclass(slots=True)
class Traffic:
    """Requests and bytes on the wire, headers included, encryption not."""

    requests: int = 0
    bytes_sent: int = 0
    bytes_received: int = 0

    def add(self, other: Traffic) -> None:
        """Adds what `other` counted."""
        self.requests += other.requests
        self.bytes_sent += other.bytes_sent
        self.bytes_received += other.bytes_received


@dataclass(frozen=True, slots=True)
class _Ask:
    """One request as it stands after the redirects so far."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None
    max_bytes: int
    deadline: float
    seconds: float
    idempotent: bool


_COUNTERS: ContextVar[tuple[Traffic, ...]] = ContextVar("_COUNTERS", default=())


@dataclass(eq=False)
class Http:
    """Requests to other machines. One instance serves many threads.

    Args:
        allowed_private: what may be contacted inside the network (`AddressGuard`); of that `private_only` alone (host, port).
        proxy: `http://host:port` for all traffic, empty for none. The target is resolved and judged here first.
        contact: address or e-mail of the operator, said to hosts in the User-Agent.
        connect_seconds: the longest wait for a connection, per address.
        read_seconds: the longest wait for the next byte.
        backoff: waits in seconds before each retry; their number is the number of retries.
        longest_retry_after: a Retry-After up to that many seconds is waited for, a longer one ends in RateLimited.
        longest_seconds: no request takes longer, whatever its own deadline says.
        connections: per host, and so requests at once.
        resolve: resolves names as `socket.getaddrinfo` does; None is that.

    Raises:
        ValueError: `allowed_private` or `proxy` cannot be read.

    """

    allowed_private: Iterable[str] = ()
    proxy: str = ""
    contact: str = ""
    connect_seconds: float = 10
    read_seconds: float = 20
    backoff: tuple[float, ...] = (0.3, 1.5)
    longest_retry_after: float = 5
    longest_seconds: float = inf
    connections: int = 8
    resolve: Resolver | None = None
    private_only: tuple[str, int] | None = None
    traffic: Traffic = field(default_factory=Traffic, init=False)

    def __post_init__(self) -> None:
        resolver = {"resolve": self.resolve} if self.resolve else {}
        self._guard = AddressGuard(self.allowed_private, **resolver).only(self.private_only)
        self._lock = Lock()
        self._manners: dict[tuple[str, str], Manners] = {}
        self.agent = "publiccode-registry" + (f" (+{self.contact})" if self.contact else "")
        options: dict[str, Any] = {"num_pools": 32, "maxsize": self.connections, "ssl_context": tls_context()}
        dialled, self._manager = self._guard, PoolManager(**options)
        if self.proxy:
            proxy = parse_url(self.proxy)
            if proxy.scheme != "http" or not proxy.host:
                raise ValueError(f"{self.proxy!r} is not of the form http://host:port")
            user = make_headers(proxy_basic_auth=proxy.auth) if proxy.auth else None
            self._manager = ProxyManager(proxy._replace(auth=None).url, proxy_headers=user, **options)
            # The operator named the proxy: it alone is dialled, wherever it lies.
            dialled = AddressGuard([f"{proxy.host}:{proxy.port or 80}"], **resolver)
        self._manager.pool_classes_by_scheme = pool_classes(dialled, self.connect_seconds)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connections kept open."""
        self._manager.clear()

    @contextmanager
    def counting(self) -> Iterator[Traffic]:
        """Counts what this thread asks within the block: `with http.counting() as traffic: …`. Blocks may be nested."""
        traffic = Traffic()
        token = _COUNTERS.set((*_COUNTERS.get(), traffic))
        try:
            yield traffic
        finally:
            _COUNTERS.reset(token)

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        *,
        max_bytes: int = 1024 * 1024,
        deadline_seconds: float = 30,
        idempotent: bool | None = None,
    ) -> Response:
        """The answer to one request, redirects followed.

        Args:
            method: GET, HEAD, POST …; a redirect that would turn another method into GET is not followed.
            url: the address; a user name and password in it are not sent.
            headers: sent along; to another scheme, host or port than the one in `url` only the harmless ones.
            body: sent along.
            max_bytes: the longest body, after decompression.
            deadline_seconds: for everything together: connections, redirects, retries, body; looking up a name has
                the system resolver's own limits.
            idempotent: may be repeated when the connection broke or the host was overloaded; None: GET and HEAD may.

        Raises:
            RateLimited: 429, or 403 or 503 that names a time to come back.
            AccessDenied: 401, 403; status 0: an address or a scheme that we refuse to contact.
            RepositoryGone: 404, 410, 451.
            HostUnavailable: everything else; `status` is that of the answer, 0 where there was none.

        """
        repeatable = method in ("GET", "HEAD") if idempotent is None else idempotent
        deadline = monotonic() + (deadline_seconds := min(deadline_seconds, self.longest_seconds))
        sent = {"User-Agent": self.agent, "Accept-Encoding": "gzip"} | dict(headers or {})
        ask = _Ask(method, _without_user(url), sent, body, max_bytes, deadline, deadline_seconds, repeatable)
        for _ in range(MAX_REDIRECTS + 1):
            status, received, content = self._with_retries(ask)
            if 200 <= status < 300 or status == 304:
                return Response(status, received, content, ask.url)
            ask = _redirected(ask, status, received)
        text = message("{url} redirects more than {limit} times", url=_without_user(url), limit=MAX_REDIRECTS)
        raise HostUnavailable(text)

    def _with_retries(self, ask: _Ask) -> tuple[int, HTTPHeaderDict, bytes]:
        manners = self._manners_towards(ask)
        for pause in (*self.backoff, None):
            try:
                with manners.turn(ask.deadline):
                    started = monotonic()
                    status, headers, content = self._attempt(ask)
            except HTTPError as error:
                failure: HostError = HostUnavailable(_reason(ask, error))
                manners.complained(failure, {})
                if pause is None or not ask.idempotent or not _broke(error) or monotonic() + pause >= ask.deadline:
                    raise failure from error
                time.sleep(pause)
                continue
            except NoTurn:
                raise
            except HostUnavailable as error:
                if monotonic() >= ask.deadline:  # too slow; too large says nothing about the host
                    manners.complained(error, {})
                raise
            if status < 400:
                manners.answered(headers, monotonic() - started)
                return status, headers, content
            failure, wait = _failure(ask.url, status, headers, content), retry_after(headers)
            if status in (502, 503, 504) and wait is None:
                wait = pause
            elif status not in (403, 429, 503) or (wait is not None and wait > self.longest_retry_after):
                wait = None
            again = pause is not None and wait is not None and ask.idempotent and monotonic() + wait < ask.deadline
            _behave(manners, failure, headers, ask, monotonic() - started, again)
            if not again or wait is None:
                raise failure
            time.sleep(wait)
        raise AssertionError("the last round returns or raises")

    def _manners_towards(self, ask: _Ask) -> Manners:
        parts = http_address(ask.url)
        credential = next((value for name, value in ask.headers.items() if name.lower() in CREDENTIALS), "")
        key = (f"{parts.scheme}://{parts.netloc.lower()}", credential)
        with self._lock:
            if key not in self._manners:
                if len(self._manners) >= MAX_HOSTS:
                    self._manners.pop(next(iter(self._manners)))
                self._manners[key] = Manners(parts.netloc.lower(), self.connections, self.longest_retry_after)
            return self._manners[key]

    def _attempt(self, ask: _Ask) -> tuple[int, HTTPHeaderDict, bytes]:
        parts = http_address(ask.url)
        exchange = Exchange(ask.url, ask.deadline, ask.seconds, self.read_seconds, ask.max_bytes + MAX_HEADER_BYTES)
        token = CURRENT.set(exchange)
        try:
            exchange.wait()
            if self.proxy:
                target = parse_url(ask.url)  # what urllib3 will name to the proxy, not what another parser reads
                self._guard.addresses(target.host or "", target.port or {"http": 80, "https": 443}[parts.scheme])
            response = self._manager.urlopen(
                ask.method,
                ask.url,
                body=ask.body,
                headers=ask.headers,
                redirect=False,
                retries=False,
                preload_content=False,
                timeout=Timeout(connect=self.connect_seconds, read=self.read_seconds),
            )
            with _releasing(response):
                content = b""
                if 200 <= response.status < 300 and ask.method != "HEAD":
                    content = _read(response, ask, exchange)
                elif response.status in (403, 429):
                    content = response.read1(MAX_COMPLAINT_BYTES, decode_content=True)
                return response.status, response.headers, content
        except (HTTPException, OSError) as error:  # urllib3 lets some of them through
            raise ProtocolError(str(error), error) from error
        finally:
            CURRENT.reset(token)
            self._count(Traffic(1 if exchange.sent else 0, exchange.sent, exchange.received))

    def _count(self, traffic: Traffic) -> None:
        for counter in _COUNTERS.get():
            counter.add(traffic)
        with self._lock:
            self.traffic.add(traffic)


def _read(response: BaseHTTPResponse, ask: _Ask, exchange: Exchange) -> bytes:
    """The decoded body. `read1` returns what is there, so that the deadline is looked at between any two packets."""
    body = bytearray()
    while piece := response.read1(PIECE, decode_content=True):
        body += piece
        if len(body) > ask.max_bytes:
            text = message("{url} answers with more than {limit} bytes", url=ask.url, limit=ask.max_bytes)
            raise TooLarge(text, response.status)
        exchange.wait()
    return bytes(body)


@contextmanager
def _releasing(response: BaseHTTPResponse) -> Iterator[None]:
    """Gives the connection back where nothing is left in it; otherwise closes it rather than read the rest."""
    try:
        yield
    finally:
        if not response.closed and response.length_remaining != 0:
            response.close()
        response.release_conn()


def http_address(url: str) -> SplitResult:
    """The parts of an address that may be asked. Raises AccessDenied (status 0) for another scheme, else HostUnavailable."""
    try:
        parts = urlsplit(url)
        _ = parts.port
        parse_url(url)  # what is sent is read by urllib3, which is stricter with hosts
    except (ValueError, LocationParseError) as error:
        raise HostUnavailable(message("{url} is not an address: {reason}", url=url, reason=error)) from error
    if parts.scheme not in ("http", "https"):
        raise AccessDenied(message("{url} was not contacted: only http and https are", url=url), status=0)
    if not parts.hostname:
        raise HostUnavailable(message("{url} is not an address: {reason}", url=url, reason="no host"))
    return parts


def _without_user(url: str) -> str:
    """The address without user name, password and fragment: these are neither sent nor shown."""
    parts = http_address(url.strip())
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], fragment="").geturl()


def _redirected(ask: _Ask, status: int, headers: Mapping[str, str]) -> _Ask:
    location = headers.get("Location", "")
    if not location or not (status in KEEP_METHOD or (status in CHANGE_METHOD and ask.method in ("GET", "HEAD"))):
        raise HostUnavailable(_answered(ask.url, status), status)
    try:
        url = _without_user(urljoin(ask.url, location))
    except ValueError as error:
        raise HostUnavailable(message("{url} redirects to what is no address", url=ask.url), status) from error
    old, new = urlsplit(ask.url), urlsplit(url)
    if (old.scheme, new.scheme) == ("https", "http"):
        raise HostUnavailable(message("{url} redirects from https to http ({target})", url=ask.url, target=url), status)
    kept = ask.headers
    if (old.scheme, old.netloc.lower()) != (new.scheme, new.netloc.lower()):
        kept = {name: value for name, value in ask.headers.items() if name.lower() in HARMLESS}
    return _Ask(ask.method, url, kept, ask.body, ask.max_bytes, ask.deadline, ask.seconds, ask.idempotent)


def _failure(url: str, status: int, headers: Mapping[str, str], content: bytes = b"") -> HostError:
    """The HostError for a status from 400 on."""
    text, pause = _answered(url, status), retry_after(headers)
    if status in (404, 410, 451):
        return RepositoryGone(text, status)
    if status == 403 and pause is None and b"rate limit" in content.lower():
        pause = PAUSE_UNTOLD.total_seconds()  # GitHub's secondary limits may name no time
    if status == 429 or (status in (403, 503) and pause is not None):
        until = None if pause is None else datetime.now(UTC) + min(timedelta(seconds=pause), LONGEST_PAUSE)
        return RateLimited(text, until, status)
    if status in (401, 403):
        return AccessDenied(text, status)
    return HostUnavailable(text, status)


def _behave(
    manners: Manners, failure: HostError, headers: Mapping[str, str], ask: _Ask, seconds: float, again: bool
) -> None:
    """What a refusal means for our manners. `again`: it is asked once more after a short wait, so that nothing is closed."""
    if isinstance(failure, RateLimited) and not again:
        manners.complained(failure, headers)
    elif isinstance(failure, RateLimited) or failure.status >= 500:
        manners.complained(HostUnavailable(failure.message, failure.status), headers)
    elif failure.status == 401 and any(name.lower() in CREDENTIALS for name in ask.headers):
        manners.refused(failure)
    else:
        manners.answered(headers, seconds)


def _answered(url: str, status: int) -> Message:
    return message("{url} answers with HTTP status {status}", url=url, status=status)


def _broke(error: HTTPError) -> bool:
    """Whether the connection broke under the request: worth another try."""
    return isinstance(error, ProtocolError) and any(
        isinstance(p, (ConnectionError, IncompleteRead)) for p in error.args
    )


def _reason(ask: _Ask, error: HTTPError) -> Message:
    detail = "".join(c for c in str(error) if c.isprintable())[:200]
    if isinstance(error, Urllib3Timeout) or any(isinstance(part, TimeoutError) for part in error.args):
        return message("{url} did not answer in time", url=ask.url)
    if isinstance(error, SSLError):
        return message("{url} offers no secure connection: {reason}", url=ask.url, reason=detail)
    if _broke(error):
        return message("{url} broke off the connection", url=ask.url)
    if isinstance(error, DecodeError):
        return message("{url} answers with a body that cannot be decompressed", url=ask.url)
    return message("{url} does not answer in valid HTTP: {reason}", url=ask.url, reason=detail)
