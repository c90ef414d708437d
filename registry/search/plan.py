"""What an engine is asked to do: a small tree that every engine runs in a few lines.

Tokens are those of text.py; a field is a name of WEIGHTS or of FACETS. Scores add up; a weight multiplies a score.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

WEIGHTS = {
    "name": 10.0,
    "summary": 4.0,
    "feature": 3.0,
    "label": 3.0,
    "publisher": 3.0,
    "technologies": 2.0,
    "description": 1.0,
}
"""The fields that hold text, and what a hit in each is worth."""

LENIENT_FIELDS = ("name", "summary", "feature", "publisher", "description")
"""Where beginnings are looked for: the other fields hold words of closed lists, which concepts find."""

STANDING = 0.001
"""The part of its score that each degree of how an entry stands (`entry.standing`) adds: less than any word is worth, so that it
decides between entries that answer equally well."""


@dataclass(frozen=True, slots=True)
class Everything:
    """Matches every entry."""


@dataclass(frozen=True, slots=True)
class Term:
    """Matches entries with `token` in `field`."""

    field: str
    token: str
    weight: float


@dataclass(frozen=True, slots=True)
class Phrase:
    """Matches entries with `tokens` (two at least) in a row in `field`."""

    field: str
    tokens: tuple[str, ...]
    weight: float


@dataclass(frozen=True, slots=True)
class Prefix:
    """Matches entries with a token in `field` that begins with `start`; each scores the weight."""

    field: str
    start: str
    weight: float


@dataclass(frozen=True, slots=True)
class Similar:
    """Matches entries with a token in `field` at most one edit away from `token`; each scores the weight.

    An edit inserts, removes or replaces one character or swaps two neighbours (Damerau's distance).
    """

    field: str
    token: str
    weight: float


@dataclass(frozen=True, slots=True)
class Once:
    """Matches what `part` matches; each scores the weight, however well or often it matches."""

    part: Plan
    weight: float


@dataclass(frozen=True, slots=True)
class Any:
    """Matches what one part at least matches."""

    parts: tuple[Plan, ...]


@dataclass(frozen=True, slots=True)
class All:
    """Matches what all of `parts` (one at least) and none of `without` match; what `better` matches as well scores more."""

    parts: tuple[Plan, ...]
    without: tuple[Plan, ...] = ()
    better: tuple[Plan, ...] = ()


Plan = Everything | Term | Phrase | Prefix | Similar | Once | Any | All


def unranked(plan: Plan) -> Plan:
    """What matches the same as `plan`, without what only changes the order: for counting."""
    match plan:
        case Any(parts):
            return Any(tuple(unranked(part) for part in parts))
        case All(parts, without, _):
            kept = tuple(unranked(part) for part in parts)
            return All(kept, without) if without or len(kept) > 1 else kept[0]
        case Once(part, _):
            return unranked(part)
    return plan


Joint = Mapping[tuple[type, frozenset[str]], tuple[str, ...]]
"""For a kind of plan and the fields that it asks all of: those that hold the same words and are asked instead."""


def counted(plan: Plan, joint: Joint) -> Plan:
    """What matches the same as `plan`, for counting: without what only changes the order, asked of the fields of `joint`."""
    return jointly(unranked(plan), joint)


def jointly(plan: Plan, joint: Joint) -> Plan:
    """What matches the same as `plan`, asked of the fields of `joint` where it names some."""
    match plan:
        case Any(parts):
            found: dict[tuple[type, str], list[Term | Prefix | Similar]] = {}
            others: list[Plan] = []
            for part in parts:
                match part:
                    case Term(one, text, _) | Prefix(one, text, _) | Similar(one, text, _) if one in WEIGHTS:
                        found.setdefault((type(part), text), []).append(part)
                    case Any() | All() | Once():
                        others.append(jointly(part, joint))
                    case _:
                        others.append(part)
            for (kind, text), alike in found.items():
                fields = joint.get((kind, frozenset(part.field for part in alike)))
                others += [kind(field, text, 1.0) for field in fields] if fields else alike
            return Any(tuple(others))
        case All(parts, without, better):
            return All(
                tuple(jointly(part, joint) for part in parts), tuple(jointly(part, joint) for part in without), better
            )
        case Once(part, weight):
            return Once(jointly(part, joint), weight)
    return plan
