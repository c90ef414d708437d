"""`publiccode usage confirm`: record that the organisation itself says that it uses a software."""

from __future__ import annotations

import click

from .. import say
from . import chosen_statements, saying


@click.command("confirm")
@click.argument("which", metavar="NUMBER|SOFTWARE")
@click.option("--user", default="", metavar="PUBLISHER|NAME", help="With SOFTWARE: whose use.")
@click.option("--by", required=True, metavar="NAME", help="Who confirms it, for the log.")
def command(which: str, user: str, by: str) -> None:
    """Record that the organisation itself says so: by the statement's number, or by the software and its user.

    Example: publiccode usage confirm e-petition --user qinglan --by "Lin Yu"
    """
    from ....registry.declaring import confirm, to_confirm
    from ....registry.models import Software

    with saying(by) as change:
        software, found = chosen_statements(change.session, which, user)
        chosen = to_confirm(change.session, software, user) if software is not None else found[0]
        done = confirm(change, chosen)
        slug = change.session.get_one(Software, done.software_id).slug
        told = f"Confirmed: {done.name} uses {slug} (statement {done.number})."
    say(told)
