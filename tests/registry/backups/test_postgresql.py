"""The same with a PostgreSQL server of our own on 127.0.0.1; skipped where its programs are not installed."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlmodel import func, select

from publiccode.registry.backups import BackupError, backup, restore, snapshots
from publiccode.registry.catalogue import entry_at
from publiccode.registry.claims import follow_all
from publiccode.registry.collections import collections_with, import_collection, read_collection
from publiccode.registry.declaring import Declaration, declare, software_named
from publiccode.registry.erasure import erase
from publiccode.registry.models import Event, Software
from publiccode.registry.search import Request
from publiccode.registry.search.engines import open_index
from publiccode.registry.settings import Settings
from publiccode.registry.store import Store
from publiccode.registry.upgrade import newest, upgrade
from publiccode.registry.usage import statements, users_of

from ...looks import World, software
from .conftest import URLS

PASSWORD = "p@ss word"


def programs() -> Path:
    """The folder of the newest server's programs, which Debian keeps out of PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    if not found and on_path is None:
        pytest.skip("PostgreSQL's server is not installed")
    if shutil.which("pg_dump") is None:
        pytest.skip("PostgreSQL's client programs are not installed")
    return found[-1].parent if found else Path(str(on_path)).parent


def its_user() -> str | None:
    """Who runs the server: it refuses to run as root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in names)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a new server, without a database's name."""
    folder, user = programs(), its_user()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as place:
        (Path(place) / "password").write_text(PASSWORD)
        for path in (place, f"{place}/password"):
            shutil.chown(path, user or os.geteuid())
        options = ["--no-sync", "--username=registry", "--auth=scram-sha-256", "--locale=C.UTF-8"]
        make = [str(folder / "initdb"), *options, f"--pwfile={place}/password", f"{place}/data"]
        subprocess.run(make, user=user, cwd=place, check=True, stdout=subprocess.DEVNULL)
        words = [str(folder / "postgres"), "-D", f"{place}/data", "-p", str(port), "-k", place, "-h", "127.0.0.1", "-F"]
        with subprocess.Popen(words, user=user, cwd=place, stderr=subprocess.DEVNULL) as process:
            url = make_url(f"postgresql+psycopg://registry@127.0.0.1:{port}/postgres").set(password=PASSWORD)
            try:
                _wait(url.render_as_string(hide_password=False))
                yield url.render_as_string(hide_password=False)
            finally:
                process.send_signal(signal.SIGINT)
                process.wait(30)


def _wait(url: str) -> None:
    engine = create_engine(url)
    until = time.monotonic() + 30
    while True:
        try:
            engine.connect().close()
        except OperationalError:
            assert time.monotonic() < until
            time.sleep(0.1)
        else:
            engine.dispose()
            return


def database(server: str, name: str) -> str:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def rows(store: Store) -> dict[str, int]:
    with store.reading() as session:
        return {
            "software": session.exec(select(func.count()).select_from(Software)).one(),
            "event": session.exec(select(func.count()).select_from(Event)).one(),
        }


def test_there_and_back(server: str, tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "instance", database_url=database(server, "first"))
    settings.data.mkdir()
    (settings.data / "publishers.yml").write_text("- id: a\n")
    store = Store(settings.database)
    upgrade(store)
    world = World(store)
    world.publish(*URLS)
    for url in URLS:
        world.finds(url, software(url))
    file = tmp_path / "one.tar.gz"
    manifest = backup(settings, store, file, world.now)
    assert (manifest.engine, manifest.rows["software"], manifest.rows["alembic_version"]) == ("postgresql", 3, 1)
    before = rows(store)

    other = Settings(data=tmp_path / "other", database_url=database(server, "second"))
    done = restore(other, file)
    assert (done.revision, done.indexed, done.files) == (newest(), 3, ("restored-settings.env", "publishers.yml"))
    assert open_index(other.search_engine, other.index_folder).search(Request("陳情")).total == 3
    there = Store(other.database)
    assert rows(there) == before
    again = World(there, now=world.now)
    again.finds(URLS[0], software(URLS[0], name="後來的"))  # the log's sequence goes on
    there.close()

    with pytest.raises(BackupError, match="there is an instance already"):
        restore(settings, file)
    erase(store, "林小雨", "Chen")
    world.finds(URLS[0], software(URLS[0], name="後來的"))
    done = restore(settings, file, replace=True)
    assert (done.known_erasures, sorted(done.erased)) == (True, sorted(URLS))
    with store.reading() as session:
        assert set(session.exec(select(Software.name))) == {"陳情系統"}
    store.close()


def test_use_and_collections_go_there_and_back_without_who_was_erased(server: str, tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "instance", database_url=database(server, "used"))
    settings.data.mkdir()
    store = Store(settings.database)
    upgrade(store)
    world = World(store)
    world.publish(*URLS)
    for url in URLS:
        world.finds(url, software(url, usedBy=["Eastbay"]))
    kit = f"{{slug: kit, title: {{en: Kit}}, text: {{en: by Quux Zebedee}}, items: [{{address: {URLS[0]}}}]}}".encode()
    with store.writing("Lin", world.now) as change:
        declare(change, software_named(change.session, URLS[0]), Declaration("eastbay", contact="Quux Zebedee"))
        import_collection(change, read_collection(kit))
        assert follow_all(change) == 0
    backup(settings, store, tmp_path / "used.tar.gz", world.now)
    erase(store, "Quux Zebedee", "Chen")
    restore(settings, tmp_path / "used.tar.gz", replace=True)
    with store.reading() as session:
        assert [(row.name, row.contact) for _, row, _ in statements(session)] == [
            *(("Eastbay", "") for _ in URLS),
            ("eastbay", "(erased)"),
        ]
        entry = entry_at(session, URLS[0])
        assert entry is not None
        assert [one.texts for one in collections_with(session, entry)] == [{"en": "by (erased)"}]
        [use] = users_of(session, [entry.software.id])[entry.software.id]
        assert (use.name, use.declared, use.named, use.numbers) == ("eastbay", True, True, (1, 4))
    store.close()


def test_tables_that_the_backup_has_not(server: str, tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "instance", database_url=database(server, "third"))
    settings.data.mkdir()
    store = Store(settings.database)
    upgrade(store)
    backup(settings, store, tmp_path / "one.tar.gz")
    with store.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE another (id int)")
    with pytest.raises(BackupError, match=r"has tables that the backup has not \(another\)"):
        restore(settings, tmp_path / "one.tar.gz", replace=True)
    store.close()


def test_without_its_programs(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(data=tmp_path / "instance", database_url=database(server, "fourth"))
    store = Store(settings.database)
    upgrade(store)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(
        BackupError, match="the program pg_dump is not installed here; next: install PostgreSQL's client"
    ):
        backup(settings, store, tmp_path / "one.tar.gz")
    store.close()
    assert not list(tmp_path.glob("*.tar.gz"))


def test_a_server_that_refuses(server: str, tmp_path: Path) -> None:
    url = make_url(server).set(database="postgres")
    with pytest.raises(BackupError) as caught:
        snapshots._run(["pg_dump"], url.set(password="wrong").render_as_string(hide_password=False))
    assert "password authentication failed" in str(caught.value)
    assert "wrong" not in str(caught.value)
    settings = replace(Settings(data=tmp_path), database_url="mysql://registry@127.0.0.1/registry")
    with pytest.raises(BackupError, match="databases of the kind mysql cannot be backed up"):
        restore(settings, tmp_path / "one.tar.gz")
