"""The words of a sentence by which systems are looked for, each with its place; what every tender says is left out.

`boilerplate.json` holds what is left out (`dropped`, `stop`) and what counts little because every system says it (`general`).
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ..search.text import is_east_asian, split, stem
from ..search.text import language_of as known_language

_WORDS = re.compile(r"[^\W_⺀-\U0010ffff]+|[^\W_\u0000-\u2e7f]+")
# Numbers with what they count, as `split` writes them: within thirty days, two months, 99.5 per cent.
_COUNTED = (
    "百分之[一二三四五六七八九十点]+|千分之[一二三四五六七八九十]+"
    "|[一二三四五六七八九十百千两〇]+(?:个|日|天|月|年|小时|分钟|次|场|名|份|式|周)(?:工作|日历)?[天月日]?内?"
)
_COMPOUND = re.compile(r"([^\W\d_⺀-\U0010ffff]{2,})[-‐‑ ]([^\W\d_⺀-\U0010ffff]{2,})")


@dataclass(frozen=True, slots=True)
class Term:
    """A word, or two East Asian characters, at `start` to `end` of the sentence.

    An entry has it where it has one of `tokens` (of `registry.search.text`). `general`: every system says it.
    """

    start: int
    end: int
    tokens: tuple[str, ...]
    general: bool = False


def terms(sentence: str, language: str = "en") -> tuple[Term, ...]:
    """The terms of a sentence in their order; none where it says nothing but what every tender says.

    `language` is the one of its Western words, which chooses their stems.
    """
    folded, places = _folded(sentence)
    found: list[Term] = []
    for word in _WORDS.finditer(folded):
        parts = split(word.group())
        if len(parts) != 1 or (len(parts[0]) != len(word.group()) and is_east_asian(parts[0])):
            continue
        made = _pairs(parts[0]) if is_east_asian(parts[0]) else _word(parts[0], len(word.group()), language)
        found.extend(
            Term(places[word.start() + term.start], places[word.start() + term.end - 1] + 1, term.tokens, term.general)
            for term in made
        )
    found.extend(_compounds(folded, places, language))
    return tuple(sorted(found, key=lambda term: (term.start, term.end)))


def language_of(text: str) -> str:
    """The language of the Western words of `text`, by its little words: en where none stands out."""
    words = [word for word in split(text[:20_000]) if not is_east_asian(word)]
    if not words:
        return "en"
    little = {language: sum(word in listed for word in words) for language, listed in _little().items()}
    best = max(little, key=lambda language: little[language])
    return best if little[best] > 1.2 * little["en"] else "en"


def _folded(sentence: str) -> tuple[str, list[int]]:
    """`sentence` as texts are compared (NFKC, case folded), and for each character of it where it stands in the sentence."""
    folded, places = [], []
    for place, char in enumerate(sentence):
        for made in unicodedata.normalize("NFKC", char).casefold():
            folded.append(made)
            places.append(place)
    return "".join(folded), places


def _pairs(run: str) -> Iterator[Term]:
    """Pairs of neighbours in what is left of a run of East Asian characters."""
    run = _dropped_run().sub(lambda match: "|" * len(match.group()), run)
    general = {place for word in _general_run().finditer(run) for place in range(*word.span())}
    for piece in re.finditer(r"[^|的之与及或并且等其该若于以]{2,}", run):
        for place in range(piece.start(), piece.end() - 1):
            if (place in general) == (place + 1 in general):  # else it stands half in one word, half in another
                yield Term(place, place + 2, (run[place : place + 2],), place in general)


def _word(word: str, length: int, language: str) -> Iterator[Term]:
    if len(word) < 2 or word.isdigit() or word in _dropped_words() or word in _little().get(language, ()):
        return
    yield Term(0, length, (word, stem(word, known_language(language))), word in _general_words())


def _compounds(folded: str, places: list[int], language: str) -> Iterator[Term]:
    """Two words that others write as one: whistle-blowing, e petition."""
    for match in _COMPOUND.finditer(folded):
        both = [split(part) for part in match.groups()]
        if all(len(part) == 1 and part[0] not in _dropped_words() for part in both):
            joined = both[0][0] + both[1][0]
            tokens = (joined, stem(joined, known_language(language)))
            general = any(part[0] in _general_words() for part in both)
            yield Term(places[match.start()], places[match.end() - 1] + 1, tokens, general)


@cache
def _data() -> Mapping[str, Mapping[str, str]]:
    data: Mapping[str, Mapping[str, str]] = json.loads(Path(__file__).with_name("boilerplate.json").read_text("utf-8"))
    return data


@cache
def _dropped_words() -> frozenset[str]:
    return frozenset(word for text in _data()["dropped"]["en"].split() for word in split(text))


@cache
def _general_words() -> frozenset[str]:
    return frozenset(word for text in _data()["general"]["en"].split() for word in split(text))


@cache
def _little() -> Mapping[str, frozenset[str]]:
    return {
        "en": _dropped_words(),
        **{language: frozenset(split(text)) for language, text in _data()["stop"].items()},
    }


def _general_run() -> re.Pattern[str]:
    return _any_of("general")


def _dropped_run() -> re.Pattern[str]:
    return _any_of("dropped")


@cache
def _any_of(listed: str) -> re.Pattern[str]:
    words = sorted(split(_data()[listed]["zh"]), key=len, reverse=True)
    counted = [_COUNTED] if listed == "dropped" else []
    return re.compile("|".join([*counted, *map(re.escape, words)]))
