"""What of an entry's texts goes into an index: their tokens, behind them the stems, the concepts and what these are kinds of.

This runs for every word of every entry, so what is known of a word is kept, and Chinese is searched for concepts by the
pairs of characters that are made anyway.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable
from functools import cache
from itertools import chain

from . import Text
from .concepts import BROADER_MARK, MARK, Phrase, beginning_with, broader, table, without_overlaps
from .text import FIRST_EAST_ASIAN, KNOWN_WORDS, TOKEN, fold, joined, known_words, language_of, split, stem, variants

MOST_IN_NAME = 12
BOUNDARY = "|"
"""Stands before, between and behind the texts of a field: no phrase crosses it, and a phrase may ask for it."""


def index_text(texts: Iterable[Text]) -> str:
    """All tokens of `texts` joined by spaces: each text's own between boundaries, then all stems, then all concepts."""
    words: list[str] = [BOUNDARY]
    stems: set[str] = set()
    concepts: set[str] = set()
    runs: list[str] = []
    folded_forms = variants()
    for text in texts:
        known = _words_of(language_of(text.language))
        found = TOKEN.findall(fold(text.text))
        free = 0  # the first token that no concept has taken
        for place, token in enumerate(found):
            if token >= FIRST_EAST_ASIAN:
                token = token.translate(folded_forms)
                runs.append(token)
                words.extend(map(operator.add, token, chain(token[1:], ("",))))
            else:
                word, marked, phrases = known[token]
                words.append(word)
                stems.add(marked)
                if phrases and place >= free:
                    for phrase in phrases:
                        if not phrase.rest or _follows(phrase.rest, found, place + 1):
                            concepts.add(phrase.concept)
                            free = place + 1 + len(phrase.rest)
                            break
        words.append(BOUNDARY)
    if runs:
        concepts.update(_in_runs(runs, words))
    return " ".join(chain(words, sorted(stems), sorted(_marked(concepts)))) if len(words) > 1 else ""


def joined_words(texts: Iterable[Text]) -> str:
    """Neighbouring words of `texts` as one, joined by spaces: who types "openzaak" finds the name "Open Zaak"."""
    found = dict.fromkeys(whole for text in texts for whole in joined(split(text.text)[:MOST_IN_NAME]).values())
    return " ".join(found)


def _follows(marked: tuple[str, ...], found: list[str], start: int) -> bool:
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


class _Words(dict[str, tuple[str, str, tuple[Phrase, ...]]]):
    """Word → its folded form, its marked stem, and the concepts whose words may begin with it; the words of one language."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language

    def __missing__(self, word: str) -> tuple[str, str, tuple[Phrase, ...]]:
        folded, marked = known_words(self._language)[word]
        if len(self) >= KNOWN_WORDS:
            self.clear()
        self[word] = entry = (folded, marked, beginning_with(folded, self._language))
        return entry


@cache
def _words_of(language: str) -> _Words:
    return _Words(language)
