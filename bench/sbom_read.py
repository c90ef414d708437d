"""Seconds and memory for reading bills of materials, and for refusing hostile ones; each in a process of its own.

python -m bench.sbom_read             the table for docs/sbom.md
python -m bench.sbom_read --hostile   the hostile files alone
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

COUNTS = (100, 1_000, 20_000)
LICENSES = ("MIT", "Apache-2.0", "BSD-3-Clause", "GPL-2.0-or-later", "MIT OR Apache-2.0", "LicenseRef-own", "EUPL-1.2")
CHILD = """
import re, sys, time
from pathlib import Path
from publiccode.schemas.sbom import SbomError, quality, read_file
from publiccode.schemas.licensing.expression import parse_expression
parse_expression("MIT")
def most():  # getrusage tells the parent's where that was larger
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024
before = most()
start = time.perf_counter()
try:
    sbom = read_file(Path(sys.argv[1]))
    read = time.perf_counter() - start
    score = quality(sbom).score
    told = f"{len(sbom.packages)} packages, score {score}"
except SbomError as error:
    read, told = time.perf_counter() - start, f"refused: {error.message}"
whole = time.perf_counter() - start
print(f"{read:.3f}|{whole:.3f}|{most():.0f}|{before:.0f}|{told}")
"""


def spdx(count: int) -> dict[str, Any]:
    """SPDX 2.3 as generators write it: purl, checksum, both licences, a relationship for each package."""
    packages = [
        {
            "SPDXID": f"SPDXRef-Package-{number}",
            "name": f"package-{number}",
            "versionInfo": f"1.{number % 50}.{number}",
            "supplier": f"Organization: Supplier {number % 300}",
            "downloadLocation": f"https://registry.example/package-{number}-1.0.tgz",
            "filesAnalyzed": False,
            "licenseConcluded": "NOASSERTION",
            "licenseDeclared": LICENSES[number % len(LICENSES)],
            "copyrightText": f"Copyright 2020 Supplier {number % 300}",
            "checksums": [{"algorithm": "SHA256", "checksumValue": f"{number:064x}"}],
            "externalRefs": [
                {
                    "referenceCategory": "PACKAGE-MANAGER",
                    "referenceType": "purl",
                    "referenceLocator": f"pkg:npm/package-{number}@1.{number % 50}.{number}",
                }
            ],
        }
        for number in range(count)
    ]
    related = [
        {
            "spdxElementId": "SPDXRef-Package-0",
            "relationshipType": "DEPENDS_ON",
            "relatedSpdxElement": package["SPDXID"],
        }
        for package in packages[1:]
    ]
    return {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": "bench",
        "documentNamespace": "https://example.org/bench",
        "creationInfo": {"created": "2026-05-31T08:30:00Z", "creators": ["Organization: Bench", "Tool: bench"]},
        "documentDescribes": ["SPDXRef-Package-0"],
        "packages": packages,
        "relationships": related,
        "hasExtractedLicensingInfos": [{"licenseId": "LicenseRef-own", "extractedText": "Ask us."}],
    }


def tag_value(count: int) -> str:
    """The same as tag-value."""
    document = spdx(count)
    lines = [
        "SPDXVersion: SPDX-2.3",
        "DataLicense: CC0-1.0",
        "SPDXID: SPDXRef-DOCUMENT",
        "DocumentName: bench",
        "DocumentNamespace: https://example.org/bench",
        "Creator: Organization: Bench",
        "Created: 2026-05-31T08:30:00Z",
        "Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-Package-0",
    ]
    for one in document["packages"]:
        lines += [
            "",
            f"PackageName: {one['name']}",
            f"SPDXID: {one['SPDXID']}",
            f"PackageVersion: {one['versionInfo']}",
            f"PackageSupplier: {one['supplier']}",
            f"PackageDownloadLocation: {one['downloadLocation']}",
            "FilesAnalyzed: false",
            f"PackageLicenseConcluded: {one['licenseConcluded']}",
            f"PackageLicenseDeclared: {one['licenseDeclared']}",
            f"PackageCopyrightText: <text>{one['copyrightText']}</text>",
            f"PackageChecksum: SHA256: {one['checksums'][0]['checksumValue']}",
            f"ExternalRef: PACKAGE-MANAGER purl {one['externalRefs'][0]['referenceLocator']}",
        ]
    lines += [f"Relationship: SPDXRef-Package-0 DEPENDS_ON SPDXRef-Package-{number}" for number in range(1, count)]
    lines += ["", "LicenseID: LicenseRef-own", "ExtractedText: <text>Ask us.</text>"]
    return "\n".join(lines)


def cyclonedx(count: int) -> dict[str, Any]:
    """CycloneDX 1.6 with the same packages."""
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": "urn:uuid:00000000-0000-4000-8000-000000000000",
        "metadata": {
            "timestamp": "2026-05-31T08:30:00Z",
            "component": {"type": "application", "bom-ref": "0", "name": "b"},
        },
        "components": [
            {
                "type": "library",
                "bom-ref": f"pkg:npm/package-{number}@1.{number}",
                "name": f"package-{number}",
                "version": f"1.{number}",
                "supplier": {"name": f"Supplier {number % 300}"},
                "purl": f"pkg:npm/package-{number}@1.{number}",
                "licenses": [
                    {"license": {"name": "Our own licence"}}
                    if number % 7 == 5
                    else {"expression": LICENSES[number % len(LICENSES)]}
                ],
                "hashes": [{"alg": "SHA-256", "content": f"{number:064x}"}],
                "externalReferences": [{"type": "distribution", "url": f"https://registry.example/{number}.tgz"}],
            }
            for number in range(count)
        ],
        "dependencies": [
            {"ref": "0", "dependsOn": [f"pkg:npm/package-{number}@1.{number}" for number in range(count)]}
        ],
    }


def spdx3(count: int) -> dict[str, Any]:
    """SPDX 3.0.1: an element for each package, each statement of a licence, each dependency."""
    base = "https://example.org/b#"
    graph: list[dict[str, Any]] = [
        {
            "type": "CreationInfo",
            "@id": "_:made",
            "specVersion": "3.0.1",
            "created": "2026-05-31T08:30:00Z",
            "createdBy": [f"{base}agent"],
        },
        {"type": "Organization", "spdxId": f"{base}agent", "creationInfo": "_:made", "name": "Bench"},
        {
            "type": "SpdxDocument",
            "spdxId": "https://example.org/b",
            "creationInfo": "_:made",
            "rootElement": [f"{base}bom"],
        },
        {"type": "software_Sbom", "spdxId": f"{base}bom", "creationInfo": "_:made", "rootElement": [f"{base}p0"]},
    ]
    graph += [
        {
            "type": "simplelicensing_LicenseExpression",
            "spdxId": f"{base}l{number}",
            "creationInfo": "_:made",
            "simplelicensing_licenseExpression": text,
        }
        for number, text in enumerate(LICENSES)
    ]
    for number in range(count):
        graph += [
            {
                "type": "software_Package",
                "spdxId": f"{base}p{number}",
                "creationInfo": "_:made",
                "name": f"package-{number}",
                "software_packageVersion": f"1.{number}",
                "software_packageUrl": f"pkg:npm/package-{number}@1.{number}",
                "software_downloadLocation": f"https://registry.example/{number}.tgz",
                "suppliedBy": f"{base}agent",
                "verifiedUsing": [{"type": "Hash", "algorithm": "sha256", "hashValue": f"{number:064x}"}],
            },
            {
                "type": "Relationship",
                "spdxId": f"{base}r{number}",
                "creationInfo": "_:made",
                "from": f"{base}p{number}",
                "relationshipType": "hasDeclaredLicense",
                "to": [f"{base}l{number % len(LICENSES)}"],
            },
            {
                "type": "Relationship",
                "spdxId": f"{base}d{number}",
                "creationInfo": "_:made",
                "from": f"{base}p0",
                "relationshipType": "dependsOn",
                "to": [f"{base}p{number}"],
            },
        ]
    return {"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": graph}


FORMATS: dict[str, Callable[[int], str]] = {
    "SPDX 2.3 JSON": lambda count: json.dumps(spdx(count)),
    "SPDX 2.3 tag-value": tag_value,
    "SPDX 3.0.1 JSON-LD": lambda count: json.dumps(spdx3(count)),
    "CycloneDX 1.6 JSON": lambda count: json.dumps(cyclonedx(count)),
}


def hostile(folder: Path) -> Iterator[tuple[str, Path]]:
    """Files that are made to harm."""

    def file(name: str, content: str) -> tuple[str, Path]:
        path = folder / "hostile"
        path.write_text(content, "utf-8")
        return name, path

    head = '{"spdxVersion": "SPDX-2.3", "packages": ['
    yield file("nested 100,000 deep", '{"spdxVersion": "SPDX-2.3", "packages": ' + "[" * 100_000)
    sparse = folder / "sparse"
    with sparse.open("wb") as stream:
        stream.truncate(500 * 1024 * 1024)
    yield "500 MB", sparse
    yield file("1,000,000 packages", head + ",".join(['{"name":"a"}'] * 1_000_000) + "]}")
    yield file("1,000,000 packages, tag-value", "SPDXVersion: SPDX-2.3\n" + "PackageName: a\n" * 1_000_000)
    yield file("7,000,000 values", '{"spdxVersion": "SPDX-2.3", "x": [' + ",".join(['"a"'] * 7_000_000) + "]}")
    yield file("799,000 empty objects", '{"spdxVersion": "SPDX-2.3", "x": [' + ",".join(["{}"] * 799_000) + "]}")
    circle = [
        {
            "spdxElementId": f"SPDXRef-{a}",
            "relationshipType": "DEPENDS_ON",
            "relatedSpdxElement": f"SPDXRef-{(a + 1) % 3}",
        }
        for a in range(3)
    ]
    yield file("relationships in a circle", json.dumps({**spdx(3), "relationships": circle * 50_000}))
    inner = '{"type":"library","name":"x","components":['
    yield file(
        "components 400 deep",
        '{"bomFormat":"CycloneDX","specVersion":"1.6","components":[' + inner * 400 + "]}" * 400 + "]}",
    )
    many = [{"name": "a", "licenseDeclared": f"LicenseRef-{number}"} for number in range(20_000)]
    yield file("20,000 different licences", json.dumps({"spdxVersion": "SPDX-2.3", "packages": many}))
    wrong = [{"name": "a", "licenseDeclared": f"no licence {number} " + "x" * 180} for number in range(9_000)]
    yield file("9,000 unreadable licences", json.dumps({"spdxVersion": "SPDX-2.3", "packages": wrong}))
    named = [
        {"name": "a", "licenses": [{"license": {"name": f"Licence of {number} version"}}]} for number in range(1_900)
    ]
    yield file(
        "1,900 licences by name", json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.6", "components": named})
    )
    words = " ".join(f"word{number % 977}" for number in range(120_000))
    texts = [{"licenseId": f"LicenseRef-{number}", "extractedText": words[number:]} for number in range(20)]
    yield file(
        "20 licence texts of 0.9 MB", json.dumps({"spdxVersion": "SPDX-2.3", "hasExtractedLicensingInfos": texts})
    )


def measured(path: Path) -> list[str]:
    """What a fresh process needs for a file: seconds to read, with the score, MB at most, MB before, and the answer."""
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(path)], capture_output=True, text=True, check=True, timeout=300
    )
    return done.stdout.strip().split("|", 4)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hostile", action="store_true")
    only_hostile = parser.parse_args().hostile
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if not only_hostile:
            print("| format | packages | file, MB | read, s | with score, s | memory, MB | of it Python, MB |")
            print("|---|---:|---:|---:|---:|---:|---:|")
            for title, write in FORMATS.items():
                for count in COUNTS:
                    path = folder / "file"
                    path.write_text(write(count), "utf-8")
                    read, whole, most, before, _ = measured(path)
                    size = path.stat().st_size / 1024 / 1024
                    print(f"| {title} | {count:,} | {size:.1f} | {read} | {whole} | {most} | {before} |", flush=True)
            print()
        print("| hostile file | MB | s | memory, MB | answer |")
        print("|---|---:|---:|---:|---|")
        for title, path in hostile(folder):
            _, whole, most, _, told = measured(path)
            print(f"| {title} | {path.stat().st_size / 1024 / 1024:.1f} | {whole} | {most} | {told} |", flush=True)


if __name__ == "__main__":
    main()
