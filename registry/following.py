"""The search index follows the event log by its own cursor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select as columns
from sqlalchemy.orm import Bundle, aliased
from sqlmodel import Session, col, select

from ..schemas.vocabularies import labels
from .catalogue import Entry, shown_among, shown_ids
from .facets import NOT_SPDX as NOT_SPDX  # part of this module's interface
from .facets import NOTHING, Beside, above, beside, technologies
from .facets import facets as facets
from .facets import named_licenses as named_licenses
from .facets import strings as _strings
from .models import AssessmentRecord, Event, Publisher, RepositoryRecord, Software
from .search import IndexEntry, IndexMoved, SearchIndex, Text
from .store import Store
from .touched import touched

_BATCH = 500
MOST_CHANGED = 5000
_TRIES = 3
# What is indexed tells nothing of the repository.
NO_REPOSITORY = RepositoryRecord.model_construct()
# Which vocabulary labels the values of which key.
_VOCABULARIES = {"categories": "categories", "intendedAudience.scope": "scopes", "softwareType": "software-types"}


def follow(store: Store, index: SearchIndex, only_valid: bool = False, most: int = MOST_CHANGED) -> int:
    """Brings the index to the state of the database; gives the number of entries written or removed.

    An index without a cursor, or one that follows another database (the event it names is not there), is rebuilt; so is
    one that has more than `most` changed entries to follow: building anew is quicker than replacing one by one.

    Raises:
        IndexBusy: another process writes the index; the events wait for it.

    """
    for _ in range(_TRIES - 1):
        try:
            return _follow(store, index, only_valid, most)
        except IndexMoved:  # what we read may be older than what stands there now, or newer
            continue
    return _follow(store, index, only_valid, most)


def _follow(store: Store, index: SearchIndex, only_valid: bool, most: int) -> int:
    with store.reading() as session:
        last = _newest(session)
        target = _cursor(last, only_valid)
        cursor = index.cursor()
        if cursor == target:
            return 0
        since = _since(session, cursor, only_valid)
        if since is None:
            return reindex(store, index, only_valid)
        changed = touched(session, since)
        if len(changed) > most:
            return reindex(store, index, only_valid)
        shown = shown_among(session, changed, only_valid)
        put = [identity for identity in changed if identity in shown]
        remove = [str(identity) for identity in changed if identity not in shown]
        index.update(index_entries(session, put), remove, target, after=cursor)
        return len(changed)


def reindex(store: Store, index: SearchIndex, only_valid: bool = False) -> int:
    """Builds the index anew beside the old one, then swaps; gives the number of entries."""
    with store.reading() as session:
        target = _cursor(_newest(session), only_valid)
        ids = shown_ids(session, only_valid)
        index.rebuild(index_entries(session, ids), target)
        return len(ids)


@dataclass(frozen=True, slots=True)
class Lag:
    """How far an index is behind the log: `events` not followed yet, and when the oldest of them was written."""

    events: int
    since: datetime | None


def lag(session: Session, cursor: str, only_valid: bool = False) -> Lag | None:
    """How far an index with this cursor is behind; None where it must be built anew (see `follow`)."""
    last = _newest(session)
    if cursor == _cursor(last, only_valid):
        return Lag(0, None)
    followed = _since(session, cursor, only_valid)
    if followed is None:
        return None
    waiting = session.exec(select(Event).where(col(Event.sequence) > followed).order_by(col(Event.sequence)).limit(1))
    oldest = waiting.first()
    # Sequences have few gaps; counting a first harvest's events would cost more than the number is worth.
    newest = last.sequence if last and last.sequence else followed
    return Lag(newest - followed, oldest.at if oldest else None)


def index_entries(session: Session, ids: Sequence[UUID]) -> Iterator[IndexEntry]:
    """What is indexed of these entries; what the session had loaded is taken out of it."""
    publishers = {publisher.id: publisher for publisher in session.exec(select(Publisher))}
    chains = above(session)
    for start in range(0, len(ids), _BATCH):
        part = ids[start : start + _BATCH]
        known = beside(session, part, chains)
        yield from (index_entry(entry, known) for entry in _entries(session, part, publishers))
        session.expunge_all()  # what was indexed need not stay in memory


def _entries(session: Session, ids: Sequence[UUID], publishers: Mapping[UUID, Publisher]) -> Iterator[Entry]:
    """The entries of these ids, in their order, with what `index_entry` reads: columns are read in half the time of objects."""
    newest = aliased(AssessmentRecord)
    read = (
        columns(
            _of("software", Software.id, Software.name, Software.created_at, Software.modified_at),
            _of("shown", AssessmentRecord.values, AssessmentRecord.license_declared),
            _of("newest", newest.valid),
            col(Software.publisher_id),
        )
        .join(AssessmentRecord, col(AssessmentRecord.id) == col(Software.shown_assessment_id))
        .join(newest, col(newest.id) == col(Software.newest_assessment_id))
        .where(col(Software.id).in_(ids))
    )
    found = {row.software.id: row for row in session.execute(read)}
    for row in (found[identity] for identity in ids if identity in found):
        yield Entry(row.software, publishers[row.publisher_id], NO_REPOSITORY, row.shown, row.newest)


def _of(name: str, *read: Any) -> Bundle[Any]:
    return Bundle(name, *map(col, read))


def _newest(session: Session) -> Event | None:
    return session.exec(select(Event).order_by(col(Event.sequence).desc()).limit(1)).first()


def _cursor(event: Event | None, only_valid: bool) -> str:
    shown = "valid" if only_valid else "usable"
    return f"{event.sequence}:{event.id}:{shown}" if event else f"0::{shown}"


def _since(session: Session, cursor: str, only_valid: bool) -> int | None:
    """The sequence that the cursor names, if it is one of this database and of this setting; else None."""
    sequence, _, rest = cursor.partition(":")
    if not sequence.isdecimal():
        return None
    event = session.get(Event, int(sequence))
    return int(sequence) if _cursor(event, only_valid) == cursor and (event or sequence == "0") and rest else None


def index_entry(entry: Entry, known: Beside = NOTHING) -> IndexEntry:
    """What is indexed of an entry, with what is known of it beside its file: no contact, no e-mail, no phone."""
    values = entry.values
    descriptions = {
        language: text for language, text in _mapping(values.get("description")).items() if isinstance(text, Mapping)
    }
    main = next(iter(descriptions), "")
    publisher, active = entry.publisher, known.activity.get(entry.software.id)
    return IndexEntry(
        id=str(entry.software.id),
        names=(
            Text(main, entry.software.name),
            *_texts(descriptions, "localisedName"),
            *(Text(main, suite) for suite in _strings(values.get("applicationSuite"))),
        ),
        summaries=(*_texts(descriptions, "shortDescription"), *_texts(descriptions, "genericName")),
        features=tuple(
            Text(language, feature)
            for language, text in descriptions.items()
            for feature in _strings(text.get("features"))
        ),
        descriptions=_texts(descriptions, "longDescription"),
        labels=tuple(_labels(values)),
        publishers=(Text("", publisher.name), *(Text(language, name) for language, name in publisher.names.items())),
        technologies=tuple(Text("", name) for name in technologies(entry, known)),
        facets=facets(entry, known),
        modified=int(entry.software.modified_at.timestamp()),
        listed=int(entry.software.created_at.timestamp() * 1000),
        activity=-1 if active is None else active,
    )


def _labels(values: Mapping[str, Any]) -> Iterator[Text]:
    for path, vocabulary in _VOCABULARIES.items():
        place: Any = values
        for step in path.split("."):
            place = _mapping(place).get(step)
        for value in _strings(place):
            for language, text in labels(vocabulary).get(value, {}).items():
                yield Text(language, text)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _texts(descriptions: Mapping[str, Mapping[str, Any]], key: str) -> tuple[Text, ...]:
    return tuple(Text(language, text) for language, said in descriptions.items() for text in _strings(said.get(key)))
