"""`publiccode publishers`: import and list the publishers and where they keep code."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from . import Misuse, follow_log, open_store, say, settings

if TYPE_CHECKING:
    from sqlmodel import Session

    from ...registry.publishers import ListedPublisher

COLUMNS = ("url", "kind", "archived", "empty", "fork_of", "pushed_at")


@click.group("publishers")
def command() -> None:
    """Import and list the publishers and where they keep code.

    Example: publiccode publishers import publishers.yml
    """


@command.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--by", default="import", show_default=True, metavar="NAME", help="Who does this, for the log.")
def import_file(file: Path, by: str) -> None:
    """Make the database's publishers those of FILE (publishers.yml).

    Who is no longer in the file stays known, but is harvested no more and shown as a tombstone. Addresses of accepted
    proposals stay until the file names them itself, or `publiccode publishers remove` takes them out.

    Example: publiccode publishers import publishers.yml --by "Lin Yu"
    """
    from ...registry.claims import follow_all as follow_claims
    from ...registry.publishers import PublishersError, import_publishers, read_publishers

    try:
        listed = read_publishers(file.read_bytes())
    except PublishersError as error:
        raise Misuse(f"{file} was not imported:\n" + "\n".join(f"  {problem}" for problem in error.problems)) from error
    _require_kinds(file, listed)
    chosen = settings()
    with open_store(chosen) as store:
        with store.writing(by) as change:
            done = import_publishers(change, listed)
            follow_claims(change)  # who is named in a file may be a publisher now
        follow_log(chosen, store)
    click.echo(
        f"{done.publishers} publishers ({done.added} new), {done.code_hostings} code hostings, {done.unlisted} no longer listed."
    )
    if done.held:
        click.echo(
            f"{done.held} came by accepted proposals and stay listed; next: publiccode proposals list --status accepted, "
            "and add them to the file."
        )


def _require_kinds(file: Path, listed: Sequence[ListedPublisher]) -> None:
    from ...harvesters.catalogues import CATALOGUES

    for entry in listed:
        for url, kind in entry.catalogues.items():
            if kind not in CATALOGUES:
                kinds = ", ".join(CATALOGUES)
                raise Misuse(
                    f"{file} was not imported:\n  publisher {entry.id!r}: {url}: no kind of catalogue {kind!r}; there are {kinds}"
                )


@command.command("remove")
@click.argument("address")
@click.option("--by", required=True, metavar="NAME", help="Who does this, for the log.")
def remove_address(address: str, by: str) -> None:
    """Take out ADDRESS, which came by an accepted proposal: it is harvested no more, its entry becomes a tombstone.

    What publishers.yml names is taken out there.

    Example: publiccode publishers remove https://git.example/agency/software --by "Lin Yu"
    """
    from ...registry.decisions import DecisionError, remove

    chosen = settings()
    with open_store(chosen) as store:
        try:
            with store.writing(by) as change:
                url = remove(change, address)
        except DecisionError as error:
            raise Misuse(str(error)) from error
        follow_log(chosen, store)
    say(f"No longer listed: {url}")


@command.command("list")
def list_all() -> None:
    """List the publishers with the number of their entries, and of their repositories without a publiccode.yml.

    Example: publiccode publishers list
    """
    from ...registry.catalogue import publishers
    from ...registry.without_file import counts_by_publisher

    chosen = settings()
    with open_store(chosen) as store, store.reading() as session:
        lacking = counts_by_publisher(session)
        for publisher, count in publishers(session, chosen.show_only_valid):
            without = f"  ({lacking[publisher.id]} without a file)" if publisher.id in lacking else ""
            say(f"{count:5}  {publisher.identifier}  {publisher.name}  {publisher.uri}".rstrip() + without)


@command.command("without-file")
@click.argument("identifier", metavar="ID")
@click.option("--format", "form", type=click.Choice(["text", "jsonl", "csv"]), default="text", show_default=True)
@click.option(
    "--kind",
    type=click.Choice(["code", "fork", "archived", "empty", "all"]),
    default="code",
    show_default=True,
    help="Own code, forks and mirrors, archived, empty, or all of these.",
)
def without_file(identifier: str, form: str, kind: str) -> None:
    """List the repositories of the publisher ID that have no publiccode.yml, the last pushed first.

    `publiccode new URL` writes the file that is prepared for one of them.

    Example: publiccode publishers without-file moda --format csv
    """
    chosen = settings()
    with open_store(chosen) as store, store.reading() as session:
        rows = _without_file(session, identifier, kind)
        if form == "csv":
            table = csv.DictWriter(sys.stdout, COLUMNS, lineterminator="\n")
            table.writeheader()
            table.writerows(rows)
            return
        found = list(rows)
        for row in found:
            if form == "jsonl":
                click.echo(json.dumps(row, ensure_ascii=False))
            else:
                origin = f"  from {row['fork_of']}" if row["fork_of"] else ""
                say(f"{str(row['pushed_at'])[:10]:<10}  {row['kind']:<8}  {row['url']}{origin}")
        if not found and form == "text":
            click.echo("None of this kind." + ("" if kind == "all" else " All kinds: --kind all"))


def _without_file(session: Session, identifier: str, kind: str) -> Iterator[dict[str, Any]]:
    from sqlmodel import select

    from ...registry.models import Publisher
    from ...registry.without_file import details, lacking, upstream_of

    owner = session.exec(select(Publisher).where(Publisher.identifier == identifier)).first()
    if owner is None:
        raise Misuse(f"no publisher has the id {identifier}; next: publiccode publishers list")
    kinds = {row.key: row.kind for row in lacking(session, owner) if kind in (row.kind, "all")}
    return (
        {
            "url": record.url,
            "kind": kinds[record.key],
            "archived": record.archived,
            "empty": record.empty,
            "fork_of": upstream_of(facts),
            "pushed_at": facts.get("pushed_at") or "",
        }
        for record, facts in details(session, list(kinds))
    )
