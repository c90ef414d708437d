"""Values → YAML source: in the style that stood there, else in the simplest one that every reader takes for the same value.

A plain scalar that a reader of YAML 1.1 or 1.2 would take for another type (`no`, `1.10`, `2026-10-05`, `~`) gets quotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import mode
from typing import TypeAlias

from .spans import Form, Source, Span

Value: TypeAlias = str | bool | Sequence["Value"] | Mapping[str, "Value"]

WIDTH = 120  # characters of a line; longer texts are folded where they stand on lines of their own

# Everything that the core schema of YAML 1.2 or the types of YAML 1.1 (bool, null, int, float, timestamp, merge, value) match.
_TYPED = re.compile(
    r"(?:~|null|y|n|yes|no|true|false|on|off|<<|="
    r"|[-+]?(?:0b[01_]+|0x[0-9a-f_]+|0o?[0-7_]+|[0-9][0-9_]*(?::[0-5]?[0-9])*)(?:\.[0-9_]*)?"
    r"|[-+]?(?:[0-9][0-9_]*)?\.[0-9_]*(?:e[-+]?[0-9]+)?|[-+]?[0-9][0-9_]*e[-+]?[0-9]+|[-+]?\.(?:inf|nan)"
    r"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[t \t].*)?)\Z",
    re.IGNORECASE,
)
_INDICATORS = "-?:,[]{}#&*!|>'\"%@`"
_PRINTABLE = re.compile("[\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]*\\Z")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0", "\x85": "\\N"} | {
    "\u2028": "\\L",
    "\u2029": "\\P",
}


@dataclass(frozen=True, slots=True)
class Layout:
    """The habits of a file: spaces per level, spaces before the dashes of a list below its key, everything in quotes (JSON)."""

    step: int = 2
    dash: int = 2
    json: bool = False


def layout(source: Source) -> Layout:
    """The habits of `source`; ours where it shows none."""
    steps: list[int] = []
    dashes: list[int] = []
    _measure(source, source.root, steps, dashes)
    json = source.root.flow and all(entry.style == '"' for entry in source.root.entries[:1])
    return Layout(mode(steps) if steps else 2, mode(dashes) if dashes else 2, json)


def _measure(source: Source, span: Span, steps: list[int], dashes: list[int]) -> None:
    for entry in span.entries:
        below = entry.value
        if not span.flow and below.is_block and (below.entries or below.items):
            column = source.column(entry.start)
            if below.form is Form.MAPPING:
                steps.append(max(1, source.column(below.entries[0].start) - column))
            else:
                dashes.append(max(0, source.column(source.dashes(below)[0]) - column))
        _measure(source, below, steps, dashes)
    for item in span.items:
        _measure(source, item, steps, dashes)


def scalar(value: str | bool, style: str = "", flow: bool = False) -> str:
    """`value` on one line: in `style` (`'`, `"`, or empty for plain) where it can be written so, else in quotes."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if style == "" and plain_is_safe(value, flow):
        return value
    printable = bool(_PRINTABLE.match(value))
    if printable and (style == "'" or (style != '"' and ('"' in value or "\\" in value))):
        return "'" + value.replace("'", "''") + "'"
    return '"' + "".join(_escaped(letter) for letter in value) + '"'


def plain_is_safe(text: str, flow: bool = False) -> bool:
    """Whether `text` without quotes is that text to every reader."""
    return (
        bool(text)
        and text == text.strip()
        and text[0] not in _INDICATORS
        and ": " not in text
        and " #" not in text
        and text[-1] != ":"
        and not text.startswith("...")
        and not (flow and re.search(r"[,\[\]{}:]", text))
        and bool(_PRINTABLE.match(text))
        and not _TYPED.match(text)
    )


def _escaped(letter: str) -> str:
    if letter in _ESCAPES:
        return _ESCAPES[letter]
    if _PRINTABLE.match(letter):
        return letter
    code = ord(letter)
    return f"\\x{code:02X}" if code < 0x100 else f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"


