"""GitHub: budgets, pages, what moves between requests, every transition of a repository; PyGithub against a simulated host."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from publiccode.harvesters.drift import Comparing
from publiccode.registry.models import FactsRecord, HarvestRun, Reach
from publiccode.schemas.candidate import REGULAR, SYMLINK, Repository, RepositoryFile
from publiccode.web.demo.bare_repositories import Symlink

from ..forges.github import GitHubServer
from ..forges.schemas import needs_github
from ..forges.world import START, World
from ..looks import software
from .groups import MIT, TOKEN, Agency

pytestmark = needs_github


@pytest.fixture
def agency(tmp_path: Path) -> Iterator[Agency]:
    with (
        GitHubServer(World(), token=TOKEN) as server,
        Agency(tmp_path, server, "github", "github.com", "https://api.github.com") as agency,
    ):
        yield agency


def fill(agency: Agency, repositories: int, empty: int, with_file: int) -> None:
    """Those with a file stand among the others."""
    names = [f"p{number:03}" for number in range(with_file)] + [f"e{number:03}" for number in range(empty)]
    names += [f"n{number:03}" for number in range(repositories - with_file - empty)]
    for number, name in enumerate(sorted(names, key=lambda name: name[1:])):
        day = START + timedelta(hours=12 * (number + 1))
        if name[0] == "p":
            agency.publish(name, date=day)
        else:
            files = {"README.md": b"# Nothing yet"} if name[0] == "n" else {}
            agency.world.add(f"gov/{name}", files, date=day)


def test_250_repositories_cost_3_requests_and_one_for_each_50_with_a_file_later_one_and_one_for_each_50_changed(
    agency: Agency,
) -> None:
    fill(agency, 250, 5, 40)
    assert agency.asked(agency.harvest) == 4
    assert len(agency.items) == 250
    assert sorted({item.outcome.value for item in agency.items.values()}) == ["added", "empty", "no-file"]
    assert len(agency.entries()) == 40
    agency.later(days=1)
    for number in range(5):
        repo = agency.world.find(f"gov/p{number:03}")
        assert repo is not None
        files = {"publiccode.yml": software(f"{agency.url}/p{number:03}", "新名字"), "LICENSE": MIT}
        agency.world.push(repo, files, date=agency.now)
    assert agency.asked(agency.harvest) == 2
    changed = {path: item.outcome.value for path, item in agency.items.items() if item.outcome.value != "unchanged"}
    assert changed == {f"gov/p{number:03}": "updated" for number in range(5)}
    agency.later(days=1)
    assert agency.asked(agency.harvest) == 1
    assert {item.outcome.value for item in agency.items.values()} == {"unchanged"}


def test_what_a_list_costs_stands_in_its_run(agency: Agency) -> None:
    agency.publish("petition")
    done = agency.harvest()
    [run] = agency.rows(HarvestRun)
    assert (run.status, run.listing, run.listed, run.requests) == ("finished", "full", 1, 1)
    assert (done.listed, done.requests, agency.items["gov/petition"].requests) == (1, 2, 1)


def test_a_page_that_is_too_much_is_asked_for_in_halves(agency: Agency) -> None:
    fill(agency, 60, 0, 10)
    assert isinstance(agency.server, GitHubServer)
    agency.server.max_repositories = 20
    assert len(agency.outcomes()) == 60
    assert len(agency.entries()) == 10


def test_a_repository_deleted_while_the_list_is_read_hides_no_other(agency: Agency) -> None:
    fill(agency, 250, 0, 0)

    def delete_first() -> None:
        repo = agency.world.find("gov/n000")
        assert repo is not None
        agency.world.delete(repo)

    agency.server.before = {1: delete_first}
    agency.harvest()
    assert len([path for path in agency.items if path.startswith("gov/n")]) == 250
    assert agency.records()["github.com/gov/n249"].reach is Reach.OK


def test_renamed_moved_and_gone(agency: Agency) -> None:
    for name in ("stays", "renamed", "moved", "deleted", "hidden"):
        agency.publish(name)
    assert agency.outcomes() == {f"gov/{n}": "added" for n in ("stays", "renamed", "moved", "deleted", "hidden")}
    world = agency.world
    found = {name: world.find(f"gov/{name}") for name in ("renamed", "moved", "deleted", "hidden")}
    world.rename(found["renamed"], "new-name")  # type: ignore[arg-type]
    world.transfer(found["moved"], "county")  # type: ignore[arg-type]
    world.delete(found["deleted"])  # type: ignore[arg-type]
    world.touch(found["hidden"], private=True)  # type: ignore[arg-type]
    agency.later(days=8)
    assert agency.outcomes() == {
        "gov/stays": "unchanged",
        "gov/new-name": "unchanged",
        "county/moved": "unchanged",
        "gov/deleted": "missing",
        "gov/hidden": "missing",
    }
    assert agency.records()["github.com/gov/new-name"].aliases == ["github.com/gov/renamed"]
    assert agency.records()["github.com/county/moved"].aliases == ["github.com/gov/moved"]
    assert set(agency.entries().values()) == {""}
    agency.later(hours=23)
    assert agency.outcomes()["gov/deleted"] == "missing"
    agency.later(hours=1)
    assert {path: outcome for path, outcome in agency.outcomes().items() if outcome != "unchanged"} == {
        "gov/deleted": "gone",
        "gov/hidden": "gone",
    }
    assert {key: why for key, why in agency.entries().items() if why} == {
        "github.com/gov/deleted": "gone",
        "github.com/gov/hidden": "gone",
    }
    world.touch(found["hidden"], private=False)  # type: ignore[arg-type]
    agency.later(days=8)
    assert agency.outcomes()["gov/hidden"] == "updated"
    assert agency.entries()["github.com/gov/hidden"] == ""


def test_an_incremental_run_concludes_no_absence(agency: Agency) -> None:
    repo = agency.publish("petition")
    agency.harvest()
    agency.world.delete(repo)
    agency.later(days=2)
    assert agency.outcomes() == {}
    assert agency.records()["github.com/gov/petition"].reach is Reach.OK


def test_withdrawn_and_returned(agency: Agency) -> None:
    repo = agency.publish("petition")
    agency.harvest()
    agency.world.push(repo, {"README.md": b"moved"})
    agency.later(hours=3)
    assert agency.outcomes() == {"gov/petition": "no-file"}
    agency.later(hours=24)
    assert agency.outcomes() == {"gov/petition": "withdrawn"}
    assert agency.entries() == {"github.com/gov/petition": "withdrawn"}
    agency.world.push(repo, {"publiccode.yml": software(f"{agency.url}/petition"), "LICENSE": MIT})
    agency.later(hours=1)
    assert agency.outcomes() == {"gov/petition": "updated"}
    assert agency.entries() == {"github.com/gov/petition": ""}


def test_archived_is_kept_and_told(agency: Agency) -> None:
    repo = agency.publish("petition")
    agency.harvest()
    agency.world.archive(repo)
    agency.later(days=8)
    assert agency.outcomes() == {"gov/petition": "unchanged"}
    assert agency.records()["github.com/gov/petition"].archived
    assert agency.entries() == {"github.com/gov/petition": ""}


def test_an_address_that_another_repository_has_now_is_that_ones(agency: Agency) -> None:
    repo = agency.publish("petition")
    agency.harvest()
    agency.world.rename(repo, "petition-old")
    agency.publish("petition")
    agency.later(days=8)
    assert agency.outcomes() == {"gov/petition-old": "unchanged", "gov/petition": "updated"}
    records = agency.records()
    assert records["github.com/gov/petition-old"].host_id != records["github.com/gov/petition"].host_id
    assert agency.entries() == {"github.com/gov/petition": ""}


@pytest.mark.parametrize("withheld", [True, False])
def test_blocked_by_law_is_missing_and_nothing_else_suffers(agency: Agency, withheld: bool) -> None:
    assert isinstance(agency.server, GitHubServer)
    agency.server.blocked_as_errors = withheld
    repo = agency.publish("blocked")
    agency.publish("petition")
    agency.harvest()
    agency.world.touch(repo, blocked=True)
    agency.later(days=8)
    assert agency.outcomes() == {"gov/blocked": "missing", "gov/petition": "unchanged"}
    assert agency.items["gov/blocked"].messages == [
        {"template": "{url} is blocked by its host", "values": {"url": "https://github.com/gov/blocked"}}
    ]


def test_excluded_repositories_are_left_out(agency: Agency) -> None:
    agency.publish("petition")
    agency.publish("student-1")
    agency.lists([agency.url], exclude=["student-*"])
    assert agency.outcomes() == {"gov/petition": "added"}


def test_a_repository_that_is_named_by_itself_is_looked_at_once(agency: Agency) -> None:
    agency.publish("petition")
    agency.publish("named")
    agency.lists([agency.url], [f"{agency.url}/named"])
    assert agency.outcomes() == {"gov/petition": "added", "gov/named": "added"}


def test_single_repositories_are_asked_for_together(agency: Agency) -> None:
    for number in range(60):
        agency.publish(f"r{number:02}")
    agency.lists([], [f"{agency.url}/r{number:02}" for number in range(60)])
    assert agency.asked(agency.harvest) == 4
    assert len(agency.entries()) == 60
    agency.later(days=1)
    assert agency.asked(agency.harvest) == 2
    assert {item.outcome.value for item in agency.items.values()} == {"unchanged"}


def test_facts_come_with_the_same_requests(agency: Agency) -> None:
    more = {"CONTRIBUTING.md": b"Do", ".github/ISSUE_TEMPLATE/bug.md": b"What", ".github/workflows/ci.yml": b"on: push"}
    agency.publish("petition", more, tags=["v1.0"], topics=("egov",), stars=3, license="MIT")
    agency.harvest()
    [record] = agency.rows(FactsRecord)
    facts = record.facts
    assert facts["files"] == [".github", "CONTRIBUTING.md", "LICENSE", ".github/ISSUE_TEMPLATE"]
    assert {name: facts[name] for name in ("license_detected", "topics", "stars", "newest_tag", "commits")} == {
        "license_detected": "MIT",
        "topics": ["egov"],
        "stars": 3,
        "newest_tag": {"name": "v1.0", "at": ""},
        "commits": 1,
    }
    assert (facts["recent_authors"], facts["signed_share"], facts["contributors"], facts["releases"]) == (1, 0.0, 1, 0)


def test_a_dry_run_asks_and_judges_but_writes_nothing(agency: Agency) -> None:
    agency.publish("petition")
    assert agency.outcomes(dry=True) == {"gov/petition": "added"}
    assert (agency.entries(), agency.records(), agency.rows(HarvestRun)) == ({}, {}, [])


def test_a_limit_reads_so_many_and_concludes_nothing(agency: Agency) -> None:
    fill(agency, 10, 0, 10)
    assert len(agency.outcomes(limit=3)) == 3
    agency.later(hours=1)
    assert len(agency.outcomes()) == 10


def test_what_the_query_cannot_give_unaltered_is_read_by_itself(agency: Agency) -> None:
    latin = b"name: Citt\xe0\n"  # no UTF-8
    agency.publish("latin", {"publiccode.yml": latin})
    agency.publish("long", {"LICENSE": b"x" * 600_000})
    agency.publish("linked", {"LICENSE": Symlink("LICENSES/MIT.txt"), "LICENSES/MIT.txt": MIT})
    agency.publish("link", {"publiccode.yml": Symlink("/etc/passwd")})
    agency.publish("leaves", {"LICENSE": Symlink("../../../etc/passwd")})
    host = agency.parts().hosts.listing(agency.url)
    found = {
        answer.repository.url.rpartition("/")[2]: answer for answer in host.fetch(list(host.repositories(agency.url)))
    }
    candidates = {name: answer.candidate for name, answer in found.items() if answer.candidate}
    assert {name: candidate.file for name, candidate in candidates.items() if name in ("latin", "link")} == {
        "latin": RepositoryFile("publiccode.yml", latin, REGULAR, len(latin)),
        "link": RepositoryFile("publiccode.yml", None, SYMLINK, None, "/etc/passwd"),
    }
    assert {name: candidates[name].license_files for name in ("long", "linked", "leaves")} == {
        "long": (RepositoryFile("LICENSE", None, REGULAR, 600_000),),
        "linked": (
            RepositoryFile("LICENSE", MIT, SYMLINK, len(MIT), "LICENSES/MIT.txt"),
            RepositoryFile("LICENSES/MIT.txt", MIT, REGULAR, len(MIT)),
        ),
        "leaves": (RepositoryFile("LICENSE", None, SYMLINK, None, "../../../etc/passwd"),),
    }


def test_how_far_a_fork_stands_from_its_upstream(agency: Agency) -> None:
    upstream = agency.world.add("county/petition", {"README.md": b"one"}, tags=["v2"])
    agency.world.release(upstream, "v2", date=START + timedelta(days=3))
    own = agency.world.add("gov/petition", {"README.md": b"one"}, parent=upstream)
    for number in range(3):
        agency.world.push(upstream, {"README.md": b"%d" % number})
    agency.world.push(own, {"README.md": b"ours"})
    host = agency.parts().hosts.serving(f"{agency.url}/petition")
    assert isinstance(host, Comparing)
    release = {"name": "v2", "at": "2026-01-04T00:00:00Z"}
    repository = Repository(f"{agency.url}/petition")

    def compare() -> None:
        found = host.compare(repository, "https://github.com/county/petition")
        assert (found.behind, found.ahead, found.upstream_release, found.own_release) == (4, 2, release, {})

    assert agency.asked(compare) == 2
    other = agency.world.add("county/maps", {"README.md": b"maps"})
    assert other.full_name == "county/maps"
    unrelated = host.compare(repository, "https://github.com/county/maps")
    assert (unrelated.behind, unrelated.ahead, unrelated.message) == (None, None, None)
    gone = host.compare(repository, "https://github.com/county/gone")
    assert str(gone.message) == "there is nothing at https://github.com/county/gone"
    assert agency.asked(lambda: host.compare(repository, "https://gitlab.com/county/maps")) == 0
