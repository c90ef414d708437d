"""`publiccode license`: read licence expressions and licence files. One module for each subcommand, with its `command`."""

from __future__ import annotations

import click

from .. import Subcommands

# Name, and the line of help that `publiccode license --help` prints; the module of the same name holds `command`.
COMMANDS = {
    "parse": "Read SPDX licence expressions, and say what other texts may mean.",
    "identify": "Say which licence the text in a file is.",
    "policy": "Say whether a policy allows licences, and why.",
}


@click.group("license", cls=Subcommands, package=__name__, helps=COMMANDS)
def command() -> None:
    """Read licence expressions and licence files. Needs no network and no database.

    Example: publiccode license parse 'MIT OR GPL-3.0'
    """
