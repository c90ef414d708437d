"""The query language, and how a query becomes plans that any engine can run.

    dashboard 開放資料        all words, anywhere; half a word finds; stems and accents do not matter
    "open data"             these words in a row
    -dashboard              not this word (also NOT dashboard)
    map OR dashboard        one of them; parentheses group
    dash*                   words that begin so
    license:EUPL-1.2        in this field only: name, publisher, category, license, status, platform, language, validity

A query is tried in up to three readings until one finds something: as it stands; with one slip of the pen forgiven in
longer words of Latin script; and with any of its words enough. Later readings are not mixed into the first: somebody who
types "portal" correctly does not want "postal" in the results and in the counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from whoosh import query as tree  # type: ignore[import-untyped]

from . import Text
from .analysis import BOUNDARY, index_text
from .language import is_plain, parse, render, text_of
from .plan import WEIGHTS, All, Any, Everything, Phrase, Plan, Prefix, Similar, Term
from .text import bigrams, is_east_asian, split, stems, tokens

EXACT, FORGIVING, ANY_WORD = "exact", "forgiving", "any word"

# In longer queries every word must be whole and right: their number is what makes a search slow.
MOST_LENIENT = 4
MOST_ALIKE = 64
_STEM = 0.6
_PREFIX = 0.2
_SIMILAR = 0.3
_PHRASE = 2.0
_SHORTEST_PREFIX = 3
_SHORTEST_SIMILAR = 5
_WORD_FIELDS = ("name", "publisher")


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of a query: which of the three it is, the query as it then reads, and the plan."""

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
        return Reading(EXACT, render(self.root), _Planner().plan(self.root))

    def lenient(self) -> Iterator[Reading]:
        """The other readings, the stricter first, as far as there are such; each is made only when asked for."""
        if self.root is None:
            return
        planner = _Planner(forgive=True)
        plan = planner.plan(self.root)
        if planner.long_words:
            yield Reading(FORGIVING, render(self.root), plan)
        if planner.words > 1:
            plan = _Planner(forgive=True).plan(self.root, any_word=True)
            yield Reading(ANY_WORD, render(self.root, any_word=True), plan)


def read(text: str) -> Query:
    """`text` as a query; what cannot be read is left out, nothing is ever raised. Bounded in length, words and nesting."""
    return Query(*parse(text))


def alike(texts: Iterable[Text]) -> Plan | None:
    """What resembles `texts`: any of their words, their stems or pairs of characters; None where they hold no word."""
    found: dict[str, None] = {}
    for text in texts:
        found.update(dict.fromkeys(index_text([text]).split()))
    found.pop(BOUNDARY, None)
    terms = list(found)[:MOST_ALIKE]
    fields = {field: min(weight, 4.0) for field, weight in WEIGHTS.items()}
    return (
        Any(tuple(Term(field, term, weight) for term in terms for field, weight in fields.items())) if terms else None
    )


class _Planner:
    """Turns a tree into a plan.

    Counts the plain words of its outermost group, and all words that are long enough for a slip of the pen.
    """

    def __init__(self, forgive: bool = False) -> None:
        self.forgive = forgive
        self.words = 0
        self.long_words = 0

    def plan(self, node: tree.Query, any_word: bool = False) -> Plan:
        """The plan of `node`; with `any_word` one of its plain words is enough."""
        if isinstance(node, tree.Or):
            parts = tuple(self._part(child) for child in node.subqueries)
            self.words = 0  # one of them is enough already
            return Any(parts)
        return self._group(node.subqueries if isinstance(node, tree.And) else [node], any_word)

    def _part(self, node: tree.Query) -> Plan:
        return _exactly(node) if isinstance(node, tree.Not) else self.plan(node)

    def _group(self, nodes: list[tree.Query], any_word: bool) -> Plan:
        """All of `nodes`; its plain words may stand anywhere, and are worth more in a row."""
        plain: list[str] = []
        parts: list[Plan] = []
        without: list[Plan] = []
        for node in nodes:
            if isinstance(node, tree.Not):
                without.append(_exactly(node.query))
            elif isinstance(node, tree.And | tree.Or):
                parts.append(self.plan(node))
            elif isinstance(node, tree.Term) and node.fieldname in _WORD_FIELDS:
                words, better = self._words([node.text], _weights(node.fieldname))
                parts.append(_all(words, [], better))
            elif is_plain(node):
                plain.append(node.text)
            else:
                parts.append(_exactly(node))
        words, better = self._words(plain, WEIGHTS)
        self.words = len(words)
        if any_word and words:
            words = [_any(words)]
        return _all(words + parts, without, better)

    def _words(self, texts: list[str], fields: Mapping[str, float]) -> tuple[list[Plan], list[Plan]]:
        """What each word of `texts` matches in `fields`, and what they match in a row (nothing for a single word)."""
        words: list[Plan] = []
        parts = dict.fromkeys(split(" ".join(texts)))
        for part in parts:
            if not is_east_asian(part):
                words.append(self._word(part, fields, lenient=len(parts) <= MOST_LENIENT))
            elif len(part) == 1:
                words.append(_any([Prefix(field, part, weight) for field, weight in fields.items()]))
            else:
                pairs = dict.fromkeys(bigrams(part)[:-1])
                words.extend(_any([Term(field, pair, weight) for field, weight in fields.items()]) for pair in pairs)
        row = _row(" ".join(texts))
        return words, [_in_a_row(row, fields)] if len(row) > 1 else []

    def _word(self, word: str, fields: Mapping[str, float], lenient: bool) -> Plan:
        parts = _word_or_stems(word, fields)
        if lenient and len(word) >= _SHORTEST_PREFIX and word.isalpha():
            parts += [Prefix(field, word, weight * _PREFIX) for field, weight in fields.items()]
        if lenient and len(word) >= _SHORTEST_SIMILAR and word.isascii() and word.isalpha():
            self.long_words += 1
            if self.forgive:
                parts += [Similar(field, word, weight * _SIMILAR) for field, weight in fields.items()]
        return _any(parts)


