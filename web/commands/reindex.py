"""`publiccode reindex`: build the search index anew from the database."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import click

from . import Trouble, open_search, open_store, settings


@click.command("reindex")
def command() -> None:
    """Build the search index anew beside the old one, then swap; searching goes on meanwhile.

    Example: PUBLICCODE_SEARCH_ENGINE=whoosh publiccode reindex
    """
    from ...registry.following import reindex
    from ...registry.search import IndexBusy

    chosen = settings()
    with open_store(chosen) as store:
        try:
            count = reindex(store, open_search(chosen), chosen.show_only_valid, ZoneInfo(chosen.time_zone))
        except (IndexBusy, OSError) as error:
            raise Trouble(
                f"the index {chosen.index_folder} was not built: {error}. The old one is still in place."
            ) from error
    click.echo(f"{count} entries indexed by {chosen.search_engine} in {chosen.index_folder}.")
