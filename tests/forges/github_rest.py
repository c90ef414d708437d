"""Which addresses of GitHub's REST interface the simulated host answers, and how its lists are cut into pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import quote, urlencode

from .exchange import Answer, Request, json_answer
from .github_bodies import Bodies
from .github_files import Files, Refused
from .github_nodes import commit_of
from .world import Owner, Repo, World

SORTS = {"created": "created_at", "updated": "updated_at", "pushed": "pushed_at", "full_name": "full_name"}
RAW_HOST = "https://raw.githubusercontent.com"


class Asker(Protocol):
    """Whoever asks."""

    def may_see(self, repo: Repo) -> bool: ...


class Rest:
    """Answers GET requests below `api`."""

    def __init__(self, world: World, api: str, web: str) -> None:
        self._world = world
        self._api = api
        self._web = web
        self._bodies = Bodies(world, api, web)

    def answer(self, segments: tuple[str, ...], request: Request, asker: Asker, max_tree: int) -> Answer:
        """What lies at an address.

        Raises:
            Refused: nothing, for whoever asks.

        """
        match segments:
            case ("orgs", login):
                return json_answer(200, self._bodies.organization(self._owner(login, "organization")))
            case ("users", login):
                return json_answer(200, self._bodies.user(self._owner(login)))
            case ("orgs", login, "repos"):
                return self._list(self._owner(login, "organization"), "created", request, asker)
            case ("users", login, "repos"):
                return self._list(self._owner(login), "full_name", request, asker)
            case ("organizations" | "user" as kind, number, "repos"):
                return self._list(
                    self._owner_by_id(number), "created" if kind == "organizations" else "full_name", request, asker
                )
            case ("repositories", number, *rest):
                repo = self._world.repos.get(int(number)) if number.isdecimal() else None
                return self._repository(repo, tuple(rest), request, asker, max_tree)
            case ("repos", owner, name, *rest):
                moved = self._world.find_moved(f"{owner}/{name}")
                if moved is not None and asker.may_see(moved):
                    return self._moved(moved, rest, request)
                return self._repository(self._world.find(f"{owner}/{name}"), tuple(rest), request, asker, max_tree)
        raise Refused(404)

    def _owner(self, login: str, kind: str | None = None) -> Owner:
        owner = self._world.owners.get(login.lower())
        if owner is None or kind not in (None, owner.kind):
            raise Refused(404)
        return owner

    def _owner_by_id(self, number: str) -> Owner:
        for owner in self._world.owners.values():
            if str(owner.id) == number:
                return owner
        raise Refused(404)

    def _moved(self, repo: Repo, rest: list[str], request: Request) -> Answer:
        below = "".join(f"/{quote(part)}" for part in rest)
        query = request.target.partition("?")[2]
        url = f"{self._api}/repositories/{repo.id}{below}{'?' if query else ''}{query}"
        value = {"message": "Moved Permanently", "url": url, "documentation_url": "https://docs.github.com/rest"}
        return json_answer(301, value, ("Location", url))

    def _repository(
        self, repo: Repo | None, rest: tuple[str, ...], request: Request, asker: Asker, max_tree: int
    ) -> Answer:
        if repo is None or not asker.may_see(repo):
            raise Refused(404)
        if repo.blocked:
            raise Refused(451)
        api = f"{self._api}/repos/{repo.full_name}"
        files = Files(repo, api, f"{self._web}/{repo.full_name}", f"{RAW_HOST}/{repo.full_name}")
        match rest:
            case ():
                return json_answer(200, self._bodies.full_repository(repo))
            case ("contents", *path):
                return files.contents("/".join(path), request)
            case ("license",):
                return json_answer(200, files.license(self._bodies.license(repo.license)))
            case ("git", "blobs", oid):
                return files.blob(oid, request)
            case ("git", "trees", *ref):
                return json_answer(200, files.tree("/".join(ref), "recursive" in request.query, max_tree))
            case ("compare", *ref):
                return self._compare(repo, "/".join(ref))
            case ("commits", *ref) if ref:
                return self._commit(repo, "/".join(ref), request)
        raise Refused(404)

    def _compare(self, repo: Repo, asked: str) -> Answer:
        """<owner>:<repository>:<branch>...<branch> within one network of forks; commits are told apart by their ids."""
        base, dots, head = asked.partition("...")
        name, _, branch = base.rpartition(":")
        other = repo.parent if repo.parent and repo.parent.full_name == name.replace(":", "/") else None
        if not dots or other is None or branch != other.default_branch or head != repo.default_branch:
            raise Refused(404)
        theirs, ours = _history(other), _history(repo)
        ahead, behind = len(ours - theirs), len(theirs - ours)
        status = {(True, True): "diverged", (True, False): "ahead", (False, True): "behind"}.get(
            (ahead > 0, behind > 0)
        )
        told = {
            "status": status or "identical",
            "ahead_by": ahead,
            "behind_by": behind,
            "total_commits": ahead,
            "commits": [],
        }
        return json_answer(200, told)

    def _commit(self, repo: Repo, ref: str, request: Request) -> Answer:
        if repo.empty:
            raise Refused(409, "Git Repository is empty.")
        commit = commit_of(repo, ref)
        if commit is None:
            raise Refused(422, f"No commit found for SHA: {ref}")
        if "application/vnd.github.sha" in request.headers.get("accept", ""):
            return Answer(200, (("Content-Type", "application/vnd.github.sha; charset=utf-8"),), commit.oid.encode())
        return json_answer(200, self._bodies.commit(repo, commit))

    def _list(self, owner: Owner, usual: str, request: Request, asker: Asker) -> Answer:
        query = request.query
        found = [
            repo
            for repo in self._world.of_owner(owner.path)
            if asker.may_see(repo) and _is(repo, query.get("type", "all"))
        ]
        sort = query.get("sort", usual)
        attribute = SORTS.get(sort, SORTS[usual])
        direction = query.get("direction", "asc" if attribute == "full_name" else "desc")
        found.sort(key=lambda repo: (getattr(repo, attribute), repo.id), reverse=direction == "desc")
        size = min(_number(query.get("per_page"), 30), 100)
        place = _number(query.get("page"), 1)
        shown = found[(place - 1) * size : place * size]
        path = f"/organizations/{owner.id}/repos" if owner.kind == "organization" else f"/user/{owner.id}/repos"
        links = self._links(path, query, place, -(-len(found) // size))
        return json_answer(200, [self._bodies.repository(repo) for repo in shown], *links)

    def _links(self, path: str, query: Mapping[str, str], place: int, last: int) -> tuple[tuple[str, str], ...]:
        """The header Link; its addresses name the owner by id, as GitHub's do."""
        places: dict[str, int] = {}
        if place > 1:
            places["prev"] = min(place - 1, max(last, 1))
        if place < last:
            places |= {"next": place + 1, "last": last}
        if place > 1:
            places["first"] = 1
        links = [
            f'<{self._api}{path}?{urlencode({**query, "page": number})}>; rel="{name}"'
            for name, number in places.items()
        ]
        return (("Link", ", ".join(links)),) if links else ()


def _number(text: str | None, usual: int) -> int:
    return int(text) if text and text.isdecimal() and int(text) > 0 else usual


def _is(repo: Repo, kind: str) -> bool:
    facts: dict[str, Any] = {
        "public": not repo.private,
        "private": repo.private,
        "forks": repo.parent is not None,
        "sources": repo.parent is None,
    }
    return bool(facts.get(kind, True))


def _history(repo: Repo) -> set[str]:
    """The ids of all commits of the default branch."""
    found, oid = set(), repo.objects.head
    while oid and (commit := repo.objects.commit(oid)) is not None:
        found.add(oid)
        oid = commit.parents[0] if commit.parents else ""
    return found
