"""Whether this instance can answer: its database, its search index, its last harvest."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from sqlalchemy import func
from sqlmodel import Session, col, select

from . import catalogue
from .columns import now
from .following import lag
from .models import HarvestRun
from .search import SearchIndex
from .store import StorageError, Store
from .upgrade import revision

log = logging.getLogger("publiccode.registry")

# The index follows at the end of every harvest, and a harvest may take hours.
LONGEST_LAG = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. `text` says how it stands, `next` what to do where it is not `ok`.

    Both are read by strangers: they name no path and no address; the reasons stand in the log.
    """

    name: str
    ok: bool
    text: str
    next: str = ""

    def __str__(self) -> str:
        step = f"; next: {self.next}" if self.next else ""
        return f"{self.name}: {'ok' if self.ok else 'failing'}: {self.text}{step}"


def readiness(
    store: Store,
    index: SearchIndex,
    newest: str,
    only_valid: bool = False,
    at: datetime | None = None,
    zone: tzinfo = UTC,
) -> list[Check]:
    """All checks of an instance. Where the database fails, nothing else can be known.

    Args:
        store: the database.
        index: the search index.
        newest: the revision that this version of the program needs.
        only_valid: SHOW_ONLY_VALID, for which the index was built.
        at: the moment; None: now.
        zone: the instance's time zone, for which the index was built.

    """
    moment = at or now()
    try:
        found = revision(store)
        if found != newest:
            return [_other_revision(found, newest)]
        with store.reading() as session:
            return [
                Check("database", True, f"answers, at revision {found}"),
                _index(session, index.cursor(), only_valid, zone, moment),
                _harvest(session, moment),
            ]
    except StorageError as error:
        log.error("%s", error)
        return [Check("database", False, "does not answer", "read the reason in the log of this process")]


def _other_revision(found: str, newest: str) -> Check:
    log.error("the database is at revision %s, this version of the program needs %s", found or "none", newest)
    if not found:
        return Check("database", False, "has no tables yet", "publiccode db upgrade")
    return Check("database", False, f"is at revision {found}, not {newest}", "publiccode db upgrade")


def _index(session: Session, cursor: str, only_valid: bool, zone: tzinfo, at: datetime) -> Check:
    if not cursor:
        if not catalogue.counts(session)["software"]:
            return Check("index", True, "not built yet; the catalogue is empty")
        return Check("index", False, "there is no search index", "publiccode reindex")
    behind = lag(session, cursor, only_valid, zone)
    if behind is None:
        return Check("index", False, "was built for another database or other settings", "publiccode reindex")
    if behind.since is None:
        return Check("index", True, "follows the database")
    text = f"{behind.events} events behind the database, the oldest written {ago(at - behind.since)}"
    if at - behind.since > LONGEST_LAG:
        return Check("index", False, text, "publiccode reindex")
    return Check("index", True, text)


def _harvest(session: Session, at: datetime) -> Check:
    """Told, and never failing: what was harvested long ago is still worth showing."""
    ended, begun = session.exec(
        select(
            func.max(HarvestRun.finished_at),
            func.max(HarvestRun.started_at).filter(col(HarvestRun.status) == "running"),
        )
    ).one()
    last = f"the last look ended {ago(at - ended)}" if ended else "there was none yet"
    if begun is not None:
        last = f"one that began {ago(at - begun)} has not ended; {last}"
    return Check("harvest", True, last)


def ago(time: timedelta) -> str:
    """A span of time before now, to its largest unit.

    >>> ago(timedelta(hours=30))
    '1 day ago'
    """
    seconds = max(0, int(time.total_seconds()))
    for unit, length in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= length:
            count = seconds // length
            return f"{count} {unit}{'s' if count > 1 else ''} ago"
    return "just now"
