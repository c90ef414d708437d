"""`publiccode drift`: tell which variants fall behind their upstreams."""

from __future__ import annotations

import json

import click

from . import Misuse, open_store, say, settings


@click.command("drift")
@click.argument("publisher", required=False)
@click.option("--format", "form", type=click.Choice(["text", "jsonl"]), default="text", show_default=True)
def command(publisher: str | None, form: str) -> None:
    """Tell how far the variants of all publishers, or of PUBLISHER, are behind the software that they are based on.

    Those that are furthest behind come first. The upstreams are asked with every harvest, at most once a day.

    Example: publiccode drift tainan --format jsonl
    """
    from sqlmodel import select

    from ...registry.catalogue import is_shown
    from ...registry.drift import lag, lag_text, variants
    from ...registry.models import Publisher
    from ...registry.stored import message_from_json

    chosen = settings()
    with open_store(chosen) as store, store.reading() as session:
        owner = session.exec(select(Publisher).where(Publisher.identifier == publisher)).first() if publisher else None
        if publisher and owner is None:
            raise Misuse(f"no publisher {publisher}; next: publiccode publishers list")
        rows = [
            row for row in variants(session, owner.id if owner else None) if is_shown(row[0], chosen.show_only_valid)
        ]
        if not rows and form == "text":
            click.echo("There is no variant: no file names another repository under isBasedOn.")
        for entry, upstream, record in rows:
            text, trouble = (
                str(lag_text(record)),
                message_from_json(record.message) if record and record.message else None,
            )
            if form == "text":
                say(f"{entry.software.name}  {entry.software.url}\n    based on {upstream}\n    {text}")
                if trouble:
                    say(f"    {trouble}")
                continue
            told = {
                "url": entry.software.url,
                "publisher": entry.publisher.identifier,
                "upstream": upstream,
                "standing": lag(record).standing if record else "unknown",
                "text": text,
                "at": record.at.isoformat() if record else None,
                "behind": record.behind if record else None,
                "ahead": record.ahead if record else None,
                "own_release": record.own_release or None if record else None,
                "upstream_release": record.upstream_release or None if record else None,
                "message": str(trouble) if trouble else None,
            }
            click.echo(json.dumps(told, ensure_ascii=False))
