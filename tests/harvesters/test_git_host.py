"""Plain Git: what is read, with how many requests, from real servers."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from publiccode.harvesters.errors import HostUnavailable, RepositoryGone
from publiccode.harvesters.hosts.git import GitSmartHttp
from publiccode.harvesters.hosts.git_protocol import ls_refs_request
from publiccode.harvesters.http import Http
from publiccode.harvesters.wanted_files import MAX_LICENSE_BYTES, MAX_PUBLICCODE_BYTES
from publiccode.schemas.candidate import FOLDER, REGULAR, SUBMODULE, SYMLINK, Candidate, Repository, RepositoryFile
from publiccode.web.demo.bare_repositories import File, Submodule, Symlink, lay_out
from publiccode.web.demo.git_server import Answer, GitServer

DATE = datetime(2026, 1, 1, tzinfo=UTC)
PUBLIC = "https://git.agency.example/o/r"
YAML, TEXT = b"publiccodeYmlVersion: '0.5'\n", b"Permission is hereby granted\n"


class ServerWithoutVersion2(GitServer):
    """Like klaus: 500 to who asks in version 2 at once, version 0 to all others."""

    def answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Answer:
        if method == "POST" and headers.pop("git-protocol", ""):
            return Answer(500, (), b"")
        return super().answer(method, target, {n: v for n, v in headers.items() if n != "git-protocol"}, body)


class ServerThatMoved(GitServer):
    """Sends GET requests for /o/old to /o/r, as hosts do after a repository was renamed."""

    def answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Answer:
        if target.startswith("/o/old/"):
            location = target.replace("/o/old/", "/o/r/")
            return Answer(301 if method == "GET" else 404, (("Location", location),), b"")
        return super().answer(method, target, headers, body)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[GitServer]:
    with GitServer(tmp_path) as server:
        yield server


@pytest.fixture
def http(server: GitServer) -> Iterator[Http]:
    with Http([server.authority]) as http:
        yield http


@pytest.fixture
def host(server: GitServer, http: Http) -> GitSmartHttp:
    return GitSmartHttp(http, lambda url: url.replace("https://git.agency.example", server.url))


def look(host: GitSmartHttp, url: str = PUBLIC) -> Repository:
    return host.repository(Repository(url))


def license_files(candidate: Candidate | None) -> list[RepositoryFile]:
    assert candidate is not None
    assert candidate.license_files is not None
    return list(candidate.license_files)


@pytest.mark.parametrize("ending", ["", ".git", "/", ".git/"])
def test_a_look_costs_one_request(host: GitSmartHttp, server: GitServer, tmp_path: Path, ending: str) -> None:
    head = lay_out(tmp_path / "o/r.git", {"README": b"x"}, DATE, branch="feature/main", tags=["v1"])
    assert look(host, PUBLIC + ending) == Repository(PUBLIC + ending, head, "feature/main")
    assert (server.requests, server.bytes_in, server.bytes_out < 200) == (1, len(ls_refs_request()), True)


def test_an_empty_repository(host: GitSmartHttp, server: GitServer, tmp_path: Path) -> None:
    lay_out(tmp_path / "o/r.git", {}, DATE)
    repository = look(host)
    assert (repository, repository.empty, host.read(repository).candidate) == (Repository(PUBLIC), True, None)
    assert server.requests == 1


def test_reading_costs_three_requests(host: GitSmartHttp, server: GitServer, tmp_path: Path) -> None:
    files: Mapping[str, File] = {
        "publiccode.yml": YAML,
        "publiccode.yaml": b"not this one",
        "LICENSE": TEXT,
        "licence.TXT": b"a",
        "COPYING.LESSER": b"b",
        "LICENSE-folder/x": b"no",
        "LICENSES/MIT.txt": b"c",
        "LICENSES/EUPL-1.2.txt": b"d",
        "LICENSES/deeper/x": b"no",
        "README": b"x" * 100_000,
        "src/LICENSE": b"no",
    }
    lay_out(tmp_path / "o/r.git", files, DATE)
    repository = look(host)
    assert host.read(repository).candidate == Candidate(
        RepositoryFile("publiccode.yml", YAML, REGULAR, len(YAML)),
        repository,
        (
            RepositoryFile("COPYING.LESSER", b"b", REGULAR, 1),
            RepositoryFile("LICENSE", TEXT, REGULAR, len(TEXT)),
            RepositoryFile("licence.TXT", b"a", REGULAR, 1),
            RepositoryFile("LICENSES/EUPL-1.2.txt", b"d", REGULAR, 1),
            RepositoryFile("LICENSES/MIT.txt", b"c", REGULAR, 1),
        ),
    )
    assert (server.requests, server.bytes_out < 3000) == (3, True)


def test_the_older_ending_is_read_where_it_is_alone(host: GitSmartHttp, tmp_path: Path) -> None:
    lay_out(tmp_path / "o/r.git", {"publiccode.yaml": YAML}, DATE)
    repository = look(host)
    assert host.read(repository).candidate == Candidate(
        RepositoryFile("publiccode.yaml", YAML, REGULAR, len(YAML)), repository, ()
    )


def test_without_publiccode_yml_no_file_is_read(host: GitSmartHttp, server: GitServer, tmp_path: Path) -> None:
    lay_out(tmp_path / "o/r.git", {"LICENSE": TEXT, "docs/publiccode.yml": YAML}, DATE)
    assert host.read(look(host)).candidate is None
    assert server.requests == 2


@pytest.mark.parametrize(
    ("files", "file", "requests"),
    [
        (
            {"publiccode.yml": Symlink("/etc/passwd")},
            RepositoryFile("publiccode.yml", None, SYMLINK, target="/etc/passwd"),
            3,
        ),
        (
            {"publiccode.yml": Symlink("real.yml"), "real.yml": YAML},
            RepositoryFile("publiccode.yml", None, SYMLINK, target="real.yml"),
            3,
        ),
        ({"publiccode.yml": Submodule("1" * 40)}, RepositoryFile("publiccode.yml", None, SUBMODULE), 2),
        ({"publiccode.yml/x": b""}, RepositoryFile("publiccode.yml", None, FOLDER), 2),
        (
            {"publiccode.yml": b"#" * (MAX_PUBLICCODE_BYTES + 1)},
            RepositoryFile("publiccode.yml", None, REGULAR, MAX_PUBLICCODE_BYTES + 1),
            3,
        ),
    ],
)
def test_what_is_no_small_file_is_named_not_read(
    host: GitSmartHttp,
    server: GitServer,
    tmp_path: Path,
    files: Mapping[str, File],
    file: RepositoryFile,
    requests: int,
) -> None:
    lay_out(tmp_path / "o/r.git", files, DATE)
    repository = look(host)
    assert host.read(repository).candidate == Candidate(file, repository, ())
    assert server.requests == requests


@pytest.mark.parametrize(
    ("target", "content", "requests"),
    [
        ("LICENSES/MIT.txt", TEXT, 3),
        ("./LICENSES/../LICENSE.txt", b"text", 3),
        ("legal.txt", b"legal", 4),
        ("docs/MIT.txt", None, 3),
        ("../outside", None, 3),
        ("LICENSES/../../outside", None, 3),
        ("/etc/passwd", None, 3),
        ("nothing", None, 3),
        ("LICENSES", None, 3),
        ("COPYING", None, 3),
        (".", None, 3),
    ],
)
def test_a_licence_that_is_a_link(
    host: GitSmartHttp, server: GitServer, tmp_path: Path, target: str, content: bytes | None, requests: int
) -> None:
    files: Mapping[str, File] = {
        "publiccode.yml": YAML,
        "COPYING": Symlink(target),
        "LICENSE.txt": b"text",
        "LICENSES/MIT.txt": TEXT,
        "legal.txt": b"legal",
        "docs/MIT.txt": b"deep",
    }
    lay_out(tmp_path / "o/r.git", files, DATE)
    link = license_files(host.read(look(host)).candidate)[0]
    assert link == RepositoryFile("COPYING", content, SYMLINK, len(content) if content else None, target)
    assert server.requests == requests


def test_a_link_in_the_licences_folder(host: GitSmartHttp, tmp_path: Path) -> None:
    files: Mapping[str, File] = {"publiccode.yml": YAML, "LICENSES/MIT.txt": Symlink("../LICENSE"), "LICENSE": TEXT}
    lay_out(tmp_path / "o/r.git", files, DATE)
    assert license_files(host.read(look(host)).candidate)[1] == RepositoryFile(
        "LICENSES/MIT.txt", TEXT, SYMLINK, len(TEXT), "../LICENSE"
    )


def test_large_and_many_licence_files(host: GitSmartHttp, server: GitServer, tmp_path: Path) -> None:
    large = b"x" * (MAX_LICENSE_BYTES + 1)
    many = {f"LICENSES/{n:03}.txt": str(n).encode() for n in range(100)}
    lay_out(tmp_path / "o/r.git", {"publiccode.yml": YAML, "LICENSE": large, "LICENSES/000-large": large, **many}, DATE)
    found = license_files(host.read(look(host)).candidate)
    assert found[:3] == [
        RepositoryFile("LICENSE", None, REGULAR, len(large)),
        # The root's was asked for by its id and came; the folder's has the same id.
        RepositoryFile("LICENSES/000-large", None, REGULAR, len(large)),
        RepositoryFile("LICENSES/000.txt", b"0", REGULAR, 1),
    ]
    assert (len(found), server.requests) == (50, 3)


def test_a_large_file_in_the_licences_folder_is_not_sent(host: GitSmartHttp, server: GitServer, tmp_path: Path) -> None:
    large = bytes(range(256)) * 4096
    lay_out(tmp_path / "o/r.git", {"publiccode.yml": YAML, "LICENSES/large": large, "LICENSES/small": b"s"}, DATE)
    assert license_files(host.read(look(host)).candidate) == [
        RepositoryFile("LICENSES/large", None, REGULAR, None),
        RepositoryFile("LICENSES/small", b"s", REGULAR, 1),
    ]
    assert server.bytes_out < 2000


FILES: Mapping[str, File] = {
    "publiccode.yml": YAML,
    "COPYING": Symlink("legal.txt"),
    "LICENSES/MIT.txt": TEXT,
    "legal.txt": b"legal",
    "src/code": b"x" * 10_000,
}


def expected(repository: Repository) -> Candidate:
    return Candidate(
        RepositoryFile("publiccode.yml", YAML, REGULAR, len(YAML)),
        repository,
        (
            RepositoryFile("COPYING", b"legal", SYMLINK, 5, "legal.txt"),
            RepositoryFile("LICENSES/MIT.txt", TEXT, REGULAR, len(TEXT)),
        ),
    )


def test_a_server_without_filters(host: GitSmartHttp, server: GitServer, tmp_path: Path) -> None:
    lay_out(tmp_path / "o/r.git", FILES, DATE, filters=False)
    repository = look(host)
    assert host.read(repository).candidate == expected(repository)
    assert [request.status for request in server.log] == [200, 200, 200]


def test_a_packed_repository_with_deltas_and_without_filters(host: GitSmartHttp, tmp_path: Path) -> None:
    lines = [f"line {n} of a file that changes little".encode() for n in range(400)]
    changing = {f"copy{n}": b"\n".join([*lines[:n], *lines[n + 1 :]]) for n in range(20)}
    text = b"\n".join(lines[1:])
    path = tmp_path / "o/r.git"
    lay_out(path, {"publiccode.yml": b"\n".join(lines), "LICENSE": text, **changing}, DATE, filters=False)
    subprocess.run(["git", "-C", str(path), "repack", "-adfq"], check=True)
    repository = look(host)
    assert host.read(repository).candidate == Candidate(
        RepositoryFile("publiccode.yml", b"\n".join(lines), REGULAR, len(b"\n".join(lines))),
        repository,
        (RepositoryFile("LICENSE", text, REGULAR, len(text)),),
    )


def test_a_server_without_protocol_version_2(tmp_path: Path) -> None:
    head = lay_out(tmp_path / "o/r.git", FILES, DATE, branch="trunk")
    lay_out(tmp_path / "o/empty.git", {}, DATE)
    with ServerWithoutVersion2(tmp_path) as server, Http([server.authority]) as http:
        host = GitSmartHttp(http)
        repository = look(host, f"{server.url}/o/r")
        assert repository == Repository(f"{server.url}/o/r", head, "trunk", facts={"git_protocol": 0})
        assert server.requests == 2
        assert host.read(repository).candidate == expected(repository)
        assert server.requests == 4
        assert look(host, f"{server.url}/o/empty").empty


def test_a_repository_that_moved(tmp_path: Path) -> None:
    head = lay_out(tmp_path / "o/r.git", FILES, DATE)
    with ServerThatMoved(tmp_path) as server, Http([server.authority]) as http:
        host = GitSmartHttp(http, lambda url: url.replace("https://git.agency.example", server.url))
        repository = look(host, "https://git.agency.example/o/old")
        assert repository == Repository(
            "https://git.agency.example/o/old", head, "main", facts={"moved_to": "https://git.agency.example/o/r"}
        )
        assert server.requests == 4  # refused, redirected, its protocol, its HEAD
        assert host.read(repository).candidate == expected(repository)


def test_a_repository_with_sha256_names(host: GitSmartHttp, server: GitServer, tmp_path: Path) -> None:
    path = tmp_path / "o/r.git"
    subprocess.run(["git", "init", "-q", "--bare", "--object-format=sha256", str(path)], check=True)
    with pytest.raises(HostUnavailable) as error:
        look(host)
    assert str(error.value) == f"{PUBLIC} names its objects by sha256, which cannot be read yet"


def test_a_repository_that_is_not_there(host: GitSmartHttp, server: GitServer) -> None:
    with pytest.raises(RepositoryGone) as error:
        look(host)
    assert str(error.value) == f"{PUBLIC} answers with HTTP status 404"


def test_a_commit_that_is_there_no_more(host: GitSmartHttp, server: GitServer, tmp_path: Path) -> None:
    lay_out(tmp_path / "o/r.git", FILES, DATE)
    with pytest.raises(HostUnavailable) as error:
        host.read(Repository(PUBLIC, "1" * 40))
    assert str(error.value) == f"{PUBLIC} answers, but not as Git does: upload-pack: not our ref {'1' * 40}"
