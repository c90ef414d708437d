"""Where a search found nothing: words that are near to what was typed, and that something is found with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from .search import SearchIndex
from .search.text import is_east_asian, located, split

MOST = 5
_MOST_TRIED = 16
_MOST_PARTS = 3  # of a longer text the reuse check takes care
_MOST_NEAR = 3  # to one part of what was typed
_NEAR = 0.7  # of two words, as difflib measures it
_SHORTEST = 4  # a shorter word is near to too many
_SHARED = 2  # characters that two Chinese words have in common


def near_words(index: SearchIndex, text: str, known: Iterable[str]) -> list[tuple[str, int]]:
    """At most MOST words with the number of entries that each finds, the nearest first: parts of `text`, then words of `known`."""
    found: list[tuple[str, int]] = []
    tried = dict.fromkeys(word for word in _candidates(text, known) if split(word) != split(text))
    for word in list(tried)[:_MOST_TRIED]:
        if total := index.count(word):
            found.append((word, total))
        if len(found) == MOST:
            break
    return found


def _candidates(text: str, known: Iterable[str]) -> Iterator[str]:
    """What is near to each part, then the parts as they were typed; of Chinese its pairs of characters."""
    parts = located(text)[:_MOST_PARTS]
    listed = [(name, split(name)) for name in known]
    for part in parts:
        if is_east_asian(part.text):
            yield from _near_run(part.text, listed)
        elif len(part.text) >= _SHORTEST:
            yield from _near_word(part.text, listed)
    for part in parts:
        if is_east_asian(part.text):
            pairs = range(len(part.text) - 1)
            yield from (text[part.starts[place] : part.end_of(place + 2)] for place in pairs)
        elif len(parts) > 1 and len(part.text) >= _SHORTEST:
            yield text[part.starts[0] : part.end_of(len(part.text))]


def _near_run(run: str, known: Iterable[tuple[str, list[str]]]) -> list[str]:
    """The words that share most characters with `run`, of those that share half of their own."""
    here = set(run)
    near = []
    for word, parts in known:
        if len(parts) == 1 and is_east_asian(parts[0]):
            shared = len(here.intersection(parts[0]))
            if shared >= _SHARED and 2 * shared >= len(parts[0]):
                near.append((shared / len(here.union(parts[0])), word))
    return [word for _, word in sorted(near, key=lambda one: (-one[0], one[1]))[:_MOST_NEAR]]


def _near_word(word: str, known: Iterable[tuple[str, list[str]]]) -> list[str]:
    written: dict[str, str] = {}
    for name, parts in known:
        for each in parts:
            if each[0] == word[0] and abs(len(each) - len(word)) <= 2 and not is_east_asian(each):
                written.setdefault(each, name if len(parts) == 1 else each)
    return [written[near] for near in get_close_matches(word, written, _MOST_NEAR, _NEAR)]
