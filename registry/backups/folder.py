"""Which files of the data folder are its own, and folders that exist only while a backup or a restore is under way."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Set
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import make_url

from ..settings import Settings
from .archive import MOST_FILES, BackupError, is_inside

BACKUPS, RESTORED_SETTINGS = "backups", "restored-settings.env"
# Made from the database, or of the moment: left out of a backup without a word.
_DERIVED = {BACKUPS, RESTORED_SETTINGS, "index", "schedule"}
_KEYS = {".pem", ".key"}  # of a GitHub App, of a TLS certificate: a backup travels
_WORKING, _LOCK = ".publiccode-", "lock"
_ABANDONED = 3600  # seconds after which a working folder without a lock is nobody's


def sqlite_file(url: str) -> Path | None:
    """The file of a SQLite database; None for another one."""
    address = make_url(url)
    return Path(address.database or "") if address.get_backend_name() == "sqlite" else None


def own_files(settings: Settings, without: Set[Path]) -> tuple[list[str], list[str]]:
    """The paths of files in the data folder that nothing else gives again; and of what is left out (links, sockets, keys).

    `without` are files and folders that do not count, resolved.

    Raises:
        BackupError: there are too many.

    """
    database = sqlite_file(settings.database)
    skipped = set(without)
    if database is not None:
        skipped |= {Path(f"{database.resolve()}{end}") for end in ("", "-wal", "-shm", "-journal")}
    kept: list[str] = []
    left_out: list[str] = []
    for path in _walk(settings.data, skipped) if settings.data.is_dir() else ():
        name = path.relative_to(settings.data).as_posix()
        plain = path.is_file() and not path.is_symlink() and is_inside(name)
        (kept if plain and path.suffix not in _KEYS else left_out).append(name)
        if len(kept) + len(left_out) > MOST_FILES - 2:
            raise BackupError(
                f"{settings.data.absolute()} holds more than {MOST_FILES} files that are not ours; next: keep them elsewhere"
            )
    return kept, left_out


def _walk(folder: Path, skipped: Set[Path], top: bool = True) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        derived = top and (path.name in _DERIVED or path.suffix == ".lock")
        if derived or path.name.startswith(_WORKING) or path.resolve() in skipped:
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _walk(path, skipped, top=False)
        else:
            yield path


@contextmanager
def working_folder(place: Path, purpose: str) -> Iterator[Path]:
    """A folder in `place` that nobody else may read, and that is gone afterwards; clears what killed processes left there."""
    _sweep(place)
    folder = Path(tempfile.mkdtemp(prefix=f"{_WORKING}{purpose}-", dir=place))
    try:
        with (folder / _LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _sweep(place: Path) -> None:
    for folder in place.glob(f"{_WORKING}*-*"):
        if folder.is_symlink() or not folder.is_dir():
            continue
        try:
            with (folder / _LOCK).open("r+") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
        except FileNotFoundError:
            if folder.stat().st_mtime < time.time() - _ABANDONED:
                shutil.rmtree(folder, ignore_errors=True)
        except OSError:  # it is being used, or another user's
            continue


def settle(new: Path, file: Path) -> None:
    """Gives a finished file its name, in one step that a crash does not undo."""
    new.replace(file)
    descriptor = os.open(file.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
