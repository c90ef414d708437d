"""Systems that are similar to an entry, each with the reasons: who cannot be told why it is similar is not told at all."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import Any

from sqlmodel import Session

from ..schemas.finding import Message, message
from ..schemas.vocabularies import label
from .catalogue import Entry, entries, is_shown
from .claims import CONFIRMED
from .neighbours import suites
from .resembling import BROAD, Words, in_common, same_words, words_of
from .search import SearchIndex, Text
from .search.concepts import broader, concept_label
from .search.text import is_east_asian, split
from .usage import Use, users_of

_CANDIDATES = 20
_MOST_FEATURES = 24  # of one entry, in one language
_MOST_LANGUAGES = 4
_MOST_SAID = 4  # words or features in one reason
_ENOUGH = 3.5
_MOST_WORTH = 6.0  # of one reason
# What a reason is worth; a feature and a phrase by the number of their words, three at most.
_WORTH = {"category": 1.5, "scope": 0.5, "feature": 0.75, "word": 1.0, "kind": 2.0, "concept": 2.75}


class Ground(StrEnum):
    """What two entries have in common."""

    KIND = "kind"
    CATEGORY = "category"
    SCOPE = "scope"
    FEATURE = "feature"
    CONCEPT = "concept"
    WORD = "word"
    USE = "use"


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that two entries have in common. `values` are values of the standard's lists, else texts as they are written.

    `of`: for features, how many the entry has, of which `count` resemble one of the other.
    """

    ground: Ground
    values: tuple[str, ...]
    count: int = 0
    of: int = 0

    def said(self, language: str) -> Message:
        """The same as a sentence, with labels for a page in `language`."""
        comma = "、" if language.startswith("zh") else ", "
        listed = comma.join(_label(self.ground, value, language) for value in self.values)
        match self.ground:
            case Ground.CATEGORY:
                return message("Same category: {values}", values=listed)
            case Ground.SCOPE:
                return message("Same field of administration: {values}", values=listed)
            case Ground.FEATURE:
                return message(
                    "Features that resemble, {count} of {total}: {values}",
                    count=self.count,
                    total=self.of,
                    values=listed,
                )
            case Ground.CONCEPT:
                return message("Both are about: {values}", values=listed)
            case Ground.KIND:
                return message("Said to be the same kind of thing: {values}", values=listed)
            case Ground.USE:
                return message("Used by, confirmed: {values}", values=listed)
            case Ground.WORD:
                return message("Both are described with: {values}", values=listed)


@dataclass(frozen=True, slots=True)
class Similar:
    """A similar system and why, the strongest reason first."""

    entry: Entry
    reasons: tuple[Reason, ...]
    score: float


def similar(
    session: Session,
    index: SearchIndex,
    entry: Entry,
    limit: int = 6,
    *,
    family: Collection[str] = (),
    only_valid: bool = False,
    language: str = "",
) -> list[Similar]:
    """The systems most similar to an entry, best first; fewer than `limit` where no more have good reasons.

    One question to the index and three queries. `family` are the normalised addresses of its family tree: variants and forks
    are not similar, they are its relatives; so are other entries of its suite. Words and features are told in `language`, where
    the entry has them.
    """
    own = _Traits(entry)
    ids = index.like(own.texts(), _CANDIDATES + 1)
    found = []
    for other in entries(session, [one for one in ids if one != str(entry.software.id)]):
        if is_shown(other, only_valid) and not _is_kin(entry, other, family):
            traits = _Traits(other)
            reasons, score = _compare(own, traits, language)
            if score >= _ENOUGH:
                found.append(Similar(other, reasons, score))
    found.sort(key=lambda one: (-one.score, one.entry.software.slug))
    best = found[:limit]
    users = users_of(session, [one.entry.software.id for one in best]) if best else {}
    return [_with_users(one, users[one.entry.software.id], language) for one in best]


def _with_users(one: Similar, uses: Sequence[Use], language: str) -> Similar:
    """Who uses it for certain is no reason why it is similar, but one to look at it first; so it is told beside them."""
    names = [use.names.get(language, use.name) for use in uses if use.kind == CONFIRMED and not use.own]
    more = (f"+{len(names) - _MOST_SAID}",) if len(names) > _MOST_SAID else ()
    told = (Reason(Ground.USE, (*names[:_MOST_SAID], *more)),) if names else ()
    return replace(one, reasons=(*one.reasons, *told))


