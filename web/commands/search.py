"""`publiccode search`: search the catalogue."""

from __future__ import annotations

import json
from typing import Any

import click

from . import open_search, open_store, settings


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
        result = open_search(chosen).search(Request(" ".join(query), limit=limit))
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
        told_all = {"total": result.total, "understood": result.understood, "dropped": result.dropped, "software": rows}
        click.echo(json.dumps(told_all | {"facets": dict(result.facets)}, ensure_ascii=False, indent=2))
        return
    click.echo(f"{result.total} found" + (f", understood as: {result.understood}" if result.understood else ""))
    for row in rows:
        notice = "" if row["valid"] else "  (not valid)"
        click.echo(f"{row['name']} – {row['publisher']} – {row['license_declared']}{notice}\n  {row['url']}")
