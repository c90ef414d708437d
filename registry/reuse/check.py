"""Which systems of the catalogue have something specific in common with what a text asks for, sentence by sentence.

A statement about words, never about fitness: that a system has the words of a sentence does not say that it fulfils it.
Candidates come from the search index; what counts is then read from the entries themselves, so that each match can be shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from sqlmodel import Session

from ..catalogue import Entry, entries, is_shown
from ..following import index_entry
from ..search import Frequencies, SearchIndex, Text
from ..search.concepts import MARK, ConceptMatch, concepts_in
from ..search.text import is_east_asian
from .sentences import Sentences, sentences
from .terms import Term, language_of, terms
from .weighing import Hit, Known, Mark, Marked, joined, points

__all__ = ["MOST_FOUND", "Check", "Feature", "Found", "Mark", "Match", "Subject", "check"]

MOST_FOUND = 50
ENOUGH, ENOUGH_BESIDE = 5, 9
"""The points from which on an entry has something specific in common with a text, less may be chance: where a subject of
three points is in its short description or its categories, and where none is."""
_ENOUGH_OF_LITTLE = 4  # of a text that says little: sentences, pairs of East Asian characters (of words half as many)
_FEW_SENTENCES, _LITTLE = 3, 8
_SHARE = 0.2  # of the points of the best one
_OFTEN = (2, 4)  # a subject that is named so often is worth a point more
_CANDIDATES = 40  # that each question to the index gives
_QUESTIONS = 40
_WORDS = 12  # of each question
_MOST_COMPARED = 80
_MOST_FEATURES = 100
_MOST_TERMS = 80
_FEATURES = 3  # that are shown of one sentence


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature that an entry names, and the words in it that a sentence has as well."""

    language: str
    text: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """What a sentence (its number in the check) and an entry have in common: words, concepts (by id), features of the entry."""

    sentence: int
    marks: tuple[Mark, ...]
    concepts: tuple[str, ...]
    features: tuple[Feature, ...] = ()


@dataclass(frozen=True, slots=True)
class Subject:
    """Something specific in common: as the text writes it, its points, and the concept (id, or empty) that it names."""

    text: str
    points: int
    concept: str = ""
    sentences: tuple[int, ...] = ()
    central: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """An entry, the subjects that it has in common with the text (most points first), and the sentences that name them."""

    entry: Entry
    subjects: tuple[Subject, ...]
    matches: tuple[Match, ...]

    @property
    def points(self) -> int:
        """Those of its subjects together: by them systems are ordered."""
        return sum(subject.points for subject in self.subjects)

    def match(self, sentence: int) -> Match | None:
        """What it has in common with this sentence."""
        return next((match for match in self.matches if match.sentence == sentence), None)


@dataclass(frozen=True, slots=True)
class Check:
    """The answer: sentences, and the systems with something specific in common, those of most points first.

    `general`: sentences (by number) that say nothing to look for; `matched`: for each sentence, how many systems have something
    of it in common, listed or not. `more`: how many such systems are not listed for the limit; `weak`: the systems with less.
    `entries`: how many were looked through; `cursor`: the state of the index; `ready` False: there is no index.
    """

    asked: Sentences
    general: frozenset[int]
    found: tuple[Found, ...]
    entries: int
    cursor: str
    ready: bool = True
    more: int = 0
    weak: tuple[Found, ...] = ()
    matched: dict[int, int] = field(default_factory=dict)

    @property
    def unmatched(self) -> tuple[int, ...]:
        """The sentences, by number, with which no system has something specific in common."""
        return tuple(number for number in range(len(self.asked.sentences)) if number not in self.matched)


