"""What an entry is in Tantivy's index: the fields, and the JSON that the library is given of each entry.

JSON, because one text is handed to Rust quicker than the sixty values of an entry one by one; and much of it is the same in many
entries, such as all that stands there of a category.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache, lru_cache

import tantivy

from . import FACETS, IndexEntry
from .entry import fields_of
from .plan import LENIENT_FIELDS, STANDING, WEIGHTS, Joint, Prefix, Similar, Term
from .planning import SHORTEST_PREFIX

# All values of all facets are terms of one field, `license\x1fMIT`, and a column of it.
VALUES = "values"
BETWEEN = "\x1f"

# Whatever stands in any field with text: whether an entry matches a word is one question instead of one for each field, and
# a form of a word that no entry has need not be asked for at all.
ANYWHERE = "anywhere"
# Beginnings are looked for in names, which have so many words (`joined_words`) that their beginnings are kept, and in other texts.
NAME_BEGINS = "name_begins"
ENDS = range(SHORTEST_PREFIX, 9)
IN_TEXTS = "in_texts"
TEXTS = frozenset(LENIENT_FIELDS) - {"name"}
JOINT: Joint = {
    **{(kind, frozenset(WEIGHTS)): (ANYWHERE,) for kind in (Term, Prefix, Similar)},
    (Prefix, frozenset(LENIENT_FIELDS)): ("name", IN_TEXTS),
}
"""Which fields answer for several at once."""

NAME_STARTS = ("by_name_1", "by_name_2")
"""The columns of the first and the second eight bytes of `by_name`: numbers are ordered many times as fast as texts are."""

STANDS = "standing"
"""The column that scores are multiplied with; the library takes the logarithm to the base of two for it."""

_KNOWN_VALUES = 10_000


def schema() -> tantivy.Schema:
    """The fields of an index."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    for field in dict.fromkeys((*WEIGHTS, *FACETS)):
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="position")
    for field in (ANYWHERE, NAME_BEGINS, IN_TEXTS):
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="basic")
    builder.add_text_field(VALUES, tokenizer_name="raw", fast=True, index_option="basic")
    builder.add_text_field("by_name", tokenizer_name="raw", fast=True, index_option="basic")
    for number in ("by_change", "by_activity", "by_listing", *NAME_STARTS, STANDS):
        builder.add_unsigned_field(number, fast=True)
    return builder.build()


def value_of(facet: str, value: str) -> str:
    """`value` of `facet` in VALUES; the field named like the facet holds the tokens of its values."""
    return facet + BETWEEN + value


def by_facet(found: Iterable[tuple[str, int]]) -> dict[str, dict[str, int]]:
    """Of every facet the counts of its values, from terms of VALUES with their counts; of the same term the last one."""
    counts: dict[str, dict[str, int]] = {facet: {} for facet in FACETS}
    for term, count in found:
        facet, _, value = term.partition(BETWEEN)
        counts[facet][value] = count
    return counts


def may_begin(word: str) -> bool:
    """Whether beginnings of `word`, or what begins with it, are kept; not of concepts and pairs of characters."""
    return len(word) >= SHORTEST_PREFIX and word[0].isalpha()


def document(entry: IndexEntry) -> str:
    """`entry` as JSON for the library."""
    fields = fields_of(entry)
    texts, values = fields.texts, fields.values
    begun = {word[:end] for word in filter(may_begin, texts["name"].split()) for end in ENDS if end <= len(word)}
    told = [_facet(facet, values[facet], texts[facet]) for facet in FACETS]
    parts = [
        f'"id":{json.dumps(entry.id)},"by_name":{json.dumps(fields.by_name)}',
        f'"by_change":{fields.by_change},"by_activity":{fields.by_activity},"by_listing":{fields.by_listing}',
        f'"{STANDS}":{_weight(fields.standing)}',
        *(f'"{column}":{part}' for column, part in zip(NAME_STARTS, name_starts(fields.by_name), strict=True)),
        # Tokens are letters and digits and our own few signs: nothing that JSON would write in another way.
        *(f'"{name}":"{texts[name]}"' for name in WEIGHTS if texts[name] and name not in FACETS),
        f'"{ANYWHERE}":"{" ".join([texts[name] for name in WEIGHTS])}"',
        f'"{IN_TEXTS}":"{" ".join([texts[name] for name in TEXTS])}"',
        f'"{NAME_BEGINS}":"{" ".join(begun)}"',
        *(searched for searched, _ in told if searched),
        f'"{VALUES}":[{",".join([kept for _, kept in told if kept])}]',
    ]
    return f"{{{','.join(parts)}}}"


def name_starts(by_name: str) -> tuple[int, int]:
    """The numbers of NAME_STARTS: they are ordered as the names are, and alike for names that begin alike."""
    start = by_name.encode()[:16].ljust(16, b"\0")
    return int.from_bytes(start[:8]), int.from_bytes(start[8:])


@cache
def _weight(standing: int) -> int:
    return round(2 ** (20 * (1 + STANDING * standing)))


@lru_cache(maxsize=_KNOWN_VALUES)
def _facet(facet: str, values: tuple[str, ...], searched: str) -> tuple[str, str]:
    """What is searched in `facet`, as a member; and its values, as elements of the list of VALUES."""
    member = f'"{facet}":{json.dumps(searched, ensure_ascii=False)}' if searched else ""
    return member, ",".join(json.dumps(value_of(facet, value), ensure_ascii=False) for value in values)
