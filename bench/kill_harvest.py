"""Kills a harvest at random moments and lets the next one go on: the catalogue must be that of an undisturbed harvest.

    python bench/kill_harvest.py [--kills 20] [--seed 1]

Harvests the corpus once undisturbed; then, for each kill, begins with a new database, ends the harvest by SIGKILL at a random
moment, harvests again, and compares every entry, repository, file and the search index. Exit status 1 on any difference.
"""

from __future__ import annotations

import argparse
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from publiccode.registry.search.engines import open_index  # noqa: E402
from publiccode.web.demo.git_server import GitServer  # noqa: E402
from tests.corpus import lay_out_corpus  # noqa: E402
from tests.corpus_harvest import content, environment, prepare, publiccode, shown  # noqa: E402


def index_equals_database(data: Path) -> bool:
    """Whether the index holds the shown entries and no others."""
    import sqlite3
    from uuid import UUID

    with sqlite3.connect(data / "registry.sqlite") as database:
        ids = {str(UUID(row[0])) for row in database.execute("select id from software where deactivated = ''")}
    return open_index("tantivy", data / "index").ids() == ids


def main() -> None:
    """Runs the bench."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        repositories = lay_out_corpus(folder / "repositories")
        with GitServer(folder / "repositories") as server:
            data = folder / "data"
            env = environment(data, server, repositories)
            prepare(data, env, repositories)
            started = time.perf_counter()
            publiccode("harvest", env=env)
            seconds = time.perf_counter() - started
            undisturbed, entries = content(data), len(shown(data))
            print(f"undisturbed: {seconds:.1f} s, {entries} entries, index equal: {index_equals_database(data)}")
            wrong = 0
            for number in range(1, options.kills + 1):
                shutil.rmtree(data)
                prepare(data, env, repositories)
                moment = chance.uniform(0.2, seconds)
                process = subprocess.Popen(
                    [sys.executable, "-m", "publiccode", "harvest"],
                    env=env,
                    cwd=ROOT,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
                time.sleep(moment)
                process.kill()
                process.wait()
                before = len(shown(data))
                publiccode("harvest", env=env)
                same, index = content(data) == undisturbed, index_equals_database(data)
                wrong += not (same and index)
                print(
                    f"kill {number:2} at {moment:5.2f} s, {before:3} entries then; catalogue equal: {same}, index equal: {index}",
                    flush=True,
                )
    print(f"{options.kills - wrong} of {options.kills} equal")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
