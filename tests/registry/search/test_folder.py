"""What every engine must do with its folder: updates, rebuilds, readers, crashes, damage, two writers."""

from __future__ import annotations

import gc
import json
import multiprocessing
import shutil
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from publiccode.registry.search import FACETS, IndexBusy, IndexEntry, IndexMoved, Request, Result, SearchIndex, Text
from publiccode.registry.search.engines import open_index

NOTHING = Result((), 0, dict.fromkeys(FACETS, ()), ready=False)


def _state(index: SearchIndex) -> tuple[str, set[str]]:
    return index.cursor(), set(index.ids())


def _entry(number: int, name: str) -> IndexEntry:
    return IndexEntry(f"x{number}", (Text("en", name),), modified=number)


def test_an_index_that_does_not_exist_is_empty(index: SearchIndex) -> None:
    assert index.cursor() == ""
    assert index.ids() == frozenset()
    assert index.search(Request("portal")) == NOTHING


def test_updates(index: SearchIndex) -> None:
    index.update([_entry(1, "One"), _entry(2, "Two")], [], "7")
    assert _state(index) == ("7", {"x1", "x2"})
    index.update([_entry(2, "Three"), _entry(3, "Four")], ["x1", "never-there"], "9")
    assert _state(index) == ("9", {"x2", "x3"})
    assert index.search(Request("two")).ids == ()
    assert index.search(Request("three")).ids == ("x2",)
    index.update([], [], "10")
    assert _state(index) == ("10", {"x2", "x3"})


def test_what_is_older_is_not_put_over_what_is_newer(index: SearchIndex) -> None:
    index.update([_entry(1, "One")], [], "1", after="")
    index.update([_entry(1, "Two")], [], "3", after="1")
    with pytest.raises(IndexMoved, match="has brought the search index in"):
        index.update([_entry(1, "Between")], [], "2", after="1")
    assert _state(index) == ("3", {"x1"})
    assert index.search(Request("two")).ids == ("x1",)


def test_the_last_of_two_with_one_id_stays(index: SearchIndex) -> None:
    index.update([_entry(1, "One")], [], "1")
    index.update([_entry(1, "Two"), _entry(1, "Three")], [], "2")
    assert [index.search(Request(text)).total for text in ("", "one", "two", "three")] == [1, 0, 0, 1]


def test_many_small_updates_leave_no_old_files(index: SearchIndex, tmp_path: Path) -> None:
    for number in range(30):
        index.update([_entry(number % 3, f"Name {number}")], [], str(number))
    assert index.ids() == {"x0", "x1", "x2"}
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) < 100


def test_rebuild_replaces_everything(index: SearchIndex, tmp_path: Path) -> None:
    index.update([_entry(1, "One")], [], "1")
    index.rebuild([_entry(2, "Two")], "5")
    assert _state(index) == ("5", {"x2"})
    assert len([path for path in (tmp_path / "index").iterdir() if path.is_dir()]) == 1


def test_a_reader_sees_updates_and_rebuilds_of_others(engine: str, index: SearchIndex, tmp_path: Path) -> None:
    reader = open_index(engine, tmp_path / "index")
    index.rebuild([_entry(1, "One")], "1")
    assert reader.search(Request("one")).ids == ("x1",)
    index.update([_entry(2, "One more")], [], "2")
    assert set(reader.search(Request("one")).ids) == {"x1", "x2"}
    index.rebuild([_entry(3, "One again")], "3")
    assert (reader.search(Request("one")).ids, reader.cursor()) == (("x3",), "3")


def test_readers_answer_from_the_old_index_during_a_rebuild(engine: str, index: SearchIndex, tmp_path: Path) -> None:
    index.rebuild([_entry(1, "One")], "1")
    reader = open_index(engine, tmp_path / "index")
    seen = []

    def entries() -> Iterator[IndexEntry]:
        for number in range(2, 5):
            seen.append((reader.search(Request("one")).ids, reader.cursor()))
            yield _entry(number, "One")

    index.rebuild(entries(), "2")
    assert seen == [(("x1",), "1")] * 3
    assert reader.ids() == {"x2", "x3", "x4"}


