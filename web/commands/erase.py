"""`publiccode erase`: take a person out of the stored files and all later harvests."""

from __future__ import annotations

import click

from . import Trouble, follow_log, open_store, settings


@click.command("erase")
@click.option(
    "--contact", required=True, metavar="TEXT", help="Name, e-mail or phone as it stands in a publiccode.yml."
)
@click.option("--by", required=True, metavar="NAME", help="Who does this, for the log.")
@click.option("--reason", default="", metavar="TEXT", help="Why, for the log; must not name the person.")
def command(contact: str, by: str, reason: str) -> None:
    """Take a person out of every stored file, and out of every file that is harvested later.

    The repository itself is not ours to change: ask its owner to take the person out there as well.

    Example: publiccode erase --contact mario.rossi@comune.example --by "Lin Yu" --reason "asked by the person"
    """
    from ...harvesters.run import HarvestRunning, only_one
    from ...registry.erasure import erase

    chosen = settings()
    try:
        with only_one(chosen.data), open_store(chosen) as store:
            with store.writing(by) as change:
                addresses = erase(change, contact, reason)
            store.compact()
            follow_log(chosen, store)
    except HarvestRunning as error:
        raise Trouble(str(error)) from error
    if not addresses:
        click.echo(
            "Nobody of that name, e-mail or phone stands in the stored files; a later harvest will leave them out."
        )
        return
    click.echo(f"Taken out of the stored files of {len(addresses)} repositories, and of every later harvest:")
    for address in addresses:
        click.echo(f"  {address}")
    click.echo("Next: ask their owners to take the person out of the repositories as well.")
