"""The text of a new publiccode.yml: what is known, and for each mandatory key without a value a line that says what to write.

Such a line is a comment at the key's place, so that the file can be completed in any editor from top to bottom. What may
be written stands on lines of its own, which may stay:

    # developmentStatus: How far the software is today.
    #   one of: concept, development, beta, stable, obsolete
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from ..candidate import Candidate, RepositoryFile
from ..editing import Edits
from ..editing.changes import Set
from ..editing.writing import Layout, Value, entry_lines, item_lines, scalar
from ..finding import Finding, Message, message
from ..nodes import Path, key_text
from ..rules import key_required
from ..standard import Type
from ..structure import Branch, tree
from ..validator import assess
from ..vocabularies import key_example, key_help, label, labels

NEW = 'publiccodeYmlVersion: "0"\n'

# What the maintenance type makes mandatory, see the rules contacts-given and contractors-given.
_BY_TYPE = {"maintenance.contacts": ("internal", "community"), "maintenance.contractors": ("contract",)}
_WIDEST = 140  # columns of a comment line
_SENTENCES = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])")
_HABITS = Layout()

Notes: TypeAlias = Mapping[Path, Sequence[Message]]
NO_NOTES: Notes = {}


def new_file(values: Mapping[Path, Value], language: str, notes: Notes = NO_NOTES) -> str:
    """A publiccode.yml that says `values`, in the order of the standard's table.

    The lines about what is missing are in `language`; `notes` stand below those of their place. Without a description, one
    in that language is begun; an empty section at `("description", tag)` begins one in another. Empty texts and lists count as
    missing.

    Raises:
        EditError: one of the values cannot be written.

    """
    said = _nested(values)
    pieces = _Pieces(language, notes)
    parts = list(pieces.of_root(said))
    opening = [f"# {text.in_language(language)}" for text in (_HOW, _HOW_LISTS)] if pieces.missing else []
    if opening:
        parts.insert(0, opening)
    lines: list[str] = []
    for number, part in enumerate(parts):
        if number and (len(part) > 1 or len(parts[number - 1]) > 1 or parts[number - 1] is opening):
            lines.append("")
        lines += part
    return "\n".join(lines) + "\n"


def missing(values: Mapping[Path, Value], language: str) -> dict[Path, Branch]:
    """The mandatory places that have no value, in the order of the table, with their lines of it; see `new_file`.

    Raises:
        EditError: one of the values cannot be written.

    """
    pieces = _Pieces(language)
    for _ in pieces.of_root(_nested(values)):
        pass
    return pieces.missing


def objections(path: Path, value: Value) -> tuple[Finding, ...]:
    """What the rules say about `value` at `path`, warnings too, but not what is missing; nothing: it may be taken over.

    Raises:
        EditError: the value cannot be written there.

    """
    edits = Edits(NEW)
    edits.set(path, value)
    key = key_text(path)
    return tuple(
        finding
        for finding in assess(Candidate(RepositoryFile("publiccode.yml", None)), edits.document).findings
        if finding.rule != key_required.ID and (finding.key == key or finding.key.startswith((f"{key}.", f"{key}[")))
    )


# What is said beside the file


def left_out(keys: str) -> Message:
    """Which keys have no value yet."""
    return message("Still missing: {keys}", keys=keys)


def next_step(file: str, valid: bool, complete: bool) -> Message:
    """What to do with the new file."""
    if valid:
        return message("Next: read {file} once more, and commit it at the root of the repository.", file=file)
    if complete:
        return message("Next: correct {file}, then run: publiccode validate {file}", file=file)
    return message(
        "Next: complete the lines of {file} that begin with #, then run: publiccode validate {file}", file=file
    )


def objected(finding: Finding, language: str) -> str:
    """What a rule objects to, and the next step, as sentences of this language."""
    stop = "。" if language.startswith("zh") else ". "
    return f"{finding.message.in_language(language)}{stop}{finding.help.in_language(language)}".rstrip()


def about_license(license_: str) -> Message:
    """Why a licence that was met is not taken over."""
    return message(
        "The metadata of the repository names {license}. It is not taken over: write it if the owner of the rights agrees.",
        license=license_,
    )


def license_by_text(license_: str, files: str) -> Message:
    """Where a licence that is written comes from."""
    return message(
        "legal.license: {license} is what the text in {files} says. Take it out where the owner of the rights says otherwise.",
        license=license_,
        files=files,
    )


def two_licenses(named: str, found: str, files: str) -> Message:
    """Why none is written where metadata and text differ."""
    return message(
        "The metadata of the repository names {named}, the text in {files} is that of {found}. Write the one that the owner "
        "of the rights has chosen.",
        named=named,
        found=found,
        files=files,
    )


def versions_open(found: str, files: str) -> Message:
    """Why none is written where a text of the GPL family stands alone."""
    base = found.removesuffix("-only")
    return message(
        "The text in {files} does not say whether later versions may be chosen. Write the one that the owner of the rights "
        "has chosen: {choices}.",
        files=files,
        choices=f"{base}-only, {base}-or-later",
    )


def stopped_at(key: str) -> Message:
    """What becomes of the answers where the reader stops at the question for `key`."""
    return message("Stopped at {key}. What is known so far goes into the file.", key=key)


TAKEN_OVER = message("Taken over from what the repository shows:")
ENTER = message("Enter leaves a question out; the file then has a line about it.")
WORDS = message("Several: put commas between them.")
SENTENCES = message("Several: put semicolons between them.")
NUMBERS = message("Write a number of this list, a value, or its name.")

_HOW = message(
    "Lines with “# ” and a key are still missing: write the value in place of the explanation, and remove the “# ” before the key."
)
_BOOLEAN = message("true for yes, false for no")
_HOW_LISTS = message(
    "A list has no value there, but items below: remove its explanation, and the “# ” before “- ”. Other lines with # may stay."
)


def _nested(values: Mapping[Path, Value]) -> Mapping[str, Value]:
    edits = Edits(NEW)
    edits.apply(*(Set(path, value) for path, value in values.items()))
    return edits.document.values or {}


class _Pieces:
    """Writes the sections of one file, and notes the mandatory places that have no value."""

    def __init__(self, language: str, notes: Notes = NO_NOTES) -> None:
        self.language, self.notes = language, notes
        self.missing: dict[Path, Branch] = {}

    def of_root(self, values: Mapping[str, Value]) -> Iterator[list[str]]:
        """The lines of each key of the top level."""
        return self._section(tree("0"), (), values, 0)

    def _section(self, branch: Branch, path: Path, values: Mapping[str, Value], column: int) -> Iterator[list[str]]:
        if branch.any is not None and not values:
            values = {self.language: {}}
        # What the table does not know comes last: it was asked for, and the validator says what it thinks of it.
        for name in (*branch.keys, *(name for name in values if name not in branch.keys)):
            below = branch.keys.get(name) or branch.any
            lines = list(self._entry(below, (*path, name), values.get(name), column, values))
            if lines:
                yield lines

    def _entry(
        self, branch: Branch | None, path: Path, value: Value | None, column: int, around: Mapping[str, Value]
    ) -> Iterator[str]:
        """The lines of one key; none where it is optional and has no value."""
        name = str(path[-1])
        is_section = branch is not None and bool(branch.keys or branch.any)
        if branch is not None and is_section and (value is None or isinstance(value, Mapping)):
            if value or branch.key.required or branch.key.path.endswith("*"):
                yield " " * column + scalar(name) + ":"
                for lines in self._section(branch, path, value or {}, column + _HABITS.step):
                    yield from lines
        elif value not in (None, "", [], {}):
            yield from self._given(branch, path, value, column)
        elif branch is not None:
            yield from self._hinted(branch, path, column, around)

    def _given(self, branch: Branch | None, path: Path, value: Value | None, column: int) -> Iterator[str]:
        items = branch.item if branch is not None else None
        if items is None or not items.keys or not isinstance(value, Sequence) or isinstance(value, str):
            yield from entry_lines(str(path[-1]), value or False, column, _HABITS)
            return
        yield " " * column + scalar(str(path[-1])) + ":"
        for number, item in enumerate(value):
            yield from self._item(items, (*path, number), item, column + _HABITS.dash)

    def _item(self, branch: Branch, path: Path, value: Value, column: int) -> Iterator[str]:
        if not value or not isinstance(value, Mapping):
            yield from item_lines(value, column, _HABITS)
            return
        lines = [line for part in self._section(branch, path, value, column + 2) for line in part]
        yield " " * column + "- " + lines[0].lstrip(" ")
        yield from lines[1:]

    def _hinted(self, branch: Branch, path: Path, column: int, around: Mapping[str, Value]) -> Iterator[str]:
        """The comment lines about a key without a value, where it is mandatory or may be so by the maintenance type."""
        by_type, kind = _BY_TYPE.get(branch.key.path, ()), around.get("type")
        if branch.key.required or kind in by_type:
            self.missing[path] = branch
        elif kind or not by_type:
            return
        for row in _hint(branch, str(path[-1]), column, self.language, by_type):
            yield " " * column + f"# {row}"
        for note in self.notes.get(path, ()):
            for row in _wrapped(note.in_language(self.language), _WIDEST - column - 2):
                yield " " * column + f"# {row}"


def _hint(branch: Branch, name: str, column: int, language: str, by_type: Sequence[str]) -> Iterator[str]:
    """What to write for a key: the first sentences of its help; below it the values of a closed list, or the form of a list.

    `by_type`: the maintenance types that make it mandatory.
    """
    key, room = branch.key, _WIDEST - column - 2
    yield f"{name}: {shortened(key_help(key.path, language), room - len(name) - 2)}"
    if by_type:
        listed = enumerated([_named("maintenance-types", value, language) for value in by_type], language)
        yield from _wrapped(message("needed where type is: {values}", values=listed).in_language(language), room)
    if key.type is Type.BOOLEAN:
        yield f"  {_BOOLEAN.in_language(language)}"
    if key.listed:
        listed = enumerated([_named(key.listed, value, language) for value in labels(key.listed)], language)
        yield from _wrapped(message("one of: {values}", values=listed).in_language(language), room)
    items = branch.item
    if items is not None:
        mandatory = {part: key_example(below.key.path) for part, below in items.keys.items() if below.key.required}
        yield from item_lines(mandatory or key_example(key.path), 2, _HABITS)


def _named(vocabulary: str, value: str, language: str) -> str:
    """A value of a closed list, with its name where that is not in the language of the value."""
    return value if language == "en" else f"{value} {label(vocabulary, value, language)}"


def enumerated(words: Iterable[str], language: str) -> str:
    """The words with the commas that enumerate in this language."""
    return ("、" if language.startswith("zh") else ", ").join(words)


def _wrapped(text: str, room: int) -> Iterator[str]:
    """The text in lines that are indented by two columns and end behind a comma."""
    line = "  "
    for piece in re.findall(r"[^、,]*[、,]? ?", text):
        if _columns(line + piece.rstrip()) > room:
            yield line.rstrip()
            line = "  "
        line += piece
    yield line.rstrip()


def shortened(text: str, room: int) -> str:
    """The first sentences of `text`, as many as fit into `room` columns; of the first at least its beginning."""
    first, *rest = _SENTENCES.split(text)
    if _columns(first) > room:
        while _columns(first) >= room:
            first = first[: max(first.rfind(" "), 0) or -1]
        return f"{first}…"
    for sentence in filter(None, rest):
        longer = f"{first}{' ' if first.isascii() else ''}{sentence}"
        if _columns(longer) > room:
            break
        first = longer
    return first


def _columns(text: str) -> int:
    """How wide the text is: letters of Chinese and Japanese count twice."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
