"""Names of licences as the rules compare them, and sets of licences that several rules name."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

from ..families import Family, base, family, for_content, permits_later


@dataclass(frozen=True)
class License:
    """One licence as the rules see it: its SPDX id (with `WITH` and an exception), and what the id tells."""

    id: str

    @cached_property
    def base(self) -> str:
        """The text: without `-only`, `-or-later`, `+` and exception."""
        return self.bare if self.bare.endswith(_OTHER_TEXT) else base(self.bare)

    @cached_property
    def bare(self) -> str:
        """The id without its exception."""
        return self.id.partition(" WITH ")[0]

    @property
    def exception(self) -> str:
        """The id of the exception, or empty."""
        return self.id.partition(" WITH ")[2]

    @cached_property
    def later(self) -> bool:
        """Whether the id allows later versions."""
        return permits_later(self.bare)

    @cached_property
    def variant(self) -> str:
        """What tells texts of the same id apart that `base` takes for one: `invariants` or `no-invariants` of the GFDL."""
        parts = self.bare.partition("-no-invariants"), self.bare.partition("-invariants")
        return next((found.lstrip("-") for _, found, _ in parts if found), "")

    @cached_property
    def family(self) -> Family:
        """What it asks of who passes the work on."""
        return family(self.bare)

    @cached_property
    def for_content(self) -> bool:
        """Whether it was made for texts, images and data."""
        return for_content(self.bare)

    @property
    def is_reference(self) -> bool:
        """Whether it is a licence that no list has."""
        return "LicenseRef-" in self.id


@lru_cache(maxsize=4_096)
def license_of(identifier: str) -> License:
    """The licence of an id; what was found out of it is kept."""
    return License(identifier)


_OTHER_TEXT = "-no-copyleft-exception"  # an id that says more than how a licence is applied: no secondary licences

GPL = frozenset(("GPL-1.0", "GPL-2.0", "GPL-3.0"))
AGPL = frozenset(("AGPL-3.0",))
LGPL = frozenset(("LGPL-2.0", "LGPL-2.1", "LGPL-3.0"))
EUPL = frozenset(("EUPL-1.0", "EUPL-1.1", "EUPL-1.2"))
COPYLEFT = frozenset((Family.STRONG_COPYLEFT, Family.NETWORK_COPYLEFT))
FREE_OF_DUTIES = frozenset(
    ("CC0-1.0", "Unlicense", "0BSD", "MIT-0", "CC-PDDC", "NIST-PD", "NIST-PD-fallback", "PDDL-1.0", "WTFPL", "blessing")
)
"""Ask nothing of who passes the work on."""
PLAIN = frozenset(
    (
        "MIT",
        "ISC",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "BSD-1-Clause",
        "Zlib",
        "BSL-1.0",
        "NCSA",
        "X11",
        "PostgreSQL",
        "curl",
    )
)
"""Ask for their notices and nothing else, so that they fit under every licence."""
