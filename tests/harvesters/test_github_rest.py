"""GitHub without a token: lists by REST, files by plain Git."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from publiccode.registry.models import HarvestRun
from publiccode.registry.settings import Mirror

from ..forges.faults import KINDS
from ..forges.github import GitHubServer
from ..forges.schemas import needs_github
from ..forges.world import START, World
from ..looks import software
from .groups import MIT, Agency

pytestmark = needs_github


@pytest.fixture
def agency(tmp_path: Path) -> Iterator[Agency]:
    with GitHubServer(World(tmp_path / "repositories"), token="unused") as server:
        mirror = Mirror("https://github.com/", f"{server.git_url}/", "github")
        with Agency(
            tmp_path, server, "github", "github.com", "https://api.github.com", token="", mirrors=(mirror,)
        ) as agency:
            yield agency


def test_lists_by_rest_and_reads_by_git(agency: Agency) -> None:
    for number in range(6):
        agency.publish(f"p{number}", date=START + timedelta(days=number))
    agency.world.add("gov/none", {"README.md": b"x"}, date=START)
    agency.world.add("gov/empty", date=START)
    assert agency.outcomes() == {
        **{f"gov/p{number}": "added" for number in range(6)},
        "gov/none": "no-file",
        "gov/empty": "empty",
    }
    by_rest = [seen for seen in agency.server.requests if "git-upload-pack" not in seen.path]
    assert [seen.path.partition("?")[0] for seen in by_rest] == ["/orgs/gov/repos"]
    assert {seen.authorization for seen in agency.server.requests} == {None}
    repo = agency.world.find("gov/p3")
    assert repo is not None
    agency.world.push(repo, {"publiccode.yml": software(f"{agency.url}/p3", "新名字"), "LICENSE": MIT}, date=agency.now)
    agency.later(days=1)
    assert agency.asked(agency.harvest) == 4  # the list; the look, the tree and the files of one
    assert {path: item.outcome.value for path, item in agency.items.items()} == {
        "gov/p3": "updated",
        "gov/p5": "unchanged",
    }


def test_a_user_is_listed_as_well(agency: Agency) -> None:
    agency.world.add_owner("gov", "user")
    agency.publish("petition")
    assert agency.outcomes() == {"gov/petition": "added"}


def test_more_pages_than_one(agency: Agency) -> None:
    for number in range(130):
        agency.world.add(f"gov/n{number:03}", {"README.md": b"x"}, on_disk=False, date=START + timedelta(hours=number))
    host = agency.parts().hosts.listing(agency.url)
    assert agency.asked(lambda: len(list(host.repositories(agency.url)))) == 2
    assert len(list(host.repositories(agency.url))) == 130


def test_a_used_up_budget_postpones_the_list(agency: Agency) -> None:
    assert isinstance(agency.server, GitHubServer)
    agency.publish("petition")
    agency.server.anonymous_limit = 0
    done = agency.harvest()
    assert list(done.postponed) == [agency.url]
    [run] = agency.rows(HarvestRun)
    assert (run.status, run.resume_at is not None) == ("postponed", True)


def test_a_page_that_is_no_list_is_none(agency: Agency) -> None:
    agency.publish("petition")
    agency.harvest()
    for kind in ("200 HTML", "200 empty", "cut text", "307 to itself"):
        agency.server.reset()
        agency.server.faults = {0: KINDS[kind]}
        agency.later(days=8)
        agency.forgive()
        outcomes = agency.outcomes()
        assert outcomes.get("gov") == "unreachable" or outcomes["gov/petition"] == "unchanged"
        assert agency.entries() == {"github.com/gov/petition": ""}
