"""How many bytes many small updates leave on disk while another process has the index open, and how soon it sees them.

    python bench/search_updates.py [--entries 2000] [--updates 500] [--engine tantivy whoosh]

Each update replaces three entries. The other process searches all the time, as a web process does. Printed are the sizes at the
beginning, at most and at the end, the number of files, and the milliseconds of an update and until the reader saw the last one.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import tempfile
import time
from dataclasses import replace
from multiprocessing.synchronize import Event
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.made_catalogue import index_entries
from publiccode.registry.search import IndexEntry, Request, Text
from publiccode.registry.search.engines import ENGINES, open_index


def read(engine: str, folder: Path, last: str, opened: Event, seen: Event) -> None:
    """Searches until the entry with the name `last` is there."""
    index = open_index(engine, folder)
    while not index.search(Request(f"name:{last}")).total:
        opened.set()
        time.sleep(0.05)
    seen.set()


def size(folder: Path) -> tuple[int, int]:
    """The bytes and the number of all files."""
    found = []
    for path in folder.rglob("*"):
        try:
            found.append(path.stat().st_size if path.is_file() else 0)
        except FileNotFoundError:  # the engine has just removed it
            continue
    return sum(found), len(found)


def measure(engine: str, entries: list[IndexEntry], updates: int, folder: Path) -> str:
    """A line of the table."""
    index = open_index(engine, folder)
    index.rebuild(entries, "0")
    begin, most, times = size(folder)[0], 0, []
    context = multiprocessing.get_context("spawn")
    opened, seen = context.Event(), context.Event()
    other = context.Process(target=read, args=(engine, folder, "zzlast", opened, seen))
    other.start()
    opened.wait(60)
    for number in range(1, updates + 1):
        some = [entries[(3 * number + place) % len(entries)] for place in range(3)]
        name = "zzlast" if number == updates else f"change {number}"
        start = time.perf_counter()
        index.update([replace(one, names=(Text("en", name), *one.names[1:])) for one in some], (), str(number))
        times.append((time.perf_counter() - start) * 1_000)
        most = max(most, size(folder)[0])
    start = time.perf_counter()
    seen.wait(60)
    waited = (time.perf_counter() - start) * 1_000
    other.join()
    end, files = size(folder)
    half = sorted(times)[len(times) // 2]
    sizes = " ".join(f"{each / 1e6:8.1f}" for each in (begin, most, end))
    return f"{engine:>10}  {sizes} {files:6} {half:11.1f} {max(times):8.1f} {waited:8.0f}"


def main() -> None:
    """Runs the bench."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=2_000)
    parser.add_argument("--updates", type=int, default=500)
    parser.add_argument("--engine", nargs="+", choices=list(ENGINES), default=list(ENGINES))
    options = parser.parse_args()
    entries = list(index_entries(options.entries))
    print("    engine MB before  MB most   MB end  files  update p50    worst  seen ms")
    for engine in options.engine:
        with tempfile.TemporaryDirectory() as temporary:
            print(measure(engine, entries, options.updates, Path(temporary) / "index"), flush=True)


if __name__ == "__main__":
    main()
