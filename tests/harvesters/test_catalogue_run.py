"""Other catalogues as sources of a harvest: one entry for one software, however many catalogues name it, and what becomes of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from publiccode.harvesters.hosts import Hosts
from publiccode.harvesters.http import Http
from publiccode.harvesters.run import harvest
from publiccode.harvesters.workers import Parts
from publiccode.registry import catalogue
from publiccode.registry.following import facets
from publiccode.registry.listings import listed_in
from publiccode.registry.models import CodeHosting, HarvestItem, Listing, Software
from publiccode.registry.publishers import ListedPublisher, import_publishers
from publiccode.registry.settings import Mirror
from publiccode.registry.store import Store
from publiccode.registry.stored import message_from_json
from publiccode.registry.upgrade import upgrade
from publiccode.schemas.validator import assess, ruleset
from publiccode.web.demo.bare_repositories import lay_out
from publiccode.web.demo.git_server import GitServer

from ..looks import BEGIN, software

REAL = Path(__file__).parents[3] / "shared/acceptance/code-gov-tw"
HOST = "https://git.yunwu.example"


@dataclass
class Registry:
    """A registry whose catalogues are files in `folder`, and whose Git host is `server`."""

    folder: Path
    server: GitServer
    now: datetime = BEGIN
    items: dict[str, HarvestItem] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.store = Store(f"sqlite:///{self.folder / 'registry.sqlite'}")
        upgrade(self.store)
        self.http = Http([self.server.authority])

    def close(self) -> None:
        self.http.close()
        self.store.close()

    def lists(self, *publishers: ListedPublisher) -> None:
        with self.store.writing("test", self.now) as change:
            import_publishers(change, publishers)

    def harvest(self) -> dict[str, str]:
        with self.store.reading() as session:
            hostings = list(
                session.exec(select(CodeHosting).where(CodeHosting.listed).order_by(col(CodeHosting.kind).desc()))
            )
            session.expunge_all()
        hosts = Hosts(self.http, [Mirror(f"{HOST}/", f"{self.server.url}/")])
        parts = Parts(self.store, self.http, hosts, assess, ruleset(), 2, clock=lambda: self.now)
        found: list[HarvestItem] = []
        harvest(parts, hostings, lambda _, item: found.append(item))
        self.items = {item.url: item for item in found}
        return {item.url: item.outcome.value for item in found}

    def later(self, **time: float) -> None:
        self.now += timedelta(**time)

    def write(self, name: str, *urls: str) -> str:
        """A CSV of addresses; its address."""
        path = self.folder / name
        path.write_text("\n".join(urls) + "\n")
        return path.as_uri()

    def entries(self) -> dict[str, tuple[str, list[str]]]:
        """The entries: why deactivated, and the catalogues that list each."""
        with self.store.reading() as session:
            return {
                entry.key: (
                    entry.deactivated,
                    [one.hosting.url.rpartition("/")[2] for one in listed_in(session, entry)],
                )
                for entry in session.exec(select(Software))
            }


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    with GitServer(tmp_path / "repositories") as server:
        made = Registry(tmp_path, server)
        yield made
        made.close()


def code_json(registry: Registry, name: str, *releases: dict[str, Any]) -> str:
    path = registry.folder / name
    path.write_text(json.dumps({"version": "2.0.0", "agency": "GSA", "releases": releases}))
    return path.as_uri()


def release(url: str, name: str = "Petitions", **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "repositoryURL": url,
        "description": "Collects petitions and answers them. " * 8,
        "permissions": {"usageType": "openSource", "licenses": [{"name": "MIT License"}]},
        "tags": ["petitions"],
        "contact": {"email": "post@agency.example"},
        **more,
    }


def test_one_software_in_two_catalogues_and_at_its_agency_is_one_entry(registry: Registry) -> None:
    url = f"{HOST}/open/petition"
    lay_out(registry.folder / "repositories/open/petition.git", {"publiccode.yml": software(url)}, BEGIN)
    addresses = registry.write("addresses.csv", url, f"{HOST}/open/petition.git/")
    releases = code_json(registry, "code.json", release(url), release(f"{HOST}/elsewhere/maps", "Maps"))
    registry.lists(
        ListedPublisher("yunwu", "雲霧市政府", repos=(url,)),
        ListedPublisher("a", "目錄甲", catalogues={addresses: "csv-addresses"}),
        ListedPublisher("b", "目錄乙", catalogues={releases: "code-json"}),
    )
    assert registry.harvest()[f"{HOST}/elsewhere/maps"] == "added"
    key, maps = "git.yunwu.example/open/petition", "git.yunwu.example/elsewhere/maps"
    assert registry.entries() == {key: ("", ["addresses.csv", "code.json"]), maps: ("", ["code.json"])}
    registry.later(hours=1)
    assert registry.harvest() == {url: "listed", f"{HOST}/elsewhere/maps": "unchanged"}
    with registry.store.reading() as session:
        entry = catalogue.entry_at(session, f"{HOST}/elsewhere/maps")
        assert entry is not None
        assert (entry.publisher.name, entry.shown.license_concluded) == ("目錄乙", "NOASSERTION")
        assert list(facets(entry)["license"]) == ["MIT"]


def test_what_an_agency_lists_itself_follows_its_repository_from_then_on(registry: Registry) -> None:
    url = f"{HOST}/open/petition"
    releases = code_json(registry, "code.json", release(url))
    registry.lists(ListedPublisher("b", "目錄乙", catalogues={releases: "code-json"}))
    assert registry.harvest() == {url: "added"}
    lay_out(registry.folder / "repositories/open/petition.git", {"publiccode.yml": software(url)}, BEGIN)
    registry.lists(
        ListedPublisher("b", "目錄乙", catalogues={releases: "code-json"}),
        ListedPublisher("yunwu", "雲霧市政府", repos=(url,)),
    )
    registry.later(hours=1)
    registry.harvest()
    with registry.store.reading() as session:
        entry = catalogue.entry_at(session, url)
        assert entry is not None
        assert (entry.software.name, entry.publisher.name) == ("陳情系統", "雲霧市政府")
    assert registry.entries() == {"git.yunwu.example/open/petition": ("", ["code.json"])}


def test_what_a_catalogue_lists_no_more_goes_after_two_looks_unless_another_has_it(registry: Registry) -> None:
    first, second = f"{HOST}/a/one", f"{HOST}/a/two"
    releases = code_json(registry, "code.json", release(first, "One"), release(second, "Two"))
    more = code_json(registry, "more.json", release(second, "Two"))
    registry.lists(ListedPublisher("b", "目錄乙", catalogues={releases: "code-json", more: "code-json"}))
    registry.harvest()
    code_json(registry, "code.json")
    registry.later(hours=1)
    assert registry.harvest()[first] == "unlisted"
    assert {key: entry[0] for key, entry in registry.entries().items()} == {
        "git.yunwu.example/a/one": "",
        "git.yunwu.example/a/two": "",
    }
    registry.later(hours=24)
    registry.harvest()
    assert {key: entry[0] for key, entry in registry.entries().items()} == {
        "git.yunwu.example/a/one": "unlisted",
        "git.yunwu.example/a/two": "",
    }
    code_json(registry, "code.json", release(first, "One"))
    registry.later(hours=1)
    registry.harvest()
    assert registry.entries()["git.yunwu.example/a/one"] == ("", ["code.json"])


def test_a_catalogue_that_cannot_be_read_takes_nothing_away(registry: Registry) -> None:
    url = f"{HOST}/a/one"
    releases = code_json(registry, "code.json", release(url))
    registry.lists(ListedPublisher("b", "目錄乙", catalogues={releases: "code-json", "https://x.example": "no-such"}))
    assert registry.harvest() == {url: "added", "https://x.example": "needs-listing"}
    (registry.folder / "code.json").write_text('{"releases": [')
    for _ in range(3):
        registry.later(hours=25)
        assert registry.harvest()[releases] == "unreachable"
    assert registry.entries() == {"git.yunwu.example/a/one": ("", ["code.json"])}


def test_the_files_of_code_gov_tw(registry: Registry) -> None:
    if not REAL.is_dir():
        pytest.skip("the files of code.gov.tw are not here")
    registry.lists(ListedPublisher("moda", "數位發展部", catalogues={str(REAL): "publiccode-folder"}))
    outcomes = registry.harvest()
    assert len(outcomes) == 22
    assert set(outcomes.values()) == {"added"}
    with registry.store.reading() as session:
        entries = list(catalogue.entries(session, catalogue.shown_ids(session)))
        assert len(entries) == 22
        described = [entry.values["description"]["zh-Hant"]["shortDescription"] for entry in entries]
        assert all(any("\u4e00" <= letter <= "\u9fff" for letter in text) for text in described)
        licenses = {entry.shown.license_declared: list(facets(entry)["license"]) for entry in entries}
        listings = list(session.exec(select(Listing)))
        quirks = {str(message_from_json(quirk)) for listing in listings for quirk in listing.quirks}
    assert licenses == {
        "MIT": ["MIT"],
        "MIT License": ["MIT"],
        "Apache-2.0": ["Apache-2.0"],
        "CC0-1.0": ["CC0-1.0"],
        "CC0 v1.0": ["CC0-1.0"],
        "AGPL-3.0": ["AGPL-3.0"],
        "AGPL-3": ["not-spdx"],
        "GPL v3": ["not-spdx"],
        "LGPL-3.0、MPL-2.0": ["not-spdx"],
        "「網頁文字圖片採取 CC0 授權方式，程式碼採取 MIT 的授權方式」": ["not-spdx"],
        "除另有標示外，內容以創用 CC BY 4.0 授權條款釋出。": ["not-spdx"],
    }
    assert {
        "The licence “MIT License” is read as MIT.",
        "The licence “CC0 v1.0” is read as CC0-1.0.",
        "The licence “GPL v3” may mean GPL-3.0-only, GPL-3.0-or-later; it is left as written.",
        "The licence “AGPL-3” may mean AGPL-3.0-only, AGPL-3.0-or-later; it is left as written.",
    } <= quirks
