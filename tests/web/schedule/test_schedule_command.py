"""`publiccode schedule`, as a process of its own, with our real commands."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from publiccode.registry.store import Store
from publiccode.registry.upgrade import upgrade

ROOT = Path(__file__).parents[3]


def words(*more: str) -> list[str]:
    return [sys.executable, "-m", "publiccode", "schedule", *more]


def environment(data: Path, **more: str) -> dict[str, str]:
    return {"PATH": "/usr/bin:/bin", "PUBLICCODE_DATA": str(data), **more}


def run(data: Path, *more: str, **settings: str) -> tuple[int, str, str]:
    done = subprocess.run(
        words(*more), env=environment(data, **settings), cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """An instance, in whose schedule two entries were missed."""
    store = Store(f"sqlite:///{tmp_path / 'registry.sqlite'}")
    upgrade(store)
    store.close()
    (tmp_path / "schedule").mkdir()
    missed = dict.fromkeys(["0 5 * * *  prune", "15 2 * * *  harvest"], "2026-01-01T00:00:00+00:00")
    (tmp_path / "schedule" / "state.json").write_text(json.dumps(missed))
    return tmp_path


def test_once_runs_our_commands_and_tells_what_failed(data: Path) -> None:
    code, out, err = run(data, "--once", "15 2 * * * harvest", "0 5 * * * prune", "1 1 * * * backup")
    assert code == 3
    assert "0 looks older than 90 days at 0 repositories removed" in out
    assert "  prune: ended with exit code 0 after " in out
    assert "  harvest: ended with exit code 2 after " in out
    assert "backup" not in out
    assert err.splitlines() == [
        "Error: there is nothing to harvest; next: publiccode publishers import publishers.yml",
        "Error: ended with another exit code than 0: harvest (2); the reasons stand above",
    ]
    assert run(data, "--once", "15 2 * * * harvest", "0 5 * * * prune") == (0, "", "")


def test_it_runs_until_it_is_asked_to_end(data: Path) -> None:
    """In real time."""
    with subprocess.Popen(
        words("0 5 * * * prune"), env=environment(data), cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as schedule:
        assert schedule.stdout is not None
        assert schedule.stdout.readline() == "0 5 * * *  prune: was missed and runs now\n"
        began = time.monotonic()
        while "prune: ended with exit code 0" not in schedule.stdout.readline():
            assert time.monotonic() - began < 20
        assert run(data, "0 5 * * * prune")[::2] == (
            3,
            f"Error: another schedule runs in {data}/schedule; stop it, or leave it to that one\n",
        )
        schedule.send_signal(signal.SIGTERM)
        assert schedule.wait(30) == 0


def test_the_next_times_are_told(data: Path) -> None:
    code, out, err = run(data, "--list", "0 12 31 12 *  backup", PUBLICCODE_TIME_ZONE="Europe/Rome")
    assert (code, err) == (0, "")
    times, _, command = out.strip().rpartition(": ")
    assert command == "backup"
    assert [time[4:] for time in times.split(", ")] == ["-12-31 12:00 CET"] * 3


@pytest.mark.parametrize(
    ("given", "zone", "problem"),
    [
        (["0 5 * * *"], "UTC", "Error: entry 1, '0 5 * * *': expected minute, hour, day, month, weekday and a command"),
        (["--file", "/nowhere/x"], "UTC", "Error: /nowhere/x cannot be read: No such file or directory"),
        (["--file", "x", "0 5 * * * prune"], "UTC", "Error: entries and --file cannot be given together"),
        ([], "Mars/Base", "Error: PUBLICCODE_TIME_ZONE: there is no time zone 'Mars/Base'"),
        ([], "../etc/passwd", "Error: PUBLICCODE_TIME_ZONE: there is no time zone '../etc/passwd'"),
    ],
)
def test_what_cannot_be_used_is_said_before_anything_runs(
    data: Path, given: list[str], zone: str, problem: str
) -> None:
    code, out, err = run(data, *given, PUBLICCODE_TIME_ZONE=zone)
    assert (code, out) == (2, "")
    assert err.startswith(problem)


def test_another_program_of_our_name_in_the_folder_is_not_run(data: Path, tmp_path: Path) -> None:
    (tmp_path / "publiccode.py").write_text("raise SystemExit('another program')")
    start = "from publiccode.web.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-P", "-c", start, "schedule", "--once", "0 5 * * * prune"],
        env=environment(data, PYTHONPATH=str(ROOT)),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "prune: ended with exit code 0" in done.stdout
