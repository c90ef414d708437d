"""Values of closed lists are in their list: categories, scopes, development status, software type, maintenance type.

The lists are those of version 0.7 and case-sensitive. `softwareType: standalone` (deprecated since 0.2) fails, as in
the reference. For `countryExtensionVersion` of the Italian section the text asks for “1.0”; the reference takes 0.2
as well and so do we.

Repair: take the suggested value or one of the list; `other` is a category too.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..candidate import Candidate
from ..document import Document
from ..finding import Finding, Message, Severity, message
from ..structure import Found, structure
from ..suggestions import nearest
from ..vocabularies import labels, value_called

ID, SEVERITY = "value-listed", Severity.ERROR
MOST_SUGGESTIONS = 30  # comparing words costs more than all the rest


def check(document: Document, candidate: Candidate) -> Iterator[Finding]:
    """One finding for each value that is not in its list."""
    wrong = (
        found
        for key, places in structure(document).groups()
        if key.listed
        for found in places
        if found.text not in labels(key.listed)
    )
    for number, found in enumerate(wrong):
        text = message("{value} is not in the list of values", value=found.shown or '""')
        yield found.finding(ID, SEVERITY, text, _help(found, number < MOST_SUGGESTIONS))


def _help(found: Found, compare: bool) -> Message:
    values = labels(found.key.listed)
    below = [value for value in values if value.startswith(f"{found.text}/")]
    if found.text and below:
        return message("Write one of: {known}.", known=", ".join(below))
    near = value_called(found.key.listed, found.text) or (nearest(found.text, values) if compare else "")
    if near:
        return message("Did you mean {near}?", near=near)
    if found.key.listed == "categories":
        return message("Choose a category of the standard's list, or write other.")
    return message("Write one of: {known}.", known=", ".join(values))
