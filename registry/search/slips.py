"""Slips of the pen: the words that differ from one by a single edit, so that an engine need only look them up."""

from __future__ import annotations

from functools import lru_cache

_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"


@lru_cache(maxsize=64)
def one_edit_away(word: str) -> tuple[str, ...]:
    """`word` and all words one edit away from it, letters and digits inserted."""
    found = {word}
    for place in range(len(word) + 1):
        before, after = word[:place], word[place:]
        found.update(before + letter + after for letter in _ALPHABET)
        if after:
            found.add(before + after[1:])
            found.update(before + letter + after[1:] for letter in _ALPHABET)
        if len(after) > 1:
            found.add(before + after[1] + after[0] + after[2:])
    return tuple(sorted(found))
