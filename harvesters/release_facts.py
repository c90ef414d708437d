"""What a checkout shows for the checks before a release: facts, not judged."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

from ..registry.release.compatibilities import compared, compared_files
from ..registry.release.facts import (
    LicenseFacts,
    LicenseFile,
    Names,
    ReleaseFacts,
    SbomFacts,
    ScanFacts,
    Secrets,
    Source,
)
from ..registry.release.scanned import gap
from ..schemas.candidate import RepositoryFile
from ..schemas.finding import Assessment, message
from ..schemas.licensing.expression import ExpressionError
from ..schemas.licensing.policy_lists import Policy
from ..schemas.sbom_names import is_sbom_name
from .checkout import NAMES, checked_out, commit_of
from .license_files import license_files
from .scan.checkout import Written
from .scan.scanning import Scan
from .wanted_files import is_license_name

MOST_NAMES = 5_000  # of files, in all folders that are looked into
DEEPEST = 3  # levels below such a folder
FOLDERS = (".github", ".gitlab", ".gitea", ".forgejo", "docs", "doc", "documentation", "database", "db", "sbom")
"""Where guides, templates, documents and bills of materials lie, besides the root."""
MOST_SBOMS = 10
_STAND_IN = b"\0"  # for a file that was too large to be fetched (scan/checkout.py)
_SBOM_ENDINGS = (".json", ".jsonld", ".spdx", ".tag", ".txt", ".xml", ".yml", ".yaml", ".rdf")


def of_folder(folder: Path, assessment: Assessment | None, day: date, policy: Policy | None) -> ReleaseFacts:
    """The facts of a checkout; nothing leaves this machine.

    `assessment`: of its publiccode.yml as the validator judges it, None where there is none.

    Raises:
        OSError: the folder cannot be read.

    """
    candidate = checked_out(RepositoryFile(NAMES[0], None), folder)
    names = names_of(folder)
    told = license_facts(assessment, license_files(folder) or (), policy)
    sboms = [_sbom(folder, path) for path in sbom_paths(names)]
    return ReleaseFacts(
        source=Source.FOLDER,
        name=_text(assessment, "name") or folder.resolve().name,
        day=day,
        address=candidate.repository.url if candidate.repository else _text(assessment, "url"),
        commit=commit_of(folder),
        assessment=assessment,
        has_contacts=_has_contacts(assessment),
        names=names,
        license=told,
        sboms=sboms,
        compatible=compared(sboms, told.normalized),
        tags=len(candidate.tags) if candidate.tags else None,
    )


def with_scan(facts: ReleaseFacts, scan: Scan, at: datetime) -> ReleaseFacts:
    """The facts with those of a deep scan of this moment: of what must not be published the numbers alone."""
    found = Counter(one.rule for one in scan.alarms)
    cut = gap(scan.messages) or (None if scan.met else message("There were no files to scan."))
    marked = ScanFacts(
        at, scan.files, scan.with_license, scan.with_copyright, scan.compliant, scan.licenses, scan.commit, cut
    )
    return replace(
        facts,
        scan=marked,
        secrets=Secrets(dict(sorted(found.items())), cut),
        files_compatible=compared_files(scan.licenses, facts.license.normalized),
    )


def fetched(facts: ReleaseFacts, written: Written, address: str) -> ReleaseFacts:
    """The facts of a folder into which a commit was fetched: what was not written of it is not said to be missing.

    A link is there by its name, and was not followed; where a bound cut the writing off, names are missing.
    """
    names = facts.names or Names()
    linked = tuple(path for path in written.linked if "/" not in path or path.partition("/")[0].lower() in FOLDERS)
    cut = names.cut or bool(written.messages) or written.links > len(written.linked)
    at_root = tuple(path for path in linked if is_license_name(path) and "/" not in path)
    sboms = [*(facts.sboms or ()), *(SbomFacts(path, read=False) for path in _sbom_paths(linked))]
    return replace(
        facts,
        source=Source.REPOSITORY,
        name=facts.name if facts.assessment else address,
        address=address,
        commit=written.commit,
        names=replace(names, paths=(*names.paths, *linked), cut=cut),
        license=replace(facts.license, not_read=at_root),
        sboms=sboms[:MOST_SBOMS],
    )


def license_facts(
    assessment: Assessment | None, files: Sequence[RepositoryFile], policy: Policy | None
) -> LicenseFacts:
    """What is declared, what the licence files say, and what the policy says of it."""
    from ..schemas.licensing.found import Identification
    from ..schemas.licensing.identify import identify
    from ..schemas.licensing.policy import decide
    from ..schemas.licensing.verdict import FoundFile, judge

    declared = _declared(assessment)
    found = [
        FoundFile(
            file.path,
            sha256(file.content).hexdigest() if file.content else "",
            identify(file.content, file.path) if file.content else Identification(),
            file.target,
        )
        for file in files
    ]
    verdict = judge(declared, found)
    ruling = ""
    if policy is not None and (verdict.normalized or declared):
        try:
            ruling = str(decide(policy, verdict.normalized or declared).ruling)
        except ExpressionError:
            ruling = ""
    return LicenseFacts(
        declared=declared,
        normalized=verdict.normalized,
        files=tuple(LicenseFile(one.path, one.identification) for one in verdict.found),
        codes=tuple(str(code) for code in verdict.codes),
        concluded=verdict.concluded,
        policy=policy.name if policy else "",
        ruling=ruling,
    )


def names_of(folder: Path) -> Names:
    """The names at the root of a folder and below FOLDERS; no link is followed.

    Raises:
        OSError: the folder itself cannot be read.

    """
    root = sorted(os.listdir(folder))  # noqa: PTH208 (names are all that is wanted)
    paths = [name for name in root if not (folder / name).is_dir()]
    known = {name.lower() for name in FOLDERS}
    for name in root:
        if name.lower() in known and (folder / name).is_dir() and not (folder / name).is_symlink():
            paths += _below(folder, name, MOST_NAMES - len(paths))
    return Names(tuple(paths[:MOST_NAMES]), all_of_root=True, below=True, cut=len(paths) >= MOST_NAMES)


def sbom_paths(names: Names) -> list[str]:
    """The paths of the bills of materials: at the root, in a folder `sbom`, and what is named so in the other folders."""
    return _sbom_paths(names.paths)[:MOST_SBOMS]


def _sbom_paths(paths: Sequence[str]) -> list[str]:
    told = [path for path in paths if is_sbom_name(path.rpartition("/")[2]) or path.lower().startswith("sbom/")]
    return [path for path in told if path.lower().endswith(_SBOM_ENDINGS)]


def _sbom(folder: Path, path: str) -> SbomFacts:
    """A bill of materials as it reads; no link is followed."""
    from ..schemas.sbom import SbomError, quality, read_file

    file = folder / path
    if file.is_symlink() or not file.is_file():
        return SbomFacts(path, read=False)
    try:
        if file.stat().st_size == len(_STAND_IN) and file.read_bytes() == _STAND_IN:  # too large to be fetched
            return SbomFacts(path, read=False)
        sbom = read_file(file)
    except SbomError as error:
        return SbomFacts(path, message=error.message)
    except OSError:
        return SbomFacts(path, read=False)
    return SbomFacts(
        place=path,
        format=sbom.title,
        made_at=sbom.made_at.isoformat() if sbom.made_at else "",
        tool=", ".join(sbom.tools),
        packages=len(sbom.packages),
        licenses=dict(sbom.licenses),
        missing=quality(sbom).missing,
    )


def _below(folder: Path, name: str, most: int) -> Iterator[str]:
    for here, folders, files in os.walk(folder / name):
        inside = Path(here).relative_to(folder)
        folders[:] = sorted(
            one for one in folders if len(inside.parts) <= DEEPEST and not (Path(here) / one).is_symlink()
        )
        for file in sorted(files):
            if most <= 0:
                return
            most -= 1
            yield (inside / file).as_posix()


def _declared(assessment: Assessment | None) -> str:
    legal = (assessment.values or {}).get("legal") if assessment else None
    told = legal.get("license") if isinstance(legal, dict) else None
    return told if isinstance(told, str) else ""


def _text(assessment: Assessment | None, key: str) -> str:
    told = (assessment.values or {}).get(key) if assessment else None
    return told if isinstance(told, str) else ""


def _has_contacts(assessment: Assessment | None) -> bool:
    maintenance = (assessment.values or {}).get("maintenance") if assessment else None
    return bool(isinstance(maintenance, dict) and maintenance.get("contacts"))
