"""Reads SPDX 2 tag-value: lines `Tag: value`, whose value may be a text between `<text>` and `</text>`.

Brings it to the shape of SPDX 2 JSON, which one reader reads. A line costs a look into a table.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..finding import message
from .bounds import MOST_PACKAGES, MOST_RELATIONSHIPS, shown, too_many
from .licenses import MOST_TEXTS
from .model import Sbom, SbomError
from .spdx import read_spdx

MOST_LINES = 1_000_000
_OPEN, _CLOSE = "<text>", "</text>"

_DOCUMENT = {
    "SPDXVersion": "spdxVersion",
    "DataLicense": "dataLicense",
    "DocumentName": "name",
    "DocumentNamespace": "documentNamespace",
}
_PACKAGE = {
    "SPDXID": "SPDXID",
    "PackageVersion": "versionInfo",
    "PackageSupplier": "supplier",
    "PackageOriginator": "originator",
    "PackageDownloadLocation": "downloadLocation",
    "PackageLicenseDeclared": "licenseDeclared",
    "PackageLicenseConcluded": "licenseConcluded",
    "PackageCopyrightText": "copyrightText",
    "PrimaryPackagePurpose": "primaryPackagePurpose",
}
_MOST = {
    "Creator": 1_000,
    "PackageName": MOST_PACKAGES,
    "LicenseID": MOST_TEXTS,
    "Relationship": MOST_RELATIONSHIPS,
    "PackageChecksum": 4 * MOST_PACKAGES,
    "ExternalRef": 4 * MOST_PACKAGES,
}
_LICENSE = {"ExtractedText": "extractedText", "LicenseName": "name"}
_BEGIN = {"PackageName": "package", "FileName": "file", "SnippetSPDXID": "snippet", "LicenseID": "license"}


def read_lines(text: str) -> Sbom:
    """The document in `text`.

    Raises:
        SbomError: it is none, or more than is read.

    """
    if text.count("\n") > MOST_LINES:
        raise SbomError(
            message(
                "the file has more than {most} lines; give one document for each part of the software", most=MOST_LINES
            )
        )
    if text.count("\nPackageName:") > MOST_PACKAGES:
        raise too_many("PackageName", MOST_PACKAGES)
    reader = _Lines()
    for number, tag, value in _tags(text):
        reader.take(number, tag, value)
    return read_spdx(reader.document, "tag-value")


def _tags(text: str) -> Iterator[tuple[int, str, str]]:
    """Each tag with the number of its line and its value."""
    lines = enumerate(_lines(text), 1)
    for number, line in lines:
        if not line or line.isspace() or line.lstrip().startswith("#"):
            continue
        tag, colon, value = line.partition(":")
        if not colon:
            raise SbomError(
                message(
                    "line {line} is no line of SPDX tag-value: {text}; it is written Tag: value",
                    line=number,
                    text=shown(line),
                )
            )
        value = value.strip()
        if value.startswith(_OPEN):
            value = _text(value[len(_OPEN) :], number, lines)
        yield number, tag.strip(), value


def _lines(text: str) -> Iterator[str]:
    """The lines, one after the other: a million of them at once would take more memory than the file."""
    start = 0
    while (end := text.find("\n", start)) >= 0:
        yield text[start:end]
        start = end + 1
    yield text[start:]


def _text(first: str, number: int, lines: Iterator[tuple[int, str]]) -> str:
    """The text that begins with `first`, up to the line that closes it."""
    parts = [first]
    while _CLOSE not in parts[-1]:
        line = next(lines, None)
        if line is None:
            raise SbomError(
                message("the text that begins in line {line} has no end; it ends with {mark}", line=number, mark=_CLOSE)
            )
        parts.append(line[1])
    parts[-1] = parts[-1].partition(_CLOSE)[0]
    return "\n".join(parts)


class _Lines:
    """Puts tags where they belong: to the document, or to the package, file or licence that was begun last."""

    def __init__(self) -> None:
        self.document: dict[str, Any] = {
            "SPDXID": "SPDXRef-DOCUMENT",
            "creationInfo": {"creators": []},
            "packages": [],
            "relationships": [],
            "hasExtractedLicensingInfos": [],
        }
        self.section, self.current = "document", self.document
        self.counts = dict.fromkeys(_MOST, 0)

    def take(self, number: int, tag: str, value: str) -> None:
        """Takes one tag; what is kept in lists is counted before it is."""
        if tag in self.counts:
            self.counts[tag] += 1
            if self.counts[tag] > _MOST[tag]:
                raise too_many(tag, _MOST[tag])
        if tag in _BEGIN:
            self._begin(_BEGIN[tag], value)
        elif tag == "Relationship":
            self._relate(number, value)
        elif self.section == "document":
            self._of_document(number, tag, value)
        elif self.section == "package":
            self._of_package(number, tag, value)
        elif self.section == "license" and tag in _LICENSE:
            self._set(number, tag, _LICENSE[tag], value)

    def _begin(self, section: str, value: str) -> None:
        self.section = section
        if section == "package":
            self.current = {"name": value, "checksums": [], "externalRefs": []}
            self.document["packages"].append(self.current)
        elif section == "license":
            self.current = {"licenseId": value}
            self.document["hasExtractedLicensingInfos"].append(self.current)
        else:
            self.current = {}

    def _of_document(self, number: int, tag: str, value: str) -> None:
        made = self.document["creationInfo"]
        if tag in _DOCUMENT:
            self._set(number, tag, _DOCUMENT[tag], value)
        elif tag == "SPDXID":
            self.document["SPDXID"] = value
        elif tag == "Creator":
            made["creators"].append(value)
        elif tag == "Created":
            made["created"] = value

    def _of_package(self, number: int, tag: str, value: str) -> None:
        if tag in _PACKAGE:
            self._set(number, tag, _PACKAGE[tag], value)
        elif tag == "PackageChecksum":
            algorithm, _, digest = value.partition(":")
            self.current["checksums"].append({"algorithm": algorithm.strip(), "checksumValue": digest.strip()})
        elif tag == "ExternalRef":
            words = value.split(None, 2)
            if len(words) == 3:
                self.current["externalRefs"].append({"referenceType": words[1], "referenceLocator": words[2]})

    def _set(self, number: int, tag: str, key: str, value: str) -> None:
        if key in self.current:
            raise SbomError(
                message("line {line} gives {tag} a second time; nobody can tell which is meant", line=number, tag=tag)
            )
        self.current[key] = value

    def _relate(self, number: int, value: str) -> None:
        words = value.split()
        if len(words) != 3:
            raise SbomError(
                message(
                    "line {line} is no relationship: {text}; it is written SPDXRef-A DEPENDS_ON SPDXRef-B",
                    line=number,
                    text=shown(value),
                )
            )
        self.document["relationships"].append(
            {"spdxElementId": words[0], "relationshipType": words[1], "relatedSpdxElement": words[2]}
        )
