"""Why a document cannot be read, and how much of one is."""

from __future__ import annotations

from dataclasses import dataclass

LARGEST = 10 * 1024 * 1024
LONGEST = 200_000  # characters that are read of a document


@dataclass
class Unreadable(Exception):
    """A document that cannot be read: `code` is one of documents.py, `place` where in the document."""

    code: str
    place: str = ""
