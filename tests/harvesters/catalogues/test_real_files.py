"""The 22 entries of code.gov.tw's own catalogue, where they are at hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from publiccode.harvesters.catalogues import Entry
from publiccode.schemas.languages import HAN
from publiccode.schemas.validator import assess

from .archives import tar_of, zip_of
from .servers import entries_of, local_entries, told, values_of

FOLDER = Path(__file__).parents[4] / "shared" / "acceptance" / "code-gov-tw"
READ = {"MIT License": "MIT", "CC0 v1.0": "CC0-1.0"}
CHINESE_NAMES = 12  # the others keep the name of their software, such as GOV.UK Notify
OPEN = ("AGPL-3", "AGPL-3.0", "GPL v3", "LGPL-3.0、MPL-2.0")

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the catalogue's files are not beside this checkout")


@pytest.fixture(scope="module")
def entries() -> list[Entry]:
    return local_entries("publiccode-folder", FOLDER)


def test_all_are_read_as_they_are(entries: list[Entry]) -> None:
    contents = {path.name: path.read_bytes() for path in sorted(FOLDER.glob("*.yml"))}
    assert len(entries) == 22
    assert {entry.source_id: entry.original for entry in entries} == contents
    for entry in entries:
        assert entry.candidate is not None
        assert entry.candidate.file.content == contents[entry.source_id]
        assert entry.url.startswith("https://github.com/")
        assert assess(entry.candidate).usable
    assert len({entry.url for entry in entries}) == 22


def test_names_and_descriptions_are_readable_chinese(entries: list[Entry]) -> None:
    names = [values_of(entry)["description"]["zh-Hant"]["localisedName"] for entry in entries]
    assert "臺北城市儀表板" in names
    assert sum(1 for name in names if HAN.search(name)) == CHINESE_NAMES
    for entry in entries:
        values = values_of(entry)
        described = values["description"]["zh-Hant"]
        assert described["localisedName"].strip()
        assert len(HAN.findall(described["shortDescription"])) > 10
        assert "\ufffd" not in json.dumps(values, ensure_ascii=False)


def test_licences_are_told_and_stay(entries: list[Entry]) -> None:
    silent, read, left = [], [], []
    for entry in entries:
        license_ = values_of(entry)["legal"]["license"]
        if license_ in READ:
            read.append(entry)
            assert told(entry) == [f"The licence “{license_}” is read as {READ[license_]}."]
        elif not entry.quirks:
            silent.append(license_)
        else:
            left.append(license_)
            assert told(entry)[0].startswith(f"The licence “{license_}” may ")
            assert told(entry)[0].endswith("it is left as written.")
    assert len(read) == 11
    assert sorted(silent) == ["Apache-2.0", "Apache-2.0", "CC0-1.0", "MIT"]
    assert {license_ for license_ in left if license_.isascii() or "、" in license_} == set(OPEN)
    assert len(left) == 7


@pytest.mark.parametrize("make", [zip_of, tar_of])
def test_an_archive_of_them_says_the_same(entries: list[Entry], make: Callable[[dict[str, bytes]], bytes]) -> None:
    files = {f"code-gov-tw-3f32377/projects/{entry.source_id}": entry.original for entry in entries}
    files["code-gov-tw-3f32377/.github/workflows/build.yml"] = b"on: push\n"
    found = entries_of("publiccode-folder", make(files))
    # The one folder around all that is wanted goes.
    assert [replace(entry, source_id=entry.source_id.rpartition("/")[2]) for entry in found] == entries
