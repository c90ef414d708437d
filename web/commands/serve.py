"""`publiccode serve`: serve the catalogue's pages and data."""

from __future__ import annotations

import click

from . import open_store, settings


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes that answer.")
def command(host: str, port: int, workers: int) -> None:
    """Serve the catalogue's pages and data (granian). Ends on Ctrl-C.

    Example: publiccode serve --port 8000 --workers 2
    """
    from ..server import serve

    chosen = settings()
    with open_store(chosen):
        pass  # says what is wrong with the database before anything listens
    serve(chosen, host, port, workers)
