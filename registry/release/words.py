"""What ids of other parts are called in the sentences of a line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ...schemas.finding import Message, message

# The titles that the pages of a bill of materials have as well.
ELEMENTS: Mapping[str, Message] = {
    "supplier": message("Supplier"),
    "name": message("Name of the component"),
    "version": message("Version"),
    "identifier": message("Unique identifier"),
    "relationship": message("Dependency relationship"),
    "author": message("Author of the document"),
    "timestamp": message("Time stamp"),
}
"""The minimum elements of the NTIA."""

_AS_IT_IS = "{text}"


def called(ids: Iterable[str], words: Mapping[str, Message]) -> tuple[tuple[Message, int], ...]:
    """Each id in words; one that has none as it is."""
    return tuple((words.get(one, Message(_AS_IT_IS, (("text", one),))), 0) for one in ids)


def counted(numbers: Mapping[str, int], words: Mapping[str, Message]) -> tuple[tuple[Message, int], ...]:
    """The same, each with how many there are."""
    return tuple((said, numbers[one]) for one, (said, _) in zip(numbers, called(numbers, words), strict=True))
