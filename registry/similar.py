"""Systems that are similar to an entry, each with the reasons: who cannot be told why it is similar is not told at all."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import log

from sqlmodel import Session

from ..schemas.vocabularies import label
from .catalogue import Entry, entries, is_shown
from .claims import CONFIRMED
from .grounds import Ground, Reason, of_reader
from .neighbours import suites
from .resembling import BROAD, WIDE, Words, in_common, shared, words_of
from .search import SearchIndex, Text
from .search.concepts import MARK, concept_label
from .search.text import is_east_asian, split
from .traits import Traits
from .usage import Use, users_of

_CANDIDATES, _BY_SUBJECT = 20, 16  # by all that it says, and by its subjects alone
_MOST_SUBJECTS, _TELLING = 3, 0.6  # those nearly as rare as the rarest
_MOST_SAID = 4  # words or features in one reason
_ENOUGH = 3.4
_SUBJECT_ENOUGH = 1.55
_NEAR_ENOUGH, _FEATURES_ENOUGH = 0.6, 2.25  # a subject that is nearly the same, where so many features are
# What is worth what, where it is as rare as can be.
_SUBJECT = 3.0  # a concept of both
_BOTH_WAYS = 3.5  # one that is also a category of both
_CATEGORY = 1.75
_WIDER = 1.0
_NOTHING_ELSE = 1.0
_BROAD_CATEGORY, _SCOPE = 0.75, 0.5
_KIND = 2.0
_FEATURE_WORD = 0.75  # of one feature three words at most
_WORD = 1.0
_SAME_TEXT, _ALIKE = 2.0, 0.6
_SHORTEST_NAME = 2  # abbreviations such as UK stand in many names
_MOST_WORDS, _MOST_WORTH = 2.5, 6.0
# In so many entries more than there are is nothing of all this: in a small catalogue nothing is common yet.
_UNSEEN = 200
_COMMON, _RARE = 2.25, 3.25  # logarithms of: one entry of nine, of 26


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

    Three questions to the index and two queries. `family` are the normalised addresses of its family tree: variants and forks
    are not similar, they are its relatives; so are other entries of its suite. Words and features are told in `language`, where
    the entry has them.
    """
    own = Traits(entry)
    rarity = Rarity.of(index, own)
    ids = dict.fromkeys(
        (*index.like(own.texts(), _CANDIDATES + 1), *index.like(_subjects(own, rarity), _BY_SUBJECT + 1))
    )
    found = []
    for other in entries(session, [one for one in ids if one != str(entry.software.id)]):
        if is_shown(other, only_valid) and not _is_kin(entry, other, family):
            reasons, score = _Comparison(own, Traits(other), rarity, language).result()
            if score >= _ENOUGH:
                found.append(Similar(other, reasons, score))
    found.sort(key=lambda one: (-one.score, one.entry.software.slug))
    best = found[:limit]
    users = users_of(session, [one.entry.software.id for one in best]) if best else {}
    return [_with_users(one, users[one.entry.software.id], language) for one in best]


def _subjects(own: Traits, rarity: Rarity) -> Iterator[Text]:
    """What finds systems of the same subjects in whatever language, the rarest first."""
    worths = {one: rarity.concept(one) * focus for one, focus in own.subjects.items()}
    best = sorted(worths, key=lambda one: -worths[one])[:_MOST_SUBJECTS]
    return (Text("en", concept_label(one, "en")) for one in best if worths[one] >= _TELLING * worths[best[0]])


def _with_users(one: Similar, uses: Sequence[Use], language: str) -> Similar:
    """Who uses it for certain is no reason why it is similar, but one to look at it first; so it is told beside them."""
    names = [
        use.names.get(of_reader(use.names, language), use.name) for use in uses if use.kind == CONFIRMED and not use.own
    ]
    more = (f"+{len(names) - _MOST_SAID}",) if len(names) > _MOST_SAID else ()
    told = (Reason(Ground.USE, (*names[:_MOST_SAID], *more)),) if names else ()
    return replace(one, reasons=(*one.reasons, *told))


@dataclass(frozen=True, slots=True)
class Rarity:
    """How much it says that two entries share a word or a concept: 1 for a rare one, 0 for one that many have."""

    entries: int
    counts: Mapping[str, int]

    @classmethod
    def of(cls, index: SearchIndex, own: Traits) -> Rarity:
        """Of all words, concepts and categories of an entry."""
        named = (MARK + one for one in (*own.subjects, *own.wider))
        found = index.frequencies({*own.tokens(), *named, *own.categories})
        return cls(found.entries, found.counts)

    def word(self, token: str) -> float:
        """Of a word, a pair of characters or a marked stem or concept."""
        rare = log((self.entries + _UNSEEN) / (self.counts.get(token, 0) + 1))
        return min(max((rare - _COMMON) / (_RARE - _COMMON), 0.0), 1.0)

    def concept(self, concept: str) -> float:
        """Of a concept, which may be a category: of the more frequent of both."""
        return min(self.word(MARK + concept), self.word(concept))

    def words(self, tokens: Iterable[str]) -> float:
        """Of several words together; pairs of East Asian characters overlap, so two of them are a word."""
        return sum(self.word(token) / (2 if is_east_asian(token) else 1) for token in tokens)


