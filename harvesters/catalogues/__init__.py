"""The port Catalogue: other catalogues as sources; the table of their kinds; what an entry of theirs is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Protocol

from ...schemas.candidate import Candidate
from ...schemas.finding import Message, message
from ..errors import HostUnavailable
from ..http import Http

MAX_BYTES = 32 * 1024 * 1024  # of one answer, or of a file on disk
MAX_ENTRIES = 100_000
MAX_FIELD = 100_000  # characters of a field; open-catalog-api has no longer files


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of another catalogue.

    `url` is the address of the software's code as the catalogue names it (the first of several), without a user's name;
    empty where the record names none: then `quirks` say so, and the entry is a problem to be told, nothing more.
    `source_id` is the catalogue's own id, `page` the entry's address there (empty where it has none). `candidate` is the
    publiccode.yml as the catalogue holds it, or one made of its data; None: there is an address only, and what is there
    is read from its host. `original` is the record as the catalogue gave it. `other_urls` are further addresses of the
    same system. `quirks` tell what was normalised and what could not be read, one sentence each, with the field's name.
    """

    url: str
    source_id: str
    page: str
    candidate: Candidate | None
    original: bytes
    modified_at: datetime | None
    other_urls: tuple[str, ...] = ()
    quirks: tuple[Message, ...] = ()


class Catalogue(Protocol):
    """One kind of catalogue. Raises only HostError (`harvesters/errors.py`).

    `terms` is the SPDX id or the address of the terms of its data, empty where they depend on who runs it or are not
    known; `attribution` is whom to name.
    """

    @property
    def terms(self) -> str:
        """The terms of the data."""

    @property
    def attribution(self) -> str:
        """Whom to name for the data."""

    def entries(self, url: str) -> Iterator[Entry]:
        """The entries of the catalogue at `url`, in its order. A bad record is an entry with quirks and stops nothing.

        Raises:
            HostError: the catalogue cannot be read, or cannot be read on; what came before it stands.

        """


def _driver(module: str, name: str) -> Callable[[Http, Callable[[str], str]], Catalogue]:
    """Makes the catalogue `name` of `module`, which is imported then."""

    def make(http: Http, locate: Callable[[str], str]) -> Catalogue:
        catalogue: Catalogue = getattr(import_module(f".{module}", __name__), name)(http, locate)
        return catalogue

    return make


# One line for each kind of catalogue, by the name that lists of sources use. `locate` gives the address to fetch from.
CATALOGUES: dict[str, Callable[[Http, Callable[[str], str]], Catalogue]] = {
    "open-catalog": _driver("open_catalog", "OpenCatalog"),
    "code-gov-tw": _driver("code_gov_tw", "CodeGovTw"),
    "publiccode-folder": _driver("publiccode_folder", "PubliccodeFolder"),
    "code-json": _driver("code_json", "CodeJson"),
    "codemeta-folder": _driver("codemeta_folder", "CodemetaFolder"),
    "csv-addresses": _driver("csv_addresses", "CsvAddresses"),
}


def counted(entries: Iterator[Entry], url: str) -> Iterator[Entry]:
    """`entries`, as long as there are no more of them than we take.

    Raises:
        HostUnavailable: there are more.

    """
    for number, entry in enumerate(entries):
        if number == MAX_ENTRIES:
            raise HostUnavailable(message("{url} has more than {limit} entries", url=url, limit=MAX_ENTRIES))
        yield entry
