"""`publiccode search`: search the catalogue."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from . import Trouble, open_search, open_store, say, settings

if TYPE_CHECKING:
    from ...registry.search import Result


@click.command("search")
@click.argument("query", nargs=-1)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--limit", type=click.IntRange(1, 200), default=10, show_default=True)
def command(query: tuple[str, ...], form: str, limit: int) -> None:
    """Search the catalogue for QUERY; without one, list all entries.

    Example: publiccode search 儀表板 license:MIT
    """
    from ...registry.catalogue import Entry, entries
    from ...registry.search import Request

    chosen = settings()
    with open_store(chosen) as store, store.reading() as session:
        index = open_search(chosen)
        if not index.cursor():
            raise Trouble(
                f"there is no search index in {chosen.index_folder}; nothing is lost, next: publiccode reindex"
            )
        result = index.search(Request(" ".join(query), limit=limit))
        found = list(entries(session, result.ids))

        def told(entry: Entry) -> dict[str, Any]:
            return {
                "slug": entry.software.slug,
                "name": entry.software.name,
                "url": entry.software.url,
                "publisher": entry.publisher.name,
                "license_declared": entry.shown.license_declared,
                "valid": entry.newest.valid,
            }

        rows = [told(entry) for entry in found]
    if form == "json":
        told_all = {
            "total": result.total,
            "reading": result.reading,
            "understood": result.understood,
            "dropped": result.dropped,
            "software": rows,
        }
        click.echo(json.dumps(told_all | {"facets": dict(result.facets)}, ensure_ascii=False, indent=2))
        return
    say(f"{result.total} found" + _reading(result, " ".join(query)))
    for row in rows:
        notice = "" if row["valid"] else "  (not valid)"
        say(f"{row['name']} – {row['publisher']} – {row['license_declared']}{notice}\n  {row['url']}")


def _reading(result: Result, query: str) -> str:
    """How the query was read, where that is not as it was typed."""
    readings = {"forgiving": "slips of the pen forgiven", "any word": "entries that have any of the words"}
    notes = [readings[result.reading]] if result.reading in readings else []
    if result.understood and result.understood != query:
        notes.append(f"understood as: {result.understood}")
    if result.dropped:
        notes.append(f"not understood: {' '.join(result.dropped)}")
    return f" ({'; '.join(notes)})" if notes else ""
