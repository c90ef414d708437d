"""SPDX tag-value says the same as JSON."""

from __future__ import annotations

from dataclasses import replace

import pytest

from publiccode.schemas.sbom import SbomError, read

from .test_spdx import document, of

TEXT = """\
SPDXVersion: SPDX-2.3
DataLicense: CC0-1.0
SPDXID: SPDXRef-DOCUMENT
DocumentName: register
DocumentNamespace: https://example.org/sbom/1
Creator: Tool: maker-1.0
Creator: Organization: City of Fogmere
Created: 2026-05-31T08:30:00Z
Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-app

# the software itself
PackageName: register
SPDXID: SPDXRef-app
PackageVersion: 1.2
PackageSupplier: Organization: City of Fogmere
PackageDownloadLocation: NOASSERTION
PackageLicenseDeclared: EUPL-1.2
PackageLicenseConcluded: NOASSERTION
PackageCopyrightText: NOASSERTION
PackageChecksum: SHA1: aa
PackageChecksum: SHA256: bb
PrimaryPackagePurpose: APPLICATION
Relationship: SPDXRef-app DEPENDS_ON SPDXRef-lib

FileName: ./a.c
SPDXID: SPDXRef-file
LicenseConcluded: MIT
FileCopyrightText: <text>Copyright
of a file</text>

PackageName: left
SPDXID: SPDXRef-lib
PackageVersion: 3
PackageDownloadLocation: https://example.org/left.tgz
PackageLicenseDeclared: MIT AND LicenseRef-own
PackageLicenseConcluded: GPL-2.0+ or LicenseRef-own
PackageCopyrightText: <text>Copyright 2020 A
Copyright 2021 B</text>
ExternalRef: PACKAGE-MANAGER purl pkg:npm/left@3

LicenseID: LicenseRef-own
LicenseName: Own
ExtractedText: <text>You may look at it on Sundays.</text>
"""


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_says_the_same_as_json(end: str) -> None:
    assert read(TEXT.replace("\n", end).encode()) == replace(of(document()), form="tag-value")


def test_utf_16_as_a_windows_shell_writes_it() -> None:
    assert read(TEXT.encode("utf-16")) == read(b"\xef\xbb\xbf" + TEXT.encode())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("PackageVersion: 1.2", "PackageVersion 1.2"), "line 14 is no line of SPDX tag-value: PackageVersion 1.2"),
        (
            ("PackageVersion: 1.2", "PackageVersion: 1.2\nPackageVersion: 2"),
            "line 15 gives PackageVersion a second time",
        ),
        (("on Sundays.</text>", "on Sundays."), "the text that begins in line 43 has no end"),
        (("SPDXRef-app DEPENDS_ON SPDXRef-lib", "SPDXRef-app needs"), "line 23 is no relationship: SPDXRef-app needs"),
        (("Created: 2026-05-31T", "Created: 31 May "), "creationInfo.created is no moment: 31 May 08:30:00Z"),
        (("SPDX-2.3", "SPDX-2.9"), "spdxVersion is SPDX-2.9, and SPDX 2.1 to 2.3 and 3.0.1 are read"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(change: tuple[str, str], said: str) -> None:
    with pytest.raises(SbomError) as told:
        read(TEXT.replace(*change).encode())
    assert str(told.value.message).startswith(said)
