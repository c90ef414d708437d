"""Tasks done at the same time."""

from __future__ import annotations

import gc
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from publiccode.registry.search.together import Together


def test_results_stand_in_the_order_of_the_tasks() -> None:
    for threads in (1, 2, 4):
        assert Together(threads).do([partial(pow, number, 2) for number in range(9)]) == [n * n for n in range(9)]
    assert Together(2).do([]) == []


def test_two_tasks_run_at_the_same_time() -> None:
    both = threading.Barrier(2, timeout=10)
    assert sorted(Together(2).do([both.wait, both.wait])) == [0, 1]


def test_who_asks_does_what_nobody_has_begun() -> None:
    together, busy, done = Together(2), threading.Event(), threading.Event()
    assert together._pool

    def wait() -> bool:
        busy.set()
        return done.wait(10)

    held = together._pool.submit(wait)
    assert busy.wait(10)
    assert together.do([threading.current_thread] * 5) == [threading.current_thread()] * 5
    done.set()
    assert held.result()


def test_many_ask_at_the_same_time() -> None:
    together = Together(2)
    with ThreadPoolExecutor(16) as askers:
        found = list(askers.map(lambda n: together.do([partial(sum, [n, m]) for m in range(5)]), range(200)))
    assert found == [[n + m for m in range(5)] for n in range(200)]


def test_what_a_task_raises_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        Together(2).do([int, partial(divmod, 1, 0), int])


def test_threads_end_with_the_index() -> None:
    before = set(threading.enumerate())
    together = Together(3)
    together.do([int] * 3)
    own = [thread for thread in threading.enumerate() if thread not in before]
    del together
    gc.collect()
    for thread in own:
        thread.join(10)
    assert not any(thread.is_alive() for thread in own)
