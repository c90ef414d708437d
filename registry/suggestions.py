"""What a half-typed word may become: names of software, publishers, categories, licences.

Names and publishers are kept in memory by each process that is asked, as one text a search of which takes a fraction of a
millisecond; the log tells what of it is out of date.
"""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from uuid import UUID

from sqlmodel import Session, col, func, select

from ..schemas.vocabularies import labels, license_name, licenses
from .catalogue import shown_among, shown_ids
from .models import AssessmentRecord, Event, Publisher, Software
from .search import Request, SearchIndex
from .search.text import is_east_asian, split

MOST, LONGEST = 8, 100
_MOST_OF = {"name": 5, "publisher": 3, "category": 3, "license": 3}
_MOST_LOOKED_AT = 400  # matches of one kind: among them the best are chosen
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What can be chosen. `kind`: name, publisher, category or license; `value`: the slug, the value or the id of it.

    `names` are what it is called, by language (BCP 47; empty where nobody says), the first for want of a better.
    """

    kind: str
    value: str
    names: tuple[tuple[str, str], ...]


class _Names:
    """Names in one text, each on a line of its own: a blank before every word of it, so that a word's beginning is found."""

    def __init__(self, found: Iterable[Suggestion]) -> None:
        self._found: list[Suggestion] = []
        lines = []
        for one in found:
            for name in dict.fromkeys(text for _, text in one.names):
                self._found.append(one)
                lines.append(f"{_words(name)}\n")
        self._text = "".join(lines)
        self._starts = [0, *accumulate(map(len, lines))][:-1]

    def matches(self, sought: str) -> Iterator[Suggestion]:
        """Those that have all words of `sought` (as `_words` gives them) or words that begin so.

        First those that begin with it, then those that have its words in a row; the shorter before the longer.
        """
        words = [word if is_east_asian(word[0]) else f" {word}" for word in sought.split()]
        longest = max(words, key=len)
        row = sought.lstrip() if words[0] == sought.split()[0] else sought
        places: list[tuple[bool, bool, int, int]] = []
        start, tries = self._text.find(longest), 0
        while start >= 0 and tries < _MOST_LOOKED_AT:
            line = bisect_right(self._starts, start) - 1
            end = self._starts[line + 1] if line + 1 < len(self._starts) else len(self._text)
            read = self._text[self._starts[line] : end]
            if len(words) == 1 or all(word in read for word in words):
                places.append((not read.startswith(sought), row not in read, len(read), line))
            start, tries = self._text.find(longest, end), tries + 1
        yield from (self._found[line] for *_, line in sorted(places))


@dataclass(frozen=True, slots=True)
class _Kept:
    """What was read, up to which event, and the texts made of it."""

    sequence: int
    software: Mapping[UUID, Suggestion]
    publishers: tuple[Suggestion, ...]
    names: _Names
    publisher_names: _Names


