"""`publiccode collections`: import, list and remove curated collections."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from . import Misuse, few, open_store, say, settings


@click.group("collections")
def command() -> None:
    """Import, list and remove curated collections of software (docs/usage.md tells their form).

    Example: publiccode collections import township.yml --by "Lin Yu"
    """


@command.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--by", required=True, metavar="NAME", help="Who does this, for the log.")
def import_file(file: Path, by: str) -> None:
    """Make the collection of FILE (YAML) the one that is shown; tell what changed.

    Addresses that are not in the catalogue are kept, and shown once they are.

    Example: publiccode collections import township.yml --by "Lin Yu"
    """
    from ...registry.collections import CollectionError, html_in, import_collection, read_collection

    try:
        listed = read_collection(file.read_bytes())
    except CollectionError as error:
        raise Misuse(f"{file} was not imported:\n" + "\n".join(f"  {problem}" for problem in error.problems)) from error
    with open_store(settings()) as store, store.writing(by) as change:
        done = import_collection(change, listed)
    say(
        "\n".join([f"Collection {listed.slug}:", *(f"  {line}" for line in done.changes)])
        if done.changes
        else "Nothing changed."
    )
    if html := html_in(listed):
        say(f"HTML is not rendered, and shown as it is written: {few(html, 20)}\nNext: write Markdown, as in **bold**.")
    if done.missing:
        say(f"Not in the catalogue: {few(done.missing, 20)}\nNext: publiccode why URL tells why.")


@command.command("remove")
@click.argument("slug")
@click.option("--by", required=True, metavar="NAME", help="Who does this, for the log.")
def remove(slug: str, by: str) -> None:
    """Take the collection SLUG down; an import shows it again.

    Example: publiccode collections remove township-starter-kit --by "Lin Yu"
    """
    from ...registry.collections import collections, remove_collection

    with open_store(settings()) as store, store.writing(by) as change:
        done = remove_collection(change, slug)
        known = [kept.slug for kept in collections(change.session)]
    if not done:
        raise Misuse(f"no collection {slug!r} is shown; there are {few(known, 20) or 'none'}")
    say(f"Taken down: {slug}")


@command.command("list")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def list_all(form: str) -> None:
    """List the collections that are shown, and what of each is not in the catalogue.

    Example: publiccode collections list --format json
    """
    from ...registry.collections import collections, found_entries

    chosen = settings()
    rows: list[dict[str, Any]] = []
    with open_store(chosen) as store, store.reading() as session:
        for kept in collections(session):
            found = found_entries(session, [item["key"] for item in kept.items], chosen.show_only_valid)
            missing = [item["address"] for item in kept.items if item["key"] not in found]
            told = {"slug": kept.slug, "titles": kept.titles, "items": len(kept.items), "missing": missing}
            rows.append({**told, "at": kept.at.isoformat()})
    if form == "json":
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        lacking = f"; not in the catalogue: {few(row['missing'])}" if row["missing"] else ""
        say(f"{row['slug']}  {' / '.join(row['titles'].values())}  ({row['items']} items{lacking})")
    if not rows:
        click.echo("There are none.")
