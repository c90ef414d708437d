"""Simulated Bitbucket, the Cloud and the Server: lists by their interfaces, files by Git."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from .exchange import Answer, Request, json_answer
from .pages import cut, number
from .server import ForgeServer
from .world import Repo, World


class BitbucketServer(ForgeServer):
    """Bitbucket Cloud at <url>/2.0, Git at <url>/<workspace>/<name>.git.

    Args:
        world: what is there; owners are workspaces.
        token: one that is good, and sees private repositories too.
        page: the longest page of a list.

    To be set at any time: `limit`, how many requests are answered before 429; `shown`, as in GitLabServer.
    """

    def __init__(self, world: World, token: str | None = None, *, page: int = 100) -> None:
        super().__init__(world)
        self.token, self.page = token, page
        self.limit = 10_000
        self.shown: dict[int, datetime] = {}

    def answer(self, request: Request) -> Answer:
        """See ForgeServer."""
        self.limit -= 1
        if self.limit < 0:
            return Answer(429, (("Content-Type", "text/plain"),), b"Rate limit for this resource has been exceeded")
        told = request.headers.get("authorization", "")
        if told and told != f"Bearer {self.token}":
            return self._failure(401, "Token is invalid, expired, or not supported for this endpoint.")
        match request.segments:
            case ("2.0", "repositories", workspace):
                return self._list(request, workspace, bool(told))
        return self._failure(404, "Resource not found")

    def _list(self, request: Request, workspace: str, known: bool) -> Answer:
        if workspace.lower() not in self.world.owners:
            return self._failure(404, f"No workspace with identifier '{workspace}'.")
        query = request.query
        repos = [repo for repo in self.world.of_owner(workspace) if known or not repo.private]
        if after := re.search(r"updated_on>(\S+)", query.get("q", "")):
            repos = [repo for repo in repos if self._updated(repo) > datetime.fromisoformat(after[1])]
        if project := re.search(r'project\.key="(\w+)"', query.get("q", "")):
            repos = [repo for repo in repos if repo.topics and repo.topics[0] == project[1]]
        keys: dict[str, Any] = {"created_on": lambda r: (r.created_at, r.id)}
        repos.sort(key=keys.get(query.get("sort", ""), lambda r: r.name))
        size, page = min(number(query, "pagelen", 10), self.page), number(query, "page", 1)
        value: dict[str, Any] = {"size": len(repos), "page": page, "pagelen": size}
        value["values"] = [self.repository(repo) for repo in cut(repos, page, size)]
        if page * size < len(repos):
            value["next"] = f"{self.url}{request.path}?{urlencode({**query, 'page': page + 1})}"
        return json_answer(200, _projected(value, query["fields"].split(",")) if "fields" in query else value)

    def repository(self, repo: Repo) -> dict[str, Any]:
        """One repository as the list has it."""
        return {
            "type": "repository",
            "uuid": f"{{{UUID(int=repo.id)}}}",
            "full_name": repo.full_name,
            "name": repo.name,
            "is_private": repo.private,
            "mainbranch": None if repo.empty else {"type": "branch", "name": repo.default_branch},
            "description": repo.description or "",
            "language": (repo.language or "").lower(),
            "website": repo.homepage,
            "created_on": repo.created_at.astimezone(UTC).isoformat(),
            "updated_on": self._updated(repo).astimezone(UTC).isoformat(),
            **({"parent": {"full_name": repo.parent.full_name}} if repo.parent else {}),
        }

    def _updated(self, repo: Repo) -> datetime:
        return self.shown.get(repo.id, max(repo.updated_at, repo.pushed_at))

    def _failure(self, status: int, text: str) -> Answer:
        return json_answer(status, {"type": "error", "error": {"message": text}})


def _projected(value: Any, fields: list[str]) -> Any:
    """Only what the parameter `fields` names."""
    if isinstance(value, list):
        return [_projected(item, fields) for item in value]
    if not isinstance(value, dict):
        return value
    below: dict[str, list[str]] = {}
    for field in fields:
        name, _, rest = field.partition(".")
        below.setdefault(name, []).extend([rest] if rest else [])
    return {
        name: _projected(value[name], rest) if rest else value[name] for name, rest in below.items() if name in value
    }


class BitbucketDataCenter(ForgeServer):
    """Bitbucket Server at <url>/rest/api/1.0, Git at <url>/scm/<key>/<name>.git.

    Args:
        world: what is there; organisations are projects, users are users.
        token: one that is good, and sees private repositories too.
        page: the longest page of a list.

    """

    def __init__(self, world: World, token: str | None = None, *, page: int = 1000) -> None:
        super().__init__(world)
        self.token, self.page = token, page

    @property
    def git_url(self) -> str:
        """See ForgeServer."""
        return f"{self.url}/scm"

    def answer(self, request: Request) -> Answer:
        """See ForgeServer."""
        told = request.headers.get("authorization", "")
        if told and told != f"Bearer {self.token}":
            return self._failure(401, "Authentication failed.")
        if request.segments[:3] != ("rest", "api", "1.0"):
            return self._failure(404, "Not found.")
        match request.segments[3:]:
            case ("application-properties",):
                return json_answer(200, {"version": "8.19.0", "buildNumber": "8019000", "displayName": "Bitbucket"})
            case ("projects", key, "repos"):
                owner = self.world.owners.get(key.removeprefix("~").lower())
                if owner is None or (owner.kind == "user") != key.startswith("~"):
                    return self._failure(404, f"Project {key} does not exist.")
                return self._list(request, self.world.of_owner(owner.path), bool(told))
            case ("repos",):
                return self._list(request, list(self.world.repos.values()), bool(told))
        return self._failure(404, "Not found.")

    def _git_answer(self, name: str, service: str, request: Request) -> Answer:
        return super()._git_answer(name.removeprefix("scm/").removeprefix("~"), service, request)

    def _list(self, request: Request, repos: list[Repo], known: bool) -> Answer:
        query = request.query
        repos = sorted((repo for repo in repos if known or not repo.private), key=lambda repo: repo.name.lower())
        start, limit = int(query.get("start", "0")), min(number(query, "limit", 25), self.page)
        here = repos[start : start + limit]
        last = start + limit >= len(repos)
        value: dict[str, Any] = {"size": len(here), "limit": limit, "isLastPage": last, "start": start}
        value |= {"values": [self.repository(repo) for repo in here], "nextPageStart": None if last else start + limit}
        return json_answer(200, value)

    def repository(self, repo: Repo) -> dict[str, Any]:
        """One repository as the list has it."""
        owner = self.world.owners[repo.owner.lower()]
        key = f"~{owner.path.upper()}" if owner.kind == "user" else owner.path.upper()
        path = f"{'~' if owner.kind == 'user' else ''}{repo.full_name.lower()}"
        return {
            "slug": repo.name,
            "id": repo.id,
            "name": repo.name,
            "description": repo.description,
            "state": "AVAILABLE",
            "forkable": True,
            "project": {"key": key, "id": owner.id, "public": False, "type": "NORMAL"},
            "public": not repo.private,
            "archived": repo.archived,
            "links": {
                "clone": [
                    {"href": f"ssh://git@127.0.0.1:7999/{path}.git", "name": "ssh"},
                    {"href": f"{self.url}/scm/{path}.git", "name": "http"},
                ]
            },
        }

    def _failure(self, status: int, text: str) -> Answer:
        return json_answer(status, {"errors": [{"context": None, "message": text, "exceptionName": None}]})
