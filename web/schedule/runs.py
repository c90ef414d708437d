"""Runs the entries of a schedule at their times, each as a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Protocol, TextIO

from .entries import Entry
from .state import State, hold

# While a machine sleeps, waiting stands still and the clock does not: so nobody waits for long.
LONGEST_WAIT = 30.0
# What a child is asked with, and for how long, before the next: Ctrl-C lets our commands end well.
_ASKING = ((signal.SIGINT, 60.0), (signal.SIGTERM, 10.0), (signal.SIGKILL, 10.0))


def ourselves() -> tuple[str, ...]:
    """The words that start this program again, found where we were: a folder that we stand in may hold another `publiccode`."""
    started_as_module = getattr(sys.modules["__main__"], "__spec__", None) is not None
    return (sys.executable, *([] if started_as_module else ["-P"]), "-m", "publiccode")


class Clock(Protocol):
    """The time (see `signals.Clock`); tests move it."""

    stops: int

    def now(self) -> datetime:
        """This moment."""

    def wait(self, seconds: float) -> None:
        """Waits so long, or until a child or somebody calls."""


@dataclass
class Running:
    """An entry that runs."""

    entry: Entry
    process: subprocess.Popen[bytes]
    lock: TextIO
    began: datetime


class Schedule:
    """Entries, what runs of them now, and the exit codes of what ran.

    Args:
        entries: what to run.
        folder: of state and locks.
        zone: in which the times of entries are meant.
        clock: the time.
        tell: told one line of each beginning and end.
        program: the words before those of an entry; None: ourselves.

    """

    def __init__(
        self,
        entries: Sequence[Entry],
        folder: Path,
        zone: tzinfo,
        clock: Clock,
        tell: Callable[[str], object],
        program: Sequence[str] | None = None,
    ) -> None:
        self.entries, self.folder, self.zone, self.clock = entries, folder, zone, clock
        self._program = ourselves() if program is None else program
        self.running: list[Running] = []
        self.codes: list[tuple[Entry, int]] = []
        self._tell, self._waiting = tell, set[Entry]()
        self._state = State(folder, entries, clock.now())
        self._state.keep()

    def run(self) -> None:
        """Runs everything at its time until the clock is asked to stop; then ends what runs, and waits for it."""
        try:
            while not self.clock.stops:
                self._reap()
                self._start_due()
                self.clock.wait(self._pause())
        finally:
            self._end()

    def run_due(self) -> None:
        """Runs what is due now, waits until it has ended, and ends; what another process is running stays due."""
        moment, left = self.clock.now(), set(self.due())
        try:
            while not self.clock.stops:
                self._reap()
                self._start_due({entry for entry in left if self._state.done_until(entry) < moment})
                if not self.running:
                    return
                self.clock.wait(LONGEST_WAIT)
        finally:
            self._end()

    def next_time(self, entry: Entry) -> datetime:
        """The next time of this entry that is not done with; it may lie behind us."""
        return next(entry.after(self._state.done_until(entry), self.zone))

    def due(self) -> list[Entry]:
        """The entries whose time has come, the longest waiting first. Times that were missed count once."""
        now = self.clock.now()
        times = ((self.next_time(entry), number) for number, entry in enumerate(self.entries))
        return [self.entries[number] for time, number in sorted(times) if time <= now]

    def _start_due(self, among: set[Entry] | None = None) -> None:
        for entry in self.due():
            if among is None or entry in among:
                self._start(entry)

    def _start(self, entry: Entry) -> None:
        lock = hold(self.folder, entry.command)
        if lock is None:
            if entry not in self._waiting:
                self._say(f"{_shown(entry)}: waits, because another {entry.command} is running")
                self._waiting.add(entry)
            return
        self._waiting.discard(entry)
        due, now = self.next_time(entry), self.clock.now()
        try:
            self._state.done(entry, now)
            self._state.keep()  # before it runs: a run that brings the machine down is not repeated at once
            process = subprocess.Popen(  # noqa: S603  (our own program, no shell)
                [*self._program, *entry.words],
                stdin=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C at the terminal reaches us alone; we pass it on
                pass_fds=(lock.fileno(),),  # the lock outlives us, if the child does
            )
        except OSError:
            lock.close()
            raise
        self.running.append(Running(entry, process, lock, now))
        late = f", due {_written(due)}" if now - due > timedelta(minutes=2) else ""
        self._say(f"{_shown(entry)}: began (process {process.pid}{late})")

    def _reap(self) -> None:
        for run in list(self.running):
            code = run.process.poll()
            if code is None:
                continue
            run.lock.close()
            self.running.remove(run)
            self.codes.append((run.entry, code))
            seconds = (self.clock.now() - run.began).total_seconds()
            how = f"by {signal.Signals(-code).name}" if code < 0 else f"with exit code {code}"
            self._say(f"{_shown(run.entry)}: ended {how} after {seconds:.1f} s")

    def _pause(self) -> float:
        now = self.clock.now()
        times = [self.next_time(entry) for entry in self.entries if entry not in self._waiting]
        until = min(((time - now).total_seconds() for time in times), default=LONGEST_WAIT)
        return min(max(until, 0.05), LONGEST_WAIT)

    def _end(self) -> None:
        """Asks what runs to end, more firmly from time to time, or when we are asked again."""
        for number, patience in _ASKING:
            if not self.running:
                return
            names = ", ".join(_shown(run.entry) for run in self.running)
            self._say(f"stopping: {number.name} to {names}")
            for run in self.running:
                with suppress(ProcessLookupError):
                    os.killpg(run.process.pid, number)  # with the processes that it started
            asked, until = self.clock.stops, self.clock.now() + timedelta(seconds=patience)
            while self.running and self.clock.now() < until and self.clock.stops == asked:
                self.clock.wait(min(1.0, patience))
                self._reap()

    def _say(self, text: str) -> None:
        self._tell(f"{_written(self.clock.now().astimezone(self.zone))}  {text}")


def _shown(entry: Entry) -> str:
    return " ".join(entry.words)


def _written(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S %Z}"
