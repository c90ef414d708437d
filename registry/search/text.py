"""What a text becomes before any engine sees it: one analysis for all engines and for queries, so that they behave as one.

A text is brought to one form (Unicode NFKC, case folded), then cut into tokens:

* East Asian scripts in bigrams, every character with the one that follows it, the last one alone. So every character begins
  a token, and a single character can be found as the beginning of one. Variants of a character are one character, traditional
  and simplified alike (OpenCC's tables).
* Other scripts in words, accents folded. Behind the words stand their stems, marked with the language of the text, which
  chooses the stemmer (Snowball). Who searches names no language, so a query asks for the stem that each language would give,
  and finds it in texts of that language only: "data" has the Italian stem "dat", and Dutch texts are full of "dat".

Engines get tokens joined by spaces and split at spaces, nothing else.
"""

from __future__ import annotations

import operator
import re
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from itertools import chain

import Stemmer  # type: ignore[import-not-found]

LONGEST_WORD = 64
LONGEST_TEXT = 50_000
KNOWN_WORDS = 20_000
MOST_JOINED = 4
SHORTEST_JOINED = 4

# East Asian scripts begin here in Unicode: radicals, kana, bopomofo, Han, Hangul; what stands above them beside these is rare.
FIRST_EAST_ASIAN = "\u2e80"
TOKEN = re.compile(rf"[^\W_{FIRST_EAST_ASIAN}-\U0010ffff]+|[^\W_\u0000-\u2e7f]+")

_STEMMERS = {
    "da": "danish",
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "it": "italian",
    "nl": "dutch",
    "no": "norwegian",
    "pt": "portuguese",
    "sv": "swedish",
}
_SAME_STEMMER = {"nb": "no", "nn": "no"}
# Latin words within Chinese text and names without a language are nearly always English.
_DEFAULT_LANGUAGE = "en"

# Letters that Unicode does not take apart into a base letter and an accent.
_LETTERS = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i"})


def fold(text: str) -> str:
    """`text` in one form for comparing: NFKC, case folded, without soft hyphens; at most LONGEST_TEXT characters are read."""
    return one_form(text[:LONGEST_TEXT])


