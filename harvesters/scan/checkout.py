"""The files of one commit of a stranger's repository, written into a folder of ours: no links, no devices, no `.git`.

The pack comes by the one way out and is read within bounds; names are made harmless before anything is created, and each
file is created anew within a folder that we made. Nothing of the repository's configuration is ever on the disk.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from ...schemas.candidate import FOLDER, SYMLINK, Repository
from ...schemas.finding import Message, message
from ..errors import HostUnavailable
from ..hosts.git import GitSmartHttp
from ..hosts.git_protocol import ProtocolError, TreeEntry, read_commit_tree, read_tree
from ..hosts.pack import Pack, PackError, PackLimits
from ..http import Http
from .limits import ScanLimits

_TREE_BYTES = 32 * 1024 * 1024
_LONGEST_NAME = 200  # bytes; file systems take 255
_STEERING = re.compile(r"[\x00-\x1f\x7f-\x9f/\\:\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
# `.git` in the spellings that some file system takes for it.
_GIT = re.compile(r"\.git|git~[0-9]+", re.IGNORECASE)
# Stands for the content of a file that was left out: REUSE counts it as a file, as what it is.
_LEFT_OUT = b"\0"


@dataclass(slots=True)
class Written:
    """What was written of a commit, and what was left aside."""

    commit: str
    files: int = 0
    bytes: int = 0
    links: int = 0
    submodules: int = 0
    left_out: int = 0
    refused: int = 0
    renamed: int = 0
    linked: list[str] = field(default_factory=list)  # the paths of the first links
    messages: list[Message] = field(default_factory=list)


def head_of(url: str, http: Http, locate: Callable[[str], str]) -> Repository:
    """The repository at `url` with the commit of its default branch (`head` None: it is empty); one request.

    Raises:
        HostError: it does not answer.

    """
    return GitSmartHttp(http, locate).repository(Repository(url))


def fetch(
    repository: Repository, folder: Path, http: Http, locate: Callable[[str], str], limits: ScanLimits
) -> Written:
    """Writes the files of `repository.head` into `folder`, which must be empty.

    Raises:
        HostError: they cannot be had, or are more than the limits allow at all.

    """
    largest = limits.file_bytes
    data = GitSmartHttp(http, locate).whole(repository, largest, limits.pack_bytes, limits.seconds)
    bounds = PackLimits(3 * limits.files + 1000, max(largest, _TREE_BYTES), 2 * limits.total_bytes)
    try:
        writing = _Writing(Pack(data, bounds), limits, repository.head or "")
        writing.commit(folder)
    except (PackError, ProtocolError) as error:
        raise HostUnavailable(
            message("{url} sends files that are not read: {reason}", url=repository.url, reason=error), 200
        ) from error
    return writing.written


class _Writing:
    """Writes the trees of one pack."""

    def __init__(self, pack: Pack, limits: ScanLimits, commit: str) -> None:
        self._pack, self._limits = pack, limits
        self.written = Written(commit)
        self._root = Path()
        self._entries = 0
        self._deadline = monotonic() + limits.seconds

    def commit(self, folder: Path) -> None:
        """All of the commit, as far as the limits go."""
        self._root = folder
        root = read_commit_tree(self._content(self.written.commit, "commit"))
        waiting = [(root, folder, 1)]
        while waiting:
            tree, place, depth = waiting.pop()
            taken: set[str] = set()
            for entry in read_tree(self._content(tree, "tree")):
                self._entries += 1
                if self._is_enough():
                    return
                below = self._entry(entry, place, taken, depth)
                if below is not None:
                    waiting.append((entry.oid, below, depth + 1))

    def _is_enough(self) -> bool:
        limits, written = self._limits, self.written
        if written.files >= limits.files or self._entries > 2 * limits.files + 1000:
            said = message("Scanned {count} of more files", count=f"{written.files:,}")
        elif written.bytes > limits.total_bytes:
            said = message("Scanned {megabytes} MB of more", megabytes=limits.total_bytes // 2**20)
        elif monotonic() > self._deadline:
            said = message("Scanned what was read in {seconds} seconds, of more files", seconds=limits.seconds)
        else:
            return False
        written.messages.append(said)
        return True

    def _entry(self, entry: TreeEntry, place: Path, taken: set[str], depth: int) -> Path | None:
        """Writes one entry; gives the folder that was made for it."""
        written = self.written
        if entry.mode == SYMLINK:
            written.links += 1
            if len(written.linked) < 1000:
                written.linked.append((place / _named(entry.name, set())).relative_to(self._root).as_posix())
            return None
        if entry.mode != FOLDER and entry.mode & 0o170000 != 0o100000:
            written.submodules += 1
            return None
        if entry.name in ("", ".", "..") or _GIT.fullmatch(entry.name.rstrip(". ")):
            written.refused += 1
            return None
        name = _named(entry.name, taken)
        written.renamed += name != entry.name
        path = place / name
        try:
            if entry.mode == FOLDER:
                if depth >= self._limits.depth or len(os.fsencode(path)) > 3000:
                    written.refused += 1
                    return None
                path.mkdir(mode=0o700)
                return path
            self._file(entry.oid, path)
        except FileExistsError:  # a file system that takes capitals and small letters for one
            written.refused += 1
        return None

    def _file(self, oid: str, path: Path) -> None:
        found = self._pack.get(oid, self._limits.file_bytes)
        content = found.content if found is not None and found.type == "blob" else None
        if content is None:
            self.written.left_out += 1
            content = _LEFT_OUT
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), 0o600)
        with os.fdopen(number, "wb") as file:
            file.write(content)
        self.written.files += 1
        self.written.bytes += len(content)

    def _content(self, oid: str, kind: str) -> bytes:
        found = self._pack.get(oid, _TREE_BYTES)
        if found is None or found.type != kind or found.content is None:
            raise ProtocolError(f"the {kind} {oid} is missing or too large")
        return found.content


def _named(name: str, taken: set[str]) -> str:
    """`name` as a file may be called here: what steers or parts a path is a mark, what is too long is cut; none twice."""
    plain = _STEERING.sub("\N{REPLACEMENT CHARACTER}", name)
    if len(plain.encode("utf-8", "replace")) > _LONGEST_NAME:
        digest = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:12]
        plain = plain.encode("utf-8", "replace")[: _LONGEST_NAME - 20].decode("utf-8", "ignore") + f"…{digest}"
    chosen, number = plain, 1
    while chosen in taken:
        number += 1
        chosen = f"{plain}~{number}"
    taken.add(chosen)
    return chosen
