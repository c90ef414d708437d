"""Changes of what a document says, as values: a place set, a key renamed, an entry taken out; and what it says afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from ..finding import Message, message
from ..nodes import Kind, Node, Path, key_text
from .writing import Value


@dataclass(frozen=True, slots=True)
class Set:
    """Give the place at `path` this value; made where it is not there, with the sections above it."""

    path: Path
    value: Value


@dataclass(frozen=True, slots=True)
class Rename:
    """Give the key at `path` another name."""

    path: Path
    key: str


@dataclass(frozen=True, slots=True)
class Remove:
    """Take out the entry or item at `path`, and the section or list that it leaves empty."""

    path: Path


Change: TypeAlias = Set | Rename | Remove


class EditError(ValueError):
    """The text cannot be changed at `path`; `reason` says why."""

    def __init__(self, path: Path, reason: Message) -> None:
        super().__init__(f"{key_text(path)}: {reason}" if path else str(reason))
        self.path, self.reason = path, reason


def nowhere(path: Path) -> EditError:
    """There is nothing at `path`."""
    return EditError(path, message("there is no such place in the file"))


def typed(node: Node) -> Any:
    """What a document says, with the kind of every scalar: `0.5` as a number is not the text “0.5”."""
    if node.kind is Kind.MAPPING:
        return {key: typed(child) for key, child in node.entries.items()}
    if node.kind is Kind.LIST:
        return [typed(child) for child in node.items]
    return (node.kind, node.text)


def typed_value(value: Value) -> Any:
    """The same of a value that is to be written."""
    if isinstance(value, bool):
        return (Kind.BOOLEAN, "true" if value else "false")
    if isinstance(value, str):
        return (Kind.TEXT, value)
    if isinstance(value, Mapping):
        return {key: typed_value(child) for key, child in value.items()}
    return [typed_value(child) for child in value]


def changed(says: Any, change: Change) -> Any:
    """What a document that says `says` (see `typed`) will say after `change`; `says` itself is used up.

    Raises:
        EditError: there is no such place, or the new name of a key is taken.

    """
    path = change.path
    if not path:
        raise nowhere(path)
    match change:
        case Set():
            return _with(says, path, 0, typed_value(change.value))
        case Rename():
            holder = _at(says, path)
            if not isinstance(holder, dict) or path[-1] not in holder:
                raise nowhere(path)
            if change.key in holder and change.key != path[-1]:
                raise EditError(path, message("there is a key {key} already", key=change.key))
            entries = [(change.key if key == path[-1] else key, child) for key, child in holder.items()]
            holder.clear()
            holder.update(entries)
        case _:
            _take_out(says, path)
    return says


def _at(says: Any, path: Path) -> Any:
    """The dict or list that holds the last step of `path`."""
    for step in path[:-1]:
        says = _child(says, step)
    return says


def _child(says: Any, step: str | int) -> Any:
    if isinstance(says, dict):
        return says.get(step)
    if isinstance(says, list) and isinstance(step, int) and 0 <= step < len(says):
        return says[step]
    return None


def _with(says: Any, path: Path, depth: int, value: Any) -> Any:
    """`says` with `value` at `path`; sections that are missing on the way, or have nothing in them, are made."""
    if depth == len(path):
        return value
    step = path[depth]
    if says is None or (isinstance(says, tuple) and says[0] is Kind.NULL):
        says = {} if isinstance(step, str) else []
    if isinstance(says, dict) and isinstance(step, str):
        says[step] = _with(says.get(step), path, depth + 1, value)
    elif isinstance(says, list) and isinstance(step, int) and 0 <= step <= len(says):
        says[step : step + 1] = [_with(_child(says, step), path, depth + 1, value)]
    elif isinstance(says, list) and isinstance(step, int):
        raise EditError(path, message("the list has no such place; it has {count} items", count=len(says)))
    else:
        raise EditError(
            path, message("{place} is no place for keys or items", place=key_text(path[:depth]) or "the file")
        )
    return says


def _take_out(says: Any, path: Path) -> None:
    while True:
        holder = _at(says, path)
        if _child(holder, path[-1]) is None:
            raise nowhere(path)
        del holder[path[-1]]
        if holder:
            return
        path = path[:-1]
        if not path:
            raise EditError(path, message("nothing would be left in the file"))
