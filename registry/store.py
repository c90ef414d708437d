"""The door to the database: connections, transactions, and the event that every change leaves."""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

from sqlalchemy import Engine, event, insert, inspect
from sqlalchemy import create_engine as sqlalchemy_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError, DataError, IntegrityError, ProgrammingError
from sqlmodel import Session, SQLModel, select

from . import evidence_models
from .actors import require_recordable
from .columns import now
from .models import Event, SlugRecord
from .usage_models import PRIVATE

# The tables whose changes are facts about the catalogue; runs and their items are records themselves.
_LOGGED = {
    *("publisher", "code_hosting", "repository", "assessment", "software", "stored_file", "erasure"),
    *("listing", "proposal", "audit_method", "license_conclusion", "license_waiver", "usage", "collection"),
    *("license_verdict", "activity", "facts", "sbom", "scan", "declaration", "archived_report"),
}
# What an event does not repeat: a file's bytes, what an assessment holds (it is a record of its own, kept for ever), and
# what a stranger or an auditor writes, which may name a person. Verdicts, activity and facts are records of their own as well.
_NOT_LOGGED = {
    *("content", "findings", "values", "license_files", "publisher", "remark", "license_conclusion.reason", *PRIVATE),
    *evidence_models.PRIVATE,
    *("license_verdict.found", "license_verdict.inputs", "activity.points", "facts.facts"),
}


WAIT_MILLISECONDS = 15_000  # of one SQLite writer for another


class StorageError(Exception):
    """The database cannot be read or written. The text says which, why, and what to do; nothing was changed."""


class Change:
    """One transaction of one actor. What is added or altered through it is logged in the same transaction."""

    def __init__(self, session: Session, actor: str, at: datetime) -> None:
        self.session, self.actor, self.at = session, actor, at
        self.kept: set[str] = set()
        """Hashes of the files that this transaction kept."""

    def log(
        self, entity: str, entity_id: object, kind: str, before: dict[str, Any] | None, after: dict[str, Any] | None
    ) -> None:
        """Adds an Event by hand, for what is not the change of a row."""
        self.session.add(
            Event(
                at=self.at,
                actor=self.actor,
                entity=entity,
                entity_id=str(entity_id),
                kind=kind,
                before=before,
                after=after,
            )
        )

    def slug(self, entity: str, entity_id: UUID, wanted: str) -> str:
        """A slug for this entity that was never given to another: the wanted one, or with a number behind it."""
        base = slugify(wanted) or entity
        self.session.flush()
        taken = {
            record.slug: record.entity_id
            for record in self.session.exec(
                select(SlugRecord).where(SlugRecord.entity == entity, SlugRecord.slug.startswith(base))
            )
        }
        number, slug = 1, base
        while slug in taken and taken[slug] != entity_id:
            number += 1
            slug = f"{base}-{number}"
        if slug not in taken:
            self.session.add(SlugRecord(entity=entity, slug=slug, entity_id=entity_id))
        return slug


def slugify(text: str) -> str:
    """`text` as one piece of an address: letters and digits of any script in lower case, joined by hyphens; at most 80 letters.

    >>> slugify("陳情系統 – E-Petition 2.0")
    '陳情系統-e-petition-2-0'
    """
    words = re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text).casefold())
    return "-".join(words)[:80].strip("-")


