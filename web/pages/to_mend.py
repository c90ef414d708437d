"""What somebody should do something about: each fault once, the heaviest first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import url_for
from sqlmodel import Session

from ...registry import catalogue
from ...registry.models import Publisher
from ...registry.statistics import Statistics
from ...registry.without_file import counts_by_publisher
from ...schemas.licensing.verdict import NOT_COMPARED, Code
from ..translation import gettext
from .finding_words import TOLD_BY_VERDICTS
from .summary import link

MOST_OF_A_WEIGHT = 5  # rules of one weight that are told
MOST_NAMED = 3  # entries that are named with a fault
_ORDER = ("error", "license", "warning", "note")


def to_mend(sections: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What the sections of a page tell: what it is, how many entries, where they are, how to repair it.

    What the comparison of licences tells is not told again as a rule of the validator.
    """
    values = {section["id"]: section["values"] for section in sections}
    verdicts = [one for one in values["verdicts"] if one["today"] and one["name"] in _FAULTS]
    told = {one["name"] for one in verdicts}
    again = {rule for rule, codes in TOLD_BY_VERDICTS.items() if told.intersection(codes)}
    rules = [one for one in values["findings"] if one["today"] and one["name"] not in again]
    rules.sort(key=lambda one: -one["today"])
    found = [_fault("verdicts", one, "license", "") for one in verdicts]
    for weight in ("error", "warning"):
        of_weight = [one for one in rules if one["severity"] == weight][:MOST_OF_A_WEIGHT]
        found += [_fault("findings", one, weight, one["rule_page"]) for one in of_weight]
    return sorted(found, key=lambda one: _ORDER.index(one["weight"]))


_FAULTS = {str(code) for code in Code if code is not Code.AGREE} - {NOT_COMPARED}


def _fault(series: str, value: Mapping[str, Any], weight: str, repair: str) -> dict[str, Any]:
    return {
        "series": series,
        "name": value["name"],
        "weight": weight,
        "title": value["title"],
        "count": value["today"],
        "address": value["address"],
        "help": repair,
        "entries": [],
    }


def named(
    session: Session,
    faults: Sequence[dict[str, Any]],
    behind: Mapping[tuple[str, str], Sequence[UUID]],
    language: str,
) -> list[dict[str, Any]]:
    """The faults, those of few entries with these entries."""
    few = {
        key: ids for one in faults if 0 < len(ids := behind.get(key := (one["series"], one["name"]), ())) <= MOST_NAMED
    }
    entries = {
        entry.software.id: link(entry, language)
        for entry in catalogue.entries(session, sorted({identity for ids in few.values() for identity in ids}))
    }
    return [
        {**one, "entries": [entries[identity] for identity in few.get((one["series"], one["name"]), ())]}
        for one in faults
    ]


def without_file(session: Session, told: Statistics, publisher: Publisher | None) -> list[dict[str, Any]]:
    """That repositories have no publiccode.yml; the address is where all that are counted are listed, or found by publisher."""
    count = told.last("without-file", "repositories")
    if not count:
        return []
    address = url_for("publishers.publishers", form="html")
    if publisher is not None:
        own = counts_by_publisher(session).get(publisher.id, 0)
        below = url_for("publishers.publishers", form="html", _anchor=publisher.slug)
        only = url_for("without_file.without_file", slug=publisher.slug, form="html", kind="all")
        address = only if own == count else below
    title = gettext("Repositories without a publiccode.yml")
    value = {"name": "repositories", "title": title, "today": count, "address": address}
    return [_fault("without-file", value, "note", "")]
