"""The catalogue that the judged queries are asked of: the demo, the corpus, code.gov.tw's files and the real public systems.

The demo is harvested by its own command; the files go the way of a harvest less the traffic, with the same judge and the same
writer. What lies outside the checkout (../shared) is left out where it is absent, and said so.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from hashlib import sha1
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit
from uuid import uuid4

import yaml
from sqlmodel import col, select

from publiccode.registry.models import CodeHosting, HarvestRun, Reach, RepositoryRecord, Software
from publiccode.registry.observations import Look, record_all
from publiccode.registry.publishers import ListedPublisher, import_publishers, read_publishers
from publiccode.registry.settings import Settings
from publiccode.registry.store import Change, Store
from publiccode.schemas.candidate import Candidate, Repository, RepositoryFile, address_key
from publiccode.schemas.validator import assess, ruleset
from publiccode.web.demo.agencies import publishers_file

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "acceptance"
PUBLIC_SYSTEMS = ROOT / "web" / "demo" / "public_systems"
MOMENT = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
# How owners are called where the name of their group does not say it; the others are called as their group.
_NAMES = {
    "moda-gov-tw": ("數位發展部", {"zh-Hant": "數位發展部", "en": "Ministry of Digital Affairs"}),
    "modaodf": ("數位發展部", {"zh-Hant": "數位發展部", "en": "Ministry of Digital Affairs"}),
    "tpe-doit": ("臺北市政府資訊局", {"zh-Hant": "臺北市政府資訊局", "en": "Taipei City Department of IT"}),
    "pdis": ("公共數位創新空間", {"zh-Hant": "公共數位創新空間", "en": "Public Digital Innovation Space"}),
}


class Described(NamedTuple):
    """A repository's address and the publiccode.yml that is there."""

    url: str
    content: bytes


def build(folder: Path) -> tuple[Store, list[str]]:
    """The store of a new catalogue in `folder`, and a sentence for each part: how many repositories, or why there are none."""
    done = subprocess.run(
        [sys.executable, "-m", "publiccode", "demo", "--no-serve", "--folder", str(folder)],
        env={name: value for name, value in os.environ.items() if not name.startswith("PUBLICCODE_")},
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    if done.returncode:
        raise RuntimeError(f"publiccode demo ended with {done.returncode}:\n{done.stderr[-2000:]}")
    store = Store(Settings(data=folder).database)
    parts = {"code.gov.tw": _code_gov_tw(), "corpus": _corpus(), "public systems": _public_systems()}
    told = ["demo: harvested"]
    described: dict[str, Described] = {}
    for name, found in parts.items():
        new = {address_key(one.url): one for one in found}
        told.append(f"{name}: {len(new)} repositories" if new else f"{name}: absent, left out")
        described = new | described  # of two descriptions of one repository the earlier part's stands
    _record(store, list(described.values()))
    return store, told


def addresses(store: Store) -> dict[str, str]:
    """The id of every entry that is shown → the address of its repository, normalised (see `address_key`)."""
    with store.reading() as session:
        query = select(Software.id, RepositoryRecord.url).join(
            RepositoryRecord, col(RepositoryRecord.id) == col(Software.repository_id)
        )
        return {
            str(identity): address_key(url) for identity, url in session.exec(query.where(Software.deactivated == ""))
        }


def _corpus() -> Iterator[Described]:
    for meta in sorted((SHARED / "corpus").glob("*/meta.json")):
        for name in ("publiccode.yml", "publiccode.yaml"):
            if (meta.parent / name).exists():
                yield Described(json.loads(meta.read_text("utf-8"))["url"], (meta.parent / name).read_bytes())
                break


def _code_gov_tw() -> Iterator[Described]:
    for file in sorted((SHARED / "code-gov-tw").glob("*.yml")):
        content = file.read_bytes()
        yield Described(str(yaml.load(content, Loader=yaml.BaseLoader)["url"]), content)


def _public_systems() -> Iterator[Described]:
    for file in sorted(PUBLIC_SYSTEMS.glob("*/publiccode.yml")):
        content = file.read_bytes()
        yield Described(str(yaml.load(content, Loader=yaml.BaseLoader)["url"]), content)


def _record(store: Store, described: list[Described]) -> None:
    """Lists the owners beside the demo's publishers, and writes a look at each repository."""
    rules = ruleset()
    looks = {one.url: _look(one) for one in described}
    with store.writing("bench", MOMENT) as change:
        import_publishers(change, [*read_publishers(publishers_file().read_bytes()), *_owners(looks)])
        for hosting in change.session.exec(select(CodeHosting)).all():
            if hosting.url in looks:
                run = _run(change, hosting)
                record_all(change, hosting, run.id, [looks[hosting.url]], rules)


def _owners(urls: Iterable[str]) -> list[ListedPublisher]:
    """One publisher for each group of the hosts."""
    groups: dict[str, list[str]] = {}
    for url in urls:
        parts = urlsplit(url)
        groups.setdefault(f"{parts.netloc}/{parts.path.strip('/').split('/')[0]}".lower(), []).append(url)
    listed = []
    for group, repos in groups.items():
        own = urlsplit(repos[0]).path.strip("/").split("/")[0]
        name, names = _NAMES.get(own.lower(), (own, {}))
        listed.append(ListedPublisher(group.replace("/", "-"), name, names, repos=tuple(repos)))
    return listed


def _look(one: Described) -> Look:
    head = sha1(one.content, usedforsecurity=False).hexdigest()
    candidate = Candidate(RepositoryFile("publiccode.yml", one.content), Repository(one.url, head, "main"))
    return Look(one.url, Reach.OK, candidate.repository, True, candidate, assess(candidate))


def _run(change: Change, hosting: CodeHosting) -> HarvestRun:
    run = HarvestRun(harvest_id=uuid4(), code_hosting_id=hosting.id, started_at=change.at, finished_at=change.at)
    run.status = "finished"
    change.session.add(run)
    change.session.flush()
    return run
