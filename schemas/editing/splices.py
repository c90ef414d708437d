"""What to cut out of a text and what to put in for one change of its values. Nothing else of the text is touched.

A change is planned against the spans of the text as it stands; `editing.py` carries it out and looks whether the result
says what was wanted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..document import Document
from ..finding import message
from ..nodes import Kind, Path, key_text
from .changes import Change, EditError, Remove, Rename, Set, nowhere, typed, typed_value
from .placing import neighbours
from .spans import Entry, Form, Source, Span
from .writing import Value, block, body_lines, entry_lines, flow, item_lines, layout, scalar, value_lines


@dataclass(frozen=True, slots=True)
class Splice:
    """The characters from `start` to `end` give way to `text`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class _Slot:
    """Where a value stands: `after` its colon or dash, which belongs to a key or dash at `column`."""

    span: Span
    after: int
    column: int
    flow: bool
    item: bool


class Planner:
    """Plans changes of one text. `document` is what `parse()` made of it.

    Raises:
        EditError: from every method, where the change cannot be made.

    """

    def __init__(self, document: Document, text: str) -> None:
        self.document = document
        self.source = Source(text)
        self.habits = layout(self.source)

    def splices(self, change: Change) -> Iterator[Splice]:
        """What to cut and to put in for `change`."""
        match change:
            case Set():
                return self._set(change.path, change.value)
            case Rename():
                return self._rename(change.path, change.key)
            case Remove():
                return self._remove(change.path)

    def _holder(self, path: Path) -> Span:
        """The collection that holds the last step of `path`."""
        span = self.source.root
        for number, step in enumerate(path[:-1]):
            below = _child(span, step)
            if below is None:
                raise nowhere(path)
            if below.form is Form.ALIAS:
                raise EditError(
                    path,
                    message("{place} is an alias (*): write its value out first", place=key_text(path[: number + 1])),
                )
            span = below
        return span

    def _set(self, path: Path, value: Value) -> Iterator[Splice]:
        for length in range(1, len(path)):
            node = self.document.node(path[:length])
            if node is None or node.kind is Kind.NULL or not (node.entries or node.items or node.text):
                return self._set(path[:length], _nested(path[length:], value))
        holder, step = self._holder(path), path[-1]
        slot = self._slot(holder, step)
        if slot is not None:
            return self._change(path, slot, value)
        return self._add_item(holder, path, value) if isinstance(step, int) else self._add_entry(holder, path, value)

    def _slot(self, holder: Span, step: str | int) -> _Slot | None:
        """Where the value of a key or item stands; None where there is none."""
        if isinstance(step, str):
            entry = holder.entry(step)
            if entry is None:
                return None
            column = self.source.column(entry.start)
            return _Slot(entry.value, self.source.colon(entry), column, holder.flow, item=False)
        if not 0 <= step < len(holder.items):
            return None
        if holder.flow:
            return _Slot(holder.items[step], holder.items[step].start, 0, flow=True, item=True)
        dash = self.source.dashes(holder)[step]
        return _Slot(holder.items[step], dash + 1, self.source.column(dash), flow=False, item=True)

    def _change(self, path: Path, slot: _Slot, value: Value) -> Iterator[Splice]:
        span, node = slot.span, self.document.node(path)
        if node is None or typed(node) == typed_value(value):
            return
        if span.anchor in self.source.repeated:
            raise EditError(path, message("other places repeat this value by *{anchor}", anchor=span.anchor))
        if isinstance(value, Mapping) and span.form is Form.MAPPING and any(key in node.entries for key in value):
            for key in node.entries:
                if key not in value:
                    yield from self._remove((*path, key))
            for key, child in value.items():
                yield from self._set((*path, key), child)
        elif not isinstance(value, str | bool | Mapping) and value and span.form is Form.LIST and span.items:
            yield from self._change_items(path, span, list(value))
        elif slot.flow or (span.flow and (span.items or span.entries) and not isinstance(value, str | bool)):
            before = ": " if slot.after < 0 else " " if span.start == slot.after and not slot.item else ""
            yield Splice(span.start, span.end, before + flow(value, self.habits.json))
        elif isinstance(value, str | bool) or not value:
            yield from self._put_scalar(path, slot, value)
        else:
            yield from self._put_collection(path, slot, value)

    def _change_items(self, path: Path, span: Span, value: list[Value]) -> Iterator[Splice]:
        """Items at both ends that stay the same are not touched; those between are changed one by one."""
        node = self.document.node(path)
        old, new = typed(node) if node else [], [typed_value(item) for item in value]
        first = 0
        while first < min(len(old), len(new)) and old[first] == new[first]:
            first += 1
        last = 0
        while last < min(len(old), len(new)) - first and old[-1 - last] == new[-1 - last]:
            last += 1
        both = min(len(old), len(new)) - last
        for number in range(first, both):
            slot = self._slot(span, number)
            if slot is not None:
                yield from self._change((*path, number), slot, value[number])
        for number in range(both, len(old) - last):
            yield from self._cut_item(span, (*path, number))
        for number in range(both, len(new) - last):  # all behind the same item, one after the other
            yield from self._add_item(span, (*path, both), value[number])

    def _put_scalar(self, path: Path, slot: _Slot, value: Value) -> Iterator[Splice]:
        """A scalar (or empty collection) takes the place of what stands in `slot`, in a block context."""
        span = slot.span
        written = self._block(slot, value) if isinstance(value, str) else None
        header = self.source.header(span)
        if header is not None:
            yield from self._over_block(path, slot, value, written)
            return
        text = written[0] if written else self._inline(value, span.style)
        if span.is_block and not (slot.item or self.source.line(slot.after) == self.source.line(span.start)):
            if span.properties:
                raise EditError(path, message("an anchor or a tag stands here"))
            yield Splice(slot.after, slot.after, f" {text}")
            below = written[1] if written else []
            yield Splice(
                self.source.line_end(self.source.line(slot.after)),
                self.source.line_end(self.source.line(span.end)),
                "".join(self.source.newline + line for line in below),
            )
            return
        yield Splice(span.start, span.end, f" {text}" if span.start == slot.after else text)
        if written:
            yield self._below(span.end, written[1])

    def _over_block(
        self, path: Path, slot: _Slot, value: Value, written: tuple[str, list[str]] | None
    ) -> Iterator[Splice]:
        """The same where a block scalar stands: what is written behind its header stays."""
        header = self.source.header(slot.span)
        node = self.document.node(path)
        if header is None or node is None:
            return
        if isinstance(value, str) and value == node.text.rstrip("\n"):
            yield Splice(header.start, header.end, f"{header.style}{header.digit}-")
            return
        yield Splice(slot.span.start, header.end, written[0] if written else self._inline(value, ""))
        end = self.source.line_end(self.source.line(header.end))
        yield Splice(
            end, max(end, slot.span.end), "".join(self.source.newline + line for line in (written or ("", []))[1])
        )

    def _inline(self, value: Value, style: str) -> str:
        return scalar(value, style if style in ("'", '"') else "") if isinstance(value, str | bool) else flow(value)

    def _block(self, slot: _Slot, value: str) -> tuple[str, list[str]] | None:
        """The block scalar to write: where one stood, or for a text of several lines where none in quotes stood."""
        style = slot.span.style
        if style in ("'", '"') or (style not in ("|", ">") and "\n" not in value):
            return None
        column = slot.column + (2 if slot.item else self.habits.step)
        header = self.source.header(slot.span)
        if header is not None and not header.digit:
            row = self.source.line_text(min(self.source.line(header.end) + 1, self.source.lines - 1))
            column = max(len(row) - len(row.lstrip(" ")), slot.column + 1) if row.strip() else column
        after = self.source.line_after(slot.span.end, column - 1)  # comments further in would be part of the text
        if header is None and after > self.source.line(slot.span.end) + 1:
            return None
        return block(value, style or "|", column)

    def _put_collection(self, path: Path, slot: _Slot, value: Value) -> Iterator[Splice]:
        """A list or section takes the place of what stands in `slot`, in a block context."""
        span, source = slot.span, self.source
        line = source.line(slot.after)
        if span.is_block and span.properties:
            raise EditError(path, message("an anchor or a tag stands here"))
        if slot.item or (span.is_block and source.line(span.start) == line):
            before = " " if span.start == slot.after else ""
            column = source.column(span.start) + len(before)
            rows = list(value_lines(value, column, self.habits))
            yield Splice(span.start, span.end, before + source.newline.join(rows))
            return
        rows = list(body_lines(value, slot.column, self.habits))
        if source.header(span) is not None:
            end = source.line_end(source.line(span.end))
            yield Splice(slot.after, end, "".join(source.newline + row for row in rows))
        elif source.line(span.start) == line and not span.is_block:  # what is written behind it on the line stays
            if span.end > slot.after:
                yield Splice(slot.after, span.end, "")
            yield self._below(span.end, rows)
        else:
            yield Splice(
                source.line_end(line),
                source.line_end(source.line(span.end)),
                "".join(source.newline + row for row in rows),
            )

    def _below(self, position: int, rows: list[str]) -> Splice:
        """Lines below the one at `position`."""
        end = self.source.line_end(self.source.line(position))
        return Splice(end, end, "".join(self.source.newline + row for row in rows))

    def _lines_at(self, line: int, rows: list[str]) -> Splice:
        """Lines before line number `line`, which may be the one after the last."""
        newline, position = self.source.newline, self.source.line_start(line)
        text = newline.join(rows)
        if line >= self.source.lines:
            return Splice(position, position, newline + text)
        return Splice(position, position, text + newline)

    def _add_entry(self, holder: Span, path: Path, value: Value) -> Iterator[Splice]:
        key = str(path[-1])
        before, after = neighbours(holder, path)
        if holder.flow:
            written = flow({key: value}, self.habits.json)[1:-1]
            yield _put_between(holder, written, before.value.end if before else None, after.start if after else None)
            return
        column = self.source.column(holder.entries[0].start)
        rows = list(entry_lines(key, value, column, self.habits))
        if before is not None:
            line = self.source.line_after(before.value.end, column)
            yield self._lines_at(line, ["", *rows] if self._stands_alone(before, line, column) else rows)
        elif after is not None and not self.source.opens_line(after.start):
            rows[0] = rows[0].lstrip(" ")
            text = self.source.newline.join([*rows, " " * column])
            yield Splice(after.start, after.start, text)
        elif after is not None:
            line = self.source.line(after.start)
            first = self.source.comments_above(line, column)
            yield self._lines_at(first or line, rows)  # comments that open the file speak about the file

    def _stands_alone(self, entry: Entry, line: int, column: int) -> bool:
        """Whether empty lines part an entry from those around it; `line` is the first one below it."""
        above = self.source.comments_above(self.source.line(entry.start), column)
        leaf = entry.value
        while leaf.entries or leaf.items:
            leaf = leaf.items[-1] if leaf.items else leaf.entries[-1].value
        header = self.source.header(leaf)
        return (
            above > 0
            and not self.source.line_text(above - 1).strip()
            and not self.source.continues(line, column)
            and (header is None or header.chomp != "+")  # there the empty line would be part of the text
        )

    def _add_item(self, holder: Span, path: Path, value: Value) -> Iterator[Splice]:
        number = int(path[-1])
        before = holder.items[number - 1] if number else None
        if holder.flow:
            after = holder.items[0].start if holder.items else None
            yield _put_between(holder, flow(value, self.habits.json), before.end if before else None, after)
            return
        dashes = self.source.dashes(holder)
        column = self.source.column(dashes[0])
        rows = list(item_lines(value, column, self.habits))
        if before is not None:
            end = max(before.end, dashes[number - 1] + 1)
            yield self._lines_at(self.source.line_after(end, column), rows)
        else:
            rows[0] = rows[0].lstrip(" ")
            yield Splice(dashes[0], dashes[0], self.source.newline.join([*rows, " " * column]))

    def _rename(self, path: Path, key: str) -> Iterator[Splice]:
        entry = self._entry(path)
        yield Splice(entry.start, entry.end, scalar(key, entry.style, self._holder(path).flow))

    def _entry(self, path: Path) -> Entry:
        entry = self._holder(path).entry(path[-1]) if path and isinstance(path[-1], str) else None
        if entry is None:
            raise nowhere(path)
        return entry

    def _remove(self, path: Path) -> Iterator[Splice]:
        holder = self._holder(path)
        if not path or _child(holder, path[-1]) is None:  # the file's only key is never removed
            raise nowhere(path)
        if len(holder.entries) + len(holder.items) == 1:
            yield from self._remove(path[:-1])
        elif isinstance(path[-1], int):
            yield from self._cut_item(holder, path)
        else:
            entry = self._entry(path)
            starts = [(other.start, max(other.value.end, other.end)) for other in holder.entries]
            yield self._cut(path, holder, starts, holder.entries.index(entry))

    def _cut_item(self, holder: Span, path: Path) -> Iterator[Splice]:
        dashes = [item.start for item in holder.items] if holder.flow else self.source.dashes(holder)
        starts = [(dash, max(item.end, dash + 1)) for dash, item in zip(dashes, holder.items, strict=True)]
        yield self._cut(path, holder, starts, int(path[-1]))

    def _cut(self, path: Path, holder: Span, parts: list[tuple[int, int]], number: int) -> Splice:
        start, end = parts[number]
        if holder.flow:
            cut = (parts[number - 1][1], end) if number else (start, parts[1][0])
            if "#" in re.sub(r"[^\s,#]", "", self.source.text[cut[0] : start] + self.source.text[end : cut[1]]):
                raise EditError(path, message("a comment stands between the brackets"))
            return Splice(*cut, "")
        column = self.source.column(start)
        first, last = self.source.line(start), self.source.line_after(end, column)
        if not self.source.opens_line(start):  # the first key of a list's item: its dash stays
            following = self.source.text[self.source.line_start(last) :]
            return Splice(start, self.source.line_start(last) + len(following) - len(following.lstrip()), "")
        if not self.source.continues(last, column):
            above = self.source.comments_above(first, column)
            blank = above > 0 and not self.source.line_text(above - 1).strip()
            if above and last < self.source.lines and blank and not self.source.line_text(last).strip():
                last += 1
            first = above or first
        return Splice(self.source.line_start(first), self.source.line_start(last), "")


def _child(span: Span, step: str | int) -> Span | None:
    if isinstance(step, str):
        entry = span.entry(step)
        return entry.value if entry else None
    return span.items[step] if 0 <= step < len(span.items) else None


def _nested(steps: Path, value: Value) -> Value:
    for step in reversed(steps):
        value = {step: value} if isinstance(step, str) else [value]
    return value


def _put_between(holder: Span, text: str, before: int | None, after: int | None) -> Splice:
    """A part of a collection in brackets: behind the end of the one before, or before the start of the one after."""
    if before is not None:
        return Splice(before, before, f", {text}")
    if after is not None:
        return Splice(after, after, f"{text}, ")
    return Splice(holder.end - 1, holder.end - 1, text)
