"""The simulated GitHub's GraphQL interface: GitHub's schema, pages, objects, errors, cost and limits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from urllib3 import PoolManager

from publiccode.web.demo.bare_repositories import File, Submodule, Symlink

from .github import GitHubServer
from .schemas import needs_github
from .world import World

pytestmark = needs_github
TOKEN = "good"
HEADERS = {"Authorization": f"bearer {TOKEN}"}
LIST = """query($org:String!,$after:String,$first:Int!){ rateLimit{cost nodeCount}
 repositoryOwner(login:$org){ repositories(first:$first,after:$after,privacy:PUBLIC,orderBy:{field:PUSHED_AT,direction:DESC}){
  totalCount pageInfo{hasNextPage endCursor} nodes{ nameWithOwner } } } }"""


@pytest.fixture
def pool() -> Iterator[PoolManager]:
    with PoolManager() as made:
        yield made


def ask(pool: PoolManager, server: GitHubServer, query: str, **variables: Any) -> Any:
    body = {"query": query, "variables": variables}
    return pool.request("POST", f"{server.url}/graphql", json=body, headers=HEADERS, retries=False).json()


def listed(pool: PoolManager, server: GitHubServer, first: int) -> list[str]:
    names, after = [], None
    while True:
        answer = ask(pool, server, LIST, org="gov", first=first, after=after)
        found = answer["data"]["repositoryOwner"]["repositories"]
        names += [node["nameWithOwner"] for node in found["nodes"]]
        after = found["pageInfo"]["endCursor"]
        if not found["pageInfo"]["hasNextPage"]:
            return names


def test_lists_an_owners_repositories_page_by_page_newest_push_first(pool: PoolManager) -> None:
    world = World()
    for number in range(25):
        world.add(f"gov/r{number}", {"a": b"a"})
    world.add("gov/hidden", {"a": b"a"}, private=True)
    with GitHubServer(world, token=TOKEN) as server:
        assert listed(pool, server, 10) == [f"gov/r{number}" for number in reversed(range(25))]
        assert len(server.requests) == 3


def test_what_is_pushed_between_two_pages_does_not_shift_the_second(pool: PoolManager) -> None:
    world = World()
    repos = [world.add(f"gov/r{number}", {"a": b"a"}) for number in range(6)]
    with GitHubServer(world, token=TOKEN) as server:
        server.before = {1: lambda: world.push(repos[0], {"a": b"b"})}
        # r0 has moved to the front, behind the reader's back; nobody else is missed or seen twice.
        assert listed(pool, server, 3) == ["gov/r5", "gov/r4", "gov/r3", "gov/r2", "gov/r1"]


@pytest.mark.parametrize("on_disk", [False, True], ids=["computed", "on disk"])
def test_gives_files_links_folders_and_submodules(pool: PoolManager, tmp_path: Any, on_disk: bool) -> None:
    world = World(tmp_path)
    files: dict[str, File] = {
        "publiccode.yml": b"name: x\n",
        "link": Symlink("docs/a.md"),
        "docs/a.md": b"\x00\xff",
        "other": Submodule("1" * 40),
    }
    world.add("gov/r", files, on_disk=on_disk, default_branch="feature/main")
    query = """{repository(owner:"GOV",name:"R"){ defaultBranchRef{name target{__typename oid}}
      root:object(expression:"HEAD:"){... on Tree{entries{name mode type path size object{__typename ... on Blob{text}}}}}
      file:object(expression:"feature/main:publiccode.yml"){... on Blob{oid byteSize isBinary isTruncated text}}
      link:object(expression:"HEAD:link"){... on Blob{text}}
      below:object(expression:"HEAD:link/a.md"){oid}
      binary:object(expression:"HEAD:docs/a.md"){... on Blob{byteSize isBinary text}}}}"""
    with GitHubServer(world, token=TOKEN) as server:
        found = ask(pool, server, query)["data"]["repository"]
    head = found.pop("defaultBranchRef")
    assert (head["name"], head["target"]["__typename"], len(head["target"]["oid"])) == ("feature/main", "Commit", 40)
    assert found == {
        "root": {
            "entries": [
                {
                    "name": "docs",
                    "mode": 0o40000,
                    "type": "tree",
                    "path": "docs",
                    "size": 0,
                    "object": {"__typename": "Tree"},
                },
                entry("link", 0o120000, "docs/a.md"),
                {"name": "other", "mode": 0o160000, "type": "commit", "path": "other", "size": 0, "object": None},
                entry("publiccode.yml", 0o100644, "name: x\n"),
            ]
        },
        "file": {
            "oid": "595a3aeae4904608eee47f61ba721453a70460b0",
            "byteSize": 8,
            "isBinary": False,
            "isTruncated": False,
            "text": "name: x\n",
        },
        "link": {"text": "docs/a.md"},
        "below": None,
        "binary": {"byteSize": 2, "isBinary": True, "text": None},
    }


def entry(name: str, mode: int, text: str) -> dict[str, Any]:
    found = {"name": name, "mode": mode, "type": "blob", "path": name, "size": len(text)}
    return {**found, "object": {"__typename": "Blob", "text": text}}
