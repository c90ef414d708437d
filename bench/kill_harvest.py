"""Kills a harvest at random moments and lets the next one go on: the catalogue must be that of an undisturbed harvest.

    python bench/kill_harvest.py [--kills 20] [--seed 1]

Every other kill falls into the first harvest of an empty database; the rest into a harvest of a filled one after a third of the
repositories has changed. After each kill a second harvest runs, then every entry, repository, file and the search index
(its entries, and that it has followed the log to its end) are compared with an undisturbed run. Exit status 1 on any difference.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from publiccode.registry.following import follow  # noqa: E402
from publiccode.registry.search.engines import open_index  # noqa: E402
from publiccode.registry.store import Store  # noqa: E402
from publiccode.web.demo.bare_repositories import lay_out  # noqa: E402
from publiccode.web.demo.git_server import GitServer  # noqa: E402
from tests.corpus import CorpusRepository, lay_out_corpus  # noqa: E402
from tests.corpus_harvest import content, environment, prepare, publiccode, shown  # noqa: E402


def index_equals_database(data: Path) -> bool:
    """Whether the index holds the shown entries and no others, and has followed the log to its end."""
    with sqlite3.connect(data / "registry.sqlite") as database:
        ids = {str(UUID(row[0])) for row in database.execute("select id from software where deactivated = ''")}
    index = open_index("tantivy", data / "index")
    equal = index.ids() == ids
    store = Store(f"sqlite:///{data / 'registry.sqlite'}")
    behind = follow(store, index)
    store.close()
    return equal and behind == 0


def change_a_third(repositories: list[CorpusRepository]) -> None:
    """A new commit with another file in every third repository."""
    for repository in repositories[::3]:
        file = b'publiccodeYmlVersion: "0"\nname: Changed\nurl: ' + repository.url.encode()
        file += b"\ndescription: {en: {shortDescription: Another file}}\n"
        lay_out(repository.path, {"publiccode.yml": file}, datetime(2026, 11, 1, tzinfo=UTC))


def kill_one(env: dict[str, str], moment: float) -> None:
    """A harvest that is ended by SIGKILL after `moment` seconds."""
    command = [sys.executable, "-m", "publiccode", "harvest"]
    process = subprocess.Popen(command, env=env, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(moment)
    process.kill()
    process.wait()


def main() -> None:
    """Runs the bench."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        data, filled = folder / "data", folder / "filled"
        repositories = lay_out_corpus(folder / "repositories")
        with GitServer(folder / "repositories") as server:
            env = environment(data, server, repositories)
            prepare(data, env, repositories)
            publiccode("harvest", env=env)
            shutil.copytree(data, filled)
            change_a_third(repositories)
            started = time.perf_counter()
            publiccode("harvest", env=env)
            seconds = time.perf_counter() - started
            updated = content(data)
            shutil.rmtree(data)
            prepare(data, env, repositories)
            publiccode("harvest", env=env)
            fresh = content(data)
            print(
                f"undisturbed update: {seconds:.1f} s, {len(shown(data))} entries, index equal: {index_equals_database(data)}"
            )
            wrong = 0
            for number in range(1, options.kills + 1):
                shutil.rmtree(data)
                if number % 2:
                    prepare(data, env, repositories)
                else:
                    shutil.copytree(filled, data)
                moment = chance.uniform(0.3, seconds + 0.5)
                kill_one(env, moment)
                with sqlite3.connect(data / "registry.sqlite") as database:
                    items = database.execute("select count(*) from harvest_item").fetchone()[0]
                publiccode("harvest", env=env)
                same = content(data) == (fresh if number % 2 else updated)
                index = index_equals_database(data)
                wrong += not (same and index)
                kind = "first " if number % 2 else "update"
                when = f"kill {number:2} in {kind} at {moment:4.2f} s, {items:3} items then"
                print(f"{when}; catalogue equal: {same}, index equal: {index}", flush=True)
    print(f"{options.kills - wrong} of {options.kills} equal")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
