"""Tasks done at the same time, where the machine can."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

MOST_THREADS = 4


class Together:
    """Does tasks in the thread that asks and in those of a small pool.

    A task waits for no other, and the asking thread does itself what none of the pool has begun: however many ask at the same
    time, nobody waits for a free thread, and where none is free it is as if there were no pool.
    """

    def __init__(self, threads: int | None = None) -> None:
        threads = threads or min(MOST_THREADS, _cores())
        self._pool = ThreadPoolExecutor(threads - 1, "search") if threads > 1 else None

    def do(self, tasks: Sequence[Callable[[], Any]]) -> list[Any]:
        """The results of `tasks`, in their order; best begun with the longest."""
        if self._pool is None or len(tasks) < 2:
            return [task() for task in tasks]
        begun = [self._pool.submit(task) for task in tasks[1:]]
        results = [tasks[0]()]
        taken = {place: task() for place, task in enumerate(tasks[1:]) if begun[place].cancel()}
        return results + [taken[place] if place in taken else future.result() for place, future in enumerate(begun)]


def _cores() -> int:
    """How many cores this process may use, where the system tells."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
