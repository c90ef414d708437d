"""The hosts' common model: what may happen to repositories, and ids that are Git's own without any disk."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from publiccode.web.demo.bare_repositories import File, Submodule, Symlink

from .git_objects import Entry, resolve_path
from .world import World

FILES: dict[str, File] = {
    "a.b": b"1",
    "a/x": b"2",
    "a-b": b"3",
    "é/ü": b"4",
    "link": Symlink("a/x"),
    "module": Submodule("2" * 40),
}
DATE = datetime(2026, 5, 1, 12, tzinfo=UTC)


def test_computed_ids_are_those_that_git_gives(tmp_path: Path) -> None:
    world = World(tmp_path)
    stored = world.add("gov/stored", FILES, date=DATE, tags=["v1"])
    computed = world.add("gov/computed", FILES, date=DATE, tags=["v1"], on_disk=False)
    for repo in (stored, computed):
        world.push(repo, {**FILES, "new": b"5"}, date=DATE, tags=["v2"])
        world.push(repo, {**FILES, "new": b"5"}, date=DATE)  # no change, no commit
    assert stored.objects.head == computed.objects.head
    assert stored.objects.tags == computed.objects.tags
    head = stored.objects.commit(stored.objects.head)
    assert head == computed.objects.commit(computed.objects.head)
    assert head is not None
    assert head.parents == (stored.objects.tags["v1"],)
    assert stored.objects.tree(head.tree) == computed.objects.tree(head.tree)
    file = resolve_path(computed.objects, head.tree, "a/x")
    assert file == Entry("x", 0o100644, "d8263ee9860594d2806b0dfd1bfd17528b0ba2a4")
    for repo in (stored, computed):
        assert repo.objects.blob(file.oid) == b"2"
        assert resolve_path(repo.objects, head.tree, "link/x") is None
        assert (repo.objects.blob("0" * 40), repo.objects.tree(file.oid), repo.objects.commit(head.tree)) == (
            None,
            None,
            None,
        )


def test_repositories_without_files_are_empty_until_somebody_pushes(tmp_path: Path) -> None:
    world = World(tmp_path)
    for repo in (world.add("gov/stored"), world.add("gov/computed", on_disk=False)):
        assert (repo.empty, repo.objects.head) == (True, "")
        world.push(repo, {"a": b"a"})
        assert (repo.empty, len(repo.objects.head)) == (False, 40)


def test_each_change_moves_the_dates_that_it_moves_at_hosts() -> None:
    world = World()
    repo = world.add("gov/r", {"a": b"a"})
    made = repo.created_at
    world.touch(repo, description="New")
    assert (repo.created_at, repo.pushed_at, repo.description) == (made, made, "New")
    touched = repo.updated_at
    assert touched > made
    world.push(repo, {"a": b"b"})
    assert repo.pushed_at == repo.updated_at > touched
    pushed = repo.pushed_at
    world.archive(repo)
    assert (repo.archived, repo.pushed_at) == (True, pushed)
    assert repo.updated_at > pushed


def test_former_names_lead_on_until_another_takes_them() -> None:
    world = World()
    repo = world.add("gov/old", {"a": b"a"})
    world.rename(repo, "new")
    world.transfer(repo, "ministry/team")
    assert (world.find("gov/old"), world.find("gov/new"), world.find("Ministry/Team/NEW")) == (None, None, repo)
    assert (world.find_moved("GOV/old"), world.find_moved("gov/new"), world.find_moved("ministry/team/new")) == (
        repo,
        repo,
        None,
    )
    assert (world.of_owner("gov"), world.of_owner("ministry"), world.of_owner("ministry", subgroups=True)) == (
        [],
        [],
        [repo],
    )
    assert world.owners["ministry/team"].parent == "ministry"
    other = world.add("gov/old")
    assert (world.find("gov/old"), world.find_moved("gov/old")) == (other, None)
    world.delete(repo)
    assert (world.find("ministry/team/new"), world.find_moved("gov/new")) == (None, None)


def test_an_owner_takes_everything_below_along_to_another_path() -> None:
    world = World()
    repo, inner = world.add("gov/r", {"a": b"a"}), world.add("gov/team/s", {"a": b"a"})
    world.add("governor/t")
    owner = world.owners["gov"]
    world.rename_owner(owner, "ministry")
    assert [repo.full_name, inner.full_name] == ["ministry/r", "ministry/team/s"]
    assert sorted(world.owners) == ["governor", "ministry", "ministry/team"]
    assert world.owners["ministry"] is owner
    assert (world.find_moved("gov/r"), world.find_moved("gov/team/s")) == (repo, inner)
    assert (world.of_owner("gov"), world.of_owner("ministry", subgroups=True)) == ([], [repo, inner])


def test_counts_forks() -> None:
    world = World()
    repo = world.add("gov/r", {"a": b"a"})
    fork = world.add("ana/r", {"a": b"a"}, parent=repo)
    assert repo.forks == 1
    world.delete(fork)
    assert repo.forks == 0


def test_refuses_what_no_host_would_take(tmp_path: Path) -> None:
    world = World(tmp_path)
    repo = world.add("gov/r", {"a": b"a"})
    other = world.add("gov/other", {"a": b"a"})
    for refused in (
        lambda: world.add("GOV/R"),
        lambda: world.rename(other, "r"),
        lambda: world.release(repo, "v1"),
        lambda: world.rename_owner(world.owners["gov"], "Gov"),
        lambda: world.push(repo, {"a": b"b"}, signed=True),
        lambda: World().add("gov/r", on_disk=True),
    ):
        with pytest.raises(ValueError):
            refused()
    with pytest.raises(AttributeError):
        world.touch(repo, nothing=1)