def test_threads_search_while_another_writes(index: SearchIndex) -> None:
    index.rebuild([_entry(number, "One") for number in range(20)], "1")
    answers: list[int] = []

    def search() -> None:
        answers.extend(index.search(Request("one")).total for _ in range(20))

    threads = [threading.Thread(target=search) for _ in range(4)]
    for thread in threads:
        thread.start()
    index.update([_entry(20, "One")], [], "2")
    for thread in threads:
        thread.join()
    assert len(answers) == 80
    assert set(answers) <= {20, 21}


class _Broken(Exception):
    pass


def _broken_entries() -> Iterator[IndexEntry]:
    yield _entry(9, "Nine")
    raise _Broken


def test_a_failure_while_entries_come_changes_nothing(index: SearchIndex) -> None:
    index.rebuild([_entry(1, "One")], "1")
    attempts: tuple[Callable[[], None], ...] = (
        lambda: index.rebuild(_broken_entries(), "2"),
        lambda: index.update(_broken_entries(), ["x1"], "2"),
    )
    for attempt in attempts:
        with pytest.raises(_Broken):
            attempt()
        assert _state(index) == ("1", {"x1"})
    index.update([_entry(2, "Two")], [], "3")
    assert _state(index) == ("3", {"x1", "x2"})


def test_after_a_crash_between_commit_and_cursor_the_same_changes_come_again(
    index: SearchIndex, tmp_path: Path
) -> None:
    index.rebuild([_entry(1, "One")], "1")
    before = (tmp_path / "index" / "current.json").read_bytes()
    changes = ([_entry(1, "Two"), _entry(2, "Two")], ["x3"], "2")
    index.update(*changes)
    (tmp_path / "index" / "current.json").write_bytes(before)
    assert index.cursor() == "1"
    index.update(*changes)
    assert (*_state(index), index.search(Request("two")).total) == ("2", {"x1", "x2"}, 2)


def test_what_a_killed_rebuild_left_is_swept_away(index: SearchIndex, tmp_path: Path) -> None:
    index.rebuild([_entry(1, "One")], "1")
    (tmp_path / "index" / "generation-0").mkdir()
    (tmp_path / "index" / "generation-0" / "segment").write_bytes(b"x")
    (tmp_path / "index" / "not ours").mkdir()
    index.rebuild([_entry(1, "One")], "2")
    assert not (tmp_path / "index" / "generation-0").exists()
    assert (tmp_path / "index" / "not ours").exists()


def test_a_deleted_folder_is_a_missing_index(index: SearchIndex, tmp_path: Path) -> None:
    index.rebuild([_entry(1, "One")], "1")
    assert index.search(Request("one")).total == 1
    shutil.rmtree(tmp_path / "index")
    assert (index.cursor(), index.search(Request("one")), index.ids()) == ("", replace(NOTHING), frozenset())
    index.rebuild([_entry(1, "One")], "4")
    assert (index.cursor(), index.search(Request("one")).ids) == ("4", ("x1",))


@pytest.mark.parametrize("damage", ["no files", "no generation", "rubbish", "old format", "other engine", "not json"])
def test_what_cannot_be_read_is_a_missing_index(index: SearchIndex, engine: str, tmp_path: Path, damage: str) -> None:
    index.rebuild([_entry(1, "One")], "1")
    current = tmp_path / "index" / "current.json"
    values = json.loads(current.read_text())
    generation = tmp_path / "index" / values["generation"]
    if damage == "no files":
        for file in generation.iterdir():
            file.unlink()
    elif damage == "no generation":
        shutil.rmtree(generation)
    elif damage == "rubbish":
        for file in generation.iterdir():
            file.write_bytes(b"rubbish")
    elif damage == "old format":
        current.write_text(json.dumps(values | {"format": f"{engine} 0"}))
    elif damage == "other engine":
        current.write_text(json.dumps(values | {"format": "grep 1"}))
    else:
        current.write_bytes(b"\xff{")
    reader = open_index(engine, tmp_path / "index")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # Whoosh leaves files open that it cannot read
        assert (reader.cursor(), reader.search(Request("")), reader.ids()) == ("", NOTHING, frozenset())
        reader.update([_entry(2, "Two")], [], "2")
        gc.collect()
    assert _state(reader) == ("2", {"x2"})


