"""What a document has at the keys of the standard's table: of the right type, of a wrong one, missing, unknown.

Rules never walk a document themselves: they ask `structure(document)`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from .document import Document
from .faults import NOWHERE, Place
from .finding import Finding, Message, Severity
from .nodes import Kind, Node, Path, key_text
from .standard import SUPPORTED, TABLES, Format, Key, Type


@dataclass(slots=True, eq=False)
class Branch:
    """A table as a tree: the line for this place, and the branches below it."""

    key: Key
    keys: dict[str, Branch] = field(default_factory=dict)
    any: Branch | None = None
    item: Branch | None = None

    @property
    def current(self) -> tuple[str, ...]:
        """The keys below this place that are not deprecated."""
        return tuple(name for name, branch in self.keys.items() if not branch.key.deprecated)


@cache
def tree(major: str) -> Branch:
    """The table of one major version as a tree."""
    root = Branch(Key("", Type.MAPPING))
    for key in TABLES[major]:
        branch = root
        steps = key.path.replace("[]", ".[]").split(".")
        for number, step in enumerate(steps):
            new = Branch(key if number == len(steps) - 1 else Key(".".join(steps[: number + 1]), Type.MAPPING))
            if step == "[]":
                branch.item = branch.item or new
                branch = branch.item
            elif step == "*":
                branch.any = branch.any or new
                branch = branch.any
            else:
                branch = branch.keys.setdefault(step, new)
    return root


def shown(text: str) -> str:
    """`text` as a message quotes it: one line of at most 80 characters."""
    line = text[:200].replace("\n", "⏎").replace("\r", "")
    return line if len(line) <= 80 else line[:79] + "…"


@dataclass(slots=True, eq=False)  # never changed; not frozen, because making it would take three times as long
class Found:
    """One place that the table knows: its line, its path in this document, and what stands there (None: nothing)."""

    key: Key
    path: Path
    place: Place
    node: Node | None

    @property
    def text(self) -> str:
        """The scalar's text; empty where nothing is written."""
        return self.node.text if self.node is not None and self.node.kind is not Kind.NULL else ""

    @property
    def shown(self) -> str:
        """The text as a message quotes it: one line, not too long."""
        return shown(self.text)

    def finding(self, rule: str, severity: Severity, text: Message, help_text: Message) -> Finding:
        """What a rule says about this place."""
        return Finding(rule, severity, key_text(self.path), text, *self.place, help=help_text)


@dataclass(frozen=True, slots=True)
class Unknown:
    """A key that the table does not know, and the keys that it has there."""

    path: Path
    place: Place
    known: tuple[str, ...]


@dataclass(slots=True)
class Structure:
    """What a document has at the keys of the table: of the right type, of a wrong one, missing, unknown."""

    present: list[Found] = field(default_factory=list)
    mistyped: list[Found] = field(default_factory=list)
    missing: list[Found] = field(default_factory=list)
    unknown: list[Unknown] = field(default_factory=list)

    _by_format: dict[Format, list[Found]] = field(default_factory=dict)
    _by_path: dict[str, list[Found]] = field(default_factory=dict)

    def add(self, found: Found) -> None:
        """Notes what is present."""
        self.present.append(found)
        self._by_path.setdefault(found.key.path, []).append(found)
        if found.key.format is not None:
            self._by_format.setdefault(found.key.format, []).append(found)

    def of_format(self, *formats: Format) -> Iterator[Found]:
        """The texts present of these formats."""
        return (found for one in formats for found in self._by_format.get(one, ()))

    def at(self, path: str) -> Found | None:
        """What is present at the only place of a line of the table."""
        return next(iter(self._by_path.get(path, ())), None)

    def all_at(self, *paths: str) -> Iterator[Found]:
        """What is present at all places of these lines of the table."""
        return (found for path in paths for found in self._by_path.get(path, ()))

    def groups(self) -> Iterator[tuple[Key, list[Found]]]:
        """What is present, by the lines of the table: a rule asks a line once and not each of its places."""
        return ((places[0].key, places) for places in self._by_path.values())


def structure(document: Document) -> Structure:
    """The document beside the table of version 0; empty where it cannot be read or its version is none that we know.

    Without a version, or with one of a wrong type, the file is read as version 0: one slip is not the end of all help.
    """
    return document.once(_version_0)


