"""The tables: what the registry knows, in the words of docs/architecture.md."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Column, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from .columns import Json, UtcDateTime, words
from .evidence_models import ArchivedReport, Declaration, SbomRecord, ScanRecord
from .license_models import AuditMethod, LicenseConclusion, LicenseVerdictRecord, LicenseWaiver
from .usage_models import Collection, Usage

__all__ = [
    "ActivityRecord",
    "ArchivedReport",
    "AssessmentRecord",
    "AuditMethod",
    "CodeHosting",
    "Collection",
    "Declaration",
    "DriftRecord",
    "ErasureRecord",
    "Event",
    "FactsRecord",
    "HarvestItem",
    "HarvestRun",
    "LicenseConclusion",
    "LicenseVerdictRecord",
    "LicenseWaiver",
    "Listing",
    "Outcome",
    "Proposal",
    "Publisher",
    "Reach",
    "Relation",
    "RepositoryRecord",
    "SbomRecord",
    "ScanRecord",
    "SlugRecord",
    "Software",
    "StoredFile",
    "Usage",
]


class Reach(StrEnum):
    """Whether a repository answers. Gone: two missing answers at least 24 hours apart."""

    OK = "ok"
    UNKNOWN = "unknown"
    MISSING = "missing"
    GONE = "gone"


class Relation(StrEnum):
    """How a repository's file relates to the address it names (the standard's forks and variants)."""

    ORIGINAL = "original"
    VARIANT = "variant"
    TECHNICAL_FORK = "technical-fork"
    ALIAS = "alias"
    PART = "part"


class Outcome(StrEnum):
    """What became of one repository in one run."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    TECHNICAL_FORK = "technical-fork"
    ALIAS = "alias"
    UNUSABLE = "unusable"
    NO_FILE = "no-file"
    EMPTY = "empty"
    WITHDRAWN = "withdrawn"
    UNREACHABLE = "unreachable"
    MISSING = "missing"
    GONE = "gone"
    PART = "part"
    LISTED = "listed"
    UNLISTED = "unlisted"
    NEEDS_LISTING = "needs-listing"
    FAILED = "failed"


class Publisher(SQLModel, table=True):
    """The administration that answers for code. `identifier` is its `id` in publishers.yml, `uri` its official identifier."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    identifier: str = Field(unique=True)
    slug: str = Field(unique=True)
    name: str
    names: dict[str, str] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
    uri: str = ""
    parent_id: UUID | None = Field(default=None, foreign_key="publisher.id", index=True)
    listed: bool = True


class CodeHosting(SQLModel, table=True):
    """An address where a publisher keeps code.

    `kind`: `repository`, `group` for what a host must list, `catalogue` for another catalogue as a source. `driver`: the kind of
    host or catalogue, where the list says so or a harvest found it out. `part_of`: the key of the repository that stands for
    the system to which this one belongs. `listed_until`: the newest change that a listing showed; the next one asks from
    there, less an overlap. `full_listing_at`: when the list was last read to its end.
    """

    __tablename__ = "code_hosting"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    publisher_id: UUID = Field(foreign_key="publisher.id", index=True)
    url: str
    key: str = Field(unique=True)
    kind: str = "repository"
    driver: str = ""
    part_of: str = Field(default="", index=True)
    listed_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    full_listing_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    exclude: list[str] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    listed: bool = True


class RepositoryRecord(SQLModel, table=True):
    """One repository: what is known of the place, apart from the entry it may give.

    `key` is the normalised address, `aliases` other keys under which the host serves it; `host_id` and `state` are those of
    `Repository`; `reach_since` is when `reach` was first so; `file_path` is empty where the newest commit has no
    publiccode.yml, `file_missing_since` since when.
    """

    __tablename__ = "repository"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    code_hosting_id: UUID = Field(foreign_key="code_hosting.id", index=True)
    url: str
    key: str = Field(unique=True)
    host_id: str = Field(default="", index=True)
    state: str = ""
    aliases: list[str] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    head_commit: str = ""
    default_branch: str = ""
    reach: Reach = Field(default=Reach.UNKNOWN, sa_column=Column(words(Reach), nullable=False))
    reach_since: datetime = Field(sa_type=UtcDateTime)
    archived: bool = False
    empty: bool = False
    file_path: str = ""
    file_missing_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    relation: str = ""
    declared_key: str = Field(default="", index=True)
    newest_assessment_id: UUID | None = None


class StoredFile(SQLModel, table=True):
    """A file's content, once, by the SHA-256 of what was first stored. `erased_at`: a person was taken out of `content`."""

    __tablename__ = "stored_file"

    hash: str = Field(primary_key=True)
    size: int
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    erased_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class AssessmentRecord(SQLModel, table=True):
    """One assessment of one file at one commit. Kept for ever: the history of an entry.

    `values` is what the file says without the persons in it (they stand in the stored file alone); `license_files` are
    `{path, hash, mode, target, size}`; `ruleset` names the rules that judged.
    """

    __tablename__ = "assessment"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    repository_id: UUID = Field(foreign_key="repository.id", index=True)
    commit: str
    path: str
    file_hash: str = Field(default="", index=True)
    license_files: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    ruleset: str
    assessed_at: datetime = Field(sa_type=UtcDateTime)
    valid: bool
    usable: bool
    findings: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    values: dict[str, Any] | None = Field(default=None, sa_column=Column(Json))
    license_declared: str = "NOASSERTION"
    license_concluded: str = "NOASSERTION"


