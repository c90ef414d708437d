"""Waits for a time, for a child process to end, or for somebody to end this process, whichever comes first."""

from __future__ import annotations

import os
import select
import signal
from collections.abc import Callable
from datetime import UTC, datetime
from types import FrameType, TracebackType

ENDING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Clock:
    """The time, and the waiting for it. `stops` counts how often the process was asked to end."""

    def __init__(self) -> None:
        self.stops = 0
        self._before: dict[int, Callable[[int, FrameType | None], object] | int | None] = {}
        self._reads, self._writes = -1, -1
        self._wakeup = -1

    def __enter__(self) -> Clock:
        self._reads, self._writes = os.pipe()
        os.set_blocking(self._reads, False)
        os.set_blocking(self._writes, False)
        # A signal that comes just before select() is not lost: its byte waits in the pipe.
        self._wakeup = signal.set_wakeup_fd(self._writes, warn_on_full_buffer=False)
        for number in (*ENDING, signal.SIGCHLD):
            self._before[number] = signal.signal(number, self._heard)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._wakeup)
        os.close(self._reads)
        os.close(self._writes)

    def _heard(self, number: int, _frame: FrameType | None) -> None:
        self.stops += number in ENDING

    def now(self) -> datetime:
        """This moment."""
        return datetime.now(UTC)

    def wait(self, seconds: float) -> None:
        """Waits so long, or until a signal comes."""
        if select.select([self._reads], [], [], max(0.0, seconds))[0]:
            os.read(self._reads, 4096)
