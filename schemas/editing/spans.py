"""The source of a document as a tree of spans: which characters each key and each value is written with.

`document.py` answers what a file says, this module where in the text it is said, for those who change the text. Positions
count characters from 0. Nothing is expanded: an alias is a span of its own.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import yaml

from ..yaml_events import events, without_breaks

_PROPERTIES = r"(?:[!&][^\s]*[ \t]+)*"
_HEADER = re.compile(_PROPERTIES + r"(?P<style>[|>])(?P<digit>[1-9]?)(?P<chomp>[-+]?)(?P<late>[1-9]?)")
_COMMENT = re.compile(r"(?<!\S)#[^\r\n]*")
BREAK = re.compile(r"\r\n|\r|\n")


class Form(StrEnum):
    """How a value is written."""

    SCALAR = "scalar"
    LIST = "list"
    MAPPING = "mapping"
    ALIAS = "alias"


@dataclass(slots=True, eq=False)
class Span:
    """The characters of one value, from its anchor or tag (where it has one) to the end of its last part.

    `style` is a scalar's: `'`, `"`, `|`, `>`, or empty for plain. `flow`: a collection in brackets. The end of a block
    scalar is the end of its last line with something on it; with `+` of its last empty line, too.
    """

    form: Form
    start: int
    end: int
    style: str = ""
    flow: bool = False
    properties: bool = False
    anchor: str = ""
    entries: list[Entry] = field(default_factory=list)
    items: list[Span] = field(default_factory=list)

    @property
    def is_block(self) -> bool:
        """A list or mapping on lines of its own, not in brackets."""
        return self.form in (Form.LIST, Form.MAPPING) and not self.flow

    def entry(self, name: str) -> Entry | None:
        """The entry of that key; the first one where the key stands twice, as everybody reads it here."""
        return next((entry for entry in self.entries if entry.name == name), None)


@dataclass(slots=True, eq=False)
class Entry:
    """One key of a mapping, its characters (with quotes), and its value."""

    name: str
    start: int
    end: int
    value: Span
    style: str = ""


@dataclass(frozen=True, slots=True)
class Header:
    """The first characters of a block scalar, as in `>-` or `|2+`."""

    start: int
    end: int
    style: str
    digit: str
    chomp: str


class Source:
    """A text that `parse()` has accepted (without byte order mark), its spans and its lines."""

    def __init__(self, text: str) -> None:
        self.text = text
        breaks = [match.span() for match in BREAK.finditer(text)]
        self._starts = [0, *(end for _, end in breaks)]
        self._ends = [*(start for start, _ in breaks), len(text)]
        self._events: Iterator[Any] = events(without_breaks(text))
        self.repeated: set[str] = set()  # the anchors that aliases name
        self._dashes: dict[int, list[int]] = {}
        self._named: dict[str, str] = {}  # the texts of anchored scalars: an alias may stand as a key
        self.newline = text[slice(*breaks[0])] if breaks else "\n"
        self.root = self._span(self._next_node())

    @property
    def lines(self) -> int:
        """The number of lines; a last one without anything on it counts."""
        return len(self._starts)

    def line(self, position: int) -> int:
        """The number of the line (from 0) at `position`."""
        return bisect_right(self._starts, position) - 1

    def line_start(self, line: int) -> int:
        """Where a line begins; the end of the text after the last one."""
        return self._starts[line] if line < len(self._starts) else len(self.text)

    def line_end(self, line: int) -> int:
        """Where a line ends, before its break."""
        return self._ends[line]

    def line_text(self, line: int) -> str:
        """A line without its break."""
        return self.text[self._starts[line] : self._ends[line]]

    def column(self, position: int) -> int:
        """The characters before `position` in its line."""
        return position - self._starts[self.line(position)]

    def opens_line(self, position: int) -> bool:
        """Nothing but spaces stands before `position` in its line."""
        return not self.text[self._starts[self.line(position)] : position].strip(" ")

    def header(self, span: Span) -> Header | None:
        """The header of a block scalar; None for every other value."""
        match = _HEADER.match(self.text, span.start) if span.style in ("|", ">") else None
        if match is None:
            return None
        return Header(
            match.start("style"), match.end(), match["style"], match["digit"] or match["late"], match["chomp"]
        )

    def skip(self, position: int) -> int:
        """The next position at or after `position` with neither white space nor comment."""
        match = re.compile(r"(?:\s|(?<!\S)#[^\r\n]*)*").match(self.text, position)
        return match.end() if match else position

    def dashes(self, span: Span) -> list[int]:
        """Where the dash of each item of a block list stands."""
        known = self._dashes.get(id(span))
        if known is not None:
            return known
        found: list[int] = []
        position = span.start
        if span.properties:
            match = re.compile(_PROPERTIES.replace(r"[ \t]+", r"\s+")).match(self.text, position)
            position = match.end() if match else position
        for item in span.items:
            found.append(self.skip(position))
            position = max(item.end, found[-1] + 1)
        self._dashes[id(span)] = found
        return found

    def colon(self, entry: Entry) -> int:
        """The position after the colon of an entry; -1 where it has none, as in `{a, b}`."""
        position = self.skip(entry.end)
        return position + 1 if self.text[position : position + 1] == ":" else -1

    def comments(self) -> list[str]:
        """All comments of the text, in their order."""
        found: list[str] = []
        position = 0
        for start, end in [*sorted(self._words(self.root)), (len(self.text), len(self.text))]:
            found += _COMMENT.findall(self.text, position, start)
            position = end
        return found

    def _words(self, span: Span) -> Iterator[tuple[int, int]]:
        """Where the keys and scalars stand: a `#` in one of them begins no comment."""
        header = self.header(span)
        if header is not None:
            body = self.line_end(self.line(header.end))
            yield span.start, header.end
            yield body, max(body, span.end)
        elif span.form is Form.SCALAR:
            yield span.start, span.end
        for entry in span.entries:
            yield entry.start, entry.end
            yield from self._words(entry.value)
        for item in span.items:
            yield from self._words(item)

    def continues(self, line: int, column: int) -> bool:
        """Whether another entry of the same section follows at once, without an empty line or a comment before it."""
        text = self.line_text(line) if line < self.lines else ""
        return len(text) - len(text.lstrip(" ")) == column and text.strip()[:1] not in ("", "#")

    def comments_above(self, line: int, column: int) -> int:
        """The first of the comment lines directly above `line` that are indented like it; 0 where they open the file."""
        while line and re.match(rf" {{{column}}}#", self.line_text(line - 1)):
            line -= 1
        return line

    def line_after(self, position: int, column: int) -> int:
        """The line after a part that ends at `position`, and after the comments below it that are indented further."""
        line = self.line(position) + 1
        seen = line
        while seen < self.lines:
            text = self.line_text(seen)
            seen += 1
            if text.strip()[:1] == "#" and len(text) - len(text.lstrip(" ")) > column:
                line = seen
            elif text.strip():
                break
        return line

    def _next_node(self) -> Any:
        return next(event for event in self._events if isinstance(event, (yaml.NodeEvent, yaml.CollectionEndEvent)))

    def _span(self, event: Any) -> Span:
        start, end = event.start_mark.index, event.end_mark.index
        if isinstance(event, yaml.AliasEvent):
            self.repeated.add(event.anchor or "")
            return Span(Form.ALIAS, start, end)
        anchor = event.anchor or ""
        properties = event.anchor is not None or event.tag is not None
        if isinstance(event, yaml.ScalarEvent):
            if event.anchor:
                self._named[event.anchor] = event.value
            span = Span(Form.SCALAR, start, end, event.style or "", properties=properties, anchor=anchor)
            if span.style in ("|", ">"):
                span.end = self._block_end(span)
            return span
        form = Form.LIST if isinstance(event, yaml.SequenceStartEvent) else Form.MAPPING
        span = Span(form, start, end, flow=bool(event.flow_style), properties=properties, anchor=anchor)
        while not isinstance(child := self._next_node(), yaml.CollectionEndEvent):
            if form is Form.LIST:
                span.items.append(self._span(child))
            else:
                name = self._named[child.anchor or ""] if isinstance(child, yaml.AliasEvent) else child.value
                key = self._span(child)
                span.entries.append(Entry(name, key.start, key.end, self._span(self._next_node()), key.style))
        bracket: Any = child
        span.end = bracket.end_mark.index if span.flow else self._last_end(span)
        return span

    def _last_end(self, span: Span) -> int:
        if span.form is Form.LIST:
            return max(span.items[-1].end, self.dashes(span)[-1] + 1)
        return max(span.entries[-1].value.end, self.colon(span.entries[-1]))

    def _block_end(self, span: Span) -> int:
        header = self.header(span)
        last = self.line(span.end - 1)
        if header is not None and header.chomp != "+":
            while not self.line_text(last).strip():
                last -= 1
        return min(self.line_end(last), span.end)
