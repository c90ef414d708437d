"""An entry's page: whether the licences inside the repository fit the declared one, and whether it fits the reader's own system."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session

from ...registry.audit.inside import PACKAGES, Inside, inside_of
from ...registry.catalogue import Entry
from ...schemas.licensing.compatibility import TITLES, Answer
from ...schemas.licensing.compatibility.parts import PartFinding
from ..presenting import say
from .compatible_address import address_of


def compatible_data(session: Session, found: Entry) -> dict[str, Any]:
    """What the page and its data tell; `answer` is None where there is nothing to compare."""
    told = inside_of(session, found)
    return {
        "outbound": told.outbound or None,
        "concluded": told.concluded or None,
        "taken_in": told.taken_in or None,
        "in_doubt": {
            str(answer): sum(
                one.part.count for one in told.findings if one.part.name == PACKAGES and one.answer is answer
            )
            for answer in (Answer.NO, Answer.UNKNOWN)
        },
        "packages": sum(one.part.count for one in told.findings if one.part.name == PACKAGES),
        "answer": told.answer and str(told.answer),
        "title": say(TITLES[told.answer]) if told.answer else None,
        "parts": [_part(one, told) for one in told.findings],
    }


def _part(one: PartFinding, told: Inside) -> dict[str, Any]:
    part = one.part
    return {
        "kind": PACKAGES if part.name == PACKAGES else "file",
        "path": None if part.name == PACKAGES else part.name,
        "count": part.count,
        "license": part.license or None,
        "use": str(part.use),
        "answer": str(one.answer),
        "title": say(TITLES[one.answer]),
        "disagree": one.compatibility.disagree,
        "reason": say(one.compatibility.reason),
        "address": address_of(part.license, told.outbound, str(part.use)) if part.license else None,
    }
