"""The dump of code.gov.tw: `/api/OpenDataSet/PublicProgramInfoData/json`, `…/xml` or `…/csv`, told apart by what they begin with.

How its fields are written: URL is a list with semicolons, the last one followed by nothing; Authorization (the licence) ends
in a comma; Types and Teches are lists with semicolons, commas or 、; any of them may use full-width punctuation; the file
may begin with a byte order mark, and a CSV may be in Big5. Texts are Chinese. There are no ids and no addresses of entries.

Types become the features of the description, as in the catalogue's own files. ProvideDeptName becomes the organisation's
name; its identifier (`organisation.uri`) is in no field, so that the validator asks for it.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ...schemas.addresses import without_user
from ...schemas.finding import Message, message
from ...schemas.languages import HAN
from ..errors import HostUnavailable
from ..http import Http
from . import MAX_FIELD, Entry, counted
from .csv_rows import csv_rows
from .identifiers import Identifiers
from .json_records import json_records
from .made import landing, made
from .normalised import addresses, no_address, no_place, too_long, unreadable
from .source import read_source, text_of
from .xml_records import xml_records

_USED = ("ProgramName", "URL", "DemoURL", "Types", "Authorization", "ProvideDeptName", "Description")
_KNOWN = {name.lower(): name for name in (*_USED, "Teches", "ContactAgency")}
_IDS = ("programid", "id")
_SEPARATORS = re.compile(r"[;；、,，|\n]")

Fields = Mapping[str, str]


class CodeGovTw:
    """Entries of the dump of code.gov.tw."""

    terms = ""
    attribution = "公共程式平臺 code.gov.tw, 數位發展部 (Ministry of Digital Affairs, Taiwan)"

    def __init__(self, http: Http, locate: Callable[[str], str]) -> None:
        self._http, self._locate = http, locate

    def entries(self, url: str) -> Iterator[Entry]:
        """See `Catalogue`."""
        url = without_user(url)
        return counted(self._entries(url), url)

    def _entries(self, url: str) -> Iterator[Entry]:
        text = text_of(read_source(self._http, self._locate, url), url, "cp950")
        identifiers = Identifiers()
        for number, (fields, source) in enumerate(_records(text, url), 1):
            original = source.encode("utf-8", "replace")
            if fields is None:
                identifier = identifiers.give("", "", "", original)
                yield Entry("", identifier, "", None, original, None, (), (unreadable(str(number)),))
            else:
                yield _entry(fields, original, identifiers)


def _records(text: str, url: str) -> Iterator[tuple[Fields | None, str]]:
    """The fields of each record by their names in lower case, and its source; None where it cannot be read."""
    start = text.lstrip()[:1]
    if start == "<":
        for record, source in xml_records(text, url, _KNOWN):
            yield _named(record), source
    elif start in ("[", "{"):
        for value, source in json_records(text, url, "data", "Data", "result", "records")[1]:
            yield (_named(value) if isinstance(value, dict) else None), source
    else:
        yield from _of_csv(text, url)


def _of_csv(text: str, url: str) -> Iterator[tuple[Fields | None, str]]:
    rows = csv_rows(text, url)
    heads = next(rows, None)
    if heads is None or heads.cells is None or not any(_key(cell) in _KNOWN for cell in heads.cells):
        raise HostUnavailable(message("{url} has no list of entries", url=url))
    for row in rows:
        fits = row.cells is not None and len(row.cells) <= len(heads.cells)
        yield (_named(dict(zip(heads.cells, row.cells or (), strict=False))) if fits else None), row.source


def _named(record: Mapping[str, Any]) -> Fields:
    return {_key(name): _text(value) for name, value in record.items()}


def _key(name: str) -> str:
    return unicodedata.normalize("NFKC", name[:100]).strip().lower()


def _text(value: object) -> str:
    if isinstance(value, list):
        return ";".join(filter(None, map(_text, value[:1_000])))
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return "" if value is None else str(value).strip()


def _entry(fields: Fields, original: bytes, identifiers: Identifiers) -> Entry:
    quirks = [too_long(_KNOWN.get(key, key), MAX_FIELD) for key, text in fields.items() if len(text) > MAX_FIELD]
    said = {name: text for name, text in fields.items() if len(text) <= MAX_FIELD}
    name, description = said.get("programname", ""), said.get("description", "")
    urls, told = addresses(said.get("url", ""), "URL")
    first = urls[0] if urls else ""
    quirks += told if urls or told else [no_address()]
    home, told = landing(said.get("demourl", ""), "DemoURL")
    quirks += told
    candidate, told = made(
        {
            "name": name,
            "codeRepository": first,
            "url": home,
            "description": _described(description),
            "keywords": [word for part in _SEPARATORS.split(said.get("types", "")) if (word := part.strip())],
            "inLanguage": "zh-Hant",
        },
        {"name": "ProgramName", "url": "DemoURL", "description": "Description", "keywords": "Types"},
        [said.get("authorization", "")],
        {("organisation", "name"): said.get("providedeptname", "")},
    )
    quirks += [*told, *_left(said)]
    return Entry(
        url=first,
        source_id=identifiers.give(next((said[key] for key in _IDS if said.get(key)), ""), first, name, original),
        page="",
        candidate=candidate,
        original=original,
        modified_at=None,
        other_urls=urls[1:],
        quirks=tuple(quirks),
    )


def _described(text: str) -> object:
    """The description with its language: Chinese as soon as there is Chinese in it, as names of software are English."""
    return {"@value": text, "@language": "zh-Hant"} if HAN.search(text) else text


def _left(said: Fields) -> tuple[Message, ...]:
    """The fields that have something to say and no place."""
    used = {name.lower() for name in _USED} | set(_IDS)
    names = [_KNOWN.get(key, key)[:50] for key, text in said.items() if text and key not in used]
    return (no_place(", ".join(names[:20])),) if names else ()
