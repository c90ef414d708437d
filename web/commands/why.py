"""`publiccode why`: tell every step that an address went through."""

from __future__ import annotations

import json
from textwrap import indent

import click

from . import open_store, say, settings


@click.command("why")
@click.argument("url")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(url: str, form: str) -> None:
    """Tell every step that the repository address URL went through, with dates, and what to do next.

    Example: publiccode why https://github.com/italia/design-scuole
    """
    from zoneinfo import ZoneInfo

    from ...registry.steps import Reader
    from ...registry.why import why

    chosen = settings()
    zone = ZoneInfo(chosen.time_zone)
    with open_store(chosen) as store, store.reading() as session:
        steps = why(session, url, Reader("en", zone, chosen.show_only_valid))
    if form == "json":
        click.echo(json.dumps([step.to_json() for step in steps], ensure_ascii=False, indent=2))
        return
    for step in steps:
        date = f"{step.at.astimezone(zone):%Y-%m-%d %H:%M}" if step.at else ""
        say(f"{date:<17}{step.state:<8} {step.text}")
        for detail in step.details:
            say(f"{'':26}{detail}")
        for finding in step.findings:
            say(indent(finding.printed(step.path), " " * 26))
        if str(step.next):
            say(f"{'':26}next: {step.next}")
        if step.prepared:
            say(f"{'':26}prepared: publiccode new {step.prepared.url}")
