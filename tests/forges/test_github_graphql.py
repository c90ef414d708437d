"""The simulated GitHub's GraphQL interface: GitHub's schema, pages, objects, errors, cost and limits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from urllib3 import PoolManager

from publiccode.web.demo.bare_repositories import File, Submodule, Symlink

from .github import GitHubServer
from .github_nodes import node_id
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


def test_gives_history_releases_tags_topics_and_people(pool: PoolManager) -> None:
    world = World()
    repo = world.add(
        "gov/r", {"a": b"1"}, date=day(1), tags=["v1"], topics=("health",), language="Python", stars=5, contributors=3
    )
    world.push(repo, {"a": b"1", "b": b"2"}, date=day(2), tags=["v2"], person="Ana <ana@gov.example>", signed=True)
    world.push(repo, {"a": b"3", "b": b"2"}, date=day(3))
    world.release(repo, "v1", date=day(4))
    world.release(repo, "v2", "Two", date=day(5), prerelease=True)
    world.release(repo, "v2", "Draft", date=day(6), draft=True)
    query = """{repository(owner:"gov",name:"r"){ stargazerCount forkCount mentionableUsers{totalCount} primaryLanguage{name}
      repositoryTopics(first:9){nodes{topic{name}}}
      latestRelease{tagName publishedAt isLatest}
      releases(first:9,orderBy:{field:CREATED_AT,direction:DESC}){nodes{name tagName isPrerelease}}
      refs(refPrefix:"refs/tags/",first:9,orderBy:{field:TAG_COMMIT_DATE,direction:DESC}){
        nodes{name target{... on Commit{committedDate}}}}
      defaultBranchRef{target{... on Commit{
        history(first:2){totalCount nodes{committedDate author{email name} signature{isValid}}}
        ofOne:history(first:9,path:"b"){totalCount} since:history(first:9,since:"2026-02-02T00:00:00Z"){totalCount}}}}}}"""
    with GitHubServer(world, token=TOKEN) as server:
        answer = ask(pool, server, query)
    assert "errors" not in answer
    found = answer["data"]["repository"]
    demo = {"email": "demo@publiccode.example", "name": "publiccode demo"}
    assert found == {
        "stargazerCount": 5,
        "forkCount": 0,
        "mentionableUsers": {"totalCount": 3},
        "primaryLanguage": {"name": "Python"},
        "repositoryTopics": {"nodes": [{"topic": {"name": "health"}}]},
        "latestRelease": {"tagName": "v1", "publishedAt": "2026-02-04T00:00:00Z", "isLatest": True},
        "releases": {
            "nodes": [
                {"name": "Two", "tagName": "v2", "isPrerelease": True},
                {"name": "v1", "tagName": "v1", "isPrerelease": False},
            ]
        },
        "refs": {
            "nodes": [
                {"name": "v2", "target": {"committedDate": "2026-02-02T00:00:00Z"}},
                {"name": "v1", "target": {"committedDate": "2026-02-01T00:00:00Z"}},
            ]
        },
        "defaultBranchRef": {
            "target": {
                "history": {
                    "totalCount": 3,
                    "nodes": [
                        {"committedDate": "2026-02-03T00:00:00Z", "author": demo, "signature": None},
                        {
                            "committedDate": "2026-02-02T00:00:00Z",
                            "author": {"email": "ana@gov.example", "name": "Ana"},
                            "signature": {"isValid": True},
                        },
                    ],
                },
                "ofOne": {"totalCount": 1},
                "since": {"totalCount": 2},
            }
        },
    }


def day(number: int) -> datetime:
    return datetime(2026, 2, number, tzinfo=UTC)


def test_tells_what_a_repository_is(pool: PoolManager) -> None:
    world = World()
    original = world.add("gov/r", {"a": b"a"}, license="EUPL-1.2", archived=True)
    world.add("gov/fork", {"a": b"a"}, parent=original, license="NOASSERTION", homepage="https://gov.example")
    world.add("gov/mirror", mirror_url="https://git.example.org/r.git", disabled=True)
    query = """{repositoryOwner(login:"gov"){... on Organization{name}
      repositories(first:9,orderBy:{field:NAME,direction:DESC}){nodes{name id databaseId
      isArchived isFork isMirror isEmpty isDisabled isPrivate
      mirrorUrl homepageUrl parent{nameWithOwner} defaultBranchRef{name} licenseInfo{key spdxId name}}}}}"""
    with GitHubServer(world, token=TOKEN) as server:
        found = ask(pool, server, query)["data"]["repositoryOwner"]
    plain: dict[str, Any] = dict.fromkeys(
        ("isArchived", "isFork", "isMirror", "isEmpty", "isDisabled", "isPrivate"), False
    )
    plain |= dict.fromkeys(("mirrorUrl", "homepageUrl", "parent"))
    eupl = {"key": "eupl-1.2", "spdxId": "EUPL-1.2", "name": "European Union Public License 1.2"}
    other = {"key": "other", "spdxId": "NOASSERTION", "name": "Other"}
    first = {"name": "r", "id": "R_kgDOAAAD6g", "databaseId": 1002}
    mirror = {"name": "mirror", "id": "R_kgDOAAAD7A", "databaseId": 1004}
    fork = {"name": "fork", "id": "R_kgDOAAAD6w", "databaseId": 1003}
    mirrored = {"isMirror": True, "isEmpty": True, "isDisabled": True, "mirrorUrl": "https://git.example.org/r.git"}
    forked = {"isFork": True, "homepageUrl": "https://gov.example", "parent": {"nameWithOwner": "gov/r"}}
    main = {"defaultBranchRef": {"name": "main"}}
    assert found == {
        "name": "gov",
        "repositories": {
            "nodes": [
                {**plain, **first, **main, "isArchived": True, "licenseInfo": eupl},
                {**plain, **mirror, **mirrored, "defaultBranchRef": None, "licenseInfo": None},
                {**plain, **fork, **forked, **main, "licenseInfo": other},
            ]
        },
    }


ERRORS = [
    (
        '{repository(owner:"gov",name:"no"){id}}',
        "NOT_FOUND",
        "Could not resolve to a Repository with the name 'gov/no'.",
    ),
    (
        '{repository(owner:"gov",name:"hidden"){id}}',
        "NOT_FOUND",
        "Could not resolve to a Repository with the name 'gov/hidden'.",
    ),
    ('{organization(login:"no"){id}}', "NOT_FOUND", "Could not resolve to an Organization with the login of 'no'."),
    ('{user(login:"gov"){id}}', "NOT_FOUND", "Could not resolve to a User with the login of 'gov'."),
    ('{node(id:"R_kgDOAAAAAA"){id}}', "NOT_FOUND", "Could not resolve to a node with the global id of 'R_kgDOAAAAAA'."),
    ('{repository(owner:"gov",name:"taken"){id}}', "FORBIDDEN", "Repository access blocked"),
    (
        '{repositoryOwner(login:"gov"){repositories{totalCount}}}',
        "MISSING_PAGINATION_BOUNDARIES",
        "You must provide a `first` or `last` value to properly paginate the `repositories` connection.",
    ),
    (
        '{repositoryOwner(login:"gov"){repositories(first:101){totalCount}}}',
        "EXCESSIVE_PAGINATION",
        "Requesting 101 records on the `repositories` connection exceeds the `first` limit of 100 records.",
    ),
    (
        '{repositoryOwner(login:"gov"){repositories(first:1,after:"x"){totalCount}}}',
        "INVALID_CURSOR_ARGUMENTS",
        "`x` does not appear to be a valid cursor.",
    ),
]


@pytest.mark.parametrize(("query", "kind", "text"), ERRORS, ids=[query for query, _, _ in ERRORS])
def test_says_no_in_githubs_words(pool: PoolManager, query: str, kind: str, text: str) -> None:
    world = World()
    world.add("gov/hidden", {"a": b"a"}, private=True)
    world.add("gov/taken", {"a": b"a"}, blocked=True)
    with GitHubServer(world, token=TOKEN) as server:
        answer = ask(pool, server, query)
    assert [(error["type"], error["message"]) for error in answer["errors"]] == [(kind, text)]
    assert next(iter(answer["data"].values())) in (None, {"repositories": None})


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ('{repository(owner:"gov",name:"r"){pushed_at}}', "Cannot query field 'pushed_at' on type 'Repository'."),
        ("{", "Syntax Error: Expected Name, found <EOF>."),
        ('{repository(owner:"gov"){id}}', "Argument 'Query.repository(name:)' of type 'String!' is required"),
    ],
)
def test_refuses_what_the_schema_does_not_have(pool: PoolManager, query: str, text: str) -> None:
    with GitHubServer(World(), token=TOKEN) as server:
        answer = ask(pool, server, query)
    assert [text in error["message"] for error in answer["errors"]] == [True]
    assert "data" not in answer


def test_a_field_that_is_not_simulated_says_so(pool: PoolManager) -> None:
    world = World()
    world.add("gov/r")
    with GitHubServer(world, token=TOKEN) as server:
        answer = ask(pool, server, '{repository(owner:"gov",name:"r"){openGraphImageUrl}}')
    assert answer["errors"][0]["message"] == "The simulated GitHub does not answer Repository.openGraphImageUrl."


def test_nodes_that_are_not_there_stand_as_errors_beside_the_others(pool: PoolManager) -> None:
    world = World()
    repos = [world.add(f"gov/r{number}", {"a": b"a"}) for number in range(3)]
    ids = [node_id("Repository", repo.id) for repo in repos]
    old = "MDEwOlJlcG9zaXRvcnkxMDAy"  # "010:Repository1002", as ids were until 2021
    world.delete(repos[1])
    query = "query($ids:[ID!]!){nodes(ids:$ids){... on Repository{nameWithOwner}}}"
    with GitHubServer(world, token=TOKEN) as server:
        world.rename(repos[2], "renamed")
        answer = ask(pool, server, query, ids=[*ids, "R_nothing", old])
        too_many = ask(pool, server, query, ids=[ids[0]] * 101)
    named = [node and node["nameWithOwner"] for node in answer["data"]["nodes"]]
    assert named == ["gov/r0", None, "gov/renamed", None, "gov/r0"]
    assert [(error["type"], error["path"]) for error in answer["errors"]] == [
        ("NOT_FOUND", ["nodes", 1]),
        ("NOT_FOUND", ["nodes", 3]),
    ]
    assert too_many["errors"][0]["type"] == "ARGUMENT_LIMIT"


def test_follows_former_names_unless_told_not_to(pool: PoolManager) -> None:
    world = World()
    world.rename(world.add("gov/old", {"a": b"a"}), "new")
    query = 'query($follow:Boolean){repository(owner:"gov",name:"old",followRenames:$follow){name}}'
    with GitHubServer(world, token=TOKEN) as server:
        assert ask(pool, server, query, follow=True) == {"data": {"repository": {"name": "new"}}}
        assert ask(pool, server, query, follow=False)["data"] == {"repository": None}


def test_a_blocked_repository_is_an_error_in_its_place_or_disabled(pool: PoolManager) -> None:
    world = World()
    world.add("gov/r", {"a": b"a"}, blocked=True)
    query = (
        '{repositoryOwner(login:"gov"){repositories(first:9){nodes{name isDisabled object(expression:"HEAD:a"){oid}}}}}'
    )
    with GitHubServer(world, token=TOKEN) as server:
        answer = ask(pool, server, query)
        assert answer["data"]["repositoryOwner"]["repositories"]["nodes"] == [None]
        assert [error["path"] for error in answer["errors"]] == [["repositoryOwner", "repositories", "nodes", 0]]
        server.blocked_as_errors = False
        nodes = [{"name": "r", "isDisabled": True, "object": None}]
        assert ask(pool, server, query) == {"data": {"repositoryOwner": {"repositories": {"nodes": nodes}}}}


def test_filters_and_reads_lists_backwards(pool: PoolManager) -> None:
    world = World()
    repos = [world.add(f"gov/r{number}", {"a": b"a"}, archived=number == 1) for number in range(4)]
    world.touch(repos[3], parent=repos[0])
    query = """query($before:String){repositoryOwner(login:"gov"){
      sources:repositories(first:9,isFork:false,isArchived:false,orderBy:{field:UPDATED_AT,direction:ASC}){nodes{name}}
      repositories(last:2,before:$before){nodes{name} edges{cursor} pageInfo{hasPreviousPage startCursor}}}}"""
    with GitHubServer(world, token=TOKEN) as server:
        found = ask(pool, server, query)["data"]["repositoryOwner"]
        cursor = found["repositories"]["pageInfo"]["startCursor"]
        assert found["repositories"]["edges"][0]["cursor"] == cursor
        before = ask(pool, server, query, before=cursor)["data"]["repositoryOwner"]["repositories"]
    assert [node["name"] for node in found["sources"]["nodes"]] == ["r0", "r2"]
    assert [node["name"] for node in found["repositories"]["nodes"]] == ["r2", "r3"]
    assert [node["name"] for node in before["nodes"]] == ["r0", "r1"]
    assert (found["repositories"]["pageInfo"]["hasPreviousPage"], before["pageInfo"]["hasPreviousPage"]) == (
        True,
        False,
    )


COSTS = [
    ('repositoryOwner(login:"gov"){repositories(first:100){nodes{id}}}', 1, 100),
    (
        'repositoryOwner(login:"gov"){repositories(first:100){nodes{refs(refPrefix:"refs/tags/",first:10){nodes{name}}}}}',
        1,
        1100,
    ),
    ('a:repositoryOwner(login:"gov"){...R} b:repositoryOwner(login:"gov"){...R}', 4, 400),
    ('nodes(ids:["R_1","R_2"]){... on Repository{releases(first:5){totalCount}}}', 1, 12),
]
FRAGMENT = """ fragment R on RepositoryOwner{repositories(first:50){nodes{
  releases(first:1){totalCount} repositoryTopics(first:1){totalCount} languages(first:1){totalCount}
  refs(refPrefix:"x",first:0){totalCount}}}}"""


@pytest.mark.parametrize(("query", "points", "nodes"), COSTS, ids=[query for query, _, _ in COSTS])
def test_charges_as_github_does(pool: PoolManager, query: str, points: int, nodes: int) -> None:
    with GitHubServer(World(), token=TOKEN) as server:
        answer = ask(
            pool, server, f"{{rateLimit{{cost nodeCount remaining used}} {query}}}{FRAGMENT if '...R' in query else ''}"
        )
        assert server.points == points
    left = {"remaining": 5000 - points, "used": points}
    assert answer["data"]["rateLimit"] == {"cost": points, "nodeCount": nodes, **left}


def test_says_by_status_200_that_the_points_are_used_up(pool: PoolManager) -> None:
    with GitHubServer(World(), token=TOKEN, limit=1) as server:
        server.clock = lambda: 1_800_000_000
        assert ask(pool, server, "{viewer{login}}") == {"data": {"viewer": {"login": "harvester"}}}
        refused = pool.request("POST", f"{server.url}/graphql", json={"query": "{viewer{login}}"}, headers=HEADERS)
        assert (refused.status, refused.json()["errors"][0]["type"], "data" in refused.json()) == (
            200,
            "RATE_LIMITED",
            False,
        )
        names = ("Remaining", "Reset", "Resource")
        assert [refused.headers[f"X-RateLimit-{name}"] for name in names] == ["0", "1800003600", "graphql"]
        server.rate_limit_type = "RATE_LIMIT"
        assert ask(pool, server, "{viewer{login}}")["errors"][0]["type"] == "RATE_LIMIT"


def test_breaks_down_at_pages_too_large_for_it(pool: PoolManager) -> None:
    world = World()
    for number in range(30):
        world.add(f"gov/r{number}", {"a": b"a"})
    with GitHubServer(world, token=TOKEN) as server:
        server.max_nodes_before_502 = 20
        body = {"query": LIST, "variables": {"org": "gov", "first": 21}}
        broken = pool.request("POST", f"{server.url}/graphql", json=body, headers=HEADERS, retries=False)
        assert (broken.status, broken.headers["Content-Type"]) == (502, "text/html; charset=utf-8")
        assert len(listed(pool, server, 20)) == 30
        server.max_nodes_before_502, server.max_repositories = None, 2
        partial = ask(pool, server, LIST, org="gov", first=4)
        nodes = partial["data"]["repositoryOwner"]["repositories"]["nodes"]
        assert nodes == [{"nameWithOwner": "gov/r29"}, {"nameWithOwner": "gov/r28"}, None, None]
        assert {error["type"] for error in partial["errors"]} == {"RESOURCE_LIMITS_EXCEEDED"}


def test_asks_for_a_good_token(pool: PoolManager) -> None:
    with GitHubServer(World(), token=TOKEN) as server:
        body = {"query": "{viewer{login}}"}
        anonymous = pool.request("POST", f"{server.url}/graphql", json=body, retries=False)
        bad = pool.request(
            "POST", f"{server.url}/graphql", json=body, headers={"Authorization": "bearer x"}, retries=False
        )
        assert (anonymous.status, anonymous.headers["X-RateLimit-Limit"]) == (403, "0")
        assert (bad.status, bad.json()["message"]) == (401, "Bad credentials")
        unread = pool.request("POST", f"{server.url}/graphql", body=b"{", headers=HEADERS, retries=False)
        assert (unread.status, unread.json()["message"]) == (400, "Problems parsing JSON")


@pytest.mark.parametrize(
    ("content", "facts"),
    [
        (b"caf\xe9\n", {"isBinary": True, "isTruncated": False, "text": None}),
        ("\ufeffname: é\n".encode(), {"isBinary": False, "isTruncated": False, "text": "\ufeffname: é\n"}),
        ("name: x\n".encode("utf-16"), {"isBinary": True, "isTruncated": False, "text": None}),
        (b"x" * 511_999 + "é".encode(), {"isBinary": False, "isTruncated": True, "text": "x" * 511_999}),
    ],
    ids=["Latin-1", "byte order mark", "UTF-16", "large"],
)
def test_texts_that_are_none_or_too_long(pool: PoolManager, content: bytes, facts: dict[str, Any]) -> None:
    world = World()
    world.add("gov/r", {"a": content})
    query = '{repository(owner:"gov",name:"r"){object(expression:"HEAD:a"){... on Blob{isBinary isTruncated text}}}}'
    with GitHubServer(world, token=TOKEN) as server:
        assert ask(pool, server, query)["data"]["repository"]["object"] == facts


def test_two_thousand_repositories_cost_little(pool: PoolManager) -> None:
    world = World()
    for number in range(2000):
        world.add(
            f"gov/r{number}", {"publiccode.yml": b"name: %d\n" % number, "LICENSE": b"MIT License\n"}, license="MIT"
        )
    with GitHubServer(world, token=TOKEN) as server:
        assert len(listed(pool, server, 100)) == 2000
        assert len(server.requests) == 20
        assert server.cpu_seconds < 2
