"""Brings the database's tables to this version of the program (Alembic)."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from .store import Store

MIGRATIONS = Path(__file__).parent / "migrations"


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def upgrade(store: Store) -> tuple[str, str]:
    """Runs what is missing, all or nothing; gives the revision before and after.

    Raises:
        StorageError: the database cannot be written.

    """
    config = _config()
    before = revision(store)
    if before != newest():
        with store.writing("upgrade") as change:
            config.attributes["connection"] = change.session.connection()
            command.upgrade(config, "head")
    return before, revision(store)


def revision(store: Store) -> str:
    """The revision of the database's tables; empty for a new database."""
    with store.reading() as session:
        return MigrationContext.configure(session.connection()).get_current_revision() or ""


def newest() -> str:
    """The revision that this version of the program needs."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""
