"""`publiccode audit declare`: record what an agency declares about an entry, or about itself, beyond its files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from .. import Misuse, open_store, say, settings
from . import plainly


@click.command("declare")
@click.argument("kind", required=False)
@click.option("--software", metavar="ADDRESS|SLUG", help="About this entry.")
@click.option("--publisher", metavar="ID", help="About this publisher: its id in publishers.yml.")
@click.option("--tool", default="", metavar="TEXT", help="With which tool.")
@click.option("--on", "day", default="", metavar="YYYY-MM-DD", help="When it was done, or from when on it holds.")
@click.option("--value", default="", metavar="TEXT", help="What is declared: a level, a tier, a contact.")
@click.option("--evidence", default="", metavar="URL", help="An http(s) address where it can be seen.")
@click.option("--withdraw", "number", type=click.IntRange(1, 2**31 - 1), metavar="NUMBER", help="End this declaration.")
@click.option("--by", required=True, metavar="NAME", help="Who records it; stands beside the declaration.")
def command(
    kind: str | None,
    software: str | None,
    publisher: str | None,
    tool: str,
    day: str,
    value: str,
    evidence: str,
    number: int | None,
    by: str,
) -> None:
    """Record what an agency declares beyond its files; shown to everybody as declared, never as seen.

    KIND is one of security-scan, cve-check (with --tool and --on), compliance-report (--on), no-sensitive-data, all-code-public,
    contract, accessibility (--value A, AA or AAA), maintenance-tier (--value 0 to 4) and license-contact (--value) about an entry;
    license-contact, open-source-roles, open-source-scope (--value), open-source-policy, contribution-policy (--evidence),
    openchain-5230 and openchain-18974 (--on) about a publisher. A newer one of the same kind ends the former.

    Example: publiccode audit declare security-scan --software e-petition --tool Semgrep --on 2026-11-02 --by "Lin Yu"
    """
    if number is not None:
        if kind or software or publisher or tool or day or value or evidence:
            raise Misuse("--withdraw stands alone, but for --by")
        return _withdraw(number, by)
    if kind is None or (software is None) == (publisher is None):
        raise Misuse("name a kind, and one of --software and --publisher; next: publiccode audit declare --help")
    return _declare(kind, software, publisher, {"tool": tool, "on": day, "value": value, "evidence": evidence}, by)


def _declare(kind: str, software: str | None, publisher: str | None, said: dict[str, str], by: str) -> None:
    from ....registry.audit.conclusions import software_named
    from ....registry.declarations import declare, publisher_named

    with plainly(), _plainly(), open_store(settings()) as store, store.writing(by) as change:
        session = change.session
        subject = (
            software_named(session, software) if software is not None else publisher_named(session, publisher or "")
        )
        made = declare(change, subject, kind, said)
        told = f"Declaration {made.number}: {kind} of {subject.slug}."
    say(told)


def _withdraw(number: int, by: str) -> None:
    from ....registry.declarations import withdraw

    with _plainly(), open_store(settings()) as store, store.writing(by) as change:
        withdraw(change, number)
    say(f"Declaration {number} is withdrawn.")


@contextmanager
def _plainly() -> Iterator[None]:
    from ....registry.declarations import DeclarationError

    try:
        yield
    except DeclarationError as error:
        raise Misuse(str(error)) from error