class Software(SQLModel, table=True):
    """The catalogue's entry. `key` is the normalised `url` of its file; `deactivated` is empty or says why it is a tombstone.

    `based_on` are the normalised addresses of the shown file's `isBasedOn`.
    """

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    key: str = Field(unique=True)
    slug: str = Field(unique=True)
    name: str
    url: str
    publisher_id: UUID = Field(foreign_key="publisher.id", index=True)
    repository_id: UUID = Field(foreign_key="repository.id", index=True)
    newest_assessment_id: UUID = Field(foreign_key="assessment.id")
    shown_assessment_id: UUID = Field(foreign_key="assessment.id")
    based_on: list[str] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    unreadable_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    deactivated: str = Field(default="", index=True)
    deactivated_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime, index=True)
    modified_at: datetime = Field(sa_type=UtcDateTime, index=True)


class FactsRecord(SQLModel, table=True):
    """What a host told about a repository besides its content (`Facts`), from `at` on until the next record differs."""

    __tablename__ = "facts"
    __table_args__ = (Index("facts_repository_at", "repository_id", "at"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    repository_id: UUID = Field(foreign_key="repository.id")
    at: datetime = Field(sa_type=UtcDateTime)
    facts: dict[str, Any] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))


class ActivityRecord(SQLModel, table=True):
    """The activity index of an entry from `at` on: 0..100, None where too little is known; `points` tell how it came."""

    __tablename__ = "activity"
    __table_args__ = (Index("activity_software_at", "software_id", "at"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    software_id: UUID = Field(foreign_key="software.id")
    at: datetime = Field(sa_type=UtcDateTime)
    index: int | None = None
    points: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(Json, nullable=False))


class DriftRecord(SQLModel, table=True):
    """How far a variant stands from one upstream that its file names under isBasedOn, from `at` on.

    `upstream` is the address as the file writes it; `behind` and `ahead` are commits, None where the host does not tell;
    `own_release` and `upstream_release` are `{name, at}`, empty where unknown. `message`: why nothing is known.
    """

    __tablename__ = "drift"
    __table_args__ = (Index("drift_software_at", "software_id", "at"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    software_id: UUID = Field(foreign_key="software.id")
    upstream: str
    at: datetime = Field(sa_type=UtcDateTime)
    behind: int | None = None
    ahead: int | None = None
    own_release: dict[str, str] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
    upstream_release: dict[str, str] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
    message: dict[str, Any] | None = Field(default=None, sa_column=Column(Json))


class Listing(SQLModel, table=True):
    """That another catalogue lists a software: where there, under which terms, and the record as it was given.

    `key` is the normalised address that the catalogue names; `software_id` the entry that stands for it here, None where
    none does yet; `quirks` are messages: what was read differently from how it is written. `ended_at`: no longer listed.
    """

    __tablename__ = "listing"
    __table_args__ = (UniqueConstraint("code_hosting_id", "source_id"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    code_hosting_id: UUID = Field(foreign_key="code_hosting.id", index=True)
    source_id: str
    key: str = Field(index=True)
    url: str
    page: str = ""
    software_id: UUID | None = Field(default=None, foreign_key="software.id", index=True)
    original_hash: str = ""
    terms: str = ""
    attribution: str = ""
    quirks: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    listed_at: datetime = Field(sa_type=UtcDateTime)
    modified_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Proposal(SQLModel, table=True):
    """An address that somebody proposed for the catalogue. `status`: see `registry/proposals.py`.

    `judged` is what was found when it was proposed: `{outcome, valid, usable, errors, warnings, name, commit}`. `remark` is for
    whoever decides, and empty afterwards.
    """

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    number: int = Field(unique=True)
    url: str
    key: str = Field(index=True)
    at: datetime = Field(sa_type=UtcDateTime)
    publisher: str = ""
    remark: str = ""
    judged: dict[str, Any] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
    status: str = Field(default="open", index=True)
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decided_by: str = ""
    reason: str = ""


class HarvestRun(SQLModel, table=True):
    """One run over one code hosting. Runs started by one command share a `harvest_id`.

    `status`: running, finished, interrupted (the process ended before it), failed (we are wrong: see the log), postponed (the
    host asked for it, `resume_at` says until when). `wishes`: how much was asked of the harvest. `listing`: full or incremental
    for a group or a catalogue, else empty; `listed`: how many repositories it gave. The costs are those of the listing; an item
    has its own.
    """

    __tablename__ = "harvest_run"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    harvest_id: UUID = Field(index=True)
    code_hosting_id: UUID = Field(foreign_key="code_hosting.id", index=True)
    started_at: datetime = Field(sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    status: str = Field(default="running", index=True)
    wishes: str = ""
    listing: str = ""
    listed: int = 0
    resume_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    milliseconds: int = 0
    requests: int = 0
    bytes_sent: int = 0
    bytes_received: int = 0


class HarvestItem(SQLModel, table=True):
    """What became of one repository in one run, with its messages, and what it cost."""

    __tablename__ = "harvest_item"
    __table_args__ = (Index("harvest_item_repository_at", "repository_key", "at"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    run_id: UUID = Field(foreign_key="harvest_run.id", index=True)
    repository_key: str
    url: str
    outcome: Outcome = Field(sa_column=Column(words(Outcome), nullable=False))
    messages: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    commit: str = ""
    assessment_id: UUID | None = None
    at: datetime = Field(sa_type=UtcDateTime)
    milliseconds: int = 0
    requests: int = 0
    bytes_sent: int = 0
    bytes_received: int = 0


class Event(SQLModel, table=True):
    """The append-only log: one row for every change of a row above, written in the same transaction, never changed.

    `before` and `after` hold the fields that changed; persons stand in them by reference (a file's hash) only. `actor` is who
    wrote, as `before` and `after` of what people decide may tell as well: out of these alone an erasure takes a person
    (`actors.py`).
    """

    sequence: int | None = Field(default=None, primary_key=True)
    id: UUID = Field(default_factory=uuid4)
    at: datetime = Field(sa_type=UtcDateTime)
    actor: str
    entity: str
    entity_id: str
    kind: str
    before: dict[str, Any] | None = Field(default=None, sa_column=Column(Json))
    after: dict[str, Any] | None = Field(default=None, sa_column=Column(Json))

    __table_args__ = (Index("event_entity", "entity", "entity_id"), {"sqlite_autoincrement": True})


class SlugRecord(SQLModel, table=True):
    """A slug that was given out, for ever: addresses are never reused for something else."""

    __tablename__ = "slug"
    __table_args__ = (UniqueConstraint("entity", "slug"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    entity: str
    slug: str
    entity_id: UUID


class ErasureRecord(SQLModel, table=True):
    """A person who was taken out, known by a keyed digest only, so that the next harvest takes them out again."""

    __tablename__ = "erasure"

    digest: str = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    actor: str
    reason: str = ""
