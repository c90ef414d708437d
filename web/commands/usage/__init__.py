"""`publiccode usage`: who uses what. One module for each subcommand, with its `command`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from .. import Misuse, Subcommands, follow_log, open_store, settings

if TYPE_CHECKING:
    from sqlmodel import Session

    from ....registry.models import Software, Usage
    from ....registry.store import Change

# Name, and the line of help that `publiccode usage --help` prints; the module of the same name holds `command`.
COMMANDS = {
    "declare": "Record that an organisation uses a software.",
    "confirm": "Record that the organisation itself says so.",
    "withdraw": "End a statement about use.",
    "list": "List who uses what, with contacts.",
}


@click.group("usage", cls=Subcommands, package=__name__, helps=COMMANDS)
def command() -> None:
    """Record who uses what: declared by an organisation, claimed by a software's own file (usedBy), confirmed.

    Example: publiccode usage list --software e-petition
    """


@contextmanager
def plainly() -> Iterator[None]:
    """What cannot be carried out is told as misuse."""
    from ....registry.declaring import UsageError

    try:
        yield
    except UsageError as error:
        raise Misuse(str(error)) from error


@contextmanager
def saying(by: str) -> Iterator[Change]:
    """A transaction of `by`, after which the index follows; what cannot be carried out is told as misuse."""
    chosen = settings()
    with open_store(chosen) as store:
        with plainly(), store.writing(by) as change:
            yield change
        follow_log(chosen, store)


def chosen_statements(session: Session, which: str, user: str) -> tuple[Software | None, list[Usage]]:
    """The statements that a command is about: of one number, or of a software and a user; with the software in this case.

    Raises:
        UsageError: there are none.

    """
    from ....registry.declaring import UsageError, software_named, statement, statements_of

    if which.isascii() and which.isdecimal() and len(which) < 10 and not user:
        return None, [statement(session, int(which))]
    if not user:
        raise UsageError("whose use is meant? next: name the number that publiccode usage list tells, or add --user")
    software = software_named(session, which)
    return software, statements_of(session, software, user)
