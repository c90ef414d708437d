"""The tables: what the registry knows, in the words of docs/architecture.md."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Column, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from .columns import Json, UtcDateTime, words


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
    """An address where a publisher keeps code. `kind`: `repository`, or `group` for what a host must list."""

    __tablename__ = "code_hosting"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    publisher_id: UUID = Field(foreign_key="publisher.id", index=True)
    url: str
    key: str = Field(unique=True)
    kind: str = "repository"
    exclude: list[str] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    listed: bool = True


class RepositoryRecord(SQLModel, table=True):
    """One repository: what is known of the place, apart from the entry it may give.

    `key` is the normalised address, `aliases` other keys under which the host serves it; `reach_since` is when `reach`
    was first so; `file_path` is empty where the newest commit has no publiccode.yml, `file_missing_since` since when.
    """

    __tablename__ = "repository"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    code_hosting_id: UUID = Field(foreign_key="code_hosting.id", index=True)
    url: str
    key: str = Field(unique=True)
    host_id: str = ""
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
    created_at: datetime = Field(sa_type=UtcDateTime)
    modified_at: datetime = Field(sa_type=UtcDateTime, index=True)


class HarvestRun(SQLModel, table=True):
    """One run over one code hosting. Runs started by one command share a `harvest_id`.

    `status`: running, finished, interrupted (the process ended before it), failed (we are wrong: see the log).
    """

    __tablename__ = "harvest_run"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    harvest_id: UUID = Field(index=True)
    code_hosting_id: UUID = Field(foreign_key="code_hosting.id", index=True)
    started_at: datetime = Field(sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    status: str = Field(default="running", index=True)


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

    `before` and `after` hold the fields that changed; persons stand in them by reference (a file's hash) only.
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
