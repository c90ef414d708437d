"""Edits of a publiccode.yml that leave everything else as it is, byte for byte: comments, order, quotes, line breaks.

The text is never written anew from its values: of the files that agencies publish, most would come out with other line breaks
and indentation. Only the characters of the place in question are cut out and put in.

Every edit looks at its own result. What the file then says must be what it said before and the change, nothing else;
where it is not, the edit is refused and the text stays. So an alias is never edited in one of its places only: a place that
names an alias gets the value written out, the place that an alias repeats cannot be edited.

    edits = Edits(text)
    edits.set(("legal", "license"), "EUPL-1.2")
    edits.text
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from ..document import Document, parse
from ..finding import message
from ..nodes import Kind, Path
from .changes import Change, EditError, Remove, Rename, Set, changed, nowhere, typed
from .spans import BREAK
from .splices import Planner, Splice
from .writing import Value

BOM = "\ufeff"
MOST_IN_TURN = 20  # changes that are tried one after the other where they cannot be made together


class Edits:
    """A text and what was changed in it.

    Raises:
        EditError: the text cannot be read, by the judgement of `parse()`.

    """

    def __init__(self, text: str) -> None:
        self._mark = BOM if text.startswith(BOM) else ""
        self._text = text.removeprefix(BOM)
        self._document = _read(self._text)
        self._planner: Planner | None = None
        self._lines = list(range(1, len(BREAK.findall(self._text)) + 2))

    @property
    def text(self) -> str:
        """The text with all edits made so far."""
        return self._mark + self._text

    @property
    def document(self) -> Document:
        """What the text says now."""
        return self._document

    def line(self, line: int) -> int:
        """The line (from 1) that `line` was in the text that the edits began with; 0 stays 0."""
        return self._lines[min(line, len(self._lines)) - 1] if line > 0 else 0

    def set(self, path: Path, value: Value) -> None:
        """Writes `value` at `path`: instead of what is there, or as a new key where the standard's table puts it.

        A new key follows the nearest key of the table before it, indented as the file does it; sections above it that are
        missing are made. A section or list that is there keeps those of its entries that are the same.

        Raises:
            EditError: it cannot be done; the text is as before.

        """
        self.apply(Set(path, value))

    def replace_scalar(self, path: Path, value: str | bool) -> None:
        """Writes `value` instead of the text, number or boolean at `path`, in the quotes that are there where they do.

        Raises:
            EditError: there is no scalar, or it cannot be done; the text is as before.

        """
        node = self._document.node(path)
        if node is None or node.kind in (Kind.LIST, Kind.MAPPING):
            raise nowhere(path)
        self.apply(Set(path, value))

    def rename_key(self, path: Path, key: str) -> None:
        """Gives the key at `path` the name `key`, at the same place.

        Raises:
            EditError: it cannot be done; the text is as before.

        """
        self.apply(Rename(path, key))

    def remove(self, path: Path) -> None:
        """Takes out the entry or item at `path`, with what is written behind it on its lines and below it.

        A section or list that is left empty goes, too. Comment lines directly above go where they stand above nothing
        else: where no other entry follows without an empty line or a comment before it; those that open the file stay.

        Raises:
            EditError: it cannot be done; the text is as before.

        """
        self.apply(Remove(path))

    def apply(self, *changes: Change) -> None:
        """Makes all `changes`, each told by the places in the text as it is now, or none of them.

        Raises:
            EditError: one of them cannot be made; the text is as before.

        """
        before = (self._text, self._document, self._planner, self._lines)
        try:
            self._apply(changes)
        except EditError:
            if not 1 < len(changes) <= MOST_IN_TURN:
                raise
            # Two changes may need the same characters, such as two keys of a section that is not there yet.
            try:
                for change in changes:
                    self._apply([change])
            except EditError:
                self._text, self._document, self._planner, self._lines = before
                raise

    def _apply(self, changes: Sequence[Change]) -> None:
        root = self._document.root
        says = typed(root) if root else {}
        for change in changes:
            says = changed(says, change)
        self._planner = self._planner or Planner(self._document, self._text)
        splices = sorted(
            (splice for change in changes for splice in self._planner.splices(change)),
            key=lambda splice: (splice.start, splice.end),
        )
        path = changes[0].path if changes else ()
        text = _spliced(self._text, splices, path)
        document = self._document if text == self._text else _read(text, path)
        if document.root is None or typed(document.root) != says:
            raise EditError(path, message("the change would reach other places of the file as well"))
        self._lines = _moved(self._lines, self._text, splices)
        self._text, self._document, self._planner = text, document, None


def _read(text: str, path: Path = ()) -> Document:
    try:
        document = parse(text.encode())
    except UnicodeEncodeError:  # half a character, which only a caller can have put there
        document = Document(text, None)
    if document.root is None:
        reason = message("the file could not be read with this change") if path else message("the file cannot be read")
        raise EditError(path, reason)
    return document


def _spliced(text: str, splices: Sequence[Splice], path: Path) -> str:
    parts = []
    position = 0
    for splice in splices:
        if splice.start < position:
            raise EditError(path, message("the change would reach other places of the file as well"))
        parts += [text[position : splice.start], splice.text]
        position = splice.end
    return "".join([*parts, text[position:]])


def _moved(lines: list[int], text: str, splices: Sequence[Splice]) -> list[int]:
    """Where the lines came from, after `splices`: what is put in came from the line where it is put in."""
    breaks = [match.end() - 1 for match in BREAK.finditer(text)]
    result: list[int] = []
    position, fresh = 0, True  # fresh: a line has begun, and what comes next says where it came from
    for splice in (*splices, Splice(len(text), len(text), "")):
        line = bisect_left(breaks, splice.start)
        if splice.start > position:
            first = bisect_left(breaks, position)
            result += lines[first : first + 1] * fresh + lines[first + 1 : line + 1]
            fresh = text[splice.start - 1] in "\r\n"
            del result[len(result) - fresh :]
        if splice.text:
            result += lines[line : line + 1] * (fresh + len(BREAK.findall(splice.text)))
            fresh = splice.text.endswith(("\n", "\r"))
            del result[len(result) - fresh :]
        position = splice.end
    return result + lines[-1:] * fresh
