"""What a checkout shows before it is released: names, licence, SBOM; nothing is followed out of it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from publiccode.harvesters.release_facts import MOST_NAMES, fetched, names_of, of_folder, with_scan
from publiccode.harvesters.scan import scanning
from publiccode.harvesters.scan.checkout import Written
from publiccode.harvesters.scan.limits import ScanLimits
from publiccode.harvesters.scan.scanning import scan_folder
from publiccode.registry.release.checks import State, readiness
from publiccode.registry.release.facts import Names, SbomFacts, Source
from publiccode.registry.release.scanned import HARMLESS
from publiccode.schemas.finding import Assessment, message
from publiccode.schemas.licensing.policy_file import load_policy
from publiccode.web.demo.agencies import LICENSES

from .scan import planted

DAY = date(2026, 11, 26)
MIT = (LICENSES / "MIT.txt").read_bytes()
SAID = Assessment((), {"name": "Lamplight", "url": "https://a.example/x", "legal": {"license": "MIT"}})
SPDX = {
    "spdxVersion": "SPDX-2.3",
    "SPDXID": "SPDXRef-DOCUMENT",
    "creationInfo": {"created": "2026-11-01T00:00:00Z", "creators": ["Tool: x"]},
    "packages": [
        {
            "SPDXID": "SPDXRef-a",
            "name": "a",
            "versionInfo": "1",
            "supplier": "Organization: A",
            "licenseDeclared": "MIT",
        }
    ],
    "relationships": [
        {"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": "SPDXRef-a"}
    ],
}


def write(folder: Path, *paths: str, content: bytes = b"x") -> None:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)


def test_names_are_those_of_the_root_and_of_folders_for_documents(tmp_path: Path) -> None:
    write(tmp_path, "README.md", "src/GOVERNANCE.md", ".github/ISSUE_TEMPLATE/bug.md", "Docs/data-structure.md")
    write(tmp_path, "docs/a/b/c/d/e/too-deep.md")
    (tmp_path / "doc").symlink_to("/etc")
    found = names_of(tmp_path)
    assert found.paths == ("README.md", ".github/ISSUE_TEMPLATE/bug.md", "Docs/data-structure.md")
    assert (found.all_of_root, found.below, found.cut) == (True, True, False)


def test_a_million_names_are_not_kept(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    for number in range(MOST_NAMES + 10):
        (tmp_path / "docs" / f"{number}.md").touch()
    found = names_of(tmp_path)
    assert (len(found.paths), found.cut) == (MOST_NAMES, True)


def test_a_checkout(tmp_path: Path) -> None:
    write(tmp_path, "LICENSE", content=MIT)
    write(tmp_path, "bom.json", content=json.dumps(SPDX).encode())
    write(tmp_path, "sbom/broken.cdx.json", content=b"{")
    facts = of_folder(tmp_path, SAID, DAY, load_policy("osi"))
    assert (facts.source, facts.name, facts.address) == (Source.FOLDER, "Lamplight", "https://a.example/x")
    told = facts.license
    assert (told.declared, told.normalized, told.codes, told.ruling) == ("MIT", "MIT", ("agree",), "allowed")
    good, broken = facts.sboms or ()
    assert (good.place, good.format, good.packages, good.licenses) == ("bom.json", "SPDX 2.3 JSON", 1, {"MIT": 1})
    assert (good.missing, broken.place, broken.message is not None) == ((), "sbom/broken.cdx.json", True)
    assert facts.declared is None


def test_an_empty_folder(tmp_path: Path) -> None:
    facts = of_folder(tmp_path, None, DAY, None)
    assert (facts.name, facts.sboms, facts.license.files, facts.license.codes) == (
        tmp_path.name,
        [],
        (),
        ("not-declared", "no-text"),
    )


def test_a_link_to_an_sbom_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "bom.json").symlink_to("/etc/passwd")
    assert of_folder(tmp_path, None, DAY, None).sboms == [SbomFacts("bom.json", read=False)]


def test_a_scan_adds_numbers_and_nothing_of_what_it_found(tmp_path: Path) -> None:
    write(tmp_path, "key.pem", content=planted.KEY.encode())
    at = datetime(2026, 11, 26, tzinfo=UTC)
    told = with_scan(of_folder(tmp_path, None, DAY, None), scan_folder(tmp_path), at)
    assert told.secrets is not None
    assert (told.secrets.count, told.secrets.cut) == (1, None)
    assert told.scan is not None
    assert (told.scan.at, told.scan.files, told.scan.with_license) == (at, 1, 0)


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (ScanLimits(files=2), "Scanned 2 of more files"),
        (ScanLimits(file_bytes=2**20), "Files above 1 MB, counted but not read: 1"),
        (ScanLimits(depth=2), "Folders deeper than 2, not entered: 1"),
    ],
)
def test_a_scan_that_left_something_out_proves_nothing(tmp_path: Path, limits: ScanLimits, said: str) -> None:
    """The dump of a database is what the handbook warns of, and is often too large to be read."""
    write(tmp_path, "a.txt", "b.txt", "c/d/e/f.txt", "dump.sql")
    with (tmp_path / "dump.sql").open("ab") as file:
        file.truncate(2**20 + 1)
    told = with_scan(of_folder(tmp_path, None, DAY, None), scan_folder(tmp_path, limits), datetime.now(UTC))
    assert told.secrets is not None
    assert str(told.secrets.cut) == said
    assert next(one for one in readiness(told).lines if one.check == "no-secrets").state is State.UNKNOWABLE


def test_an_empty_folder_holds_no_proof(tmp_path: Path) -> None:
    write(tmp_path, "x")
    empty = replace(scan_folder(tmp_path), met=0)
    told = with_scan(of_folder(tmp_path, None, DAY, None), empty, datetime.now(UTC))
    assert told.secrets is not None
    assert str(told.secrets.cut) == "There were no files to scan."


def test_what_a_fetch_left_out_is_not_said_to_be_missing(tmp_path: Path) -> None:
    write(tmp_path, "README.md", "src/x.py")
    write(tmp_path, "bom.json", content=b"\0")
    written = Written("a" * 40, files=3, links=3, linked=["LICENSE", "docs/GOVERNANCE.md", "sbom.json"])
    told = fetched(of_folder(tmp_path, SAID, DAY, None), written, "https://a.example/x")
    assert told.sboms == [SbomFacts("bom.json", read=False), SbomFacts("sbom.json", read=False)]
    assert told.names == Names(
        ("README.md", "bom.json", "LICENSE", "docs/GOVERNANCE.md", "sbom.json"), all_of_root=True, below=True
    )
    states = {one.check: one.state for one in readiness(told).lines}
    assert (states["license-file"], states["governance"]) == (State.UNKNOWABLE, State.FULFILLED)
    written.messages.append(message("Scanned {count} of more files", count=3))
    of_names = {"readme", "contributing", "security-policy", "code-of-conduct", "compliance-report"}
    cut = {one.check: one.state for one in readiness(fetched(told, written, "https://a.example/x")).lines}
    assert {cut[check] for check in of_names - {"readme"}} == {State.UNKNOWABLE}


def test_every_harmless_sentence_is_one_of_a_scan() -> None:
    """A sentence that is written anew counts as a gap until it stands in the list."""
    source = "".join(file.read_text("utf-8") for file in Path(scanning.__file__).parent.glob("*.py"))
    told = set(re.findall(r'message\(\s*"([^"]+)"', source))
    assert {
        "Symbolic links, not followed: {count}",
        "Git is not installed: files that it ignores were scanned too",
    } <= told
    cutting = ("Scanned ", "Files ", "Folders deeper ", "Submodules", "Names that ", "The program reuse was not asked")
    assert {said for said in told & HARMLESS if said.startswith(cutting)} == set()


def test_a_scan_that_was_cut_says_so(tmp_path: Path) -> None:
    write(tmp_path, *(f"{number}.txt" for number in range(5)))
    told = with_scan(
        of_folder(tmp_path, None, DAY, None), scan_folder(tmp_path, ScanLimits(files=2)), datetime.now(UTC)
    )
    assert told.secrets is not None
    assert str(told.secrets.cut) == "Scanned 2 of more files"
