"""Gathers a bill of materials: each entry as a package, what its own bill of materials lists, and what it descends from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

from sqlmodel import Session, col, select

from ... import __version__
from ...schemas.candidate import address_key
from ..audit.method import license_list
from ..audit.past import EntryThen, State, state_at, without_collector
from ..audit.report import Kind, Scope, ScopeError
from ..audit.scoped import chosen_ids
from ..evidence_models import SbomRecord
from ..models import Software, StoredFile
from ..sboms import document
from .addresses import download_location, page_of, repository_purl, web_address
from .bill import DESCENDANT_OF, Bill, Item, Relation
from .clean import identifier, line, organisation, text
from .copied import MOST_COPIED, copied
from .copied import told as told_of_copied
from .evidence import AT_ONCE, Evidence, FileFacts, changed_at, evidence
from .extracts import Extracts
from .licenses import Licensed, day, licensed

CATALOGUE = "Public Code Catalogue"
TOOL = f"publiccode-registry-{__version__}"
MOST_COPYRIGHTS = 200  # lines of a scan
_LIBRARY = ("library", "addon")


@dataclass(frozen=True, slots=True)
class Place:
    """Whose catalogue this is: its name, and its address without a slash at the end, empty where nobody told it."""

    name: str = CATALOGUE
    site: str = ""


def bill_of(session: Session, scope: Scope, at: datetime, place: Place, only_valid: bool = False) -> Bill:
    """The bill of materials of what `scope` names, as it was known at the moment `at`.

    `only_valid`: without entries whose file was not valid, unless one is asked for.

    Raises:
        ScopeError: there was no such publisher or entry.

    """
    with without_collector():
        state = state_at(session, at, **chosen_ids(session, scope))
        entries = [one for one in state.entries if one.newest.valid or not only_valid or scope.kind is Kind.SOFTWARE]
        if not entries and scope.kind is Kind.SOFTWARE:
            raise ScopeError(scope)
        named = _named(scope, state, entries)
        return _Gathering(session, at, place, Extracts()).bill(scope, named, entries)


@dataclass(frozen=True, slots=True)
class _Named:
    """What the document is about, in words, and as part of its namespace."""

    title: str
    scope: str


def _named(scope: Scope, state: State, entries: Sequence[EntryThen]) -> _Named:
    if scope.kind is Kind.CATALOGUE:
        return _Named("all software", "catalogue")
    if scope.kind is Kind.SOFTWARE:
        return _Named(entries[0].name, f"software/{entries[0].slug}")
    owners = [one for one in state.publishers.values() if scope.name in (one.slug, one.identifier)]
    owner = min(owners, key=lambda one: one.slug != scope.name, default=None)
    if owner is None:
        raise ScopeError(scope)
    below = scope.kind is Kind.BELOW
    return _Named(owner.name + (", with all bodies below it" if below else ""), f"{scope.kind}/{owner.slug}")


@dataclass
class _Gathering:
    """Gathers one document."""

    session: Session
    at: datetime
    place: Place
    extracts: Extracts
    items: list[Item] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    copied: int = 0
    _refs: dict[UUID, str] = field(default_factory=dict)
    _moments: list[datetime] = field(default_factory=list)

    def bill(self, scope: Scope, named: _Named, entries: Sequence[EntryThen]) -> Bill:
        """The document about these entries."""
        known = self._evidence(entries)
        upstreams = self._upstreams(entries, known)
        others = [one for key, one in upstreams.items() if key not in {_key(entry) for entry in entries}]
        for entry in (*entries, *others):
            self._refs[entry.software_id] = self._ref(entry.slug)
        for entry in entries:
            self._entry(entry, known, with_copied=True)
        also = self._evidence(others)
        for entry in others:
            self._entry(entry, also, with_copied=False)
        self._descent(entries, known, upstreams)
        publishers = list(dict.fromkeys(entry.publisher.id for entry in (*entries, *others)))
        moved = changed_at(self.session, publishers, self.at)
        return Bill(
            name=line(f"{named.title} – {self.place.name}"),
            scope=named.scope,
            created=max([*self._moments, *([moved] if moved else [])], default=datetime(1970, 1, 1, tzinfo=UTC)),
            creator=organisation(self.place.name),
            tool=TOOL,
            comment=_COMMENT,
            list_version=license_list(),
            site=self.place.site,
            items=tuple(self.items),
            described=tuple(self._refs[entry.software_id] for entry in entries),
            relations=tuple(self.relations),
            extracts=tuple(self.extracts.all),
        )

    def _evidence(self, entries: Sequence[EntryThen]) -> Evidence:
        ids, files = [one.software_id for one in entries], [one.assessment.id for one in entries]
        return evidence(self.session, ids, files, self.at)

    @staticmethod
    def _ref(slug: str) -> str:
        """The id of an entry: its slug, with a digest of it where it has letters that ids do not have."""
        stem = identifier(slug)
        if stem == slug:
            return f"SPDXRef-{slug}"
        return f"SPDXRef-{'-'.join(filter(None, (stem, sha256(slug.encode()).hexdigest()[:12])))}"

    def _upstreams(self, entries: Sequence[EntryThen], known: Evidence) -> dict[str, EntryThen]:
        """The entries on which these are based, by the keys of their addresses; what the catalogue does not show is left out."""
        keys = list({key for entry in entries for key in _based_on(entry, known) if key != _key(entry)})
        found = {_key(entry): entry for entry in entries}
        upstreams = {key: found[key] for key in keys if key in found}
        missing = sorted(key for key in keys if key not in found)
        ids: list[UUID] = []
        for start in range(0, len(missing), AT_ONCE):
            query = select(Software.id).where(col(Software.key).in_(missing[start : start + AT_ONCE]))
            ids += self.session.exec(query).all()
        if ids:
            others = state_at(self.session, self.at, software=ids).entries
            upstreams |= {_key(entry): entry for entry in others if _key(entry) in missing}
        return upstreams

    def _entry(self, entry: EntryThen, known: Evidence, with_copied: bool) -> None:
        ref, facts = self._refs[entry.software_id], known.files.get(entry.assessment.id, FileFacts())
        said = licensed(entry, self.extracts, self._stored)
        self._moments += (entry.assessment.assessed_at, *(one.at for one in said.statements))
        row, scan = known.sboms.get(entry.software_id), known.scans.get(entry.software_id)
        self._moments += (one.ended_at for one in entry.conclusions if one.ended_at)
        place = len(self.items)
        self.items.append(_item(entry, ref, facts, said, self.place.site))
        remarks = [self._copy(row, ref)] if row and with_copied else []
        if not row:
            remarks.append("What it depends on is not known here: no bill of materials of it was found.")
        lines = text("\n".join(scan.copyrights[:MOST_COPYRIGHTS])) if scan else ""
        if scan:
            self._moments.append(scan.at)
        if scan and lines:
            remarks.append(f"Copyright lines found in the files at commit {line(scan.commit)}, {day(scan.at)}.")
        item = self.items[place]
        comment = "\n".join(filter(None, (item.comment, *remarks)))
        self.items[place] = replace(item, copyright=lines, comment=comment)

    def _copy(self, row: SbomRecord, ref: str) -> str:
        """Copies what the bill of materials of an entry lists; says so."""
        self._moments.append(row.at)
        if self.copied + row.packages > MOST_COPIED:
            return told_of_copied(row, 0)
        sbom = document(self.session, row)
        if sbom is None:
            return ""
        found = copied(sbom, row, ref, self.extracts)
        self.copied += len(found.items)
        self.items += found.items
        self.relations += found.relations
        return told_of_copied(row, len(found.items))

    def _descent(self, entries: Sequence[EntryThen], known: Evidence, upstreams: Mapping[str, EntryThen]) -> None:
        for entry in entries:
            for key in _based_on(entry, known):
                upstream = upstreams.get(key)
                if upstream and upstream.software_id != entry.software_id:
                    ends = self._refs[entry.software_id], self._refs[upstream.software_id]
                    self.relations.append(Relation(ends[0], DESCENDANT_OF, ends[1]))

    def _stored(self, digest: str) -> bytes | None:
        file = self.session.get(StoredFile, digest)
        return file.content if file else None


_COMMENT = (
    "Made from what the catalogue knew. Each statement about a licence has its provenance in an annotation: what was declared "
    "in which file at which commit, what was found in which lines, who or what concluded it. Packages below an entry are "
    "copied from its own bill of materials. Licences that were not concluded are NOASSERTION; that is no statement that there "
    "is none."
)


def _key(entry: EntryThen) -> str:
    return address_key(entry.url)


def _based_on(entry: EntryThen, known: Evidence) -> Iterator[str]:
    facts = known.files.get(entry.assessment.id, FileFacts())
    yield from dict.fromkeys(address_key(one) for one in facts.based_on)


def _item(entry: EntryThen, ref: str, facts: FileFacts, said: Licensed, site: str) -> Item:
    commit = entry.commit or "an unknown commit"
    source = f"{line(entry.assessment.path) or 'The record'} at {line(commit)} of {line(entry.repository_url)}"
    based_on = f"Based on: {', '.join(line(one) for one in facts.based_on)}." if facts.based_on else ""
    return Item(
        ref=ref,
        name=line(entry.name) or ref,
        version=line(facts.version) or line(entry.commit),
        supplier=organisation(entry.publisher.name),
        download=download_location(entry.repository_url, entry.commit),
        homepage=web_address(facts.homepage),
        declared=said.declared,
        concluded=said.concluded,
        license_comments=said.comments,
        purl=repository_purl(entry.repository_url, entry.commit),
        page=page_of(site, entry.slug),
        source=source,
        comment=based_on,
        purpose="LIBRARY" if facts.kind in _LIBRARY else "APPLICATION",
        statements=said.statements,
    )
