"""What the bill of materials of an entry lists, as packages of ours: copied, so that one document holds the licences of all.

A reference to another document would hold neither licences nor names, only SPDX documents can be referred to, and what is referred
to may be gone tomorrow. Copied is what the document says; each package names it as its source. Persons are left out.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ...schemas.licensing.found import NOASSERTION
from ...schemas.sbom import Extracted, Package, Sbom, State
from ...schemas.sbom.licenses import Licenses, Said
from ..evidence_models import SbomRecord
from .addresses import download_location, package_purl, web_address
from .bill import CONTAINS, DEPENDS_ON, Item, Relation
from .clean import line, organisation
from .extracts import Extracts
from .licenses import day

MOST_COPIED = 20_000  # packages in one document; those of a document that has more are not copied at all
MOST_RELATIONS = 100_000
_PURPOSES = (
    *("application", "framework", "library", "container", "operating-system", "device"),
    *("firmware", "source", "archive", "file", "install", "other"),
)
_LENGTHS = {"SHA1": 40, "SHA224": 56, "SHA256": 64, "SHA384": 96, "SHA512": 128, "SHA3-256": 64, "SHA3-384": 96}
_DIGITS = frozenset("0123456789abcdef")
_ORGANISATION = "Organization:"
_FORWARD = {"DEPENDS_ON": DEPENDS_ON, "CONTAINS": CONTAINS}
_BACKWARD = {"CONTAINED_BY": CONTAINS}


@dataclass(frozen=True, slots=True)
class Copied:
    """The packages of a document, and how they and the entry's package hang together."""

    items: tuple[Item, ...] = ()
    relations: tuple[Relation, ...] = ()


def copied(sbom: Sbom, row: SbomRecord, entry_ref: str, extracts: Extracts) -> Copied:
    """The packages that a document lists, all of them hanging at the entry's package `entry_ref`.

    The one package that a document describes is taken for the entry itself: it is not copied, its relations become the entry's.
    """
    root = sbom.describes[0] if len(sbom.describes) == 1 else ""
    source = f"Bill of materials {row.number} of this software: {line(row.place)}" + (
        f" at commit {line(row.commit)}" if row.commit else ""
    )
    texts = {one.ref: one for one in sbom.extracted}
    licenses, refs, items = Licenses(), {root: entry_ref} if root else {}, []
    for number, package in enumerate(sbom.packages):
        if package.ref and package.ref == root:
            continue
        ref = f"{entry_ref}-{row.number}-{number:06}"
        refs.setdefault(package.ref or ref, ref)
        items.append(_item(package, ref, source, licenses, _Put(extracts, texts, source)))
    return Copied(tuple(items), tuple(_relations(sbom, entry_ref, [one.ref for one in items], refs)))


def told(row: SbomRecord, count: int) -> str:
    """What is said of the document at the entry's package."""
    what = (
        f"bill of materials {row.number} ({line(row.place)}, {row.format}, SHA-256 {row.file_hash}, read {day(row.at)})"
    )
    if count:
        return f"The packages below it are copied from its {what}; the catalogue answers for none of them."
    return f"It has a {what}, whose {row.packages} packages are not copied: too many for this document."


@dataclass(frozen=True, slots=True)
class _Put:
    """Gives the licences of a package their ids in the document that is written."""

    extracts: Extracts
    texts: Mapping[str, Extracted]
    source: str

    def expression(self, said: Said) -> str:
        if said.state is State.NONE:
            return "NONE"
        return self.extracts.put(said.license, self._lookup) if said.license else NOASSERTION

    def _lookup(self, ref: str) -> tuple[str, str, str]:
        known = self.texts.get(ref)
        if known is None or known.text in ("", NOASSERTION):
            return known.name if known else ref, "", f"{self.source} has no text of {ref}."
        return known.name or ref, known.text, f"{self.source}."


def _item(package: Package, ref: str, source: str, licenses: Licenses, put: _Put) -> Item:
    declared, concluded = licenses.said(package.declared), licenses.said(package.concluded)
    invalid = [
        line(said, 300)
        for said, read in ((package.declared, declared), (package.concluded, concluded))
        if read.state is State.INVALID
    ]
    comments = f"No SPDX expression, as written: {'; '.join(dict.fromkeys(invalid))}" if invalid else ""
    return Item(
        ref=ref,
        name=line(package.name) or ref,
        version=line(package.version),
        supplier=_organisation(package.supplier),
        download=_download(package.download),
        declared=put.expression(declared),
        concluded=put.expression(concluded),
        license_comments=comments,
        purl=package_purl(package.purl),
        checksum=_checksum(package.checksum),
        source=source,
        purpose=package.kind.upper().replace("-", "_") if package.kind in _PURPOSES else "",
    )


def _organisation(supplier: str) -> str:
    """The name of an organisation, without its e-mail address; a person is left out."""
    if not supplier.startswith(_ORGANISATION):
        return ""
    name = supplier.removeprefix(_ORGANISATION)
    return organisation(name.partition("(")[0].strip()) if "@" not in name.partition("(")[0] else ""


def _download(said: str) -> str:
    if said.startswith("git+"):
        address, _, commit = said.removeprefix("git+").rpartition("@")
        return download_location(address or said.removeprefix("git+"), commit)
    return web_address(said)


def _checksum(said: str) -> tuple[str, str]:
    algorithm, _, value = said.partition(":")
    value = value.lower()
    right = _LENGTHS.get(algorithm) == len(value) and _DIGITS.issuperset(value)
    return (algorithm, value) if right else ("", "")


def _relations(sbom: Sbom, entry: str, items: list[str], refs: Mapping[str, str]) -> Iterator[Relation]:
    """The relations of the document in two words, and one to the entry for each package that nothing leads to."""
    known = dict.fromkeys(
        Relation(refs[source], kind, refs[target])
        for source, kind, target in _directed(sbom)
        if source in refs and target in refs and refs[source] != refs[target]
    )
    kept = list(known)[:MOST_RELATIONS]
    below: dict[str, list[str]] = {}
    for one in kept:
        below.setdefault(one.source, []).append(one.target)
    reached, added = {entry}, []
    _walk(entry, below, reached)
    led_to = {one.target for one in kept}
    for ref in sorted(
        items, key=lambda ref: ref in led_to
    ):  # first those that nothing leads to, then what goes in circles
        if ref not in reached:
            added.append(Relation(entry, DEPENDS_ON, ref))
            _walk(ref, below, reached)
    yield from kept
    yield from added


def _walk(start: str, below: Mapping[str, list[str]], reached: set[str]) -> None:
    waiting = deque([start])
    reached.add(start)
    while waiting:
        for ref in below.get(waiting.popleft(), ()):
            if ref not in reached:
                reached.add(ref)
                waiting.append(ref)


def _directed(sbom: Sbom) -> Iterator[tuple[str, str, str]]:
    """Each relation that says that one contains or needs the other. For what it is needed (a test, a build) is not kept."""
    for one in sbom.relationships:
        if one.kind in _FORWARD:
            yield one.source, _FORWARD[one.kind], one.target
        elif one.kind in _BACKWARD or one.kind.endswith("DEPENDENCY_OF"):
            yield one.target, _BACKWARD.get(one.kind, DEPENDS_ON), one.source
