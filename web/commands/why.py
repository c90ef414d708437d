"""`publiccode why`: tell every step that an address went through."""

from __future__ import annotations

import json

import click

from . import open_store, settings


@click.command("why")
@click.argument("url")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(url: str, form: str) -> None:
    """Tell every step that the repository address URL went through, with dates, and what to do next.

    Example: publiccode why https://github.com/italia/design-scuole
    """
    from ...registry.why import why

    with open_store(settings()) as store, store.reading() as session:
        steps = why(session, url)
    if form == "json":
        click.echo(json.dumps([step.to_json() for step in steps], ensure_ascii=False, indent=2))
        return
    for step in steps:
        date = f"{step.at:%Y-%m-%d %H:%M}" if step.at else ""
        click.echo(f"{date:<17}{step.state:<8} {step.text}")
        for detail in step.details:
            click.echo(f"{'':26}{detail}")
        if str(step.next):
            click.echo(f"{'':26}next: {step.next}")
