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
from typing import Any

import yaml

from ...schemas.vocabularies import labels as vocabulary_labels
from .text import is_east_asian, located, split, stem, stems

MARK = "#"
BROADER_MARK = "^"
FOLDER = Path(__file__).parent / "concept_words"
COMPOUND_HEADS = Path(__file__).parent / "compound_heads.yml"
OTHER_WORDS = Path(__file__).parent / "other_words.yml"
_VOCABULARIES = ("categories", "scopes")
_NOT_MEANT = frozenset({"other"})
_BROADER = "broader"
# Concepts that who asks for this one means nearly as much as itself.
_CLOSE = "close"
_NO_LANGUAGES = (_BROADER, _CLOSE)
# In place of a language: words that name the concept where somebody asks, not in a text, such as the number of a hotline.
_ASKED = "asked"
_COMPOUNDING = frozenset({"de", "nl", "sv", "da", "no", "fi"})
_SHORTEST_PART = 6
# A part as short as this counts only at the beginning, before one of the words that say what is done with it.
_SHORTEST_BEGINNING = 4
_LONGEST_ENDING = 4
_SHORTEST_COMPOUND = 9
# Of a concept's English words, those as short as this are words of other languages as well: "ai" is Italian.
_SHORTEST_BORROWED = 4
# Capital letters, such as FOI, are no word that could be inflected.
_LONGEST_ACRONYM = 5
# A shorter word is never inflected: "its" is no form of "IT".
_SHORTEST_INFLECTED = 3
# Where nobody says which language a word is of, so many of its letters must be the same, for it has a stem in each.
_SAME_LETTERS = 4
_SAME_SHARE = 0.5
# What follows a part of a compound, where it is no word but the ending of a verb: "personalizzato" is not about personnel.
_ENDINGS = ("is", "iz")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


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


@dataclass(frozen=True, slots=True)
class Phrase:
    """A word or several of a concept: the first as it is written, folded, and the marked stems that must follow it."""

    first: str
    rest: tuple[str, ...]
    concept: str
    inflects: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """`han`: by its first two characters, the words that begin so, longest first; `phrases`: by the marked stem of its first
    word, the same; `parts`: words that compounds are made of; `written`: all single folded words, to forgive slips."""

    labels: Mapping[str, Mapping[str, str]]
    broader: Mapping[str, tuple[str, ...]]
    close: Mapping[str, tuple[str, ...]]
    han: Mapping[str, tuple[tuple[str, str], ...]]
    phrases: Mapping[str, tuple[Phrase, ...]]
    parts: Mapping[str, str]
    written: Mapping[str, str]


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
    for start, end, concept in sorted(candidates, key=lambda each: (each[0] - each[1], each[0])):
        if all(end <= other[0] or start >= other[1] for other in kept):
            kept.append((start, end, concept))
    return sorted(kept)


def beginning_with(word: str, language: str) -> tuple[Phrase, ...]:
    """The concepts whose words in a text of `language` may begin with the folded `word`, longest first."""
    languages = (language,) if language == "en" else (language, "en")
    means_another = word in _other_words().get(language, ())
    compounds = language in _COMPOUNDING and not means_another
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
    return f"~{_ASKED}:{word}" in table().phrases


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
    return _beginning(word, (*stems(word), f"~{_ASKED}:{word}"), compounds=True)


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
    listed: Mapping[str, str] = _read(OTHER_WORDS)
    return {language: frozenset(split(words)) for language, words in listed.items()}


def _has_stem(word: str, marked: str) -> bool:
    return not is_east_asian(word) and stem(word, marked[1:].partition(":")[0]) == marked


def _in_compound(word: str) -> Iterator[str]:
    """The concepts of the words that a compound begins or ends with, the longest of each."""
    if len(word) < _SHORTEST_COMPOUND:
        return
    parts = table().parts
    for end in range(len(word) - 2, _SHORTEST_BEGINNING - 1, -1):
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
    return frozenset(word for words in _read(COMPOUND_HEADS).values() for word in split(words))


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


def read_words() -> dict[str, dict[str, str]]:
    """Our own table as it is written: by concept the words of each language, and `broader`.

    Raises:
        ValueError: a concept stands in the files twice.

    """
    read: dict[str, dict[str, str]] = {}
    for file in sorted(FOLDER.glob("*.yml")):
        for concept, words in _read(file).items():
            if concept in read:
                raise ValueError(f"{file.name}: the concept {concept} is there twice")
            read[concept] = {str(language): str(listed) for language, listed in words.items()}
    return read


