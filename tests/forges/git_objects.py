"""Git's objects of one repository: from a bare repository on disk, or computed from a mapping without any disk."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, Protocol

from dulwich import objects as git
from dulwich.objects import ObjectID
from dulwich.refs import Ref
from dulwich.repo import Repo as BareRepository

from publiccode.web.demo.bare_repositories import File, Submodule, Symlink, lay_out

BLOB, LINK, TREE, COMMIT = 0o100644, 0o120000, 0o040000, 0o160000
PERSON = "publiccode demo <demo@publiccode.example>"


class Entry(NamedTuple):
    """One line of a tree; `mode` tells a file from a link, a folder and a submodule."""

    name: str
    mode: int
    oid: str

    @property
    def type(self) -> str:
        return {TREE: "tree", COMMIT: "commit"}.get(self.mode, "blob")


class Commit(NamedTuple):
    """A commit; `person` is "Name <address>"."""

    oid: str
    tree: str
    parents: tuple[str, ...]
    person: str
    date: datetime
    message: str
    signed: bool


class Objects(Protocol):
    """What a forge reads of a repository. Unknown ids give None."""

    @property
    def head(self) -> str:
        """The id of the default branch's commit; empty where there is none."""

    @property
    def tags(self) -> Mapping[str, str]:
        """Names and commits of the tags."""

    def commit(self, oid: str) -> Commit | None: ...

    def tree(self, oid: str) -> tuple[Entry, ...] | None: ...

    def blob(self, oid: str) -> bytes | None: ...

    def push(
        self, files: Mapping[str, File], date: datetime, *, message: str, tags: Iterable[str], person: str, signed: bool
    ) -> None: ...


def object_id(kind: str, content: bytes) -> str:
    """The id that Git gives to an object."""
    return hashlib.sha1(b"%s %d\0%s" % (kind.encode(), len(content), content), usedforsecurity=False).hexdigest()


@lru_cache(maxsize=200_000)
def blob_id(content: bytes) -> str:
    """The id of a file; thousands of repositories share a licence's text."""
    return object_id("blob", content)


class ComputedObjects:
    """The objects of a repository that is a mapping of paths to files. Ids are Git's own; they are counted when asked for."""

    def __init__(self) -> None:
        self._tags: dict[str, str] = {}
        self._pending: list[tuple[Mapping[str, File], datetime, str, tuple[str, ...], str, bool]] = []
        self._head = ""
        self._commits: dict[str, Commit] = {}
        self._trees: dict[str, tuple[Entry, ...]] = {}
        self._blobs: dict[str, bytes] = {}

    @property
    def head(self) -> str:
        self._count()
        return self._head

    @property
    def tags(self) -> Mapping[str, str]:
        self._count()
        return self._tags

    def commit(self, oid: str) -> Commit | None:
        self._count()
        return self._commits.get(oid)

    def tree(self, oid: str) -> tuple[Entry, ...] | None:
        self._count()
        return self._trees.get(oid)

    def blob(self, oid: str) -> bytes | None:
        self._count()
        return self._blobs.get(oid)

    def push(
        self, files: Mapping[str, File], date: datetime, *, message: str, tags: Iterable[str], person: str, signed: bool
    ) -> None:
        """Adds a commit; no files and no commit before: the repository stays empty."""
        self._pending.append((files, date, message, tuple(tags), person, signed))

    def _count(self) -> None:
        while self._pending:
            files, date, message, tags, person, signed = self._pending.pop(0)
            if not files and not self._head:
                continue
            tree = self._write_tree(files)
            before = self._commits.get(self._head)
            if before is None or before.tree != tree:
                self._write_commit(tree, date, message, person, signed)
            self._tags |= dict.fromkeys(tags, self._head)

    def _write_commit(self, tree: str, date: datetime, message: str, person: str, signed: bool) -> None:
        parents = (self._head,) if self._head else ()
        when = f"{person} {int(date.timestamp())} {date:%z}"
        lines = [f"tree {tree}", *(f"parent {oid}" for oid in parents), f"author {when}", f"committer {when}"]
        self._head = object_id("commit", "\n".join([*lines, "", message, ""]).encode())
        self._commits[self._head] = Commit(self._head, tree, parents, person, date, message, signed)

    def _write_tree(self, files: Mapping[str, File]) -> str:
        inside: dict[str, dict[str, File]] = {}
        entries = []
        for path, file in files.items():
            name, _, rest = path.partition("/")
            if rest:
                inside.setdefault(name, {})[rest] = file
            elif isinstance(file, Submodule):
                entries.append(Entry(name, COMMIT, file.commit))
            else:
                content = file.target.encode() if isinstance(file, Symlink) else file
                oid = blob_id(content)
                self._blobs[oid] = content
                entries.append(Entry(name, LINK if isinstance(file, Symlink) else BLOB, oid))
        entries += [Entry(name, TREE, self._write_tree(below)) for name, below in inside.items()]
        # Git sorts a folder as if its name ended with a slash.
        entries.sort(key=lambda entry: (f"{entry.name}/" if entry.mode == TREE else entry.name).encode())
        oid = object_id(
            "tree", b"".join(b"%o %s\0%s" % (mode, name.encode(), bytes.fromhex(oid)) for name, mode, oid in entries)
        )
        self._trees[oid] = tuple(entries)
        return oid


