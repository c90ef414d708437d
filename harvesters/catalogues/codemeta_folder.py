"""A folder of codemeta.json files: an archive at an address, or a folder on disk.

Every file named codemeta.json is an entry, and every other JSON file that speaks of CodeMeta. The publiccode.yml is made of
it by the crosswalk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ...schemas.addresses import without_user
from ...schemas.drafts import json_ld as ld
from ...schemas.drafts.codemeta import software_of
from ..errors import HostUnavailable
from ..http import Http
from . import Entry, counted
from .files import FoundFile, files_of
from .json_records import json_value
from .made import made
from .normalised import addresses, license_of, no_address, unreadable
from .source import text_of

_LICENSE_TERMS = ("@id", "id", "url", "identifier", "@value", "name")


class CodemetaFolder:
    """Entries of a folder of codemeta.json files."""

    terms = ""
    attribution = ""

    def __init__(self, http: Http, locate: Callable[[str], str]) -> None:
        self._http, self._locate = http, locate

    def entries(self, url: str) -> Iterator[Entry]:
        """See `Catalogue`."""
        url = without_user(url)
        files = files_of(self._http, self._locate, url, lambda name: name.lower().endswith((".json", ".jsonld")))
        return counted((_entry(file) for file in files if _is_ours(file)), url)


def _is_ours(file: FoundFile) -> bool:
    named = file.path.lower().endswith("codemeta.json")
    return named or (file.content is not None and b"codemeta" in file.content.lower())


def _entry(file: FoundFile) -> Entry:
    described = _described(file)
    if not described:
        return Entry("", file.path, "", None, file.content or b"", None, (), (unreadable(file.path),))
    texts = [ld.part(one, "url", "@id", "id", "@value") for one in ld.each(described.get("codeRepository"))]
    url, quirks = addresses("\n".join(texts), "codeRepository")
    given = ld.each(described.get("license"))
    licenses = [license_of([ld.part(one, term) for term in _LICENSE_TERMS]) for one in given]
    others = {term: value for term, value in described.items() if term != "license"}
    candidate, told = made(others, {}, licenses)
    return Entry(
        url=url[0] if url else "",
        source_id=file.path,
        page="",
        candidate=candidate,
        original=file.content or b"",
        modified_at=None,
        other_urls=url[1:],
        quirks=(*(quirks if url or quirks else (no_address(),)), *told),
    )


def _described(file: FoundFile) -> Mapping[str, Any]:
    """What the file says of the software; nothing where it cannot be read."""
    if file.content is None:
        return {}
    try:
        return software_of(json_value(text_of(file.content, file.path), file.path))
    except HostUnavailable:
        return {}
