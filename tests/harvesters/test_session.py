"""The session for libraries that stand on requests: everything goes through Http, whatever the environment says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from requests import Request

from publiccode.harvesters.errors import AccessDenied, HostUnavailable, RepositoryGone, TooLarge
from publiccode.harvesters.hosts.session import HttpSession
from publiccode.harvesters.http import Http

from .fault_server import FaultServer, answer


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer() as server:
        yield server


@pytest.fixture
def http(server: FaultServer) -> Iterator[Http]:
    with Http([server.authority], backoff=(), contact="mailto:ops@agency.example") as http:
        yield http


def test_what_is_sent_and_what_comes_back(server: FaultServer, http: Http) -> None:
    server.scripts["/x"] = answer("200 OK", b'{"a": 1}', "Content-Type: application/json", "Set-Cookie: a=b")
    with HttpSession(http) as session:
        for _ in range(2):
            given = session.post(f"{server.url}/x?q=%2F", json={"b": 2}, headers={"X-A": "1"})
            assert (given.status_code, given.json(), given.headers["content-type"]) == (
                200,
                {"a": 1},
                "application/json",
            )
            assert (given.url, given.content, given.text) == (f"{server.url}/x?q=%2F", b'{"a": 1}', '{"a": 1}')
        assert not session.cookies
    sent = server.received[1]
    assert (sent.method, sent.path) == ("POST", "/x?q=%2F")
    assert sent.headers == {
        "host": server.authority,
        "user-agent": "publiccode-registry (+mailto:ops@agency.example)",
        "accept-encoding": "gzip",
        "accept": "*/*",
        "content-type": "application/json",
        "content-length": "8",
        "x-a": "1",
    }


def test_errors_of_http_come_through(server: FaultServer, http: Http) -> None:
    server.scripts |= {"/404": answer("404 Not Found"), "/large": answer("200 OK", b"x" * 300_000)}
    with HttpSession(http) as session:
        with pytest.raises(RepositoryGone):
            session.get(f"{server.url}/404")
        with session.at_most(1000), pytest.raises(TooLarge):
            session.get(f"{server.url}/large")
        assert len(session.get(f"{server.url}/large").content) == 300_000
        with pytest.raises(AccessDenied):
            session.get("http://127.0.0.2:1/")


def test_the_environment_changes_nothing(
    server: FaultServer, http: Http, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("http_proxy", "HTTPS_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.2:1")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nonexistent")
    server.scripts["/x"] = answer("200 OK", b"{}")
    with HttpSession(http) as session:
        assert session.get(f"{server.url}/x").status_code == 200
    assert "authorization" not in server.received[0].headers


def test_another_host_is_not_believed(server: FaultServer, http: Http) -> None:
    with FaultServer({"/y": answer("200 OK", b"{}")}) as other, Http([server.authority, other.authority]) as http:
        server.scripts["/x"] = answer("302 Found", b"", f"Location: {other.url}/y")
        with HttpSession(http) as session, pytest.raises(HostUnavailable) as error:
            session.get(f"{server.url}/x", headers={"Authorization": "Bearer T", "PRIVATE-TOKEN": "T"})
        assert str(error.value) == f"{server.url}/x redirects to another host: {other.url}/y"
        assert {"authorization", "private-token"} & other.received[0].headers.keys() == set()


def test_a_prepared_request(server: FaultServer, http: Http) -> None:
    server.scripts["/x"] = answer("200 OK", b"")
    with HttpSession(http) as session:
        prepared = session.prepare_request(Request("HEAD", f"{server.url}/x"))
        assert session.send(prepared, timeout=5).content == b""
