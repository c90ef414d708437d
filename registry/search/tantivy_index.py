"""The search index on Tantivy: a library in Rust, fast enough for any catalogue on one machine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache, partial
from pathlib import Path
from typing import Any as Anything

import tantivy

from . import FACETS, Frequencies, IndexEntry, Request
from .entry import fields_of
from .folder import SINCE, FolderIndex, Reader, Unreadable
from .plan import RANK, WEIGHTS, All, Any, Constant, Everything, Once, Phrase, Plan, Prefix, Similar, Term, counted
from .slips import one_edit_away

# Tantivy's least memory for one thread; a fuller buffer means fewer segments, which a rebuild of everything is glad of.
_UPDATE_MEMORY = 15_000_000
_REBUILD_MEMORY = 200_000_000

# A column with one value for each entry is counted five times as fast as one with several. So all values of an entry in the facets
# of a group are counted as one value, which is taken apart afterwards; of facets that have too many combinations the first values
# each have a column of their own.
_SPREAD = ("category", "technology")
_GROUPS = (
    ("license", "family"),  # which go together anyway
    *((facet,) for facet in FACETS if facet not in (*_SPREAD, "license", "family")),
)
_GROUP_OF = {facet: group for group in _GROUPS for facet in group}
_PLACES = 3
_MOST_SETS = 2_000
# Not fewer: what is rare in one segment may be frequent in another, and the library counts at most 65,000 values at once.
_MOST_COUNTED = 15_000
_KNOWN_FREQUENCIES = 20_000
_KNOWN_EXPANSIONS = 200
_BETWEEN = "\x1f"
_BETWEEN_FACETS = "\x1e"

# Whatever stands in any field with text: whether an entry matches a word is one question instead of one for each field, and
# a form of a word that no entry has need not be asked for at all.
_ANYWHERE = "anywhere"

_Query = tantivy.Query
_Must, _Should, _MustNot = tantivy.Occur.Must, tantivy.Occur.Should, tantivy.Occur.MustNot


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    for field in dict.fromkeys((*WEIGHTS, *FACETS)):
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="position")
    builder.add_text_field(_ANYWHERE, tokenizer_name="whitespace", index_option="basic")
    builder.add_text_field(RANK, tokenizer_name="whitespace", index_option="basic")
    for facet in FACETS:
        builder.add_text_field(_value(facet), tokenizer_name="raw", fast=facet in _GROUP_OF, index_option="basic")
    for column in (*map(_set, _GROUPS), *(column for facet in _SPREAD for column in _columns(facet))):
        builder.add_text_field(column, tokenizer_name="raw", fast=True, index_option="basic")
    builder.add_text_field("by_name", tokenizer_name="raw", fast=True, index_option="basic")
    for number in ("by_change", "by_activity", "by_listing"):
        builder.add_unsigned_field(number, fast=True)
    return builder.build()


def _value(facet: str) -> str:
    """The field with the values of `facet` as they are; the one named like the facet holds their tokens."""
    return facet + "_value"


def _set(group: tuple[str, ...]) -> str:
    """The field with all values of the facets of `group` as one."""
    return "_".join((*group, "set"))


def _columns(facet: str) -> tuple[str, ...]:
    """The fields with the first values of `facet`, one each, and the field with all others."""
    return (*(f"{facet}_{place}" for place in range(_PLACES)), facet + "_others")


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
    document.add_text(_ANYWHERE, " ".join({token for name in WEIGHTS for token in fields.texts[name].split()}))
    for facet, values in fields.values.items():
        for value in values:
            document.add_text(_value(facet), value)
    for facet in _SPREAD:
        *places, others = _columns(facet)
        for number, value in enumerate(fields.values[facet]):
            document.add_text(places[number] if number < _PLACES else others, value)
    for group in _GROUPS:
        together = _BETWEEN_FACETS.join(_BETWEEN.join(fields.values[facet]) for facet in group)
        document.add_text(_set(group), together)
    document.add_text("by_name", fields.by_name)
    document.add_unsigned("by_change", fields.by_change)
    document.add_unsigned("by_activity", fields.by_activity)
    document.add_unsigned("by_listing", fields.by_listing)
    return document


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


def _groups_of(facets: Iterable[str]) -> Iterable[tuple[str, ...]]:
    return dict.fromkeys(_GROUP_OF[facet] for facet in facets if facet in _GROUP_OF)


def _columns_of(facets: Sequence[str]) -> dict[str, dict[str, object]]:
    """What to count for `facets`."""
    spread = [column for facet in facets if facet in _SPREAD for column in _columns(facet)]
    return {column: _terms(column, _MOST_COUNTED) for column in spread} | {
        _set(group): _terms(_set(group), _MOST_SETS) for group in _groups_of(facets)
    }


def _quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


class _TantivyReader:
    def __init__(self, index: tantivy.Index) -> None:
        self._schema = index.schema
        self._searcher = index.searcher()
        self._near = lru_cache(maxsize=_KNOWN_EXPANSIONS)(self._find_near)
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
        runs = [([facet for facet in FACETS if facet not in chosen], chosen)]
        runs += [([facet], {name: values for name, values in chosen.items() if name != facet}) for facet in chosen]
        wanted: dict[str, dict[str, object]] = {}
        for number, (facets, others) in enumerate(runs):
            columns = _columns_of(facets)
            # Filters within one run: what the plan matches is sought once.
            wanted |= {str(number): {"filter": self._passed(others), "aggs": columns}} if others else columns
        found = self._searcher.aggregate(query, wanted)
        counts: dict[str, Mapping[str, int]] = {}
        for number, (facets, others) in enumerate(runs):
            counts |= self._read_counts(found[str(number)] if others else found, query, facets, others)
        return counts

    def _passed(self, chosen: Mapping[str, tuple[str, ...]]) -> str:
        """What has a value of each facet of `chosen`, in the library's own language of queries."""
        return " AND ".join(
            f"{_value(facet)}:({' OR '.join(map(_quoted, self._existing(facet, values)))})"
            for facet, values in chosen.items()
        )

    def _existing(self, facet: str, values: Sequence[str]) -> Sequence[str]:
        """Those of `values` that an entry has; one at least."""
        return [value for value in values if self._searcher.doc_freq(_value(facet), value)] or values[:1]

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

    def _read_counts(
        self,
        found: Mapping[str, Anything],
        query: tantivy.Query,
        facets: Sequence[str],
        others: Mapping[str, tuple[str, ...]],
    ) -> dict[str, dict[str, int]]:
        """The counts of `facets` from the buckets of their columns."""
        counts: dict[str, dict[str, int]] = {}
        for group in _groups_of(facets):
            if found[_set(group)]["sum_other_doc_count"]:
                counts |= {facet: self._count_each(self._filtered(query, others), facet) for facet in group}
            else:
                counts |= zip(group, _taken_apart(found[_set(group)]["buckets"], group), strict=True)
        for facet in facets:
            if facet in _SPREAD:
                counts[facet] = _summed(bucket for column in _columns(facet) for bucket in found[column]["buckets"])
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
        filters = [(_Must, self._one_of(_value(facet), values, 0.0)) for facet, values in chosen.items()]
        return _Query.boolean_query([(_Must, query), *filters]) if filters else query

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
        # Not the library's own query for a set of terms: it takes 0.2 ms to build whatever there is in it.
        terms = [_Query.term_query(self._schema, field, token, "basic") for token in tokens]
        if len(terms) == 1:
            return _Query.const_score_query(terms[0], weight)
        return _Query.const_score_query(_Query.boolean_query([(_Should, term) for term in terms]), weight)

    def _find_near(self, token: str) -> list[str]:
        return [word for word in one_edit_away(token) if self._searcher.doc_freq(_ANYWHERE, word)]

    def _beginning(self, field: str, start: str, weight: float) -> tantivy.Query:
        """What has a word in `field` that begins with `start`: at no distance from it whatever follows."""
        sought = _Query.fuzzy_term_query(self._schema, field, start, distance=0, prefix=True)
        return _Query.const_score_query(sought, weight)
