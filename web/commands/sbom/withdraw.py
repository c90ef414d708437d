"""`publiccode sbom withdraw`: end a bill of materials that was given for an entry."""

from __future__ import annotations

import click

from .. import Misuse, follow_log, open_store, say, settings


@click.command("withdraw")
@click.argument("number", type=click.IntRange(min=1))
@click.option("--software", required=True, metavar="SLUG", help="The entry for which it was given.")
@click.option("--by", required=True, metavar="NAME", help="Who does this, for the log.")
def command(number: int, software: str, by: str) -> None:
    """End the bill of materials NUMBER, as `publiccode sbom list` shows it: it was given for the wrong entry, or is outdated.

    It no longer counts, and stays readable at its number. What was found in a repository or at a release ends when it is
    gone there.

    Example: publiccode sbom withdraw 12 --software e-petition --by "Lin Yu"
    """
    from ....registry.audit.conclusions import AuditError, auditor, software_named
    from ....registry.sboms import SbomsError
    from ....registry.sboms import withdraw as end

    chosen = settings()
    with open_store(chosen) as store:
        try:
            with store.writing(auditor(by)) as change:
                entry = software_named(change.session, software)
                ended = f"{entry.slug}: {end(change, entry.id, number).place} (number {number}) no longer counts."
        except (AuditError, SbomsError) as error:
            raise Misuse(str(error)) from error
        follow_log(chosen, store)
    say(ended)
