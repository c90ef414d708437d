"""`publiccode publishers`: import and list the publishers and where they keep code."""

from __future__ import annotations

from pathlib import Path

import click

from . import Misuse, follow_log, open_store, say, settings


@click.group("publishers")
def command() -> None:
    """Import and list the publishers and where they keep code.

    Example: publiccode publishers import publishers.yml
    """


@command.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--by", default="import", show_default=True, metavar="NAME", help="Who does this, for the log.")
def import_file(file: Path, by: str) -> None:
    """Make the database's publishers those of FILE (publishers.yml).

    Who is no longer in the file stays known, but is harvested no more and shown as a tombstone. Addresses of accepted
    proposals stay until the file names them itself, or `publiccode publishers remove` takes them out.

    Example: publiccode publishers import publishers.yml --by "Lin Yu"
    """
    from ...registry.publishers import PublishersError, import_publishers, read_publishers

    try:
        listed = read_publishers(file.read_bytes())
    except PublishersError as error:
        raise Misuse(f"{file} was not imported:\n" + "\n".join(f"  {problem}" for problem in error.problems)) from error
    chosen = settings()
    with open_store(chosen) as store:
        with store.writing(by) as change:
            done = import_publishers(change, listed)
        follow_log(chosen, store)
    click.echo(
        f"{done.publishers} publishers ({done.added} new), {done.code_hostings} code hostings, {done.unlisted} no longer listed."
    )
    if done.held:
        click.echo(
            f"{done.held} came by accepted proposals and stay listed; next: publiccode proposals list --status accepted, "
            "and add them to the file."
        )


@command.command("remove")
@click.argument("address")
@click.option("--by", required=True, metavar="NAME", help="Who does this, for the log.")
def remove_address(address: str, by: str) -> None:
    """Take out ADDRESS, which came by an accepted proposal: it is harvested no more, its entry becomes a tombstone.

    What publishers.yml names is taken out there.

    Example: publiccode publishers remove https://git.example/agency/software --by "Lin Yu"
    """
    from ...registry.decisions import DecisionError, remove

    chosen = settings()
    with open_store(chosen) as store:
        try:
            with store.writing(by) as change:
                url = remove(change, address)
        except DecisionError as error:
            raise Misuse(str(error)) from error
        follow_log(chosen, store)
    say(f"No longer listed: {url}")


@command.command("list")
def list_all() -> None:
    """List the publishers with the number of their entries.

    Example: publiccode publishers list
    """
    from ...registry.catalogue import publishers

    chosen = settings()
    with open_store(chosen) as store, store.reading() as session:
        for publisher, count in publishers(session, chosen.show_only_valid):
            say(f"{count:5}  {publisher.identifier}  {publisher.name}  {publisher.uri}".rstrip())
