"""When entries were listed: how many in each month, and which."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from uuid import UUID

from sqlalchemy import case, func
from sqlmodel import Session, col, select

from .catalogue import newest_event, shown_condition
from .models import Software


def months(session: Session, zone: tzinfo, only_valid: bool = False) -> dict[str, int]:
    """For each month (YYYY-MM, in this zone) in which entries were listed that are shown now, their number."""
    listed, shown = col(Software.created_at), shown_condition(only_valid)
    span: tuple[datetime | None, datetime | None] = session.exec(
        select(func.min(listed), func.max(listed)).where(shown)
    ).one()
    first, last = span
    if first is None or last is None:
        return {}
    begins = [_begin(first.astimezone(zone).date(), zone)]
    while (after := _begin(begins[-1].date() + timedelta(days=31), zone)) <= last:
        begins.append(after)
    # Told by the database, which knows no time zones, by the moments at which months begin; the last ones have the most entries.
    newest_first = [(listed >= begin, f"{begin:%Y-%m}") for begin in reversed(begins)]
    month = case(*newest_first, else_=f"{begins[0]:%Y-%m}")
    counted = session.exec(select(month, func.count()).where(shown).group_by(month))
    return dict(sorted(counted.all()))


def _begin(day: date, zone: tzinfo) -> datetime:
    """The moment at which the month of this day begins."""
    return datetime(day.year, day.month, 1, tzinfo=zone)


class Months:
    """`months` of one catalogue, counted again only when an event was written since."""

    def __init__(self, zone: tzinfo, only_valid: bool = False) -> None:
        self._zone, self._only_valid = zone, only_valid
        self._kept: tuple[tuple[int, UUID | None], dict[str, int]] = ((-1, None), {})

    def counted(self, session: Session) -> dict[str, int]:
        """See `months`; shared, not to be changed."""
        newest = newest_event(session)
        known, counted = self._kept
        if known != newest:
            counted = months(session, self._zone, self._only_valid)
            self._kept = (newest, counted)
        return counted


def listed_in(session: Session, month: date, zone: tzinfo, only_valid: bool, limit: int, offset: int = 0) -> list[UUID]:
    """The ids of the entries that were listed in the month of this day (in this zone) and are shown now, newest first."""
    begin = _begin(month, zone)
    end = _begin(begin.date() + timedelta(days=31), zone)
    ids = session.exec(
        select(Software.id)
        .where(shown_condition(only_valid), col(Software.created_at) >= begin, col(Software.created_at) < end)
        .order_by(col(Software.created_at).desc(), col(Software.id).desc())
        .offset(offset)
        .limit(limit)
    )
    return list(ids.all())
