"""The kinds of host that the same tests run over: the simulated host, ours for it, and the addresses that people use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from publiccode.harvesters.hosts import HOSTS, Access, GitHost
from publiccode.harvesters.http import Http

from .bitbucket import BitbucketDataCenter, BitbucketServer
from .gitea import GiteaServer
from .github import GitHubServer
from .gitlab import GitLabServer
from .server import ForgeServer
from .world import World

TOKEN = "a-good-token"


@dataclass(frozen=True)
class Kind:
    """One kind of host.

    `serve` simulates it with pages of that length; `group` and `repository` are addresses below it; `tells_archived`,
    `follows_numbers`: what its answers tell.
    """

    name: str
    kind: str
    serve: Callable[[World, int], ForgeServer]
    group: str = "{url}/{owner}"
    repository: str = "{url}/{owner}/{name}"
    tells_archived: bool = True
    follows_numbers: bool = True

    def host(self, server: ForgeServer, http: Http, token: str = "") -> GitHost:
        """Our side of it."""
        return HOSTS[self.kind](Access(http, str, server.url, token))

    def group_url(self, server: ForgeServer, owner: str) -> str:
        """The address of a group."""
        return self.group.format(url=server.url, owner=owner)

    def repository_url(self, server: ForgeServer, owner: str, name: str) -> str:
        """The address of a repository."""
        return self.repository.format(url=server.url, owner=owner, name=name)


def serve_github(world: World) -> GitHubServer:
    """With its API below its own address, as GitHub Enterprise Server has it; its pages are always of a hundred."""
    server = GitHubServer(world, TOKEN, enterprise=True)
    server.web_url = server.url
    return server


# One line for each; a host that is another kind on the outside only needs no more than that.
KINDS = [
    Kind("gitlab", "gitlab", lambda world, page: GitLabServer(world, TOKEN, page=page)),
    Kind("gitlab-rest", "gitlab", lambda world, page: GitLabServer(world, TOKEN, page=page, graphql=False)),
    Kind("gitea", "gitea", lambda world, page: GiteaServer(world, TOKEN, page=page)),
    Kind("gitea-1.15", "gitea", lambda world, page: GiteaServer(world, TOKEN, page=page, old=True)),
    Kind(
        "bitbucket",
        "bitbucket",
        lambda world, page: BitbucketServer(world, TOKEN, page=page),
        tells_archived=False,
        follows_numbers=False,
    ),
    Kind(
        "bitbucket-server",
        "bitbucket-server",
        lambda world, page: BitbucketDataCenter(world, TOKEN, page=page),
        group="{url}/projects/{owner}",
        repository="{url}/scm/{owner}/{name}.git",
        follows_numbers=False,
    ),
]
GITHUB = Kind("github", "github", lambda world, _: serve_github(world))
