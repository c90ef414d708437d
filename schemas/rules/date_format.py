"""Dates are days of the calendar, written YYYY-MM-DD: releaseDate and the `until` of contractors.

Fails: other orders (`31/12/2027`), a time after the date, one-digit months, days that do not exist (2021-13-45), a
web address in place of a date, empty texts. With or without quotes makes no difference.

Repair: write year, month and day with hyphens, as in 2027-12-31; years by the Western calendar (民國 116 is 2027).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from ..candidate import Candidate
from ..document import Document
from ..finding import Finding, Severity, message
from ..standard import Format
from ..structure import structure

ID, SEVERITY = "date-format", Severity.ERROR
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})\Z")


def check(document: Document, candidate: Candidate) -> Iterator[Finding]:
    """One finding for each date that is none."""
    for found in structure(document).of_format(Format.DATE):
        if not is_date(found.text):
            yield found.finding(
                ID,
                SEVERITY,
                message("“{value}” is not a date of the form YYYY-MM-DD", value=found.shown),
                message("Write year, month and day with hyphens, as in 2027-12-31."),
            )


def is_date(text: str) -> bool:
    """Whether `text` is a day of the calendar, written YYYY-MM-DD."""
    match = _DATE.match(text)
    try:
        return match is not None and bool(date(*map(int, match.groups())))
    except ValueError:
        return False
