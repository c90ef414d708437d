"""What of an entry is compared with others: what it is about, what it says in short, its features and classes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from ..schemas.vocabularies import labels
from .catalogue import Entry
from .resembling import BROAD, WIDE, Words, words_of
from .search import Text
from .search.concepts import broader
from .search.text import is_east_asian

_MOST_FEATURES = 24  # of one entry, in one language
_MOST_LANGUAGES = 4
_TELLING_CATEGORIES, _TELLING_CONCEPTS = 3, 3.5
_OPENING, _OPENING_EAST_ASIAN = 120, 50
_IN_PASSING = 0.5


class Traits:
    """What of an entry is compared; read from its file when it is asked for."""

    def __init__(self, entry: Entry) -> None:
        self._values, self._name = entry.values, entry.software.name
        described = self._values.get("description")
        self._described = [
            (language, said)
            for language, said in (described.items() if isinstance(described, Mapping) else ())
            if isinstance(said, Mapping)
        ][:_MOST_LANGUAGES]

    def texts(self) -> Iterator[Text]:
        """What is asked of the index: what it is, then what it does."""
        for key in ("genericName", "shortDescription"):
            for language, said in self._described:
                yield from (Text(language, text) for text in _texts(said.get(key)))
        for language, said in self._described:
            yield from (Text(language, text) for text in _texts(said.get("features")))

    @property
    def languages(self) -> list[str]:
        """The languages in which the file describes it."""
        return [language for language, _ in self._described]

    @cached_property
    def categories(self) -> list[str]:
        """The standard's categories, as the file gives them."""
        return _texts(self._values.get("categories"))

    @cached_property
    def scopes(self) -> list[str]:
        """The fields of administration that it is made for."""
        audience = self._values.get("intendedAudience")
        return _texts(audience.get("scope")) if isinstance(audience, Mapping) else []

    @cached_property
    def kinds(self) -> dict[str, list[Words]]:
        """What kind of thing it is said to be, for each language of the file."""
        return self._read("genericName", 1)

    @cached_property
    def names(self) -> list[Words]:
        """What it is called, in each language of the file."""
        called = [
            Text("", self._name),
            *(Text(tag, str(said.get("localisedName") or "")) for tag, said in self._described),
        ]
        return [words_of(one) for one in called if one.text]

    @cached_property
    def said(self) -> frozenset[str]:
        """The words of its short descriptions."""
        return frozenset(stem for texts in self.summaries.values() for one in texts for stem in one.stems)

    @cached_property
    def summaries(self) -> dict[str, list[Words]]:
        """What it says in short, for each language of the file."""
        return self._read("shortDescription", 1)

    @cached_property
    def features(self) -> dict[str, list[Words]]:
        """The features, for each language of the file."""
        return self._read("features", _MOST_FEATURES)

    @cached_property
    def concepts(self) -> dict[str, float]:
        """What its short texts name, with how much it is about that: 1, or less for what is only named in passing."""
        found: dict[str, float] = {}
        for texts in self.kinds.values():
            found.update((concept, 1.0) for one in texts for concept in one.concepts)
        for language, texts in self.summaries.items():
            for one in texts:
                opening = words_of(Text(language, _opening(one.text))).concepts
                for concept in one.concepts:
                    focus = 1.0 if concept in opening else _IN_PASSING
                    found[concept] = max(focus, found.get(concept, 0.0))
        return found

    @cached_property
    def shares(self) -> dict[str, float]:
        """Its categories that few kinds of software have: the more it gives, the less it is about each."""
        share = min(1.0, _TELLING_CATEGORIES / len(self.categories)) if self.categories else 0.0
        return {one: share for one in self.categories if one not in BROAD}

    @cached_property
    def subjects(self) -> dict[str, float]:
        """What it is about by its texts and its categories, with how much.

        The more its short texts name, the less it is about each.
        What many kinds of software have or are made for is a part of it rather than its subject, where it is not its category.
        """
        share = min(1.0, _TELLING_CONCEPTS / len(self.concepts)) if self.concepts else 0.0
        found = {
            one: focus * share * (_IN_PASSING if self._is_part(one) else 1.0) for one, focus in self.concepts.items()
        }
        return {one: max(found.get(one, 0.0), self.shares.get(one, 0.0)) for one in (*found, *self.shares)}

    def _is_part(self, concept: str) -> bool:
        return concept not in self.categories and (concept in WIDE or concept in labels("scopes"))

    @cached_property
    def wider(self) -> frozenset[str]:
        """What its subjects are kinds or parts of."""
        return frozenset(wider for one in self.subjects for wider in broader(one)) - BROAD

    def tokens(self) -> Iterator[str]:
        """All words and concepts of the traits, as the index has them, to be asked how rare they are."""
        for group in (self.kinds, self.summaries, self.features):
            for texts in group.values():
                for one in texts:
                    yield from one.marked()

    def _read(self, key: str, most: int) -> dict[str, list[Words]]:
        found = {
            language: [words_of(Text(language, text)) for text in _texts(said.get(key))[:most]]
            for language, said in self._described
        }
        return {language: texts for language, texts in found.items() if texts}


def _opening(text: str) -> str:
    """The beginning of a short description, where it says what a thing is."""
    return text[: _OPENING_EAST_ASIAN if any(map(is_east_asian, text[:_OPENING_EAST_ASIAN])) else _OPENING]


def _texts(value: Any) -> list[str]:
    listed = value if isinstance(value, list) else [value]
    return list(dict.fromkeys(text.strip() for text in listed if isinstance(text, str) and text.strip()))
