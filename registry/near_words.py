"""Where a search found nothing: words that are near to what was typed, and that something is found with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from .search import Request, SearchIndex
from .search.query import EXACT
from .search.text import is_east_asian, split

MOST = 5
_MOST_TRIED = 16
_NEAR = 0.7  # of two words, as difflib measures it
_SHORTEST = 4  # a shorter word is near to too many
_SHARED = 2  # characters that two Chinese words have in common


def near_words(index: SearchIndex, text: str, known: Iterable[str]) -> list[tuple[str, int]]:
    """At most MOST words with the number of entries that each finds, the nearest first: parts of `text`, then words of `known`."""
    found: list[tuple[str, int]] = []
    parts = split(text)
    tried = dict.fromkeys(word for word in _candidates(parts, known) if word.casefold() != text.strip().casefold())
    for word in list(tried)[:_MOST_TRIED]:
        result = index.search(Request(word, limit=0))
        if result.total and result.reading == EXACT:
            found.append((word, result.total))
        if len(found) == MOST:
            break
    return found


def _candidates(parts: list[str], known: Iterable[str]) -> Iterator[str]:
    listed = list(known)
    for part in parts:
        if is_east_asian(part):
            yield from _near_run(part, listed)
        elif len(part) >= _SHORTEST:
            yield from _near_word(part, listed)
    for part in parts:
        if is_east_asian(part):
            yield from (part[place : place + 2] for place in range(len(part) - 1))
        elif len(parts) > 1 and len(part) >= _SHORTEST:
            yield part


def _near_run(run: str, known: list[str]) -> list[str]:
    """The words that share most characters with `run`, of those that share half of their own."""
    here = set(run)
    near = []
    for word in known:
        parts = split(word)
        if len(parts) == 1 and is_east_asian(parts[0]):
            shared = len(here.intersection(parts[0]))
            if shared >= _SHARED and 2 * shared >= len(parts[0]):
                near.append((shared / len(here.union(parts[0])), word))
    return [word for _, word in sorted(near, key=lambda one: (-one[0], one[1]))[:MOST]]


def _near_word(word: str, known: list[str]) -> list[str]:
    written: dict[str, str] = {}
    for name in known:
        for each in split(name):
            if each[:1] == word[:1] and abs(len(each) - len(word)) <= 2 and not is_east_asian(each):
                written.setdefault(each, name if len(split(name)) == 1 else each)
    return [written[near] for near in get_close_matches(word, written, MOST, _NEAR)]
