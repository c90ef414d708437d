"""`publiccode usage declare`: record that an organisation uses a software."""

from __future__ import annotations

import click

from .. import say
from . import saying


@click.command("declare")
@click.argument("software", metavar="SOFTWARE")
@click.option(
    "--user", required=True, metavar="PUBLISHER|NAME", help="A publisher's id or name, or any organisation's name."
)
@click.option("--version", default="", metavar="TEXT", help="The version that is in use.")
@click.option("--since", default="", metavar="YYYY[-MM[-DD]]", help="Since when.")
@click.option("--for", "purpose", default="", metavar="TEXT", help="For what; shown to everybody.")
@click.option("--contact", default="", metavar="TEXT", help="Whom to ask; kept from pages, data and search.")
@click.option("--evidence", default="", metavar="URL", help="An http(s) address where it can be seen.")
@click.option("--by", required=True, metavar="NAME", help="Who records this, for the log.")
def command(
    software: str, user: str, version: str, since: str, purpose: str, contact: str, evidence: str, by: str
) -> None:
    """Record that an organisation uses SOFTWARE (a slug or an address).

    It is shown as claimed until `publiccode usage confirm`. A newer declaration of the same organisation replaces the former.

    Example: publiccode usage declare e-petition --user qinglan --version 2.1 --since 2025-03 --for "Petitions to the county"
    --contact it@qinglan.example --evidence https://qinglan.example/petition --by "Lin Yu"
    """
    from ....registry.declaring import Declaration, declare, near_names, software_named

    said = Declaration(user, version, since, purpose, contact, evidence)
    with saying(by) as change:
        entry = software_named(change.session, software)
        near = near_names(change.session, user)
        made, former = declare(change, entry, said)
        told = f"Statement {made.number}: {made.name} uses {entry.slug} (claimed)."
        replaced = f"It replaces statement {former.number}, which was {former.kind}." if former else ""
        number, is_publisher, is_own = (
            made.number,
            made.publisher_id is not None,
            made.publisher_id == entry.publisher_id,
        )
    say(told)
    if replaced:
        click.echo(replaced)
    if not is_publisher:
        hint = f" Spelled nearly so: {', '.join(near)}." if near else ""
        say(f"No publisher of this catalogue is called so; the name is kept as it is.{hint}")
    if is_own:
        say("It publishes this software itself: the entry's page tells so, and it is not counted as use by others.")
    click.echo(f"Next, when the organisation itself says so: publiccode usage confirm {number} --by NAME")
