"""A stranger's commit as files of ours: whatever its trees name, all of it lies within the folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from dulwich.objects import Blob, Commit, Tree
from dulwich.refs import Ref
from dulwich.repo import Repo

from publiccode.harvesters.errors import HostError
from publiccode.harvesters.http import Http
from publiccode.harvesters.scan.checkout import Written, fetch, head_of
from publiccode.harvesters.scan.limits import USUAL, ScanLimits
from publiccode.web.demo.bare_repositories import Submodule, Symlink, lay_out
from publiccode.web.demo.git_server import GitServer

from ...looks import BEGIN

MARK = "\N{REPLACEMENT CHARACTER}"
BLOB, LINK, FOLDER = 0o100644, 0o120000, 0o040000


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitServer]:
    with GitServer(tmp_path_factory.mktemp("served")) as server:
        yield server


def root(server: GitServer) -> Path:
    return server._root


def fetched(server: GitServer, name: str, folder: Path, limits: ScanLimits = USUAL) -> Written:
    with Http([server.authority], backoff=()) as http:
        repository = head_of(f"{server.url}/{name}", http, str)
        written = fetch(repository, folder, http, str, limits)
    assert written.commit == repository.head
    return written


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def hostile(target: Path, entries: dict[bytes, tuple[int, bytes]], deep: int = 0) -> None:
    """A repository whose root holds these names as they are: no Git of ours would write them."""
    target.mkdir()
    repository = Repo.init_bare(str(target), default_branch=b"main")
    with repository:
        tree = Tree()
        for name, (mode, content) in entries.items():
            blob = Blob.from_string(content)
            repository.object_store.add_object(blob)
            below = blob.id
            if mode == FOLDER:
                inner = Tree()
                inner.add(b"x", BLOB, blob.id)
                repository.object_store.add_object(inner)
                below = inner.id
            tree.add(name, mode, below)
        for _ in range(deep):
            repository.object_store.add_object(tree)
            outer = Tree()
            outer.add(b"d", FOLDER, tree.id)
            tree = outer
        repository.object_store.add_object(tree)
        commit = Commit()
        commit.tree, commit.message, commit.encoding = tree.id, b"x", b"UTF-8"
        commit.author = commit.committer = b"a <a@yunwu.example>"
        commit.author_time = commit.commit_time = 1
        commit.author_timezone = commit.commit_timezone = 0
        repository.object_store.add_object(commit)
        repository.refs[Ref(b"refs/heads/main")] = commit.id


def test_files_are_written_and_nothing_else(server: GitServer, tmp_path: Path) -> None:
    lay_out(
        root(server) / "plain.git",
        {
            "a": b"1",
            "b/c.txt": b"2",
            "link": Symlink("/etc/passwd"),
            "b/up": Symlink(".."),
            "module": Submodule("1" * 40),
        },
        BEGIN,
    )
    written = fetched(server, "plain", tmp_path)
    assert files(tmp_path) == {"a": b"1", "b/c.txt": b"2"}
    assert (written.files, written.bytes, written.links, written.submodules) == (2, 2, 2, 1)
    assert sorted(written.linked) == ["b/up", "link"]
    assert oct((tmp_path / "a").stat().st_mode) == "0o100600"


def test_names_that_would_lead_elsewhere(server: GitServer, tmp_path: Path) -> None:
    names = [
        b"..",
        b".",
        b".git",
        b".GIT",
        b"git~1",
        b".git. ",
        *(b".hg", b".Hg", b".jj", b".pijul", b".svn", b".sl", b".bzr", b"hg~1"),
        b".g\xe2\x81\xaait",
        b".hgignore",
        b"new\nline",
        b"\xff",
        b"\xfe",
        b"a\\b",
        b"\xe2\x80\xaegnp",
    ]
    hostile(root(server) / "names.git", {name: (BLOB, name) for name in names} | {b"l" * 255: (BLOB, b"long")})
    folder = tmp_path / "inside"
    folder.mkdir()
    written = fetched(server, "names", folder)
    found = files(folder)
    long = next(name for name in found if name.startswith("l"))
    assert set(found) == {
        *(f"new{MARK}line", MARK, f"{MARK}+2", f"a{MARK}b", f"{MARK}gnp", f".g{MARK}it", ".hgignore", long)
    }
    assert len(long.encode()) < 200
    assert (written.refused, written.renamed) == (14, 6)
    assert [path.name for path in tmp_path.iterdir()] == ["inside"]


def test_folders_of_programs_for_versions_are_not_made(server: GitServer, tmp_path: Path) -> None:
    settings = dict.fromkeys((b".git", b".hg", b".JJ", b".pijul"), (FOLDER, b"[extensions]\nx = evil.py"))
    hostile(root(server) / "hooks.git", settings | {b"ok": (FOLDER, b"1")})
    assert fetched(server, "hooks", tmp_path).refused == 4
    assert files(tmp_path) == {"ok/x": b"1"}


def test_what_is_too_much_is_told(server: GitServer, tmp_path: Path) -> None:
    many = {f"f{number:03}": b"%d" % number for number in range(50)} | {"large": b"x" * 5000}
    lay_out(root(server) / "many.git", many, BEGIN)
    lay_out(root(server) / "unfiltered.git", many, BEGIN, filters=False)
    few, more = tmp_path / "few", tmp_path / "more"
    few.mkdir()
    more.mkdir()
    assert [str(said) for said in fetched(server, "many", few, ScanLimits(files=10)).messages] == [
        "Scanned 10 of more files"
    ]
    assert len(files(few)) == 10
    for name in ("many", "unfiltered"):
        folder = more / name
        folder.mkdir()
        written = fetched(server, name, folder, ScanLimits(file_bytes=1000))
        assert (written.files, written.left_out, files(folder)["large"]) == (51, 1, b"\0")
    with pytest.raises(HostError, match="answers with more than 1000 bytes"):
        fetched(server, "many", tmp_path / "none", ScanLimits(pack_bytes=1000))
    with pytest.raises(HostError, match="objects have more than"):
        fetched(server, "many", tmp_path / "none", ScanLimits(total_bytes=100))


def test_depth_is_bounded(server: GitServer, tmp_path: Path) -> None:
    hostile(root(server) / "deep.git", {b"x": (BLOB, b"1")}, deep=20)
    written = fetched(server, "deep", tmp_path, ScanLimits(depth=10))
    assert (written.refused, files(tmp_path)) == (1, {})


def test_servers_of_the_older_protocol(server: GitServer, tmp_path: Path) -> None:
    lay_out(root(server) / "older.git", {"a": b"1"}, BEGIN)
    with Http([server.authority], backoff=()) as http:
        repository = replace(head_of(f"{server.url}/older", http, str), facts={"git_protocol": 0})
        assert fetch(repository, tmp_path, http, str, ScanLimits()).files == 1
    assert files(tmp_path) == {"a": b"1"}
