"""The one way out holds whatever the other side does."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from publiccode.harvesters.errors import AccessDenied, HostError, HostUnavailable, RateLimited, RepositoryGone, TooLarge
from publiccode.harvesters.http import Http, Traffic

from .fault_server import FaultServer, answer, drip, flood, in_turn, raw, reset


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer({"/": answer("200 OK", b"fine", "X-Kind: test")}) as server:
        yield server


@pytest.fixture
def http(server: FaultServer) -> Iterator[Http]:
    with Http([server.authority], backoff=(0.01, 0.01), contact="https://registry.example") as http:
        yield http


def failure(http: Http, url: str, **options: Any) -> HostError:
    with pytest.raises(HostError) as error:
        http.request("GET", url, **options)
    assert str(error.value) == str(error.value.message)
    return error.value


def test_an_answer_with_its_traffic(http: Http, server: FaultServer) -> None:
    with http.counting() as outer, http.counting() as traffic:
        response = http.request("GET", f"{server.url}/")
    assert (response.status, response.body, response.url) == (200, b"fine", f"{server.url}/")
    assert response.headers["x-kind"] == "test"
    sent = (
        f"GET / HTTP/1.1\r\nHost: {server.authority}\r\nUser-Agent: publiccode-registry (+https://registry.example)\r\n"
    )
    assert server.received[0].headers == {
        "host": server.authority,
        "user-agent": "publiccode-registry (+https://registry.example)",
        "accept-encoding": "gzip",
    }
    expected = Traffic(1, len(sent + "Accept-Encoding: gzip\r\n\r\n"), 80)
    received = len("HTTP/1.1 200 OK\r\nX-Kind: test\r\nContent-Length: 4\r\nConnection: close\r\n\r\nfine")
    expected.bytes_received = received
    assert traffic == outer == http.traffic == expected


def test_each_thread_counts_its_own(http: Http, server: FaultServer) -> None:
    counts: list[int] = []

    def ask(times: int) -> None:
        with http.counting() as traffic:
            for _ in range(times):
                http.request("GET", f"{server.url}/")
        counts.append(traffic.requests)

    threads = [threading.Thread(target=ask, args=(times,)) for times in (1, 2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(counts) == [1, 2, 3]
    assert http.traffic.requests == 6


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        *((status, RepositoryGone) for status in (404, 410, 451)),
        *((status, AccessDenied) for status in (401, 403)),
        *((status, HostUnavailable) for status in (400, 418, 500, 501, 502, 503, 504)),
        (429, RateLimited),
    ],
)
def test_a_status_becomes_the_error_it_means(
    http: Http, server: FaultServer, status: int, kind: type[HostError]
) -> None:
    server.scripts["/x"] = answer(f"{status} Something", b"<html>" * 1000)
    error = failure(http, f"{server.url}/x")
    assert (type(error), error.status) == (kind, status)
    assert str(error) == f"{server.url}/x answers with HTTP status {status}"
    assert len(server.received) == (3 if status in (502, 503, 504) else 1)


@pytest.mark.parametrize("status", [403, 429, 503])
def test_a_host_that_names_a_time_to_come_back(http: Http, server: FaultServer, status: int) -> None:
    server.scripts["/x"] = answer(f"{status} Slow down", b"", "Retry-After: 3600")
    error = failure(http, f"{server.url}/x")
    assert isinstance(error, RateLimited)
    assert error.until is not None
    assert timedelta(minutes=59) < error.until - datetime.now(UTC) <= timedelta(hours=1)
    assert len(server.received) == 1


LATE = "{url} did not answer in time"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        (["Retry-After: 99999999999999999999"], 31 * 86400),
        ([f"Retry-After: {format_datetime(datetime(2999, 1, 1, tzinfo=UTC), usegmt=True)}"], 31 * 86400),
        (["X-RateLimit-Remaining: 0", f"X-RateLimit-Reset: {int(time.time()) + 86400}"], 86400),
        (["Retry-After: soon"], None),
        (["Retry-After: -5"], None),
        (["X-RateLimit-Remaining: 0", "X-RateLimit-Reset: 1e999"], None),
        ([], None),
    ],
)
def test_when_to_come_back(http: Http, server: FaultServer, headers: list[str], seconds: int | None) -> None:
    server.scripts["/x"] = answer("429 Slow down", b"", *headers)
    error = failure(http, f"{server.url}/x")
    assert isinstance(error, RateLimited)
    if seconds is None or error.until is None:
        assert (seconds, error.until) == (None, None)
    else:
        # The moment stands in the header since the tests were collected, which a busy machine has minutes ago.
        assert abs((error.until - datetime.now(UTC)).total_seconds() - seconds) < 3600


@pytest.mark.parametrize(
    "first", [answer("429 x", b"", "Retry-After: 0"), answer("503 x"), answer("502 x", b"<html>"), reset]
)
def test_what_passes_is_tried_again(http: Http, server: FaultServer, first: Any) -> None:
    server.scripts["/x"] = in_turn(first, answer("200 OK", b"now"))
    assert http.request("GET", f"{server.url}/x").body == b"now"
    assert len(server.received) == 2


@pytest.mark.parametrize("first", [answer("503 x"), reset])
def test_what_may_have_had_an_effect_is_not_tried_again(http: Http, server: FaultServer, first: Any) -> None:
    server.scripts["/x"] = in_turn(first, answer("200 OK", b"now"))
    with pytest.raises(HostUnavailable):
        http.request("POST", f"{server.url}/x", body=b"x")
    assert len(server.received) == 1
    assert http.request("POST", f"{server.url}/x", body=b"x", idempotent=True).body == b"now"


@pytest.mark.parametrize(
    ("script", "text"),
    [
        (reset, "{url} broke off the connection"),
        (raw(b""), "{url} broke off the connection"),
        (answer("200 OK", b"x" * 2000), "{url} answers with more than 1000 bytes"),
        (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort"), "{url} broke off the connection"),
        (raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"), "{url} broke off the connection"),
        (
            answer("200 OK", gzip.compress(b"\0" * 50_000_000), "Content-Encoding: gzip"),
            "{url} answers with more than 1000 bytes",
        ),
        (
            answer("200 OK", b"no gzip at all", "Content-Encoding: gzip"),
            "{url} answers with a body that cannot be decompressed",
        ),
        (flood(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65536), "{url} answers with more than 1000 bytes"),
        (flood(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), "{url} answers with more than 263144 bytes"),
        (flood(b"HTTP/1.1 200 OK\r\nX: ", b"x" * 100), "{url} does not answer in valid HTTP: "),
        (flood(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"), "{url} does not answer in valid HTTP: "),
        (raw(b"\x16\x03\x01 what is this\r\n\r\n"), "{url} does not answer in valid HTTP: "),
        (drip(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n", b"x"), LATE),
        (drip(b"HTTP/1.1 200 OK\r\nX: ", b"x"), LATE),
        (drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), LATE),
    ],
)
def test_a_broken_or_hostile_answer_ends_soon_and_is_told(
    http: Http, server: FaultServer, script: Any, text: str
) -> None:
    server.scripts["/x"] = script
    url = f"{server.url}/x"
    started = time.monotonic()
    error = failure(http, url, max_bytes=1000, deadline_seconds=1)
    assert time.monotonic() - started < 3  # a deadline is what this is about; without it, no end
    assert type(error) is (TooLarge if text.endswith(" 1000 bytes") else HostUnavailable)
    # Which of the two clocks strikes first, that of one wait or that of the whole, depends on how busy the machine is.
    late = "{url} gave no complete answer within 1 seconds" if text == LATE else text
    assert str(error).startswith((text.format(url=url), late.format(url=url)))
    assert http.traffic.bytes_received < 1_000_000
    assert http.request("GET", f"{server.url}/").body == b"fine"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed(http: Http, server: FaultServer, status: int) -> None:
    server.scripts["/old"] = answer(f"{status} Moved", b"there", "Location: /new?a=b")
    server.scripts["/new"] = answer("200 OK", b"new")
    response = http.request("GET", f"{server.url}/old")
    assert (response.body, response.url) == (b"new", f"{server.url}/new?a=b")


@pytest.mark.parametrize(("status", "followed"), [(301, False), (302, False), (303, False), (307, True), (308, True)])
def test_a_redirect_never_turns_one_method_into_another(
    http: Http, server: FaultServer, status: int, followed: bool
) -> None:
    server.scripts["/old"] = answer(f"{status} Moved", b"", "Location: /new")
    server.scripts["/new"] = answer("200 OK", b"new")
    if followed:
        assert http.request("POST", f"{server.url}/old", body=b"body").body == b"new"
        assert [request.method for request in server.received] == ["POST", "POST"]
    else:
        with pytest.raises(HostUnavailable) as error:
            http.request("POST", f"{server.url}/old", body=b"body")
        assert (error.value.status, len(server.received)) == (status, 1)


def test_redirects_have_an_end(http: Http, server: FaultServer) -> None:
    server.scripts["/x"] = answer("302 Found", b"", "Location: /x")
    assert str(failure(http, f"{server.url}/x")) == f"{server.url}/x redirects more than 5 times"
    assert len(server.received) == 6


@pytest.mark.parametrize("location", ["http://[", "//[", "http://a]b/", "http://user:p@[/"])
def test_a_redirect_to_what_is_no_address(http: Http, server: FaultServer, location: str) -> None:
    server.scripts["/x"] = answer("302 Found", b"", f"Location: {location}")
    assert str(failure(http, f"{server.url}/x")) == f"{server.url}/x redirects to what is no address"


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1:1/",
        "http://169.254.169.254/latest",
        "//10.0.0.1/",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
    ],
)
def test_a_redirect_to_the_inside_is_refused(http: Http, server: FaultServer, location: str) -> None:
    server.scripts["/x"] = answer("302 Found", b"", f"Location: {location}")
    error = failure(http, f"{server.url}/x")
    assert (type(error), error.status) == (AccessDenied, 0)


def test_credentials_stay_with_their_host(server: FaultServer) -> None:
    secrets = {
        "Authorization": "Bearer t",
        "PRIVATE-TOKEN": "t",
        "Cookie": "c",
        "X-Anything": "x",
        "Accept": "text/plain",
    }
    with FaultServer({"/": answer("200 OK", b"other")}) as other, Http([server.authority, other.authority]) as http:
        server.scripts["/in"] = answer("302 Found", b"", "Location: /out")
        server.scripts["/out"] = answer("302 Found", b"", f"Location: {other.url}/")
        assert http.request("GET", f"{server.url}/in", secrets).body == b"other"
        assert server.received[1].headers["private-token"] == "t"
        assert sorted(other.received[0].headers) == ["accept", "accept-encoding", "host", "user-agent"]


def test_user_and_password_in_an_address_are_neither_sent_nor_shown(http: Http, server: FaultServer) -> None:
    server.scripts["/x"] = answer("404 Not Found")
    error = failure(http, server.url.replace("//", "//someone:secret@") + "/x")
    assert str(error) == f"{server.url}/x answers with HTTP status 404"
    assert "authorization" not in server.received[0].headers


@pytest.mark.parametrize(
    ("url", "kind", "text"),
    [
        ("ftp://example.org/", AccessDenied, "ftp://example.org/ was not contacted: only http and https are"),
        ("file:///etc/passwd", AccessDenied, "file:///etc/passwd was not contacted: only http and https are"),
        ("/etc/passwd", AccessDenied, "/etc/passwd was not contacted: only http and https are"),
        ("http:///x", HostUnavailable, "http:///x is not an address: no host"),
        ("http://[::1", HostUnavailable, "http://[::1 is not an address: Invalid IPv6 URL"),
        ("http://a:99999/", HostUnavailable, "http://a:99999/ is not an address: Port out of range 0-65535"),
    ],
)
def test_what_is_no_address_for_us(http: Http, url: str, kind: type[HostError], text: str) -> None:
    error = failure(http, url)
    assert (type(error), str(error), error.status) == (kind, text, 0)


def test_a_host_where_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with Http([f"127.0.0.1:{port}"]) as http:
        error = failure(http, f"http://127.0.0.1:{port}/")
    assert (type(error), str(error)) == (
        HostUnavailable,
        f"127.0.0.1 cannot be reached on port {port}: Connection refused",
    )


def test_a_name_that_flips_to_the_inside_reaches_nothing(server: FaultServer) -> None:
    """The connection was made to a public address; the next one, after the flip, is judged again."""
    seen = []

    def resolve(host: str, port: int, *_: object) -> list[tuple[Any, ...]]:
        seen.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", server.port))]

    with Http(resolve=resolve) as http:
        error = failure(http, f"http://rebinding.example:{server.port}/")
    assert (type(error), error.status, seen, server.received) == (AccessDenied, 0, ["rebinding.example"], [])


def test_proxies_of_the_environment_are_ignored(
    http: Http, server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert http.request("GET", f"{server.url}/").body == b"fine"


def test_a_proxy_that_was_set_is_used_and_the_target_judged_first() -> None:
    def resolve(host: str, port: int, *_: object) -> list[tuple[Any, ...]]:
        addresses = {"public.example": "1.1.1.1", "inner.example": "10.0.0.1"}
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (addresses.get(host, host), port))]

    with (
        FaultServer({"http://public.example/x": answer("200 OK", b"by proxy")}) as proxy,
        Http(proxy=proxy.url.replace("//", "//me:pw@"), resolve=resolve) as http,
    ):
        assert http.request("GET", "http://public.example/x").body == b"by proxy"
        assert proxy.received[0].headers["proxy-authorization"] == "Basic bWU6cHc="
        assert type(failure(http, "http://inner.example/x")) is AccessDenied
        assert len(proxy.received) == 1


@pytest.mark.parametrize(
    "proxy", ["https://proxy.example:3128", "socks5://proxy.example", "proxy.example:3128", "http://"]
)
def test_a_proxy_that_cannot_be_read_is_told(proxy: str) -> None:
    with pytest.raises(ValueError) as error:
        Http(proxy=proxy)
    assert str(error.value) == f"{proxy!r} is not of the form http://host:port"
