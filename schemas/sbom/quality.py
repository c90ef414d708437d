"""How much a bill of materials tells: the minimum elements of the NTIA, and a score from 0 to 100, each point lost with its reason.

The minimum elements are counted as ntia-conformance-checker counts them: an id within the document is a unique identifier, a
tool is an author. What is weaker than it could be costs points in the score, where every check and its points are one line.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import floor

from ..finding import Message, message
from .licenses import Licenses
from .model import Package, Sbom, State

ELEMENTS = ("supplier", "name", "version", "identifier", "relationship", "author", "timestamp")
"""The NTIA's minimum elements of 2021, in its order."""
_DEPENDENCIES = {
    *("CONTAINS", "CONTAINED_BY", "DEPENDS_ON", "DEPENDENCY_OF"),
    *("DYNAMIC_LINK", "STATIC_LINK", "HAS_DYNAMIC_LINK", "HAS_STATIC_LINK"),
}
_STRONG = ("SHA256:", "SHA384:", "SHA512:", "SHA3-", "BLAKE2B-", "BLAKE3:")
_NOTHING = Message("")
_BLANK = ("", "NOASSERTION")
_KIND = re.compile(r"\A(?:Person|Organization|Tool):")


@dataclass(frozen=True, slots=True)
class Check:
    """One check of the score: `earned` of its `points`; `reason` says why the rest is lost, empty where nothing is."""

    id: str
    points: int
    earned: float
    reason: Message = _NOTHING


@dataclass(frozen=True, slots=True)
class Quality:
    """`ntia`: how often each minimum element is missing: in packages, or 1 in the document. `checks` make up the score."""

    ntia: Mapping[str, int]
    checks: tuple[Check, ...]

    @property
    def score(self) -> int:
        """From 0 to 100; 100 only where nothing is lost."""
        return floor(sum(check.earned for check in self.checks) + 1e-6)

    @property
    def missing(self) -> tuple[str, ...]:
        """The minimum elements that are not complete, in their order."""
        return tuple(name for name, count in self.ntia.items() if count)

    @property
    def reasons(self) -> tuple[Message, ...]:
        """Why points are lost, most first."""
        lost = sorted(
            (check.earned - check.points, number) for number, check in enumerate(self.checks) if check.reason.template
        )
        return tuple(self.checks[number].reason for _, number in lost)


def quality(sbom: Sbom) -> Quality:
    """How much `sbom` tells. Linear in its length."""
    ntia = _ntia(sbom)
    if not sbom.packages:
        whole = message("no package is listed; without packages a bill of materials says nothing")
        return Quality(ntia, (Check("packages", 100, 0.0, whole),))
    checks = [*_of_document(sbom, ntia), *(_of_packages(check, sbom) for check in _checks(sbom))]
    return Quality(ntia, tuple(checks))


def _ntia(sbom: Sbom) -> dict[str, int]:
    packages, identified = sbom.packages, _identified(sbom)
    found = {
        "supplier": sum(not named(package.supplier) for package in packages),
        "name": sum(not package.name for package in packages),
        "version": sum(package.version in _BLANK for package in packages),
        "identifier": sum(not identified(package) for package in packages),
        "relationship": int(not _related(sbom)),
        "author": int(not any(map(named, (*sbom.authors, *sbom.tools)))),
        "timestamp": int(sbom.made_at is None),
    }
    return {name: found[name] or int(not packages and name in ELEMENTS[:4]) for name in ELEMENTS}


def named(who: str) -> bool:
    """Whether a person, organisation or tool is named: more than of which kind it is."""
    return _KIND.sub("", who).strip(" ()") not in _BLANK


def _identified(sbom: Sbom) -> Callable[[Package], bool]:
    """Whether a package has an id that no other has; CycloneDX, which asks for none, has the package URL for it, too."""
    counts, elsewhere = Counter(package.ref for package in sbom.packages), sbom.format == "CycloneDX"
    return lambda p: counts[p.ref] == 1 if p.ref else elsewhere and bool(p.purl or p.cpe)


def _related(sbom: Sbom) -> bool:
    """Whether the document relates anything: that it describes a package counts for SPDX 2, as its checker has it."""
    refs = {package.ref for package in sbom.packages}
    described = sbom.format == "SPDX" and not sbom.version.startswith("3") and not refs.isdisjoint(sbom.describes)
    return described or _depends(sbom)


def _depends(sbom: Sbom) -> bool:
    """Whether it says of any of its packages of what it consists, or on what it depends (be it on nothing)."""
    refs = {package.ref for package in sbom.packages}
    return any(
        one.kind in _DEPENDENCIES and one.target != "NOASSERTION" and (one.source in refs or one.target in refs)
        for one in sbom.relationships
    )


