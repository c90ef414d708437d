"""Makes bare Git repositories from given files: what the demonstration and the tests harvest.

dulwich writes them in this process: a repository costs about four milliseconds, no more than starting `git` once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from dulwich.object_store import BaseObjectStore
from dulwich.objects import Blob, Commit, ObjectID, Tree
from dulwich.refs import Ref
from dulwich.repo import Repo

AUTHOR = b"publiccode demo <demo@publiccode.example>"


@dataclass(frozen=True, slots=True)
class Symlink:
    """A symbolic link to `target`, as written."""

    target: str


@dataclass(frozen=True, slots=True)
class Submodule:
    """A submodule at `commit` (40 hexadecimal digits)."""

    commit: str


File = bytes | Symlink | Submodule


def lay_out(
    target: Path,
    files: Mapping[str, File],
    date: datetime,
    *,
    message: str = "Publish",
    tags: Iterable[str] = (),
    branch: str = "main",
    filters: bool = True,
) -> str:
    """Makes the bare repository `target` hold `files`, or updates it; the same input gives the same commit.

    Args:
        target: the folder, made if missing.
        files: path within the repository → content; empty: a new repository gets no commit.
        date: of the commit, with time zone.
        message: of the commit.
        tags: names of tags to set on the commit.
        branch: the default branch, which the commit goes to.
        filters: the server lets clients leave objects out (uploadpack.allowFilter).

    Returns: the id of the head commit, empty where there is none. A new commit is made only where the files changed;
        the one before is its parent.

    Raises:
        ValueError: a path is absolute, leads out, or is a file here and a folder there.

    """
    if target.exists():
        repository = Repo(str(target))
    else:
        target.mkdir(parents=True)
        repository = Repo.init_bare(str(target), default_branch=branch.encode())
        config = repository.get_config()
        config.set((b"uploadpack",), b"allowFilter", filters)
        config.write_to_path()
    with repository:
        reference = Ref(b"refs/heads/" + branch.encode())
        parent = repository.refs.read_loose_ref(reference)
        if not files and parent is None:
            return ""
        tree = _write_tree(repository.object_store, _nested(files))
        head = ObjectID(parent) if parent else None
        if head is None or _tree_of(repository, head) != tree:
            commit = _commit(tree, head, date, message)
            repository.object_store.add_object(commit)
            head = commit.id
            repository.refs[reference] = head
        for tag in tags:
            repository.refs[Ref(b"refs/tags/" + tag.encode())] = head
        return head.decode()


def _commit(tree: ObjectID, parent: ObjectID | None, date: datetime, message: str) -> Commit:
    offset = date.utcoffset()
    if offset is None:
        raise ValueError("the date has no time zone")
    commit = Commit()
    commit.tree, commit.parents = tree, [parent] if parent else []
    commit.author = commit.committer = AUTHOR
    commit.author_time = commit.commit_time = int(date.timestamp())
    commit.author_timezone = commit.commit_timezone = int(offset.total_seconds())
    commit.message = message.encode() + b"\n"
    return commit


def _tree_of(repository: Repo, head: ObjectID) -> ObjectID:
    commit = repository[head]
    if not isinstance(commit, Commit):
        raise ValueError(f"{head.decode()} is no commit")
    return ObjectID(commit.tree)


Folder = dict[str, "File | Folder"]


def _nested(files: Mapping[str, File]) -> Folder:
    root: Folder = {}
    for path, file in files.items():
        parts = PurePosixPath(path).parts
        if not parts or path.startswith("/") or ".." in parts or ".git" in parts:
            raise ValueError(f"{path!r} is no path within a repository")
        folder = root
        for part in parts[:-1]:
            inner = folder.setdefault(part, {})
            if not isinstance(inner, dict):
                raise ValueError(f"{path!r}: {part!r} is a file and a folder")
            folder = inner
        if parts[-1] in folder:
            raise ValueError(f"{path!r} is there twice")
        folder[parts[-1]] = file
    return root


def _write_tree(store: BaseObjectStore, folder: Folder) -> ObjectID:
    tree = Tree()
    for name, file in folder.items():
        if isinstance(file, dict):
            tree.add(name.encode(), 0o040000, _write_tree(store, file))
        elif isinstance(file, Submodule):
            tree.add(name.encode(), 0o160000, ObjectID(file.commit.encode()))
        else:
            blob = Blob.from_string(file.target.encode() if isinstance(file, Symlink) else file)
            store.add_object(blob)
            tree.add(name.encode(), 0o120000 if isinstance(file, Symlink) else 0o100644, blob.id)
    store.add_object(tree)
    return tree.id
