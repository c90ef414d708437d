"""Records one look at a repository: what answered, what its file says, which entry it gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from ..schemas.candidate import Candidate, Repository, RepositoryFile, address_key
from ..schemas.finding import Assessment, Message, message
from ..schemas.licensing.beside import concluded
from .claims import follow_file
from .models import (
    AssessmentRecord,
    CodeHosting,
    HarvestItem,
    Outcome,
    Reach,
    Relation,
    RepositoryRecord,
    Software,
    StoredFile,
)
from .places import Places, describe
from .reach import next_reach, second_look
from .store import Change
from .stored import finding_to_json, message_to_json, without_persons


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at a repository gave.

    `answer` is OK, UNKNOWN or MISSING; `repository` is None unless it answered. `read` tells whether its files were
    read: then `candidate` and `assessment` hold them, or are None where there is no publiccode.yml. Not read: the same
    commit as before. `redacted`: persons who were taken out earlier were taken out of the candidate's file. `from_catalogue`:
    another catalogue gave the file; the repository itself was not asked, and the address is the one that the catalogue names.
    `place`: the key of the record that was looked at, where nothing answered that could say so. `later`: until when the host
    wants to be left alone.
    """

    url: str
    answer: Reach
    repository: Repository | None = None
    read: bool = False
    candidate: Candidate | None = None
    assessment: Assessment | None = None
    redacted: bool = False
    from_catalogue: bool = False
    place: str = ""
    later: datetime | None = None
    messages: tuple[Message, ...] = ()
    milliseconds: int = 0
    requests: int = 0
    bytes_sent: int = 0
    bytes_received: int = 0


def record_all(
    change: Change, hosting: CodeHosting, run_id: UUID, looks: Sequence[Look], ruleset: str
) -> list[HarvestItem]:
    """Writes what looks at repositories of one code hosting gave, and what follows; gives the run's items, in their order."""
    places = Places(change, hosting, looks)
    with change.session.no_autoflush:
        return [_record(change, hosting, run_id, look, ruleset, places) for look in looks]


def record(change: Change, hosting: CodeHosting, run_id: UUID, look: Look, ruleset: str) -> HarvestItem:
    """Writes what one look gave; see `record_all`."""
    return record_all(change, hosting, run_id, [look], ruleset)[0]


def _record(
    change: Change, hosting: CodeHosting, run_id: UUID, look: Look, ruleset: str, places: Places
) -> HarvestItem:
    repository = places.of(look)
    item = HarvestItem(
        run_id=run_id,
        repository_key=repository.key,
        url=look.url,
        outcome=Outcome.UNCHANGED,
        messages=[message_to_json(text) for text in look.messages],
        commit=(look.repository.head or "") if look.repository else "",
        at=change.at,
        milliseconds=look.milliseconds,
        requests=look.requests,
        bytes_sent=look.bytes_sent,
        bytes_received=look.bytes_received,
    )
    recording = _Recording(change, hosting, repository, item, look)
    repository.reach, repository.reach_since = next_reach(
        repository.reach, repository.reach_since, look.answer, change.at
    )
    if look.repository is None:
        recording.no_answer(look.answer)
    else:
        describe(repository, look.repository)
        places.keep_facts(repository, look.repository)
        if look.repository.empty or (look.read and look.candidate is None):
            recording.no_file(look.repository)
        elif look.candidate is not None and look.assessment is not None:
            recording.file(look.candidate, look.assessment, ruleset)
        else:
            recording.unchanged()
        if look.read or look.repository.empty:
            repository.state = look.repository.state or look.repository.head or ""
    change.session.add(repository)
    change.session.add(item)
    return item


