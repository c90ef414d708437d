"""When a record was changed, as catalogues write it."""

from __future__ import annotations

from datetime import UTC, datetime

from ...schemas.finding import Message
from .normalised import unused


def moment(value: object, field: str) -> tuple[datetime | None, tuple[Message, ...]]:
    """The moment in UTC (RFC 3339; a day is its beginning), and what to tell where there is one that cannot be read."""
    if value in (None, ""):
        return None, ()
    try:
        found = datetime.fromisoformat(value.strip()) if isinstance(value, str) and len(value) <= 50 else None
        if found is not None:
            return (found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)), ()
    except (ValueError, OverflowError):
        pass
    return None, (unused(field, str(value)[:200]),)
