"""What a document is made of: nodes with their places, paths that lead to them, and their plain values."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, TypeAlias

from .faults import Place

Path: TypeAlias = tuple[str | int, ...]


class Kind(StrEnum):
    """What a node is, by the core schema of YAML 1.2."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    NULL = "null"
    LIST = "list"
    MAPPING = "mapping"


class Node:
    """One value of the document. `line` and `column` (from 1) say where the value begins.

    `text` is a scalar's source text without quotes; `items` a list's nodes; `entries` a mapping's, `places` its keys'
    places. `size` counts this node and all below it, aliases written out; `length` the characters of keys and texts in
    them; `height` the levels of collections.
    Aliased nodes are shared, never copied.
    """

    __slots__ = ("column", "entries", "height", "items", "kind", "length", "line", "places", "size", "text")

    def __init__(self, kind: Kind, line: int, column: int, text: str = "") -> None:
        self.kind, self.line, self.column, self.text = kind, line, column, text
        self.length, self.size = len(text), 1
        # Most nodes are scalars: they share one empty list and one empty mapping, which nobody fills.
        self.items: list[Node] = [] if kind is Kind.LIST else _NO_ITEMS
        is_mapping = kind is Kind.MAPPING
        self.entries: dict[str, Node] = {} if is_mapping else _NO_ENTRIES
        self.places: dict[str, Place] = {} if is_mapping else _NO_PLACES
        self.height = 1 if is_mapping or kind is Kind.LIST else 0

    def item(self, number: int) -> Node | None:
        """The item at `number` (from 0); None where there is none."""
        return self.items[number] if number < len(self.items) else None


_NO_ITEMS: list[Node] = []
_NO_ENTRIES: dict[str, Node] = {}
_NO_PLACES: dict[str, Place] = {}


def plain(node: Node) -> Any:
    """The node as dict, list, str, bool or None. Numbers and dates stay the text that was written."""
    if node.kind is Kind.MAPPING:
        return {key: plain(child) for key, child in node.entries.items()}
    if node.kind is Kind.LIST:
        return [plain(child) for child in node.items]
    if node.kind is Kind.BOOLEAN:
        return node.text.lower() == "true"
    return None if node.kind is Kind.NULL else node.text


def key_text(path: Path) -> str:
    """The path as the field writes it: `description.zh-Hant.features[0]`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step[:80]}" if text else step[:80]
    return text
