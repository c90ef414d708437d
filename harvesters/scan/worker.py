"""The process that reads a folder: a question as JSON comes in by a pipe, what was found goes out by one. See isolation.py."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import PurePosixPath
from typing import Any

from ...schemas.licensing.found import NOASSERTION
from ..wanted_files import LICENSES_FOLDER, MAX_LICENSE_BYTES, is_license_name
from .covered import is_covered
from .exposed import Exposed, exposed, harmless, is_aside, masked_path, without_addresses
from .limits import MOST_EXPOSED, MOST_LINES, MOST_PATHS, MOST_TEXTS, ScanLimits
from .tags import Said, as_text, named, said
from .tree import Met, Tree, shown

_PROGRAMS = frozenset(
    (
        ".py",
        ".pyc",
        ".js",
        ".ts",
        ".java",
        ".go",
        ".rs",
        ".c",
        ".h",
        ".cs",
        ".rb",
        ".php",
        ".html",
        ".css",
        ".xml",
        ".svg",
    )
) | {".json", ".po", ".mo", ".yml", ".yaml", ".vue", ".tsx", ".jsx", ".scss"}
_MOST_LISTED = 256 * 1024 * 1024  # bytes of Git's list of files


def main(network: Sequence[str]) -> None:
    """Reads the question, then the folder; answers."""
    asked = json.load(sys.stdin)
    limits = ScanLimits(**asked["limits"])
    only, git = _listed_by_git(asked["root"]) if asked["git"] else (None, "none")
    reading = _Reading(limits)
    tree = Tree(asked["root"], limits, only)
    for met in tree:
        reading.add(met)
    counted = asdict(tree.counted)
    counted["vendored"] = {masked_path(path): count for path, count in tree.counted.vendored.items()}
    answer = {**reading.told(), "counted": counted, "git": git, "network": list(network), "memory": _memory()}
    sys.stdout.write(json.dumps(answer))


def _memory() -> int:
    """The most memory that was taken, in bytes; 0 where the system does not tell."""
    try:
        import resource
    except ImportError:
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _listed_by_git(root: str) -> tuple[set[bytes] | None, str]:
    """What of a checkout would be published: tracked files, and new ones that are not ignored; None where Git does not tell.

    The second: `listed`; `missing`: no Git here; `refused`: Git says no (it trusts no folder of somebody else).
    """
    command = ["git", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        with subprocess.Popen(  # noqa: S603  (the words are ours; the folder is one argument)
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as process:
            output = process.stdout.read(_MOST_LISTED) if process.stdout else b""
            process.kill() if len(output) >= _MOST_LISTED else process.wait()
    except OSError:
        return None, "missing"
    if process.returncode != 0:
        return None, "refused"
    return set(filter(None, output.split(b"\0"))), "listed"


class _Reading:
    """What the files say, added file by file."""

    def __init__(self, limits: ScanLimits) -> None:
        self._limits = limits
        self._licenses: Counter[str] = Counter()
        # By whole path, however long: says a licence, says a copyright; and the same of `<path>.license`.
        self._covered: dict[bytes, tuple[bool, bool]] = {}
        self._beside: dict[bytes, tuple[bool, bool]] = {}
        self._copyrights: dict[str, None] = {}
        self._texts: list[dict[str, str]] = []
        self._exposed: dict[bool, list[Exposed]] = {False: [], True: []}  # apart, lest tests fill the list
        self._more_exposed = 0
        self._reuse_toml = False

    def add(self, met: Met) -> None:
        """One file more."""
        path = met.raw.decode("utf-8", "replace")
        folder, _, name = path.rpartition("/")
        self._reuse_toml = self._reuse_toml or name == "REUSE.toml" or path == ".reuse/dep5"
        text = as_text(met.content) if met.content is not None else None
        told = Said() if text is None else said(text)
        if name.endswith(".license"):
            self._beside[met.raw.removesuffix(b".license")] = bool(told.licenses), bool(told.copyrights)
        elif is_covered(path, met.size):
            self._covered[met.raw] = bool(told.licenses), bool(told.copyrights)
        self._count(told, path)
        if text is None:
            return
        is_text_of_license = is_license_name(name) and not _is_program(name) and not is_aside(path)
        if folder and folder != LICENSES_FOLDER and is_text_of_license:
            self._add_text(met.path, text)
        for one in exposed(text, met.path, self._limits.emails):
            if len(self._exposed[one.low]) < MOST_EXPOSED:
                self._exposed[one.low].append(one)
            else:
                self._more_exposed += 1

    def _count(self, told: Said, path: str) -> None:
        for license_ in {found for text in told.licenses for found in named(text)}:
            if len(self._licenses) < 500 or license_ in self._licenses:
                self._licenses[license_] += 1
        if not path.startswith(f"{LICENSES_FOLDER}/"):
            for line in told.copyrights:
                if len(self._copyrights) < MOST_LINES:
                    self._copyrights[without_addresses(line)] = None

    def _add_text(self, path: str, content: bytes) -> None:
        from ...schemas.licensing.identify import identify  # half a second, and most repositories have no such text

        if len(self._texts) < MOST_TEXTS:
            found = identify(content[:MAX_LICENSE_BYTES], path)
            if found.concluded != NOASSERTION:  # else a file that speaks of licences, as ours in docs/ do
                self._texts.append({"path": masked_path(path), "license": found.concluded})

    def told(self) -> dict[str, Any]:
        """All of it as JSON has it."""
        whole = {path: _either(has, self._beside.get(path)) for path, has in self._covered.items()}
        without = [path for path, (license_, holder) in whole.items() if not (license_ and holder)]
        first, licenses = [shown(path) for path in without[:MOST_PATHS]], dict(self._licenses.most_common())
        kept = harmless(first), harmless(licenses), harmless(self._copyrights)
        return {
            "covered": len(whole),
            "with_license": sum(license_ for license_, _ in whole.values()),
            "with_copyright": sum(holder for _, holder in whole.values()),
            "without": kept[0],
            "without_count": len(without),
            "licenses": {name: licenses[name] for name in kept[1]},
            "copyrights": kept[2],
            "not_told": len(first) + len(licenses) + len(self._copyrights) - sum(map(len, kept)),
            "texts": self._texts,
            "reuse_toml": self._reuse_toml,
            "exposed": [
                one.to_json() | {"path": masked_path(one.path)} for found in self._exposed.values() for one in found
            ],
            "more_exposed": self._more_exposed,
        }


def _either(one: tuple[bool, bool], other: tuple[bool, bool] | None) -> tuple[bool, bool]:
    return one if other is None else (one[0] or other[0], one[1] or other[1])


def _is_program(name: str) -> bool:
    """Whether a file is named for what it does with licences: `license_models.py` is none."""
    return PurePosixPath(name).suffix.lower() in _PROGRAMS
