"""How fast the validator is: as a whole process, warm, on 10,000 files, until it has started; and what its install weighs.

    python bench/validate_speed.py [--files 10000] [--install]

The files are those of the acceptance sets beside the checkout whose verdict is known (else the examples of the tests).
Goals: 1.5 ms for each file in one process that checks them all, 0.7 ms for each when warm. Exit status 1 where one is missed.
With `--install` the checkout is copied and installed without extras into an environment of its own, which needs the network.

Example: nice -n -5 python bench/validate_speed.py
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from publiccode.schemas.candidate import Candidate, RepositoryFile  # noqa: E402
from publiccode.schemas.validator import assess  # noqa: E402

ACCEPTANCE = ROOT.parent / "shared" / "acceptance"
PUBLICCODE = [sys.executable, "-m", "publiccode"]
PROCESS_GOAL, WARM_GOAL = 1.5, 0.7  # milliseconds for each file
missed = 0


def show(name: str, value: float, unit: str, goal: float | None = None, note: str = "") -> None:
    """Prints one line of the table; counts a missed goal."""
    global missed
    ratio = "" if goal is None else f"{value / goal:>7.2f}"
    missed += goal is not None and value > goal
    print(f"{name:<44}{value:>11,.2f} {unit:<8}{goal or '':>6}{ratio:>8}  {note}".rstrip(), flush=True)


def files() -> list[Path]:
    """The files of the acceptance sets whose verdict is known."""
    sets = [ACCEPTANCE / "corpus", ACCEPTANCE / "reference"]
    if all((folder / "expected.json").is_file() for folder in sets):
        return [folder / name for folder in sets for name in json.loads((folder / "expected.json").read_text("utf-8"))]
    return sorted((ROOT / "tests" / "examples").rglob("*.yml"))


def timed(command: list[str]) -> tuple[float, float, float]:
    """Seconds by the clock, seconds of all cores, and the peak in MB of the largest process; what is said is thrown away.

    Raises:
        RuntimeError: the command ended otherwise than with 0 or 1 (files that are not valid).

    """
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    launcher = [sys.executable, "-S", "-c", _LAUNCHER, *command]
    done = subprocess.run(launcher, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    status, seconds, cores, peak = json.loads(done.stdout)
    if status not in (0, 1):
        raise RuntimeError(f"ended with {status}: {' '.join(command)[:300]}")
    return seconds, cores, peak


# A small process starts the command: the peak of a process counts from that of the one that started it.
_LAUNCHER = """
import json, os, resource, subprocess, sys, time
started, quiet = time.perf_counter(), subprocess.DEVNULL
status = subprocess.call(sys.argv[1:], stdout=quiet, stderr=quiet)
seconds, used = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([status, seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]))
"""


def one_process(paths: list[Path]) -> None:
    """All files in one call."""
    command = [*PUBLICCODE, "validate", "--format", "jsonl", *map(str, paths)]
    timed(command)
    seconds, cores, peak = min(timed(command) for _ in range(5))
    show(f"one process, {len(paths)} files", seconds, "s", note=f"of all cores {cores:.2f} s; best of 5")
    show("  for each file", seconds * 1000 / len(paths), "ms", PROCESS_GOAL)
    show("  peak of the largest process", peak, "MB")


def warm(paths: list[Path]) -> None:
    """`assess` in this process, each file at its best of seven."""
    candidates = [
        Candidate(RepositoryFile("publiccode.yml", path.read_bytes()), day=date(2026, 1, 1)) for path in paths
    ]
    best = [float("inf")] * len(candidates)
    for _ in range(7):
        for number, candidate in enumerate(candidates):
            started = time.perf_counter()
            assess(candidate)
            best[number] = min(best[number], (time.perf_counter() - started) * 1000)
    show("assess(), warm, mean", statistics.mean(best), "ms", WARM_GOAL)
    show("  median", statistics.median(best), "ms")
    worst = paths[best.index(max(best))]
    show("  worst", max(best), "ms", note=f"{worst.parent.name}/{worst.name}, {worst.stat().st_size} bytes")


def many(paths: list[Path], count: int) -> None:
    """A folder with `count` files in as many folders."""
    with tempfile.TemporaryDirectory() as temporary:
        for number in range(count):
            folder = Path(temporary) / f"{number % 100:02}" / f"{number:05}"
            folder.mkdir(parents=True)
            shutil.copyfile(paths[number % len(paths)], folder / "publiccode.yml")
        seconds, cores, peak = min(timed([*PUBLICCODE, "validate", "--format", "jsonl", temporary]) for _ in range(2))
    show(f"a folder of {count:,} files", seconds, "s", note=f"of {os.cpu_count()} cores {cores:.2f} s; best of 2")
    show("  files a second", count / seconds, "files/s")
    show("  peak of the largest process", peak, "MB")


def start() -> None:
    """Until something has been said."""
    commands = {
        "start: python -c pass": [sys.executable, "-c", "pass"],
        "start: publiccode --help": [*PUBLICCODE, "--help"],
        "start: publiccode validate, one file": [*PUBLICCODE, "validate", "publiccode.example.yml"],
    }
    for name, command in commands.items():
        runs = [timed(command) for _ in range(15)]
        seconds, _, peak = (statistics.median(column) for column in zip(*runs, strict=True))
        show(name, seconds * 1000, "ms", note=f"{peak:.0f} MB; median of 15")


def install() -> None:
    """What an installation without extras adds to an empty environment."""
    with tempfile.TemporaryDirectory() as temporary:
        source, environment = Path(temporary) / "source", Path(temporary) / "environment"
        skipped = shutil.ignore_patterns(".*", "build", "dist", "*.egg-info", "__pycache__", "node_modules")
        shutil.copytree(ROOT, source, symlinks=True, ignore=skipped)
        subprocess.run([sys.executable, "-m", "venv", environment], check=True)
        packages = next(environment.rglob("site-packages"))
        before, names = _megabytes(packages), {path.name for path in packages.glob("*.dist-info")}
        pip = [str(environment / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, str(source)], check=True)
        added = sorted({path.name.split("-")[0] for path in packages.glob("*.dist-info") if path.name not in names})
        show("install without extras, site-packages", _megabytes(packages) - before, "MB")
        show("  distributions", len(added), "", note=", ".join(added))
        own = packages / "publiccode"
        show("  of it our own, with byte code", _megabytes(own), "MB")


def _megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1_000_000


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=10_000, help="files in the large folder")
    parser.add_argument("--install", action="store_true", help="also what an install without extras weighs")
    options = parser.parse_args()
    paths = files()
    print(f"{'measure':<44}{'value':>11} {'unit':<8}{'goal':>6}{'ratio':>8}")
    one_process(paths)
    warm(paths)
    many(paths, options.files)
    start()
    if options.install:
        install()
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
