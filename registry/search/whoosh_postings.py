"""What a Whoosh index holds, in memory as far as it was asked for: the entries with a word, and what it is worth in each."""

from __future__ import annotations

import threading
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache, reduce
from itertools import chain
from math import log
from operator import and_, or_
from typing import Any as Anything
from typing import NamedTuple

from whoosh.codec.whoosh3 import W3LeafMatcher  # type: ignore[import-untyped]

from . import FACETS
from .bitmaps import bits_of, numbers_of
from .plan import STANDING, WEIGHTS
from .slips import one_edit_away

# Okapi BM25 with the numbers that Whoosh takes.
_SATURATION = 1.2
_BY_LENGTH = 0.75
_MOST_KNOWN = 20_000
_MOST_SOUGHT = 200
# So many words are looked up; of more it is quicker to seek their beginning in all texts.
_MOST_BEGUN = 30
_AFTER_ALL = chr(0x10FFFF)
ORDERS = ("name", "newest", "activity", "listed")


class Kept(NamedTuple):
    """What is kept of an entry beside its postings: the values of its facets, its texts, its standing, its places in the orders."""

    id: str
    values: Mapping[str, tuple[str, ...]]
    texts: Mapping[str, str]
    standing: int
    by_name: str
    by_change: int
    by_activity: int
    by_listing: int


class Segment:
    """What is kept of the entries of a segment, by their numbers in it. A segment never changes, but entries are deleted."""

    def __init__(self, reader: Anything) -> None:
        self.ids: list[str] = []
        self.standing: list[float] = []
        self.orders: dict[str, list[Anything]] = {order: [] for order in ORDERS}
        self.texts: dict[str, list[bytes]] = {field: [] for field in (*WEIGHTS, *FACETS)}
        self.words: dict[str, list[str]] = {}
        having: dict[str, dict[str, list[int]]] = {facet: {} for facet in FACETS}
        known: dict[bytes, bytes] = {}  # many entries have the same of most texts
        for number in range(reader.doc_count_all()):
            entry = Kept(*reader.stored_fields(number)["kept"])
            self.ids.append(entry.id)
            self.standing.append(1 + STANDING * entry.standing)
            for order, key in zip(self.orders.values(), entry[4:], strict=True):
                order.append(key)
            for field, texts in self.texts.items():
                text = f" {entry.texts[field]} ".encode()
                texts.append(known.setdefault(text, text))
            for facet, values in entry.values.items():
                for value in values:
                    having[facet].setdefault(value, []).append(number)
        self.values = {
            facet: {one: bits_of(found) for one, found in values.items()} for facet, values in having.items()
        }


class Term(NamedTuple):
    """The entries with a word in a field: as a set, and as ascending numbers with what the word is worth in each."""

    bits: int = 0
    numbers: Sequence[int] = ()
    worth: Sequence[float] = ()


