"""The search index on Tantivy: a library in Rust, fast enough for any catalogue on one machine."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, cached_property, lru_cache, partial
from itertools import chain
from math import prod, sqrt
from pathlib import Path

import tantivy

from . import Frequencies, IndexEntry, Request
from .folder import SINCE, Answer, FolderIndex, Reader, Unreadable
from .plan import WEIGHTS, All, Any, Everything, Once, Phrase, Plan, Prefix, Similar, Term, counted
from .slips import one_edit_away
from .tantivy_document import (
    ANYWHERE,
    ENDS,
    IN_TEXTS,
    JOINT,
    NAME_BEGINS,
    NAME_STARTS,
    STANDS,
    TEXTS,
    VALUES,
    by_facet,
    document,
    may_begin,
    schema,
    value_of,
)
from .together import Together

# Tantivy's least memory for one thread; a fuller buffer means fewer segments, which a rebuild of everything is glad of.
_UPDATE_MEMORY = 15_000_000
_REBUILD_MEMORY = 200_000_000

_KNOWN_FREQUENCIES = 20_000
_KNOWN_EXPANSIONS = 1_000
_MOST_TOLD = 16
# Where fewer than this part of the entries is found, each is asked for its values. Where more is, the lists of the values are run
# through: that costs what there is, not what is found.
_FEW = 0.15
# So few need no help from other threads, and where nothing is found nothing need be counted.
_QUICK = 20
# Ordering by texts costs up to 40 us for each entry before the page; by numbers next to nothing.
_FAR = 50
# Not fewer: what is rare in one segment may be frequent in another, and the library counts at most 65,000 values at once.
_MOST_COUNTED = 15_000
_EACH_VALUE = {"each": {"terms": {"field": VALUES, "size": _MOST_COUNTED, "segment_size": _MOST_COUNTED}}}

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

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._together = Together()

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
            return _TantivyReader(index, self._together)
        except ValueError as error:
            raise Unreadable(str(error)) from error


def _total(found: tantivy.SearchResult) -> int:
    return int(found.count)  # type: ignore[attr-defined]  # not in the stubs of the library


_Counting = Callable[[], list[tuple[str, int]]]


class _Asked:
    """A plan as this index is asked it, to rank and to count."""

    def __init__(self, reader: _TantivyReader, plan: Plan) -> None:
        self.plan = plan
        self._reader = reader

    @cached_property
    def _known(self) -> Plan:
        return self._reader.possible(self.plan)

    @cached_property
    def ranked(self) -> tantivy.Query:
        return self._reader.query(self._known)

    @cached_property
    def _counted(self) -> Plan:
        return counted(self._known, JOINT)

    @cached_property
    def matched(self) -> tantivy.Query:
        return self._reader.query(self._counted)

    @cached_property
    def about(self) -> float:
        return self._reader.about(self._counted)


class _TantivyReader:
    def __init__(self, index: tantivy.Index, together: Together) -> None:
        self._schema = index.schema
        self._searcher = index.searcher()
        self._together = together
        self._near = lru_cache(maxsize=_KNOWN_EXPANSIONS)(self._find_near)
        self._frequency = lru_cache(maxsize=_KNOWN_FREQUENCIES)(self._searcher.doc_freq)
        self._share = lru_cache(maxsize=_KNOWN_EXPANSIONS)(self._find_share)
        self._every_value = cache(self._find_every_value)
        self._beginning_with = lru_cache(maxsize=_KNOWN_EXPANSIONS)(self._find_beginning_with)
        self._last: _Asked | None = None
        months = self._searcher.terms_with_prefix(VALUES, value_of(SINCE, ""), _Query.all_query())
        self._months = tuple(by_facet(months)[SINCE])

    def find(self, plan: Plan, request: Request) -> tuple[tuple[str, ...], int]:
        return self._find(self._asked(plan), request)

    def count(self, plan: Plan) -> int:
        return self._count(self._asked(plan).matched)

    def answer(self, plan: Plan, request: Request) -> Answer:
        asked, chosen = self._asked(plan), request.facets
        about = asked.about * prod(self._share(facet, values) for facet, values in chosen.items())
        if about < _QUICK:
            ids, total = self._find(asked, request)
            return Answer(ids, total, lambda: by_facet(chain(*self._together.do(self._counting(asked, chosen, total)))))
        longest, *others = self._counting(asked, chosen, about)
        counts, (ids, total), *more = self._together.do([longest, partial(self._find, asked, request), *others])
        return Answer(ids, total, lambda: by_facet(chain(counts, *more)))

    def _find(self, asked: _Asked, request: Request) -> tuple[tuple[str, ...], int]:
        query = self._filtered(asked.ranked if request.sort == "relevance" else asked.matched, request.facets)
        limit, offset = min(request.limit, self._searcher.num_docs), request.offset
        if not limit or offset >= self._searcher.num_docs:
            return (), self._count(query)
        if request.sort == "relevance":
            found = self._searcher.search(query, limit, offset=offset, weight_by_field=STANDS)
        elif request.sort == "name":
            return self._find_by_name(query, limit, offset)
        else:
            number = {"activity": "by_activity", "listed": "by_listing"}.get(request.sort, "by_change")
            found = self._searcher.search(query, limit, offset=offset, order_by_field=number)
        return self._ids(found), _total(found)

    def _find_by_name(self, query: tantivy.Query, limit: int, offset: int) -> tuple[tuple[str, ...], int]:
        total = None
        if offset >= _FAR:
            found = self._in_order(query, limit + offset, 0, NAME_STARTS[0])
            total, starts = _total(found), [start for start, _ in found.hits]
            if offset >= len(starts):
                return (), total
            query, offset = self._from(query, starts, offset)
        found = self._in_order(query, limit, offset, "by_name")
        return self._ids(found), _total(found) if total is None else total

    def _from(self, query: tantivy.Query, starts: Sequence[int], offset: int) -> tuple[tantivy.Query, int]:
        """`query` without what need not be ordered by whole names, and the place of the page in what is left.

        `starts` are the beginnings of names up to the end of the page: it lies among the names that begin like its own.
        """
        first, second = NAME_STARTS
        start, last, offset = starts[offset], starts[-1], offset - bisect_left(starts, starts[offset])
        if offset < _FAR:
            return self._between(query, first, start, last), offset
        alike = self._between(query, first, start, start)
        found = self._in_order(alike, offset + 1, 0, second)
        starts = [start for start, _ in found.hits]
        offset -= bisect_left(starts, starts[-1])
        later = self._between(query, first, start + 1, last)
        return _Query.boolean_query(
            [(_Should, self._between(alike, second, starts[-1], None)), (_Should, later)]
        ), offset

    def _between(self, query: tantivy.Query, column: str, least: int, greatest: int | None) -> tantivy.Query:
        numbers = _Query.range_query(self._schema, column, tantivy.FieldType.Unsigned, least, greatest)
        return _Query.boolean_query([(_Must, query), (_Must, numbers)])

    def _in_order(self, query: tantivy.Query, limit: int, offset: int, column: str) -> tantivy.SearchResult:
        return self._searcher.search(query, limit, offset=offset, order_by_field=column, order=tantivy.Order.Asc)

    def _ids(self, found: tantivy.SearchResult) -> tuple[str, ...]:
        return tuple(str(self._searcher.doc(address).get_first("id")) for _, address in found.hits)

    def _counting(self, asked: _Asked, chosen: Mapping[str, tuple[str, ...]], about: float) -> list[_Counting]:
        """Tasks that count the values of all facets among the matches, `about` so many, and each chosen facet as if it were not."""
        query = self._filtered(asked.matched, chosen)
        few = about < self._searcher.num_docs * _FEW
        tasks: list[_Counting] = [partial(self._ask_each if few else self._run_through, query)]
        for facet in self._deciding(chosen):
            others = {name: values for name, values in chosen.items() if name != facet}
            tasks.append(partial(self._run_through, self._filtered(asked.matched, others), value_of(facet, "")))
        return tasks

    def _ask_each(self, query: tantivy.Query) -> list[tuple[str, int]]:
        found = self._searcher.aggregate(query, _EACH_VALUE)["each"]
        if found["sum_other_doc_count"]:
            return self._run_through(query)
        return [(bucket["key"], bucket["doc_count"]) for bucket in found["buckets"]]

    def _run_through(self, query: tantivy.Query, start: str = "") -> list[tuple[str, int]]:
        return self._searcher.terms_with_prefix(VALUES, start, query)

    def about(self, plan: Plan) -> float:
        """About how many entries `plan` matches: what stands in a query together stands in entries together more often than not."""
        everything = self._searcher.num_docs
        match plan:
            case Term(field, token, _):
                return self._frequency(field, token)
            case Phrase(field, tokens, _):
                return min(self._frequency(field, token) for token in tokens)
            case Similar(field, token, _):
                return sum(self._frequency(field, word) for word in self._near(token))
            case Prefix(field, start, _):
                return self._about_beginning(field, start)
            case Once(part, _):
                return self.about(part)
            case Any(parts):
                found = [0.0, *map(self.about, parts)]
                return min(everything, max(found) + (sum(found) - max(found)) / 4)
            case All(parts, _, _):
                least, *others = sorted(map(self.about, parts))
                return least * prod(sqrt(other / everything) for other in others)
        return everything

    def _about_beginning(self, field: str, start: str) -> int:
        if may_begin(start):
            if field == "name":
                return self._frequency(NAME_BEGINS, start[: max(ENDS)])
            words = self._beginning_with(start)
            if (field == IN_TEXTS or field in TEXTS) and len(words) <= _MOST_TOLD:
                return sum(self._frequency(field, word) for word in words)
        return self._searcher.num_docs

    def _find_share(self, facet: str, values: tuple[str, ...]) -> float:
        """The part of all entries that have one of `values`: about, but 1 only where all have."""
        everything = max(1, self._searcher.num_docs)
        terms = [value_of(facet, value) for value in values]
        most = sum(self._searcher.doc_freq(VALUES, term) for term in terms)
        return (most if most < everything else self._count(self._one_of(VALUES, terms, 0.0))) / everything

    def frequencies(self, tokens: Iterable[str]) -> Frequencies:
        counts = {token: max(self._searcher.doc_freq(field, token) for field in WEIGHTS) for token in tokens}
        return Frequencies(self._searcher.num_docs, counts)

    def months(self) -> Iterable[str]:
        return self._months

    def ids(self) -> frozenset[str]:
        found = self._searcher.terms_with_prefix("id", "", filter_query=_Query.all_query())
        return frozenset(term for term, _ in found)

    def _count(self, query: tantivy.Query) -> int:
        return _total(self._searcher.search(query, 1))

    def _asked(self, plan: Plan) -> _Asked:
        """`plan` as it is asked: found, counted and counted by facets one after another."""
        last = self._last
        if last is None or last.plan is not plan:
            last = self._last = _Asked(self, plan)
        return last

    def possible(self, plan: Plan) -> Plan:
        """`plan` without the words that stand nowhere: most stems are of languages that nobody wrote the word in."""
        match plan:
            case Any(parts):
                return Any(tuple(self.possible(part) for part in parts if not self._is_nowhere(part)))
            case All(parts, without, better):
                return All(
                    tuple(map(self.possible, parts)),
                    tuple(map(self.possible, without)),
                    tuple(self.possible(part) for part in better if not self._is_nowhere(part)),
                )
            case Once(part, weight):
                return Once(self.possible(part), weight)
        return plan

    def _is_nowhere(self, plan: Plan) -> bool:
        match plan:
            case Term(field, token, _):
                return field in WEIGHTS and not self._frequency(ANYWHERE, token)
            case Phrase(field, tokens, _):
                return field in WEIGHTS and not all(self._frequency(ANYWHERE, token) for token in tokens)
        return False

    def _filtered(self, query: tantivy.Query, chosen: Mapping[str, tuple[str, ...]]) -> tantivy.Query:
        filters = [self._filter(facet, chosen[facet]) for facet in self._deciding(chosen)]
        return _Query.boolean_query([(_Must, query), *filters]) if filters else query

    def _deciding(self, chosen: Mapping[str, tuple[str, ...]]) -> list[str]:
        """The facets of `chosen` that leave something out."""
        return [facet for facet, values in chosen.items() if self._share(facet, values) < 1]

    def _filter(self, facet: str, values: tuple[str, ...]) -> tuple[tantivy.Occur, tantivy.Query]:
        """What lets those pass that have one of `values`; where most have, what keeps the others out: there are fewer of them."""
        if self._share(facet, values) > 0.5 and (every := self._every_value(facet)):
            return _MustNot, self._one_of(VALUES, sorted(every - {value_of(facet, value) for value in values}), 0.0)
        return _Must, self._one_of(VALUES, [value_of(facet, value) for value in values], 0.0)

    def _find_every_value(self, facet: str) -> frozenset[str]:
        """The values of `facet`, of which each entry has one; none where some entries have none or several."""
        found = dict(self._run_through(_Query.all_query(), value_of(facet, "")))
        having = self._count(self._one_of(VALUES, list(found), 0.0))
        return frozenset(found if sum(found.values()) == having == self._searcher.num_docs else ())

    def query(self, plan: Plan) -> tantivy.Query:
        match plan:
            case Term(field, token, weight):
                return _Query.boost_query(_Query.term_query(self._schema, field, token, "freq"), weight)
            case Phrase(field, tokens, weight):
                return _Query.boost_query(_Query.phrase_query(self._schema, field, list(tokens)), weight)
            case Prefix(field, start, weight):
                return self._beginning(field, start, weight)
            case Similar(field, token, weight):
                return self._one_of(field, self._near(token), weight)
            case Once(part, weight):
                return _Query.const_score_query(self.query(part), weight)
            case Any(parts):
                return _Query.boolean_query([(_Should, self.query(part)) for part in parts])
            case All(parts, without, better):
                return _Query.boolean_query(
                    [(_Must, self.query(part)) for part in parts]
                    + [(_MustNot, self.query(part)) for part in without]
                    + [(_Should, self.query(part)) for part in better]
                )
            case Everything():
                return _Query.all_query()

    def _one_of(self, field: str, tokens: Sequence[str], weight: float) -> tantivy.Query:
        # Not the library's own query for a set of terms: it takes 0.2 ms to build whatever there is in it.
        terms = [_Query.term_query(self._schema, field, token, "basic") for token in tokens]
        if len(terms) == 1:
            return _Query.const_score_query(terms[0], weight)
        return _Query.const_score_query(_Query.boolean_query([(_Should, term) for term in terms]), weight)

    def _find_near(self, token: str) -> list[str]:
        return [word for word in one_edit_away(token) if self._searcher.doc_freq(ANYWHERE, word)]

    def _beginning(self, field: str, start: str, weight: float) -> tantivy.Query:
        """What has a word in `field` that begins with `start`: few words are told; many are at no distance whatever follows."""
        if may_begin(start):
            if field == "name" and len(start) in ENDS:
                return self._one_of(NAME_BEGINS, [start], weight)
            if field == IN_TEXTS or field in TEXTS:
                words = self._beginning_with(start)
                if len(words) <= _MOST_TOLD:
                    return self._one_of(field, words, weight)
        sought = _Query.fuzzy_term_query(self._schema, field, start, distance=0, prefix=True)
        return _Query.const_score_query(sought, weight)

    def _find_beginning_with(self, start: str) -> list[str]:
        """The words of texts that begin with `start`; of more than _MOST_TOLD some."""
        return [term for term, _ in self._searcher.terms_with_prefix(IN_TEXTS, start, limit=_MOST_TOLD + 1)]
