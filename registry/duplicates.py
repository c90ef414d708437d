"""What is known already of an address that somebody wants to propose: listed, an entry, a fork, a variant, a copy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from sqlmodel import Session, col, select

from ..schemas.addresses import without_user
from ..schemas.candidate import address_key
from ..schemas.finding import Message, message
from .catalogue import record_at, upstreams
from .erasure import Erasures
from .models import AssessmentRecord, CodeHosting, Proposal, Publisher, RepositoryRecord, Software
from .proposals import OPEN, REJECTED, newest_proposal
from .steps import NOTHING, Reader
from .why import entry_name, tombstone_text

MOST_TOLD = 5  # of one kind
LONGEST_VALUE = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """An address, as it was given and where its host moved it (empty: nowhere), with what was found there."""

    url: str
    moved_to: str = ""
    values: Mapping[str, Any] | None = None
    content: bytes | None = None

    @property
    def keys(self) -> list[str]:
        """The normalised addresses."""
        return list(dict.fromkeys(address_key(url) for url in (self.url, self.moved_to) if url))


@dataclass(frozen=True, slots=True)
class Duplicate:
    """One thing that is known already, and what to do. `stops`: proposing the address would not help.

    `kind`: listed, entry, tombstone, group, proposed, rejected, technical-fork, variant, mirror. Where they lead:
    `software` is an entry's slug, `proposal` a number, `url` an address to look up, `instead` one to propose in its place.
    """

    kind: str
    stops: bool
    text: Message
    next: Message = NOTHING
    software: str = ""
    proposal: int = 0
    url: str = ""
    instead: str = ""


def duplicates(session: Session, asked: Asked, reader: Reader) -> list[Duplicate]:
    """All that is known of the address and of the file found there; what stops comes first. Reads only."""
    record = next(filter(None, (record_at(session, key) for key in asked.keys)), None)
    own = {*asked.keys, *([record.key, *record.aliases] if record else [])}
    found = [*_listed(session, asked, record, reader), *_proposed(session, own)]
    if asked.values is not None:
        found += _fork(session, asked, own, reader)
        found += _variant(session, asked.values, own, reader)
    if asked.content:
        found += _mirrors(session, asked.content, own)
    return sorted((_bounded(one) for one in found), key=lambda one: not one.stops)


def is_listed_group(session: Session, url: str) -> bool:
    """Whether a publisher names this address as that of a group of repositories."""
    query = select(CodeHosting.id).where(
        CodeHosting.key == address_key(url), CodeHosting.kind == "group", col(CodeHosting.listed)
    )
    return session.exec(query).first() is not None


def _bounded(found: Duplicate) -> Duplicate:
    def short(text: Message) -> Message:
        return Message(text.template, tuple((name, _cut(value)) for name, value in text.values))

    return replace(found, text=short(found.text), next=short(found.next))


def _cut(text: str) -> str:
    said = "".join(letter if letter.isprintable() else " " for letter in text)
    return said if len(said) <= LONGEST_VALUE else said[: LONGEST_VALUE - 1] + "…"


def _listed(session: Session, asked: Asked, record: RepositoryRecord | None, reader: Reader) -> Iterator[Duplicate]:
    keys = [*([record.key] if record else []), *asked.keys]
    hosting = session.exec(select(CodeHosting).where(col(CodeHosting.key).in_(keys))).first()
    if hosting is None and record is not None:
        hosting = session.get(CodeHosting, record.code_hosting_id)
    entry = session.exec(select(Software).where(col(Software.key).in_(keys))).first()
    if entry is None and record is not None:
        own = select(Software).where(Software.repository_id == record.id)
        entry = session.exec(own.order_by(Software.deactivated, col(Software.slug))).first()
    listed = hosting is not None and hosting.listed
    if entry is not None and entry.deactivated:
        yield _tombstone(entry, listed, asked.url)
    elif entry is not None:
        yield Duplicate(
            "entry",
            True,
            message("The catalogue shows this software already, as “{name}”.", name=entry_name(session, entry, reader)),
            Message("Nothing is to be proposed: a change of its publiccode.yml is read at the next harvest."),
            software=entry.slug,
        )
    elif hosting is not None and listed:
        yield Duplicate(
            "listed",
            True,
            message("{publisher} is listed with this address already.", publisher=_owner(session, hosting, reader)),
            Message("Nothing is to be proposed: see what the harvests found there."),
            url=asked.url,
        )
    else:
        yield from _within_group(session, asked, reader)


def _tombstone(entry: Software, listed: bool, url: str) -> Duplicate:
    step = Message("Propose it again, so that it is listed again.")
    if listed:
        step = Message("Its address is still listed: as soon as it answers with its file, the entry is shown again.")
    return Duplicate("tombstone", listed, tombstone_text(entry.deactivated), step, url=url)


def _within_group(session: Session, asked: Asked, reader: Reader) -> Iterator[Duplicate]:
    above = [key.rsplit("/", depth)[0] for key in asked.keys for depth in range(1, key.count("/") + 1)]
    groups = select(CodeHosting).where(
        col(CodeHosting.key).in_(above), CodeHosting.kind == "group", col(CodeHosting.listed)
    )
    for hosting in session.exec(groups).all()[:1]:
        yield Duplicate(
            "group",
            False,
            message(
                "{publisher} is listed with the group {url}, to which this address belongs.",
                publisher=_owner(session, hosting, reader),
                url=hosting.url,
            ),
            Message("See what the harvests found there; propose the address only where they leave it out."),
            url=asked.url,
        )


def _owner(session: Session, hosting: CodeHosting, reader: Reader) -> str:
    publisher = session.get(Publisher, hosting.publisher_id)
    return publisher.names.get(reader.language, publisher.name) if publisher else ""


def _proposed(session: Session, own: Set[str]) -> Iterator[Duplicate]:
    known: Proposal | None = newest_proposal(session, own)
    if known is not None and known.status == OPEN:
        yield Duplicate(
            "proposed",
            True,
            message("This address is proposed already, with the number {number}.", number=known.number),
            Message("Wait for the decision; the page of the proposal tells it."),
            proposal=known.number,
        )
    elif known is not None and known.status == REJECTED:
        yield Duplicate(
            "rejected",
            False,
            message(
                "This address was proposed with the number {number} and rejected: {reason}",
                number=known.number,
                reason=known.reason,
            ),
            Message("Propose it again where the reason no longer holds."),
            proposal=known.number,
        )


def _fork(session: Session, asked: Asked, own: Set[str], reader: Reader) -> Iterator[Duplicate]:
    named = (asked.values or {}).get("url")
    if not isinstance(named, str) or not named.strip() or address_key(named) in own:
        return
    original = session.exec(select(Software).where(Software.key == address_key(named))).first()
    shown = original if original is not None and not original.deactivated else None
    url = without_user(named.strip())
    if shown is not None:
        text = message(
            "The file names another repository: {url}, which is here already as “{name}”. This one is a copy of it (a technical "
            "fork) and gets no entry of its own.",
            url=url,
            name=entry_name(session, shown, reader),
        )
    else:
        text = message(
            "The file names another repository: {url}. This one counts as a copy of it (a technical fork) and gets no entry of "
            "its own.",
            url=url,
        )
    yield Duplicate(
        "technical-fork",
        True,
        text,
        Message(
            "If this is a system of its own, write this repository's address as `url` and the other one under `isBasedOn`, and "
            "give the address again; otherwise the other repository is the one to propose."
        ),
        software=shown.slug if shown else "",
        instead="" if shown else url[:2000],
    )


def _variant(session: Session, values: Mapping[str, Any], own: Set[str], reader: Reader) -> Iterator[Duplicate]:
    based_on = [(url, entry) for url, entry in upstreams(session, values) if address_key(url) not in own]
    known = [entry for _, entry in based_on if entry is not None and not entry.deactivated]
    for entry in known[:MOST_TOLD]:
        yield Duplicate(
            "variant",
            False,
            message(
                "The file is based on “{name}”: it will be shown as a variant of it, and each links to the other.",
                name=entry_name(session, entry, reader),
            ),
            Message("Nothing is to be done about this."),
            software=entry.slug,
        )


def _mirrors(session: Session, content: bytes, own: Set[str]) -> Iterator[Duplicate]:
    """Other repositories with the very same file, as it is or as it is kept after an erasure."""
    hashes = {sha256(text).hexdigest() for text in (content, Erasures(session).redact(content))}
    copies = (
        select(RepositoryRecord)
        .join(AssessmentRecord, col(RepositoryRecord.newest_assessment_id) == col(AssessmentRecord.id))
        .join(CodeHosting, col(RepositoryRecord.code_hosting_id) == col(CodeHosting.id))
        .where(
            col(AssessmentRecord.file_hash).in_(hashes),
            RepositoryRecord.file_path != "",
            col(RepositoryRecord.key).not_in(own),
            col(CodeHosting.listed),
        )
        .order_by(col(RepositoryRecord.url))
        .limit(MOST_TOLD)
    )
    for copy in session.exec(copies):
        yield Duplicate(
            "mirror",
            False,
            message("The very same file stands at {url}: one of the two is a copy.", url=copy.url),
            Message("Propose the address at which the software is developed; a copy needs no entry of its own."),
            url=copy.url,
        )
