"""What a checkout shows: little repositories as they are found, made with Git."""

import json
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from publiccode.harvesters.readme import told
from publiccode.harvesters.shown import MOST_BYTES, shown, suggested_license
from publiccode.schemas.editing.writing import Value
from publiccode.schemas.nodes import Path as Place

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\x00IEND\xaeB`\x82"
)
PYPROJECT = """
[project]
name = "sign-off"
description = "Signs documents"
version = "2.11"
license = "EUPL-1.2"
[project.urls]
Homepage = "https://sign-off.agency.example/"
Repository = "https://git.agency.example/records/from-pyproject"
"""
README = """<p align="center"><img src="docs/logo.svg"></p>

# Sign-off [![CI](https://ci.agency.example/badge.svg)](https://ci.agency.example)

[English](README.md) | [中文](README.zh.md)

- one
- two

**Sign-off** is a [web system](https://sign-off.agency.example) to `draft`,
sign and file documents &amp; letters.

## Installation
"""


def git(folder: Path, *arguments: str, day: str = "2026-10-05T12:00:00+00:00") -> None:
    subprocess.run(
        ["git", "-C", str(folder), *arguments],
        env={
            "PATH": "/usr/bin:/bin",
            "HOME": str(folder),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_DATE": day,
            "GIT_COMMITTER_DATE": day,
        },
        check=True,
        capture_output=True,
    )


def repository(folder: Path, origin: str = "", tags: tuple[tuple[str, str], ...] = ()) -> None:
    """A repository with the files of `folder` and a tag for each name and day."""
    git(folder, "init", "--initial-branch=main")
    git(folder, "config", "user.name", "Alex Example")
    git(folder, "config", "user.email", "alex@agency.example")
    if origin:
        git(folder, "remote", "add", "origin", origin)
    git(folder, "commit", "--allow-empty", "--message=first")
    for name, day in tags:
        git(folder, "tag", "--annotate", "--message=x", name, day=f"{day}T12:00:00+00:00")


def texts(folder: Path, **files: str) -> None:
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text, "utf-8")


def test_a_whole_repository(tmp_path: Path) -> None:
    texts(tmp_path, README__md=README, pyproject__toml=PYPROJECT)
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "logo.png").write_bytes(PNG)
    for tag in ("en", "zh_TW"):
        (tmp_path / "app" / "locale" / tag / "LC_MESSAGES").mkdir(parents=True)
    repository(
        tmp_path,
        "git@git.agency.example:records/sign-off.git",
        (("v2.9", "2026-01-02"), ("v2.10", "2026-10-05"), ("v1.0.1", "2025-03-04")),
    )
    assert shown(tmp_path) == {
        ("url",): "https://git.agency.example/records/sign-off.git",
        ("softwareVersion",): "2.10",
        ("releaseDate",): "2026-10-05",
        ("name",): "sign-off",
        ("landingURL",): "https://sign-off.agency.example/",
        ("description", "en", "shortDescription"): "Signs documents",
        ("logo",): "docs/logo.png",
        ("localisation", "localisationReady"): True,
        ("localisation", "availableLanguages"): ["en", "zh-TW"],
    }
    assert suggested_license(tmp_path) == "EUPL-1.2"


def test_an_empty_folder_shows_nothing(tmp_path: Path) -> None:
    assert shown(tmp_path) == {}
    assert suggested_license(tmp_path) == ""


@pytest.mark.parametrize(
    ("origin", "url"),
    [
        ("https://kim:secret@git.agency.example/a/b.git", "https://git.agency.example/a/b.git"),
        ("ssh://git@git.agency.example:2222/a/b.git", "https://git.agency.example/a/b.git"),
        ("/srv/git/b.git", None),
        ("ext::sh -c true", None),
        ("", None),
    ],
)
def test_the_address_of_origin(origin: str, url: str | None, tmp_path: Path) -> None:
    repository(tmp_path, origin)
    assert shown(tmp_path).get(("url",)) == url


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("v1.2", {("softwareVersion",): "1.2", ("releaseDate",): "2026-10-05"}),
        ("release-1.2", {("softwareVersion",): "release-1.2", ("releaseDate",): "2026-10-05"}),
        ("nightly", {}),
    ],
)
def test_the_newest_tag(tag: str, expected: dict[Place, Value], tmp_path: Path) -> None:
    repository(tmp_path, tags=((tag, "2026-10-05"), ("v0.1", "2025-01-01")))
    assert shown(tmp_path) == expected


def test_codemeta_is_trusted_most_but_git_for_address_and_version(tmp_path: Path) -> None:
    codemeta = {
        "name": "Sign-off",
        "description": "Il sistema con cui gli uffici firmano i documenti.",
        "inLanguage": "it",
        "codeRepository": "https://git.agency.example/records/from-codemeta",
        "version": "2.8",
        "dateModified": "2024-01-01",
        "license": "https://spdx.org/licenses/MIT",
        "developmentStatus": "active",
    }
    texts(tmp_path, codemeta__json=json.dumps(codemeta), pyproject__toml=PYPROJECT, README__md=README)
    expected: dict[Place, Value] = {
        ("name",): "Sign-off",
        ("url",): "https://git.agency.example/records/from-codemeta",
        ("landingURL",): "https://sign-off.agency.example/",
        ("softwareVersion",): "2.8",
        ("releaseDate",): "2024-01-01",
        ("developmentStatus",): "stable",
        # The descriptions in English are left: half a description in each of two languages helps nobody.
        ("description", "it", "shortDescription"): "Il sistema con cui gli uffici firmano i documenti.",
    }
    assert shown(tmp_path) == expected
    assert suggested_license(tmp_path) == ""  # MIT, and EUPL-1.2
    repository(tmp_path, "https://git.agency.example/a", (("v3", "2026-10-05"),))
    expected |= {
        ("url",): "https://git.agency.example/a",
        ("softwareVersion",): "3",
        ("releaseDate",): "2026-10-05",
    }
    assert shown(tmp_path) == expected
    assert shown(tmp_path, {"name": "Another"})["name",] == "Another"


def test_a_date_goes_with_its_own_version_only(tmp_path: Path) -> None:
    texts(
        tmp_path,
        codemeta__json='{"dateModified": "2024-01-01"}',
        package__json='{"version": "2.0.0"}',
        composer__json='{"version": "1.0.0"}',
    )
    assert shown(tmp_path) == {("softwareVersion",): "2.0.0"}
    repository(tmp_path, tags=(("v3", "2026-10-05"),))
    assert shown(tmp_path) == {("softwareVersion",): "3", ("releaseDate",): "2026-10-05"}


@pytest.mark.parametrize(
    ("name", "content", "expected", "license_"),
    [
        (
            "package.json",
            {
                "name": "@agency/sign-off",
                "description": "Signs documents",
                "version": "0.0.0-development",
                "license": "MIT",
                "homepage": "https://git.agency.example/records/sign-off#readme",
                "repository": {"type": "git", "url": "git+https://git.agency.example/records/sign-off.git"},
            },
            {"name": "sign-off", "url": "https://git.agency.example/records/sign-off.git"},
            "MIT",
        ),
        ("package.json", {"repository": "gitlab:agency/sign-off"}, {"url": "https://gitlab.com/agency/sign-off"}, ""),
        ("package.json", {"repository": "agency/sign-off"}, {"url": "https://github.com/agency/sign-off"}, ""),
        ("package.json", {"license": "UNLICENSED", "repository": 7, "name": ["x"]}, {}, ""),
        (
            "composer.json",
            {
                "name": "agency/sign-off",
                "description": "Signs documents",
                "license": ["MIT", "GPL-3.0-only"],
                "support": {"source": "https://git.agency.example/records/sign-off"},
            },
            {"name": "sign-off", "url": "https://git.agency.example/records/sign-off"},
            "",
        ),
        ("composer.json", [1], {}, ""),
    ],
)
def test_metadata_of_packages(name: str, content: Any, expected: dict[str, str], license_: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(json.dumps(content), "utf-8")
    described = {("description", "en", "shortDescription"): "Signs documents"} if "description" in content else {}
    assert shown(tmp_path) == {(key,): value for key, value in expected.items()} | described
    assert suggested_license(tmp_path) == license_


@pytest.mark.parametrize(
    ("name", "content", "expected", "license_"),
    [
        (
            "Cargo.toml",
            (
                '[package]\nname = "sign-off"\nversion.workspace = true\nlicense = "MIT OR Apache-2.0"\n'
                'repository = "https://git.agency.example/a"\nhomepage = "https://www.agency.example"'
            ),
            {"name": "sign-off", "url": "https://git.agency.example/a", "landingURL": "https://www.agency.example"},
            "MIT OR Apache-2.0",
        ),
        ("pyproject.toml", '[project]\nname = "x"\nlicense = {text = "MIT License"}', {"name": "x"}, "MIT"),
        ("pyproject.toml", '[project]\nname = "x"\nlicense = {file = "LICENSE"}', {"name": "x"}, ""),
        ("pyproject.toml", "project = 7", {}, ""),
        ("pyproject.toml", "[project", {}, ""),
    ],
)
def test_metadata_in_toml(name: str, content: str, expected: dict[str, str], license_: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(content, "utf-8")
    assert shown(tmp_path) == {(key,): value for key, value in expected.items()}
    assert suggested_license(tmp_path) == license_


def test_a_licence_text_is_never_concluded(tmp_path: Path) -> None:
    texts(
        tmp_path, LICENSE="MIT License\n\nPermission is hereby granted, free of charge, to any person obtaining a copy"
    )
    assert shown(tmp_path) == {}
    assert suggested_license(tmp_path) == ""


LONG = "This system lets the staff of an agency draft, coordinate, sign and file official documents on the web."
REST = "Superiors approve on a computer or a telephone, step by step, and every change is recorded for the archive."


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("README.md", README, ("Sign-off", "Sign-off is a web system to draft, sign and file documents & letters.")),
        ("readme.MD", "# 公文簽核通\n\n讓機關同仁在線上簽核公文。\n", ("公文簽核通", "讓機關同仁在線上簽核公文。")),
        (
            "README.rst",
            (
                "========\nSign-off\n========\n\n.. image:: logo.svg\n   :alt: the logo of it\n\n|build| |docs|\n\n:Author: Kim\n\n"
                "`Sign-off <https://a.example>`_ is for :ref:`agencies` and *all* their ``documents``.\n"
            ),
            ("Sign-off", "Sign-off is for agencies and all their documents."),
        ),
        ("README", "Sign-off\n--------\nIt signs official documents.\n", ("Sign-off", "It signs official documents.")),
        (
            "README.md",
            (
                "---\ntitle: no\n---\n<!-- # no\n\nThis is a comment in the file. -->\n<h1 align='center'>Sign-<b>off</b></h1>\n"
                "```\n# not this one either\n\nnor these words of code\n```\n\n> a quote of four words\n\n"
                "| a | table | of | words |\n\n"
                "    indented code of some words\n\n1. a numbered list of words\n\nIt signs documents :rocket: for you.\n"
            ),
            ("Sign-off", "It signs documents for you."),
        ),
        ("README.md", "# README\n\n## Sign-off\n\nSee [here](x) and [there](y).\n", ("Sign-off", "")),
        ("README.md", f"# {'A very long heading ' * 5}\n", ("", "")),
        ("README.md", "", ("", "")),
    ],
)
def test_readme(name: str, text: str, expected: tuple[str, str], tmp_path: Path) -> None:
    assert told(text) == expected
    (tmp_path / name).write_text(text, "utf-8")
    found = {path[-1]: value for path, value in shown(tmp_path).items()}
    assert found == {key: said for key, said in zip(("name", "shortDescription"), expected, strict=True) if said}


