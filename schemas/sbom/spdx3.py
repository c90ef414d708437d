"""Reads SPDX 3.0.1 JSON-LD: elements that name each other by address, in any order; licences are elements, too."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ..finding import message
from .bounds import LONGEST, MOST_PACKAGES, MOST_RELATIONSHIPS, Fields, no_text, one_line, shown, too_many
from .licenses import Licenses, all_identified, known
from .model import Package, Relationship, Sbom, SbomError
from .spdx import moment, strongest
from .spdx3_licenses import Statements

VERSIONS = ("3.0", "3.0.0", "3.0.1")
_PACKAGES = ("software_Package", "ai_AIPackage", "dataset_DatasetPackage")
_AGENTS = {"Person": "Person: ", "Organization": "Organization: ", "SoftwareAgent": "Tool: ", "Agent": ""}
_RELATIONSHIPS = ("Relationship", "LifecycleScopedRelationship")
_STATED = {"hasDeclaredLicense": "declared", "hasConcludedLicense": "concluded"}
_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_DEEPEST = 4  # elements written inside others: an agent inside a package, its identifiers inside the agent


def read_spdx3(values: Mapping[str, Any]) -> Sbom:
    """The document in `values`.

    Raises:
        SbomError: it is none, or more than is read.

    """
    elements = Elements(values)
    document = elements.only("SpdxDocument")
    made = elements.at(document, "creationInfo")
    version = made.line("specVersion")
    if version not in VERSIONS:
        raise SbomError(
            message(
                "specVersion is {version}, and SPDX 2.1 to 2.3 and 3.0.1 are read; convert the file",
                version=shown(version) or "–",
            )
        )
    statements = Statements(elements)
    stated, relationships = _relationships(elements, statements)
    packages = elements.of(*_PACKAGES)
    if len(packages) > MOST_PACKAGES:
        raise too_many("software_Package", MOST_PACKAGES)
    extracted = all_identified(statements.extracted.values(), "simplelicensing_SimpleLicensingText")
    licenses = Licenses(extracted)
    boms = elements.of("software_Sbom")
    by, used = elements.references(made, "createdBy"), elements.references(made, "createdUsing")
    return Sbom(
        "SPDX",
        version,
        "JSON-LD",
        tuple(_package(elements, one, stated.get(one.line("spdxId"), {}), licenses) for one in packages),
        name=document.line("name"),
        identity=document.line("spdxId"),
        made_at=moment(made.line("created"), made.at("created")),
        tools=tuple(tool for one in used if (tool := _tool(elements, one))),
        authors=tuple(author for one in (*by, *used) if (author := elements.agent(one)) and not _tool(elements, one)),
        describes=_described(elements, document, {one.line("spdxId"): one for one in boms}),
        relationships=relationships,
        extracted=extracted,
        data_license=statements.of(document.line("dataLicense")) if document.values.get("dataLicense") else "",
        lifecycle=tuple(dict.fromkeys(kind for one in boms for kind in one.lines("software_sbomType"))),
    )


class Elements:
    """The elements of a document by their ids; what stands inside another is found, too."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        graph = Fields(values)
        self._by_id: dict[str, Fields] = {}
        self._by_type: dict[str, list[Fields]] = {}
        self._agents: dict[str, str] = {}
        ones = graph.many("@graph") if "@graph" in values else iter([graph])
        for one in ones:
            self._add(one)

    def _add(self, element: Fields) -> None:
        stack = [(element, 0)]
        while stack:
            one, depth = stack.pop()
            kind = one.line("type") or one.line("@type")
            identity = one.line("spdxId") or one.line("@id")
            if identity:
                former = self._by_id.get(identity)
                if former and former.values == one.values:
                    continue  # the same element written twice is one
                if former:
                    raise SbomError(
                        message(
                            "{place} has the id of another element; each id stands once", place=one.place or "@graph"
                        )
                    )
                self._by_id[identity] = one
            self._by_type.setdefault(kind, []).append(one)
            if depth < _DEEPEST:
                for key, value in one.values.items():
                    inner = [part for part in (value if isinstance(value, list) else [value]) if isinstance(part, dict)]
                    place = one.at(shown(key)) if inner else ""
                    stack += [(Fields(part, place), depth + 1) for part in inner]

    def of(self, *kinds: str) -> list[Fields]:
        """The elements of some kinds."""
        found = [one for kind in kinds for one in self._by_type.get(kind, ())]
        if len(found) > MOST_RELATIONSHIPS:
            raise too_many(kinds[0], MOST_RELATIONSHIPS)
        return found

    def only(self, kind: str) -> Fields:
        """The one element of a kind."""
        found = self.of(kind)
        if len(found) != 1:
            raise SbomError(
                message("the file has {count} elements {kind}, and must have one", count=len(found), kind=kind)
            )
        return found[0]

    def resolve(self, reference: str) -> Fields:
        """The element that an address names; an empty one where the document does not have it."""
        return self._by_id.get(reference) or Fields({}, shown(reference))

    def at(self, element: Fields, key: str) -> Fields:
        """The element that stands at `key`, or is named there."""
        value = element.values.get(key)
        if isinstance(value, str):
            return self.resolve(value)
        return element.one(key)

    def references(self, element: Fields, key: str) -> list[str]:
        """The addresses in a list, or the one that stands in its place; elements that are written there count by their ids."""
        value = element.values.get(key)
        if value is None:
            return []
        found = []
        for number, one in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(one, dict):
                inner = Fields(one, f"{element.at(key)}[{number}]")
                found.append(inner.line("spdxId") or inner.line("@id"))
            elif isinstance(one, str):
                found.append(one_line(one, element.at(key), LONGEST))
            else:
                raise no_text(f"{element.at(key)}[{number}]")
        return [one for one in found if one]

    def agent(self, reference: str) -> str:
        """A person or organisation in the manner of SPDX 2: `Organization: City of Fogmere`."""
        if reference not in self._agents:
            self._agents[reference] = self._agent(self.resolve(reference))
        return self._agents[reference]

    @staticmethod
    def _agent(one: Fields) -> str:
        name = one.line("name")
        email = next(
            (
                identifier.line("identifier")
                for identifier in one.many("externalIdentifier")
                if identifier.line("externalIdentifierType") == "email"
            ),
            "",
        )
        if not name and not email:
            return ""
        kind = one.line("type") or one.line("@type")
        return _AGENTS.get(kind, "") + (name or email) + (f" ({email})" if name and email else "")


