"""What every kind of host gives, whichever interface it is asked by: the same world, the same repositories, the same files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from publiccode.harvesters.errors import AccessDenied, CannotList, RepositoryGone
from publiccode.harvesters.hosts.probe import kind_of
from publiccode.harvesters.http import Http
from publiccode.harvesters.wanted_files import MAX_LICENSE_BYTES, MAX_PUBLICCODE_BYTES
from publiccode.schemas.candidate import Candidate, Repository, address_key
from publiccode.web.demo.bare_repositories import File, Submodule, Symlink

from ..forges.kinds import KINDS, TOKEN, Kind
from ..forges.reading import GitServerOf, essence, name_of, read, read_by_git
from ..forges.world import Repo, World

YAML, TEXT = b"publiccodeYmlVersion: '0.5'\n", b"Permission is hereby granted\n"
OLD = datetime(2025, 1, 1, tzinfo=UTC)
PLAIN: Mapping[str, Mapping[str, File]] = {
    "plain": {
        "publiccode.yml": YAML,
        "publiccode.yaml": b"not this one",
        "README.md": b"x",
        "LICENSE": TEXT,
        "COPYING": Symlink("LICENSE"),
        "LICENSE-folder/x": b"no",
        "LICENSES/MIT.txt": TEXT,
        "LICENSES/EUPL-1.2.txt": b"other",
        "LICENSES/link.txt": Symlink("../COPYING.real"),
        "LICENSES/deeper/x": b"no",
        "COPYING.real": b"real",
        "src/a": b"a",
    },
    "older": {"publiccode.yaml": YAML, "licence.txt": b""},
    "none": {"README.md": b"x", "LICENSE": TEXT, "docs/publiccode.yml": YAML},
    "huge": {
        "publiccode.yml": b"#" * (MAX_PUBLICCODE_BYTES + 1),
        "LICENSE": b"x" * (MAX_LICENSE_BYTES + 1),
        "COPYING": b"x" * MAX_LICENSE_BYTES,
    },
    "brim": {"publiccode.yml": b"#" * MAX_PUBLICCODE_BYTES},
    "bytes": {"publiccode.yml": b"name: \xff\xfe\x00", "LICENSE": b"\xe9"},
    "link": {"publiccode.yml": Symlink("real.yml"), "real.yml": YAML},
    "passwd": {"publiccode.yml": Symlink("/etc/passwd"), "LICENSE": Symlink("../../etc/passwd")},
    "module": {"publiccode.yml": Submodule("1" * 40), "LICENSE": Submodule("2" * 40)},
    "folder": {"publiccode.yml/x": YAML, "LICENSE/x": TEXT, "LICENSES": b"a file"},
    "blank": {"publiccode.yml": b""},
    "empty": {},
}
kinds = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """One of each; nobody changes it."""
    world = World(tmp_path_factory.mktemp("world"))
    for name, files in PLAIN.items():
        world.add(f"city/{name}", files)
    world.add("city/slash", {"publiccode.yml": YAML}, default_branch="feature/main")
    world.archive(world.add("city/archived", {"publiccode.yml": YAML}))
    world.add("city/secret", {"publiccode.yml": YAML}, private=True)
    world.add("other/elsewhere", {"publiccode.yml": YAML})
    return world


@pytest.fixture(scope="module")
def expected(world: World) -> Iterator[dict[str, Candidate | None]]:
    """What plain Git says about the same repositories."""
    with GitServerOf(world) as server, Http([server.authority]) as http:
        public = [repo for repo in world.of_owner("city") if not repo.private]
        yield {repo.name: read_by_git(http, f"{server.url}/{repo.full_name}") for repo in public}


@kinds
@pytest.mark.parametrize("token", ["", TOKEN], ids=["anonymous", "token"])
def test_the_same_world(kind: Kind, token: str, world: World, expected: dict[str, Candidate | None]) -> None:
    with kind.serve(world, 100) as server, Http([server.authority]) as http:
        host = kind.host(server, http, token)
        listed = list(host.repositories(kind.group_url(server, "city")))
        answers = read(host, listed)
        assert [answer.error for answer in answers.values() if answer.error] == []
        assert {name: essence(answer.candidate) for name, answer in answers.items()} == {
            name: essence(candidate) for name, candidate in expected.items()
        }
        assert len(listed) == len({repository.host_id for repository in listed}) == len(expected)
        assert [name for name, answer in answers.items() if answer.repository.empty] == ["empty"]
        if kind.tells_archived:
            assert [name_of(repository) for repository in listed if repository.archived] == ["archived"]
        assert {address_key(repository.url) for repository in listed} == {
            address_key(kind.repository_url(server, "city", name)) for name in expected
        }
        branches = {name: answer.repository.default_branch for name, answer in answers.items()}
        assert (branches["slash"], branches["plain"]) == ("feature/main", "main")
        files = answers["plain"].repository.facts["files"]
        assert files == ["COPYING", "COPYING.real", "LICENSE", "LICENSE-folder", "LICENSES", "README.md"]


@kinds
def test_a_look_at_what_is_there_and_what_is_not(kind: Kind, tmp_path: Path) -> None:
    world = World(tmp_path)
    kept, renamed, gone = (world.add(f"city/{name}", {"publiccode.yml": YAML}) for name in ("kept", "renamed", "gone"))
    secret = world.add("city/secret", {"a": b""}, private=True)
    with kind.serve(world, 100) as server, Http([server.authority]) as http:
        host = kind.host(server, http)
        listed = {name_of(found): found for found in host.repositories(kind.group_url(server, "city"))}
        world.rename(renamed, "new-name")
        world.delete(gone)
        world.push(kept, {"publiccode.yml": YAML, "a": b""})
        hidden = Repository(kind.repository_url(server, "city", secret.name))
        answers = list(host.look([*listed.values(), hidden]))
        now = dict(zip([*listed, "secret"], answers, strict=True))
        assert now["kept"].error is None
        assert now["kept"].repository.host_id == listed["kept"].host_id
        moved = now["renamed"].repository
        new = address_key(kind.repository_url(server, "city", "new-name"))
        assert new in (address_key(moved.url), address_key(moved.facts.get("moved_to", "")))
        candidate = next(host.fetch([moved])).candidate
        assert candidate is not None
        assert candidate.file.content == YAML
        for name in ("gone", "secret"):
            error = now[name].error
            assert isinstance(error, (RepositoryGone, AccessDenied))
            assert error.status in (401, 404)


def deleted(world: World) -> None:
    world.delete(at(world, 3))


def deleted_and_added(world: World) -> None:
    world.delete(at(world, 3))
    world.add("city/newcomer", {"a": b""}, date=datetime.now(UTC))


def touched(world: World) -> None:
    world.push(at(world, 21), {"a": b"new"}, date=datetime.now(UTC))


def renamed(world: World) -> None:
    world.rename(at(world, 2), "zzz")


def made_private(world: World) -> None:
    world.touch(at(world, 4), private=True)


def at(world: World, place: int) -> Repo:
    return world.of_owner("city")[place]


@kinds
@pytest.mark.parametrize("change", [deleted, deleted_and_added, touched, renamed, made_private])
@pytest.mark.parametrize("place", [1, 2])
def test_a_list_that_changes_between_pages(
    kind: Kind, change: Callable[[World], None], place: int, tmp_path: Path
) -> None:
    world = World(tmp_path)
    for number in range(25):
        world.add(f"city/r{number:02}", {"a": b""}, on_disk=kind.kind == "bitbucket-server")
    before = {repo.id for repo in world.of_owner("city")}
    with kind.serve(world, 10) as server, Http([server.authority]) as http:
        server.before = {place: lambda: change(world)}
        listed = list(kind.host(server, http).repositories(kind.group_url(server, "city")))
        after = {repo.id for repo in world.of_owner("city") if not repo.private}
    found = [number_of(repository) for repository in listed]
    assert before & after <= set(found)
    assert len(set(found)) == len(found)


def number_of(repository: Repository) -> int:
    """The world's number; Bitbucket writes it as a UUID."""
    text = repository.host_id.rpartition(":")[2]
    return int(text) if text.isdigit() else int(text.replace("-", ""), 16)


