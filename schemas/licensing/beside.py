"""The licence files beside a publiccode.yml: what is in them, and how that stands beside the declaration."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import sha256

from ..candidate import RepositoryFile
from .found import NOASSERTION, Identification
from .verdict import FoundFile, LicenseVerdict, judge


def found_files(files: Iterable[RepositoryFile]) -> tuple[FoundFile, ...]:
    """The files with what they say; nothing is said of one whose content was not read."""
    return tuple(_found(file) for file in files)


@lru_cache(maxsize=4)  # several rules ask about one candidate, and who records it asks once more
def verdict_of(declared: str, files: tuple[RepositoryFile, ...]) -> LicenseVerdict:
    """How the licence that is declared stands beside the licence files."""
    return judge(declared, found_files(files))


def concluded(files: Sequence[RepositoryFile] | None, declared: str = NOASSERTION) -> str:
    """The licence as the texts tell it; NOASSERTION where nobody looked, none is there, or they do not tell."""
    if not files:
        return NOASSERTION
    return verdict_of("" if declared == NOASSERTION else declared, tuple(files)).concluded


def _found(file: RepositoryFile) -> FoundFile:
    if file.content is None:
        return FoundFile(file.path, "", Identification(), file.target)
    from .identify import identify  # loads the licence texts, which nobody needs where there is no file

    return FoundFile(file.path, sha256(file.content).hexdigest(), identify(file.content, file.path), file.target)
