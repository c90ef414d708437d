"""Persons that were taken out before, in texts that people write by command: known by their digests alone."""

from __future__ import annotations

from collections.abc import Callable

from sqlmodel import Session, select

from .models import ErasureRecord
from .persons import Prose


def without_erased(session: Session) -> Callable[[str], str]:
    """Gives a text without those persons; the same text where none of them is in it."""
    digests = frozenset(session.exec(select(ErasureRecord.digest)).all())
    return Prose(digests=digests).without if digests else str
