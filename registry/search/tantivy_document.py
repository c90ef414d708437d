"""What an entry is in Tantivy's index: the fields, and the JSON that the library is given of each entry.

JSON, because one text is handed to Rust quicker than the sixty values of an entry one by one; and much of it is the same in many
entries, such as all that stands there of a category.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache

import tantivy

from . import FACETS, IndexEntry
from .entry import fields_of
from .plan import RANK, WEIGHTS

# A column with one value for each entry is counted five times as fast as one with several. So all values of an entry in the facets
# of a group are counted as one value, which is taken apart afterwards; of facets that have too many combinations the first values
# each have a column of their own.
SPREAD = ("category", "technology")
GROUPS = (
    ("license", "family"),  # which go together anyway
    *((facet,) for facet in FACETS if facet not in (*SPREAD, "license", "family")),
)
GROUP_OF = {facet: group for group in GROUPS for facet in group}
PLACES = 3
BETWEEN = "\x1f"
BETWEEN_FACETS = "\x1e"

# Whatever stands in any field with text: whether an entry matches a word is one question instead of one for each field, and
# a form of a word that no entry has need not be asked for at all.
ANYWHERE = "anywhere"

_KNOWN_VALUES = 10_000


def schema() -> tantivy.Schema:
    """The fields of an index."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    for field in dict.fromkeys((*WEIGHTS, *FACETS)):
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="position")
    builder.add_text_field(ANYWHERE, tokenizer_name="whitespace", index_option="basic")
    builder.add_text_field(RANK, tokenizer_name="whitespace", index_option="basic")
    for facet in FACETS:
        builder.add_text_field(value_field(facet), tokenizer_name="raw", fast=facet in GROUP_OF, index_option="basic")
    for column in (*map(set_field, GROUPS), *(column for facet in SPREAD for column in columns(facet))):
        builder.add_text_field(column, tokenizer_name="raw", fast=True, index_option="basic")
    builder.add_text_field("by_name", tokenizer_name="raw", fast=True, index_option="basic")
    for number in ("by_change", "by_activity", "by_listing"):
        builder.add_unsigned_field(number, fast=True)
    return builder.build()


def value_field(facet: str) -> str:
    """The field with the values of `facet` as they are; the one named like the facet holds their tokens."""
    return facet + "_value"


def set_field(group: tuple[str, ...]) -> str:
    """The field with all values of the facets of `group` as one."""
    return "_".join((*group, "set"))


def columns(facet: str) -> tuple[str, ...]:
    """The fields with the first values of `facet`, one each, and the field with all others."""
    return (*(f"{facet}_{place}" for place in range(PLACES)), facet + "_others")


def document(entry: IndexEntry) -> str:
    """`entry` as JSON for the library."""
    fields = fields_of(entry)
    texts, values = fields.texts, fields.values
    said = [(name, texts[name]) for name in WEIGHTS]
    parts = [
        f'"id":{json.dumps(entry.id)},"by_name":{json.dumps(fields.by_name)}',
        f'"by_change":{fields.by_change},"by_activity":{fields.by_activity},"by_listing":{fields.by_listing}',
        f'"{RANK}":"{texts[RANK]}"',
    ]
    # Tokens are letters and digits and our own few signs: nothing that JSON would write in another way.
    parts += [f'"{name}":"{text}"' for name, text in said if text and name != "publisher"]
    parts.append(f'"{ANYWHERE}":"{" ".join([text for _, text in said])}"')
    parts += [_facet(facet, values[facet], texts[facet]) for facet in FACETS]
    parts += [_together(group, tuple([values[facet] for facet in group])) for group in GROUPS if len(group) > 1]
    return f"{{{','.join(filter(None, parts))}}}"


@lru_cache(maxsize=_KNOWN_VALUES)
def _facet(facet: str, values: tuple[str, ...], searched: str) -> str:
    """All members that hold what stands in `facet`."""
    members: dict[str, object] = {facet: searched, value_field(facet): values} if values or searched else {}
    if facet in SPREAD:
        *places, others = columns(facet)
        members |= zip(places, values, strict=False)
        if len(values) > PLACES:
            members[others] = values[PLACES:]
    elif len(GROUP_OF[facet]) == 1:
        members[set_field((facet,))] = BETWEEN.join(values)
    return _members(members)


@lru_cache(maxsize=_KNOWN_VALUES)
def _together(group: tuple[str, ...], values: tuple[tuple[str, ...], ...]) -> str:
    return _members({set_field(group): BETWEEN_FACETS.join(map(BETWEEN.join, values))})


def _members(values: Mapping[str, object]) -> str:
    return json.dumps(values, ensure_ascii=False)[1:-1]
