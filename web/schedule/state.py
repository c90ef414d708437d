"""Up to when the times of each entry are done with: kept in a file, so that what was missed is known after a restart."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TextIO

from .entries import Entry

_LONGEST_KEPT = timedelta(days=400)


class ScheduleRunning(Exception):
    """Another schedule runs in this folder."""


class State:
    """For each entry the moment up to which its times are done with; an entry that is new begins now."""

    def __init__(self, folder: Path, entries: Iterable[Entry], now: datetime) -> None:
        self._file = folder / "state.json"
        self._kept = self._read()  # those of other lists, too: two may take turns (`--once`)
        # A moment to come is one of a clock that was wrong.
        self._done = {entry: min(self._kept.get(str(entry), now), now) for entry in entries}

    def done_until(self, entry: Entry) -> datetime:
        """Up to when the times of this entry are done with."""
        return self._done[entry]

    def done(self, entry: Entry, moment: datetime) -> None:
        """All times of this entry up to `moment` are done with. Kept by `keep`."""
        self._done[entry] = moment

    def keep(self) -> None:
        """Writes the file, whole or not at all.

        Raises:
            OSError: it cannot be written.

        """
        oldest = max(self._done.values(), default=datetime.max.replace(tzinfo=UTC)) - _LONGEST_KEPT
        kept = {line: moment for line, moment in self._kept.items() if moment > oldest}
        moments = {**kept, **{str(entry): moment for entry, moment in self._done.items()}}
        new = self._file.with_suffix(".new")
        with new.open("w", encoding="utf-8") as file:
            json.dump({line: moment.isoformat() for line, moment in moments.items()}, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._file)

    def _read(self) -> dict[str, datetime]:
        try:
            values = json.loads(self._file.read_text("utf-8"))
            read = {str(line): datetime.fromisoformat(moment) for line, moment in values.items()}
        except (OSError, ValueError, TypeError, AttributeError):  # none yet, or not ours: nothing was missed
            return {}
        return {line: moment for line, moment in read.items() if moment.tzinfo is not None}


@contextmanager
def only_schedule(folder: Path) -> Iterator[None]:
    """Holds the folder, which is made, for one schedule.

    Raises:
        ScheduleRunning: another process holds it.

    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = hold(folder, "schedule")
    if lock is None:
        raise ScheduleRunning(f"another schedule runs in {folder.absolute()}; stop it, or leave it to that one")
    with lock:
        yield


def hold(folder: Path, name: str) -> TextIO | None:
    """A lock of that name, held as long as the file, or the process that it is handed to, lives; None where another has it."""
    lock = (folder / f"{name}.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return lock
