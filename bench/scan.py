"""What a deep scan costs and finds: real source trees that lie on this machine, and hostile ones, made and removed here.

    python bench/scan.py            both tables, as docs/scan.md has them
    python bench/scan.py --real     real trees alone
    python bench/scan.py --hostile  hostile ones alone (a million names: some minutes to make and to remove)

Real trees are our own checkout and the installed sources of Babel and SQLAlchemy. Nothing is asked of the network.
"""

from __future__ import annotations

import os
import resource
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from publiccode.harvesters.scan.limits import ScanLimits  # noqa: E402
from publiccode.harvesters.scan.scanning import Scan, scan_folder  # noqa: E402
from publiccode.web.reports.scan import percent  # noqa: E402

NAMES = 1_000_000
MB = 2**20


def main() -> None:
    """Prints the tables that were asked for."""
    asked = set(sys.argv[1:])
    if not asked or "--real" in asked:
        real()
    if not asked or "--hostile" in asked:
        hostile()


def measured(folder: Path, limits: ScanLimits) -> tuple[Scan, float]:
    """A scan, and how long it took."""
    started = perf_counter()
    return scan_folder(folder, limits), perf_counter() - started


def real() -> None:
    """Our own checkout, and the sources of two packages."""
    print(
        "| tree | files | MB | s | MB of memory (reading, reuse) | REUSE | say licence, copyright | exposed (aside) |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for name, folder in (("ours", ROOT), *((name, _package(name)) for name in ("babel", "sqlalchemy"))):
        if folder is None:
            print(f"| {name} | not installed |")
            continue
        found, seconds = measured(folder, ScanLimits())
        print(
            f"| {name} | {found.met:,} | {found.bytes / 10**6:.1f} | {seconds:.1f} | {found.memory // MB}, {_children() // MB} "
            f"| {found.compliant} | {percent(found.with_license, found.files)}, {percent(found.with_copyright, found.files)} "
            f"| {len(found.alarms)} ({len(found.exposed) - len(found.alarms)}) |",
            flush=True,
        )


def _package(name: str) -> Path | None:
    spec = find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def _children() -> int:
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024


def hostile() -> None:
    """Trees that are made to hurt; each within the usual bounds, or within those that are named."""
    print("| tree | s | MB | files read | what the scan says |")
    print("|---|---|---|---|---|")
    for name, make, limits in TREES:
        folder = Path(tempfile.mkdtemp(prefix="publiccode-bench-"))
        try:
            make(folder)
            found, seconds = measured(folder, limits)
            said = "; ".join(str(one) for one in found.messages) or "nothing left out"
            print(f"| {name} | {seconds:.1f} | {found.memory // MB} | {found.met:,} | {said} |", flush=True)
        finally:
            subprocess.run(["rm", "-rf", str(folder)], check=True)  # shutil fails at deep folders


def links(folder: Path) -> None:
    """Links out, to themselves, in a loop, to every file of the machine."""
    inner = folder / "a"
    inner.mkdir()
    (folder / "real.py").write_text("print(1)\n")
    for name, target in {
        "passwd": "/etc/passwd",
        "root": "/",
        "self": "self",
        "one": "two",
        "two": "one",
        "a/up": "..",
    }.items():
        (folder / name).symlink_to(target)


def million(folder: Path) -> None:
    """A million names in a thousand folders: hard links to a few files, for a file has 65,000 at most."""
    for number in range(NAMES // 1000):
        inner = folder / f"{number:04}"
        inner.mkdir()
        source = inner / "000"
        source.write_bytes(b"x = 1\n")
        for other in range(1, 1000):
            os.link(source, inner / f"{other:03}")


def flat(folder: Path) -> None:
    """Fifty thousand names in one folder."""
    source = folder / "000000"
    source.write_bytes(b"x = 1\n")
    for number in range(1, 50_000):
        os.link(source, folder / f"{number:06}")


def sparse(folder: Path) -> None:
    """A file of 10 GB without content."""
    (folder / "a.py").write_text("x = 1\n")
    with (folder / "disk.img").open("wb") as file:
        file.truncate(10 * 2**30)


def names(folder: Path) -> None:
    """Names with line ends, escape sequences, reversed writing, no UTF-8, a single file of each."""
    for number, name in enumerate(
        (b"a\nb", b"\x1b[2J\x1b[H", b"\xe2\x80\xaefdp.exe", b"\xff\xfe\xfd", b"-rf", b"$(id)", b"y" * 255)
    ):
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_text(f"x = {number}\n")


def deep(folder: Path) -> None:
    """A thousand folders within each other, deeper than a path may be long."""
    here = os.open(folder, os.O_RDONLY)
    for _ in range(1000):
        os.mkdir("deeper", dir_fd=here)
        below = os.open("deeper", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)


def special(folder: Path) -> None:
    """Pipes that nobody writes to, a socket, and a device where we may make one."""
    for number in range(100):
        os.mkfifo(folder / f"pipe{number}")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(folder / "socket"))
    with suppress(PermissionError):
        os.mknod(folder / "zero", 0o020666, os.makedev(1, 5))


def slow(folder: Path) -> None:
    """Texts on which a careless search goes back and back: openings without ends, one endless line."""
    parts = (
        "password='" * 400_000,
        "-----BEGIN PRIVATE KEY-----" * 100_000,
        "://a:" * 800_000,
        "eyJ" * 1_300_000,
        "a" * 4_000_000,
    )
    more = (
        "SPDX-" + "License-Identifier:" * 200_000,
        "Copyright (c) " * 250_000,
        "x.@" * 1_300_000,
        "AKIA" * 1_000_000,
        "-token" * 600_000,
    )
    for number, text in enumerate((*parts, *more)):
        (folder / f"{number}.py").write_text(text)


TREES: tuple[tuple[str, Callable[[Path], None], ScanLimits], ...] = (
    ("links out, to themselves, in a loop", links, ScanLimits()),
    ("1,000,000 names", million, ScanLimits()),
    ("50,000 names in one folder, 10,000 allowed", flat, ScanLimits(files=10_000)),
    ("a sparse file of 10 GB", sparse, ScanLimits()),
    ("names that steer", names, ScanLimits()),
    ("1,000 folders within each other", deep, ScanLimits()),
    ("pipes, a socket, a device", special, ScanLimits()),
    ("ten texts of 4 MB against careless searches", slow, ScanLimits()),
)


if __name__ == "__main__":
    main()
