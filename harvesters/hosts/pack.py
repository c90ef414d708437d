"""Reads objects out of a Git pack that a stranger sent: bounded in number, in bytes and in time.

The format is Git's `gitformat-pack`: a header, the objects, each deflated and either whole or as a delta against
another object of the pack, and a checksum. Whole objects are hashed as they are inflated and not kept; an object is
inflated again when somebody asks for it. So memory holds the pack, a table and a small cache. What `get` gives has the
id that was asked for: ids are computed, never believed.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass

TYPES = {1: "commit", 2: "tree", 3: "blob", 4: "tag"}
OFS_DELTA, REF_DELTA = 6, 7
DIGEST = 20  # SHA-1
PIECE = 64 * 1024
MAX_DELTA_DEPTH = 4095  # Git's own bound (pack.depth)
OVERHEAD = 512  # what inflating a tiny object costs, expressed in bytes of a large one


class PackError(ValueError):
    """The pack is broken, or larger than we read; the text (English) says how."""


@dataclass(frozen=True, slots=True)
class PackLimits:
    """How much is read: `objects` in number, `object_bytes` inflated for one that is asked for or a delta's base,
    `total_bytes` inflated for all together (which bounds the time as well), `cache_bytes` kept in memory.
    """

    objects: int = 200_000
    object_bytes: int = 16 * 1024 * 1024
    total_bytes: int = 512 * 1024 * 1024
    cache_bytes: int = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class PackObject:
    """One object: `type` is commit, tree, blob or tag; `content` is None where `size` exceeds what was asked."""

    type: str
    size: int
    content: bytes | None


@dataclass(frozen=True, slots=True)
class _Entry:
    """Where an object lies: `data` is the offset of its deflated data; `base` is an offset, an id, or 0 if whole."""

    kind: int
    size: int
    data: int
    base: int | bytes


class Pack:
    """The objects of one pack.

    Args:
        data: the whole pack.
        limits: see PackLimits.

    Raises:
        PackError: not a pack, truncated, wrong checksum, or over a limit.

    """

    def __init__(self, data: bytes, limits: PackLimits = PackLimits()) -> None:
        self._data = memoryview(data)
        self._limits = limits
        self._left = limits.total_bytes
        self._entries: dict[int, _Entry] = {}
        self._offsets: dict[bytes, int] = {}
        # Of each object with a known id: its type (that of the whole object below it), and how many deltas lie between.
        self._origins: dict[int, tuple[int, int]] = {}
        self._cache: OrderedDict[int, bytes] = OrderedDict()
        self._cached = 0
        if len(data) < 12 + DIGEST or data[:4] != b"PACK":
            raise PackError("not a Git pack")
        version, count = struct.unpack(">II", data[4:12])
        if version not in (2, 3):
            raise PackError(f"pack version {version} is unknown")
        if count > limits.objects:
            raise PackError(f"{count} objects in the pack, more than {limits.objects}")
        self._end = len(data) - DIGEST
        if hashlib.sha1(self._data[: self._end], usedforsecurity=False).digest() != data[self._end :]:
            raise PackError("the pack's checksum is wrong")
        position = 12
        for _ in range(count):
            position = self._index(position)
        self._deltas = self._identified_deltas()

    def get(self, oid: str, limit: int) -> PackObject | None:
        """The object with the id `oid` (hexadecimal), its content only where it has at most `limit` bytes; else None.

        Raises:
            PackError: it, or a delta on the way to it, is broken or over a limit.

        """
        wanted = bytes.fromhex(oid)
        while wanted not in self._offsets:
            if not next(self._deltas, False):
                return None
        offset = self._offsets[wanted]
        kind, size = TYPES[self._origins[offset][0]], self._result_size(offset)
        return PackObject(kind, size, self._content(offset) if size <= limit else None)

    def _index(self, start: int) -> int:
        """Notes the object at offset `start`, with its id if it is whole; answers where the next one begins."""
        kind, size, position = self._header(start)
        base: int | bytes = 0
        if kind == OFS_DELTA:
            distance, position = self._distance(position)
            base = start - distance
            if base not in self._entries:
                raise PackError("a delta refers to no object")
        elif kind == REF_DELTA:
            base, position = bytes(self._data[position : position + DIGEST]), position + DIGEST
        elif kind not in TYPES:
            raise PackError(f"object type {kind} is unknown")
        self._entries[start] = _Entry(kind, size, position, base)
        digest = hashlib.sha1(_hash_head(kind, size), usedforsecurity=False)
        pieces = _Inflated(self._data, position, self._end, size)
        for piece in pieces:
            self._spend(len(piece))
            digest.update(piece)
        if not base:
            self._offsets[digest.digest()] = start
            self._origins[start] = kind, 0
        return pieces.position

    def _header(self, position: int) -> tuple[int, int, int]:
        byte = self._byte(position)
        kind, size, shift = (byte >> 4) & 7, byte & 15, 4
        while byte & 0x80:
            position += 1
            byte = self._byte(position)
            size |= (byte & 0x7F) << shift
            shift += 7
            if shift > 60:
                raise PackError("an object's size is too large")
        return kind, size, position + 1

    def _distance(self, position: int) -> tuple[int, int]:
        byte = self._byte(position)
        distance = byte & 0x7F
        while byte & 0x80:
            position += 1
            byte = self._byte(position)
            distance = ((distance + 1) << 7) | (byte & 0x7F)
            if distance > self._end:
                raise PackError("a delta refers to no object")
        return distance, position + 1

    def _byte(self, position: int) -> int:
        if position >= self._end:
            raise PackError("the pack is truncated")
        return self._data[position]

    def _spend(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise PackError(f"the objects have more than {self._limits.total_bytes} bytes")

    def _identified_deltas(self) -> Iterator[bool]:
        """Finds the ids of the deltas, one per step: in the pack's order; one that waits for its base follows it."""
        waiting: dict[int | bytes, list[int]] = {}
        for start, entry in self._entries.items():
            queue = [start] if entry.base else []
            while queue:
                offset = queue.pop()
                base = self._entries[offset].base
                below = self._offsets.get(base) if isinstance(base, bytes) else base
                if below is None or below not in self._origins:
                    waiting.setdefault(below or base, []).append(offset)
                    continue
                size = self._result_size(offset)
                if size > self._limits.object_bytes:
                    continue  # nobody asks for one as large as this, nor for one that is made from it
                kind, depth = self._origins[below]
                if depth >= MAX_DELTA_DEPTH:
                    raise PackError("a chain of deltas is too long")
                self._origins[offset] = kind, depth + 1
                oid = hashlib.sha1(_hash_head(kind, size) + self._content(offset), usedforsecurity=False).digest()
                self._offsets.setdefault(oid, offset)
                queue += waiting.pop(oid, []) + waiting.pop(offset, [])
                yield True

    def _result_size(self, offset: int) -> int:
        entry = self._entries[offset]
        if not entry.base:
            return entry.size
        head = b"".join(_head(_Inflated(self._data, entry.data, self._end, entry.size)))
        return _varint(head, _varint(head, 0)[1])[0]

    def _content(self, offset: int) -> bytes:
        """The content of an object whose bases are all known, deltas applied."""
        links: list[int] = []
        while offset not in self._cache:
            links.append(offset)
            base = self._entries[offset].base
            if not base:
                break
            offset = self._offsets[base] if isinstance(base, bytes) else base
        content = self._cache.get(offset, b"")
        for link in reversed(links):
            entry = self._entries[link]
            if entry.size > self._limits.object_bytes:
                raise PackError(f"an object has more than {self._limits.object_bytes} bytes")
            self._spend(entry.size + OVERHEAD)
            data = b"".join(_Inflated(self._data, entry.data, self._end, entry.size))
            content = data if not entry.base else apply_delta(content, data, self._limits.object_bytes)
            self._spend(len(content))
            self._keep(link, content)
        return content

    def _keep(self, offset: int, content: bytes) -> None:
        self._cache[offset] = content
        self._cached += len(content)
        while self._cached > self._limits.cache_bytes:
            self._cached -= len(self._cache.popitem(last=False)[1])


