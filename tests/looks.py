"""Invented looks at repositories, for tests that need a registry with something in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import yaml
from sqlmodel import select

from publiccode.registry.models import CodeHosting, HarvestItem, HarvestRun, Reach
from publiccode.registry.observations import Look, record
from publiccode.registry.publishers import ListedPublisher, import_publishers
from publiccode.registry.store import Store
from publiccode.schemas.candidate import Candidate, Repository, RepositoryFile
from publiccode.schemas.finding import message
from publiccode.schemas.validator import assess, ruleset

BEGIN = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
LONG = "這套系統讓民眾在網路上提出陳情，承辦人員可以分案、回覆、追蹤辦理進度，並將統計結果公開。" * 5


def software(url: str, name: str = "陳情系統", **changes: Any) -> bytes:
    """A valid publiccode.yml for `url`; `changes` replace its top-level keys (None takes one out)."""
    values: dict[str, Any] = {
        "publiccodeYmlVersion": "0",
        "name": name,
        "url": url,
        "platforms": ["web"],
        "categories": ["communications"],
        "developmentStatus": "stable",
        "softwareType": "standalone/web",
        "description": {
            "zh-Hant": {
                "shortDescription": "民眾陳情與案件追蹤",
                "longDescription": LONG,
                "features": ["線上陳情", "進度查詢"],
            }
        },
        "legal": {"license": "EUPL-1.2"},
        "maintenance": {
            "type": "internal",
            "contacts": [{"name": "林小雨", "email": "lin@yunwu.example", "phone": "+886-2-5550-1234"}],
        },
        "localisation": {"localisationReady": True, "availableLanguages": ["zh-Hant"]},
    }
    values.update(changes)
    return yaml.safe_dump(
        {key: value for key, value in values.items() if value is not None}, allow_unicode=True
    ).encode()


@dataclass
class World:
    """A store with a clock that stands still until it is moved, and one publisher."""

    store: Store
    now: datetime = BEGIN
    ruleset: str = field(default_factory=ruleset)

    def later(self, **time: float) -> None:
        self.now += timedelta(**time)

    def list(self, *publishers: ListedPublisher) -> None:
        with self.store.writing("test", self.now) as change:
            import_publishers(change, publishers)

    def publish(self, *urls: str, identifier: str = "yunwu", names: Mapping[str, str] | None = None) -> None:
        self.list(ListedPublisher(identifier, "雲霧市政府", names or {"en": "City of Yunwu"}, repos=urls))

    def look(self, look: Look) -> HarvestItem:
        """Records a look in a run of its own."""
        with self.store.writing("harvest", self.now) as change:
            hosting = change.session.exec(select(CodeHosting).where(CodeHosting.url == look.url)).one()
            run = HarvestRun(harvest_id=uuid4(), code_hosting_id=hosting.id, started_at=self.now, finished_at=self.now)
            run.status = "finished"
            change.session.add(run)
            change.session.flush()
            item = record(change, hosting, run.id, look, self.ruleset)
            change.session.flush()
            change.session.expunge_all()
        return item

    def finds(
        self,
        url: str,
        content: bytes | None,
        head: str = "",
        archived: bool = False,
        files: Mapping[str, bytes] | None = None,
        **facts: Any,
    ) -> HarvestItem:
        """The repository answers with this publiccode.yml (None: without one), and with these licence files beside it."""
        repository = Repository(url, head or UUID(int=hash((url, content)) % 2**128).hex, "main", archived, facts=facts)
        if content is None:
            return self.look(Look(url, Reach.OK, repository, read=True))
        beside = tuple(RepositoryFile(path, text, size=len(text)) for path, text in (files or {}).items())
        looked = beside if files is not None else None  # else nobody looked what lies beside it
        candidate = Candidate(RepositoryFile("publiccode.yml", content), repository, looked)
        return self.look(Look(url, Reach.OK, repository, True, candidate, assess(candidate)))

    def same(self, url: str, head: str = "0" * 40) -> HarvestItem:
        """The repository answers with the commit that is known."""
        return self.look(Look(url, Reach.OK, Repository(url, head, "main")))

    def fails(self, url: str, answer: Reach) -> HarvestItem:
        """The repository does not answer (UNKNOWN), or says that it is not there (MISSING)."""
        return self.look(Look(url, answer, messages=(message("{url} answered {status}.", url=url, status=503),)))
