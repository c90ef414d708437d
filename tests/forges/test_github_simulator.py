"""The simulated GitHub's REST interface, held to GitHub's own description of it and to a real client."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from github import Auth, Github, GithubException, UnknownObjectException
from urllib3 import BaseHTTPResponse, PoolManager

from publiccode.web.demo.bare_repositories import File, Submodule, Symlink

from .git_objects import blob_id
from .github import GitHubServer
from .schemas import faults_of_github_answer, needs_github
from .world import World

pytestmark = needs_github
TOKEN = "good"
FILE = b"publiccodeYmlVersion: '0.4'\n"
MODULES = b'[submodule "other"]\n\tpath = other\n\turl = https://git.example.org/other.git\n'
COMMIT_ID = "1" * 40


@pytest.fixture
def pool() -> Iterator[PoolManager]:
    with PoolManager() as made:
        yield made


@pytest.fixture
def world() -> World:
    made = World()
    files: dict[str, File] = {
        "publiccode.yml": FILE,
        "LICENSE": b"MIT License\n",
        "link.yml": Symlink("docs/../publiccode.yml"),
        "out.yml": Symlink("/etc/passwd"),
        "docs/large.txt": b"x" * (1024 * 1024 + 1),
        "docs/huge.txt": b"x" * 10,
        "other": Submodule(COMMIT_ID),
        ".gitmodules": MODULES,
    }
    original = made.add(
        "gov/app", files, default_branch="feature/main", license="MIT", tags=["v1.0"], topics=("health",)
    )
    made.add_owner("ana", "user")
    made.add("ana/app", files, parent=original)
    made.add("gov/empty")
    made.add("gov/hidden", files, private=True)
    made.add("gov/taken", files, blocked=True)
    made.add("gov/plain", {"README.md": b"hi"}, archived=True)
    return made


@pytest.fixture
def server(world: World) -> Iterator[GitHubServer]:
    with GitHubServer(world, token=TOKEN) as running:
        yield running


def get(
    pool: PoolManager, server: GitHubServer, path: str, token: str | None = TOKEN, **headers: str
) -> BaseHTTPResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    named |= {"Authorization": f"token {token}"} if token else {}
    return pool.request("GET", server.url + path, headers=named, redirect=False, retries=False)


TREE = "feature%2Fmain"
DESCRIBED = [
    ("/orgs/{org}", "/orgs/gov", 200),
    ("/orgs/{org}", "/orgs/ana", 404),
    ("/users/{username}", "/users/ana", 200),
    ("/users/{username}", "/users/gov", 200),
    ("/users/{username}", "/users/nobody", 404),
    ("/orgs/{org}/repos", "/orgs/gov/repos", 200),
    ("/users/{username}/repos", "/users/ana/repos", 200),
    ("/repos/{owner}/{repo}", "/repos/gov/app", 200),
    ("/repos/{owner}/{repo}", "/repos/ana/app", 200),
    ("/repos/{owner}/{repo}", "/repos/gov/empty", 200),
    ("/repos/{owner}/{repo}", "/repos/gov/hidden", 404),
    ("/repos/{owner}/{repo}", "/repositories/1002", 200),
    ("/repos/{owner}/{repo}/contents/{path}", "/repos/gov/app/contents/publiccode.yml", 200),
    ("/repos/{owner}/{repo}/contents/{path}", "/repos/gov/app/contents/publiccode.yml?ref=feature/main", 200),
    ("/repos/{owner}/{repo}/contents/{path}", "/repos/gov/app/contents/", 200),
    ("/repos/{owner}/{repo}/contents/{path}", "/repos/gov/app/contents/docs", 200),
    ("/repos/{owner}/{repo}/contents/{path}", "/repos/gov/app/contents/link.yml", 200),
    ("/repos/{owner}/{repo}/contents/{path}", "/repos/gov/app/contents/out.yml", 200),
    ("/repos/{owner}/{repo}/contents/{path}", "/repos/gov/app/contents/other", 200),
    ("/repos/{owner}/{repo}/contents/{path}", "/repos/gov/app/contents/docs/large.txt", 200),
    ("/repos/{owner}/{repo}/contents/{path}", "/repos/gov/empty/contents/publiccode.yml", 404),
    ("/repos/{owner}/{repo}/git/trees/{tree_sha}", "/repos/gov/app/git/trees/HEAD?recursive=1", 200),
    ("/repos/{owner}/{repo}/git/trees/{tree_sha}", "/repos/gov/app/git/trees/feature/main", 200),
    ("/repos/{owner}/{repo}/git/trees/{tree_sha}", "/repos/gov/empty/git/trees/HEAD", 409),
    ("/repos/{owner}/{repo}/git/blobs/{file_sha}", "/repos/gov/app/git/blobs/{blob}", 200),
    ("/repos/{owner}/{repo}/git/blobs/{file_sha}", "/repos/gov/app/git/blobs/" + COMMIT_ID, 404),
    ("/repos/{owner}/{repo}/commits/{ref}", "/repos/gov/app/commits/HEAD", 200),
    ("/repos/{owner}/{repo}/commits/{ref}", "/repos/gov/app/commits/" + TREE, 200),
    ("/repos/{owner}/{repo}/commits/{ref}", "/repos/gov/app/commits/v1.0", 200),
    ("/repos/{owner}/{repo}/commits/{ref}", "/repos/gov/empty/commits/HEAD", 409),
    ("/repos/{owner}/{repo}/commits/{ref}", "/repos/gov/app/commits/nothing", 422),
    ("/repos/{owner}/{repo}/license", "/repos/gov/app/license", 200),
    ("/repos/{owner}/{repo}/license", "/repos/gov/plain/license", 404),
    ("/rate_limit", "/rate_limit", 200),
]


@pytest.mark.parametrize(("template", "path", "status"), DESCRIBED, ids=[path for _, path, _ in DESCRIBED])
def test_answers_are_as_github_describes_them(
    pool: PoolManager, server: GitHubServer, template: str, path: str, status: int
) -> None:
    answer = get(pool, server, path.replace("{blob}", blob_id(FILE)))
    assert answer.status == status
    assert faults_of_github_answer(template, status, answer.json()) == []


def test_the_check_itself_finds_faults() -> None:
    assert len(faults_of_github_answer("/orgs/{org}/repos", 200, [{"id": 1, "name": "x"}])) > 40


def test_cuts_lists_into_pages_whose_links_name_the_owner_by_id(pool: PoolManager) -> None:
    world = World()
    for number in range(250):
        world.add(f"gov/r{number:03}")
    owner = world.owners["gov"].id
    with GitHubServer(world, token=TOKEN) as server:
        first = get(pool, server, "/orgs/gov/repos?per_page=500&sort=full_name")
        link = f"<{server.url}/organizations/{owner}/repos?per_page=500&sort=full_name&page="
        assert first.headers["Link"] == f'{link}2>; rel="next", {link}3>; rel="last"'
        last = get(pool, server, f"/organizations/{owner}/repos?per_page=500&sort=full_name&page=3")
        assert last.headers["Link"] == f'{link}2>; rel="prev", {link}1>; rel="first"'
        assert [repo["name"] for repo in first.json() + last.json()] == [
            f"r{n:03}" for n in (*range(100), *range(200, 250))
        ]
        assert len(get(pool, server, "/orgs/gov/repos").json()) == 30
        assert get(pool, server, "/orgs/gov/repos?page=99").json() == []


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("sort=pushed", ["b", "a"]),
        ("sort=updated", ["a", "b"]),
        ("sort=created&direction=asc", ["a", "b"]),
        ("sort=full_name", ["a", "b"]),
        ("type=forks", ["b"]),
        ("type=sources", ["a"]),
    ],
)
def test_sorts_and_filters_lists(pool: PoolManager, query: str, names: list[str]) -> None:
    world = World()
    original = world.add("gov/a", {"a": b"a"})
    world.add("gov/b", {"a": b"a"}, parent=original)
    world.touch(original, stars=3)
    with GitHubServer(world, token=TOKEN) as server:
        assert [repo["name"] for repo in get(pool, server, f"/orgs/gov/repos?{query}").json()] == names


def test_a_former_name_leads_to_the_repositorys_number(pool: PoolManager, world: World, server: GitHubServer) -> None:
    app = world.find("gov/app")
    assert app is not None
    world.rename(app, "application")
    world.transfer(app, "ministry")
    for name in ("gov/app", "gov/application"):
        moved = get(pool, server, f"/repos/{name}/contents/publiccode.yml?ref=feature/main")
        to = f"{server.url}/repositories/{app.id}/contents/publiccode.yml?ref=feature/main"
        assert (moved.status, moved.headers["Location"], moved.json()["message"]) == (301, to, "Moved Permanently")
    assert get(pool, server, f"/repositories/{app.id}").json()["full_name"] == "ministry/application"
    world.add("gov/app", {"a": b"another"})
    assert get(pool, server, "/repos/gov/app").json()["id"] != app.id
    world.delete(app)
    assert get(pool, server, f"/repositories/{app.id}").status == 404
    assert get(pool, server, "/repos/gov/application").status == 404


def test_tells_whoever_knows_the_answer_that_it_is_the_same_for_nothing(
    pool: PoolManager, server: GitHubServer
) -> None:
    first = get(pool, server, "/repos/gov/app")
    again = get(pool, server, "/repos/gov/app", If_None_Match=first.headers["ETag"])
    assert (again.status, again.data, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert again.headers["X-RateLimit-Remaining"] == first.headers["X-RateLimit-Remaining"] == "4999"
    anonymous = get(pool, server, "/repos/gov/app", token=None, If_None_Match=first.headers["ETag"])
    assert (anonymous.status, anonymous.headers["X-RateLimit-Remaining"]) == (304, "59")


def test_counts_the_requests_of_each_token_and_refuses_when_they_are_used_up(pool: PoolManager, world: World) -> None:
    with GitHubServer(world, token=TOKEN, limit=2) as server:
        now = 1_800_000_000
        server.clock = lambda: now
        server.anonymous_limit = 1
        assert [get(pool, server, "/users/gov").status for _ in range(3)] == [200, 200, 403]
        refused = get(pool, server, "/users/gov")
        assert refused.json()["message"].startswith("API rate limit exceeded for user ID ")
        limits = {
            name: refused.headers[f"X-RateLimit-{name}"] for name in ("Limit", "Remaining", "Used", "Reset", "Resource")
        }
        reset = now + 3600
        assert limits == {"Limit": "2", "Remaining": "0", "Used": "2", "Reset": str(reset), "Resource": "core"}
        assert get(pool, server, "/rate_limit").json()["rate"] == {
            "limit": 2,
            "used": 2,
            "remaining": 0,
            "reset": reset,
        }
        assert [get(pool, server, "/users/gov", token=None).status for _ in range(2)] == [200, 403]
        now = reset
        assert get(pool, server, "/users/gov").status == 200


def test_knows_good_tokens_and_what_they_see(pool: PoolManager, server: GitHubServer) -> None:
    server.add_token("member", owners={"gov"})
    assert get(pool, server, "/repos/gov/hidden", token="member").json()["private"] is True
    refused = get(pool, server, "/repos/gov/app", token="bad")
    assert (refused.status, refused.json()["message"]) == (401, "Bad credentials")
    assert server.requests[-1].authorization == "token bad"


def test_a_blocked_repository_is_listed_and_refused(pool: PoolManager, server: GitHubServer) -> None:
    assert "taken" in [repo["name"] for repo in get(pool, server, "/orgs/gov/repos").json()]
    for path in ("", "/contents/publiccode.yml", "/license"):
        answer = get(pool, server, f"/repos/gov/taken{path}")
        assert (answer.status, answer.json()["block"]["reason"]) == (451, "dmca")


def test_files_in_every_form(pool: PoolManager, server: GitHubServer) -> None:
    contents = "/repos/gov/app/contents"
    raw = get(pool, server, f"{contents}/publiccode.yml", Accept="application/vnd.github.raw+json")
    assert (raw.data, raw.headers["Content-Type"]) == (FILE, "application/vnd.github.raw; charset=utf-8")
    linked = get(pool, server, f"{contents}/link.yml").json()
    assert (linked["type"], linked["path"], linked["sha"]) == ("file", "link.yml", blob_id(FILE))
    outside = get(pool, server, f"{contents}/out.yml").json()
    assert (outside["type"], outside["target"], "content" in outside) == ("symlink", "/etc/passwd", False)
    large = get(pool, server, f"{contents}/docs/large.txt").json()
    assert (large["encoding"], large["content"], large["size"]) == ("none", "", 1024 * 1024 + 1)
    module = get(pool, server, f"{contents}/other").json()
    assert (module["type"], module["submodule_git_url"]) == ("submodule", "https://git.example.org/other.git")
    listed = {item["name"]: item["type"] for item in get(pool, server, f"{contents}/").json()}
    assert (listed["other"], listed["out.yml"], listed["docs"]) == ("file", "symlink", "dir")
    folder = get(pool, server, f"{contents}/docs", Accept="application/vnd.github.object+json")
    assert (
        faults_of_github_answer(
            "/repos/{owner}/{repo}/contents/{path}", 200, folder.json(), media="application/vnd.github.object"
        )
        == []
    )
    assert get(pool, server, f"{contents}/link.yml/x").status == 404
    assert get(pool, server, f"{contents}/docs?ref=nothing").json()["message"] == "No commit found for the ref nothing"
    assert get(pool, server, "/repos/gov/empty/contents/x").json()["message"] == "This repository is empty."
    modes = {item["path"]: item["mode"] for item in get(pool, server, "/repos/gov/app/git/trees/HEAD").json()["tree"]}
    assert (modes["link.yml"], modes["other"]) == ("120000", "160000")
    server.max_tree_entries = 2
    cut = get(pool, server, "/repos/gov/app/git/trees/HEAD?recursive=1").json()
    assert (len(cut["tree"]), cut["truncated"]) == (2, True)


def test_the_real_client_reads_all_of_it(server: GitHubServer) -> None:
    with_token = Github(base_url=server.url, auth=Auth.Token(TOKEN), per_page=2, seconds_between_requests=0, retry=None)
    try:
        organization = with_token.get_organization("gov")
        names = [repo.name for repo in organization.get_repos(sort="full_name")]
        assert names == ["app", "empty", "plain", "taken"]
        repo = with_token.get_repo("gov/app")
        assert (repo.default_branch, repo.get_license().license.spdx_id) == ("feature/main", "MIT")
        file = repo.get_contents("publiccode.yml")
        assert not isinstance(file, list)
        assert file.decoded_content == FILE
        assert b64encode(FILE).decode() in repo.get_git_blob(file.sha).content.replace("\n", "")
        assert len(repo.get_git_tree("HEAD", recursive=True).tree) == 9
        assert repo.get_commit("feature/main").commit.author.name == "publiccode demo"
        assert with_token.get_repo("ana/app").parent.full_name == "gov/app"
        assert with_token.get_rate_limit().rate.limit == 5000
        with pytest.raises(UnknownObjectException):
            with_token.get_repo("gov/hidden")
        with pytest.raises(GithubException) as blocked:
            with_token.get_repo("gov/taken")
        assert blocked.value.status == 451
        _, data = with_token.requester.graphql_query('{repository(owner:"gov",name:"app"){databaseId}}', {})
        assert data["data"]["repository"]["databaseId"] == repo.id
    finally:
        with_token.close()


def test_an_app_gets_a_token_for_one_owner_for_an_hour(pool: PoolManager, server: GitHubServer) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    now = 1_800_000_000.0
    server.clock = lambda: now
    server.register_app(7, key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo), {99: "gov"})
    claims = {"iss": "7", "iat": int(now) - 60, "exp": int(now) + 500}

    def signed(installation: int = 99, **changes: int | str) -> BaseHTTPResponse:
        token = jwt.encode({**claims, **changes}, private, algorithm="RS256")
        url = f"{server.url}/app/installations/{installation}/access_tokens"
        return pool.request("POST", url, headers={"Authorization": f"Bearer {token}"}, retries=False)

    given = signed()
    assert given.status == 201
    template = "/app/installations/{installation_id}/access_tokens"
    assert faults_of_github_answer(template, 201, given.json(), method="post") == []
    token = given.json()["token"]
    assert get(pool, server, "/repos/gov/hidden", token=token).status == 200
    now += 3600
    assert get(pool, server, "/repos/gov/hidden", token=token).status == 401
    now -= 3600
    refused = [signed(98), signed(exp=int(now)), signed(exp=int(now) + 601), signed(iat=int(now) + 60), signed(iss="8")]
    assert [answer.status for answer in refused] == [404, 401, 401, 401, 401]
    anonymous = pool.request("POST", f"{server.url}/app/installations/99/access_tokens", retries=False)
    assert (anonymous.status, faults_of_github_answer(template, 401, anonymous.json(), method="post")) == (401, [])


def test_lies_where_an_enterprise_server_has_its_interfaces(pool: PoolManager, world: World) -> None:
    with GitHubServer(world, token=TOKEN, enterprise=True) as server:
        repo = get(pool, server, "/api/v3/repos/gov/app").json()
        assert repo["url"] == f"{server.url}/api/v3/repos/gov/app"
        assert get(pool, server, "/repos/gov/app").status == 404
        headers = {"Authorization": f"bearer {TOKEN}"}
        body = {"query": "{viewer{login}}"}
        answer = pool.request("POST", f"{server.url}/api/graphql", json=body, headers=headers)
        assert answer.json() == {"data": {"viewer": {"login": "harvester"}}}
