"""What words of many languages mean, so that a search finds entries written in another language.

A concept is an id with its words, label first, per language: our own table in `concept_words/*.yml`, and every category and
scope of the standard with its labels. Chinese words are found within a run of characters, the longest first; words of other
scripts as whole words whatever their inflection, and, in languages that write compounds as one word, as the beginning or end
of one. In an index a found concept is one token (`MARK` and its id), so any number of languages costs a query one term.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import permutations
from pathlib import Path

from .concept_table import COMPOUNDING, SHORTEST_BEGINNING, Phrase, asked, read_words, read_yaml, table, words_of
from .text import is_east_asian, located, split, stem, stems

__all__ = [
    "BROADER_MARK",
    "MARK",
    "ConceptMatch",
    "Phrase",
    "Span",
    "beginning_with",
    "broader",
    "close",
    "concept_label",
    "concepts_in",
    "find",
    "in_run",
    "nearest",
    "only_asked",
    "read_words",
    "table",
    "without_overlaps",
    "words_of",
]

MARK = "#"
BROADER_MARK = "^"
COMPOUND_HEADS = Path(__file__).parent / "compound_heads.yml"
OTHER_WORDS = Path(__file__).parent / "other_words.yml"
_SHORTEST_PART = 6
_LONGEST_ENDING = 4
_SHORTEST_COMPOUND = 9
# Of a concept's English words, those as short as this are words of other languages as well: "ai" is Italian.
_SHORTEST_BORROWED = 4
# A shorter word is never inflected: "its" is no form of "IT".
_SHORTEST_INFLECTED = 3
# Where nobody says which language a word is of, so many of its letters must be the same, for it has a stem in each.
_SAME_LETTERS = 4
_SAME_SHARE = 0.5
# What follows a part of a compound, where it is no word but the ending of a verb: "personalizzato" is not about personnel.
_ENDINGS = ("is", "iz")


@dataclass(frozen=True, slots=True)
class ConceptMatch:
    """The characters `start` to `end` of a text are words of `concept`."""

    concept: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Span:
    """A concept among the parts of a text: from character `start` of part `first` to before character `end` of part `last`."""

    concept: str
    first: int
    start: int
    last: int
    end: int


def concepts_in(text: str, language: str = "") -> tuple[ConceptMatch, ...]:
    """The concepts named in `text`, in its order, without overlaps; without `language` words of every language count."""
    placed = located(text)
    found = find([each.text for each in placed], language)
    return tuple(
        ConceptMatch(
            span.concept,
            placed[span.first].starts[min(span.start, len(placed[span.first].starts) - 1)],
            placed[span.last].end_of(span.end),
        )
        for span in found
    )


def concept_label(concept: str, language: str) -> str:
    """The label of `concept` in `language` (BCP 47), in English where there is none; the id where it is no concept."""
    known = table().labels.get(concept, {})
    return known.get(language) or known.get(language.partition("-")[0]) or known.get("en") or concept


def find(parts: Sequence[str], language: str = "") -> list[Span]:
    """The concepts among `parts`, the folded words and East Asian runs of a text (see `text.split`), in order."""
    found: list[Span] = []
    place = 0
    while place < len(parts):
        part = parts[place]
        if is_east_asian(part):
            found.extend(Span(concept, place, start, place, end) for start, end, concept in in_run(part))
            place += 1
            continue
        span = _phrase_at(parts, place, language)
        if span:
            found.append(span)
        place = span.last + 1 if span else place + 1
    return found


def in_run(run: str) -> list[tuple[int, int, str]]:
    """The concepts in an East Asian `run`: start, end and id, in order; of overlapping words the longest counts."""
    han = table().han
    candidates = [
        (start, start + len(word), concept)
        for start in range(len(run) - 1)
        for word, concept in han.get(run[start : start + 2], ())
        if run.startswith(word, start)
    ]
    return without_overlaps(candidates)


def without_overlaps(candidates: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """`candidates` (start, end, concept) without those that a longer one covers, in order."""
    kept: list[tuple[int, int, str]] = []
    taken = 0  # a bit for each character
    for each in sorted(candidates, key=_longest_first):
        covered = (1 << each[1]) - (1 << each[0])
        if not taken & covered:
            taken |= covered
            kept.append(each)
    return sorted(kept)


def _longest_first(candidate: tuple[int, int, str]) -> tuple[int, int]:
    return candidate[0] - candidate[1], candidate[0]


def beginning_with(word: str, language: str) -> tuple[Phrase, ...]:
    """The concepts whose words in a text of `language` may begin with the folded `word`, longest first."""
    languages = (language,) if language == "en" else (language, "en")
    means_another = word in _other_words().get(language, ())
    compounds = language in COMPOUNDING and not means_another
    found = _beginning(word, [stem(word, each) for each in languages], compounds)
    if language == "en" or (len(word) >= _SHORTEST_BORROWED and not means_another):
        return found
    own = {phrase for phrase in table().phrases.get(stem(word, language), ()) if not phrase.rest}
    return tuple(phrase for phrase in found if phrase.rest or phrase in own)


def broader(concept: str) -> tuple[str, ...]:
    """All concepts that `concept` is a kind or a part of."""
    return table().broader.get(concept, ())


def only_asked(word: str) -> bool:
    """Whether the folded `word` names a concept in queries alone: texts have it in other senses as well."""
    return asked(word) in table().phrases


def close(concept: str) -> tuple[str, ...]:
    """The concepts that somebody who asks for `concept` means as well: a petition to an agency may be a report of a pothole."""
    return table().close.get(concept, ())


@lru_cache(maxsize=10_000)
def nearest(word: str) -> str:
    """The concept that has the one long word two slips at most from `word`; empty where there is none or more than one."""
    if len(word) < _SHORTEST_COMPOUND or not word.isascii():
        return ""
    near = {
        concept
        for known, concept in table().written.items()
        if abs(len(known) - len(word)) <= 2 and known[:1] == word[:1] and _slips(known, word) <= 2
    }
    return near.pop() if len(near) == 1 else ""


def _phrase_at(parts: Sequence[str], place: int, language: str) -> Span | None:
    word = parts[place]
    for phrase in beginning_with(word, language) if language else _beginning_in_any(word):
        last = place + len(phrase.rest)
        following = parts[place + 1 : last + 1]
        if len(following) == len(phrase.rest) and all(map(_has_stem, following, phrase.rest)):
            return Span(phrase.concept, place, 0, last, len(parts[last]))
    return None


@lru_cache(maxsize=10_000)
def _beginning_in_any(word: str) -> tuple[Phrase, ...]:
    return _beginning(word, (*stems(word), asked(word)), compounds=True)


def _beginning(word: str, marked: Sequence[str], compounds: bool) -> tuple[Phrase, ...]:
    phrases = table().phrases
    strict = len(marked) > len(("its own", "en"))
    found = {
        phrase: None
        for each in marked
        for phrase in phrases.get(each, ())
        if phrase.first == word
        or (phrase.inflects and _inflected(phrase.first, word, strict) and not _means_something_else(word, each))
    }
    if compounds and all(phrase.rest for phrase in found):
        found.update({Phrase(word, (), concept): None for concept in _in_compound(word)})
    return tuple(sorted(found, key=lambda phrase: (-len(phrase.rest), phrase.first != word)))


def _inflected(one: str, other: str, strict: bool) -> bool:
    """Whether words of one stem differ by an ending alone: French "communes" and "communications" do not, nor do "integrity"
    and "integrate", though English has one stem for them."""
    shorter = min(len(one), len(other))
    if shorter < _SHORTEST_INFLECTED:
        return False
    ending = _LONGEST_ENDING if shorter > _LONGEST_ENDING + 1 else 2
    if one[: shorter - ending] != other[: shorter - ending] or abs(len(one) - len(other)) > ending:
        return False
    same = next((place for place in range(shorter) if one[place] != other[place]), shorter)
    letters_alone = max(len(one), len(other)) - same == 1
    if strict and (same < _SAME_LETTERS - letters_alone or same < _SAME_SHARE * max(len(one), len(other))):
        return False
    endings = permutations((one[same:], other[same:]))
    return not any(first.startswith("it") and second.startswith(("at", "e")) for first, second in endings)


def _means_something_else(word: str, marked: str) -> bool:
    return word in _other_words().get(marked[1:].partition(":")[0], ())


@cache
def _other_words() -> Mapping[str, frozenset[str]]:
    """By language the folded words that a stemmer takes for forms of a concept's word (`other_words.yml`)."""
    listed: Mapping[str, str] = read_yaml(OTHER_WORDS)
    return {language: frozenset(split(words)) for language, words in listed.items()}


