"""Whatever GitHub answers, at whichever request: bounded time, nothing lost, other hosts unharmed, tokens kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import pytest

from publiccode.registry.models import Reach
from publiccode.registry.settings import Mirror

from ..forges.faults import KINDS, at_random, redirect
from ..forges.github import GitHubServer
from ..forges.schemas import needs_github
from ..forges.world import World
from ..looks import software
from .groups import MIT, TOKEN, Agency

pytestmark = needs_github
OTHER = "https://code.county.example"
NAMES = [f"r{number}" for number in range(4)]


@pytest.fixture
def other() -> Iterator[GitHubServer]:
    """Another host, GitHub Enterprise Server, with a token of its own."""
    world = World()
    files = {"publiccode.yml": software(f"{OTHER}/county/water", "水位"), "LICENSE": MIT}
    world.add("county/water", files)
    with GitHubServer(world, token="other", enterprise=True, web_url=OTHER) as server:
        yield server


@pytest.fixture
def agency(tmp_path: Path, other: GitHubServer) -> Iterator[Agency]:
    mirror = Mirror(f"{OTHER}/", f"{other.url}/", "github")
    with (
        GitHubServer(World(), token=TOKEN) as server,
        Agency(
            tmp_path,
            server,
            "github",
            "github.com",
            "https://api.github.com",
            mirrors=(mirror,),
            reachable=(other.authority,),
        ) as agency,
    ):
        agency.tokens["code.county.example"] = "other"
        agency.lists([agency.url, f"{OTHER}/county"])
        for name in NAMES:
            agency.publish(name)
        agency.harvest()
        yield agency


@pytest.mark.parametrize("kind", KINDS)
def test_a_fault_at_any_request_loses_nothing(agency: Agency, other: GitHubServer, kind: str) -> None:
    for place in range(3):
        agency.later(days=8)
        repo = agency.world.find(f"gov/{NAMES[place]}")
        assert repo is not None
        files = {"publiccode.yml": software(f"{agency.url}/{repo.name}", f"第{place}版"), "LICENSE": MIT}
        agency.world.push(repo, files, date=agency.now)
        agency.forgive()
        agency.server.reset()
        agency.server.faults = {place: KINDS[kind]}
        began = monotonic()
        outcomes = agency.outcomes()
        assert monotonic() - began < 12
        assert outcomes[f"{OTHER}/county/water"] == "unchanged"
        assert set(agency.entries().values()) == {""}
        assert {record.reach for record in agency.records().values()} <= {Reach.OK, Reach.UNKNOWN}
    agency.server.faults = {}
    agency.forgive()
    agency.later(days=8)
    agency.harvest()
    assert {record.reach for record in agency.records().values()} == {Reach.OK}
    assert {seen.authorization for seen in other.requests} == {"token other"}
    assert {seen.authorization for seen in agency.server.requests} == {f"token {TOKEN}"}


@pytest.mark.parametrize("status", [301, 302, 307])
def test_a_redirect_to_another_host_shows_it_no_token(agency: Agency, other: GitHubServer, status: int) -> None:
    agency.lists([agency.url])
    other.reset()
    agency.server.reset()
    agency.server.faults = {0: redirect(status, f"{other.url}/api/graphql")}
    agency.later(days=8)
    agency.harvest()
    assert {seen.authorization for seen in other.requests} <= {None}
    assert {key for key, why in agency.entries().items() if not why} == {f"github.com/gov/{name}" for name in NAMES}


def test_one_request_in_twenty_fails_and_no_entry_is_lost(agency: Agency) -> None:
    quick = [
        fault for name, fault in KINDS.items() if name not in ("drip", "429 for an hour", "403 for an hour", "401")
    ]
    for round_ in range(10):
        agency.server.faults = at_random(0.05, round_, quick)
        agency.later(days=8)
        agency.forgive()
        agency.harvest()
        assert len(agency.entries()) == 5
        assert set(agency.entries().values()) == {""}


def test_a_host_that_asks_to_be_left_alone_is_postponed_not_the_run(agency: Agency, other: GitHubServer) -> None:
    agency.server.faults = dict.fromkeys(range(100), KINDS["429 for an hour"])
    agency.later(days=8)
    agency.server.reset()
    done = agency.harvest()
    assert len(agency.server.requests) == 1
    assert list(done.postponed) == [agency.url]
    assert agency.items[f"{OTHER}/county/water"].outcome.value == "unchanged"
    assert str(agency.items["gov"].messages[0]["template"]) == "{url} answers with HTTP status {status}"
