"""Runs plans on the postings of a Whoosh index: what matches is found with sets, what it is worth is added up word by word."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from functools import partial, reduce
from operator import and_, or_

from . import FACETS, Frequencies, Request
from .bitmaps import numbers_of
from .folder import SINCE, Answer
from .plan import WEIGHTS, All, Any, Everything, Once, Phrase, Plan, Prefix, Similar, Term
from .whoosh_postings import Postings

# Of so many entries with a word one is asked for: it is looked for then, instead of going through all.
_MANY_MORE = 8


class WhooshReader:
    """`folder.Reader` on the postings of a Whoosh index."""

    def __init__(self, postings: Postings) -> None:
        self._postings = postings
        self._last: tuple[Plan, int] | None = None

    def find(self, plan: Plan, request: Request) -> tuple[tuple[str, ...], int]:
        """See `folder.Reader.find`."""
        found = reduce(and_, self._chosen(request.facets).values(), self._matches(plan))
        numbers = numbers_of(found)
        if request.sort == "relevance":
            scores = [0.0] * len(self._postings.ids)
            self._score(plan, found, scores)
            for number in numbers:
                scores[number] *= self._postings.standing[number]
            numbers.sort(key=scores.__getitem__, reverse=True)
        else:
            numbers.sort(key=self._postings.orders[request.sort].__getitem__, reverse=request.sort != "name")
        page = numbers[request.offset : request.offset + request.limit]
        return tuple(self._postings.ids[number] for number in page), len(numbers)

    def count(self, plan: Plan) -> int:
        """See `folder.Reader.count`."""
        return self._matches(plan).bit_count()

    def answer(self, plan: Plan, request: Request) -> Answer:
        """See `folder.Reader.answer`."""
        return Answer(*self.find(plan, request), partial(self._facets, plan, request.facets))

    def _facets(self, plan: Plan, chosen: Mapping[str, tuple[str, ...]]) -> Mapping[str, Mapping[str, int]]:
        found, filters = self._matches(plan), self._chosen(chosen)
        counts = {}
        for facet in FACETS:
            passing = reduce(and_, (bits for name, bits in filters.items() if name != facet), found)
            counted = ((value, (bits & passing).bit_count()) for value, bits in self._postings.values[facet].items())
            counts[facet] = {value: count for value, count in counted if count}
        return counts

    def frequencies(self, tokens: Iterable[str]) -> Frequencies:
        """See `folder.Reader.frequencies`."""
        having = self._postings.having
        counts = {token: max(having(field, token).bit_count() for field in WEIGHTS) for token in tokens}
        return Frequencies(len(self._postings.ids), counts)

    def months(self) -> Iterable[str]:
        """See `folder.Reader.months`."""
        return self._postings.values[SINCE]  # those of deleted entries do no harm

    def ids(self) -> frozenset[str]:
        """See `folder.Reader.ids`."""
        return frozenset(self._postings.ids[number] for number in numbers_of(self._postings.everything))

    def _chosen(self, facets: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
        """For each of `facets` the set of entries with one of its values."""
        return {
            facet: reduce(or_, (self._postings.values[facet].get(value, 0) for value in values), 0)
            for facet, values in facets.items()
        }

    def _matches(self, plan: Plan) -> int:
        """The set of entries that `plan` matches; that of the last plan is remembered."""
        last = self._last  # another thread may replace it meanwhile
        if last is None or last[0] is not plan:
            self._last = last = plan, self._match(plan)
        return last[1]

    def _match(self, plan: Plan) -> int:
        match plan:
            case Term(field, token, _):
                return self._postings.having(field, token)
            case Phrase(field, tokens, _):
                return self._postings.in_a_row(field, tokens)
            case Prefix(field, start, _):
                return self._postings.beginning(field, start)
            case Similar(field, token, _):
                return self._postings.near(field, token)
            case Once(part, _):
                return self._match(part)
            case Any(parts):
                return reduce(or_, map(self._match, parts), 0)
            case All(parts, without, _):
                found = self._postings.everything
                for part in parts:
                    found &= self._match(part)
                    if not found:
                        return 0
                return reduce(lambda left, part: left & ~self._match(part), without, found)
            case Everything():
                return self._postings.everything

    def _score(self, plan: Plan, among: int, scores: list[float]) -> None:
        """Adds what `plan` is worth to the scores of those of `among` that it matches; what the others get means nothing."""
        match plan:
            case Term(field, token, weight):
                self._add(field, token, weight, among, scores)
            case Phrase(field, tokens, weight):
                terms = tuple(Term(field, token, weight) for token in tokens)
                self._score_all(terms, self._match(plan) & among, among, scores)
            case Prefix(_, _, weight) | Similar(_, _, weight) | Once(_, weight):
                for number in numbers_of(self._match(plan) & among):
                    scores[number] += weight
            case Any(parts):
                for part in parts:
                    self._score(part, among, scores)
            case All(parts, without, better):
                self._score_all((*parts, *better), self._match(All(parts, without)) & among, among, scores)
            case Everything():
                for number in numbers_of(among):
                    scores[number] += 1.0

    def _score_all(self, parts: Iterable[Plan], found: int, among: int, scores: list[float]) -> None:
        """Adds what `parts` are worth to the scores of `found`, which are `among` or fewer."""
        if not found:
            return
        own = scores if found == among else [0.0] * len(scores)
        for part in parts:
            self._score(part, found, own)
        if own is not scores:
            for number in numbers_of(found):
                scores[number] += own[number]

    def _add(self, field: str, token: str, weight: float, among: int, scores: list[float]) -> None:
        bits, numbers, worth = self._postings.term(field, token)
        asked = (bits & among).bit_count()
        if asked * _MANY_MORE > len(numbers):
            for number, value in zip(numbers, worth, strict=True):
                scores[number] += weight * value
        elif asked:
            for number in numbers_of(bits & among):
                scores[number] += weight * worth[bisect_left(numbers, number)]
