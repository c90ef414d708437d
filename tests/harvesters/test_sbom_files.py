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
from publiccode.registry import sboms
from publiccode.registry.catalogue import entry, shown_ids
from publiccode.registry.erasure import erase
from publiccode.registry.evidence_models import SbomRecord
from publiccode.registry.facets import facets_of
from publiccode.registry.models import Event, StoredFile
from publiccode.registry.persons import digest
from publiccode.registry.sbom_persons import Redaction
from publiccode.registry.sbom_reading import SMALL, read_within_limits
from publiccode.registry.sboms import GIVEN, Found, Recorded, current, document, record, unread
from publiccode.registry.settings import Mirror
from publiccode.registry.store import Store
from publiccode.registry.upgrade import upgrade
from publiccode.schemas.sbom import SbomError, quality, read
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
        self.private: list[str] = []

    def answer(self, target: str) -> Answer | None:
        return self.answers.get(target)

    def push_files(self, files: dict[str, File]) -> None:
        lay_out(self.folder / "git/open/petition.git", {"publiccode.yml": b"x", **files}, AT)

    def collect(self) -> Collected:
        with Http([self.server.authority, *self.private], backoff=()) as http:
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
    assert str(unread(scene.rows()[0])) == (
        "CycloneDX as XML is not read; write it as JSON: cyclonedx convert --input-file bom.xml --output-file bom.json"
    )
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
    assert scene.collect() == Collected("petition", Recorded(unchanged=1))
    assert (scene.server.requests, scene.events()) == (1, before)
    scene.push_files({"sbom.spdx.json": SPDX, "other": b"new commit"})
    assert scene.collect().recorded == Recorded(unchanged=1)
    scene.server.reset()
    assert scene.collect().recorded == Recorded(unchanged=1)
    assert scene.server.requests == 1


