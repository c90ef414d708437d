"""An agency with a group of repositories at a simulated host, and a registry that harvests it, with a clock of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlmodel import SQLModel, select

from publiccode.harvesters.hosts import Hosts
from publiccode.harvesters.http import Http
from publiccode.harvesters.run import Harvest, harvest
from publiccode.harvesters.workers import Parts, Wishes
from publiccode.registry.models import CodeHosting, HarvestItem, RepositoryRecord, Software
from publiccode.registry.publishers import ListedPublisher, import_publishers
from publiccode.registry.settings import Mirror
from publiccode.registry.store import Store
from publiccode.registry.upgrade import upgrade
from publiccode.schemas.validator import assess, ruleset

from ..forges.server import ForgeServer
from ..forges.world import Repo, World
from ..looks import software

TOKEN = "token-of-the-registry"
MIT = b"MIT License\n\nPermission is hereby granted, free of charge\n"


@dataclass
class Agency:
    """The group `group` at the host `name`, which `server` stands for; `url` is the group's address."""

    folder: Path
    server: ForgeServer
    kind: str
    name: str
    api: str
    group: str = "gov"
    now: datetime = datetime(2026, 6, 1, tzinfo=UTC)
    token: str = TOKEN
    mirrors: tuple[Mirror, ...] = ()
    reachable: tuple[str, ...] = ()
    items: dict[str, HarvestItem] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.tokens = {self.name: self.token} if self.token else {}
        self.store = Store(f"sqlite:///{self.folder / 'registry.sqlite'}")
        upgrade(self.store)
        self.http = Http()
        self.forgive()
        self.lists([self.url])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _k: type[BaseException] | None, _e: BaseException | None, _t: TracebackType | None) -> None:
        self.http.close()
        self.store.close()

    def forgive(self) -> None:
        """What hosts asked of us is forgotten, as at the next harvest."""
        self.http.close()
        self.http = Http([self.server.authority, *self.reachable], backoff=(), read_seconds=3, longest_seconds=6)

    @property
    def url(self) -> str:
        return f"https://{self.name}/{self.group}"

    @property
    def world(self) -> World:
        return self.server.world

    def lists(self, orgs: Iterable[str] = (), repos: Iterable[str] = (), exclude: Iterable[str] = ()) -> None:
        entry = ListedPublisher("gov", "雲霧市政府", orgs=tuple(orgs), repos=tuple(repos), exclude=tuple(exclude))
        with self.store.writing("test", self.now) as change:
            import_publishers(change, [entry])

    def parts(self, **changes: Any) -> Parts:
        mirrors = (Mirror(self.api, self.server.url, self.kind), *self.mirrors)
        hosts = Hosts(self.http, mirrors, {self.name: self.kind}, self.tokens)
        return replace(Parts(self.store, self.http, hosts, assess, ruleset(), 4, clock=lambda: self.now), **changes)

    def harvest(self, **wishes: Any) -> Harvest:
        with self.store.reading() as session:
            hostings = list(session.exec(select(CodeHosting).where(CodeHosting.listed).order_by(CodeHosting.url)))
            session.expunge_all()
        self.items = {}
        return harvest(self.parts(), hostings, self._keep, Wishes(**wishes))

    def _keep(self, _: CodeHosting, item: HarvestItem) -> None:
        self.items[item.url.removeprefix(f"https://{self.name}/")] = item

    def outcomes(self, **wishes: Any) -> dict[str, str]:
        """Harvests; what became of each, by its path."""
        self.harvest(**wishes)
        return {path: item.outcome.value for path, item in self.items.items()}

    def asked(self, work: Callable[[], object]) -> int:
        """How many requests the host gets by some work."""
        before = len(self.server.requests)
        work()
        return len(self.server.requests) - before

    def later(self, **time: float) -> None:
        self.now += timedelta(**time)

    def entries(self) -> dict[str, str]:
        """The entries by their key: why deactivated, empty where shown."""
        return {entry.key: entry.deactivated for entry in self.rows(Software)}

    def records(self) -> dict[str, RepositoryRecord]:
        return {record.key: record for record in self.rows(RepositoryRecord)}

    def rows(self, table: type[Any]) -> list[Any]:
        with self.store.reading() as session:
            found = list(session.exec(select(table)))
            session.expunge_all()
            return found

    def publish(self, name: str, files: Mapping[str, Any] | None = None, **facts: Any) -> Repo:
        """A repository of the group with a publiccode.yml and a licence."""
        url = f"{self.url}/{name}"
        own = {"publiccode.yml": software(url, f"陳情系統 {name}"), "LICENSE": MIT + name.encode()}
        return self.world.add(f"{self.group}/{name}", {**own, **(files or {})}, **facts)


__all__ = ["MIT", "TOKEN", "Agency", "SQLModel"]