def structure_of_version_1(document: Document) -> Structure:
    """The same document beside the table of the coming version 1."""
    return document.once(_version_1)


def _version_0(document: Document) -> Structure:
    return _structure(document, "0")


def _version_1(document: Document) -> Structure:
    return _structure(document, "1")


def _structure(document: Document, major: str) -> Structure:
    result = Structure()
    if document.root is not None:
        version = document.root.entries.get("publiccodeYmlVersion")
        if version is None or version.kind is not Kind.TEXT or not version.text or version.text in SUPPORTED:
            _read_mapping(result, tree(major), document.root, (), (1, 1))
    return result


_KINDS = {
    Type.MAPPING: Kind.MAPPING,
    Type.LIST: Kind.LIST,
    Type.TEXT_OR_LIST: Kind.LIST,
    Type.BOOLEAN: Kind.BOOLEAN,
}


def _read(result: Structure, branch: Branch, node: Node, path: Path, place: Place) -> None:
    kind, wanted = node.kind, branch.key.type
    if kind is Kind.NULL and not (path and isinstance(path[-1], int)):
        if wanted is Type.MAPPING:  # `legal:` with nothing below it lacks what a legal section needs
            _read_mapping(result, branch, node, path, place)
        elif branch.key.required:
            result.missing.append(Found(branch.key, path, place, node))
    elif wanted is Type.TEXT_OR_LIST and kind not in (Kind.LIST, Kind.MAPPING) and branch.item is not None:
        result.add(Found(branch.key, path, place, node))
        result.add(Found(branch.item.key, (*path, 0), place, node))
    elif not _fits(branch.key, node):
        result.mistyped.append(_mistyped(branch.key, node, path, place))
    elif kind is Kind.LIST:
        result.add(Found(branch.key, path, place, node))
        if branch.key.required and not node.items:
            result.missing.append(Found(branch.key, path, place, node))
        if branch.item is not None:
            for number, item in enumerate(node.items):
                _read(result, branch.item, item, (*path, number), (item.line, item.column))
    elif kind is Kind.MAPPING:
        result.add(Found(branch.key, path, place, node))
        _read_mapping(result, branch, node, path, place)
    elif branch.key.required and not node.text:
        result.missing.append(Found(branch.key, path, place, node))
    else:
        result.add(Found(branch.key, path, place, node))


def _fits(key: Key, node: Node) -> bool:
    kind, wanted = node.kind, key.type
    if wanted is Type.TEXT:
        if key.path == "publiccodeYmlVersion":  # 0.10 as a number would be 0.1
            return kind is Kind.TEXT
        return kind is not Kind.LIST and kind is not Kind.MAPPING
    return kind is _KINDS[wanted]


def _mistyped(key: Key, node: Node, path: Path, place: Place) -> Found:
    """Where a list has keys or a section has items, the first of them is the place: there the wrong thing begins."""
    if key.type in (Type.LIST, Type.TEXT_OR_LIST) and node.entries:
        first = next(iter(node.entries))
        return Found(key, (*path, first), node.places[first], node)
    if key.type is Type.MAPPING and node.items:
        return Found(key, (*path, 0), (node.items[0].line, node.items[0].column), node)
    return Found(key, path, place, node)


def _read_mapping(result: Structure, branch: Branch, node: Node, path: Path, place: Place) -> None:
    if branch.any is not None and not node.entries and branch.key.required:
        result.missing.append(Found(branch.key, path, place, node))
    for name, child in node.entries.items():
        below = branch.keys.get(name) or branch.any
        if below is None:
            result.unknown.append(Unknown((*path, name), node.places[name], branch.current))
        else:
            _read(result, below, child, (*path, name), node.places[name])
    # What is missing has no place: its section's first key stands for it, as in the reference validator; where the
    # version is missing, that is about the whole file.
    first = next(iter(node.places.values()), place)
    for name, below in branch.keys.items():
        if name not in node.entries and below.key.required:
            _miss(result, below, (*path, name), NOWHERE if name == "publiccodeYmlVersion" else first)


def _miss(result: Structure, branch: Branch, path: Path, place: Place) -> None:
    if branch.key.type is Type.MAPPING and branch.any is None:
        for name, below in branch.keys.items():
            if below.key.required:
                _miss(result, below, (*path, name), NOWHERE)
    else:
        result.missing.append(Found(branch.key, path, place, None))
