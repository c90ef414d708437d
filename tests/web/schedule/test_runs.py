"""Entries run at their times: real processes, and a clock that tests move."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from publiccode.web.schedule.entries import Entry
from publiccode.web.schedule.runs import Schedule
from publiccode.web.schedule.signals import Clock
from publiccode.web.schedule.state import ScheduleRunning, only_schedule

TAIPEI = ZoneInfo("Asia/Taipei")
BEGIN = datetime(2026, 3, 1, 16, 0, tzinfo=UTC)  # midnight in Taipei
ROOT = Path(__file__).parents[3]

# Stands in for a command of ours: writes what it is given into a file, takes a while, ends with a code.
PROGRAM = """
import os, sys, time
log, (command, *rest) = sys.argv[1], sys.argv[2:]
descriptor = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
os.write(descriptor, f"{command} begins\\n".encode())
try:
    time.sleep(float(rest[0]) if rest else 0)
except KeyboardInterrupt:
    os.write(descriptor, f"{command} was asked to end\\n".encode())
    sys.exit(130)
os.write(descriptor, f"{command} ends\\n".encode())
sys.exit(int(rest[1]) if len(rest) > 1 else 0)
"""


@dataclass
class Moved:
    """A clock that goes on when it is waited for; while a process runs, it lets it run."""

    moment: datetime
    end: datetime
    stops: int = 0
    schedule: Schedule | None = None
    jump: timedelta = timedelta()

    def now(self) -> datetime:
        return self.moment

    def wait(self, seconds: float) -> None:
        if self.schedule and self.schedule.running:
            time.sleep(0.01)
            self.moment += timedelta(seconds=0.01)
            return
        self.moment += timedelta(seconds=seconds) + self.jump
        self.jump = timedelta()
        if self.moment >= self.end:
            self.stops = 1


@dataclass
class Night:
    """A schedule of invented commands, what it told, and what they wrote."""

    folder: Path

    def run(
        self,
        *entries: Entry,
        begin: datetime = BEGIN,
        hours: float = 24,
        once: bool = False,
        jump: timedelta = timedelta(),
    ) -> tuple[list[str], list[tuple[str, int]]]:
        """What was told, without the numbers of processes, and the exit codes."""
        told: list[str] = []
        clock = Moved(begin, begin + timedelta(hours=hours), jump=jump)
        with only_schedule(self.folder):
            clock.schedule = Schedule(entries, self.folder, TAIPEI, clock, told.append, self.program)
            (clock.schedule.run_due if once else clock.schedule.run)()
        lines = [re.sub(r"process \d+", "process", re.sub(r"after [\d.]+ s", "after … s", line)) for line in told]
        return lines, [(entry.command, code) for entry, code in clock.schedule.codes]

    @property
    def program(self) -> list[str]:
        return [sys.executable, "-c", PROGRAM, str(self.folder / "log")]

    @property
    def log(self) -> list[str]:
        file = self.folder / "log"
        return file.read_text().splitlines() if file.exists() else []


@pytest.fixture
def night(tmp_path: Path) -> Night:
    return Night(tmp_path / "schedule")


def test_each_runs_at_its_time(night: Night) -> None:
    told, codes = night.run(Entry("15 2 * * *", ("harvest",)), Entry("30 1 * * *", ("backup", "0", "3")))
    assert told == [
        "2026-03-02 01:30:00 CST  backup 0 3: began (process)",
        "2026-03-02 01:30:00 CST  backup 0 3: ended with exit code 3 after … s",
        "2026-03-02 02:15:00 CST  harvest: began (process)",
        "2026-03-02 02:15:00 CST  harvest: ended with exit code 0 after … s",
    ]
    assert codes == [("backup", 3), ("harvest", 0)]


def test_no_two_of_one_command_at_a_time(night: Night) -> None:
    told, codes = night.run(
        Entry("0 1 * * *", ("harvest", "0.3")), Entry("0 1 * * *", ("harvest", "0.1")), Entry("0 1 * * *", ("prune",))
    )
    assert sorted(codes) == [("harvest", 0), ("harvest", 0), ("prune", 0)]
    assert [line for line in night.log if "harvest" in line] == ["harvest begins", "harvest ends"] * 2
    assert "2026-03-02 01:00:00 CST  harvest 0.1: waits, because another harvest is running" in told
    assert night.log.index("prune begins") < night.log.index("harvest ends")


def test_what_was_missed_while_the_machine_slept_runs_once(night: Night) -> None:
    told, codes = night.run(Entry("*/10 * * * *", ("prune",)), hours=50.1, jump=timedelta(hours=49, minutes=59))
    assert codes == [("prune", 0)] * 2
    assert told[0] == "2026-03-04 01:59:30 CST  prune: began (process, due 2026-03-02 00:10:00 CST)"


def test_what_was_missed_while_no_schedule_ran_runs_once(night: Night) -> None:
    entry = Entry("15 2 * * *", ("harvest",))
    assert len(night.run(entry, hours=3)[1]) == 1
    assert night.run(entry, begin=BEGIN + timedelta(hours=4), hours=1)[1] == []
    later = BEGIN + timedelta(days=3)
    assert night.run(entry, begin=later, hours=1)[1] == [("harvest", 0)]
    assert night.run(entry, begin=later + timedelta(hours=1), hours=1)[1] == []


def test_a_new_entry_has_missed_nothing_and_a_wrong_clock_blocks_nothing(night: Night) -> None:
    entry = Entry("15 2 * * *", ("harvest",))
    assert night.run(entry, begin=BEGIN + timedelta(days=3650), hours=1)[1] == []
    assert night.run(entry, hours=3)[1] == [("harvest", 0)]


@pytest.mark.parametrize(
    "content", ["", "[]", "{", '{"15 2 * * *  harvest": "2026-01-01"}', '{"15 2 * * *  harvest": 7}']
)
def test_a_state_that_cannot_be_read_is_none(night: Night, content: str) -> None:
    night.folder.mkdir()
    (night.folder / "state.json").write_text(content)
    assert night.run(Entry("15 2 * * *", ("harvest",)), hours=1)[1] == []
    kept = json.loads((night.folder / "state.json").read_text())
    assert kept == {"15 2 * * *  harvest": "2026-03-01T16:00:00+00:00"}


def test_once_runs_what_is_due_and_ends(night: Night) -> None:
    entries = (Entry("15 2 * * *", ("harvest", "0.1")), Entry("15 2 * * *", ("harvest", "0.2", "7")))
    assert night.run(*entries, once=True) == ([], [])
    assert night.run(*entries, begin=BEGIN + timedelta(hours=2), once=True) == ([], [])
    told, codes = night.run(*entries, begin=BEGIN + timedelta(hours=12), once=True)
    assert codes == [("harvest", 0), ("harvest", 7)]
    assert told[0] == "2026-03-02 12:00:00 CST  harvest 0.1: began (process, due 2026-03-02 02:15:00 CST)"
    assert night.run(*entries, begin=BEGIN + timedelta(hours=13), once=True) == ([], [])


def test_two_lists_may_take_turns(night: Night) -> None:
    one, other = Entry("15 2 * * *", ("harvest",)), Entry("0 3 * * *", ("prune",))
    for entry in (one, other):
        night.run(entry, once=True)
    day = BEGIN + timedelta(days=1)
    assert [night.run(entry, begin=day, once=True)[1] for entry in (one, other)] == [[("harvest", 0)], [("prune", 0)]]


def test_one_schedule_in_a_folder(night: Night) -> None:
    with only_schedule(night.folder), pytest.raises(ScheduleRunning, match="another schedule runs in "):
        night.run(Entry("15 2 * * *", ("harvest",)))


def test_a_child_of_a_killed_schedule_still_holds_its_lock(night: Night) -> None:
    """Were the schedule killed, its harvest would go on; the next schedule waits for it."""
    script = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from datetime import *
from pathlib import Path
from publiccode.web.schedule.entries import Entry
from publiccode.web.schedule.runs import Schedule
from publiccode.web.schedule.signals import Clock
folder = Path({str(night.folder)!r})
folder.mkdir()
entry = Entry("* * * * *", ("harvest", "1.5"))
(folder / "state.json").write_text('{{"' + str(entry) + '": "2026-01-01T00:00:00+00:00"}}')
with Clock() as clock:
    Schedule([entry], folder, UTC, clock, lambda line: print(line, flush=True), {night.program!r}).run()
"""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as killed:
        assert killed.stdout is not None
        assert "harvest 1.5: began" in killed.stdout.readline()
        killed.kill()
    entries = (Entry("15 2 * * *", ("harvest",)), Entry("15 2 * * *", ("prune",)))
    night.run(*entries, once=True)
    told, codes = night.run(*entries, begin=BEGIN + timedelta(days=1), once=True)
    assert told[0].endswith("harvest: waits, because another harvest is running")
    assert codes == [("prune", 0)]
    until = time.monotonic() + 10
    while "harvest ends" not in night.log:
        assert time.monotonic() < until
        time.sleep(0.05)
    # It says that it ends a moment before it has ended.
    while not (codes := night.run(*entries, begin=BEGIN + timedelta(days=1, minutes=1), once=True)[1]):
        assert time.monotonic() < until
        time.sleep(0.05)
    assert codes == [("harvest", 0)]