@dataclass
class _Recording:
    """One repository's part of a transaction."""

    change: Change
    hosting: CodeHosting
    repository: RepositoryRecord
    item: HarvestItem
    look: Look

    @property
    def _at(self) -> datetime:
        return self.change.at

    def _say(self, text: Message) -> None:
        self.item.messages = [*self.item.messages, message_to_json(text)]

    def _entries(self) -> list[Software]:
        """The repository's entries, those first that are no tombstones; several where its address moved."""
        if self.repository.newest_assessment_id is None:  # what was never judged has none
            return []
        self.change.session.flush()
        query = select(Software).where(Software.repository_id == self.repository.id)
        return list(self.change.session.exec(query.order_by(Software.deactivated, col(Software.slug))))

    def _entry(self) -> Software | None:
        return next(iter(self._entries()), None)

    def _deactivate(self, reason: str, but: Software | None = None) -> None:
        """Makes tombstones of the repository's entries, `but` of one."""
        for number, entry in enumerate(self._entries()):
            again = number == 0 and but is None and entry.deactivated != reason
            if entry is not but and (not entry.deactivated or again):
                entry.deactivated, entry.deactivated_at = reason, self._at
                self.change.session.add(entry)

    def _activate(self, entry: Software) -> None:
        if entry.deactivated:
            self._say(message("The entry was a tombstone and is shown again."))
            entry.deactivated, entry.deactivated_at = "", None

    def no_answer(self, answer: Reach) -> None:
        outcomes = {Reach.MISSING: Outcome.MISSING, Reach.GONE: Outcome.GONE}
        told = Reach.UNKNOWN if answer is Reach.UNKNOWN else self.repository.reach
        self.item.outcome = outcomes.get(told, Outcome.UNREACHABLE)
        if told is Reach.GONE:
            self._deactivate("gone")

    def unchanged(self) -> None:
        """The same commit, judged as before: only a second look at a missing file, or a return, can change something."""
        self.item.assessment_id = self.repository.newest_assessment_id if self.repository.file_path else None
        if second_look(self.repository.file_missing_since, self._at):
            self._withdraw()
        if self.hosting.part_of:
            self._is_part()
            return
        entry = self._entry()
        if (entry is not None and entry.deactivated == "gone") or self._is_own_now():
            self._follow_again()

    def _is_own_now(self) -> bool:
        """A technical fork whose repository now has the address that its file names."""
        fork = self.repository.relation == Relation.TECHNICAL_FORK
        return fork and self.repository.declared_key in {self.repository.key, *self.repository.aliases}

    def _follow_again(self) -> None:
        kept = self.change.session.get(AssessmentRecord, self.repository.newest_assessment_id)
        if kept is not None and self.repository.file_path:
            self._follow(kept, new=False)

    def _from_catalogue(self) -> bool:
        """What is known of it came from another catalogue, not from a file of its own."""
        return bool(self.repository.newest_assessment_id) and not self.repository.head_commit

    def no_file(self, repository: Repository) -> None:
        self.item.outcome = Outcome.EMPTY if repository.empty else Outcome.NO_FILE
        if self._from_catalogue():
            return  # it has none of its own: what the catalogue gave stands
        if self.repository.file_path or (self._entry() and not self.repository.file_missing_since):
            self.repository.file_missing_since = self._at
        elif second_look(self.repository.file_missing_since, self._at):
            self._withdraw()
        self.repository.file_path, self.repository.head_commit = "", repository.head or ""
        if self.hosting.part_of and self.item.outcome in (Outcome.NO_FILE, Outcome.WITHDRAWN):
            self._is_part()

    def _is_part(self) -> None:
        """The repository belongs to a system that another one stands for: no entry of its own."""
        self.repository.relation, self.repository.declared_key = Relation.PART, self.hosting.part_of
        self.item.outcome = Outcome.PART
        self._deactivate("part")

    def _withdraw(self) -> None:
        entry = self._entry()
        if entry is not None and entry.deactivated != "withdrawn":
            self._deactivate("withdrawn")
            self.item.outcome = Outcome.WITHDRAWN

    def file(self, candidate: Candidate, assessment: Assessment, ruleset: str) -> None:
        """Keeps the assessment where it tells something new, and lets the entry follow."""
        self.repository.file_missing_since = None
        self.repository.file_path = candidate.file.path
        self.repository.head_commit = self.item.commit
        kept, new = self._keep(candidate, assessment, ruleset)
        self.item.assessment_id = kept.id
        self.repository.newest_assessment_id = kept.id
        if self.hosting.part_of:
            self._is_part()
        else:
            self._follow(kept, new)

    def _keep(self, candidate: Candidate, assessment: Assessment, ruleset: str) -> tuple[AssessmentRecord, bool]:
        session = self.change.session
        values = without_persons(assessment.values)
        kept = AssessmentRecord(
            repository_id=self.repository.id,
            commit=self.item.commit,
            path=candidate.file.path,
            file_hash=self._store(candidate.file, self.look.redacted),
            license_files=[self._license_file(file) for file in candidate.license_files or ()],
            ruleset=ruleset,
            assessed_at=self._at,
            valid=assessment.valid,
            usable=assessment.usable,
            findings=[finding_to_json(finding) for finding in assessment.findings],
            values=values,
            license_declared=license_of(values),
            license_concluded=concluded(candidate.license_files, license_of(values)),
        )
        newest = (
            session.get(AssessmentRecord, self.repository.newest_assessment_id)
            if self.repository.newest_assessment_id
            else None
        )
        told = ("path", "file_hash", "license_files", "license_concluded", "findings", "values")
        if newest is not None and all(getattr(newest, name) == getattr(kept, name) for name in told):
            newest.ruleset = ruleset  # newer rules came to the same answer
            session.add(newest)
            return newest, False
        session.add(kept)
        session.flush()
        return kept, True

    def _store(self, file: RepositoryFile, redacted: bool = False) -> str:
        return "" if file.content is None else keep_file(self.change, file.content, redacted)

    def _license_file(self, file: RepositoryFile) -> dict[str, Any]:
        return {
            "path": file.path,
            "hash": self._store(file),
            "mode": file.mode,
            "size": file.size,
            "target": file.target,
        }

    def _follow(self, kept: AssessmentRecord, new: bool) -> None:
        """The entry follows its newest assessment; what cannot be shown leaves the last usable one standing."""
        if not kept.usable or kept.values is None:
            self._unusable(kept)
            return
        values = kept.values
        declared = address_key(str(values["url"]))
        own = {self.repository.key, *self.repository.aliases}
        self.repository.declared_key = declared
        if declared not in own and not self.look.from_catalogue:
            self.repository.relation = Relation.TECHNICAL_FORK
            self.item.outcome = Outcome.TECHNICAL_FORK
            self._say(
                message(
                    "The file names another repository: {url}. This one is not listed by itself; that entry links to it.",
                    url=str(values["url"]),
                )
            )
            self._deactivate("technical-fork")
            return
        self.change.session.flush()
        entry = self.change.session.exec(select(Software).where(Software.key == declared)).first()
        if entry is not None and entry.repository_id != self.repository.id and self.repository.key != declared:
            self.repository.relation = Relation.ALIAS
            self.item.outcome = Outcome.ALIAS
            self._deactivate("moved")
            return
        entry = entry or self._renamed(declared)
        self._deactivate("moved", but=entry)
        self.repository.relation = Relation.VARIANT if _based_on(values) - own else Relation.ORIGINAL
        if entry is None:
            self._add(kept, declared, values)
        elif new or entry.deactivated or self._owner_of(entry) != self._owner:
            self._update(entry, kept, values)

    @property
    def _owner(self) -> tuple[UUID, UUID]:
        return self.repository.id, self.hosting.publisher_id

    def _owner_of(self, entry: Software) -> tuple[UUID, UUID]:
        return entry.repository_id, entry.publisher_id

    def _renamed(self, key: str) -> Software | None:
        """This repository's entry under its former address: it takes the new one and keeps its slug."""
        entry = self._entry()
        if entry is not None:
            entry.key = key
        return entry

    def _unusable(self, kept: AssessmentRecord) -> None:
        self.item.outcome = Outcome.UNUSABLE
        entry = self._entry()
        if entry is not None:
            if entry.deactivated in (
                "gone",
                "withdrawn",
            ):  # it answers again, with a file: the last usable one is shown
                self._activate(entry)
            entry.newest_assessment_id = kept.id
            entry.unreadable_since = entry.unreadable_since or self._at
            self.change.session.add(entry)

    def _shown_url(self, values: Mapping[str, Any]) -> str:
        """The file's address; the repository's where the file writes it with another scheme or with a password."""
        url = str(values["url"]).strip()
        return url if url.lower().startswith(("http://", "https://")) and "@" not in url else self.repository.url

    def _add(self, kept: AssessmentRecord, key: str, values: Mapping[str, Any]) -> None:
        entry = Software(
            key=key,
            slug="",
            name=shown_name(values),
            url=self._shown_url(values),
            publisher_id=self.hosting.publisher_id,
            repository_id=self.repository.id,
            newest_assessment_id=kept.id,
            shown_assessment_id=kept.id,
            created_at=self._at,
            modified_at=self._at,
            based_on=sorted(_based_on(values)),
        )
        entry.slug = self.change.slug("software", entry.id, entry.name)
        self.change.session.add(entry)
        follow_file(self.change, entry.id, values)
        self.item.outcome = Outcome.ADDED

    def _update(self, entry: Software, kept: AssessmentRecord, values: Mapping[str, Any]) -> None:
        self._activate(entry)
        entry.name, entry.url = shown_name(values), self._shown_url(values)
        entry.publisher_id, entry.repository_id = self.hosting.publisher_id, self.repository.id
        entry.newest_assessment_id = entry.shown_assessment_id = kept.id
        entry.unreadable_since, entry.modified_at = None, self._at
        entry.based_on = sorted(_based_on(values))
        self.change.session.add(entry)
        follow_file(self.change, entry.id, values)
        self.item.outcome = Outcome.UPDATED


