"""The text of a Word (.docx) or OpenDocument (.odt) document: one XML file in an archive, read piece by piece, no tree is made."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from xml.parsers import expat

from .unreadable import LONGEST, Unreadable

_MOST_MEMBERS = 5_000
_LARGEST_MEMBER = 40 * 1024 * 1024  # unpacked; a tender of 300 pages has some three
_DEEPEST = 200
_PIECE = 64 * 1024
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main "
_STRICT_W = "http://purl.oclc.org/ooxml/wordprocessingml/main "
_TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0 "
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 "
_MANIFEST = b"manifest:encryption-data"

# What ends a line, what stands for a blank or a line end, and what is no text of the document, in either format.
_ENDS = {"p", "h", "tr"}
_BLANKS = {"tab": " ", "br": "\n", "cr": "\n", "s": " ", "line-break": "\n", "noBreakHyphen": "-"}
_HIDDEN = {
    "del",
    "instrText",
    "delText",
    "tracked-changes",
    "annotation",
    "moveFrom",
    "note-citation",
    "script",
    "forms",
}


def text_of(content: bytes) -> tuple[str, str]:
    """The text and the kind, docx or odt.

    Raises:
        Unreadable: it is no such document, damaged, protected, or larger than is read.

    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = archive.namelist()
            if len(names) > _MOST_MEMBERS:
                raise Unreadable("large", "the list of its parts")
            if "word/document.xml" in names:
                return _text(archive, "word/document.xml"), "docx"
            if "content.xml" in names:
                if "META-INF/manifest.xml" in names and _MANIFEST in b"".join(
                    _pieces(archive, "META-INF/manifest.xml")
                ):
                    raise Unreadable("password")
                return _text(archive, "content.xml"), "odt"
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError) as error:
        raise Unreadable("broken", "the archive") from error
    raise Unreadable("zip")


def _pieces(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """What is in a part of the archive, piece by piece; bounded by what comes, for an archive may claim any size."""
    member = archive.getinfo(name)
    if member.flag_bits & 1:
        raise Unreadable("password")
    if member.file_size > _LARGEST_MEMBER:
        raise Unreadable("large", name)
    left = _LARGEST_MEMBER
    with archive.open(member) as file:
        while piece := file.read(_PIECE):
            left -= len(piece)
            if left < 0:
                raise Unreadable("large", name)
            yield piece


class _Enough(Exception):
    """More text than is read."""


def _text(archive: zipfile.ZipFile, name: str) -> str:
    reader = _Reader(name)
    try:
        for piece in _pieces(archive, name):
            reader.parser.Parse(piece, False)
        reader.parser.Parse(b"", True)
    except _Enough:
        pass
    except expat.ExpatError as error:
        raise Unreadable(
            "broken", f"{name}:{reader.parser.CurrentLineNumber}:{reader.parser.CurrentColumnNumber}"
        ) from error
    return "".join(reader.said)


class _Reader:
    """Takes the characters of paragraphs; declarations of types and entities are refused as soon as they begin."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.said: list[str] = []
        self._length = 0
        self._depth = 0
        self._hidden = 0  # the depth at which something that is no text began
        self._taken = 0  # elements open whose characters are text
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.StartDoctypeDeclHandler = self._declared
        self.parser.EntityDeclHandler = self._declared

    def _declared(self, *_: object) -> None:
        raise Unreadable("entities", self.name)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise Unreadable("deep", self.name)
        space, _, kind = tag.rpartition(" ")
        if self._hidden:
            return
        if kind in _HIDDEN:
            self._hidden = self._depth
        elif _takes(space, kind):
            self._taken += 1
        if kind in _BLANKS and space + " " in (_W, _STRICT_W, _TEXT):
            self._say(_BLANKS[kind])
        elif kind in ("numPr", "list-item") and (not self.said or self.said[-1] != "• "):
            self._say("• ")

    def _end(self, tag: str) -> None:
        space, _, kind = tag.rpartition(" ")
        if self._hidden:
            if self._hidden == self._depth:
                self._hidden = 0
        elif _takes(space, kind):
            self._taken -= 1
        if kind in _ENDS:
            self._say("\n")
        self._depth -= 1

    def _characters(self, text: str) -> None:
        if self._taken and not self._hidden:
            self._say(text)

    def _say(self, text: str) -> None:
        self.said.append(text)
        self._length += len(text)
        if self._length > LONGEST + 1_000:
            raise _Enough


def _takes(space: str, kind: str) -> bool:
    """Whether characters in this element are text: `w:t` of Word, paragraphs and headings of OpenDocument."""
    if space + " " in (_W, _STRICT_W):
        return kind == "t"
    return space + " " == _TEXT and kind in ("p", "h")
