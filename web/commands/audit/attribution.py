"""`publiccode audit attribution`: who has to be named when entries are passed on, with which texts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .. import Misuse, open_store, settings
from . import as_pdf, deliver

if TYPE_CHECKING:
    from sqlmodel import Session

    from ....registry.attribution import Notice
    from ....registry.catalogue import Entry

MOST = 500  # entries: their packages are held together


@click.command("attribution")
@click.argument("slugs", metavar="[SLUG]...", nargs=-1)
@click.option("--collection", metavar="SLUG", help="The entries of this collection, too.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "html", "markdown", "odt", "pdf", "json"]),
    default="text",
    show_default=True,
)
@click.option("--language", type=click.Choice(["zh-Hant", "en"]), default="en", show_default=True)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
def command(slugs: tuple[str, ...], collection: str | None, form: str, language: str, output: Path | None) -> None:
    """Write the attribution notice of entries: whom to name, what their licences ask, the texts to hand over.

    It holds what this catalogue knows: declarations, licence files as they are stored, copyright lines, the packages of bills of
    materials. Texts that are the same stand there once; what is not known is said, with whom to ask. It is no legal advice.

    Example: publiccode audit attribution e-petition flood-gauge --format markdown -o NOTICE.md
    """
    if not slugs and collection is None:
        raise Misuse("name entries, or --collection; next: publiccode search")
    notice = _notice(slugs, collection, language)

    def made(written_as: str) -> str | bytes:
        return _written(notice, written_as, language)

    deliver(as_pdf(lambda: str(made("html"))) if form == "pdf" else made(form), output)


def _notice(slugs: Sequence[str], collection: str | None, language: str) -> Notice:
    from ....registry.attribution import attribution
    from ....registry.attribution_facts import attribution_facts

    with open_store(settings()) as store, store.reading() as session:
        found = {entry.software.slug: entry for entry in _entries(session, slugs, collection)}
        if len(found) > MOST:
            raise Misuse(f"a notice has {MOST} entries at most, and these are {len(found)}")
        known = (attribution_facts(session, entry, language, packages=True) for entry in found.values())
        return attribution(known, language)


def _entries(session: Session, slugs: Sequence[str], named: str | None) -> Iterator[Entry]:
    from ....registry.catalogue import entry
    from ....registry.collections import collection, found_entries

    for slug in slugs:
        found = entry(session, slug)
        if found is None or found.software.deactivated:
            raise Misuse(f"the catalogue shows no entry {slug!r}; next: publiccode search, or publiccode why {slug}")
        yield found
    if named is None:
        return
    kept = collection(session, named)
    if kept is None:
        raise Misuse(f"there is no collection {named!r}; next: publiccode collections list")
    yield from found_entries(session, [item["key"] for item in kept.items]).values()


def _written(notice: Notice, form: str, language: str) -> str | bytes:
    from zoneinfo import ZoneInfo

    from ....registry.columns import now
    from ...app import create_app
    from ...pages.attribution_forms import written_attribution
    from ...pages.attribution_values import attribution_data

    chosen = settings()
    day = now().astimezone(ZoneInfo(chosen.time_zone)).date()
    with create_app(chosen).test_request_context(f"/{language}/audit"):
        return written_attribution(form, attribution_data(notice, day), language, chosen)
