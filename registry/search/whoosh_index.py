"""The search index on Whoosh: Python alone, for places where nothing may be compiled, and slower for it."""

from __future__ import annotations

import pickle
import struct
import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any as Anything
from typing import NamedTuple

from whoosh import fields, index, query, scoring  # type: ignore[import-untyped]
from whoosh.analysis import SpaceSeparatedTokenizer  # type: ignore[import-untyped]

from . import FACETS, Frequencies, IndexEntry, Request
from .entry import fields_of
from .folder import SINCE, FolderIndex, Reader, Unreadable
from .plan import RANK, WEIGHTS, All, Any, Constant, Everything, Once, Phrase, Plan, Prefix, Similar, Term
from .slips import one_edit_away

_MEMORY_MB = 128
_DAMAGED = (index.IndexError, OSError, ValueError, KeyError, EOFError, struct.error, pickle.UnpicklingError)


class _Stored(NamedTuple):
    """What is kept of each entry beside its postings."""

    id: str
    values: Mapping[str, tuple[str, ...]]
    by_name: str
    by_change: int
    by_activity: int
    by_listing: int


def _schema() -> fields.Schema:
    text = fields.TEXT(analyzer=SpaceSeparatedTokenizer(), phrase=True)
    texts = dict.fromkeys((*WEIGHTS, *FACETS), text)
    ranks = fields.TEXT(analyzer=SpaceSeparatedTokenizer(), phrase=False)
    return fields.Schema(id=fields.ID(unique=True), kept=fields.STORED, **texts, **{RANK: ranks})


class _Words(dict[str, frozenset[str]]):
    """The words of each field of a segment, read when a field is first asked: files are slow to ask for one word."""

    def __init__(self, reader: Anything) -> None:
        super().__init__()
        self._reader = reader

    def __missing__(self, field: str) -> frozenset[str]:
        self[field] = found = frozenset(self._reader.field_terms(field))
        return found


class WhooshIndex(FolderIndex):
    """`SearchIndex` on Whoosh."""

    engine = "whoosh"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._segments: dict[str, tuple[list[_Stored], _Words]] = {}

    def create(self, generation: Path) -> None:
        """See `FolderIndex.create`."""
        index.create_in(str(generation), _schema()).close()

    def write(self, generation: Path, put: Iterable[IndexEntry], remove: Iterable[str], fresh: bool) -> None:
        """See `FolderIndex.write`."""
        opened = index.open_dir(str(generation))
        writer = opened.writer(limitmb=_MEMORY_MB)
        with ExitStack() as unfinished:
            unfinished.callback(writer.cancel)
            for entry_id in remove:
                writer.delete_by_term("id", entry_id)
            # Whoosh replaces what was committed before, not what was added a moment ago.
            entries = put if fresh else {entry.id: entry for entry in put}.values()
            add = writer.add_document if fresh else writer.update_document
            for entry in entries:
                add(**_document(entry))
            unfinished.pop_all()
        writer.commit()
        opened.close()

    def open(self, generation: Path) -> Reader:
        """See `FolderIndex.open`."""
        try:
            searcher = index.open_dir(str(generation)).searcher(weighting=scoring.BM25F())
            return _WhooshReader(searcher, *self._load(searcher))
        except _DAMAGED as error:
            raise Unreadable(f"{type(error).__name__}: {error}") from error

    def _load(self, searcher: Anything) -> tuple[list[_Stored], list[_Words]]:
        """What is kept of every document, by its number, and all words; segments never change, so each is loaded once."""
        segments = {}
        documents: list[_Stored] = []
        for reader, _ in searcher.reader().leaf_readers():
            segment = reader.segment()
            name = str(segment.segment_id()) if segment else ""
            known = self._segments.get(name)  # another thread may replace the table meanwhile
            if known is None:
                kept = (reader.stored_fields(number)["kept"] for number in range(reader.doc_count_all()))
                known = [_Stored(*values) for values in kept], _Words(reader)
            segments[name] = known
            documents.extend(known[0])
        self._segments = segments
        return documents, [words for _, words in segments.values()]


def _document(entry: IndexEntry) -> dict[str, object]:
    kept = fields_of(entry)
    return {
        "id": entry.id,
        "kept": (entry.id, dict(kept.values), kept.by_name, kept.by_change, kept.by_activity, kept.by_listing),
        **kept.texts,
    }


