"""Writes SPDX 2.3 through spdx-tools, JSON and tag-value, package by package.

Its writers take a whole document and look through all annotations and relationships for each package; given one package and
what belongs to it at a time they take time in proportion, and no more memory than one package.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from io import StringIO
from typing import Any

from license_expression import LicenseExpression  # type: ignore[import-untyped]
from spdx_tools.common.spdx_licensing import spdx_licensing  # type: ignore[import-untyped]
from spdx_tools.spdx.jsonschema.document_converter import DocumentConverter
from spdx_tools.spdx.model import (
    Actor,
    ActorType,
    Annotation,
    AnnotationType,
    Checksum,
    ChecksumAlgorithm,
    CreationInfo,
    Document,
    ExternalPackageRef,
    ExternalPackageRefCategory,
    ExtractedLicensingInfo,
    Package,
    PackagePurpose,
    Relationship,
    RelationshipType,
    SpdxNoAssertion,
    SpdxNone,
    Version,
)
from spdx_tools.spdx.writer.tagvalue.annotation_writer import write_annotation
from spdx_tools.spdx.writer.tagvalue.creation_info_writer import write_creation_info
from spdx_tools.spdx.writer.tagvalue.extracted_licensing_info_writer import write_extracted_licensing_info
from spdx_tools.spdx.writer.tagvalue.package_writer import write_package
from spdx_tools.spdx.writer.tagvalue.relationship_writer import write_relationship

from ...schemas.licensing.found import NOASSERTION
from .bill import Bill, Extract, Item, Relation

DOCUMENT = "SPDXRef-DOCUMENT"
PAGE = "catalogue-page"  # the type of the external reference to the catalogue's page
_UNKNOWN, _NONE = SpdxNoAssertion(), SpdxNone()


def json_pieces(bill: Bill) -> Iterator[str]:
    """The document as JSON: a line for each package and each relationship."""
    converter = DocumentConverter()  # type: ignore[no-untyped-call]
    head = creation(bill)
    extracts = [extract(one) for one in bill.extracts]
    fields = converter.convert(Document(head, extracted_licensing_info=extracts))
    yield json.dumps(fields, ensure_ascii=False)[:-1]
    yield ',\n"packages": ['
    for number, item in enumerate(bill.items):
        alone = Document(head, annotations=remarks(bill, item))
        fields = converter.package_converter.convert(package(item), alone)
        yield (",\n" if number else "\n") + json.dumps(fields, ensure_ascii=False)
    yield '],\n"relationships": ['
    for number, one in enumerate(relations(bill)):
        fields = converter.relationship_converter.convert(relationship(one))
        yield (",\n" if number else "\n") + json.dumps(fields, ensure_ascii=False)
    yield "]}\n"


def tag_value_pieces(bill: Bill) -> Iterator[str]:
    """The document as tag-value, in the order of the specification."""
    yield _written(write_creation_info, creation(bill))
    for item in bill.items:
        yield _written(write_package, package(item))
    for one in bill.extracts:
        yield _written(write_extracted_licensing_info, extract(one))
    for relation in relations(bill):
        yield _written(write_relationship, relationship(relation), "")
    yield "\n"
    for item in bill.items:
        for annotation in remarks(bill, item):
            yield _written(write_annotation, annotation)


def _written(write: Callable[[Any, Any], None], value: object, end: str = "\n") -> str:
    stream = StringIO()
    write(value, stream)
    return stream.getvalue() + end


def relations(bill: Bill) -> Iterator[Relation]:
    """All relations, what the document describes first."""
    for ref in bill.described:
        yield Relation(DOCUMENT, "DESCRIBES", ref)
    yield from bill.relations


def creation(bill: Bill) -> CreationInfo:
    """What is said of the document itself."""
    major, minor = bill.list_version.split(".")[:2]
    return CreationInfo(
        spdx_version="SPDX-2.3",
        spdx_id=DOCUMENT,
        name=bill.name,
        document_namespace=bill.namespace(),
        creators=[Actor(ActorType.TOOL, bill.tool), Actor(ActorType.ORGANIZATION, bill.creator)],
        created=bill.created.replace(microsecond=0),
        license_list_version=Version(int(major), int(minor)),
        document_comment=bill.comment,
    )


def package(item: Item) -> Package:
    """An item as spdx-tools has it. No file of it is told, so nothing is said of files."""
    return Package(
        spdx_id=item.ref,
        name=item.name,
        download_location=item.download or _UNKNOWN,
        version=item.version or None,
        supplier=Actor(ActorType.ORGANIZATION, item.supplier) if item.supplier else _UNKNOWN,
        files_analyzed=False,
        checksums=_checksums(item),
        homepage=item.homepage or None,
        source_info=item.source or None,
        license_concluded=expression(item.concluded),
        license_declared=expression(item.declared),
        license_comment=item.license_comments or None,
        copyright_text=item.copyright or _UNKNOWN,
        comment=item.comment or None,
        external_references=_references(item),
        primary_package_purpose=PackagePurpose[item.purpose] if item.purpose else None,
    )


def _checksums(item: Item) -> list[Checksum]:
    algorithm, value = item.checksum
    return [Checksum(ChecksumAlgorithm[algorithm.replace("-", "_")], value)] if algorithm else []


def _references(item: Item) -> list[ExternalPackageRef]:
    found = []
    if item.purl:
        found.append(ExternalPackageRef(ExternalPackageRefCategory.PACKAGE_MANAGER, "purl", item.purl))
    if item.page:
        found.append(ExternalPackageRef(ExternalPackageRefCategory.OTHER, PAGE, item.page))
    return found


@cache
def _parsed(said: str) -> LicenseExpression:
    return spdx_licensing.parse(said, simple=True)


def expression(said: str) -> LicenseExpression | SpdxNoAssertion | SpdxNone:
    """A licence expression as spdx-tools has it."""
    if said == NOASSERTION:
        return _UNKNOWN
    return _NONE if said == "NONE" else _parsed(said)


def extract(one: Extract) -> ExtractedLicensingInfo:
    """A licence that is not on the list."""
    return ExtractedLicensingInfo(one.ref, one.text, one.name, [], one.comment or None)


def remarks(bill: Bill, item: Item) -> list[Annotation]:
    """The statements about an item."""
    annotator = Actor(ActorType.TOOL, bill.tool)
    return [
        Annotation(item.ref, AnnotationType.OTHER, annotator, one.at.replace(microsecond=0), one.text)
        for one in item.statements
    ]


def relationship(one: Relation) -> Relationship:
    """A relation as spdx-tools has it."""
    return Relationship(one.source, RelationshipType[one.kind], one.target)
