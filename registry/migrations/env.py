"""Alembic's entry: runs the migrations on the connection that `registry/upgrade.py` hands in."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import Enum
from sqlmodel import AutoString, SQLModel

from publiccode.registry import models  # noqa: F401  (fills the metadata)
from publiccode.registry.columns import UtcDateTime


def render(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Writes our column types as plain ones: a migration must not change when the program does."""
    if kind == "type":
        for type_, text in (
            (UtcDateTime, "sa.DateTime()"),
            (Enum, "sa.String(length=32)"),
            (AutoString, "sa.String()"),
        ):
            if isinstance(item, type_):
                return text
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    render_item=render,
)
with context.begin_transaction():
    context.run_migrations()
