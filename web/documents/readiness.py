"""The checks before a release as a workbook, to be worked through line by line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ..translation import gettext
from .xlsx import Book, Column


def readiness_xlsx(told: Mapping[str, Any], language: str, catalogue: str) -> bytes:
    """The workbook; `told` as `readiness_data` gives it. The same values give the same bytes."""
    subject = told["subject"]
    name = f"{gettext('Release readiness')}{gettext(': ')}{subject['name']}"
    at = datetime.fromisoformat(told["day"]).replace(tzinfo=UTC)
    book = Book(language, name, at, f"{catalogue} – {told['day']}")
    lines = book.sheet(
        gettext("Checklist"),
        (
            Column(gettext("Part"), 13),
            Column(gettext("Check"), 22),
            Column(gettext("State"), 14),
            Column(gettext("Reason"), 40),
            Column(gettext("Evidence"), 15),
            Column(gettext("Next step"), 32),
            Column(gettext("Done by, and day"), 14),  # left empty: for the agency
        ),
    )
    for group in told["groups"]:
        for line in group["lines"]:
            lines.row(
                group["title"], line["title"], line["state_title"], line["reason"], line["evidence"], line["next"], ""
            )
    about = book.sheet(gettext("Overview"), (Column(gettext("Field"), 40), Column(gettext("What is known"), 80)))
    for title, value in (
        (gettext("Software"), subject["name"]),
        (gettext("Publisher"), subject["publisher"]),
        (gettext("Repository"), subject["address"]),
        (gettext("Commit"), subject["commit"]),
        (gettext("From"), subject["source_title"]),
        (gettext("Day"), told["day"]),
        (gettext("Lines"), told["counts"]["lines"]),
        (gettext("fulfilled"), told["counts"]["fulfilled"]),
        (gettext("not fulfilled"), told["counts"]["not_fulfilled"]),
        (gettext("declared by the agency"), told["counts"]["declared"]),
        (gettext("cannot be known by machine"), told["counts"]["unknowable"]),
        (gettext("Remark"), told["notice"]),
    ):
        about.row(title, value)
    return book.content()
