"""The tables of who uses what, and of curated collections."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from .columns import Json, UtcDateTime

# What the log does not repeat of these tables: what people write, and their names. `usage.name` comes from strangers' files.
PRIVATE = (
    *(f"usage.{column}" for column in ("name", "version", "purpose", "contact", "evidence", "withdrawn_because")),
    *(f"usage.{column}" for column in ("declared_by", "confirmed_by", "withdrawn_by")),
    *(f"collection.{column}" for column in ("titles", "texts", "items", "by")),
)


class Usage(SQLModel, table=True):
    """One statement that an organisation uses a software. Never deleted.

    `name` is the organisation as it was written, `publisher_id` the publisher that it is, where we know one. `since` is YYYY,
    YYYY-MM or YYYY-MM-DD; `contact` is for the registry's own people: on no page, in no index. `kind`: claimed or confirmed.
    `source`: file (the software's own file names the user) or declared. `unnamed_at`: since when the file no longer does; it ends
    what is claimed, while what is confirmed stays. `declared_at` is for a statement of a file the moment it was read first.
    """

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    number: int = Field(unique=True)
    software_id: UUID = Field(foreign_key="software.id", index=True)
    publisher_id: UUID | None = Field(default=None, foreign_key="publisher.id", index=True)
    name: str
    version: str = ""
    since: str = ""
    purpose: str = ""
    contact: str = ""
    evidence: str = ""
    kind: str = "claimed"
    source: str = "declared"
    declared_by: str = ""
    declared_at: datetime = Field(sa_type=UtcDateTime)
    confirmed_by: str = ""
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    unnamed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    withdrawn_by: str = ""
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    withdrawn_because: str = ""


class Collection(SQLModel, table=True):
    """A curated list of software. `titles` and `texts` (Markdown) are by language.

    `items` are `{address, key, notes}` in the curator's order: an address as it was written, normalised, and a note by language.
    `removed_at`: it was taken down; its slug stays its own.
    """

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    slug: str = Field(unique=True)
    titles: dict[str, str] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
    texts: dict[str, str] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
    items: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    at: datetime = Field(sa_type=UtcDateTime)
    by: str
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
