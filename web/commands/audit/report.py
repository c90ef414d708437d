"""`publiccode audit report`: what was known about licences on a day, and what changed since."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .. import Misuse, open_store, settings
from . import as_pdf, deliver

if TYPE_CHECKING:
    from ....registry.audit.report import Report, Scope


@click.command("report")
@click.option("--publisher", metavar="ID", help="Only the entries of this publisher: its id in publishers.yml.")
@click.option("--below", is_flag=True, help="With --publisher: those of all bodies below it, too.")
@click.option("--software", metavar="SLUG", help="Only this entry.")
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="The whole catalogue (where nothing else is named, too), also what SHOW_ONLY_VALID hides.",
)
@click.option("--findings-only", is_flag=True, help="Only entries with findings that are not waived.")
@click.option("--as-of", default="", metavar="YYYY-MM-DD", help="What was known at the end of that day; default: now.")
@click.option(
    "--since",
    default="",
    metavar="YYYY-MM-DD",
    help="Tell what changed since the end of that day.  [default: 30 days before]",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["html", "pdf", "xlsx", "csv", "json", "text"]),
    default="text",
    show_default=True,
)
@click.option("--language", type=click.Choice(["zh-Hant", "en"]), default="en", show_default=True)
@click.option("--site", default="", metavar="URL", help="Address of the catalogue, for links to its pages.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
def command(
    publisher: str | None,
    below: bool,
    software: str | None,
    everything: bool,
    findings_only: bool,
    as_of: str,
    since: str,
    form: str,
    language: str,
    site: str,
    output: Path | None,
) -> None:
    """Report on declared and found licences, as of now or of any day, with what changed since.

    Days end in the instance's time zone. The same state gives the same bytes: a report of now is as of the last change. Entries
    that the setting PUBLICCODE_SHOW_ONLY_VALID hides from readers are told too.

    A PDF is printed by Chromium, which has to be installed; it tells its own moment of making, all other formats do not.

    Example: publiccode audit report --publisher moda --below --as-of 2026-03-31 --format pdf --language zh-Hant -o audit.pdf
    """
    if (publisher is not None) + (software is not None) + everything > 1 or (below and publisher is None):
        raise Misuse("name one of --publisher (with or without --below), --software and --all")
    if site and not site.startswith(("https://", "http://")):
        raise Misuse("--site must be the catalogue's address, beginning with https://")
    if findings_only and software is not None:
        raise Misuse("--findings-only chooses among entries; --software names one")
    days = {"as-of": as_of} if as_of else {}

    def made(written_as: str) -> str | bytes:
        found = _report(_scope(publisher, below, software), as_of, since, findings_only)
        return _written(found, written_as, language, site.rstrip("/") or None, days)

    deliver(as_pdf(lambda: str(made("html"))) if form == "pdf" else made(form), output)


def _scope(publisher: str | None, below: bool, software: str | None) -> Scope:
    from ....registry.audit.report import Kind, Scope

    if publisher is not None:
        return Scope(Kind.BELOW if below else Kind.PUBLISHER, publisher)
    return Scope(Kind.SOFTWARE, software) if software is not None else Scope()


def _report(scope: Scope, as_of: str, since: str, findings_only: bool) -> Report:
    from zoneinfo import ZoneInfo

    from ....registry.audit.report import ScopeError
    from ....registry.columns import now
    from ...pages.audit_asked import FINDINGS, narrowed
    from ...pages.audit_reports import DayError, make_report, read_days

    chosen, moment = settings(), now()
    zone = ZoneInfo(chosen.time_zone)
    try:
        days = read_days(as_of, since, moment.astimezone(zone).date())
        with open_store(chosen) as store, store.reading() as session:
            found = make_report(session, scope, days, zone, moment)
            return narrowed(found, {"only": FINDINGS}) if findings_only else found
    except DayError as error:
        raise Misuse(f"--{error}") from error
    except ScopeError as error:
        raise Misuse(f"{error}; next: publiccode publishers list, or publiccode search") from error


def _written(report: Report, form: str, language: str, site: str | None, days: dict[str, str]) -> str | bytes:
    from zoneinfo import ZoneInfo

    from ...app import create_app
    from ...pages.audit_evidence import reader
    from ...pages.audit_forms import workbook, written
    from ...pages.audit_values import Teller

    chosen = settings()
    with open_store(chosen) as store, create_app(chosen).test_request_context(f"/{language}/audit"):
        teller = Teller(chosen, ZoneInfo(chosen.time_zone), language, days, site, read=reader(lambda: store))
        return workbook(teller, report, report.lines) if form == "xlsx" else written(form, teller, report)
