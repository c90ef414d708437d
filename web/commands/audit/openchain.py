"""`publiccode audit openchain`: what of OpenChain the catalogue holds about a publisher, clause by clause."""

from __future__ import annotations

from pathlib import Path

import click

from .. import Misuse, open_store, settings
from . import as_pdf, deliver


@click.command("openchain")
@click.option("--publisher", required=True, metavar="ID", help="Its id in publishers.yml.")
@click.option("--below", is_flag=True, help="With all bodies below it.")
@click.option("--format", "form", type=click.Choice(["text", "json", "html", "pdf"]), default="text", show_default=True)
@click.option("--language", type=click.Choice(["zh-Hant", "en"]), default="en", show_default=True)
@click.option("--site", default="", metavar="URL", help="Address of the catalogue, for links to its pages.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
def command(publisher: str, below: bool, form: str, language: str, site: str, output: Path | None) -> None:
    """Tell what the catalogue holds of what OpenChain (ISO/IEC 5230) asks of an agency's open source programme, clause by clause.

    Each line is held here, held in part, declared by the agency, missing (with the next step), or nothing that a catalogue can
    hold. It is evidence for whoever examines the programme, and no examination.

    Example: publiccode audit openchain --publisher moda --below --format html --language zh-Hant -o openchain.html
    """
    from zoneinfo import ZoneInfo

    from ....registry.columns import now
    from ....registry.declarations import DeclarationError, publisher_named
    from ....registry.openchain.stored import program_facts
    from ...app import create_app
    from ...pages.openchain_forms import written_openchain

    if site and not site.startswith(("https://", "http://")):
        raise Misuse("--site must be the catalogue's address, beginning with https://")
    chosen = settings()
    try:
        with open_store(chosen) as store, store.reading() as session:
            owner = publisher_named(session, publisher)
            facts = program_facts(session, owner, below, now(), ZoneInfo(chosen.time_zone), chosen.show_only_valid)
    except DeclarationError as error:
        raise Misuse(str(error)) from error

    def made(written_as: str) -> str:
        with create_app(chosen).test_request_context(f"/{language}/audit"):
            return written_openchain(written_as, facts, language, chosen, site.rstrip("/") or None)

    deliver(as_pdf(lambda: made("html")) if form == "pdf" else made(form), output)