@kinds
@pytest.mark.parametrize("change", [None, deleted, touched, made_private])
def test_what_changed_since(kind: Kind, change: Callable[[World], None] | None, tmp_path: Path) -> None:
    world = World(tmp_path)
    for number in range(40):
        world.add(f"city/r{number:02}", {"a": b""}, date=OLD, on_disk=kind.kind == "bitbucket-server")
    since = datetime.now(UTC) - timedelta(hours=1)
    changed = world.of_owner("city")[10:25]
    for repo in changed:
        world.push(repo, {"a": b"new"}, date=since + timedelta(minutes=5))
    with kind.serve(world, 10) as server, Http([server.authority]) as http:
        if change:
            server.before = {1: lambda: change(world)}
        found = [number_of(r) for r in kind.host(server, http).repositories(kind.group_url(server, "city"), since)]
    wanted = {repo.id for repo in changed} | ({world.of_owner("city")[21].id} if change is touched else set())
    assert wanted - {at(world, 4).id} <= set(found)
    assert len(set(found)) == len(found)


@kinds
def test_what_is_no_group(kind: Kind, tmp_path: Path) -> None:
    world = World(tmp_path)
    with kind.serve(world, 100) as server, Http([server.authority]) as http:
        host = kind.host(server, http)
        with pytest.raises(RepositoryGone):
            list(host.repositories(kind.group_url(server, "nobody")))


@kinds
def test_the_kind_is_found_out(kind: Kind) -> None:
    with kind.serve(World(), 100) as server, Http([server.authority]) as http:
        if kind.kind == "bitbucket":  # there is only one of it, and it is known by its name
            with pytest.raises(CannotList):
                kind_of(http, server.url)
        else:
            assert kind_of(http, server.url) == kind.kind