@dataclass
class StoredObjects:
    """The objects of a bare repository on disk, which Git can be asked for as well."""

    path: Path
    branch: str = "main"
    filters: bool = True

    def __post_init__(self) -> None:
        self._known: dict[str, Commit | tuple[Entry, ...] | bytes | None] = {}

    @property
    def head(self) -> str:
        return self._refs().get(f"refs/heads/{self.branch}", "")

    @property
    def tags(self) -> Mapping[str, str]:
        refs = self._refs()
        return {name.removeprefix("refs/tags/"): oid for name, oid in refs.items() if name.startswith("refs/tags/")}

    def commit(self, oid: str) -> Commit | None:
        found = self._read(oid)
        return found if isinstance(found, Commit) else None

    def tree(self, oid: str) -> tuple[Entry, ...] | None:
        found = self._read(oid)
        return found if isinstance(found, tuple) and not isinstance(found, Commit) else None

    def blob(self, oid: str) -> bytes | None:
        found = self._read(oid)
        return found if isinstance(found, bytes) else None

    def push(
        self, files: Mapping[str, File], date: datetime, *, message: str, tags: Iterable[str], person: str, signed: bool
    ) -> None:
        """Adds a commit to the bare repository; its author is always the demonstration's, and it is never signed."""
        if signed or person != PERSON:
            raise ValueError("a bare repository's commits have one author and no signature")
        lay_out(self.path, files, date, message=message, tags=tags, branch=self.branch, filters=self.filters)

    def _refs(self) -> dict[str, str]:
        with BareRepository(str(self.path)) as repository:
            return {
                name.decode(): repository.refs[Ref(name)].decode()
                for name in repository.refs.allkeys()
                if name.startswith(b"refs/")
            }

    def _read(self, oid: str) -> Commit | tuple[Entry, ...] | bytes | None:
        if oid not in self._known:
            with BareRepository(str(self.path)) as repository:
                try:
                    self._known[oid] = _converted(repository[ObjectID(oid.encode())])
                except (KeyError, ValueError):
                    return None
        return self._known[oid]


def _converted(found: git.ShaFile) -> Commit | tuple[Entry, ...] | bytes | None:
    if isinstance(found, git.Blob):
        return found.data
    if isinstance(found, git.Tree):
        return tuple(Entry(item.path.decode(), item.mode, item.sha.decode()) for item in found.iteritems())
    if isinstance(found, git.Commit):
        date = datetime.fromtimestamp(found.commit_time, UTC)
        parents = tuple(parent.decode() for parent in found.parents)
        message = found.message.decode().rstrip("\n")
        return Commit(found.id.decode(), found.tree.decode(), parents, found.author.decode(), date, message, False)
    return None


def resolve_path(objects: Objects, tree: str, path: str) -> Entry | None:
    """What lies at a path below a tree; links are not followed, as Git itself does not follow them."""
    entry = Entry("", TREE, tree)
    for part in path.strip("/").split("/") if path.strip("/") else []:
        found = [item for item in objects.tree(entry.oid) or () if item.name == part] if entry.mode == TREE else []
        if not found:
            return None
        entry = found[0]
    return entry