class Postings:
    """The postings of an open index; several threads ask them at the same time.

    Args:
        parts: of each segment the number of its first entry, Whoosh's reader, and what is kept.

    """

    def __init__(self, parts: Sequence[tuple[int, Anything, Segment]]) -> None:
        self._parts = parts
        self._lock = threading.Lock()  # Whoosh's readers are not made for several threads
        self.ids = list(chain.from_iterable(kept.ids for _, _, kept in parts))
        self.standing = list(chain.from_iterable(kept.standing for _, _, kept in parts))
        self.orders = {order: list(chain.from_iterable(kept.orders[order] for _, _, kept in parts)) for order in ORDERS}
        self.values = {facet: self._values(facet) for facet in FACETS}
        self.everything = reduce(or_, (bits_of(list(reader.all_doc_ids())) << first for first, reader, _ in parts), 0)
        self.term = lru_cache(maxsize=_MOST_KNOWN)(self._term)
        self.beginning = lru_cache(maxsize=_MOST_SOUGHT)(self._beginning)
        self.in_a_row = lru_cache(maxsize=_MOST_SOUGHT)(self._in_a_row)
        self._words = cache(self._words_of)
        self._texts = cache(self._texts_of)
        self._lengths = cache(self._lengths_of)

    def _term(self, field: str, word: str) -> Term:
        """The entries with `word` in `field`."""
        if not self._has(field, word):
            return Term()
        numbers, often = array("L"), array("d")
        with self._lock:
            for first, reader, kept in self._parts:
                if _is_among(kept.words[field], word):
                    some, times = _read(reader, field, word)
                    numbers.extend(first + number for number in some)
                    often.extend(times)
        entries, lengths = len(self.ids), self._lengths(field)
        rare = (log(entries / (len(numbers) + 1)) + 1) * (_SATURATION + 1)
        worth = [rare * times / (times + lengths[number]) for number, times in zip(numbers, often, strict=True)]
        return Term(bits_of(numbers) & self.everything, numbers, array("d", worth))

    def having(self, field: str, word: str) -> int:
        """The set of entries with `word` in `field`."""
        return self.term(field, word).bits

    def near(self, field: str, word: str) -> int:
        """The set of entries with a word in `field` at most one edit away from `word`."""
        return reduce(or_, (self.having(field, each) for each in one_edit_away(word) if self._has(field, each)), 0)

    def _beginning(self, field: str, start: str) -> int:
        """The set of entries with a word in `field` that begins with `start`."""
        words = self._words(field)
        begun = words[bisect_left(words, start) : bisect_left(words, start + _AFTER_ALL)]
        if len(begun) <= _MOST_BEGUN:
            return reduce(or_, (self.having(field, word) for word in begun), 0)
        return self._with(field, f" {start}", self.everything)

    def _in_a_row(self, field: str, words: tuple[str, ...]) -> int:
        """The set of entries with `words` in a row in `field`."""
        if not all(self._has(field, word) for word in words):
            return 0
        together = reduce(and_, (self.having(field, word) for word in dict.fromkeys(words)))
        return self._with(field, f" {' '.join(words)} ", together)

    def _with(self, field: str, text: str, among: int) -> int:
        """The set of those of `among` in whose texts of `field` there is `text`."""
        texts, sought = self._texts(field), text.encode()
        return bits_of([number for number in numbers_of(among) if sought in texts[number]])

    def _has(self, field: str, word: str) -> bool:
        return _is_among(self._words(field), word)

    def _words_of(self, field: str) -> list[str]:
        """All words of `field`, ascending."""
        with self._lock:
            for _, reader, kept in self._parts:
                if field not in kept.words:
                    kept.words[field] = sorted(reader.field_terms(field))
        parts = [kept.words[field] for _, _, kept in self._parts]
        return parts[0] if len(parts) == 1 else sorted(set().union(*parts))

    def _texts_of(self, field: str) -> list[bytes]:
        return list(chain.from_iterable(kept.texts[field] for _, _, kept in self._parts))

    def _lengths_of(self, field: str) -> list[float]:
        """What makes a word of a long text worth less than one of a short text, for each entry."""
        lengths = [text.count(b" ") - 1 for text in self._texts(field)]
        average = sum(lengths) / len(lengths) or 1
        return [_SATURATION * (1 - _BY_LENGTH + _BY_LENGTH * length / average) for length in lengths]

    def _values(self, facet: str) -> Mapping[str, int]:
        """For each value of `facet` the set of entries with it."""
        found: dict[str, int] = {}
        for first, _, kept in self._parts:
            for value, bits in kept.values[facet].items():
                found[value] = found.get(value, 0) | bits << first
        return found


def _is_among(words: Sequence[str], word: str) -> bool:
    place = bisect_left(words, word)
    return place < len(words) and words[place] == word


def _read(reader: Anything, field: str, word: str) -> tuple[Iterable[int], Iterable[float]]:
    """The numbers of the entries of a segment with `word`, deleted ones among them, and how often it stands in each."""
    matcher = reader.postings(field, word)
    matcher = getattr(matcher, "child", matcher)
    numbers, often = array("L"), array("d")
    while matcher.is_active():
        numbers.append(matcher.id())
        often.append(matcher.weight())
        if isinstance(matcher, W3LeafMatcher):
            # A block as a whole: one step in Python for each entry takes several times as long.
            numbers[-1:] = array("L", matcher._ids)
            often[-1:] = array("d", matcher._weights)
            matcher._next_block()
        else:
            matcher.next()
    return numbers, often
