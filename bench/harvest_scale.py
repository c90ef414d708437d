"""Harvests 10,000 simulated repositories by GitHub's lists and 1,000 by plain Git, at 100 ms a request; then again with faults.

    python bench/harvest_scale.py [--listed 10000] [--plain 1000] [--latency 0.1] [--share 0.05] [--rounds 10]

The hosts are served by this process, the harvest is a process of its own: its seconds, its requests, its largest memory. With
faults: each round harvests a new state of the same world into the same registry, and is followed by a harvest without faults;
no entry may be lost, removed or doubled on the way. Exit status 1 where one is.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.forges.exchange import Answer, Request  # noqa: E402
from tests.forges.faults import KINDS, at_random  # noqa: E402
from tests.forges.github import GitHubServer  # noqa: E402
from tests.forges.server import ForgeServer  # noqa: E402
from tests.forges.world import START, World  # noqa: E402
from tests.looks import software  # noqa: E402

GITHUB, PLAIN = "https://github.com/gov", "https://git.agency.example/open"
QUICK = [fault for name, fault in KINDS.items() if name not in ("drip", "429 for an hour", "403 for an hour", "401")]


class GitOnly(ForgeServer):
    """A host that speaks nothing but Git."""

    def answer(self, request: Request) -> Answer:
        return Answer(404, (), b"")


def listed_world(count: int) -> World:
    """One repository in ten has a publiccode.yml."""
    world = World()
    for number in range(count):
        day = START + timedelta(minutes=30 * number)
        files = {"README.md": b"# Nothing yet"}
        if number % 10 == 0:
            files = {"publiccode.yml": software(f"{GITHUB}/r{number}", f"系統 {number}"), "LICENSE": b"MIT %d" % number}
        world.add(f"gov/r{number}", files, date=day)
    return world


def plain_world(folder: Path, count: int) -> World:
    """Two repositories in five have a publiccode.yml."""
    world = World(folder)
    for number in range(count):
        files = {"README.md": b"# Nothing yet"}
        if number % 5 < 2:
            files = {"publiccode.yml": software(f"{PLAIN}/p{number}", f"程式 {number}"), "LICENSE": b"MIT %d" % number}
        world.add(f"open/p{number}", files)
    return world


def harvest(env: dict[str, str], *options: str) -> float:
    """Seconds of one harvest in a process of its own."""
    command = [sys.executable, "-m", "publiccode", "harvest", "--format", "jsonl", *options]
    started = time.perf_counter()
    done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr[-3000:])
    return time.perf_counter() - started


def entries(data: Path) -> dict[str, str]:
    """The entries by their key: why deactivated, empty where shown."""
    with sqlite3.connect(data / "registry.sqlite") as database:
        return dict(database.execute("select key, deactivated from software"))


def main() -> int:
    """Prints one line for each harvest."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--listed", type=int, default=10_000)
    parser.add_argument("--plain", type=int, default=1_000)
    parser.add_argument("--latency", type=float, default=0.1)
    parser.add_argument("--share", type=float, default=0.05)
    parser.add_argument("--rounds", type=int, default=10)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        listed, plain = listed_world(options.listed), plain_world(Path(folder) / "git", options.plain)
        with GitHubServer(listed, token="good", limit=1_000_000) as github, GitOnly(plain) as git:
            return measure(options, Path(folder) / "data", github, git)


def measure(options: argparse.Namespace, data: Path, github: GitHubServer, git: ForgeServer) -> int:
    repositories = "".join(f"\n    - {PLAIN}/p{number}" for number in range(options.plain))
    publishers = data.parent / "publishers.yml"
    publishers.write_text(f"- id: gov\n  name: 雲霧市政府\n  orgs: [{GITHUB}]\n  repos:{repositories or ' []'}\n")
    env = os.environ | {
        "PUBLICCODE_DATA": str(data),
        "PUBLICCODE_MIRRORS": f"https://api.github.com={github.url}#github https://git.agency.example/={git.url}/",
        "PUBLICCODE_TOKENS": "github.com=good",
        "PUBLICCODE_ALLOWED_PRIVATE": f"{github.authority} {git.authority}",
    }
    for command in (["db", "upgrade"], ["publishers", "import", str(publishers)]):
        subprocess.run(
            [sys.executable, "-m", "publiccode", *command], env=env, cwd=ROOT, check=True, capture_output=True
        )
    github.latency = git.latency = options.latency
    print(f"{'harvest':<28}{'seconds':>9}{'GitHub':>9}{'Git':>9}{'entries':>9}")
    for name, wishes in (("first", []), ("nothing changed", []), ("nothing changed, full list", ["--full"])):
        line(name, harvest(env, *wishes), github, git, data)
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(f"largest memory of a harvest: {memory} MB")
    before = entries(data)
    wrong = 0
    for number in range(options.rounds):
        change(github.world, number)
        github.faults = at_random(options.share, number, QUICK)
        git.faults = at_random(options.share, 1000 + number, QUICK)
        seconds = harvest(env, "--full", "--afresh")
        wrong += line(f"faults, round {number + 1}", seconds, github, git, data, before)
    github.faults = git.faults = {}
    wrong += line("without faults again", harvest(env, "--full", "--afresh"), github, git, data, before)
    return 1 if wrong else 0


def change(world: World, seed: int) -> None:
    """A new commit in some repositories with a file."""
    chosen = random.Random(seed).sample([repo for repo in world.repos.values() if repo.name.endswith("0")], 5)
    for repo in chosen:
        files = {"publiccode.yml": software(f"{GITHUB}/{repo.name}", f"系統 {repo.name} {seed}"), "LICENSE": b"MIT"}
        world.push(repo, files)


def line(
    name: str, seconds: float, github: ForgeServer, git: ForgeServer, data: Path, before: dict[str, str] | None = None
) -> int:
    """Prints a harvest; gives how many entries are not as before."""
    now = entries(data)
    shown = sum(not why for why in now.values())
    print(f"{name:<28}{seconds:>9.1f}{len(github.requests):>9}{len(git.requests):>9}{shown:>9}", flush=True)
    github.reset()
    git.reset()
    wrong = 0 if before is None else len(set(before.items()) ^ set(now.items()))
    if wrong:
        print(f"  {wrong} entries are not as before")
    return wrong


if __name__ == "__main__":
    sys.exit(main())
