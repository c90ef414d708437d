"""The licence files of a folder on this machine: which are read, links, sizes; and which licence they show."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from publiccode.harvesters.license_files import license_files
from publiccode.harvesters.license_shown import LicenseShown, license_shown
from publiccode.harvesters.wanted_files import MAX_LICENSE_BYTES, MAX_LICENSE_FILES
from publiccode.schemas.candidate import EXECUTABLE, REGULAR, SYMLINK, RepositoryFile
from publiccode.schemas.drafts.new_file import license_by_text, two_licenses, versions_open

TEXTS = Path(__file__).parents[2] / "web" / "demo" / "licenses"


def write(path: Path, content: bytes = b"x") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def put(folder: Path, text: str, name: str = "LICENSE", words: str = "") -> None:
    write(folder / name, (TEXTS / f"{text}.txt").read_bytes() + words.encode())


def test_root_and_licenses_folder_are_read(tmp_path: Path) -> None:
    for name in ("README", "eupl-1.2.txt", "licence.md", "LICENSES/b.txt", "LICENSES/deep/c", "docs/LICENSE"):
        write(tmp_path / name)
    write(tmp_path / "COPYING", b"run")
    (tmp_path / "COPYING").chmod(0o755)
    (tmp_path / "License").mkdir()
    assert license_files(tmp_path) == (
        RepositoryFile("COPYING", b"run", EXECUTABLE, 3),
        RepositoryFile("eupl-1.2.txt", b"x", REGULAR, 1),
        RepositoryFile("licence.md", b"x", REGULAR, 1),
        RepositoryFile("LICENSES/b.txt", b"x", REGULAR, 1),
    )


def test_links_are_followed_inside_only(tmp_path: Path) -> None:
    write(tmp_path / "outside", b"secret")
    folder = tmp_path / "checkout"
    write(folder / "LICENSES" / "MIT.txt", b"mit")
    for name, target in (
        ("LICENSE", "LICENSES/MIT.txt"),
        ("COPYING", "../outside"),
        ("LICENCE", "LICENCE"),
        ("EUPL", "gone"),
    ):
        (folder / name).symlink_to(target)
    assert license_files(folder) == (
        RepositoryFile("COPYING", None, SYMLINK, target="../outside"),
        RepositoryFile("EUPL", None, SYMLINK, target="gone"),
        RepositoryFile("LICENCE", None, SYMLINK, target="LICENCE"),
        RepositoryFile("LICENSE", b"mit", SYMLINK, 3, "LICENSES/MIT.txt"),
        RepositoryFile("LICENSES/MIT.txt", b"mit", REGULAR, 3),
    )


def test_a_licenses_folder_behind_a_link_is_not_entered(tmp_path: Path) -> None:
    write(tmp_path / "outside" / "a.txt")
    folder = tmp_path / "checkout"
    folder.mkdir()
    (folder / "LICENSES").symlink_to("../outside")
    assert license_files(folder) is None


def test_what_is_too_large_has_no_content_and_no_more_than_a_harvest_reads_are_named(tmp_path: Path) -> None:
    write(tmp_path / "LICENSE", b"x" * (MAX_LICENSE_BYTES + 1))
    for number in range(MAX_LICENSE_FILES + 5):
        write(tmp_path / "LICENSES" / f"{number}.txt")
    os.mkfifo(tmp_path / "COPYING")  # never ends, and is no file
    found = license_files(tmp_path) or ()
    assert len(found) == MAX_LICENSE_FILES
    assert found[0] == RepositoryFile("LICENSE", None, REGULAR, MAX_LICENSE_BYTES + 1)


def test_only_of_a_checkout_can_be_said_that_it_has_none(tmp_path: Path) -> None:
    assert license_files(tmp_path) is None
    assert license_files(tmp_path / "missing") is None
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    assert license_files(tmp_path) == ()


def from_text(license_: str, file: str = "LICENSE") -> LicenseShown:
    return LicenseShown(license_, license_by_text(license_, file))


def test_a_text_that_leaves_no_doubt_is_proposed(tmp_path: Path) -> None:
    put(tmp_path, "EUPL-1.2")
    assert license_shown(tmp_path) == from_text("EUPL-1.2")
    write(tmp_path / "package.json", b'{"license": "EUPL-1.2"}')
    assert license_shown(tmp_path) == from_text("EUPL-1.2")


def test_a_gpl_text_leaves_the_versions_to_the_owner(tmp_path: Path) -> None:
    put(tmp_path, "GPL-3.0-or-later", "COPYING")
    open_ = versions_open("GPL-3.0-only", "COPYING")
    assert dict(open_.values) == {"files": "COPYING", "choices": "GPL-3.0-only, GPL-3.0-or-later"}
    assert license_shown(tmp_path) == LicenseShown("", open_)
    write(tmp_path / "package.json", b'{"license": "GPL-3.0-or-later"}')
    assert license_shown(tmp_path) == from_text("GPL-3.0-or-later", "COPYING")


def test_metadata_that_say_something_else_are_told_beside_it(tmp_path: Path) -> None:
    put(tmp_path, "MIT")
    write(tmp_path / "package.json", b'{"license": "Apache-2.0"}')
    two = two_licenses("Apache-2.0", "MIT", "LICENSE")
    assert license_shown(tmp_path) == LicenseShown("", two)


@pytest.mark.parametrize(
    "words", ["\nThe software may not be used for commercial purposes.\n", "\nAsk the mayor for the keys. " * 40]
)
def test_words_beside_the_text_leave_a_doubt(tmp_path: Path, words: str) -> None:
    put(tmp_path, "MIT", words=words)
    assert license_shown(tmp_path) == LicenseShown()


def test_no_text_no_licence(tmp_path: Path) -> None:
    assert license_shown(tmp_path) == LicenseShown()
    write(tmp_path / "LICENSE", b"Nothing that anybody knows.\n")
    assert license_shown(tmp_path) == LicenseShown()
