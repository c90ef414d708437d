"""Writes SPDX 3.0.1 as JSON-LD through SPDX's own bindings, element by element, so that memory does not grow with the document."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

from spdx_python_model.bindings import v3_0_1 as spdx3

from ...schemas.licensing.found import NOASSERTION
from .bill import CONTAINS, DEPENDS_ON, DESCENDANT_OF, Bill, Item, Relation

CONTEXT = "https://spdx.org/rdf/3.0.1/spdx-context.jsonld"
_LICENSES = "https://spdx.org/rdf/3.0.1/terms/ExpandedLicensing/"
_SAID: Mapping[str, str] = {NOASSERTION: f"{_LICENSES}NoAssertionLicense", "NONE": f"{_LICENSES}NoneLicense"}
_KINDS: Mapping[str, str] = {
    DEPENDS_ON: spdx3.RelationshipType.dependsOn,
    CONTAINS: spdx3.RelationshipType.contains,
    DESCENDANT_OF: spdx3.RelationshipType.descendantOf,
}
_REFERENCE = re.compile(r"LicenseRef-[A-Za-z0-9.-]+")
_MADE = "_:made"  # one statement of who made it and when, which all elements name
_CC0 = "CC0-1.0"
_EVERY = 500  # targets of one relationship


def json_ld_pieces(bill: Bill) -> Iterator[str]:
    """The document: a line for each element."""
    serializer = spdx3.JSONLDSerializer()
    yield f'{{"@context": {json.dumps(CONTEXT)},\n"@graph": ['
    for number, element in enumerate(_Document(bill).elements()):
        graph = serializer.serialize_data(spdx3.SHACLObjectSet([element]), force_at_graph=True)["@graph"]
        if len(graph) != 1:
            raise AssertionError("an element holds another one")
        if not number:
            graph[0]["@id"] = _MADE
        yield (",\n" if number else "\n") + json.dumps(graph[0], ensure_ascii=False)
    yield "]}\n"


class _Document:
    """Makes the elements of a document; ids are the document's address and, behind `#`, a name of their own."""

    def __init__(self, bill: Bill) -> None:
        self.bill = bill
        self.base = bill.namespace("spdx3")
        self._organisations: dict[str, str] = {bill.creator: self._id("Creator")}
        self._licenses: dict[str, str] = {}

    def elements(self) -> Iterator[spdx3.SHACLObject]:
        """All elements; each one behind those that it names, but for the document, which is first."""
        bill = self.bill
        yield self._creation()
        yield self._organisation(bill.creator, self._id("Creator"))
        tool = spdx3.Tool()
        tool.name = bill.tool
        yield self._element(tool, "Tool")
        yield from self._license(_CC0)
        yield self._document()
        yield self._bom()
        for extract in bill.extracts:
            text = spdx3.simplelicensing_SimpleLicensingText()
            text.name, text.simplelicensing_licenseText = extract.name, extract.text
            if extract.comment:
                text.comment = extract.comment
            yield self._element(text, extract.ref)
        for item in bill.items:
            yield from self._item(item)
        yield from self._relations()

    def _id(self, name: str) -> str:
        return f"{self.base}#{name}"

    def _element(self, element: spdx3.Element, name: str) -> spdx3.Element:
        element.spdxId = self._id(name)
        element.creationInfo = _MADE
        return element

    def _creation(self) -> spdx3.CreationInfo:
        made = spdx3.CreationInfo()
        made.specVersion = "3.0.1"
        made.created = self.bill.created.astimezone(UTC).replace(microsecond=0)
        made.createdBy = [self._id("Creator")]
        made.createdUsing = [self._id("Tool")]
        return made

    def _document(self) -> spdx3.Element:
        document = spdx3.SpdxDocument()
        document.name, document.comment = self.bill.name, self.bill.comment
        document.dataLicense = self._licenses[_CC0]
        document.rootElement = [self._id("SBOM")]
        profile = spdx3.ProfileIdentifierType
        document.profileConformance = [profile.core, profile.software, profile.simpleLicensing]
        made = self._element(document, "")
        made.spdxId = self.base
        return made

    def _bom(self) -> spdx3.Element:
        bom = spdx3.software_Sbom()
        bom.rootElement = [self._name(ref) for ref in self.bill.described]
        return self._element(bom, "SBOM")

    def _name(self, ref: str) -> str:
        return self._id(ref.removeprefix("SPDXRef-"))

    def _organisation(self, name: str, identity: str) -> spdx3.Element:
        organisation = spdx3.Organization()
        organisation.name = name
        return self._element(organisation, identity.rpartition("#")[2])

    def _supplier(self, name: str) -> Iterator[spdx3.Element]:
        if name not in self._organisations:
            self._organisations[name] = self._id(f"O{len(self._organisations)}")
            yield self._organisation(name, self._organisations[name])

    def _license(self, said: str) -> Iterator[spdx3.Element]:
        """The element of an expression, the first time that it is named."""
        if said in self._licenses or said in _SAID:
            return
        expression = spdx3.simplelicensing_LicenseExpression()
        expression.simplelicensing_licenseExpression = said
        expression.simplelicensing_licenseListVersion = self.bill.list_version
        for ref in dict.fromkeys(_REFERENCE.findall(said)):
            entry = spdx3.DictionaryEntry()
            entry.key, entry.value = ref, self._id(ref)
            expression.simplelicensing_customIdToUri.append(entry)
        name = f"L{len(self._licenses)}"
        self._licenses[said] = self._id(name)
        yield self._element(expression, name)

    def _item(self, item: Item) -> Iterator[spdx3.Element]:
        """A package with its supplier, its licences and the statements about it."""
        if item.supplier:
            yield from self._supplier(item.supplier)
        yield self._element(self._package(item), item.ref.removeprefix("SPDXRef-"))
        kind = spdx3.RelationshipType
        for name, said, how in (
            ("declared", item.declared, kind.hasDeclaredLicense),
            ("concluded", item.concluded, kind.hasConcludedLicense),
        ):
            yield from self._license(said)
            target = _SAID.get(said) or self._licenses[said]
            statement = self._relationship(self._name(item.ref), how, [target])
            if name == "concluded" and item.license_comments:
                statement.comment = item.license_comments
            yield self._element(statement, f"{item.ref.removeprefix('SPDXRef-')}-{name[0]}")
        for number, one in enumerate(item.statements):
            annotation = spdx3.Annotation()
            annotation.annotationType = spdx3.AnnotationType.other
            annotation.subject = self._name(item.ref)
            annotation.statement = f"{_moment(one.at)} {one.text}"
            yield self._element(annotation, f"{item.ref.removeprefix('SPDXRef-')}-s{number}")

    def _package(self, item: Item) -> spdx3.software_Package:
        package = spdx3.software_Package()
        package.name = item.name
        for key, value in (
            ("software_packageVersion", item.version),
            ("software_downloadLocation", item.download),
            ("software_homePage", item.homepage),
            ("software_packageUrl", item.purl),
            ("software_sourceInfo", item.source),
            ("software_copyrightText", item.copyright or NOASSERTION),
            ("suppliedBy", self._organisations.get(item.supplier, "")),
            ("comment", item.comment),
        ):
            if value:
                setattr(package, key, value)
        if item.purpose:
            purpose = "operatingSystem" if item.purpose == "OPERATING_SYSTEM" else item.purpose.lower()
            package.software_primaryPurpose = getattr(spdx3.software_SoftwarePurpose, purpose)
        if item.checksum[0]:
            checksum = spdx3.Hash()
            algorithm = item.checksum[0].lower().replace("-", "_")
            checksum.algorithm = getattr(spdx3.HashAlgorithm, algorithm)
            checksum.hashValue = item.checksum[1]
            package.verifiedUsing.append(checksum)
        if item.page:
            page = spdx3.ExternalRef()
            page.externalRefType = spdx3.ExternalRefType.altWebPage
            page.locator.append(item.page)
            package.externalRef.append(page)
        return package

    def _relations(self) -> Iterator[spdx3.Element]:
        """One relationship for all that an element needs or contains, up to a length that readers take."""
        number = 0
        for source, kind, targets in _grouped(self.bill.relations):
            for start in range(0, len(targets), _EVERY):
                some = [self._name(one) for one in targets[start : start + _EVERY]]
                number += 1
                made = self._relationship(self._name(source), _KINDS[kind], some)
                yield self._element(made, f"R{number}")

    @staticmethod
    def _relationship(source: str, kind: str, targets: list[str]) -> spdx3.Relationship:
        made = spdx3.Relationship()
        made.from_, made.relationshipType, made.to = source, kind, targets
        return made


def _grouped(relations: Iterable[Relation]) -> Iterator[tuple[str, str, list[str]]]:
    groups: dict[tuple[str, str], list[str]] = {}
    for one in relations:
        groups.setdefault((one.source, one.kind), []).append(one.target)
    for (source, kind), targets in groups.items():
        yield source, kind, targets


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
