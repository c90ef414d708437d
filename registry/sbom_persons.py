"""Persons in bills of materials: who supplied, made or wrote something; taken out of the documents that are kept."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlmodel import Session, col, select

from ..schemas.sbom import Sbom, SbomError, read
from .evidence_models import SbomRecord
from .models import ErasureRecord, StoredFile
from .persons import EMAIL, Prose, digest, folded, pieces
from .store import Change

MOST_LOOKED_AT = 2_000_000  # characters in which persons are looked for who are known by their digests alone
_PARTS = re.compile(r'(["\n])')
_KIND = re.compile(r"\A(?:Person|Organization|Tool): ")


@dataclass(frozen=True)
class Redaction:
    """Takes persons out of documents who were taken out before, and of whom only digests are known."""

    digests: frozenset[str] = frozenset()

    @classmethod
    def of(cls, session: Session) -> Redaction:
        """What the database knows."""
        return cls(frozenset(session.exec(select(ErasureRecord.digest)).all()))

    def redact(self, content: bytes) -> bytes:
        """The document without these persons; the same bytes where none of them is in it."""
        if not self.digests:
            return content
        names = frozenset(name for text in _named(content) for name in pieces(text) if digest(name) in self.digests)
        return without(content, Prose(names=names)) if names else content


def _named(content: bytes) -> Iterator[str]:
    """The texts in which a document names people, and all e-mail addresses in it."""
    yield from dict.fromkeys(EMAIL.findall(content.decode("utf-8", "replace")))
    try:
        sbom = read(content)
    except SbomError:
        return
    left = MOST_LOOKED_AT
    for text in dict.fromkeys(persons_in(sbom)):
        left -= len(text)
        if left < 0:
            return
        yield text
        yield from (word for line in text.split("\n") for word in _runs(line))


def persons_in(sbom: Sbom) -> Iterator[str]:
    """The texts in which a document names people: its authors, suppliers, who holds a copyright."""
    texts = [*sbom.authors, *sbom.tools]
    for package in sbom.packages:
        texts += [package.supplier, package.originator, package.copyright]
    return (_KIND.sub("", text) for text in texts if text)


def _runs(line: str) -> Iterator[str]:
    """What in a line may be a name: up to four words that stand one after the other."""
    words = re.split(r"[\s,;:()<>]+", line)
    return (" ".join(words[at : at + length]) for at in range(len(words)) for length in range(1, 5))


def without(content: bytes, prose: Prose) -> bytes:
    """A document without some persons: only the texts in it that name one are written anew."""
    text = content.decode("utf-8", "replace")
    wanted = [folded(name) for name in prose.names]
    if "\\u" in text and not any(name in folded(text) for name in wanted):
        text = _plain(text)
    parts = _PARTS.split(text)
    edited = "".join(_edited(part, prose, wanted) for part in parts)
    return content if edited == text else edited.encode()


def _edited(part: str, prose: Prose, wanted: list[str]) -> str:
    return prose.without(part) if any(name in folded(part) for name in wanted) else part


def _plain(text: str) -> str:
    """JSON without escapes, behind which a name would not be found."""
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, indent=1)
    except (ValueError, RecursionError):
        return text


def forget(change: Change, prose: Prose) -> Iterator[str]:
    """Takes persons out of the documents that are kept; names each that held one."""
    hashes = change.session.exec(select(SbomRecord.file_hash).where(SbomRecord.file_hash != "").distinct()).all()
    redaction = Redaction(prose.digests)
    take_out: Callable[[bytes], bytes] = redaction.redact if prose.digests else lambda content: without(content, prose)
    for file_hash in sorted(hashes):
        file = change.session.get(StoredFile, file_hash)
        left = take_out(file.content) if file else b""
        if file and left != file.content:
            file.content, file.erased_at = left, change.at
            change.session.add(file)
            numbers = change.session.exec(
                select(SbomRecord.number).where(SbomRecord.file_hash == file_hash).order_by(col(SbomRecord.number))
            ).all()
            yield f"bill of materials {', '.join(map(str, numbers))}"