def _read(file: Path) -> Mapping[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    content: Mapping[str, Any] = yaml.load(file.read_text(encoding="utf-8"), loader)  # noqa: S506 - both are safe loaders
    return content


def words_of(listed: str) -> tuple[str, ...]:
    """The words in a line of the table: `檢舉, 吹哨者`."""
    return tuple(word.strip() for word in listed.split(",") if word.strip())


@cache
def table() -> Table:
    """All concepts, made ready for finding."""
    own = read_words()
    labels: dict[str, dict[str, str]] = {}
    words: dict[str, list[tuple[str, str]]] = {}
    for vocabulary in _VOCABULARIES:
        for value, texts in vocabulary_labels(vocabulary).items():
            if value not in _NOT_MEANT:
                labels.setdefault(value, {}).update(texts)
                words.setdefault(value, []).extend((language, text) for language, text in texts.items())
    for concept, lines in own.items():
        said = [(language, words_of(listed)) for language, listed in lines.items() if language not in _NO_LANGUAGES]
        for language, each in said:
            if language != _ASKED:
                labels.setdefault(concept, {}).setdefault(language, each[0])
            words.setdefault(concept, []).extend((language, word) for word in each)
    direct = {concept: words_of(lines[_BROADER]) for concept, lines in own.items() if _BROADER in lines}
    near = {concept: words_of(lines[_CLOSE]) for concept, lines in own.items() if _CLOSE in lines}
    return _made(labels, {concept: _all_broader(concept, direct) for concept in direct}, near, words)


def _all_broader(concept: str, direct: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    waiting = list(direct.get(concept, ()))
    while waiting:
        each = waiting.pop()
        if each not in found and each != concept:
            found[each] = None
            waiting.extend(direct.get(each, ()))
    return tuple(found)


def _made(
    labels: Mapping[str, Mapping[str, str]],
    broader_ones: Mapping[str, tuple[str, ...]],
    near: Mapping[str, tuple[str, ...]],
    words: Mapping[str, list[tuple[str, str]]],
) -> Table:
    han: dict[str, dict[str, str]] = {}
    phrases: dict[str, dict[Phrase, None]] = {}
    taken: set[tuple[str, ...]] = set()
    parts: dict[str, str] = {}
    written: dict[str, str] = {}
    for concept, said in words.items():
        for language, text in said:
            for form in _forms(text, language):
                tokens = split(form)
                if all(map(is_east_asian, tokens)):
                    word = "".join(tokens)
                    if len(word) > 1:
                        han.setdefault(word[:2], {}).setdefault(word, concept)
                    continue
                if any(map(is_east_asian, tokens)):
                    continue
                first, *rest = (
                    f"~{_ASKED}:{token}" if language == _ASKED else stem(token, language) for token in tokens
                )
                if (tokens[0], first, *rest) not in taken:  # the first to name a word has it
                    taken.add((tokens[0], first, *rest))
                    inflects = bool(rest) or not (form.isupper() and len(form) <= _LONGEST_ACRONYM)
                    phrases.setdefault(first, {})[Phrase(tokens[0], tuple(rest), concept, inflects)] = None
                if not rest:
                    written.setdefault(tokens[0], concept)
                    if language in _COMPOUNDING and len(tokens[0]) >= _SHORTEST_BEGINNING:
                        parts.setdefault(tokens[0], concept)
    return Table(
        labels,
        broader_ones,
        near,
        {pair: tuple(sorted(found.items(), key=lambda each: (-len(each[0]), each[0]))) for pair, found in han.items()},
        {first: tuple(sorted(found, key=lambda phrase: -len(phrase.rest))) for first, found in phrases.items()},
        parts,
        written,
    )


def _forms(text: str, language: str) -> Iterator[str]:
    """`text` in all the ways to write it: with a hyphen also as one word, with umlauts also as ae, oe, ue."""
    plain = text.partition("(")[0].partition("（")[0]
    yield plain
    if "-" in plain:
        yield plain.replace("-", "")
    if language == "de" and plain.lower() != plain.lower().translate(_UMLAUTS):
        yield plain.lower().translate(_UMLAUTS)
