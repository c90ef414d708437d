"""A bill of materials before it is written in any format: Bill, Item, Statement, Extract, Relation. All texts are clean."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import NAMESPACE_URL, uuid5

from ...schemas.licensing.found import NOASSERTION

DEPENDS_ON, CONTAINS, DESCENDANT_OF = "DEPENDS_ON", "CONTAINS", "DESCENDANT_OF"


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement about an item, with its provenance: what was said or found, where, and when it was learnt."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """One package: an entry, or what the bill of materials of an entry lists.

    `ref`: its id in the document. `supplier`: an organisation's name. `declared`, `concluded`: SPDX expressions, NONE or
    NOASSERTION. `checksum`: algorithm and value. `source`: where the statements come from. `page`: the catalogue's. `purpose`
    as SPDX names it. What is not known is empty.
    """

    ref: str
    name: str
    version: str = ""
    supplier: str = ""
    download: str = ""
    homepage: str = ""
    declared: str = NOASSERTION
    concluded: str = NOASSERTION
    license_comments: str = ""
    copyright: str = ""
    purl: str = ""
    page: str = ""
    checksum: tuple[str, str] = ("", "")
    source: str = ""
    comment: str = ""
    purpose: str = ""
    statements: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True)
class Relation:
    """That `source` stands in a relation to `target`, both ids in the document; `kind` as SPDX 2.3 names it."""

    source: str
    kind: str
    target: str


@dataclass(frozen=True, slots=True)
class Extract:
    """A licence that is not on the SPDX list: its text as a file has it, NOASSERTION where no file is known that has it."""

    ref: str
    name: str
    text: str
    comment: str


@dataclass(frozen=True, slots=True)
class Bill:
    """A whole bill of materials. `described`: the ids of the entries it is about; `list_version`: that of the SPDX licence list."""

    name: str
    scope: str
    created: datetime
    creator: str
    tool: str
    comment: str
    list_version: str
    site: str
    items: tuple[Item, ...]
    described: tuple[str, ...]
    relations: tuple[Relation, ...]
    extracts: tuple[Extract, ...]

    def namespace(self, form: str = "spdx") -> str:
        """An address of its own for each state, below the catalogue's if that is known. `form`: spdx, or spdx3, the other model.

        It stands in each id of SPDX 3, so it is short.
        """
        digest = sha256(self.scope.encode())
        for part in self._content():
            digest.update(repr(part).encode("utf-8", "backslashreplace"))
        said = f"{form}/{digest.hexdigest()[:24]}"
        return f"{self.site}/{said}" if self.site else f"urn:uuid:{uuid5(NAMESPACE_URL, said)}"

    def _content(self) -> Iterator[object]:
        yield (self.name, self.created, self.creator, self.tool, self.comment, self.list_version, self.site)
        yield self.described
        yield from self.items
        yield from self.relations
        yield from self.extracts
