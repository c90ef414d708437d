"""Which files of a repository are read, and how much of them: the same for every kind of host, and for a checkout."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable

from ..schemas.document_names import is_readme_name
from ..schemas.sbom_names import is_sbom_name

PUBLICCODE_NAMES = ("publiccode.yml", "publiccode.yaml")
"""At the root, as the standard says; where both are, the first counts."""
LICENSES_FOLDER = "LICENSES"
"""The folder of the REUSE specification, with this spelling."""
MAX_PUBLICCODE_BYTES = 1024 * 1024
MAX_LICENSE_BYTES = 512 * 1024
MAX_LICENSE_FILES = 50
MAX_TARGET_BYTES = 4096

_LICENSE_NAME = re.compile(r"licen[sc]e|unlicen[sc]e|copying|eupl(?![a-z])", re.IGNORECASE)


def is_license_name(name: str) -> bool:
    """Whether a file of that name at the root is read as a licence text.

    >>> [name for name in ("LICENCE.md", "copying.lesser", "EUPL-1.2 EN.txt", "euplib.c", "README") if is_license_name(name)]
    ['LICENCE.md', 'copying.lesser', 'EUPL-1.2 EN.txt']
    """
    return _LICENSE_NAME.match(name) is not None


_TELLING = re.compile(
    r"(?:contributing|code_of_conduct|security|governance|changelog|changes|news|history|maintainers|codeowners|support)"
    r"(?:\.(?:md|rst|txt|adoc|markdown))?\Z"
    r"|codemeta\.json\Z|citation\.cff\Z|licenses\Z|\.github\Z|\.gitlab\Z|\.reuse\Z|reuse\.toml\Z",
    re.IGNORECASE,
)
MAX_TELLING = 60


def telling(names: Iterable[str]) -> list[str]:
    """Of the names at a repository's root those that say how it is kept (README, CONTRIBUTING, SBOM, …): the fact `files`.

    >>> telling(["src", "README.md", "bom.json"])
    ['README.md', 'bom.json']
    """
    return [name for name in names if _is_telling(name)][:MAX_TELLING]


def _is_telling(name: str) -> bool:
    return bool(is_readme_name(name) or is_license_name(name) or _TELLING.match(name) or is_sbom_name(name))


def link_target(link: str, target: str) -> str | None:
    """The path that the symbolic link `link` with the text `target` leads to; None where we do not go.

    >>> link_target("LICENSE", "LICENSES/MIT.txt")
    'LICENSES/MIT.txt'
    >>> link_target("LICENSES/MIT.txt", "../COPYING")
    'COPYING'

    We go to the root and into LICENSES/, not out of the repository and not deeper.
    """
    if not target or target.startswith("/") or "\0" in target:
        return None
    path = posixpath.normpath(posixpath.join(posixpath.dirname(link), target))
    folder, _, name = path.rpartition("/")
    return path if folder in ("", LICENSES_FOLDER) and name not in ("", ".", "..") else None
