"""`publiccode serve`: serve the catalogue's pages and data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from . import Misuse, Trouble, follow_log, open_store, settings

if TYPE_CHECKING:
    from ...registry.settings import Settings


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes that answer.")
def command(host: str, port: int, workers: int) -> None:
    """Serve the catalogue's pages and data (granian). Ends on Ctrl-C.

    Example: publiccode serve --port 8000 --workers 2
    """
    from ..checking import CheckingError, read_codes

    chosen = settings()
    try:  # before the workers start, who could only fail
        if chosen.italian_codes:
            read_codes(chosen.italian_codes)
    except CheckingError as error:
        raise Misuse(f"PUBLICCODE_ITALIAN_CODES: {error}") from error
    with open_store(chosen) as store:  # says what is wrong with the database before anything listens
        follow_log(chosen, store)
    listen(chosen, host, port, workers)


def listen(settings: Settings, host: str, port: int, workers: int = 1) -> None:
    """Serves until Ctrl-C; says where, or why it cannot."""
    from ..server import serve

    try:
        serve(settings, host, port, workers, click.echo)
    except OSError as error:
        reason = (error.strerror or "").partition(" (")[0]  # Python adds the address once more
        raise Trouble(f"{host}:{port} cannot be listened at: {reason}; next: name another --port") from error
