"""What of an entry's texts goes into an index: their tokens, behind them the stems, the concepts and what these are kinds of.

This runs for every text of every entry, and is what building an index costs. So a text is cut at its spaces first, which Python
does fastest, and what is known of each piece between them is kept: its words, their stems, whether concepts begin with them.
East Asian texts have no spaces. They are brought to one form character by character, and searched for concepts by the pairs of
characters that are made anyway.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain, groupby
from operator import itemgetter
from typing import NamedTuple

from . import Text
from .concepts import BROADER_MARK, MARK, Phrase, beginning_with, table, without_overlaps
from .text import (
    FIRST_EAST_ASIAN,
    KNOWN_WORDS,
    LONGEST_TEXT,
    TOKEN,
    fold,
    joined,
    known_words,
    language_of,
    one_form,
    variants,
)

MOST_IN_NAME = 12
BOUNDARY = "|"
"""Stands before, between and behind the texts of a field: no phrase crosses it, and a phrase may ask for it."""

KNOWN_TEXTS = 10_000
KNOWN_CHARACTERS = 2_000_000
"""How many characters of pieces are kept for each language, with some more for each piece: about 10 MB."""
_EACH_PIECE = 40

# Whatever may become a token of an East Asian script: the parts of Hangul syllables stand before the others in Unicode.
_EAST_ASIAN = re.compile(rf"[^\W_\u0000-\u10ff\u1200-{chr(ord(FIRST_EAST_ASIAN) - 1)}]")
_IN_CONTEXT = "\x00"
# Stands between texts while they are analysed; who writes it into a text has a boundary there.
_END = "\x02"
_BEHIND = f" {_END} "
_TOKEN_OR_END = re.compile(rf"{TOKEN.pattern}|{_END}")


class _Analysed(NamedTuple):
    """The tokens of texts joined by spaces, a boundary behind each text; their stems; the concepts that they name."""

    words: str
    stems: Iterable[str]
    concepts: Iterable[str]


def index_text(texts: Iterable[Text]) -> str:
    """All tokens of `texts` joined by spaces: each text's own between boundaries, then all stems, then all concepts."""
    return _joined([_analysed(language, [text for _, text in some]) for language, some in groupby(texts, _language)])


def index_repeated(texts: Iterable[Text]) -> str:
    """The same as `index_text`, for texts of which each stands in many entries, such as the labels of a vocabulary."""
    return _joined(list(map(_kept, texts)))


def joined_words(texts: Iterable[Sequence[str]]) -> str:
    """Neighbours among the words of texts as one, joined by spaces: who types "openzaak" finds the name "Open Zaak"."""
    return " ".join(dict.fromkeys(chain.from_iterable([joined(words[:MOST_IN_NAME]).values() for words in texts])))


_language = itemgetter(0)


def _joined(found: Sequence[_Analysed]) -> str:
    if not found:
        return ""
    parts = [BOUNDARY, *[one.words for one in found]]
    parts += dict.fromkeys(chain.from_iterable([one.stems for one in found]))
    concepts = dict.fromkeys(chain.from_iterable([one.concepts for one in found]))
    if concepts:
        parts += [MARK + each for each in concepts]
        kinds = table().broader
        wider = dict.fromkeys(chain.from_iterable([kinds.get(each, ()) for each in concepts]))
        parts += [BROADER_MARK + each for each in wider if each not in concepts]
    return " ".join(parts)


@lru_cache(maxsize=KNOWN_TEXTS)
def _kept(text: Text) -> _Analysed:
    words, stems, concepts = _analysed(text.language, (text.text,))
    return _Analysed(words, tuple(stems), tuple(concepts))


def _analysed(language: str, texts: Sequence[str]) -> _Analysed:
    """What is in `texts`, all of one language."""
    known = _pieces_of(language_of(language))
    known.make_room()
    said = _BEHIND.join([text[:LONGEST_TEXT] for text in texts]) + _BEHIND
    if not said.isascii() and _EAST_ASIAN.search(said):
        return _mixed(said, known)
    told = list(chain.from_iterable(map(known.__getitem__, said.split())))
    return _Analysed(
        " ".join([word.folded for word in told]), [word.marked for word in told if word.marked], _named(told)
    )


def _mixed(said: str, known: _Pieces) -> _Analysed:
    """Of texts that are not of other scripts alone."""
    found = _TOKEN_OR_END.findall(_one_form(said))
    runs = BOUNDARY.join([token for token in found if token >= FIRST_EAST_ASIAN]) + BOUNDARY
    pairs = _pairs(runs)
    words: list[str] = []
    told: list[_Word] = []
    place = 0
    for token in found:
        if token >= FIRST_EAST_ASIAN:
            end = place + 3 * len(token)
            words.append(pairs[place : end - 2])
            place = end + 3
            told.append(_NO_WORD)
        else:
            word = known.words[token]
            words.append(word.folded)
            told.append(word)
    stems = [word.marked for word in told if word.marked]
    return _Analysed(" ".join(words), stems, (*_named(told), *_in_runs(runs, pairs)))


def _pairs(run: str) -> str:
    """Every character of `run` with the one that follows it, a space behind each pair.

    >>> _pairs("abc|")
    'ab bc c| |  '
    """
    codes = array("I", run.encode("utf-32-le", "surrogatepass"))
    pairs = array("I", (ord(" "),)) * (3 * len(codes))
    pairs[::3] = codes
    pairs[1:-3:3] = codes[1:]
    return pairs.tobytes().decode("utf-32-le", "surrogatepass")


