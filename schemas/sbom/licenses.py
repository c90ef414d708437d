"""The licences of packages: expressions as a document states them, brought to one canonical form and a state."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..finding import message
from ..licensing.expression import ExpressionError, Joined, Tree, parse_expression
from ..licensing.found import NOASSERTION
from ..licensing.identify import identify
from ..licensing.reading import parse_in_any_case
from ..licensing.successors import canonical
from .bounds import LONGEST, shown, too_many
from .model import Extracted, SbomError, State

MOST_TEXTS = 2_000  # licences with a text of their own in one document
MOST_IDENTIFIED, LONGEST_IDENTIFIED = 200, 2_000_000  # of them are compared with the list; characters of all these
MOST_STATEMENTS, LONGEST_STATEMENTS = 10_000, 1_000_000  # distinct expressions; characters of all
_EMPTY = {"": State.NOASSERTION, NOASSERTION: State.NOASSERTION, "NONE": State.NONE}
_REFERENCES = ("LicenseRef-", "AdditionRef-")
_ANY_REFERENCE = re.compile(r"(?:LicenseRef|AdditionRef)-[A-Za-z0-9.-]+")
_BRACKETS = re.compile(r"[()]")
_NO_ID = re.compile(r"[^A-Za-z0-9.]+")
_LONGEST_REFERENCE = 60


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
    found: dict[str, Extracted] = {}
    for number, one in enumerate(given):
        if number >= MOST_TEXTS:
            raise too_many(place, MOST_TEXTS)
        former = found.get(one.ref)
        # An id that is given two texts is neither of them.
        found[one.ref] = one if former is None or former.text == one.text else Extracted(one.ref, former.name)
    by_text: dict[str, str] = {}
    left = LONGEST_IDENTIFIED
    for ref, one in found.items():
        if one.text not in by_text and len(by_text) < MOST_IDENTIFIED and len(one.text) <= left:
            by_text[one.text] = identified(ref, one.name, one.text)
            left -= len(one.text)
        found[ref] = Extracted(ref, one.name, one.text, by_text.get(one.text, ""))
    return tuple(found.values())


def references_in(expression: str) -> set[str]:
    """The references to licences off the list that an expression uses."""
    return set(_ANY_REFERENCE.findall(expression)) if "Ref-" in expression else set()


class References:
    """Gives licences that are off the list references that nothing else in the document has; `used` are taken already."""

    def __init__(self, place: str, used: Iterable[str] = ()) -> None:
        self.place, self.extracted = place, dict[str, Extracted]()
        self._used = set(used)
        self._numbers: dict[str, int] = {}

    def keep(self, wanted: str, name: str, text: str) -> str:
        """Keeps a licence under the reference `wanted`, or one like it; gives that."""
        if len(self.extracted) >= MOST_TEXTS:
            raise too_many(self.place, MOST_TEXTS)
        ref, number = wanted, self._numbers.get(wanted, 1)
        while ref in self._used:
            number += 1
            ref = f"{wanted}-{number}"
        self._numbers[wanted] = number
        self._used.add(ref)
        self.extracted[ref] = Extracted(ref, name, text)
        return ref


def reference(prefix: str, name: str) -> str:
    """A reference that reminds of `name`."""
    stem = _NO_ID.sub("-", name[:LONGEST]).strip("-")[:_LONGEST_REFERENCE].strip("-")
    return prefix + (stem or "text")


def joined(parts: Iterable[str], operator: str) -> str:
    """Expressions joined to one. What becomes too long, or reaches beyond its brackets, makes it something that is none."""
    different = list(dict.fromkeys(part for part in parts if part))
    if len(different) == 1:
        return different[0]
    if sum(map(len, different)) > LONGEST or not all(map(_closed, different)):
        return shown("; ".join(part[:LONGEST] for part in different[:8]))
    return f" {operator} ".join(f"({part})" if " " in part or "(" in part else part for part in different)


def _closed(part: str) -> bool:
    """Whether each bracket in it is closed within."""
    depth = 0
    for bracket in _BRACKETS.findall(part):
        depth += 1 if bracket == "(" else -1
        if depth < 0:
            return False
    return depth == 0


def too_many_licenses() -> SbomError:
    """The error of more statements about licences than are read."""
    return SbomError(
        message(
            "the packages state more than {most} different licences; give one document for each part of the software",
            most=MOST_STATEMENTS,
        )
    )


def _refers(expression: str) -> bool:
    return any(prefix in expression for prefix in _REFERENCES)


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
                raise too_many_licenses()
            found = self._read[text] = self._of(text)
        return found

    def _of(self, text: str) -> Said:
        try:
            written = parse_in_any_case(text)
            normalized = parse_expression(canonical(written.tree)).text
        except ExpressionError:
            return Said("", State.INVALID)
        if _refers(normalized):
            normalized = self._exchanged(normalized)
        unknown = _refers(normalized)
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
