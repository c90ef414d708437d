"""By what other tools know a finding again in the next run: the file's path, and a fingerprint."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from pathlib import Path
from urllib.parse import quote, quote_from_bytes

from ...schemas.finding import Finding


def path(file: str) -> str:
    """The path of `file` as code hosts know it: from the current folder where it lies below, with forward slashes.

    A web address, of a file that was fetched, stays one.
    """
    if _is_address(file):
        return file
    found = Path(file)
    if found.is_absolute() and found.is_relative_to(Path.cwd()):
        found = found.relative_to(Path.cwd())
    return found.as_posix()


def uri(file: str) -> str:
    """The same as a URI reference, percent-encoded; with the scheme `file` where it lies elsewhere."""
    if _is_address(file):
        return quote(file, safe="%/:?#[]@!$&'()*+,;=", errors="replace")
    found = Path(path(file))
    return found.as_uri() if found.is_absolute() else quote_from_bytes(os.fsencode(found.as_posix()))


def _is_address(file: str) -> bool:
    return file.lower().startswith(("http://", "https://"))


class Fingerprints:
    """Gives each finding of a run a fingerprint of its own.

    It stays the same when lines are moved and when the language changes: rule, file, key and English message make it,
    and a count where all four are equal.
    """

    def __init__(self) -> None:
        self._given: Counter[str] = Counter()

    def of(self, file: str, finding: Finding) -> str:
        """The fingerprint of `finding`, in hexadecimal digits."""
        text = "\0".join((finding.rule, path(file), finding.key, str(finding.message)))
        self._given[text] += 1
        return hashlib.sha256(f"{text}\0{self._given[text]}".encode("utf-8", "surrogatepass")).hexdigest()
