"""Whether a bill of materials is valid SPDX 2.3, by the validator of spdx-tools, in pieces.

The validator looks through all packages and relationships for each of them. Some packages at a time with what belongs to them
are looked at as quickly, however many there are; what holds for the whole document alone is looked at here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import BytesIO
from itertools import islice
from typing import TypeVar

from spdx_tools.spdx.model import CreationInfo, Document
from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document

from .bill import Bill, Extract, Item, Relation
from .spdx2 import DOCUMENT, creation, extract, package, relations, relationship, remarks

_TERMS = "https://spdx.org/rdf/3.0.1/terms/"
PIECE = 30  # packages, or relationships, at a time
_REFERENCE = re.compile(r"LicenseRef-[A-Za-z0-9.-]+")
T = TypeVar("T")


def complaints(bill: Bill) -> Iterator[str]:
    """What the validator has against the document, each with the id that it is about; nothing where it is valid."""
    by_ref = {item.ref: item for item in bill.items}
    for ref, count in Counter(item.ref for item in bill.items).items():
        if count > 1:
            yield f"{ref}: stands {count} times"
    if not bill.described:
        yield f"{DOCUMENT}: describes nothing"
    extracts, head = {one.ref: one for one in bill.extracts}, creation(bill)

    def told(items: Sequence[Item], some: Sequence[Relation], named: Iterable[Extract]) -> Iterator[str]:
        yield from _told(_piece(bill, head, items, some, named))

    for items in _some(bill.items):
        yield from told(items, (), _named(items, extracts))
    bare = {ref: _bare(item) for ref, item in by_ref.items()}
    for some in _some(relations(bill)):
        ends = dict.fromkeys(ref for one in some for ref in (one.source, one.target) if ref in bare)
        yield from told([bare[ref] for ref in ends], some, ())
    for all_extracts in _some(bill.extracts):
        yield from told([Item("SPDXRef-bare", "bare")], (), all_extracts)


def complaints_of_spdx3(bill: Bill) -> Iterator[str]:
    """What SPDX's own bindings have against the document in SPDX 3: what they cannot read, and ids that nothing has."""
    from spdx_python_model.bindings import v3_0_1 as spdx3

    from .spdx3 import json_ld_pieces

    objects = spdx3.SHACLObjectSet()
    content = "".join(json_ld_pieces(bill)).encode()
    try:
        spdx3.JSONLDDeserializer().read(BytesIO(content), objects)
    except (ValueError, TypeError, KeyError) as error:
        yield f"the document: {error}"
    for missing in sorted(objects.missing_ids):
        if not missing.startswith(_TERMS):
            yield f"{missing}: nothing has this id"


def _piece(
    bill: Bill, head: CreationInfo, items: Sequence[Item], some: Sequence[Relation], extracts: Iterable[Extract]
) -> Document:
    """A document of its own with these; it describes its packages, as each document has to."""
    kept = [one for one in some if one.source != DOCUMENT]
    described = [Relation(DOCUMENT, "DESCRIBES", item.ref) for item in items[:1]]
    described += [one for one in some if one.source == DOCUMENT]
    return Document(
        head,
        [package(item) for item in items],
        annotations=[one for item in items for one in remarks(bill, item)],
        relationships=[relationship(one) for one in (*described, *kept)],
        extracted_licensing_info=[extract(one) for one in dict.fromkeys(extracts)],
    )


def _told(document: Document) -> Iterator[str]:
    for found in validate_full_spdx_document(document):
        yield f"{found.context.spdx_id or found.context.parent_id or DOCUMENT}: {found.validation_message}"


def _named(items: Iterable[Item], extracts: Mapping[str, Extract]) -> list[Extract]:
    said = (f"{item.declared} {item.concluded}" for item in items)
    refs = dict.fromkeys(ref for text in said if "LicenseRef-" in text for ref in _REFERENCE.findall(text))
    return [extracts[ref] for ref in refs if ref in extracts]


def _bare(item: Item) -> Item:
    """The item as a name alone, for the ends of relationships."""
    return Item(item.ref, "bare")


def _some(ones: Iterable[T]) -> Iterator[list[T]]:
    left = iter(ones)
    while some := list(islice(left, PIECE)):
        yield some
