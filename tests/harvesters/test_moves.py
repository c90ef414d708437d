"""Repositories that move, vanish, return or stand in several lists: no entry is lost, doubled or shown that should not be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from publiccode.harvesters import run
from publiccode.registry.models import CodeHosting, Event, HarvestItem, HarvestRun
from publiccode.registry.observations import record_all
from publiccode.registry.publishers import ListedPublisher, import_publishers

from ..forges.exchange import Answer, Request
from ..forges.faults import KINDS
from ..forges.gitea import GiteaServer
from ..forges.github import GitHubServer
from ..forges.gitlab import GitLabServer
from ..forges.schemas import needs_github
from ..forges.server import ForgeServer
from ..forges.world import Repo, World
from ..looks import software
from .groups import MIT, TOKEN, Agency

SERVERS = {"github": GitHubServer, "gitlab": GitLabServer, "gitea": GiteaServer}
EACH = [pytest.param("github", marks=needs_github), "gitlab", "gitea"]


@contextmanager
def made(kind: str, folder: Path) -> Iterator[Agency]:
    if kind == "github":
        server: ForgeServer = GitHubServer(World(), token=TOKEN)
        name, api = "github.com", "https://api.github.com"
    else:
        server = SERVERS[kind](World(), TOKEN)
        name, api = f"{kind}.gov.example", f"https://{kind}.gov.example"
    with server, Agency(folder, server, kind, name, api) as agency:
        yield agency


@pytest.fixture(params=EACH)
def agency(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Agency]:
    with made(request.param, tmp_path) as agency:
        yield agency


@pytest.fixture
def github(tmp_path: Path) -> Iterator[Agency]:
    with made("github", tmp_path) as agency:
        yield agency


def push(agency: Agency, repo: Repo, url: str, name: str = "新") -> None:
    agency.world.push(repo, {"publiccode.yml": software(url, name), "LICENSE": MIT}, date=agency.now)


def shown(agency: Agency) -> dict[str, str]:
    """The entries by path: why deactivated."""
    return {key.partition("/")[2]: why for key, why in agency.entries().items()}


@needs_github
def test_what_only_the_token_may_see_is_not_there(github: Agency) -> None:
    assert isinstance(github.server, GitHubServer)
    github.server.add_token("wide", owners={"gov"})
    github.tokens["github.com"] = "wide"
    repo = github.publish("petition")
    github.harvest()
    github.world.touch(repo, private=True)
    push(github, repo, f"{github.url}/petition", "秘密")
    github.publish("secret", private=True)
    github.lists([github.url], [f"{github.url}/secret"])
    github.later(days=8)
    assert github.outcomes() == {"gov/petition": "missing", "gov/secret": "missing"}
    assert shown(github) == {"gov/petition": ""}
    assert "秘密" not in str(github.rows(HarvestItem))


def test_two_listed_addresses_of_one_repository_harm_nobody(agency: Agency) -> None:
    repo = agency.publish("old")
    agency.publish("other")
    agency.world.rename(repo, "new")
    agency.lists([], [f"{agency.url}/{name}" for name in ("old", "new", "other")])
    for _ in range(2):
        assert "failed" not in agency.outcomes().values()
        agency.later(days=1)
    assert shown(agency)["gov/other"] == ""
    assert len(agency.records()) == 2


def test_what_was_renamed_and_then_deleted_goes(agency: Agency) -> None:
    repo = agency.publish("old")
    agency.lists([], [f"{agency.url}/old"])
    agency.harvest()
    agency.world.rename(repo, "new")
    agency.later(days=1)
    agency.harvest()
    agency.world.delete(repo)
    for _ in range(3):
        agency.later(days=2)
        agency.harvest()
    assert shown(agency) == {"gov/old": "gone"}
    assert len(agency.records()) == 1


def test_an_address_used_again_after_a_deletion(agency: Agency) -> None:
    repo = agency.publish("petition")
    agency.harvest()
    agency.world.delete(repo)
    agency.world.add("gov/petition", {"README.md": b"another one"}, date=agency.now)
    for _ in range(3):
        agency.later(days=8)
        agency.harvest()
    assert shown(agency) == {"gov/petition": "gone"}
    assert agency.records()[f"{agency.name}/gov/petition"].reach.value == "ok"


def test_an_address_used_again_after_a_transfer(agency: Agency) -> None:
    repo = agency.publish("petition")
    agency.harvest()
    agency.world.transfer(repo, "county")
    agency.publish("petition", date=agency.now)
    for _ in range(3):
        agency.later(days=8)
        outcomes = agency.outcomes()
    assert outcomes == {"gov/petition": "unchanged", "county/petition": "unchanged"}
    assert set(agency.records()) == {f"{agency.name}/gov/petition", f"{agency.name}/county/petition"}


@pytest.mark.parametrize("fault", ["502 HTML", "429 for an hour"])
@pytest.mark.parametrize("kind", ["gitea"])
def test_a_read_that_failed_is_made_at_the_next_harvest(kind: str, fault: str, tmp_path: Path) -> None:
    with made(kind, tmp_path) as agency:
        for number in range(3):
            agency.publish(f"r{number}")
        agency.server.faults = lambda _, request: KINDS[fault] if "/git/trees" in request.target else None
        done = agency.harvest()
        assert {item.outcome.value for item in agency.items.values()} == {"unreachable"}
        assert bool(done.postponed) is fault.startswith("429")
        agency.server.faults = {}
        agency.forgive()
        agency.later(days=1)
        assert agency.outcomes() == {f"gov/r{number}": "added" for number in range(3)}
        assert [one.status for one in agency.rows(HarvestRun)][-1] == "finished"


@needs_github
def test_where_the_next_list_begins(github: Agency) -> None:
    """Not behind what a limit or a late `since` left out, not in the future that a host's clock tells."""
    repos = [github.publish(f"r{number}", date=github.now - timedelta(days=20 - number)) for number in range(4)]
    github.harvest()
    for number, repo in enumerate(repos):
        github.later(hours=6)
        push(github, repo, f"{github.url}/{repo.name}", f"第{number}")
    github.later(hours=3)
    assert len(github.outcomes(limit=1)) == 1
    assert len(github.outcomes(since=github.now - timedelta(hours=4))) == 1
    assert {path for path, outcome in github.outcomes().items() if outcome == "updated"} == {
        "gov/r0",
        "gov/r1",
        "gov/r2",
    }
    odd = github.publish("odd", date=github.now + timedelta(days=400))
    github.later(days=1)
    github.harvest()
    [hosting] = github.rows(CodeHosting)
    assert hosting.listed_until == github.now
    github.world.delete(odd)


