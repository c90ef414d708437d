"""The licences of SPDX 3, which are elements that name each other, as expressions of SPDX 2."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Protocol

from ..licensing.found import NOASSERTION
from .bounds import DEEPEST, Fields, shown
from .licenses import LONGEST_STATEMENTS, References, joined, reference, references_in, too_many_licenses
from .model import Extracted

_PREFIX = "expandedlicensing_"
_SETS = {"ConjunctiveLicenseSet": "AND", "DisjunctiveLicenseSet": "OR"}
_CUSTOM = ("CustomLicense", "CustomLicenseAddition")
_EXPRESSION, _TEXT = "simplelicensing_LicenseExpression", "simplelicensing_SimpleLicensingText"
_LISTED = re.compile(r"https?://(?:www\.)?spdx\.org/licenses/([A-Za-z0-9.+-]+?)(?:\.html|\.json)?/?\Z")
_WORDS = re.compile(r"[^ ()]+")


class Resolver(Protocol):
    """Finds elements by their ids and kinds, and the ids that an element names."""

    def resolve(self, reference: str) -> Fields:
        """The element with this id."""

    def references(self, element: Fields, key: str) -> list[str]:
        """The ids that stand at `key`."""

    def of(self, *kinds: str) -> list[Fields]:
        """The elements of some kinds."""


class Statements:
    """The expression for each licence element; `extracted` grows by those that are not on SPDX's list.

    A reference means something within its own expression alone. Those without a meaning there are given to no other licence.
    """

    def __init__(self, elements: Resolver) -> None:
        self.elements = elements
        self._references = References(_TEXT, set().union(*map(_unmeant, elements.of(_EXPRESSION))))
        self._made: dict[str, str] = {}
        self._kept: dict[tuple[str, str], str] = {}
        self._left = LONGEST_STATEMENTS

    @property
    def extracted(self) -> Mapping[str, Extracted]:
        """The licences that are not on SPDX's list, by their references."""
        return self._references.extracted

    def of(self, reference: str, depth: int = 0) -> str:
        """The expression that the element `reference` stands for. A licence that is made of itself stands for NOASSERTION."""
        if reference not in self._made:
            self._made[reference] = NOASSERTION  # what it is while it is made: a circle ends here
            self._made[reference] = NOASSERTION if depth > DEEPEST else self._make(reference, depth)
        return self._made[reference]

    def joined(self, parts: Iterable[str], operator: str) -> str:
        """Expressions joined to one."""
        known = list(dict.fromkeys(part for part in parts if part))
        if len(known) > 1 and any(part in (NOASSERTION, "NONE") for part in known):  # these stand in no expression
            return NOASSERTION
        self._pay(sum(map(len, known)))
        return joined(known, operator)

    def _pay(self, length: int) -> None:
        """Each licence may be made of others: what all of them together cost is bounded, too."""
        self._left -= length
        if self._left < 0:
            raise too_many_licenses()

    def _make(self, reference: str, depth: int) -> str:
        if reference.endswith("NoAssertionLicense"):
            return NOASSERTION
        if reference.endswith("NoneLicense"):
            return "NONE"
        listed = _LISTED.match(reference)
        if listed:
            return listed[1]
        one = self.elements.resolve(reference)
        kind = (one.line("type") or one.line("@type")).removeprefix(_PREFIX)
        if kind == _EXPRESSION:
            return self._expression(one)
        if kind == _TEXT:
            return self._custom(reference, "LicenseRef-")
        if kind in _SETS:
            members = self.elements.references(one, f"{_PREFIX}member")
            return self.joined((self.of(member, depth + 1) for member in members), _SETS[kind])
        return self._expanded(reference, one, kind, depth)

    def _expanded(self, reference: str, one: Fields, kind: str, depth: int) -> str:
        """A licence, its later versions, or a licence with an exception, of the profile for expanded licences."""
        if kind == "OrLaterOperator":
            return self._whole(self._part(one, "subjectLicense", depth), "+")
        if kind == "WithAdditionOperator":
            subject = self._part(one, "subjectExtendableLicense", depth)
            return self._whole(subject, f" WITH {self._part(one, 'subjectAddition', depth)}")
        if kind in ("ListedLicense", "ListedLicenseException"):
            return reference.rstrip("/").rpartition("/")[2] or one.line("name")
        if kind in _CUSTOM:
            return self._custom(reference, "AdditionRef-" if kind.endswith("Addition") else "LicenseRef-")
        return NOASSERTION

    def _whole(self, subject: str, added: str) -> str:
        self._pay(len(subject) + len(added))
        return subject + added

    def _part(self, one: Fields, key: str, depth: int) -> str:
        return self.of(next(iter(self.elements.references(one, _PREFIX + key)), ""), depth + 1)

    def _expression(self, one: Fields) -> str:
        """An expression; each of its references that has a meaning is exchanged for one that has it in the whole document."""
        text = one.line("simplelicensing_licenseExpression")
        meant: dict[str, str] = {}
        used = references_in(text)
        for known in one.many("simplelicensing_customIdToUri"):
            ref, target = known.line("key"), known.line("value")
            if ref in used and ref not in meant:
                meant[ref] = self._kept.get((ref, target)) or self._keep(ref, target)
        return _WORDS.sub(lambda word: meant.get(word[0], word[0]), text) if meant else text

    def _keep(self, wanted: str, target: str) -> str:
        one = self.elements.resolve(target)
        text = one.text("simplelicensing_licenseText") or one.text(f"{_PREFIX}additionText")
        found = self._references.keep(wanted, one.line("name") or shown(wanted.partition("Ref-")[2]), text)
        self._kept[wanted, target] = found
        return found

    def _custom(self, element: str, prefix: str) -> str:
        """A reference for a licence that is not on the list, named after the end of its id."""
        end = re.split(r"[/#]", element)[-1].removeprefix("LicenseRef-").removeprefix("AdditionRef-")
        return self._keep(reference(prefix, end), element)


def _unmeant(expression: Fields) -> set[str]:
    """The references of an expression that it gives no meaning."""
    used = references_in(expression.line("simplelicensing_licenseExpression"))
    return used - {known.line("key") for known in expression.many("simplelicensing_customIdToUri")} if used else used
