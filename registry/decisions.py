"""What becomes of a proposed address: accepted, rejected, and taken out again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import select

from ..schemas.candidate import address_key
from ..schemas.editing.writing import scalar
from .models import CodeHosting, Proposal, Publisher
from .proposals import ACCEPTED, LISTED, LONGEST_REASON, OPEN, REJECTED, REMOVED, proposal, proposals
from .publishers import follow_list
from .store import Change


class DecisionError(ValueError):
    """The decision cannot be carried out; the text says why, and what to do. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """An accepted address: whose it is, and as what (`repository`, `group`) it is harvested."""

    url: str
    publisher: str
    kind: str


def accept(change: Change, number: int, identifier: str, group: bool = False) -> Accepted:
    """Lists the address of a proposal under a publisher, so that the next harvest reads it; as a group where it was found to be.

    It stays listed when publishers.yml is imported, until the file names it itself, `remove` takes it out, or its
    publisher leaves the file.

    Raises:
        DecisionError: there is no such proposal or publisher, it is decided already, or the address is another publisher's.

    """
    decided = _waiting(change, number)
    publisher = change.session.exec(select(Publisher).where(Publisher.identifier == identifier)).first()
    if publisher is None or not publisher.listed:
        raise DecisionError(
            f"no publisher {identifier!r} is listed; next: publiccode publishers list, or add it to publishers.yml and "
            "import that first"
        )
    hosting = change.session.exec(select(CodeHosting).where(CodeHosting.key == decided.key)).first()
    listed = hosting is not None and hosting.listed
    if hosting is not None and listed and hosting.publisher_id != publisher.id:
        owner = change.session.get_one(Publisher, hosting.publisher_id)
        raise DecisionError(f"{decided.url} is listed under {owner.identifier!r} already; next: reject the proposal")
    _decide(change, decided, LISTED if listed else ACCEPTED)
    if hosting is None or not listed:
        hosting = hosting or CodeHosting(publisher_id=publisher.id, url=decided.url, key=decided.key)
        hosting.publisher_id, hosting.url, hosting.listed = publisher.id, decided.url, True
        group = group or decided.judged.get("outcome") == "group"
        hosting.kind, hosting.exclude = "group" if group else "repository", []
        hosting.driver = hosting.part_of = ""
        change.session.add(hosting)
        change.session.flush()
        follow_list(change)  # an entry that was a tombstone because nobody listed it comes back
    return Accepted(hosting.url, publisher.identifier, hosting.kind)


def reject(change: Change, number: int, reason: str) -> Proposal:
    """Rejects a proposal; the reason is shown to everybody.

    Raises:
        DecisionError: there is no such proposal, it is decided already, or the reason is none.

    """
    said = " ".join("".join(letter if letter.isprintable() else " " for letter in reason).split())
    if not said or len(said) > LONGEST_REASON:
        raise DecisionError(f"a reason of 1 to {LONGEST_REASON} characters is needed; it is shown to everybody")
    decided = _waiting(change, number)
    decided.reason = said
    _decide(change, decided, REJECTED)
    return decided


def remove(change: Change, url: str) -> str:
    """Takes out an address that came by a proposal; gives it as it was kept. Its entry becomes a tombstone (`unlisted`).

    Raises:
        DecisionError: no accepted proposal keeps the address.

    """
    key = address_key(url)
    kept = [one for one in proposals(change.session, [ACCEPTED]) if one.key == key]
    hosting = change.session.exec(select(CodeHosting).where(CodeHosting.key == key)).first()
    if not kept or hosting is None:
        raise DecisionError(
            f"no accepted proposal keeps {url}; what publishers.yml names is taken out there: change the file and import it"
        )
    for one in kept:
        one.status = REMOVED
        change.session.add(one)
    hosting.listed = False
    change.session.add(hosting)
    change.session.flush()
    follow_list(change)
    return hosting.url


def lines_for_list(accepted: Sequence[Accepted]) -> str:
    """What to add to publishers.yml, so that the file names these addresses itself."""
    parts = []
    for publisher in sorted({one.publisher for one in accepted}):
        parts.append(f"- id: {scalar(publisher)}")
        for key, kind in (("orgs", "group"), ("repos", "repository")):
            urls = [one.url for one in accepted if (one.publisher, one.kind) == (publisher, kind)]
            parts += [f"  {key}:", *(f"    - {scalar(url)}" for url in urls)] if urls else []
    return "\n".join(parts)


def _waiting(change: Change, number: int) -> Proposal:
    found = proposal(change.session, number)
    if found is None:
        raise DecisionError(f"there is no proposal {number}; next: publiccode proposals list --status all")
    if found.status != OPEN:
        day = f"{found.decided_at:%Y-%m-%d}" if found.decided_at else "an unknown day"
        raise DecisionError(f"proposal {number} was decided on {day} by {found.decided_by}: {found.status}")
    return found


def _decide(change: Change, decided: Proposal, status: str) -> None:
    decided.status, decided.decided_at, decided.decided_by = status, change.at, change.actor
    decided.remark = ""  # it was for whoever decides, and may name a person
    change.session.add(decided)
