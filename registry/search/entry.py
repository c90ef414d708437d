"""An entry as any engine keeps it: tokens to search in, values to count, a key to sort by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from itertools import accumulate
from uuid import UUID

from . import FACETS, IndexEntry, Text
from .analysis import index_repeated, index_text, joined_words
from .text import cut, encodable, split

# Longer values are no values, and an entry has no more of them than fit: an engine keeps up to 65,530 bytes of four facets.
_LONGEST_VALUE = 200
_MOST_BYTES = 15_000
_LAST_SECOND = 2**32 - 1  # in 2106
_LAST_MILLISECOND = 2**42 - 1  # in 2109


@dataclass(frozen=True, slots=True)
class Fields:
    """`texts`: tokens joined by spaces, per field; `values`: the values of each facet; `standing`: 0 to 7, see `standing`.

    The keys of the orders differ for any two entries, so that pages are stable and alike in both engines: `by_name` by the first
    name, folded; the others are numbers below 2**63: what changed last, is most active, was listed last has the greatest. What one
    harvest listed at once stands in the order of the ids, as in the lists that the database orders (`catalogue.shown_ids`).
    """

    texts: Mapping[str, str]
    values: Mapping[str, tuple[str, ...]]
    standing: int
    by_name: str
    by_change: int
    by_activity: int
    by_listing: int


def fields_of(entry: IndexEntry) -> Fields:
    """What is kept of `entry`. The values of a facet are searched as well, in the field of its name."""
    given = entry.facets
    facets = [_facet(tuple(given.get(facet, ()))) for facet in FACETS]
    values = {facet: found for facet, (found, _) in zip(FACETS, facets, strict=True)}
    texts = {facet: searched for facet, (_, searched) in zip(FACETS, facets, strict=True)}
    names = [split(name.text) for name in entry.names]
    texts["name"] = f"{index_text(entry.names)} {joined_words(names)}".strip()
    texts["summary"] = index_text(entry.summaries)
    texts["feature"] = index_text(entry.features)
    texts["label"] = index_repeated(entry.labels)
    texts["publisher"] = _publisher(entry.publishers, values["publisher"])
    texts["technologies"] = _repeated(entry.technologies)
    texts["description"] = index_text(entry.descriptions)
    name = " ".join(cut(names[0]))[:200] if names else ""
    modified = min(max(entry.modified, 0), _LAST_SECOND)
    tie = int.from_bytes(blake2b(encodable(entry.id).encode(), digest_size=4).digest())
    active = min(max(entry.activity, -1), 100) + 1  # 0: not known
    return Fields(
        texts,
        values,
        standing(entry),
        by_name=f"{name}\x1f{encodable(entry.id)}",
        by_change=modified << 31 | tie >> 1,
        by_activity=active << 56 | modified << 24 | tie >> 8,
        by_listing=min(max(entry.listed, 0), _LAST_MILLISECOND) << 21 | _first_bits(entry.id, tie),
    )


def _first_bits(identity: str, otherwise: int) -> int:
    """The first 21 bits of a UUID; of `otherwise`, a number of 32 bits, where `identity` is none."""
    try:
        return UUID(identity).int >> 107
    except ValueError:
        return otherwise >> 11


def _value(text: str) -> str:
    if text.isprintable() and text.isascii():
        return text
    return encodable(text).replace("\x1f", " ").replace("\x1e", " ")


@lru_cache(maxsize=2_000)
def _facet(given: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """The values of a facet that are kept, and what is searched of them."""
    found = dict.fromkeys(_value(value) for value in given if 0 < len(value) <= _LONGEST_VALUE)
    ends = accumulate(len(value.encode()) + 1 for value in found)
    values = tuple(value for value, end in zip(found, ends, strict=True) if end <= _MOST_BYTES)
    return values, index_repeated(Text("", value) for value in values)


# Many entries have the same of these.
_repeated = lru_cache(maxsize=2_000)(index_repeated)


@lru_cache(maxsize=2_000)
def _publisher(names: tuple[Text, ...], slugs: tuple[str, ...]) -> str:
    return index_repeated((*names, *(Text("", value) for value in slugs)))


def standing(entry: IndexEntry) -> int:
    """How `entry` stands, by which equals are told apart: 3 degrees for being valid, 1 for each fifth of the greatest activity.

    >>> standing(IndexEntry("a", (), facets={"validity": ("valid",)}, activity=63))
    6
    """
    valid = "valid" in entry.facets.get("validity", ())
    return 3 * valid + min(max(entry.activity, 0), 99) // 20
