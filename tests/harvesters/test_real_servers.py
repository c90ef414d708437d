"""Git servers that others wrote, as agencies run them: each must give the same as `git http-backend` behind our own small server.

Apart from git they are optional: nginx with fcgiwrap comes from Debian's packages, klaus from PyPI (in an environment of its own or
in ours, as long as the command is found). What is not installed is skipped.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from publiccode.harvesters.errors import HostError
from publiccode.harvesters.hosts.git import GitSmartHttp
from publiccode.harvesters.hosts.git_tags import GitTags
from publiccode.harvesters.http import Http
from publiccode.schemas.candidate import REGULAR, SYMLINK, Candidate, Repository, RepositoryFile
from publiccode.web.demo.bare_repositories import File, Symlink, lay_out
from publiccode.web.demo.git_server import GitServer

DATE = datetime(2026, 3, 1, tzinfo=UTC)
YAML, TEXT = b"publiccodeYmlVersion: '0.5'\nname: lamplight\n", b"MIT License\n\nPermission is hereby granted\n"
FILES: Mapping[str, Mapping[str, File]] = {
    "whole": {
        "publiccode.yml": YAML,
        "LICENSE": TEXT,
        "COPYING": Symlink("LICENSE"),
        "LICENSES/EUPL-1.2.txt": b"EUPL",
        "README.md": b"x" * 200_000,
        "src/main.py": b"pass\n",
    },
    "link": {"publiccode.yml": Symlink("/etc/passwd"), "LICENSE": TEXT},
    "none": {"README.md": b"nothing yet"},
    "empty": {},
}
WHOLE = (
    RepositoryFile("publiccode.yml", YAML, REGULAR, len(YAML)),
    (
        RepositoryFile("COPYING", TEXT, SYMLINK, len(TEXT), "LICENSE"),
        RepositoryFile("LICENSE", TEXT, REGULAR, len(TEXT)),
        RepositoryFile("LICENSES/EUPL-1.2.txt", b"EUPL", REGULAR, 4),
    ),
)
LINK = (
    RepositoryFile("publiccode.yml", None, SYMLINK, None, "/etc/passwd"),
    (RepositoryFile("LICENSE", TEXT, REGULAR, len(TEXT)),),
)
# Requests for each: a look, what is in the root, the files. Without filters the root comes with all files, after a refusal.
FILTERED = {"empty": 1, "link": 3, "none": 2, "whole": 3}
UNFILTERED = {"empty": 1, "link": 3, "none": 3, "whole": 3}
# The refused look, the older one, and the whole commit.
OLDER = {"empty": 2, "link": 4, "none": 4, "whole": 4}
WAIT = 20.0


@dataclass(frozen=True)
class Server:
    """A server at `url`; the log of its requests, and what each repository costs, by whether it lets objects be left out."""

    url: str
    log: Path
    costs: Mapping[bool, Mapping[str, int]]
    ending: str = ".git"

    def address(self, name: str) -> str:
        return f"{self.url}/{name}{self.ending}"

    def counted(self, at_least: int) -> int:
        """How many requests its log has; it writes a line after the answer."""
        deadline, found = time.monotonic() + WAIT, 0
        while found < at_least and time.monotonic() < deadline:
            found = len(re.findall(r"(?:GET|POST) /", self.log.read_text()))
            time.sleep(0.05)
        return found


@pytest.fixture(scope="module", params=[True, False], ids=["filters", "no-filters"])
def filters(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture(scope="module")
def repositories(filters: bool, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bare repositories; nobody changes them."""
    folder = tmp_path_factory.mktemp("repositories")
    for name, files in FILES.items():
        lay_out(
            folder / f"{name}.git",
            files,
            DATE,
            branch="feature/main",
            tags=["v1.9", "v1.10"] if files else [],
            filters=filters,
        )
        (folder / f"{name}.git/git-daemon-export-ok").touch()
    return folder


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def running(command: Sequence[str], log: Path, environment: Mapping[str, str] | None = None) -> Iterator[None]:
    """A child process in a group of its own, which is ended with the children that it has."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=output, env=dict(environment or os.environ), start_new_session=True
        )
        try:
            yield
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(WAIT)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def await_that(ready: Callable[[], bool], log: Path) -> None:
    deadline = time.monotonic() + WAIT
    while not ready():
        if time.monotonic() > deadline:
            pytest.fail(f"did not start within {WAIT:g} seconds: {log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.05)


def listening(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


NGINX = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
        location ~ ^/[^/]+\\.git/(HEAD|info/refs|objects/|git-upload-pack) {{
            fastcgi_param SCRIPT_FILENAME {backend};
            fastcgi_param GIT_PROJECT_ROOT {repositories};
            fastcgi_param GIT_HTTP_EXPORT_ALL 1;
            fastcgi_param GIT_PROTOCOL $http_git_protocol;
            fastcgi_param PATH_INFO $uri;
            fastcgi_param QUERY_STRING $query_string;
            fastcgi_param REQUEST_METHOD $request_method;
            fastcgi_param CONTENT_TYPE $content_type;
            fastcgi_param CONTENT_LENGTH $content_length;
            fastcgi_param REMOTE_ADDR $remote_addr;
            fastcgi_pass unix:{folder}/fcgi.sock;
        }}
    }}
}}
"""