def test_a_long_paragraph_is_cut_at_the_end_of_a_sentence(tmp_path: Path) -> None:
    texts(tmp_path, README__md=f"# Sign-off\n\n{LONG}\n{REST}\n")
    assert shown(tmp_path) == {
        ("name",): "Sign-off",
        ("description", "en", "shortDescription"): LONG,
        ("description", "en", "longDescription"): f"{LONG} {REST}",
    }


@pytest.mark.parametrize(
    ("paths", "languages"),
    [
        (["i18n/en.json", "i18n/zh-Hant.json", "i18n/index.ts"], ["en", "zh-Hant"]),
        (
            ["src/web/translations/messages.po", "src/web/translations/en_GB/app.po", "src/web/translations/it/app.po"],
            ["en-GB", "it"],
        ),
        (["locale/zh_Hant/LC_MESSAGES/app.po"], []),  # the language of the sources is not among them
        (["locale/it/LC_MESSAGES/app.po", "locale/de/LC_MESSAGES/app.po"], []),
        (["lang/en.json", "lang/tw.json"], []),  # Twi?
    ],
)
def test_languages_are_told_where_the_list_is_whole(paths: list[str], languages: list[str], tmp_path: Path) -> None:
    for path in paths:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("", "utf-8")
    expected: dict[Place, Value] = {("localisation", "localisationReady"): True}
    if languages:
        expected["localisation", "availableLanguages"] = languages
    assert shown(tmp_path) == expected


