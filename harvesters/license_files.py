"""The licence files of a folder on this machine, as a harvest reads those of a repository."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from ..schemas.candidate import EXECUTABLE, REGULAR, SYMLINK, RepositoryFile
from .wanted_files import LICENSES_FOLDER, MAX_LICENSE_BYTES, MAX_LICENSE_FILES, MAX_TARGET_BYTES, is_license_name


def license_files(folder: Path) -> tuple[RepositoryFile, ...] | None:
    """The licence files at the root of `folder` and in its LICENSES/; links are followed, but not out of it.

    None where none is there and `folder` is no checkout: then nobody can say that the repository has none. A file that
    cannot be read, or is too large, has no content.
    """
    found = tuple(_read(folder, path) for path in license_paths(folder))
    return found if found or (folder / ".git").exists() else None


def license_paths(folder: Path) -> list[str]:
    """The paths of the licence files in a folder, those at its root first."""
    names = [name for name in _names(folder) if is_license_name(name) and name != LICENSES_FOLDER]
    below = [f"{LICENSES_FOLDER}/{name}" for name in _names(folder / LICENSES_FOLDER)]
    return [path for path in (*names, *below) if _is_file(folder / path)][:MAX_LICENSE_FILES]


def _names(folder: Path) -> list[str]:
    """The names in a folder that is there itself: none behind a link."""
    try:
        return [] if folder.name == LICENSES_FOLDER and folder.is_symlink() else sorted(os.listdir(folder))  # noqa: PTH208
    except OSError:
        return []


def _is_file(path: Path) -> bool:
    try:
        mode = path.lstat().st_mode
    except OSError:
        return False
    return stat.S_ISREG(mode) or stat.S_ISLNK(mode)


def _read(folder: Path, path: str) -> RepositoryFile:
    file = folder / path
    try:
        if not file.is_symlink():
            return RepositoryFile(path, *_content(file))
        target = os.readlink(file)[:MAX_TARGET_BYTES]  # noqa: PTH115 (as written)
        inside = Path(os.path.realpath(file)).is_relative_to(os.path.realpath(folder))
        content, _, size = _content(file) if inside else (None, 0, None)
        return RepositoryFile(path, content, SYMLINK, size, target)
    except OSError:  # no right to read, a link to nothing or to itself
        return RepositoryFile(path, None, SYMLINK if file.is_symlink() else REGULAR)


def _content(file: Path) -> tuple[bytes | None, int, int | None]:
    """Content, mode and size; no content of what is larger than a harvest reads, or is no file."""
    if not file.is_file():  # behind a link anything may be: a folder, a device that never ends
        return None, REGULAR, None
    with file.open("rb") as stream:
        content = stream.read(MAX_LICENSE_BYTES + 1)
        size = max(os.fstat(stream.fileno()).st_size, len(content))
    mode = EXECUTABLE if os.access(file, os.X_OK) else REGULAR
    return content if size <= MAX_LICENSE_BYTES else None, mode, size
