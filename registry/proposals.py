"""Addresses that readers propose for the catalogue: kept here, decided in `registry/decisions.py`.

`propose` is the one write that the pages have.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, select

from ..schemas.candidate import address_key
from .models import CodeHosting, Proposal, Publisher
from .store import Change, Store

# What became of a proposal. LISTED: accepted, and the list of publishers names the address since; REMOVED: accepted, and
# taken out again, by hand or because its publisher left the list.
OPEN, ACCEPTED, LISTED, REJECTED, REMOVED = "open", "accepted", "listed", "rejected", "removed"
STATUSES = (OPEN, ACCEPTED, LISTED, REJECTED, REMOVED)
READER = "a reader of /register"  # the actor: nobody asks who it is
MOST_OPEN = 1_000  # that wait; whoever floods the page must not fill the disk
LONGEST_PUBLISHER, LONGEST_REMARK, LONGEST_REASON = 200, 1_000, 500


class ProposalsFull(Exception):
    """MOST_OPEN proposals wait for a decision: nothing more is kept until some are decided."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What a reader proposes; `judged` as in `Proposal`."""

    url: str
    publisher: str = ""
    remark: str = ""
    judged: Mapping[str, Any] = field(default_factory=dict)


def propose(store: Store, offer: Offer, at: datetime | None = None) -> tuple[int, bool]:
    """Keeps an address until it is decided; gives its number, and whether it is new: one that waits already is not kept twice.

    Raises:
        ProposalsFull: too many wait.
        StorageError: the database cannot be written; nothing was kept.

    """
    key = address_key(offer.url)
    with store.writing(READER, at) as change:
        session = change.session
        waiting = session.exec(select(Proposal.number).where(Proposal.key == key, Proposal.status == OPEN)).first()
        if waiting is not None:
            return waiting, False
        if session.exec(select(func.count()).select_from(Proposal).where(Proposal.status == OPEN)).one() >= MOST_OPEN:
            raise ProposalsFull
        number = (session.exec(select(func.max(Proposal.number))).one() or 0) + 1
        kept = Proposal(number=number, url=offer.url, key=key, at=change.at, judged=dict(offer.judged))
        kept.publisher, kept.remark = offer.publisher[:LONGEST_PUBLISHER], offer.remark[:LONGEST_REMARK]
        session.add(kept)
        return number, True


def proposal(session: Session, number: int) -> Proposal | None:
    """The proposal of this number."""
    return session.exec(select(Proposal).where(Proposal.number == number)).first()


def proposals(session: Session, statuses: Iterable[str] = STATUSES) -> list[Proposal]:
    """The proposals of these statuses, by number."""
    query = select(Proposal).where(col(Proposal.status).in_(list(statuses))).order_by(col(Proposal.number))
    return list(session.exec(query))


def newest_proposal(session: Session, keys: Iterable[str]) -> Proposal | None:
    """The last proposal of one of these normalised addresses."""
    query = select(Proposal).where(col(Proposal.key).in_(list(keys))).order_by(col(Proposal.number).desc())
    return session.exec(query).first()


def named_publisher(session: Session, text: str) -> Publisher | None:
    """The listed publisher that a reader means: by its id, its name, or its name in some language."""
    wanted = " ".join(text.split()).casefold()
    if not wanted:
        return None
    for found in session.exec(select(Publisher).where(col(Publisher.listed)).order_by(col(Publisher.identifier))):
        if wanted in {name.casefold() for name in (found.identifier, found.name, *found.names.values())}:
            return found
    return None


def forget(change: Change, without: Callable[[str], str]) -> Iterator[str]:
    """Takes persons out of what strangers wrote into proposals (`without` gives a text without them); names what held one."""
    for kept in proposals(change.session):
        for name in ("publisher", "remark"):
            left = without(getattr(kept, name))
            if left != getattr(kept, name):
                setattr(kept, name, left)
                change.session.add(kept)
                yield f"the {name} of proposal {kept.number}"


def hand_over(change: Change, named: Set[str]) -> set[str]:
    """The keys that the list of publishers does not name, but accepted proposals keep listed.

    `named`: what the list names. What it names of them is its own from now on. A proposal whose publisher is no longer
    listed keeps nothing: nobody answers for the address.
    """
    held: set[str] = set()
    for kept in proposals(change.session, [ACCEPTED]):
        hosting = change.session.exec(select(CodeHosting).where(CodeHosting.key == kept.key)).first()
        publisher = change.session.get(Publisher, hosting.publisher_id) if hosting else None
        if kept.key in named:
            kept.status = LISTED
        elif publisher is not None and publisher.listed:
            held.add(kept.key)
        else:
            kept.status = REMOVED
        change.session.add(kept)
    return held
