"""Harvests: the list, and the report of each: what became of every repository, and what it cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, request, url_for
from sqlmodel import Session

from ...registry import catalogue
from ...registry.harvests import RunReport, harvest_report
from ...registry.harvests import harvests as newest_harvests
from ...registry.models import HarvestItem, HarvestRun, Outcome, Publisher
from ...registry.why import outcome_text
from ..errors import Problem
from ..presenting import say
from ..translation import gettext
from . import Page, Parts, add_page
from .looks import REPAIR, look, state
from .software import page_number
from .summary import iso, publisher_summary

PAGE = 200
# In the order in which a reader wants them: what changed, what is in trouble, what stayed.
_ORDER = list(Outcome)
# What needs somebody stands first.
_URGENT = ["problem", REPAIR, "note", "ok"]


def blueprint(parts: Parts) -> Blueprint:
    """`/harvests` and `/harvests/<uuid>`."""
    pages = Blueprint("harvests", __name__)

    def harvests(language: str) -> Page:
        with parts.store.reading() as session:
            listed = [
                {
                    "id": str(harvest.id),
                    "address": url_for("harvests.harvest", harvest_id=harvest.id),
                    "started_at": iso(harvest.started_at),
                    "finished_at": iso(harvest.finished_at),
                    "runs": harvest.runs,
                    "unfinished": harvest.interrupted,
                    "addresses": harvest.addresses,
                    "troubled": harvest.troubled,
                }
                for harvest in newest_harvests(session)
            ]
        return Page("harvests.html", {"harvests": listed})

    def harvest(language: str, harvest_id: UUID) -> Page:
        with parts.store.reading() as session:
            reports = harvest_report(session, harvest_id)
            if not reports:
                raise Problem(
                    404,
                    gettext("There is no harvest %(id)s.", id=harvest_id),
                    links=((gettext("All harvests"), url_for("harvests.harvests")),),
                )
            return Page("harvest.html", _report(session, harvest_id, reports, language))

    add_page(pages, "/harvests", harvests)
    add_page(pages, "/harvests/<uuid:harvest_id>", harvest)
    return pages


def _report(session: Session, harvest_id: UUID, reports: list[RunReport], language: str) -> dict[str, Any]:
    chosen = request.args.get("outcome", "")
    if chosen and chosen not in _ORDER:
        raise Problem(400, gettext("outcome must be one of: %(values)s.", values=", ".join(_ORDER)))
    rows = [(report.publisher, looked, looked.last) for report in reports for looked in report.looks if looked.last]
    items = [item for _, _, item in rows]
    counted = Counter(item.outcome for item in items)
    listed = [row for row in rows if not chosen or row[2].outcome == chosen]
    listed.sort(key=lambda row: _URGENT.index(state(row[1])))
    page, last = page_number(request.args), max(1, -(-len(listed) // PAGE))
    if page > last:
        raise Problem(404, gettext("This report has %(last)s pages.", last=last))
    listed = listed[(page - 1) * PAGE : page * PAGE]
    entries = catalogue.entries_of(session, [item.repository_key for _, _, item in listed])
    ended = [report.run.finished_at for report in reports if report.run.finished_at]
    return {
        "id": str(harvest_id),
        "started_at": iso(min(report.run.started_at for report in reports)),
        "finished_at": iso(max(ended)) if len(ended) == len(reports) else None,
        "runs": dict(sorted(Counter(report.run.status for report in reports).items())),
        "outcomes": [
            {
                "outcome": str(outcome),
                "count": counted[outcome],
                "address": url_for("harvests.harvest", harvest_id=harvest_id, outcome=str(outcome)),
                "state": outcome_text(outcome)[0],
                "text": say(outcome_text(outcome)[1]),
            }
            for outcome in _ORDER
            if counted[outcome]
        ],
        "filter": chosen,
        "total": len(rows),
        "page": page,
        "pages": last,
        **_costs([*items, *(report.run for report in reports)]),
        "lists": [_list(report) for report in reports if report.run.listing],
        "items": [
            {**_item(owner, item, language), **look(looked, entries.get(item.repository_key), language)}
            for owner, looked, item in listed
        ],
    }


def _item(owner: Publisher, item: HarvestItem, language: str) -> dict[str, Any]:
    return {
        "publisher": publisher_summary(owner, language),
        "commit": item.commit,
        "at": iso(item.at),
        **_costs([item]),
    }


def _list(report: RunReport) -> dict[str, Any]:
    """How the list of a group or a catalogue was read."""
    return {
        "url": report.hosting.url,
        "listing": report.run.listing,
        "listed": report.run.listed,
        "status": report.run.status,
        "resume_at": iso(report.run.resume_at),
        **_costs([report.run]),
    }


def _costs(records: Sequence[HarvestItem | HarvestRun]) -> dict[str, int]:
    return {
        name: sum(getattr(record, name) for record in records)
        for name in ("milliseconds", "requests", "bytes_received", "bytes_sent")
    }
