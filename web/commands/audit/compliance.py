"""`publiccode audit compliance`: the licence compliance report of an entry, a checkout or a repository."""

from __future__ import annotations

from pathlib import Path

import click

from .. import Misuse, settings


@click.command("compliance")
@click.argument("place", metavar="[PATH|URL]", required=False)
@click.option("--software", metavar="SLUG", help="An entry of this catalogue, by what is known of it.")
@click.option(
    "--scan/--no-scan", default=True, show_default=True, help="Read the licences that the files of PATH or URL state."
)
@click.option("--format", "form", type=click.Choice(["html", "odt", "pdf", "json"]), default="html", show_default=True)
@click.option("--language", type=click.Choice(["zh-Hant", "en"]), default="en", show_default=True)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
def command(place: str | None, software: str | None, scan: bool, form: str, language: str, output: Path | None) -> None:
    """Write the licence compliance report, in the four parts that Taiwan's handbook names.

    It is filled with what is known: the declaration, the licence files with their lines, the SBOM's licences, their obligations.
    What only the agency knows is left empty and marked; --format odt is for filling it in.

    Example: publiccode audit compliance --software e-petition --format odt --language zh-Hant -o license-compliance-report.odt
    """
    from ...app import create_app
    from ...pages.release_forms import written_compliance
    from . import as_pdf, deliver
    from .readiness import entry_facts, facts_of

    if (place is None) == (software is None):
        raise Misuse("name one: a folder, an address, or an entry with --software; in a checkout: .")
    chosen = settings()
    facts = entry_facts(software) if software is not None else facts_of(place or ".", scan)

    def made(written_as: str) -> str | bytes:
        with create_app(chosen).test_request_context(f"/{language}/audit"):
            return written_compliance(written_as, facts, language, chosen)

    deliver(as_pdf(lambda: str(made("html"))) if form == "pdf" else made(form), output)
