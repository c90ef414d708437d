"""The licences of SPDX 3, which are elements that name each other, as expressions of SPDX 2."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Protocol

from ..licensing.found import NOASSERTION
from .bounds import DEEPEST, Fields, shown
from .model import Extracted

_PREFIX = "expandedlicensing_"
_SETS = {"ConjunctiveLicenseSet": "AND", "DisjunctiveLicenseSet": "OR"}
_CUSTOM = ("CustomLicense", "CustomLicenseAddition")
_LISTED = re.compile(r"https?://(?:www\.)?spdx\.org/licenses/([A-Za-z0-9.+-]+?)(?:\.html|\.json)?/?\Z")
_NO_ID = re.compile(r"[^A-Za-z0-9.]+")
_LONGEST_REFERENCE = 60


class Resolver(Protocol):
    """Finds elements by their ids, and the ids that an element names."""

    def resolve(self, reference: str) -> Fields:
        """The element with this id."""

    def references(self, element: Fields, key: str) -> list[str]:
        """The ids that stand at `key`."""


class Statements:
    """The expression for each licence element; `extracted` grows by those that are not on SPDX's list."""

    def __init__(self, elements: Resolver) -> None:
        self.elements = elements
        self.extracted: dict[str, Extracted] = {}
        self._made: dict[str, str] = {}
        self._refs: dict[str, str] = {}

    def of(self, reference: str, depth: int = 0) -> str:
        """The expression that the element `reference` stands for. A licence that is made of itself stands for NOASSERTION."""
        if reference not in self._made:
            self._made[reference] = NOASSERTION  # what it is while it is made: a circle ends here
            self._made[reference] = NOASSERTION if depth > DEEPEST else self._make(reference, depth)
        return self._made[reference]

    @staticmethod
    def joined(parts: Iterable[str], operator: str) -> str:
        """Expressions joined to one."""
        known = list(dict.fromkeys(part for part in parts if part))
        if len(known) == 1:
            return known[0]
        if any(part in (NOASSERTION, "NONE") for part in known):  # these stand in no expression
            return NOASSERTION
        return f" {operator} ".join(f"({part})" if " " in part else part for part in known)

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
        if kind == "simplelicensing_LicenseExpression":
            return self._expression(one)
        if kind == "simplelicensing_SimpleLicensingText":
            return self._custom(reference, one, one.text("simplelicensing_licenseText"))
        if kind in _SETS:
            members = self.elements.references(one, f"{_PREFIX}member")
            return self.joined((self.of(member, depth + 1) for member in members), _SETS[kind])
        return self._expanded(reference, one, kind, depth)

    def _expanded(self, reference: str, one: Fields, kind: str, depth: int) -> str:
        """A licence, its later versions, or a licence with an exception, of the profile for expanded licences."""
        if kind == "OrLaterOperator":
            return self._part(one, "subjectLicense", depth) + "+"
        if kind == "WithAdditionOperator":
            return (
                f"{self._part(one, 'subjectExtendableLicense', depth)} WITH {self._part(one, 'subjectAddition', depth)}"
            )
        if kind in ("ListedLicense", "ListedLicenseException"):
            return reference.rstrip("/").rpartition("/")[2] or one.line("name")
        if kind in _CUSTOM:
            return self._custom(
                reference, one, one.text("simplelicensing_licenseText") or one.text(f"{_PREFIX}additionText")
            )
        return NOASSERTION

    def _part(self, one: Fields, key: str, depth: int) -> str:
        return self.of(next(iter(self.elements.references(one, _PREFIX + key)), ""), depth + 1)

    def _expression(self, one: Fields) -> str:
        """An expression as it is written; what its own references stand for is kept beside."""
        for known in one.many("simplelicensing_customIdToUri"):
            ref, target = known.line("key"), self.elements.resolve(known.line("value"))
            text = target.text("simplelicensing_licenseText") or target.text(f"{_PREFIX}additionText")
            self.extracted.setdefault(ref, Extracted(ref, target.line("name"), text))
        return one.line("simplelicensing_licenseExpression")

    def _custom(self, reference: str, one: Fields, text: str) -> str:
        """A reference for a licence that is not on the list, named after the end of its id."""
        stem = _NO_ID.sub("-", re.split(r"[/#]", reference)[-1].removeprefix("LicenseRef-")).strip("-")
        stem = stem[:_LONGEST_REFERENCE].strip("-") or "text"
        prefix = "AdditionRef-" if one.line("type").endswith("Addition") else "LicenseRef-"
        ref, number = prefix + stem, 1
        while ref in self.extracted:
            number += 1
            ref = f"{prefix}{stem}-{number}"
        self.extracted[ref] = Extracted(ref, one.line("name") or shown(stem), text)
        return ref
