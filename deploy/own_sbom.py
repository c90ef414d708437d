"""Writes `sbom.spdx.json`, the bill of materials of this program: from requirements.lock and what the packages say of themselves.

In it is what an installation of the extra `all` imports: no tools of development, and not `reuse`, a program of its own that an
operator may install. Supplier and licence are those of the metadata of the installed packages; a licence not told plainly there
is left open (NOASSERTION). That a supplier is many people and not one is told by words in the name.

Example: python deploy/own_sbom.py
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

from locked_requirements import canonical, extras, locked

from publiccode.schemas.licensing.slips import meant

ROOT = Path(__file__).parents[1]
FILE = ROOT / "sbom.spdx.json"
_OWN = "SPDXRef-publiccode-registry"
_NOBODY = "NOASSERTION"
_RUN_APART = {"reuse"}  # under the GPL: a process that the operator may install, never imported
_MANY = re.compile(
    r"maintainers|developers|team|authority|foundation|corporation|group|inc\.|pallets|others", re.IGNORECASE
)
# Not installed where this runs: they are for Windows only.
_ELSEWHERE = {"colorama": ("Jonathan Hartley", "BSD-3-Clause"), "tzdata": ("Python Software Foundation", "Apache-2.0")}
# What the metadata names by a name of several licences; read in the licence file of that version, and read again with a new one.
_READ = {
    "blinker": ("1.9.0", "MIT"),
    "cached-property": ("2.0.1", "BSD-3-Clause"),
    "cronsim": ("2.8", "BSD-3-Clause"),
    "feedgenerator": ("2.2.1", "BSD-3-Clause"),
    "flask-babel": ("4.0.0", "BSD-3-Clause"),
    "itsdangerous": ("2.2.0", "BSD-3-Clause"),
    "jinja2": ("3.1.6", "BSD-3-Clause"),
    "opencc-python-reimplemented": ("0.1.7", "Apache-2.0"),
    "ply": ("3.11", "BSD-3-Clause"),
    "pygithub": ("2.10.0", "LGPL-3.0-or-later"),
    "pystemmer": ("3.1.0", "MIT AND BSD-3-Clause"),
    "semantic-version": ("2.10.0", "BSD-2-Clause"),
    "whoosh-reloaded": ("2.7.5", "BSD-2-Clause-Views"),
}


def own_sbom(created: str) -> dict[str, Any]:
    """The document (SPDX 2.3), made at the moment `created`."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lock = locked((ROOT / "requirements.lock").read_text("utf-8"), extras(project, ["all"]) - _RUN_APART)
    blocks = re.split(r"\n(?=[A-Za-z0-9])", lock.strip())
    return {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": f"{project['name']} {project['version']}",
        "documentNamespace": f"https://publiccode-registry.example/sbom/{project['version']}/{created}",
        "creationInfo": {
            "created": created,
            "creators": ["Organization: the publiccode-registry developers", "Tool: deploy/own_sbom.py"],
        },
        "packages": [_own(project), *map(_package, blocks)],
        "relationships": [
            _related("SPDXRef-DOCUMENT", "DESCRIBES", _OWN),
            *(_related(parent, "DEPENDS_ON", child) for parent, child in _needs(blocks, project)),
        ],
    }


def _own(project: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "SPDXID": _OWN,
        "name": project["name"],
        "versionInfo": project["version"],
        "supplier": "Organization: the publiccode-registry developers",
        "downloadLocation": _NOBODY,
        "filesAnalyzed": False,
        "licenseConcluded": project["license"],
        "licenseDeclared": project["license"],
        "copyrightText": "the publiccode-registry developers",
        "primaryPackagePurpose": "APPLICATION",
    }


