"""The tables of the licence audit: what was found, what auditors concluded and waived, and by what it was judged."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Column, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from .columns import Json, UtcDateTime


class AuditMethod(SQLModel, table=True):
    """By what licences are judged from `at` on: the policy with its content, the version of the SPDX list and of our texts."""

    __tablename__ = "audit_method"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    policy: str
    policy_content: dict[str, Any] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
    license_list: str
    texts: str
    program: str = ""


class LicenseVerdictRecord(SQLModel, table=True):
    """What was found about an entry's licence, from `at` on until the next record.

    `codes` are those of `schemas/licensing/verdict.py`, the one that compares the declaration with the texts first. `found` are
    `{path, hash, target, identification}` of the licence files; `host` what the host itself detected, at `host_at`. `concluded` is
    what the texts say, or, with `conclusion_id`, what an auditor concluded. `inputs` is a digest of all that was judged, the
    only column that changes: where newer inputs came to the same verdict. `number` counts all verdicts in the order in which they
    were written: clocks go back at times.
    """

    __tablename__ = "license_verdict"
    __table_args__ = (
        UniqueConstraint("number", name="license_verdict_number"),
        Index("license_verdict_software_number", "software_id", "number"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    number: int
    software_id: UUID = Field(foreign_key="software.id")
    at: datetime = Field(sa_type=UtcDateTime)
    assessment_id: UUID = Field(foreign_key="assessment.id")
    declared: str
    normalized: str = ""
    found: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    host: str = ""
    host_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    concluded: str = "NOASSERTION"
    conclusion_id: UUID | None = Field(default=None, foreign_key="license_conclusion.id")
    codes: list[str] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    inputs: str


class LicenseConclusion(SQLModel, table=True):
    """What an auditor concluded about an entry's licence, from `at` until `ended_at`.

    `files` is a digest of the declaration and the licence files that the auditor saw: when they change, it ends.
    """

    __tablename__ = "license_conclusion"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    number: int = Field(unique=True)
    software_id: UUID = Field(foreign_key="software.id", index=True)
    at: datetime = Field(sa_type=UtcDateTime)
    by: str
    license: str
    reason: str
    files: str
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_because: str = ""


class LicenseWaiver(SQLModel, table=True):
    """That a rule of the policy is waived for an entry until the end of a day (`until`, YYYY-MM-DD in the instance's time zone)."""

    __tablename__ = "license_waiver"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    number: int = Field(unique=True)
    software_id: UUID = Field(foreign_key="software.id", index=True)
    at: datetime = Field(sa_type=UtcDateTime)
    by: str
    rule: str
    reason: str
    remark: str = ""
    until: str
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_by: str = ""
