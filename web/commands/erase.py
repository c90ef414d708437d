"""`publiccode erase`: take a person out of the stored files and all later harvests."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from . import Trouble, open_search, open_store, settings

if TYPE_CHECKING:
    from ...registry.erasure import Erased


@click.command("erase")
@click.option(
    "--contact", required=True, metavar="TEXT", help="Name, e-mail or phone as it stands in a publiccode.yml."
)
@click.option("--by", required=True, metavar="NAME", help="Who does this, for the log.")
@click.option("--reason", default="", metavar="TEXT", help="Why, for the log; must not name the person.")
def command(contact: str, by: str, reason: str) -> None:
    """Take a person out of every stored file, of reasons and remarks, and out of every file that is harvested later.

    The repository itself is not ours to change: ask its owner to take the person out there as well.

    Example: publiccode erase --contact mario.rossi@comune.example --by "Lin Yu" --reason "asked by the person"
    """
    from ...harvesters.run import HarvestRunning, only_one
    from ...registry.erasure import erase
    from ...registry.following import reindex
    from ...registry.search import IndexBusy

    chosen = settings()
    if len(contact.strip()) < 2:
        raise click.BadParameter("at least two characters are needed", param_hint="--contact")
    try:
        with only_one(chosen.data), open_store(chosen) as store:
            _tell(erase(store, contact, by, reason))
            _tell_backups(chosen.data / "backups")
            try:
                reindex(store, open_search(chosen), chosen.show_only_valid, ZoneInfo(chosen.time_zone))
            finally:
                store.compact()
    except HarvestRunning as error:
        raise Trouble(str(error)) from error
    except (IndexBusy, OSError) as error:
        raise Trouble(
            f"the search index {chosen.index_folder} was not built anew: {error}. "
            "It may still hold the person; next: publiccode reindex"
        ) from error


def _tell(done: Erased) -> None:
    if done.texts:
        click.echo("Taken out of what readers and auditors wrote (read whether it still says what it should):")
        for text in done.texts:
            click.echo(f"  {text}")
    if not done.addresses:
        click.echo("No stored file names that person; a later harvest will leave the person out.")
        return
    click.echo("Taken out of the stored files of these repositories, and of every later harvest:")
    for address in done.addresses:
        click.echo(f"  {address}")
    click.echo("Next: ask their owners to take the person out of the repositories as well.")


def _tell_backups(folder: Path) -> None:
    count = len(list(folder.glob("*.tar.gz")))
    if count:
        click.echo(f"Next: the {count} backups in {folder} may still hold the person; delete them, and make a new one.")
