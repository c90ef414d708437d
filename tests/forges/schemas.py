"""The schemas that hosts publish of their interfaces, as deploy/install-schemas puts them into the virtual environment."""

from __future__ import annotations

import json
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLSchema, build_schema
from jsonschema import Draft7Validator  # type: ignore[import-untyped]

FOLDER = Path(sys.prefix) / "schemas"
GITHUB_GRAPHQL, GITHUB_REST = FOLDER / "github.graphql", FOLDER / "github.json"

# Marks tests that need a simulated GitHub.
needs_github = pytest.mark.skipif(
    not (GITHUB_GRAPHQL.exists() and GITHUB_REST.exists()),
    reason="GitHub's schemas are not installed (deploy/install-schemas); next: make test",
)


@cache
def github_graphql() -> GraphQLSchema:
    """GitHub's own schema, built once in a process: it takes most of a second."""
    return build_schema(GITHUB_GRAPHQL.read_text(encoding="utf-8"), assume_valid=True)


@cache
def _github_rest() -> dict[str, Any]:
    converted = _without_nullable(json.loads(GITHUB_REST.read_text(encoding="utf-8")))
    assert isinstance(converted, dict)
    return converted


def _without_nullable(value: Any) -> Any:
    """OpenAPI 3.0's `nullable` as JSON Schema says it."""
    if isinstance(value, list):
        return [_without_nullable(item) for item in value]
    if not isinstance(value, dict):
        return value
    inner = {name: _without_nullable(item) for name, item in value.items() if name != "nullable"}
    if value.get("nullable") is not True:
        return inner
    if isinstance(kind := inner.get("type"), str):
        inner["type"] = [kind, "null"]
        if "enum" in inner:
            inner["enum"] = [*inner["enum"], None]
        return inner
    return {"anyOf": [inner, {"type": "null"}]}


def faults_of_github_answer(
    template: str, status: int, value: Any, *, method: str = "get", media: str = ""
) -> list[str]:
    """What GitHub's description of its REST interface has against an answer; empty: nothing.

    Args:
        template: the path as the description writes it, such as "/repos/{owner}/{repo}".
        status: of the answer.
        value: its body, read as JSON.
        method: in lower case.
        media: the media type of the answer, where it is not the usual one.

    """
    document = _github_rest()
    response = document["paths"][template][method]["responses"][str(status)]
    if reference := response.get("$ref"):
        response = document["components"]["responses"][reference.rpartition("/")[2]]
    schema = response["content"][media or "application/json"]["schema"]
    validator = Draft7Validator({**schema, "components": document["components"]})
    return [
        f"{'/'.join(map(str, error.absolute_path))}: {error.message[:300]}" for error in validator.iter_errors(value)
    ]