def block(text: str, style: str, column: int, width: int = WIDTH) -> tuple[str, list[str]] | None:
    """`text` as a block scalar in `style` (`|` or `>`), indented by `column`: its header and its lines.

    None where a block cannot hold the text without an explicit indentation or is not worth it: white space at the
    beginning or end of a line, characters that need an escape.
    """
    content = text.removesuffix("\n")
    rows = content.split("\n")
    if (
        not content
        or any(row != row.strip() or not _PRINTABLE.match(row) for row in rows)
        or not (rows[0] and rows[-1])
    ):
        return None
    indent = " " * column
    if style == "|":
        lines = rows
    else:
        lines = [
            line
            for number, row in enumerate(rows)
            for line in (([""] if number else []) + (_folded(row, max(20, width - column)) if row else []))
        ]
    chomp = "" if text.endswith("\n") else "-"
    return style + chomp, [indent + line if line else "" for line in lines]


def _folded(text: str, width: int) -> list[str]:
    """`text` in lines of at most `width` characters, parted at single spaces only: those a reader puts back."""
    lines: list[str] = []
    line = ""
    for word in re.split(r"(?<=[^ ]) (?=[^ ])", text):
        if line and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return [*lines, line]


def flow(value: Value, json: bool = False) -> str:
    """`value` on one line, collections in brackets."""
    quotes = '"' if json else ""
    if isinstance(value, str | bool):
        return scalar(value, quotes, flow=True)
    if isinstance(value, Mapping):
        pairs = (f"{scalar(key, quotes, flow=True)}: {flow(child, json)}" for key, child in value.items())
        return "{" + ", ".join(pairs) + "}"
    return "[" + ", ".join(flow(child, json) for child in value) + "]"


def entry_lines(key: str, value: Value, column: int, habits: Layout) -> Iterator[str]:
    """The lines of `key: value` in block style, indented by `column`."""
    start = " " * column + scalar(key) + ":"
    if isinstance(value, str | bool) or not value:
        first, *rest = _inline(value, len(start) + 1, column + habits.step)
        yield f"{start} {first}"
        yield from rest
    else:
        yield start
        yield from body_lines(value, column, habits)


def body_lines(value: Value, column: int, habits: Layout) -> Iterator[str]:
    """The lines of a list or mapping below a key that stands at `column`."""
    if isinstance(value, Mapping):
        for key, child in value.items():
            yield from entry_lines(key, child, column + habits.step, habits)
    elif not isinstance(value, str | bool):
        for child in value:
            yield from item_lines(child, column + habits.dash, habits)


def item_lines(value: Value, column: int, habits: Layout) -> Iterator[str]:
    """The lines of a list's item, its dash at `column`."""
    lines = list(value_lines(value, column + 2, habits))
    yield " " * column + "- " + lines[0]
    yield from lines[1:]


def value_lines(value: Value, column: int, habits: Layout) -> Iterator[str]:
    """The lines of a value that begins at `column` of a line that is already there: the first one without indentation."""
    if isinstance(value, str | bool) or not value:
        yield from _inline(value, column, column, fold=False)
        return
    if isinstance(value, Mapping):
        lines = [line for key, child in value.items() for line in entry_lines(key, child, column, habits)]
    else:
        lines = [line for child in value for line in item_lines(child, column, habits)]
    yield lines[0].lstrip(" ")
    yield from lines[1:]


def _inline(value: Value, start: int, column: int, fold: bool = True) -> list[str]:
    """A scalar or empty collection behind its key, with the lines below it where a block holds it best."""
    if not isinstance(value, str):
        return [flow(value)]
    style = (
        "|" if "\n" in value.strip("\n") or value.endswith("\n") else ">" if fold and start + len(value) > WIDTH else ""
    )
    written = block(value, style, column) if style else None
    if written is None:
        return [scalar(value)]
    return [written[0], *written[1]]
