"""The database: what is said when it cannot be used, and that migrations make the tables of the models."""

import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from threading import Event as Signal
from threading import Thread
from time import sleep

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlmodel import SQLModel, col, select

from publiccode.registry.columns import now
from publiccode.registry.models import Event, LicenseVerdictRecord, Publisher
from publiccode.registry.store import StorageError, Store, slugify
from publiccode.registry.upgrade import MIGRATIONS, newest, revision, upgrade

from ..looks import World, software


def test_migrations_make_the_tables_of_the_models(store: Store) -> None:
    with store.reading() as session:
        context = MigrationContext.configure(session.connection())
        assert compare_metadata(context, SQLModel.metadata) == []
    assert revision(store) == newest()


def test_upgrading_twice_changes_nothing(store: Store) -> None:
    assert upgrade(store) == (newest(), newest())


def test_a_transaction_is_all_or_nothing(store: Store) -> None:
    def fail() -> None:
        with store.writing("test") as change:
            change.session.add(Publisher(identifier="a", slug="a", name="A"))
            change.session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with store.reading() as session:
        assert session.exec(select(Publisher)).all() == []
        assert session.exec(select(Event)).all() == []


def test_read_only_is_said_plainly(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "registry.sqlite"
    locked = Store(f"sqlite:///file:{path}?mode=ro&uri=true")
    with pytest.raises(StorageError) as caught, locked.writing("test") as change:
        change.session.add(Publisher(identifier="a", slug="a", name="A"))
    locked.close()
    assert str(caught.value) == (
        f"the database file:{path} cannot be used: attempt to write a readonly database. Nothing of this step was written; "
        "next: give this user the right to write to the file and its folder."
    )


def test_a_full_disk_is_said_plainly_and_loses_nothing(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "registry.sqlite"
    with store.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    many = [Publisher(identifier=f"{number}", slug=f"{number}", name="A" * 1000) for number in range(500)]
    with pytest.raises(StorageError) as caught, store.writing("test") as change:
        change.session.add_all(many)
    assert str(caught.value) == (
        f"the database {path} cannot be used: database or disk is full. Nothing of this step was written; "
        "next: make room on that disk."
    )
    with store.reading() as session:
        assert session.exec(select(Publisher)).all() == []


def test_no_database_and_no_tables_are_said_plainly(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'new.sqlite'}")
    with pytest.raises(StorageError) as caught, store.reading() as session:
        session.exec(select(Publisher)).all()
    store.close()
    assert str(caught.value) == (
        f"the database {tmp_path / 'new.sqlite'} cannot be used: no such table: publisher. Nothing of this step was written; "
        "next: run: publiccode db upgrade."
    )


def test_sqlite_is_used_as_it_should(store: Store) -> None:
    with store.engine.connect() as connection:
        answers = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "foreign_keys", "secure_delete")
        }
    assert answers == {"journal_mode": "wal", "foreign_keys": 1, "secure_delete": 1}
    assert sqlite3.sqlite_version_info >= (3, 34)


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("陳情系統 – E-Petition 2.0", "陳情系統-e-petition-2-0"),
        ("../../etc/passwd", "etc-passwd"),
        ("ＡＢＣ　１２", "abc-12"),
        ("???", ""),
        ("x" * 300, "x" * 80),
    ],
)
def test_slugs(text: str, slug: str) -> None:
    assert slugify(text) == slug


def test_a_writer_that_waited_writes_a_later_moment(store: Store) -> None:
    """Events are in the order of their moments, whoever asked first."""
    order: list[str] = []

    def wait() -> None:
        begun.wait()
        with store.writing("second") as change:
            order.append("second")
            change.log("test", "", "created", None, None)

    begun, second = Signal(), Thread(target=wait)
    second.start()
    with store.writing("first") as change:
        begun.set()
        sleep(0.05)
        order.append("first")
        change.log("test", "", "created", None, None)
        ended = now()
    second.join()
    with store.reading() as session:
        events = session.exec(select(Event).order_by(col(Event.sequence))).all()
    assert [event.actor for event in events] == order == ["first", "second"]
    assert events[0].at <= ended <= events[1].at


def test_a_clock_is_read_when_the_turn_has_come(store: Store) -> None:
    moments = [datetime(2026, 3, 1, tzinfo=UTC)]
    with store.writing("test", lambda: moments[-1]) as change:
        assert change.at == moments[0]
    with store.writing("test", moments[0]) as change:
        assert change.at == moments[0]


def test_verdicts_of_before_are_numbered_in_the_order_of_their_moments(tmp_path: Path) -> None:
    before = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, before)
    for later in (before / "versions").glob("000[4-9]_*.py"):
        later.unlink()
    store = Store(f"sqlite:///{tmp_path / 'before.sqlite'}")
    upgrade(store, before)
    world = World(store)
    world.publish("https://code.yunwu.example/a")
    world.finds("https://code.yunwu.example/a", software("https://code.yunwu.example/a"))
    with store.engine.begin() as connection:
        for number, day in (("3", "02"), ("2", "01"), ("1", "02")):
            connection.exec_driver_sql(
                "INSERT INTO license_verdict (id, software_id, at, assessment_id, declared, normalized, found, host, concluded, "
                "codes, inputs) SELECT ?, id, ?, shown_assessment_id, 'MIT', 'MIT', '[]', '', 'MIT', '[]', '' FROM software",
                (number * 32, f"2026-03-{day} 00:00:00.000000"),
            )
    upgrade(store)
    with store.reading() as session:
        found = session.exec(select(LicenseVerdictRecord).order_by(col(LicenseVerdictRecord.number))).all()
    assert [(one.number, one.id.hex[0], one.at.day) for one in found] == [(1, "2", 1), (2, "1", 2), (3, "3", 2)]
    store.close()
