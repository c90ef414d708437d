"""Backups of an instance: its database at one moment, its own files, its settings without secrets; and the way back."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlmodel import select

from publiccode import __version__

from ..columns import now
from ..erasure import Erased, erase_again
from ..following import reindex
from ..models import ErasureRecord
from ..search.engines import open_index
from ..settings import Settings, settings_file
from ..store import StorageError, Store
from ..upgrade import known, revision, upgrade
from . import snapshots
from .archive import BackupError, Manifest, Piece, digest_of, member_name, read_archive, read_manifest, write_archive
from .folder import BACKUPS, RESTORED_SETTINGS, own_files, settle, sqlite_file, working_folder

__all__ = ["BackupError", "Manifest", "Restored", "backup", "dated", "prune_backups", "read_manifest", "restore"]

_DATED = re.compile(r"publiccode-backup-\d{8}T\d{6}Z\.tar\.gz")


def dated(folder: Path, at: datetime | None = None) -> Path:
    """Where a backup made now lies in a folder of backups."""
    return folder / f"publiccode-backup-{(at or now()).astimezone(UTC):%Y%m%dT%H%M%SZ}.tar.gz"


def prune_backups(folder: Path, keep: int) -> list[Path]:
    """Removes all dated backups in the folder but the `keep` newest; gives those removed."""
    old = sorted(path for path in folder.iterdir() if _DATED.fullmatch(path.name))[:-keep]
    for path in old:
        path.unlink()
    return old


def backup(settings: Settings, store: Store, file: Path, at: datetime | None = None) -> Manifest:
    """Writes a backup of a running instance to `file`, which appears whole or not at all.

    Args:
        settings: of the instance.
        store: its database, at whatever revision: what is to be upgraded is backed up before.
        file: replaced where it exists; its folder is made.
        at: the moment; None: now.

    Raises:
        BackupError, StorageError: what stands in the way; there is no new file.
        OSError: the folder cannot be written.

    """
    found = revision(store)
    if not found:
        raise BackupError(f"the database {store.place} has no tables yet: there is nothing to back up")
    made_at = (at or now()).isoformat()
    try:
        file.parent.mkdir(exist_ok=True)  # the last folder only: a slip of the pen must not make a whole path
    except FileNotFoundError as error:
        raise BackupError(
            f"there is no folder {file.parent.parent}: make it, or see that the disk is mounted"
        ) from error
    with working_folder(file.parent, "backup") as folder:
        database = folder / member_name(0)
        rows = snapshots.take(store, database)
        text, secrets = settings_file()
        (folder / member_name(1)).write_text(text, "utf-8")
        paths, left_out = own_files(settings, _elsewhere(settings, file))
        for number, path in enumerate(
            paths, 2
        ):  # copied first: a file that grows must not break its size in the archive
            shutil.copyfile(settings.data / path, folder / member_name(number))
        kinds = ["database", "settings", *["file"] * len(paths)]
        pieces = tuple(
            Piece(member_name(number), kind, *digest_of(folder / member_name(number)), path)
            for number, (kind, path) in enumerate(zip(kinds, ["", "", *paths], strict=True))
        )
        engine = snapshots.engine_of(store.url)
        manifest = Manifest(__version__, found, made_at, engine, rows, pieces, secrets, tuple(left_out))
        write_archive(folder / "archive", manifest, folder)
        settle(folder / "archive", file)
    return manifest


def _elsewhere(settings: Settings, file: Path) -> frozenset[Path]:
    """What must not go into the backup: itself, and the folder of backups that it lies in."""
    place, data = file.parent.resolve(), settings.data.resolve()
    return frozenset({file.resolve(), data / BACKUPS} | ({place} if place != data else set()))


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did: from which backup, from and to which revision, files put back, entries indexed.

    `erased` are the repositories whose files, and the texts that, named persons who had been taken out since the backup;
    `known_erasures` tells whether there was an instance to ask. `aside` is where a damaged database was moved.
    """

    manifest: Manifest
    revision: str
    files: tuple[str, ...]
    indexed: int
    erased: Sequence[str]
    known_erasures: bool
    aside: Path | None


