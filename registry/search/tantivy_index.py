"""The search index on Tantivy: a library in Rust, fast enough for any catalogue on one machine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property, lru_cache, partial
from pathlib import Path

import tantivy

from . import FACETS, Frequencies, IndexEntry, Request
from .folder import SINCE, FolderIndex, Reader, Unreadable
from .plan import WEIGHTS, All, Any, Constant, Everything, Once, Phrase, Plan, Prefix, Similar, Term, counted
from .slips import one_edit_away
from .tantivy_document import (
    ANYWHERE,
    BETWEEN,
    ENDS,
    IN_TEXTS,
    JOINT,
    NAME_BEGINS,
    TEXTS,
    VALUES,
    document,
    may_begin,
    schema,
    value_of,
)

# Tantivy's least memory for one thread; a fuller buffer means fewer segments, which a rebuild of everything is glad of.
_UPDATE_MEMORY = 15_000_000
_REBUILD_MEMORY = 200_000_000

_KNOWN_FREQUENCIES = 20_000
_KNOWN_EXPANSIONS = 1_000
_MOST_TOLD = 16
# Where fewer than this part of the entries is found, each is asked for its values. Where more is, the lists of the values are run
# through: that costs what there is, not what is found.
_FEW = 0.2
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


def _by_facet(found: Iterable[tuple[str, int]]) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = {facet: {} for facet in FACETS}
    for term, count in found:
        facet, _, value = term.partition(BETWEEN)
        counts[facet][value] = count
    return counts


class _Asked:
    """A plan as this index is asked it, to rank and to count; and how many it found last, with what facets were chosen."""

    def __init__(self, reader: _TantivyReader, plan: Plan) -> None:
        self.plan = plan
        self.total: int | None = None
        self._reader = reader

    @cached_property
    def _known(self) -> Plan:
        return self._reader.possible(self.plan)

    @cached_property
    def ranked(self) -> tantivy.Query:
        return self._reader.query(self._known)

    @cached_property
    def matched(self) -> tantivy.Query:
        return self._reader.query(counted(self._known, JOINT))


class _TantivyReader:
    def __init__(self, index: tantivy.Index) -> None:
        self._schema = index.schema
        self._searcher = index.searcher()
        self._near = lru_cache(maxsize=_KNOWN_EXPANSIONS)(self._find_near)
        self._frequency = lru_cache(maxsize=_KNOWN_FREQUENCIES)(partial(self._searcher.doc_freq, ANYWHERE))
        self._beginning_with = lru_cache(maxsize=_KNOWN_EXPANSIONS)(self._find_beginning_with)
        self._last: _Asked | None = None
        months = self._searcher.terms_with_prefix(VALUES, value_of(SINCE, ""), _Query.all_query())
        self._months = tuple(_by_facet(months)[SINCE])

    def find(self, plan: Plan, request: Request) -> tuple[tuple[str, ...], int]:
        asked = self._asked(plan)
        query = self._filtered(asked.ranked if request.sort == "relevance" else asked.matched, request.facets)
        entries = self._searcher.num_docs
        if not request.limit or request.offset >= entries:
            asked.total = self._count(query)
            return (), asked.total
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
        asked.total = _total(found)
        return ids, asked.total

    def count(self, plan: Plan) -> int:
        return self._count(self._asked(plan).matched)

    def facets(self, plan: Plan, chosen: Mapping[str, tuple[str, ...]]) -> Mapping[str, Mapping[str, int]]:
        asked = self._asked(plan)
        counts = _by_facet(self._count_values(self._filtered(asked.matched, chosen), asked.total))
        for facet in chosen:
            others = {name: values for name, values in chosen.items() if name != facet}
            query = self._filtered(asked.matched, others)
            counts[facet] = _by_facet(self._searcher.terms_with_prefix(VALUES, value_of(facet, ""), query))[facet]
        return counts

    def _count_values(self, query: tantivy.Query, total: int | None) -> Iterable[tuple[str, int]]:
        """All values among the matches of `query`, of which there are `total`, each with its count."""
        if total is not None and total < self._searcher.num_docs * _FEW:
            found = self._searcher.aggregate(query, _EACH_VALUE)["each"]
            if not found["sum_other_doc_count"]:
                return ((bucket["key"], bucket["doc_count"]) for bucket in found["buckets"])
        return self._searcher.terms_with_prefix(VALUES, "", query)

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
                return field in WEIGHTS and not self._frequency(token)
            case Phrase(field, tokens, _):
                return field in WEIGHTS and not all(map(self._frequency, tokens))
        return False

    def _filtered(self, query: tantivy.Query, chosen: Mapping[str, tuple[str, ...]]) -> tantivy.Query:
        filters = [
            (_Must, self._one_of(VALUES, [value_of(facet, value) for value in values], 0.0))
            for facet, values in chosen.items()
        ]
        return _Query.boolean_query([(_Must, query), *filters]) if filters else query

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
            case Constant(field, token, weight):
                return _Query.const_score_query(_Query.term_query(self._schema, field, token, "basic"), weight)
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
