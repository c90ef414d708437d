"""What a half-typed word may become: names of software, publishers, categories, other subjects, licences.

Names and publishers are kept in memory by each process that is asked, as one text a search of which takes a fraction of a
millisecond; the log tells what of it is out of date.
"""

from __future__ import annotations

import re
import threading
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import accumulate
from uuid import UUID

from sqlalchemy import ColumnElement, String, case, cast
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from ..schemas.vocabularies import labels, license_name, licenses
from .catalogue import newest_event, shown_among, shown_condition
from .models import AssessmentRecord, Event, Publisher, Software
from .search import Request, SearchIndex
from .search.text import is_east_asian, split
from .subjects import named_in, subjects, with_entries

MOST, LONGEST = 8, 100
_BESIDE_NAMES = ("category", "subject", "publisher", "license")
_MOST_OF = 3
_MOST_LOOKED_AT = 400  # matches of one kind: among them the best are chosen
_AT_ONCE = 500
_LONGEST_NAME = 300
_WAIT = 0.5  # seconds for the first reading of the names


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What can be chosen. `kind`: name, publisher, category, subject or license; `value`: the slug, the value or the id of it.

    `names` are what it is called, by language (BCP 47; empty where nobody says), the first for want of a better; `words` are
    others that find it for who begins to type them. `matched` is the one of both that was found.
    """

    kind: str
    value: str
    names: tuple[tuple[str, str], ...]
    words: tuple[str, ...] = ()
    matched: str = ""


class Names:
    """Names in one text, each on a line of its own: a blank before every word of it, so that a word's beginning is found."""

    def __init__(self, found: Iterable[Suggestion]) -> None:
        self._found: list[tuple[Suggestion, str, str]] = []  # with the language and the name of each line
        lines = []
        for one in found:
            named = {text: tag for tag, text in reversed(one.names)} | dict.fromkeys(one.words, "")
            for name, tag in named.items():
                self._found.append((one, tag.partition("-")[0], name))
                lines.append(f"{_words(name[:_LONGEST_NAME])}\n")
        self._text = "".join(lines)
        self._starts = [0, *accumulate(map(len, lines))][:-1]
        self._runs = [number for number, line in enumerate(lines) if is_east_asian(line[1:2]) and line.rfind(" ") == 0]

    def matches(self, sought: str, language: str = "") -> Iterator[Suggestion]:
        """Those that have all words of `sought` (as `_words` gives them) or words that begin so.

        First those whose name is in `language` or in none, then those that begin with it, then those that have its words in a
        row; the shorter before the longer.
        """
        own = ("", language.partition("-")[0])
        words = [word if is_east_asian(word[0]) else f" {word}" for word in sought.split()]
        longest = max(words, key=len)
        row = sought.lstrip() if words[0] == sought.split()[0] else sought
        places: list[tuple[bool, bool, bool, int, int]] = []
        start, tries = self._text.find(longest), 0
        while start >= 0 and tries < _MOST_LOOKED_AT:
            line = bisect_right(self._starts, start) - 1
            end = self._starts[line + 1] if line + 1 < len(self._starts) else len(self._text)
            read = self._text[self._starts[line] : end]
            if len(words) == 1 or all(word in read for word in words):
                one, tag, name = self._found[line]
                begins = read.startswith(sought)
                if begins or name not in one.words:
                    places.append((bool(language) and tag not in own, not begins, row not in read, len(read), line))
            start, tries = self._text.find(longest, end), tries + 1
        for *_, line in sorted(places):
            one, _, name = self._found[line]
            yield replace(one, matched=name)

    def beginning_as(self, word: str, more: int) -> dict[str, str]:
        """The words with the first character of `word`, at most `more` shorter or longer, each with the first name that it is;
        with itself where it is one word of a name."""
        least, most = max(len(word) - more, 1) - 1, len(word) + more - 1
        found: dict[str, str] = {}
        # Looked for in the text, not in a table of words: that would have to be made anew whenever the catalogue changes.
        for match in re.finditer(rf" ({re.escape(word[0])}[^ \n]{{{least},{most}}})(?=[ \n])", self._text):
            if match[1] not in found:
                line = bisect_right(self._starts, match.start()) - 1
                is_whole = match.start() == self._starts[line] and self._text[match.end()] == "\n"
                found[match[1]] = self._found[line][2] if is_whole else match[1]
        return found

    def runs(self) -> Iterator[tuple[str, str]]:
        """The names that are one row of East Asian characters, folded, and as they are written."""
        for number in self._runs:
            start = self._starts[number] + 1
            yield self._text[start : self._text.index("\n", start)], self._found[number][2]


