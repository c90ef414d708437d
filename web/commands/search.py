"""`publiccode search`: search the catalogue, with the same answers as the page."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

import click

from . import Trouble, open_search, open_store, say, settings

if TYPE_CHECKING:
    from ...registry.catalogue import Entry
    from ...registry.search import Result, SearchIndex
    from ...registry.search.explaining import Explanation
    from ...registry.settings import Settings
    from ...registry.store import Store

# The tables of engines and of orders are not loaded for the help of other commands; a test compares.
_ENGINES = ("tantivy", "whoosh")
_SORTS = ("relevance", "listed", "newest", "activity", "name")
_READINGS = {
    "forgiving": "slips of the pen forgiven",
    "wider": "few or none have all words; those that have what some of them mean follow",
    "any word": "none has all words; these have some",
}


@dataclass(frozen=True)
class _Found:
    entry: Entry
    explanation: Explanation | None


@click.command("search")
@click.argument("query", nargs=-1)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--engine", type=click.Choice(_ENGINES), help="Ask this engine instead of the one that is set.")
@click.option("--sort", type=click.Choice(_SORTS), default="relevance", show_default=True)
@click.option("--explain", is_flag=True, help="Say for each entry which words it answers, and where.")
@click.option("--limit", type=click.IntRange(1, 200), default=10, show_default=True, help="Entries on a page.")
@click.option("--page", type=click.IntRange(1, 1000), default=1, show_default=True)
def command(
    query: tuple[str, ...], form: str, engine: str | None, sort: str, explain: bool, limit: int, page: int
) -> None:
    """Search the catalogue for QUERY; without one, list all entries.

    The query language is described in docs/search.md. A query that begins with a minus goes behind `--`. The index of another
    engine is kept beside the usual one and brought up to date first.

    Example: publiccode search 儀表板 license:MIT -- -demo
    """
    from ...registry.catalogue import entries
    from ...registry.following import index_entries
    from ...registry.search import Request
    from ...registry.search.explaining import explain as explain_match

    chosen = settings()
    text = " ".join(query)
    with open_store(chosen) as store:
        index = _index(chosen, store, engine)
        with store.reading() as session:
            result = index.search(Request(text, sort=sort, offset=(page - 1) * limit, limit=limit))
            why = {}
            if explain:
                ids = [UUID(identity) for identity in result.ids]
                why = {each.id: explain_match(text, each) for each in index_entries(session, ids)}
            found = [_Found(entry, why.get(str(entry.software.id))) for entry in entries(session, result.ids)]
            told = [_told(each) for each in found]
    if form == "json":
        click.echo(json.dumps(_as_json(result, told), ensure_ascii=False, indent=2))
    else:
        _print(result, text, told)


def _index(chosen: Settings, store: Store, engine: str | None) -> SearchIndex:
    """The index of `engine`; another than the one that is set lies beside it, and is built or brought up to date here.

    Raises:
        Trouble: there is no index yet, or it cannot be written.

    """
    if engine is None or engine == chosen.search_engine:
        index = open_search(chosen)
        if not index.cursor():
            raise Trouble(
                f"there is no search index in {chosen.index_folder}; nothing is lost, next: publiccode reindex"
            )
        return index
    from ...registry.following import follow
    from ...registry.search import IndexBusy
    from ...registry.search.engines import open_index

    folder = chosen.index_folder.with_name(f"{chosen.index_folder.name}-{engine}")
    index = open_index(engine, folder)
    try:
        count = follow(store, index, chosen.show_only_valid, zone=ZoneInfo(chosen.time_zone))
    except IndexBusy:
        return index  # as it was: another process brings it up to date
    except OSError as error:
        raise Trouble(f"the index {folder} was not built: {error}") from error
    if count:
        click.echo(f"{count} entries indexed by {engine} in {folder}.", err=True)
    return index


def _told(found: _Found) -> dict[str, Any]:
    entry = found.entry
    told = {
        "slug": entry.software.slug,
        "name": entry.software.name,
        "url": entry.software.url,
        "publisher": entry.publisher.name,
        "license_declared": entry.shown.license_declared,
        "valid": entry.newest.valid,
    }
    if found.explanation:
        told["why"] = [str(line) for line in found.explanation.messages()]
    return told


def _as_json(result: Result, told: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "total": result.total,
        "reading": result.reading,
        "understood": result.understood,
        "dropped": result.dropped,
        "software": told,
        "facets": dict(result.facets),
    }


def _print(result: Result, text: str, told: Iterable[dict[str, Any]]) -> None:
    say(f"{result.total} found" + _reading(result, text))
    for row in told:
        notice = "" if row["valid"] else "  (not valid)"
        say(f"{row['name']} – {row['publisher']} – {row['license_declared']}{notice}\n  {row['url']}")
        for line in row.get("why", ()):
            say(f"    {line}")


def _reading(result: Result, query: str) -> str:
    """How the query was read, where that is not as it was typed."""
    notes = [_READINGS[result.reading]] if result.reading in _READINGS else []
    if result.understood and result.understood != query:
        notes.append(f"understood as: {result.understood}")
    if result.dropped:
        notes.append(f"not understood: {' '.join(result.dropped)}")
    return f" ({'; '.join(notes)})" if notes else ""
