"""Ids for the entries of a catalogue that has none of its own: the same from one harvest to the next."""

from __future__ import annotations

from hashlib import sha256

from ...schemas.candidate import address_key
from .normalised import sound

LONGEST = 200  # characters of what a record says


class Identifiers:
    """Gives each entry of one catalogue another id."""

    def __init__(self) -> None:
        self._given: dict[str, int] = {}

    def give(self, own: str, url: str, name: str, original: bytes) -> str:
        """The record's own id; else its address, with its name where another entry has the same address; else its digest."""
        key = address_key(url) if url else ""
        digest = sha256(original).hexdigest()[:16]
        own, name = sound(own)[:LONGEST], sound(name)[:LONGEST]
        for text in (own, key, f"{key}#{name}".strip("#"), name, digest):
            if text and text not in self._given:
                self._given[text] = 1
                return text
        # The very same record once more.
        self._given[digest] += 1
        return self.give(f"{digest}#{self._given[digest]}", "", "", original)
