"""maintenance.contacts is there where maintenance.type is internal or community.

An empty list passes, as in the reference. For `contract` and `none` contacts are optional.

Repair: add a contact with a name; e-mail, telephone and affiliation are optional.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..candidate import Candidate
from ..document import Document
from ..finding import Finding, Severity, message
from ..nodes import Kind
from ..structure import structure

ID, SEVERITY = "contacts-given", Severity.ERROR


def check(document: Document, candidate: Candidate) -> Iterator[Finding]:
    """One finding where contacts are needed and missing; at the first key of the section, as they have no place."""
    section = structure(document).at("maintenance")
    kind = structure(document).at("maintenance.type")
    contacts = document.node(("maintenance", "contacts"))
    if section is None or kind is None or kind.text not in ("internal", "community"):
        return
    if contacts is None or contacts.kind is Kind.NULL:
        place = document.place(("maintenance", "contacts"))
        if contacts is None and section.node is not None:
            place = next(iter(section.node.places.values()))
        yield Finding(
            ID,
            SEVERITY,
            "maintenance.contacts",
            message("contacts are missing; they are mandatory with the maintenance type {type}", type=kind.text),
            *place,
            help=message("Add contacts with at least one name, indented below maintenance."),
        )
