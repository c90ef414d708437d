"""The tables of what is kept as evidence: bills of materials, deep scans, what agencies declare, archived reports."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Column, Index
from sqlmodel import Field, SQLModel

from .columns import Json, UtcDateTime

# What the log does not repeat of these tables: records of their own, what people write, and their names.
PRIVATE = (
    *(f"sbom.{column}" for column in ("place", "tool", "licenses", "missing", "message")),
    *(f"scan.{column}" for column in ("licenses", "missing", "unused", "deprecated", "bad", "without", "copyrights")),
    *("scan.message", "declaration.value", "declaration.by", "declaration.ended_by", "archived_report.by"),
)


class SbomRecord(SQLModel, table=True):
    """One bill of materials (SBOM) of an entry, as it was at `at`.

    The newest of a place counts; a place that is gone has `ended_at`.
    `kind`: repository, release or given; `place` is the path in the repository, the address at the release, or the name of
    the given file. `format` is a name and version (`SPDX 2.3 JSON`), `made_at` and `tool` are what the document says of itself.
    `licenses` count packages by their canonical SPDX expression, "" being those that have none that can be read; `unknown`
    are those that state what nobody can tell (sboms.unstated: those that state nothing). `missing` are the NTIA minimum
    elements that it lacks. `message` says why it could not be read; then nothing is counted, and the file is not kept.
    `inputs`: the reader, the digest and size of the document as it was found; `commit`: where it was seen last.
    """

    __tablename__ = "sbom"
    __table_args__ = (Index("sbom_software_number", "software_id", "number"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    number: int = Field(unique=True)
    software_id: UUID = Field(foreign_key="software.id")
    at: datetime = Field(sa_type=UtcDateTime)
    kind: str
    place: str
    file_hash: str = ""
    format: str = ""
    commit: str = ""
    made_at: str = ""
    tool: str = ""
    packages: int = 0
    licenses: dict[str, int] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
    unknown: int = 0
    score: int = 0
    missing: list[str] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    message: dict[str, Any] | None = Field(default=None, sa_column=Column(Json))
    inputs: str = ""
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ScanRecord(SQLModel, table=True):
    """A deep scan of an entry's files at `commit`. Never holds a secret that a scan found.

    `with_license` and `with_copyright` are of `files` those that say so themselves (REUSE). `licenses` count files by licence;
    `missing`, `unused`, `deprecated` and `bad` are ids as the REUSE specification has them; `without` are the first paths
    of files that say nothing (`without_count` in all), `copyrights` the first distinct copyright lines. `message` says
    what was left out, or why there is no answer.
    """

    __tablename__ = "scan"
    __table_args__ = (Index("scan_software_number", "software_id", "number"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    number: int = Field(unique=True)
    software_id: UUID = Field(foreign_key="software.id")
    at: datetime = Field(sa_type=UtcDateTime)
    commit: str
    tool: str = ""
    files: int = 0
    bytes: int = 0
    with_license: int = 0
    with_copyright: int = 0
    compliant: bool | None = None
    licenses: dict[str, int] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
    missing: list[str] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    unused: list[str] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    deprecated: list[str] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    bad: list[str] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    without: list[str] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    without_count: int = 0
    copyrights: list[str] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    message: dict[str, Any] | None = Field(default=None, sa_column=Column(Json))


class Declaration(SQLModel, table=True):
    """What an agency declares about an entry, or about itself, beyond its files: from `at` until `ended_at`. Never deleted.

    One of `software_id` and `publisher_id` is set. `kind` is one of the table in `registry/declarations.py`, which also
    says what `value` holds (tool, day, level, address of the evidence). `by`: who recorded it here.
    """

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    number: int = Field(unique=True)
    software_id: UUID | None = Field(default=None, foreign_key="software.id", index=True)
    publisher_id: UUID | None = Field(default=None, foreign_key="publisher.id", index=True)
    kind: str
    value: dict[str, Any] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
    at: datetime = Field(sa_type=UtcDateTime)
    by: str
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_by: str = ""


class ArchivedReport(SQLModel, table=True):
    """A report kept as it was given out: its bytes are the stored file `file_hash`.

    `kind` is what it reports (audit, compliance, readiness, sbom); `scope` and `name` what it is about, as in
    `registry/audit/report.py`; `as_of` the moment that it tells of; `form` its format, `language` a BCP 47 tag.
    """

    __tablename__ = "archived_report"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    number: int = Field(unique=True)
    at: datetime = Field(sa_type=UtcDateTime)
    by: str
    kind: str
    scope: str
    name: str = Field(default="", index=True)
    as_of: datetime = Field(sa_type=UtcDateTime)
    form: str
    language: str
    file_hash: str
    size: int
