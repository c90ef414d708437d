"""XML → records of named fields. No document type, so no entity but the five of XML; depth, fields and length are bounded."""

from __future__ import annotations

from collections.abc import Container
from xml.parsers import expat

from ...schemas.finding import message
from ..errors import HostUnavailable
from . import MAX_ENTRIES, MAX_FIELD

MAX_DEPTH = 20
MAX_FIELDS = 200  # of one record


class _Refused(ValueError):
    """The document has what we do not read."""


def xml_records(text: str, url: str, fields: Container[str]) -> list[tuple[dict[str, str], str]]:
    """The elements that hold one of `fields` (in any case of letters) as children: their children's texts, and their source.

    Raises:
        HostUnavailable: it is no XML, or one that we do not read.

    """
    content = text.encode("utf-8", "replace")
    reader = _Reader(content, fields)
    try:
        reader.read()
    except (expat.ExpatError, _Refused) as error:
        raise HostUnavailable(message("{url} is no XML that is read here: {reason}", url=url, reason=error)) from error
    return reader.records


class _Reader:
    """Builds records from events; the tree is never kept."""

    def __init__(self, content: bytes, fields: Container[str]) -> None:
        self.content, self.fields = content, fields
        self.records: list[tuple[dict[str, str], str]] = []
        self.open: list[tuple[int, dict[str, str]]] = []  # each element: where it begins, the texts of its children
        self.text: list[str] = []
        self.length = 0
        self.parser = expat.ParserCreate("utf-8")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters

    def read(self) -> None:
        self.parser.Parse(self.content, True)

    def _doctype(self, *_: object) -> None:
        raise _Refused("document type")

    def _start(self, name: str, _: dict[str, str]) -> None:
        if len(self.open) == MAX_DEPTH:
            raise _Refused("too deep")
        self.open.append((self.parser.CurrentByteIndex, {}))
        self.text, self.length = [], 0

    def _characters(self, text: str) -> None:
        self.length += len(text)
        if self.length <= MAX_FIELD + len(text):  # one character too many is kept, so that the reader sees it
            self.text.append(text[: MAX_FIELD + 1])

    def _end(self, name: str) -> None:
        begun, fields = self.open.pop()
        if any(field.lower() in self.fields for field in fields):
            if len(self.records) > MAX_ENTRIES:
                raise _Refused("too many entries")
            end = self.content.index(b">", self.parser.CurrentByteIndex) + 1
            self.records.append((fields, self.content[begun:end].decode("utf-8")))
        elif self.open:
            # A list is written as elements in an element, or as the same element several times.
            text = "".join(self.text).strip() or ";".join(filter(None, fields.values()))
            _add(self.open[-1][1], name, text)
        self.text, self.length = [], 0


def _add(fields: dict[str, str], name: str, text: str) -> None:
    before = fields.get(name, "")
    if name not in fields and len(fields) < MAX_FIELDS:
        fields[name] = text
    elif before and text and len(before) <= MAX_FIELD:
        fields[name] = f"{before};{text}"