class Suggestions:
    """Suggestions of one catalogue. While one thread reads what changed, others answer from what was known."""

    def __init__(self, only_valid: bool = False) -> None:
        self._only_valid = only_valid
        self._kept = _Kept(-1, {}, (), _Names(()), _Names(()))
        self._values: tuple[str, _Names] = ("", _Names(()))
        self._reading = threading.Lock()

    def suggest(self, session: Session, index: SearchIndex, text: str, language: str) -> list[Suggestion]:
        """At most MOST suggestions for what was typed, names first; none for a text without a letter or digit.

        Names and publishers are found in every language, categories and kinds of licences in `language` and English.
        """
        sought = _words(text[:LONGEST])
        if not sought.strip():
            return []
        self._follow(session)
        kept = self._kept
        found = {
            "name": _few(kept.names.matches(sought), "name"),
            "category": [],
            "publisher": _few(kept.publisher_names.matches(sought), "publisher"),
            "license": [],
        }
        for one in self._in_use(index, language).matches(sought):
            if len(found[one.kind]) < _MOST_OF[one.kind] and one not in found[one.kind]:
                found[one.kind].append(one)
        room = MOST - sum(len(found[kind][:2]) for kind in ("category", "publisher", "license"))
        chosen = found["name"][: max(room, 0)]
        for kind in ("category", "publisher", "license"):
            chosen += found[kind][:2]
        return chosen[:MOST]

    def _follow(self, session: Session) -> None:
        """Brings what is kept up to the log, unless another thread is at it."""
        newest = session.exec(select(func.max(Event.sequence))).one() or 0
        if newest == self._kept.sequence or not self._reading.acquire(blocking=False):
            return
        try:
            self._kept = self._read(session, newest)
        finally:
            self._reading.release()

    def _read(self, session: Session, newest: int) -> _Kept:
        kept = self._kept
        software, publishers = dict(kept.software), kept.publishers
        changed = _changed(session, kept.sequence) if 0 <= kept.sequence < newest else None
        if changed is None:  # nothing was read yet, or this is another database
            software = _software(session, shown_ids(session, self._only_valid))
            publishers = _publishers(session)
        else:
            shown = shown_among(session, sorted(changed["software"]), self._only_valid)
            for gone in changed["software"] - shown:
                software.pop(gone, None)
            software |= _software(session, sorted(shown))
            if changed["publisher"]:
                publishers = _publishers(session)
        names = kept.names if software == kept.software else _Names(software.values())
        owners = kept.publisher_names if publishers is kept.publishers else _Names(publishers)
        return _Kept(newest, software, publishers, names, owners)

    def _in_use(self, index: SearchIndex, language: str) -> _Names:
        """The categories and licences that entries have, the most frequent first; read again when the index changed."""
        key = f"{language} {index.cursor()}"
        known, names = self._values
        if known != key:
            counted = index.search(Request(limit=0)).facets
            names = _Names(_values(counted, language))
            self._values = (key, names)
        return names


def _few(found: Iterator[Suggestion], kind: str) -> list[Suggestion]:
    """The first of `found`, each once."""
    few: dict[str, Suggestion] = {}
    for one in found:
        few.setdefault(one.value, one)
        if len(few) == MOST:
            break
    return list(few.values())


@lru_cache(maxsize=1_000)
def _words(text: str) -> str:
    """The words of `text`, folded, a blank before each; East Asian characters stand together, as they are searched for."""
    return "".join(f" {word}" for word in split(text))


def _changed(session: Session, since: int) -> dict[str, set[UUID]]:
    """The ids of the software and of the publishers that events after `since` touch."""
    found: dict[str, set[UUID]] = {"software": set(), "publisher": set()}
    query = select(Event.entity, Event.entity_id).where(col(Event.sequence) > since, col(Event.entity).in_(found))
    for entity, identity in session.exec(query):
        found[entity].add(UUID(identity))
    return found


def _software(session: Session, ids: Sequence[UUID]) -> dict[UUID, Suggestion]:
    """What these entries are called."""
    found = {}
    for start in range(0, len(ids), _AT_ONCE):
        rows = session.exec(
            select(Software.id, Software.slug, Software.name, AssessmentRecord.values)
            .join(AssessmentRecord, col(Software.shown_assessment_id) == col(AssessmentRecord.id))
            .where(col(Software.id).in_(ids[start : start + _AT_ONCE]))
        )
        for identity, slug, name, values in rows:
            said = (values or {}).get("description")
            localised = [
                (str(language), text["localisedName"].strip())
                for language, text in (said.items() if isinstance(said, Mapping) else ())
                if isinstance(text, Mapping) and isinstance(text.get("localisedName"), str)
            ]
            names = (("", name), *((language, text) for language, text in localised if text and text != name))
            found[identity] = Suggestion("name", slug, names)
    return found


def _publishers(session: Session) -> tuple[Suggestion, ...]:
    listed = session.exec(select(Publisher).where(col(Publisher.listed)).order_by(col(Publisher.name)))
    return tuple(Suggestion("publisher", one.slug, (("", one.name), *one.names.items())) for one in listed)


def _values(counted: Mapping[str, Sequence[tuple[str, int]]], language: str) -> Iterator[Suggestion]:
    known = labels("categories")
    for value, _ in counted.get("category", ()):
        if value in known:
            said = known[value]
            own = said.get(language) or said.get("en", value)
            yield Suggestion("category", value, tuple(dict.fromkeys(((language, own), ("en", said.get("en", value))))))
    for value, _ in counted.get("license", ()):
        if value.lower() in licenses():
            yield Suggestion("license", value, (("", value), ("en", license_name(value))))
