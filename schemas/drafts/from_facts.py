"""What a host shows of a repository → values of a publiccode.yml, and what of it only its owner can decide, as notes.

All goes through the crosswalk from CodeMeta, as what a checkout shows does (`harvesters/shown.py`), so that all is checked alike.
Licences are never concluded, and of topics those alone are taken over that are categories: the rest is told beside the
lines that are still to be written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from ..editing import Edits
from ..editing.changes import Set
from ..editing.writing import Value
from ..finding import Message, message
from ..nodes import Path
from ..rules.date_format import is_date
from . import json_ld as ld
from .codemeta import from_codemeta
from .new_file import NEW, about_license, enumerated, new_file

LICENSE: Path = ("legal", "license")
MOST_TOPICS = 20
_LONGEST_WORD = 50  # characters of a topic or of a programming language


@dataclass(frozen=True, slots=True)
class Draft:
    """`values` go into the file; `notes` stand beside the lines of places that have no value; `license`: the one that was seen."""

    values: Mapping[Path, Value]
    notes: Mapping[Path, tuple[Message, ...]] = field(default_factory=dict)
    license: str = ""

    def text(self, language: str) -> str:
        """The file, with its explanations in `language`."""
        return new_file(self.values, language, self.notes)

    def bare(self) -> str:
        """The values alone, without a line about what is missing."""
        edits = Edits(NEW)
        edits.apply(*(Set(path, value) for path, value in self.values.items()))
        return edits.text


def from_facts(
    url: str, facts: Mapping[str, Any], organisation: Mapping[str, str], language: str, archived: bool = False
) -> Draft:
    """The draft for the repository at `url`. Never raises, whatever stands in `facts` (by the names of `Facts`).

    Args:
        url: its address.
        facts: what its host tells.
        organisation: `uri` and `name` of the publisher.
        language: of the description, where there is none whose letters tell.
        archived: the host says that nobody works on it.

    """
    values = from_codemeta(_described(url, facts, organisation))
    values.pop(LICENSE, None)
    found = str(from_codemeta({"license": _text(facts, "license_detected")}).get(LICENSE, ""))
    found = "" if found in ("NOASSERTION", "NONE") else found
    tag = next((path[1] for path in values if path[0] == "description"), language)
    notes: dict[Path, tuple[Message, ...]] = {
        LICENSE: (about_license(found),) if found else (),
        ("softwareType",): tuple(_technical(facts)),
        ("description", tag, "features"): tuple(_topics(facts, language)),
        ("developmentStatus",): tuple(_living(facts, archived)),
    }
    return Draft(values, {path: told for path, told in notes.items() if told}, found)


def _described(url: str, facts: Mapping[str, Any], organisation: Mapping[str, str]) -> dict[str, object]:
    """The same in the terms of CodeMeta."""
    version, day = _newest(facts)
    return {
        "@type": "SoftwareSourceCode",
        "name": name_of(url),
        "codeRepository": url,
        "description": _text(facts, "description"),
        "url": _text(facts, "homepage"),
        "isBasedOn": _text(facts, "fork_of"),
        "applicationCategory": facts.get("topics"),
        "softwareVersion": version or None,
        "dateModified": day if version else None,
        "publisher": {"@id": organisation.get("uri"), "name": organisation.get("name")},
    }


def _text(facts: Mapping[str, Any], name: str) -> str | None:
    told = facts.get(name)
    return told if isinstance(told, str) else None


def name_of(url: str) -> str:
    """The last part of a repository's address.

    >>> name_of("https://git.agency.example/records/sign-off.git")
    'sign-off'
    """
    try:
        path = urlsplit(url).path
    except ValueError:
        return ""
    return unquote(path).rstrip("/").rpartition("/")[2].removesuffix(".git")


def _newest(facts: Mapping[str, Any]) -> tuple[str, str]:
    """Version and day of the newest release, else tag, that names a version: `nightly` and `latest` do not."""
    for kind in ("newest_release", "newest_tag"):
        told = facts.get(kind)
        name = ld.part(told.get("name")) if isinstance(told, Mapping) else ""
        if re.search(r"[0-9]", name):
            return re.sub(r"\A[vV](?=[0-9])", "", name), _day(told.get("at")) if isinstance(told, Mapping) else ""
    return "", ""


def _day(moment: object) -> str:
    day = moment[:10] if isinstance(moment, str) else ""
    return day if is_date(day) else ""


def _technical(facts: Mapping[str, Any]) -> Iterator[Message]:
    language = ld.line(facts.get("language"), _LONGEST_WORD)
    if language:
        yield message("At the host, the main programming language is: {language}", language=language)


def _topics(facts: Mapping[str, Any], language: str) -> Iterator[Message]:
    given = facts.get("topics")
    listed = given[:MOST_TOPICS] if isinstance(given, list) else []
    topics = list(filter(None, (ld.line(topic, _LONGEST_WORD) for topic in listed)))
    if topics:
        yield message("Topics at the host: {topics}", topics=enumerated(topics, language))


def _living(facts: Mapping[str, Any], archived: bool) -> Iterator[Message]:
    created, changed = _day(facts.get("created_at")), _day(facts.get("pushed_at"))
    if created:
        yield message("At the host since: {day}", day=created)
    if changed:
        yield message("Last change at the host: {day}", day=changed)
    if archived:
        yield message("The repository is archived: nobody works on it there.")
