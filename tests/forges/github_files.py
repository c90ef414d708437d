"""Files, folders, trees and blobs of GitHub's REST interface."""

from __future__ import annotations

import re
from base64 import encodebytes
from itertools import pairwise
from posixpath import dirname, join, normpath
from typing import Any
from urllib.parse import quote

from .exchange import Answer, Request, json_answer
from .git_objects import COMMIT, LINK, TREE, Commit, Entry, resolve_path
from .github_nodes import commit_of
from .world import Repo

LARGE, TOO_LARGE = 1024 * 1024, 100 * 1024 * 1024
LISTED = 1000
RAW = re.compile(r"application/vnd\.github(?:\.v3)?\.raw(?:\+json)?")
OBJECT = re.compile(r"application/vnd\.github(?:\.v3)?\.object(?:\+json)?")
MODULE = re.compile(r"^\s*(path|url)\s*=\s*(.+?)\s*$", re.MULTILINE)


class Refused(Exception):
    """A refusal: status and message."""

    def __init__(self, status: int, message: str = "Not Found") -> None:
        super().__init__(status, message)
        self.status = status
        self.message = message


class Files:
    """Answers about what lies in one repository; `url` is the repository's address in the interface."""

    def __init__(self, repo: Repo, url: str, web: str, raw: str) -> None:
        self._repo = repo
        self._objects = repo.objects
        self._url = url
        self._web = web
        self._raw = raw

    def contents(self, path: str, request: Request) -> Answer:
        """GET …/contents/{path}

        Raises:
            Refused: nothing there, or too large.

        """
        if self._repo.empty:
            raise Refused(404, "This repository is empty.")
        ref = request.query.get("ref", "HEAD")
        commit = commit_of(self._repo, ref)
        if commit is None:
            raise Refused(404, f"No commit found for the ref {ref}")
        path = path.strip("/")
        entry = resolve_path(self._objects, commit.tree, path)
        if entry is None:
            raise Refused(404)
        if entry.mode == LINK:
            entry = self._followed(commit, path, entry)
        accept, ref = request.headers.get("accept", ""), commit.oid if ref == "HEAD" else ref
        if RAW.search(accept) and entry.type == "blob" and entry.mode != LINK:
            return Answer(200, (("Content-Type", "application/vnd.github.raw; charset=utf-8"),), self._blob(entry.oid))
        if OBJECT.search(accept) and entry.mode == TREE:
            about = {**self.about(path, entry, ref, "dir"), "size": 0, "entries": self._listing(path, entry, ref)}
            answer = json_answer(200, about)
            return answer._replace(headers=(("Content-Type", "application/vnd.github.object; charset=utf-8"),))
        return json_answer(200, self._listing(path, entry, ref) if entry.mode == TREE else self.file(path, entry, ref))

    def license(self, facts: dict[str, Any] | None) -> dict[str, Any]:
        """GET …/license

        Raises:
            Refused: GitHub found no licence.

        """
        commit = commit_of(self._repo, "HEAD")
        entries = self._objects.tree(commit.tree) or () if commit else ()
        found = [entry for entry in entries if re.match(r"(?i)(un)?licen[cs]e|copying", entry.name)]
        if facts is None or not found:
            raise Refused(404)
        return {**self.file(found[0].name, found[0], self._repo.default_branch), "license": facts}

    def blob(self, oid: str, request: Request) -> Answer:
        """GET …/git/blobs/{sha}

        Raises:
            Refused: no such blob.

        """
        content = self._blob(oid)
        if RAW.search(request.headers.get("accept", "")):
            return Answer(200, (("Content-Type", "application/vnd.github.raw; charset=utf-8"),), content)
        about = {
            "sha": oid,
            "node_id": f"B_{self._repo.id}_{oid}",
            "size": len(content),
            "url": f"{self._url}/git/blobs/{oid}",
        }
        return json_answer(200, {**about, "content": encodebytes(content).decode(), "encoding": "base64"})

    def tree(self, revision: str, recursive: bool, limit: int) -> dict[str, Any]:
        """GET …/git/trees/{sha}: of a tree, commit or branch.

        Raises:
            Refused: none of these.

        """
        if self._repo.empty:
            raise Refused(409, "Git Repository is empty.")
        commit = commit_of(self._repo, revision)
        oid = commit.tree if commit else revision
        if self._objects.tree(oid) is None:
            raise Refused(404)
        entries = self._entries(oid, "", recursive)
        kept = [self._line(path, entry) for path, entry in entries[:limit]]
        return {"sha": oid, "url": f"{self._url}/git/trees/{oid}", "tree": kept, "truncated": len(entries) > limit}

    def file(self, path: str, entry: Entry, ref: str) -> dict[str, Any]:
        """A file with its content, a link with its target, a submodule with its address."""
        if entry.mode == COMMIT:
            about = self.about(path, entry, ref, "submodule")
            return {**about, "size": 0, "download_url": None, "submodule_git_url": self._submodule(path)}
        content = self._blob(entry.oid)
        if entry.mode == LINK:
            return {**self.about(path, entry, ref, "symlink"), "size": len(content), "target": content.decode()}
        about = {**self.about(path, entry, ref, "file"), "size": len(content)}
        if len(content) > TOO_LARGE:
            raise Refused(403, "This API returns blobs up to 100 MB in size.")
        if len(content) > LARGE:
            return {**about, "content": "", "encoding": "none"}
        return {**about, "content": encodebytes(content).decode(), "encoding": "base64"}

    def about(self, path: str, entry: Entry, ref: str, kind: str) -> dict[str, Any]:
        """What all things at a path have in common."""
        place = quote(path)
        url = f"{self._url}/contents/{place}?ref={quote(ref)}"
        git = f"{self._url}/git/{'trees' if entry.mode == TREE else 'blobs'}/{entry.oid}"
        web = f"{self._web}/{'tree' if entry.mode == TREE else 'blob'}/{ref}/{place}"
        return {
            "name": entry.name if path == "" else path.rpartition("/")[2],
            "path": path,
            "sha": entry.oid,
            "url": url,
            "html_url": web,
            "git_url": git,
            "download_url": None if entry.mode == TREE else f"{self._raw}/{quote(ref)}/{place}",
            "type": kind,
            "_links": {"self": url, "git": git, "html": web},
        }

    def _listing(self, path: str, folder: Entry, ref: str) -> list[dict[str, Any]]:
        """A folder; its submodules are called files there, as GitHub's manual says, for old clients' sake."""
        kinds = {TREE: "dir", LINK: "symlink"}
        listed = []
        for entry in (self._objects.tree(folder.oid) or ())[:LISTED]:
            size = len(self._objects.blob(entry.oid) or b"")
            about = self.about(join(path, entry.name), entry, ref, kinds.get(entry.mode, "file"))
            listed.append({**about, "size": size})
        return listed

    def _followed(self, commit: Commit, path: str, link: Entry) -> Entry:
        """The file that a link within the repository leads to; else the link."""
        entry, place = link, path
        for _ in range(5):
            place = normpath(join(dirname(place), self._blob(entry.oid).decode("utf-8", "replace")))
            if place.startswith(("/", "..")):
                return link
            found = resolve_path(self._objects, commit.tree, place)
            if found is None or found.mode in (TREE, COMMIT):
                return link
            if found.mode != LINK:
                return found
            entry = found
        return link

    def _entries(self, oid: str, above: str, recursive: bool) -> list[tuple[str, Entry]]:
        found = []
        for entry in self._objects.tree(oid) or ():
            found.append((above + entry.name, entry))
            if recursive and entry.mode == TREE:
                found += self._entries(entry.oid, f"{above}{entry.name}/", True)
        return found

    def _line(self, path: str, entry: Entry) -> dict[str, Any]:
        line: dict[str, Any] = {"path": path, "mode": f"{entry.mode:06o}", "type": entry.type, "sha": entry.oid}
        if entry.type == "blob":
            line["size"] = len(self._blob(entry.oid))
        if entry.type != "commit":
            line["url"] = f"{self._url}/git/{entry.type}s/{entry.oid}"
        return line

    def _blob(self, oid: str) -> bytes:
        content = self._objects.blob(oid)
        if content is None:
            raise Refused(404)
        return content

    def _submodule(self, path: str) -> str | None:
        commit = commit_of(self._repo, "HEAD")
        entry = resolve_path(self._objects, commit.tree, ".gitmodules") if commit else None
        lines = MODULE.findall(self._blob(entry.oid).decode("utf-8", "replace")) if entry else []
        for (name, value), (other, address) in pairwise(lines):
            if (name, value, other) == ("path", path, "url"):
                return str(address)
        return None