def _package(block: str) -> dict[str, Any]:
    name, version = _named(block)
    supplier, license_ = _said(name, version)
    return {
        "SPDXID": _id(name, version),
        "name": name,
        "versionInfo": version,
        "supplier": f"{'Organization' if _MANY.search(supplier) else 'Person'}: {supplier}",
        "downloadLocation": _NOBODY,
        "filesAnalyzed": False,
        "licenseConcluded": _NOBODY,
        "licenseDeclared": license_ or _NOBODY,
        "copyrightText": _NOBODY,
        "externalRefs": [
            {
                "referenceCategory": "PACKAGE-MANAGER",
                "referenceType": "purl",
                "referenceLocator": f"pkg:pypi/{name}@{version}",
            }
        ],
    }


def _named(block: str) -> tuple[str, str]:
    match = re.match(r"([A-Za-z0-9._-]+)==([^\s;\\]+)", block)
    if match is None:
        raise ValueError(f"requirements.lock: {block[:80]!r} is no requirement")
    return canonical(match[1]), match[2]


def _id(name: str, version: str) -> str:
    return f"SPDXRef-{name}-{re.sub(r'[^A-Za-z0-9.-]', '-', version)}"


def _said(name: str, version: str) -> tuple[str, str]:
    """Who supplies a package, and its licence, as its metadata say; empty where they do not.

    Raises:
        ValueError: it is not installed, or its licence was read in another version.

    """
    if name in _ELSEWHERE:
        return _ELSEWHERE[name]
    try:
        told = metadata(name)
    except PackageNotFoundError as error:
        raise ValueError(f"{name} is not installed; next: make .venv/installed") from error
    people = [told[key] for key in ("Author", "Maintainer", "Author-email", "Maintainer-email") if key in told]
    supplier = next((text for text in map(_without_address, people) if text), "the maintainers of the package")
    read, license_ = _READ.get(name, (version, ""))
    if read != version:
        raise ValueError(
            f"the licence of {name} was read in {read}; next: read it in {version}, and write that to _READ"
        )
    return supplier, license_ or _license(told.get_all("Classifier") or [], *_texts(told))


def _texts(told: Any) -> Iterator[str]:
    for key in ("License-Expression", "License"):
        if key in told and "\n" not in told[key]:
            yield told[key]


def _license(classifiers: list[str], *texts: str) -> str:
    said = [line.rpartition("::")[2].strip() for line in classifiers if line.startswith("License ::")]
    for text in (*texts, *(said if len(said) == 1 else ())):
        found = meant(text)
        if len(found) == 1:
            return found[0]
    return ""


def _without_address(text: str) -> str:
    """The names of people, without their e-mail addresses."""
    return " ".join(re.sub(r"<[^>]*>|\S+@\S+", "", text).replace('"', "").split()).replace(" ,", ",").strip(" ,")


def _needs(blocks: list[str], project: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Which package needs which, as the `via` comments tell; those that the project itself names are its own."""
    ids: dict[str, list[str]] = {}
    for block in blocks:
        name, version = _named(block)
        ids.setdefault(name, []).append(_id(name, version))
    own = canonical(project["name"])
    for block in blocks:
        comments = re.findall(r"^ +# +(.*)$", block, re.MULTILINE)
        parents = [canonical(word) for word in " ".join(comments).removeprefix("via").split() if word[0] != "("]
        for parent in sorted(set(parents)):
            above = [_OWN] if parent == own else ids.get(parent, [])
            yield from ((one, _id(*_named(block))) for one in above)


def _related(source: str, kind: str, target: str) -> dict[str, str]:
    return {"spdxElementId": source, "relationshipType": kind, "relatedSpdxElement": target}


def written(document: Mapping[str, Any]) -> str:
    """The document as it stands in the file."""
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def current() -> str:
    """What the file should hold now: as it is, where nothing but its moment would change."""
    before = FILE.read_text("utf-8") if FILE.exists() else ""
    moment = json.loads(before)["creationInfo"]["created"] if before else ""
    if before and written(own_sbom(moment)) == before:
        return before
    return written(own_sbom(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"))


if __name__ == "__main__":
    FILE.write_text(current(), "utf-8")
    sys.stdout.write(f"{FILE.name}: written.\n")