def _has_stem(word: str, marked: str) -> bool:
    return not is_east_asian(word) and stem(word, marked[1:].partition(":")[0]) == marked


def _in_compound(word: str) -> Iterator[str]:
    """The concepts of the words that a compound begins or ends with, the longest of each."""
    if len(word) < _SHORTEST_COMPOUND:
        return
    parts = table().parts
    for end in range(len(word) - 2, SHORTEST_BEGINNING - 1, -1):
        if word[:end] in parts and (
            _is_head(word[end:]) if end < _SHORTEST_PART else not word.startswith(_ENDINGS, end)
        ):
            yield parts[word[:end]]
            break
    for start in range(2, len(word) - _SHORTEST_PART + 1):
        if word[start:] in parts:
            yield parts[word[start:]]
            break


def _is_head(rest: str) -> bool:
    """Whether `rest` is a word that says of a short one before it what is done with it: "Lärmkarte", "Wahldaten"."""
    return rest in _heads() or (rest[:1] in ("s", "n") and rest[1:] in _heads())


@cache
def _heads() -> frozenset[str]:
    return frozenset(word for words in read_yaml(COMPOUND_HEADS).values() for word in split(words))


def _slips(one: str, other: str) -> int:
    """How many characters to insert, remove, replace or swap with their neighbour make `one` of `other`."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for number, char in enumerate(one, 1):
        before, last, row = row, before, [number]
        for place, opposite in enumerate(other, 1):
            cost = min(before[place] + 1, row[place - 1] + 1, before[place - 1] + (char != opposite))
            if last and place > 1 and char == other[place - 2] and one[number - 2] == opposite:
                cost = min(cost, last[place - 2] + 1)
            row.append(cost)
    return row[-1]
