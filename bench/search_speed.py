"""How fast the search engines index and answer with all facets, how large the index is, how much memory a reading process takes.

    python bench/search_speed.py [--entries 1000 20000 100000] [--engine tantivy whoosh] [--slow]

Entries are made from real texts (`bench/made_catalogue.py`). Each search is asked as people ask, with facets chosen and without,
once: nothing is asked before that could be remembered. Times are those of the clock, which other work on the machine disturbs, and
beside them those of all processors together. `--slow` lists the slowest searches.
"""

from __future__ import annotations

import argparse
import gc
import multiprocessing
import random
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.made_catalogue import index_entries, searches
from publiccode.registry.search import Request
from publiccode.registry.search.engines import ENGINES, open_index
from publiccode.registry.search.query import prepare

CHOSEN: tuple[dict[str, tuple[str, ...]], ...] = (
    {},
    {"license": ("MIT", "EUPL-1.2"), "status": ("stable",)},
    {"publisher": ("office-3",)},
    {"since": ("2024",), "activity": ("high", "medium"), "sbom": ("yes", "no")},
)
SORTS = ("relevance", "relevance", "newest", "name", "activity")


def build(engine: str, folder: Path, count: int) -> tuple[float, float]:
    """Entries indexed per second of the clock, and the microseconds of the processors for each; all were made before."""
    entries = list(
        index_entries(count)
    )  # made meanwhile, they would give the engine's own threads time that is not counted
    gc.collect()
    gc.freeze()
    start, work = time.perf_counter(), time.process_time()
    open_index(engine, folder).rebuild(entries, "1")
    took, worked = time.perf_counter() - start, time.process_time() - work
    gc.unfreeze()
    return count / took, worked / count * 1e6


def memory() -> int:
    """What this process alone holds of the memory, in MB (its proportional share)."""
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("Pss:")).split()[1]) // 1024


def ask(engine: str, folder: Path) -> tuple[list[tuple[float, str]], list[float], int]:
    """The milliseconds of every search by the clock, sorted; those of the processors; the megabytes of the process that asked."""
    index = open_index(engine, folder)
    source, times, work = random.Random(3), [], []
    asked = [(text, chosen) for text in searches() for chosen in CHOSEN]
    source.shuffle(asked)
    prepare()
    index.search(Request("warm up"))
    gc.collect()
    gc.freeze()  # as the server does
    for text, chosen in asked:
        request = Request(text, chosen, source.choice(SORTS), source.choice((0, 0, 0, 20, 100)))
        start, worked = time.perf_counter(), time.process_time()
        total = index.search(request).total
        took, worked = time.perf_counter() - start, time.process_time() - worked
        times.append((took * 1_000, f"{text!r} {chosen} {request.sort}: {total}"))
        work.append(worked * 1_000)
    return sorted(times), sorted(work), memory()


def part(values: list[float], share: float) -> float:
    """Of sorted `values` the one that `share` of them stand below."""
    return values[int(len(values) * share)]


def main() -> None:
    """Runs the bench; each engine answers in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, nargs="+", default=[1_000, 20_000])
    parser.add_argument("--engine", nargs="+", choices=list(ENGINES), default=list(ENGINES))
    parser.add_argument("--slow", action="store_true")
    options = parser.parse_args()
    names = ("engine", "entries", "entries/s", "CPU us", "MB on disk", "MB memory", "p50 ms", "p95 ms", "worst")
    names += ("p50 CPU", "p95 CPU")
    print(("{:>10} " * len(names)).format(*names))
    for count in options.entries:
        for engine in options.engine:
            with tempfile.TemporaryDirectory() as temporary:
                folder = Path(temporary) / "index"
                speed, work = build(engine, folder, count)
                size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
                with multiprocessing.get_context("spawn").Pool(1) as other:
                    times, worked, held = other.apply(ask, (engine, folder))
            clock = [took for took, _ in times]
            print(
                f"{engine:>10} {count:10} {speed:10.0f} {work:10.0f} {size:10.1f} {held:10} "
                f"{part(clock, 0.5):10.2f} {part(clock, 0.95):10.2f} {clock[-1]:10.2f} "
                f"{part(worked, 0.5):10.2f} {part(worked, 0.95):10.2f}"
            )
            if options.slow:
                print("\n".join(f"      {took:8.2f} {what}" for took, what in times[:-15:-1]), flush=True)


if __name__ == "__main__":
    main()
