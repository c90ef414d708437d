"""`publiccode audit readiness`: the checks before a release, of a checkout, a repository or an entry."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .. import Misuse, Trouble, open_store, settings
from . import plainly

if TYPE_CHECKING:
    from datetime import datetime

    from ....registry.release.facts import ReleaseFacts


@click.command("readiness")
@click.argument("place", metavar="[PATH|URL]", required=False)
@click.option("--software", metavar="SLUG", help="An entry of this catalogue, by what is known of it.")
@click.option(
    "--scan/--no-scan",
    default=True,
    show_default=True,
    help="Scan the files of PATH or URL for what must not be published.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "html", "pdf", "xlsx"]),
    default="text",
    show_default=True,
)
@click.option("--language", type=click.Choice(["zh-Hant", "en"]), default="en", show_default=True)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
def command(place: str | None, software: str | None, scan: bool, form: str, language: str, output: Path | None) -> int:
    """Check whether software is ready to be released: the checks of Taiwan's handbook, line by line.

    PATH is a checkout: nothing leaves this machine, and no database is needed. The newest commit of a repository at URL is fetched
    and removed afterwards. Of an entry all is known that the catalogue keeps, with what the agency declared. What the scan
    finds that must not be published is counted here; `publiccode audit scan` shows where it stands, masked.

    Each line is fulfilled, not fulfilled, declared by the agency, or cannot be known by machine. Ends with 1 where a line is not
    fulfilled.

    Example: publiccode audit readiness . --language zh-Hant
    """
    from ....registry.release.checks import readiness
    from ....registry.release.lines import State
    from . import as_pdf, deliver

    if (place is None) == (software is None):
        raise Misuse("name one: a folder, an address, or an entry with --software; in a checkout: .")
    facts = entry_facts(software) if software is not None else facts_of(place or ".", scan)
    found = readiness(facts)
    if form == "pdf":
        deliver(as_pdf(lambda: str(_written(facts, "html", language))), output)
    else:
        deliver(_written(facts, form, language), output)
    return 1 if found.count(State.NOT_FULFILLED) else 0


def facts_of(place: str, scan: bool = False) -> ReleaseFacts:
    """The facts of a checkout, or of the repository at an address; `scan`: with a deep scan of this moment."""
    from ....harvesters.scan.scanning import ScanError
    from ....schemas.addresses import is_http_url

    try:
        return _of_address(place, scan) if is_http_url(place) else _of_folder(Path(place), scan)
    except ScanError as error:
        raise Trouble(f"{error}; next: --no-scan") from error


def _of_folder(folder: Path, scan: bool) -> ReleaseFacts:
    from ....harvesters.release_facts import with_scan
    from ....harvesters.scan.scanning import scan_folder
    from ....registry.columns import now

    moment = now()
    if not folder.is_dir():
        raise Misuse(f"{folder} is no folder; next: name the checkout itself, such as .")
    facts = _seen(folder, moment)
    return with_scan(facts, scan_folder(folder), moment) if scan else facts


def _seen(folder: Path, moment: datetime) -> ReleaseFacts:
    """What a folder shows without a scan."""
    from ....harvesters.checkout import NAMES
    from ....harvesters.release_facts import of_folder
    from ...checking import Asked, CheckingError, check_file
    from . import policy

    try:
        file = next((folder / name for name in NAMES if (folder / name).exists()), None)
        assessment = check_file(file, Asked(day=moment.date())).assessment if file else None
        return of_folder(folder, assessment, moment.date(), policy())
    except CheckingError as error:
        raise Misuse(str(error)) from error
    except OSError as error:
        raise Misuse(f"{folder} cannot be read: {error.strerror}") from error


def _of_address(url: str, scan: bool) -> ReleaseFacts:
    """The files of the newest commit, fetched into a folder that is removed afterwards."""
    from tempfile import TemporaryDirectory

    from ....harvesters.errors import HostError, HostUnavailable, RateLimited
    from ....harvesters.fetch import repository_address
    from ....harvesters.release_facts import fetched, with_scan
    from ....harvesters.scan.checkout import fetch, head_of
    from ....harvesters.scan.limits import USUAL
    from ....harvesters.scan.scanning import left_aside, scan_folder
    from ....registry.columns import now
    from .scan import outside

    moment = now()
    try:
        address = repository_address(url)
        with outside(settings()) as (http, locate), TemporaryDirectory(prefix="publiccode-") as name:
            repository = head_of(address, http, locate)
            if repository.head is None:
                raise Misuse(f"{address} is empty: there is nothing to check")
            folder = Path(name)
            written = fetch(repository, folder, http, locate, USUAL)
            facts = fetched(_seen(folder, moment), written, address)
            if not scan:
                return facts
            said = left_aside(written, USUAL)
            return with_scan(facts, scan_folder(folder, USUAL, written.commit, said, checkout=False), moment)
    except ValueError as error:
        raise Misuse(f"{url} is no address: {error}") from error
    except HostError as error:
        later = isinstance(error, HostUnavailable | RateLimited)
        step = (
            "try again later, or check a checkout" if later else "see whether the address is right, or check a checkout"
        )
        raise Trouble(f"{str(error).rstrip('.')}. Next: {step}.") from error


def entry_facts(slug: str) -> ReleaseFacts:
    """The facts that the catalogue keeps about an entry."""
    from zoneinfo import ZoneInfo

    from ....registry.audit.conclusions import AuditError
    from ....registry.catalogue import entry
    from ....registry.columns import now
    from ....registry.release.stored import release_facts

    chosen = settings()
    today = now().astimezone(ZoneInfo(chosen.time_zone)).date()
    with plainly(), open_store(chosen) as store, store.reading() as session:
        found = entry(session, slug)
        if found is None or found.software.deactivated:
            raise AuditError(
                f"the catalogue shows no entry {slug!r}; next: publiccode search, or publiccode why {slug}"
            )
        return release_facts(session, found, today)


def _written(facts: ReleaseFacts, form: str, language: str) -> str | bytes:
    from ...app import create_app
    from ...pages.release_forms import written_readiness

    chosen = settings()
    with create_app(chosen).test_request_context(f"/{language}/audit"):
        return written_readiness(form, facts, language, chosen)
