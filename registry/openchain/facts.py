"""What is known about a publisher's open source programme: gathered in `stored.py`, judged clause by clause. Values only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from ..release.facts import Declared


@dataclass(frozen=True, slots=True)
class Body:
    """A publisher by its id in the list, with what it declares about itself by kind (`registry/declarations.py`)."""

    identifier: str
    name: str
    names: Mapping[str, str] = field(default_factory=dict)
    declared: Mapping[str, Declared] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Waived:
    """A waiver in force: the entry's name, the rule, its last day."""

    software: str
    rule: str
    until: str


@dataclass(frozen=True, slots=True)
class Review:
    """What comparing declarations with licence files gave.

    `compared` entries have a verdict; `open` counts entries by the heaviest rule that speaks and is not waived (error, warning,
    note). `policy` is empty where entries were never judged, or by a policy that this program cannot read.
    """

    policy: str = ""
    compared: int = 0
    open: Mapping[str, int] = field(default_factory=dict)
    waivers: Sequence[Waived] = ()
    conclusions: int = 0


@dataclass(frozen=True, slots=True)
class Sboms:
    """The bills of materials that count now.

    `entries` have at least one that can be read, `unread` have only others; `complete` of `documents` lack nothing of the minimum
    elements. `oldest` and `newest` tell when they were made as they say themselves, and where they do not, when they were found.
    `scores` are of the best of each entry, 0..100. `fits`: for how many entries the licences of all packages may go into the
    declared one (by the worst answer: yes, no, conditions, unknown).
    """

    entries: int = 0
    unread: int = 0
    documents: int = 0
    complete: int = 0
    packages: int = 0
    unstated: int = 0
    oldest: date | None = None
    newest: date | None = None
    scores: Sequence[int] = ()
    fits: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Archived:
    """Archived reports of one kind: how many, of how many entries, the day of the newest. `whole`: one is about the publisher."""

    count: int
    entries: int
    newest: date
    whole: bool = False


@dataclass(frozen=True, slots=True)
class ProgramFacts:
    """All that is known of a publisher, alone or with all below it (`below`).

    `bodies` are the publisher and those below it that have software here; `entries` how many they have. `licenses` are the distinct
    licences of these and their components, `described` those of which the catalogue tells the obligations. `declared` counts by
    kind the entries about which something is declared. `contributing` of `looked` repositories have a CONTRIBUTING at their root;
    `reachable` of all answer. `scanned` had all their files read.
    """

    slug: str
    identifier: str
    name: str
    names: Mapping[str, str]
    day: date
    below: bool = False
    bodies: Sequence[Body] = ()
    entries: int = 0
    review: Review = Review()
    sboms: Sboms = Sboms()
    archived: Mapping[str, Archived] = field(default_factory=dict)
    licenses: int = 0
    described: int = 0
    declared: Mapping[str, int] = field(default_factory=dict)
    contributing: int = 0
    looked: int = 0
    reachable: int = 0
    scanned: int = 0
