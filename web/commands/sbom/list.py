"""`publiccode sbom list`: the bills of materials that are known."""

from __future__ import annotations

import json

import click

from .. import open_store, say, settings


@click.command("list")
@click.option("--software", default="", metavar="SLUG", help="Of one entry alone.")
@click.option("--format", "form", type=click.Choice(["text", "jsonl"]), default="text", show_default=True)
def command(software: str, form: str) -> None:
    """List the documents that count now: of which entry, where they are, how many packages, licences nobody can tell, the score.

    Example: publiccode sbom list --format jsonl
    """
    from ....registry.sboms import listed, unread

    with open_store(settings()) as store, store.reading() as session:
        rows = [(entry, row) for entry, row in listed(session) if software in ("", entry.slug)]
        if not rows and form == "text":
            say("No bill of materials is known. Next: publiccode sbom collect --all")
        for entry, row in rows:
            trouble = unread(row)
            if form == "jsonl":
                told = {
                    "software": entry.slug,
                    "number": row.number,
                    "kind": row.kind,
                    "place": row.place,
                    "commit": row.commit or None,
                    "format": row.format or None,
                    "made_at": row.made_at or None,
                    "tool": row.tool or None,
                    "packages": row.packages,
                    "unknown": row.unknown,
                    "score": row.score,
                    "missing": row.missing,
                    "at": row.at.isoformat(),
                    "message": str(trouble) if trouble else None,
                }
                say(json.dumps(told, ensure_ascii=False))
                continue
            say(f"{entry.slug}  {row.kind}  {row.place}")
            if trouble:
                say(f"    cannot be read: {trouble}")
            else:
                lacks = f"; lacks {', '.join(row.missing)}" if row.missing else ""
                say(
                    f"    {row.format}: {row.packages} packages, {row.unknown} unknown licences, score {row.score}{lacks}"
                )
