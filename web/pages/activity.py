"""How active an entry's repository is, point by point, with its history: for the entry's page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from ...registry.activity import activity_history
from ...registry.catalogue import Entry
from ...registry.stored import message_from_json
from ..presenting import say
from ..translation import gettext
from .summary import iso

WIDTH, HEIGHT = 240, 48
_SHOWN = 12  # changes of the index in the table


def activity_data(session: Session, entry: Entry) -> dict[str, Any] | None:
    """The newest index with its points, and each change of the index, the newest first; None where it was never computed."""
    history = activity_history(session, entry.software.id)
    if not history:
        return None
    newest = history[-1]
    changes = [
        one
        for before, one in zip([None, *history], history, strict=False)
        if before is None or before.index != one.index
    ]
    return {
        "index": newest.index,
        "at": iso(changes[-1].at),
        "got": sum(point["got"] or 0 for point in newest.points),
        "known": sum(point["most"] for point in newest.points if point["got"] is not None),
        "points": [
            {
                "measure": point["measure"],
                "title": _title(point["measure"]),
                "text": say(message_from_json(point["told"])),
                "got": point["got"],
                "most": point["most"],
            }
            for point in newest.points
        ],
        "history": [{"at": iso(one.at), "index": one.index} for one in reversed(changes)],
    }


def activity_extra(data: dict[str, Any] | None) -> dict[str, Any]:
    """What the template needs besides: the line of the index over time, and the rows of the table."""
    history = [(datetime.fromisoformat(one["at"]), one["index"]) for one in reversed(data["history"])] if data else []
    return {
        "lines": _lines(history),
        "rows": data["history"][:_SHOWN] if data else [],
        "width": WIDTH,
        "height": HEIGHT,
    }


def _lines(history: Sequence[tuple[datetime, int | None]]) -> list[str]:
    """The points of SVG lines through the indices: in steps, since each holds until the next; broken where there is none."""
    if len(history) < 2 or history[0][0] == history[-1][0]:
        return []
    begin, whole = history[0][0], (history[-1][0] - history[0][0]).total_seconds()

    def place(at: datetime, index: int) -> str:
        return f"{(at - begin).total_seconds() / whole * WIDTH:.1f},{HEIGHT - index / 100 * HEIGHT:.1f}"

    lines: list[list[str]] = [[]]
    for (at, index), (until, _) in zip(history, [*history[1:], history[-1]], strict=True):
        if index is None:
            lines.append([])
        else:
            lines[-1] += [place(at, index), place(until, index)]
    return [" ".join(line) for line in lines if line]


def _title(measure: str) -> str:
    return {
        "archived": gettext("Archived"),
        "last-change": gettext("Last change"),
        "weeks": gettext("Steadiness"),
        "people": gettext("Persons"),
        "newest-release": gettext("Newest release"),
        "release-rate": gettext("Number of releases"),
        "maintenance": gettext("Promised maintenance"),
    }.get(measure, measure)
