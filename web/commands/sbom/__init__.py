"""`publiccode sbom`: bills of materials (SBOM). One module for each subcommand, with its `command`."""

from __future__ import annotations

import click

from .. import Subcommands

# Name, and the line of help that `publiccode sbom --help` prints; the module of the same name holds `command`.
COMMANDS = {
    "read": "Read a bill of materials: packages, licences, what it lacks.",
    "collect": "Look for the bills of materials of entries, in their repositories and at their releases.",
    "import": "Record a bill of materials that was given for an entry.",
    "withdraw": "End a bill of materials that was given for an entry.",
    "list": "List the bills of materials that are known.",
    "write": "Write a bill of materials of an entry, a publisher or the catalogue, as SPDX.",
}


@click.group("sbom", cls=Subcommands, package=__name__, helps=COMMANDS)
def command() -> None:
    """Bills of materials (SBOM): read them, collect those of the catalogue's entries, write them.

    Example: publiccode sbom read sbom.spdx.json
    """
