"""`publiccode usage list`: who uses what."""

from __future__ import annotations

import csv
import json
import sys
from typing import TYPE_CHECKING, Any

import click

from .. import open_store, say, settings
from . import plainly

if TYPE_CHECKING:
    from sqlmodel import Session

COLUMNS = (
    *(
        "number",
        "software",
        "user",
        "publisher",
        "kind",
        "source",
        "version",
        "since",
        "purpose",
        "evidence",
        "contact",
    ),
    *("declared_by", "declared_at", "confirmed_by", "confirmed_at", "unnamed_at"),
    *("withdrawn_by", "withdrawn_at", "withdrawn_because"),
)


@click.command("list")
@click.option("--software", default="", metavar="SOFTWARE", help="Only of this entry: a slug or an address.")
@click.option("--user", default="", metavar="PUBLISHER|NAME", help="Only of this organisation.")
@click.option("--all", "everything", is_flag=True, help="Those too that have ended.")
@click.option("--format", "form", type=click.Choice(["text", "json", "csv"]), default="text", show_default=True)
def command(software: str, user: str, everything: bool, form: str) -> None:
    """List who uses what, with the contacts that no page shows.

    Example: publiccode usage list --user qinglan --format csv
    """
    with open_store(settings()) as store, store.reading() as session, plainly():
        rows = _rows(session, software, user, everything)
    if form == "json":
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    if form == "csv":
        from ...pages.spreadsheet import cell  # what a spreadsheet would take for a formula is none

        table = csv.DictWriter(sys.stdout, COLUMNS, lineterminator="\n")
        table.writeheader()
        table.writerows({key: cell(str(value or "")) for key, value in row.items()} for row in rows)
        return
    for row in rows:
        say(_line(row))
    if not rows:
        click.echo("Nothing is recorded." if not (software or user) else "Nothing of this is recorded.")


def _rows(session: Session, software: str, user: str, everything: bool) -> list[dict[str, Any]]:
    from ....registry.declaring import software_named
    from ....registry.organisations import Organisations, same_name
    from ....registry.usage import statements

    slug = software_named(session, software).slug if software else ""
    publisher = Organisations.known(session).called(user) if user else None
    found = []
    for named, row, owner in statements(session, everything):
        is_user = row.publisher_id == publisher if publisher else same_name(row.name) == same_name(user)
        if (slug and named != slug) or (user and not is_user):
            continue
        told = {"number": row.number, "software": named, "user": row.name, "publisher": owner}
        for column in COLUMNS[4:]:
            value = getattr(row, column)
            told[column] = value.isoformat() if hasattr(value, "isoformat") else value
        found.append(told)
    return found


def _line(row: dict[str, Any]) -> str:
    said = [f"version {row['version']}"] if row["version"] else []
    said += [f"since {row['since']}"] if row["since"] else []
    said += [row[key] for key in ("purpose", "evidence") if row[key]]
    said += [f"contact: {row['contact']}"] if row["contact"] else []
    if row["withdrawn_at"]:
        said.append(f"withdrawn by {row['withdrawn_by']}: {row['withdrawn_because']}")
    elif row["unnamed_at"]:
        said.append("no longer named in the file")
    origin = "named in the file" if row["source"] == "file" else f"declared by {row['declared_by']}"
    return f"{row['number']:>5}  {row['kind']:<9}  {row['software']}  {row['user']}  ({'; '.join([origin, *said])})"
