"""`publiccode usage withdraw`: end a statement about use."""

from __future__ import annotations

import click

from .. import say
from . import chosen_statements, saying


@click.command("withdraw")
@click.argument("which", metavar="NUMBER|SOFTWARE")
@click.option(
    "--user", default="", metavar="PUBLISHER|NAME", help="With SOFTWARE: whose use; all that is said of it ends."
)
@click.option("--reason", required=True, metavar="TEXT", help="Why; must not name a person.")
@click.option("--by", required=True, metavar="NAME", help="Who withdraws it, for the log.")
def command(which: str, user: str, reason: str, by: str) -> None:
    """End a statement about use; it stays in the history, and what a file says by the same name is not taken up again.

    Example: publiccode usage withdraw 3 --reason "Another system since June" --by "Lin Yu"
    """
    from ....registry.declaring import withdraw

    with saying(by) as change:
        _, found = chosen_statements(change.session, which, user)
        told = [f"Statement {withdraw(change, row, reason).number} is withdrawn." for row in found]
    say("\n".join(told))
