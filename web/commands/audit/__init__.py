"""`publiccode audit`: the licence audit. One module for each subcommand, with its `command`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .. import Misuse, Subcommands, Trouble, settings

if TYPE_CHECKING:
    from ....registry.audit.method import Method
    from ....registry.settings import Settings
    from ....registry.store import Change, Store
    from ....schemas.licensing.policy_lists import Policy

# Name, and the line of help that `publiccode audit --help` prints; the module of the same name holds `command`.
COMMANDS = {
    "evaluate": "Compare what is declared with what is there, and tell what is new and what is resolved.",
    "conclude": "Record what an auditor concluded about an entry's licence.",
    "waive": "Waive a rule of the policy for an entry, until a day.",
    "withdraw": "End a conclusion or a waiver.",
    "list": "List conclusions, waivers and declarations.",
    "scan": "Scan all files of a repository: licences, and what must not be published.",
    "report": "Report on licences as of any day: to print, for a spreadsheet, as JSON or text.",
    "readiness": "Check whether software is ready to be released, line by line.",
    "compliance": "Write the licence compliance report of an entry or a checkout.",
    "attribution": "Write whom a reuser of entries has to name, with the texts to hand over.",
    "declare": "Record what an agency declares beyond its files, or end it.",
    "openchain": "Tell what the catalogue holds of OpenChain (ISO/IEC 5230) about a publisher.",
    "archive": "Keep reports as they are today, list them, hand them out again.",
}


@click.group("audit", cls=Subcommands, package=__name__, helps=COMMANDS)
def command() -> None:
    """Audit licences: what is declared, what is really there, what was concluded.

    Example: publiccode audit evaluate
    """


def current_method(settings: Settings) -> Method:
    """By what this instance judges licences: its policy, and our list and texts."""
    from zoneinfo import ZoneInfo

    from ....registry.audit.method import MethodError, method

    try:
        return method(settings.license_policy, ZoneInfo(settings.time_zone))
    except MethodError as error:
        raise Misuse(f"PUBLICCODE_LICENSE_POLICY: {error}") from error


def rules() -> frozenset[str]:
    """The ids of the rules that a policy can be violated by."""
    from ....schemas.licensing.policy import RULES

    return frozenset(RULES)


@contextmanager
def plainly() -> Iterator[None]:
    """What cannot be carried out is told as misuse."""
    from ....registry.audit.conclusions import AuditError

    try:
        yield
    except AuditError as error:
        raise Misuse(str(error)) from error


@contextmanager
def deciding(store: Store, by: str) -> Iterator[Change]:
    """A transaction of the auditor `by`; what cannot be carried out is told as misuse."""
    from ....registry.audit.conclusions import auditor

    with plainly(), store.writing(auditor(by)) as change:
        yield change


def policy() -> Policy:
    """The policy of this instance."""
    from ....schemas.licensing.policy_file import PolicyError, load_policy

    try:
        return load_policy(settings().license_policy)
    except PolicyError as error:
        raise Misuse(f"PUBLICCODE_LICENSE_POLICY: {error}") from error


def deliver(content: str | bytes, output: Path | None) -> None:
    """Writes a document to a file, or to standard output."""
    written = content.encode() if isinstance(content, str) else content
    if output is None:
        if isinstance(content, bytes) and sys.stdout.isatty():
            raise Misuse("this format is no text for a terminal; next: name a file with -o")
        click.echo(written, nl=False)
        return
    try:
        output.write_bytes(written)
    except OSError as error:
        raise Trouble(f"{output} cannot be written: {error.strerror}; next: name another file with -o") from error


def as_pdf(html: Callable[[], str]) -> bytes:
    """The pages that Chromium prints of what `html` makes; it is looked for first, since a report may take a while."""
    from ...documents.pdf import PdfError, chromium, pdf

    try:
        program = chromium(settings().chromium)
        return pdf(html(), program)
    except PdfError as error:
        raise Trouble(str(error)) from error
