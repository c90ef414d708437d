"""Which files must say under which licence they stand (REUSE specification 3.3, "Covered Files")."""

from __future__ import annotations

import re

_FOLDERS = re.compile(r"(?:^|/)(?:LICENSES|\.reuse|\.git|\.hg|\.sl)/")
_NAMES = re.compile(
    r"(?:LICEN[CS]E|COPYING)(?:[-.].*)?|\.git|\.hgtags|.*\.license|REUSE\.toml|.*\.spdx(?:\.(?:rdf|json|xml|ya?ml))?"
)


def is_covered(path: str, size: int) -> bool:
    """Whether the file must say it: not empty, no licence text, no description of licences.

    >>> [is_covered(path, 1) for path in ("src/a.py", "LICENSE", "LICENSES/MIT.txt", "a.png.license", "licence_of.py")]
    [True, False, False, False, True]
    """
    return bool(size) and not _FOLDERS.search(path) and not _NAMES.fullmatch(path.rpartition("/")[2])
