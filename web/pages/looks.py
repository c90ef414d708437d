"""What became of an address at a look: the same on its publisher's page and in the report of a harvest."""

from __future__ import annotations

from typing import Any

from flask import url_for

from ...registry.catalogue import Entry
from ...registry.harvests import QUIET, Looked
from ...registry.models import Outcome
from ...registry.stored import message_from_json
from ...registry.why import outcome_text
from ..presenting import say
from ..translation import gettext
from .summary import iso, link

REPAIR = "repair"  # the state of what is listed although its file has errors
FINDINGS = 3  # errors that are told here; the others stand among the steps
_LISTED = (Outcome.ADDED, Outcome.UPDATED, Outcome.UNCHANGED)


def state(looked: Looked) -> str:
    """ok, note or problem, or REPAIR."""
    told = looked.told
    if told is None:
        return "note"
    if told.outcome in QUIET:
        return "note"
    return REPAIR if told.outcome in _LISTED and looked.errors else outcome_text(told.outcome)[0]


def look(looked: Looked, entry: Entry | None, language: str) -> dict[str, Any]:
    """The address with its state, what happened, what to do next, and the entry that it gives (None: none is listed)."""
    told, last, now = looked.told, looked.last, state(looked)
    step, errors = "", []
    if told is None:
        text = gettext("It has not been harvested yet.")
    elif now == REPAIR:
        text = gettext("Listed, but the file has errors: %(count)s.", count=len(looked.errors))
        step = gettext("Repair the errors that the entry's page names, and push.")
    else:
        shown = last if now == "ok" and last else told  # "nothing had changed" is told of what is fine only
        _, said, following = outcome_text(shown.outcome)
        text, step = say(said), say(following)
        if told.outcome is Outcome.UNUSABLE:
            errors = [finding.to_json(language) for finding in looked.errors[:FINDINGS]]
            step = gettext("Open the steps, repair the errors named there, and push.")
    return {
        "url": looked.url,
        "why": url_for("why.why", url=looked.url),
        "state": now,
        "outcome": str(last.outcome) if last else None,
        "text": text,
        "next": step,
        "messages": [say(message_from_json(data)) for data in told.messages] if told else [],
        "findings": errors,
        "errors": len(looked.errors),
        "software": link(entry, language) if entry else None,
        "since": iso(told.at) if told else None,
        "last_look": iso(last.at) if last else None,
    }
