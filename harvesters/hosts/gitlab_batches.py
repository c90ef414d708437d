"""GitLab's GraphQL: the roots and the usual files of many projects in one request, where the instance answers so.

Nothing depends on it. What it does not give, or not rightly, is asked for one by one: each content is checked against its
id, each tree must be whole. An instance that refuses a query for its complexity, or is too slow, is asked for less.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ...schemas.candidate import FOLDER, SUBMODULE
from ..errors import HostError, HostUnavailable, TooLarge
from ..http import Http
from .json_api import read_json, require_same_host, strange
from .root_tree import Entry, is_content_of, is_object_id, read_entries

MOST = 50
SECONDS = 30.0  # GitLab's own limit
MAX_BYTES = 32 * 1024 * 1024
MAX_FAILURES = 2
# Read along with each root, since it is not known yet which of them are there; each makes the query dearer.
PATHS = (
    *("publiccode.yml", "publiccode.yaml", "LICENSE", "LICENSE.md", "LICENSE.txt"),
    *("COPYING", "COPYING.md", "COPYING.txt", "LICENCE", "license.txt"),
)
QUERY = """query($ids: [ID!]!, $first: Int!, $paths: [String!]!, $files: Int!) {
  projects(ids: $ids, first: $first) { nodes { id repository {
    tree { lastCommit { sha }
      trees(first: 100) { pageInfo { hasNextPage } nodes { name sha } }
      submodules(first: 100) { pageInfo { hasNextPage } nodes { name sha } }
      blobs(first: 100) { pageInfo { hasNextPage } nodes { name sha mode } } }
    blobs(paths: $paths, first: $files) { nodes { oid rawBlob } }
  } } }
}"""


@dataclass(frozen=True, slots=True)
class Root:
    """The root of a project at one commit, and contents of files by their ids, which are checked."""

    head: str
    entries: list[Entry]
    contents: dict[str, bytes]


class _TooComplex(Exception):
    """The instance refuses the query: it asks for too much at once."""


class Batches:
    """GraphQL of one GitLab.

    Args:
        http: the way out.
        address: scheme and host.
        token: sent as a bearer's; empty: anonymous.

    """

    def __init__(self, http: Http, address: str, token: str) -> None:
        self._http, self._url = http, f"{address}/api/graphql"
        self._headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if token:
            self._headers["Authorization"] = f"Bearer {token}"
        self._failures = 0
        self.size = MOST
        """How many projects are asked for at once; 0: the instance does not answer so."""

    def roots(self, numbers: Sequence[str]) -> dict[str, Root]:
        """By the projects' numbers the roots of those that could be read. Never raises a HostError."""
        found: dict[str, Root] = {}
        left, most = list(numbers), MOST
        while left and self.size:
            part = left[: min(most, self.size)]
            try:
                found |= self._ask(part)
            except TooLarge:
                most = len(part) // 2
                if most:
                    continue
            except _TooComplex:
                self.size = len(part) // 2
                continue
            except HostUnavailable as error:
                # Too slow, perhaps; any answer but that is no GraphQL.
                self._failures += 1
                hopeless = error.status not in (0, 500, 502, 503, 504) or self._failures >= MAX_FAILURES
                self.size = 0 if hopeless else max(1, len(part) // 2)
                continue
            except HostError:
                self.size = 0
                continue
            left, most = left[len(part) :], MOST
        return found

    def _ask(self, numbers: Sequence[str]) -> dict[str, Root]:
        ids = [f"gid://gitlab/Project/{number}" for number in numbers]
        variables = {"ids": ids, "first": len(ids), "paths": PATHS, "files": len(PATHS)}
        body = json.dumps({"query": QUERY, "variables": variables}).encode()
        answer = self._http.request(
            "POST", self._url, self._headers, body, max_bytes=MAX_BYTES, deadline_seconds=SECONDS
        )
        require_same_host(self._url, answer.url)
        value = read_json(answer.url, answer.body, answer.headers)
        data, errors = _at(value, "data"), _at(value, "errors")
        if data is None and isinstance(errors, list) and any("complexity" in str(error) for error in errors):
            raise _TooComplex
        nodes = _at(data, "projects", "nodes")
        if not isinstance(nodes, list):
            raise strange(self._url, "list")
        wanted = dict(zip(ids, numbers, strict=True))
        roots = ((wanted.get(str(_at(node, "id"))), _root(node, answer.url)) for node in nodes)
        return {number: root for number, root in roots if number is not None and root is not None}


def _root(node: Any, url: str) -> Root | None:
    """The root in a node; None where it is not whole, or cannot be read."""
    head = _at(node, "repository", "tree", "lastCommit", "sha")
    if not isinstance(head, str) or not is_object_id(head):
        return None
    entries: list[Entry] = []
    for kind, mode in (("trees", FOLDER), ("submodules", SUBMODULE), ("blobs", None)):
        nodes = _at(node, "repository", "tree", kind, "nodes")
        whole = _at(node, "repository", "tree", kind, "pageInfo", "hasNextPage") is False
        if not whole or not isinstance(nodes, list) or not all(isinstance(item, dict) for item in nodes):
            return None
        known = [item if mode is None else {**item, "mode": f"{mode:o}"} for item in nodes]
        try:
            entries += read_entries(known, url, name="name", oid="sha")
        except HostUnavailable:
            return None
    return Root(head, entries, dict(_contents(node)))


def _contents(node: Any) -> Iterator[tuple[str, bytes]]:
    blobs = _at(node, "repository", "blobs", "nodes")
    for blob in blobs if isinstance(blobs, list) else []:
        oid, text = _at(blob, "oid"), _at(blob, "rawBlob")
        if isinstance(oid, str) and isinstance(text, str) and is_object_id(oid):
            content = text.encode("utf-8", "replace")  # what is not UTF-8 comes changed, and its id tells
            if is_content_of(content, oid):
                yield oid, content


def _at(value: Any, *path: str) -> Any:
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value
