"""Takes a person out: of the stored files, of what was read from them, and of every later harvest."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, or_, select

from ..schemas.document import Document, parse
from ..schemas.faults import Place
from ..schemas.nodes import Kind, Node
from . import actors, archived, collections, declarations, proposals, sboms, scans, usage
from .audit import conclusions
from .models import AssessmentRecord, ErasureRecord, RepositoryRecord, Software, StoredFile
from .persons import EMAIL, ERASED, ERASED_EMAIL, ERASED_URL, Person, Prose, digest, folded, pieces
from .sbom_persons import Redaction as SbomRedaction
from .store import Change, Store
from .stored import IMPERSONAL, NAMING, PERSONS, is_key, names_persons

_OURS, _EMPTIED = {ERASED, ERASED_EMAIL, ERASED_URL}, b"# erased\n"
_LINE_END = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
# Values that identify or classify the software: a name is never replaced in them.
_KEPT = {"name", "url", "legal.license", "publiccodeymlversion", "platforms", "categories", "developmentstatus"}
_KEPT |= {"softwaretype", "localisation", "intendedaudience", "maintenance.type"}


@dataclass(frozen=True, slots=True)
class Erased:
    """Where a person was taken out: the addresses of the repositories whose files named the person, and what others wrote.

    `texts` names that for people: `the reason of conclusion 3`.
    """

    addresses: list[str]
    texts: list[str]


def persons(values: Any) -> Iterator[Person]:
    """The persons in a publiccode.yml: whatever stands under contacts or contractors, in whatever shape, at any level."""
    if isinstance(values, Mapping):
        for key, value in values.items():
            yield from map(_person, _entries(value)) if PERSONS.fullmatch(key) else persons(value)
    elif isinstance(values, list):
        for value in values:
            yield from persons(value)


def _entries(section: Any) -> list[Any]:
    if isinstance(section, Mapping) and not any(map(NAMING.fullmatch, section)):
        return [{key: value} for key, value in section.items()]
    return section if isinstance(section, list) else [section]


def _person(entry: Any) -> Person:
    names, details = set[str](), set[str]()
    for text, naming in _texts(entry, True):
        emails = EMAIL.findall(text)
        (names if naming or emails else details).add(text)
        names.update(emails)
        if emails:  # "Contact: Mario Rossi <mario.rossi@comune.example>"
            names |= {piece for piece in pieces(text) if len(piece.split()) > 1 or not piece.isascii()}
    return Person(frozenset(names - _OURS), frozenset(details - _OURS))


def _texts(value: Any, naming: bool) -> Iterator[tuple[str, bool]]:
    """Every text in `value`, with whether it names the person (or else says something about the person)."""
    if isinstance(value, str) and len(value.strip()) > 1:
        yield value.strip(), naming
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item, naming)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            named = NAMING.fullmatch(key) is not None
            if not named and not is_key(key, False) and len(key) > 1:
                yield key, True
            if key.casefold() not in IMPERSONAL:
                yield from _texts(item, named)


class Erasures:
    """The persons that were taken out, as the database knows them."""

    def __init__(self, session: Session) -> None:
        self._digests = frozenset(session.exec(select(ErasureRecord.digest)).all())

    def redact(self, content: bytes) -> bytes:
        """A publiccode.yml without the persons that were taken out; the same bytes where there is none of them.

        A name within a sentence is recognised only where the person also stands among the contacts.
        """
        return without(content, _known_person(content, self._digests)) if self._digests else content


def _known_person(content: bytes, known: Set[str], contact: str = "") -> Person:
    """All that `content` tells of the persons with these digests, and `contact` where it stands anywhere in the text."""
    text = content.decode("utf-8", "replace")
    names = {piece for piece in pieces(text) if digest(piece) in known}
    details: set[str] = set()
    if contact and Person(frozenset({contact})).erased(text, inside=False) != text:
        names.add(contact)
    for person in persons(parse(content).values):
        texts = person.names | person.details
        if any(digest(piece) in known for text in texts for piece in pieces(text)):
            names |= person.names
            details |= person.details
    return Person(frozenset(names), frozenset(details))


def without(content: bytes, person: Person) -> bytes:
    """`content` without this person; emptied where a text is written so that it cannot be found as it stands."""
    if not person.names:
        return content
    document = parse(content)
    text = document.text or content.decode("utf-8", "replace")
    parts, position, inside = [], 0, False
    for start, end, within in [*sorted(_kept_spans(document)), (len(text), len(text), False)]:
        if start >= position:
            parts += [person.erased(text[position:start], inside), text[start:end]]
            position = end
        inside = within
    edited = "".join(parts)
    left = parse(edited.encode()).values
    if (left is None) != (document.values is None) or _cleaned(left, person) != left:
        return _EMPTIED
    return content if edited == text else edited.encode()


def _kept_spans(document: Document) -> Iterator[tuple[int, int, bool]]:
    """Where nothing is replaced (from, to): keys, and values of _KEPT; and whether this part of the file names persons."""
    lines = [0, *(end.end() for end in _LINE_END.finditer(document.text))]

    def span(place: Place, text: str) -> tuple[int, int]:
        start = lines[place[0] - 1] + place[1] - 1
        start += document.text[start : start + 1] in ('"', "'")
        return start, start + (len(text) if document.text.startswith(text, start) else 0)

    def walk(node: Node, path: tuple[str, ...], inside: bool) -> Iterator[tuple[int, int, bool]]:
        for key, child in node.entries.items():
            within = inside or (not path and names_persons(key))
            if is_key(key, within):
                yield *span(node.places[key], key), within
            yield from walk(child, (*path, key), within)
        for item in node.items:
            yield from walk(item, path, inside)
        if node.kind not in (Kind.LIST, Kind.MAPPING) and _is_kept(path):
            yield *span((node.line, node.column), node.text), inside

    return walk(document.root, (), False) if document.root else iter(())


def _is_kept(path: tuple[str, ...]) -> bool:
    return not _KEPT.isdisjoint({".".join(path[:depth]).casefold() for depth in (1, 2)})


def _cleaned(value: Any, person: Person, path: tuple[str, ...] = ()) -> Any:
    """What was read from a file, without this person."""
    inside = bool(path) and names_persons(path[0])
    if isinstance(value, str):
        return value if _is_kept(path) else person.erased(value, inside)
    if isinstance(value, Mapping):
        return {
            person.erased_key(key, inside or (not path and names_persons(key))): _cleaned(entry, person, (*path, key))
            for key, entry in value.items()
        }
    return [_cleaned(entry, person, path) for entry in value] if isinstance(value, list) else value


def _cleaned_finding(finding: Mapping[str, Any], person: Person) -> dict[str, Any]:
    """A finding as it is stored, without this person in its key and in what it quotes."""
    path = tuple(re.sub(r"\[\d+\]", "", finding["key"]).split("."))
    inside = names_persons(path[0])

    def spoken(message: Mapping[str, Any]) -> dict[str, Any]:
        return {**message, "values": {name: _cleaned(value, person, path) for name, value in message["values"].items()}}

    said = {name: spoken(finding[name]) for name in ("message", "help")}
    return {**finding, **said, "key": person.erased_key(finding["key"], inside)}


def erase(store: Store, contact: str, actor: str, reason: str = "", at: datetime | None = None) -> Erased:
    """Takes a person out of every stored file, every assessment made from one, what others wrote, and all later harvests.

    Args:
        store: the database.
        contact: the name, e-mail or phone number as it stands in a publiccode.yml.
        actor, reason, at: who does this, why (must not name the person) and when (None: now), for the log.

    Returns:
        Where the person was taken out; nothing where nobody is found.

    Raises:
        StorageError: the database cannot be used; nothing was erased.

    """
    contact = contact.strip()
    with store.reading() as session:  # others may write while the files are looked through
        found = dict(_named(session, {contact}, contact))
        names = {name for person in found.values() for name in person.names}
        remembered = {contact, *filter(EMAIL.fullmatch, names)}
        if len(remembered) > 1:  # the same person may stand elsewhere with the e-mail alone
            found = dict(_named(session, remembered, contact))
    with store.writing(actor, at) as change:
        for text in sorted(remembered):
            if change.session.get(ErasureRecord, digest(text)) is None:
                change.session.add(ErasureRecord(digest=digest(text), at=change.at, actor=actor, reason=reason))
                change.session.flush()
        texts = _erase_prose(change, Prose(names=frozenset(remembered)))
        urls = {url for file_hash, person in found.items() for url in _erase_file(change, file_hash, person)}
        return Erased(sorted(urls), texts)


def erase_again(store: Store, known: Iterable[ErasureRecord], actor: str) -> Erased:
    """Takes out persons who were taken out of another state of this registry, and of whom only digests are known.

    Raises:
        StorageError: the database cannot be used; nothing was erased.

    """
    with store.writing(actor) as change:
        for record in known:
            if change.session.get(ErasureRecord, record.digest) is None:
                kept = ErasureRecord(digest=record.digest, at=record.at, actor=record.actor, reason=record.reason)
                change.session.add(kept)
        change.session.flush()
        digests = frozenset(change.session.exec(select(ErasureRecord.digest)))
        hashes = change.session.exec(select(AssessmentRecord.file_hash).distinct()).all() if digests else []
        found = set[str]()
        for file_hash in hashes:
            file = change.session.get(StoredFile, file_hash)
            person = _known_person(file.content, digests) if file else Person()
            if file and without(file.content, person) != file.content:
                found.update(_erase_file(change, file_hash, person))
        return Erased(sorted(found), _erase_prose(change, Prose(digests=digests)))


def _erase_prose(change: Change, prose: Prose) -> list[str]:
    """Erases in what readers, auditors, users, curators and agencies wrote; names the texts that held the person."""
    writers = (proposals, conclusions, usage, collections, declarations, sboms, scans)
    texts = [text for wrote in writers for text in wrote.forget(change, prose.without)]
    documents = sboms.forget_in_documents(change, SbomRedaction(prose.digests, prose.names))
    texts += [*documents, *archived.forget(change, prose)]
    change.session.flush()
    return [*texts, *actors.forget(change.session, prose.without)]


def _named(session: Session, texts: set[str], contact: str) -> Iterator[tuple[str, Person]]:
    """The stored files that name a person known by one of `texts`, by hash, with all that each tells of the person."""
    known, wanted = {digest(text) for text in texts}, [folded(text) for text in texts]
    files = select(StoredFile.hash, StoredFile.content).where(
        col(StoredFile.hash).in_(select(AssessmentRecord.file_hash).distinct())
    )
    for file_hash, content in session.exec(files.execution_options(yield_per=100)):
        text = folded(content.decode("utf-8", "replace"))
        # Few files are worth parsing; in one with escapes the name may stand in another spelling.
        if "\\" in text or "''" in text or any(word in text for word in wanted):
            person = _known_person(content, known, contact)
            if without(content, person) != content:
                yield file_hash, person


def _erase_file(change: Change, file_hash: str, person: Person) -> Iterator[str]:
    """Erases in one file and in what was read from it; gives the addresses of its repositories."""
    session = change.session
    file = session.get_one(StoredFile, file_hash)
    file.content, file.erased_at = without(file.content, person), change.at
    session.add(file)
    for assessment in session.exec(select(AssessmentRecord).where(AssessmentRecord.file_hash == file_hash)):
        assessment.values = _cleaned(assessment.values, person)
        assessment.findings = [_cleaned_finding(finding, person) for finding in assessment.findings]
        session.add(assessment)
        uses = (col(Software.newest_assessment_id), col(Software.shown_assessment_id))
        for entry in session.exec(select(Software.id).where(or_(*(use == assessment.id for use in uses)))):
            change.log("software", entry, "person erased", None, {"file": file_hash})
        yield session.get_one(RepositoryRecord, assessment.repository_id).url