def check(session: Session, index: SearchIndex, text: str, limit: int = 10, only_valid: bool = False) -> Check:
    """The systems that have something specific in common with `text`, at most `limit`; bounded by sentences.MOST.

    Ordered by the points of their subjects (see `weighing`), then by the number of subjects, validity and name.
    """
    asked = sentences(text)
    language = language_of(text)
    said = [
        _Sentence(number, sentence, language)
        for number, sentence in enumerate(asked.sentences)
        if number not in asked.contract
    ]
    known = index.frequencies({token for one in said for token in one.asked_tokens})
    for one in said:
        one.weigh(known)
    wanted = frozenset(token for one in said for token in one.tokens)
    compared = []
    for entry in entries(session, _candidates(index, said)):
        if is_shown(entry, only_valid):
            facts = Known(index_entry(entry), wanted)
            if (found := _compared(entry, facts, said)).subjects:
                compared.append((found, facts))
    compared.sort(key=lambda pair: _order(pair[0]))
    least = _SHARE * max((found.points for found, _ in compared), default=0)
    enough = [pair for pair in compared if pair[0].points >= least and _is_enough(pair[0], said)]
    chosen = {id(found) for found, _ in enough}
    weak = [found for found, _ in compared if id(found) not in chosen]
    limit = min(limit, MOST_FOUND)
    by_number = {one.number: one for one in said}
    return Check(
        asked,
        frozenset(one.number for one in said if not one.speaks),
        tuple(_with_features(found, facts, by_number) for found, facts in enough[:limit]),
        known.entries,
        index.cursor(),
        known.ready,
        max(0, len(enough) - limit),
        tuple(weak[:limit]),
        dict(Counter(match.sentence for found, _ in enough for match in found.matches)),
    )


def _order(found: Found) -> tuple[int, int, bool, str]:
    return (-found.points, -len(found.subjects), not found.entry.newest.valid, found.entry.software.slug)


def _is_enough(found: Found, said: Sequence[_Sentence]) -> bool:
    """Whether an entry has something specific in common with the text.

    One subject alone must be what the text is about: a third of the sentences that say something name it.
    """
    central = any(subject.central for subject in found.subjects)
    telling = [subject for subject in found.subjects if subject.points > 1]
    if len(telling) == 1 and 3 * len(telling[0].sentences) < sum(one.speaks for one in said):
        return False
    little = len(said) <= _FEW_SENTENCES and sum(one.size for one in said) <= _LITTLE
    enough = _ENOUGH_OF_LITTLE if little else ENOUGH
    return found.points >= (enough if central else ENOUGH_BESIDE)


class _Sentence:
    """A sentence that was asked, the terms by which it is looked for with their points, and the concepts that it names."""

    def __init__(self, number: int, text: str, language: str) -> None:
        self.number, self.text, self.language = number, text, language
        self.terms = terms(text, language)
        # A concept in words that every tender says (supplier, contract) is none of this one.
        self.named: tuple[ConceptMatch, ...] = tuple(
            one
            for one in concepts_in(text, language)
            if any(term.start < one.end and one.start < term.end and not term.general for term in self.terms)
        )
        self.weighed: list[tuple[Term, int]] = []
        self.concepts: list[tuple[ConceptMatch, int]] = []
        # Whether it says something that not every tender and not every system says.
        self.speaks = bool(self.named) or any(not term.general for term in self.terms)

    @property
    def size(self) -> int:
        """How much it says: pairs of East Asian characters, and words twice."""
        return sum(1 if is_east_asian(term.tokens[0]) else 2 for term in self.terms if not term.general)

    @property
    def asked_tokens(self) -> set[str]:
        """The tokens of which it must be known how rare they are."""
        return {token for term in self.terms for token in term.tokens} | {MARK + one.concept for one in self.named}

    @property
    def tokens(self) -> set[str]:
        """The tokens that an entry is asked for."""
        return {token for term, _ in self.weighed for token in term.tokens} | {
            MARK + one.concept for one, _ in self.concepts
        }

    def weigh(self, known: Frequencies) -> None:
        """Keeps the terms that some entries have and not many, and not too many terms; of a very long sentence the rarest."""
        weighed = [(term, points(term.tokens, known)) for term in self.terms]
        weighed = [(term, worth) for term, worth in weighed if worth]
        if len(weighed) > _MOST_TERMS:
            rarest = sorted(weighed, key=lambda pair: -pair[1])[:_MOST_TERMS]
            weighed = sorted(rarest, key=lambda pair: pair[0].start)
        self.weighed = weighed
        self.concepts = [(one, worth) for one in self.named if (worth := points([MARK + one.concept], known))]