@needs_github
def test_a_time_that_is_none_breaks_nothing(github: Agency) -> None:
    github.publish("petition")
    proper, told = github.server.answer, []

    def answer(request: Request) -> Answer:
        given = proper(request)
        told.append(re.sub(rb'"pushedAt": ?"', b'"pushedAt":"soon ', given.body))
        return Answer(given.status, given.headers, told[-1])

    github.server.answer = answer  # type: ignore[method-assign]
    assert github.outcomes() == {"gov/petition": "added"}
    assert b"soon" in told[0]


@needs_github
def test_a_host_that_is_down_takes_no_other_with_it(github: Agency) -> None:
    github.publish("petition")
    github.tokens["git.nowhere.invalid"] = "token"
    github.lists([github.url, "https://forge.nowhere.invalid/a"], ["https://git.nowhere.invalid/a/b"])
    assert github.outcomes() == {
        "gov/petition": "added",
        "https://git.nowhere.invalid/a/b": "unreachable",
        "https://forge.nowhere.invalid/a": "unreachable",
    }
    assert {one.status for one in github.rows(HarvestRun)} == {"finished"}


def test_a_fork_that_takes_the_address_it_names_is_an_entry(agency: Agency) -> None:
    repo = agency.publish("old")
    agency.harvest()
    push(agency, repo, f"{agency.url}/new")
    agency.later(days=8)
    assert agency.outcomes() == {"gov/old": "technical-fork"}
    agency.world.rename(repo, "new")
    agency.later(days=8)
    agency.harvest()
    assert shown(agency) == {"gov/new": ""}


