"""A running instance is backed up, and comes back as it was."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlmodel import select

from publiccode.registry.backups import BackupError, backup, prune_backups, read_manifest, restore, snapshots
from publiccode.registry.backups.archive import Manifest
from publiccode.registry.backups.snapshots import rows
from publiccode.registry.erasure import erase
from publiccode.registry.models import Event, Software, StoredFile
from publiccode.registry.search import Request
from publiccode.registry.search.engines import open_index
from publiccode.registry.settings import Settings
from publiccode.registry.store import Store
from publiccode.registry.upgrade import MIGRATIONS, newest

from ...looks import World, software
from .conftest import URLS

Instance = tuple[Settings, World]

WRITER = """
import sys
from publiccode.registry.store import Store
store = Store(sys.argv[1])
for number in range(1_000_000):
    with store.writing("writer") as change:
        change.log("first", number, "written", None, {"padding": "x" * 2000})
        change.log("second", number, "written", None, {"padding": "x" * 2000})
    if not number:
        print("begun", flush=True)
"""


def told(settings: Settings) -> dict[str, int]:
    with closing(sqlite3.connect(settings.data / "registry.sqlite")) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        return rows(database)


def found(settings: Settings, text: str) -> int:
    return open_index(settings.search_engine, settings.index_folder).search(Request(text)).total


def test_an_instance_comes_back_as_it_was(instance: Instance, tmp_path: Path) -> None:
    settings, world = instance
    (settings.data / "清單").mkdir()
    (settings.data / "清單" / "codes.txt").write_text("a\n")
    (settings.data / "link").symlink_to("/etc/passwd")
    (settings.data / "other.lock").touch()
    (settings.data / "app.pem").write_text("-----BEGIN PRIVATE KEY-----")
    file = tmp_path / "out" / "one.tar.gz"
    manifest = backup(settings, world.store, file, world.now)
    assert read_manifest(file) == manifest
    assert [piece.path for piece in manifest.pieces] == ["", "", "publishers.yml", "清單/codes.txt"]
    assert (manifest.left_out, manifest.revision, manifest.rows) == (("app.pem", "link"), newest(), told(settings))
    assert [path.name for path in file.parent.iterdir()] == ["one.tar.gz"]
    fresh = Settings(data=tmp_path / "fresh")
    done = restore(fresh, file)
    assert (done.manifest, done.revision, done.indexed, done.aside) == (manifest, newest(), 3, None)
    assert done.files == ("restored-settings.env", "publishers.yml", "清單/codes.txt")
    assert told(fresh) == manifest.rows
    assert (fresh.data / "publishers.yml").read_bytes() == (settings.data / "publishers.yml").read_bytes()
    assert found(fresh, "陳情") == found(settings, "陳情") == 3
    left = {path.name for path in fresh.data.iterdir()}
    assert left == {"registry.sqlite", "index", "publishers.yml", "清單", "restored-settings.env"}


def test_while_another_process_writes(instance: Instance, tmp_path: Path) -> None:
    """Two events in each transaction: a copy of one moment holds as many of the one as of the other."""
    settings, world = instance
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, settings.database], stdout=subprocess.PIPE, text=True
    ) as writer:
        try:
            assert writer.stdout is not None
            assert writer.stdout.readline() == "begun\n"
            taken: list[tuple[Path, Manifest]] = []
            for number in range(5):
                time.sleep(0.2)
                file = tmp_path / f"{number}.tar.gz"
                taken.append((file, backup(settings, world.store, file)))
            assert writer.poll() is None
        finally:
            writer.kill()
    counts = []
    for number, (file, manifest) in enumerate(taken):
        fresh = Settings(data=tmp_path / f"fresh-{number}")
        restore(fresh, file)
        assert told(fresh) == manifest.rows
        with closing(sqlite3.connect(fresh.data / "registry.sqlite")) as database:
            pairs = database.execute("SELECT entity, count(*) FROM event GROUP BY entity").fetchall()
        assert dict(pairs)["first"] == dict(pairs)["second"]
        counts.append(dict(pairs)["first"])
    assert counts == sorted(set(counts))  # each is a later moment than the one before


def test_a_killed_backup_leaves_no_file_and_the_next_one_clears_up(instance: Instance, tmp_path: Path) -> None:
    settings, world = instance
    with world.store.writing("test") as change:
        for number in range(300):
            content = number.to_bytes(4, "big") * 25_000
            change.session.add(StoredFile(hash=f"{number:064}", size=len(content), content=content))
    out = tmp_path / "out"
    out.mkdir()
    words = [sys.executable, "-m", "publiccode", "backup", str(out / "one.tar.gz")]
    for delay in (0.0, 0.02, 0.1):
        with subprocess.Popen(words, env={"PUBLICCODE_DATA": str(settings.data), "PATH": "/usr/bin:/bin"}) as process:
            while not list(out.glob(".publiccode-backup-*/0*")):
                assert process.poll() is None
                time.sleep(0.002)
            time.sleep(delay)
            process.kill()
        assert not (out / "one.tar.gz").exists()
        assert len(list(out.iterdir())) == 1  # what the one before left is gone
    manifest = backup(settings, world.store, out / "one.tar.gz")
    assert [path.name for path in out.iterdir()] == ["one.tar.gz"]
    assert manifest.rows["stored_file"] >= 300
    restore(Settings(data=tmp_path / "fresh"), out / "one.tar.gz")


def test_a_killed_restore_leaves_the_old_or_the_new(instance: Instance, tmp_path: Path) -> None:
    settings, world = instance
    file = tmp_path / "one.tar.gz"
    old = backup(settings, world.store, file).rows
    with world.store.writing("test") as change:
        for number in range(300):
            content = number.to_bytes(4, "big") * 5_000
            change.session.add(StoredFile(hash=f"{number:064}", size=len(content), content=content))
    new = told(settings)
    words = [sys.executable, "-m", "publiccode", "restore", "--replace", str(file)]
    env = {"PUBLICCODE_DATA": str(settings.data), "PATH": "/usr/bin:/bin"}
    for delay in (0.0, 0.05, 0.1, 0.2):
        with subprocess.Popen(words, env=env, stdout=subprocess.DEVNULL) as process:
            while not list(settings.data.glob(".publiccode-restore-*/0*")) and process.poll() is None:
                time.sleep(0.002)
            time.sleep(delay)
            process.kill()
        assert told(settings) in (old, new)
    restore(settings, file, replace=True)
    assert told(settings) == old
    assert not list(settings.data.glob(".publiccode-*"))


def test_an_instance_is_not_overwritten_unless_told(instance: Instance, tmp_path: Path) -> None:
    settings, world = instance
    file = tmp_path / "one.tar.gz"
    backup(settings, world.store, file)
    world.finds(URLS[0], software(URLS[0], name="後來的"))
    before = told(settings)
    with pytest.raises(BackupError, match=r"there is an instance already .*registry\.sqlite, .*publishers\.yml"):
        restore(settings, file)
    assert told(settings) == before
    other = Settings(data=tmp_path / "other")
    other.data.mkdir()
    (other.data / "publishers.yml").write_text("mine\n")
    with pytest.raises(BackupError, match="there is an instance already"):
        restore(other, file)
    assert [path.name for path in other.data.iterdir()] == ["publishers.yml"]
    restore(settings, file, replace=True)
    assert told(settings) == read_manifest(file).rows
    assert (found(settings, "陳情"), found(settings, "後來的")) == (3, 0)


def test_who_reads_meanwhile_sees_the_old_or_the_new(instance: Instance, tmp_path: Path) -> None:
    """The database is replaced in a transaction: an open reading one stays whole, the next sees what was restored."""
    settings, world = instance
    file = tmp_path / "one.tar.gz"
    backup(settings, world.store, file)
    world.finds(URLS[0], software(URLS[0], name="後來的"))
    query = select(Software.name).order_by(Software.name)
    with world.store.reading() as session:
        before = session.exec(query).all()
        restore(settings, file, replace=True)
        session.expire_all()
        assert session.exec(query).all() == before
    with world.store.reading() as session:
        assert session.exec(query).all() == ["陳情系統"] * 3


def test_who_was_taken_out_since_stays_out(instance: Instance, tmp_path: Path) -> None:
    settings, world = instance
    file = tmp_path / "one.tar.gz"
    backup(settings, world.store, file)
    assert len(erase(world.store, "林小雨", "Chen").addresses) == 3
    done = restore(settings, file, replace=True)
    assert (done.erased, done.known_erasures) == (URLS[2:] + URLS[1:2] + URLS[:1], True)
    with world.store.reading() as session:
        assert not [one.hash for one in session.exec(select(StoredFile)) if "林小雨" in one.content.decode()]
    fresh = Settings(data=tmp_path / "fresh")
    assert not restore(fresh, file).known_erasures


def test_a_damaged_database_is_moved_aside(instance: Instance, tmp_path: Path) -> None:
    settings, world = instance
    file = tmp_path / "one.tar.gz"
    manifest = backup(settings, world.store, file)
    world.store.close()
    database = settings.data / "registry.sqlite"
    database.write_bytes(b"no database" * 1000)
    with pytest.raises(BackupError, match="there is an instance already"):
        restore(settings, file)
    done = restore(settings, file, replace=True)
    assert done.aside is not None
    assert done.aside.read_bytes() == b"no database" * 1000
    assert told(settings) == manifest.rows


def test_a_backup_of_an_older_version_is_upgraded(tmp_path: Path) -> None:
    """Its tables are those of the first revision; the program has gone on since."""
    settings = Settings(data=tmp_path / "old")
    store = Store(settings.database)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with store.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.exec_driver_sql(
            "INSERT INTO event (sequence, id, at, actor, entity, entity_id, kind) "
            "VALUES (7, '5f0c0f2a0f0c4b0c8f0c0f2a0f0c4b0c', '2026-01-01 00:00:00', 'a', 'b', 'c', 'd')"
        )
    manifest = backup(settings, store, tmp_path / "one.tar.gz")
    assert (manifest.revision, manifest.rows["event"], "listing" in manifest.rows) == ("0001", 1, False)
    fresh = Settings(data=tmp_path / "fresh")
    assert restore(fresh, tmp_path / "one.tar.gz").revision == newest() != "0001"
    assert restore(settings, tmp_path / "one.tar.gz", replace=True).revision == newest()
    store.close()
    for instance in (fresh, settings):
        assert (told(instance)["event"], told(instance)["listing"]) == (1, 0)


def test_a_backup_of_a_newer_version(instance: Instance, tmp_path: Path) -> None:
    settings, world = instance
    with world.store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'later'")
    file = tmp_path / "one.tar.gz"
    backup(settings, world.store, file)  # what is to be upgraded, or went wrong, is backed up all the same
    fresh = Settings(data=tmp_path / "fresh")
    with pytest.raises(BackupError, match=r"whose tables \(revision later\) this version does not know"):
        restore(fresh, file)
    assert list(fresh.data.iterdir()) == []


def test_another_kind_of_database(instance: Instance, tmp_path: Path) -> None:
    settings, world = instance
    file = tmp_path / "one.tar.gz"
    backup(settings, world.store, file)
    other = replace(settings, database_url="postgresql+psycopg://registry@127.0.0.1:1/registry")
    with pytest.raises(BackupError, match="is a backup of sqlite, the setting DATABASE_URL names postgresql"):
        restore(other, file)


def test_a_locked_database_is_left_as_it_is(
    instance: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, world = instance
    file = tmp_path / "one.tar.gz"
    backup(settings, world.store, file)
    monkeypatch.setattr(snapshots, "_WAIT", 0.2)
    before = told(settings)
    with world.store.writing("test") as change:
        change.session.connection()  # holds the lock from here on
        with pytest.raises(BackupError) as caught:
            restore(settings, file, replace=True)
    assert str(caught.value) == (
        f"the database {settings.data.absolute()}/registry.sqlite cannot be written: database is locked; "
        "next: stop what writes to it, then try again"
    )
    assert told(settings) == before


def test_a_disk_without_room_gets_no_backup(instance: Instance, tmp_path: Path) -> None:
    settings, _ = instance
    words = f"ulimit -f 64; exec {sys.executable} -m publiccode backup {tmp_path}/out/one.tar.gz"
    env = {"PUBLICCODE_DATA": str(settings.data), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(["sh", "-c", words], env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (3, "")
    assert f"cannot be copied to {tmp_path}/out: " in done.stderr
    assert list((tmp_path / "out").iterdir()) == []


def test_nothing_to_back_up(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    store = Store(settings.database)
    with pytest.raises(BackupError, match="has no tables yet"):
        backup(settings, store, tmp_path / "one.tar.gz")
    store.close()
    assert not (tmp_path / "one.tar.gz").exists()


def test_a_link_out_of_the_data_folder_is_not_followed(instance: Instance, tmp_path: Path) -> None:
    settings, world = instance
    (settings.data / "lists").mkdir()
    (settings.data / "lists" / "a").write_text("a")
    backup(settings, world.store, tmp_path / "one.tar.gz")
    fresh, outside = Settings(data=tmp_path / "fresh"), tmp_path / "outside"
    fresh.data.mkdir()
    outside.mkdir()
    (fresh.data / "lists").symlink_to(outside)
    with pytest.raises(BackupError, match="leads out of the data folder"):
        restore(fresh, tmp_path / "one.tar.gz", replace=True)
    assert list(outside.iterdir()) == []


def run(settings: Settings, *words: str, **more: str) -> tuple[int, str, str]:
    env = {"PUBLICCODE_DATA": str(settings.data), "PATH": "/usr/bin:/bin", **more}
    done = subprocess.run(
        [sys.executable, "-m", "publiccode", *words], env=env, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout, done.stderr


def test_the_commands_tell_what_they_did(instance: Instance, tmp_path: Path) -> None:
    settings, _ = instance
    file = tmp_path / "one.tar.gz"
    secrets = {
        "PUBLICCODE_OUTBOUND_PROXY": "http://user:pass@proxy.example:3128",
        "PUBLICCODE_CATALOGUE_NAME": '雲霧 "a" $b',
    }
    code, out, err = run(settings, "backup", str(file), **secrets)
    assert (code, err) == (0, "")
    assert out.startswith(f"{file}: {file.stat().st_size} bytes (")
    assert "\nFiles: publishers.yml.\nLeft out, because they hold secrets: PUBLICCODE_OUTBOUND_PROXY.\n" in out
    assert b"user:pass" not in file.read_bytes()
    assert run(settings, "backup", str(file)) == (
        2,
        "",
        f"Error: {file} exists; next: name another file, or give --replace\n",
    )
    fresh = Settings(data=tmp_path / "fresh")
    code, out, err = run(fresh, "restore", str(file))
    assert (code, err) == (0, "")
    assert "Search index: 3 entries.\n" in out
    assert "because they are secrets: PUBLICCODE_OUTBOUND_PROXY.\n" in out
    assert out.splitlines()[-1].startswith("Persons taken out after ")
    shown = subprocess.run(
        ["sh", "-c", f'. {fresh.data}/restored-settings.env; printf "%s" "$PUBLICCODE_CATALOGUE_NAME"'],
        capture_output=True,
        check=True,
    )
    assert shown.stdout.decode() == '雲霧 "a" $b'
    assert run(fresh, "restore", str(file))[0] == 3
    assert run(settings, "backup", str(file), "--keep", "2")[0] == 2


def test_a_folder_keeps_the_newest(instance: Instance, tmp_path: Path) -> None:
    settings, _ = instance
    folder = settings.data / "backups"
    folder.mkdir()
    old = [folder / f"publiccode-backup-2026030{day}T000000Z.tar.gz" for day in range(1, 5)]
    for path in [*old, folder / "mine.tar.gz"]:
        path.touch()
    code, out, err = run(settings, "backup", "--keep", "3")
    assert (code, err) == (0, "")
    assert out.splitlines()[-2:] == [f"Removed: {path}" for path in old[:2]]
    left = sorted(path.name for path in folder.iterdir())
    assert (len(left), "mine.tar.gz" in left) == (4, True)
    manifest = read_manifest(next(path for path in folder.iterdir() if path.stat().st_size))
    assert [piece.path for piece in manifest.pieces[2:]] == ["publishers.yml"]  # no backup holds the ones before
    assert prune_backups(folder, 3) == []


def test_the_manifest_tells_a_person_what_is_there(instance: Instance, tmp_path: Path) -> None:
    settings, world = instance
    told = json.loads(backup(settings, world.store, tmp_path / "one.tar.gz", world.now).to_json())
    assert list(told) == [
        "format",
        "version",
        "revision",
        "created_at",
        "engine",
        "rows",
        "pieces",
        "secrets",
        "left_out",
    ]
    assert (told["format"], told["created_at"], told["engine"]) == (1, "2026-03-01T08:00:00+00:00", "sqlite")
    assert list(told["pieces"][0]) == ["name", "kind", "size", "sha256", "path"]


def test_events_go_on_after_a_restore(instance: Instance, tmp_path: Path) -> None:
    settings, world = instance
    backup(settings, world.store, tmp_path / "one.tar.gz")
    fresh = Settings(data=tmp_path / "fresh")
    restore(fresh, tmp_path / "one.tar.gz")
    store = Store(fresh.database)
    again = World(store, now=world.now)
    again.later(days=1)
    again.finds(URLS[0], software(URLS[0], name="後來的"))
    with store.reading() as session:
        sequences = [event.sequence or 0 for event in session.exec(select(Event))]
    store.close()
    assert sequences == sorted(set(sequences))
