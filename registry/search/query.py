"""A query as it was read, and the readings that are tried one after another.

A query is tried in up to four readings until one finds something: as it stands; with slips of the pen forgiven in longer
words of Latin script; with what one of its words means enough; and with any of its words enough. Later readings are not mixed
into the first: somebody who types "portal" correctly does not want "postal" in the results and in the counts. One exception:
where several words are asked for and only a few entries have them all, those that have what one of the words *means* follow.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from whoosh import query as tree  # type: ignore[import-untyped]

from . import Text
from .analysis import BOUNDARY, index_text
from .concepts import BROADER_MARK, MARK
from .language import parse, render
from .plan import WEIGHTS, Any, Everything, Plan, Term
from .planning import CONCEPT, STEM, Planner
from .segments import is_weak

EXACT, WIDER, FORGIVING, ANY_WORD = "exact", "wider", "forgiving", "any word"
MOST_ALIKE = 64
FEW = 8
"""Fewer results than this are too few where a query has several words of which one names a concept."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of a query: which it is, the query as it then reads, and the plan."""

    kind: str
    understood: str
    plan: Plan


@dataclass(frozen=True, slots=True)
class Query:
    """A query as it was read. `dropped` is what could not be read or was too much."""

    root: tree.Query | None
    dropped: tuple[str, ...]

    def exact(self) -> Reading:
        """The query as it stands; without words it is everything."""
        if self.root is None:
            return Reading(EXACT, "", Everything())
        return Reading(EXACT, render(self.root), Planner().plan(self.root))

    def lenient(self) -> Iterator[Reading]:
        """The other readings, the stricter first, as far as there are such; each is made only when asked for."""
        if self.root is None:
            return
        planner = Planner(forgive=True)
        plan = planner.plan(self.root)
        if planner.long_words:
            yield Reading(FORGIVING, render(self.root), plan)
        wider = self.wider()
        if wider:
            yield wider
        if planner.words > 1 or planner.concepts:
            plan = Planner(forgive=True, any_word=True).plan(self.root)
            yield Reading(ANY_WORD, render(self.root, any_word=True), plan)

    def wider(self) -> Reading | None:
        """For where `exact` finds fewer than FEW: entries with what one of several words means; those with all come first."""
        if self.root is None:
            return None
        planner = Planner(any_word=True, meant=True)
        plan = planner.plan(self.root)
        if not planner.concepts or planner.deciding < 2:
            return None
        return Reading(WIDER, render(self.root), plan)


def read(text: str) -> Query:
    """`text` as a query; what cannot be read is left out, nothing is ever raised. Bounded in length, words and nesting."""
    return Query(*parse(text))


def alike(texts: Iterable[Text]) -> Plan | None:
    """What resembles `texts`: any of their concepts, words, stems or pairs of characters; None where they hold no word.

    Concepts first, for a long text has more words than are asked for.
    """
    found: dict[str, None] = {}
    for text in texts:
        own, _, others = index_text([text]).rpartition(BOUNDARY)
        found.update(dict.fromkeys((*own.split(), *sorted(others.split()))))
    named = [term for term in found if term.startswith(MARK)]
    words = [term for term in found if term[0] not in (MARK, BROADER_MARK, BOUNDARY) and not is_weak((term,))]
    terms = (named + words)[:MOST_ALIKE]
    fields = {field: min(weight, 4.0) for field, weight in WEIGHTS.items()}
    worth = {MARK: 2 * CONCEPT, "~": STEM}
    parts = [Term(field, term, weight * worth.get(term[0], 1.0)) for term in terms for field, weight in fields.items()]
    return Any(tuple(parts)) if parts else None