def test_one_that_is_gone_ends_also_after_a_change_of_the_reader(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.push_files({"sbom.spdx.json": SPDX})
    scene.collect()
    monkeypatch.setattr(sboms, "reader_version", lambda: "newer")
    assert scene.collect().recorded == Recorded(new=1)
    monkeypatch.setattr(sboms, "reader_version", lambda: "newest")
    scene.push_files({})
    assert scene.collect().recorded == Recorded(ended=1)


def test_folders_cost_no_more_than_a_few_requests(scene: Scene) -> None:
    scene.push_files({f"a{number}.spdx/{number}.txt": b"%d" % number for number in range(30)})
    scene.server.reset()
    assert scene.collect().recorded == Recorded(new=3)
    assert scene.server.requests < 10


GITLAB = "/api/v4/projects/open%2Fpetition/releases?per_page=3"


def test_a_release_leads_to_no_other_host_inside_the_network(scene: Scene, tmp_path: Path) -> None:
    asked: list[str] = []

    def secret(target: str) -> Answer:
        asked.append(target)
        return Answer(200, (), SPDX)

    scene.kind = "gitlab"
    scene.push_files({})
    with GitServer(tmp_path / "inner", beside=[secret]) as inner:
        scene.private = [inner.authority]
        moved = HOST + "moved-sbom.json"
        for address in (inner.url + "/sbom.json", moved):
            scene.answers = {
                GITLAB: json_answer([assets("gitlab", ("sbom.json", address, 0))]),
                "/moved-sbom.json": Answer(302, (("Location", inner.url + "/sbom.json"),), b""),
            }
            done = scene.collect()
            assert done.recorded == Recorded()
            assert ["which is not public" in str(trouble) for trouble in done.troubles] == [True]
    assert asked == []


def test_an_asset_that_is_gone_is_told(scene: Scene) -> None:
    scene.kind = "gitlab"
    scene.push_files({})
    scene.answers = {GITLAB: json_answer([assets("gitlab", ("sbom.json", HOST + "gone", 0))])}
    assert [str(trouble).partition(" (")[0] for trouble in scene.collect().troubles] != []


def test_what_is_no_bill_of_materials_is_not_kept(scene: Scene) -> None:
    scene.push_files(
        {"sbom.json": b"something else", "bom.spdx.json": b'{"spdxVersion": "SPDX-2.3", "name": "\\ud800"}'}
    )
    assert scene.collect().recorded == Recorded(new=2)
    assert [(row.file_hash, row.message is None) for row in scene.rows()] == [("", False), ("", False)]
    assert scene.collect().recorded == Recorded(unchanged=2)


def test_a_large_one_is_read_in_a_process_with_limits(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    values = spdx(comment="x" * SMALL)
    content = json.dumps(values).encode()
    apart, here = read_within_limits(content), read(content)
    assert (apart.sbom, apart.quality) == (here, quality(here))
    with pytest.raises(SbomError, match="packages must be a list"):
        read_within_limits(content.replace(b'"packages": [', b'"packages": 5, "x": ['))
    monkeypatch.setattr("publiccode.registry.sbom_reading.SECONDS", 0.01)
    with pytest.raises(SbomError, match="reading the document takes more than"):
        read_within_limits(content)


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
        whole = document(session, row)
    assert "Müller" not in text
    assert "\\u00fc" not in text
    assert whole is not None
    assert [package.copyright for package in whole.packages] == [
        "Copyright 2020 (erased) and others",
        "Copyright 2020 A\nCopyright 2021 B",
    ]
    scene.push_files({"sbom.json": content})
    assert scene.collect().recorded == Recorded(new=1)
    with scene.store.reading() as session:
        later = session.get_one(StoredFile, scene.rows()[-1].file_hash).content.decode()
    assert "ller" not in later


NAME, CHINESE, LONG = "Zoe Quux", "王小明", "Maria de la Cruz y Gomez"
NAMED: dict[str, bytes] = {
    "UTF-16": json.dumps(spdx(name=NAME)).encode("utf-16"),
    "plain and escaped": json.dumps(spdx(name=NAME, comment="Quux")).encode().replace(b'"Quux"', b'"Z\\u006fe Quux"'),
    "licence text": json.dumps(
        spdx(hasExtractedLicensingInfos=[{"licenseId": "x", "extractedText": f"(c) {NAME}"}])
    ).encode(),
    "files": json.dumps(spdx(files=[{"copyrightText": f"2020 {NAME}", "fileContributors": [NAME]}])).encode(),
    "annotations": json.dumps(spdx(annotations=[{"annotator": f"Person: {NAME}"}])).encode(),
    "commits": json.dumps(
        {**CYCLONEDX, "components": [{"pedigree": {"commits": [{"author": {"name": NAME}}]}}]}
    ).encode(),
    "reference": json.dumps(spdx(packages=[{"licenseDeclared": "LicenseRef-Zoe-Quux"}])).encode(),
    "XML": f"<bom><author><name>{NAME}</name></author></bom>".encode(),
    "five words": json.dumps(spdx(comment=f"(c) 2020 {LONG} Inc")).encode(),
    "without blanks": json.dumps(spdx(comment=f"版權所有2020{CHINESE}工程師"), ensure_ascii=False).encode(),
}


@pytest.mark.parametrize("content", NAMED.values(), ids=NAMED)
def test_a_person_is_found_wherever_in_a_document(content: bytes) -> None:
    names = frozenset({NAME, CHINESE, LONG})
    for redaction in (Redaction(names=names), Redaction(frozenset(map(digest, names)))):
        left = redaction.redact(content).decode()
        plain = json.dumps(json.loads(left), ensure_ascii=False) if left.startswith("{") else left
        assert [word for word in (NAME, "Zoe-Quux", CHINESE, LONG) if word in plain] == []
        assert redaction.redact(left.encode()) == left.encode()
    assert Redaction(names=frozenset({"Nobody Else"})).redact(content) == content


def test_what_was_counted_of_a_document_forgets_a_person_too(scene: Scene) -> None:
    values = {**CYCLONEDX, "components": [{"name": "n", "licenses": [{"license": {"name": f"Copyright {NAME}"}}]}]}
    scene.push_files({"bom.json": json.dumps(values).encode()})
    scene.collect()
    assert scene.rows()[0].licenses == {"": 1, "LicenseRef-Copyright-Zoe-Quux": 1}
    erase(scene.store, NAME, "Lin")
    assert scene.rows()[0].licenses == {"": 1, "LicenseRef-Copyright-erased": 1}
