"""The port SearchIndex: what is put into an index, what is asked of it, what it answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

FACETS = (
    "category",
    "scope",
    "publisher",  # the publisher's slug and those of all above it
    "license",
    "family",  # of the licence: a word of `licensing.families.Family`
    "validity",
    "verdict",  # on the licence: a word of `licensing.verdict.Code`
    "status",
    "type",
    "platform",
    "language",  # of the description
    "interface",  # languages of the user interface
    "technology",
    "country",
    "maintenance",
    "activity",
    "sbom",
    "use",  # by others: confirmed, claimed
    "source",  # own for our harvest, else the catalogue's name
    "since",  # the month in which it was listed, YYYY-MM
)
SORTS = ("relevance", "listed", "newest", "activity", "name")  # newest: changed last; listed: new in the catalogue


class Text(NamedTuple):
    """A text and the language it is written in (BCP 47; empty where nobody says)."""

    language: str
    text: str


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """What is indexed of one software. Holds no contact, no e-mail, no phone.

    `facets` maps each name of FACETS to the values of this entry; `modified` is the moment of the last change in seconds since
    1970, `listed` that of the listing in milliseconds; `activity` is the activity index, 0..100, -1 where it is not known.
    """

    id: str
    names: tuple[Text, ...]
    summaries: tuple[Text, ...] = ()
    features: tuple[Text, ...] = ()
    descriptions: tuple[Text, ...] = ()
    labels: tuple[Text, ...] = ()
    publishers: tuple[Text, ...] = ()
    technologies: tuple[Text, ...] = ()
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    modified: int = 0
    listed: int = 0
    activity: int = -1


@dataclass(frozen=True, slots=True)
class Request:
    """A search. Values within one facet are joined by OR, facets by AND; `since` means this month (or year) or later.

    `sort` is one of SORTS.
    """

    text: str = ""
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = "relevance"
    offset: int = 0
    limit: int = 20


@dataclass(frozen=True, slots=True)
class Result:
    """`ids` of this page, best first; `total` of all; for every facet its values with the count that choosing it gives.

    `understood` is the query as it was read (shown where it differs from what was typed); `dropped` holds what could
    not be read. `reading` tells how strictly it was read: exact; wider (few entries have all words: they come
    first, then those that have what one of the words means); forgiving (slips of the pen in longer words) or any word, these two
    only where the stricter found nothing. `ready` is False where there is no index to ask.
    """

    ids: tuple[str, ...]
    total: int
    facets: Mapping[str, tuple[tuple[str, int], ...]]
    understood: str = ""
    dropped: tuple[str, ...] = ()
    reading: str = "exact"
    ready: bool = True


@dataclass(frozen=True, slots=True)
class Frequencies:
    """How rare tokens are: `entries` there are in all, `counts` of them have each token. `ready`: see `Result`."""

    entries: int
    counts: Mapping[str, int]
    ready: bool = True


class SearchIndex(Protocol):
    """A search engine that holds the catalogue's entries; it follows the event log by its own cursor."""

    def cursor(self) -> str:
        """What was last given to `update` or `rebuild` as cursor; empty for a missing, foreign or older index."""

    def update(self, put: Iterable[IndexEntry], remove: Iterable[str], cursor: str, after: str | None = None) -> None:
        """Puts and removes entries and keeps the cursor, all or nothing; putting twice is putting once.

        `after` is the cursor that these changes follow: older entries are not put over newer ones.

        Raises:
            IndexBusy: another process holds the index; the events wait for it or the next run.
            IndexMoved: the cursor is not `after` any more.

        """

    def rebuild(self, entries: Iterable[IndexEntry], cursor: str) -> None:
        """A new index beside the old one, then swaps; readers see the old one until then."""

    def search(self, request: Request) -> Result:
        """The answer to `request`; a query that cannot be read gets its best reading, never an exception."""

    def count(self, text: str) -> int:
        """How many entries `search` finds for `text` where no slip of the pen has to be forgiven; else none."""

    def like(self, texts: Iterable[Text], limit: int) -> tuple[str, ...]:
        """The ids of the entries that resemble `texts` most, best first: any of their words counts, rare ones more."""

    def frequencies(self, tokens: Iterable[str]) -> Frequencies:
        """In how many entries each of `tokens` (of `text.tokens`) stands: in the field that has it most often."""

    def ids(self) -> frozenset[str]:
        """The ids of all entries, to compare index and database."""


class IndexBusy(Exception):
    """Another process is writing to the index."""


class IndexMoved(IndexBusy):
    """Another process has written to the index since its cursor was read."""
