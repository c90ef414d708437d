"""Takes a person out: of the stored files, of what was read from them, and of every later harvest."""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlmodel import Session, col, select

from ..schemas.document import parse
from .models import AssessmentRecord, ErasureRecord, RepositoryRecord, Software, StoredFile
from .store import Change

ERASED, ERASED_EMAIL = "(erased)", "erased@erased.invalid"
_PERSONAL = ("name", "email", "phone")


def digest(text: str) -> str:
    """The form in which an erased person is known: nobody can read the person from it, but who is asked for can be recognised."""
    return hmac.new(b"publiccode erasure", " ".join(text.casefold().split()).encode(), sha256).hexdigest()


class Erasures:
    """The persons that were taken out, as the database knows them."""

    def __init__(self, session: Session) -> None:
        self._digests = frozenset(session.exec(select(ErasureRecord.digest)).all())

    def redact(self, content: bytes) -> bytes:
        """A publiccode.yml without the persons that were taken out; the same bytes where there is none of them."""
        if not self._digests:
            return content
        found = [p for p in persons(parse(content).values) if self._digests & {digest(text) for text in p}]
        return without(content, {text for person in found for text in person})


def persons(values: Mapping[str, Any] | None) -> Iterator[tuple[str, ...]]:
    """The persons in a publiccode.yml: for each the texts that name it (name, e-mail, phone)."""
    maintenance = (values or {}).get("maintenance")
    if not isinstance(maintenance, Mapping):
        return
    for section in ("contacts", "contractors"):
        for entry in maintenance.get(section) or () if isinstance(maintenance.get(section), list) else ():
            if isinstance(entry, Mapping):
                texts = tuple(
                    text for name in _PERSONAL if isinstance(text := entry.get(name), str) and len(text.strip()) > 1
                )
                if texts:
                    yield texts


def without(content: bytes, texts: set[str]) -> bytes:
    """`content` with each of `texts` replaced; emptied where a text is written so that it cannot be found as it stands."""
    if not texts:
        return content
    text = content.decode("utf-8", "replace")
    for word in sorted(texts, key=len, reverse=True):
        text = text.replace(word, _stand_in(word))
    left = {found for person in persons(parse(text.encode()).values) for found in person}
    return b"# erased\n" if left & texts else text.encode()


def _stand_in(word: str) -> str:
    # An address stays an address: the file must not become invalid by the erasure.
    return ERASED_EMAIL if "@" in word else ERASED


def erase(change: Change, contact: str, reason: str = "") -> list[str]:
    """Takes a person out of every stored file, every assessment made from one, and all later harvests.

    Args:
        change: the transaction.
        contact: the name, e-mail or phone number as it stands in a publiccode.yml.
        reason: why, for the record (must not name the person).

    Returns:
        The addresses of the repositories whose files named the person; empty where nobody is found.

    """
    session, wanted = change.session, digest(contact)
    addresses: set[str] = set()
    hashes = set(session.exec(select(AssessmentRecord.file_hash).where(AssessmentRecord.file_hash != "")).all())
    for file_hash in sorted(hashes):
        file = session.get(StoredFile, file_hash)
        if file is None:
            continue
        named = [p for p in persons(parse(file.content).values) if wanted in {digest(text) for text in p}]
        texts = {text for person in named for text in person}
        if texts:
            addresses |= _erase_file(change, file, texts)
            _remember(change, texts | {contact}, reason)
    if not addresses:
        _remember(change, {contact}, reason)
    return sorted(addresses)


def _remember(change: Change, texts: set[str], reason: str) -> None:
    for text in texts:
        if change.session.get(ErasureRecord, digest(text)) is None:
            change.session.add(ErasureRecord(digest=digest(text), at=change.at, actor=change.actor, reason=reason))
            change.session.flush()


def _erase_file(change: Change, file: StoredFile, texts: set[str]) -> set[str]:
    session = change.session
    file.content, file.erased_at = without(file.content, texts), change.at
    session.add(file)
    addresses = set()
    for assessment in session.exec(select(AssessmentRecord).where(AssessmentRecord.file_hash == file.hash)):
        assessment.values = _replaced(assessment.values, texts)
        assessment.findings = _replaced(assessment.findings, texts)
        session.add(assessment)
        repository = session.get(RepositoryRecord, assessment.repository_id)
        if repository is not None:
            addresses.add(repository.url)
        for entry in session.exec(select(Software).where(col(Software.newest_assessment_id) == assessment.id)):
            change.log("software", entry.id, "person erased", None, {"file": file.hash})
    return addresses


def _replaced(value: Any, texts: set[str]) -> Any:
    if isinstance(value, str):
        for word in sorted(texts, key=len, reverse=True):
            value = value.replace(word, _stand_in(word))
        return value
    if isinstance(value, Mapping):
        return {name: _replaced(entry, texts) for name, entry in value.items()}
    return [_replaced(entry, texts) for entry in value] if isinstance(value, list) else value


def erased_at(session: Session, file_hash: str) -> datetime | None:
    """When a person was taken out of this file; None where nobody was."""
    file = session.get(StoredFile, file_hash)
    return file.erased_at if file else None
