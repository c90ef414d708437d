"""The search index on Tantivy: a library in Rust, fast enough for any catalogue on one machine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import tantivy

from . import FACETS, IndexEntry, Request
from .entry import fields_of
from .folder import MOST_FACET_VALUES, SINCE, FolderIndex, Reader, Unreadable
from .plan import RANK, WEIGHTS, All, Any, Constant, Everything, Once, Phrase, Plan, Prefix, Similar, Term

# Tantivy's least memory for one thread; a fuller buffer means fewer segments, which a rebuild of everything is glad of.
_UPDATE_MEMORY = 15_000_000
_REBUILD_MEMORY = 100_000_000

_Query = tantivy.Query
_Must, _Should, _MustNot = tantivy.Occur.Must, tantivy.Occur.Should, tantivy.Occur.MustNot


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    for field in dict.fromkeys((*WEIGHTS, *FACETS)):
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="position")
    builder.add_text_field(RANK, tokenizer_name="whitespace", index_option="basic")
    for facet in FACETS:
        builder.add_text_field(_value(facet), tokenizer_name="raw", fast=True, index_option="basic")
    builder.add_text_field("by_name", tokenizer_name="raw", fast=True, index_option="basic")
    for number in ("by_change", "by_activity"):
        builder.add_unsigned_field(number, fast=True)
    return builder.build()


def _value(facet: str) -> str:
    """The field with the values of `facet` as they are; the one named like the facet holds their tokens."""
    return facet + "_value"


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
            tantivy.Index(_schema(), path=str(generation))

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
                    writer.add_document(_document(entry))
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


def _document(entry: IndexEntry) -> tantivy.Document:
    fields = fields_of(entry)
    document = tantivy.Document()
    document.add_text("id", entry.id)
    for name, text in fields.texts.items():
        document.add_text(name, text)
    for facet, values in fields.values.items():
        for value in values:
            document.add_text(_value(facet), value)
    document.add_text("by_name", fields.by_name)
    document.add_unsigned("by_change", fields.by_change)
    document.add_unsigned("by_activity", fields.by_activity)
    return document


def _total(found: tantivy.SearchResult) -> int:
    total: int = found.count  # type: ignore[attr-defined]  # not in the stubs of the library
    return total


class _TantivyReader:
    def __init__(self, index: tantivy.Index) -> None:
        self._schema = index.schema
        self._searcher = index.searcher()

    def find(self, plan: Plan, request: Request) -> tuple[tuple[str, ...], int]:
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
            number = "by_activity" if request.sort == "activity" else "by_change"
            found = self._searcher.search(query, limit, offset=offset, order_by_field=number)
        ids = tuple(str(self._searcher.doc(address).get_first("id")) for _, address in found.hits)
        return ids, _total(found)

    def count(self, plan: Plan) -> int:
        return self._count(self._query(plan))

    def facets(self, plan: Plan, chosen: Mapping[str, tuple[str, ...]]) -> Mapping[str, Mapping[str, int]]:
        query = self._query(plan)
        counts = self._count_values(self._filtered(query, chosen), [facet for facet in FACETS if facet not in chosen])
        for facet in chosen:
            others = {name: values for name, values in chosen.items() if name != facet}
            counts |= self._count_values(self._filtered(query, others), [facet])
        return counts

    def months(self) -> Iterable[str]:
        found = self._searcher.terms_with_prefix(_value(SINCE), "", filter_query=_Query.all_query())
        return [term for term, _ in found]

    def ids(self) -> frozenset[str]:
        found = self._searcher.terms_with_prefix("id", "", filter_query=_Query.all_query())
        return frozenset(term for term, _ in found)

    def _count(self, query: tantivy.Query) -> int:
        return _total(self._searcher.search(query, 1))

    def _count_values(self, query: tantivy.Query, facets: list[str]) -> dict[str, dict[str, int]]:
        if not facets:
            return {}
        size = 5 * MOST_FACET_VALUES
        wanted = {facet: {"terms": {"field": _value(facet), "size": size, "segment_size": size}} for facet in facets}
        found = self._searcher.aggregate(query, wanted)
        return {facet: {b["key"]: b["doc_count"] for b in found[facet]["buckets"]} for facet in facets}

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
                return _Query.boost_query(_Query.term_query(self._schema, field, token), weight)
            case Phrase(field, tokens, weight):
                return _Query.boost_query(_Query.phrase_query(self._schema, field, list(tokens)), weight)
            case Prefix(field, start, weight):
                query = _Query.fuzzy_term_query(self._schema, field, start, distance=0, prefix=True)
                return _Query.const_score_query(query, weight)
            case Similar(field, token, weight):
                return _Query.const_score_query(_Query.fuzzy_term_query(self._schema, field, token), weight)
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
