"""A contract of maintenance runs now and ends within two years: maintenance.contractors[].until.

The standard: the date “should be at most two years in the future”, so that the file is looked at again. A date in the past
means that nobody maintains the software, or that nobody told the file. The reference checks neither; a warning.

Judged by the day of the check, in `publiccode validate` and on the page that checks a file; a harvest leaves it out, so that
the same commit always gets the same answer.

Repair: write the day on which the running contract ends, or set `maintenance.type` to what holds now.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ..candidate import Candidate
from ..document import Document
from ..finding import Finding, Severity, message
from ..structure import structure
from .date_format import is_date

ID, SEVERITY = "contract-until", Severity.WARNING
YEARS = 2


def check(document: Document, candidate: Candidate) -> Iterator[Finding]:
    """One finding for each contract that has ended or ends too late."""
    today = candidate.day
    if today is None:
        return
    for found in structure(document).all_at("maintenance.contractors[].until"):
        if not is_date(found.text):
            continue
        until = date.fromisoformat(found.text)
        if until < today:
            text = message("the contract ended on {date}", date=found.text)
            help_text = message("Write the end of the running contract, or set maintenance.type to what holds now.")
        elif (until.year - YEARS, until.month, until.day) > (today.year, today.month, today.day):
            text = message("the contract ends on {date}, more than two years from now", date=found.text)
            help_text = message("Write a date within two years; the file is then looked at again in time.")
        else:
            continue
        yield found.finding(ID, SEVERITY, text, help_text)
