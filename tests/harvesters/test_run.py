"""A harvest of real Git repositories over HTTP on this machine: outcomes, requests, and what is left when it is cut off."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from shutil import rmtree
from urllib.parse import urlsplit

import pytest
from sqlmodel import func, select

from publiccode.harvesters.hosts import Hosts
from publiccode.harvesters.http import Http
from publiccode.harvesters.run import HarvestRunning, harvest, only_one
from publiccode.harvesters.workers import Parts
from publiccode.registry.models import AssessmentRecord, CodeHosting, Event, HarvestItem, HarvestRun, Outcome, Software
from publiccode.registry.publishers import ListedPublisher, import_publishers
from publiccode.registry.settings import Mirror
from publiccode.registry.store import Store
from publiccode.registry.upgrade import upgrade
from publiccode.schemas.candidate import Candidate
from publiccode.schemas.finding import Assessment, Finding, Severity, message
from publiccode.schemas.validator import assess, ruleset
from publiccode.web.demo.bare_repositories import Symlink, lay_out
from publiccode.web.demo.git_server import GitServer

from ..looks import software

DATE = datetime(2026, 3, 1, tzinfo=UTC)
HOST = "https://git.yunwu.example/"
NAMES = ("broken", "empty", "fork", "link", "no-file", "petition")


def url(name: str) -> str:
    return HOST + name


class Agency:
    """Bare repositories under one invented host, the server that stands for it, and a store to harvest into."""

    def __init__(self, folder: Path, server: GitServer, store: Store) -> None:
        self.folder, self.server, self.store = folder, server, store
        self.http = Http(allowed_private=[urlsplit(server.url).netloc])
        hosts = Hosts(self.http, [Mirror(HOST, server.url.rstrip("/") + "/git.yunwu.example/")])
        self.parts = Parts(store, self.http, hosts, assess, ruleset(), threads=2)

    def push(self, name: str, **files: bytes | Symlink) -> None:
        named = {key.replace("__", "."): value for key, value in files.items()}
        lay_out(self.folder / "git.yunwu.example" / f"{name}.git", named, DATE)

    def list(self, *names: str, orgs: tuple[str, ...] = ()) -> None:
        with self.store.writing("test") as change:
            import_publishers(change, [ListedPublisher("yunwu", "雲霧市政府", repos=tuple(map(url, names)), orgs=orgs)])

    def harvest(self, parts: Parts | None = None) -> dict[str, Outcome]:
        with self.store.reading() as session:
            hostings = list(session.exec(select(CodeHosting).order_by(CodeHosting.url)))
            session.expunge_all()
        found: dict[str, Outcome] = {}
        harvest(
            parts or self.parts, hostings, lambda _, item: found.update({item.url.removeprefix(HOST): item.outcome})
        )
        return found

    def count(self, table: type[Event | HarvestItem | HarvestRun | Software]) -> int:
        with self.store.reading() as session:
            return session.exec(select(func.count()).select_from(table)).one()


@pytest.fixture
def agency(tmp_path: Path) -> Iterator[Agency]:
    store = Store(f"sqlite:///{tmp_path / 'registry.sqlite'}")
    upgrade(store)
    with GitServer(tmp_path / "repositories") as server:
        agency = Agency(tmp_path / "repositories", server, store)
        agency.push("petition", publiccode__yml=software(url("petition")), LICENSE=b"MIT License")
        agency.push("fork", publiccode__yml=software(url("petition")))
        agency.push("broken", publiccode__yml=b"name: [")
        agency.push("no-file", README=b"hello")
        agency.push("empty")
        agency.push("link", publiccode__yml=Symlink("/etc/passwd"))
        yield agency
        agency.http.close()
    store.close()


FIRST = {
    "broken": Outcome.UNUSABLE,
    "empty": Outcome.EMPTY,
    "fork": Outcome.TECHNICAL_FORK,
    "link": Outcome.UNUSABLE,
    "missing": Outcome.MISSING,
    "no-file": Outcome.NO_FILE,
    "petition": Outcome.ADDED,
}


def test_every_repository_has_an_outcome(agency: Agency) -> None:
    agency.list(*NAMES, "missing", orgs=(HOST + "all",))
    assert agency.harvest() == FIRST | {"all": Outcome.NEEDS_LISTING}


def test_an_unchanged_repository_costs_one_request_and_writes_only_the_run(agency: Agency) -> None:
    agency.list(*NAMES)
    agency.harvest()
    events = agency.count(Event)
    agency.server.reset()
    outcomes = agency.harvest()
    assert outcomes == dict.fromkeys(NAMES, Outcome.UNCHANGED) | {"empty": Outcome.EMPTY}
    assert agency.server.requests == len(NAMES)
    assert agency.count(Event) == events
    assert (agency.count(HarvestRun), agency.count(HarvestItem)) == (2 * len(NAMES), 2 * len(NAMES))


def test_a_push_is_seen(agency: Agency) -> None:
    agency.list("petition")
    agency.harvest()
    agency.push("petition", publiccode__yml=software(url("petition"), name="新陳情"), LICENSE=b"MIT License")
    agency.server.reset()
    assert agency.harvest() == {"petition": Outcome.UPDATED}
    assert agency.server.requests == 3
    with agency.store.reading() as session:
        assert session.exec(select(Software.name)).one() == "新陳情"


def test_what_single_repositories_cost(agency: Agency) -> None:
    """A look each; what has a commit a second request, what has a publiccode.yml a third."""
    names = [f"r{number:02}" for number in range(30)]

    def publish(name: str, text: str) -> None:
        agency.push(name, publiccode__yml=software(url(name), f"{text} {name}"), LICENSE=b"MIT License")

    for name in names[:4]:
        agency.push(name)
    for name in names[4:12]:
        publish(name, "陳情系統")
    for name in names[12:]:
        agency.push(name, README=name.encode())
    agency.list(*names)
    agency.server.reset()
    outcomes = agency.harvest()
    assert Counter(outcomes.values()) == {Outcome.EMPTY: 4, Outcome.ADDED: 8, Outcome.NO_FILE: 18}
    assert agency.server.requests == 30 + (30 - 4) + 8  # less than 2N + P, as four have nothing to be read
    agency.server.reset()
    assert Counter(agency.harvest().values()) == {Outcome.EMPTY: 4, Outcome.UNCHANGED: 26}
    assert agency.server.requests == 30
    for name in names[4:7]:
        publish(name, "新陳情")
    agency.server.reset()
    assert Counter(agency.harvest().values()) == {Outcome.EMPTY: 4, Outcome.UNCHANGED: 23, Outcome.UPDATED: 3}
    assert agency.server.requests == 30 + 2 * 3


def test_newer_rules_judge_the_stored_file_without_reading_it_again(agency: Agency) -> None:
    agency.list("petition")
    agency.harvest()
    agency.server.reset()
    assert agency.harvest(replace(agency.parts, ruleset="newer")) == {"petition": Outcome.UNCHANGED}

    def stricter(candidate: Candidate) -> Assessment:
        finding = Finding("test", Severity.ERROR, "name", message("The name is too short."))
        return replace(assess(candidate), findings=(finding,))

    newest = replace(agency.parts, ruleset="newest", assess=stricter)
    assert agency.harvest(newest) == {"petition": Outcome.UPDATED}
    assert agency.harvest(newest) == {"petition": Outcome.UNCHANGED}
    assert agency.server.requests == 3
    with agency.store.reading() as session:
        judged = session.exec(select(AssessmentRecord.ruleset, AssessmentRecord.valid)).all()
    assert sorted(judged) == [("newer", True), ("newest", False)]


def test_a_host_that_fails_stops_nothing(agency: Agency) -> None:
    agency.list(*NAMES)
    with agency.store.writing("test") as change:
        import_publishers(
            change,
            [
                ListedPublisher(
                    "yunwu",
                    "雲霧市政府",
                    repos=(
                        url("petition"),
                        "http://127.0.0.1:9/x",
                        "https://nowhere.invalid/y",
                        "https://[127.0.0.1]/z",
                    ),
                    orgs=("https://nowhere.invalid/all", "https://[127.0.0.1]/all", "https://no host.invalid/all"),
                )
            ],
        )
    outcomes = agency.harvest()
    assert outcomes.pop("petition") is Outcome.ADDED
    assert (len(outcomes), set(outcomes.values())) == (6, {Outcome.UNREACHABLE})


def test_our_own_fault_is_told_logged_and_stops_nothing(agency: Agency, caplog: pytest.LogCaptureFixture) -> None:
    def broken(candidate: Candidate) -> Assessment:
        if candidate.repository and candidate.repository.url == url("broken"):
            raise ZeroDivisionError("we are wrong")
        return assess(candidate)

    agency.list("broken", "petition")
    outcomes = agency.harvest(replace(agency.parts, assess=broken))
    assert outcomes == {"broken": Outcome.FAILED, "petition": Outcome.ADDED}
    assert [record.getMessage() for record in caplog.records] == [f"harvest of {url('broken')} failed"]
    with agency.store.reading() as session:
        assert sorted(session.exec(select(HarvestRun.status)).all()) == ["failed", "finished"]


def test_a_fault_while_recording_stops_nothing(agency: Agency) -> None:
    def strange(candidate: Candidate) -> Assessment:
        assessment = assess(candidate)
        if candidate.repository and candidate.repository.url == url("petition"):
            return replace(assessment, values={**(assessment.values or {}), "name": b"no JSON"})
        return assessment

    agency.push("parking", publiccode__yml=software(url("parking"), name="停車"))
    agency.list("parking", "petition")
    outcomes = agency.harvest(replace(agency.parts, assess=strange))
    assert outcomes == {"parking": Outcome.ADDED, "petition": Outcome.FAILED}


def test_an_address_that_left_the_list_meanwhile_is_not_recorded(agency: Agency) -> None:
    def unlist(candidate: Candidate) -> Assessment:
        agency.list("fork")
        return assess(candidate)

    agency.list("petition")
    assert agency.harvest(replace(agency.parts, assess=unlist)) == {}
    assert agency.count(Software) == 0


def test_one_harvest_at_a_time(tmp_path: Path) -> None:
    with only_one(tmp_path), pytest.raises(HarvestRunning, match="another harvest is running"), only_one(tmp_path):
        pass


def test_a_killed_harvest_is_taken_up_by_the_next(agency: Agency, tmp_path: Path) -> None:
    agency.list(*NAMES)
    env = os.environ | {
        "PUBLICCODE_DATA": str(tmp_path),
        "PUBLICCODE_MIRRORS": f"{HOST}={agency.server.url.rstrip('/')}/git.yunwu.example/",
        "PUBLICCODE_ALLOWED_PRIVATE": urlsplit(agency.server.url).netloc,
        "PUBLICCODE_HARVEST_THREADS": "1",
    }
    command = [sys.executable, "-m", "publiccode", "harvest"]
    process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 30
    while not agency.count(HarvestItem) and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert agency.count(HarvestItem) >= 1
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    said = "There was no search index; it was built from the database: 1 entries.\n"
    assert (done.returncode, done.stderr) == (0, said)
    rmtree(tmp_path / "index")
    again = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert (again.returncode, again.stderr) == (0, said)
    with agency.store.reading() as session:
        assert session.exec(select(Software.name)).all() == ["陳情系統"]
        assert "running" not in session.exec(select(HarvestRun.status)).all()
