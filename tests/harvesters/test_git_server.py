"""The Git server and the repositories that the demonstration and these tests stand on."""

from __future__ import annotations

import http.client
import subprocess
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from publiccode.web.demo.bare_repositories import File, Submodule, Symlink, lay_out
from publiccode.web.demo.git_server import GitServer, Request

DATE = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=8)))
FILES: Mapping[str, File] = {
    "b/c.txt": b"c",
    "a": b"a",
    "b.txt": b"b",
    "link": Symlink("a"),
    "module": Submodule("1" * 40),
}


def git(*arguments: str, cwd: Path) -> str:
    return subprocess.run(["git", *arguments], check=True, capture_output=True, text=True, cwd=cwd).stdout


@pytest.fixture
def server(tmp_path: Path) -> Iterator[GitServer]:
    with GitServer(tmp_path) as server:
        yield server


def test_the_same_input_makes_the_same_commit(tmp_path: Path) -> None:
    head = lay_out(tmp_path / "one.git", FILES, DATE)
    assert lay_out(tmp_path / "two.git", dict(reversed(list(FILES.items()))), DATE) == head
    assert lay_out(tmp_path / "one.git", FILES, DATE + timedelta(days=1)) == head
    assert git("fsck", "--strict", cwd=tmp_path / "one.git") == ""
    assert git("ls-tree", "-r", "--format=%(objectmode) %(path)", "HEAD", cwd=tmp_path / "one.git").splitlines() == [
        "100644 a",
        "100644 b.txt",
        "100644 b/c.txt",
        "120000 link",
        "160000 module",
    ]
    assert git("log", "-1", "--format=%aI %s", cwd=tmp_path / "one.git") == "2026-01-02T03:04:05+08:00 Publish\n"


def test_changed_files_make_a_commit_upon_the_one_before(tmp_path: Path) -> None:
    path = tmp_path / "o.git"
    first = lay_out(path, FILES, DATE, branch="feature/main")
    second = lay_out(path, {"a": b"new"}, DATE, branch="feature/main", tags=["v1"])
    assert git("log", "--format=%H", "HEAD", cwd=path).split() == [second, first]
    assert git("rev-parse", "v1", cwd=path).strip() == second
    assert git("symbolic-ref", "HEAD", cwd=path) == "refs/heads/feature/main\n"


@pytest.mark.parametrize("filters", [True, False])
def test_filters_are_a_choice(tmp_path: Path, filters: bool) -> None:
    assert lay_out(tmp_path / "o.git", {}, DATE, filters=filters) == ""
    assert git("config", "--type=bool", "uploadpack.allowFilter", cwd=tmp_path / "o.git") == f"{str(filters).lower()}\n"


@pytest.mark.parametrize("path", ["/etc/passwd", "../x", "a/../../x", ".git/config", "", "a"])
def test_a_path_that_is_none_is_told(tmp_path: Path, path: str) -> None:
    with pytest.raises(ValueError):
        lay_out(tmp_path / "o.git", {"a/b": b"", path: b""}, DATE)


def test_a_date_without_time_zone_is_told(tmp_path: Path) -> None:
    with pytest.raises(ValueError) as error:
        lay_out(tmp_path / "o.git", FILES, DATE.replace(tzinfo=None))
    assert str(error.value) == "the date has no time zone"


@pytest.mark.parametrize("ending", ["", ".git"])
def test_git_itself_can_clone(server: GitServer, tmp_path: Path, ending: str) -> None:
    head = lay_out(tmp_path / "host.example/o/r.git", {"a": b"a" * 5000}, DATE)
    git("clone", "-q", f"{server.url}/host.example/o/r{ending}", "copy", cwd=tmp_path)
    assert git("rev-parse", "HEAD", cwd=tmp_path / "copy").strip() == head
    assert list(server.log) == [
        Request("GET", f"/host.example/o/r{ending}/info/refs?service=git-upload-pack", 200),
        Request("POST", f"/host.example/o/r{ending}/git-upload-pack", 200),
        Request("POST", f"/host.example/o/r{ending}/git-upload-pack", 200),
    ]
    assert server.requests == 3
    assert server.bytes_in > 100
    assert server.bytes_out > 300
    server.reset()
    assert (server.requests, server.bytes_in, server.bytes_out, list(server.log)) == (0, 0, 0, [])


@pytest.mark.parametrize("path", ["/", "/etc/passwd", "/o/r", "/../o/r/HEAD", "/%2e%2e/x/HEAD", "/none/HEAD"])
def test_nothing_else_is_served(server: GitServer, tmp_path: Path, path: str) -> None:
    lay_out(tmp_path / "o/r.git", {"a": b"a"}, DATE)
    connection = http.client.HTTPConnection("127.0.0.1", int(server.url.rpartition(":")[2]))
    connection.request("GET", path)
    assert connection.getresponse().status == 404
    connection.close()


def test_a_chunked_request_and_one_that_is_too_large(server: GitServer, tmp_path: Path) -> None:
    head = lay_out(tmp_path / "o/r.git", {"a": b"a"}, datetime(2026, 1, 1, tzinfo=UTC))
    connection = http.client.HTTPConnection("127.0.0.1", int(server.url.rpartition(":")[2]))
    headers = {"Git-Protocol": "version=2", "Content-Type": "application/x-git-upload-pack-request"}
    pieces = [b"0014command=ls-refs\n", b"0001", b"0009peel\n", b"0000"]
    connection.request("POST", "/o/r/git-upload-pack", iter(pieces), headers, encode_chunked=True)
    assert head in connection.getresponse().read().decode()
    connection.request("POST", "/o/r/git-upload-pack", b"", headers | {"Content-Length": "999999999"})
    assert connection.getresponse().status == 413
    connection.close()
