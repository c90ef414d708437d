"""What other catalogues list: kept with where it came from, and tied to one entry here, however many catalogues name it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from sqlmodel import Session, col, select

from ..schemas.candidate import Candidate, Repository, address_key
from ..schemas.finding import Assessment, Message
from .columns import may_hold
from .models import (
    AssessmentRecord,
    CodeHosting,
    HarvestItem,
    Listing,
    Outcome,
    Publisher,
    Reach,
    RepositoryRecord,
    Software,
)
from .observations import Look, keep_file, record_all
from .reach import second_look
from .store import Change
from .stored import message_to_json


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of another catalogue as it was read.

    `candidate` and `assessment`: the publiccode.yml that the catalogue holds, or that was made of its data. `look`: where it
    names an address only, the look at what is there. Without all three it has quirks, and nothing more can be done.
    """

    source_id: str
    url: str
    page: str = ""
    original: bytes = b""
    other_urls: tuple[str, ...] = ()
    quirks: tuple[Message, ...] = ()
    terms: str = ""
    attribution: str = ""
    candidate: Candidate | None = None
    assessment: Assessment | None = None
    look: Look | None = None


def record_listings(
    change: Change, hosting: CodeHosting, run_id: UUID, listed: Sequence[Listed], ruleset: str
) -> list[HarvestItem]:
    """Writes what a catalogue lists, and the entries that follow; gives the run's items, in their order."""
    return [_record(change, hosting, run_id, one, ruleset) for one in listed]


def _record(change: Change, hosting: CodeHosting, run_id: UUID, one: Listed, ruleset: str) -> HarvestItem:
    listing = _listing(change, hosting, one)
    entry = _entry(change.session, hosting, one)
    if entry is not None and _belongs_elsewhere(change.session, entry, hosting):
        listing.software_id = entry.id
        item = _item(change, run_id, listing, Outcome.LISTED)
    elif (look := one.look or _as_look(one)) is not None:
        [item] = record_all(change, hosting, run_id, [look], ruleset)
        change.session.flush()
        entry = _entry(change.session, hosting, one)
        listing.software_id = entry.id if entry else None
    else:
        item = _item(change, run_id, listing, Outcome.UNUSABLE)
    item.messages = [*item.messages, *listing.quirks]
    change.session.add_all([item, listing])
    return item


def _listing(change: Change, hosting: CodeHosting, one: Listed) -> Listing:
    query = select(Listing).where(Listing.code_hosting_id == hosting.id, Listing.source_id == one.source_id)
    listing = change.session.exec(query).first() or Listing(
        code_hosting_id=hosting.id,
        source_id=one.source_id,
        key="",
        url="",
        listed_at=change.at,
        modified_at=change.at,
    )
    told = {
        "key": address_key(one.url) if one.url else "",
        "url": one.url,
        "page": one.page,
        "original_hash": keep_file(change, one.original) if one.original else "",
        "terms": one.terms,
        "attribution": one.attribution,
        "quirks": [message_to_json(quirk) for quirk in one.quirks],
        "ended_at": None,
    }
    if any(getattr(listing, name) != value for name, value in told.items()):
        listing.modified_at = change.at
        for name, value in told.items():
            setattr(listing, name, value)
    change.session.add(listing)
    return listing


def _entry(session: Session, hosting: CodeHosting, one: Listed) -> Software | None:
    """The entry that stands here for what a catalogue lists: by its addresses, then by the file's content."""
    values = one.assessment.values if one.assessment else None
    declared = [str(values["url"])] if values and values.get("url") else []
    keys = [address_key(url) for url in dict.fromkeys([*declared, one.url, *one.other_urls]) if url]
    for key in keys:
        if found := session.exec(select(Software).where(Software.key == key)).first():
            return found
    for key in keys:
        if found := _entry_of_repository(session, key):
            return found
    content = one.candidate.file.content if one.candidate else None
    return _entry_of_content(session, sha256(content).hexdigest()) if content else None


