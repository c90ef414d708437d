"""`publiccode audit withdraw`: end a conclusion or a waiver."""

from __future__ import annotations

import click

from .. import open_store, say, settings


@click.command("withdraw")
@click.argument("kind", type=click.Choice(["conclusion", "waiver"]))
@click.argument("number", type=click.IntRange(1, 2**31 - 1))
@click.option("--by", required=True, metavar="NAME", help="Who withdraws it; stands in reports.")
def command(kind: str, number: int, by: str) -> None:
    """End a conclusion or a waiver, by its number. It stays in the history.

    Example: publiccode audit withdraw waiver 3 --by "Lin Yu"
    """
    from zoneinfo import ZoneInfo

    from ....registry.audit.conclusions import end_waiver, withdraw_conclusion
    from ....registry.audit.verdicts import follow_licenses
    from . import current_method, deciding

    chosen = settings()
    zone = ZoneInfo(chosen.time_zone)
    # Read first: where the policy cannot be read nothing is withdrawn. A waiver's end needs no comparing.
    method = current_method(chosen) if kind == "conclusion" else None
    with open_store(chosen) as store:
        with deciding(store, by) as change:
            if method is None:
                end_waiver(change, number, zone)
            else:
                again, who = withdraw_conclusion(change, number, zone).software_id, change.actor
        if method is not None:
            follow_licenses(store, method, actor=who, only=[again])
    say(f"The {kind} {number} is withdrawn.")
