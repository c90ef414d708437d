"""Gitea's interface for the demo's hosts: the few addresses that a harvest asks (`harvesters/hosts/gitea.py`).

What it says of commits, trees and files it reads in the repositories that are laid out; what is left stands in
agencies/repositories.yml.
A list has one page: no group here is longer, and its header says so.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from zlib import crc32

from dulwich.objects import Blob, Commit, ObjectID, ShaFile, Tree
from dulwich.refs import Ref
from dulwich.repo import Repo

from .agencies import DemoRepository
from .git_server import Answer, json_answer

ASKED = re.compile(r"/(?P<host>[^/]+)/api/v1/(?P<rest>.+)")
OBJECT_ID = re.compile(r"[0-9a-f]{40}")
HEAD = Ref(b"refs/heads/main")
FOLDER = 0o040000
MISSING = json_answer({"message": "The target couldn't be found."}, 404)


class Forge:
    """Every host of the repositories that are laid out below `root`, at /<host>/api/v1/…."""

    def __init__(self, root: Path, repositories: Iterable[DemoRepository]) -> None:
        self._root = root
        # Gitea knows repositories as <owner>/<name>, nothing shorter or longer.
        self._known = {one.path: one for one in repositories if one.path.count("/") == 2}

    def answer(self, target: str) -> Answer | None:
        """What is said to a GET of that path and query; None where it is no address of the interface."""
        parts = urlsplit(target)
        asked = ASKED.fullmatch(parts.path)
        if asked is None:
            return None
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        host, segments = asked["host"], [unquote(part) for part in asked["rest"].split("/")]
        match segments:
            case ["users", owner]:
                return json_answer({"id": _number(f"{host}/{owner}"), "login": owner})
            case ["users", owner, "repos"]:
                listed = self._of(host, owner)
                return json_answer(listed, 200, ("X-Total-Count", str(len(listed))))
            case ["repos", "search"]:
                return self._search(host, query)
            case ["repos", owner, name, *rest] if f"{host}/{owner}/{name}" in self._known:
                return self._repository(self._known[f"{host}/{owner}/{name}"], rest)
        return MISSING

    def _of(self, host: str, owner: str = "") -> list[dict[str, Any]]:
        """The repositories of one owner, or of the host, by their numbers."""
        start = f"{host}/{owner}/" if owner else f"{host}/"
        found = [self._told(repository) for path, repository in self._known.items() if path.startswith(start)]
        return sorted(found, key=lambda value: int(value["id"]))

    def _search(self, host: str, query: dict[str, str]) -> Answer:
        found = self._of(host, query.get("q", "").partition("/")[0])
        if "uid" in query:
            found = [value for value in found if str(value["owner"]["id"]) == query["uid"]]
        if query.get("sort") == "updated":
            found.sort(key=lambda value: str(value["updated_at"]), reverse=True)
        return json_answer({"ok": True, "data": found}, 200, ("X-Total-Count", str(len(found))))

    def _repository(self, repository: DemoRepository, rest: list[str]) -> Answer:
        with Repo(str(self._root / f"{repository.path}.git")) as laid_out:
            match rest:
                case []:
                    return json_answer(self._told(repository))
                case ["git", "trees", ref]:
                    return _tree(laid_out, ref)
                case ["git", "blobs", oid] if OBJECT_ID.fullmatch(oid):
                    return _blob(laid_out, oid)
                case ["releases"]:  # no file lies at any of them
                    tags = reversed(list(repository.releases))
                    return json_answer([{"tag_name": tag, "draft": False, "assets": []} for tag in tags])
        return MISSING

    def _told(self, repository: DemoRepository) -> dict[str, Any]:
        """One repository as lists and lookups have it."""
        host, owner, name = repository.path.split("/")
        told, head = repository.host, self._head(repository)
        dates = [*repository.releases.values(), repository.date]
        return {
            "id": _number(repository.path),
            "owner": {"id": _number(f"{host}/{owner}"), "login": owner},
            "full_name": f"{owner}/{name}",
            "empty": head is None,
            "private": False,
            "description": told.get("description", ""),
            "website": told.get("website", ""),
            "topics": told.get("topics", []),
            "language": told.get("language", ""),
            "licenses": [told["license"]] if "license" in told else [],
            "stars_count": told.get("stars", 0),
            "release_counter": len(repository.releases),
            "archived": told.get("archived", False),
            "parent": {"full_name": told["parent"]} if "parent" in told else None,
            "default_branch": HEAD.decode().rpartition("/")[2],
            "created_at": _moment(told.get("created", min(dates))),
            "updated_at": _moment(datetime.fromtimestamp(head.commit_time, UTC) if head else repository.date),
        }

    def _head(self, repository: DemoRepository) -> Commit | None:
        with Repo(str(self._root / f"{repository.path}.git")) as laid_out:
            found = _object(laid_out, laid_out.refs.read_loose_ref(HEAD))
            return found if isinstance(found, Commit) else None


def _tree(repository: Repo, ref: str) -> Answer:
    """The tree of a branch, a commit or a tree's id; as Gitea does, it names the commit where there is one."""
    oid = repository.refs.read_loose_ref(HEAD) if ref in ("main", "HEAD") else ref.encode()
    named = _object(repository, oid if oid and OBJECT_ID.fullmatch(oid.decode()) else None)
    found = repository[named.tree] if isinstance(named, Commit) else named
    if named is None or not isinstance(found, Tree):
        return json_answer({"message": f"sha not found [{ref}]"}, 400)
    entries = []
    for path, mode, sha in found.items():
        size = 0 if mode == FOLDER else repository[ObjectID(sha)].raw_length()
        entries.append({"path": path.decode(), "mode": f"{mode:06o}", "sha": sha.decode(), "size": size})
    return json_answer({"sha": named.id.decode(), "tree": entries, "truncated": False})


def _blob(repository: Repo, oid: str) -> Answer:
    found = _object(repository, oid)
    if not isinstance(found, Blob):
        return json_answer({"message": f"object does not exist [id: {oid}]"}, 400)
    content = base64.b64encode(found.data).decode()
    return json_answer({"sha": oid, "size": len(found.data), "encoding": "base64", "content": content})


def _object(repository: Repo, oid: str | bytes | None) -> ShaFile | None:
    named = ObjectID(oid.encode() if isinstance(oid, str) else oid or b"")
    return repository[named] if named and named in repository else None


def _number(path: str) -> int:
    """A number that stays whatever is added to the manifest, as those of hosts do."""
    return crc32(path.encode())


def _moment(date: datetime) -> str:
    return date.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