Weighed = tuple[Reason, float]


class _Comparison:
    """Two entries held side by side.

    What they are about must be the same, or many features and the field: single words are alike by chance too often.
    """

    def __init__(self, own: Traits, other: Traits, rarity: Rarity, language: str) -> None:
        self._own, self._other, self._rarity, self._language = own, other, rarity, language
        self._same_categories = [one for one in own.categories if one in other.categories]

    def result(self) -> tuple[tuple[Reason, ...], float]:
        """The reasons why both are similar, the strongest first, and what they are worth together; nothing where they are not."""
        about, field = list(self._about()), list(self._categories())
        kind = [*self._kinds(), *self._names()]
        subject = sum(worth for _, worth in (*about, *kind)) + self._telling()
        subject += _SAME_TEXT if self._same_text() else 0.0
        if not (subject or self._same_categories):
            return (), 0.0  # before the features are read, which takes longest
        features = list(self._features())
        many = sum(worth for _, worth in features) >= _FEATURES_ENOUGH
        if subject < (_NEAR_ENOUGH if many else _SUBJECT_ENOUGH):
            return (), 0.0
        what = [*about, *kind, *features]
        weighed = [*what, *self._words(alone=not what), *field, *self._scopes()]
        weighed.sort(key=lambda one: -one[1])
        reasons = tuple(reason for reason, _ in weighed if reason.values)
        return reasons, self._whole() + sum(worth for _, worth in weighed)

    def _about(self) -> Iterator[Weighed]:
        """What both are about, whatever the language; what is a category of both is told there."""
        own, other = self._own.subjects, self._other.subjects
        same = {one: self._rarity.concept(one) * min(own[one], other[one]) for one in own if one in other}
        told = {one: worth for one, worth in same.items() if one not in self._same_categories and worth}
        if told:
            best = sorted(told, key=lambda one: (-told[one], one))[:_MOST_SAID]
            yield Reason(Ground.CONCEPT, tuple(best)), min(_SUBJECT * sum(told.values()), _MOST_WORTH)
        elif not same:
            near = (self._own.wider | own.keys()) & (self._other.wider | other.keys()) - BROAD
            worths = {one: self._rarity.concept(one) for one in near}
            best = sorted((one for one in near if worths[one]), key=lambda one: (-worths[one], one))[:1]
            if best:
                yield Reason(Ground.CONCEPT, tuple(best)), _WIDER * worths[best[0]]

    def _telling(self) -> float:
        """What the categories are worth that few kinds of software have: the more where both speak of it as well."""
        concepts = (self._own.concepts.keys() & self._other.concepts.keys()) - WIDE
        mine, theirs = self._own.shares, self._other.shares
        return sum(
            self._rarity.concept(one) * min(mine[one], theirs[one]) * (_BOTH_WAYS if one in concepts else _CATEGORY)
            for one in mine
            if one in theirs
        )

    def _whole(self) -> float:
        """The more where both are about nothing else."""
        own, other = self._own.subjects, self._other.subjects
        same = sum(self._rarity.concept(one) * min(own[one], other[one]) for one in own if one in other)
        every = len(own.keys() | other.keys())
        return _NOTHING_ELSE * same / every if every else 0.0

    def _categories(self) -> Iterator[Weighed]:
        if self._same_categories:
            broad = _BROAD_CATEGORY if BROAD.intersection(self._same_categories) else 0.0
            yield Reason(Ground.CATEGORY, tuple(self._same_categories)), min(self._telling() + broad, _MOST_WORTH)

    def _scopes(self) -> Iterator[Weighed]:
        same = tuple(one for one in self._own.scopes if one in self._other.scopes)
        if same:
            yield Reason(Ground.SCOPE, same), _SCOPE * min(len(same), 2)

    def _kinds(self) -> Iterator[Weighed]:
        theirs = [another for kinds in self._other.kinds.values() for another in kinds]
        worth = max(
            (
                self._rarity.words(shared(one, another))
                for kinds in self._own.kinds.values()
                for one in kinds
                for another in theirs
            ),
            default=0.0,
        )
        if worth:
            tag = of_reader(self._own.kinds, self._language) or next(iter(self._own.kinds))
            yield Reason(Ground.KIND, (self._own.kinds[tag][0].text,), tag), _KIND * min(worth, 1.0)

    def _names(self) -> Iterator[Weighed]:
        """What both are called and say that they are: a name alone says nothing."""
        both = self._own.said & self._other.said
        for one in self._own.names:
            for another in self._other.names:
                for phrase in in_common(one, another):
                    worth = self._rarity.words(words_of(Text("", phrase)).stems & both)
                    if worth >= 1 and len(phrase) > _SHORTEST_NAME:
                        yield Reason(Ground.KIND, (phrase,)), _KIND
                        return

    def _same_text(self) -> bool:
        """Whether both say nearly the same in short: parts of one thing do."""
        own, other = self._own.said, self._other.said
        return bool(own) and len(own & other) > _ALIKE * max(len(own), len(other))

    def _features(self) -> Iterator[Weighed]:
        """The features of the entry that resemble some of the other's, found in the language in which they do so most."""
        theirs = [another for features in self._other.features.values() for another in features]
        found: dict[str, tuple[float, list[int]]] = {}
        for tag, features in self._own.features.items():
            alike = self._paired(features, theirs)
            if alike:
                worth = _FEATURE_WORD * sum(min(one, 3.0) for one, _ in alike)
                found[tag] = (worth, [number for _, number in alike])
        if found:
            best = max(found, key=lambda tag: found[tag][0])
            tag = self._readable(best, found)
            numbers = found[tag if tag in found else best][1]
            features = self._own.features.get(tag, [])
            said = tuple(features[number].text for number in numbers[:_MOST_SAID]) if features else ()
            yield Reason(Ground.FEATURE, said, tag, len(numbers), len(features)), min(found[best][0], _MOST_WORTH)

    def _readable(self, best: str, found: Collection[str]) -> str:
        """In which language features are told: the reader's, where some are alike in it, or where it has as many; then each stands
        for the one at its place. Empty where the reader has others to read, in which nothing is alike.
        """
        features = self._own.features
        reader = of_reader(features, self._language)
        if not reader or reader in found or len(features[reader]) == len(features[best]):
            return reader or best
        return ""

    def _paired(self, features: Sequence[Words], theirs: Sequence[Words]) -> list[tuple[float, int]]:
        """What each feature that resembles one of theirs is worth, and its number, best first; each of theirs counts once."""
        left, found = list(theirs), []
        for number, one in enumerate(features):
            worths = [(self._rarity.words(shared(one, another)), -at) for at, another in enumerate(left)]
            worth, place = max(worths, default=(0.0, 0))
            if worth:
                found.append((worth, number))
                del left[-place]
        return sorted(found, key=lambda one: (-one[0], one[1]))

    def _words(self, alone: bool) -> Iterator[Weighed]:
        """The words that both are described with; told in the reader's language, or where there is no other reason."""
        theirs = [another for texts in self._other.summaries.values() for another in texts]
        found = {}
        for tag, texts in self._own.summaries.items():
            phrases = self._phrases(tag, texts, theirs)
            if phrases:
                best = sorted(phrases, key=lambda one: (-phrases[one], one))[:_MOST_SAID]
                worth = min(_WORD * sum(min(phrases[one], 2.0) for one in best), _MOST_WORDS)
                found[tag] = (tuple(best), worth)
        if found:
            best_tag = max(found, key=lambda tag: found[tag][1])
            reader = of_reader(self._own.languages, self._language)
            tag = reader if reader in found else best_tag
            said = found[tag][0] if tag == reader or alone or not reader else ()
            yield Reason(Ground.WORD, said, tag), found[best_tag][1]

    def _phrases(self, tag: str, texts: Sequence[Words], theirs: Sequence[Words]) -> dict[str, float]:
        """The phrases of the texts that the others have as well, with what each is worth; no part of a longer one."""
        named = {
            stem
            for value in self._same_categories
            for stem in words_of(Text(tag, label("categories", value, tag))).stems
        }
        phrases = {
            phrase.casefold(): phrase for one in texts for another in theirs for phrase in in_common(one, another)
        }
        found = {}
        for key, phrase in phrases.items():
            read = words_of(Text(tag, phrase))
            told = read.stems <= named or not self._own.concepts.keys().isdisjoint(read.concepts)
            if told or any(key != more and key in more for more in phrases):
                continue
            worth = self._rarity.words(read.stems)
            if _size(phrase) == 1:
                worth /= 2  # a word alone is alike by chance
            if worth > 0.25:
                found[phrase] = worth
        return found


def _size(phrase: str) -> int:
    """The number of words in a phrase; two East Asian characters count as one."""
    return sum(len(part) // 2 if is_east_asian(part) else 1 for part in split(phrase))


def _is_kin(entry: Entry, other: Entry, family: Collection[str]) -> bool:
    """Whether the other is a relative: of the family, of the same suite, or another repository of the same thing."""
    own, its = entry.software, other.software
    if its.key in family or other.repository.key in family or own.key in its.based_on or its.key in own.based_on:
        return True
    if set(map(str.casefold, suites(entry.values))) & set(map(str.casefold, suites(other.values))):
        return True
    return own.publisher_id == its.publisher_id and own.name.casefold() == its.name.casefold()
