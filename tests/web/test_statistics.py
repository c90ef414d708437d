"""The pages of figures: counts over months, as JSON, CSV and pictures, for the catalogue and for a publisher with all below it."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func
from sqlmodel import select

from publiccode.registry.catalogue import entries, shown_ids
from publiccode.registry.claims import CLAIMED, CONFIRMED
from publiccode.registry.facets import facets_of
from publiccode.registry.models import ActivityRecord, Event, LicenseVerdictRecord, Reach, Software, Usage
from publiccode.registry.publishers import ListedPublisher
from publiccode.registry.settings import Settings
from publiccode.registry.statistics import SERIES, statistics
from publiccode.registry.store import Store
from publiccode.registry.timeline import month_ends, timeline
from publiccode.registry.upgrade import upgrade
from publiccode.schemas.rules.pages import pages as rule_pages
from publiccode.web.app import create_app
from publiccode.web.pages.finding_words import wrong

from ..looks import LONG, World, software
from .catalogue import read_json

GIT = "https://git.mist.example/"
NOW = datetime(2026, 3, 20, 4, 0, tzinfo=UTC)
DAYS = ["2026-01-31", "2026-02-28", "2026-03-20"]


def fill(world: World) -> None:
    """A ministry, an office below it, and a city; three months.

    The 31 January in UTC is February in Taipei: `forms` comes only then. `bells` goes in March.
    """
    world.now = datetime(2026, 1, 10, tzinfo=UTC)
    world.list(
        ListedPublisher("mist", "霧務部", {"en": "Ministry of Mist"}, repos=(GIT + "atlas", GIT + "bare")),
        ListedPublisher(
            "office", "=Office", {"en": "=Office"}, "urn:oid:2.16.1", parent="mist", repos=(GIT + "forms",)
        ),
        ListedPublisher("city", "City of Bells", repos=(GIT + "bells",)),
    )
    world.finds(GIT + "atlas", software(GIT + "atlas", "Atlas", categories=["no-category"]))
    world.finds(GIT + "bare", None)
    world.finds(
        GIT + "bells",
        software(GIT + "bells", "Bells", legal={"license": "MIT OR Apache-2.0"}, maintenance={"type": "none"}),
    )
    world.now = datetime(2026, 1, 31, 17, 0, tzinfo=UTC)
    described = {"en": {"shortDescription": "Forms for offices", "longDescription": LONG, "features": ["forms"]}}
    world.finds(GIT + "forms", software(GIT + "forms", "Forms", isBasedOn=GIT + "atlas", description=described))
    world.now = datetime(2026, 2, 10, tzinfo=UTC)
    world.finds(GIT + "atlas", software(GIT + "atlas", "Atlas"))
    judge(world, "Atlas", "agree", 40)
    judge(world, "Forms", "no-text", 71)
    use(world, "Atlas", "City of Bells", CLAIMED)
    for day in (3, 5):
        world.now = datetime(2026, 3, day, tzinfo=UTC)
        world.fails(GIT + "bells", Reach.MISSING)
    world.finds(
        GIT + "forms",
        software(GIT + "forms", "Forms", isBasedOn=GIT + "atlas", description=described, categories=["x"]),
    )
    use(world, "Atlas", "Town of Reeds", CONFIRMED)


def judge(world: World, name: str, code: str, index: int) -> None:
    """A verdict about an entry, and an activity index."""
    with world.store.writing("audit", world.now) as change:
        entry = change.session.exec(select(Software).where(Software.name == name)).one()
        number = len(change.session.exec(select(LicenseVerdictRecord.id)).all()) + 1
        verdict = LicenseVerdictRecord(
            number=number,
            software_id=entry.id,
            at=world.now,
            assessment_id=entry.shown_assessment_id,
            declared="",
            codes=[code],
            inputs=name,
        )
        change.session.add(verdict)
        change.session.add(ActivityRecord(software_id=entry.id, at=world.now, index=index))


def use(world: World, name: str, who: str, kind: str) -> None:
    """Somebody uses an entry."""
    with world.store.writing("Lin", world.now) as change:
        entry = change.session.exec(select(Software).where(Software.name == name)).one()
        number = len(change.session.exec(select(Usage.id)).all()) + 1
        confirmed = world.now if kind == CONFIRMED else None
        said = Usage(
            number=number, software_id=entry.id, name=who, kind=kind, declared_at=world.now, confirmed_at=confirmed
        )
        change.session.add(said)


@dataclass
class Reader:
    """A reader of the history."""

    client: FlaskClient
    world: World

    def counts(self, address: str) -> dict[str, dict[str, list[int]]]:
        """The numbers of each section, without those that never count."""
        data = read_json(self.client, address)
        return {
            section["id"]: {one["name"]: one["counts"] for one in section["values"] if any(one["counts"])}
            for section in data["sections"]
        }


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    chosen = Settings(data=tmp_path_factory.mktemp("statistics"), time_zone="Asia/Taipei")
    store = Store(chosen.database)
    upgrade(store)
    world = World(store)
    fill(world)
    made = create_app(chosen)
    made.testing = True
    with mock.patch("publiccode.web.pages.statistics_kept.now", return_value=NOW):
        yield Reader(made.test_client(), world)
    store.close()


def test_the_catalogue_month_by_month(reader: Reader) -> None:
    assert reader.counts("/en/statistics.json") == {
        "entries": {"shown": [2, 3, 2], "added": [2, 1, 0], "gone": [0, 0, 1], "tombstones": [0, 0, 1]},
        "validity": {"valid": [1, 3, 1], "invalid": [1, 0, 1]},
        "findings": {"value-listed": [1, 0, 1]},
        "licenses": {"EUPL-1.2": [1, 2, 2], "Apache-2.0": [1, 1, 0], "MIT": [1, 1, 0]},
        "families": {"weak-copyleft": [1, 2, 2], "permissive": [1, 1, 0]},
        "verdicts": {"agree": [0, 1, 1], "no-text": [0, 1, 1], "not-compared": [2, 1, 0]},
        "activity": {"high": [0, 1, 1], "medium": [0, 1, 1], "unknown": [2, 1, 0]},
        "maintenance": {"internal": [1, 2, 2], "none": [1, 1, 0]},
        "languages": {"en": [0, 1, 1], "zh-Hant": [2, 2, 1]},
        "publishers": {"mist": [1, 1, 1], "office": [0, 1, 1], "city": [1, 1, 0]},
        "without-file": {"repositories": [1, 1, 1]},
        "reuse": {"variants": [0, 1, 1], "used": [0, 1, 1], "claimed": [0, 1, 1], "confirmed": [0, 0, 1]},
    }
    data = read_json(reader.client, "/en/statistics.json")
    del data["sections"]
    with reader.world.store.reading() as session:
        newest = session.exec(select(func.max(Event.sequence))).one()
    assert data == {
        "publisher": None,
        "as_of": "2026-03-20T04:00:00+00:00",
        "sequence": newest,
        "time_zone": "Asia/Taipei",
        "entries": 2,
        "valid": 1,
        "publishers": 2,
        "without_file": 1,
        "activity_median": 55.5,
        "built_on": {"variants": 1, "taken": 1},
        "days": DAYS,
        "to_mend": [
            mend("findings", "value-listed", "/en/statistics/findings/value-listed", "/en/rules/value-listed"),
            mend("verdicts", "no-text", "/en/software?verdict=no-text"),
            mend("without-file", "repositories", "/en/publishers"),
        ],
        "csv": "/en/statistics/all.csv",
    }


TITLES = {
    "value-listed": ("error", "A value is not in the standard's list"),
    "no-text": ("license", "The licence text is missing"),
    "repositories": ("note", "Repositories without a publiccode.yml"),
}


def mend(series: str, name: str, address: str, repair: str = "", entries: tuple[str, ...] = ()) -> dict[str, object]:
    weight, title = TITLES[name]
    return {
        "series": series,
        "name": name,
        "weight": weight,
        "title": title,
        "count": 1,
        "address": address,
        "help": repair,
        "entries": list(entries),
    }


def test_a_publisher_counts_with_all_below_it(reader: Reader) -> None:
    ministry = reader.counts("/en/publishers/mist/statistics.json")
    assert {name: ministry[name] for name in ("entries", "validity", "publishers", "without-file")} == {
        "entries": {"shown": [1, 2, 2], "added": [1, 1, 0]},
        "validity": {"valid": [0, 2, 1], "invalid": [1, 0, 1]},
        "publishers": {"mist": [1, 1, 1], "office": [0, 1, 1]},
        "without-file": {"repositories": [1, 1, 1]},
    }
    office = reader.counts("/en/publishers/office/statistics.json")
    assert office["entries"] == {"shown": [0, 1, 1], "added": [0, 1, 0]}
    assert office["reuse"] == {"variants": [0, 1, 1]}
    assert "publishers" not in office
    assert reader.counts("/en/publishers/city/statistics.json")["entries"] == {
        "shown": [1, 1, 0],
        "added": [1, 0, 0],
        "gone": [0, 0, 1],
        "tombstones": [0, 0, 1],
    }


def test_a_publisher_sees_what_to_mend_and_itself_beside_the_catalogue(reader: Reader) -> None:
    data = read_json(reader.client, "/en/publishers/office/statistics.json")
    told = [{**one, "entries": [entry["slug"] for entry in one["entries"]]} for one in data["to_mend"]]
    finding = "/en/publishers/office/statistics/findings/value-listed"
    assert told == [
        mend("findings", "value-listed", finding, "/en/rules/value-listed", ("forms",)),
        mend("verdicts", "no-text", "/en/software?publisher=office&verdict=no-text", entries=("forms",)),
    ]
    ministry = read_json(reader.client, "/en/publishers/mist/statistics.json")["to_mend"]
    assert ministry[-1]["address"] == "/en/publishers/mist/without-file?kind=all"  # all that is counted is its own
    page = reader.client.get("/en/publishers/office/statistics").text
    assert (
        "Files without errors: 0%, in the whole catalogue 50%; median of the activity index: 71, in the whole catalogue 55.5."
        in page
    )


def test_the_entries_behind_a_finding(reader: Reader) -> None:
    data = read_json(reader.client, "/en/publishers/mist/statistics/findings/value-listed.json")
    assert (data["total"], data["page"], data["pages"], data["severity"]) == (1, 1, 1, "error")
    assert [(one["address"], one["publisher"]["slug"]) for one in data["software"]] == [
        ("/en/software/forms", "office")
    ]
    assert [one["key"] for one in data["software"][0]["findings"]] == ["categories[0]"]
    assert read_json(reader.client, "/en/statistics/findings/value-listed.json")["total"] == 1
    assert read_json(reader.client, "/en/publishers/city/statistics/findings/value-listed.json")["total"] == 0
    assert reader.client.get("/en/statistics/findings/value-listed").status_code == 200
    assert reader.client.get("/en/statistics/findings/none").status_code == 404
    page = reader.client.get("/en/statistics/findings/value-listed").text
    assert "<h1>A value is not in the standard&#39;s list</h1>" in page  # not the rule's title, which says the contrary
    assert reader.client.get("/en/statistics/findings/value-listed?page=2").status_code == 404


def test_a_series_as_csv(reader: Reader) -> None:
    answer = reader.client.get("/en/publishers/office/statistics/activity.csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="statistics-office-activity-2026-03-20.csv"'
    assert answer.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    sequence = read_json(reader.client, "/en/statistics.json")["sequence"]
    bands = {
        "high": ("high (60–100)", "0", "1", "1"),
        "medium": ("medium (30–59)", "0", "0", "0"),
        "low": ("low (0–29)", "0", "0", "0"),
        "unknown": ("not known", "0", "0", "0"),
        "median": ("median of the activity index", "", "71", "71"),
    }
    head = [
        "Day",
        "Series",
        "Value",
        "Name",
        "Number",
        "Publisher",
        "Identifier of the publisher",
        "As of",
        "Last event counted",
    ]
    of = ["'=Office", "office", "2026-03-20T12:00:00+08:00", str(sequence)]  # no formula
    assert rows == [
        head,
        *(
            [day, "activity", name, title, count, *of]
            for name, (title, *counts) in bands.items()
            for day, count in zip(DAYS, counts, strict=True)
        ),
    ]


def test_all_series_as_csv(reader: Reader) -> None:
    rows = list(csv.reader(io.StringIO(reader.client.get("/zh-Hant/statistics/all.csv").data.decode("utf-8-sig"))))
    assert {row[1] for row in rows[1:]} == set(SERIES)
    assert ["2026-02-28", "languages", "zh-Hant", "中文 (繁體)", "2"] in [row[:5] for row in rows]
    [office] = [row for row in rows if row[0] == "2026-03-20" and row[1:3] == ["publishers", "office"]]
    assert office[3:7] == ["'=Office", "1", "'=Office", "office"]  # no id of the database
    assert reader.client.get("/en/statistics/none.csv").status_code == 404


def test_numbers_lead_to_the_search_that_counts_the_same(reader: Reader) -> None:
    """The statistics and the facets of the index, of the same entries: one number and one address."""
    sections = {one["id"]: one["values"] for one in read_json(reader.client, "/en/statistics.json")["sections"]}
    with reader.world.store.reading() as session:
        beside_them = [facets_of(session, entry) for entry in entries(session, shown_ids(session))]
    facets = {
        "licenses": "license",
        "families": "family",
        "verdicts": "verdict",
        "activity": "activity",
        "maintenance": "maintenance",
        "languages": "language",
        "validity": "validity",
    }
    for series, facet in facets.items():
        counted = Counter(value for one in beside_them for value in one[facet])
        assert {one["name"]: one["today"] for one in sections[series] if one["today"]} == counted
        assert {one["address"] for one in sections[series] if one["today"]} == {
            f"/en/software?{facet}={value}" for value in counted
        }
    uses = Counter(value for one in beside_them for value in one["use"])
    told = {one["name"]: (one["today"], one["address"]) for one in sections["reuse"]}
    assert {name: told[name] for name in uses} == {name: (uses[name], f"/en/software?use={name}") for name in uses}
    assert told["used"] == (1, "/en/software?use=confirmed&use=claimed")


def test_what_the_file_does_not_say_is_not_what_nobody_maintains(tmp_path: Path) -> None:
    chosen = Settings(data=tmp_path)
    store = Store(chosen.database)
    upgrade(store)
    world = World(store, now=NOW)
    world.publish(GIT + "a", GIT + "b")
    world.finds(GIT + "a", software(GIT + "a", "A", maintenance={"type": "none"}))
    world.finds(GIT + "b", software(GIT + "b", "B", maintenance=None, isBasedOn=GIT + "a"))
    client = create_app(chosen).test_client()
    with mock.patch("publiccode.web.pages.statistics_kept.now", return_value=NOW):
        sections = read_json(client, "/en/statistics.json")["sections"]
        page = client.get("/en/statistics").text
    [maintenance] = [one["values"] for one in sections if one["id"] == "maintenance"]
    assert [(one["name"], one["title"], one["today"], one["address"]) for one in maintenance] == [
        ("none", "Not maintained", 1, "/en/software?maintenance=none"),
        ("not-said", "not said", 1, ""),
    ]
    assert page.count("There is a picture over time once a month has ended.") == 1
    assert "A file with errors is shown all the same" in page
    strict = create_app(replace(chosen, show_only_valid=True)).test_client()
    with mock.patch("publiccode.web.pages.statistics_kept.now", return_value=NOW):
        data, page = read_json(strict, "/en/statistics.json"), strict.get("/en/statistics").text
    assert (data["entries"], data["built_on"]) == (1, {"variants": 0, "taken": 0})
    assert "Entries whose newest file has errors are not shown in this catalogue." in page
    store.close()


def test_the_past_stays_as_it_was(tmp_path: Path) -> None:
    """A name comes back to the file, the software goes to its user, the first months are no longer told: nothing else changes."""
    store = Store(Settings(data=tmp_path).database)
    upgrade(store)
    world = World(store, now=datetime(2026, 1, 10, tzinfo=UTC))
    city, town = ListedPublisher("city", "City", repos=(GIT + "a",)), ListedPublisher("town", "Town")
    world.list(city, town)
    for month, users in enumerate((["Town"], None, ["Town"], ["Town"]), 1):
        world.now = datetime(2026, month, 10, tzinfo=UTC)
        if month == 4:
            world.list(ListedPublisher("city", "City"), ListedPublisher("town", "Town", repos=(GIT + "a",)))
        world.finds(GIT + "a", software(GIT + "a", "A", usedBy=users), head=f"{month}".ljust(40, "0"))
    with store.reading() as session:
        told = statistics(timeline(session, ZoneInfo("UTC"), {}, datetime(2026, 4, 20, tzinfo=UTC)))
        later = statistics(timeline(session, ZoneInfo("UTC"), {}, datetime(2028, 4, 20, tzinfo=UTC)))
    assert told.series["reuse"] == {"used": (1, 0, 1, 0), "claimed": (1, 0, 1, 0)}
    assert told.series["entries"] == {"shown": (1,) * 4, "added": (1, 0, 0, 0)}
    assert later.series["entries"] == {"shown": (1,) * 24}
    store.close()


def test_every_rule_has_words_for_what_is_wrong(reader: Reader) -> None:
    with reader.client.application.test_request_context("/en/statistics"):
        assert [page.id for page in rule_pages("en") if wrong(page.id) in (page.id, page.title)] == []


def test_a_picture_says_what_it_shows(reader: Reader) -> None:
    page = reader.client.get("/en/statistics").text
    section = page[page.index('id="validity"') : page.index('id="findings"')]
    assert re.findall("<title[^>]*>(.*?)</title><desc[^>]*>(.*?)</desc>", section) == [
        (
            "Files without errors",
            "without errors: 1 (Jan 2026), 1 (today), most 3 (Feb 2026). with errors: 1 (Jan 2026), 1 (today), most 1 (Jan 2026).",
        )
    ]
    assert re.findall('class="letter"[^>]*>(.*?)<', section) == ["B", "A"]
    assert " style=" not in page
    rows = re.findall('<time datetime="(.*?)">(.*?)</time></th>(.*?)</tr>', section)
    assert [(day, title, re.findall(">([^<]*)</td>", cells)) for day, title, cells in rows] == [
        ("2026-03-20", "today", ["1", "1"]),
        ("2026-02-28", "Feb 2026", ["3", "0"]),
        ("2026-01-31", "Jan 2026", ["1", "1"]),
    ]


def test_before_the_first_harvest_there_is_nothing_to_count(empty: FlaskClient) -> None:
    data = read_json(empty, "/en/statistics.json")
    assert (data["entries"], data["days"], data["activity_median"], data["to_mend"]) == (0, [], None, [])
    assert "Nothing has been harvested yet" in empty.get("/en/statistics").text
    assert empty.get("/en/statistics/entries.csv").status_code == 200
    assert empty.get("/en/publishers/none/statistics").status_code == 404


def test_figures_follow_what_is_written(tmp_path: Path) -> None:
    chosen = Settings(data=tmp_path)
    store = Store(chosen.database)
    upgrade(store)
    world = World(store, now=NOW)
    world.publish(GIT + "a", GIT + "b")
    world.finds(GIT + "a", software(GIT + "a", "A"))
    client = create_app(chosen).test_client()
    with mock.patch("publiccode.web.pages.statistics_kept.now", return_value=NOW):
        assert read_json(client, "/en/statistics.json")["entries"] == 1
        world.finds(GIT + "b", software(GIT + "b", "B"))
        with mock.patch("publiccode.web.pages.statistics_kept.time.monotonic", return_value=float("inf")):
            assert read_json(client, "/en/statistics.json")["entries"] == 2
    store.close()


@pytest.mark.parametrize(("zone", "day", "days"), [("Asia/Taipei", 1, 2), ("America/New_York", 0, 1)])
def test_the_time_zone_decides_when_a_month_ends(zone: str, day: int, days: int) -> None:
    begin, until = datetime(2026, 1, 31, 12, tzinfo=UTC), datetime(2026, 1, 31, 20, tzinfo=UTC)
    ends = month_ends(begin, until, ZoneInfo(zone))
    assert len(ends) == days
    assert ends[-1][0] == date(2026, 1, 31) + timedelta(days=day)


def test_no_more_than_two_years() -> None:
    ends = month_ends(datetime(2020, 5, 3, tzinfo=UTC), datetime(2026, 2, 10, tzinfo=UTC), ZoneInfo("UTC"))
    assert (len(ends), ends[0][0], ends[-2][0], ends[-1][0]) == (
        24,
        date(2024, 3, 31),
        date(2026, 1, 31),
        date(2026, 2, 10),
    )