def restore(settings: Settings, file: Path, replace: bool = False) -> Restored:
    """Makes the instance of these settings the one that was backed up. Whoever calls holds the harvest lock.

    All is unpacked, verified and upgraded beside the instance before anything of it is touched. A SQLite database is then
    replaced in one transaction, so that a server may go on reading.

    Args:
        settings: of the instance.
        file: the backup.
        replace: an instance that is there may be overwritten.

    Raises:
        BackupError, StorageError: what stands in the way; nothing was changed.
        OSError: the folder cannot be written.

    """
    engine = snapshots.engine_of(settings.database)
    settings.data.mkdir(parents=True, exist_ok=True)
    store = Store(settings.database, create=False)
    try:
        with working_folder(settings.data, "restore") as folder:
            manifest = read_archive(file, folder)
            _fits(manifest, engine, file)
            present = snapshots.tables(store)
            _may_overwrite(settings, manifest, store, present, replace)
            erasures = _erasures(store) if "erasure" in present else []
            if engine == "sqlite":
                erased, aside = _put_sqlite(folder / member_name(0), manifest, settings.database, erasures)
            else:
                _put_postgresql(folder / member_name(0), manifest, store, present)
                upgrade(store)
                erased, aside = erase_again(store, erasures, "restore"), None
            files = _put_files(settings, manifest, folder)
        index = open_index(settings.search_engine, settings.index_folder)
        indexed = reindex(store, index, settings.show_only_valid)
        known_erasures = "erasure" in present
        again = [*erased.addresses, *erased.texts]
        return Restored(manifest, revision(store), files, indexed, again, known_erasures, aside)
    finally:
        store.close()


def _fits(manifest: Manifest, engine: str, file: Path) -> None:
    if manifest.engine != engine:
        raise BackupError(
            f"{file} is a backup of {manifest.engine}, the setting DATABASE_URL names {engine}; nothing was changed, "
            f"next: name a database of {manifest.engine}"
        )
    if manifest.revision not in known():
        raise BackupError(
            f"{file} was made by version {manifest.version}, whose tables (revision {manifest.revision}) this version does "
            "not know; nothing was changed, next: install that version or a newer one"
        )


def _may_overwrite(settings: Settings, manifest: Manifest, store: Store, present: set[str], replace: bool) -> None:
    for piece in manifest.pieces:
        parent = (settings.data / (piece.path or RESTORED_SETTINGS)).parent
        if not parent.resolve().is_relative_to(settings.data.resolve()):
            raise BackupError(f"{parent} leads out of the data folder; nothing was changed, next: see what it links to")
    if replace:
        return
    database = sqlite_file(store.url)
    damaged = database is not None and database.exists() and database.stat().st_size > 0
    there = [store.place] if present or damaged else []
    there += [str(settings.data / p.path) for p in manifest.pieces if p.path and (settings.data / p.path).exists()]
    if there:
        raise BackupError(
            f"there is an instance already ({', '.join(there[:3])}); nothing was changed, next: back it up, then restore with "
            "--replace; or name an empty folder as PUBLICCODE_DATA"
        )


def _erasures(store: Store) -> list[ErasureRecord]:
    """Who was taken out of the instance that is to be replaced: an older backup must not bring them back."""
    with store.reading() as session:
        found = list(session.exec(select(ErasureRecord)))
        session.expunge_all()
    return found


def _put_sqlite(
    copy: Path, manifest: Manifest, url: str, erasures: Sequence[ErasureRecord]
) -> tuple[Erased, Path | None]:
    snapshots.check(copy, manifest.rows)
    staged = Store(f"sqlite:///{copy.absolute()}")
    try:
        upgrade(staged)
        erased = erase_again(staged, erasures, "restore")
    except (StorageError, sqlite3.Error) as error:
        raise BackupError(f"the backup's database cannot be upgraded: {error}") from error
    finally:
        staged.close()
    return erased, snapshots.put(copy, url)


def _put_postgresql(copy: Path, manifest: Manifest, store: Store, present: set[str]) -> None:
    if more := sorted(present - set(manifest.rows)):
        raise BackupError(
            f"the database {store.place} has tables that the backup has not ({', '.join(more)}); nothing was changed, next: "
            "restore into a new, empty database"
        )
    snapshots.put_postgresql(copy, store, replace=bool(present))


def _put_files(settings: Settings, manifest: Manifest, folder: Path) -> tuple[str, ...]:
    """Puts the data folder's own files back, and the settings beside them, for the operator to read."""
    put = []
    for piece in manifest.pieces:
        if piece.kind == "database":
            continue
        path = piece.path or RESTORED_SETTINGS
        target = settings.data / path
        target.parent.mkdir(parents=True, exist_ok=True)
        settle(folder / piece.name, target)
        put.append(path)
    return tuple(put)
