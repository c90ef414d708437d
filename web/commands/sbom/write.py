"""`publiccode sbom write`: the bill of materials of an entry, a publisher or the whole catalogue, as SPDX."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .. import Misuse, Trouble, open_store, say, settings

if TYPE_CHECKING:
    from ....registry.audit.report import Scope
    from ....registry.sbom_writing import Bill

MOST_COMPLAINTS = 20  # that are printed


@click.command("write")
@click.option("--software", metavar="SLUG", help="Of one entry.")
@click.option("--publisher", metavar="ID", help="Of all entries of a publisher: its id in publishers.yml.")
@click.option("--below", is_flag=True, help="With --publisher: those of all bodies below it, too.")
@click.option("--all", "everything", is_flag=True, help="Of the whole catalogue, also what SHOW_ONLY_VALID hides.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["spdx-json", "spdx-tag-value", "spdx3-json"]),
    default="spdx-json",
    show_default=True,
    help="SPDX 2.3 as JSON or tag-value, or SPDX 3.0.1 as JSON-LD.",
)
@click.option("--as-of", default="", metavar="YYYY-MM-DD", help="What was known at the end of that day; default: now.")
@click.option(
    "--site", default="", metavar="URL", help="Address of the catalogue, for its pages and the document's namespace."
)
@click.option(
    "--validate", is_flag=True, help="Look whether it is valid before it is written; ends with 1 where it is not."
)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
def command(
    software: str | None,
    publisher: str | None,
    below: bool,
    everything: bool,
    form: str,
    as_of: str,
    site: str,
    validate: bool,
    output: Path | None,
) -> None:
    """Write a bill of materials: entries as packages with their licences, declared and concluded, and where each statement is from.

    What the bill of materials of an entry lists is copied below it. The same state gives the same bytes; days end in the
    instance's time zone.

    Example: publiccode sbom write --publisher moda --below --site https://code.example --validate -o moda.spdx.json
    """
    if (publisher is not None) + (software is not None) + everything != 1 or (below and publisher is None):
        raise Misuse("name one of --software, --publisher (with or without --below) and --all")
    if site and not site.startswith(("https://", "http://")):
        raise Misuse("--site must be the catalogue's address, beginning with https://")
    bill = _bill(_scope(publisher, below, software), as_of, site.rstrip("/"))
    if validate and (found := _complaints(bill, form)):
        for one in found[:MOST_COMPLAINTS]:
            say(one, err=True)
        raise Invalid(f"the document is not valid: {len(found)} complaints; nothing was written")
    from ....registry.sbom_writing import pieces

    _write(pieces(bill, form), output)


class Invalid(click.ClickException):
    """The document is not valid; ends with exit code 1."""

    exit_code = 1


def _scope(publisher: str | None, below: bool, software: str | None) -> Scope:
    from ....registry.audit.report import Kind, Scope

    if publisher is not None:
        return Scope(Kind.BELOW if below else Kind.PUBLISHER, publisher)
    return Scope(Kind.SOFTWARE, software) if software is not None else Scope()


def _bill(scope: Scope, as_of: str, site: str) -> Bill:
    from zoneinfo import ZoneInfo

    from ....registry.audit.past import end_of_day
    from ....registry.audit.report import ScopeError
    from ....registry.columns import now
    from ....registry.sbom_writing import CATALOGUE, Place, bill_of
    from ...pages.audit_reports import DayError, read_days

    chosen, moment = settings(), now()
    zone = ZoneInfo(chosen.time_zone)
    place = Place(chosen.catalogue_name or CATALOGUE, site)
    try:
        day = read_days(as_of, "", moment.astimezone(zone).date()).as_of
        at = min(end_of_day(day, zone), moment) if day else moment
        with open_store(chosen) as store, store.reading() as session:
            return bill_of(session, scope, at, place)
    except DayError as error:
        raise Misuse(f"--{error}") from error
    except ScopeError as error:
        raise Misuse(f"{error}; next: publiccode publishers list, or publiccode search") from error


def _complaints(bill: Bill, form: str) -> list[str]:
    from ....registry.sbom_writing.validity import complaints, complaints_of_spdx3

    return list(complaints_of_spdx3(bill) if form == "spdx3-json" else complaints(bill))


def _write(document: Iterator[str], output: Path | None) -> None:
    """Writes the pieces; a file is there as a whole or not at all."""
    if output is None:
        for piece in document:
            sys.stdout.buffer.write(piece.encode())
        return
    part = output.with_name(f".{output.name}.{os.getpid()}.part")
    try:
        with part.open("w", encoding="utf-8", newline="\n") as stream:
            stream.writelines(document)
        part.replace(output)
    except OSError as error:
        raise Trouble(f"{output} cannot be written: {error.strerror}; next: name another file with -o") from error
    finally:
        with suppress(OSError):
            part.unlink()
