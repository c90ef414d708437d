"""The table of concepts: read from our own files and the standard's categories and scopes, and made ready for finding."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from ...schemas.vocabularies import labels as vocabulary_labels
from .text import is_east_asian, split, stem

FOLDER = Path(__file__).parent / "concept_words"
COMPOUNDING = frozenset({"de", "nl", "sv", "da", "no", "fi"})
# A part of a compound as short as this counts only at the beginning, before one of the words that say what is done with it.
SHORTEST_BEGINNING = 4
_VOCABULARIES = ("categories", "scopes")
_NOT_MEANT = frozenset({"other"})
_BROADER = "broader"
# Concepts that who asks for this one means nearly as much as itself.
_CLOSE = "close"
_NO_LANGUAGES = (_BROADER, _CLOSE)
# In place of a language: words that name the concept where somebody asks, not in a text, such as the number of a hotline.
_ASKED = "asked"
# Capital letters, such as FOI, are no word that could be inflected.
_LONGEST_ACRONYM = 5
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


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


def read_words() -> dict[str, dict[str, str]]:
    """Our own table as it is written: by concept the words of each language, and `broader`.

    Raises:
        ValueError: a concept stands in the files twice.

    """
    read: dict[str, dict[str, str]] = {}
    for file in sorted(FOLDER.glob("*.yml")):
        for concept, words in read_yaml(file).items():
            if concept in read:
                raise ValueError(f"{file.name}: the concept {concept} is there twice")
            read[concept] = {str(language): str(listed) for language, listed in words.items()}
    return read


def asked(word: str) -> str:
    """The mark in place of a stem by which a word is known that names its concept in queries alone."""
    return f"~{_ASKED}:{word}"


def read_yaml(file: Path) -> Mapping[str, Any]:
    """The mapping in a file of ours."""
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
                first, *rest = (asked(token) if language == _ASKED else stem(token, language) for token in tokens)
                if (tokens[0], first, *rest) not in taken:  # the first to name a word has it
                    taken.add((tokens[0], first, *rest))
                    inflects = bool(rest) or not (form.isupper() and len(form) <= _LONGEST_ACRONYM)
                    phrases.setdefault(first, {})[Phrase(tokens[0], tuple(rest), concept, inflects)] = None
                if not rest:
                    written.setdefault(tokens[0], concept)
                    if language in COMPOUNDING and len(tokens[0]) >= SHORTEST_BEGINNING:
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
