"""What runs when."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

from publiccode.web.cli import cli
from publiccode.web.schedule.entries import DEFAULT, Entry, ScheduleError, read_entries, read_file

ROME, TAIPEI = ZoneInfo("Europe/Rome"), ZoneInfo("Asia/Taipei")


def times(when: str, after: datetime, zone: ZoneInfo, count: int = 3) -> list[str]:
    found = islice(Entry(when, ("prune",)).after(after, zone), count)
    return [f"{time:%Y-%m-%d %H:%M %Z}={time.astimezone(UTC):%d %H:%M}" for time in found]


def test_the_default_can_be_used_and_stands_in_the_help() -> None:
    entries = read_entries(DEFAULT, cli)
    assert [str(entry) for entry in entries] == [
        "15 2 * * *  harvest",
        "30 3 * * *  backup --keep 14",
        "0 5 * * *  prune",
    ]
    shown = CliRunner().invoke(cli, ["schedule", "--help"]).output
    assert all(entry.when in shown and " ".join(entry.words) in shown for entry in entries)


def test_times_are_those_of_the_zone() -> None:
    assert times("15 2 * * *", datetime(2026, 3, 1, 18, 14, 59, tzinfo=UTC), TAIPEI, 2) == [
        "2026-03-02 02:15 CST=01 18:15",
        "2026-03-03 02:15 CST=02 18:15",
    ]
    # Seconds after its minute it is done with.
    assert times("15 2 * * *", datetime(2026, 3, 1, 18, 15, 0, 300, tzinfo=UTC), TAIPEI, 1) == [
        "2026-03-03 02:15 CST=02 18:15"
    ]
    assert times("15 2 * * *", datetime(2026, 3, 1, 18, 15, tzinfo=UTC), TAIPEI, 1) == ["2026-03-03 02:15 CST=02 18:15"]


def test_an_hour_that_is_left_out_comes_at_its_end() -> None:
    assert times("30 2 * * *", datetime(2026, 3, 28, 0, 0, tzinfo=UTC), ROME) == [
        "2026-03-28 02:30 CET=28 01:30",
        "2026-03-29 03:00 CEST=29 01:00",
        "2026-03-30 02:30 CEST=30 00:30",
    ]


def test_an_hour_that_comes_twice_counts_once() -> None:
    assert times("30 2 * * *", datetime(2026, 10, 24, 12, 0, tzinfo=UTC), ROME) == [
        "2026-10-25 02:30 CEST=25 00:30",
        "2026-10-26 02:30 CET=26 01:30",
        "2026-10-27 02:30 CET=27 01:30",
    ]
    # Asked anew after each run, too.
    assert times("30 2 * * *", datetime(2026, 10, 25, 0, 30, 1, tzinfo=UTC), ROME, 1) == [
        "2026-10-26 02:30 CET=26 01:30"
    ]


def test_every_hour_is_every_hour() -> None:
    assert times("0 * * * *", datetime(2026, 10, 24, 23, 30, tzinfo=UTC), ROME, 4) == [
        "2026-10-25 02:00 CEST=25 00:00",
        "2026-10-25 02:00 CET=25 01:00",
        "2026-10-25 03:00 CET=25 02:00",
        "2026-10-25 04:00 CET=25 03:00",
    ]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("61 2 * * * harvest", "Bad minute; expected minute, hour, day, month, weekday and a command"),
        ("x 2 * * * harvest", "Bad minute; expected"),
        ("15 2 * * harvest", "expected minute, hour, day, month, weekday and a command, as in '15 2 * * *  harvest'"),
        ("@daily harvest", "expected minute, hour"),
        ("0 0 30 2 * harvest", "Bad day-of-month; expected"),
        ("0 0 */20 * 1L harvest", "this time never comes"),
        ("0 0 * * * harvets", "no command 'harvets'; there are demo, "),
        ("0 0 * * * publiccode harvest", "no command 'publiccode'; there are "),
        ("0 0 * * * serve", "serve runs until it is stopped"),
        ("0 0 * * * schedule --once", "schedule runs until it is stopped"),
        ("0 0 * * * harvest --ful", "harvest: No such option"),
        ("0 0 * * * backup --keep 0", "backup: Invalid value for '--keep'"),
        ("0 0 * * * harvest --help", "harvest: this does nothing"),
        ("0 0 * * * publishers", "no command ''; there are "),
        ("0 0 * * * publishers inport x", "no command 'inport'; there are "),
        ("0 0 * * * why", "why: Missing argument 'URL'"),
        ("0 0 * * * harvest 'x", "No closing quotation"),
        ("15 2 * * *  harvest\n15 2 * * *  harvest", "stands there twice"),
        ("# nothing", "there are 0 entries; expected 1 to 100"),
        ("\n".join(f"{minute} {hour} * * * prune" for minute in range(60) for hour in (1, 2)), "there are 120 entries"),
    ],
)
def test_entries_that_cannot_be_used(line: str, problem: str) -> None:
    with pytest.raises(ScheduleError) as caught:
        read_entries(line.split("\n"), cli)
    assert problem in str(caught.value)


def test_both_kinds_of_files(tmp_path: Path) -> None:
    text = (
        "# at night\n\n15 2 * * 1-5   harvest moda  # on weekdays\n0 4 1 * * backup '/srv/a b'\n0 0 * * * db upgrade\n"
    )
    plain, table = tmp_path / "schedule", tmp_path / "schedule.toml"
    plain.write_text(text, "utf-8")
    table.write_text("entries = ['15 2 * * 1-5 harvest moda', \"0 4 1 * * backup '/srv/a b'\", '0 0 * * * db upgrade']")
    expected = [
        Entry("15 2 * * 1-5", ("harvest", "moda")),
        Entry("0 4 1 * *", ("backup", "/srv/a b")),
        Entry("0 0 * * *", ("db", "upgrade")),
    ]
    assert read_file(plain, cli) == read_file(table, cli) == expected
    assert str(expected[1]) == "0 4 1 * *  backup '/srv/a b'"


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("a.toml", b"entries = 7", "`entries` is no list of texts"),
        ("a.toml", b"entries = [7]", "`entries` is no list of texts"),
        ("a.toml", b"other = []", "has no list `entries`"),
        ("a.toml", b"entries", "cannot be read: "),
        ("a", b"\xff", "cannot be read: 'utf-8' codec"),
        ("a", b"#" * 70_000, "has 70000 bytes; at most 65536 are read"),
        ("a", None, "cannot be read: No such file or directory"),
    ],
)
def test_files_that_cannot_be_used(name: str, content: bytes | None, problem: str, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(ScheduleError) as caught:
        read_file(tmp_path / name, cli)
    assert str(caught.value).startswith(f"{tmp_path / name}")
    assert problem in str(caught.value)
