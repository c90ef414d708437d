"""Descriptions in two languages are two texts.

Where `shortDescription` or `longDescription` is the same under two languages, one of them was copied and not
translated: a reader who asks for the language gets another. A warning; the reference does not compare. Upper and
lower case and white space make no difference. Regional forms of one language (`en` and `en-GB`) may be the same, and
so may texts of less than 20 characters, such as a bare name.

Repair: translate the text, or remove the language.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..candidate import Candidate
from ..document import Document
from ..finding import Finding, Severity, message
from ..structure import shown, structure

ID, SEVERITY = "descriptions-same", Severity.WARNING
_COMPARED = ("description.*.shortDescription", "description.*.longDescription")
_SHORTEST = 20


def check(document: Document, candidate: Candidate) -> Iterator[Finding]:
    """One finding for each text that another language has already."""
    first: dict[tuple[str, str], str] = {}
    descriptions = document.node(("description",))
    if descriptions is None or len(descriptions.entries) < 2:
        return
    for found in structure(document).all_at(*_COMPARED):
        text = " ".join(found.text.split()).casefold()
        language = str(found.path[1])
        other = first.setdefault((found.key.path, text), language)
        if len(text) < _SHORTEST or other.lower().split("-")[0] == language.lower().split("-")[0]:
            continue
        yield found.finding(
            ID,
            SEVERITY,
            message("this is the same text as under {language}", language=shown(other)),
            message("Translate the text, or remove the language."),
        )
