"""How much a word that a text and an entry have in common says: rare ones more, in what an entry says of itself at first more.

A subject is what they have in common, counted once however many sentences name it: a concept, a word, or East Asian
characters that belong together. It is worth points that can be added up by hand: see `points`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..search import Frequencies, IndexEntry
from ..search.analysis import index_text
from ..search.concepts import MARK
from ..search.text import is_east_asian
from .terms import Term

FIELDS = ("feature", "label", "summary", "name", "description")
"""Where words are looked for; what stands only in the last two (a name, a long text) is worth a point less."""
_ASIDE = frozenset({"name", "description", "concept"})
_CENTRAL = frozenset({"label", "summary"})
CLEAR = 3
"""The points of a word that few entries have."""
_WORD = ((0.03, 3), (0.09, 2), (0.20, 1))  # up to this share of the entries: so many points
_CONCEPT = ((0.06, 4), (0.11, 3), (0.25, 2))
_FEW = 25  # added to the number of entries; with fewer than these nothing is so frequent that it says nothing
_LEAST_OF_FEW = {_WORD: 2, _CONCEPT: 4}


def points(tokens: Iterable[str], known: Frequencies) -> int:
    """3, 2, 1 or 0 for a word (4, 3, 2 or 0 for a concept) by the share of the entries that have it."""
    asked = tuple(tokens)
    count = max((known.counts.get(token, 0) for token in asked), default=0)
    share = count / (known.entries + _FEW)
    steps = _CONCEPT if asked[0].startswith(MARK) else _WORD
    if not count:
        return 0
    worth = next((worth for most, worth in steps if share <= most), 0)
    return max(worth, _LEAST_OF_FEW[steps]) if known.entries < _FEW else worth


@dataclass(frozen=True, slots=True)
class Hit:
    """What of a sentence an entry has as well, from `start` to `end`; `general`: every system says it."""

    start: int
    end: int
    fields: tuple[str, ...]
    tokens: tuple[str, ...]
    points: int = 0
    general: bool = False

    @property
    def worth(self) -> int:
        """Its points, less one where it stands aside only; a concept also where the entry does not begin with it."""
        beside = self.tokens[0].startswith(MARK) and _CENTRAL.isdisjoint(self.fields)
        return max(0, self.points - _ASIDE.issuperset(self.fields) - beside)


@dataclass(frozen=True, slots=True)
class Mark:
    """What of a text matched, from `start` to `end`, and in which fields of the entry (names of FIELDS, or concept)."""

    start: int
    end: int
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Marked:
    """Hits that touch or overlap, as one: what they are worth, and the words (tokens) and concepts by which it is known again."""

    mark: Mark
    words: frozenset[str]
    concepts: frozenset[str]
    worth: int
    core: bool


def joined(hits: Sequence[Hit]) -> list[Marked]:
    """The hits of a sentence, joined where they touch; none of what is general from its beginning to its end."""
    groups: list[list[Hit]] = []
    ends = -1
    for hit in sorted(hits, key=lambda one: (one.start, one.end)):
        if groups and hit.start <= ends:
            groups[-1].append(hit)
        else:
            groups.append([hit])
        ends = max(ends, hit.end) if len(groups[-1]) > 1 else hit.end
    return [_as_one(group) for group in groups if not all(hit.general for hit in group)]


def _as_one(group: Sequence[Hit]) -> Marked:
    said = [hit for hit in group if not hit.general]
    best = max(said, key=lambda hit: hit.worth)
    # Two East Asian characters alone are often but a part of a word.
    alone = len(said) == 1 and is_east_asian(best.tokens[0])
    tokens = frozenset(token for hit in said for token in hit.tokens)
    concepts = frozenset(token for token in tokens if token.startswith(MARK))
    mark = Mark(
        group[0].start,
        max(hit.end for hit in group),
        tuple(dict.fromkeys(field for hit in group for field in hit.fields)),
    )
    return Marked(
        mark,
        tokens - concepts,
        concepts,
        max(0, best.worth - alone),
        any(hit.worth >= CLEAR and not _CENTRAL.isdisjoint(hit.fields) for hit in said) and best.worth - alone >= CLEAR,
    )


class Known:
    """What an entry says, as the tokens of each field that are wanted."""

    def __init__(self, said: IndexEntry, wanted: frozenset[str]) -> None:
        self.said = said
        texts = {
            "feature": said.features,
            "label": said.labels,
            "summary": said.summaries,
            "name": said.names,
            "description": said.descriptions,
        }
        self._fields: dict[str, list[str]] = {}
        for field, of in texts.items():
            for token in wanted.intersection(index_text(of).split()):
                self._fields.setdefault(token, []).append(field)
        for facet in ("category", "scope"):
            for value in said.facets.get(facet, ()):
                self._fields.setdefault(MARK + value, []).append("label")

    def fields(self, tokens: Iterable[str]) -> tuple[str, ...]:
        """The fields that have one of `tokens`."""
        return tuple(dict.fromkeys(field for token in tokens for field in self._fields.get(token, ())))

    def hit(self, term: Term, worth: int) -> Hit | None:
        """Where the entry has `term`, if it does."""
        fields = self.fields(term.tokens)
        return Hit(term.start, term.end, fields, term.tokens, worth, term.general) if fields else None
