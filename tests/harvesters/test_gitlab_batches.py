"""GitLab by GraphQL: fifty projects in one request, and one by one where that does not work."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from graphql import parse

from publiccode.harvesters.hosts import Access, Answer
from publiccode.harvesters.hosts.gitlab import GitLab
from publiccode.harvesters.hosts.gitlab_batches import MOST, PATHS, QUERY
from publiccode.harvesters.http import Http
from publiccode.web.demo.bare_repositories import File, Symlink

from ..forges import faults, sized_world
from ..forges.exchange import json_answer
from ..forges.gitlab import GitLabServer
from ..forges.gitlab_graphql import complexity
from ..forges.sized_world import CHANGED, EMPTY, NUMBER, PUBLISHED
from ..forges.world import World

YAML = b"publiccodeYmlVersion: '0.5'\n"


@pytest.fixture
def server() -> Iterator[GitLabServer]:
    with GitLabServer(World(), "T") as server:
        yield server


@pytest.fixture
def http(server: GitLabServer) -> Iterator[Http]:
    with Http([server.authority], backoff=()) as http:
        yield http


@pytest.fixture
def host(server: GitLabServer, http: Http) -> GitLab:
    return GitLab(Access(http, str, server.url))


def queries(server: GitLabServer) -> int:
    return sum(request.path == "/api/graphql" for request in server.requests)


def add(server: GitLabServer, number: int, files: dict[str, File] | None = None) -> None:
    for place in range(number):
        server.world.add(f"city/r{place}", files or {"publiccode.yml": b"name: %d\n" % place, "LICENSE": b"text"})


def fetched(server: GitLabServer, host: GitLab) -> list[Answer]:
    listed = list(host.repositories(f"{server.url}/city"))
    server.reset()
    answers = list(host.fetch(listed))
    assert [answer.error for answer in answers if answer.error] == []
    assert [answer.repository.url for answer in answers] == [repository.url for repository in listed]
    return answers


def test_the_budget_of_requests() -> None:
    with GitLabServer(sized_world.sized_world()) as server, Http([server.authority]) as http:
        host, url = GitLab(Access(http, str, server.url)), f"{server.url}/city"
        found, candidates, known = sized_world.harvest(host, url, {})
        assert (found, candidates) == (NUMBER, PUBLISHED)
        assert len(server.requests) == 3 + -(-(NUMBER - EMPTY) // MOST) == 8
        since = datetime.now(UTC) - timedelta(days=2)
        sized_world.change_some(server.world)
        server.reset()
        assert sized_world.harvest(host, url, known, since)[:2] == (CHANGED, CHANGED)
        assert len(server.requests) == 2


def test_the_query_is_not_too_complex_for_anybody() -> None:
    """gitlab.com grants 200 to anonymous callers."""
    variables = {"ids": [], "first": MOST, "paths": list(PATHS), "files": len(PATHS)}
    assert complexity(parse(QUERY), variables) == 66


def test_a_query_that_is_too_complex_is_asked_for_less(server: GitLabServer, host: GitLab) -> None:
    add(server, 60)
    server.complexity = 52
    answers = fetched(server, host)
    assert sum(answer.candidate is not None for answer in answers) == 60
    # 50 and 25 are refused; the next ones are no more than 12.
    assert (host.batch, queries(server), len(server.requests)) == (12, 2 + 5, 7)


def test_an_instance_that_refuses_any_query_is_asked_one_by_one(server: GitLabServer, host: GitLab) -> None:
    add(server, 3)
    server.complexity = 5
    assert sum(answer.candidate is not None for answer in fetched(server, host)) == 3
    assert (host.batch, queries(server)) == (1, 2)
    fetched(server, host)
    assert queries(server) == 0


@pytest.mark.parametrize(("most", "batch", "asked"), [(30, 25, 4), (20, 1, 2)])
def test_an_instance_that_is_too_slow(server: GitLabServer, host: GitLab, most: int, batch: int, asked: int) -> None:
    """Twice is enough: its other interface shall not suffer for it."""
    add(server, 60)
    server.most_by_graphql = most
    assert sum(answer.candidate is not None for answer in fetched(server, host)) == 60
    assert (host.batch, queries(server)) == (batch, asked)


@pytest.mark.parametrize("fault", ["404", "401", "403", "200 HTML", "cut text", "302 to itself", "gzip bomb"])
def test_an_instance_without_it(server: GitLabServer, host: GitLab, fault: str) -> None:
    add(server, 2)
    server.faults = lambda _, request: faults.KINDS[fault] if request.path == "/api/graphql" else None
    assert [answer.candidate is not None for answer in fetched(server, host)] == [True, True]


@pytest.mark.parametrize(
    "value",
    [
        {"data": None},
        {"data": {"projects": None}},
        {"data": {"projects": {"nodes": [None, 1, {}, {"id": "gid://gitlab/Project/1"}]}}},
        {"errors": "x"},
        [],
    ],
)
def test_an_answer_of_another_shape(server: GitLabServer, host: GitLab, value: object) -> None:
    add(server, 2)
    server.faults = lambda _, request: (lambda _: json_answer(200, value)) if request.path == "/api/graphql" else None
    assert [answer.candidate is not None for answer in fetched(server, host)] == [True, True]


def test_what_is_too_large_together_is_asked_for_in_halves(server: GitLabServer, host: GitLab) -> None:
    size = 900_000
    add(server, 50, {"publiccode.yml": b"#" * size, "LICENSE": b"text"})
    answers = fetched(server, host)
    assert [answer.candidate and answer.candidate.file.size for answer in answers] == [size] * 50
    assert (host.batch, queries(server)) == (MOST, 3)


def test_what_a_query_does_not_tell_is_asked_for_by_itself(server: GitLabServer, host: GitLab) -> None:
    many: dict[str, File] = {f"f{number}": b"" for number in range(101)}
    server.world.add("city/many", {**many, "publiccode.yml": YAML})
    server.world.add("city/bytes", {"publiccode.yml": b"\xff", "LICENSE": b"text"})
    server.world.add(
        "city/reuse", {"publiccode.yml": YAML, "LICENSES/MIT.txt": b"mit", "COPYING": Symlink("LICENSES/MIT.txt")}
    )
    answers = {answer.repository.url.rpartition("/")[2]: answer.candidate for answer in fetched(server, host)}
    assert {name: candidate and candidate.file.content for name, candidate in answers.items()} == {
        "many": YAML,
        "bytes": b"\xff",
        "reuse": YAML,
    }
    reuse = answers["reuse"]
    assert reuse is not None
    assert [(file.path, file.content) for file in reuse.license_files or ()] == [
        ("COPYING", b"mit"),
        ("LICENSES/MIT.txt", b"mit"),
    ]
    asked = [request.path.partition("?")[0].rpartition("/repository/")[2] for request in server.requests]
    oid = [request for request in asked if request.startswith("blobs/")]
    # `many` by its tree (two pages) and its file; of `bytes` the file that is no text; of `reuse` the folder and its one file.
    assert asked == ["/api/graphql", "tree", "tree", "files/publiccode.yml/raw", oid[0], "tree", oid[1]]