def _candidates(index: SearchIndex, said: Sequence[_Sentence]) -> list[str]:
    """The entries to compare: those that resemble the words that weigh most in the whole text, and in each sentence."""
    questions: dict[tuple[str, ...], None] = {}
    everything: Counter[str] = Counter()
    for one in said:
        worth = {one.text[term.start : term.end]: value for term, value in one.weighed if not term.general}
        worth |= {one.text[named.start : named.end]: value for named, value in one.concepts}
        everything.update(worth)
        if worth:
            questions.setdefault(tuple(sorted(worth, key=lambda word: -worth[word])[:_WORDS]))
    often = [word for word, _ in everything.most_common(4 * _WORDS)]
    asked = [tuple(often[start : start + _WORDS]) for start in range(0, len(often), _WORDS)]
    found: Counter[str] = Counter()
    language = said[0].language if said else "en"
    for words in (*asked, *list(questions)[:_QUESTIONS]):
        for place, identity in enumerate(index.like([Text(language, word) for word in words], _CANDIDATES)):
            found[identity] += _CANDIDATES - place
    return [identity for identity, _ in found.most_common(_MOST_COMPARED)]


def _compared(entry: Entry, known: Known, said: Iterable[_Sentence]) -> Found:
    """What an entry has in common with the sentences; without subjects where that is nothing specific."""
    subjects: list[_Gathered] = []
    matches = []
    for one in said:
        marked = [each for each in joined(_hits(one, known)) if each.worth]
        for each in marked:
            _gather(subjects, each, one)
        if marked:
            named = dict.fromkeys(
                concept.concept for concept, _ in one.concepts if known.fields([MARK + concept.concept])
            )
            matches.append(Match(one.number, tuple(each.mark for each in marked), tuple(named)))
    subjects.sort(key=lambda each: (-each.points, each.sentences[0]))
    return Found(entry, tuple(each.subject() for each in subjects), tuple(matches))


def _hits(one: _Sentence, known: Known) -> list[Hit]:
    hits = [hit for term, worth in one.weighed if (hit := known.hit(term, worth))]
    for named, worth in one.concepts:
        if fields := known.fields([MARK + named.concept]):
            hits.append(Hit(named.start, named.end, (*fields, "concept"), (MARK + named.concept,), worth))
    return hits


@dataclass(slots=True)
class _Gathered:
    """A subject while sentences are gone through: words that the entry has itself, else the concept that it has in other words."""

    text: str
    worth: int
    words: set[str]
    concepts: set[str]
    sentences: list[int]
    central: bool
    named: int = 1

    @property
    def points(self) -> int:
        """What it is worth, and more where the text comes back to it."""
        return self.worth + (sum(self.named >= often for often in _OFTEN) if self.worth > 1 else 0)

    def is_of(self, marked: Marked) -> bool:
        """Whether `marked` is this subject once more: potholes and street lights are two, whatever concept they share."""
        if self.words and marked.words:
            return not self.words.isdisjoint(marked.words)
        return not self.concepts.isdisjoint(marked.concepts)

    def subject(self) -> Subject:
        concept = min(self.concepts, default=MARK)[len(MARK) :]
        return Subject(self.text, self.points, concept, tuple(self.sentences), self.central)


def _gather(subjects: list[_Gathered], marked: Marked, one: _Sentence) -> None:
    text = one.text[marked.mark.start : marked.mark.end]
    for subject in subjects:
        if subject.is_of(marked):
            subject.words |= marked.words
            subject.concepts |= marked.concepts
            if marked.worth > subject.worth:
                subject.text, subject.worth = text, marked.worth
            if one.number not in subject.sentences:
                subject.sentences.append(one.number)
            subject.named += 1
            subject.central = subject.central or marked.core
            return
    subjects.append(_Gathered(text, marked.worth, set(marked.words), set(marked.concepts), [one.number], marked.core))


def _with_features(found: Found, known: Known, said: dict[int, _Sentence]) -> Found:
    """`found` with the features that have words of each sentence: only those that are shown are looked at so closely."""
    split_features = [(one, terms(one.text, one.language or "en")) for one in known.said.features[:_MOST_FEATURES]]
    matches = []
    for match in found.matches:
        hit = {token for term, _ in said[match.sentence].weighed for token in term.tokens if not term.general}
        likely = []
        for feature, parts in split_features:
            marks = tuple(
                marked.mark
                for marked in joined(
                    [
                        Hit(term.start, term.end, ("feature",), term.tokens, 1, term.general)
                        for term in parts
                        if not hit.isdisjoint(term.tokens)
                    ]
                )
            )
            if marks:
                likely.append(
                    (sum(mark.end - mark.start for mark in marks), Feature(feature.language, feature.text, marks))
                )
        likely.sort(key=lambda pair: -pair[0])
        matches.append(replace(match, features=tuple(feature for _, feature in likely[:_FEATURES])))
    return replace(found, matches=tuple(matches))
