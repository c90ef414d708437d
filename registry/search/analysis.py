"""What of an entry's texts goes into an index: their tokens, behind them the stems, the concepts and what these are kinds of.

This runs for every word of every entry, so what is known of a word is kept, and Chinese is searched for concepts by the
pairs of characters that are made anyway.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain
from typing import NamedTuple

from . import Text
from .concepts import BROADER_MARK, MARK, Phrase, beginning_with, broader, table, without_overlaps
from .text import FIRST_EAST_ASIAN, KNOWN_WORDS, TOKEN, fold, joined, known_words, language_of, split, stem, variants

MOST_IN_NAME = 12
BOUNDARY = "|"
"""Stands before, between and behind the texts of a field: no phrase crosses it, and a phrase may ask for it."""


KNOWN_TEXTS = 10_000

_EAST_ASIAN = re.compile(rf"[{FIRST_EAST_ASIAN}-\U0010ffff]")
_ASCII_TOKEN = re.compile("[a-z0-9]+")


def index_text(texts: Iterable[Text]) -> str:
    """All tokens of `texts` joined by spaces: each text's own between boundaries, then all stems, then all concepts."""
    return _joined(map(_analysed, texts))


def index_repeated(texts: Iterable[Text]) -> str:
    """The same as `index_text`, for texts of which each stands in many entries, such as the labels of a vocabulary."""
    return _joined(map(_kept, texts))


@dataclass(frozen=True, slots=True)
class _Analysed:
    words: str
    stems: frozenset[str]
    concepts: frozenset[str]


def _joined(found: Iterable[_Analysed]) -> str:
    words: list[str] = [BOUNDARY]
    stems: set[str] = set()
    concepts: set[str] = set()
    for one in found:
        words += (one.words, BOUNDARY) if one.words else (BOUNDARY,)
        stems |= one.stems
        concepts |= one.concepts
    return " ".join(chain(words, sorted(stems), sorted(_marked(concepts)))) if len(words) > 1 else ""


def joined_words(texts: Iterable[Text]) -> str:
    """Neighbouring words of `texts` as one, joined by spaces: who types "openzaak" finds the name "Open Zaak"."""
    found = dict.fromkeys(whole for text in texts for whole in joined(split(text.text)[:MOST_IN_NAME]).values())
    return " ".join(found)


def _analysed(text: Text) -> _Analysed:
    folded = fold(text.text)
    known = _words_of(language_of(text.language))
    if folded.isascii() or not _EAST_ASIAN.search(folded):
        found = (_ASCII_TOKEN if folded.isascii() else TOKEN).findall(folded)
        told = list(map(known.__getitem__, found))
        return _Analysed(
            " ".join([word.folded for word in told]),
            frozenset([word.marked for word in told]),
            frozenset(_named(told, found, known.english)),
        )
    return _mixed(TOKEN.findall(folded), known)


def _mixed(found: list[str], known: _Words) -> _Analysed:
    """Of a text that is not of Latin script alone."""
    words: list[str] = []
    runs: list[str] = []
    told: list[_Word] = []
    folded_forms = variants()
    for token in found:
        if token >= FIRST_EAST_ASIAN:
            run = token.translate(folded_forms)
            runs.append(run)
            words.extend(map(operator.add, run, chain(run[1:], ("",))))
            told.append(_NO_WORD)
        else:
            word = known[token]
            words.append(word.folded)
            told.append(word)
    stems = frozenset([word.marked for word in told if word is not _NO_WORD])
    return _Analysed(
        " ".join(words), stems, frozenset(chain(_named(told, found, known.english), _in_runs(runs, words)))
    )


@lru_cache(maxsize=KNOWN_TEXTS)
def _kept(text: Text) -> _Analysed:
    return _analysed(text)


def _named(told: list[_Word], found: list[str], english: Mapping[str, tuple[str, str]]) -> Iterable[str]:
    """The concepts that words name; `told` of each token of `found`."""
    free = 0  # the first token that no concept has taken
    for place in [place for place, word in enumerate(told) if word.followed or word.alone]:
        if place < free:
            continue
        word = told[place]
        phrase = word.alone
        if word.followed and place + 1 < len(told):
            # Few words are followed by one that makes a phrase of them: only then is it worth to look closer.
            following = told[place + 1]
            longer = word.followed.get(following.marked, ())
            if following is not _NO_WORD and (marked := english[found[place + 1]][1]) != following.marked:
                longer = (*longer, *word.followed.get(marked, ()))
            if longer:
                whole = (one for one in longer if _follows(one.rest[1:], found, place + 2))
                phrase = max(whole, key=_length, default=phrase)
        if phrase:
            free = place + 1 + len(phrase.rest)
            yield phrase.concept


def _length(phrase: Phrase) -> int:
    return len(phrase.rest)


def _follows(marked: tuple[str, ...], found: list[str], start: int) -> bool:
    if not marked:
        return True
    following = found[start : start + len(marked)]
    return len(following) == len(marked) and all(map(_has_stem, following, marked))


def _has_stem(token: str, marked: str) -> bool:
    return token < FIRST_EAST_ASIAN and stem(token, marked[1:].partition(":")[0]) == marked


def _in_runs(runs: list[str], words: list[str]) -> Iterable[str]:
    """The concepts in `runs`; `words` hold all their pairs, so that places are looked at only where one begins a word."""
    han = table().han
    joined = BOUNDARY.join(runs)
    candidates: list[tuple[int, int, str]] = []
    for pair in han.keys() & set(words):
        known = han[pair]
        start = joined.find(pair)
        while start >= 0:
            candidates.extend(
                (start, start + len(word), each) for word, each in known if joined.startswith(word, start)
            )
            start = joined.find(pair, start + 1)
    return (concept for _, _, concept in without_overlaps(candidates))


def _marked(concepts: set[str]) -> Iterable[str]:
    for concept in concepts:
        yield MARK + concept
    wider = {each for concept in concepts for each in broader(concept)}
    for concept in wider - concepts:
        yield BROADER_MARK + concept


class _Word(NamedTuple):
    """A word: its folded form, its marked stem, the phrases of concepts that begin with it, by the stem that must follow,
    and the concept that it names alone."""

    folded: str
    marked: str
    followed: Mapping[str, tuple[Phrase, ...]] | None
    alone: Phrase | None


_NO_WORD = _Word("", "", None, None)


class _Words(dict[str, _Word]):
    """What is known of each word of one language."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language
        self.english = known_words("en")

    def __missing__(self, word: str) -> _Word:
        folded, marked = known_words(self._language)[word]
        phrases = beginning_with(folded, self._language)
        followed: dict[str, tuple[Phrase, ...]] = {}
        for phrase in phrases:
            if phrase.rest:
                followed[phrase.rest[0]] = (*followed.get(phrase.rest[0], ()), phrase)
        alone = next((phrase for phrase in phrases if not phrase.rest), None)
        if len(self) >= KNOWN_WORDS:
            self.clear()
        self[word] = one = _Word(folded, marked, followed or None, alone)
        return one


@cache
def _words_of(language: str) -> _Words:
    return _Words(language)