def _hash_head(kind: int, size: int) -> bytes:
    """What Git hashes before an object's content."""
    return b"%s %d\0" % (TYPES.get(kind, "delta").encode(), size)


class _Inflated:
    """The inflated bytes of one object in pieces; `position` is where its deflated bytes end, once all were read."""

    def __init__(self, data: memoryview, position: int, end: int, size: int) -> None:
        self.position = position
        self._data, self._end, self._size = data, end, size

    def __iter__(self) -> Iterator[bytes]:
        inflater, produced, pending = zlib.decompressobj(), 0, b""
        # Small objects are the rule: what is fed in too much comes back as a copy.
        feed = min(PIECE, self._size + 64)
        while not inflater.eof:
            if not pending:
                pending = bytes(self._data[self.position : min(self.position + feed, self._end)])
                self.position += len(pending)
                if not pending:
                    raise PackError("the pack is truncated")
            try:
                piece = inflater.decompress(pending, PIECE)
            except zlib.error as error:
                raise PackError("an object cannot be inflated") from error
            pending = inflater.unconsumed_tail
            produced += len(piece)
            if produced > self._size:
                raise PackError("an object is longer than it says")
            yield piece
        if produced != self._size:
            raise PackError("an object is shorter than it says")
        self.position -= len(inflater.unused_data)


def _head(pieces: _Inflated) -> Iterator[bytes]:
    """The first pieces, enough for the two numbers at the head of a delta."""
    length = 0
    for piece in pieces:
        yield piece
        length += len(piece)
        if length >= 20:
            return


def _varint(data: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if position >= len(data) or shift > 60:
            raise PackError("a delta is broken")
        byte = data[position]
        value |= (byte & 0x7F) << shift
        position, shift = position + 1, shift + 7
        if not byte & 0x80:
            return value, position


def apply_delta(base: bytes, delta: bytes, limit: int) -> bytes:
    """What `delta` makes of `base` (gitformat-pack, "Deltified representation").

    Raises:
        PackError: the delta is broken, was made for another base, or its result has more than `limit` bytes.

    """
    base_size, position = _varint(delta, 0)
    size, position = _varint(delta, position)
    if base_size != len(base):
        raise PackError("a delta was made for another object")
    if size > limit:
        raise PackError(f"an object has more than {limit} bytes")
    result = bytearray()
    while position < len(delta):
        command = delta[position]
        position += 1
        if command & 0x80:
            numbers = []
            for bit in range(7):
                present = command >> bit & 1
                numbers.append(delta[position] if present and position < len(delta) else 0)
                position += present
            start = int.from_bytes(numbers[:4], "little")
            length = int.from_bytes(numbers[4:], "little") or 0x10000
            piece = base[start : start + length]
        else:
            length, piece = command, delta[position : position + command]
            position += command
        if not length or len(piece) != length or position > len(delta) or len(result) + length > size:
            raise PackError("a delta is broken")
        result += piece
    if len(result) != size:
        raise PackError("a delta is broken")
    return bytes(result)