def _tool(elements: Elements, reference: str) -> str:
    """The name of a program; empty for a person or an organisation, whatever it is said to have been used for."""
    one = elements.resolve(reference)
    if (one.line("type") or one.line("@type")) in _AGENTS:
        return ""
    return one.line("name") or reference


def _relationships(
    elements: Elements, statements: Statements
) -> tuple[dict[str, dict[str, str]], tuple[Relationship, ...]]:
    """What is stated of each package's licence, and all other relations."""
    stated: dict[str, dict[str, list[str]]] = {}
    found: dict[Relationship, None] = {}
    for one in elements.of(*_RELATIONSHIPS):
        kind, source, targets = one.line("relationshipType"), _source(elements, one), elements.references(one, "to")
        if kind in _STATED:
            stated.setdefault(source, {}).setdefault(_STATED[kind], []).extend(map(statements.of, targets))
            continue
        name = _CAPITAL.sub("_", kind).upper()
        found.update(dict.fromkeys(Relationship(source, name, target) for target in targets))
        if len(found) > MOST_RELATIONSHIPS:
            raise too_many("Relationship", MOST_RELATIONSHIPS)
    joined = {
        source: {kind: statements.joined(parts, "AND") for kind, parts in kinds.items()}
        for source, kinds in stated.items()
    }
    return joined, tuple(found)


def _source(elements: Elements, relationship: Fields) -> str:
    return next(iter(elements.references(relationship, "from")), "")


def _package(elements: Elements, one: Fields, stated: Mapping[str, str], licenses: Licenses) -> Package:
    declared, concluded = stated.get("declared", ""), stated.get("concluded", "")
    license_, state = licenses.of(declared, concluded)
    purl, cpe = _identifiers(one)
    return Package(
        ref=one.line("spdxId") or one.line("@id"),
        name=one.line("name"),
        version=one.line("software_packageVersion"),
        supplier=next(map(elements.agent, elements.references(one, "suppliedBy")), ""),
        originator=next(map(elements.agent, elements.references(one, "originatedBy")), ""),
        purl=one.line("software_packageUrl") or purl,
        cpe=cpe,
        download=known(one.line("software_downloadLocation")),
        declared=declared,
        concluded=concluded,
        license=license_,
        state=state,
        checksum=strongest(dict(_hashes(one))),
        copyright=known(one.text("software_copyrightText")),
        kind=one.line("software_primaryPurpose").lower(),
    )


def _identifiers(package: Fields) -> tuple[str, str]:
    purl = cpe = ""
    for identifier in package.many("externalIdentifier"):
        kind = identifier.line("externalIdentifierType")
        if kind == "packageUrl":
            purl = purl or identifier.line("identifier")
        elif kind in ("cpe22", "cpe23"):
            cpe = cpe or identifier.line("identifier")
    return purl, cpe


def _hashes(package: Fields) -> Iterator[tuple[str, str]]:
    value = package.values.get("verifiedUsing")
    for one in package.many("verifiedUsing") if not isinstance(value, dict) else [package.one("verifiedUsing")]:
        if one.line("type") == "Hash":
            name = one.line("algorithm").upper().replace("SHA3_", "SHA3-").replace("BLAKE2B", "BLAKE2B-")
            yield name, one.line("hashValue")


def _described(elements: Elements, document: Fields, boms: Mapping[str, Fields]) -> tuple[str, ...]:
    """The ids that the document is about: its roots, and those of the bills among them."""
    found: dict[str, None] = {}
    for root in elements.references(document, "rootElement"):
        inner = elements.references(boms[root], "rootElement") if root in boms else [root]
        found.update(dict.fromkeys(inner))
    return tuple(found)