def _entry_of_repository(session: Session, key: str) -> Software | None:
    records = session.exec(
        select(RepositoryRecord).where((col(RepositoryRecord.key) == key) | may_hold(RepositoryRecord.aliases, key))
    )
    named = [record.id for record in records if key == record.key or key in record.aliases]
    query = select(Software).where(col(Software.repository_id).in_(named))
    return session.exec(query.order_by(Software.deactivated, col(Software.slug)).limit(1)).first() if named else None


def _entry_of_content(session: Session, digest: str) -> Software | None:
    query = (
        select(Software)
        .join(AssessmentRecord, col(Software.shown_assessment_id) == col(AssessmentRecord.id))
        .where(AssessmentRecord.file_hash == digest)
    )
    return session.exec(query.order_by(Software.deactivated, col(Software.slug)).limit(1)).first()


def _belongs_elsewhere(session: Session, entry: Software, hosting: CodeHosting) -> bool:
    """Whether the entry follows an agency's own repository, or another catalogue that listed it first."""
    repository = session.get_one(RepositoryRecord, entry.repository_id)
    owner = session.get_one(CodeHosting, repository.code_hosting_id)
    if owner.id == hosting.id or not owner.listed:
        return False
    if owner.kind != "catalogue":
        return bool(repository.head_commit)  # a repository without a file of its own owns nothing
    listed = select(Listing.id).where(
        Listing.code_hosting_id == owner.id, Listing.software_id == entry.id, col(Listing.ended_at).is_(None)
    )
    return session.exec(listed.limit(1)).first() is not None


def _as_look(one: Listed) -> Look | None:
    """The file that a catalogue holds, as if found at the address that it names; the repository itself was not asked."""
    if one.candidate is None or one.assessment is None or not one.url:
        return None
    content = one.candidate.file.content or b""
    repository = Repository(one.url, "", state=sha256(content).hexdigest())
    return Look(one.url, Reach.UNKNOWN, repository, True, one.candidate, one.assessment, from_catalogue=True)


def _item(change: Change, run_id: UUID, listing: Listing, outcome: Outcome) -> HarvestItem:
    return HarvestItem(run_id=run_id, repository_key=listing.key, url=listing.url, outcome=outcome, at=change.at)


def end_listings(change: Change, hosting: CodeHosting, run_id: UUID, seen: Iterable[str]) -> list[HarvestItem]:
    """What a catalogue that was read to its end does not list any more.

    An entry that came from it alone becomes a tombstone at the second such look, a day later.
    """
    present = set(seen)
    items = []
    for listing in change.session.exec(select(Listing).where(Listing.code_hosting_id == hosting.id)):
        if listing.source_id in present:
            continue
        if listing.ended_at is None:
            listing.ended_at = listing.modified_at = change.at
            change.session.add(listing)
            items.append(_item(change, run_id, listing, Outcome.UNLISTED))
        elif second_look(listing.ended_at, change.at):
            _let_go(change, hosting, listing)
    change.session.add_all(items)
    return items


def _let_go(change: Change, hosting: CodeHosting, listing: Listing) -> None:
    entry = change.session.get(Software, listing.software_id) if listing.software_id else None
    if entry is None or entry.deactivated or _belongs_elsewhere(change.session, entry, hosting):
        return
    others = select(Listing.id).where(Listing.software_id == entry.id, col(Listing.ended_at).is_(None))
    if change.session.exec(others.limit(1)).first() is None:
        entry.deactivated, entry.deactivated_at = "unlisted", change.at
        change.session.add(entry)


@dataclass(frozen=True, slots=True)
class ListedIn:
    """That a catalogue lists an entry: the listing, the catalogue, and who answers for it."""

    listing: Listing
    hosting: CodeHosting
    publisher: Publisher


def listed_in(session: Session, software: Software) -> list[ListedIn]:
    """The catalogues that list an entry now, by the time when they began to."""
    query = (
        select(Listing, CodeHosting, Publisher)
        .join(CodeHosting, col(Listing.code_hosting_id) == col(CodeHosting.id))
        .join(Publisher, col(CodeHosting.publisher_id) == col(Publisher.id))
        .where(Listing.software_id == software.id, col(Listing.ended_at).is_(None), col(CodeHosting.listed))
        .order_by(col(Listing.listed_at), col(CodeHosting.url))
    )
    return [ListedIn(*row) for row in session.exec(query)]
