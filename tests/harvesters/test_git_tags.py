"""The newest tag over plain Git, from real servers."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from publiccode.harvesters.errors import HostUnavailable, RepositoryGone
from publiccode.harvesters.hosts.git_protocol import ProtocolError, read_commit_time, read_ls_tags
from publiccode.harvesters.hosts.git_tags import GitTags
from publiccode.harvesters.http import Http
from publiccode.web.demo.bare_repositories import lay_out
from publiccode.web.demo.git_server import GitServer

from .test_git_host import PUBLIC, ServerWithoutVersion2

DATE = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[GitServer]:
    with GitServer(tmp_path) as server:
        yield server


@pytest.fixture
def tags(server: GitServer) -> Iterator[GitTags]:
    with Http([server.authority]) as http:
        yield GitTags(http, lambda url: url.replace("https://git.agency.example", server.url))


def annotate(path: Path, name: str) -> None:
    """A tag with a text of its own: an object beside the commit."""
    who = ["-c", "user.name=Egret", "-c", "user.email=egret@agency.example"]
    subprocess.run(["git", *who, "tag", "-a", "-m", "x", name], check=True, cwd=path, capture_output=True)


def test_one_request_tells_the_newest_tag_and_one_more_its_time(
    tags: GitTags, server: GitServer, tmp_path: Path
) -> None:
    path = tmp_path / "o/r.git"
    lay_out(path, {"a": b"old"}, DATE.replace(year=2025), tags=["v1.9", "nightly"])
    head = lay_out(path, {"a": b"new", "b": b"b" * 100_000}, DATE, tags=["v1.10.0-rc1"])
    annotate(path, "v1.10")
    assert tags.newest(PUBLIC) == ("v1.10", head)
    assert server.requests == 1
    assert tags.time_of(PUBLIC, head) == "2026-01-02T03:04:05+00:00"
    assert (server.requests, server.bytes_out < 5000) == (2, True)


def test_a_server_without_filters_tells_the_time_of_a_small_repository(tags: GitTags, tmp_path: Path) -> None:
    head = lay_out(tmp_path / "o/r.git", {"a": b"a"}, DATE, tags=["v1"], filters=False)
    assert tags.time_of(PUBLIC, head) in ("", "2026-01-02T03:04:05+00:00")
    assert tags.newest(PUBLIC) == ("v1", head)


def test_a_server_without_protocol_version_2(tmp_path: Path) -> None:
    with ServerWithoutVersion2(tmp_path) as server, Http([server.authority], backoff=()) as http:
        tags = GitTags(http, lambda url: url.replace("https://git.agency.example", server.url))
        path = tmp_path / "o/r.git"
        head = lay_out(path, {"a": b"a"}, DATE, tags=["v1"])
        annotate(path, "v2")
        assert tags.newest(PUBLIC) == ("v2", head)
        assert server.requests == 2


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        ([], f"{PUBLIC} has no tags."),
        (["stable", "latest"], f"The tags of {PUBLIC} do not tell which version is the newest."),
        (["v1.2", "2024.05"], f"The tags of {PUBLIC} do not tell which version is the newest."),
    ],
)
def test_tags_that_tell_nothing_are_told(tags: GitTags, tmp_path: Path, names: list[str], sentence: str) -> None:
    lay_out(tmp_path / "o/r.git", {"a": b"a"}, DATE, tags=names)
    with pytest.raises(HostUnavailable) as error:
        tags.newest(PUBLIC)
    assert str(error.value) == sentence


def test_a_repository_that_is_not_there(tags: GitTags) -> None:
    with pytest.raises(RepositoryGone):
        tags.newest(PUBLIC)


def test_what_is_no_commit_has_no_time(tags: GitTags, server: GitServer, tmp_path: Path) -> None:
    lay_out(tmp_path / "o/r.git", {"a": b"a"}, DATE)
    assert tags.time_of(PUBLIC, "") == ""
    assert server.requests == 0


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"0009zzzzz0000", "a line of ls-refs is not an id and a name"),
        (b"000dERR no\n\n\n0000", "no"),
        (b"0039" + b"1" * 40 + b" refs/tags/v", "a packet is cut off or too long"),
        (b"0038" + b"1" * 40 + b" refs/tags/v", "the answer is cut off"),
        (b"zzzz", "a packet's length is not a number"),
    ],
)
def test_broken_answers(body: bytes, sentence: str) -> None:
    with pytest.raises(ProtocolError) as error:
        read_ls_tags(body)
    assert str(error.value) == sentence


@pytest.mark.parametrize(
    "content", [b"", b"tree x\n\ncommitter x <x> 5 +0000\n", b"committer x <x> 999999999999 +0000\n\n"]
)
def test_a_commit_without_a_time(content: bytes) -> None:
    with pytest.raises(ProtocolError) as error:
        read_commit_time(content)
    assert str(error.value) == "a commit tells no time"
