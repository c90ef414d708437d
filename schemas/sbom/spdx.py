"""Reads SPDX 2.1 to 2.3, which differ in little that is read here, from JSON or what was brought to the shape of that JSON."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from ..finding import message
from .bounds import MOST_PACKAGES, MOST_RELATIONSHIPS, Fields, shown
from .licenses import Licenses, all_identified, known
from .model import Extracted, Package, Relationship, Sbom, SbomError

FIRST_YEAR, LAST_YEAR = 1970, 9000  # a build that is made to be repeated is dated 1970
VERSIONS = ("2.1", "2.2", "2.3")
_STRENGTH = (
    "SHA512",
    "SHA3-512",
    "BLAKE2B-512",
    "BLAKE3",
    "SHA384",
    "SHA3-384",
    "BLAKE2B-384",
    "SHA256",
    "SHA3-256",
    "BLAKE2B-256",
)
_VERSION = re.compile(r"SPDX-(\d\.\d)\Z")


def read_spdx(values: Mapping[str, Any], form: str) -> Sbom:
    """The document in `values`, which have the shape of SPDX 2 JSON.

    Raises:
        SbomError: it is none, or more than is read.

    """
    document = Fields(values)
    version = _version(document.line("spdxVersion"))
    made = document.one("creationInfo")
    extracted = all_identified(_extracted(document), "hasExtractedLicensingInfos")
    creators = made.lines("creators")
    own = document.line("SPDXID") or "SPDXRef-DOCUMENT"
    relationships = tuple(dict.fromkeys(_relationships(document, own)))
    return Sbom(
        "SPDX",
        version,
        form,
        tuple(_packages(document, Licenses(extracted))),
        name=document.line("name"),
        identity=document.line("documentNamespace"),
        made_at=moment(made.line("created"), made.at("created")),
        tools=tuple(creator[5:].strip() for creator in creators if creator.startswith("Tool:")),
        authors=tuple(creator for creator in creators if not creator.startswith("Tool:")),
        describes=described(relationships, own),
        relationships=relationships,
        extracted=extracted,
        data_license=document.line("dataLicense"),
    )


def moment(text: str, place: str) -> datetime | None:
    """A moment as documents write it; None where there is none."""
    if not text:
        return None
    no_moment = SbomError(
        message("{place} is no moment: {text}; it is written 2026-05-31T08:30:00Z", place=place, text=shown(text))
    )
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise no_moment from error
    if not FIRST_YEAR <= found.year <= LAST_YEAR:  # beside the ends of the calendar no other time zone can tell it
        raise no_moment
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def strongest(checksums: Mapping[str, str]) -> str:
    """The strongest of some checksums by algorithm, such as `SHA256:…`; empty where there is none."""
    if not checksums:
        return ""
    rank = {name: number for number, name in enumerate(_STRENGTH)}
    algorithm = min(checksums, key=lambda name: rank.get(name, len(rank)))
    return f"{algorithm}:{checksums[algorithm]}"


def _version(text: str) -> str:
    found = _VERSION.match(text)
    if found is None or found[1] not in VERSIONS:
        raise SbomError(
            message(
                "spdxVersion is {version}, and SPDX 2.1 to 2.3 and 3.0.1 are read; convert the file",
                version=shown(text) or "–",
            )
        )
    return found[1]


def _extracted(document: Fields) -> Iterator[Extracted]:
    for one in document.many("hasExtractedLicensingInfos"):
        yield Extracted(one.line("licenseId"), one.line("name"), one.text("extractedText"))


def _packages(document: Fields, licenses: Licenses) -> Iterator[Package]:
    for one in document.many("packages", MOST_PACKAGES):
        declared, concluded = one.line("licenseDeclared"), one.line("licenseConcluded")
        license_, state = licenses.of(declared, concluded)
        purl, cpe = _identifiers(one)
        yield Package(
            ref=one.line("SPDXID"),
            name=one.line("name"),
            version=one.line("versionInfo"),
            supplier=known(one.line("supplier")),
            originator=known(one.line("originator")),
            purl=purl,
            cpe=cpe,
            download=known(one.line("downloadLocation")),
            declared=declared,
            concluded=concluded,
            license=license_,
            state=state,
            checksum=strongest({sum_.line("algorithm"): sum_.line("checksumValue") for sum_ in one.many("checksums")}),
            copyright=known(one.text("copyrightText")),
            kind=one.line("primaryPackagePurpose").lower(),
        )


def _identifiers(package: Fields) -> tuple[str, str]:
    """The package's purl and CPE."""
    purl = cpe = ""
    for reference in package.many("externalRefs"):
        kind = reference.line("referenceType").rpartition("/")[2]
        if kind == "purl":
            purl = purl or reference.line("referenceLocator")
        elif kind in ("cpe22Type", "cpe23Type"):
            cpe = cpe or reference.line("referenceLocator")
    return purl, cpe


def _relationships(document: Fields, own: str) -> Iterator[Relationship]:
    for one in document.many("relationships", MOST_RELATIONSHIPS):
        yield Relationship(one.line("spdxElementId"), one.line("relationshipType"), one.line("relatedSpdxElement"))
    for target in document.lines("documentDescribes"):
        yield Relationship(own, "DESCRIBES", target)


def described(relationships: Iterable[Relationship], own: str) -> tuple[str, ...]:
    """The ids of what the document `own` is about, each once."""
    found: dict[str, None] = {}
    for one in relationships:
        if one.kind == "DESCRIBES" and one.source == own:
            found[one.target] = None
        elif one.kind == "DESCRIBED_BY" and one.target == own:
            found[one.source] = None
    return tuple(found)
