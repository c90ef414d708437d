"""The licences of packages: expressions as a document states them, brought to one canonical form and a state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..finding import message
from ..licensing.expression import ExpressionError, Joined, Tree, parse_expression
from ..licensing.found import NOASSERTION
from ..licensing.identify import identify
from ..licensing.reading import parse_in_any_case
from ..licensing.successors import canonical
from .bounds import too_many
from .model import Extracted, SbomError, State

MOST_TEXTS = 2_000  # licences with a text of their own in one document
MOST_IDENTIFIED, LONGEST_IDENTIFIED = 200, 2_000_000  # of them are compared with the list; characters of all these
MOST_STATEMENTS, LONGEST_STATEMENTS = 10_000, 2_000_000  # distinct expressions; characters of all
_EMPTY = {"": State.NOASSERTION, NOASSERTION: State.NOASSERTION, "NONE": State.NONE}
_REFERENCE = "LicenseRef-"


@dataclass(frozen=True, slots=True)
class Said:
    """What one text says as a licence: its canonical expression, empty where there is none, the state, whether old ids are used."""

    license: str
    state: State
    deprecated: bool = False


def known(text: str) -> str:
    """A value that a document gives; empty where it says that it does not know (NOASSERTION)."""
    return "" if text == NOASSERTION else text


def identified(ref: str, name: str, text: str) -> str:
    """The licence of which `text` is the text or the notice; empty where nobody can tell."""
    if not text or text.strip() == NOASSERTION:
        return ""
    found = identify(text.encode(), name or ref)
    return "" if found.concluded == NOASSERTION or found.restrictions else Licenses().said(found.concluded).license


def all_identified(given: Iterable[Extracted], place: str) -> tuple[Extracted, ...]:
    """The licences of a document that are not on the list, the first with their texts compared to those of the list."""
    found: list[Extracted] = []
    by_text: dict[str, str] = {}
    left = LONGEST_IDENTIFIED
    for one in given:
        if len(found) >= MOST_TEXTS:
            raise too_many(place, MOST_TEXTS)
        if one.text not in by_text and len(by_text) < MOST_IDENTIFIED and len(one.text) <= left:
            by_text[one.text] = identified(one.ref, one.name, one.text)
            left -= len(one.text)
        found.append(Extracted(one.ref, one.name, one.text, by_text.get(one.text, "")))
    return tuple(found)


class Licenses:
    """Reads the licence statements of one document, each distinct text once."""

    def __init__(self, extracted: Iterable[Extracted] = ()) -> None:
        self._meant: Mapping[str, str] = {one.ref: one.license for one in extracted if one.license}
        self._read: dict[str, Said] = {}
        self._left = LONGEST_STATEMENTS

    def of(self, declared: str, concluded: str) -> tuple[str, State]:
        """The licence of a package and its state: of what was concluded, where that says anything, else of what was declared."""
        first, second = self.said(concluded), self.said(declared)
        silent = first.state is State.NOASSERTION or (first.state is State.INVALID and second.state is State.KNOWN)
        chosen = second if silent else first
        return chosen.license, chosen.state

    def said(self, text: str) -> Said:
        """What one statement says."""
        if text in _EMPTY:
            return Said("", _EMPTY[text])
        found = self._read.get(text)
        if found is None:
            self._left -= len(text)
            if len(self._read) >= MOST_STATEMENTS or self._left < 0:
                raise SbomError(
                    message(
                        "the packages state more than {most} different licences; give one document for each part of the software",
                        most=MOST_STATEMENTS,
                    )
                )
            found = self._read[text] = self._of(text)
        return found

    def _of(self, text: str) -> Said:
        try:
            written = parse_in_any_case(text)
            normalized = parse_expression(canonical(written.tree)).text
        except ExpressionError:
            return Said("", State.INVALID)
        if _REFERENCE in normalized:
            normalized = self._exchanged(normalized)
        unknown = _REFERENCE in normalized
        return Said(normalized, State.UNKNOWN if unknown else State.KNOWN, bool(written.deprecated))

    def _exchanged(self, text: str) -> str:
        """The expression with each reference exchanged for the licence that its text is."""
        words = text.replace("(", "( ").replace(")", " )").split()
        meant = [self._meant.get(word, "") for word in words]
        if not any(meant):
            return text
        new = " ".join(f"({found})" if found else word for word, found in zip(words, meant, strict=True))
        try:
            tree: Tree = parse_expression(new).tree
            if isinstance(tree, Joined):  # two references may be the same licence
                tree = Joined(tree.operator, tuple(dict.fromkeys(tree.parts)))
                tree = tree.parts[0] if len(tree.parts) == 1 else tree
            return canonical(tree)
        except ExpressionError:  # too long now, or an exception stands behind what are two licences
            return text
