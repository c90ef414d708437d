"""Gitea and Forgejo: what their interface gives, with how many requests."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from urllib3 import PoolManager

from publiccode.harvesters.errors import AccessDenied, CannotList, HostError, RepositoryGone
from publiccode.harvesters.hosts import Access
from publiccode.harvesters.hosts.gitea import Gitea
from publiccode.harvesters.http import Http
from publiccode.harvesters.wanted_files import MAX_PUBLICCODE_BYTES
from publiccode.schemas.candidate import REGULAR, Repository, RepositoryFile
from publiccode.web.demo.bare_repositories import Submodule, Symlink

from ..forges import faults, sized_world
from ..forges.gitea import GiteaServer
from ..forges.sized_world import CHANGED, EMPTY, NUMBER, PUBLISHED
from ..forges.world import World

YAML = b"publiccodeYmlVersion: '0.5'\n"
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


class Setting:
    """A simulated Gitea, and ours for it."""

    def __init__(self, world: World, server: GiteaServer, http: Http) -> None:
        self.world, self.server, self.http = world, server, http

    def host(self, token: str = "", **options: Any) -> Gitea:
        return Gitea(Access(self.http, str, self.server.url, token), **options)

    def listed(self, path: str = "city", **options: Any) -> list[Repository]:
        return list(self.host(**options).repositories(f"{self.server.url}/{path}"))

    def names(self, path: str = "city") -> list[str]:
        return [repository.url.removeprefix(self.server.url) for repository in self.listed(path)]

    @property
    def asked(self) -> list[str]:
        return [f"{request.method} {request.path.partition('?')[0]}" for request in self.server.requests]


@pytest.fixture
def setting(request: pytest.FixtureRequest) -> Iterator[Setting]:
    world = getattr(request, "param", World)()
    with GiteaServer(world, "T") as server, Http([server.authority], backoff=()) as http:
        yield Setting(world, server, http)


sized = pytest.mark.parametrize("setting", [sized_world.sized_world], indirect=True, ids=["250"])


@sized
@pytest.mark.parametrize(("old", "capitals", "more"), [(False, False, 0), (True, False, 2), (False, True, 2)])
def test_the_budget_of_requests(setting: Setting, old: bool, capitals: bool, more: int) -> None:
    """`more`: where the search does not know the owner by its name, it is asked for its number, once for each host."""
    owner = setting.world.owners.pop("city")
    owner.path = "City"
    setting.world.owners["city"] = owner
    for repo in setting.world.of_owner("City"):
        repo.owner = "City"
    setting.server.old, setting.server.tells_capitals = old, capitals
    host, url = setting.host(), f"{setting.server.url}/City"
    found, candidates, known = sized_world.harvest(host, url, {})
    assert (found, candidates) == (NUMBER, PUBLISHED)
    assert len(setting.server.requests) == 5 + (NUMBER - EMPTY) + 2 * PUBLISHED
    since = datetime.now(UTC) - timedelta(days=2)
    sized_world.change_some(setting.world, "City")
    setting.server.reset()
    assert sized_world.harvest(host, url, known, since)[:2] == (CHANGED, CHANGED)
    assert len(setting.server.requests) == 1 + 3 * CHANGED
    # Another command, which knows no numbers yet.
    setting.server.reset()
    assert sized_world.harvest(setting.host(), url, known, since)[:2] == (CHANGED, CHANGED)
    assert len(setting.server.requests) == 1 + 3 * CHANGED + more


@sized
@pytest.mark.parametrize("page", [50, 30])
def test_the_server_decides_how_long_a_page_is(setting: Setting, page: int) -> None:
    setting.server.page = page
    assert len(setting.listed()) == NUMBER
    assert len(setting.server.requests) == -(-NUMBER // page)


@sized
def test_without_any_count_pages_are_read_until_one_is_empty(setting: Setting) -> None:
    setting.server.uncounted = True
    assert len(setting.listed()) == NUMBER
    # Twice, since nothing else would show that something slipped away in between.
    assert len(setting.server.requests) == 2 * (5 + 1)


def test_organisations_users_and_the_whole_server(setting: Setting) -> None:
    setting.world.add_owner("lin", "user")
    for name in ("city/a", "lin/b", "city-2/c"):
        setting.world.add(name, {"a": b""})
    setting.world.add("city/secret", {"a": b""}, private=True)
    assert (setting.names(), setting.names("lin")) == (["/city/a"], ["/lin/b"])
    assert setting.names("") == ["/city/a", "/lin/b", "/city-2/c"]
    assert [found.url for found in setting.listed(token="T")] == [f"{setting.server.url}/city/a"]
    assert [found.url for found in setting.listed("", token="T")] == [
        f"{setting.server.url}/{name}" for name in ("city/a", "lin/b", "city-2/c")
    ]
    since = datetime(2025, 1, 1, tzinfo=UTC)
    assert [r.url for r in setting.host().repositories(f"{setting.server.url}/city", since)] == [
        f"{setting.server.url}/city/a"
    ]
    with pytest.raises(CannotList):
        setting.listed("city/a")
    with pytest.raises(RepositoryGone):
        list(setting.host().repositories(f"{setting.server.url}/nobody", since))


def test_what_a_list_tells(setting: Setting) -> None:
    made = datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)
    upstream = setting.world.add("other/roads", {"a": b""}, date=made)
    facts: dict[str, Any] = {"description": "Roads", "homepage": "https://x.example", "topics": ("gis",), "stars": 3}
    repo = setting.world.add(
        "city/roads", {"a": b""}, date=made, parent=upstream, license="MIT", mirror_url="https://m.example/r", **facts
    )
    assert setting.listed() == [
        Repository(
            f"{setting.server.url}/city/roads",
            "",
            "main",
            False,
            f"{setting.server.authority}:{repo.id}",
            "2024-01-02T03:04:05+00:00",
            {
                "description": "Roads",
                "homepage": "https://x.example",
                "topics": ["gis"],
                "stars": 3,
                "forks": 0,
                "releases": 0,
                "created_at": "2024-01-02T03:04:05Z",
                "pushed_at": "2024-01-02T03:04:05Z",
                "fork_of": f"{setting.server.url}/other/roads",
                "mirror_of": "https://m.example/r",
                "license_detected": "MIT",
            },
        )
    ]


def test_a_push_that_is_worked_off_later_is_not_missed(setting: Setting) -> None:
    repo = setting.world.add("city/a", {"a": b""}, date=NOW - timedelta(hours=3))
    setting.world.push(repo, {"a": b"new"}, date=NOW)
    setting.server.shown[repo.id] = NOW - timedelta(minutes=119)
    assert setting.listed(clock=lambda: NOW)[0].state == ""
    assert setting.listed(clock=lambda: NOW + timedelta(minutes=1, seconds=1))[0].state != ""
    found = list(setting.host(clock=lambda: NOW).repositories(f"{setting.server.url}/city", NOW - timedelta(minutes=5)))
    assert [repository.state for repository in found] == [""]


@pytest.mark.parametrize("old", [False, True])
def test_a_repository_that_moved(setting: Setting, old: bool) -> None:
    setting.server.old = old
    repo = setting.world.add("city/a", {"publiccode.yml": YAML})
    listed = setting.listed()[0]
    setting.world.transfer(repo, "region")
    url = setting.server.url
    for token in ("", "T"):
        found = setting.host(token).repository(listed)
        assert (found.url, found.facts["moved_to"]) == (f"{url}/region/a", f"{url}/region/a")
    assert next(setting.host().fetch([listed])).candidate is not None
    # Another one under the old name is not the one that is known.
    setting.world.add("city/a", {"publiccode.yml": b"another"})
    with pytest.raises(RepositoryGone):
        setting.host().repository(listed)
    assert setting.host("T").repository(listed).url == f"{url}/region/a"
    setting.world.delete(repo)
    with pytest.raises(RepositoryGone):
        setting.host("T").repository(listed)


def test_a_bad_token(setting: Setting) -> None:
    """Old servers take it for none."""
    setting.world.add("city/a", {"a": b""})
    setting.server.old = True
    assert len(setting.listed(token="wrong")) == 1
    setting.server.old = False
    with pytest.raises(AccessDenied):
        setting.listed(token="wrong")


def test_a_branch_with_a_slash_is_asked_for_as_head(setting: Setting) -> None:
    repo = setting.world.add("city/a", {"publiccode.yml": YAML}, default_branch="feature/main")
    answer = next(setting.host().fetch(setting.listed()))
    assert (answer.repository.default_branch, answer.repository.head) == ("feature/main", repo.objects.head)
    assert setting.asked[1] == "GET /api/v1/repos/city/a/git/trees/HEAD"


def test_a_file_that_is_too_large_costs_nothing(setting: Setting) -> None:
    size = MAX_PUBLICCODE_BYTES + 1
    setting.world.add("city/a", {"publiccode.yml": b"#" * size})
    answer = next(setting.host().fetch(setting.listed()))
    assert answer.candidate is not None
    assert answer.candidate.file == RepositoryFile("publiccode.yml", None, REGULAR, size)
    assert len(setting.server.requests) == 2


def test_a_root_in_pages(setting: Setting) -> None:
    files = {f"f{number:04}": b"" for number in range(2500)}
    repo = setting.world.add("city/a", {**files, "publiccode.yml": YAML})
    answer = next(setting.host().fetch(setting.listed()))
    assert answer.candidate is not None
    assert len(setting.server.requests) == 1 + 3 + 1
    # A push between two pages: both are of no one commit, and read again.
    setting.server.reset()
    setting.server.before = {2: lambda: setting.world.push(repo, {**files, "publiccode.yml": b"new"})}
    answer = next(setting.host().fetch(setting.listed()))
    assert answer.candidate is not None
    assert (answer.candidate.file.content, answer.repository.head) == (b"new", repo.objects.head)


def test_a_root_with_more_than_we_take(setting: Setting) -> None:
    setting.world.add("city/a", {f"f{number}": b"" for number in range(10_001)})
    answer = next(setting.host().fetch(setting.listed()))
    assert str(answer.error) == f"{setting.server.url}/city/a has more than 10000 files in one folder"


@pytest.mark.parametrize("lost", [faults.refusal(404, "Not found"), faults.refusal(400, "sha not found")])
def test_without_its_default_branch_there_is_nothing(setting: Setting, lost: faults.Fault) -> None:
    setting.world.add("city/a", {"publiccode.yml": YAML})
    listed = setting.listed()
    setting.server.reset()
    setting.server.faults = {0: lost}
    assert next(setting.host().fetch(listed)).candidate is not None
    setting.server.reset()
    setting.server.faults = {0: lost, 2: lost}
    answer = next(setting.host().fetch(listed))
    assert (answer.error, answer.candidate, answer.repository.empty) == (None, None, True)


def test_errors_name_the_public_address(setting: Setting) -> None:
    public = "https://codeberg.org"
    access = Access(setting.http, lambda url: url.replace(public, setting.server.url), public)
    setting.world.add("city/a", {"publiccode.yml": YAML})
    listed = list(Gitea(access).repositories(f"{public}/city"))
    assert [(found.url, found.host_id.partition(":")[0]) for found in listed] == [(f"{public}/city/a", "codeberg.org")]
    setting.server.faults = lambda _place, _request: faults.KINDS["500"]
    with pytest.raises(HostError) as error:
        Gitea(access).repository(listed[0])
    assert str(error.value) == f"{public}/api/v1/repos/city/a answers with HTTP status 500"


def test_the_simulated_host_conceals_what_gitea_does(setting: Setting) -> None:
    """Why files are not read by their paths: measured on Gitea 1.15."""
    add = setting.world.add
    add("city/empty")
    add("city/link", {"publiccode.yml": Symlink("/etc/passwd")})
    add("city/module", {"publiccode.yml": Submodule("1" * 40)})
    add("city/slash", {"publiccode.yml": YAML}, default_branch="feature/main")
    with PoolManager() as pool:

        def ask(path: str, method: str = "GET", **headers: str) -> tuple[int, bytes]:
            answer = pool.request(
                method, f"{setting.server.url}/api/v1/repos/city/{path}", headers=headers, retries=False
            )
            return answer.status, answer.data

        assert ask("empty/raw/publiccode.yml") == (200, b"")
        assert ask("empty/contents/publiccode.yml") == (200, b"[]")
        assert ask("link/raw/publiccode.yml") == (200, b"/etc/passwd")
        assert ask("module/raw/publiccode.yml")[0] == 404
        assert ask("missing/raw/x") == ask("module/raw/x")
        assert ask("slash/raw/publiccode.yml") == ask("slash/raw/feature/main/publiccode.yml") == (200, YAML)
        assert ask("slash/raw/publiccode.yml", "HEAD")[0] == 405
        etag = f'"{only_file(setting.world.of_owner("city")[3].objects)}"'
        assert ask("slash/raw/publiccode.yml", **{"If-None-Match": etag})[0] == 304


def only_file(objects: Any) -> str:
    return str(objects.tree(objects.commit(objects.head).tree)[0].oid)
