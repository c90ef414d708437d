"""`publiccode validate`: check publiccode.yml files."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..reports import REPORTS
from . import Misuse, Trouble, settings

if TYPE_CHECKING:
    from ...schemas.candidate import Candidate
    from ..checking import Asked
    from ..reports import Checked


@click.command("validate")
@click.argument("paths", nargs=-1, metavar="PATH|URL|-...")
@click.option(
    "--format",
    "form",
    type=click.Choice(list(REPORTS)),
    default="text",
    show_default=True,
    help="; ".join(f"{name}: {what}" for name, what in REPORTS.items()) + ".",
)
@click.option("--lang", type=click.Choice(["en", "zh-Hant"]), default="en", show_default=True, help="Language.")
@click.option("--no-files", is_flag=True, help="Look at nothing but the file: no logo, no screenshots, no Git tags.")
@click.option("--any-name", is_flag=True, help="In folders check all *.yml and *.yaml files, whatever their names.")
@click.option("--select", multiple=True, metavar="RULE,…", help="Tell the warnings of these rules only; errors always.")
@click.option("--ignore", multiple=True, metavar="RULE,…", help="Leave out the warnings of these rules.")
@click.option("--notices", is_flag=True, help="Tell also what version 1.0 of the standard will refuse.")
@click.option(
    "--italian-codes",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Register of Italian administrations, one code a line.",
)
@click.option("--no-colour", "--no-color", is_flag=True, help="No colours, also where standard output is a terminal.")
@click.option("--list-rules", is_flag=True, help="List all rules and end.")
def command(
    paths: tuple[str, ...],
    form: str,
    lang: str,
    no_files: bool,
    any_name: bool,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    notices: bool,
    italian_codes: Path | None,
    no_colour: bool,
    list_rules: bool,
) -> int:
    """Check publiccode.yml files: each PATH is a file, a folder, or - for standard input; each URL a file or a repository.

    A folder stands for its publiccode.yml, or for all files of that name below it. A file .publiccode.toml beside publiccode.yml
    may silence warnings: [validate] ignore = ["version-latest"].

    Ends with 0 where all are valid, 1 where one is not. Needs no network (but for a URL) and no database.

    Example: publiccode validate --lang zh-Hant publiccode.yml
    """
    from datetime import UTC, datetime

    from ..checking import Asked, CheckingError, read_codes, rule_ids

    if list_rules:
        return _list_rules(lang)
    if not paths:
        raise click.UsageError("name a file, a folder, an address, or - for standard input; in a checkout: .")
    try:
        asked = Asked(
            ignore=rule_ids(ignore, silences=True),
            select=rule_ids(select, silences=False) if select else None,
            files=not no_files,
            any_name=any_name,
            notices=notices,
            follow_ups=form == "jsonl",
            day=datetime.now(UTC).date(),
            italian_codes=read_codes(italian_codes) if italian_codes else None,
        )
        return _report(_checked(paths, asked), form, lang, sys.stdout.isatty() and not no_colour)
    except CheckingError as error:
        raise Misuse(str(error)) from error


def _report(checked: Iterable[Checked], form: str, language: str, colour: bool) -> int:
    """Prints the answers as they come; the exit code: 0 where all files are valid, else 1."""
    from ..reports import reporter

    code = 0

    def noticed() -> Iterator[Checked]:
        nonlocal code
        for one in checked:
            code = code if one.assessment.valid else 1
            yield one

    for piece in reporter(form)(noticed(), language, colour):
        click.echo(piece, nl=False, color=colour or None)
    return code


def _list_rules(language: str) -> int:
    from ...schemas.rules.pages import pages

    for page in pages(language):
        click.echo(f"{page.id:<20} {page.severity:<8} {page.title}")
    return 0


def _checked(names: tuple[str, ...], asked: Asked) -> Iterator[Checked]:
    """The answers about all names, in their order; neighbouring paths are checked together."""
    from ...schemas.addresses import is_http_url, without_user
    from ..checking import check, check_candidate

    paths: list[str] = []
    for name in names:
        if name != "-" and not is_http_url(name):
            paths.append(name)
            continue
        yield from check(paths, asked)
        paths.clear()
        candidate = _from_stdin() if name == "-" else _from_address(name)
        yield check_candidate("publiccode.yml" if name == "-" else without_user(name), candidate, asked)
    yield from check(paths, asked)


def _from_stdin() -> Candidate:
    from ...schemas.candidate import Candidate, RepositoryFile
    from ...schemas.document import MAX_BYTES

    content = sys.stdin.buffer.read(MAX_BYTES + 1)
    return Candidate(RepositoryFile("publiccode.yml", content if len(content) <= MAX_BYTES else None))


def _from_address(url: str) -> Candidate:
    from ...harvesters.errors import HostError
    from ...harvesters.fetch import fetch_candidate
    from ...harvesters.hosts import Hosts
    from ...harvesters.http import Http
    from ...registry.settings import SettingError
    from ...schemas.addresses import without_user

    chosen = settings()
    try:
        with Http(chosen.allowed_private, proxy=chosen.outbound_proxy, contact=chosen.contact) as http:
            candidate = fetch_candidate(url, http, Hosts(http, chosen.mirrors))
    except (SettingError, ValueError) as error:
        raise Misuse(f"the settings of the environment cannot be read: {error}") from error
    except HostError as error:
        raise Trouble(
            f"{str(error).rstrip('.')}. Next: open the address in a browser; where it answers there, try again."
        ) from error
    if candidate is None:
        raise Misuse(f"{without_user(url)} has no publiccode.yml at its root; next: publiccode new")
    return candidate
