"""A simulated Gitea: /api/v1 over a world, as version 1.15 was measured and later ones read."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Any
from urllib.parse import quote

from .exchange import Answer, Request, json_answer
from .git_objects import COMMIT, LINK, TREE, Entry, resolve_path
from .pages import cut, links, number, seconds, typed
from .server import ForgeServer
from .world import Repo, World

API = "/api/v1"


class GiteaServer(ForgeServer):
    """Gitea's interface at <url>/api/v1, Git at <url>/<owner>/<name>.git.

    Args:
        world: what is there.
        token: one that is good, and sees private repositories too.
        page: the longest page of a list; a server may say 30.
        old: as 1.15, else as 1.26: renamed by 302, not 307; a bad token is nobody's, not refused; sizes in trees and
            lookups by number as well.

    To be set at any time: `shown` (repository's number → the time of change that is told instead of the true one, since a
    push is worked off later), `tells_capitals` (its database tells capital letters apart in searches), `blank` (owner's names
    whose entries are left out of pages, not out of their number), `uncounted` (no header says how many there are).
    """

    def __init__(self, world: World, token: str | None = None, *, page: int = 50, old: bool = False) -> None:
        super().__init__(world)
        self.token, self.page, self.old = token, page, old
        self.tree_page = 1000
        self.shown: dict[int, datetime] = {}
        self.tells_capitals = False
        self.uncounted = False

    def answer(self, request: Request) -> Answer:
        """See ForgeServer."""
        told = request.headers.get("authorization", "")
        known = self.token is not None and told in (f"token {self.token}", f"Bearer {self.token}")
        if told and not known and not self.old:
            return self._failure(401, "invalid username, password or token")
        if not request.path.startswith(f"{API}/"):
            return Answer(404, (("Content-Type", "text/html; charset=utf-8"),), b"<!DOCTYPE html><title>404</title>")
        match request.segments[2:]:
            case ("version",):
                return json_answer(200, {"version": "1.15.11" if self.old else "1.26.0"})
            case ("orgs" | "users" as kind, name, "repos"):
                return self._of_owner(request, kind, name, known)
            case ("users", name):
                return self._owner(name)
            case ("repos", "search"):
                return self._search(request, known)
            case ("repositories", number_):
                return self._by_number(number_, known)
            case ("repos", owner, name, *rest):
                return self._of_repository(request, f"{owner}/{name}", rest, known)
        return self._missing()

    def _of_owner(self, request: Request, kind: str, name: str, known: bool) -> Answer:
        owner = self.world.owners.get(name.lower())
        if owner is None or (kind == "orgs" and owner.kind != "organization"):
            return self._missing()
        repos = [repo for repo in self.world.of_owner(owner.path) if known or not repo.private]
        here, headers = self._paged(request, repos)
        return json_answer(200, [self.repository(repo) for repo in here], *headers)

    def _owner(self, name: str) -> Answer:
        owner = self.world.owners.get(name.lower())
        if owner is None:
            return self._missing()
        return json_answer(200, {"id": owner.id, "login": owner.path, "username": owner.path, "full_name": owner.name})

    def _search(self, request: Request, known: bool) -> Answer:
        query = request.query
        repos = [repo for repo in self.world.repos.values() if not repo.private]
        if known and query.get("private", "true") == "true":
            repos = list(self.world.repos.values())
        if "uid" in query:
            owners = {owner.path for owner in self.world.owners.values() if str(owner.id) == query["uid"]}
            repos = [repo for repo in repos if repo.owner in owners]
        first = ""
        if keyword := query.get("q", "").lower():
            first, _, name = keyword.partition("/")
            if self.old or "/" not in keyword:
                repos = [repo for repo in repos if keyword in repo.name.lower()]
            else:
                repos = [repo for repo in repos if first in self._folded(repo.owner) and name in repo.name.lower()]
        keys: dict[str, Any] = {"id": lambda r: r.id, "updated": lambda r: (self._updated(r), r.id)}
        key = keys.get(query.get("sort", ""), lambda r: r.full_name.lower())
        repos.sort(key=key, reverse="sort" in query and query.get("order") == "desc")
        if first and not self.old:
            repos.sort(key=lambda repo: self._folded(repo.owner) != first)
        here, headers = self._paged(request, repos)
        return json_answer(200, {"ok": True, "data": [self.repository(repo) for repo in here]}, *headers)

    def _folded(self, name: str) -> str:
        return name if self.tells_capitals else name.lower()

    def _paged(self, request: Request, repos: list[Repo]) -> tuple[list[Repo], list[tuple[str, str]]]:
        """Those of the page. A limit above the server's is not refused; the links repeat it all the same."""
        query = request.query
        size, page = min(number(query, "limit", self.page), self.page), number(query, "page", 1)
        last = max(-(-len(repos) // size), 1)
        headers = [] if self.uncounted else [("X-Total-Count", str(len(repos)))]
        relations = {
            "next": page + 1 if page < last else None,
            "last": last if page < last else None,
            "first": 1 if page > 1 else None,
            "prev": page - 1 if page > 1 else None,
        }
        if (link := links(self.url + request.path, query, relations)) and not self.uncounted:
            headers.append(("Link", link))
        return cut(repos, page, size), headers

    def _by_number(self, text: str, known: bool) -> Answer:
        if not known and not self.old:
            return self._failure(401, "token is required")
        repo = self.world.repos.get(int(text)) if text.isdigit() else None
        return json_answer(200, self.repository(repo)) if repo and (known or not repo.private) else self._missing()

    def _of_repository(self, request: Request, name: str, rest: list[str], known: bool) -> Answer:
        repo, moved = self.world.find(name), self.world.find_moved(name)
        if moved is not None:
            old, new = f"{API}/repos/{quote(name)}", f"{API}/repos/{quote(moved.full_name)}"
            return Answer(302 if self.old else 307, (("Location", request.target.replace(old, new, 1)),), b"")
        if repo is None or repo.blocked or (repo.private and not known):
            return self._missing()
        match rest:
            case []:
                return json_answer(200, self.repository(repo))
            case ["git", "trees", ref]:
                return self._tree(request, repo, ref)
            case ["git", "blobs", oid]:
                return self._blob(repo, oid)
            case ["raw", *path]:
                return self._raw(request, repo, path)
            case ["contents", *path]:
                return self._contents(request, repo, "/".join(path))
        return self._missing()

    def _tree(self, request: Request, repo: Repo, ref: str) -> Answer:
        commit = self._commit(repo, ref)
        found = repo.objects.commit(commit) if commit else None
        entries = repo.objects.tree(found.tree if found else ref)
        if entries is None:
            return self._failure(400, f"sha not found [{ref}]")
        size, page = min(number(request.query, "per_page", 1000), self.tree_page), number(request.query, "page", 1)
        value = {
            "sha": commit or ref,
            "url": f"{self.url}{API}/repos/{repo.full_name}/git/trees/{commit or ref}",
            "tree": [self._entry(repo, entry) for entry in cut(entries, page, size)] or None,
            "truncated": page * size < len(entries),
            "page": page,
            "total_count": len(entries),
        }
        return json_answer(200, value, ("X-Total-Count", str(len(entries))))

    def _entry(self, repo: Repo, entry: Entry) -> dict[str, Any]:
        size = len(repo.objects.blob(entry.oid) or b"") if entry.type == "blob" else 0
        return {"path": entry.name, "mode": typed(entry), "type": entry.type, "size": size, "sha": entry.oid, "url": ""}

    def _blob(self, repo: Repo, oid: str) -> Answer:
        content = repo.objects.blob(oid)
        if content is None:
            return self._failure(400, f"object does not exist [id: {oid}]")
        value: dict[str, Any] = {"sha": oid, "size": len(content), "url": "", "encoding": None, "content": None}
        if len(content) <= 10_485_760:
            value |= {"encoding": "base64", "content": base64.b64encode(content).decode()}
        return json_answer(200, value)

    def _raw(self, request: Request, repo: Repo, path: list[str]) -> Answer:
        """A file by its path, with all that this way conceals."""
        if request.method == "HEAD":
            return Answer(405, (), b"")
        if repo.empty:
            return Answer(200, (("Content-Type", "text/plain; charset=utf-8"),), b"")
        place = "/".join(path).removeprefix(f"{repo.default_branch}/")
        entry = self._found(repo, request.query.get("ref", repo.default_branch), place)
        content = repo.objects.blob(entry.oid) if entry is not None and entry.type == "blob" else None
        if entry is None or content is None:
            return self._missing()
        headers = [("ETag", f'"{entry.oid}"'), ("Cache-Control", "public,max-age=86400")]
        if not self.old:
            headers.append(("X-Gitea-Object-Type", "symlink" if entry.mode == LINK else "file"))
        if request.headers.get("if-none-match") == f'"{entry.oid}"':
            return Answer(304, tuple(headers), b"")
        return Answer(200, (("Content-Type", "text/plain; charset=utf-8"), *headers), content)

    def _contents(self, request: Request, repo: Repo, path: str) -> Answer:
        if repo.empty:
            return json_answer(200, [])
        entry = self._found(repo, request.query.get("ref", repo.default_branch), path)
        if entry is None:
            return self._missing()
        if entry.mode == TREE:
            return json_answer(200, [self._content(repo, item, "") for item in repo.objects.tree(entry.oid) or ()])
        return json_answer(200, self._content(repo, entry, path))

    def _content(self, repo: Repo, entry: Entry, path: str) -> dict[str, Any]:
        kind = {TREE: "dir", COMMIT: "submodule", LINK: "symlink"}.get(entry.mode, "file")
        content = repo.objects.blob(entry.oid) or b""
        value = {
            "name": entry.name,
            "path": path,
            "sha": entry.oid,
            "type": kind,
            "size": len(content),
            "content": None,
        }
        if kind == "symlink":
            return value | {"target": content.decode()}
        if kind == "file":
            return value | {"content": "" if len(content) > 10_485_760 else base64.b64encode(content).decode()}
        return value

    def _found(self, repo: Repo, ref: str, path: str) -> Entry | None:
        commit = repo.objects.commit(self._commit(repo, ref))
        return resolve_path(repo.objects, commit.tree, path) if commit else None

    def _commit(self, repo: Repo, ref: str) -> str:
        if ref in ("HEAD", repo.default_branch):
            return repo.objects.head
        return repo.objects.tags.get(ref, "") or (ref if repo.objects.commit(ref) else "")

    def repository(self, repo: Repo) -> dict[str, Any]:
        """One repository as lists and lookups have it."""
        owner = self.world.owners[repo.owner.lower()]
        parent = repo.parent and {"id": repo.parent.id, "full_name": repo.parent.full_name}
        return {
            "id": repo.id,
            "owner": {"id": owner.id, "login": owner.path},
            "name": repo.name,
            "full_name": repo.full_name,
            "description": repo.description or "",
            "empty": repo.empty,
            "private": repo.private,
            "fork": repo.parent is not None,
            "parent": parent,
            "mirror": repo.mirror_url is not None,
            "language": repo.language or "",
            "html_url": f"{self.url}/{repo.full_name}",
            "clone_url": f"{self.url}/{repo.full_name}.git",
            "original_url": repo.mirror_url or "",
            "website": repo.homepage or "",
            "stars_count": repo.stars,
            "forks_count": 0,
            "release_counter": len(repo.releases),
            "default_branch": repo.default_branch,
            "archived": repo.archived,
            "created_at": seconds(repo.created_at),
            "updated_at": seconds(self._updated(repo)),
            "internal": False,
            "topics": list(repo.topics),
            "licenses": [repo.license] if repo.license and not self.old else [],
        }

    def _updated(self, repo: Repo) -> datetime:
        return self.shown.get(repo.id, max(repo.updated_at, repo.pushed_at))

    def _missing(self) -> Answer:
        """The same for what is not there and for what may not be seen."""
        return self._failure(404, "The target couldn't be found.")

    def _failure(self, status: int, text: str) -> Answer:
        return json_answer(status, {"message": text, "url": f"{self.url}/api/swagger"})