@contextmanager
def nginx(repositories: Path, folder: Path) -> Iterator[Server]:
    """nginx before `git http-backend`, by way of fcgiwrap."""
    commands = {
        name: shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin") for name in ("nginx", "fcgiwrap")
    }
    if missing := [name for name, path in commands.items() if path is None]:
        pytest.skip(f"not installed: {', '.join(missing)} (Debian: nginx-light, fcgiwrap)")
    asked = subprocess.run(["git", "--exec-path"], check=True, capture_output=True, text=True)
    backend, port = Path(asked.stdout.strip()) / "git-http-backend", free_port()
    made = NGINX.format(folder=folder, port=port, backend=backend, repositories=repositories)
    (folder / "nginx.conf").write_text(made)
    # What the machine's owner has set for Git is not for this server, and the files may be another user's.
    own = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "PATH": os.environ.get("PATH", "")}
    trusting = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*"}
    wrap = [str(commands["fcgiwrap"]), "-c", "2", "-s", f"unix:{folder}/fcgi.sock"]
    serve = [
        str(commands["nginx"]),
        "-p",
        str(folder),
        "-c",
        str(folder / "nginx.conf"),
        "-e",
        str(folder / "error.log"),
    ]
    with running(wrap, folder / "fcgiwrap.log", own | trusting), running(serve, folder / "nginx.log"):
        await_that((folder / "fcgi.sock").exists, folder / "fcgiwrap.log")
        await_that(lambda: listening(port), folder / "error.log")
        yield Server(f"http://127.0.0.1:{port}", folder / "access.log", {True: FILTERED, False: UNFILTERED})


@contextmanager
def klaus(repositories: Path, folder: Path) -> Iterator[Server]:
    """A web viewer written in Python, which speaks Git by dulwich, and the older protocol only."""
    beside = Path(sys.executable).with_name("klaus")
    command = str(beside) if beside.exists() else shutil.which("klaus")
    if command is None:
        pytest.skip("not installed: klaus (PyPI)")
    port = free_port()
    paths = [str(path) for path in sorted(repositories.glob("*.git"))]
    with running([command, "--smarthttp", "--host", "127.0.0.1", "--port", str(port), *paths], folder / "klaus.log"):
        await_that(lambda: listening(port), folder / "klaus.log")
        yield Server(f"http://127.0.0.1:{port}", folder / "klaus.log", {True: OLDER, False: OLDER}, "")


@pytest.fixture(params=[nginx, klaus], ids=["nginx", "klaus"])
def server(
    request: pytest.FixtureRequest, repositories: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    with request.param(repositories, tmp_path_factory.mktemp("server")) as made:
        yield made


@pytest.fixture(scope="module")
def expected(repositories: Path) -> dict[str, tuple[Repository, object]]:
    """What `git http-backend` says behind our own server."""
    with GitServer(repositories) as server, Http([server.authority]) as http:
        return {name: read(http, f"{server.url}/{name}.git") for name in FILES}


def read(http: Http, url: str) -> tuple[Repository, object]:
    """What plain Git finds there, less what differs from server to server."""
    host = GitSmartHttp(http)
    repository = host.repository(Repository(url))
    answer = host.read(repository)
    plain = Repository("", repository.head, repository.default_branch)
    return plain, essence(answer.candidate)


def essence(candidate: Candidate | None) -> object:
    return candidate and (candidate.file, candidate.license_files)


def test_git_http_backend(repositories: Path, filters: bool, expected: dict[str, tuple[Repository, object]]) -> None:
    assert {name: found for name, (_, found) in expected.items()} == {
        "empty": None,
        "link": LINK,
        "none": None,
        "whole": WHOLE,
    }
    assert {(one.head is None, one.default_branch) for one, _ in expected.values()} == {
        (False, "feature/main"),
        (True, ""),
    }
    with GitServer(repositories) as server, Http([server.authority]) as http:
        asked = {}
        for name in FILES:
            server.reset()
            read(http, f"{server.url}/{name}.git")
            asked[name] = server.requests
    assert asked == (FILTERED if filters else UNFILTERED)


def test_another_server_gives_the_same(
    server: Server, filters: bool, expected: dict[str, tuple[Repository, object]]
) -> None:
    with Http([urlsplit(server.url).netloc]) as http:
        found, asked = {}, {}
        for name in FILES:
            with http.counting() as traffic:
                found[name] = read(http, server.address(name))
            asked[name] = traffic.requests
    assert found == expected
    assert server.counted(sum(asked.values())) == sum(asked.values())
    assert asked == server.costs[filters]


def test_tags(server: Server, expected: dict[str, tuple[Repository, object]]) -> None:
    with Http([urlsplit(server.url).netloc]) as http:
        tags = GitTags(http)
        assert tags.newest(server.address("whole")) == ("v1.10", expected["whole"][0].head)
        assert tags.tags(server.address("empty")) == {}


def test_what_is_not_there(server: Server) -> None:
    with Http([urlsplit(server.url).netloc]) as http, pytest.raises(HostError) as error:
        GitSmartHttp(http).repository(Repository(server.address("nothing")))
    assert str(error.value) == f"{server.address('nothing')} answers with HTTP status 404"
