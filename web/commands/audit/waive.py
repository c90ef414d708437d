"""`publiccode audit waive`: waive a rule of the policy for an entry."""

from __future__ import annotations

import click

from ....registry.audit.reasons import WaiverReason
from .. import open_store, say, settings


@click.command("waive")
@click.argument("entry", metavar="ADDRESS|SLUG")
@click.argument("rule")
@click.option(
    "--reason",
    type=click.Choice([str(reason) for reason in WaiverReason]),
    required=True,
    help="Why; docs/commands.md tells what each means.",
)
@click.option(
    "--until",
    required=True,
    metavar="YYYY-MM-DD",
    help="Its last day, in the instance's time zone; at most two years ahead.",
)
@click.option(
    "--remark", required=True, metavar="TEXT", help="What is special; shown to everybody, must not name a person."
)
@click.option("--by", required=True, metavar="NAME", help="Who waives; stands in reports.")
def command(entry: str, rule: str, reason: str, until: str, remark: str, by: str) -> None:
    """Waive a rule of the policy for an entry, until the end of a day.

    RULE is the id that `publiccode audit evaluate` tells, such as license-mismatch. The violation stays in reports, marked as
    waived. A waiver of the same rule that is in force ends. A review that allows a licence is a waiver of license-review.

    Example: publiccode audit waive e-petition license-mismatch --reason repair-announced --until 2027-03-31
    --remark "A release with the right file is planned" --by "Lin Yu"
    """
    from zoneinfo import ZoneInfo

    from ....registry.audit.conclusions import software_named
    from ....registry.audit.conclusions import waive as waive_rule
    from . import deciding, rules

    chosen = settings()
    zone = ZoneInfo(chosen.time_zone)
    with open_store(chosen) as store, deciding(store, by) as change:
        software = software_named(change.session, entry)
        made = waive_rule(change, software, rule, reason, until, remark, rules=rules(), zone=zone)
        told = f"Waiver {made.number}: {rule} is waived for {software.slug} until the end of {made.until}."
    say(told)