@needs_github
def test_a_fork_that_was_gone_returns_as_a_fork(github: Agency) -> None:
    repo = github.publish("petition")
    github.harvest()
    push(github, repo, "https://github.com/county/petition")
    github.later(days=8)
    github.harvest()
    github.world.touch(repo, private=True)
    for _ in range(2):
        github.later(days=8)
        github.harvest()
    assert shown(github) == {"gov/petition": "gone"}
    github.world.touch(repo, private=False)
    github.later(days=8)
    assert github.outcomes() == {"gov/petition": "technical-fork"}
    assert shown(github) == {"gov/petition": "technical-fork"}


@needs_github
def test_a_part_that_was_renamed_stays_a_part(github: Agency) -> None:
    github.publish("main")
    part = github.publish("part")
    listed = ListedPublisher(
        "gov", "雲霧市", orgs=(github.url,), systems={f"{github.url}/main": (f"{github.url}/part",)}
    )
    with github.store.writing("test", github.now) as change:
        import_publishers(change, [listed])
    github.harvest()
    github.world.rename(part, "pages")
    for _ in range(2):
        github.later(days=8)
        assert sorted(github.outcomes().values()) == ["part", "unchanged"]
    assert shown(github) == {"gov/main": ""}


def test_groups_within_each_other_ask_once_and_change_nothing(tmp_path: Path) -> None:
    with made("gitlab", tmp_path) as agency:
        url = f"https://{agency.name}/gov/sub/x"
        agency.world.add("gov/sub/x", {"publiccode.yml": software(url), "LICENSE": MIT})
        listed = [
            ListedPublisher("gov", "上", orgs=(agency.url,)),
            ListedPublisher("sub", "下", orgs=(f"{agency.url}/sub",)),
        ]
        with agency.store.writing("test", agency.now) as change:
            import_publishers(change, listed)
        agency.harvest()
        agency.later(days=8)
        agency.harvest()
        events = len(agency.rows(Event))
        agency.later(days=8)
        assert agency.asked(agency.harvest) == 2
        logged = [event.entity for event in agency.rows(Event)[events:]]
        assert set(logged) <= {"code_hosting"}


@needs_github
def test_a_repository_no_longer_named_singly_stays_with_the_group_around_it(github: Agency) -> None:
    github.publish("petition")
    github.lists([github.url], [f"{github.url}/petition"])
    github.harvest()
    github.lists([github.url])
    assert shown(github) == {"gov/petition": ""}
    github.later(hours=1)
    github.harvest()
    assert shown(github) == {"gov/petition": ""}


@needs_github
def test_a_stopped_harvest_is_gone_on_with_by_the_same_one_only(
    github: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stop(Exception):
        pass

    for number in range(3):
        github.publish(f"p{number}")
        url = f"https://github.com/county/q{number}"
        github.world.add(f"county/q{number}", {"publiccode.yml": software(url), "LICENSE": MIT})
    github.lists([github.url, "https://github.com/county"])
    seen: list[str] = []

    def stop(hosting: CodeHosting, item: HarvestItem) -> None:
        seen.append(item.url)
        if len(seen) == 2:
            raise Stop

    with monkeypatch.context() as patched:
        patched.setattr(github, "_keep", stop)
        with pytest.raises(Stop):
            github.harvest(limit=1)
    github.later(hours=1)
    done = github.harvest(full=True)
    assert (done.taken_up, len(github.entries())) == (0, 6)


@needs_github
def test_a_fault_of_ours_at_one_group_stops_no_other(github: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(1_200):
        github.world.add(f"gov/n{number}")
    url = "https://github.com/zzz/petition"
    github.world.add("zzz/petition", {"publiccode.yml": software(url), "LICENSE": MIT})
    github.lists([github.url, "https://github.com/zzz"])
    proper = record_all

    def broken(change: Any, hosting: CodeHosting, *rest: Any) -> Any:
        if hosting.url == github.url:
            raise ValueError("our fault")
        return proper(change, hosting, *rest)

    monkeypatch.setattr(run, "record_all", broken)
    parts = github.parts
    github.parts = lambda **changes: parts(threads=1, **changes)  # type: ignore[method-assign]
    work = Thread(target=github.harvest, daemon=True)
    work.start()
    work.join(30)
    assert not work.is_alive()
    assert {path: item.outcome.value for path, item in github.items.items()} == {
        "gov": "failed",
        "zzz/petition": "added",
    }
