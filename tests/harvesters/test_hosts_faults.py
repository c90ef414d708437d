"""Every kind of host with everything that goes wrong, at every kind of request: a HostError or the truth, and soon."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from publiccode.harvesters.errors import AccessDenied, HostError, HostUnavailable, RateLimited
from publiccode.harvesters.http import Http
from publiccode.schemas.candidate import Repository

from ..forges import faults
from ..forges.exchange import Answer, Exchange, json_answer
from ..forges.faults import Fault
from ..forges.kinds import KINDS, TOKEN, Kind
from ..forges.reading import essence, name_of, read
from ..forges.server import ForgeServer
from ..forges.world import World
from ..long import LONG

kinds = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
# Page 1, page 2, then the first repository's requests.
PLACES = (0, 1, 2, 3, 4)
SLOW = {"drip"}


def places(fault: str) -> tuple[int, ...]:
    """Where a fault is put: in the long checks everywhere, else at two places, each of which many faults meet."""
    if fault in SLOW:
        return PLACES[:4:2]
    first = list(faults.KINDS).index(fault) % len(PLACES)
    return PLACES if LONG else (first, (first + 2) % len(PLACES))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    world = World(tmp_path_factory.mktemp("world"))
    for name in ("a", "b", "c"):
        world.add(f"city/{name}", {"publiccode.yml": f"name: {name}\n".encode(), "LICENSE": b"text", "README": b""})
    return world


@pytest.fixture(scope="module")
def truth(world: World) -> dict[str, dict[str, object]]:
    """What is read where nothing goes wrong, by kind of host."""
    found = {}
    for kind in KINDS:
        with kind.serve(world, 2) as server, Http([server.authority]) as http:
            found[kind.name] = harvested(kind, server, http)
    return found


def harvested(kind: Kind, server: ForgeServer, http: Http, token: str = "") -> dict[str, object]:
    """What a harvest of the group gives: by name the candidate, or the error."""
    host = kind.host(server, http, token)
    answers = read(host, list(host.repositories(kind.group_url(server, "city"))))
    return {name: answer.error or essence(answer.candidate) for name, answer in answers.items()}


@kinds
@pytest.mark.parametrize("fault", faults.KINDS)
def test_a_fault_at_any_request(kind: Kind, fault: str, world: World, truth: dict[str, dict[str, object]]) -> None:
    for place in places(fault):
        # Each with manners of its own: a host that refused a token is not asked again.
        with kind.serve(world, 2) as server, Http([server.authority], backoff=(), longest_seconds=1) as http:
            http.longest_retry_after = 0
            server.faults = {place: faults.KINDS[fault]}
            started = time.monotonic()
            try:
                found = harvested(kind, server, http, TOKEN)
            except HostError:
                continue
            finally:
                assert time.monotonic() - started < 10
        right = truth[kind.name]
        assert found.keys() == right.keys(), place
        assert [
            name for name, entry in found.items() if entry != right[name] and not isinstance(entry, HostError)
        ] == []


@kinds
def test_a_host_that_always_fails_is_told_at_once(kind: Kind, world: World) -> None:
    with kind.serve(world, 2) as server, Http([server.authority], backoff=()) as http:
        server.faults = lambda _place, _request: faults.KINDS["502 HTML"]
        with pytest.raises(HostUnavailable):
            harvested(kind, server, http)
        assert len(server.requests) == 1


@kinds
@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("status", [301, 302, 307])
def test_the_token_stays_with_its_host(kind: Kind, place: int, status: int, world: World) -> None:
    """And what another host says about the repositories is not believed."""
    with (
        kind.serve(world, 2) as server,
        kind.serve(world, 2) as other,
        Http([server.authority, other.authority], backoff=()) as http,
    ):
        server.faults = {place: lambda exchange: faults.redirect(status, other.url + exchange.request.target)(exchange)}
        try:
            found = harvested(kind, server, http, TOKEN)
        except HostUnavailable:
            found = {}
        asked = [request.path for request in server.requests]
        assert [request for request in other.requests if request.authorization or request.private_token] == []
        assert all(request.authorization for request in server.requests if "git-upload-pack" not in request.path)
        # What Git and GraphQL do not give is asked for in another way, here.
        if not asked[place].endswith(("git-upload-pack", "graphql")):
            assert len(found) < 3 or any(isinstance(entry, HostError) for entry in found.values())


@kinds
def test_a_host_that_is_limited_says_until_when(kind: Kind, world: World) -> None:
    with kind.serve(world, 2) as server, Http([server.authority], backoff=()) as http:
        server.faults = {0: faults.KINDS["429 for an hour"]}
        with pytest.raises(RateLimited) as error:
            harvested(kind, server, http)
        assert error.value.until is not None
        assert 3500 < (error.value.until - datetime.now(UTC)).total_seconds() <= 3600


def values(text: bytes) -> Iterator[bytes]:
    """The same JSON with each value in turn of every other type, and with each key in turn left out."""
    whole = json.loads(text)
    others: list[object] = [None, True, "x", [], {}, 10**30, "\ud800", "x/../../y"]
    for replace in others:
        for path in paths(whole):
            changed = json.loads(text)
            put(changed, path, replace)
            yield json.dumps(changed).encode()
    for path in paths(whole):
        if path and isinstance(path[-1], str):
            changed = json.loads(text)
            take(changed, path)
            yield json.dumps(changed).encode()
    yield from (b"", b"null", b"[]", b"{}", b"[" * 100_000, b'"', b"\xff", b"[1]", b'[{"id":' + b"9" * 5000 + b"}]")


Place = tuple[str | int, ...]


def paths(value: object, above: Place = ()) -> Iterator[Place]:
    if above:
        yield above
    if isinstance(value, dict):
        for key, item in value.items():
            yield from paths(item, (*above, key))
    elif isinstance(value, list):
        for place, item in enumerate(value[:1]):
            yield from paths(item, (*above, place))


def put(value: object, path: Place, new: object) -> None:
    for part in path[:-1]:
        value = value[part]  # type: ignore[index]
    value[path[-1]] = new  # type: ignore[index]


def take(value: object, path: Place) -> None:
    for part in path[:-1]:
        value = value[part]  # type: ignore[index]
    del value[path[-1]]  # type: ignore[attr-defined]


def instead(body: bytes) -> Fault:
    def play(exchange: Exchange) -> Answer:
        return Answer(200, exchange.real().headers, body)

    return play


@kinds
@pytest.mark.parametrize("place", [0, 1, 2])
def test_json_of_any_shape(kind: Kind, place: int, tmp_path: Path) -> None:
    """Whatever stands where, nothing but a HostError comes out, and no address of another host."""
    world = World(tmp_path)
    world.add("city/a", {"publiccode.yml": b"name: a\n", "LICENSE": b"text"})
    with kind.serve(world, 50) as server, Http([server.authority], backoff=()) as http:
        collect(kind, server, http)
        asked = [request.path for request in server.requests]
        if place >= len(asked) or (place and kind.kind.startswith("bitbucket")):
            return  # it needs no more requests than that, or Git's
        real = asked[place]
        bodies = []
        server.faults = lambda _place, request: (
            (lambda exchange: bodies.append(exchange.real().body) or exchange.real())  # type: ignore[func-returns-value]
            if request.target == real
            else None
        )
        collect(kind, server, http)
        body = bodies[0]
        if not body.startswith((b"{", b"[")):
            return  # the file itself
        for changed in values(body):
            play = instead(changed)
            server.faults = lambda _place, request, play=play: play if request.target == real else None
            for repository in collect(kind, server, http):
                assert repository.url.startswith(f"{server.url}/")
                assert name_of(repository)


def collect(kind: Kind, server: ForgeServer, http: Http) -> list[Repository]:
    host = kind.host(server, http)
    found = []
    try:
        for repository in host.repositories(kind.group_url(server, "city")):
            found.append(repository)
            if not kind.kind.startswith("bitbucket") and not repository.empty:
                found += [answer.repository for answer in host.fetch([repository])]
            if len(found) > 10:
                break
    except HostError:
        pass
    return found


@kinds
def test_pages_without_end(kind: Kind) -> None:
    """A list whose next page is always there ends all the same, with an error."""
    world = World()
    for number in range(3):
        world.add(f"city/r{number}", {"a": b""})
    with kind.serve(world, 2) as server, Http([server.authority], backoff=()) as http:
        first: list[Answer] = []

        def endless(exchange: Exchange) -> Answer:
            if not first:
                first.append(exchange.real())
            return first[0]

        server.faults = lambda _place, _request: endless
        with pytest.raises(HostUnavailable):
            list(kind.host(server, http).repositories(kind.group_url(server, "city")))
        assert len(server.requests) < 150


@kinds
def test_a_page_to_sign_in_is_no_answer(kind: Kind, world: World) -> None:
    """GitLab and others redirect to it who may not see something."""
    with kind.serve(world, 2) as server, Http([server.authority], backoff=()) as http:
        page = faults.reply(200, faults.SIGN_IN)
        server.faults = lambda _place, request: (
            page if request.path == "/users/sign_in" else faults.redirect(302, f"{server.url}/users/sign_in")
        )
        with pytest.raises(AccessDenied) as error:
            list(kind.host(server, http).repositories(kind.group_url(server, "city")))
        assert error.value.status == 401


@kinds
def test_a_list_of_more_than_we_take(kind: Kind, world: World) -> None:
    with kind.serve(world, 2) as server, Http([server.authority], backoff=()) as http:
        server.faults = {0: lambda _: json_answer(200, [{"id": 1, "x": "y" * 1000}] * 10_000)}
        with pytest.raises(HostUnavailable):
            list(kind.host(server, http).repositories(kind.group_url(server, "city")))