@pytest.mark.parametrize(
    "path",
    [
        "node_modules/x/locales/en.json",
        "locale/py.po/x",
        "a/b/c/d/e/locale/en.po",
        "locale/tests/en.po",
        "locale/js/app.js",
    ],
)
def test_what_is_no_translation(path: str, tmp_path: Path) -> None:
    (tmp_path / path).parent.mkdir(parents=True)
    (tmp_path / path).write_text("", "utf-8")
    assert shown(tmp_path) == {}


def test_a_picture_that_is_none_is_no_logo(tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(b"GIF89a")
    assert shown(tmp_path) == {}
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "logo.svg").write_text("<svg/>", "utf-8")
    assert shown(tmp_path) == {("logo",): "assets/logo.svg"}


def test_no_link_leads_out_of_the_folder(tmp_path: Path) -> None:
    outside, folder = tmp_path / "outside", tmp_path / "folder"
    (outside / "locale" / "en").mkdir(parents=True)
    (outside / "locale" / "en" / "app.po").write_text("", "utf-8")
    texts(
        outside, README__md=README, pyproject__toml=PYPROJECT, logo__svg="<svg/>", codemeta__json='{"name": "Secret"}'
    )
    folder.mkdir()
    for name in ("README.md", "pyproject.toml", "logo.svg", "codemeta.json", "locale"):
        (folder / name).symlink_to(outside / name)
    assert shown(folder) == {}
    assert suggested_license(folder) == ""


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("codemeta.json", "[" * MOST_BYTES),
        ("package.json", '{"name": "' + "x" * MOST_BYTES + '"}'),
        ("package.json", '{"version": ' + "9" * 200_000 + "}"),
        ("pyproject.toml", "a" + ".b" * 100_000 + " = 1"),
        ("pyproject.toml", "a = " + "[" * 100_000),
        ("README.md", "<h1>" * 60_000),
        ("README.md", "<!--" * 60_000),
        ("README.md", "[" * MOST_BYTES),
        ("README.md", "![a](" * 50_000),
        ("README.md", "\0\x1b[2J\ufeff" * 10_000),
    ],
    ids=lambda text: text[:16].encode("unicode_escape").decode(),
)
def test_hostile_files_show_nothing_and_cost_little(name: str, content: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(content, "utf-8")
    start = time.perf_counter()
    assert shown(tmp_path) == {}
    assert time.perf_counter() - start < 5
