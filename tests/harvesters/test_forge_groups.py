"""Groups at GitLab, Gitea and Bitbucket in a registry: what becomes of each repository, and what a harvest costs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from publiccode.registry.models import FactsRecord, Reach

from ..forges.bitbucket import BitbucketServer
from ..forges.faults import KINDS
from ..forges.gitea import GiteaServer
from ..forges.gitlab import GitLabServer
from ..forges.server import ForgeServer
from ..forges.world import START, Repo, World
from ..looks import software
from .groups import MIT, TOKEN, Agency

KIND = {"gitlab": GitLabServer, "gitea": GiteaServer, "bitbucket": BitbucketServer}
# Requests for 250 with 40 files and 5 empty; for 5 that changed. GitLab is asked by GraphQL, fifty projects a request.
COST = {"gitlab": (3 + 5, 1 + 1), "gitea": (5 + 245 + 80, 1 + 15)}


@pytest.fixture(params=["gitlab", "gitea", "bitbucket"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def agency(kind: str, tmp_path: Path) -> Iterator[Agency]:
    world = World(tmp_path / "git" if kind == "bitbucket" else None)
    server: ForgeServer = KIND[kind](world, TOKEN)
    host = f"{kind}.gov.example"
    with server, Agency(tmp_path, server, kind, host, f"https://{host}") as agency:
        yield agency


@pytest.mark.parametrize("kind", COST)
def test_250_repositories(kind: str, agency: Agency) -> None:
    day = START
    for number in range(250):
        day += timedelta(hours=12)
        if number < 40:
            agency.publish(f"p{number:03}", date=day)
        else:
            files = {} if number < 45 else {"README.md": b"# Nothing yet"}
            agency.world.add(f"gov/n{number:03}", files, date=day)
    assert agency.asked(agency.harvest) == COST[kind][0]
    assert len(agency.items) == 250
    assert sorted({item.outcome.value for item in agency.items.values()}) == ["added", "empty", "no-file"]
    assert len(agency.entries()) == 40
    agency.later(days=1)
    for number in range(5):
        push(agency, find(agency, f"p{number:03}"), "新名字")
    assert agency.asked(agency.harvest) == COST[kind][1]
    assert {path: item.outcome.value for path, item in agency.items.items() if item.outcome.value != "unchanged"} == {
        f"gov/p{number:03}": "updated" for number in range(5)
    }
    agency.later(days=1)
    assert agency.asked(agency.harvest) == 1
    assert {item.outcome.value for item in agency.items.values()} == {"unchanged"}


def find(agency: Agency, name: str) -> Repo:
    repo = agency.world.find(f"gov/{name}")
    assert repo is not None
    return repo


def push(agency: Agency, repo: Repo, name: str) -> None:
    url = f"{agency.url}/{repo.name}"
    agency.world.push(repo, {"publiccode.yml": software(url, name), "LICENSE": MIT}, date=agency.now)


def test_every_transition(kind: str, agency: Agency) -> None:
    for name in ("kept", "changed", "renamed", "deleted", "hidden"):
        agency.publish(name)
    agency.world.add("gov/empty")
    assert agency.outcomes() == {
        **{f"gov/{name}": "added" for name in ("kept", "changed", "renamed", "deleted", "hidden")},
        "gov/empty": "empty",
    }
    agency.later(days=8)
    push(agency, find(agency, "changed"), "新名字")
    agency.world.rename(find(agency, "renamed"), "new-name")
    agency.world.delete(find(agency, "deleted"))
    agency.world.touch(find(agency, "hidden"), private=True)
    agency.world.archive(find(agency, "kept"))
    found = agency.outcomes(full=True)
    missing = {path for path, outcome in found.items() if outcome in ("missing", "unreachable")}
    assert missing == {"gov/deleted", "gov/hidden"}
    assert found["gov/changed"] == "updated"
    assert {path for path, outcome in found.items() if outcome == "added"} == set()
    agency.later(days=2)
    agency.outcomes(full=True)
    key = agency.url.removeprefix("https://")
    shown = {name.removeprefix(f"{key}/") for name, why in agency.entries().items() if not why}
    # The file of the renamed one names its old address still, which leads to it.
    assert shown == {"kept", "changed", "renamed"}
    records = agency.records()
    assert {records[f"{key}/{name}"].reach for name in ("kept", "changed")} == {Reach.OK}
    if kind != "bitbucket":
        assert records[f"{key}/kept"].archived


def test_a_single_repository_under_its_former_address_is_known(agency: Agency) -> None:
    repo = agency.publish("petition")
    agency.lists([], [f"{agency.url}/petition"])
    agency.harvest()
    agency.world.rename(repo, "complaints")
    agency.later(days=1)
    agency.harvest()
    agency.later(days=1)
    assert list(agency.outcomes().values()) == ["unchanged"]
    assert len(agency.entries()) == len(agency.records()) == 1
    [record] = agency.records().values()
    assert {record.key, *record.aliases} >= {f"{agency.name}/gov/petition", f"{agency.name}/gov/complaints"}


def test_a_host_that_fails_empties_nothing(kind: str, agency: Agency) -> None:
    for number in range(3):
        agency.publish(f"p{number}")
    agency.harvest()
    before = agency.entries()
    for fault in ("502 HTML", "200 HTML", "403", "200 empty", "cut text", "429 for an hour", "reset"):
        agency.later(days=8)
        agency.forgive()
        agency.server.faults = lambda _place, _request, fault=fault: KINDS[fault]
        agency.harvest(full=True)
        assert agency.entries() == before
    agency.server.faults = {}
    agency.later(days=8)
    agency.forgive()
    assert set(agency.outcomes(full=True).values()) <= {"unchanged", "updated"}


def test_facts_are_kept(agency: Agency) -> None:
    agency.publish("roads", description="Roads", topics=("gis",), stars=3)
    agency.harvest()
    [record] = agency.rows(FactsRecord)
    assert (record.facts["description"], record.facts["files"]) == ("Roads", ["LICENSE"])


def test_the_token_goes_nowhere_else(agency: Agency) -> None:
    agency.publish("roads")
    agency.harvest()
    apis = [request for request in agency.server.requests if "git-upload-pack" not in request.path]
    assert apis
    assert all(TOKEN in (request.authorization or "") for request in apis)
