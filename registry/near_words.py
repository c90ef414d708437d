"""Where a search found nothing: words that are near to what was typed, and that something is found with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from itertools import chain

from .search import SearchIndex
from .search.text import is_east_asian, located, split
from .suggestions import Names

MOST = 5
_MOST_TRIED = 16
_MOST_PARTS = 3  # of a longer text the reuse check takes care
_MOST_NEAR = 3  # to one part of what was typed
_NEAR = 0.7  # of two words, as difflib measures it
_SHORTEST = 4  # a shorter word is near to too many
_SHARED = 2  # characters that two Chinese words have in common


def near_words(index: SearchIndex, text: str, known: Sequence[Names]) -> list[tuple[str, int]]:
    """At most MOST words with the number of entries that each finds, the nearest first: words of `known`, then parts of `text`."""
    found: list[tuple[str, int]] = []
    tried = dict.fromkeys(word for word in _candidates(text, known) if split(word) != split(text))
    for word in list(tried)[:_MOST_TRIED]:
        if total := index.count(word):
            found.append((word, total))
        if len(found) == MOST:
            break
    return found


def _candidates(text: str, known: Sequence[Names]) -> Iterator[str]:
    """What is near to each part, then the parts as they were typed; of Chinese its pairs of characters."""
    parts = located(text)[:_MOST_PARTS]
    for part in parts:
        if is_east_asian(part.text):
            yield from _near_run(part.text, known)
        elif len(part.text) >= _SHORTEST:
            yield from _near_word(part.text, known)
    for part in parts:
        if is_east_asian(part.text):
            pairs = range(len(part.text) - 1)
            yield from (text[part.starts[place] : part.end_of(place + 2)] for place in pairs)
        elif len(parts) > 1 and len(part.text) >= _SHORTEST:
            yield text[part.starts[0] : part.end_of(len(part.text))]


def _near_run(run: str, known: Sequence[Names]) -> list[str]:
    """The words that share most characters with `run`, of those that share half of their own."""
    here = set(run)
    near = []
    for other, word in chain.from_iterable(names.runs() for names in known):
        shared = len(here.intersection(other))
        if shared >= _SHARED and 2 * shared >= len(other):
            near.append((shared / len(here.union(other)), word))
    return [word for _, word in sorted(near, key=lambda one: (-one[0], one[1]))[:_MOST_NEAR]]


def _near_word(word: str, known: Sequence[Names]) -> list[str]:
    written: dict[str, str] = {}
    for names in known:
        written = names.beginning_as(word, 2) | written
    return [written[near] for near in get_close_matches(word, written, _MOST_NEAR, _NEAR)]
