"""YAML bytes → values, with line and column of every key and item.

Built on the events of PyYAML (libyaml where it is there), never on its constructors: a scalar keeps the text that was
written (`1.10` stays `1.10`, `no` is a word, a date is text), and nothing is expanded before it is counted. Everything
that can make a small file expensive is bounded here, and each breach is one Finding: size, depth, number of events,
nodes after aliases and merge keys.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, TypeVar

import yaml

from . import faults
from .faults import MAX_BYTES as MAX_BYTES  # part of this module's interface: who reads files stops there
from .faults import MAX_DEPTH, MAX_NODES, MAX_TAGS, NOWHERE, Place
from .finding import Finding
from .nodes import Kind, Node, Path, key_text, plain
from .yaml_events import events, without_breaks

T = TypeVar("T")

# The core schema of YAML 1.2, section 10.3.2.
_NULL = re.compile(r"(?:~|null|Null|NULL|)\Z")
_BOOLEAN = re.compile(r"(?:true|True|TRUE|false|False|FALSE)\Z")
_NUMBER = re.compile(
    r"(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
    r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\Z"
)
_LINE_END = re.compile("\r\n|\n|\r")


@dataclass(slots=True, eq=False)
class Document:
    """A file as it was read. `root` is None where it could not be read; `findings` say why, and what else is odd."""

    text: str
    root: Node | None
    findings: tuple[Finding, ...] = ()
    _computed: dict[Any, Any] = field(default_factory=dict, repr=False)

    def node(self, path: Path) -> Node | None:
        """The node at `path`; None where there is none."""
        node = self.root
        for step in path:
            if node is None:
                return None
            node = node.entries.get(step) if isinstance(step, str) else node.item(step)
        return node

    def value(self, path: Path = ()) -> Any:
        """The value at `path` as plain dict, list, str, bool or None (also where there is none); numbers are text."""
        node = self.node(path)
        return None if node is None else plain(node)

    @property
    def values(self) -> dict[str, Any] | None:
        """The whole content as plain values; None where the file could not be read."""
        return None if self.root is None else self.once(_values)

    def place(self, path: Path) -> Place:
        """Line and column (from 1) of the key or list item at `path`; (0, 0) where there is none."""
        node = self.node(path)
        if node is None:
            return NOWHERE
        parent = self.node(path[:-1]) if path else None
        if parent is not None and isinstance(path[-1], str):
            return parent.places[path[-1]]
        return (node.line, node.column)

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines of the text without their ends, as places count them (YAML 1.2.2, section 5.4)."""
        return tuple(_LINE_END.split(self.text)) if self.text else ()

    def once(self, compute: Callable[[Document], T]) -> T:
        """`compute(self)`, computed at the first call only: what several rules need is worked out one time."""
        if compute not in self._computed:
            self._computed[compute] = compute(self)
        result: T = self._computed[compute]
        return result


def _values(document: Document) -> Any:
    return document.value()


def parse(data: bytes) -> Document:
    """The document in `data`, the bytes of a publiccode.yml. Never raises; what is wrong stands in `findings`.

    Time and memory are bounded whatever the bytes are. Findings carry the ids of the rules file-size, file-encoding,
    yaml-readable and duplicate-key, whose pages explain them.
    """
    if len(data) > MAX_BYTES:
        return too_large(len(data))
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Document("", None, (faults.utf16(),))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return Document("", None, (faults.not_utf8(data, error.start),))
    findings = []
    if text.startswith("\ufeff"):
        findings.append(faults.byte_order_mark())
        text = text[1:]
    if "\0" in text:
        return Document(text, None, (*findings, faults.nul(text, text.index("\0"))))
    try:
        reader = _Reader()
        root = reader.read(without_breaks(text))
    except _Unreadable as error:
        return Document(text, None, (*findings, error.finding))
    except yaml.YAMLError as error:
        return Document(text, None, (*findings, faults.syntax(text, error)))
    return Document(text, root, (*findings, *reader.findings))


def too_large(size: int | None) -> Document:
    """The document of a file that is too large (`size` bytes; None where nobody counted) and was not read."""
    return Document("", None, (faults.too_large(size),))


class _Unreadable(Exception):
    def __init__(self, finding: Finding) -> None:
        self.finding = finding


