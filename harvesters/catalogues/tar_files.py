"""The files of a tar archive, compressed by gzip or not, read from the front; nothing is inflated beyond the limits.

Our own reader, because `tarfile` takes lengths of headers as they come and calls itself for each.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator

BLOCK = 512
MAX_HEADER = 64 * 1024  # of a long name, or of a header in pax form
PIECE = 64 * 1024
GZIP = b"\x1f\x8b"
_REGULAR, _LONG_NAME, _PAX = (b"0", b"\0", b"7"), b"L", b"x"


class TarError(ValueError):
    """The archive cannot be read on; the text says why."""


def is_tar(content: bytes) -> bool:
    """Whether these bytes are a tar archive, or gzip, in which one is looked for."""
    return content.startswith(GZIP) or content[257:262] == b"ustar"


def tar_files(
    content: bytes, wanted: Callable[[str], bool], *, most_inflated: int, most_members: int, most_bytes: int
) -> Iterator[tuple[str, bytes | None]]:
    """The path and content of each regular file that is wanted; None for one that is longer than `most_bytes`.

    Raises:
        TarError: it is damaged, or exceeds the limits.

    """
    stream = _Stream(content, most_inflated)
    name = ""  # of the next member, where a header of its own tells it
    size: int | None = None
    for _ in range(most_members):
        header = stream.read(BLOCK)
        if not header.strip(b"\0"):
            return
        kind, length = _kind(header), _number(header[124:136])
        if kind in (_LONG_NAME, _PAX):
            if length > MAX_HEADER:
                raise TarError("a header is too long")
            data = _data(stream, length)
            if kind == _LONG_NAME:
                name = _name(data)
            else:
                name, size = _pax(data, name, size)
            continue
        path = name or _path(header)
        length = length if size is None else size
        if kind in _REGULAR and wanted(path):
            if length <= most_bytes:
                yield path, _data(stream, length)
            else:
                stream.skip(length + -length % BLOCK)
                yield path, None
        else:
            stream.skip(length + -length % BLOCK)
        name, size = "", None
    raise TarError("too many files")


class _Stream:
    """The bytes of the archive, inflated as they are asked for."""

    def __init__(self, content: bytes, most: int) -> None:
        self._rest = memoryview(content)
        self._left = most
        self._inflate = zlib.decompressobj(31) if content.startswith(GZIP) else None
        self._ready = bytearray()

    def read(self, length: int) -> bytes:
        """Exactly `length` bytes; none at the very end."""
        while len(self._ready) < length and self._more():
            pass
        if self._ready and len(self._ready) < length:
            raise TarError("it ends too early")
        found = bytes(self._ready[:length])
        del self._ready[:length]
        return found

    def skip(self, length: int) -> None:
        while length > 0:
            piece = self.read(min(length, PIECE))
            if not piece:
                raise TarError("it ends too early")
            length -= len(piece)

    def _more(self) -> bool:
        if self._inflate is None:
            piece = bytes(self._rest[:PIECE])
            self._rest = self._rest[PIECE:]
        else:
            piece = self._inflated(self._inflate)
        self._left -= len(piece)
        if self._left < 0:
            raise TarError("too large")
        self._ready += piece
        return bool(piece)

    def _inflated(self, inflate: zlib._Decompress) -> bytes:
        while True:
            if inflate.eof:
                after = inflate.unused_data
                if not after.startswith(GZIP) and not bytes(self._rest[:2]).startswith(GZIP):
                    return b""
                inflate = self._inflate = zlib.decompressobj(31)
                data: bytes = after
            else:
                data = inflate.unconsumed_tail
            if not data:
                data = bytes(self._rest[:PIECE])
                self._rest = self._rest[PIECE:]
            try:
                piece = inflate.decompress(data, PIECE)
            except zlib.error as error:
                raise TarError("it cannot be decompressed") from error
            if piece:
                return piece
            if not data:
                if not inflate.eof:
                    raise TarError("it ends too early")
                return b""


def _data(stream: _Stream, length: int) -> bytes:
    data = stream.read(length + -length % BLOCK)
    if len(data) < length:
        raise TarError("it ends too early")
    return data[:length]


def _kind(header: bytes) -> bytes:
    """The member's kind, of a header whose sum is right."""
    total = sum(header[:148]) + 8 * 32 + sum(header[156:])
    if len(header) != BLOCK or _number(header[148:156]) != total:
        raise TarError("a header is damaged")
    return header[156:157]


def _number(field: bytes) -> int:
    """Octal digits, or binary where the first bit is set (GNU)."""
    if field[:1] == b"\x80":
        return int.from_bytes(field[1:], "big")
    try:
        return max(0, int(field.strip(b" \0") or b"0", 8))
    except ValueError as error:
        raise TarError("a header is damaged") from error


def _path(header: bytes) -> str:
    prefix = _name(header[345:500]) if header[257:263] == b"ustar\0" else ""
    return f"{prefix}/{_name(header[:100])}" if prefix else _name(header[:100])


def _name(field: bytes) -> str:
    return field.partition(b"\0")[0].decode("utf-8", "replace")


def _pax(data: bytes, name: str, size: int | None) -> tuple[str, int | None]:
    """Path and size of the next member, of records such as `20 path=a/b.yml`."""
    while data:
        digits, _, _ = data.partition(b" ")
        length = int(digits) if digits.isdigit() and len(digits) < 8 else 0
        if not len(digits) + 1 < length <= len(data):
            raise TarError("a header is damaged")
        key, _, value = data[len(digits) + 1 : length].rstrip(b"\n").partition(b"=")
        if key == b"path":
            name = _name(value)
        elif key == b"size" and value.isdigit() and len(value) < 20:
            size = int(value)
        data = data[length:]
    return name, size