@dataclass(frozen=True, slots=True)
class _Kept:
    """What was read, up to which event, and the texts made of it."""

    newest: tuple[int, UUID | None]
    software: Mapping[UUID, Suggestion]
    publishers: tuple[Suggestion, ...]
    names: Names
    publisher_names: Names


class Suggestions:
    """Suggestions of one catalogue. While one thread reads what changed, others answer from what was known.

    The first reading takes seconds where there are many entries: whoever asks meanwhile waits for a moment (`_WAIT`) and is then
    answered without names.
    """

    def __init__(self, only_valid: bool = False) -> None:
        self._only_valid = only_valid
        self._kept = _Kept((-1, None), {}, (), Names(()), Names(()))
        self._values: dict[str, tuple[str, Names]] = {}  # by language, with the index' cursor
        self._reading = threading.Lock()

    def suggest(self, session: Session, index: SearchIndex, text: str, language: str) -> list[Suggestion]:
        """At most MOST suggestions for what was typed, names first; none for a text without a letter or digit.

        Names and publishers are found in every language, those of `language` first; categories, subjects and licences in
        `language` and English. A subject is offered where an entry is about it.
        """
        sought = _words(text[:LONGEST])
        if not sought.strip():
            return []
        self._follow(session)
        kept = self._kept
        found = {
            "name": _few(kept.names.matches(sought, language)),
            "publisher": _few(kept.publisher_names.matches(sought, language)),
        }
        in_use = _few(self._in_use(index, language).matches(sought), MOST * len(_BESIDE_NAMES))
        for kind in ("category", "license"):
            found[kind] = [one for one in in_use if one.kind == kind]
        found["subject"] = _about(index, text, sought, language, {one.value for one in found["category"]})
        beside = [one for kind in _BESIDE_NAMES for one in found[kind][:2]]
        return [*found["name"][: max(MOST - len(beside), 0)], *beside][:MOST]

    def prepare(self, session: Session) -> None:
        """Reads what there is to know, so that nobody has to wait for it."""
        self._follow(session)

    def names(self, session: Session) -> Iterator[str]:
        """What all entries are called, the newest first."""
        self._follow(session)
        return (text for one in self._kept.software.values() for _, text in one.names)

    def known(self, session: Session, language: str) -> tuple[Names, Names]:
        """What all subjects are called, and what all entries."""
        self._follow(session)
        return _subject_names(language), self._kept.names

    def _follow(self, session: Session) -> None:
        """Brings what is kept up to the log; while another thread is at it, what was known will do."""
        newest = newest_event(session)
        if newest == self._kept.newest or not self._reading.acquire(timeout=_WAIT if self._kept.newest[0] < 0 else 0):
            return
        try:
            if newest != self._kept.newest:
                self._kept = self._read(session, newest)
        finally:
            self._reading.release()

    def _read(self, session: Session, newest: tuple[int, UUID | None]) -> _Kept:
        kept = self._kept
        software, publishers = dict(kept.software), kept.publishers
        last = session.get(Event, kept.newest[0]) if 0 < kept.newest[0] < newest[0] else None
        changed = _changed(session, kept.newest[0]) if last and last.id == kept.newest[1] else None
        if changed is None:  # nothing was read yet, or this is another database
            software = _software(session, shown_condition(self._only_valid))
            publishers = _publishers(session)
        else:
            shown = shown_among(session, sorted(changed["software"]), self._only_valid)
            for gone in changed["software"] - shown:
                software.pop(gone, None)
            for start in range(0, len(shown), _AT_ONCE):
                software |= _software(session, col(Software.id).in_(sorted(shown)[start : start + _AT_ONCE]))
            if changed["publisher"]:
                publishers = _publishers(session)
        names = kept.names if software == kept.software else Names(software.values())
        owners = kept.publisher_names if publishers is kept.publishers else Names(publishers)
        return _Kept(newest, software, publishers, names, owners)

    def _in_use(self, index: SearchIndex, language: str) -> Names:
        """The categories and licences that entries have, the most frequent first; read again when the index changed."""
        cursor = index.cursor()
        known = self._values.get(language)
        if known is None or known[0] != cursor:
            known = (cursor, Names(_values(index.search(Request(limit=0)).facets, language)))
            self._values[language] = known
        return known[1]


