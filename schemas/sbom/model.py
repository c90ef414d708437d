"""What a bill of materials (SBOM) says, whatever its format: Sbom, Package, Relationship, Extracted; and why one is refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ..finding import Message


class SbomError(ValueError):
    """A file is no bill of materials that is read here. `message` names the place in it and the next step."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


class State(StrEnum):
    """What is known of a package's licence."""

    KNOWN = "known"  # an expression all of whose licences are on SPDX's list
    UNKNOWN = "unknown"  # a licence is stated that nobody can tell: neither allowed nor denied
    NONE = "none"  # the document says that there is no licence
    NOASSERTION = "noassertion"  # the document does not say
    INVALID = "invalid"  # what stands where an SPDX expression is asked for is none


@dataclass(frozen=True, slots=True)
class Package:
    """One package (SPDX) or component (CycloneDX). What the document does not say is empty.

    `ref`: its id in the document. `supplier`, `originator`: in SPDX's manner with `Organization: ` or `Person: ` before the
    name. `declared`, `concluded`: the expressions as written; what CycloneDX says in a list is joined with AND, a licence that has
    no SPDX id is a `LicenseRef-` of `Sbom.extracted`. `license`: the canonical SPDX expression of what was concluded, else
    declared, with `LicenseRef-`s exchanged for what their texts say; empty for the states none, noassertion and invalid.
    `checksum`: its strongest, such as `SHA256:…`. `kind`: its purpose, such as `library`, in lower case.
    """

    ref: str
    name: str
    version: str = ""
    supplier: str = ""
    originator: str = ""
    purl: str = ""
    cpe: str = ""
    download: str = ""
    declared: str = ""
    concluded: str = ""
    license: str = ""
    state: State = State.NOASSERTION
    checksum: str = ""
    copyright: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Relationship:
    """That `source` stands in a relation to `target`, both ids in the document; `kind` as SPDX 2.3 names it (DEPENDS_ON)."""

    source: str
    kind: str
    target: str


@dataclass(frozen=True, slots=True)
class Extracted:
    """A licence that is not on SPDX's list, as the document gives it. `license`: what its text is, empty where nobody can tell."""

    ref: str
    name: str = ""
    text: str = ""
    license: str = ""


@dataclass(frozen=True, slots=True)
class Sbom:
    """A bill of materials.

    `format`: SPDX or CycloneDX, `version` its version, `form`: JSON, tag-value or JSON-LD. `identity`: the document's namespace
    or serial number. `authors`: the people and organisations who made it, as `supplier` is written; `tools`: the names of
    the programs. `describes`: the ids of what it is about. `made_at` is None where the document does not tell its moment.
    `lifecycle`: at which steps of the software's making it was made (build, source). `data_license`: the document's own terms.
    """

    format: str
    version: str
    form: str
    packages: tuple[Package, ...]
    name: str = ""
    identity: str = ""
    made_at: datetime | None = None
    tools: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    describes: tuple[str, ...] = ()
    relationships: tuple[Relationship, ...] = ()
    extracted: tuple[Extracted, ...] = ()
    data_license: str = ""
    lifecycle: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The format as people name it: `SPDX 2.3 JSON`."""
        return f"{self.format} {self.version} {self.form}"

    @property
    def states(self) -> Mapping[State, int]:
        """How many packages are in each state; all states, in their order."""
        found = Counter(package.state for package in self.packages)
        return {state: found[state] for state in State}

    @property
    def licenses(self) -> Mapping[str, int]:
        """How many packages have which canonical expression, the most frequent first; "" is what has none."""
        found = Counter(package.license for package in self.packages)
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))
