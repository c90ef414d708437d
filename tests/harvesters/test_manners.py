"""How we behave towards hosts: budgets, pauses, pace, a breaker; each host and credential apart."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from time import time

import pytest

from publiccode.harvesters import manners
from publiccode.harvesters.errors import AccessDenied, HostUnavailable, RateLimited
from publiccode.harvesters.http import Http

from ..forges.exchange import Answer, Request
from ..forges.faults import reply
from ..forges.server import ForgeServer
from ..forges.world import World


class Plain(ForgeServer):
    """Answers all with the same."""

    headers: tuple[tuple[str, str], ...] = ()

    def answer(self, request: Request) -> Answer:
        return Answer(200, self.headers, b"{}")


@pytest.fixture
def server() -> Iterator[Plain]:
    with Plain(World()) as server:
        yield server


@pytest.fixture
def http(server: Plain) -> Iterator[Http]:
    with Http([server.authority], backoff=()) as http:
        yield http


def test_a_budget_that_is_used_up_closes_the_host_until_it_returns(server: Plain, http: Http) -> None:
    server.headers = (("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", str(int(time()) + 600)))
    http.request("GET", server.url)
    with pytest.raises(RateLimited) as caught:
        http.request("GET", f"{server.url}/more")
    assert len(server.requests) == 1
    assert caught.value.until is not None
    assert 590 < caught.value.until.timestamp() - time() < 610


def test_each_credential_has_a_budget_of_its_own(server: Plain, http: Http) -> None:
    server.headers = (("RateLimit-Remaining", "0"), ("RateLimit-Reset", "600"))
    http.request("GET", server.url, {"Authorization": "token a"})
    http.request("GET", server.url, {"Authorization": "token b"})
    with pytest.raises(RateLimited):
        http.request("GET", server.url, {"Authorization": "token a"})
    assert [seen.authorization for seen in server.requests] == ["token a", "token b"]


def test_a_long_retry_after_closes_the_host_a_short_one_is_waited_for(server: Plain, http: Http) -> None:
    http.backoff = (0.01,)
    server.faults = {0: reply(429, Retry_After="1"), 2: reply(429, Retry_After="3600")}
    assert http.request("GET", server.url).status == 200
    for _ in range(2):
        with pytest.raises(RateLimited):
            http.request("GET", server.url)
    assert len(server.requests) == 3


def test_a_complaint_without_a_time_is_a_minute(server: Plain, http: Http) -> None:
    server.faults = {0: reply(403, b'{"message": "You have exceeded a secondary rate limit."}')}
    with pytest.raises(RateLimited) as caught:
        http.request("GET", server.url)
    assert caught.value.until is not None
    assert 50 < caught.value.until.timestamp() - time() < 61


def test_a_plain_prohibition_closes_nothing(server: Plain, http: Http) -> None:
    server.faults = {0: reply(403, b"Forbidden")}
    with pytest.raises(AccessDenied):
        http.request("GET", server.url)
    assert http.request("GET", server.url).status == 200


def test_a_credential_that_is_refused_is_not_shown_again(server: Plain, http: Http) -> None:
    server.faults = {0: reply(401)}
    for _ in range(3):
        with pytest.raises(AccessDenied):
            http.request("GET", server.url, {"Authorization": "token old"})
    assert len(server.requests) == 1
    assert http.request("GET", server.url).status == 200


def test_a_host_that_fails_in_a_row_is_left_alone_and_then_tried_once(
    server: Plain, http: Http, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.faults = lambda place, _: reply(500) if place < manners.BREAKS_AFTER + 1 else None
    for _ in range(manners.BREAKS_AFTER + 3):
        with pytest.raises(HostUnavailable):
            http.request("GET", server.url)
    assert len(server.requests) == manners.BREAKS_AFTER
    [state] = http._manners.values()
    state._rests_until = 0  # the minute is over
    with pytest.raises(HostUnavailable):
        http.request("GET", server.url)
    with pytest.raises(HostUnavailable) as caught:
        http.request("GET", server.url)
    assert len(server.requests) == manners.BREAKS_AFTER + 1
    assert (
        str(caught.value)
        == f"{server.authority} failed {manners.BREAKS_AFTER + 1} times in a row and is left alone for now"
    )
    state._rests_until = 0
    assert http.request("GET", server.url).status == 200


def test_a_quick_host_gets_more_at_once_a_complaint_halves_it(server: Plain, http: Http) -> None:
    server.latency = 0.02
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda _: http.request("GET", server.url), range(120)))
    [state] = http._manners.values()
    assert state.at_once == 8
    assert 3 <= server.most_at_once <= 8
    server.faults = {120: reply(503)}
    with pytest.raises(HostUnavailable):
        http.request("GET", server.url)
    assert state.at_once == 4


def test_every_request_names_us_and_the_operator(server: Plain) -> None:
    with Http([server.authority], contact="post@registry.example") as http:
        assert http.agent == "publiccode-registry (+post@registry.example)"
        http.request("GET", server.url)
