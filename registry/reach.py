"""When a repository counts as unknown, missing or gone: two looks, 24 hours apart, and every step back."""

from __future__ import annotations

from datetime import datetime, timedelta

from .models import Reach

TWO_LOOKS = timedelta(hours=24)


def next_reach(reach: Reach, since: datetime, answer: Reach, at: datetime) -> tuple[Reach, datetime]:
    """What is known after one more look.

    Args:
        reach: what was known.
        since: since when.
        answer: this look: OK, UNKNOWN (time-out, 403, 429, 5xx: says nothing) or MISSING (404, 410, 451).
        at: the moment of this look.

    A look that says nothing never makes a repository missing, nor does it forgive one that is.

    """
    if answer is Reach.OK:
        return (reach, since) if reach is Reach.OK else (Reach.OK, at)
    if reach is Reach.GONE:
        return reach, since
    if answer is Reach.UNKNOWN:
        return (reach, since) if reach in (Reach.UNKNOWN, Reach.MISSING) else (Reach.UNKNOWN, at)
    if reach is Reach.MISSING:
        return (Reach.GONE, at) if second_look(since, at) else (reach, since)
    return Reach.MISSING, at


def second_look(since: datetime | None, at: datetime) -> bool:
    """Whether `at` is late enough after `since` to count as a second look."""
    return since is not None and at - since >= TWO_LOOKS
