"""`publiccode audit scan`: what it prints, what it keeps, how it goes on, and that no secret stays anywhere."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlmodel import select

from publiccode.harvesters.scan import scanning
from publiccode.registry.models import ScanRecord
from publiccode.registry.store import Store
from publiccode.registry.upgrade import upgrade
from publiccode.web.commands.audit.scan import command
from publiccode.web.demo.bare_repositories import lay_out
from publiccode.web.demo.git_server import GitServer

from ..harvesters.scan import planted
from ..looks import BEGIN, World, software

BASE = "https://git.yunwu.example/open/"
TAG, HOLDER = "SPDX-" + "License-Identifier:", "SPDX-" + "FileCopyrightText:"
GOOD = f"# {HOLDER} 2026 City\n# {TAG} MIT\n".encode()


@pytest.fixture(autouse=True)
def without_reuse(monkeypatch: pytest.MonkeyPatch) -> None:
    """Our own reading alone: quick, and the same wherever the tests run."""
    monkeypatch.setattr(scanning, "reuse_command", lambda: None)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    store = Store(f"sqlite:///{tmp_path / 'registry.sqlite'}")
    upgrade(store)
    world = World(store)
    world.publish(BASE + "good", BASE + "leaky", BASE + "none")
    for name in ("good", "leaky", "none"):
        world.finds(BASE + name, software(BASE + name, name.title()))
    yield world
    store.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[GitServer]:
    folder = tmp_path / "served"
    folder.mkdir()
    lay_out(folder / "open" / "good.git", {"a.py": GOOD}, BEGIN)
    leaky = {
        "a.py": GOOD,
        "app.env": f"PASSWORD={planted.PASSWORD}\nKEY={planted.AWS}\n".encode(),
        "key.pem": planted.KEY.encode(),
    }
    lay_out(folder / "open" / "leaky.git", leaky, BEGIN)
    with GitServer(folder) as server:
        yield server


def run(*asked: str, world: World | None = None, server: GitServer | None = None, data: Path | None = None) -> Result:
    settings = {"PUBLICCODE_DATA": str(data or "."), "PUBLICCODE_DATABASE_URL": world.store.url if world else ""}
    if server:
        settings["PUBLICCODE_ALLOWED_PRIVATE"] = server.authority
        settings["PUBLICCODE_MIRRORS"] = f"https://git.yunwu.example/={server.url}/"
    return CliRunner().invoke(command, [*asked], env=settings)


def kept(world: World) -> list[dict[str, Any]]:
    with world.store.reading() as session:
        return [record.model_dump() for record in session.exec(select(ScanRecord))]


def test_a_job_keeps_licences_alone_and_goes_on(
    world: World, server: GitServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    done = run("--publisher", "yunwu", world=world, server=server, data=tmp_path)
    assert done.exit_code == 1
    assert "app.env:1: password or key in a setting: K… [password]" in done.output
    assert "app.env:2: key of Amazon Web Services: AK…" in done.output
    assert "key.pem:1: private key: private key [private-key]" in done.output
    assert "none: not scanned: https://git.yunwu.example/open/none" in done.output
    assert done.output.splitlines()[-1] == "2 scanned, 1 of them with something to look at; 0 unchanged, 1 not scanned."
    world.store.compact()
    everywhere = done.output + caplog.text
    for file in tmp_path.glob("registry.sqlite*"):
        everywhere += file.read_bytes().decode("utf-8", "replace")
    assert [secret for secret in planted.ALL if secret in everywhere] == []
    with sqlite3.connect(tmp_path / "registry.sqlite") as database:
        dump = "\n".join(database.iterdump())
    database.close()
    for word in ("app.env:1", "private-key", "aws-key", planted.PASSWORD[:4]):
        assert word not in dump  # not even where it was, nor that it was
    assert [(row["files"], row["without_count"]) for row in kept(world)] == [(1, 0), (3, 2)]
    again = run("--all", "--format", "json", world=world, server=server, data=tmp_path)
    told = [json.loads(line) for line in again.output.splitlines()]
    assert {one["name"]: one["message"] for one in told if one["name"] != "none"} == {
        "good": "unchanged since its last scan",
        "leaky": "unchanged since its last scan",
    }
    assert len(kept(world)) == 2
    lay_out(tmp_path / "served" / "open" / "good.git", {"a.py": GOOD, "b.py": b"1"}, BEGIN)
    assert run("--software", "good", world=world, server=server, data=tmp_path).exit_code == 1
    assert [row["files"] for row in kept(world)] == [1, 3, 2]


def test_an_address_and_a_folder(server: GitServer, tmp_path: Path) -> None:
    done = run(f"{server.url}/open/good", server=server, data=tmp_path)
    assert done.exit_code == 0, done.output
    assert done.output.splitlines()[1:4] == [
        "  REUSE: not judged (publiccode scan 2)",
        "  Licences: 100 % of 1 files say their licence, 100 % their copyright",
        "  Exposed: nothing found",
    ]
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.py").write_bytes(GOOD)
    told = json.loads(run(str(folder), "--format", "json").output)
    assert (told["clean"], told["files"], told["licenses"]) == (True, 1, {"MIT": 1})
    assert run(f"{server.url}/open/none", server=server, data=tmp_path).exit_code == 3


def test_what_cannot_be_asked(world: World, tmp_path: Path) -> None:
    wrong: dict[tuple[str, ...], str] = {
        (): "name one of REPOSITORY",
        ("x", "--all"): "name one of REPOSITORY",
        ("x", "--below"): "name one of REPOSITORY",
        ("nowhere-at-all",): "is no folder and no address",
        ("--software", "nobody"): "no living entry nobody",
        ("--publisher", "nobody"): "no publisher nobody",
    }
    for asked, said in wrong.items():
        done = run(*asked, world=world, data=tmp_path)
        assert (done.exit_code, said in done.output) == (2, True), done.output


def test_a_password_in_an_address_is_not_repeated(server: GitServer, tmp_path: Path) -> None:
    for path, code in (("/open/none", 3), ("/open/good", 0)):
        address = f"http://bob:{planted.PASSWORD}@{server.authority}{path}"
        done = run(address, server=server, data=tmp_path)
        assert (done.exit_code, planted.PASSWORD in done.output) == (code, False), done.output
        assert f"{server.url}{path}" in done.output


def test_nothing_to_scan(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = run(str(tmp_path / "empty"))
    assert (done.exit_code, "there is nothing to scan" in done.output) == (3, True), done.output
