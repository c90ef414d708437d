"""Bills of materials found over real Git and at releases, kept, not written twice, ended; persons taken out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from publiccode.harvesters.hosts import Hosts
from publiccode.harvesters.http import Http
from publiccode.harvesters.sbom_files import Collected, collect, wanted
from publiccode.registry.catalogue import entry, shown_ids
from publiccode.registry.erasure import erase
from publiccode.registry.evidence_models import SbomRecord
from publiccode.registry.facets import facets_of
from publiccode.registry.models import Event, StoredFile
from publiccode.registry.sboms import GIVEN, Found, Recorded, current, document, record, unread
from publiccode.registry.settings import Mirror
from publiccode.registry.store import Store
from publiccode.registry.upgrade import upgrade
from publiccode.schemas.sbom.bounds import LARGEST
from publiccode.web.demo.bare_repositories import File, Symlink, lay_out
from publiccode.web.demo.git_server import Answer, GitServer, json_answer

from ..looks import World, software
from ..schemas.sbom.test_hostile import CYCLONEDX
from ..schemas.sbom.test_spdx import document as spdx

HOST = "https://git.yunwu.example/"
URL = HOST + "open/petition"
AT = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
SPDX = json.dumps(spdx(), ensure_ascii=False).encode()
CDX = json.dumps(CYCLONEDX).encode()


class Scene:
    """An entry in a store, and the server on which its repository and its host's interface lie."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.answers: dict[str, Answer] = {}
        self.store = Store(f"sqlite:///{folder / 'registry.sqlite'}")
        upgrade(self.store)
        self.world = World(self.store)
        self.world.publish(URL)
        self.world.finds(URL, software(URL, "Petition"))
        self.server = GitServer(folder / "git", beside=[self.answer])
        self.kind = "git"

    def answer(self, target: str) -> Answer | None:
        return self.answers.get(target)

    def push(self, **files: File) -> None:
        content: dict[str, File] = {"publiccode.yml": b"x", **files}
        lay_out(self.folder / "git/open/petition.git", content, AT)

    def push_files(self, files: dict[str, File]) -> None:
        lay_out(self.folder / "git/open/petition.git", {"publiccode.yml": b"x", **files}, AT)

    def collect(self) -> Collected:
        with Http([self.server.authority], backoff=()) as http:
            hosts = Hosts(http, [Mirror(HOST, self.server.url + "/", self.kind)])
            with self.store.reading() as session:
                entries = wanted(session, shown_ids(session))
            (done,) = collect(self.store, http, hosts, entries, "test")
        return done

    def rows(self, *, ended: bool = False) -> list[SbomRecord]:
        with self.store.reading() as session:
            query = select(SbomRecord).order_by(col(SbomRecord.number))
            found = [row for row in session.exec(query) if ended or row.ended_at is None]
            session.expunge_all()
        return found

    def events(self) -> int:
        with self.store.reading() as session:
            return len(session.exec(select(Event.sequence)).all())


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    made = Scene(tmp_path)
    with made.server:
        yield made
    made.store.close()


def test_finds_those_at_the_root_and_in_a_folder_and_no_link(scene: Scene) -> None:
    files: dict[str, File] = {
        "sbom.spdx.json": SPDX,
        "sbom/app.cdx.json": CDX,
        "sbom/readme.md": b"none",
        "bom.xml": b'<bom xmlns="http://cyclonedx.org/schema/bom/1.6"/>',
        "link-sbom.json": Symlink("/etc/passwd"),
        "src/bom.json": CDX,
    }
    scene.push_files(files)
    assert scene.collect().recorded == Recorded(new=3)
    told = [
        (row.kind, row.place, row.format, row.packages, row.unknown, row.score, row.missing) for row in scene.rows()
    ]
    assert told == [
        ("repository", "bom.xml", "", 0, 0, 0, []),
        ("repository", "sbom.spdx.json", "SPDX 2.3 JSON", 2, 1, 75, ["supplier"]),
        ("repository", "sbom/app.cdx.json", "CycloneDX 1.6 JSON", 3, 0, 37, ["supplier", "version", "identifier"]),
    ]
    assert str(unread(scene.rows()[0])) == "CycloneDX as XML is not read; write it as JSON, which every tool for it can"
    with scene.store.reading() as session:
        found = entry(session, "petition")
        assert found is not None
        shown = current(session, found.software.id)[0]
        assert shown.place == "sbom/app.cdx.json"
        assert shown.licenses == {"": 2, "MIT": 1}
        assert document(session, shown) == document(session, shown)
        assert facets_of(session, found)["sbom"] == ("yes",)


def test_what_is_unchanged_costs_a_request_and_is_not_written(scene: Scene) -> None:
    scene.push_files({"sbom.spdx.json": SPDX})
    scene.collect()
    before = scene.events()
    scene.server.reset()
    assert scene.collect() == Collected("petition", Recorded())
    assert scene.server.requests == 1
    scene.push_files({"sbom.spdx.json": SPDX, "other": b"new commit"})
    assert scene.collect().recorded == Recorded(unchanged=1)
    assert scene.events() == before


