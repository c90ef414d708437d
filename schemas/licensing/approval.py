"""Whether an expression can be fulfilled with licences of a kind, such as those that the OSI approves."""

from __future__ import annotations

from ..vocabularies import licenses
from .expression import Term, Tree


def approved(tree: Tree, flag: str) -> bool | None:
    """Whether the list's `flag` (osi, fsf) holds: for all parts of an AND, for one part of an OR; None where it is not known.

    An exception only permits more and changes nothing. Of `LicenseRef-…` nothing is known.
    """
    if isinstance(tree, Term):
        entry = licenses().get(tree.license.lower())
        return bool(entry[1].get(flag)) if entry else None
    answers = [approved(part, flag) for part in tree.parts]
    decides = tree.operator == "OR"
    if decides in answers:
        return decides
    return None if None in answers else not decides
