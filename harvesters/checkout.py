"""Files, folders and checkouts on this machine as sources: the publiccode.yml files below a name, and the facts beside each.

Nothing here leaves the machine. What a file of a stranger names is looked for inside its own folder only.
"""

from __future__ import annotations

import os
import re
import subprocess
import zlib
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from ..registry.settings import git_environment
from ..schemas.addresses import without_user
from ..schemas.candidate import EXECUTABLE, REGULAR, SYMLINK, Candidate, Named, Repository, RepositoryFile, Tag
from ..schemas.document import MAX_BYTES
from ..schemas.suggestions import nearest

NAMES = ("publiccode.yml", "publiccode.yaml")
MOST_TAGS = 200
MOST_NAMED = 500  # paths looked up for one file
_GIT_SECONDS = 10
_SKIPPED = {".git", "node_modules", ".venv", "vendor"}


def files_below(path: Path, any_name: bool = False) -> Iterator[Path]:
    """The files that `path` stands for.

    A file, or whatever is no folder, stands for itself; a folder for its publiccode.yml (or .yaml); a folder without one for
    all files of these names below it. `any_name`: a folder stands for all `*.yml` and `*.yaml` below it. Links to folders
    are not followed, hidden ones and those of other people's packages not entered.

    Raises:
        OSError: a folder cannot be read.

    """
    if not path.is_dir():
        yield path
        return
    here = next((path / name for name in NAMES if os.path.lexists(path / name)), None)
    if here is not None and not any_name:
        yield here
        return
    for folder, folders, names in os.walk(path, onerror=_raise):
        folders[:] = sorted(name for name in folders if name not in _SKIPPED)
        wanted = sorted(names) if any_name else [name for name in NAMES if name in names]
        yield from (Path(folder, name) for name in wanted if name.endswith((".yml", ".yaml")) and name[0] != ".")


def _raise(error: OSError) -> None:
    raise error


def similar_name(path: Path) -> str:
    """A file directly in the folder `path` whose name is nearly that of a publiccode.yml; empty where there is none."""
    names = sorted(os.listdir(path)) if path.is_dir() else []  # noqa: PTH208
    return next((name for name in names[:1000] if name not in NAMES and nearest(name, NAMES)), "")


def read_file(path: Path) -> RepositoryFile:
    """The file at `path`, at most MAX_BYTES of it; a link is not followed.

    Raises:
        OSError: it cannot be read.

    """
    if path.is_symlink():
        return RepositoryFile(path.name, None, SYMLINK, target=str(path.readlink()))
    with path.open("rb") as file:
        content = file.read(MAX_BYTES + 1)
        size = max(os.fstat(file.fileno()).st_size, len(content))
    mode = EXECUTABLE if os.access(path, os.X_OK) else REGULAR
    return RepositoryFile(path.name, content if size <= MAX_BYTES else None, mode, size)


def checked_out(file: RepositoryFile, folder: Path) -> Candidate:
    """The file with what Git knows about `folder`, where that is a checkout: the repository's address and its tags."""
    if not (folder / ".git").exists():
        return Candidate(file)
    address = _git(folder, "config", "--get", "remote.origin.url").strip()
    known = re.match(r"https?://|ssh://|git@", address)
    address = without_user(address)
    refs = _git(
        folder,
        "for-each-ref",
        "--sort=-creatordate",
        f"--count={MOST_TAGS}",
        "--format=%(creatordate:short) %(refname:strip=2)",
        "refs/tags",
    )
    return Candidate(file, Repository(address) if known else None, tags=tuple(_tags(refs)))


def commit_of(folder: Path) -> str:
    """The commit that is checked out in `folder`; empty where that is no checkout."""
    found = _git(folder, "rev-parse", "--verify", "--quiet", "HEAD").strip() if (folder / ".git").exists() else ""
    return found if re.fullmatch(r"[0-9a-f]{40,64}", found) else ""


def _tags(refs: str) -> Iterator[Tag]:
    for line in refs.splitlines():
        day, _, name = line.partition(" ")
        try:
            yield Tag(name, date.fromisoformat(day))
        except ValueError:
            yield Tag(name)


def _git(folder: Path, *arguments: str) -> str:
    """What Git answers in `folder`; empty where it has none, is not installed, or does not trust the folder."""
    command = ["git", "-C", str(folder), "-c", "core.fsmonitor=false", *arguments]
    try:
        done = subprocess.run(  # noqa: S603 (the words are ours; the folder is one argument)
            command,
            env=git_environment(),
            capture_output=True,
            timeout=_GIT_SECONDS,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""


def look_up(folder: Path, paths: Iterable[str]) -> dict[str, Named]:
    """What is at each of `paths` (relative to `folder`); the first MOST_NAMED of them are looked up."""
    found: dict[str, Named] = {}
    for path in paths:
        if len(found) >= MOST_NAMED:
            break
        if path not in found:
            found[path] = _at(folder, path)
    return found


def _at(folder: Path, path: str) -> Named:
    root = os.path.realpath(folder)
    try:
        real = os.path.realpath(os.path.join(root, path))  # noqa: PTH118 (a path of a stranger stays text)
        if not real.startswith(os.path.join(root, "")) or not _spelt_so(root, path):  # noqa: PTH118
            return Named.MISSING
        file = Path(real)
        if not file.is_file():
            return Named.MISSING
        if path.lower().endswith(".png"):
            with file.open("rb") as stream:
                return Named.FILE if _is_png(stream.read(33)) else Named.BROKEN_IMAGE
    except (OSError, ValueError):  # a name too long, a NUL, a loop of links, no right to read
        return Named.MISSING
    return Named.FILE


def _spelt_so(root: str, path: str) -> bool:
    """Whether each step of `path` is spelt as its folder lists it: some file systems take `Logo.PNG` for `logo.png`."""
    folder = Path(root)
    for step in Path(path).parts:
        if step not in (".", "..") and step not in os.listdir(folder):  # noqa: PTH208
            return False
        folder = folder / step
    return True


def _is_png(head: bytes) -> bool:
    """A signature, and a header whose checksum is right (PNG, third edition, sections 5.2, 5.3 and 11.2.1)."""
    if head[:8] != b"\x89PNG\r\n\x1a\n" or head[8:16] != b"\x00\x00\x00\rIHDR" or len(head) < 33:
        return False
    return zlib.crc32(head[12:29]) == int.from_bytes(head[29:33], "big") and 0 not in (
        int.from_bytes(head[16:20], "big"),
        int.from_bytes(head[20:24], "big"),
    )