def test_a_newer_one_replaces_the_former_and_one_that_is_gone_ends(scene: Scene) -> None:
    scene.push_files({"sbom.spdx.json": SPDX, "bom.json": CDX})
    scene.collect()
    scene.push_files({"sbom.spdx.json": SPDX.replace(b'"1.2"', b'"1.3"')})
    assert scene.collect().recorded == Recorded(new=1, ended=1)
    rows = [(row.number, row.place, row.ended_at is None) for row in scene.rows(ended=True)]
    assert rows == [(1, "bom.json", False), (2, "sbom.spdx.json", False), (3, "sbom.spdx.json", True)]


def test_a_host_that_does_not_answer_ends_nothing(scene: Scene) -> None:
    scene.push_files({"sbom.spdx.json": SPDX})
    scene.collect()
    (scene.folder / "git/open").rename(scene.folder / "git/away")
    done = scene.collect()
    assert done.recorded == Recorded()
    assert len(done.troubles) == 1
    assert [row.place for row in scene.rows()] == ["sbom.spdx.json"]


def assets(kind: str, *files: tuple[str, str, int]) -> dict[str, Any]:
    """A release as a kind of host tells it."""
    if kind == "gitlab":
        links = [{"name": name, "url": HOST + "other", "direct_asset_url": address} for name, address, _ in files]
        return {"tag_name": "v2", "assets": {"links": links, "sources": []}}
    listed = [{"name": name, "browser_download_url": address, "size": size} for name, address, size in files]
    return {"tag_name": "v2", "draft": False, "assets": listed}


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        ("gitea", "/api/v1/repos/open/petition/releases?limit=3"),
        ("gitlab", "/api/v4/projects/open%2Fpetition/releases?per_page=3"),
        ("github", "/api/v3/repos/open/petition/releases?per_page=3"),
    ],
)
def test_finds_those_at_the_newest_release_that_has_any(scene: Scene, kind: str, address: str) -> None:
    scene.kind = kind
    scene.push_files({})
    file = HOST + "files/petition.spdx.json"
    scene.answers = {
        address: json_answer(
            [
                assets(kind, ("petition.tgz", HOST + "files/petition.tgz", 5)),
                assets(kind, ("petition.spdx.json", file, len(SPDX)), ("huge-sbom.json", HOST + "huge", LARGEST + 1)),
                assets(kind, ("old-sbom.json", HOST + "files/old", 5)),
            ]
        ),
        "/files/petition.spdx.json": Answer(200, (), SPDX),
        "/huge": Answer(200, (), b" " * (LARGEST + 1)),
    }
    assert scene.collect() == Collected("petition", Recorded(new=2))
    first, second = scene.rows()
    assert (first.kind, first.place, first.packages, unread(first)) == ("release", file, 2, None)
    assert str(unread(second)).startswith("the file is larger than is read (32 MB)")
    again = scene.collect().recorded
    assert (again.new, again.unchanged, again.ended) == (0, 2, 0)
    scene.answers[address] = json_answer([])
    assert scene.collect().recorded == Recorded(ended=2)


def test_given_ones_stay_and_persons_are_taken_out(scene: Scene) -> None:
    values = spdx()
    values["packages"][1]["supplier"] = "Person: Zoë Müller (zoe@town.example)"
    values["packages"][0]["copyrightText"] = "Copyright 2020 Zoë Müller and others"
    content = json.dumps(values).encode()  # with escapes for the letters that are not ASCII
    with scene.store.reading() as session:
        found = entry(session, "petition")
    assert found is not None
    with scene.store.writing("Lin") as change:
        given = [Found(GIVEN, "sbom von Zoë Müller.json", content)]
        assert record(change, found.software.id, given) == Recorded(new=1)
    scene.push_files({})
    assert scene.collect().recorded == Recorded()
    done = erase(scene.store, "Zoë Müller", "Lin")
    assert done.texts == ["what is kept about bill of materials 1", "bill of materials 1"]
    (row,) = scene.rows()
    assert row.place == "sbom von (erased).json"
    with scene.store.reading() as session:
        kept = session.get_one(StoredFile, row.file_hash)
        text = kept.content.decode()
        assert kept.erased_at is not None
        read = document(session, row)
    assert "Müller" not in text
    assert "\\u00fc" not in text
    assert read is not None
    assert [package.copyright for package in read.packages] == [
        "Copyright 2020 (erased) and others",
        "Copyright 2020 A\nCopyright 2021 B",
    ]
    scene.push_files({"sbom.json": content})
    assert scene.collect().recorded == Recorded(new=1)
    with scene.store.reading() as session:
        later = session.get_one(StoredFile, scene.rows()[-1].file_hash).content.decode()
    assert "ller" not in later