def one_form(text: str) -> str:
    """`fold` for texts whose length is known to be bounded."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", text).replace("\u00ad", "").casefold()


def encodable(value: str) -> str:
    """`value` with a question mark for what is no character (a lone surrogate), which no engine could write down."""
    return value.encode("utf-8", "replace").decode()


def is_east_asian(token: str) -> bool:
    """Whether `token` is of a script that is cut into bigrams."""
    return token >= FIRST_EAST_ASIAN


def split(text: str) -> list[str]:
    """The words and the East Asian runs of `text`, folded (variants and accents too), before runs are cut into bigrams."""
    return [
        token.translate(variants()) if is_east_asian(token) else _fold_word(token)
        for token in TOKEN.findall(fold(text))
    ]


def bigrams(run: str) -> list[str]:
    """Every character of `run` with the one that follows it; the last one alone."""
    return list(map(operator.add, run, chain(run[1:], ("",))))


def tokens(text: str) -> list[str]:
    """The tokens of `text` in order, without stems."""
    return cut(split(text))


def cut(parts: Sequence[str]) -> list[str]:
    """The tokens of `parts`, the words and East Asian runs of a text (see `split`)."""
    return list(chain.from_iterable(bigrams(part) if is_east_asian(part) else (part,) for part in parts))


def joined(parts: Sequence[str], most: int = MOST_JOINED) -> dict[tuple[int, int], str]:
    """Neighbours among `parts`, two to `most` words of other scripts than East Asian ones, written as one; by first and last place.

    >>> joined(["open", "zaak", "平台"])
    {(0, 1): 'openzaak'}
    """
    found = {}
    for first, whole in enumerate(parts):
        if is_east_asian(whole):
            continue
        for last in range(first + 1, min(first + most, len(parts))):
            if is_east_asian(parts[last]):
                break
            whole += parts[last]
            if SHORTEST_JOINED <= len(whole) <= LONGEST_WORD:
                found[first, last] = whole
    return found


@dataclass(frozen=True, slots=True)
class Placed:
    """A word or an East Asian run of a text as `split` gives it; `starts`: where each of its characters stands in the text."""

    text: str
    starts: Sequence[int]

    def end_of(self, count: int) -> int:
        """Where the first `count` characters end in the text; of a word that changed its length, where the word ends."""
        return self.starts[min(count, len(self.starts)) - 1] + 1


def located(text: str) -> list[Placed]:
    """What `split` gives for `text`, with the places in the original."""
    if text.isascii():  # every character stands where it stood
        found = TOKEN.finditer(text[:LONGEST_TEXT].lower())
        return [Placed(match.group()[:LONGEST_WORD], range(match.start(), match.end())) for match in found]
    chars: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text[:LONGEST_TEXT]):
        folded = _fold_char(char)
        chars.append(folded)
        places.extend([place] * len(folded))
    folded_text = "".join(chars)
    return [
        Placed(
            match.group().translate(variants()) if is_east_asian(match.group()) else _fold_word(match.group()),
            tuple(places[match.start() : match.end()]),
        )
        for match in TOKEN.finditer(folded_text)
    ]


@lru_cache(maxsize=10_000)
def _fold_char(char: str) -> str:
    return "" if unicodedata.combining(char) else fold(char)


def stem(word: str, language: str) -> str:
    """The marked stem of the folded `word` in `language` (BCP 47; English where we have no stemmer for it)."""
    return known_words(language)[word][1]


@lru_cache(maxsize=10_000)
def stems(word: str) -> tuple[str, ...]:
    """The marked stem of the folded `word` in every language we know."""
    return tuple(known_words(language)[word][1] for language in _STEMMERS)


def _fold_word(word: str) -> str:
    if not word.isascii():
        word = "".join(char for char in unicodedata.normalize("NFKD", word) if not unicodedata.combining(char))
        word = word.translate(_LETTERS)
    return word[:LONGEST_WORD]


class _Words(dict[str, tuple[str, str]]):
    """Word → its folded form and its marked stem; the words of one language."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._mark = f"~{language}:"
        self._stemmer = Stemmer.Stemmer(_STEMMERS[language], 0)
        self._lock = threading.Lock()

    def __missing__(self, word: str) -> tuple[str, str]:
        folded = _fold_word(word)
        with self._lock:  # one stemmer must not be used by two threads at once
            stem = self._stemmer.stemWord(folded)
        if len(self) >= KNOWN_WORDS:
            self.clear()
        self[word] = entry = (folded, self._mark + stem)
        return entry


@lru_cache(maxsize=1_000)
def language_of(tag: str) -> str:
    """The language of our stemmers that texts of `tag` (BCP 47) are read in."""
    language = tag.partition("-")[0].lower()
    language = _SAME_STEMMER.get(language, language)
    return language if language in _STEMMERS else _DEFAULT_LANGUAGE


def known_words(tag: str) -> _Words:
    """The words of the language `tag`: each with its folded form and its marked stem."""
    return _words_of(language_of(tag))


@cache
def _words_of(language: str) -> _Words:
    return _Words(language)


@lru_cache(maxsize=1)
def variants() -> dict[int, str]:
    """Character → the one that stands for all its variants.

    Traditional to simplified is the direction in which every character has one answer (發 and 髮 are both 发), so the
    simplified one stands for all; the variants of Taiwan and Hong Kong go first to the form that the table knows.
    """
    folder = resources.files("opencc") / "dictionary"
    simplified = {}
    for traditional, choices in _lines(folder / "TSCharacters.txt"):
        simplified[traditional] = choices[0]
    for name in ("TWVariants.txt", "HKVariants.txt"):
        for standard, variants in _lines(folder / name):
            for variant in variants:
                simplified.setdefault(variant, simplified.get(standard, standard))
                simplified.setdefault(standard, simplified[variant])
    table = {}
    for char, simple in simplified.items():
        simple = simplified.get(simple, simple)
        if char != simple and len(char) == len(simple) == 1:
            table[ord(char)] = simple
    return table


def _lines(file: Traversable) -> Iterator[tuple[str, list[str]]]:
    for line in file.read_text(encoding="utf-8-sig").splitlines():
        left, _, right = line.partition("\t")
        if right:
            yield left, right.split()
