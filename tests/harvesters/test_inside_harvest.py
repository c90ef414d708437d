"""A harvest whose lists, catalogues and files name addresses inside the network: each is told, all else goes on."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlmodel import select

from publiccode.harvesters.catalogues import CATALOGUES
from publiccode.harvesters.drift import measure
from publiccode.harvesters.hosts import HOSTS as KINDS
from publiccode.harvesters.hosts import Hosts
from publiccode.harvesters.http import Http
from publiccode.harvesters.run import harvest
from publiccode.harvesters.workers import Parts
from publiccode.registry.models import CodeHosting, DriftRecord, HarvestItem
from publiccode.registry.publishers import ListedPublisher, import_publishers
from publiccode.registry.settings import Mirror
from publiccode.registry.store import Store
from publiccode.registry.stored import message_from_json
from publiccode.registry.upgrade import upgrade
from publiccode.schemas.validator import assess, ruleset
from publiccode.web.demo.bare_repositories import lay_out
from publiccode.web.demo.git_server import GitServer

from ..looks import BEGIN, software
from .fault_server import FaultServer, always, answer
from .inside import AMBIGUOUS, HOSTS, Listener, resolve

TOKEN = "token-that-nobody-may-see"
HOST = "https://git.yunwu.example/"
GOOD = f"{HOST}petition"
REFUSED = "which is not public, and was not contacted"
# A host with a user name is the same one without it, and so is one in other letters.
NAMED = [host for host in dict.fromkeys(map(str.lower, HOSTS)) if "@" not in host]
ODD = [host for host in AMBIGUOUS if "@" not in host and "#" not in host]


@dataclass
class Registry:
    """A registry with one repository that can be read, at `server`; `listener` is inside the network."""

    folder: Path
    server: GitServer
    listener: Listener
    other: FaultServer
    items: dict[str, HarvestItem] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.store = Store(f"sqlite:///{self.folder / 'registry.sqlite'}")
        upgrade(self.store)
        self.http = Http([self.server.authority, self.other.authority], resolve=resolve, backoff=())
        names = {f"{kind}.inside.example:{self.listener.port}": kind for kind in KINDS if kind != "git"}
        hosts = Hosts(self.http, [Mirror(HOST, f"{self.server.url}/")], names, dict.fromkeys(names, TOKEN))
        self.parts = Parts(self.store, self.http, hosts, assess, ruleset(), 2, clock=lambda: BEGIN)
        self.push("petition")

    def push(self, name: str, **changes: object) -> None:
        files = {"publiccode.yml": software(HOST + name, f"陳情系統 {name}", **changes)}
        lay_out(self.folder / f"git/{name}.git", files, BEGIN)

    def inside(self, host: str, path: str = "city/lamp") -> str:
        return f"http://{host}:{self.listener.port}/{path}"

    def harvest(self, **listed: object) -> dict[str, str]:
        """Harvests GOOD and what else is listed; gives the outcomes."""
        entry = ListedPublisher("yunwu", "雲霧市政府", **{"repos": (GOOD,), **listed})  # type: ignore[arg-type]
        with self.store.writing("test", BEGIN) as change:
            import_publishers(change, [entry])
        with self.store.reading() as session:
            hostings = list(session.exec(select(CodeHosting).where(CodeHosting.listed)))
            session.expunge_all()
        self.items = {}
        harvest(self.parts, hostings, lambda _, item: self.items.update({item.url: item}))
        return {url: item.outcome.value for url, item in self.items.items()}

    def said(self, url: str) -> str:
        return "; ".join(str(message_from_json(one)) for one in self.items[url].messages)

    def untouched(self) -> bool:
        return (self.listener.connections, self.listener.heard) == (0, b"")


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    with GitServer(tmp_path / "git") as server, Listener() as listener, FaultServer() as other:
        made = Registry(tmp_path, server, listener, other)
        yield made
        made.http.close()
        made.store.close()


def test_single_repositories(registry: Registry) -> None:
    urls = [registry.inside(host) for host in NAMED]
    odd = [registry.inside(host) for host in ODD]
    assert registry.harvest(repos=(GOOD, *urls, *odd)) == {GOOD: "added"} | dict.fromkeys([*urls, *odd], "unreachable")
    for host, url in zip(NAMED, urls, strict=True):
        name = host.strip("[]").rstrip(".").replace("%25", "%")
        assert REFUSED in registry.said(url)
        assert registry.said(url).startswith(f"{name} has the address ")
    assert all(registry.said(url) for url in odd)
    assert registry.untouched()
    assert registry.http.traffic.requests == registry.server.requests == 3


def test_groups_of_every_kind_with_their_tokens(registry: Registry) -> None:
    kinds = [kind for kind in KINDS if kind != "git"]
    paths = defaultdict(lambda: "city", {"bitbucket-server": "projects/city"})
    groups = {kind: registry.inside(f"{kind}.inside.example", paths[kind]) for kind in kinds}
    singles = [registry.inside(f"{kind}.inside.example") for kind in kinds]
    groups["found out"] = registry.inside("127.0.0.2", "city")
    outcomes = registry.harvest(repos=(GOOD, *singles), orgs=tuple(groups.values()))
    assert outcomes == {GOOD: "added"} | dict.fromkeys([*groups.values(), *singles], "unreachable")
    for url in (*groups.values(), *singles):
        assert REFUSED in registry.said(url)
        assert "inside.example has the address 127.0.0.2" in registry.said(url) or "127.0.0.2 has" in registry.said(url)
        assert TOKEN not in registry.said(url)
    assert registry.untouched()


def test_catalogues_of_every_kind(registry: Registry) -> None:
    urls = {registry.inside(f"{kind}.inside.example", "data"): kind for kind in CATALOGUES}
    assert registry.harvest(catalogues=urls) == {GOOD: "added"} | dict.fromkeys(urls, "unreachable")
    assert all(REFUSED in registry.said(url) for url in urls)
    assert registry.untouched()


def test_what_a_catalogue_lists(registry: Registry) -> None:
    """Its entries are read from their hosts, which it may name as it likes."""
    hosts = [*NAMED, *ODD]
    table = "\n".join(["url", GOOD, *(registry.inside(host) for host in hosts), "file:///etc/passwd", "/etc/passwd"])
    releases = [{"name": "x", "repositoryURL": registry.inside(host, "city/maps")} for host in hosts]
    registry.other.scripts = {
        "/a.csv": answer("200 OK", table.encode(), "Content-Type: text/csv"),
        "/b.json": answer("200 OK", json.dumps({"releases": releases}).encode(), "Content-Type: application/json"),
    }
    catalogues = {f"{registry.other.url}/a.csv": "csv-addresses", f"{registry.other.url}/b.json": "code-json"}
    outcomes = registry.harvest(repos=(), catalogues=catalogues)
    assert outcomes[GOOD] == "added"
    assert [url for url in outcomes if "passwd" in url] == []
    for host in NAMED:
        # One with a zone is no address of code.
        url = registry.inside(host)
        assert "%25" in host or (outcomes[url], REFUSED in registry.said(url)) == ("unreachable", True)
        assert "%25" in host or outcomes[registry.inside(host, "city/maps")] == "unusable"  # what it says is all
    assert registry.untouched()
    assert registry.http.traffic.requests == 3 + len(catalogues)


def test_redirects_of_what_is_listed(registry: Registry) -> None:
    moved = answer("302 Found", b"", f"Location: {registry.listener.url}/latest/meta-data")
    registry.other.scripts = always(moved)
    urls = [f"{registry.other.url}/{name}" for name in ("lamp", "maps")]
    catalogue = f"{registry.other.url}/data"
    group = f"{registry.other.url}/city"
    outcomes = registry.harvest(repos=(GOOD, *urls), orgs=(group,), catalogues={catalogue: "csv-addresses"})
    assert outcomes == {GOOD: "added"} | dict.fromkeys([*urls, group, catalogue], "unreachable")
    assert all(
        registry.said(url).startswith("127.0.0.2 has the address 127.0.0.2") for url in (*urls, group, catalogue)
    )
    assert registry.untouched()


def test_upstreams_that_a_file_names(registry: Registry) -> None:
    hosts = [*NAMED, *ODD]
    names = []
    for start in range(0, len(hosts), 5):
        names.append(f"variant{start:02}")
        registry.push(names[-1], isBasedOn=[registry.inside(host) for host in hosts[start : start + 5]])
    registry.harvest(repos=tuple(HOST + name for name in names))
    requests = registry.http.traffic.requests
    measure(registry.parts, BEGIN)
    with registry.store.reading() as session:
        records = {record.upstream: record.message for record in session.exec(select(DriftRecord))}
    for host in NAMED:
        kept = records[registry.inside(host)]
        assert kept is not None
        assert REFUSED in str(message_from_json(kept))
    assert registry.untouched()
    assert registry.http.traffic.requests == requests
