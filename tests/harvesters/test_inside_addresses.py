"""Every way out, with every address that lies inside the network: refused, told, and nothing there is reached.

What a harvest is given comes from lists that others write; what it is sent to comes from hosts. Neither may make it a
reader of the operator's own network, nor carry a token there.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import cycle, product
from typing import Any

import pytest

from publiccode.harvesters.catalogues import CATALOGUES
from publiccode.harvesters.drift import Comparing
from publiccode.harvesters.errors import AccessDenied, HostError
from publiccode.harvesters.fetch import fetch_candidate, knock, read_repository
from publiccode.harvesters.hosts import HOSTS as KINDS
from publiccode.harvesters.hosts import Access, Answer, GitHost, Hosts
from publiccode.harvesters.hosts.git_tags import GitTags
from publiccode.harvesters.hosts.github import GitHub
from publiccode.harvesters.hosts.probe import kind_of
from publiccode.harvesters.http import Http
from publiccode.registry.drift import Comparison
from publiccode.schemas.addresses import without_user
from publiccode.schemas.candidate import Repository

from ..forges.exchange import Answer as Served
from ..forges.exchange import Exchange
from ..forges.faults import redirect
from ..forges.kinds import GITHUB, Kind
from ..forges.kinds import KINDS as SIMULATED
from ..forges.kinds import TOKEN as SHOWN
from ..forges.reading import read
from ..forges.server import ForgeServer
from ..forges.world import World
from .fault_server import FaultServer, always, answer
from .inside import AMBIGUOUS, HOSTS, INSIDE, Listener, answers, resolve

TOKEN = "token-that-nobody-may-see"
COMMIT = "1" * 40
Way = Callable[[Http, str], object]
"""Goes one way to a scheme and host."""


def first(answers: Iterable[Answer]) -> Answer:
    answer = next(iter(answers))
    if answer.error is not None:
        raise answer.error
    return answer


def host_at(http: Http, base: str, kind: str, token: str) -> GitHost:
    name = base.partition("://")[2].rpartition("@")[2].lower()
    return Hosts(http, kinds={name: kind}, tokens={name: token} if token else {}).listing(f"{base}/city")


def lists(kind: str, token: str, http: Http, base: str) -> object:
    group = "projects/city" if kind == "bitbucket-server" else "city"
    return list(host_at(http, base, kind, token).repositories(f"{base}/{group}"))


def looks(kind: str, token: str, http: Http, base: str) -> object:
    return first(host_at(http, base, kind, token).look([Repository(f"{base}/city/lamp")]))


def fetches(kind: str, token: str, http: Http, base: str) -> object:
    known = Repository(f"{base}/city/lamp", COMMIT, "main")
    return first(host_at(http, base, kind, token).fetch([known]))


def compares(http: Http, base: str) -> object:
    host_at(
        http, base, "github", TOKEN
    )  # refuses what is no address; over http it shows no token, and so compares nothing
    base = without_user(base)
    host = GitHub(Access(http, str, base, TOKEN))
    assert isinstance(host, Comparing)
    return host.compare(Repository(f"{base}/city/lamp", COMMIT, "main"), f"{base}/other/lamp")


def reads_catalogue(kind: str, http: Http, base: str) -> object:
    return list(CATALOGUES[kind](http, str).entries(f"{base}/data"))


WAYS: dict[str, Way] = {
    "repository": lambda http, base: first(Hosts(http).serving(base).look([Repository(f"{base}/city/lamp")])),
    "probe": kind_of,
    "group of unknown kind": lambda http, base: Hosts(http).listing(f"{base}/city"),
    "compare": compares,
    "tags": lambda http, base: GitTags(http).newest(f"{base}/city/lamp"),
    "time of a tag": lambda http, base: GitTags(http).time_of(f"{base}/city/lamp", COMMIT),
    "file by address": lambda http, base: fetch_candidate(f"{base}/city/lamp/publiccode.yml", http, Hosts(http)),
    "page of a file": lambda http, base: fetch_candidate(f"{base}/a/b/blob/main/publiccode.yml", http, Hosts(http)),
    "repository by address": lambda http, base: fetch_candidate(f"{base}/city/lamp", http, Hosts(http)),
    "repository of a reader": lambda http, base: read_repository(f"{base}/city/lamp", http, Hosts(http)),
    "group of a reader": lambda http, base: knock(f"{base}/city", http, Hosts(http)),
    **{f"catalogue {kind}": partial(reads_catalogue, kind) for kind in CATALOGUES},
    **{
        f"{way.__name__} {kind}{' with token' if token else ''}": partial(way, kind, token)
        for kind in KINDS
        for token in ("", TOKEN)
        for way in (lists, looks, fetches)
        if kind != "git" or (way is not lists and not token)
    },
}
ways = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
simulated = pytest.mark.parametrize("kind", [*SIMULATED, GITHUB], ids=lambda kind: kind.name)


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    with Listener() as listener:
        yield listener


@pytest.fixture
def http() -> Iterator[Http]:
    with Http(resolve=resolve, backoff=()) as http:
        yield http


@ways
def test_an_address_inside_is_refused(way: Way, http: Http, listener: Listener) -> None:
    for host, scheme in zip(HOSTS, cycle(["http", "https"]), strict=False):
        with pytest.raises(AccessDenied) as error:
            way(http, f"{scheme}://{host}:{listener.port}")
        assert error.value.status == 0, host
        assert "which is not public, and was not contacted" in str(error.value), host
        assert "pw@" not in str(error.value)
    assert (listener.connections, http.traffic.requests) == (0, 0)


@ways
def test_what_another_parser_reads_as_inside_reaches_nothing(way: Way, http: Http, listener: Listener) -> None:
    for host in AMBIGUOUS:
        for base in (f"http://{host}:{listener.port}", f"http://{host}"):
            with pytest.raises(HostError) as error:
                way(http, base)
            assert error.value.status == 0, host
    assert (listener.connections, http.traffic.requests) == (0, 0)


@ways
def test_only_the_web_is_asked(way: Way, http: Http, listener: Listener) -> None:
    if isinstance(way, partial) and way.func is reads_catalogue:
        return  # the operator may name a file there; what it lists may not (test_inside_harvest)
    for base in (
        "file:///etc",
        "file://localhost/etc",
        "/etc",
        f"ftp://{INSIDE}:{listener.port}",
        "gopher://public.example",
    ):
        with pytest.raises(AccessDenied) as error:
            way(http, base)
        assert error.value.status == 0
        assert str(error.value).endswith("was not contacted: only http and https are")
    assert (listener.connections, http.traffic.requests) == (0, 0)


def test_an_upstream_that_is_no_address(http: Http) -> None:
    host = KINDS["github"](Access(http, str, "https://github.example", TOKEN))
    assert isinstance(host, Comparing)
    assert host.compare(Repository("https://github.example/city/lamp"), "http://[127.0.0.2]/city/lamp") == Comparison()


@ways
def test_a_redirect_inside_is_not_followed(way: Way, listener: Listener) -> None:
    hosts = ("127.0.0.2", "2130706434", "[::ffff:127.0.0.2]", "inside.example", "me@127.0.0.2.", "mixed.example")
    with FaultServer() as server, Http([server.authority], resolve=resolve, backoff=()) as http:
        for status, host in product((301, 302, 307), hosts):
            moved = answer(f"{status} Moved", b"", f"Location: http://{host}:{listener.port}/")
            server.scripts = always(moved)
            with pytest.raises(HostError) as error:
                way(http, server.url)
            if error.value.status == status:  # a POST, which they would turn into something else
                assert status in (301, 302)
            else:
                assert (type(error.value), error.value.status) == (AccessDenied, 0)
                assert "which is not public, and was not contacted" in str(error.value)
    assert listener.connections == 0


@ways
def test_a_name_that_moves_inside_is_judged_again(way: Way, listener: Listener) -> None:
    """A name server that gives the public address first, and then one inside the network."""
    turns: list[str] = []

    def flips(_name: str, port: int, *_: object) -> list[tuple[Any, ...]]:
        turns.append("127.0.0.1" if not turns else INSIDE)
        return answers(port if len(turns) == 1 else listener.port, turns[-1])

    with FaultServer() as server, Http([server.authority], resolve=flips, backoff=()) as http:
        for status in ("404 Not Found", "500 Broken", "200 OK"):
            turns.clear()
            server.received.clear()
            http.close()
            one = answer(status, b"{}", "Content-Type: application/json")
            server.scripts = always(one)
            with contextlib.suppress(HostError):
                way(http, f"http://{status[:3]}.example:{server.port}")
            assert (len(server.received), turns[0], listener.connections) == (1, "127.0.0.1", 0)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    world = World(tmp_path_factory.mktemp("world"))
    for name in ("a", "b", "c"):
        world.add(f"city/{name}", {"publiccode.yml": f"name: {name}\n".encode(), "LICENSE": b"text"})
    return world


def harvested(kind: Kind, server: ForgeServer, http: Http, origin: str) -> list[Answer]:
    host = KINDS[kind.kind](Access(http, str, origin, SHOWN))
    return list(
        read(host, list(host.repositories(kind.group_url(server, "city").replace(server.url, origin)))).values()
    )


@simulated
@pytest.mark.parametrize("status", [301, 302, 307])
def test_no_request_of_a_harvest_is_led_inside(kind: Kind, status: int, world: World, listener: Listener) -> None:
    hosts = ("127.0.0.2", "[::ffff:127.0.0.2]", "inside.example", "0x7f.2")
    for place in (0, 1, 2, 4):
        with kind.serve(world, 2) as server, Http([server.authority], resolve=resolve, backoff=()) as http:
            location = f"http://{hosts[(place + status) % 4]}:{listener.port}"
            server.faults = {place: lambda exchange: redirect(status, location + exchange.request.target)(exchange)}  # noqa: B023
            with contextlib.suppress(HostError):
                harvested(kind, server, http, server.url)
            assert place < len(server.requests) or place > 1
    assert (listener.connections, listener.heard) == (0, b"")


@simulated
def test_addresses_in_answers_lead_nowhere(kind: Kind, world: World, listener: Listener) -> None:
    """Next pages, clones, a repository's own address: each host could name any other there."""
    inside = f"{INSIDE}:{listener.port}"
    for other in (inside, f"me@{inside}", "[127.0.0.2]", "[::ffff:127.0.0.2"):
        with kind.serve(world, 1) as server, Http([server.authority], resolve=resolve, backoff=()) as http:

            def elsewhere(exchange: Exchange) -> Served:
                real, own = exchange.real(), server.authority
                headers = tuple((name, value.replace(own, other)) for name, value in real.headers)  # noqa: B023
                return Served(real.status, headers, real.body.replace(own.encode(), other.encode()))  # noqa: B023

            server.faults = lambda _place, request: None if "git-upload" in request.path else elsewhere
            with contextlib.suppress(HostError):
                assert {
                    answer.repository.url.startswith(server.url) for answer in harvested(kind, server, http, server.url)
                } == {True}
    assert (listener.connections, listener.heard) == (0, b"")


@simulated
def test_a_host_whose_name_moves_inside_during_its_harvest(kind: Kind, world: World, listener: Listener) -> None:
    moved: list[bool] = []

    def flips(_name: str, port: int, *_: object) -> list[tuple[Any, ...]]:
        return answers(listener.port, INSIDE) if moved else answers(port, "127.0.0.1")

    with kind.serve(world, 1) as server, Http([server.authority], resolve=flips, backoff=()) as http:

        def move() -> None:
            moved.append(True)
            http.close()  # a connection that stays open leads to where it was made to

        server.before = {0: move}
        try:
            errors = [
                found.error for found in harvested(kind, server, http, f"http://flips.example:{http_port(server)}")
            ]
        except HostError as error:
            errors = [error]
        assert {(type(error), error.status) for error in errors if error} == {(AccessDenied, 0)}
        assert len(server.requests) == 1
    assert (listener.connections, listener.heard) == (0, b"")


def http_port(server: ForgeServer) -> str:
    return server.authority.rpartition(":")[2]
