"""The search index on Whoosh: Python alone, for places where nothing may be compiled, and slower for it."""

from __future__ import annotations

import pickle
import struct
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any as Anything

from whoosh import fields, index  # type: ignore[import-untyped]
from whoosh.analysis import SpaceSeparatedTokenizer  # type: ignore[import-untyped]

from . import FACETS, IndexEntry
from .entry import fields_of
from .folder import FolderIndex, Reader, Unreadable
from .plan import WEIGHTS
from .whoosh_postings import Kept, Postings, Segment
from .whoosh_reader import WhooshReader

_MEMORY_MB = 128
_DAMAGED = (index.IndexError, OSError, ValueError, KeyError, EOFError, struct.error, pickle.UnpicklingError)


def _schema() -> fields.Schema:
    # Without places: words in a row are looked for in the texts that are kept.
    text = fields.TEXT(analyzer=SpaceSeparatedTokenizer(), phrase=False)
    return fields.Schema(id=fields.ID(unique=True), kept=fields.STORED, **dict.fromkeys((*WEIGHTS, *FACETS), text))


class WhooshIndex(FolderIndex):
    """`SearchIndex` on Whoosh."""

    engine = "whoosh"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._segments: dict[str, Segment] = {}

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
            return WhooshReader(Postings(self._load(index.open_dir(str(generation)).reader())))
        except _DAMAGED as error:
            raise Unreadable(f"{type(error).__name__}: {error}") from error

    def _load(self, opened: Anything) -> list[tuple[int, Anything, Segment]]:
        """Of each segment the number of its first entry, its reader and what is kept, which is loaded once."""
        parts = []
        for reader, first in opened.leaf_readers():
            segment = reader.segment()
            name = str(segment.segment_id()) if segment else ""
            parts.append((name, first, reader, self._segments.get(name) or Segment(reader)))
        self._segments = {name: kept for name, _, _, kept in parts}
        return [(first, reader, kept) for _, first, reader, kept in parts]


def _document(entry: IndexEntry) -> dict[str, object]:
    kept = fields_of(entry)
    return {
        "id": entry.id,
        "kept": tuple(
            Kept(
                entry.id,
                kept.values,
                kept.texts,
                kept.standing,
                kept.by_name,
                kept.by_change,
                kept.by_activity,
                kept.by_listing,
            )
        ),
        **kept.texts,
    }
