"""Column types of the database: times in UTC, JSON."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ColumnElement, DateTime, Enum, String, cast
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from sqlmodel import col


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, kept in UTC and given back with its time zone (SQLite forgets it)."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database: naive UTC. Raises ValueError for a time without zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without time zone cannot be kept")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """From the database: aware UTC."""
        return value.replace(tzinfo=UTC) if isinstance(value, datetime) else None


Json = JSON(none_as_null=True)


def may_hold(column: list[Any], value: str) -> ColumnElement[bool]:
    """Rows whose JSON list may hold `value`: a comparison of text that every database makes; look exactly at what comes back."""
    # PostgreSQL does not compare JSON with JSON; SQLite takes patterns of 50,000 bytes at most.
    return cast(col(column), String).contains(json.dumps(value)[:1000].rstrip('"'), autoescape=True)


def words(kind: type[StrEnum]) -> Enum:
    """A column that holds one of a few words, as text: a new word needs no change of the table."""
    return Enum(
        kind, native_enum=False, length=32, values_callable=lambda members: [member.value for member in members]
    )


def now() -> datetime:
    """This moment in UTC, to the millisecond. The one clock of the registry; tests move it."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
