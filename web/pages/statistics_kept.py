"""The figures that readers asked for lately: read anew when something was written, by one reader at a time and not all the time."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from datetime import date
from threading import Lock
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import Session

from ...registry.columns import now
from ...registry.statistics import Statistics, statistics
from ...registry.store import Store
from ...registry.timeline import Judged, Newest, Timeline, newest_change, timeline
from . import Page
from .audit_kept import Kept

_MOST = 500  # publishers whose figures are kept
_MOST_PAGES = 60
_MOST_JUDGED = 300_000  # assessments that are remembered
_REST = 20
"""How many times as long as they took to read figures stay: while a harvest writes, readers do not make us read on end."""


Owners = frozenset[UUID] | None


class Figures:
    """The figures of the catalogue, and of each publisher that was asked for."""

    def __init__(self, store: Callable[[], Store], zone: ZoneInfo, only_valid: bool = False) -> None:
        self._store, self.zone, self._only_valid = store, zone, only_valid
        self._lock = Lock()
        self._judged: dict[str, Judged] = {}
        self._told: tuple[Newest, date, Timeline] | None = None
        self._counted = Kept[Statistics](_MOST)
        self._pages = Kept[tuple[Statistics, Page]](_MOST_PAGES)
        self._until = 0.0

    def timeline(self, session: Session) -> Timeline:
        """What is counted: of now, or of a moment ago."""
        told = self._told
        if told is not None and self._is_fresh(session, told):
            return told[2]
        with self._lock:
            told = self._told  # read while this reader waited
            if told is None or not self._is_fresh(session, told):
                told = self._told = self._read(session)
                self._counted = Kept[Statistics](_MOST)
        return told[2]

    def counted(self, session: Session, owners: frozenset[UUID] | None = None) -> Statistics:
        """The counts of these publishers; None: of all."""
        told = self.timeline(session)
        kept = self._counted
        found = kept.get(owners)
        if found is None or found.at != told.at:
            found = kept.put(owners, statistics(told, owners, self._only_valid), 1)
        return found

    def page(self, session: Session, owners: Owners, of: Hashable, make: Callable[[Statistics], Page]) -> Page:
        """The page of these publishers as it was made of the same figures before; `of` is all else that it depends on."""
        counted = self.counted(session, owners)
        kept = self._pages
        found = kept.get((owners, of))
        if found is None or found[0] is not counted:
            found = kept.put((owners, of), (counted, make(counted)), 1)
        return found[1]

    def _is_fresh(self, session: Session, told: tuple[Newest, date, Timeline]) -> bool:
        if time.monotonic() < self._until:
            return True
        return (newest_change(session), self._today) == told[:2]

    def _read(self, session: Session) -> tuple[Newest, date, Timeline]:
        begun = time.monotonic()
        if len(self._judged) > _MOST_JUDGED:
            self._judged = {}
        newest, day = newest_change(session), self._today
        told = timeline(session, self.zone, self._judged, now())
        done = time.monotonic()
        self._until = done + _REST * (done - begun)
        return newest, day, told

    @property
    def _today(self) -> date:
        return now().astimezone(self.zone).date()