class Store:
    """The database of one instance. `create`: a SQLite file that is not there yet is made; else that is a StorageError."""

    def __init__(self, url: str, create: bool = True) -> None:
        self.url = url
        self.engine = _engine(url, create)

    @property
    def place(self) -> str:
        """Where the database is, for people: SQLite's file, or the URL without its password."""
        return _place(self.url)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only reads.

        Raises:
            StorageError: the database cannot be opened.

        """
        with self._plain_errors(), Session(self.engine) as session:
            yield session

    @contextmanager
    def writing(self, actor: str, at: datetime | Callable[[], datetime] | None = None) -> Iterator[Change]:
        """A transaction: all of it, with its events, or nothing.

        Args:
            actor: who writes, for the log.
            at: the moment of its events, or a clock, which is read when all earlier writers have ended; None: that of the registry.

        Raises:
            StorageError: the database is locked, read-only, full or damaged; nothing was written.
            ActorError: the actor's name may not be recorded (`actors.py`).

        """
        with self._plain_errors(), Session(self.engine.execution_options(writing=True)) as session, session.begin():
            connection = session.connection()  # SQLite: BEGIN IMMEDIATE
            if self.engine.dialect.name == "postgresql":
                # One writer at a time, as SQLite does: else a later event could be committed, and followed, before an earlier one.
                connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7305)")
            # Only now: a writer that waited must not write with a moment that readers were told of before.
            change = Change(session, actor, at if isinstance(at, datetime) else (at or now)())
            session.info["change"] = change
            require_recordable(session, actor)
            yield change

    @contextmanager
    def _plain_errors(self) -> Iterator[None]:
        try:
            yield
        except (IntegrityError, DataError):
            raise  # what we wrote was wrong, not the database
        except ProgrammingError as error:
            if "does not exist" not in str(error.orig):
                raise
            raise StorageError(_explain(self.url, str(error.orig))) from error
        except DatabaseError as error:
            raise StorageError(_explain(self.url, str(error.orig))) from error

    def compact(self) -> None:
        """Leaves nothing of deleted or overwritten content in SQLite's write-ahead log (secure_delete has cleared the pages).

        Raises:
            StorageError: somebody reads or writes, and so the log must stay; what it holds is still on the disk.

        """
        if self.engine.dialect.name != "sqlite":
            return
        with self._plain_errors():
            connection = self.engine.raw_connection()
            connection.detach()  # not back into the pool: its short wait is for this step alone
            try:
                cursor = connection.cursor()
                cursor.execute("PRAGMA busy_timeout=1000")
                busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            finally:
                connection.close()
        if busy:
            raise StorageError(
                f"{make_url(self.url).database} is being read by others: what was overwritten stays in the write-ahead "
                "log until the readers end; wait for them or stop them, then run erase again."
            )

    def close(self) -> None:
        """Gives all connections back."""
        self.engine.dispose()


def _place(url: str) -> str:
    address = make_url(url)
    return (
        str(address.database)
        if address.get_backend_name() == "sqlite"
        else address.render_as_string(hide_password=True)
    )


def _explain(url: str, reason: str) -> str:
    place = _place(url)
    steps = {
        "readonly": "give this user the right to write to the file and its folder",
        "full": "make room on that disk",
        "locked": "wait until the other process has finished, then try again",
        "unable to open": "if there is none yet, run: publiccode db upgrade; else see that its folder may be written",
        "no such table": "run: publiccode db upgrade",
        "no such column": "run: publiccode db upgrade",
        "does not exist": "run: publiccode db upgrade",
        "connection": "see that the database server runs and may be reached from here",
        "malformed": "restore the last backup",
        "not a database": "name another file, or restore the last backup",
        "disk i/o": "see that the disk has room and is sound",
    }
    step = next((step for mark, step in steps.items() if mark in reason.lower()), "see the reason given")
    return f"the database {place} cannot be used: {reason}. Nothing of this step was written; next: {step}."


def _engine(url: str, create: bool) -> Engine:
    address = make_url(url)
    database = address.database or ""
    if (
        address.get_backend_name() == "sqlite"
        and database
        and database != ":memory:"
        and not database.startswith("file:")
    ):
        if create:
            Path(database).parent.mkdir(parents=True, exist_ok=True)
        else:  # mode=rw: opened, but not made
            address = address.set(database=f"file:{quote(database)}", query={"mode": "rw", "uri": "true"})
    engine = sqlalchemy_engine(address)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # sqlite3 must not open transactions by itself: BEGIN IMMEDIATE is ours (_begin_sqlite).
    connection.isolation_level = None
    for pragma in (f"busy_timeout={WAIT_MILLISECONDS}", "foreign_keys=ON", "synchronous=NORMAL", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")
    try:
        connection.execute("PRAGMA journal_mode=WAL")
    except sqlite3.OperationalError as error:
        # A read-only file can still be read; writing to it says so at the first write.
        if "readonly" not in str(error) and "locked" not in str(error):
            raise


def _begin_sqlite(connection: Any) -> None:
    # A writer takes the lock at once: two writers then wait for each other instead of failing at the first write.
    writing = connection.get_execution_options().get("writing")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def plain(value: object) -> Any:
    """`value` as JSON holds it."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    return value.value if isinstance(value, Enum) else value


@event.listens_for(Session, "before_flush")
def _log_changes(session: Session, _context: object, _instances: object) -> None:
    """Writes the Event of every row that is about to change, in its transaction."""
    change = session.info.get("change")
    if change is None:
        return
    events: list[dict[str, Any]] = []
    for row in [*session.new, *session.dirty]:
        if not isinstance(row, SQLModel) or getattr(row, "__tablename__", "") not in _LOGGED:
            continue
        state = inspect(row)
        before, after = {}, {}
        for column in state.mapper.column_attrs:
            history = state.attrs[column.key].history
            unlogged = {column.key, f"{row.__tablename__}.{column.key}"} & _NOT_LOGGED
            if unlogged or not history.has_changes():
                continue
            old, new = (history.deleted or [None])[0], (history.added or [None])[0]
            if row not in session.new and old == new:
                continue
            before[column.key], after[column.key] = plain(old), plain(new)
        created = row in session.new
        if after or created:
            identity = getattr(row, "id", None) or getattr(row, "hash", None) or getattr(row, "digest", "")
            kind = "created" if created else "changed"
            told = {"at": change.at, "actor": change.actor, "before": None if created else before, "after": after}
            named = {"id": uuid4(), "entity": str(row.__tablename__), "entity_id": str(identity), "kind": kind}
            events.append({**named, **told})
    if events:  # all at once, past the session: a harvest writes tens of thousands
        session.connection().execute(insert(Event), events)
