"""GitHub's GraphQL interface over a world: GitHub's own schema, executed by graphql-core."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Any

from graphql import DocumentNode, GraphQLError, GraphQLObjectType, GraphQLSchema, execute_sync, parse, validate

from . import github_resolvers as resolvers
from .github_nodes import (
    TRUNCATED,
    CommitNode,
    RefNode,
    TreeNode,
    TypedError,
    git_object,
    iso,
    node_id,
    owner_id,
)
from .github_resolvers import Asking, Info
from .schemas import github_graphql
from .world import Owner, Repo

Resolver = Callable[..., Any]
LICENSE_NAMES = {
    "AGPL-3.0": "GNU Affero General Public License v3.0",
    "Apache-2.0": "Apache License 2.0",
    "BSD-3-Clause": 'BSD 3-Clause "New" or "Revised" License',
    "EUPL-1.2": "European Union Public License 1.2",
    "GPL-3.0": "GNU General Public License v3.0",
    "MIT": "MIT License",
    "NOASSERTION": "Other",
}


def license_facts(spdx: str | None) -> dict[str, Any] | None:
    """A licence as GitHub found it; NOASSERTION: a text that it does not know."""
    if spdx is None:
        return None
    key = "other" if spdx == "NOASSERTION" else spdx.lower()
    return {"key": key, "name": LICENSE_NAMES.get(spdx, spdx), "spdx_id": spdx}


def _license(repo: Repo, info: Info) -> dict[str, Any] | None:
    facts = license_facts(repo.license)
    return facts and {
        "id": "MDc6TGljZW5zZTA=",
        "key": facts["key"],
        "name": facts["name"],
        "spdxId": facts["spdx_id"],
        "url": None if facts["key"] == "other" else f"http://choosealicense.com/licenses/{facts['key']}/",
    }


def _web(info: Info) -> str:
    asking: Asking = info.context
    return asking.web_url


def _owner(repo: Repo, info: Info) -> Owner:
    asking: Asking = info.context
    return asking.world.owners[repo.owner.lower()]


def _default_branch(repo: Repo, _: Info) -> RefNode | None:
    return None if repo.empty else RefNode(repo, "refs/heads/", repo.default_branch, repo.objects.head)


def _language(repo: Repo, _: Info) -> dict[str, Any] | None:
    return {"id": f"L_{repo.language}", "name": repo.language, "color": None} if repo.language else None


def _topics(repo: Repo) -> list[Any]:
    return [{"id": f"RT_{repo.id}_{topic}", "topic": {"id": f"T_{topic}", "name": topic}} for topic in repo.topics]


def _target(ref: RefNode, _: Info) -> CommitNode | None:
    commit = ref.repo.objects.commit(ref.oid)
    return commit and CommitNode(ref.repo, ref.oid, commit)


REPOSITORY: Mapping[str, Resolver] = {
    "id": lambda repo, _: node_id("Repository", repo.id),
    "databaseId": lambda repo, _: repo.id,
    "name": lambda repo, _: repo.name,
    "nameWithOwner": lambda repo, _: repo.full_name,
    "owner": _owner,
    "url": lambda repo, info: f"{_web(info)}/{repo.full_name}",
    "resourcePath": lambda repo, _: f"/{repo.full_name}",
    "sshUrl": lambda repo, _: f"git@github.com:{repo.full_name}.git",
    "description": lambda repo, _: repo.description,
    "homepageUrl": lambda repo, _: repo.homepage,
    "pushedAt": lambda repo, _: iso(repo.pushed_at),
    "updatedAt": lambda repo, _: iso(repo.updated_at),
    "createdAt": lambda repo, _: iso(repo.created_at),
    "archivedAt": lambda repo, _: iso(repo.updated_at) if repo.archived else None,
    "isArchived": lambda repo, _: repo.archived,
    "isFork": lambda repo, _: repo.parent is not None,
    "isMirror": lambda repo, _: repo.mirror_url is not None,
    "isEmpty": lambda repo, _: repo.empty,
    "isDisabled": lambda repo, _: repo.disabled or repo.blocked,
    "isLocked": lambda repo, _: False,
    "isTemplate": lambda repo, _: False,
    "isPrivate": lambda repo, _: repo.private,
    "isInOrganization": lambda repo, info: _owner(repo, info).kind == "organization",
    "visibility": lambda repo, _: "PRIVATE" if repo.private else "PUBLIC",
    "mirrorUrl": lambda repo, _: repo.mirror_url,
    "parent": lambda repo, info: repo.parent and resolvers.visible(repo.parent, info),
    "defaultBranchRef": _default_branch,
    "object": resolvers.find_object,
    "licenseInfo": _license,
    "releases": resolvers.list_releases,
    "latestRelease": resolvers.latest_release,
    "refs": resolvers.list_refs,
    "repositoryTopics": resolvers.simple_page("repositoryTopics", _topics),
    "primaryLanguage": _language,
    "languages": resolvers.simple_page("languages", lambda repo: [{"name": repo.language}] if repo.language else []),
    "stargazerCount": lambda repo, _: repo.stars,
    "forkCount": lambda repo, _: repo.forks,
    "mentionableUsers": resolvers.counted(lambda repo: repo.contributors),
    "diskUsage": lambda repo, _: 1,
}
OWNER: Mapping[str, Resolver] = {
    "id": lambda owner, _: owner_id(owner),
    "databaseId": lambda owner, _: owner.id,
    "login": lambda owner, _: owner.path,
    "name": lambda owner, _: owner.name,
    "url": lambda owner, info: f"{_web(info)}/{owner.path}",
    "resourcePath": lambda owner, _: f"/{owner.path}",
    "createdAt": lambda owner, _: iso(owner.created_at),
    "repositories": resolvers.list_repositories,
    "repository": lambda owner, info, **arguments: resolvers.find_repository(None, info, owner.path, **arguments),
}
OBJECT: Mapping[str, Resolver] = {
    "id": lambda node, _: f"{type(node).__name__[0]}_{node.repo.id}_{node.oid}",
    "oid": lambda node, _: node.oid,
    "abbreviatedOid": lambda node, _: node.oid[:7],
    "repository": lambda node, _: node.repo,
}
TABLE: Mapping[str, Mapping[str, Resolver]] = {
    "Query": {
        "repository": resolvers.find_repository,
        "organization": lambda _, info, login: resolvers.find_owner(info, login, "organization"),
        "user": lambda _, info, login: resolvers.find_owner(info, login, "user"),
        "repositoryOwner": lambda _, info, login: resolvers.find_owner(info, login),
        "node": lambda _, info, id: resolvers.find_node(info, id),  # noqa: A006 (GitHub's name)
        "nodes": resolvers.find_nodes,
        "rateLimit": lambda _, info, **arguments: info.context.rate,
        "viewer": lambda _, info: Owner(1, info.context.login, "user", info.context.login),
    },
    "Repository": REPOSITORY,
    "Organization": OWNER,
    "User": OWNER,
    "Blob": {
        **OBJECT,
        "byteSize": lambda node, _: len(node.content),
        "isBinary": lambda node, _: node.binary,
        "isTruncated": lambda node, _: len(node.content) > TRUNCATED,
        "text": lambda node, _: node.text,
    },
    "Tree": {**OBJECT, "entries": resolvers.list_entries},
    "TreeEntry": {
        "name": lambda entry, _: entry.name,
        "mode": lambda entry, _: entry.mode,
        "type": lambda entry, _: entry.type,
        "oid": lambda entry, _: entry.oid,
        "path": lambda entry, _: entry.path,
        "size": resolvers.entry_size,
        "object": lambda entry, _: git_object(entry.repo, entry.oid, entry.mode, entry.path),
        "repository": lambda entry, _: entry.repo,
    },
    "Commit": {
        **OBJECT,
        "url": lambda node, info: f"{_web(info)}/{node.repo.full_name}/commit/{node.oid}",
        "message": lambda node, _: node.commit.message,
        "messageHeadline": lambda node, _: node.commit.message.partition("\n")[0],
        "committedDate": lambda node, _: iso(node.commit.date),
        "authoredDate": lambda node, _: iso(node.commit.date),
        "author": resolvers.actor,
        "committer": resolvers.actor,
        "signature": resolvers.signature,
        "tree": lambda node, _: TreeNode(node.repo, node.commit.tree, ""),
        "history": resolvers.list_history,
    },
    "Ref": {
        "id": lambda ref, _: f"REF_{ref.repo.id}_{ref.name}",
        "name": lambda ref, _: ref.name,
        "prefix": lambda ref, _: ref.prefix,
        "target": _target,
        "repository": lambda ref, _: ref.repo,
    },
}


@cache
def schema() -> GraphQLSchema:
    """GitHub's schema with our answers in it."""
    built = github_graphql()
    for name, fields in TABLE.items():
        kind = built.type_map[name]
        if not isinstance(kind, GraphQLObjectType):
            raise ValueError(f"{name} has no fields")
        for field, resolver in fields.items():
            kind.fields[field].resolve = resolver
    return built


@lru_cache(maxsize=256)
def prepare(text: str) -> DocumentNode | tuple[GraphQLError, ...]:
    """A query, parsed and checked once for each text; or what is wrong with it."""
    try:
        document = parse(text)
    except GraphQLError as error:
        return (error,)
    return tuple(validate(schema(), document)) or document


def execute(document: DocumentNode, variables: Mapping[str, Any], asking: Asking) -> dict[str, Any]:
    """What goes back for a query: data, and errors in GitHub's form."""
    result = execute_sync(
        schema(),
        document,
        context_value=asking,
        variable_values=dict(variables),
        field_resolver=resolvers.resolve_field,
        type_resolver=resolvers.type_name,
    )
    answer: dict[str, Any] = {} if result.data is None else {"data": result.data}
    return answer | ({"errors": [error_fields(error) for error in result.errors]} if result.errors else {})


def error_fields(error: GraphQLError) -> dict[str, Any]:
    """An error with GitHub's `type`."""
    fields: dict[str, Any] = dict(error.formatted)
    cause = error.original_error if isinstance(error.original_error, TypedError) else error
    return {"type": cause.kind, **fields} if isinstance(cause, TypedError) else fields
