"""`publiccode schedule`: run harvests, backups and pruning at their times."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from . import Misuse, Trouble, say, settings

if TYPE_CHECKING:
    from ..schedule.entries import Entry
    from ..schedule.runs import Schedule

_SHOWN = 3


@click.command("schedule")
@click.argument("entry", nargs=-1)
@click.option(
    "--file", type=click.Path(dir_okay=False, path_type=Path), help="Read the entries from this file, one a line."
)
@click.option("--list", "listing", is_flag=True, help="Tell the next times of each entry, and run nothing.")
@click.option("--once", is_flag=True, help="Run what is due now, then end; for cron and systemd's timers.")
def command(entry: tuple[str, ...], file: Path | None, listing: bool, once: bool) -> None:
    """Run commands at their times, in the time zone of the setting TIME_ZONE, until stopped.

    An ENTRY is five fields as in crontab(5) (minute, hour, day, month, weekday) and a command of publiccode. Each runs as a
    process of its own, no two of one command at the same time: the later waits. Times that were missed, because the machine
    slept or this command did not run, count once. Ctrl-C or SIGTERM ends what runs, and then the schedule.

    A file has an entry a line and comments after #; one that ends in .toml the list `entries`. Without entries:

    \b
      15 2 * * *  harvest
      30 3 * * *  backup --keep 14
      0 5 * * *   prune

    Example: publiccode schedule "15 2,14 * * *  harvest" "0 5 * * 0  prune"
    """
    from ..schedule.runs import Schedule
    from ..schedule.signals import Clock
    from ..schedule.state import ScheduleRunning, only_schedule

    chosen = settings()
    entries = _entries(entry, file)
    zone = _zone(chosen.time_zone)
    folder = chosen.data / "schedule"
    clock = Clock()
    if listing:
        _list(entries, clock.now(), zone)
        return
    try:
        with only_schedule(folder), clock:
            schedule = Schedule(entries, folder, zone, clock, _log)
            if once:
                schedule.run_due()
            else:
                _greet(schedule)
                schedule.run()
    except ScheduleRunning as error:
        raise Trouble(str(error)) from error
    except OSError as error:
        raise Trouble(f"{folder} cannot be used: {error}; next: give this user the right to write there") from error
    if once and (failed := [f"{' '.join(done.words)} ({code})" for done, code in schedule.codes if code]):
        raise Trouble(f"ended with another exit code than 0: {', '.join(failed)}; the reasons stand above")


def _entries(given: tuple[str, ...], file: Path | None) -> list[Entry]:
    from ..cli import cli
    from ..schedule.entries import DEFAULT, ScheduleError, read_entries, read_file

    if given and file:
        raise Misuse("entries and --file cannot be given together")
    try:
        return read_file(file, cli) if file else read_entries(given or DEFAULT, cli)
    except ScheduleError as error:
        raise Misuse(str(error)) from error


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise Misuse(f"PUBLICCODE_TIME_ZONE: there is no time zone {name!r}") from error


def _log(line: str) -> None:
    say(line)


def _greet(schedule: Schedule) -> None:
    for entry in schedule.entries:
        due = schedule.next_time(entry)
        late = due < schedule.clock.now() - timedelta(minutes=1)
        say(f"{entry}: {'was missed and runs now' if late else f'next at {due:%Y-%m-%d %H:%M %Z}'}")


def _list(entries: list[Entry], now: datetime, zone: ZoneInfo) -> None:
    for entry in entries:
        times = [f"{time:%Y-%m-%d %H:%M %Z}" for time in islice(entry.after(now, zone), _SHOWN)]
        say(f"{', '.join(times)}: {' '.join(entry.words)}")