def _weights(field: str | None) -> Mapping[str, float]:
    return {field: WEIGHTS.get(field, 1.0)} if field else WEIGHTS


def _word_or_stems(word: str, fields: Mapping[str, float]) -> list[Plan]:
    parts: list[Plan] = [Term(field, word, weight) for field, weight in fields.items()]
    for stem in stems(word):
        parts += [Term(field, stem, weight * _STEM) for field, weight in fields.items()]
    return parts


def _exactly(node: tree.Query) -> Plan:
    """What `node` matches without any leniency but the stems of a single word: for negations, values, phrases, beginnings."""
    if isinstance(node, tree.And | tree.Or):
        parts = [_exactly(child) for child in node.subqueries if not isinstance(child, tree.Not)]
        without = [_exactly(child.query) for child in node.subqueries if isinstance(child, tree.Not)]
        if isinstance(node, tree.And):
            return _all(parts, without, [])
        return _any(parts + [_all([], [plan], []) for plan in without])
    if isinstance(node, tree.Not):
        return _all([], [_exactly(node.query)], [])
    fields = _weights(node.fieldname)
    row = _row(text_of(node))
    if isinstance(node, tree.Prefix):
        before = [_any([Term(field, token, weight) for field, weight in fields.items()]) for token in row[:-1]]
        return _all([*before, _any([Prefix(field, row[-1], weight) for field, weight in fields.items()])], [], [])
    if is_plain(node) and len(row) == 1 and not is_east_asian(row[0]):
        return _any(_word_or_stems(row[0], fields))
    rows = dict.fromkeys((row, _row(_unspaced(text_of(node)))))
    return _any([_in_a_row(row, fields) for row in rows])


def _unspaced(text: str) -> str:
    """`text` without the spaces between East Asian characters: people type them freely, texts rarely have them."""
    words = text.split()
    gaps = ["" if is_east_asian(before[-1]) and is_east_asian(after[0]) else " " for before, after in pairwise(words)]
    return "".join(word + gap for word, gap in zip(words, [*gaps, ""], strict=True))


def _row(text: str) -> tuple[str, ...]:
    """The tokens of `text` as they stand in a row within a longer text, where its last character does not stand alone."""
    parts = split(text)
    row = tuple(tokens(text))
    return row[:-1] if parts and is_east_asian(parts[-1]) and len(parts[-1]) > 1 else row


def _in_a_row(row: tuple[str, ...], fields: Mapping[str, float]) -> Plan:
    if len(row) > 1:
        return _any([Phrase(field, row, weight * _PHRASE) for field, weight in fields.items()])
    if is_east_asian(row[0]) and len(row[0]) == 1:
        return _any([Prefix(field, row[0], weight) for field, weight in fields.items()])
    return _any([Term(field, row[0], weight * _PHRASE) for field, weight in fields.items()])


def _any(parts: Sequence[Plan]) -> Plan:
    return parts[0] if len(parts) == 1 else Any(tuple(parts))


def _all(parts: list[Plan], without: list[Plan], better: list[Plan]) -> Plan:
    if len(parts) == 1 and not without and not better:
        return parts[0]
    return All(tuple(parts) or (Everything(),), tuple(without), tuple(better))
