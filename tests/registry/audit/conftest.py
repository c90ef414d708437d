"""A world whose licences are judged by a small judge, so that these tests say nothing about licence texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from publiccode.registry.audit.method import Method, MethodError, Rules
from publiccode.registry.audit.verdicts import Followed, follow_licenses, history
from publiccode.registry.models import LicenseVerdictRecord, Reach, Software
from publiccode.registry.observations import Look
from publiccode.registry.store import Store
from publiccode.registry.upgrade import upgrade
from publiccode.schemas.candidate import Candidate, Repository, RepositoryFile
from publiccode.schemas.licensing.found import NOASSERTION, Identification, Means, Part
from publiccode.schemas.licensing.verdict import Code, FoundFile, LicenseVerdict
from publiccode.schemas.validator import assess

from ...looks import World, software

TAIPEI = ZoneInfo("Asia/Taipei")
FIRST, SECOND = "https://code.yunwu.example/first", "https://code.yunwu.example/second"


def judge(declared: str, files: Sequence[FoundFile], host: str = "") -> LicenseVerdict:
    """What the files say first, against the declaration; what the host says besides."""
    concluded = next((file.identification.concluded for file in files), NOASSERTION)
    compared = (
        (Code.NO_TEXT if not files else Code.UNKNOWN)
        if concluded == NOASSERTION
        else Code.AGREE
        if concluded == declared
        else Code.MISMATCH
    )
    differs = (Code.HOST_DIFFERS,) if host and host != concluded else ()
    return LicenseVerdict((compared, *differs), declared, declared, tuple(files), host, concluded)


def violated_by(content: Mapping[str, Any]) -> Rules:
    """The codes that a policy forbids are its rules; a licence that it forbids violates `license-forbidden`."""
    if "forbidden" not in content:
        raise MethodError("nothing is forbidden")
    forbidden: list[str] = content["forbidden"]

    def violated(verdict: LicenseVerdictRecord) -> frozenset[str]:
        named = {"license-forbidden"} if verdict.concluded in forbidden else set()
        return frozenset({code for code in verdict.codes if code in forbidden} | named)

    return violated


@dataclass
class Identifier:
    """Takes the first word of a file for its licence, and counts how often it is asked."""

    asked: list[str] = field(default_factory=list)

    def __call__(self, content: bytes, name: str = "") -> Identification:
        self.asked.append(name)
        word = content.decode().split(maxsplit=1)[0] if content.strip() else NOASSERTION
        return Identification(word, parts=(Part(word, Means.TEXT, 1.0, "en", ((1, 1),)),))


@dataclass
class AuditWorld(World):
    """A world with a method of judging, which can be exchanged."""

    identifier: Identifier = field(default_factory=Identifier)
    method: Method = field(init=False)

    def __post_init__(self) -> None:
        self.method = Method(
            policy="small",
            policy_content={"forbidden": ["mismatch", "no-text"]},
            license_list="3.29.0",
            texts="one",
            program="0.1.0",
            identify=self.identifier,
            judge=judge,
            violated_by=violated_by,
            zone=TAIPEI,
        )

    def follow(self, **changes: Any) -> Followed:
        """The verdicts follow, by a method with these changes from now on."""
        self.method = replace(self.method, **changes)
        return follow_licenses(self.store, self.method, self.now)

    def entry(self, url: str) -> Software:
        """The entry of this address."""
        with self.store.reading() as session:
            found = session.exec(select(Software).where(Software.url == url)).one()
            session.expunge_all()
        return found

    def verdicts(self, url: str) -> list[LicenseVerdictRecord]:
        """All verdicts of an entry, the newest first."""
        with self.store.reading() as session:
            found = list(history(session, self.entry(url).id))
            session.expunge_all()
        return found

    def id_of(self, url: str) -> UUID:
        """The id of an entry."""
        return self.entry(url).id


def told_by_another(world: World, url: str) -> None:
    """Another catalogue gave the file; nobody has read the repository."""
    candidate = Candidate(RepositoryFile("publiccode.yml", software(url, "First")))
    world.look(Look(url, Reach.OK, Repository(url, "", ""), True, candidate, assess(candidate)))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[AuditWorld]:
    store = Store(f"sqlite:///{tmp_path / 'registry.sqlite'}")
    upgrade(store)
    yield AuditWorld(store)
    store.close()
