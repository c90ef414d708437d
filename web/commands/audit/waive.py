"""`publiccode audit waive`: waive a rule of the policy for an entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ....registry.audit.reasons import WaiverReason
from .. import open_store, say, settings

if TYPE_CHECKING:
    from sqlmodel import Session

    from ....registry.audit.method import Method
    from ....registry.models import Software


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

    RULE is the id that `publiccode audit evaluate` tells, such as license-mismatch; the entry must violate it now. The violation
    stays in reports, marked as waived. A waiver of the same rule that is in force ends. A review that allows a licence is a waiver
    of license-review.

    Example: publiccode audit waive e-petition license-mismatch --reason repair-announced --until 2027-03-31
    --remark "A release with the right file is planned" --by "Lin Yu"
    """
    from zoneinfo import ZoneInfo

    from ....registry.audit.conclusions import software_named
    from ....registry.audit.conclusions import waive as waive_rule
    from . import current_method, deciding, rules

    chosen = settings()
    zone, method = ZoneInfo(chosen.time_zone), current_method(chosen)
    with open_store(chosen) as store, deciding(store, by) as change:
        software = software_named(change.session, entry)
        made = waive_rule(change, software, rule, reason, until, remark, rules=rules(), zone=zone)
        _violates(change.session, method, software, rule)
        told = f"Waiver {made.number}: {rule} is waived for {software.slug} until the end of {made.until}."
    say(told)


def _violates(session: Session, method: Method, software: Software, rule: str) -> None:
    """Refuses a waiver of what the entry does not violate: it would let pass what nobody has looked at.

    Raises:
        AuditError: it does not violate the rule, was not compared yet, or nobody looked at its repository.

    """
    from ....registry.audit.conclusions import AuditError
    from ....registry.audit.verdicts import newest_verdict
    from ....registry.models import AssessmentRecord

    shown = session.get_one(AssessmentRecord, software.shown_assessment_id)
    if not shown.commit:  # a verdict of before does not hold any more
        raise AuditError(
            f"another catalogue told of {software.slug}, and the repository itself has not been asked: there is nothing to waive; "
            f"next: publiccode why {software.slug}"
        )
    verdict = newest_verdict(session, software.id)
    if verdict is None:
        raise AuditError(f"{software.slug} was not compared yet; next: publiccode audit evaluate")
    violated = method.violated_by(method.policy_content)(verdict)
    if rule not in violated:
        others = f"it violates {', '.join(sorted(violated))}" if violated else "it violates none"
        raise AuditError(f"{software.slug} does not violate {rule} of the policy {method.policy}; {others}")
