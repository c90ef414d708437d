"""GitLab: what its interface gives, with how many requests."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from publiccode.harvesters.errors import AccessDenied, HostUnavailable, RateLimited, RepositoryGone
from publiccode.harvesters.hosts import Access
from publiccode.harvesters.hosts.gitlab import GitLab
from publiccode.harvesters.http import Http
from publiccode.harvesters.wanted_files import MAX_PUBLICCODE_BYTES
from publiccode.schemas.candidate import FOLDER, REGULAR, Repository, RepositoryFile

from ..forges import faults, sized_world
from ..forges.gitlab import GitLabServer
from ..forges.sized_world import CHANGED, EMPTY, NUMBER, PUBLISHED
from ..forges.world import World

YAML = b"publiccodeYmlVersion: '0.5'\n"
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


class Setting:
    """A simulated GitLab, and ours for it."""

    def __init__(self, world: World, server: GitLabServer, http: Http) -> None:
        self.world, self.server, self.http = world, server, http

    def host(self, token: str = "", **options: Any) -> GitLab:
        options = {"graphql": False, **options}
        return GitLab(Access(self.http, str, self.server.url, token), **options)

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
    with GitLabServer(world, "T") as server, Http([server.authority], backoff=()) as http:
        yield Setting(world, server, http)


sized = pytest.mark.parametrize("setting", [sized_world.sized_world], indirect=True, ids=["250"])


@sized
def test_the_budget_of_requests(setting: Setting) -> None:
    host, url = setting.host(), f"{setting.server.url}/city"
    found, candidates, known = sized_world.harvest(host, url, {})
    assert (found, candidates) == (NUMBER, PUBLISHED)
    assert len(setting.server.requests) == 3 + (NUMBER - EMPTY) + 2 * PUBLISHED
    since = datetime.now(UTC) - timedelta(days=2)
    sized_world.change_some(setting.world)
    setting.server.reset()
    found, candidates, known = sized_world.harvest(host, url, known, since)
    assert (found, candidates) == (CHANGED, CHANGED)
    assert len(setting.server.requests) == 1 + 3 * CHANGED
    setting.server.reset()
    assert sized_world.harvest(host, url, known, datetime.now(UTC)) == (0, 0, known)
    assert len(setting.server.requests) == 1


@sized
def test_a_whole_instance(setting: Setting) -> None:
    setting.world.add("other/x", {"a": b""})
    assert len(setting.listed("")) == NUMBER + 1
    # The last page is empty: whether one follows is never concluded from how full a page is.
    assert len(setting.server.requests) == 4
    since = datetime.now(UTC) - timedelta(days=2)
    changed = sized_world.change_some(setting.world)
    found = list(setting.host().repositories(setting.server.url, since))
    assert sorted(repository.url for repository in found) == [f"{setting.server.url}/{r.full_name}" for r in changed]


def test_groups_with_subgroups_and_users(setting: Setting) -> None:
    for name in ("city/a", "city/roads/b", "city/roads/deep/c", "cityscape/d"):
        setting.world.add(name, {"a": b""})
    setting.world.add_owner("lin", "user")
    setting.world.add("lin/e", {"a": b""})
    assert setting.names() == ["/city/a", "/city/roads/b", "/city/roads/deep/c"]
    assert setting.names("city/roads") == ["/city/roads/b", "/city/roads/deep/c"]
    assert setting.names("City/Roads/-/tree") == ["/city/roads/b", "/city/roads/deep/c"]
    setting.server.reset()
    assert setting.names("lin") == ["/lin/e"]
    assert setting.asked == ["GET /api/v4/groups/lin/projects", "GET /api/v4/users/lin/projects"]
    with pytest.raises(RepositoryGone):
        setting.listed("city/nothing")


@pytest.mark.parametrize("counted", [10_000, 3])
@pytest.mark.parametrize("by_page_only", [False, True])
def test_a_list_without_totals_is_read_until_nothing_new_comes(
    setting: Setting, counted: int, by_page_only: bool
) -> None:
    for number in range(30):
        setting.world.add(f"city/r{number}", {"a": b""})
    setting.server.page, setting.server.most_counted, setting.server.by_page_only = 10, counted, by_page_only
    setting.server.before = {1: lambda: setting.world.delete(setting.world.of_owner("city")[0])}
    kept = {repo.id for repo in setting.world.of_owner("city")[1:]}
    assert kept <= {int(repository.host_id.rpartition(":")[2]) for repository in setting.listed()}


def test_what_a_list_tells(setting: Setting) -> None:
    made = datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)
    facts: dict[str, Any] = {"description": "Roads", "topics": ("gis", "城市"), "stars": 3, "license": "EUPL-1.2"}
    upstream = setting.world.add("other/roads", {"a": b""}, date=made)
    fork = setting.world.add(
        "city/roads", {"a": b""}, date=made, parent=upstream, default_branch="feature/main", **facts
    )
    url = setting.server.url
    told = Repository(
        f"{url}/city/roads",
        "",
        "feature/main",
        False,
        f"{setting.server.authority}:{fork.id}",
        "2024-01-02T03:04:05+00:00",
        {
            "description": "Roads",
            "topics": ["gis", "城市"],
            "stars": 3,
            "forks": 0,
            "created_at": "2024-01-02T03:04:05Z",
            "pushed_at": "2024-01-02T03:04:05Z",
            "fork_of": f"{url}/other/roads",
        },
    )
    assert setting.listed() == [told]
    looked = setting.host().repository(Repository(f"{url}/city/roads"))
    assert looked.facts == {**told.facts, "license_detected": "EUPL-1.2"}
    setting.world.touch(fork, license="other")
    assert "license_detected" not in setting.host().repository(Repository(f"{url}/city/roads")).facts


def test_a_time_that_is_written_once_an_hour_is_not_trusted_at_once(setting: Setting) -> None:
    repo = setting.world.add("city/a", {"a": b""}, date=NOW - timedelta(minutes=119))
    clock: Callable[[], datetime] = lambda: NOW  # noqa: E731
    assert setting.listed(clock=clock)[0].state == ""
    assert setting.listed(clock=lambda: NOW + timedelta(minutes=2))[0].state == "2026-06-01T10:01:00+00:00"
    # A push within that hour does not show: the list since then must have it all the same.
    setting.server.shown[repo.id] = NOW - timedelta(minutes=119)
    setting.world.push(repo, {"a": b"new"}, date=NOW - timedelta(minutes=61))
    found = list(setting.host(clock=clock).repositories(f"{setting.server.url}/city", NOW - timedelta(minutes=90)))
    assert [repository.state for repository in found] == [""]


def test_the_number_is_followed_wherever_a_project_moved(setting: Setting) -> None:
    repo = setting.world.add("city/a", {"publiccode.yml": YAML})
    listed = setting.listed()[0]
    setting.world.transfer(repo, "region/sub")
    setting.world.add("city/a", {"publiccode.yml": b"another"})
    url = setting.server.url
    found = setting.host().repository(listed)
    assert (found.url, found.host_id, found.facts["moved_to"]) == (
        f"{url}/region/sub/a",
        listed.host_id,
        f"{url}/region/sub/a",
    )
    candidate = next(setting.host().fetch([listed])).candidate
    assert candidate is not None
    assert candidate.file.content == YAML
    setting.world.delete(repo)
    with pytest.raises(RepositoryGone):
        setting.host().repository(listed)


def test_an_old_address_leads_to_the_project(setting: Setting) -> None:
    repo = setting.world.add("city/a", {"publiccode.yml": YAML})
    setting.world.rename(repo, "b")
    found = setting.host().repository(Repository(f"{setting.server.url}/city/a.git"))
    assert (found.url, found.facts["moved_to"]) == (f"{setting.server.url}/city/b", f"{setting.server.url}/city/b")
    assert next(setting.host().fetch([Repository(f"{setting.server.url}/city/a", "")])).candidate is not None


def test_what_may_not_be_seen(setting: Setting) -> None:
    setting.world.add("city/secret", {"a": b""}, private=True)
    secret = Repository(f"{setting.server.url}/city/secret")
    assert setting.listed(token="T") == []
    with pytest.raises(RepositoryGone):
        setting.host("T").repository(secret)
    with pytest.raises(RepositoryGone):
        setting.host().repository(secret)
    setting.server.sign_in = True
    with pytest.raises(AccessDenied) as error:
        setting.host().repository(secret)
    assert error.value.status == 401
    with pytest.raises(AccessDenied):
        setting.listed(token="wrong")


def test_the_token_goes_as_bearer_alone(setting: Setting) -> None:
    setting.world.add("city/a", {"publiccode.yml": YAML})
    list(setting.host("T").fetch(setting.listed(token="T")))
    assert {(seen.authorization, seen.private_token) for seen in setting.server.requests} == {("Bearer T", None)}


def test_the_library_does_not_sleep(setting: Setting) -> None:
    setting.server.faults = {0: faults.refusal(429, "Retry later", Retry_After="86400")}
    started = time.monotonic()
    with pytest.raises(RateLimited) as error:
        setting.listed()
    assert time.monotonic() - started < 5
    assert error.value.until is not None
    assert error.value.until - datetime.now(UTC) > timedelta(hours=23)


def test_a_branch_that_moves_between_tree_and_file_is_read_again(setting: Setting) -> None:
    repo = setting.world.add("city/a", {"publiccode.yml": b"old", "LICENSE": b"old"})
    listed = setting.listed()
    new = {"publiccode.yml": b"new", "LICENSE": b"new"}
    setting.server.before = {2: lambda: setting.world.push(repo, new)}
    candidate = next(setting.host().fetch(listed)).candidate
    assert candidate is not None
    assert candidate.repository is not None
    assert (candidate.file.content, [file.content for file in candidate.license_files or ()]) == (b"new", [b"new"])
    assert candidate.repository.head == repo.objects.head


def test_a_file_that_is_too_large_is_told_with_its_size(setting: Setting) -> None:
    size = MAX_PUBLICCODE_BYTES + 1
    setting.world.add("city/a", {"publiccode.yml": b"#" * size})
    answer = next(setting.host().fetch(setting.listed()))
    assert answer.candidate is not None
    assert answer.candidate.file == RepositoryFile("publiccode.yml", None, REGULAR, size)
    assert (
        setting.asked[-1]
        == f"HEAD /api/v4/projects/{setting.world.of_owner('city')[0].id}/repository/files/publiccode.yml"
    )


def test_the_commit_of_what_is_no_file_costs_one_request_more(setting: Setting) -> None:
    repo = setting.world.add("city/a", {"publiccode.yml/x": b""})
    answer = next(setting.host().fetch(setting.listed()))
    assert answer.candidate is not None
    assert answer.repository.head == repo.objects.head
    assert answer.candidate.file == RepositoryFile("publiccode.yml", None, FOLDER)
    assert len(setting.server.requests) == 3


def test_a_root_in_pages(setting: Setting) -> None:
    setting.world.add("city/a", {**{f"f{number}": b"" for number in range(250)}, "publiccode.yml": YAML})
    answer = next(setting.host().fetch(setting.listed()))
    assert answer.candidate is not None
    assert len(setting.server.requests) == 1 + 3 + 1


def test_a_root_with_more_than_we_take(setting: Setting) -> None:
    setting.world.add("city/a", {f"f{number}": b"" for number in range(10_001)})
    answer = next(setting.host().fetch(setting.listed()))
    assert str(answer.error) == f"{setting.server.url}/city/a has more than 10000 files in one folder"


def test_without_its_default_branch_there_is_nothing(setting: Setting) -> None:
    setting.world.add("city/a", {"publiccode.yml": YAML})
    listed = setting.listed()
    lost = faults.refusal(404, "404 Tree Not Found")
    setting.server.reset()
    # Once could be a slip of the host, and says nothing.
    setting.server.faults = {0: lost}
    assert next(setting.host().fetch(listed)).candidate is not None
    setting.server.reset()
    setting.server.faults = {0: lost, 2: lost}
    answer = next(setting.host().fetch(listed))
    assert (answer.error, answer.candidate, answer.repository.empty) == (None, None, True)


def test_a_file_that_vanished_does_not_mean_that_the_repository_is_gone(setting: Setting) -> None:
    setting.world.add("city/a", {"publiccode.yml": YAML})
    listed = setting.listed()
    setting.server.faults = lambda _, request: faults.KINDS["404"] if "/files/" in request.path else None
    error = next(setting.host().fetch(listed)).error
    assert isinstance(error, HostUnavailable)
    assert str(error) == f"{setting.server.url}/city/a changed while it was read"


def test_errors_name_the_public_address(setting: Setting) -> None:
    public = "https://gitlab.agency.example"
    access = Access(setting.http, lambda url: url.replace(public, setting.server.url), public)
    setting.world.add("city/a", {"publiccode.yml": YAML})
    listed = list(GitLab(access).repositories(f"{public}/city"))
    assert [repository.url for repository in listed] == [f"{public}/city/a"]
    assert listed[0].host_id.startswith("gitlab.agency.example:")
    setting.server.faults = lambda _place, _request: faults.KINDS["500"]
    error = next(GitLab(access).fetch(listed)).error
    assert str(error).startswith(f"{public}/api/v4/projects/")
    assert "127.0.0.1" not in str(error)


@pytest.mark.parametrize("url", ["https://elsewhere.example/city", "https://gitlab.example@elsewhere.example/x"])
def test_an_address_of_another_host_is_refused(setting: Setting, url: str) -> None:
    with pytest.raises(HostUnavailable):
        list(setting.host("T").repositories(url))
    assert setting.server.requests == []
