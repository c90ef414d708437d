"""The API that Italy, Switzerland and an EU-wide instance run (open-catalog-api): `GET /v1/software`, page by page.

Its address may be that of the API (`https://api.example`, `…/v1`) or of the list itself, with the parameters that the API
knows: `…/v1/software?from=2026-01-01T00:00:00Z` gives what was added since. An entry that the catalogue deactivated is left
out, as it was withdrawn there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit

from ...schemas.addresses import without_user
from ...schemas.candidate import Candidate, RepositoryFile
from ...schemas.finding import Message, message
from ..errors import HostUnavailable
from ..http import Http
from . import MAX_ENTRIES, MAX_FIELD, Entry, counted
from .json_records import json_records
from .made import FILE, told_of
from .moments import moment
from .normalised import addresses, no_address, sound, too_long, unreadable, unused
from .source import read_source, text_of

PAGE_SIZE = 100
MAX_PAGES = MAX_ENTRIES // 25  # a server may give fewer on a page than it is asked for; 25 are its usual number


class OpenCatalog:
    """Entries of one open-catalog-api: publiccode.yml byte for byte as the API holds it."""

    terms = ""
    attribution = ""

    def __init__(self, http: Http, locate: Callable[[str], str]) -> None:
        self._http, self._locate = http, locate

    def entries(self, url: str) -> Iterator[Entry]:
        """See `Catalogue`."""
        url = without_user(url)
        return counted(self._entries(url), url)

    def _entries(self, url: str) -> Iterator[Entry]:
        first = page = _first_page(url)
        place = first.partition("?")[0]
        seen: set[str] = set()
        while page:
            if page in seen or len(seen) == MAX_PAGES:
                raise HostUnavailable(message("{url} leads from page to page without end", url=place))
            seen.add(page)
            text = text_of(read_source(self._http, self._locate, page), page)
            others, records = json_records(text, page, "data")
            for number, (record, source) in enumerate(records):
                if not isinstance(record, Mapping):
                    yield Entry(
                        "",
                        f"{page}#{number}",
                        "",
                        None,
                        source.encode("utf-8", "replace"),
                        None,
                        (),
                        (unreadable(str(number + 1)),),
                    )
                elif record.get("active") is not False:
                    yield _entry(record, source, place)
            page = _next_page(page, others.get("links"))


def _first_page(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise HostUnavailable(message("{url} is not an address: {reason}", url=url, reason=error)) from error
    path = parts.path.rstrip("/")
    if not path.endswith("/software"):
        path += "/software" if path.endswith("/v1") else "/v1/software"
    asked = dict(parse_qsl(parts.query))
    return parts._replace(
        path=path, query=urlencode({"page[size]": PAGE_SIZE} | asked, safe="[]:"), fragment=""
    ).geturl()


def _next_page(page: str, links: object) -> str:
    """The address of the next page: a relative query in the API; never another host."""
    link = links.get("next") if isinstance(links, Mapping) else None
    if not link or not isinstance(link, str):
        return ""
    try:
        found = urljoin(page, link)
        same = urlsplit(found)[:2] == urlsplit(page)[:2]
    except ValueError:
        same = False
    if not same:
        raise HostUnavailable(message("{url} leads to another host for its next page", url=page))
    return found


def _entry(record: Mapping[str, Any], source: str, place: str) -> Entry:
    quirks: list[Message] = []
    identifier = _text(record.get("id"))
    url, told = addresses(_text(record.get("url")), "url")
    quirks += told if url or told else [no_address()]
    others: list[str] = [*url[1:]]
    aliases = record.get("aliases")
    for alias in aliases[:MAX_PAGES] if isinstance(aliases, list) else ():
        found, told = addresses(_text(alias), "aliases")
        others += found
        quirks += told
    candidate, told = _candidate(record.get("publiccodeYml"))
    at, when = moment(record.get("updatedAt"), "updatedAt")
    return Entry(
        url=url[0] if url else "",
        source_id=identifier or (url[0] if url else ""),
        page=f"{place}/{quote(identifier, safe='')}" if identifier else "",
        candidate=candidate,
        original=source.encode("utf-8", "replace"),
        modified_at=at,
        other_urls=tuple(dict.fromkeys(others)),
        quirks=(*quirks, *told, *when),
    )


def _candidate(text: object) -> tuple[Candidate | None, tuple[Message, ...]]:
    if text is None or text == "":
        return None, ()
    if not isinstance(text, str):
        return None, (unused("publiccodeYml", str(text)[:200]),)
    if len(text) > MAX_FIELD:
        return None, (too_long("publiccodeYml", MAX_FIELD),)
    try:
        content = text.encode()
    except UnicodeEncodeError:
        return None, (unused("publiccodeYml", text.encode("ascii", "replace").decode()),)
    return Candidate(RepositoryFile(FILE, content)), told_of(content)


def _text(value: object) -> str:
    return sound(value[:2_000]).strip() if isinstance(value, str) else ""
