"""`publiccode sbom list`: the bills of materials that are known."""

from __future__ import annotations

import json

import click

from .. import Misuse, open_store, say, settings


@click.command("list")
@click.option("--software", default="", metavar="SLUG", help="Of one entry alone.")
@click.option("--format", "form", type=click.Choice(["text", "jsonl"]), default="text", show_default=True)
def command(software: str, form: str) -> None:
    """List the documents that count now: of which entry, their numbers and places, how many packages, the score.

    Example: publiccode sbom list --format jsonl
    """
    from ....registry.audit.conclusions import AuditError, software_named
    from ....registry.sboms import listed, unread, unstated

    with open_store(settings()) as store, store.reading() as session:
        try:
            only = software_named(session, software).slug if software else ""
        except AuditError as error:
            raise Misuse(str(error)) from error
        rows = [(entry, row) for entry, row in listed(session) if only in ("", entry.slug)]
        if not rows and form == "text":
            which = f"--software {only}" if only else "--all"
            say(f"No bill of materials is known. Next: publiccode sbom collect {which}")
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
                    "unstated": unstated(row.licenses, row.unknown),
                    "score": row.score,
                    "missing": row.missing,
                    "at": row.at.isoformat(),
                    "message": str(trouble) if trouble else None,
                }
                say(json.dumps(told, ensure_ascii=False))
                continue
            say(f"{entry.slug}  {row.number}  {row.kind}  {row.place}")
            if trouble:
                say(f"    cannot be read: {trouble}")
            else:
                lacks = f"; lacks {', '.join(row.missing)}" if row.missing else ""
                say(
                    f"    {row.format}: {row.packages} packages, of which {row.unknown} with an unknown licence and "
                    f"{unstated(row.licenses, row.unknown)} without any; score {row.score}{lacks}"
                )