def keep_file(change: Change, content: bytes, redacted: bool = False) -> str:
    """Keeps a file once, by its content; gives its hash. `redacted`: a person was taken out of it before."""
    digest = sha256(content).hexdigest()
    if digest not in change.kept and change.session.get(StoredFile, digest) is None:
        erased_at = change.at if redacted else None
        change.session.add(StoredFile(hash=digest, size=len(content), content=content, erased_at=erased_at))
    change.kept.add(digest)
    return digest


def shown_name(values: Mapping[str, Any]) -> str:
    """The name, in one line and at most 200 letters: lists, pages and terminals show it as it is."""
    name = "".join(letter if letter.isprintable() else " " for letter in str(values["name"]))
    return " ".join(name.split())[:200]


def license_of(values: Mapping[str, Any] | None) -> str:
    """The licence as the file declares it, NOASSERTION where it declares none."""
    legal = (values or {}).get("legal")
    declared = legal.get("license") if isinstance(legal, Mapping) else None
    return declared.strip() if isinstance(declared, str) and declared.strip() else "NOASSERTION"


def _based_on(values: Mapping[str, Any]) -> set[str]:
    named = values.get("isBasedOn")
    return {
        address_key(url)
        for url in (named if isinstance(named, list) else [named])
        if isinstance(url, str) and url.strip()
    }
