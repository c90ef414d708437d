"""What is known about software that is to be released: gathered elsewhere, judged by `checks.readiness`. Values only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from ...schemas.finding import Assessment, Message
from ...schemas.licensing.found import NOASSERTION, Identification


class Source(StrEnum):
    """Where the facts come from."""

    FOLDER = "folder"  # a checkout on this machine
    REPOSITORY = "repository"  # an address, asked this moment
    ENTRY = "entry"  # what the catalogue keeps


@dataclass(frozen=True, slots=True)
class Names:
    """Paths of files in a repository, with `/`, as far as somebody looked.

    `all_of_root`: every name at the root is among them; else those alone that a harvest keeps (README, licence files, SBOMs, …).
    `below`: the folders where guides, templates and documents lie were looked into, too. `cut`: there were more names than are
    kept, so that nothing can be said to be missing.
    """

    paths: tuple[str, ...] = ()
    all_of_root: bool = False
    below: bool = False
    cut: bool = False


@dataclass(frozen=True, slots=True)
class LicenseFile:
    """A licence file and what it says."""

    path: str
    identification: Identification


@dataclass(frozen=True, slots=True)
class LicenseFacts:
    """What is declared about the licence, what the licence files say, and what a policy says of it.

    `codes` are those of `schemas/licensing/verdict.py`; `files` is None where nobody looked for licence files. `not_read`: paths
    of licence files that are there and were not read. `concluded_by`: an
    auditor's name, where one concluded. `ruling` is the word of `policy` for the declared licence, empty where there is none.
    """

    declared: str = ""
    normalized: str = ""
    files: tuple[LicenseFile, ...] | None = None
    codes: tuple[str, ...] = ()
    concluded: str = NOASSERTION
    concluded_by: str = ""
    host: str = ""
    policy: str = ""
    ruling: str = ""
    not_read: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SbomFacts:
    """A bill of materials. `message`: why it could not be read; `read` is False where nobody tried.

    `licenses` count its packages by SPDX expression, "" being those of which none is stated that can be read.
    """

    place: str
    read: bool = True
    format: str = ""
    made_at: str = ""
    tool: str = ""
    packages: int = 0
    licenses: Mapping[str, int] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    message: Message | None = None

    @property
    def without_license(self) -> int:
        """How many packages have no licence that anybody knows: none is stated, or one with a name of its own alone."""
        return sum(count for license_, count in self.licenses.items() if not license_ or "LicenseRef-" in license_)


def shown_sbom(sboms: Sequence[SbomFacts]) -> SbomFacts | None:
    """Of the bills of materials the one that is meant by “the” SBOM: of those that could be read the first that lists most."""
    good = [one for one in sboms if one.read and one.message is None]
    return max(good, key=lambda one: one.packages, default=None)


@dataclass(frozen=True, slots=True)
class ScanFacts:
    """A deep scan: how many files say under which licence they stand, and whose they are. `licenses` count the files.

    `commit` is what was scanned, empty where that has no name; `cut` says what was not read, or why there is no answer.
    """

    at: datetime
    files: int
    with_license: int
    with_copyright: int
    compliant: bool | None = None
    licenses: Mapping[str, int] = field(default_factory=dict)
    commit: str = ""
    cut: Message | None = None


@dataclass(frozen=True, slots=True)
class Secrets:
    """What a scan of this moment found that must not be published: how many places, by what they look like. Never kept.

    `cut`: what says that the scan did not read everything.
    """

    places: Mapping[str, int]
    cut: Message | None = None

    @property
    def count(self) -> int:
        """How many places in all."""
        return sum(self.places.values())


@dataclass(frozen=True, slots=True)
class Declared:
    """What an agency declared (`registry/declarations.py`): `value` as that kind has it, `by` who recorded it."""

    kind: str
    value: Mapping[str, str]
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class ReleaseFacts:
    """All that is known. A fact that was not gathered is None, and its line says that it cannot be known.

    `day` is the one of the judgement. `assessment` is None where the repository has no publiccode.yml. `head`: the newest commit
    that is known, where that may be another than `commit`. `compatible`: for each licence in the SBOMs whether it may go into the
    declared one (yes, no, conditions, unknown, or empty: not compared); `files_compatible` the same for those that the scan found
    in files. `collected`: for an entry, whether its SBOMs were collected, so that there being none was seen. `declared` are the
    newest declarations in force by their kind, None where they cannot be known: those of a folder are in no catalogue.
    `releases`: how many the host tells of; `tags`: how many the checkout has. `activity` is the index, 0..100.
    `publisher_names` are by language.
    """

    source: Source
    name: str
    day: date
    address: str = ""
    commit: str = ""
    publisher: str = ""
    publisher_names: Mapping[str, str] = field(default_factory=dict)
    assessment: Assessment | None = None
    has_contacts: bool = False
    names: Names | None = None
    license: LicenseFacts = LicenseFacts()
    sboms: Sequence[SbomFacts] | None = None
    compatible: Mapping[str, str] | None = None
    files_compatible: Mapping[str, str] | None = None
    scan: ScanFacts | None = None
    secrets: Secrets | None = None
    declared: Mapping[str, Declared] | None = None
    activity: int | None = None
    archived: bool = False
    releases: int | None = None
    tags: int | None = None
    collected: bool = False
    head: str = ""

    @property
    def is_listed_only(self) -> bool:
        """Whether all that is known was given by another catalogue: nobody has read the repository."""
        return self.source is Source.ENTRY and not self.commit

    @property
    def values(self) -> Mapping[str, Any]:
        """What publiccode.yml says; nothing where it cannot be read."""
        return (self.assessment.values if self.assessment else None) or {}
