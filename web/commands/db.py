"""`publiccode db`: make or upgrade the database."""

from __future__ import annotations

import click

from . import Trouble, connect, settings


@click.group("db")
def command() -> None:
    """Make or upgrade the database.

    Example: publiccode db upgrade
    """


@command.command("upgrade")
def upgrade_tables() -> None:
    """Bring the tables to this version of the program; makes a new database where there is none.

    Example: PUBLICCODE_DATA=/srv/publiccode publiccode db upgrade
    """
    from ...registry.store import StorageError
    from ...registry.upgrade import upgrade

    store = connect(settings(), create=True)
    try:
        before, after = upgrade(store)
    except StorageError as error:
        raise Trouble(str(error)) from error
    finally:
        store.close()
    click.echo(
        f"{settings().database}: " + (f"already at {after}" if before == after else f"{before or 'new'} → {after}")
    )
