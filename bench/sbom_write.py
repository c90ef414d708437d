"""Seconds and memory for writing bills of materials, and for validating them in pieces; each in a process of its own.

python -m bench.sbom_write                   the tables for docs/sbom.md
python -m bench.sbom_write --entries 20000   also gathers a catalogue of judged entries from a database, and writes it
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from publiccode.registry.audit.method import method
from publiccode.registry.audit.report import Scope
from publiccode.registry.audit.verdicts import follow_licenses
from publiccode.registry.sbom_writing import FORMS, Bill, Extract, Item, Place, Relation, Statement, bill_of, pieces
from publiccode.registry.store import Store
from publiccode.registry.upgrade import upgrade

from .audit_speed import fill

COUNTS = (100, 1_000, 20_000)
AS_A_WHOLE = (1_000, 3_000)  # packages that the validator is given at once, for comparison
LICENSES = ("MIT", "Apache-2.0", "BSD-3-Clause", "GPL-2.0-or-later", "MIT OR Apache-2.0", "LicenseRef-own", "EUPL-1.2")
MADE = datetime(2026, 5, 31, 8, 30, tzinfo=UTC)
CHILD = """
import re, sys, time
from pathlib import Path
from bench.sbom_write import bill
from publiccode.registry.sbom_writing import pieces
def most():  # getrusage tells the parent's where that was larger
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024
what, count, file = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
made, before = bill(count), most()
start = time.perf_counter()
if what in ("pieces", "spdx3"):
    from publiccode.registry.sbom_writing.validity import complaints, complaints_of_spdx3
    found = list(complaints(made) if what == "pieces" else complaints_of_spdx3(made))
    assert not found, found[:3]
elif what == "whole":
    from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document
    from bench.sbom_write import whole
    assert not validate_full_spdx_document(whole(made))
else:
    with file.open("w", encoding="utf-8") as stream:
        stream.writelines(pieces(made, what))
took, size = time.perf_counter() - start, file.stat().st_size if file.exists() else 0
print(f"{took:.2f}|{size / 1e6:.1f}|{most():.0f}|{before:.0f}")
"""


def bill(count: int) -> Bill:
    """A publisher's document: an entry for each ten packages, with three statements; the rest is copied below the entries."""
    items, relations, described = [], [], []
    for number in range(count):
        entry = number - number % 10
        if number == entry:
            items.append(_entry(number))
            described.append(items[-1].ref)
            continue
        items.append(
            Item(
                ref=f"SPDXRef-entry-{entry}-1-{number:06}",
                name=f"package-{number}",
                version=f"1.{number % 50}.{number}",
                supplier=f"Supplier {number % 300}",
                download=f"https://registry.example.org/package-{number}-1.0.tgz",
                declared=LICENSES[number % len(LICENSES)],
                purl=f"pkg:npm/package-{number}@1.{number % 50}.{number}",
                checksum=("SHA256", f"{number:064x}"),
                source=f"Bill of materials {entry} of this software: sbom.spdx.json at commit {entry:040x}",
            )
        )
        relations.append(Relation(f"SPDXRef-entry-{entry}", "DEPENDS_ON", items[-1].ref))
    own = Extract("LicenseRef-own", "Our own licence", "Ask us.\n" * 20, "From LICENSES/LicenseRef-own.txt.")
    head = ("A ministry – Bench", "publisher/ministry", MADE, "Bench", "bench-1", "What the catalogue knew.", "3.29.0")
    return Bill(*head, "https://code.example.org", tuple(items), tuple(described), tuple(relations), (own,))


def _entry(number: int) -> Item:
    commit, address = f"{number:040x}", f"https://git.example.org/entry-{number}"
    said = (
        f"Declared under legal.license in publiccode.yml at commit {commit} of {address}: EUPL-1.2",
        f"Found in LICENSE, lines 1-190: EUPL-1.2 (by its text) (SHA-256 {number:064x})",
        "Concluded by comparing the licence files with the texts of the SPDX licence list: EUPL-1.2. Verdict: agree.",
    )
    return Item(
        ref=f"SPDXRef-entry-{number}",
        name=f"Entry {number} 陳情系統",
        version=f"2.{number}",
        supplier="A ministry",
        download=f"git+{address}@{commit}",
        declared="EUPL-1.2",
        concluded="EUPL-1.2",
        license_comments=f"2026-05-31: {said[-1]}",
        page=f"https://code.example.org/software/entry-{number}",
        source=f"publiccode.yml at {commit} of {address}",
        comment="The packages below it are copied from its bill of materials.",
        purpose="APPLICATION",
        statements=tuple(Statement(MADE - timedelta(days=number % 90), text) for text in said),
    )


def whole(made: Bill) -> object:
    """The document as the validator takes it at once."""
    from spdx_tools.spdx.model import Document

    from publiccode.registry.sbom_writing import spdx2

    return Document(
        spdx2.creation(made),
        [spdx2.package(item) for item in made.items],
        annotations=[one for item in made.items for one in spdx2.remarks(made, item)],
        relationships=[spdx2.relationship(one) for one in spdx2.relations(made)],
        extracted_licensing_info=[spdx2.extract(one) for one in made.extracts],
    )


def measured(what: str, count: int, folder: Path) -> list[str]:
    """Seconds, MB written, memory at its most, memory before."""
    told = subprocess.run(
        [sys.executable, "-c", CHILD, what, str(count), str(folder / f"{what}-{count}")],
        check=True,
        capture_output=True,
        text=True,
    )
    return told.stdout.strip().split("|")


def from_a_database(count: int, folder: Path) -> None:
    """Gathering a catalogue of `count` entries, and writing it in each form."""
    store = Store(f"sqlite:///{folder / 'registry.sqlite'}")
    upgrade(store)
    fill(store, count)
    follow_licenses(store, method("osi", UTC), datetime.now(UTC))
    start = time.perf_counter()
    with store.reading() as session:
        made = bill_of(session, Scope(), datetime.now(UTC), Place("Bench", "https://code.example.org"))
    print(f"gathered {len(made.items):,} entries: {time.perf_counter() - start:.1f} s")
    store.close()
    for form, kind in FORMS.items():
        start = time.perf_counter()
        size = sum(len(piece.encode()) for piece in pieces(made, form))
        print(f"{kind.title}: {time.perf_counter() - start:.1f} s, {size / 1e6:.1f} MB", flush=True)


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--counts", type=int, nargs="*", default=COUNTS)
    parser.add_argument("--entries", type=int, default=0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if asked.entries:
            from_a_database(asked.entries, Path(folder))
        print("| format | packages | s | file, MB | memory, MB | before, MB |")
        for form, kind in FORMS.items():
            for count in asked.counts:
                took, size, most, before = measured(form, count, Path(folder))
                print(f"| {kind.title} | {count:,} | {took} | {size} | {most} | {before} |", flush=True)
        print("| validated | packages | s | memory, MB |")
        for what in ("pieces", "whole", "spdx3"):
            for count in AS_A_WHOLE if what == "whole" else asked.counts:
                took, _, most, _ = measured(what, count, Path(folder))
                print(f"| {what} | {count:,} | {took} | {most} |", flush=True)


if __name__ == "__main__":
    main()
