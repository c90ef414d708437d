"""What becomes of the keys of a `tw` section, which catalogues in Taiwan have used.

The standard never had such a section, so that the rule key-known refuses it, and version 0.7 has deprecated all
country sections. For each key in it (in `TW` as well) this warning says where its content belongs.

`accessibilityConformance` belongs under `supports`, with the address of the accessibility guidelines; `openapi` under
`apiDocumentation` of a description; `vulnerabilityScanners` in the repository's own documents (SECURITY.md).

The rest has no place. `createdDate`: the repository's first commit tells it; the day of the newest release is
`releaseDate`. `techStacks`: the repository shows its languages; systems that the software needs stand under
`dependsOn`. `mainCopyrightOwnerLogo`, `countryExtensionVersion` and `overrides` go without a successor.

Repair: move what has a place, then remove the section.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..candidate import Candidate
from ..document import Document
from ..finding import Finding, Severity, message
from ..nodes import Kind, key_text
from ..structure import shown, structure

ID, SEVERITY = "taiwan-section", Severity.WARNING

_PLACES = {
    "accessibilityConformance": message(
        "Name the guidelines under supports, such as id: https://www.w3.org/TR/WCAG21/, and say the level in the documentation."
    ),
    "techStacks": message("Remove it: the repository shows its languages; systems it needs belong under dependsOn."),
    "vulnerabilityScanners": message("Say in the repository (SECURITY.md) which scanners are run, and remove it here."),
    "openapi": message("Write the address as apiDocumentation of a description."),
    "createdDate": message("Remove it: the repository tells it; the day of the newest release is releaseDate."),
}


def check(document: Document, candidate: Candidate) -> Iterator[Finding]:
    """One finding for each key below `tw` (or `TW`)."""
    for unknown in structure(document).unknown:
        if unknown.path not in (("tw",), ("TW",)):
            continue
        section = document.node(unknown.path)
        if section is None or section.kind is not Kind.MAPPING:
            continue
        for name in section.entries:
            yield Finding(
                ID,
                SEVERITY,
                key_text((*unknown.path, name)),
                message("{name} of the section tw is no part of the standard", name=shown(name)),
                *section.places[name],
                help=_PLACES.get(name, message("Remove it; it has no place in publiccode.yml.")),
            )
