"""The command `publiccode`: each subcommand is a module of `web/commands/` and imports its folder when it runs."""

from __future__ import annotations

import errno
import logging
import os
import sys
import traceback
from contextlib import AbstractContextManager
from types import TracebackType

import click

from publiccode import __version__

from .commands import Subcommands

# Name, and the line of help that `publiccode --help` prints; the module of the same name holds `command`.
COMMANDS = {
    "demo": "Show everything: harvest invented agencies' repositories, serve the catalogue.",
    "serve": "Serve the catalogue's pages and data.",
    "publishers": "Import and list the publishers and where they keep code.",
    "proposals": "List, accept and reject the addresses that readers proposed.",
    "harvest": "Harvest the repositories of all publishers, or of those named.",
    "drift": "Tell which variants fall behind the software that they are based on.",
    "why": "Tell every step that an address went through, and what to do next.",
    "validate": "Check publiccode.yml files.",
    "fix": "Repair what can be repaired safely in publiccode.yml files.",
    "new": "Write a new publiccode.yml, from what the repository shows.",
    "license": "Read licence expressions and licence files.",
    "audit": "Audit licences: what is declared, what is there, what was concluded, waived, reported.",
    "sbom": "Read bills of materials (SBOM), and collect those of the entries.",
    "usage": "Record who uses what: declare, confirm, withdraw, list.",
    "collections": "Import and list curated collections of software.",
    "search": "Search the catalogue.",
    "reuse-check": "Tell which systems have words in common with a tender or another text.",
    "reindex": "Build the search index anew from the database.",
    "db": "Make or upgrade the database.",
    "schedule": "Run harvests, backups and pruning at their times.",
    "backup": "Write a backup of the running instance.",
    "restore": "Make this instance the one that was backed up.",
    "prune": "Remove old looks that found nothing new.",
    "erase": "Take a person out of the stored files and all later harvests.",
}
FINE, FINDINGS, USAGE, UNEXPECTED = 0, 1, 2, 3


@click.group(
    cls=Subcommands,
    package="publiccode.web.commands",
    helps=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.version_option(__version__, prog_name="publiccode")
@click.option("-v", "--verbose", is_flag=True, help="Log what is done, on standard error.")
def cli(verbose: bool) -> None:
    """The registry of public code: harvest, validate, search and show publiccode.yml.

    Settings come from the environment (PUBLICCODE_DATA, PUBLICCODE_DATABASE_URL, …; see docs/settings.md).

    Example: publiccode demo
    """
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )


class _Unexpected(AbstractContextManager[None]):
    """We are wrong: the traceback is shown, and the exit code is 3, which Python's own 1 would hide."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, Exception):
            traceback.print_exception(error)
            click.echo(
                "This is a fault of the program, not of your input. Please report it with the lines above.", err=True
            )
            sys.exit(UNEXPECTED)


def main(arguments: list[str] | None = None) -> None:
    """Runs the command line and ends the process: 0 fine, 1 findings of severity error, 2 usage, 3 unexpected."""
    with _Unexpected():
        try:
            code = cli.main(arguments, prog_name="publiccode", standalone_mode=False)
        except click.ClickException as error:
            error.show()
            sys.exit(error.exit_code)
        except (click.Abort, KeyboardInterrupt):
            click.echo("stopped", err=True)
            sys.exit(130)
        except BrokenPipeError:  # `publiccode … | head`
            sys.stderr.close()
            sys.exit(FINE)
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            click.echo(f"Error: {error.strerror}. Next: make room where the output goes.", err=True)
            os._exit(UNEXPECTED)  # what waits to be written would fail once more
        except ModuleNotFoundError as error:
            _explain_missing(error)
        sys.exit(code if isinstance(code, int) else FINE)


def _explain_missing(error: ModuleNotFoundError) -> None:
    """A package of an extra is not installed: say which extra; anything else is a fault of ours."""
    if (error.name or "publiccode").partition(".")[0] == "publiccode":
        raise error
    extra = "postgresql" if (error.name or "").startswith("psycopg") else "server"
    click.echo(
        f"Error: this command needs the package {error.name!r}, which the base install leaves out.\n"
        f"Next: pip install 'publiccode-registry[{extra}]'",
        err=True,
    )
    sys.exit(USAGE)
