"""What GraphQL's answers are made of: nodes with GitHub's ids, Git's objects within their repository, pages of lists."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from graphql import GraphQLError

from .git_objects import Commit, resolve_path
from .world import Owner, Repo

PAGE = 100
TRUNCATED = 512_000
PREFIXES = {"Repository": "R", "Organization": "O", "User": "U"}


class TypedError(GraphQLError):
    """An error with GitHub's `type` beside its message."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class BlobNode(NamedTuple):
    repo: Repo
    oid: str
    content: bytes

    @property
    def text(self) -> str | None:
        """Of large files the beginning, of what is no text nothing."""
        if self.binary:
            return None
        return self.content[:TRUNCATED].decode("utf-8", "ignore")

    @property
    def binary(self) -> bool:
        if b"\0" in self.content[:8000]:
            return True
        try:
            self.content.decode("utf-8")
        except UnicodeDecodeError:
            return True
        return False


class TreeNode(NamedTuple):
    repo: Repo
    oid: str
    path: str


class EntryNode(NamedTuple):
    repo: Repo
    name: str
    mode: int
    type: str
    oid: str
    path: str


class CommitNode(NamedTuple):
    repo: Repo
    oid: str
    commit: Commit


class RefNode(NamedTuple):
    repo: Repo
    prefix: str
    name: str
    oid: str


def iso(date: datetime) -> str:
    """A date as GitHub writes it."""
    return f"{date:%Y-%m-%dT%H:%M:%SZ}"


def iso_seconds(seconds: float) -> str:
    """A moment as GitHub writes it."""
    return iso(datetime.fromtimestamp(seconds, UTC))


def node_id(kind: str, number: int) -> str:
    """GitHub's id of a node: a prefix, and its number in MessagePack and Base64."""
    packed = urlsafe_b64encode(b"\x92\x00\xce" + number.to_bytes(4, "big")).decode().rstrip("=")
    return f"{PREFIXES.get(kind, kind)}_{packed}"


def number_of(identifier: str) -> tuple[str, int] | None:
    """The kind and number of a node id, new or of the old form; None: it is none."""
    prefix, _, packed = identifier.partition("_")
    try:
        if packed:
            raw = urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
            kind = next((kind for kind, known in PREFIXES.items() if known == prefix), "")
            return (kind, int.from_bytes(raw[3:], "big")) if kind and raw[:3] == b"\x92\x00\xce" else None
        length, _, rest = urlsafe_b64decode(identifier).decode().partition(":")
        kind, number = rest[: int(length)], rest[int(length) :]
        return (kind, int(number)) if kind in PREFIXES else None
    except ValueError:
        return None


def owner_id(owner: Owner) -> str:
    return node_id("Organization" if owner.kind == "organization" else "User", owner.id)


def git_object(repo: Repo, oid: str, mode: int, path: str = "") -> BlobNode | TreeNode | CommitNode | None:
    """The object of a tree's entry; None for a submodule, whose commit is elsewhere."""
    if mode == 0o160000:
        return None
    if mode == 0o040000:
        return TreeNode(repo, oid, path)
    content = repo.objects.blob(oid)
    return None if content is None else BlobNode(repo, oid, content)


def resolve_expression(repo: Repo, expression: str) -> BlobNode | TreeNode | CommitNode | None:
    """What Git's `rev-parse` makes of "HEAD", "main:", "HEAD:a/b", an id or a tag."""
    revision, colon, path = expression.partition(":")
    commit = commit_of(repo, revision)
    if commit is None:
        return None
    if not colon:
        return CommitNode(repo, commit.oid, commit)
    entry = resolve_path(repo.objects, commit.tree, path)
    return None if entry is None else git_object(repo, entry.oid, entry.mode, path.strip("/"))


def commit_of(repo: Repo, revision: str) -> Commit | None:
    """The commit that a revision names."""
    short = revision.removeprefix("refs/heads/").removeprefix("refs/tags/")
    if revision == "HEAD" or short == repo.default_branch:
        return repo.objects.commit(repo.objects.head)
    return repo.objects.commit(repo.objects.tags.get(short, short))


def history(repo: Repo, commit: Commit) -> list[Commit]:
    """A commit and those before it, newest first."""
    found = [commit]
    while found[-1].parents:
        before = repo.objects.commit(found[-1].parents[0])
        if before is None:
            break
        found.append(before)
    return found


def page(
    name: str,
    items: Sequence[Any],
    first: int | None,
    after: str | None,
    last: int | None = None,
    before: str | None = None,
) -> dict[str, Any]:
    """One page of a list whose places are its cursors."""
    places = range(len(items))
    return keyed_page(name, items, places.__getitem__, first, after, last, before)


def keyed_page(
    name: str,
    items: Sequence[Any],
    key: Callable[[int], Any],
    first: int | None,
    after: str | None,
    last: int | None = None,
    before: str | None = None,
    *,
    descending: bool = False,
) -> dict[str, Any]:
    """One page of a list in the order of `key(place)`. Its cursors hold keys, so that what is added before does not shift it."""
    size = check_size(name, first, last)
    start = _up_to(len(items), key, _key_of(after), descending) if after else 0
    end = _up_to(len(items), key, _key_of(before), descending) - 1 if before else len(items)
    chosen = range(start, end)[:size] if first is not None else range(start, end)[-size:]
    return {
        "totalCount": len(items),
        "nodes": [items[place] for place in chosen],
        "edges": [{"cursor": _cursor(key(place)), "node": items[place]} for place in chosen],
        "pageInfo": {
            "hasNextPage": bool(chosen) and chosen[-1] + 1 < len(items),
            "hasPreviousPage": bool(chosen) and chosen[0] > 0,
            "startCursor": _cursor(key(chosen[0])) if chosen else None,
            "endCursor": _cursor(key(chosen[-1])) if chosen else None,
        },
    }


def _up_to(count: int, key: Callable[[int], Any], limit: Any, descending: bool) -> int:
    """How many items lie at or before a key."""
    if descending:
        return count - bisect_left(range(count), limit, key=lambda place: key(count - 1 - place))
    return bisect_right(range(count), limit, key=key)


def check_size(name: str, first: int | None, last: int | None) -> int:
    """The number of items asked for.

    Raises:
        TypedError: none, too many or negative, in GitHub's words.

    """
    size = last if first is None else first
    if size is None:
        message = f"You must provide a `first` or `last` value to properly paginate the `{name}` connection."
        raise TypedError("MISSING_PAGINATION_BOUNDARIES", message)
    bound = "last" if first is None else "first"
    if size > PAGE:
        message = f"Requesting {size} records on the `{name}` connection exceeds the `{bound}` limit of {PAGE} records."
        raise TypedError("EXCESSIVE_PAGINATION", message)
    if size < 0:
        raise TypedError("INVALID_PAGINATION", f"`{bound}` on the `{name}` connection cannot be less than zero.")
    return size


def _cursor(key: Any) -> str:
    return urlsafe_b64encode(f"cursor:v2:{json.dumps(key)}".encode()).decode()


def _key_of(cursor: str) -> Any:
    try:
        text = urlsafe_b64decode(cursor).decode()
        key = json.loads(text.removeprefix("cursor:v2:"))
    except ValueError:
        raise TypedError("INVALID_CURSOR_ARGUMENTS", f"`{cursor}` does not appear to be a valid cursor.") from None
    return tuple(key) if isinstance(key, list) else key
