"""What an answer to "why?" is made of: its steps, and who asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

from ..schemas.finding import Finding, Message
from .without_file import Prepared

NOTHING = Message("")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an address: `state` is ok, problem or note; `next` says what to do (empty: nothing)."""

    state: str
    text: Message
    at: datetime | None = None
    next: Message = NOTHING
    details: tuple[Message, ...] = ()
    path: str = ""
    findings: tuple[Finding, ...] = ()
    """What to repair in the file `path`; each says what to write instead."""
    software: str = ""
    """Slug of the entry that this step speaks of."""
    audited: str = ""
    """Slug of the entry whose licence this step speaks of: its audit tells more."""
    proposable: bool = False
    """Nobody lists the address: it can be proposed."""
    prepared: Prepared | None = None
    """The repository for which a publiccode.yml is prepared."""

    def to_json(self, language: str = "en") -> dict[str, Any]:
        """The step as people and machines read it."""
        return {
            "state": self.state,
            "at": self.at.isoformat() if self.at else None,
            "text": self.text.in_language(language),
            "details": [detail.in_language(language) for detail in self.details],
            "path": self.path,
            "findings": [finding.to_json(language) for finding in self.findings],
            "next": self.next.in_language(language),
            "software": self.software,
            "audited": self.audited,
            "prepared": self.prepared.url if self.prepared else "",
        }


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks: the language in which names are said, the zone in which times are; `only_valid` is SHOW_ONLY_VALID."""

    language: str = ""
    zone: tzinfo = UTC
    only_valid: bool = False


ANYBODY = Reader()