def test_a_program_that_cannot_be_started_ends_the_schedule_and_what_runs(night: Night) -> None:
    clock = Moved(BEGIN, BEGIN + timedelta(days=1))
    with only_schedule(night.folder):
        schedule = Schedule(
            [Entry("0 1 * * *", ("prune",))], night.folder, TAIPEI, clock, print, [str(night.folder / "nothing")]
        )
        with pytest.raises(FileNotFoundError):
            schedule.run()
    assert schedule.running == []


class Asked(Clock):
    """The real clock; asks this process to end as soon as something runs."""

    def __init__(self, ask: Callable[[], None]) -> None:
        super().__init__()
        self.ask = ask

    def wait(self, seconds: float) -> None:
        self.ask()
        super().wait(min(seconds, 0.5))


@pytest.fixture
def due(night: Night) -> Entry:
    """An entry that is due, and would take long."""
    entry = Entry("* * * * *", ("harvest", "60"))
    night.folder.mkdir()
    (night.folder / "state.json").write_text(json.dumps({str(entry): "2026-01-01T00:00:00+00:00"}))
    return entry


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_what_runs_when_asked(night: Night, due: Entry, number: int) -> None:
    """In real time."""

    def ask() -> None:
        if night.log and not clock.stops:
            os.kill(os.getpid(), number)

    before = signal.getsignal(number)
    told: list[str] = []
    started = time.monotonic()
    with Asked(ask) as clock:
        schedule = Schedule([due], night.folder, UTC, clock, told.append, night.program)
        schedule.run()
    assert time.monotonic() - started < 30  # not the 60 seconds that it would take; some 0.3 on an idle machine
    assert night.log == ["harvest begins", "harvest was asked to end"]
    lines = [line.partition("  ")[2] for line in told]
    # A minute may have ended meanwhile, in which the entry was due again.
    assert [line for line in lines if "waits" not in line][1:2] == ["stopping: SIGINT to harvest 60"]
    assert [code for _, code in schedule.codes] == [130]
    assert signal.getsignal(number) is before


def test_who_asks_again_is_heard(night: Night, due: Entry) -> None:
    """A child that does not listen to Ctrl-C gets SIGTERM as soon as we are asked a second time."""
    deaf = (
        "import pathlib, signal, sys, time; signal.signal(signal.SIGINT, signal.SIG_IGN); "
        "pathlib.Path(sys.argv[1]).touch(); time.sleep(60)"
    )
    ready = night.folder / "ready"

    def ask() -> None:
        asked_for_an_end = any("stopping: SIGINT" in line for line in told)
        if ready.exists() and clock.stops < 1 + asked_for_an_end:
            os.kill(os.getpid(), signal.SIGTERM)

    told: list[str] = []
    with Asked(ask) as clock:
        schedule = Schedule([due], night.folder, UTC, clock, told.append, [sys.executable, "-c", deaf, str(ready)])
        schedule.run()
    assert [code for _, code in schedule.codes] == [-signal.SIGTERM]
    told = [line for line in told if "waits" not in line]  # a minute may have ended meanwhile
    assert [line.partition("  ")[2] for line in told][1:3] == [
        "stopping: SIGINT to harvest 60",
        "stopping: SIGTERM to harvest 60",
    ]
    assert "ended by SIGTERM after" in told[3]
