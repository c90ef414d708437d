"""An entry as any engine keeps it: tokens to search in, values to count, a key to sort by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from . import FACETS, IndexEntry, Text
from .analysis import index_text
from .plan import RANK
from .text import encodable, tokens

# Longer values are no values; an engine's limit is 65,530 bytes.
_LONGEST_VALUE = 1_000


@dataclass(frozen=True, slots=True)
class Fields:
    """`texts`: tokens joined by spaces, per field; `values`: the values of each facet; `sort_name`: the first name, folded."""

    texts: Mapping[str, str]
    values: Mapping[str, tuple[str, ...]]
    sort_name: str


def fields_of(entry: IndexEntry) -> Fields:
    """What is kept of `entry`. The values of a facet are searched as well, in the field of its name."""
    values = {
        facet: tuple(
            dict.fromkeys(encodable(value) for value in entry.facets.get(facet, ()) if len(value) <= _LONGEST_VALUE)
        )
        for facet in FACETS
    }
    texts = {facet: index_text([Text("", value) for value in found]) for facet, found in values.items()}
    texts |= {
        "name": index_text(entry.names),
        "summary": index_text(entry.summaries),
        "feature": index_text(entry.features),
        "label": index_text(entry.labels),
        "publisher": index_text((*entry.publishers, *(Text("", value) for value in values["publisher"]))),
        "technologies": index_text(entry.technologies),
        "description": index_text(entry.descriptions),
        RANK: " ".join(rank(entry)),
    }
    return Fields(texts, values, " ".join(tokens(entry.names[0].text))[:200] if entry.names else "")


def rank(entry: IndexEntry) -> tuple[str, ...]:
    """The tokens of `entry` in the field RANK, by which equals are told apart.

    >>> rank(IndexEntry("a", (), facets={"validity": ("valid",)}, activity=63))
    ('valid', 'active-3')
    """
    valid = ("valid",) if "valid" in entry.facets.get("validity", ()) else ()
    return (*valid, f"active-{min(entry.activity, 99) // 20}") if entry.activity >= 0 else valid
