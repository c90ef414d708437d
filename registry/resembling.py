"""Whether two short texts say the same: by their words within a language, by names and concepts across languages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from importlib import resources

from .search import Text
from .search.concepts import MARK, concepts_in
from .search.text import is_east_asian, split, stem

ALIKE = 0.5
"""The share of their words that two texts have in common where they say the same."""
_ALIKE_BY_ONE = 0.66
_LONGEST = 300
_SHORTEST_WORD = 3
_MOST_WORDS_FOR_CONCEPTS = 6
_BROAD = """
accessibility api-gateway application-development artificial-intelligence audit business-process-management civic-tech
collaboration communications compliance-management content-management crowdsourcing cybersecurity data-analytics
data-collection data-exchange data-quality data-visualization design digital-citizenship economy email-management encryption
environment fact-checking field-data-collection government infrastructures inspection integrity it-development it-management
it-security it-service-management knowledge-management local-authorities mobile-app office online-applications open-source
performance plain-language privacy project-management registers research search-engine security society standards statistics
task-management transparency web-collaboration website-builder website-management workflow-management
"""
_WIDE = """
accounting archive billing-and-invoicing budgeting case-management certificates cloud-management contact-management
contact-tracing customer-service-and-support document-management employee-management erp event-management facility-management
feedback-and-reviews-management fees financial-reporting fleet-management forms geographic-information-systems graphic-design
help-desk hr identity-management indoor-navigation instant-messaging inventory-management legislation meetings neighbourhood
official-documents online-booking online-community paperless payment-gateway pdf-tools permits predictive-analysis
procurement productivity-suite real-estate-management resource-management roads survey test-management visitor-management
voip workflow-management
"""
BROAD = frozenset(_BROAD.split())
"""Concepts and categories that many kinds of software have: to share one says little."""
WIDE = frozenset(_WIDE.split())
"""Concepts that are a part of quite different kinds of software: to share one says something, not much."""
# Characters that join words, folded as all are: a pair with one of them is no word.
_JOINING = frozenset("与的及和或在是了并由从将可为以之于等也都让被把给对到")
# East Asian scripts begin at U+2E80, as for the index.
_PIECE = re.compile(r"[^\W_⺀-\U0010ffff]+|[^\W_\u0000-\u2e7f]+")


@dataclass(frozen=True, slots=True)
class Word:
    """A word, or a pair of East Asian characters: folded, its stem in the language of the text, where it stands there.

    `telling`: it is none of those that every software says of itself.
    """

    token: str
    stem: str
    start: int
    end: int
    telling: bool


@dataclass(frozen=True)
class Words:
    """The words of a text, in its order, and the concepts that it names, which are the same in every language."""

    text: str
    words: tuple[Word, ...]
    concepts: frozenset[str] = frozenset()

    @cached_property
    def tokens(self) -> frozenset[str]:
        """The telling words as they stand, folded."""
        return frozenset(word.token for word in self.words if word.telling)

    @cached_property
    def stems(self) -> frozenset[str]:
        """Their stems, each marked with its language."""
        return frozenset(word.stem for word in self.words if word.telling)

    def marked(self) -> Iterator[str]:
        """The telling words and the concepts as the index has them."""
        yield from self.tokens
        yield from self.stems
        yield from (MARK + concept for concept in self.concepts)

    @cached_property
    def all_tokens(self) -> frozenset[str]:
        """All words as they stand, folded."""
        return frozenset(word.token for word in self.words)


@lru_cache(maxsize=8_192)
def words_of(text: Text) -> Words:
    """The words of a text (its first 300 characters)."""
    short = text.text[:_LONGEST]
    named = frozenset(found.concept for found in concepts_in(short, text.language.partition("-")[0].lower()))
    return Words(short, tuple(_words(short, text.language)), named - BROAD)


def same_words(one: Words, other: Words) -> int:
    """How many words two texts that say the same have in common; 0 where they do not say the same."""
    return len(shared(one, other))


def shared(one: Words, other: Words) -> frozenset[str]:
    """The words that two texts that say the same have in common, as the index has them; none where they do not say the same.

    Compared by their stems, which fit within a language, or by the words as they stand; across languages by their concepts. One
    word alone is enough only where the texts hardly have another.
    """
    same = max(one.stems & other.stems, one.tokens & other.tokens, key=len)
    needed = ALIKE if len(same) > 1 else _ALIKE_BY_ONE
    if same and 2 * len(same) >= needed * (len(one.tokens) + len(other.tokens)):
        return same
    if max(len(one.tokens), len(other.tokens)) > _MOST_WORDS_FOR_CONCEPTS:
        return frozenset()  # a concept does not say what a whole sentence says
    named = one.concepts & other.concepts
    if named and 2 * len(named) >= _ALIKE_BY_ONE * (len(one.concepts) + len(other.concepts)):
        return frozenset(MARK + concept for concept in named)
    return frozenset()


def in_common(one: Words, other: Words) -> tuple[str, ...]:
    """What both texts speak of, as the first one writes it: words that stand beside each other there are told together."""
    spans: list[tuple[int, int, bool]] = []
    for word in one.words:
        same = word.telling and (word.token in other.tokens or word.stem in other.stems)
        # Pairs of characters overlap: one that tells nothing may still be the beginning of a word that does.
        if same or (not word.telling and is_east_asian(word.token) and word.token in other.all_tokens):
            last = spans[-1] if spans else None
            if last and (word.start < last[1] or one.text[last[1] : word.start] in ("", " ", "-")):
                spans[-1] = (last[0], word.end, last[2] or same)
            else:
                spans.append((word.start, word.end, same))
    found: dict[str, str] = {}
    for start, end, same in spans:
        if same:
            phrase = _trimmed(one.text[start:end])
            found.setdefault(phrase.casefold(), phrase)
    return tuple(found.values())


def _trimmed(phrase: str) -> str:
    """Without the characters at its ends that only join words."""
    joins = [_JOINING.issuperset(split(letter) or "") and is_east_asian(letter) for letter in phrase]
    start = joins.index(False) if False in joins else 0
    end = len(joins) - joins[::-1].index(False) if False in joins else len(joins)
    return phrase[start:end]


def _words(text: str, language: str) -> Iterator[Word]:
    common = _common()
    for piece in _PIECE.finditer(text):
        written = piece.group()
        parts = split(written)
        if len(parts) != 1:
            continue
        [word] = parts
        if not is_east_asian(word):
            if len(word) >= _SHORTEST_WORD or (len(word) == 2 and written.isupper()):
                yield Word(word, stem(word, language), piece.start(), piece.end(), word not in common)
        elif len(word) == len(written):
            for at in range(len(word) - 1):
                pair = word[at : at + 2]
                yield Word(pair, pair, piece.start() + at, piece.start() + at + 2, _tells(pair))


def _tells(pair: str) -> bool:
    return pair not in _common() and _JOINING.isdisjoint(pair)


@cache
def _common() -> frozenset[str]:
    """Words that tell nothing of what a software is for; folded as the index folds them."""
    file = resources.files(f"{__package__}.search") / "common-words.json"
    lists: Iterable[str] = json.loads(file.read_text(encoding="utf-8")).values()
    return frozenset(word for words in lists for word in split(words))