class _WhooshReader:
    def __init__(self, searcher: Anything, documents: list[_Stored], words: list[_Words]) -> None:
        self._searcher = searcher
        self._documents = documents
        self._months = {
            month for entry in documents for month in entry.values[SINCE]
        }  # those of deleted ones do no harm
        self._words = words
        self._lock = threading.Lock()  # Whoosh's readers are not made for several threads
        self._last: tuple[Plan, list[int]] | None = None

    def find(self, plan: Plan, request: Request) -> tuple[tuple[str, ...], int]:
        wanted = {facet: set(values) for facet, values in request.facets.items()}
        found = [
            entry
            for entry in (self._documents[number] for number in self._matches(plan))
            if all(not values.isdisjoint(entry.values[facet]) for facet, values in wanted.items())
        ]
        if request.sort == "name":
            found.sort(key=lambda entry: entry.by_name)
        elif request.sort == "newest":
            found.sort(key=lambda entry: -entry.by_change)
        elif request.sort == "listed":
            found.sort(key=lambda entry: -entry.by_listing)
        elif request.sort == "activity":
            found.sort(key=lambda entry: -entry.by_activity)
        return tuple(entry.id for entry in found[request.offset : request.offset + request.limit]), len(found)

    def count(self, plan: Plan) -> int:
        return len(self._matches(plan))

    def facets(self, plan: Plan, chosen: Mapping[str, tuple[str, ...]]) -> Mapping[str, Mapping[str, int]]:
        wanted = {facet: set(values) for facet, values in chosen.items()}
        counts: dict[str, Counter[str]] = {facet: Counter() for facet in FACETS}
        for number in self._matches(plan):
            values = self._documents[number].values
            failed = [facet for facet, allowed in wanted.items() if allowed.isdisjoint(values[facet])]
            # Who passes all filters counts everywhere; who fails one only counts there, since it does not filter itself.
            for facet in FACETS if not failed else failed if len(failed) == 1 else ():
                counts[facet].update(values[facet])
        return counts

    def frequencies(self, tokens: Iterable[str]) -> Frequencies:
        with self._lock:
            reader = self._searcher.reader()
            counts = {token: max(int(reader.doc_frequency(field, token)) for field in WEIGHTS) for token in tokens}
        return Frequencies(len(self._documents), counts)

    def months(self) -> Iterable[str]:
        return self._months

    def ids(self) -> frozenset[str]:
        return frozenset(self._documents[number].id for number in self._matches(Everything()))

    def _matches(self, plan: Plan) -> list[int]:
        """The numbers of the documents that `plan` matches, best first; those of the last plan are remembered."""
        with self._lock:
            if self._last is None or self._last[0] is not plan:
                found = self._searcher.search(self._query(plan), limit=None)
                self._last = plan, [number for number, _ in found.items()]
            return self._last[1]

    def _has(self, field: str, word: str) -> bool:
        return any(word in words[field] for words in self._words)

    def _query(self, plan: Plan) -> query.Query:
        match plan:
            case Term(field, token, weight):
                return query.Term(field, token, boost=weight) if self._has(field, token) else query.NullQuery
            case Phrase(field, tokens, weight):
                return query.Phrase(field, list(tokens), boost=weight)
            case Prefix(field, start, weight):
                return query.ConstantScoreQuery(query.Prefix(field, start), weight)
            case Similar(field, token, weight):
                near = [query.Term(field, word) for word in one_edit_away(token) if self._has(field, word)]
                return query.ConstantScoreQuery(query.Or(near), weight) if near else query.NullQuery
            case Constant(field, token, weight):
                return query.ConstantScoreQuery(query.Term(field, token), weight)
            case Once(part, weight):
                return query.ConstantScoreQuery(self._query(part), weight)
            case Any(parts):
                return query.Or([self._query(part) for part in parts])
            case All(parts, without, better):
                every = query.And(
                    [self._query(part) for part in parts] + [query.Not(self._query(part)) for part in without]
                )
                return query.AndMaybe(every, query.Or([self._query(part) for part in better])) if better else every
            case Everything():
                return query.Every()
