"""From the root of a repository to a Candidate, for hosts that are asked for a tree and then for one file after another.

The tree tells of which kind a name is before any content is read; what is read is checked against its id in the tree.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from hashlib import sha1, sha256
from typing import Any, NamedTuple, Protocol

from ...schemas.candidate import EXECUTABLE, FOLDER, REGULAR, SUBMODULE, SYMLINK, Candidate, Repository, RepositoryFile
from ..wanted_files import (
    LICENSES_FOLDER,
    MAX_LICENSE_BYTES,
    MAX_LICENSE_FILES,
    MAX_PUBLICCODE_BYTES,
    MAX_TARGET_BYTES,
    PUBLICCODE_NAMES,
    is_license_name,
    link_target,
    telling,
)
from .json_api import required, strange
from .port import Answer

MAX_ENTRIES = 10_000


class Entry(NamedTuple):
    """One line of a tree; `size` is None where the host does not tell it there."""

    name: str
    mode: int
    oid: str
    size: int | None = None


class Blob(NamedTuple):
    """A file's content, None where it is larger than was asked for, and its size."""

    content: bytes | None
    size: int | None


class Files(Protocol):
    """What a host gives of one repository at one commit. Raises only HostError."""

    head: str
    """The commit; empty as long as the host has not told it."""

    def folder(self, path: str, entry: Entry) -> list[Entry]:
        """What lies in a folder."""

    def blob(self, path: str, entry: Entry, limit: int) -> Blob:
        """The file at a path."""


class Moved(Exception):
    """A file is not the one that the tree named: the branch moved on meanwhile."""


def read_root(repository: Repository, tree: Iterable[Entry], files: Files) -> Answer:
    """The publiccode.yml and the licence files of a repository with that root.

    Raises:
        HostError: a file cannot be read.
        Moved: the tree is out of date.

    """
    root = {entry.name: entry for entry in sorted(tree, key=_as_git_sorts)}
    told = replace(repository, facts={**repository.facts, "files": telling(root)})
    name = next((name for name in PUBLICCODE_NAMES if name in root), None)
    if name is None:
        return Answer(replace(told, head=files.head or repository.head))
    file = _publiccode(root[name], files)
    texts = _licenses(root, files)
    known = replace(repository, head=files.head or repository.head)
    return Answer(replace(told, head=known.head), Candidate(file, known, texts))


def _publiccode(entry: Entry, files: Files) -> RepositoryFile:
    """The publiccode.yml; a link is named, never followed."""
    if entry.mode == SYMLINK:
        return _file(entry.name, entry, None, _text(files.blob(entry.name, entry, MAX_TARGET_BYTES)))
    blob = files.blob(entry.name, entry, MAX_PUBLICCODE_BYTES) if is_blob(entry) else None
    return _file(entry.name, entry, blob)


def _licenses(root: dict[str, Entry], files: Files) -> tuple[RepositoryFile, ...]:
    """The licence files; links are followed, once, to regular files at the root or in LICENSES/."""
    known = dict(root)
    paths = [name for name, entry in root.items() if is_blob(entry) and is_license_name(name)]
    folder = root.get(LICENSES_FOLDER)
    if folder is not None and folder.mode == FOLDER:
        below = sorted(files.folder(LICENSES_FOLDER, folder), key=_as_git_sorts)
        inside = {f"{LICENSES_FOLDER}/{entry.name}": entry for entry in below if is_blob(entry)}
        known |= inside
        paths += inside
    read: dict[tuple[str, int], Blob] = {}

    def blob(path: str, entry: Entry, limit: int) -> Blob:
        if (entry.oid, limit) not in read:
            read[entry.oid, limit] = files.blob(path, entry, limit)
        return read[entry.oid, limit]

    found = []
    for path in paths[:MAX_LICENSE_FILES]:
        entry = known[path]
        if entry.mode != SYMLINK:
            found.append(_file(path, entry, blob(path, entry, MAX_LICENSE_BYTES)))
            continue
        target = _text(blob(path, entry, MAX_TARGET_BYTES))
        place = link_target(path, target) or ""
        source = known.get(place)
        followed = source is not None and is_blob(source) and source.mode != SYMLINK
        found.append(
            _file(path, entry, blob(place, source, MAX_LICENSE_BYTES) if source and followed else None, target)
        )
    return tuple(found)


def _file(path: str, entry: Entry, blob: Blob | None, target: str = "") -> RepositoryFile:
    mode = entry.mode
    if is_blob(entry) and mode != SYMLINK:
        mode = EXECUTABLE if mode & 0o100 else REGULAR  # the older 100664 as today's
    return RepositoryFile(path, blob.content if blob else None, mode, blob.size if blob else None, target)


def _text(blob: Blob) -> str:
    return (blob.content or b"").decode("utf-8", "replace")


def is_blob(entry: Entry) -> bool:
    """Whether it is a file or a link."""
    return entry.mode == SYMLINK or entry.mode & 0o170000 == 0o100000


def _as_git_sorts(entry: Entry) -> bytes:
    """Hosts list folders first; Git sorts a folder as if its name ended with a slash."""
    return entry.name.encode("utf-8", "surrogatepass") + (b"/" if entry.mode == FOLDER else b"")


def read_entries(values: Sequence[dict[str, Any]], url: str, *, name: str, oid: str) -> list[Entry]:
    """The entries of a tree from a host's JSON, where `name` and `oid` are its words for these.

    Raises:
        HostUnavailable: it is no tree.

    """
    entries = []
    for value in values:
        mode, size = required(str, value, "mode", url), value.get("size")
        entry = Entry(required(str, value, name, url), _mode(mode, url), required(str, value, oid, url))
        if not entry.name or "/" in entry.name or "\0" in entry.name or not is_object_id(entry.oid):
            raise strange(url, "tree")
        known = isinstance(size, int) and not isinstance(size, bool) and size >= 0
        entries.append(entry._replace(size=size if known else None))
    return entries


def _mode(text: str, url: str) -> int:
    if not 5 <= len(text) <= 7 or not set(text) <= set("01234567"):
        raise strange(url, "mode")
    mode = int(text, 8)
    return {0o100000: mode, 0o120000: SYMLINK, 0o160000: SUBMODULE, 0o040000: FOLDER}.get(mode & 0o170000, SUBMODULE)


def is_object_id(text: str) -> bool:
    """Whether the text has the form of Git's ids, of SHA-1 or SHA-256."""
    return len(text) in (40, 64) and set(text) <= set("0123456789abcdef")


def is_content_of(content: bytes, oid: str) -> bool:
    """Whether a file with that content has that id: a page of a proxy or half a file has not."""
    digest = sha256() if len(oid) == 64 else sha1(usedforsecurity=False)
    digest.update(b"blob %d\0" % len(content) + content)
    return digest.hexdigest() == oid
