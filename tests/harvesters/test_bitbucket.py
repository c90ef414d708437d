"""Bitbucket, the Cloud and the Server: lists by their interfaces, files by Git."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from publiccode.harvesters.errors import AccessDenied, HostUnavailable, RateLimited, RepositoryGone
from publiccode.harvesters.hosts import Access
from publiccode.harvesters.hosts.bitbucket import Bitbucket
from publiccode.harvesters.hosts.bitbucket_server import BitbucketServer as OurBitbucketServer
from publiccode.harvesters.http import Http
from publiccode.schemas.candidate import Repository

from ..forges import sized_world
from ..forges.bitbucket import BitbucketDataCenter, BitbucketServer
from ..forges.exchange import json_answer
from ..forges.sized_world import NUMBER
from ..forges.world import World

YAML = b"publiccodeYmlVersion: '0.5'\n"
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
CLOUD = "https://bitbucket.org"


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.fixture
def cloud(world: World) -> Iterator[BitbucketServer]:
    with BitbucketServer(world, "T") as server:
        yield server


@pytest.fixture
def center(world: World) -> Iterator[BitbucketDataCenter]:
    with BitbucketDataCenter(world, "T") as server:
        yield server


@pytest.fixture
def http(cloud: BitbucketServer, center: BitbucketDataCenter) -> Iterator[Http]:
    with Http([cloud.authority, center.authority], backoff=()) as http:
        yield http


def paths(server: BitbucketServer | BitbucketDataCenter) -> list[str]:
    return [f"{request.method} {request.path.partition('?')[0]}" for request in server.requests]


def test_the_budget_of_requests() -> None:
    world = sized_world.sized_world()
    with BitbucketServer(world) as server, Http([server.authority]) as http:
        host = Bitbucket(Access(http, str, server.url))
        assert len(list(host.repositories(f"{server.url}/city"))) == NUMBER
        assert len(server.requests) == 3
        since = datetime.now(UTC) - timedelta(days=2)
        changed = sized_world.change_some(world)
        server.reset()
        found = [repository.url for repository in host.repositories(f"{server.url}/city", since)]
        assert found == [f"{server.url}/{repo.full_name}" for repo in changed]
        assert len(server.requests) == 1


def test_the_cloud_is_asked_at_its_own_address_and_read_by_git(
    cloud: BitbucketServer, http: Http, world: World
) -> None:
    made = datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)
    upstream = world.add("other/roads", {"a": b""})
    repo = world.add(
        "city/roads", {"publiccode.yml": YAML, "LICENSE": b"x"}, date=made, description="Roads", parent=upstream
    )
    world.add("city/secret", {"a": b""}, private=True)

    def locate(url: str) -> str:
        # Its pages are no mirror's, its API and its Git are.
        api = url.startswith("https://api.bitbucket.org/")
        return url.replace(
            "https://api.bitbucket.org" if api else f"{CLOUD}/city", cloud.url + ("" if api else "/city")
        )

    host = Bitbucket(Access(http, locate, CLOUD, "T"), clock=lambda: NOW)
    listed = list(host.repositories(f"{CLOUD}/city"))
    number = f"bitbucket.org:00000000-0000-0000-0000-{repo.id:012x}"
    facts = {
        "description": "Roads",
        "created_at": "2024-01-02T03:04:05Z",
        "pushed_at": "2024-01-02T03:04:05Z",
        "fork_of": f"{CLOUD}/other/roads",
    }
    assert listed == [Repository(f"{CLOUD}/city/roads", "", "main", False, number, "2024-01-02T03:04:05+00:00", facts)]
    answer = next(host.fetch(listed))
    assert answer.candidate is not None
    assert answer.candidate.file.content == YAML
    assert (answer.repository.head, answer.repository.state, answer.repository.host_id) == (
        repo.objects.head,
        listed[0].state,
        number,
    )
    assert paths(cloud) == ["GET /2.0/repositories/city"] + ["POST /city/roads.git/git-upload-pack"] * 3
    assert [request.authorization for request in cloud.requests] == ["Bearer T", None, None, None]


def test_a_user_and_its_password(cloud: BitbucketServer, http: Http, world: World) -> None:
    world.add_owner("city")
    with pytest.raises(AccessDenied):
        list(Bitbucket(Access(http, str, cloud.url, "user:app")).repositories(f"{cloud.url}/city"))
    assert cloud.requests[0].authorization == "Basic dXNlcjphcHA="


def test_the_sixty_requests_of_an_hour(cloud: BitbucketServer, http: Http, world: World) -> None:
    world.add_owner("city")
    cloud.limit = 0
    with pytest.raises(RateLimited) as error:
        list(Bitbucket(Access(http, str, cloud.url)).repositories(f"{cloud.url}/city"))
    assert str(error.value) == f"{cloud.url}/2.0/repositories/city answers with HTTP status 429"


def test_a_project_of_a_workspace(cloud: BitbucketServer, http: Http, world: World) -> None:
    world.add("city/roads", {"a": b""}, topics=("GIS",))
    world.add("city/other", {"a": b""})
    host = Bitbucket(Access(http, str, cloud.url))
    assert [found.url for found in host.repositories(f"{cloud.url}/city/workspace/projects/GIS")] == [
        f"{cloud.url}/city/roads"
    ]
    since = datetime(2025, 1, 1, tzinfo=UTC)
    assert len(list(host.repositories(f"{cloud.url}/city/workspace/projects/GIS", since))) == 1
    for path in ("", "city/roads", "city/workspace/projects/a'b"):
        with pytest.raises(HostUnavailable):
            list(host.repositories(f"{cloud.url}/{path}"))


def test_a_push_shortly_before_is_not_missed(cloud: BitbucketServer, http: Http, world: World) -> None:
    repo = world.add("city/a", {"a": b""}, date=NOW - timedelta(minutes=119))
    host = Bitbucket(Access(http, str, cloud.url), clock=lambda: NOW)
    assert [found.state for found in host.repositories(f"{cloud.url}/city", NOW)] == [""]
    cloud.shown[repo.id] = NOW - timedelta(minutes=121)
    assert list(host.repositories(f"{cloud.url}/city", NOW)) == []


def test_a_next_page_elsewhere_is_not_asked_for(
    cloud: BitbucketServer, center: BitbucketDataCenter, http: Http
) -> None:
    """Of the address of the next page the query alone is used."""
    page = {"values": [], "next": f"{center.url}/2.0/repositories/city?page=2"}
    # Twice, since nothing else shows that nothing slipped away between the pages.
    cloud.faults = lambda place, _: lambda _: json_answer(200, page if place % 2 == 0 else {"values": []})
    assert list(Bitbucket(Access(http, str, cloud.url, "T")).repositories(f"{cloud.url}/city")) == []
    assert center.requests == []
    assert cloud.requests[1].path.startswith("/2.0/repositories/city?page=2&")


def test_a_server_lists_projects_users_and_all(center: BitbucketDataCenter, http: Http, world: World) -> None:
    world.add_owner("lin", "user")
    heads = {name: world.add(name, {"publiccode.yml": YAML}).objects.head for name in ("city/a", "lin/b", "other/c")}
    world.add("city/secret", {"a": b""}, private=True)
    world.add("city/empty")
    host = OurBitbucketServer(Access(http, str, center.url))

    def listed(path: str) -> dict[str, str | None]:
        return {found.url.removeprefix(center.url): found.head for found in host.repositories(f"{center.url}/{path}")}

    city = {"/scm/city/a.git": heads["city/a"], "/scm/city/empty.git": None}
    assert listed("projects/CITY") == listed("scm/city") == city
    assert listed("users/lin") == listed("projects/~lin") == {"/scm/~lin/b.git": heads["lin/b"]}
    whole = {"/scm/~lin/b.git": heads["lin/b"], "/scm/other/c.git": heads["other/c"]}
    assert listed("") == city | whole
    for path in ("city", "projects/CITY/repos/a", "users/lin/repos/b"):
        with pytest.raises(HostUnavailable):
            list(host.repositories(f"{center.url}/{path}"))
    with pytest.raises(RepositoryGone):
        list(host.repositories(f"{center.url}/projects/NOBODY"))
    center.reset()
    answer = next(host.fetch([found for found in host.repositories(f"{center.url}/projects/CITY") if found.head]))
    assert answer.candidate is not None
    assert answer.repository.host_id.startswith(f"{center.authority}:")
    assert paths(center)[:3] == [
        "GET /rest/api/1.0/projects/CITY/repos",
        "POST /scm/city/a.git/git-upload-pack",
        "POST /scm/city/empty.git/git-upload-pack",
    ]


def test_a_repository_that_git_cannot_reach_is_listed_all_the_same(
    center: BitbucketDataCenter, http: Http, world: World
) -> None:
    repo = world.add("city/a", {"publiccode.yml": YAML})
    repo.blocked = True
    host = OurBitbucketServer(Access(http, str, center.url))
    listed = list(host.repositories(f"{center.url}/projects/CITY"))
    assert [found.head for found in listed] == [""]
    assert isinstance(next(host.fetch(listed)).error, RepositoryGone)


def test_a_clone_address_of_another_host_is_not_believed(
    cloud: BitbucketServer, center: BitbucketDataCenter, http: Http, world: World
) -> None:
    repo = world.add("city/a", {"publiccode.yml": YAML})
    value = center.repository(repo)
    value["links"]["clone"] = [{"href": f"{cloud.url}/scm/city/other.git", "name": "http"}]
    center.faults = {0: lambda _: json_answer(200, {"values": [value], "isLastPage": True})}
    listed = list(OurBitbucketServer(Access(http, str, center.url)).repositories(f"{center.url}/projects/CITY"))
    assert [found.url for found in listed] == [f"{center.url}/scm/city/a.git"]
    assert cloud.requests == []