class _Reader:
    """Builds nodes from events. One per document."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.anchors: dict[str, Node | None] = {}  # None: still open, so that an alias to it would hold itself
        self.open: list[tuple[Node, str | None]] = []  # collections not yet closed, with their anchors
        self.keys: list[tuple[str, Place] | None] = []  # the key that waits for its value, for each open collection
        self.seen: list[dict[str, int]] = []  # the line of each key, for each open collection
        self.total = self.length = 0  # parts and characters that aliases and merge keys have written out

    def read(self, text: str) -> Node:
        if text.count("%TAG") > MAX_TAGS:
            raise _Unreadable(faults.too_many_tags(text))
        root: Node | None = None
        documents = 0
        for count, event in enumerate(events(text)):
            mark = event.start_mark
            place = (mark.line + 1, mark.column + 1)
            if count >= MAX_NODES:
                raise _Unreadable(faults.too_many(place))
            if isinstance(event, yaml.NodeEvent):
                node = self._start(event, place)
                if node is not None:
                    self._put(node, place)
                    root = root or node
            elif isinstance(event, yaml.CollectionEndEvent):
                self._close()
            elif isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise _Unreadable(faults.several_documents(place))
        if root is None or root.kind is Kind.NULL:
            raise _Unreadable(faults.empty())
        if root.kind is not Kind.MAPPING:
            raise _Unreadable(faults.no_mapping((root.line, root.column)))
        return root

    def _start(self, event: yaml.NodeEvent, place: Place) -> Node | None:
        """The node that `event` begins; None where it is a mapping's key."""
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event.anchor or "", place)
        in_key = bool(self.open) and self.open[-1][0].kind is Kind.MAPPING and self.keys[-1] is None
        if isinstance(event, yaml.ScalarEvent):
            if "\0" in event.value:
                raise _Unreadable(faults.escaped_nul(place))
            if in_key and not event.anchor:
                self.keys[-1] = (event.value, place)
                return None
            node = Node(_kind(event), *place, text=event.value)
            if event.anchor:
                self.anchors[event.anchor] = node
            if in_key:
                self.keys[-1] = (event.value, place)
                return None
            return node
        if in_key:
            raise _Unreadable(faults.no_text_key(place))
        if len(self.open) >= MAX_DEPTH:
            raise _Unreadable(faults.too_deep(place))
        kind = Kind.LIST if isinstance(event, yaml.SequenceStartEvent) else Kind.MAPPING
        node = Node(kind, *place)
        if event.anchor:
            self.anchors[event.anchor] = None
        return self._opened(node, event.anchor)

    def _opened(self, node: Node, anchor: str | None) -> Node:
        # Put into its parent when it closes: only then its size is known.
        self.open.append((node, anchor))
        self.keys.append(None)
        self.seen.append({})
        return node

    def _alias(self, anchor: str, place: Place) -> Node | None:
        node = self.anchors.get(anchor)
        if node is None:
            raise _Unreadable(
                faults.recursive(anchor, place) if anchor in self.anchors else faults.undefined(anchor, place)
            )
        self._repeat(node, place)
        if len(self.open) + node.height > MAX_DEPTH:
            raise _Unreadable(faults.too_deep(place))
        if self.open and self.open[-1][0].kind is Kind.MAPPING and self.keys[-1] is None:
            if node.kind in (Kind.LIST, Kind.MAPPING):
                raise _Unreadable(faults.no_text_key(place))
            self.keys[-1] = (node.text, place)
            return None
        return node

    def _put(self, node: Node, place: Place) -> None:
        """Hangs a node into the collection around it; an opened collection is hung in at once, sized when it closes."""
        opened = bool(self.open) and self.open[-1][0] is node
        level = len(self.open) - (2 if opened else 1)
        if level < 0:
            return
        parent = self.open[level][0]
        if parent.kind is Kind.LIST:
            parent.items.append(node)
        else:
            waiting = self.keys[level]
            if waiting is None:
                return
            key, key_place = waiting
            self.keys[level] = None
            self._enter(parent, key, key_place, node, self.seen[level])
        if not opened:
            _contain(parent, node)

    def _enter(self, parent: Node, key: str, place: Place, node: Node, seen: dict[str, int]) -> None:
        if key in seen:
            path = key_text((*self._path(parent), key))
            self.findings.append(faults.duplicate(path, place, seen[key]))
            return
        seen[key] = place[0]
        parent.entries[key] = node
        parent.places[key] = place
        parent.length += len(key)

    def _path(self, parent: Node) -> Path:
        """Where the open collection `parent` stands."""
        path: list[str | int] = []
        chain = [node for node, _ in self.open]
        for outer, inner in pairwise(chain):
            if outer is parent:
                break
            if outer.kind is Kind.LIST:
                path.append(len(outer.items) - 1)
            else:
                path.extend(key for key, child in outer.entries.items() if child is inner)
        return tuple(path)

    def _close(self) -> None:
        node, anchor = self.open.pop()
        self.keys.pop()
        self.seen.pop()
        if node.kind is Kind.MAPPING and "<<" in node.entries:
            self._merge(node)
        if anchor:
            self.anchors[anchor] = node
        if self.open:
            _contain(self.open[-1][0], node)

    def _repeat(self, node: Node, place: Place) -> None:
        """Counts what an alias or a merge key writes out once more: a long text named often is a bomb, too."""
        self.total += node.size
        self.length += node.length
        if self.total > MAX_NODES:
            raise _Unreadable(faults.too_many(place))
        if self.length > MAX_BYTES:
            raise _Unreadable(faults.too_long(place))

    def _merge(self, node: Node) -> None:
        """`<<` (a type of YAML 1.1 that the reference reads too): what it names fills in the keys that are not there."""
        source = node.entries["<<"]
        place = node.places["<<"]
        sources = source.items if source.kind is Kind.LIST else [source]
        if any(one.kind is not Kind.MAPPING for one in sources):
            raise _Unreadable(faults.no_merge(place))
        del node.entries["<<"], node.places["<<"]
        for one in sources:
            self._repeat(one, place)
            for key, child in one.entries.items():
                if key not in node.entries:
                    node.entries[key] = child
                    node.places[key] = one.places[key]
                    _contain(node, child)


def _contain(parent: Node, child: Node) -> None:
    parent.size += child.size
    parent.length += child.length
    parent.height = max(parent.height, child.height + 1)


def _kind(event: Any) -> Kind:
    if event.style or event.tag:
        return _TAGS.get(event.tag, Kind.TEXT)
    text = event.value
    if _NULL.match(text):
        return Kind.NULL
    if _BOOLEAN.match(text):
        return Kind.BOOLEAN
    return Kind.NUMBER if _NUMBER.match(text) else Kind.TEXT


_TAGS = {
    "tag:yaml.org,2002:int": Kind.NUMBER,
    "tag:yaml.org,2002:float": Kind.NUMBER,
    "tag:yaml.org,2002:null": Kind.NULL,
}