def _few(found: Iterator[Suggestion], most: int = MOST) -> list[Suggestion]:
    """The first of `found`, each once."""
    few: dict[tuple[str, str], Suggestion] = {}
    for one in found:
        few.setdefault((one.kind, one.value), one)
        if len(few) == most:
            break
    return list(few.values())


def _about(index: SearchIndex, text: str, sought: str, language: str, known: set[str]) -> list[Suggestion]:
    """The subjects that begin as what was typed or stand within it, beside those `known` as categories."""
    called = subjects(language)
    typed = {one.value: one for one in _few(_subject_names(language).matches(sought))}
    within = {
        concept: Suggestion("subject", concept, ((language, called[concept][0]),))
        for concept in named_in(text)
        if concept in called
    }
    found = within | typed
    return [found[concept] for concept in with_entries(index, (one for one in found if one not in known))][:_MOST_OF]


@cache
def _subject_names(language: str) -> Names:
    return Names(
        Suggestion("subject", concept, ((language, words[0]),), words[1:])
        for concept, words in subjects(language).items()
    )


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


def _software(session: Session, which: ColumnElement[bool]) -> dict[UUID, Suggestion]:
    """What these entries are called, the newest first."""
    values = col(AssessmentRecord.values)
    # To read a file's values takes most of the time: only where they have another name.
    described = case((cast(values, String).contains('"localisedName"'), values["description"]))
    query = (
        columns(col(Software.id), col(Software.slug), col(Software.name), described)
        .join(AssessmentRecord, col(Software.shown_assessment_id) == col(AssessmentRecord.id))
        .where(which)
        .order_by(col(Software.created_at).desc(), col(Software.id).desc())
        .execution_options(yield_per=_AT_ONCE)
    )
    return {
        identity: Suggestion("name", slug, (("", name), *_localised(name, said)))
        for identity, slug, name, said in session.connection().execute(query)
    }


def _localised(name: str, described: object) -> Iterator[tuple[str, str]]:
    """The other names of an entry, by language."""
    for language, said in described.items() if isinstance(described, Mapping) else ():
        text = said.get("localisedName") if isinstance(said, Mapping) else None
        if isinstance(text, str) and text.strip() not in ("", name):
            yield str(language), text.strip()


def _publishers(session: Session) -> tuple[Suggestion, ...]:
    listed = session.exec(select(Publisher).where(col(Publisher.listed)).order_by(col(Publisher.name)))
    return tuple(Suggestion("publisher", one.slug, (("", one.name), *one.names.items())) for one in listed)


def _values(counted: Mapping[str, Sequence[tuple[str, int]]], language: str) -> Iterator[Suggestion]:
    known = labels("categories")
    for value, _ in counted.get("category", ()):
        if value in known:
            said = known[value]
            own = said.get(language) or said.get("en", value)
            called = dict.fromkeys(((language, own), ("en", said.get("en", value))))
            yield Suggestion("category", value, tuple(called), subjects(language).get(value, ()))
    for value, _ in counted.get("license", ()):
        if value.lower() in licenses():
            yield Suggestion("license", value, (("", value), ("en", license_name(value))))
