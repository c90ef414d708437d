"""Where a new key belongs among those that are there."""

from __future__ import annotations

from typing import Any

from ..nodes import Path
from ..structure import Branch, tree
from .spans import Entry, Span

SORTED = 5  # keys in the order of the alphabet from which on it is no accident


def neighbours(holder: Span, path: Path) -> tuple[Entry | None, Entry | None]:
    """The entries between which a new key belongs: the one before it, or else the one after.

    By the standard's table; in a section whose keys stand in the order of the alphabet, as some editors write them, by that.
    """
    key, entries = str(path[-1]), holder.entries
    names = [entry.name.lower() for entry in entries if entry.name != "publiccodeYmlVersion"]
    if len(names) >= SORTED and names == sorted(names):
        ranks: list[tuple[Any, Entry]] = [
            (entry.name.lower(), entry) for entry in entries if entry.name.lower() in names
        ]
        place: Any = key.lower()
    else:
        order = {name: number for number, name in enumerate(_order(path[:-1]))}
        ranks = [(order[entry.name], entry) for entry in entries if entry.name in order]
        place = order.get(key, len(order))
    before = [entry for rank, entry in sorted(ranks, key=lambda pair: pair[0]) if rank < place]
    after = [entry for rank, entry in ranks if rank > place]
    if before or not after:
        return next(reversed(before or entries), None), None
    return None, after[0]


def _order(path: Path) -> tuple[str, ...]:
    branch: Branch | None = tree("0")
    for step in path:
        if branch is not None:
            branch = branch.item if isinstance(step, int) else branch.keys.get(step) or branch.any
    return tuple(branch.keys) if branch is not None else ()
