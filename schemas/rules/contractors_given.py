"""maintenance.contractors is there where maintenance.type is contract, and only there.

Forbidden with other types since version 0.5. An empty list counts as being there, as in the reference.

Repair: add the contractors with name and end of contract, or set the type to contract, or remove them.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..candidate import Candidate
from ..document import Document
from ..finding import Finding, Severity, message
from ..nodes import Kind
from ..structure import structure

ID, SEVERITY = "contractors-given", Severity.ERROR


def check(document: Document, candidate: Candidate) -> Iterator[Finding]:
    """One finding where contractors are missing or should not be there."""
    section = structure(document).at("maintenance")
    kind = structure(document).at("maintenance.type")
    path = ("maintenance", "contractors")
    contractors = document.node(path)
    given = contractors is not None and contractors.kind is not Kind.NULL
    if section is None or section.node is None or kind is None or given == (kind.text == "contract"):
        return
    if given:
        text = message("contractors must not stand here: the maintenance type is {type}, not contract", type=kind.shown)
        help_text = message("Remove contractors, or write type: contract.")
    else:
        text = message("contractors are missing; they are mandatory with the maintenance type contract")
        help_text = message("Add contractors with name and until (the day on which the contract ends).")
    place = document.place(path) if contractors is not None else next(iter(section.node.places.values()))
    yield Finding(ID, SEVERITY, "maintenance.contractors", text, *place, help=help_text)
