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
    from . import current_method, plainly

    chosen = settings()
    with open_store(chosen) as store:
        with plainly(), store.writing(by) as change:
            if kind == "waiver":
                end_waiver(change, number, ZoneInfo(chosen.time_zone))
                again = None
            else:
                again = withdraw_conclusion(change, number).software_id
        if again is not None:
            follow_licenses(store, current_method(chosen), actor=by, only=[again])
    say(f"The {kind} {number} is withdrawn.")
