"""`publiccode restore`: make this instance the one that was backed up."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import Trouble, few, say, settings

if TYPE_CHECKING:
    from ...registry.backups import Restored
    from ...registry.settings import Settings


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Overwrite the instance that is there.")
def command(file: Path, replace: bool) -> None:
    """Make this instance the one that was backed up to FILE; upgrades its tables and builds its search index.

    FILE is verified as a whole before anything is touched. Restore only what you made yourself: whoever wrote the file
    decides what the catalogue says.

    Example: PUBLICCODE_DATA=/srv/restored publiccode restore publiccode-backup-20260301T193000Z.tar.gz
    """
    from ...harvesters.run import HarvestRunning, only_one
    from ...registry.backups import BackupError, restore
    from ...registry.search import IndexBusy
    from ...registry.store import StorageError

    chosen = settings()
    try:
        with only_one(chosen.data):
            done = restore(chosen, file, replace)
    except (BackupError, StorageError, HarvestRunning) as error:
        raise Trouble(str(error)) from error
    except IndexBusy as error:
        raise Trouble(f"the database was restored, the search index not: {error}; next: publiccode reindex") from error
    except OSError as error:
        raise Trouble(
            f"{chosen.data} cannot be written: {error}; next: make room or give the right to write"
        ) from error
    _tell(chosen, file, done)


def _tell(chosen: Settings, file: Path, done: Restored) -> None:
    manifest = done.manifest
    say(f"Restored from {file}, made on {manifest.created_at} by version {manifest.version}.")
    if done.aside:
        say(f"The damaged database was moved to {done.aside}.")
    upgraded = "" if manifest.revision == done.revision else f", upgraded to {done.revision}"
    say(f"Database: revision {manifest.revision}{upgraded}; rows: {sum(manifest.rows.values())}.")
    say(f"Files in {chosen.data}: {few(done.files)}.")
    say(f"Search index: {done.indexed} entries.")
    if manifest.secrets:
        say(f"The backup does not hold these settings, because they are secrets: {', '.join(manifest.secrets)}.")
    for address in done.erased:
        say(f"Persons taken out since the backup were taken out again: {address}")
    if not done.known_erasures:
        say(f"Persons taken out after {manifest.created_at} are back; next: publiccode erase for each of them.")
