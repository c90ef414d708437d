"""GitLab's GraphQL interface, as far as a harvest may ask: a part of its schema, and the complexity that it counts."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    build_schema,
    execute_sync,
    parse,
    validate,
)
from graphql.utilities import value_from_ast_untyped

from .exchange import Answer, Request, json_answer
from .git_objects import COMMIT, LINK, TREE, resolve_path
from .world import Repo, World

# Names, arguments and which fields ask Gitaly: GitLab's app/graphql/types and app/graphql/resolvers.
SDL = """
type Query { projects(ids: [ID!], first: Int, after: String, sort: String): ProjectConnection queryComplexity: QueryComplexity }
type QueryComplexity { score: Int limit: Int }
type PageInfo { hasNextPage: Boolean! endCursor: String }
type ProjectConnection { nodes: [Project] pageInfo: PageInfo! }
type Project { id: ID! fullPath: ID! archived: Boolean visibility: String repository: Repository }
type Repository {
  rootRef: String empty: Boolean! tree(path: String, ref: String, recursive: Boolean): Tree
  blobs(paths: [String!]!, ref: String, first: Int, after: String): RepositoryBlobConnection
}
type Tree {
  lastCommit: Commit
  trees(first: Int, after: String): TreeEntryConnection!
  submodules(first: Int, after: String): SubmoduleConnection!
  blobs(first: Int, after: String): BlobConnection!
}
type Commit { id: ID! sha: String! }
type TreeEntryConnection { nodes: [TreeEntry] pageInfo: PageInfo! }
type SubmoduleConnection { nodes: [Submodule] pageInfo: PageInfo! }
type BlobConnection { nodes: [Blob] pageInfo: PageInfo! }
type TreeEntry { id: ID! name: String! sha: String! path: String! }
type Submodule { id: ID! name: String! sha: String! path: String! }
type Blob { id: ID! name: String! sha: String! path: String! mode: String }
type RepositoryBlobConnection { nodes: [RepositoryBlob] pageInfo: PageInfo! }
type RepositoryBlob { id: ID! oid: String! path: String! mode: String size: Int rawBlob: String }
"""
# Fields with a resolver of their own cost one more, and for each item they may give a hundredth of what is below them.
RESOLVERS = {"projects", "repository.blobs", "tree"}
GITALY = {"repository.blobs", "tree", "lastCommit", "empty", "rootRef"}
CONNECTIONS = {"projects", "repository.blobs"}


@cache
def schema() -> GraphQLSchema:
    return build_schema(SDL)


def complexity(document: DocumentNode, variables: dict[str, Any]) -> int:
    """What GitLab counts for a query (its lib: Types::BaseField)."""
    operation = next(part for part in document.definitions if isinstance(part, OperationDefinitionNode))
    return sum(_cost(field, "", variables) for field in operation.selection_set.selections)


def _cost(field: Any, above: str, variables: dict[str, Any]) -> int:
    assert isinstance(field, FieldNode)
    name = field.name.value
    key = f"{above}.{name}" if f"{above}.{name}" in RESOLVERS else name
    below = sum(_cost(child, name, variables) for child in field.selection_set.selections) if field.selection_set else 0
    if key not in RESOLVERS:
        return 1 + (key in GITALY) + below
    given = {
        argument.name.value: value_from_ast_untyped(argument.value, variables) for argument in field.arguments or ()
    }
    cost = below + 1 + (key in GITALY) + len(given.get("paths") or ())
    items = min(given.get("first") or 100, 100) if key in CONNECTIONS else 0
    return int(cost + cost * items * 0.01)


class Asked:
    """One query over a world."""

    def __init__(self, world: World, *, sees_private: bool, most: int, limit: int) -> None:
        self.world, self.sees_private, self.most, self.limit = world, sees_private, most, limit

    def answer(self, request: Request) -> Answer:
        asked = json.loads(request.body)
        variables = asked.get("variables") or {}
        try:
            document = parse(asked["query"])
        except GraphQLError as error:
            return json_answer(200, {"errors": [error.formatted]})
        if errors := validate(schema(), document):
            return json_answer(200, {"errors": [error.formatted for error in errors]})
        score = complexity(document, variables)
        if score > self.limit:
            text = f"Query has complexity of {score}, which exceeds max complexity of {self.limit}"
            return json_answer(200, {"errors": [{"message": text}]})
        if len(variables.get("ids") or ()) > self.most:
            return Answer(502, (("Content-Type", "text/html"),), b"<html>GitLab is not responding</html>")
        root = {"projects": self._projects, "queryComplexity": {"score": score, "limit": self.limit}}
        done = execute_sync(schema(), document, root, variable_values=variables)
        return json_answer(200, done.formatted)

    def _projects(self, _: Any, ids: list[str] | None = None, first: int = 100, **_arguments: Any) -> dict[str, Any]:
        numbers = {int(text.rpartition("/")[2]) for text in ids or ()}
        repos = [repo for repo in self.world.repos.values() if ids is None or repo.id in numbers]
        repos = [repo for repo in repos if not repo.blocked and (self.sees_private or not repo.private)]
        # GitLab's own order: the newest first.
        repos.sort(key=lambda repo: -repo.id)
        return _connection([self._project(repo) for repo in repos], min(first, 100))

    def _project(self, repo: Repo) -> dict[str, Any]:
        return {
            "id": f"gid://gitlab/Project/{repo.id}",
            "fullPath": repo.full_name,
            "archived": repo.archived,
            "visibility": "private" if repo.private else "public",
            "repository": {
                "rootRef": repo.default_branch,
                "empty": repo.empty,
                "tree": lambda _info, **_: self._tree(repo),
                "blobs": lambda _info, paths, first=100, **_: _connection(self._blobs(repo, paths), first),
            },
        }

    def _tree(self, repo: Repo) -> dict[str, Any] | None:
        commit = repo.objects.commit(repo.objects.head)
        if commit is None:
            return None
        entries = repo.objects.tree(commit.tree) or ()

        def of(*modes: int) -> Any:
            found = [
                {"id": item.oid, "name": item.name, "sha": item.oid, "path": item.name, "mode": f"{item.mode:o}"}
                for item in entries
                if item.mode in modes
            ]
            return lambda _info, first=100, **_: _connection(found, min(first, 100))

        return {
            "lastCommit": {"id": f"gid://gitlab/Commit/{commit.oid}", "sha": commit.oid},
            "trees": of(TREE),
            "submodules": of(COMMIT),
            "blobs": of(0o100644, 0o100755, LINK),
        }

    def _blobs(self, repo: Repo, paths: list[str]) -> list[dict[str, Any]]:
        commit = repo.objects.commit(repo.objects.head)
        found = [(path, resolve_path(repo.objects, commit.tree, path)) for path in paths] if commit else []
        values = []
        for path, entry in found:
            content = repo.objects.blob(entry.oid) if entry is not None and entry.type == "blob" else None
            if entry is not None and content is not None:
                value = {
                    "id": entry.oid,
                    "oid": entry.oid,
                    "path": path,
                    "mode": f"{entry.mode:o}",
                    "size": len(content),
                }
                values.append(value | {"rawBlob": content.decode("utf-8", "replace")})
        return values


def _connection(items: list[Any], first: int) -> dict[str, Any]:
    return {"nodes": items[:first], "pageInfo": {"hasNextPage": len(items) > first, "endCursor": None}}
