"""The filters beside the results: which of the counted values are offered, in which order, under which names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlmodel import Session

from ...registry import catalogue
from ...registry.models import Publisher
from ...registry.search import FACETS, Result
from .facet_words import facet_label, facet_title, since_count, since_values
from .summary import publisher_name

OPEN = ("category", "publisher", "license", "family", "status", "activity", "use")  # what most readers narrow by
MOST_OFFERED = 30  # values of one facet
AT_ONCE = 6  # before “n more”
# Facets whose values have an order of their own.
_ORDERS = {
    "activity": ("high", "medium", "low", "unknown"),
    "status": ("stable", "beta", "development", "concept", "obsolete"),
    "use": ("confirmed", "claimed"),
    "sbom": ("yes", "no", "unknown"),
    "validity": ("valid", "invalid"),
}
_OF_PUBLISHERS = ("publisher", "source")  # another catalogue as a source is called by its publisher
Counted = Sequence[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Option:
    """A value that can be chosen, under its name (`language`: see `pick`); `depth`: how many listed publishers are above it."""

    value: str
    label: str
    count: int
    chosen: bool
    depth: int = 0
    language: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """A facet: what is offered at once, and what is folded away; `left_out` values are not offered at all."""

    name: str
    title: str
    first: list[Option]
    more: list[Option] = field(default_factory=list)
    left_out: int = 0

    @property
    def chosen(self) -> int:
        """How many of its values are chosen."""
        return sum(option.chosen for option in (*self.first, *self.more))


def counted(chosen: Mapping[str, tuple[str, ...]], result: Result, facet: str) -> list[tuple[str, int]]:
    """A facet's values with their counts, in the order of the page; a chosen value stays, even where nothing has it."""
    found = dict(result.facets.get(facet, ()))
    picked = chosen.get(facet, ())
    if facet == "since":
        values = dict(since_values(datetime.now(UTC).date(), found))
        values |= {value: since_count(value, found) for value in picked}
        return sorted(values.items(), reverse=True)
    for value in picked:
        found.setdefault(value, 0)
    order = _ORDERS.get(facet, ())
    return sorted(
        found.items(),
        key=lambda one: (order.index(one[0]) if one[0] in order else len(order), -one[1], one[0]),
    )


def publishers_offered(session: Session, chosen: Mapping[str, tuple[str, ...]], result: Result) -> dict[str, Publisher]:
    """The publishers that the column names, with all above them; one query or two, however many publishers there are."""
    offered = [
        slug for facet in _OF_PUBLISHERS for slug, _ in _offered(counted(chosen, result, facet), chosen.get(facet, ()))
    ]
    return catalogue.publishers_named(session, offered)


def column(
    chosen: Mapping[str, tuple[str, ...]], result: Result, owners: Mapping[str, Publisher], language: str
) -> tuple[list[Group], list[Group]]:
    """The facets that are open, and those under “more filters”; facets without a value are left out."""
    called = {slug: publisher_name(owner, language) for slug, owner in owners.items()}
    names = {slug: name["text"] for slug, name in called.items()}
    groups = {}
    for facet in FACETS:
        values, picked = counted(chosen, result, facet), chosen.get(facet, ())
        offered = _offered(values, picked)
        depths = _tree(offered, owners) if facet == "publisher" else [(*one, 0) for one in offered]
        options = [
            Option(
                value,
                facet_label(facet, value, language, names),
                count,
                value in picked,
                depth,
                called[value]["language"] if facet in _OF_PUBLISHERS and value in called else "",
            )
            for value, count, depth in depths
        ]
        if options:
            groups[facet] = Group(
                facet, facet_title(facet), options[:AT_ONCE], options[AT_ONCE:], len(values) - len(options)
            )
    opened = [groups[facet] for facet in OPEN if facet in groups]
    return opened, [group for facet, group in groups.items() if facet not in OPEN]


def _offered(values: Counted, picked: Sequence[str]) -> Counted:
    """The first values, and behind them what is chosen."""
    return [*values[:MOST_OFFERED], *(one for one in values[MOST_OFFERED:] if one[0] in picked)]


def _tree(offered: Counted, owners: Mapping[str, Publisher]) -> list[tuple[str, int, int]]:
    """Publishers with those below them right behind them, and how deep each stands; equals keep their order."""
    listed = {owners[slug].id: slug for slug, _ in offered if slug in owners}
    by_id = {owner.id: owner for owner in owners.values()}
    below: dict[str, list[tuple[str, int]]] = {}
    for slug, count in offered:
        above, seen = (owners[slug].parent_id if slug in owners else None), set()
        while above is not None and above not in listed and above in by_id and above not in seen:
            seen.add(above)
            above = by_id[above].parent_id
        below.setdefault(listed.get(above, "") if above else "", []).append((slug, count))
    ordered: list[tuple[str, int, int]] = []
    waiting = [(slug, count, 0) for slug, count in reversed(below.pop("", []))]
    while waiting:
        slug, count, depth = waiting.pop()
        ordered.append((slug, count, depth))
        waiting.extend((one, number, depth + 1) for one, number in reversed(below.pop(slug, [])))
    # Publishers that stand in a circle have nobody at the top: they are not lost for that.
    return ordered + [(slug, count, 0) for listed_below in below.values() for slug, count in listed_below]