class _Traits:
    """What of an entry is compared; read from its file when it is asked for."""

    def __init__(self, entry: Entry) -> None:
        self._values = entry.values
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

    @cached_property
    def categories(self) -> list[str]:
        return _texts(self._values.get("categories"))

    @cached_property
    def scopes(self) -> list[str]:
        audience = self._values.get("intendedAudience")
        return _texts(audience.get("scope")) if isinstance(audience, Mapping) else []

    @cached_property
    def kinds(self) -> list[Words]:
        return [
            words_of(Text(language, text))
            for language, said in self._described
            for text in _texts(said.get("genericName"))
        ]

    @cached_property
    def concepts(self) -> frozenset[str]:
        """What it is about, by its short descriptions and what it is called."""
        texts = [*self.kinds, *(one for texts in self.summaries.values() for one in texts)]
        return frozenset(concept for one in texts for concept in one.concepts)

    @cached_property
    def fields(self) -> frozenset[str]:
        """The same, and what these are kinds or parts of."""
        return self.concepts.union(wider for one in self.concepts for wider in broader(one)) - BROAD

    @cached_property
    def summaries(self) -> dict[str, list[Words]]:
        """What it says in short, for each language of the file."""
        return self._read("shortDescription", 1)

    @cached_property
    def features(self) -> dict[str, list[Words]]:
        """The features, for each language of the file."""
        return self._read("features", _MOST_FEATURES)

    def _read(self, key: str, most: int) -> dict[str, list[Words]]:
        found = {
            language: [words_of(Text(language, text)) for text in _texts(said.get(key))[:most]]
            for language, said in self._described
        }
        return {language: texts for language, texts in found.items() if texts}


def _compare(own: _Traits, other: _Traits, language: str) -> tuple[tuple[Reason, ...], float]:
    """The reasons why two entries are similar, and what they are worth together.

    What they do must be similar, and so must the field: words alone are alike by chance too often, and a field alone says nothing.
    """
    field = [*_values(Ground.CATEGORY, own.categories, other.categories)]
    about = [*_concepts(own, other)]
    if not (field or about):
        return (), 0.0  # before the features are read, which takes longest
    what = [*about, *_kinds(own, other), *_features(own, other, language), *_words(own, other, language)]
    if not what:
        return (), 0.0
    weighed = [*what, *field, *_values(Ground.SCOPE, own.scopes, other.scopes)]
    weighed.sort(key=lambda one: -one[1])
    return tuple(reason for reason, _ in weighed), sum(worth for _, worth in weighed)


def _concepts(own: _Traits, other: _Traits) -> Iterator[tuple[Reason, float]]:
    """What both are about, whatever the language: concepts of their short descriptions that are no category of both."""
    told = {*own.categories, *own.scopes} & {*other.categories, *other.scopes}
    same = sorted((own.concepts & other.concepts) - told)
    near = sorted((own.fields & other.fields) - told - own.concepts.intersection(other.concepts)) if not same else []
    if same or near:
        # A concept of a category that both have says little more than the category.
        shares = [0.5 if told.intersection(broader(one)) else 1.0 for one in same] or [0.5]
        worth = _WORTH["concept"] * sum(shares)
        yield Reason(Ground.CONCEPT, tuple((same or near)[:_MOST_SAID])), min(worth, _MOST_WORTH)


def _kinds(own: _Traits, other: _Traits) -> Iterator[tuple[Reason, float]]:
    for one in own.kinds:
        if any(same_words(one, another) for another in other.kinds):
            yield Reason(Ground.KIND, (one.text,)), _WORTH["kind"]
            return


