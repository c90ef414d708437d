"""The process that runs `reuse lint --json` and tells its answer in short. See isolation.py.

reuse stands under the GPL: it is a program that we start where it is installed, never a library that we load.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from threading import Thread
from typing import IO, Any

from .exposed import harmless, masked_path, without_addresses
from .limits import LONGEST_LINE, MOST_LINES, MOST_PATHS
from .tags import named
from .tree import shown

MOST = 256 * 1024 * 1024  # bytes of its answer
_KINDS = {
    "missing": "missing_licenses",
    "unused": "unused_licenses",
    "deprecated": "deprecated_licenses",
    "bad": "bad_licenses",
}


def main(network: Sequence[str]) -> None:
    """Reads the question (root, command), runs reuse, answers."""
    asked = json.load(sys.stdin)
    command = [
        asked["command"],
        "--suppress-deprecation",
        "--no-multiprocessing",
        "--root",
        asked["root"],
        "lint",
        "--json",
    ]
    try:
        with subprocess.Popen(  # noqa: S603  (the words are ours; the folder is one argument)
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=asked["root"]
        ) as process:
            complaint = bytearray()
            draining = Thread(target=_drain, args=(process.stderr, complaint), daemon=True)
            draining.start()
            output = process.stdout.read(MOST) if process.stdout else b""
            process.kill() if len(output) >= MOST else None
            draining.join()
    except OSError as error:
        sys.stdout.write(json.dumps({"complaint": error.strerror or "?"}))
        return
    try:
        answer = summary(json.loads(output), asked["root"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, MemoryError):
        answer = {"complaint": _said_last(bytes(complaint), asked["root"]) or f"exit code {process.returncode}"}
    sys.stdout.write(json.dumps({**answer, "network": list(network)}))


def _said_last(complaint: bytes, root: str) -> str:
    """The last line of what it complained of, which may quote the repository: for whoever scans, and kept nowhere."""
    lines = [line for line in complaint.decode("utf-8", "replace").replace(f"{root}/", "").splitlines() if line.strip()]
    return masked_path(shown(lines[-1].encode())[:200]) if lines else ""


def _drain(pipe: IO[bytes] | None, kept: bytearray) -> None:
    """Reads what it complains of to the end, lest it wait for a reader; keeps the last of it."""
    while pipe is not None and (piece := pipe.read1(65536)):  # type: ignore[attr-defined]
        kept += piece
        del kept[:-4000]


def summary(told: Mapping[str, Any], root: str) -> dict[str, Any]:
    """What we keep of the answer about the folder `root`. Raises KeyError, TypeError or AttributeError where it is none."""
    wrong, counts = told["non_compliant"], told["summary"]
    licenses: Counter[str] = Counter()
    copyrights: dict[str, None] = {}
    for file in told["files"]:
        texts = [str(one["value"]) for one in file["spdx_expressions"]]
        licenses.update({found for text in texts for found in named(text)})
        for one in file["copyrights"]:
            if len(copyrights) < MOST_LINES:
                copyrights[without_addresses(_short(str(one["value"]), LONGEST_LINE))] = None
    both = (wrong["missing_licensing_info"], wrong["missing_copyright_info"])
    # Within a repository that ignores the folder, reuse tells whole paths.
    without = sorted({str(path).removeprefix(f"{root}/") for paths in both for path in paths})
    first = [shown(path.encode("utf-8", "surrogateescape")) for path in without[:MOST_PATHS]]
    counted = dict(licenses.most_common(500))
    kinds = {name: sorted(_short(str(one), 100) for one in wrong[key])[:200] for name, key in _KINDS.items()}
    lists = {**kinds, "without": first, "copyrights": copyrights, "licenses": counted}
    kept = {name: harmless(texts) for name, texts in lists.items()}
    return {
        "compliant": bool(counts["compliant"]),
        "covered": int(counts["files_total"]),
        "with_license": int(counts["files_with_licensing_info"]),
        "with_copyright": int(counts["files_with_copyright_info"]),
        "without_count": len(without),
        **kept,
        "licenses": {name: counted[name] for name in kept["licenses"]},
        "not_told": sum(len(lists[name]) - len(kept[name]) for name in lists),
    }


def _short(text: str, most: int) -> str:
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:most]
