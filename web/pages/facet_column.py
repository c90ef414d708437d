"""The filters beside the results: which of the counted values are offered, in which order, under which names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup, escape
from sqlmodel import Session

from ...registry.models import Publisher
from ...registry.outlines import Owner, owners_named
from ...registry.search import FACETS, Result
from ..translation import today
from .facet_words import facet_label, facet_title, since_count, since_values

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
Owners = Mapping[str, Publisher | Owner]


@dataclass(slots=True)  # not frozen: a page has hundreds, and a frozen one takes thrice as long to make
class Option:
    """A value that can be chosen, under its name; `depth`: how many listed publishers are above it.

    `language`: of the name, where it is not the page's.
    """

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

    @property
    def boxes(self) -> Markup:
        """What is offered at once, as boxes of a form."""
        return self._boxes(self.first, 1)

    @property
    def more_boxes(self) -> Markup:
        """What is folded away, as boxes of a form."""
        return self._boxes(self.more, len(self.first) + 1)

    def _boxes(self, options: Sequence[Option], begin: int) -> Markup:
        # Not in a template: it would take as long for these few hundred lines as for all the rest of the page.
        lines = []
        for number, one in enumerate(options, begin):
            below = f" choice-below choice-below-{min(one.depth, 4)}" if one.depth else ""
            checked = " checked" if one.chosen else ""
            language = f' lang="{escape(one.language)}"' if one.language else ""
            lines.append(
                f'<div class="choice{below}"><input type="checkbox" id="{self.name}-{number}" name="{self.name}" '
                f'value="{escape(one.value)}"{checked}>\n<label for="{self.name}-{number}"><span{language}>'
                f'{escape(one.label)}</span> <span class="count">{one.count}</span></label></div>\n'
            )
        return Markup("".join(lines))  # noqa: S704  (every value is escaped, names of facets are ours)


def counted(chosen: Mapping[str, tuple[str, ...]], result: Result) -> dict[str, Counted]:
    """The values of every facet with their counts, in the order of the page; a chosen value stays, even where nothing has it."""
    return {facet: _counted(facet, chosen.get(facet, ()), dict(result.facets.get(facet, ()))) for facet in FACETS}


def _counted(facet: str, picked: Sequence[str], found: dict[str, int]) -> Counted:
    if facet == "since":
        values = dict(since_values(today(), found))
        values |= {value: since_count(value, found) for value in picked}
        return sorted(values.items(), reverse=True)
    for value in picked:
        found.setdefault(value, 0)
    order = _ORDERS.get(facet)
    if order is None:
        return sorted(found.items(), key=_most_first)
    return sorted(
        found.items(), key=lambda one: (order.index(one[0]) if one[0] in order else len(order), -one[1], one[0])
    )


def _most_first(one: tuple[str, int]) -> tuple[int, str]:
    return -one[1], one[0]


def publishers_offered(
    session: Session, chosen: Mapping[str, tuple[str, ...]], values: Mapping[str, Counted]
) -> dict[str, Owner]:
    """The publishers that the column names, with all above them; a few queries, however many publishers there are."""
    offered = {slug: None for facet in _OF_PUBLISHERS for slug, _ in _offered(values[facet], chosen.get(facet, ()))}
    return owners_named(session, list(offered))


def column(
    chosen: Mapping[str, tuple[str, ...]],
    values: Mapping[str, Counted],
    owners: Owners,
    names: Mapping[str, Mapping[str, str]],
    language: str,
) -> tuple[list[Group], list[Group]]:
    """The facets that are open, and those under “more filters”; facets without a value are left out.

    Args:
        chosen: the values of each facet that the search asks for.
        values: as `counted` gives them.
        owners: as `publishers_offered` gives them.
        names: what these are called, by their slugs (`publisher_name`).
        language: of the page.

    """
    texts = {slug: name["text"] for slug, name in names.items()}
    groups = {}
    for facet, listed in values.items():
        picked = chosen.get(facet, ())
        offered = _offered(listed, picked)
        depths = _tree(offered, owners) if facet == "publisher" else [(*one, 0) for one in offered]
        tags = names if facet in _OF_PUBLISHERS else {}
        options = [
            Option(
                value,
                facet_label(facet, value, language, texts),
                count,
                value in picked,
                depth,
                _foreign(tags[value]["language"], language) if value in tags else "",
            )
            for value, count, depth in depths
        ]
        if options:
            groups[facet] = Group(
                facet, facet_title(facet), options[:AT_ONCE], options[AT_ONCE:], len(listed) - len(options)
            )
    opened = [groups[facet] for facet in OPEN if facet in groups]
    return opened, [group for facet, group in groups.items() if facet not in OPEN]


def _foreign(tag: str, language: str) -> str:
    return tag if tag != language else ""


def _offered(values: Counted, picked: Sequence[str]) -> Counted:
    """The first values, and behind them what is chosen."""
    return [*values[:MOST_OFFERED], *(one for one in values[MOST_OFFERED:] if one[0] in picked)]


def _tree(offered: Counted, owners: Owners) -> list[tuple[str, int, int]]:
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
