"""A harvest of the corpus of real agencies' repositories, held against an independent count of what should come out.

    python bench/corpus.py [--keep FOLDER]

Lays out bare repositories from the acceptance corpus beside the checkout, serves them by `git http-backend`, harvests them twice
and prints: outcomes, seconds, requests, bytes; the rows written by the second run; and every deviation from the count made
here with nothing but PyYAML.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from publiccode.web.demo.git_server import GitServer
from tests.corpus import lay_out_corpus
from tests.corpus_harvest import environment, expected, prepare, publiccode, rows, shown


def _harvest(data: Path, server: GitServer, env: dict[str, str], name: str) -> None:
    before = rows(data)
    server.reset()
    started = time.perf_counter()
    lines = publiccode("harvest", "--format", "jsonl", env=env).splitlines()
    seconds = time.perf_counter() - started
    outcomes = Counter(json.loads(line)["outcome"] for line in lines if '"outcome"' in line)
    after = rows(data)
    written = {table: count - before[table] for table, count in after.items() if count != before[table]}
    print(
        f"\n{name}: {seconds:.1f} s, {server.requests} requests, {server.bytes_in} bytes up, {server.bytes_out} bytes down"
    )
    print(f"  outcomes: {dict(outcomes)}")
    print(f"  rows written: {written}")


def main() -> None:
    """Runs the bench."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keep", type=Path, help="folder to keep repositories and database in")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        repositories = lay_out_corpus(folder / "repositories")
        with GitServer(folder / "repositories") as server:
            env = environment(folder / "data", server, repositories)
            prepare(folder / "data", env, repositories)
            _harvest(folder / "data", server, env, "first run")
            _harvest(folder / "data", server, env, "second run")
        count = expected()
        print(f"\ncounted independently: {dict(Counter(count.values()))} of {len(count)}")
        ours = shown(folder / "data")
        wanted = {url for url, verdict in count.items() if verdict == "shown"}
        print(f"shown: {len(ours)}; deviations: {sorted(ours ^ wanted) or 'none'}")
        with sqlite3.connect(folder / "data" / "registry.sqlite") as database:
            print("valid, usable:", database.execute("select sum(valid), sum(usable) from assessment").fetchone())


if __name__ == "__main__":
    main()
