"""Which systems of the catalogue have words in common with what a text asks for, sentence by sentence.

A statement about words, never about fitness: that a system has the words of a sentence does not say that it fulfils it.
Candidates come from the search index; what counts is then read from the entries themselves, so that each match can be shown.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlmodel import Session

from ..catalogue import Entry, entries, is_shown
from ..following import index_entry
from ..search import Frequencies, IndexEntry, SearchIndex, Text
from ..search.analysis import index_text
from ..search.concepts import MARK, ConceptMatch, concepts_in
from ..search.text import is_east_asian
from .sentences import Sentences, sentences
from .terms import Term, language_of, terms

MOST_FOUND = 50
_CANDIDATES = 40  # that each question to the index gives
_QUESTIONS = 40
_WORDS = 12  # of each question
FIELDS = {"feature": 1.0, "label": 1.0, "summary": 1.0, "description": 0.5, "name": 0.5}
"""Where words are looked for, and what they are worth there: that a system is only called so says little."""
_GENERAL = 0.2
_RAREST_COMMON = 0.25  # the rarity below which a word says nothing
_PAIR = 0.6  # two East Asian characters are often but a part of a word
_ENOUGH = 0.5  # what a sentence's words must be worth together to count as matched
_MOST = 3.0  # what one sentence can be worth
_CONCEPT = 1.2
_AGAIN = 0.6  # what a word is worth that an earlier sentence had already
_MOST_OFTEN = 4
_LEAST, _LEAST_SHARE = 1.0, 0.2  # what an entry must be worth to be listed: in itself, and beside the best one
_MOST_COMPARED = 80
_MOST_FEATURES = 100
_MOST_TERMS = 80
_FEATURES = 3  # that are shown of one sentence


@dataclass(frozen=True, slots=True)
class Mark:
    """What of a text matched, from `start` to `end`, and in which fields of the entry (names of FIELDS, or concept)."""

    start: int
    end: int
    fields: tuple[str, ...]


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
    worth: float
    features: tuple[Feature, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """An entry with what it has in common with each sentence that it has something in common with."""

    entry: Entry
    matches: tuple[Match, ...]
    worth: float

    def match(self, sentence: int) -> Match | None:
        """What it has in common with this sentence."""
        return next((match for match in self.matches if match.sentence == sentence), None)


@dataclass(frozen=True, slots=True)
class Check:
    """The answer: sentences, those of them (by number) that say nothing to look for, and the systems, best first.

    `entries`: how many were looked through; `cursor`: the state of the index; `ready` False: there is no index.
    """

    asked: Sentences
    general: frozenset[int]
    found: tuple[Found, ...]
    entries: int
    cursor: str
    ready: bool = True

    @property
    def unmatched(self) -> tuple[int, ...]:
        """The sentences, by number, with which no system that is listed has anything in common."""
        matched = {match.sentence for one in self.found for match in one.matches}
        return tuple(number for number in range(len(self.asked.sentences)) if number not in matched)


def check(session: Session, index: SearchIndex, text: str, limit: int = 10, only_valid: bool = False) -> Check:
    """The systems that have most in common with `text`, at most `limit`; bounded by sentences.MOST.

    Ranked by what the matched words are worth: rare ones more, in features and categories more than in long
    descriptions, each less where it comes again.
    """
    asked = sentences(text)
    language = language_of(text)
    said = [_Sentence(number, sentence, language) for number, sentence in enumerate(asked.sentences)]
    known = index.frequencies({token for one in said for term in one.terms for token in term.tokens})
    for one in said:
        one.weigh(known)
    shown = (entry for entry in entries(session, _candidates(index, said)) if is_shown(entry, only_valid))
    wanted = frozenset(token for one in said for token in one.tokens)
    compared = [(found, own) for found, own in (_compared(entry, said, wanted) for entry in shown) if found.matches]
    least = max(_LEAST, _LEAST_SHARE * max((found.worth for found, _ in compared), default=0.0))
    compared = [pair for pair in compared if pair[0].worth >= least]
    compared.sort(key=lambda pair: (-pair[0].worth, not pair[0].entry.newest.valid, pair[0].entry.software.slug))
    return Check(
        asked,
        frozenset(one.number for one in said if not one.speaks),
        tuple(_with_features(found, own, said) for found, own in compared[: min(limit, MOST_FOUND)]),
        known.entries,
        index.cursor(),
        known.ready,
    )


class _Sentence:
    """A sentence that was asked, the terms by which it is looked for with what each is worth, and the concepts that it names."""

    def __init__(self, number: int, text: str, language: str) -> None:
        self.number, self.text, self.language = number, text, language
        self.terms = terms(text, language)
        # A concept in words that every tender says (supplier, contract) is none of this one.
        self.named: tuple[ConceptMatch, ...] = tuple(
            one
            for one in concepts_in(text, language)
            if any(term.start < one.end and one.start < term.end for term in self.terms)
        )
        self.weighed: list[tuple[Term, float]] = []
        # Whether it says something that not every tender and not every system says.
        self.speaks = bool(self.named) or any(not term.general for term in self.terms)

    @property
    def tokens(self) -> set[str]:
        """The tokens that an entry is asked for."""
        return {token for term, _ in self.weighed for token in term.tokens} | {MARK + one.concept for one in self.named}

    def weigh(self, known: Frequencies) -> None:
        """Keeps the terms that some entries have, and not too many; of a very long sentence the rarest."""
        weighed = [(term, value) for term in self.terms if (value := _rarity(term, known))]
        if len(weighed) > _MOST_TERMS:
            rarest = sorted(weighed, key=lambda pair: -pair[1])[:_MOST_TERMS]
            weighed = sorted(rarest, key=lambda pair: pair[0].start)
        self.weighed = weighed


def _rarity(term: Term, known: Frequencies) -> float:
    """What a term is worth by how few entries have it: 1 where one has it, 0 where none or a great part has."""
    count = max(known.counts.get(token, 0) for token in term.tokens)
    if not count:
        return 0.0
    entries_known = max(2, known.entries)
    rarity = math.log((entries_known + 1) / (count + 0.5)) / math.log(entries_known + 1)
    if rarity < _RAREST_COMMON:
        return 0.0
    part = _PAIR if is_east_asian(term.tokens[0]) else 1.0
    return min(1.0, rarity) * part * (_GENERAL if term.general else 1.0)


def _candidates(index: SearchIndex, said: Sequence[_Sentence]) -> list[str]:
    """The entries to compare: those that resemble the words that weigh most in the whole text, and in each sentence."""
    questions: dict[tuple[str, ...], None] = {}
    everything: Counter[str] = Counter()
    for one in said:
        worth: dict[str, float] = {}
        for term, value in one.weighed:
            worth[one.text[term.start : term.end]] = value
        for value_named in one.named:
            worth[one.text[value_named.start : value_named.end]] = _CONCEPT
        for word, value in worth.items():
            everything[word] += value  # type: ignore[assignment]  # counters may count in parts
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


class _Known:
    """What an entry says, as the tokens of each field that are wanted."""

    def __init__(self, said: IndexEntry, wanted: frozenset[str]) -> None:
        self.said = said
        texts = {
            "feature": said.features,
            "label": said.labels,
            "summary": said.summaries,
            "description": said.descriptions,
            "name": said.names,
        }
        tokens = {field: index_text(of).split() for field, of in texts.items()}
        # A long description has many words without being about them.
        long = 1 + math.log1p(len(tokens["description"]) / 400)
        self._weights = {**FIELDS, "description": FIELDS["description"] / long}
        self._fields: dict[str, list[str]] = {}
        for field in FIELDS:
            for token in wanted.intersection(tokens[field]):
                self._fields.setdefault(token, []).append(field)
        for facet in ("category", "scope"):
            for value in said.facets.get(facet, ()):
                self._fields.setdefault(MARK + value, []).append("label")

    def fields(self, tokens: Iterable[str]) -> tuple[str, ...]:
        """The fields that have one of `tokens`."""
        return tuple(dict.fromkeys(field for token in tokens for field in self._fields.get(token, ())))

    def weight(self, fields: tuple[str, ...]) -> float:
        """What a word is worth that stands in `fields`."""
        return max(self._weights[field] for field in fields)


def _compared(entry: Entry, said: Iterable[_Sentence], wanted: frozenset[str]) -> tuple[Found, _Known]:
    known = _Known(index_entry(entry), wanted)
    seen: Counter[str] = Counter()
    matches = []
    for one in said:
        match = _match(one, known, seen)
        if match is not None:
            matches.append(match)
    return Found(entry, tuple(matches), sum(match.worth for match in matches)), known


def _match(one: _Sentence, known: _Known, seen: Counter[str]) -> Match | None:
    """What a sentence and an entry have in common, where it is worth mentioning; `seen` counts what earlier ones had."""
    hits: list[_Hit] = []
    worth: dict[str, float] = {}
    for term, value in one.weighed:
        if fields := known.fields(term.tokens):
            hits.append((term.start, term.end, fields, term.general))
            worth[term.tokens[0]] = value * known.weight(fields)
    concepts: dict[str, None] = {}
    for each in one.named:
        if fields := known.fields([MARK + each.concept]):
            hits.append((each.start, each.end, ("concept",), False))
            worth[MARK + each.concept] = _CONCEPT * known.weight(fields)
            concepts.setdefault(each.concept)
    marks = _joined(hits)
    if sum(worth.values()) < _ENOUGH or not marks:
        return None
    total = sum(value * _AGAIN ** min(_MOST_OFTEN, seen[token]) for token, value in worth.items())
    seen.update(worth.keys())
    return Match(one.number, marks, tuple(concepts), min(_MOST, total))


_Hit = tuple[int, int, tuple[str, ...], bool]
"""Start, end, fields, and whether every system says it."""


def _joined(hits: Iterable[_Hit]) -> tuple[Mark, ...]:
    """Hits that touch or overlap as one mark; none of what is general from its beginning to its end."""
    marks: list[tuple[Mark, bool]] = []
    for start, end, fields, general in sorted(hits):
        if marks and start <= marks[-1][0].end:
            last, so_far = marks.pop()
            joined = Mark(last.start, max(end, last.end), tuple(dict.fromkeys((*last.fields, *fields))))
            marks.append((joined, general and so_far))
        else:
            marks.append((Mark(start, end, fields), general))
    return tuple(mark for mark, general in marks if not general)


def _with_features(found: Found, known: _Known, said: Sequence[_Sentence]) -> Found:
    """`found` with the features that have words of each sentence: only those that are shown are looked at so closely."""
    split_features = [(one, terms(one.text, one.language or "en")) for one in known.said.features[:_MOST_FEATURES]]
    matches = []
    for match in found.matches:
        hit = {token for term, _ in said[match.sentence].weighed for token in term.tokens if not term.general}
        likely = []
        for feature, parts in split_features:
            marks = _joined(
                [
                    (term.start, term.end, ("feature",), term.general)
                    for term in parts
                    if not hit.isdisjoint(term.tokens)
                ]
            )
            if marks:
                likely.append(
                    (sum(mark.end - mark.start for mark in marks), Feature(feature.language, feature.text, marks))
                )
        likely.sort(key=lambda pair: -pair[0])
        matches.append(replace(match, features=tuple(feature for _, feature in likely[:_FEATURES])))
    return replace(found, matches=tuple(matches))
