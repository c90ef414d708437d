"""`publiccode prune`: remove old looks that found nothing new."""

from __future__ import annotations

import click

from . import open_store, settings


@click.command("prune")
@click.option("--dry-run", is_flag=True, help="Only tell what would be removed.")
def command(dry_run: bool) -> None:
    """Remove old looks that found nothing new, and old runs of which no look is left.

    How old is said by the settings KEEP_ITEMS_DAYS and KEEP_RUNS_DAYS. Whatever found something stays, and so do, of looks in
    a row that found nothing new, the first and the last: /why tells the same as before. May run while a harvest does.

    Example: publiccode prune --dry-run
    """
    from ...registry.retention import FOR_EVER, prune

    chosen = settings()
    items, runs = chosen.keep_items_days, chosen.keep_runs_days
    with open_store(chosen) as store:
        done = prune(store, items, runs, dry_run=dry_run)
    verb = "would be removed" if dry_run else "removed"
    told = [
        "looks are kept for ever"
        if items == FOR_EVER
        else f"{done.items} looks older than {items} days at {done.repositories} repositories {verb}",
        "runs are kept for ever"
        if runs == FOR_EVER
        else f"{done.runs} runs older than {runs} days without looks {verb}",
    ]
    click.echo("; ".join(told) + ".")
