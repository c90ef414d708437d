"""`publiccode backup`: write a backup of the running instance."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import Misuse, Trouble, connect, few, say, settings

if TYPE_CHECKING:
    from ...registry.backups import Manifest


@click.command("backup")
@click.argument("target", required=False, type=click.Path(path_type=Path), metavar="[FILE.tar.gz|FOLDER]")
@click.option("--keep", type=click.IntRange(1, 10_000), metavar="N", help="Keep the N newest backups in FOLDER.")
@click.option("--replace", is_flag=True, help="Overwrite FILE.tar.gz where there is one.")
def command(target: Path | None, keep: int | None, replace: bool) -> None:
    """Write a backup of this instance to FILE.tar.gz, or to a file with the date in its name in FOLDER.

    Without a target: in the folder `backups` of the data folder. The instance may be served, and harvested, meanwhile. In the
    backup are the database, the data folder's own files (publishers.yml) and the settings; secrets are left out, and so
    is the search index, which is built anew. It holds persons' contact data: keep it where the database may be kept.

    Example: publiccode backup /var/backups/publiccode --keep 14
    """
    from ...registry.backups import BackupError, backup, dated, prune_backups
    from ...registry.store import StorageError

    chosen = settings()
    place = target or chosen.data / "backups"
    folder = None if place.name.endswith((".tar.gz", ".tgz")) and not place.is_dir() else place
    file = dated(folder) if folder else place
    if keep and not folder:
        raise Misuse("--keep is for a folder of backups; next: name a folder, or leave --keep out")
    if not replace and file.exists():
        raise Misuse(f"{file} exists; next: name another file, or give --replace")
    store = connect(chosen)
    try:
        manifest = backup(chosen, store, file)
        removed = prune_backups(folder, keep) if folder and keep else []
    except (BackupError, StorageError) as error:
        raise Trouble(str(error)) from error
    except OSError as error:
        raise Trouble(f"{file} cannot be written: {error}; next: make room or give the right to write") from error
    finally:
        store.close()
    _tell(file, manifest)
    for old in removed:
        say(f"Removed: {old}")


def _tell(file: Path, manifest: Manifest) -> None:
    files = [piece.path for piece in manifest.pieces if piece.kind == "file"]
    say(f"{file}: {file.stat().st_size} bytes ({manifest.size} unpacked), revision {manifest.revision}.")
    say(f"Rows: {', '.join(f'{count} {table}' for table, count in manifest.rows.items() if count)}.")
    if files:
        say(f"Files: {few(files)}.")
    if manifest.secrets:
        say(f"Left out, because they hold secrets: {', '.join(manifest.secrets)}.")
    if manifest.left_out:
        say(f"Left out, because they are no plain files, or keys: {few(manifest.left_out)}.")