def _of_document(sbom: Sbom, ntia: Mapping[str, int]) -> list[Check]:
    """The checks of the document as a whole."""
    depends = _depends(sbom) or len(sbom.packages) == 1
    answers, tools = (any(map(named, ones)) for ones in (sbom.authors, sbom.tools))
    author = 6 if answers else 3 * tools
    return [
        _whole(
            "relationship",
            8,
            8 if depends else 3 * (not ntia["relationship"]),
            message("no package is said to contain or to depend on another: what comes through what cannot be seen"),
        ),
        _whole(
            "author",
            6,
            author,
            message("only tools are named as its authors, no person or organisation that answers for it")
            if tools
            else message("nobody is named who made it"),
        ),
        _whole("timestamp", 6, 6 * (sbom.made_at is not None), message("it does not say when it was made")),
        _whole(
            "describes",
            2,
            2 * bool(sbom.describes),
            message("it does not say which of its packages the software itself is"),
        ),
        _whole(
            "data-license",
            2,
            2 * bool(sbom.data_license),
            message("it does not say under which terms it may be used itself"),
        ),
    ]


def _whole(name: str, points: int, earned: int, reason: Message) -> Check:
    return Check(name, points, earned, _NOTHING if earned == points else reason)


@dataclass(frozen=True, slots=True)
class _Counted:
    """A check of every package: its points are given for the share of packages that fulfil it."""

    id: str
    points: int
    fulfilled: Callable[[Package], bool]
    reason: Callable[[int, int], Message]


def _of_packages(check: _Counted, sbom: Sbom) -> Check:
    every = len(sbom.packages)
    lacking = sum(not check.fulfilled(package) for package in sbom.packages)
    earned = check.points * (every - lacking) / every
    return Check(check.id, check.points, earned, check.reason(lacking, every) if lacking else _NOTHING)


def _checks(sbom: Sbom) -> tuple[_Counted, ...]:
    return (
        _Counted("name", 5, lambda p: bool(p.name), _no_name),
        _Counted("version", 8, lambda p: p.version not in _BLANK, _no_version),
        _Counted("supplier", 8, lambda p: named(p.supplier), _no_supplier),
        _Counted("identifier", 3, _identified(sbom), _no_ref),
        _Counted("license-stated", 10, lambda p: p.state is not State.NOASSERTION, _no_license),
        _Counted("license-known", 14, lambda p: p.state in (State.KNOWN, State.NONE), _unknown_license),
        _Counted("license-current", 4, _current(sbom), _old_license),
        _Counted("license-concluded", 4, lambda p: p.concluded not in _BLANK, _not_concluded),
        _Counted("package-url", 9, lambda p: bool(p.purl or p.cpe), _no_purl),
        _Counted("checksum", 6, _strong, _no_checksum),
        _Counted("origin", 2, lambda p: p.download not in _BLANK, _no_origin),
        _Counted("copyright", 3, lambda p: p.copyright not in _BLANK, _no_copyright),
    )


def _strong(package: Package) -> bool:
    return package.checksum.startswith(_STRONG) and not package.checksum.endswith(":")


def _current(sbom: Sbom) -> Callable[[Package], bool]:
    """Whether a package's licence is written with today's ids."""
    licenses = Licenses()
    return lambda p: not licenses.said(p.concluded if p.concluded not in _BLANK else p.declared).deprecated


def _no_name(count: int, every: int) -> Message:
    return message("{count} of {every} packages have no name", count=count, every=every)


def _no_version(count: int, every: int) -> Message:
    return message(
        "{count} of {every} packages have no version: known flaws cannot be looked up", count=count, every=every
    )


def _no_supplier(count: int, every: int) -> Message:
    return message("{count} of {every} packages name no supplier", count=count, every=every)


def _no_ref(count: int, every: int) -> Message:
    return message("{count} of {every} packages have no id of their own in the document", count=count, every=every)


def _no_license(count: int, every: int) -> Message:
    return message("of {count} of {every} packages no licence is stated", count=count, every=every)


def _unknown_license(count: int, every: int) -> Message:
    return message(
        "the licence of {count} of {every} packages is not known: nothing is stated, or nobody can tell what; somebody has to "
        "look at each, because it is neither allowed nor denied",
        count=count,
        every=every,
    )


def _old_license(count: int, every: int) -> Message:
    return message("{count} of {every} packages have licence ids that SPDX deprecates", count=count, every=every)


def _not_concluded(count: int, every: int) -> Message:
    return message("for {count} of {every} packages nobody concluded which licence holds", count=count, every=every)


def _no_purl(count: int, every: int) -> Message:
    return message(
        "{count} of {every} packages have no package URL (purl) and no CPE, by which others know them",
        count=count,
        every=every,
    )


def _no_checksum(count: int, every: int) -> Message:
    return message("{count} of {every} packages have no checksum of SHA-256 or better", count=count, every=every)


def _no_origin(count: int, every: int) -> Message:
    return message("{count} of {every} packages do not say where they come from", count=count, every=every)


def _no_copyright(count: int, every: int) -> Message:
    return message("{count} of {every} packages name nobody who holds the copyright", count=count, every=every)
