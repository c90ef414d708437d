"""Licences that are not on the SPDX list: each gets one id in the document, with its text where a file has it."""

from __future__ import annotations

import re
from collections.abc import Callable

from ...schemas.licensing.found import NOASSERTION
from .bill import Extract
from .clean import identifier, line, text

_REFERENCE = re.compile(r"(?:DocumentRef-([A-Za-z0-9.-]+):)?LicenseRef-([A-Za-z0-9.-]+)")
_LONGEST_REF = 200

Lookup = Callable[[str], tuple[str, str, str]]
"""From a reference to the name of its licence, the text (empty where none is known), and what is to be said about them."""


class Extracts:
    """All such licences of one document. The same id with another text, which two entries may well have, gets a number."""

    def __init__(self) -> None:
        self.all: list[Extract] = []
        self._known: dict[tuple[str, str], str] = {}
        self._taken: set[str] = set()

    def put(self, expression: str, lookup: Lookup) -> str:
        """The expression with the ids that its references have in this document; NOASSERTION where no SPDX 2.3 could say it."""
        if "AdditionRef-" in expression:  # SPDX 3 alone has these
            return NOASSERTION
        if "LicenseRef-" not in expression:
            return expression
        return _REFERENCE.sub(lambda found: self._ref(found, lookup), expression)

    def _ref(self, found: re.Match[str], lookup: Lookup) -> str:
        ref = found[0]
        name, said, comment = lookup(ref)
        said = text(said) or NOASSERTION
        key = (ref, said)
        if key not in self._known:
            stem = identifier("-".join(part for part in found.groups() if part))[:_LONGEST_REF] or "unnamed"
            own, number = f"LicenseRef-{stem}", 1
            while own.lower() in self._taken:
                number += 1
                own = f"LicenseRef-{stem}-{number}"
            self._taken.add(own.lower())
            self._known[key] = own
            self.all.append(Extract(own, line(name) or own, said, text(comment, 2_000)))
        return self._known[key]
