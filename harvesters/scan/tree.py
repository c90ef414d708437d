"""The files of a folder that a stranger filled: links are never followed, only regular files opened, everything counted."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from time import monotonic

from .limits import LONGEST_PATH, ScanLimits

_NOT_ENTERED = frozenset({b".git", b".hg", b".jj", b".pijul", b".svn", b".sl", b".bzr"})
VENDORED = frozenset(
    ("vendor", "vendored", "_vendor", "third_party", "thirdparty", "third-party", "3rdparty", "node_modules")
) | {"bower_components", "pods", "extern", "external"}
STEERING = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
"""What steers a terminal or the direction of writing, or is not seen at all."""
MARK = "\N{REPLACEMENT CHARACTER}"
_MOST_NAMED = 20


@dataclass(slots=True)
class Counted:
    """What was met on the way: numbers of what was left aside by its kind, and why the way ended before its end."""

    files: int = 0
    bytes: int = 0
    read: int = 0
    links: int = 0
    special: int = 0
    submodules: int = 0
    deep: int = 0
    unreadable: int = 0
    large_count: int = 0
    vendored: dict[str, int] = field(default_factory=dict)
    more_files: bool = False
    too_many_bytes: bool = False
    too_slow: bool = False

    @property
    def stopped(self) -> bool:
        """Whether the rest was not looked at."""
        return self.more_files or self.too_many_bytes or self.too_slow


@dataclass(frozen=True, slots=True)
class Met:
    """One regular file: its path, its size, its content (None: not read); `path` is the path as it may be shown, cut if long."""

    raw: bytes
    path: str
    size: int
    content: bytes | None


def shown(path: bytes) -> str:
    """A path as text in one line in which nothing steers; what is no UTF-8, or a control character, is a mark.

    >>> shown(b"a\\nb/\\xff")
    'a�b/�'
    """
    text = STEERING.sub(MARK, path.decode("utf-8", "replace"))
    return text if len(text) <= LONGEST_PATH else f"{text[:LONGEST_PATH]}…"


class Tree:
    """The files below `root`, in order; `counted` is complete when all were met.

    Args:
        root: the folder.
        limits: what is read at most.
        only: paths to keep to (as bytes, `/` between names); None: all.

    """

    def __init__(self, root: str, limits: ScanLimits, only: Collection[bytes] | None = None) -> None:
        self.counted = Counted()
        self._root, self._limits, self._only = root, limits, only
        self._folders = None if only is None else {b""} | {folder for path in only for folder in _above(path)}
        self._deadline = monotonic() + limits.seconds
        self._entries, self._cut = 0, False

    def __iter__(self) -> Iterator[Met]:
        opened = os.open(self._root, os.O_RDONLY | os.O_DIRECTORY)
        stack = [(opened, b"", iter(self._names(opened)))]
        try:
            while stack and not self.counted.stopped:
                folder, above, names = stack[-1]
                name = next(names, None)
                if name is None:
                    os.close(stack.pop()[0])
                    continue
                path = above + name
                kind = self._status(name, folder)
                if kind is None:
                    continue
                if stat.S_ISDIR(kind.st_mode):
                    below = self._entered(name, path, folder, len(stack))
                    if below is not None:
                        stack.append((below, path + b"/", iter(self._names(below))))
                elif self._only is None or path in self._only:
                    yield from self._met(name, path, folder, kind)
            self.counted.more_files = self.counted.more_files or self._cut
        finally:
            for folder, _, _ in stack:
                os.close(folder)

    def _names(self, folder: int) -> list[bytes]:
        """The names in an open folder in order; no more of them than may be met at all: empty folders cost as much as files."""
        left = 2 * self._limits.files + 1000 - self._entries
        with os.scandir(folder) as entries:
            names = [os.fsencode(entry.name) for entry in islice(entries, left + 1)]
        self._cut = self._cut or len(names) > left
        self._entries += len(names[:left])
        return sorted(names[:left])

    def _status(self, name: bytes, folder: int) -> os.stat_result | None:
        if monotonic() > self._deadline:
            self.counted.too_slow = True
            return None
        try:
            return os.stat(name, dir_fd=folder, follow_symlinks=False)
        except OSError:  # gone meanwhile, or no right to look
            self.counted.unreadable += 1
            return None

    def _entered(self, name: bytes, path: bytes, folder: int, depth: int) -> int | None:
        """The folder, opened; None where it is not gone into."""
        if name in _NOT_ENTERED:
            return None
        if self._only is not None and path in self._only:  # Git lists a submodule as a file
            self.counted.submodules += 1
            return None
        if self._folders is not None and path not in self._folders:
            return None
        if depth >= self._limits.depth:
            self.counted.deep += 1
            return None
        try:
            return os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
        except OSError:
            self.counted.unreadable += 1
            return None

    def _met(self, name: bytes, path: bytes, folder: int, kind: os.stat_result) -> Iterator[Met]:
        counted, limits = self.counted, self._limits
        if stat.S_ISLNK(kind.st_mode):
            counted.links += 1
            return
        if not stat.S_ISREG(kind.st_mode):
            counted.special += 1
            return
        if counted.files >= limits.files:
            counted.more_files = True
            return
        counted.files += 1
        counted.bytes += kind.st_size
        label = shown(path)
        self._note_vendored(path)
        if kind.st_size > limits.file_bytes:
            counted.large_count += 1
            yield Met(path, label, kind.st_size, None)
            return
        if counted.read + kind.st_size > limits.total_bytes:
            counted.too_many_bytes = True
            return
        content = self._content(name, folder)
        counted.read += len(content or b"")
        yield Met(path, label, kind.st_size, content)

    def _content(self, name: bytes, folder: int) -> bytes | None:
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        try:
            number = os.open(name, flags, dir_fd=folder)
        except OSError:
            self.counted.unreadable += 1
            return None
        with os.fdopen(number, "rb", buffering=0) as file, suppress(OSError):
            status = os.fstat(number)
            if stat.S_ISREG(status.st_mode):  # what was met may be another thing by now
                # Room for what is asked for is made before it is read.
                return file.read(min(self._limits.file_bytes, status.st_size))
        self.counted.unreadable += 1
        return None

    def _note_vendored(self, path: bytes) -> None:
        parts = path.split(b"/")[:-1]
        for depth, part in enumerate(parts):
            if part.decode("ascii", "replace").lower() in VENDORED:
                folder = shown(b"/".join(parts[: depth + 1]))
                if folder in self.counted.vendored or len(self.counted.vendored) < _MOST_NAMED:
                    self.counted.vendored[folder] = self.counted.vendored.get(folder, 0) + 1
                return


def _above(path: bytes) -> Iterator[bytes]:
    while b"/" in path:
        path = path.rpartition(b"/")[0]
        yield path