def _one_form(text: str) -> str:
    """`text` folded, and of each East Asian character the one that stands for all its variants."""
    found = text.translate(_characters())
    return one_form(text).translate(variants()) if _IN_CONTEXT in found else found


class _Characters(dict[int, int | str]):
    """Character → what it becomes by itself; _IN_CONTEXT where that depends on those beside it."""

    def __missing__(self, code: int) -> int | str:
        char = chr(code)
        self[code] = found = self._of(char)
        return found

    @staticmethod
    def _of(char: str) -> int | str:
        folded = fold(char)
        if _joins(char) or any(map(_joins, folded)):
            return _IN_CONTEXT
        folded = folded.translate(variants())
        return ord(folded) if len(folded) == 1 else folded


def _joins(char: str) -> bool:
    """Whether the normal form of `char` may depend on what stands before it."""
    return bool(unicodedata.combining(char)) or "\u1100" <= char <= "\u11ff" or unicodedata.category(char)[0] == "M"


@cache
def _characters() -> _Characters:
    return _Characters()


def _named(told: Sequence[_Word]) -> list[str]:
    """The concepts that the words `told` name; the last of them is no word."""
    found: list[str] = []
    free = 0  # the first word that no concept has taken
    for place in [
        place for place, word in enumerate(told) if word.alone or (word.followed and told[place + 1].follows)
    ]:
        if place < free:
            continue
        word = told[place]
        phrase = word.alone
        if word.followed:
            # Few words are followed by one that makes a phrase of them: only then is it worth to look closer.
            following = told[place + 1]
            longer = word.followed.get(following.marked, ())
            if following.english:
                longer = (*longer, *word.followed.get(following.english, ()))
            for one in longer:
                if (not phrase or len(one.rest) > len(phrase.rest)) and _follows(one.rest, told, place + 1):
                    phrase = one
        if phrase:
            free = place + 1 + len(phrase.rest)
            found.append(phrase.concept)
    return found


def _follows(rest: tuple[str, ...], told: Sequence[_Word], start: int) -> bool:
    """Whether the words from `start` on have the stems `rest`, of which the first is known to be there."""
    if len(rest) == 1:
        return True
    following = told[start : start + len(rest)]
    return len(following) == len(rest) and all(
        marked in (word.marked, word.english) for word, marked in zip(following, rest, strict=True)
    )


def _in_runs(runs: str, pairs: str) -> list[str]:
    """The concepts in `runs`; `pairs` are all their pairs, so that places are looked at only where one begins a word."""
    han = table().han
    candidates = [
        (start, start + len(word), concept)
        for start, pair in enumerate(pairs.split(" "))
        if pair in han
        for word, concept in han[pair]
        if runs.startswith(word, start)
    ]
    return [concept for _, _, concept in without_overlaps(candidates)]


@dataclass(frozen=True, slots=True)
class _Word:
    """A word: its folded form, its marked stem, the English one where that is another; the phrases of concepts that begin with it,
    by the stem that must follow, and the concept that it names alone; whether it is the second of a phrase."""

    folded: str
    marked: str = ""
    english: str = ""
    followed: Mapping[str, tuple[Phrase, ...]] | None = None
    alone: Phrase | None = None
    follows: bool = False


_NO_WORD = _Word("")
_BOUNDARY = _Word(BOUNDARY)


class _Words(dict[str, _Word]):
    """What is known of each word of one language."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language
        self._own = known_words(language)
        self._english = known_words("en")
        self[_END] = _BOUNDARY

    def __missing__(self, word: str) -> _Word:
        folded, marked = self._own[word]
        english = self._english[word][1]
        phrases = beginning_with(folded, self._language)
        followed: dict[str, tuple[Phrase, ...]] = {}
        for phrase in phrases:
            if phrase.rest:
                followed[phrase.rest[0]] = (*followed.get(phrase.rest[0], ()), phrase)
        alone = next((phrase for phrase in phrases if not phrase.rest), None)
        follows = marked in _followers() or english in _followers()
        one = _Word(folded, marked, english if english != marked else "", followed or None, alone, follows)
        self[word] = one
        return one


@cache
def _followers() -> frozenset[str]:
    """The marked stems that stand second in a phrase of a concept."""
    return frozenset(phrase.rest[0] for phrases in table().phrases.values() for phrase in phrases if phrase.rest)


class _Pieces(dict[str, tuple[_Word, ...]]):
    """What stands between spaces in texts of one language → its words."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language = language
        self.words = _Words(language)
        self._room = KNOWN_CHARACTERS

    def __missing__(self, piece: str) -> tuple[_Word, ...]:
        self[piece] = told = tuple([self.words[token] for token in _TOKEN_OR_END.findall(fold(piece))])
        self._room -= len(piece) + _EACH_PIECE
        return told

    def make_room(self) -> None:
        """Forgets everything when it has become too much."""
        if self._room < 0 or len(self.words) > KNOWN_WORDS:
            self.words = _Words(self.language)  # another thread may be reading the former one: it never lacks _END
            self.clear()
            self._room = KNOWN_CHARACTERS


@cache
def _pieces_of(language: str) -> _Pieces:
    return _Pieces(language)
