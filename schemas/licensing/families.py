"""What kind of licence an SPDX id is: its family, who approved it, and which ids share a text, a line of versions, a kinship.

`families.json` is written by us, from the licences themselves. What it does not name is `unknown`: a licence that neither OSI
nor FSF approved is never taken for a free one because its name resembles one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import cache

from ..vocabularies import licenses
from .prose import read
from .successors import successors


class Family(StrEnum):
    """What a licence asks of who passes the work on, in one word."""

    PERMISSIVE = "permissive"  # keep the notices
    WEAK_COPYLEFT = "weak-copyleft"  # what was changed stays under the licence; what is combined with it need not
    STRONG_COPYLEFT = "strong-copyleft"  # the whole work goes under the licence when it is passed on
    NETWORK_COPYLEFT = "network-copyleft"  # … and when people use it over a network
    PUBLIC_DOMAIN = "public-domain"  # nothing
    CONTENT = "content"  # a free licence made for texts, images and data, not for code
    NON_FREE = "non-free"  # some uses or users are left out: source-available, non-commercial, no changes
    UNKNOWN = "unknown"  # we do not say


# Ends of ids that tell how the licence is applied: the text behind them is the same.
_SAME_TEXT = re.compile(
    r"(?:\+|-only|-or-later|-no-RFN|-RFN|-no-invariants|-invariants|-with-[a-zA-Z-]+-exception|-no-copyleft-exception)\Z"
)
_VERSION = re.compile(r"-([0-9]+(?:\.[0-9]+)+[a-z]?)(?=-|\Z)")
# Whose views the documentation represents, whose project it was: no right changes by that.
_NOTHING_MORE = {
    "BSD-2-Clause-FreeBSD": "BSD-2-Clause",
    "BSD-2-Clause-NetBSD": "BSD-2-Clause",
    "BSD-2-Clause-Views": "BSD-2-Clause",
}
_FOR_CONTENT = ("CC-BY", "CC-SA", "C-UDA", "NCGL")  # non-free ones among them too
# Licences that differ from another by a sentence or a clause. Others are kin because one id is the beginning of the other.
_KIN = (
    re.compile(r"BSD-"),
    re.compile(r"(?:MIT|X11)(?:-|\Z)"),
    re.compile(r"HPND"),
    re.compile(r"NIST-"),
)


def family(identifier: str) -> Family:
    """The family of an SPDX id, in whatever case; `unknown` for `LicenseRef-…`, for what is no id and for what we do not know."""
    name = base(_listed(identifier)).lower()
    return _families().get(name) or next(
        (kind for start, kind in _prefixes() if name.startswith(start)), Family.UNKNOWN
    )


def is_osi(identifier: str) -> bool:
    """Whether the Open Source Initiative approved it, as the SPDX list tells."""
    return _flag(identifier, "osi")


def is_fsf(identifier: str) -> bool:
    """Whether the Free Software Foundation counts it as free, as the SPDX list tells (for works of its kind: CC-BY-4.0 is)."""
    return _flag(identifier, "fsf")


def for_content(identifier: str) -> bool:
    """Whether it was made for texts, images or data, free or not."""
    return family(identifier) is Family.CONTENT or base(_listed(identifier)).startswith(_FOR_CONTENT)


def base(identifier: str) -> str:
    """What the licence's text tells: the id without how it is applied.

    >>> [base(name) for name in ("GPL-3.0-or-later", "GPL-3.0", "EUPL-1.1+", "OFL-1.1-no-RFN", "GFDL-1.3-no-invariants-only")]
    ['GPL-3.0', 'GPL-3.0', 'EUPL-1.1', 'OFL-1.1', 'GFDL-1.3']
    """
    while (shorter := _SAME_TEXT.sub("", identifier)) != identifier:
        identifier = shorter
    return identifier


def grant(identifier: str) -> str:
    """What tells whether two ids give the same: as `base`, and without sentences that give and take nothing.

    >>> [grant(name) for name in ("BSD-2-Clause-Views", "BSD-2-Clause-Patent")]
    ['BSD-2-Clause', 'BSD-2-Clause-Patent']
    """
    name = base(identifier)
    return _NOTHING_MORE.get(name, name)


def line(identifier: str) -> str:
    """The licence in any version: ids of one line differ by their versions, and by the country they were adapted to.

    >>> [line(name) for name in ("GPL-2.0-or-later", "CC-BY-3.0-DE", "CERN-OHL-W-2.0", "BSD-3-Clause")]
    ['GPL', 'CC-BY', 'CERN-OHL-W', 'BSD-3-Clause']
    """
    name = base(identifier)
    found = _VERSION.search(name)
    if not found:
        return name
    rest = "" if name.startswith("CC-") else name[found.end() :]
    return name[: found.start()] + rest


def version(identifier: str) -> tuple[int, ...]:
    """The version as numbers that can be compared; empty where the id has none.

    >>> version("LPPL-1.3c") > version("LPPL-1.3a") > version("LPPL-1.2") > version("MIT")
    True
    """
    found = _VERSION.search(base(identifier))
    if not found:
        return ()
    numbers = [int(part) for part in re.findall("[0-9]+", found[1])]
    return (*numbers, ord(found[1][-1])) if found[1][-1].isalpha() else tuple(numbers)


def permits_later(identifier: str) -> bool:
    """Whether the id itself says “or any later version”."""
    return identifier.endswith(("+", "-or-later"))


def is_later(identifier: str, of: str) -> bool:
    """Whether `identifier` is a later version of the licence `of`."""
    return line(identifier) == line(of) and version(identifier) > version(of)


def kin(one: str, other: str) -> bool:
    """Whether two licences differ by a sentence or a clause, such as BSD-3-Clause and BSD-3-Clause-Clear."""
    one, other = base(one), base(other)
    return (
        one == other
        or one.startswith(f"{other}-")
        or other.startswith(f"{one}-")
        or any(pattern.match(one) and pattern.match(other) for pattern in _KIN)
    )


def _listed(identifier: str) -> str:
    """As the list spells it, without regard to case; as it is where it is not there."""
    known = licenses()
    entry = known.get(identifier.lower()) or known.get(identifier.removesuffix("+").lower())
    return entry[0] if entry else identifier


def _flag(identifier: str, name: str) -> bool:
    known, listed = licenses(), _listed(identifier)
    # The list has some flags at one of two ids of the same licence: at GPL-2.0-only, at AGPL-1.0, at BSD-2-Clause-FreeBSD.
    same = (listed, base(listed), f"{base(listed)}-only", *_former_names().get(listed, ()))
    entries = (known.get(spelling.lower()) for spelling in same)
    return any(entry is not None and bool(entry[1].get(name)) for entry in entries)


@cache
def _former_names() -> Mapping[str, tuple[str, ...]]:
    """The deprecated ids that an id replaced, alone."""
    found: dict[str, tuple[str, ...]] = {}
    for identifier, _ in licenses().values():
        for new in successors(identifier):
            found[new] = (*found.get(new, ()), identifier)
    return found


@cache
def _table() -> Mapping[Family, tuple[str, ...]]:
    return {Family(kind): tuple(names) for kind, names in read("families").items()}


@cache
def _families() -> Mapping[str, Family]:
    """By id in lower case, as `base` gives it."""
    return {base(name).lower(): kind for kind, names in _table().items() for name in names if not name.endswith("*")}


@cache
def _prefixes() -> tuple[tuple[str, Family], ...]:
    """Beginnings of ids (`CC-BY-NC-*`), the longest first."""
    starts = [(name[:-1].lower(), kind) for kind, names in _table().items() for name in names if name.endswith("*")]
    return tuple(sorted(starts, key=lambda start: -len(start[0])))
