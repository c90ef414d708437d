"""The order of versions, as far as their names tell it: `v1.2.3`, `release-3.4`, `2024.05`. The rest is not guessed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

_LONGEST = 100
_VERSION = re.compile(
    r"(?P<word>[^0-9]*?)[-_/. ]*(?<![0-9])(?P<numbers>[0-9]{1,14}(?:[._-][0-9]{1,14})*)"
    r"(?:[-_. ]?(?P<preview>alpha|beta|rc|pre|preview|dev|snapshot|nightly|a|b|m)[-_. ]?(?P<step>[0-9]{0,9}))?"
    r"(?:[-.](?:final|release|ga))?(?:\+[0-9a-z.-]*)?",
    re.IGNORECASE,
)
_PLAIN = frozenset({"", "v", "ver", "version", "versions", "rel", "release", "releases", "r"})
_PREVIEWS = {
    "dev": 0,
    "nightly": 0,
    "snapshot": 0,
    "pre": 1,
    "preview": 1,
    "m": 1,
    "a": 2,
    "alpha": 2,
    "b": 3,
    "beta": 3,
}
_RC, _FINAL = 4, 5


@dataclass(frozen=True, slots=True)
class Version:
    """A version whose order is known among those of the same `family`: the word before the numbers, and what they count."""

    family: tuple[str, str]
    order: tuple[tuple[int, ...], int, int]

    @property
    def preview(self) -> bool:
        """Made before the version that it is named after."""
        return self.order[1] < _FINAL


def read_version(name: str) -> Version | None:
    """The version that a tag or a release is named after; None where the name does not tell its order.

    >>> read_version("release-3.4").family
    ('', 'number')
    >>> read_version("main") is None
    True
    """
    found = _VERSION.fullmatch(name.strip()) if len(name) <= _LONGEST else None
    if found is None:
        return None
    word = found["word"].strip("-_/. ").casefold()
    numbers = [int(number) for number in re.split("[._-]", found["numbers"])]
    while len(numbers) > 1 and numbers[-1] == 0:  # 1.2 and 1.2.0 are the same
        numbers.pop()
    preview = (found["preview"] or "").casefold()
    rank = _PREVIEWS.get(preview, _RC) if preview else _FINAL
    family = ("" if word in _PLAIN else word, _counted(numbers[0]))
    return Version(family, (tuple(numbers), rank, int(found["step"] or 0)))


def _counted(first: int) -> str:
    """What versions count: a year, a day written as one number, or changes. They cannot be compared with each other."""
    if 1990 <= first <= 2100:
        return "year"
    return "day" if 19900101 <= first <= 21001231 else "number"


def compare_versions(one: str, other: str) -> int | None:
    """-1, 0 or 1 as `one` is before, the same as or after `other`; None where the names do not tell.

    >>> compare_versions("v1.9", "1.10.0")
    -1
    >>> compare_versions("1.9", "2024.05") is None
    True
    """
    left, right = read_version(one), read_version(other)
    if left is None or right is None or left.family != right.family:
        return None
    return (left.order > right.order) - (left.order < right.order)


def newest_version(names: Iterable[str]) -> str | None:
    """The name of the newest version, previews only where there is nothing else; None where the names do not tell.

    Of tags with different words before the number (`v1.2`, `docs-3`) those count that are most.
    """
    read = {name: version for name in names if (version := read_version(name))}
    finals = {name: version for name, version in read.items() if not version.preview} or read
    words = Counter(version.family[0] for version in finals.values()).most_common(2)
    if not words or (len(words) == 2 and words[0][1] == words[1][1]):
        return None
    counted = {name: version for name, version in finals.items() if version.family[0] == words[0][0]}
    if len({version.family for version in counted.values()}) > 1:
        return None
    return max(counted, key=lambda name: (counted[name].order, name))
