"""Which fields of GitHub's GraphQL schema the simulated host answers, and from what. All others are an error that says so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from typing import Any

from graphql import GraphQLError, GraphQLResolveInfo

from .git_objects import Commit, resolve_path
from .github_nodes import (
    BlobNode,
    CommitNode,
    EntryNode,
    RefNode,
    TreeNode,
    TypedError,
    commit_of,
    history,
    iso,
    keyed_page,
    node_id,
    number_of,
    owner_id,
    page,
    resolve_expression,
)
from .world import Owner, Release, Repo, World

Info = GraphQLResolveInfo
TYPES = {BlobNode: "Blob", TreeNode: "Tree", CommitNode: "Commit", RefNode: "Ref", Repo: "Repository"}


@dataclass(slots=True)
class Asking:
    """One query: the world it looks at, whom the asker may see, what it costs, and how many repositories it may still get."""

    world: World
    web_url: str
    login: str
    may_see: Callable[[Repo], bool]
    rate: Mapping[str, Any]
    left: int | None = None
    blocked_as_errors: bool = True


def type_name(value: Any, info: Info, kind: Any) -> str:
    """The name of the type of a node, for interfaces and unions."""
    if isinstance(value, Owner):
        return "Organization" if value.kind == "organization" else "User"
    return str(value["__typename"]) if isinstance(value, dict) else TYPES[type(value)]


def resolve_field(source: Any, info: Info, **arguments: Any) -> Any:
    """A field without an entry in the table: of a mapping its value, else an error."""
    if isinstance(source, dict) and info.field_name in source:
        return source[info.field_name]
    raise GraphQLError(f"The simulated GitHub does not answer {info.parent_type.name}.{info.field_name}.")


def visible(repo: Repo | None, info: Info) -> Repo | None:
    """The repository, where the asker may know of it.

    Raises:
        TypedError: it is blocked, or the query has had all that it gets.

    """
    asking: Asking = info.context
    if repo is None or not asking.may_see(repo):
        return None
    if repo.blocked and asking.blocked_as_errors:
        raise TypedError("FORBIDDEN", "Repository access blocked")
    if asking.left is not None:
        asking.left -= 1
        if asking.left < 0:
            raise TypedError("RESOURCE_LIMITS_EXCEEDED", "Resource limits for this query exceeded.")
    return repo


def find_repository(_: Any, info: Info, owner: str, name: str, followRenames: bool = True) -> Repo:  # noqa: N803
    """Query.repository"""
    world: World = info.context.world
    full_name = f"{owner}/{name}"
    repo = world.find(full_name) or (world.find_moved(full_name) if followRenames else None)
    if (found := visible(repo, info)) is None:
        raise TypedError("NOT_FOUND", f"Could not resolve to a Repository with the name '{full_name}'.")
    return found


def find_owner(info: Info, login: str, kind: str | None = None) -> Owner | None:
    owner: Owner | None = info.context.world.owners.get(login.lower())
    if owner is not None and kind in (None, owner.kind):
        return owner
    if kind is None:
        return None
    named = "an Organization" if kind == "organization" else "a User"
    raise TypedError("NOT_FOUND", f"Could not resolve to {named} with the login of '{login}'.")


def find_node(info: Info, identifier: str) -> Any:
    asking: Asking = info.context
    kind, number = number_of(identifier) or ("", 0)
    found: Any = None
    if kind == "Repository":
        found = visible(asking.world.repos.get(number), info)
    elif kind:
        owner = next((owner for owner in asking.world.owners.values() if owner.id == number), None)
        found = owner if owner and owner_id(owner) == node_id(kind, number) else None
    if found is None:
        raise TypedError("NOT_FOUND", f"Could not resolve to a node with the global id of '{identifier}'.")
    return found


def find_nodes(_: Any, info: Info, ids: list[str]) -> list[Any]:
    """Query.nodes: an error stands in the place of each that is not there."""
    if len(ids) > 100:
        raise TypedError("ARGUMENT_LIMIT", f"You may not provide more than 100 node ids; you provided {len(ids)}.")
    found: list[Any] = []
    for identifier in ids:
        try:
            found.append(find_node(info, identifier))
        except TypedError as error:
            found.append(error)
    return found


ORDERS: Mapping[str, Callable[[Repo], Any]] = {
    "PUSHED_AT": lambda repo: (repo.pushed_at.timestamp(), repo.id),
    "UPDATED_AT": lambda repo: (repo.updated_at.timestamp(), repo.id),
    "CREATED_AT": lambda repo: (repo.created_at.timestamp(), repo.id),
    "NAME": lambda repo: (repo.name.lower(), repo.id),
    "STARGAZERS": lambda repo: (repo.stars, repo.id),
}


FILTERS = ("privacy", "visibility", "isFork", "isArchived")


def list_repositories(owner: Owner, info: Info, **arguments: Any) -> dict[str, Any]:
    """RepositoryOwner.repositories"""
    asking: Asking = info.context
    order = arguments.get("orderBy") or {"field": "CREATED_AT", "direction": "ASC"}
    key, descending = ORDERS[order["field"]], order["direction"] == "DESC"
    wanted = {name: value for name, value in arguments.items() if name in FILTERS}
    found = [repo for repo in asking.world.of_owner(owner.path) if asking.may_see(repo) and _is(repo, wanted)]
    found.sort(key=key, reverse=descending)
    bounds = (arguments.get(name) for name in ("first", "after", "last", "before"))
    answer = keyed_page("repositories", found, lambda place: key(found[place]), *bounds, descending=descending)
    nodes = [_or_error(repo, info) for repo in answer["nodes"]]
    return {
        **answer,
        "nodes": nodes,
        "edges": [{**edge, "node": node} for edge, node in zip(answer["edges"], nodes, strict=True)],
    }


def _is(repo: Repo, wanted: Mapping[str, Any]) -> bool:
    facts = {
        "privacy": "PRIVATE" if repo.private else "PUBLIC",
        "visibility": "PRIVATE" if repo.private else "PUBLIC",
        "isFork": repo.parent is not None,
        "isArchived": repo.archived,
    }
    return all(value is None or facts[name] == value for name, value in wanted.items())


def _or_error(repo: Repo, info: Info) -> Repo | TypedError | None:
    try:
        return visible(repo, info)
    except TypedError as error:
        return error


def find_object(repo: Repo, _: Info, expression: str = "", oid: str = "") -> Any:
    """Repository.object"""
    if repo.blocked:
        return None
    if not oid:
        return resolve_expression(repo, expression)
    commit, tree, blob = repo.objects.commit(oid), repo.objects.tree(oid), repo.objects.blob(oid)
    if commit is not None:
        return CommitNode(repo, oid, commit)
    if tree is not None:
        return TreeNode(repo, oid, "")
    return None if blob is None else BlobNode(repo, oid, blob)


def list_refs(repo: Repo, _: Info, refPrefix: str, **arguments: Any) -> dict[str, Any] | None:  # noqa: N803
    """Repository.refs"""
    if refPrefix == "refs/heads/":
        found = [] if repo.empty else [RefNode(repo, refPrefix, repo.default_branch, repo.objects.head)]
    elif refPrefix == "refs/tags/":
        found = [RefNode(repo, refPrefix, name, oid) for name, oid in sorted(repo.objects.tags.items())]
        order = arguments.get("orderBy") or {}
        if order.get("field") == "TAG_COMMIT_DATE":
            found.sort(key=_date_of_ref)
        if order.get("direction") == "DESC":
            found.reverse()
    else:
        return None
    return _page("refs", found, arguments)


def _date_of_ref(ref: RefNode) -> float:
    commit = ref.repo.objects.commit(ref.oid)
    return commit.date.timestamp() if commit else 0.0


def list_releases(repo: Repo, _: Info, **arguments: Any) -> dict[str, Any]:
    """Repository.releases; drafts are seen by members only."""
    found = [release for release in repo.releases if not release.draft]
    order = arguments.get("orderBy") or {"field": "CREATED_AT", "direction": "DESC"}
    key: Callable[[Release], Any] = (lambda item: item.name) if order["field"] == "NAME" else (lambda item: item.date)
    found.sort(key=key, reverse=order["direction"] == "DESC")
    return _page("releases", [release_fields(repo, release) for release in found], arguments)


def latest_release(repo: Repo, _: Info) -> dict[str, Any] | None:
    """Repository.latestRelease: the newest that is neither a draft nor ahead of its time."""
    found = [release for release in repo.releases if not (release.draft or release.prerelease)]
    return release_fields(repo, max(found, key=lambda release: release.date)) if found else None


def release_fields(repo: Repo, release: Release) -> dict[str, Any]:
    newest = [item for item in repo.releases if not (item.draft or item.prerelease)]
    return {
        "databaseId": repo.id * 100 + repo.releases.index(release),
        "tagName": release.tag,
        "name": release.name,
        "createdAt": iso(release.date),
        "publishedAt": iso(release.date),
        "updatedAt": iso(release.date),
        "isDraft": release.draft,
        "isPrerelease": release.prerelease,
        "isLatest": bool(newest) and release == max(newest, key=lambda item: item.date),
        "tag": RefNode(repo, "refs/tags/", release.tag, repo.objects.tags[release.tag]),
    }


def list_history(node: CommitNode, _: Info, **arguments: Any) -> dict[str, Any]:
    """Commit.history, of one path if asked, between two dates if asked."""
    found = history(node.repo, node.commit)
    if path := arguments.get("path"):
        found = [commit for commit in found if _touches(node.repo, commit, path)]
    if since := arguments.get("since"):
        found = [commit for commit in found if commit.date >= datetime.fromisoformat(since)]
    if until := arguments.get("until"):
        found = [commit for commit in found if commit.date <= datetime.fromisoformat(until)]
    return _page("history", [CommitNode(node.repo, commit.oid, commit) for commit in found], arguments)


def _touches(repo: Repo, commit: Commit, path: str) -> bool:
    before = commit_of(repo, commit.parents[0]) if commit.parents else None
    return resolve_path(repo.objects, commit.tree, path) != (
        resolve_path(repo.objects, before.tree, path) if before else None
    )


def list_entries(node: TreeNode, _: Info) -> list[EntryNode]:
    """Tree.entries"""
    above = f"{node.path}/" if node.path else ""
    return [
        EntryNode(node.repo, entry.name, entry.mode, entry.type, entry.oid, above + entry.name)
        for entry in node.repo.objects.tree(node.oid) or ()
    ]


def actor(node: CommitNode, _: Info) -> dict[str, Any]:
    """Commit.author and Commit.committer: who Git says, with no account known."""
    name, email = parseaddr(node.commit.person)
    return {"name": name, "email": email, "date": node.commit.date.isoformat(), "user": None}


def signature(node: CommitNode, _: Info) -> dict[str, Any] | None:
    """Commit.signature"""
    if not node.commit.signed:
        return None
    email = parseaddr(node.commit.person)[1]
    return {
        "__typename": "GpgSignature",
        "isValid": True,
        "email": email,
        "state": "VALID",
        "wasSignedByGitHub": False,
        "signer": None,
    }


def entry_size(node: EntryNode, _: Info) -> int:
    """TreeEntry.size: nought for what is no file."""
    return len(node.repo.objects.blob(node.oid) or b"") if node.type == "blob" else 0


def simple_page(field: str, items: Callable[[Repo], list[Any]]) -> Callable[..., Any]:
    """A connection of few things that are all there."""
    return lambda repo, info, **arguments: _page(field, items(repo), arguments)


def counted(count: Callable[[Repo], int]) -> Callable[..., Any]:
    """A connection that is only counted."""
    return lambda repo, info, **arguments: {"totalCount": count(repo)}


def _page(name: str, items: list[Any], arguments: Mapping[str, Any]) -> dict[str, Any]:
    return page(name, items, *(arguments.get(bound) for bound in ("first", "after", "last", "before")))
