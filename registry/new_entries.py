"""When entries were listed: how many in each month, and which."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

from sqlalchemy import extract, func
from sqlmodel import Session, col, select

from .catalogue import newest_event, shown_condition
from .models import Software


def months(session: Session, only_valid: bool = False) -> dict[str, int]:
    """For each month (YYYY-MM, UTC) in which entries were listed that are shown now, their number."""
    year, month = extract("year", col(Software.created_at)), extract("month", col(Software.created_at))
    counted = select(year, month, func.count()).where(shown_condition(only_valid)).group_by(year, month)
    return {f"{int(of_year):04}-{int(of_month):02}": number for of_year, of_month, number in session.exec(counted)}


class Months:
    """`months` of one catalogue, counted again only when an event was written since."""

    def __init__(self, only_valid: bool = False) -> None:
        self._only_valid = only_valid
        self._kept: tuple[tuple[int, UUID | None], dict[str, int]] = ((-1, None), {})

    def counted(self, session: Session) -> dict[str, int]:
        """See `months`; shared, not to be changed."""
        newest = newest_event(session)
        known, counted = self._kept
        if known != newest:
            counted = months(session, self._only_valid)
            self._kept = (newest, counted)
        return counted


def listed_in(session: Session, month: date, only_valid: bool, limit: int, offset: int = 0) -> list[UUID]:
    """The ids of the entries that were listed in the month of this day and are shown now, newest first."""
    begin = datetime(month.year, month.month, 1, tzinfo=UTC)
    end = datetime(month.year + month.month // 12, month.month % 12 + 1, 1, tzinfo=UTC)
    ids = session.exec(
        select(Software.id)
        .where(shown_condition(only_valid), col(Software.created_at) >= begin, col(Software.created_at) < end)
        .order_by(col(Software.created_at).desc(), col(Software.id).desc())
        .offset(offset)
        .limit(limit)
    )
    return list(ids.all())
