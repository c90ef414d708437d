"""What all simulated hosts have in common: the log, the faults, and Git beside the API."""

from __future__ import annotations

import gzip
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from urllib3 import PoolManager

from publiccode.harvesters.errors import HostError
from publiccode.harvesters.hosts.git import GitSmartHttp
from publiccode.harvesters.http import Http
from publiccode.schemas.candidate import Repository

from .exchange import Answer, Request, json_answer
from .faults import KINDS, at_random, drip, gzip_bomb, late, redirect, refusal
from .server import ForgeServer
from .world import World

VALUE = {"name": "value", "more": "x" * 200}
BODY = json_answer(200, VALUE).body


class Plain(ForgeServer):
    """Says the same to everybody."""

    def answer(self, request: Request) -> Answer:
        return json_answer(200, VALUE)


@pytest.fixture
def server() -> Iterator[Plain]:
    with Plain(World()) as running:
        yield running


@pytest.fixture
def http(server: Plain) -> Iterator[Http]:
    with Http([server.authority], backoff=(), longest_retry_after=0) as made:
        yield made


def test_keeps_a_log_of_what_was_asked_and_with_which_credentials(server: Plain, http: Http) -> None:
    http.request("GET", f"{server.url}/a?b=c", {"Authorization": "Bearer x"})
    http.request("POST", f"{server.url}/d", {"PRIVATE-TOKEN": "y"}, b"body")
    seen = [(r.method, r.path, r.status, r.authorization, r.private_token, r.body) for r in server.requests]
    assert seen == [("GET", "/a?b=c", 200, "Bearer x", None, b""), ("POST", "/d", 200, None, "y", b"body")]
    assert (dict(server.statuses), server.bytes_in, server.bytes_out) == ({200: 2}, 4, 2 * len(BODY))
    server.reset()
    assert (server.requests, dict(server.statuses), server.bytes_out) == ([], {}, 0)


def test_answers_at_once_on_a_kept_connection_or_as_late_as_told(server: Plain, http: Http) -> None:
    began = time.monotonic()
    for _ in range(50):
        http.request("GET", server.url)
    assert time.monotonic() - began < 1.5  # 40 ms more for each where Nagle's algorithm waits
    server.latency = 0.2
    began = time.monotonic()
    http.request("GET", server.url)
    assert time.monotonic() - began >= 0.2


def test_counts_how_many_are_answered_at_once(server: Plain) -> None:
    server.latency = 0.2
    with PoolManager(maxsize=3) as pool, ThreadPoolExecutor(3) as threads:
        list(threads.map(lambda _: pool.request("GET", server.url), range(6)))
    assert server.most_at_once == 3


# What our own way out makes of each fault; "answered": it takes it for an answer, which its callers must look at.
OUTCOMES = {
    "301 to itself": "answered",
    "302 to itself": "answered",
    "307 to itself": "answered",
    "301 to an inside address": "AccessDenied 0",
    "302 to an inside address": "AccessDenied 0",
    "307 to an inside address": "AccessDenied 0",
    "401": "AccessDenied 401",
    "403": "AccessDenied 403",
    "403 with Retry-After": "RateLimited 403",
    "403 secondary limit": "RateLimited 403",
    "429": "RateLimited 429",
    "429 with Retry-After": "RateLimited 429",
    "429 for an hour": "RateLimited 429",
    "403 for an hour": "RateLimited 403",
    "404": "RepositoryGone 404",
    "451": "RepositoryGone 451",
    "500": "HostUnavailable 500",
    "502 HTML": "HostUnavailable 502",
    "503": "RateLimited 503",
    "200 HTML": "answered otherwise",
    "200 empty": "answered otherwise",
    "cut connection": "HostUnavailable 0",
    "cut text": "answered otherwise",
    "too long": "answered otherwise",
    "drip": "HostUnavailable 0",
    "gzip bomb": "TooLarge 200",
    "reset": "HostUnavailable 0",
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_fault_happens_once_and_the_next_request_is_answered(server: Plain, http: Http, kind: str) -> None:
    server.faults = {0: KINDS[kind]}
    try:
        answer = http.request("GET", f"{server.url}/asked", deadline_seconds=1 if kind == "drip" else 20)
        outcome = "answered" if answer.body == BODY else "answered otherwise"
    except HostError as error:
        outcome = f"{type(error).__name__} {error.status}"
    assert outcome == OUTCOMES[kind]
    # Another one, because the first remembers to stay away where it was told so.
    with Http([server.authority], backoff=()) as other:
        assert other.request("GET", server.url).body == BODY


def test_bytes_come_one_by_one_and_whole_answers_late(server: Plain, http: Http) -> None:
    server.faults = {0: drip(0.0001), 1: late(0.2)}
    assert http.request("GET", server.url).body == BODY
    began = time.monotonic()
    assert http.request("GET", server.url).body == BODY
    assert time.monotonic() - began >= 0.2


def test_a_bomb_is_small_on_the_wire_and_well_made(server: Plain) -> None:
    server.faults = {0: gzip_bomb(20_000_000)}
    with PoolManager() as pool:
        answer = pool.request("GET", server.url, decode_content=False)
        assert len(answer.data) < 40_000
        assert gzip.decompress(answer.data) == b" " * 20_000_000 + b"{}"


def test_sends_to_another_host(server: Plain) -> None:
    with Plain(World()) as other, Http([server.authority, other.authority], backoff=()) as http:
        server.faults = {0: redirect(302, f"{other.url}/there")}
        http.request("GET", server.url, {"Authorization": "Bearer x"})
        assert [(seen.path, seen.authorization) for seen in other.requests] == [("/there", None)]


def test_faults_may_be_chosen_by_chance_that_repeats_itself(server: Plain) -> None:
    choose = at_random(0.2, 7, [refusal(403, "no")])
    request = Request("GET", "/", {}, b"")
    places = [place for place in range(1000) if choose(place, request)]
    again = at_random(0.2, 7, [refusal(403, "no")])
    assert 150 < len(places) < 250
    assert places == [place for place in range(1000) if again(place, request)]
    server.faults = choose
    with PoolManager() as pool:
        statuses = [pool.request("GET", server.url, retries=False).status for _ in range(20)]
    assert [place for place, status in enumerate(statuses) if status == 403] == [
        place for place in places if place < 20
    ]


def test_serves_git_under_the_same_address(tmp_path: Path) -> None:
    world = World(tmp_path)
    repo = world.add("gov/app", {"publiccode.yml": b"name: x\n"}, default_branch="feature/main")
    hidden = world.add("gov/hidden", {"a": b"a"}, private=True)
    computed = World().add("gov/app", {"publiccode.yml": b"name: x\n"})
    with Plain(world) as server, Http([server.authority], backoff=()) as http:
        git = GitSmartHttp(http, lambda url: url.replace("https://forge.example", server.git_url))
        found = git.repository(Repository(url="https://forge.example/gov/app"))
        assert (found.head, found.default_branch) == (repo.objects.head, "feature/main")
        assert repo.objects.head == computed.objects.head
        world.rename(repo, "renamed")
        assert git.repository(Repository(url="https://forge.example/gov/app.git")).head == repo.objects.head
        for name in (hidden.full_name, "gov/nothing"):
            with pytest.raises(HostError) as refused:
                git.repository(Repository(url=f"https://forge.example/{name}"))
            assert refused.value.status == 401
        world.touch(repo, blocked=True)
        with pytest.raises(HostError) as blocked:
            git.repository(Repository(url="https://forge.example/gov/renamed"))
        assert blocked.value.status == 451
