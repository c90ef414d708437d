"""No text is blank.

A text of spaces only, or an empty item of a list, satisfies the standard's “mandatory” and says nothing. The
reference lets `shortDescription: "   "`, `features: [""]` and a contact named `" "` pass; so do we, with this
warning. An optional key with an empty text (`version: ""`), as some editors write it, is let be.

Repair: write the text, or remove the key or the item.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..candidate import Candidate
from ..document import Document
from ..finding import Finding, Severity, message
from ..standard import Format, Type
from ..structure import structure

ID, SEVERITY = "text-blank", Severity.WARNING
# An empty text of these formats is an error of the rule that judges the format.
_JUDGED = {Format.URL, Format.HTTP_URL, Format.DATE, Format.LICENSE, Format.LANGUAGE, Format.COUNTRY, Format.EMAIL}
_JUDGED |= {Format.URI, Format.SUPPORTS, Format.MEDIA_TYPE, Format.VIDEO, Format.IPA_CODE}


def check(document: Document, candidate: Candidate) -> Iterator[Finding]:
    """One finding for each text without a letter, where no other rule refuses it."""
    texts = (
        found
        for key, places in structure(document).groups()
        if key.type is Type.TEXT and not key.listed and key.format not in _JUDGED
        for found in places
    )
    for found in texts:
        if found.node is None or not (found.node.text or isinstance(found.path[-1], int)) or found.text.strip():
            continue
        if isinstance(found.path[-1], int):
            text, help_text = message("this item of the list is blank"), message("Write a text, or remove the item.")
        else:
            text = message("{name} is blank", name=str(found.path[-1]))
            help_text = message("Write a text, or remove the key where it is optional.")
        yield found.finding(ID, SEVERITY, text, help_text)
