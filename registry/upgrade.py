"""Brings the database's tables to this version of the program (Alembic)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from .store import Store

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(store: Store, migrations: Path = MIGRATIONS) -> tuple[str, str]:
    """Runs what is missing, all or nothing; gives the revision before and after. `migrations` is Alembic's folder.

    Raises:
        StorageError: the database cannot be written.

    """
    config = _config(migrations)
    before = revision(store)
    if before != newest(migrations):
        with _changing_tables(store) as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    return before, revision(store)


def revision(store: Store) -> str:
    """The revision of the database's tables; empty for a new database."""
    with store.reading() as session:
        return MigrationContext.configure(session.connection()).get_current_revision() or ""


def newest(migrations: Path = MIGRATIONS) -> str:
    """The revision that this version of the program needs."""
    return ScriptDirectory.from_config(_config(migrations)).get_current_head() or ""


def known(migrations: Path = MIGRATIONS) -> frozenset[str]:
    """All revisions from which this version of the program can upgrade, the newest among them."""
    return frozenset(script.revision for script in ScriptDirectory.from_config(_config(migrations)).walk_revisions())


def _config(migrations: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    return config


@contextmanager
def _changing_tables(store: Store) -> Iterator[Connection]:
    """A writing transaction in which tables that others point to may be built anew.

    SQLite alters a table by making a new one, dropping the old and renaming; with foreign keys enforced the drop fails, and
    within a transaction they cannot be switched off. So they are off before it begins, and checked before it ends
    (https://www.sqlite.org/lang_altertable.html#otheralter, steps 1, 10 and 12).

    Raises:
        RuntimeError: rows would point nowhere; nothing was changed.

    """
    # reading() says plainly what stands in the way of the database.
    with store.reading(), store.engine.execution_options(writing=True).connect() as connection:
        if connection.dialect.name != "sqlite":
            with connection.begin():
                yield connection
            return
        sqlite = connection.connection.cursor()
        sqlite.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                yield connection
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                if broken:
                    tables = ", ".join(sorted({f"{row[0]} → {row[2]}" for row in broken}))
                    raise RuntimeError(f"after the migration {len(broken)} rows would point nowhere: {tables}")
        finally:
            sqlite.execute("PRAGMA foreign_keys=ON")
            sqlite.close()
