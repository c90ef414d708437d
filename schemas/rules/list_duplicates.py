"""No list names the same thing twice.

A warning; the reference lets duplicates pass. They are counted twice by whoever counts, and are nearly always a slip.
Compared are texts without regard to case and to blanks around them, and whole entries of lists of sections (contacts,
dependencies).

Repair: remove the second one.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..candidate import Candidate
from ..document import Document
from ..finding import Finding, Severity, message
from ..nodes import Kind, Node, plain
from ..standard import Type
from ..structure import Found, structure

ID, SEVERITY = "list-duplicates", Severity.WARNING
_LISTS = (Type.LIST, Type.TEXT_OR_LIST)


def check(document: Document, candidate: Candidate) -> Iterator[Finding]:
    """One finding for each item that stands in its list already, at the second place."""
    lists = (found for key, places in structure(document).groups() if key.type in _LISTS for found in places)
    for found in lists:
        if found.node is None or len(found.node.items) < 2:
            continue
        seen: dict[str, Node] = {}
        for number, item in enumerate(found.node.items):
            what = _compared(item)
            first = seen.setdefault(what, item) if what else item
            if first is not item:
                here = Found(found.key, (*found.path, number), (item.line, item.column), item)
                yield here.finding(
                    ID,
                    SEVERITY,
                    message("this item already stands in line {line}", line=first.line),
                    message("Remove one of the two."),
                )


def _compared(item: Node) -> str:
    if item.kind in (Kind.LIST, Kind.MAPPING):
        return repr(plain(item)) if item.length < 10_000 else ""
    return item.text.strip().casefold()
