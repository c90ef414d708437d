"""The search index on Tantivy: a library in Rust, fast enough for any catalogue on one machine."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache, partial
from math import prod
from pathlib import Path
from typing import Any as Anything

import tantivy

from . import FACETS, Frequencies, IndexEntry, Request
from .folder import SINCE, FolderIndex, Reader, Unreadable
from .plan import WEIGHTS, All, Any, Constant, Everything, Once, Phrase, Plan, Prefix, Similar, Term, counted
from .slips import one_edit_away
from .tantivy_document import ANYWHERE as _ANYWHERE
from .tantivy_document import BETWEEN as _BETWEEN
from .tantivy_document import BETWEEN_FACETS as _BETWEEN_FACETS
from .tantivy_document import GROUP_OF as _GROUP_OF
from .tantivy_document import SPREAD as _SPREAD
from .tantivy_document import columns as _columns
from .tantivy_document import document, schema
from .tantivy_document import set_field as _set
from .tantivy_document import value_field as _value

# Tantivy's least memory for one thread; a fuller buffer means fewer segments, which a rebuild of everything is glad of.
_UPDATE_MEMORY = 15_000_000
_REBUILD_MEMORY = 200_000_000

_MOST_SETS = 2_000
_MOST_JOINT = 4_000
# Not fewer: what is rare in one segment may be frequent in another, and the library counts at most 65,000 values at once.
_MOST_COUNTED = 15_000
_KNOWN_FREQUENCIES = 20_000
_MOST_BEGUN = 500
_KNOWN_EXPANSIONS = 200

_Query = tantivy.Query
_Must, _Should, _MustNot = tantivy.Occur.Must, tantivy.Occur.Should, tantivy.Occur.MustNot


@contextmanager
def _files() -> Iterator[None]:
    """Tantivy says ValueError for whatever the operating system refused."""
    try:
        yield
    except ValueError as error:
        raise OSError(
            f"the search index cannot be written (is there space, and may we write there?): {error}"
        ) from error


class TantivyIndex(FolderIndex):
    """`SearchIndex` on Tantivy."""

    engine = "tantivy"

    def create(self, generation: Path) -> None:
        """See `FolderIndex.create`."""
        with _files():
            tantivy.Index(schema(), path=str(generation))

    def write(self, generation: Path, put: Iterable[IndexEntry], remove: Iterable[str], fresh: bool) -> None:
        """See `FolderIndex.write`."""
        with _files():
            writer = tantivy.Index.open(str(generation)).writer(_REBUILD_MEMORY if fresh else _UPDATE_MEMORY, 1)
        try:
            for entry_id in remove:
                writer.delete_documents_by_term("id", entry_id)
            for entry in put:
                if not fresh:
                    writer.delete_documents_by_term("id", entry.id)
                with _files():
                    writer.add_json(document(entry))
            with _files():
                writer.commit()
                writer.garbage_collect_files()
        finally:
            with _files():
                writer.wait_merging_threads()

    def open(self, generation: Path) -> Reader:
        """See `FolderIndex.open`."""
        try:
            index = tantivy.Index.open(str(generation))
            index.config_reader("manual")
            index.reload()
            return _TantivyReader(index)
        except ValueError as error:
            raise Unreadable(str(error)) from error


def _total(found: tantivy.SearchResult) -> int:
    total: int = found.count  # type: ignore[attr-defined]  # not in the stubs of the library
    return total


def _terms(field: str, size: int) -> dict[str, dict[str, object]]:
    return {"terms": {"field": field, "size": size, "segment_size": size}}


def _summed(buckets: Iterable[Mapping[str, Anything]]) -> dict[str, int]:
    """The count of each value from the buckets of several columns."""
    counts: dict[str, int] = {}
    for bucket in buckets:
        counts[bucket["key"]] = counts.get(bucket["key"], 0) + bucket["doc_count"]
    return counts


def _taken_apart(buckets: Iterable[Mapping[str, Anything]], group: tuple[str, ...]) -> list[dict[str, int]]:
    """For each facet of `group` the count of each value from those of the combinations that it is in."""
    several = len(group) > 1
    counts: list[dict[str, int]] = [{} for _ in group]
    for bucket in buckets:
        key, number = bucket["key"], bucket["doc_count"]
        for found, values in zip(counts, key.split(_BETWEEN_FACETS) if several else (key,), strict=True):
            if _BETWEEN not in values:
                found[values] = found.get(values, 0) + number
                continue
            for value in values.split(_BETWEEN):
                found[value] = found.get(value, 0) + number
    for found in counts:
        found.pop("", None)  # entries without a value
    return counts


def _combined(buckets: Iterable[Mapping[str, Anything]], before: str = "") -> Iterator[tuple[list[list[str]], int]]:
    """The values of each facet that stand together, and how often, from buckets within buckets."""
    for bucket in buckets:
        if "all" in bucket:
            yield from _combined(bucket["all"]["buckets"], before + bucket["key"] + _BETWEEN_FACETS)
        else:
            facets = (before + bucket["key"]).split(_BETWEEN_FACETS)
            yield [values.split(_BETWEEN) if values else [] for values in facets], bucket["doc_count"]


class _TantivyReader:
    def __init__(self, index: tantivy.Index) -> None:
        self._schema = index.schema
        self._searcher = index.searcher()
        self._near = lru_cache(maxsize=_KNOWN_EXPANSIONS)(self._find_near)
        self._beginning_with = lru_cache(maxsize=_KNOWN_EXPANSIONS)(self._find_beginning_with)
        self._combinations = lru_cache(maxsize=1_000)(self._count_combinations)
        self._frequency = lru_cache(maxsize=_KNOWN_FREQUENCIES)(partial(self._searcher.doc_freq, _ANYWHERE))

    def find(self, plan: Plan, request: Request) -> tuple[tuple[str, ...], int]:
        plan = self._possible(plan) if request.sort == "relevance" else counted(plan, _ANYWHERE)
        query = self._filtered(self._query(plan), request.facets)
        entries = self._searcher.num_docs
        if not request.limit or request.offset >= entries:
            return (), self._count(query)
        limit, offset = min(request.limit, entries), request.offset
        if request.sort == "relevance":
            found = self._searcher.search(query, limit, offset=offset)
        elif request.sort == "name":
            found = self._searcher.search(
                query, limit, offset=offset, order_by_field="by_name", order=tantivy.Order.Asc
            )
        else:
            number = {"activity": "by_activity", "listed": "by_listing"}.get(request.sort, "by_change")
            found = self._searcher.search(query, limit, offset=offset, order_by_field=number)
        ids = tuple(str(self._searcher.doc(address).get_first("id")) for _, address in found.hits)
        return ids, _total(found)

    def count(self, plan: Plan) -> int:
        return self._count(self._query(counted(plan, _ANYWHERE)))

    def facets(self, plan: Plan, chosen: Mapping[str, tuple[str, ...]]) -> Mapping[str, Mapping[str, int]]:
        query = self._query(counted(plan, _ANYWHERE))
        counts = self._count_values(self._filtered(query, chosen), [facet for facet in FACETS if facet not in chosen])
        if len(chosen) > 1 and self._combinations(tuple(chosen)) <= _MOST_JOINT:
            return counts | self._count_jointly(query, chosen)
        for facet in chosen:
            others = {name: values for name, values in chosen.items() if name != facet}
            counts |= self._count_values(self._filtered(query, others), [facet])
        return counts

    def _count_combinations(self, facets: tuple[str, ...]) -> int:
        """How many combinations of values these facets may have; too many where one of them is not counted as a set."""
        if not set(facets) <= _GROUP_OF.keys():
            return _MOST_JOINT + 1
        groups = {_GROUP_OF[facet] for facet in facets}
        every = _Query.all_query()
        return prod(max(1, len(self._searcher.terms_with_prefix(_set(group), "", every))) for group in groups)

    def _count_jointly(
        self, query: tantivy.Query, chosen: Mapping[str, tuple[str, ...]]
    ) -> dict[str, Mapping[str, int]]:
        """For each facet of `chosen` its counts among what all others let pass, in one run for all of them."""
        groups = list(dict.fromkeys(_GROUP_OF[facet] for facet in chosen))
        wanted: dict[str, dict[str, object]] = {}
        for group in reversed(groups):
            wanted = {"all": _terms(_set(group), _MOST_JOINT) | ({"aggs": wanted} if wanted else {})}
        facets = [facet for group in groups for facet in group]
        places = [(facet, facets.index(facet), frozenset(values)) for facet, values in chosen.items()]
        counts: dict[str, Counter[str]] = {facet: Counter() for facet in chosen}
        for values, number in _combined(self._searcher.aggregate(query, wanted)["all"]["buckets"]):
            failed = [facet for facet, place, allowed in places if allowed.isdisjoint(values[place])]
            # Who fails one filter alone counts there, since no facet filters itself.
            if len(failed) < 2:
                for facet, place, _ in places:
                    if not failed or facet in failed:
                        for value in values[place]:
                            counts[facet][value] += number
        return dict(counts)

    def frequencies(self, tokens: Iterable[str]) -> Frequencies:
        counts = {token: max(self._searcher.doc_freq(field, token) for field in WEIGHTS) for token in tokens}
        return Frequencies(self._searcher.num_docs, counts)

    def months(self) -> Iterable[str]:
        found = self._searcher.terms_with_prefix(_value(SINCE), "", filter_query=_Query.all_query())
        return [term for term, _ in found]

    def ids(self) -> frozenset[str]:
        found = self._searcher.terms_with_prefix("id", "", filter_query=_Query.all_query())
        return frozenset(term for term, _ in found)

    def _count(self, query: tantivy.Query) -> int:
        return _total(self._searcher.search(query, 1))

    def _count_values(self, query: tantivy.Query, facets: Sequence[str]) -> dict[str, dict[str, int]]:
        if not facets:
            return {}
        groups = dict.fromkeys(_GROUP_OF[facet] for facet in facets if facet in _GROUP_OF)
        spread = {facet: _columns(facet) for facet in facets if facet in _SPREAD}
        wanted = {column: _terms(column, _MOST_COUNTED) for columns in spread.values() for column in columns}
        found = self._searcher.aggregate(
            query, wanted | {_set(group): _terms(_set(group), _MOST_SETS) for group in groups}
        )
        counts: dict[str, dict[str, int]] = {}
        for group in groups:
            if found[_set(group)]["sum_other_doc_count"]:
                counts |= {facet: self._count_each(query, facet) for facet in group}
            else:
                counts |= zip(group, _taken_apart(found[_set(group)]["buckets"], group), strict=True)
        for facet, columns in spread.items():
            counts[facet] = _summed(bucket for column in columns for bucket in found[column]["buckets"])
        return {facet: counts[facet] for facet in facets}

    def _count_each(self, query: tantivy.Query, facet: str) -> dict[str, int]:
        """The counts of a facet whose values stand together in too many ways to be counted so."""
        found = self._searcher.aggregate(query, {facet: _terms(_value(facet), _MOST_COUNTED)})
        return _summed(found[facet]["buckets"])

    def _possible(self, plan: Plan) -> Plan:
        """`plan` without the words that stand nowhere: most stems are of languages that nobody wrote the word in."""
        match plan:
            case Any(parts):
                return Any(tuple(self._possible(part) for part in parts if not self._is_nowhere(part)))
            case All(parts, without, better):
                return All(
                    tuple(map(self._possible, parts)),
                    tuple(map(self._possible, without)),
                    tuple(self._possible(part) for part in better if not self._is_nowhere(part)),
                )
            case Once(part, weight):
                return Once(self._possible(part), weight)
        return plan

    def _is_nowhere(self, plan: Plan) -> bool:
        match plan:
            case Term(field, token, _):
                return field in WEIGHTS and not self._frequency(token)
            case Phrase(field, tokens, _):
                return field in WEIGHTS and not all(map(self._frequency, tokens))
        return False

    def _filtered(self, query: tantivy.Query, chosen: Mapping[str, tuple[str, ...]]) -> tantivy.Query:
        if not chosen:
            return query
        filters = [
            _Query.const_score_query(_Query.term_set_query(self._schema, _value(facet), list(values)), 0.0)
            for facet, values in chosen.items()
        ]
        return _Query.boolean_query([(_Must, query), *((_Must, each) for each in filters)])

    def _query(self, plan: Plan) -> tantivy.Query:
        match plan:
            case Term(field, token, weight):
                return _Query.boost_query(_Query.term_query(self._schema, field, token, "freq"), weight)
            case Phrase(field, tokens, weight):
                return _Query.boost_query(_Query.phrase_query(self._schema, field, list(tokens)), weight)
            case Prefix(field, start, weight):
                return self._beginning(field, start, weight)
            case Similar(field, token, weight):
                return self._one_of(field, self._near(token), weight)
            case Constant(field, token, weight):
                return _Query.const_score_query(_Query.term_query(self._schema, field, token, "basic"), weight)
            case Once(part, weight):
                return _Query.const_score_query(self._query(part), weight)
            case Any(parts):
                return _Query.boolean_query([(_Should, self._query(part)) for part in parts])
            case All(parts, without, better):
                return _Query.boolean_query(
                    [(_Must, self._query(part)) for part in parts]
                    + [(_MustNot, self._query(part)) for part in without]
                    + [(_Should, self._query(part)) for part in better]
                )
            case Everything():
                return _Query.all_query()

    def _one_of(self, field: str, tokens: Sequence[str], weight: float) -> tantivy.Query:
        if len(tokens) == 1:
            return _Query.const_score_query(_Query.term_query(self._schema, field, tokens[0], "basic"), weight)
        return _Query.const_score_query(_Query.term_set_query(self._schema, field, tokens), weight)

    def _find_near(self, token: str) -> list[str]:
        return [word for word in one_edit_away(token) if self._searcher.doc_freq(_ANYWHERE, word)]

    def _beginning(self, field: str, start: str, weight: float) -> tantivy.Query:
        """What has a word in `field` that begins with `start`: of few words they are told, of many the index seeks them."""
        known = _ANYWHERE if field in WEIGHTS else field
        words = self._beginning_with(known, start)
        if len(words) > _MOST_BEGUN:
            sought = _Query.regex_query(self._schema, field, re.escape(start) + ".*")
            return _Query.const_score_query(sought, weight)
        return self._one_of(field, words, weight)

    def _find_beginning_with(self, field: str, start: str) -> list[str]:
        """The words of `field` that begin with `start`; of more than _MOST_BEGUN some."""
        return [term for term, _ in self._searcher.terms_with_prefix(field, start)[: _MOST_BEGUN + 1]]
