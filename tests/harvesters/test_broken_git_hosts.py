"""Plain Git from hosts that are broken or hostile: always a HostError of the right kind, always soon."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from publiccode.harvesters.errors import (
    AccessDenied,
    HostError,
    HostUnavailable,
    RateLimited,
    RepositoryGone,
    SignInAsked,
)
from publiccode.harvesters.hosts.git import GitSmartHttp
from publiccode.harvesters.hosts.git_protocol import fetch_request
from publiccode.harvesters.http import Http
from publiccode.schemas.candidate import Repository
from publiccode.web.demo.bare_repositories import File, lay_out
from publiccode.web.demo.git_server import GitServer

from .fault_server import FaultServer, Script, answer, drip, git_answer, raw, reset

DATE = datetime(2026, 1, 1, tzinfo=UTC)
FILES: Mapping[str, File] = {"publiccode.yml": b"name: x", "LICENSES/MIT.txt": b"text"}
TYPE = {"content-type": "application/x-git-upload-pack-request"}


def look(host: GitSmartHttp, url: str) -> Repository:
    return host.repository(Repository(url))


HTML = answer("200 OK", b"<!DOCTYPE html><title>Sign in</title>", "Content-Type: text/html")


@pytest.mark.parametrize(
    ("post", "get", "kind"),
    [
        (answer("404 Not Found"), answer("404 Not Found"), RepositoryGone),
        (answer("401 Unauthorized"), answer("401 Unauthorized"), SignInAsked),
        (answer("403 Forbidden"), None, AccessDenied),
        (answer("410 Gone"), None, RepositoryGone),
        (answer("451 Legal"), None, RepositoryGone),
        (answer("429 Slow down", b"", "Retry-After: 3600"), None, RateLimited),
        (answer("502 Bad Gateway", b"<html>"), None, HostUnavailable),
        (reset, None, HostUnavailable),
        (drip(b"HTTP/1.1 200 OK\r\n\r\n", b"0"), None, HostUnavailable),
        (HTML, HTML, HostUnavailable),
        (
            answer("302 Found", b"", "Location: /sign-in"),
            answer("302 Found", b"", "Location: /sign-in"),
            HostUnavailable,
        ),
        (
            answer("302 Found", b"", "Location: /x"),
            answer("302 Found", b"", "Location: http://10.0.0.1/"),
            AccessDenied,
        ),
        (git_answer(b""), answer("500 Oops"), HostUnavailable),
        (git_answer(b"zzzz"), answer("500 Oops"), HostUnavailable),
        (git_answer(b"00ffshort"), answer("500 Oops"), HostUnavailable),
        (git_answer(b"000eERR no!\n0000"), answer("500 Oops"), HostUnavailable),
        (git_answer(b"0032" + b"g" * 40 + b" HEAD\n0000"), answer("500 Oops"), HostUnavailable),
    ],
)
def test_a_look_at_a_broken_host(post: Script, get: Script | None, kind: type[HostError]) -> None:
    scripts = {"/o/r/git-upload-pack": post, "/sign-in": HTML} | ({"/o/r/info/refs": get} if get else {})
    with FaultServer(scripts) as server, Http([server.authority], backoff=()) as http:
        with pytest.raises(HostError) as error:
            look(GitSmartHttp(http, look_seconds=1), f"{server.url}/o/r")
        assert type(error.value) is kind
        assert ("GET" in [request.method for request in server.received]) == (get is not None)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"# not pkt-lines",
        b"001e# service=git-upload-pack\n",
        b"001e# service=git-upload-pack\n0000",
        b"001e# service=git-upload-pack\n0000003f" + b"1" * 40 + b" HEAD\0symref=HEAD\n0000",
        b"001e# service=git-upload-pack\n00000010" + b"nonsense\n0000",
        b"001e# service=git-upload-pack\n0000000eversion 2\n0010ls-refs=\xff\xff\n0000",
        b"001e# service=git-receive-pack\n0000",
        b"fff0",
        b"0003",
    ],
)
def test_a_broken_answer_in_the_older_way_is_told(body: bytes) -> None:
    scripts = {
        "/o/r/git-upload-pack": answer("500 Oops"),
        "/o/r/info/refs": answer("200 OK", body, "Content-Type: application/x-git-upload-pack-advertisement"),
    }
    with FaultServer(scripts) as server, Http([server.authority], backoff=()) as http:
        host = GitSmartHttp(http)
        with pytest.raises(HostUnavailable):
            look(host, f"{server.url}/o/r")
        with pytest.raises(HostUnavailable):
            host.read(Repository(f"{server.url}/o/r", "1" * 40, facts={"git_protocol": 0}))


@pytest.fixture
def recorded(tmp_path: Path) -> tuple[str, bytes]:
    """A commit, and what a real server answers to the first request for it."""
    head = lay_out(tmp_path / "o/r.git", FILES, DATE)
    body = fetch_request([head], depth=1, less="tree:1")
    with GitServer(tmp_path) as server:
        return head, server.answer("POST", "/o/r/git-upload-pack", TYPE | {"git-protocol": "version=2"}, body).body


def test_a_damaged_answer_is_never_believed(recorded: tuple[str, bytes]) -> None:
    head, good = recorded
    start = good.index(b"PACK")
    damaged = [good[:cut] for cut in range(0, len(good), 23)]
    damaged += [good[:at] + bytes([good[at] ^ 0xFF]) + good[at + 1 :] for at in range(start, len(good) - 4, 17)]
    scripts: dict[str, Script] = {}
    with FaultServer(scripts) as server, Http([server.authority], backoff=()) as http:
        for body in damaged:
            scripts["/o/r/git-upload-pack"] = git_answer(body)
            server.scripts = scripts
            with pytest.raises(HostUnavailable) as error:
                GitSmartHttp(http).read(Repository(f"{server.url}/o/r", head))
            assert str(error.value).startswith(f"{server.url}/o/r answers, but not as Git does: ")
        scripts["/o/r/git-upload-pack"] = raw(b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n" + good)
        with pytest.raises(HostUnavailable):
            GitSmartHttp(http).read(Repository(f"{server.url}/o/r", head))


def test_another_commit_than_the_one_asked_for_is_not_taken(recorded: tuple[str, bytes]) -> None:
    with (
        FaultServer({"/o/r/git-upload-pack": git_answer(recorded[1])}) as server,
        Http([server.authority], backoff=()) as http,
        pytest.raises(HostUnavailable) as error,
    ):
        GitSmartHttp(http).read(Repository(f"{server.url}/o/r", "2" * 40))
    assert str(error.value) == f"{server.url}/o/r answers, but not as Git does: the commit {'2' * 40} is missing"
