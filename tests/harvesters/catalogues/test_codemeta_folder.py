"""Folders of codemeta.json files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from publiccode.harvesters.catalogues import Entry

from .archives import tar_of, zip_of
from .servers import entries_of, local_entries, told, values_of

DESCRIBED = {
    "@context": "https://doi.org/10.5063/schema/codemeta-2.0",
    "@type": "SoftwareSourceCode",
    "name": "Signalverk",
    "codeRepository": "git+https://git.vegvesen.example/signalverk.git",
    "description": {"@value": "Styrer trafikklys.", "@language": "nb"},
    "license": "https://spdx.org/licenses/EUPL-1.2",
    "keywords": ["trafikk"],
    "softwareVersion": "2.1",
    "maintainer": {"@type": "Person", "name": "Ola Nordmann", "email": "ola@vegvesen.example"},
}


def read(described: object) -> Entry:
    (entry,) = entries_of("codemeta-folder", zip_of({"codemeta.json": json.dumps(described).encode()}))
    return entry


def changed(**values: Any) -> Entry:
    return read({**DESCRIBED, **values})


def test_a_file_whole() -> None:
    entry = read(DESCRIBED)
    assert (entry.url, entry.source_id, entry.page, entry.modified_at) == (
        "https://git.vegvesen.example/signalverk.git",
        "codemeta.json",
        "",
        None,
    )
    assert entry.original == json.dumps(DESCRIBED).encode()
    assert values_of(entry) == {
        "publiccodeYmlVersion": "0",
        "name": "Signalverk",
        "url": "https://git.vegvesen.example/signalverk.git",
        "softwareVersion": "2.1",
        "description": {"nb": {"shortDescription": "Styrer trafikklys.", "features": ["trafikk"]}},
        "legal": {"license": "EUPL-1.2"},
        "maintenance": {"contacts": [{"name": "Ola Nordmann", "email": "ola@vegvesen.example"}]},
    }


@pytest.mark.parametrize(
    "described",
    [
        [DESCRIBED],
        {"@context": DESCRIBED["@context"], "@graph": [{"@type": "Person", "name": "x"}, DESCRIBED]},
        {
            "@type": "schema:SoftwareSourceCode",
            **{f"schema:{key}": value for key, value in DESCRIBED.items() if key[0] != "@"},
        },
    ],
)
def test_other_shapes_of_json_ld(described: object) -> None:
    entry = read(described)
    assert (entry.url, values_of(entry)) == (read(DESCRIBED).url, values_of(read(DESCRIBED)))


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("MIT License", "MIT"),
        ({"@type": "CreativeWork", "name": "MIT License", "url": "https://git.example/LICENSE"}, "MIT"),
        ({"@id": "https://spdx.org/licenses/MIT"}, "MIT"),
        ({"url": "https://git.example/LICENSE"}, "https://git.example/LICENSE"),
        (["MIT", "Apache-2.0"], "MIT, Apache-2.0"),
        ("GPL", "GPL"),
        (None, None),
        ({}, None),
    ],
)
def test_licences(given: object, written: str | None) -> None:
    assert values_of(changed(license=given)).get("legal", {}).get("license") == written


def test_languages_are_normalised() -> None:
    texts = [{"@value": "管理號誌。", "@language": "zh_TW"}, {"@value": "Runs lights.", "@language": "eng"}]
    entry = changed(description=texts, license="EUPL-1.2")
    assert {tag: text["shortDescription"] for tag, text in values_of(entry)["description"].items()} == {
        "zh-Hant": "管理號誌。",
        "en": "Runs lights.",
    }
    assert told(entry)[-2:] == ["The language “zh_TW” is read as zh-Hant.", "The language “eng” is read as en."]


def test_what_cannot_be_used_is_told() -> None:
    entry = changed(
        codeRepository=["soon", {"name": "x"}], name={"a": 1}, developmentStatus="later", license="EUPL-1.2"
    )
    assert (entry.url, told(entry)) == (
        "",
        [
            "The field codeRepository could not be used: “soon”.",
            "The field name could not be used: “”.",
            "The field developmentStatus could not be used: “later”.",
        ],
    )


def test_which_files_are_read(tmp_path: Path) -> None:
    files = {
        "top/a/codemeta.json": json.dumps(DESCRIBED).encode(),
        "top/b/tool.json": json.dumps(DESCRIBED).encode(),
        "top/c.codemeta.json": b"\xef\xbb\xbf" + json.dumps(DESCRIBED).encode(),
        "top/package.json": b'{"name": "x"}',
        "top/bad/codemeta.json": b"{",
        "top/number/codemeta.json": b"7",
        "top/deep/codemeta.json": b"[" * 100_000,
        "top/large/codemeta.json": b" " * 5_000_000,
    }
    by_path = {entry.source_id: entry for entry in entries_of("codemeta-folder", tar_of(files))}
    assert list(by_path) == [
        "a/codemeta.json",
        "b/tool.json",
        "c.codemeta.json",
        "bad/codemeta.json",
        "number/codemeta.json",
        "deep/codemeta.json",
        "large/codemeta.json",
    ]
    assert [told(entry)[:1] for entry in list(by_path.values())[3:]] == [
        [f"The record {name}/codemeta.json cannot be read."] for name in ("bad", "number", "deep", "large")
    ]
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    assert {entry.source_id: entry for entry in local_entries("codemeta-folder", tmp_path / "top")} == by_path