def _features(own: _Traits, other: _Traits, language: str) -> Iterator[tuple[Reason, float]]:
    """The features of the entry that resemble some of the other's, in the language in which they do so most."""
    theirs = [another for features in other.features.values() for another in features]
    found = {}
    for tag, features in own.features.items():
        alike = _paired(features, theirs)
        if alike:
            alike.sort(key=lambda pair: -pair[0])
            said = tuple(one.text for _, one in alike[:_MOST_SAID])
            worth = _WORTH["feature"] * sum(min(same, 3) for same, _ in alike)
            found[tag] = (Reason(Ground.FEATURE, said, len(alike), len(features)), worth)
    yield from _told_in(found, language)


def _paired(features: Sequence[Words], theirs: Sequence[Words]) -> list[tuple[int, Words]]:
    """The features that resemble one of theirs, each of which counts once, with the number of words in common."""
    left, found = list(theirs), []
    for one in features:
        same, place = max(((same_words(one, another), -at) for at, another in enumerate(left)), default=(0, 0))
        if same:
            found.append((same, one))
            del left[-place]
    return found


def _words(own: _Traits, other: _Traits, language: str) -> Iterator[tuple[Reason, float]]:
    """The words that both are described with, in the language in which these are most."""
    theirs = [another for texts in other.summaries.values() for another in texts]
    told, categories = own.concepts & other.concepts, [one for one in own.categories if one in other.categories]
    found = {}
    for tag, texts in own.summaries.items():
        phrases = {
            phrase.casefold(): phrase for one in texts for another in theirs for phrase in in_common(one, another)
        }
        whole = [
            one
            for key, one in phrases.items()
            if not any(key != more and key in more for more in phrases)
            and _is_new(words_of(Text(tag, one)), told, categories, tag)
        ]
        if whole:
            said = tuple(sorted(whole, key=lambda phrase: -_size(phrase))[:_MOST_SAID])
            worth = _WORTH["word"] * sum(min(_size(phrase), 3) for phrase in said)
            found[tag] = (Reason(Ground.WORD, said), worth)
    yield from _told_in(found, language)


def _told_in(found: Mapping[str, tuple[Reason, float]], language: str) -> Iterator[tuple[Reason, float]]:
    """The reason in the reader's language, where there is one in it, at the worth that it has in the best."""
    if found:
        worth = min(max(worth for _, worth in found.values()), _MOST_WORTH)
        best = max(found, key=lambda tag: (tag == language, found[tag][1]))
        yield found[best][0], worth


def _is_new(phrase: Words, told: frozenset[str], categories: Sequence[str], tag: str) -> bool:
    """Whether a phrase says more than the concepts and the categories that are told anyway."""
    named = {stem for value in categories for stem in words_of(Text(tag, label("categories", value, tag))).stems}
    return told.isdisjoint(phrase.concepts) and not phrase.stems <= named


def _size(phrase: str) -> int:
    """The number of words in a phrase; two East Asian characters count as one."""
    return sum(len(part) // 2 if is_east_asian(part) else 1 for part in split(phrase))


def _values(ground: Ground, own: Sequence[str], other: Sequence[str]) -> Iterator[tuple[Reason, float]]:
    same = tuple(value for value in own if value in other)
    if same:
        telling = sum(value not in BROAD for value in same)
        yield Reason(ground, same), _WORTH[str(ground)] * (min(telling, 2) or 0.5)


def _is_kin(entry: Entry, other: Entry, family: Collection[str]) -> bool:
    """Whether the other is a relative: of the family, of the same suite, or another repository of the same thing."""
    own, its = entry.software, other.software
    if its.key in family or other.repository.key in family or own.key in its.based_on or its.key in own.based_on:
        return True
    if set(map(str.casefold, suites(entry.values))) & set(map(str.casefold, suites(other.values))):
        return True
    return own.publisher_id == its.publisher_id and own.name.casefold() == its.name.casefold()


def _label(ground: Ground, value: str, language: str) -> str:
    if ground is Ground.CONCEPT:
        return concept_label(value, language)
    vocabulary = {Ground.CATEGORY: "categories", Ground.SCOPE: "scopes"}.get(ground)
    return label(vocabulary, value, language) if vocabulary else value


def _texts(value: Any) -> list[str]:
    listed = value if isinstance(value, list) else [value]
    return list(dict.fromkeys(text.strip() for text in listed if isinstance(text, str) and text.strip()))
