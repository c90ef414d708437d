"""A database's content at one moment, out to a file and back in. SQLite by its online backup, PostgreSQL by pg_dump."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import inspect
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DatabaseError

from ..settings import process_environment
from ..store import StorageError, Store
from .archive import BackupError
from .folder import sqlite_file

_PAGES = 2000  # copied at a time, so that Ctrl-C is heard
_WAIT = 30.0  # seconds for a lock
DAMAGED = ("malformed", "not a database")


def engine_of(url: str) -> str:
    """The kind of database that a backup is of: sqlite or postgresql.

    Raises:
        BackupError: it is another kind.

    """
    engine = make_url(url).get_backend_name()
    if engine not in ("sqlite", "postgresql"):
        raise BackupError(f"databases of the kind {engine} cannot be backed up; next: use that database's own program")
    return engine


def take(store: Store, file: Path) -> dict[str, int]:
    """Copies the database, while others read and write it, as it is at this moment; gives the rows of each table.

    Raises:
        BackupError, StorageError: the database cannot be read.

    """
    if engine_of(store.url) == "postgresql":
        return _take_postgresql(store, file)
    what = f"the database {store.place} cannot be copied to {file.parent.parent}"
    with _plain(what), closing(sqlite3.connect(file, isolation_level=None)) as copy:
        with store.reading() as session:
            # One reading transaction holds for all steps: else a writer would make the copy begin again, over and over.
            session.connection().exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one()
            source = session.connection().connection.driver_connection
            _copy(source, copy)  # type: ignore[arg-type]  # the engine's dialect is SQLite's
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it
        return rows(copy)


def rows(database: sqlite3.Connection) -> dict[str, int]:
    """The number of rows of each table."""
    names = [
        str(name)
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        if not name.startswith("sqlite_")
    ]
    return {name: _count(database, name) for name in names}


def _count(database: sqlite3.Connection, table: str) -> int:
    quoted = table.replace('"', '""')
    return int(database.execute(f'SELECT count(*) FROM "{quoted}"').fetchone()[0])  # noqa: S608  (a name of the schema)


def check(file: Path, expected: Mapping[str, int]) -> None:
    """Whether a SQLite copy is sound and has the rows that its backup names.

    Raises:
        BackupError: it is not.

    """
    with (
        _plain("the backup's database cannot be read"),
        closing(sqlite3.connect(file, isolation_level=None)) as database,
    ):
        database.execute("PRAGMA trusted_schema=OFF")
        problems = [str(row[0]) for row in database.execute("PRAGMA integrity_check(3)")]
        if problems != ["ok"]:
            raise BackupError(f"the backup's database is damaged: {'; '.join(problems)}; nothing was changed")
        if (found := rows(database)) != dict(expected):
            raise BackupError(f"the backup's database has {found} rows, its manifest says {dict(expected)}")


def put(file: Path, url: str) -> Path | None:
    """Makes a SQLite database's content that of `file`, in one transaction, under the eyes of who reads it.

    Gives where a damaged database, into which nothing can be put, was moved aside; else None.

    Raises:
        BackupError: the database cannot be written; it is as it was.

    """
    target, aside = sqlite_file(url), None
    if target is None:
        raise BackupError("only the copy of a SQLite database can be put into one")
    target.parent.mkdir(parents=True, exist_ok=True)
    with _plain(f"the database {target} cannot be written"):
        try:
            _put(file, target)
        except sqlite3.DatabaseError as error:
            if not any(mark in str(error) for mark in DAMAGED):
                raise
            aside = _move_aside(target)
            _put(file, target)
    return aside


def _put(file: Path, target: Path) -> None:
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(target, isolation_level=None)) as database:
        database.execute(f"PRAGMA busy_timeout={int(_WAIT * 1000)}")
        database.execute("PRAGMA secure_delete=ON")
        database.execute("PRAGMA user_version").fetchone()  # tells what is no database before anything is written
        _copy(source, database)


def _move_aside(target: Path) -> Path:
    """A log of the damaged database must not be played back into the new one: all of its files go."""
    stamp = time.strftime("%Y%m%dT%H%M%S")
    for end in ("-wal", "-shm", "-journal", ""):
        old = Path(f"{target}{end}")
        if old.exists():
            old.rename(f"{target}.damaged-{stamp}{end}")
    return Path(f"{target}.damaged-{stamp}")


def _copy(source: sqlite3.Connection, target: sqlite3.Connection) -> None:
    until = time.monotonic() + _WAIT

    def watch(status: int, _left: int, _total: int) -> None:
        nonlocal until
        if status not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            until = time.monotonic() + _WAIT
        elif time.monotonic() > until:  # sqlite3 would wait for ever
            raise sqlite3.OperationalError("database is locked")

    source.backup(target, pages=_PAGES, progress=watch, sleep=0.1)


@contextmanager
def _plain(what: str) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        steps = {
            "locked": "stop what writes to it, then try again",
            "full": "make room on that disk",
            "I/O": "see that the disk has room and is sound",
            "readonly": "give this user the right to write to the file and its folder",
        }
        step = next((step for mark, step in steps.items() if mark in str(error)), "see the reason given")
        raise BackupError(f"{what}: {error}; next: {step}") from error


def tables(store: Store) -> set[str]:
    """The tables that are there; none where there is no database yet, or a damaged one."""
    try:
        with store.reading() as session:
            return set(inspect(session.connection()).get_table_names())
    except StorageError as error:
        file = sqlite_file(store.url)
        if file is not None and (not file.exists() or any(mark in str(error) for mark in DAMAGED)):
            return set()
        raise


def _take_postgresql(store: Store, file: Path) -> dict[str, int]:
    program = _program("pg_dump")
    try:
        with store.engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
            names = sorted(inspect(connection).get_table_names())
            quote = connection.dialect.identifier_preparer.quote_identifier
            snapshot = connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()
            counts = {
                name: int(connection.exec_driver_sql(f"SELECT count(*) FROM {quote(name)}").scalar_one())  # noqa: S608
                for name in names
            }
            options = ["--format=custom", "--compress=0", "--no-owner", "--no-acl", f"--snapshot={snapshot}"]
            chosen = [f"--table={quote(name)}" for name in names]
            _run([program, *options, *chosen, f"--file={file}"], store.url)
            return counts
    except DatabaseError as error:
        raise StorageError(f"the database {store.place} cannot be read: {error.orig}") from error


def put_postgresql(file: Path, store: Store, replace: bool) -> None:
    """Makes a PostgreSQL database's content that of `file`, in one transaction.

    Raises:
        BackupError: it cannot be written, or pg_restore is not here; it is as it was.

    """
    options = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-acl"]
    clean = ["--clean", "--if-exists"] if replace else []
    store.close()  # our own connections must not hold what is dropped
    _run([_program("pg_restore"), *options, *clean, str(file)], store.url)


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise BackupError(
            f"the program {name} is not installed here; next: install PostgreSQL's client programs (Debian: postgresql-client)"
        )
    return found


def _run(words: list[str], url: str) -> None:
    address, password = _without_password(make_url(url))
    environment = process_environment({"PGPASSWORD": password} if password else {})
    done = subprocess.run(  # noqa: S603  (our own words, no shell)
        [*words, f"--dbname={address}"], env=environment, capture_output=True, text=True, errors="replace", check=False
    )
    if done.returncode:
        raise BackupError(f"{Path(words[0]).name} ended with {done.returncode}: {done.stderr.strip()[-2000:]}")


def _without_password(url: URL) -> tuple[str, str]:
    """The address as PostgreSQL's programs read it, and the password apart: every user sees a process's words."""
    named = url.query.get("password", "")
    password = url.password or (named if isinstance(named, str) else named[-1])
    plain = url.difference_update_query(["password"])
    address = URL.create("postgresql", plain.username, None, plain.host, plain.port, plain.database, plain.query)
    return address.render_as_string(hide_password=False), password
