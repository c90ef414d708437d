"""A folder of publiccode.yml files, as the repository of code.gov.tw has one: an archive at an address, or a folder on disk.

Every YAML file that names publiccodeYmlVersion is an entry, whatever it is called; each stays byte for byte as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath

from ...schemas.addresses import without_user
from ...schemas.candidate import Candidate, RepositoryFile
from ...schemas.document import parse
from ...schemas.finding import Message
from ..http import Http
from . import Entry, counted
from .files import FoundFile, files_of
from .made import told_of
from .normalised import addresses, no_address, unreadable

_KEY = b"publiccodeYmlVersion"


class PubliccodeFolder:
    """Entries of a folder of publiccode.yml files."""

    terms = ""
    attribution = ""

    def __init__(self, http: Http, locate: Callable[[str], str]) -> None:
        self._http, self._locate = http, locate

    def entries(self, url: str) -> Iterator[Entry]:
        """See `Catalogue`."""
        url = without_user(url)
        files = files_of(self._http, self._locate, url, lambda name: name.lower().endswith((".yml", ".yaml")))
        return counted((_entry(file) for file in files if _is_ours(file)), url)


def _is_ours(file: FoundFile) -> bool:
    """A file that nobody can read may be one; of the others, those that have the key, in UTF-16 too."""
    return file.content is None or _KEY in file.content.replace(b"\0", b"")


def _entry(file: FoundFile) -> Entry:
    if file.content is None:
        return Entry("", file.path, "", None, b"", None, (), (unreadable(file.path),))
    values = parse(file.content).values
    url, quirks = _address(values, file.path)
    return Entry(
        url=url[0] if url else "",
        source_id=file.path,
        page="",
        candidate=Candidate(RepositoryFile(PurePosixPath(file.path).name, file.content)),
        original=file.content,
        modified_at=None,
        other_urls=url[1:],
        quirks=(*quirks, *told_of(file.content)),
    )


def _address(values: Mapping[str, object] | None, path: str) -> tuple[tuple[str, ...], tuple[Message, ...]]:
    if values is None:
        return (), (unreadable(path),)
    text = values.get("url")
    url, quirks = addresses(text, "url") if isinstance(text, str) else ((), ())
    return url, quirks if url or quirks else (no_address(),)
