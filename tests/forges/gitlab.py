"""A simulated GitLab: /api/v4 over a world, with its pages, redirects and odd manners."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from .exchange import Answer, Request, json_answer
from .faults import HTML, SIGN_IN
from .git_objects import TREE, Entry, resolve_path
from .gitlab_graphql import Asked
from .pages import cut, links, milliseconds, number, typed
from .server import ForgeServer
from .world import Repo, World

API = "/api/v4"


def missing(what: str) -> Answer:
    return json_answer(404, {"message": f"404 {what} Not Found"})


class GitLabServer(ForgeServer):
    """GitLab's REST interface at <url>/api/v4, Git at <url>/<path>.git.

    Args:
        world: what is there; organisations are groups.
        token: one that is good, and sees private projects too.
        page: the longest page of a list.
        graphql: whether there is such an interface.

    To be set at any time: `shown` (repository's number → the last activity that is told instead of the true one, since
    GitLab writes it once an hour), `most_counted` (longer lists come without totals), `sign_in` (projects that may not be
    seen lead to the page to sign in, not to 404), `by_page_only` (no header Link, as behind some proxies),
    `complexity` (of queries, at most; 0: as at gitlab.com), `most_by_graphql` (more projects in a query take too long: 502).
    """

    def __init__(self, world: World, token: str | None = None, *, page: int = 100, graphql: bool = True) -> None:
        super().__init__(world)
        self.token, self.page, self.graphql = token, page, graphql
        self.shown: dict[int, datetime] = {}
        self.most_counted = 10_000
        self.sign_in = False
        self.by_page_only = False
        self.complexity = 0
        self.most_by_graphql = 100

    def answer(self, request: Request) -> Answer:
        """See ForgeServer."""
        if request.path == "/users/sign_in":
            return Answer(200, (("Content-Type", HTML),), SIGN_IN)
        told = request.headers.get("private-token") or request.headers.get("authorization", "").removeprefix("Bearer ")
        if told and told != self.token:
            return json_answer(401, {"message": "401 Unauthorized"})
        if request.path == "/api/graphql" and request.method == "POST" and self.graphql:
            limit = self.complexity or (250 if told else 200)
            asked = Asked(self.world, sees_private=bool(told), most=self.most_by_graphql, limit=limit)
            return asked.answer(request)
        if not request.path.startswith(f"{API}/"):
            return Answer(404, (("Content-Type", HTML),), b"<!DOCTYPE html><title>404</title>")
        return self._api(request, request.segments[2:], bool(told))

    def _api(self, request: Request, path: tuple[str, ...], known: bool) -> Answer:
        match path:
            case ("groups", name, "projects"):
                owner = self.world.owners.get(name.lower())
                if owner is None or owner.kind != "organization":
                    return missing("Group")
                deep = request.query.get("include_subgroups") == "true"
                return self._list(request, self.world.of_owner(owner.path, subgroups=deep), known)
            case ("users", name, "projects"):
                owner = self.world.owners.get(name.lower())
                if owner is None or owner.kind != "user":
                    return missing("User")
                return self._list(request, self.world.of_owner(owner.path), known)
            case ("projects",):
                return self._list(request, list(self.world.repos.values()), known)
            case ("projects", name, *rest):
                return self._of_project(request, name, rest, known)
        return json_answer(404, {"error": "404 Not Found"})

    def _of_project(self, request: Request, name: str, rest: Sequence[str], known: bool) -> Answer:
        repo = self.world.repos.get(int(name)) if name.isdigit() else self.world.find(name)
        moved = None if name.isdigit() else self.world.find_moved(name)
        if moved is not None:
            # Everything behind the project stays: /projects/<old>/repository/tree?… → /projects/<id>/repository/tree?…
            target = request.target.replace(f"/projects/{quote(name, safe='')}", f"/projects/{moved.id}", 1)
            return Answer(301, (("Location", self.url + target),), b"")
        if repo is None or repo.blocked or (repo.private and not known):
            if self.sign_in:
                return Answer(302, (("Location", f"{self.url}/users/sign_in"),), b"")
            return missing("Project")
        match rest:
            case []:
                return json_answer(200, self.project(repo, license=request.query.get("license") == "true"))
            case ["repository", "tree"]:
                return self._tree(request, repo)
            case ["repository", "commits", ref]:
                commit = self._commit(repo, ref)
                return json_answer(200, {"id": commit}) if commit else missing("Commit")
            case ["repository", "blobs", oid, *more]:
                return self._blob(repo, oid, raw=more == ["raw"])
            case ["repository", "files", path, *more]:
                return self._file(request, repo, path, raw=more == ["raw"])
        return json_answer(404, {"error": "404 Not Found"})

    def _list(self, request: Request, repos: list[Repo], known: bool) -> Answer:
        query = request.query
        repos = [repo for repo in repos if not repo.blocked and (known or not repo.private)]
        if query.get("visibility") == "public":
            repos = [repo for repo in repos if not repo.private]
        order = query.get("order_by", "created_at")
        key = {"id": lambda r: r.id, "last_activity_at": lambda r: (self._active(r), r.id)}
        repos.sort(key=key.get(order, lambda r: (r.created_at, r.id)), reverse=query.get("sort", "desc") == "desc")
        size = min(number(query, "per_page", 20), self.page)
        if query.get("pagination") == "keyset":
            return self._keyset(request, repos, size)
        return self._paged(
            [self.project(repo) for repo in cut(repos, self._page(query), size)], request, len(repos), size
        )

    def _keyset(self, request: Request, repos: list[Repo], size: int) -> Answer:
        query = request.query
        if query.get("order_by") != "id" or query.get("sort") != "asc":
            return json_answer(405, {"error": "Keyset pagination is not yet available for this type of request"})
        left = [repo for repo in repos if repo.id > int(query.get("id_after", "0"))]
        here = left[:size]
        following = here[-1].id if len(left) > size else None
        link = links(self.url + request.path, query, {"next": following}, "id_after")
        return json_answer(200, [self.project(repo) for repo in here], *([("Link", link)] if link else []))

    def _paged(self, values: list[Any], request: Request, total: int, size: int) -> Answer:
        query, page = request.query, self._page(request.query)
        last = max(-(-total // size), 1)
        following = page + 1 if page < last else None
        counted = total <= self.most_counted
        relations = {"prev": page - 1 if page > 1 else None, "next": following, "first": 1}
        headers = [("X-Page", str(page)), ("X-Per-Page", str(size)), ("X-Next-Page", str(following or ""))]
        if counted:
            headers += [("X-Total", str(total)), ("X-Total-Pages", str(last))]
            relations["last"] = last
        if not self.by_page_only:
            headers.append(("Link", links(self.url + request.path, query, relations)))
        return json_answer(200, values, *headers)

    def _tree(self, request: Request, repo: Repo) -> Answer:
        query = request.query
        commit = self._commit(repo, query.get("ref", "HEAD"))
        tree = commit and repo.objects.commit(commit)
        place = resolve_path(repo.objects, tree.tree, query.get("path", "")) if tree else None
        if place is None or place.mode != TREE:
            return missing("Tree")
        entries = sorted(repo.objects.tree(place.oid) or (), key=lambda entry: (entry.mode != TREE, entry.name))
        size, folder = min(number(query, "per_page", 20), self.page), query.get("path", "")
        values = [self._entry(entry, folder) for entry in cut(entries, self._page(query), size)]
        return self._paged(values, request, len(entries), size)

    def _entry(self, entry: Entry, folder: str) -> dict[str, Any]:
        path = f"{folder}/{entry.name}" if folder else entry.name
        return {"id": entry.oid, "name": entry.name, "type": entry.type, "path": path, "mode": typed(entry)}

    def _blob(self, repo: Repo, oid: str, *, raw: bool) -> Answer:
        content = repo.objects.blob(oid)
        if content is None:
            return missing("Blob")
        if raw:
            return Answer(200, (("Content-Type", "text/plain"),), content)
        text = base64.b64encode(content).decode()
        return json_answer(200, {"size": len(content), "encoding": "base64", "content": text, "sha": oid})

    def _file(self, request: Request, repo: Repo, path: str, *, raw: bool) -> Answer:
        ref = request.query.get("ref", "HEAD")
        head = self._commit(repo, ref)
        commit = head and repo.objects.commit(head)
        if not commit:
            return missing("Commit")
        entry = resolve_path(repo.objects, commit.tree, path)
        content = repo.objects.blob(entry.oid) if entry is not None and entry.type == "blob" else None
        if entry is None or content is None:
            return missing("File")
        said = {
            "file_name": entry.name,
            "file_path": path,
            "size": len(content),
            "encoding": "base64",
            "ref": ref,
            "blob_id": entry.oid,
            "commit_id": commit.oid,
        }
        headers = [(f"X-Gitlab-{name.title().replace('_', '-')}", str(value)) for name, value in said.items()]
        if raw:
            return Answer(200, (("Content-Type", "text/plain"), *headers), content)
        return json_answer(200, {**said, "content": base64.b64encode(content).decode()}, *headers)

    def _commit(self, repo: Repo, ref: str) -> str:
        if ref in ("HEAD", repo.default_branch):
            return repo.objects.head
        return repo.objects.tags.get(ref, "") or (ref if repo.objects.commit(ref) else "")

    def project(self, repo: Repo, *, license: bool = False) -> dict[str, Any]:  # noqa: A002 (GitLab's name)
        """One project as the lists have it, and with its licence as it is told on demand."""
        value: dict[str, Any] = {
            "id": repo.id,
            "description": repo.description,
            "name": repo.name,
            "path": repo.name,
            "path_with_namespace": repo.full_name,
            "created_at": milliseconds(repo.created_at),
            "default_branch": repo.default_branch,
            "tag_list": sorted(repo.topics),
            "topics": sorted(repo.topics),
            "http_url_to_repo": f"{self.url}/{repo.full_name}.git",
            "web_url": f"{self.url}/{repo.full_name}",
            "forks_count": sum(other.parent is repo for other in self.world.repos.values()) if license else 0,
            "star_count": repo.stars,
            "last_activity_at": milliseconds(self._active(repo)),
            "empty_repo": repo.empty,
            "archived": repo.archived,
            "visibility": "private" if repo.private else "public",
            "repository_access_level": "enabled",
            "marked_for_deletion_on": None,
        }
        if repo.parent is not None:
            value["forked_from_project"] = {"id": repo.parent.id, "path_with_namespace": repo.parent.full_name}
        if license:
            key = repo.license and {"key": repo.license.lower(), "name": repo.license, "html_url": "", "source_url": ""}
            value["license"] = key or None
        return value

    def _active(self, repo: Repo) -> datetime:
        return self.shown.get(repo.id, max(repo.updated_at, repo.pushed_at))

    def _page(self, query: Any) -> int:
        return number(query, "page", 1)
