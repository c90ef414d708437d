"""What GitHub's GraphQL interface charges for a query, told from its text: github/docs, "Rate limits and query limits"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    value_from_ast_untyped,
)
from graphql.language import DocumentNode

MAX_NODES = 500_000


class Cost(NamedTuple):
    """Points, and the nodes that the query may give at most."""

    points: int
    nodes: int


class _Requests(NamedTuple):
    requests: int
    nodes: int


def cost_of(schema: GraphQLSchema, document: DocumentNode, variables: Mapping[str, Any]) -> Cost:
    """The cost of the document's only operation: a request for each connection at each node above it, a point for a hundred."""
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    operation = next(node for node in document.definitions if isinstance(node, OperationDefinitionNode))
    root = schema.query_type
    if root is None:
        raise ValueError("a schema without queries")
    total = _Walk(schema, fragments, variables).selection(operation.selection_set, root, 1)
    return Cost(max(1, (total.requests + 50) // 100), total.nodes)


class _Walk(NamedTuple):
    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Mapping[str, Any]

    def selection(self, selected: SelectionSetNode | None, kind: Any, times: int) -> _Requests:
        requests = nodes = 0
        for node in selected.selections if selected else ():
            if isinstance(node, FieldNode):
                found = self._field(node, kind, times)
            elif isinstance(node, InlineFragmentNode):
                inner = self.schema.get_type(node.type_condition.name.value) if node.type_condition else kind
                found = self.selection(node.selection_set, inner, times)
            elif isinstance(node, FragmentSpreadNode):
                fragment = self.fragments[node.name.value]
                inner = self.schema.get_type(fragment.type_condition.name.value)
                found = self.selection(fragment.selection_set, inner, times)
            requests, nodes = requests + found.requests, nodes + found.nodes
        return _Requests(requests, nodes)

    def _field(self, node: FieldNode, kind: Any, times: int) -> _Requests:
        if not isinstance(kind, GraphQLObjectType | GraphQLInterfaceType) or node.name.value not in kind.fields:
            return _Requests(0, 0)
        inner = get_named_type(kind.fields[node.name.value].type)
        arguments = {item.name.value: self._value(item.value) for item in node.arguments or ()}
        if inner.name.endswith("Connection"):
            size = arguments.get("first") or arguments.get("last") or 0
            below = self.selection(node.selection_set, inner, times * size)
            return _Requests(below.requests + times, below.nodes + times * size)
        if kind == self.schema.query_type and node.name.value == "nodes":
            size = len(arguments.get("ids") or ())
            below = self.selection(node.selection_set, inner, size)
            return _Requests(below.requests + 1, below.nodes + size)
        return self.selection(node.selection_set, inner, times)

    def _value(self, node: Any) -> Any:
        return self.variables.get(node.name.value) if isinstance(node, VariableNode) else value_from_ast_untyped(node)
