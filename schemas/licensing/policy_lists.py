"""The values of a policy about licences: rulings, levels, the lists and the lines in them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any

from .families import base
from .kinds import TODAY, Kinds
from .verdict import Code


class Ruling(IntEnum):
    """What a policy says of a licence, the best first."""

    PREFERRED = 0
    ALLOWED = 1
    DISCOURAGED = 2
    REVIEW = 3
    FORBIDDEN = 4

    def __str__(self) -> str:
        return self.name.lower()


class Level(StrEnum):
    """How much a violation weighs."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Selector:
    """Which licences a line of a list means: `id`, `beginning` (of ids), `family`, `osi` or `fsf`, and its value."""

    kind: str
    value: str

    def fits(self, identifier: str, kinds: Kinds = TODAY) -> bool:
        """Whether the licence is meant; `kinds` say of which kind it is."""
        match self.kind:
            case "id":
                return self.value in (identifier, base(identifier))
            case "beginning":
                return identifier.startswith(self.value)
            case "family":
                return kinds.family(identifier) == self.value
            case "osi":
                return kinds.is_osi(identifier)
        return kinds.is_fsf(identifier)

    def line(self) -> Any:
        """As it stands in a file."""
        match self.kind:
            case "id":
                return self.value
            case "beginning":
                return f"{self.value}*"
            case "family":
                return {"family": self.value}
        return {self.kind: True}


# What names a licence more exactly counts before what names it less exactly; the OSI's word on code before the FSF's on all works.
_EXACTEST = ("id", "beginning", "family", "osi", "fsf")


@dataclass(frozen=True, slots=True)
class Lists:
    """The lists of a policy, for code or for content, the strictest first; `otherwise`: what none of them names."""

    lists: tuple[tuple[Ruling, tuple[Selector, ...]], ...]
    otherwise: Ruling

    def ruling(self, identifier: str, kinds: Kinds = TODAY) -> tuple[Ruling, Selector | None]:
        """What is said of one licence, and by which line."""
        for kind in _EXACTEST:
            for ruling, selectors in self.lists:
                for selector in selectors:
                    if selector.kind == kind and selector.fits(identifier, kinds):
                        return ruling, selector
        return self.otherwise, None

    def content(self) -> dict[str, Any]:
        """As it stands in a file."""
        named: dict[str, Any] = {
            str(ruling): [selector.line() for selector in selectors] for ruling, selectors in self.lists
        }
        return {**named, "otherwise": str(self.otherwise)}


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy. `titles` by language (BCP 47); `rulings` and `verdicts`: how much what is not named here weighs is nothing.

    `kinds` say which licences its lines mean that name a family or an approval: those of today, or those that were recorded.
    """

    name: str
    titles: tuple[tuple[str, str], ...]
    source: str
    version: str
    for_code: Lists
    for_content: Lists
    rulings: tuple[tuple[Ruling, Level], ...]
    verdicts: tuple[tuple[Code, Level], ...]
    kinds: Kinds = TODAY

    def title(self, language: str) -> str:
        """The title in `language`, else in English, else the name."""
        titles = dict(self.titles)
        return titles.get(language) or titles.get("en") or self.name

    def content(self) -> dict[str, Any]:
        """As JSON keeps it, in the form of its file; the same for equal policies."""
        return {
            "name": self.name,
            "version": self.version,
            "titles": dict(self.titles),
            "source": self.source,
            "code": self.for_code.content(),
            "content": self.for_content.content(),
            "rulings": {str(ruling): str(level) for ruling, level in self.rulings},
            "verdicts": {str(code): str(level) for code, level in self.verdicts},
        }

    def record(self) -> dict[str, Any]:
        """The same with what its lines mean today, as the history keeps it: all that its rulings depend on."""
        return {**self.content(), RECORDED: self.kinds.to_json()}


RECORDED = "meant"
"""Where `Policy.record` keeps which licences were of which kind; no key of a policy's file."""
