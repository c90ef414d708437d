"""Whether two short texts say the same: by their words within a language, by names and concepts across languages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources

from .search import Text
from .search.text import index_text, is_east_asian, split

ALIKE = 0.5
"""The share of their words that two texts have in common where they say the same."""
_LONGEST = 300
_SHORTEST_WORD = 3
# East Asian scripts begin at U+2E80, as for the index.
_PIECE = re.compile(r"[^\W_⺀-\U0010ffff]+|[^\W_\u0000-\u2e7f]+")


@dataclass(frozen=True, slots=True)
class Word:
    """A word, or a pair of East Asian characters: folded, its stem in the language of the text, where it stands there."""

    token: str
    stem: str
    start: int
    end: int


@dataclass(frozen=True)
class Words:
    """The telling words of a text, in its order."""

    text: str
    words: tuple[Word, ...]

    @cached_property
    def tokens(self) -> frozenset[str]:
        """The words as they stand, folded."""
        return frozenset(word.token for word in self.words)

    @cached_property
    def stems(self) -> frozenset[str]:
        """Their stems, each marked with its language."""
        return frozenset(word.stem for word in self.words)


def words_of(text: Text) -> Words:
    """The telling words of a text (its first 300 characters): what every software says of itself is left out."""
    short, common = text.text[:_LONGEST], _common()
    return Words(short, tuple(word for word in _words(short, text.language) if word.token not in common))


def same_words(one: Words, other: Words) -> int:
    """How many words two texts that say the same have in common; 0 where they do not say the same.

    Compared by their stems, which fit within a language, or by the words as they stand.
    """
    same = max(len(one.stems & other.stems), len(one.tokens & other.tokens))
    return same if same and 2 * same >= ALIKE * (len(one.tokens) + len(other.tokens)) else 0


def in_common(one: Words, other: Words) -> tuple[str, ...]:
    """What both texts speak of, as the first one writes it: words that stand beside each other there are told together."""
    spans: list[tuple[int, int]] = []
    for word in one.words:
        if word.token in other.tokens or word.stem in other.stems:
            last = spans[-1] if spans else None
            if last and (word.start < last[1] or one.text[last[1] : word.start] in ("", " ", "-")):
                spans[-1] = (last[0], word.end)
            else:
                spans.append((word.start, word.end))
    found: dict[str, str] = {}
    for start, end in spans:
        found.setdefault(one.text[start:end].casefold(), one.text[start:end])
    return tuple(found.values())


def _words(text: str, language: str) -> Iterator[Word]:
    for piece in _PIECE.finditer(text):
        written = piece.group()
        parts = split(written)
        if len(parts) != 1:
            continue
        [word] = parts
        if not is_east_asian(word):
            if len(word) >= _SHORTEST_WORD or (len(word) == 2 and written.isupper()):
                yield Word(word, _stem(word, language), piece.start(), piece.end())
        elif len(word) == len(written):
            for at in range(len(word) - 1):
                pair = word[at : at + 2]
                yield Word(pair, pair, piece.start() + at, piece.start() + at + 2)


def _stem(word: str, language: str) -> str:
    return next((token for token in index_text([Text(language, word)]).split() if token.startswith("~")), word)


@cache
def _common() -> frozenset[str]:
    """Words that tell nothing of what a software is for; folded as the index folds them."""
    file = resources.files(f"{__package__}.search") / "common-words.json"
    lists: Iterable[str] = json.loads(file.read_text(encoding="utf-8")).values()
    return frozenset(word for words in lists for word in split(words))
