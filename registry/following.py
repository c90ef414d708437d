"""The search index follows the event log by its own cursor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from ..schemas.licensing.expression import ExpressionError, parse_expression
from ..schemas.licensing.slips import meant
from ..schemas.vocabularies import labels
from .catalogue import Entry, entries, shown_among, shown_ids
from .models import Event, Software
from .search import IndexEntry, SearchIndex, Text
from .store import Store

_BATCH = 200
NOT_SPDX = "not-spdx"  # the value of the facet license for a licence that is no SPDX expression
MOST_CHANGED = 5000
# Which vocabulary labels the values of which key.
_VOCABULARIES = {"categories": "categories", "intendedAudience.scope": "scopes", "softwareType": "software-types"}


def follow(store: Store, index: SearchIndex, only_valid: bool = False, most: int = MOST_CHANGED) -> int:
    """Brings the index to the state of the database; gives the number of entries written or removed.

    An index without a cursor, or one that follows another database (the event it names is not there), is rebuilt; so is
    one that has more than `most` changed entries to follow: building anew is quicker than replacing one by one.

    Raises:
        IndexBusy: another process writes the index; the events wait for it.

    """
    with store.reading() as session:
        last = _newest(session)
        target = _cursor(last, only_valid)
        cursor = index.cursor()
        if cursor == target:
            return 0
        since = _since(session, cursor, only_valid)
        if since is None:
            return reindex(store, index, only_valid)
        changed = _changed(session, since)
        if len(changed) > most:
            return reindex(store, index, only_valid)
        shown = shown_among(session, changed, only_valid)
        put = [identity for identity in changed if identity in shown]
        remove = [str(identity) for identity in changed if identity not in shown]
        index.update(_index_entries(session, put), remove, target)
        return len(changed)


def reindex(store: Store, index: SearchIndex, only_valid: bool = False) -> int:
    """Builds the index anew beside the old one, then swaps; gives the number of entries."""
    with store.reading() as session:
        target = _cursor(_newest(session), only_valid)
        ids = shown_ids(session, only_valid)
        index.rebuild(_index_entries(session, ids), target)
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


def _index_entries(session: Session, ids: list[UUID]) -> Iterator[IndexEntry]:
    for start in range(0, len(ids), _BATCH):
        yield from (index_entry(entry) for entry in entries(session, ids[start : start + _BATCH]))
        session.expunge_all()  # what was indexed need not stay in memory


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


def _changed(session: Session, since: int) -> list[UUID]:
    """The software that events after `since` touch, directly or through their publisher or repository."""
    touched: dict[str, set[UUID]] = {"software": set(), "publisher": set(), "repository": set()}
    for entity, identity in session.exec(
        select(Event.entity, Event.entity_id).where(col(Event.sequence) > since, col(Event.entity).in_(touched))
    ):
        touched[entity].add(UUID(identity))
    ids = set(touched["software"])
    for column, kind in ((Software.publisher_id, "publisher"), (Software.repository_id, "repository")):
        if touched[kind]:
            rows = session.exec(select(Software.id, column)).all()
            ids |= {identity for identity, other in rows if other in touched[kind]}
    return sorted(ids)


def index_entry(entry: Entry) -> IndexEntry:
    """What is indexed of an entry: no contact, no e-mail, no phone."""
    values = entry.values
    descriptions = {
        language: text for language, text in _mapping(values.get("description")).items() if isinstance(text, Mapping)
    }
    main = next(iter(descriptions), "")
    publisher = entry.publisher
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
        facets=facets(entry),
        modified=int(entry.software.modified_at.strftime("%Y%m%d")),
    )


def facets(entry: Entry) -> dict[str, tuple[str, ...]]:
    """The values of an entry by which results are narrowed (the names of `registry.search.FACETS`)."""
    values = entry.values
    return {
        "category": _strings(values.get("categories")),
        "license": named_licenses(entry.shown.license_declared),
        "validity": ("valid" if entry.newest.valid else "invalid",),
        "status": _strings(values.get("developmentStatus")),
        "publisher": (entry.publisher.slug,),
        "platform": _strings(values.get("platforms")),
        "language": tuple(_mapping(values.get("description"))),
    }


def named_licenses(declared: str) -> tuple[str, ...]:
    """The licences that an expression names, one by one; none where none is declared.

    What is no SPDX expression counts as the one that it can only mean (`MIT License`), else as NOT_SPDX.
    """
    if declared == "NOASSERTION":
        return ()
    readings = meant(declared)
    for text in (declared, *(readings if len(readings) == 1 else ())):
        try:
            return tuple(dict.fromkeys(parse_expression(text).licenses))
        except ExpressionError:
            continue
    return (NOT_SPDX,)


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


def _strings(value: Any) -> tuple[str, ...]:
    listed = value if isinstance(value, list) else [value]
    return tuple(dict.fromkeys(text.strip() for text in listed if isinstance(text, str) and text.strip()))


def _texts(descriptions: Mapping[str, Mapping[str, Any]], key: str) -> tuple[Text, ...]:
    return tuple(Text(language, text) for language, said in descriptions.items() for text in _strings(said.get(key)))