def _hold(engine: str, folder: Path, started: object, finish: object) -> None:
    def entries() -> Iterator[IndexEntry]:
        started.set()  # type: ignore[attr-defined]
        finish.wait(30)  # type: ignore[attr-defined]
        yield _entry(2, "Two")

    open_index(engine, folder).update(entries(), [], "2")


def test_another_process_that_writes_is_waited_for_by_the_caller(
    index: SearchIndex, engine: str, tmp_path: Path
) -> None:
    index.rebuild([_entry(1, "One")], "1")
    processes = multiprocessing.get_context("spawn")
    started, finish = processes.Event(), processes.Event()
    other = processes.Process(target=_hold, args=(engine, tmp_path / "index", started, finish))
    other.start()
    try:
        assert started.wait(30)
        busy = f"another process is writing to the search index in {tmp_path / 'index'}"
        attempts: tuple[Callable[[], None], ...] = (
            lambda: index.update([], [], "3"),
            lambda: index.rebuild([], "3"),
        )
        for attempt in attempts:
            with pytest.raises(IndexBusy) as error:
                attempt()
            assert str(error.value) == busy
        assert (index.cursor(), index.search(Request("one")).total) == ("1", 1)
    finally:
        finish.set()
        other.join(30)
    assert _state(index) == ("2", {"x1", "x2"})


def test_the_lock_of_a_killed_process_is_no_lock(index: SearchIndex, engine: str, tmp_path: Path) -> None:
    index.rebuild([_entry(1, "One")], "1")
    processes = multiprocessing.get_context("spawn")
    started, finish = processes.Event(), processes.Event()
    other = processes.Process(target=_hold, args=(engine, tmp_path / "index", started, finish))
    other.start()
    assert started.wait(30)
    other.kill()
    other.join(30)
    index.update([_entry(3, "Three")], [], "3")
    assert _state(index) == ("3", {"x1", "x3"})


def test_a_folder_that_cannot_be_written_says_so(index: SearchIndex, tmp_path: Path) -> None:
    (tmp_path / "index").write_text("a file where the folder should be")
    with pytest.raises(OSError):
        index.rebuild([_entry(1, "One")], "1")
    assert index.cursor() == ""


def _watch(engine: str, folder: Path, ready: object, answers: object) -> None:
    """Another process that reads: tells for how many seconds after the cursor it waits for the entry that came with it."""
    index = open_index(engine, folder)
    assert index.search(Request("two")).ids == ()
    ready.set()  # type: ignore[attr-defined]
    deadline = time.monotonic() + 30
    while not index.search(Request("two")).ids and time.monotonic() < deadline:
        time.sleep(0.01)
    answers.put((time.time(), index.search(Request("two")).ids))  # type: ignore[attr-defined]


def test_readers_in_other_processes_see_a_change_within_a_second(
    index: SearchIndex, engine: str, tmp_path: Path
) -> None:
    index.rebuild([_entry(1, "One")], "1")
    processes = multiprocessing.get_context("spawn")
    answers = processes.Queue()
    ready = [processes.Event() for _ in range(2)]
    others = [processes.Process(target=_watch, args=(engine, tmp_path / "index", event, answers)) for event in ready]
    for other in others:
        other.start()
    assert all(event.wait(60) for event in ready)
    index.update([_entry(2, "Two")], [], "2")
    done = time.time()
    found = [answers.get(timeout=60) for _ in others]
    for other in others:
        other.join(60)
    answers.close()
    answers.join_thread()
    assert [ids for _, ids in found] == [("x2",)] * 2
    assert max(seen for seen, _ in found) - done < 1


def test_small_updates_stay_small_beside_a_reader(index: SearchIndex, engine: str, tmp_path: Path) -> None:
    index.rebuild([_entry(number, f"Name {number}") for number in range(50)], "1")
    once = _bytes(tmp_path)
    reader = open_index(engine, tmp_path / "index")
    for number in range(25):
        index.update([_entry(number % 5, f"Fresh {number}")], [], f"{number}")
        if number % 10 == 0:
            assert reader.search(Request(f'"fresh {number}"')).ids == (f"x{number % 5}",)
    assert _bytes(tmp_path) < 10 * once


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
