"""`publiccode audit archive`: keep reports as they are today, list them, hand them out again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .. import Misuse, Trouble, open_store, say, settings
from . import deliver

if TYPE_CHECKING:
    from ....registry.archived import Kept
    from ....registry.audit.report import Scope
    from ....registry.models import ArchivedReport
    from ....registry.store import Store

_KINDS = ("audit", "compliance", "readiness", "attribution", "sbom")
_FORMS = ("html", "json", "csv", "text", "markdown", "odt", "xlsx", "pdf", "spdx-json", "spdx-tag-value", "spdx3-json")


@click.command("archive")
@click.option("--publisher", metavar="ID", help="About this publisher: its id in publishers.yml.")
@click.option("--below", is_flag=True, help="With --publisher: with all bodies below it.")
@click.option("--software", metavar="SLUG", help="About this entry.")
@click.option("--all", "everything", is_flag=True, help="About the whole catalogue.")
@click.option(
    "--kind", "kinds", multiple=True, type=click.Choice(_KINDS), help="Which reports.  [default: all that fit]"
)
@click.option(
    "--format", "forms", multiple=True, type=click.Choice(_FORMS), help="In which forms.  [default: html, json]"
)
@click.option(
    "--language", "languages", multiple=True, type=click.Choice(["zh-Hant", "en"]), default=["en"], show_default=True
)
@click.option("--site", default="", metavar="URL", help="Address of the catalogue, for links to its pages.")
@click.option("--by", default="", metavar="NAME", help="Who archives; stands beside the report.")
@click.option("--list", "listing", is_flag=True, help="List what is archived; with --format json as JSON.")
@click.option("--get", "number", type=click.IntRange(1, 2**31 - 1), metavar="NUMBER", help="Hand out this report.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="With --get: write to this file.")
def command(
    publisher: str | None,
    below: bool,
    software: str | None,
    everything: bool,
    kinds: tuple[str, ...],
    forms: tuple[str, ...],
    languages: tuple[str, ...],
    site: str,
    by: str,
    listing: bool,
    number: int | None,
    output: Path | None,
) -> None:
    """Keep reports as they are today, byte for byte: evidence of what was known and given out.

    Kinds are the audit report, the licence compliance report, the readiness checklist, the attribution notice, and the bill of
    materials (sbom) as this catalogue writes it. All but audit and sbom are about single entries: with --publisher, or --all, of
    each of its entries. What is as it was when it was archived last is not kept again. Anybody may read what is archived about a
    publisher or an entry, on its publisher's page.

    Example: publiccode audit archive --publisher moda --below --language zh-Hant --language en --by "Lin Yu"
    """
    named = (publisher is not None) + (software is not None) + everything
    if listing + (number is not None) + bool(named) != 1 or named > 1 or (below and publisher is None):
        raise Misuse("name one of --publisher (with or without --below), --software, --all, --list and --get")
    if output is not None and number is None:
        raise Misuse("-o stands with --get alone")
    if number is not None:
        _get(number, output)
        return
    if listing:
        _list(as_json=forms == ("json",))
        return
    if not by.strip():
        raise Misuse("the name of who archives is needed; next: --by")
    if site and not site.startswith(("https://", "http://")):
        raise Misuse("--site must be the catalogue's address, beginning with https://")
    with _plainly(), open_store(settings()) as store:
        asked = list(_asked(store, _scope(publisher, below, software), kinds, forms))
        if not asked:
            raise Misuse("there is nothing to archive; next: name a kind and a form that go together")
        for kept in _keep(store, asked, languages, site.rstrip("/") or None, by):
            say(_told(kept))


def _scope(publisher: str | None, below: bool, software: str | None) -> Scope:
    from ....registry.audit.report import Kind, Scope

    if publisher is not None:
        return Scope(Kind.BELOW if below else Kind.PUBLISHER, publisher)
    return Scope(Kind.SOFTWARE, software) if software is not None else Scope()


def _asked(store: Store, scope: Scope, kinds: Sequence[str], forms: Sequence[str]) -> Iterator[tuple[str, Scope, str]]:
    """Kind, scope and form of each report that is asked for."""
    from ....registry.archived import READABLE
    from ....registry.audit.report import Kind, Scope
    from ...pages.archive_forms import FORMS, OF_ENTRIES, USUAL, USUALLY

    single = scope.kind is Kind.SOFTWARE
    for kind in kinds or [one for one in _KINDS if single or one not in OF_ENTRIES]:
        scopes = [scope]
        if kind in OF_ENTRIES and not single:
            scopes = [Scope(Kind.SOFTWARE, slug) for slug in _slugs(store, scope)]
        chosen = [form for form in forms if form in FORMS[kind]] if forms else list(USUAL.get(kind, USUALLY))
        if set(chosen) - set(READABLE):  # by the page beside it it is known whether a document names a person
            chosen = list(dict.fromkeys(("html", *chosen)))
        for one in scopes:
            yield from ((kind, one, form) for form in chosen)


def _slugs(store: Store, scope: Scope) -> list[str]:
    """The entries that readers see of what the scope names."""
    from sqlmodel import col, select

    from ....registry.audit.report import Kind
    from ....registry.catalogue import shown_condition
    from ....registry.declarations import publisher_named
    from ....registry.models import Software
    from ....registry.statistics import below

    query = select(Software.slug).where(shown_condition(settings().show_only_valid)).order_by(col(Software.slug))
    with store.reading() as session:
        if scope.kind is not Kind.CATALOGUE:
            owner = publisher_named(session, scope.name)
            owners = below(session, owner) if scope.kind is Kind.BELOW else {owner.id}
            query = query.where(col(Software.publisher_id).in_(owners))
        return list(session.exec(query))


def _keep(
    store: Store, asked: Sequence[tuple[str, Scope, str]], languages: Sequence[str], site: str | None, by: str
) -> Iterator[Kept]:
    """Makes and keeps the reports one by one, so that others may write in between."""
    from ....registry.archived import keep
    from ....registry.columns import now
    from ...app import create_app
    from ...pages.archive_forms import PLAIN, Archivist

    chosen = settings()
    app, archivist = create_app(chosen), Archivist(store, chosen, now(), site)
    spoken = [(language, one) for language in dict.fromkeys(languages) for one in asked if one[0] not in PLAIN]
    for language, (kind, scope, form) in [*spoken, *(("en", one) for one in asked if one[0] in PLAIN)]:
        with app.test_request_context(f"/{language}/audit"), store.reading() as session:
            which, content, as_of = archivist.make(session, kind, scope, form, language)
        with store.writing(by) as change:
            yield keep(change, which, content, as_of)


def _get(number: int, output: Path | None) -> None:
    from ....registry.archived import content_of, numbered

    with open_store(settings()) as store, store.reading() as session:
        row = numbered(session, number)
        file = content_of(session, row) if row else None
        if file is None:
            raise Misuse(f"there is no archived report {number}; next: publiccode audit archive --list")
        if file.erased_at is not None:
            click.echo(f"A person was taken out of this report on {file.erased_at:%Y-%m-%d}.", err=True)
        deliver(file.content, output)


def _list(as_json: bool) -> None:
    from ....registry.archived import erased, listed

    with open_store(settings()) as store, store.reading() as session:
        told = []
        for row in listed(session):
            told.append((row, erased(session, [row]).get(row.file_hash)))
    if as_json:
        click.echo(json.dumps([_data(row, at) for row, at in told], ensure_ascii=False, indent=2))
        return
    for row, at in told:
        say(_line(row) + (" – a person was taken out" if at else ""))
    if not told:
        click.echo("Nothing is archived; next: publiccode audit archive --help")


def _data(row: ArchivedReport, erased_at: datetime | None) -> dict[str, Any]:
    return {
        "number": row.number,
        "at": row.at.isoformat(),
        "by": row.by,
        "kind": row.kind,
        "scope": row.scope,
        "name": row.name,
        "as_of": row.as_of.isoformat(),
        "form": row.form,
        "language": row.language,
        "size": row.size,
        "sha256": row.file_hash,
        "erased_at": erased_at.isoformat() if erased_at else None,
    }


def _line(row: ArchivedReport) -> str:
    what = f"{row.kind} of {row.name}" if row.name else f"{row.kind} of the catalogue"
    below = ", with all below" if row.scope.endswith("below") else ""
    kept = f"{row.form} {row.language}  {row.size} bytes  sha256 {row.file_hash[:12]}"
    return f"{row.number:>5}  {row.at:%Y-%m-%d}  {what}{below}  {kept}  ({row.by})"


def _told(kept: Kept) -> str:
    return _line(kept.row) if kept.new else f"Unchanged since report {kept.row.number}:{_line(kept.row)[5:]}"


@contextmanager
def _plainly() -> Iterator[None]:
    from ....registry.archived import ArchiveError
    from ....registry.audit.report import ScopeError
    from ....registry.declarations import DeclarationError
    from ...documents.pdf import PdfError

    try:
        yield
    except (ArchiveError, ScopeError, DeclarationError) as error:
        raise Misuse(str(error)) from error
    except PdfError as error:
        raise Trouble(str(error)) from error
