"""What a checkout shows about its software: Git, codemeta.json, the metadata of packages, README, the files that are there.

Each source is put into the terms of CodeMeta first and read by `from_codemeta`, so that all are checked alike and there is one
crosswalk only. For a value that several tell, the order of trust is: codemeta.json, the metadata of packages, README; but Git
for the address and the version. A licence is told by its text, where that leaves no doubt (`license_of_texts`); metadata alone
only suggest one: the owner of the rights names it.

At most MOST_BYTES of a file are read, and no link is followed out of the folder.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path as Folder
from typing import Any

from ..schemas.bounded_toml import read_toml
from ..schemas.candidate import Named, RepositoryFile
from ..schemas.drafts.codemeta import from_codemeta, web_address
from ..schemas.drafts.new_file import objections
from ..schemas.editing.writing import Value
from ..schemas.languages import is_language_tag
from ..schemas.nodes import Path
from .checkout import NAMES, checked_out, look_up
from .readme import told

MOST_BYTES = 256 * 1024
MOST_FOLDERS = 2_000  # looked into for translations
DEEPEST = 4  # levels of folders that are looked into for them
LICENSE: Path = ("legal", "license")
VERSION: Path = ("softwareVersion",)

_README = ("README.md", "README.markdown", "README.rst", "README.txt", "README")
_PICTURES = (
    "",
    "docs/",
    "doc/",
    "assets/",
    "images/",
    "img/",
    "static/",
    "public/",
    "docs/images/",
    "src/assets/",
    ".github/",
)
_LOGOS = tuple(f"{folder}logo{ending}" for folder in _PICTURES for ending in (".svg", ".png"))
_HOME = ("homepage", "home page", "home-page", "home", "website")
_REPOSITORY = ("repository", "source", "source code", "source-code", "code", "sources")

_TRANSLATIONS = {"locale", "locales", "translations", "i18n", "l10n", "lang", "langs", "languages", "_locales", "po"}
_TRANSLATED = {".po", ".mo", ".json", ".yml", ".yaml", ".properties", ".php", ".ftl", ".xlf", ".arb", ".strings", ".ts"}
# Code of others, and files that only look like translations.
_SKIPPED = {"node_modules", "vendor", "third_party", "site-packages", "dist", "build", "tests", "test", "examples"}
_TAG = re.compile(r"[a-z]{2}(?:[-_][A-Za-z]{4})?(?:[-_](?:[A-Za-z]{2}|[0-9]{3}))?\Z")

Described = Mapping[str, object]


def shown(folder: Folder, codemeta: object = None) -> dict[Path, Value]:
    """The values that `folder` shows, none of which a rule objects to; `codemeta`: instead of the codemeta.json in it."""
    found: dict[Path, Value] = {}
    for source in (_git(folder), codemeta or _codemeta(folder), *_packages(folder), _readme(folder)):
        _add(found, from_codemeta(source))
    found.pop(LICENSE, None)
    for path, value in _files(folder):
        found.setdefault(path, value)
    return found


def suggested_license(folder: Folder) -> str:
    """The licence that the metadata in `folder` names; empty where it names none, or two sources differ."""
    named = {from_codemeta(source).get(LICENSE) for source in (_codemeta(folder), *_packages(folder))} - {None}
    return str(named.pop()) if len(named) == 1 else ""


def _add(found: dict[Path, Value], more: Mapping[Path, Value]) -> None:
    """Adds what is not known yet and goes with what is: no date of another version, no second language half described."""
    languages = {path[1] for path in found if path[0] == "description"}
    dated = VERSION in more and VERSION not in found
    for path, value in more.items():
        if path == ("releaseDate",) and not dated:
            continue
        if path[0] == "description" and languages and path[1] not in languages:
            continue
        found.setdefault(path, value)


# Sources


def _git(folder: Folder) -> Described:
    facts = checked_out(RepositoryFile(NAMES[0], None), folder)
    described: dict[str, object] = {"codeRepository": facts.repository.url} if facts.repository else {}
    newest = facts.tags[0] if facts.tags else None
    if newest is not None and re.search(r"[0-9]", newest.name):  # `nightly`, `latest` name no version
        described["softwareVersion"] = re.sub(r"\A[vV](?=[0-9])", "", newest.name)
        described["dateModified"] = newest.day.isoformat() if newest.day else None
    return described


def _codemeta(folder: Folder) -> object:
    return _json(_text(folder, "codemeta.json"))


def _packages(folder: Folder) -> Iterator[Described]:
    for name, (parse, describe) in _METADATA.items():
        data = parse(_text(folder, name))
        if isinstance(data, Mapping):
            described = describe(data)
            if str(described.get("version")).startswith("0.0.0"):  # the place of a version that a tool writes
                described["version"] = None
            yield described


def _pyproject(data: Mapping[str, Any]) -> dict[str, object]:
    project = _section(data, "project")
    urls = {str(name).lower(): url for name, url in _section(project, "urls").items()}
    named = project.get("license")
    return _common(project) | {
        "license": named.get("text") if isinstance(named, Mapping) else named,
        "url": _first(urls, _HOME),
        "codeRepository": _first(urls, _REPOSITORY),
    }


def _package_json(data: Mapping[str, Any]) -> dict[str, object]:
    repository = data.get("repository")
    address = str(repository.get("url") if isinstance(repository, Mapping) else repository)
    short = re.fullmatch(r"(?:(github|gitlab|bitbucket):)?([\w.-]+/[\w.-]+)", address)
    if short:  # the short forms of npm
        host = {"gitlab": "gitlab.com", "bitbucket": "bitbucket.org"}.get(short[1], "github.com")
        address = f"https://{host}/{short[2]}"
    named = data.get("license")
    return _common(data) | {
        "license": named.get("type") if isinstance(named, Mapping) else named,
        "url": data.get("homepage"),
        "codeRepository": web_address(address),
    }


def _composer(data: Mapping[str, Any]) -> dict[str, object]:
    return _common(data) | {
        "license": data.get("license"),
        "url": data.get("homepage"),
        "codeRepository": _section(data, "support").get("source"),
    }


def _cargo(data: Mapping[str, Any]) -> dict[str, object]:
    package = _section(data, "package")
    return _common(package) | {
        "license": package.get("license"),
        "url": package.get("homepage"),
        "codeRepository": package.get("repository"),
    }


def _common(data: Mapping[str, Any]) -> dict[str, object]:
    name = data.get("name")
    return {
        "name": name.rpartition("/")[2] if isinstance(name, str) else None,  # without the scope or vendor before it
        "description": data.get("description"),
        "version": data.get("version"),
    }


def _readme(folder: Folder) -> Described:
    names = {name.lower(): name for name in _names(folder)}
    for wanted in _README:
        text = _text(folder, names.get(wanted.lower(), ""))
        if text.strip():
            name, description = told(text)
            return {"name": name, "description": description}
    return {}


# Files that are there


def _files(folder: Folder) -> Iterator[tuple[Path, Value]]:
    logos = look_up(folder, _LOGOS)
    logo = next((path for path in _LOGOS if logos[path] is Named.FILE), "")
    if logo:
        yield ("logo",), logo
    languages = _languages(folder)
    if languages:
        yield ("localisation", "localisationReady"), True
    # The language of the sources, mostly English, often has no file of its own: without it the list is not whole.
    if len(languages) > 1 and "en" in {tag.split("-")[0] for tag in languages}:
        yield ("localisation", "availableLanguages"), languages


def _languages(folder: Folder) -> list[str]:
    """The languages of the translations in `folder`, as tags."""
    found = set()
    for number, (here, folders, files) in enumerate(os.walk(folder)):
        if number >= MOST_FOLDERS:
            break
        depth = len(Folder(here).relative_to(folder).parts)
        folders[:] = sorted(
            name
            for name in folders
            if depth < DEEPEST
            and name not in _SKIPPED
            and (not name.startswith("."))
            and not Folder(here, name).is_symlink()
        )
        if Folder(here).name in _TRANSLATIONS:
            found |= {_tag(Folder(name).stem) for name in files if Folder(name).suffix in _TRANSLATED}
            found |= {_tag(name) for name in folders if _has_translations(Folder(here, name))}
    return sorted(found - {""})


def _has_translations(folder: Folder) -> bool:
    names = _names(folder)
    return "LC_MESSAGES" in names or any(Folder(name).suffix in _TRANSLATED for name in names)


def _tag(name: str) -> str:
    """The language tag that a file or folder is named by, in the case of RFC 5646, section 2.1.1; empty where it is none."""
    if not _TAG.match(name):
        return ""
    language, *rest = name.replace("_", "-").split("-")
    tag = "-".join([language, *(part.title() if len(part) == 4 else part.upper() for part in rest)])
    good = is_language_tag(tag) and not objections(("localisation", "availableLanguages", 0), tag)
    return tag if good else ""


# Reading


def _text(folder: Folder, name: str) -> str:
    """The beginning of a regular file in `folder`; empty where there is none that may be read."""
    if not name or look_up(folder, [name])[name] is not Named.FILE:
        return ""
    try:
        with (folder / name).open("rb") as file:
            return file.read(MOST_BYTES).decode("utf-8-sig", "replace")
    except OSError:
        return ""


def _names(folder: Folder) -> list[str]:
    try:
        return sorted(os.listdir(folder))  # noqa: PTH208 (names are all that is wanted)
    except OSError:
        return []


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):  # half a file, no JSON, brackets without end
        return None


def _toml(text: str) -> object:
    try:
        return read_toml(text)
    except ValueError:
        return None


def _section(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    section = data.get(name)
    return section if isinstance(section, Mapping) else {}


def _first(values: Mapping[str, Any], names: tuple[str, ...]) -> object:
    return next((values[name] for name in names if values.get(name)), None)


_METADATA: Mapping[str, tuple[Callable[[str], object], Callable[[Mapping[str, Any]], dict[str, object]]]] = {
    "pyproject.toml": (_toml, _pyproject),
    "package.json": (_json, _package_json),
    "composer.json": (_json, _composer),
    "Cargo.toml": (_toml, _cargo),
}
